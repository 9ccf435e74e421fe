"""The two maps that every optimizer walks over, and the walks of one rule for several values of a parameter."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import bare, contours, signs, track
from kbgen.figures.style import FG, panels
from kbgen.landscapes import HEIGHT, LEVELS, LIMITS, MINIMA, RAVINE, SLOPE, VALLEY, Rule, walk

START = {RAVINE: (-3.1, 1.0), VALLEY: (-1.25, 0.35)}


def maps() -> tuple[Figure, dict[str, Any]]:
    """Ravine and valley side by side."""
    figure, both = panels(2, height=2.75, gap=0.25)
    for axes, name, left in zip(both, (RAVINE, VALLEY), (0.015, 0.515), strict=True):
        axes.set_position((left, 0.02, 0.47, 0.84))
        ground(axes, name)
    return figure, dict(zip((RAVINE, VALLEY), both, strict=True))


def ground(axes: Axes, name: str) -> None:
    """Contours of one map with start and minimum."""
    axes.set(xlim=LIMITS[name][0], ylim=LIMITS[name][1])
    bare(axes)
    contours(axes, HEIGHT[name], LEVELS[name], points=45)
    axes.plot(*MINIMA[name][0], color=FG, marker="x", markersize=7, markeredgewidth=1.8, zorder=6)
    axes.plot(*START[name], color=FG, marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.8, zorder=6)


def swept(rule: Rule, name: str, sign: str, values: Sequence[float], steps: Sequence[int], **fixed: float) -> Figure:
    """Paths of one rule for each value of its parameter `name`, over both maps."""
    figure, both = maps()
    for (place, axes), count in zip(both.items(), steps, strict=True):
        for i, value in enumerate(values):
            track(axes, walk(rule, SLOPE[place], START[place], count, **{name: value}, **fixed), i)
    signs(figure, [f"{sign} = {value:g}" for value in values])
    return figure
