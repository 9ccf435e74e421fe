"""Drawing in points from the upper left corner, the places at which scripts draw too, and what they take over."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from kbgen.figures.drawings._shared import Array, bare
from kbgen.figures.style import BG, COLOURS, FG, LIVE, panel
from kbgen.scenes.paper import WIDTH, Frame

Point = tuple[float, float]
APART = 15
"""Points between the numbers of two levels; of those that would touch, the first stays."""
DEPTH = 0.09
"""Opacity of each step of height: higher ground is painted more often."""


def sheet(frame: Frame) -> tuple[Figure, Axes]:
    """A figure of that height, and axes over all of it that count in points."""
    figure, axes = panel(width=WIDTH / 72, height=frame.height / 72)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(frame.height, 0))
    axes.set_zorder(5)
    bare(axes)
    return figure, axes


class Live:
    """Marks what a script draws again: `live(artist)` gives it an id."""

    def __init__(self) -> None:
        self.number = count()

    def __call__(self, artist: Artist) -> None:
        artist.set_gid(f"{LIVE}{next(self.number)}")


def arrow(axes: Axes, tail: Point, tip: Point, colour: str = FG, **style: Any) -> FancyArrowPatch:
    """A straight arrow with a filled head."""
    look: dict[str, Any] = {
        "arrowstyle": "-|>,head_length=3.2,head_width=1.7",
        "mutation_scale": 2,
        "shrinkA": 0,
        "shrinkB": 0,
        "linewidth": 2.2,
    }
    patch = FancyArrowPatch(tail, tip, color=colour, zorder=6, **(look | style))
    axes.add_patch(patch)
    return patch


def handle(axes: Axes, live: Live, place: Point, push: Point) -> None:
    """The dot that readers drag, with the arrow of the negative gradient."""
    x, y = place
    if np.hypot(*push) > 1:
        live(arrow(axes, place, (x + push[0], y + push[1])))
    (dot,) = axes.plot([x], [y], "o", color=COLOURS[1], markersize=10, markeredgecolor=BG, markeredgewidth=2, zorder=7)
    live(dot)


def heights(axes: Axes, live: Live, mesh: Sequence[Array], levels: Sequence[float], *, triangles: bool = False) -> None:
    """Layers of one colour over what is higher than each level, and the lines between them."""
    fill: Callable[..., Any] = axes.tricontourf if triangles else axes.contourf
    line: Callable[..., Any] = axes.tricontour if triangles else axes.contour
    top = float(np.max(mesh[2]))
    for level in (level for level in levels if level < top):
        live(fill(*mesh, levels=[level, top + 1], colors=[COLOURS[0]], alpha=DEPTH))
        live(line(*mesh, levels=[level], colors=[FG], linewidths=0.8, alpha=0.4))


def signs(axes: Axes, live: Live, way: Sequence[Point], values: Array, levels: Sequence[float]) -> None:
    """Each level's number where it first crosses a straight way, along which these are the values."""
    last = (-np.inf, -np.inf)
    for level in levels:
        above = values >= level
        turns = np.flatnonzero(above[1:] != above[:-1])
        if len(turns):
            i = int(turns[0])
            share = (i + (level - values[i]) / (values[i + 1] - values[i])) / (len(values) - 1)
            x, y = (a + (b - a) * share for a, b in zip(*way, strict=True))
            if np.hypot(x - last[0], y - last[1]) < APART:
                continue
            last = x, y
            live(axes.text(x, y, written(level), fontsize=9, ha="center", va="center_baseline", zorder=5))


def written(level: float) -> str:
    """A level as it is printed; the border of the region without loss is 0."""
    return "0" if level < 1e-5 else f"{level:g}"


def polygon(axes: Axes, corners: Sequence[Point], **style: Any) -> Polygon:
    """A closed outline."""
    patch = Polygon(np.array(corners), closed=True, **style)
    axes.add_patch(patch)
    return patch


def rectangle(axes: Axes, corner: Point, size: Point, **style: Any) -> Rectangle:
    """A rectangle from its upper left corner."""
    patch = Rectangle(corner, *size, **style)
    axes.add_patch(patch)
    return patch
