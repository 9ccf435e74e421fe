"""TeX -> MathML, with the place of what is wrong.

math-core draws some constructs wrongly without a word; those are refused first, each for a fault that was seen in a browser.
"""

import re
from functools import cache

from math_core import LatexError, LatexToMathML

MACROS = {
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "norm": r"\left\lVert #1\right\rVert",
    "abs": r"\left\lvert #1\right\rvert",
    "argmin": r"\operatorname*{arg\,min}",
    "argmax": r"\operatorname*{arg\,max}",
}
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}()[\]|]", re.S)
ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.S)
OPEN = frozenset(["{", "(", "[", r"\{", r"\left", r"\begin", r"\lvert", r"\lVert", r"\langle", r"\lfloor", r"\lceil"])
CLOSE = frozenset(["}", ")", "]", r"\}", r"\right", r"\end", r"\rvert", r"\rVert", r"\rangle", r"\rfloor", r"\rceil"])
BARS = ("|", r"\|")
RELATION = r"(?<=\S)\s*(?==|\\(?:leq?|geq?|approx|propto|sim|equiv|Rightarrow|Longrightarrow|iff)(?![A-Za-z]))"
SIGN = r"(?<=[\w}\])|'])(?<!\\to)(?<!\\in)(?<!\\cdot)(?<!\\times)\s*(?=[-+])"
SHOWN = re.compile(r"<annotation.*?</annotation>|<[^>]*>|&ApplyFunction;|\s", re.S)
WIDE = 24
"""Characters of a formula that fit beside each other on a phone, or in a column of a table."""
LONE = 3
"""So few characters do not get a line to themselves."""
MAX_TEX = 3000
"""Longer formulas could nest deeper than the stack of the renderer, which would end the whole run without a word."""
REFUSED = (
    (r"\\\\\s*\[", r"a row gap \\[..] is printed as text: write \\ alone"),
    (r"\\tag\b|\\begin\{(?:align|equation|gather)\}", "numbered equations vanish in WebKit: use aligned or align*"),
    (r"\\[bB]ig{1,2}[lr]?\s*(?:\\\||\\[lr]Vert)", r"uneven bars in Chromium: use \norm{..}"),
    (r"\\text\s*\{[^}]*\$", r"no mathematics inside \text: close the text first"),
    (r"(?<!\\)%", r"a bare % starts a comment: write \%"),
    (r"\\E\b|\\KL\b", r"unknown macro: write \mathbb E or D_{\mathrm{KL}}"),
)


class TexError(ValueError):
    """Mathematics that cannot be drawn. `position` counts characters from the start of the formula."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(macros=MACROS, fancy_error=False, allow_unreliable_rendering=True, annotation=True)


@cache
def to_mathml(tex: str, *, display: bool = False) -> str:
    """MathML of a formula, with its TeX as annotation. Raises TexError."""
    tex = tex.strip()
    if len(tex) > MAX_TEX:
        raise TexError(f"a formula of more than {MAX_TEX} characters: divide it", MAX_TEX)
    for pattern, message in REFUSED:
        if found := re.search(pattern, tex):
            raise TexError(message, found.start())
    try:
        return _converter().convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        position, _, message = str(error).partition(":")
        place = int(position) if position.isdigit() else 0
        raise TexError((message or str(error)).strip(), place) from None


def displayed(tex: str) -> str:
    """The HTML of a formula on its own, in parts that wrap where it is wider than its place: browsers do not break mathematics.

    Raises TexError.
    """
    whole = to_mathml(tex, display=True)
    cut = lines(tex)
    try:
        parts = ["".join(map(_sides, line)) for line in cut]
    except TexError:  # not one formula after the other, though it looks so
        return f'<div class="kb-math" tabindex="0">{whole}</div>'
    if len(parts) > 1:
        return f'<div class="kb-math kb-math--lines" tabindex="0">{"".join(f"<div>{line}</div>" for line in parts)}</div>'
    kind = " kb-math--parts" if parts[0] != whole else ""
    return f'<div class="kb-math{kind}" tabindex="0">{parts[0]}</div>'


def _sides(tex: str) -> str:
    """One part of a formula; a wide one wraps before its relations, and before plus and minus where that is not enough."""
    if not _wide(tex):
        return to_mathml(tex, display=True)
    left, *sides = _cut(tex, RELATION) or [tex]
    if sides and not _wide(left, LONE):
        left, sides = f"{left} {sides[0]}", sides[1:]
    pieces = [piece for side in (left, *sides) for piece in ((_wide(side) and _cut(side, SIGN)) or [side])]
    if len(pieces) == 1:
        return to_mathml(tex, display=True)
    first, *others = (to_mathml(piece, display=True) for piece in (pieces[0], *(f"{{}}{piece}" for piece in pieces[1:])))
    return f'<span class="kb-math__sides">{first}{"".join(others)}</span>'


def _wide(tex: str, most: int = WIDE) -> bool:
    return len(SHOWN.sub("", to_mathml(tex, display=True))) > most


def lines(tex: str) -> list[list[str]]:
    """A formula cut where it may be broken: its lines, and the parts of each.

    A line ends where a row of `aligned` does, a part at a wide blank or at the end of a pair of columns. Rows that are one part
    each, or that go on with the row before, are not cut: their signs of equality stand below each other.
    """
    found, side_by_side = list[list[str]](), False
    for piece in _pieces(tex):
        rows = _rows(piece)
        if side_by_side and not rows:
            found[-1].append(piece)
        else:
            found += rows or [[piece]]
        side_by_side = not rows
    return found


def _pieces(tex: str) -> list[str]:
    """A formula cut at wide blanks."""
    return _cut(tex, r"\\q?quad(?![A-Za-z])")


def _rows(tex: str) -> list[list[str]]:
    """The rows of `aligned` and the parts of each; none if this is something else, or should stay whole."""
    inside = ALIGNED.fullmatch(tex.strip())
    if not inside or not _cut(inside[1], r"(?!)"):
        return []
    rows = list[list[str]]()
    for row in _cut(inside[1], r"\\\\"):
        cells = _cut(row, "&", keep_empty=True)
        pairs = [" ".join(cells[i : i + 2]) for i in range(0, len(cells), 2)]
        rows.append([part for pair in pairs for part in _pieces(pair)])
        if not cells[0]:
            return []
    return rows if any(len(row) > 1 for row in rows) else []


def _cut(tex: str, at: str, *, keep_empty: bool = False) -> list[str]:
    """TeX cut at a pattern, where it stands in no group, fence, bars or environment; nothing if one of those ends here."""
    found, depth, start, barred = list[str](), 0, 0, False
    for token in re.finditer(rf"(?P<at>{at})|{TOKEN.pattern}", tex, re.DOTALL):
        depth += (token[0] in OPEN) - (token[0] in CLOSE)
        if depth < 0:
            return []
        barred ^= not depth and token[0] in BARS
        if token["at"] is not None and not depth and not barred:
            found.append(tex[start : token.start()].strip())
            start = token.end()
    return [piece for piece in (*found, tex[start:].strip()) if piece or keep_empty]


@cache
def expanded(tex: str) -> str:
    """TeX with our macros written out."""
    for name, body in MACROS.items():
        while found := re.search(rf"\\{name}(?![A-Za-z])\s*", tex):
            end = _end(tex, found.end()) if "#1" in body else found.end()
            given = tex[found.end() : end]
            argument = given[1:-1] if given.startswith("{") else given
            tex = f"{tex[: found.start()]}{body.replace('#1', argument)} {tex[end:]}"
    return tex


def _end(tex: str, start: int) -> int:
    """Where the argument ends that begins at `start`: a group, a command, or one sign."""
    if command := re.compile(r"\\(?:[A-Za-z]+|.)").match(tex, start):
        return command.end()
    depth = 0
    for at in range(start, len(tex)):
        depth += (tex[at] == "{") - (tex[at] == "}") if tex[at - 1] != "\\" else 0
        if not depth:
            return at + 1
    raise ValueError(f"a brace is not closed: {tex}")
