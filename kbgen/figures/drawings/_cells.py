"""Small matrices drawn as squares, and the ticks of logarithmic axes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kbgen.figures.drawings._shared import bare
from kbgen.figures.style import COLOURS, FG, GRID, panel

DEEPEST = 0.75


def sheet(width: float, height: float, *, inches: float = 4.6) -> tuple[Figure, Axes]:
    """A blank sheet `width` by `height` squares large, the first row on top."""
    figure, axes = panel(width=inches, height=inches * height / width)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    bare(axes)
    return figure, axes


def cells(
    axes: Axes, values: NDArray[np.float64], x: float, y: float, *, form: str = "", most: float = 0.0, colour: str = COLOURS[0], size: float = 11
) -> None:
    """The matrix with its first square at (x, y): deep colour for large numbers, a second one for negative; `form` writes the numbers, `most` is the number with the deepest colour."""
    top = most or float(np.abs(values).max())
    for (i, j), value in np.ndenumerate(values):
        face = colour if value >= 0 else COLOURS[1]
        depth = DEEPEST * min(abs(value) / top, 1.0)
        axes.add_patch(Rectangle((x + j, y + i), 1, 1, facecolor=face, alpha=depth, linewidth=0))
        axes.add_patch(Rectangle((x + j, y + i), 1, 1, facecolor="none", edgecolor=GRID, linewidth=0.8))
        if form:
            text = format(value, form).replace("-", "−")
            axes.text(x + j + 0.5, y + i + 0.5, text, ha="center", va="center_baseline", fontsize=size)


def frame(axes: Axes, x: float, y: float, width: float, height: float, *, colour: str = FG, line: float = 2.0) -> None:
    """An outline around some squares."""
    axes.add_patch(Rectangle((x, y), width, height, facecolor="none", edgecolor=colour, linewidth=line, zorder=4))


def heads(axes: Axes, labels: Sequence[str], x: float, y: float, step: tuple[float, float], *, colour: str = FG, size: float = 12) -> None:
    """Labels of rows or columns, one every `step`."""
    for i, label in enumerate(labels):
        axes.text(x + i * step[0], y + i * step[1], label, ha="center", va="center_baseline", color=colour, fontsize=size)


def powers(axis: Axis, exponents: Sequence[int], base: int = 10) -> None:
    """Ticks at powers of `base`, written in plain Unicode."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    axis.set_ticks([float(base) ** e for e in exponents], [f"{base}{str(e).translate(raised)}" if e else "1" for e in exponents])
    axis.set_ticks([], minor=True)
