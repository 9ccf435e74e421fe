"""The look of every picture, and how a matplotlib figure becomes an SVG that follows light and dark.

Figures are drawn in token colours, improbable RGB values that become CSS variables afterwards; text stays text, in the font of the
page. Pictures hold symbols and numbers, no words: one file serves every language.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import TextToPath

from kbgen.figures.frame import Frame
from kbgen.figures.palette import palette
from kbgen.figures.pieces import parted, pieces

TOKENS = {
    "#010203": "fg",
    "#010204": "grid",
    "#010205": "bg",
    "#010211": "c1",
    "#010212": "c2",
    "#010213": "c3",
    "#010214": "c4",
}
FG, GRID, BG, *COLOURS = TOKENS
DASHES: Sequence[str | tuple[int, tuple[float, ...]]] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
FRACTION = re.compile(r"(opacity: ?[\d.]+)|(\d+\.\d)\d+")  # drawn to a tenth of a point; opacity as it is
SIZE = (4.6, 3.0)
LIVE = "live"
"""How the `gid` of an artist begins that a script takes over: it keeps its id."""
RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kbgen",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": FG,
    "axes.labelcolor": FG,
    "axes.edgecolor": FG,
    "axes.linewidth": 0.8,
    "xtick.color": FG,
    "ytick.color": FG,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "font.size": 11,
    "legend.frameon": False,
    "path.simplify": True,
    "path.simplify_threshold": 0.2,
    "figure.figsize": SIZE,
}


_to_path = TextToPath()


@cache
def _measured(text: str, font: FontProperties, kind: Any) -> tuple[float, float, float]:
    """Width, height and descent of a text: the same in every picture, and matplotlib measures it anew in each."""
    return _to_path.get_text_width_height_descent(text, font, kind)


RendererSVG.get_text_width_height_descent = lambda _, text, font, kind: _measured(text, font, kind)  # type: ignore[method-assign]


@contextmanager
def look(other: Mapping[str, Any] = MappingProxyType({})) -> Iterator[None]:
    """Everything drawn inside looks like one house; `other` settings of matplotlib come after the usual ones."""
    settings: Any = {**RC, **other}  # matplotlib wants a literal for each key
    with mpl.rc_context(settings):
        yield


def panel(
    *, width: float = SIZE[0], height: float = SIZE[1], right: float = 0.12, labels: Sequence[str] = ()
) -> tuple[Figure, Axes]:
    """A figure with one pair of axes; the share `right` of its width is kept free, and what labels at the ends of lines need.

    The margins are fixed: axes of one size sit at the same place in every picture, and no layout engine has to run.
    """
    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure, figure.add_axes(_place(width, height, right, labels), axes_class=Frame)


def panel_again(
    labels: Sequence[str], size: tuple[float, float] = SIZE, place: tuple[float, float, float, float] | None = None
) -> tuple[Figure, Axes]:
    """The panel of the last call with this size, emptied: to make axes and ticks takes as long as all the rest.

    For pictures that add lines, texts and areas, set limits and the name of an axis, and change nothing else. `place` is where the
    axes stand, in shares of the size, if not where they stand in every picture.
    """
    figure, axes = _kept_panel(size)
    for artist in (*axes.lines, *axes.texts, *axes.collections, *axes.patches):
        artist.remove()
    axes.set_position(place or _place(*size, 0.12, labels))
    return figure, axes


@cache
def _kept_panel(size: tuple[float, float]) -> tuple[Figure, Axes]:
    return panel(width=size[0], height=size[1])


def _place(width: float, height: float, right: float, labels: Sequence[str]) -> tuple[float, float, float, float]:
    """Where axes stand in a figure, in shares of its size."""
    left, bottom, top = 0.62 / width, 0.5 / height, 0.26 / height
    right = max([right, *(max(0.78, 0.16 + 0.088 * len(label)) / width for label in labels)])
    return left, bottom, 1 - left - right, 1 - bottom - top


def panels(count: int, *, width: float = 6.4, height: float = 2.6, gap: float = 0.5) -> tuple[Figure, list[Axes]]:
    """A figure with `count` pairs of axes side by side."""
    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    left, bottom, top, right = 0.55 / width, 0.48 / height, 0.3 / height, 0.12 / width
    step = (1 - left - right + gap / width) / count
    return figure, [
        figure.add_axes((left + i * step, bottom, step - gap / width, 1 - bottom - top), axes_class=Frame) for i in range(count)
    ]


def name_axis(axes: Axes, name: str) -> None:
    """Write the name of the vertical axis above its tip."""
    axes.annotate(name, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", ha="center", va="bottom")


def label_ends(axes: Axes, lines: Sequence[Line2D], labels: Sequence[str]) -> None:
    """Write each label at the right end of its line, in its colour, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    inch = axes.figure.get_size_inches()[1] * axes.get_position().height  # type: ignore[union-attr]
    gap = 0.19 * (high - low) / inch * mpl.rcParams["font.size"] / RC["font.size"]
    ends = sorted((min(max(float(line.get_ydata()[-1]), low), high), i) for i, line in enumerate(lines))  # type: ignore[index, arg-type]
    places = [end for end, _ in ends]
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + gap)
    for k in range(len(places) - 1, -1, -1):  # what was pushed over the top comes down again, and pushes only its neighbours
        places[k] = min(places[k], places[k + 1] - gap if k + 1 < len(places) else high)
    for (_, i), place in zip(ends, places, strict=True):
        y = max(place, low)
        axes.annotate(
            labels[i], (1.0, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            color=lines[i].get_color(), va="center", ha="left", annotation_clip=False,
        )  # fmt: skip


UNSEEN = re.compile(
    r'<path d="[^"]*" style="fill: none"/>|<path(?![^>]* d=)[^>]*/>'
    r'| transform="rotate\(-?0 [^"]*\)"|font-family: [^;"]*(?:; |(?="))'
)
"""Areas without colour, lines that lie beside the picture, rotations by nothing; and the font, which is that of the page."""
GROUP = re.compile(r"<g>|<g |</g>")


def _parting(bare: list[bool]) -> Callable[[re.Match[str]], str]:
    """Takes away groups without attributes, more than half of all elements; `bare` says which of those that are open are."""

    def part(tag: re.Match[str]) -> str:
        if tag[0] != "</g>":
            bare.append(tag[0] == "<g>")
        return "" if (bare[-1] if tag[0] != "</g>" else bare.pop()) else tag[0]

    return part


STROKES = re.compile(r' d="((?:\s*[ML] -?\d+(?:\.\d)? -?\d+(?:\.\d)?|\s*z)+)\s*"')
"""Data of a path that has straight lines only."""


def _relative(match: re.Match[str]) -> str:
    """Polygons by their steps instead of their corners: half the bytes. Steps are differences of tenths, so nothing drifts."""
    strokes = []
    for stroke in match[1].split("M")[1:]:
        closed = stroke.rstrip().endswith("z")
        tenths = [round(10 * float(number)) for number in re.findall(r"-?[\d.]+", stroke)]
        corners = list(zip(tenths[::2], tenths[1::2], strict=True))
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]
        strokes.append(f"M{_numbers(corners[:1])}" + (f"l{_numbers(steps)}" if steps else "") + ("z" if closed else ""))
    return f' d="{"".join(strokes)}"'


def _numbers(pairs: Sequence[tuple[int, int]]) -> str:
    """Tenths as SVG writes them: no zero before the point, no blank before a minus."""
    written = " ".join(f"{number / 10:g}" for pair in pairs for number in pair)
    return re.sub(r" (?=-)", "", re.sub(r"(?<![\d.])0(?=\.)", "", written))


def to_svg(figure: Figure) -> str:
    """The figure as one line of SVG with CSS variables for colours, text as text, no ids that nobody uses."""
    raw = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the browser has the glyph
        wide = pieces(figure)
        figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    svg = raw.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = parted(svg, wide) if wide else svg
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style type=\"text/css\">.*?</style>", "", svg, flags=re.S)
    for colour, name in TOKENS.items():
        svg = svg.replace(colour, f"var(--p-{name})")
    svg = re.sub(r"<[^>]+>", lambda tag: FRACTION.sub(lambda number: number[1] or number[2], tag[0]), svg)
    svg = STROKES.sub(_relative, svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><").replace("<defs></defs>", "")
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used or m[1].startswith(LIVE) else "", svg)
    svg = GROUP.sub(_parting([]), UNSEEN.sub("", svg))
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size is not None
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {size[1]} {size[2]}">'
    return re.sub(r"<svg [^>]*>", f"{head}<style>{palette()}</style>", svg, count=1) + "\n"
