"""What several pictures need: contour lines, arrows, paths over a map, and a row of signs above it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from kbgen.figures.style import BG, COLOURS, DASHES, FG, SIZE, panel

Array = NDArray[np.float64]
SMALL = 12  # size of text where two panels share the width
MARKERS = ("o", "^", "s", "D")


def field(*, right: float = 0.2, height: float = SIZE[1]) -> tuple[Figure, Axes]:
    """One pair of axes that keeps `right` inches free beside it, where no line has a label at its end."""
    figure, axes = panel(height=height)
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, 1 - box.x0 - right / SIZE[0], box.height))
    return figure, axes


def names(axes: Axes, across: str, up: str) -> None:
    """Axis names and numbers in the size for two panels."""
    axes.set_xlabel(across, fontsize=SMALL, labelpad=1)
    style: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "center", "va": "bottom"}
    axes.annotate(up, (0, 1), (0, 5), fontsize=SMALL, **style)
    axes.tick_params(labelsize=SMALL)


def decades(axes: Axes, which: str, exponents: Sequence[int]) -> None:
    """Ticks of an axis whose numbers are logarithms: powers of ten, written in plain signs."""
    signs = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks(list(exponents), [f"10{str(k).translate(signs)}" if k else "1" for k in exponents])


def contours(axes: Axes, height: Callable[[Array, Array], Array], levels: Sequence[float], *, points: int = 51) -> None:
    """Thin contour lines of `height` over the present limits of the axes."""
    x, y = np.meshgrid(np.linspace(*axes.get_xlim(), points), np.linspace(*axes.get_ylim(), points))
    axes.contour(x, y, height(x, y), levels=levels, colors=[FG], alpha=0.4, linewidths=0.8, zorder=1)


def bare(axes: Axes) -> None:
    """A map needs no numbers along its borders."""
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def arrow(axes: Axes, tail: Sequence[float] | Array, tip: Sequence[float] | Array, colour: str, **style: Any) -> None:
    """A straight arrow in data coordinates."""
    look = {"arrowstyle": "-|>,head_length=0.45,head_width=0.22", "shrinkA": 0, "shrinkB": 0, "color": colour, "linewidth": 2.0}
    axes.annotate("", (tip[0], tip[1]), (tail[0], tail[1]), arrowprops=look | style, annotation_clip=False)


def dot(axes: Axes, x: float, y: float, colour: str, **style: Any) -> None:
    """A round mark with a rim in the colour of the page."""
    look: dict[str, Any] = {
        "marker": "o",
        "markersize": 7,
        "markeredgecolor": BG,
        "markeredgewidth": 1.2,
        "zorder": 5,
        "clip_on": False,
    }
    axes.plot([x], [y], color=colour, linestyle="none", **(look | style))


def say(axes: Axes, text: str, x: float, y: float, colour: str = FG, **style: Any) -> None:
    """Text at a place in data coordinates; `offset` in points."""
    offset = style.pop("offset", (0, 0))
    look = {"ha": "center", "va": "center"}
    axes.annotate(text, (x, y), offset, textcoords="offset points", color=colour, annotation_clip=False, **(look | style))


def signs(figure: Figure, labels: Sequence[str], *, y: float = 0.94) -> None:
    """One row above a map: the stroke of each path with its value, where labels at the ends of the paths would collide."""
    step = 0.96 / len(labels)
    for i, label in enumerate(labels):
        left, look = 0.02 + i * step, {"color": COLOURS[i], "gid": f"sign{i}"}
        stroke = Line2D([left + share * step for share in (0.12, 0.2, 0.28)], [y, y, y])
        figure.add_artist(stroke).set(linestyle=DASHES[i], marker=MARKERS[i], markevery=[1], markersize=5, **look)
        figure.text(left + 0.33 * step, y, label, fontsize=13, ha="left", va="center_baseline").set(**look)


def track(axes: Axes, points: Array, i: int, *, apart: float = 0.18, **style: Any) -> None:
    """The path of an iteration in the look of the i-th curve; each step has a mark unless it would touch the one before.

    The mark of the last step is large.
    """
    marks, last = [], points[0]
    for step, point in enumerate(points):
        if np.hypot(*(point - last)) >= apart:
            marks.append(step)
            last = point
    mark: dict[str, Any] = {"color": COLOURS[i], "marker": MARKERS[i]}
    look = {"linestyle": DASHES[i], "markersize": 3.8, "linewidth": 1.5, "zorder": 3 + 0.1 * i} | mark | style
    axes.plot(points[:, 0], points[:, 1], markevery=marks, **look)
    end: dict[str, Any] = {"markersize": 8 + (i == 1), "markeredgecolor": BG, "markeredgewidth": 0.8, "zorder": 5 + 0.1 * i}
    axes.plot(*points[-1:].T, **mark, **end)
