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
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}]", re.S)
ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.S)
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
    """TeX cut at a pattern, where it stands in no group, no fence and no environment; nothing if one of those ends here."""
    found, depth, start = list[str](), 0, 0
    for token in re.finditer(rf"(?P<at>{at})|{TOKEN.pattern}", tex, re.DOTALL):
        depth += {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}.get(token[0], 0)
        if depth < 0:
            return []
        if token["at"] is not None and not depth:
            found.append(tex[start : token.start()].strip())
            start = token.end()
    return [piece for piece in (*found, tex[start:].strip()) if piece or keep_empty]


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
