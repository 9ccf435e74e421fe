"""Pieces of SVG that both pictures of the graph are made of. Colours are CSS variables; a file carries its own palette."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape

from kbgen.figures.palette import palette
from kbgen.ties import Kind

BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])(?![，。、；：）」』”])|(?<=-)|\s+|(?=[(（])")
STROKES: dict[Kind, str] = {
    "proved": 'stroke="var(--p-c2)" stroke-width="2.2"',
    "relation": 'stroke="var(--p-fg)" stroke-opacity=".7" stroke-width="1.3"',
    "link": 'stroke="var(--p-fg)" stroke-opacity=".4" stroke-width="1" stroke-dasharray="2 3"',
}
SHAPES = {"loss": "c1", "term": "c3", "optimizer": "c4", "schedule": "c4"}


def picture(name: str, width: float, height: float, font: float, parts: Sequence[str]) -> str:
    """The file: `name` is its class, which the style of the site knows."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="kb-graph kb-graph--{name}" viewBox="0 0 {width:g} {height:g}"'
    return f'{head} font-size="{font:g}"><style>{palette()}</style>{"".join(parts)}</svg>\n'


def width_of(text: str) -> float:
    """About how wide a text is, in heights of its font; rather too wide than too narrow."""
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in "iljtfrI.,:;'|()-[] ":
        return 0.36
    return 0.72 if sign.isupper() or sign in "mw" else 0.57


def wrap(text: str, limit: float) -> list[str]:
    """The lines of a text that is at most `limit` wide, broken at blanks, hyphens and between Chinese characters."""
    lines, line = list[str](), ""
    for piece in re.findall(r"\S+?(?:" + BREAK.pattern + r"|$)|\s+", text):
        if line.strip() and width_of((line + piece).strip()) > limit:
            lines.append(line.strip())
            line = ""
        line += piece
    return [*lines, line.strip()] if line.strip() else lines


def shape(kind: str, x: float, y: float, size: float) -> str:
    """The mark of an entry: a disc for a loss, a square for a term, a diamond for an optimizer or a schedule."""
    fill = f'fill="var(--p-{SHAPES[kind]})" stroke="var(--p-bg)" stroke-width="1.2"'
    if kind == "loss":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" {fill}/>'
    half = size * (0.88 if kind == "term" else 0.95)
    turn = "" if kind == "term" else f' transform="rotate(45 {x:.1f} {y:.1f})"'
    corner = f'x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}"'
    return f"<rect {corner}{turn} {fill}/>"


def text(at: tuple[float, float], lines: Sequence[str], *, pitch: float, anchor: str = "start", more: str = "") -> str:
    """Lines of text, centred around a height; `more` are attributes."""
    x, y = at
    top = y - (len(lines) - 1) * pitch / 2
    spans = [f'<tspan x="{x:.1f}" y="{top + i * pitch:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)]
    return f'<text text-anchor="{anchor}" dominant-baseline="central" fill="var(--p-fg)" {more}>{"".join(spans)}</text>'
