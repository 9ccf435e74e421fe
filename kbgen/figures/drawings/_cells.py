"""Small matrices drawn as squares, and the ticks of logarithmic axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kbgen.figures.drawings._shared import Array, bare
from kbgen.figures.style import COLOURS, FG, GRID, SIZE, panel

Place = tuple[float, float]
DEEPEST = 0.75


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A blank sheet `width` by `height` squares large, the first row on top."""
    figure, axes = panel(height=SIZE[0] * height / width)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    bare(axes)
    return figure, axes


def cells(axes: Axes, values: Array, corner: Place, *, form: str = "", most: float = 0.0, **style: Any) -> None:
    """The matrix with its first square at `corner`; a second colour for negative numbers.

    `form` writes the numbers, `most` is the number with the deepest colour; `style` may give another colour and fontsize.
    """
    (x, y), colour = corner, style.pop("color", COLOURS[0])
    top = most or float(np.abs(values).max())
    rows, columns = values.shape
    for (i, j), value in np.ndenumerate(values):
        face, depth = colour if value >= 0 else COLOURS[1], DEEPEST * min(abs(value) / top, 1.0)
        if depth > 0.01:
            axes.add_patch(Rectangle((x + j, y + i), 1, 1, facecolor=face, alpha=depth, linewidth=0))
        if form:
            text = format(value, form).replace("-", "−")
            axes.text(x + j + 0.5, y + i + 0.5, text, ha="center", va="center_baseline", **style)
    axes.vlines(x + np.arange(columns + 1), y, y + rows, color=GRID, linewidth=0.8)
    axes.hlines(y + np.arange(rows + 1), x, x + columns, color=GRID, linewidth=0.8)


def frame(axes: Axes, corner: Place, size: Place, *, linewidth: float = 2.0) -> None:
    """An outline around some squares."""
    axes.add_patch(Rectangle(corner, *size, facecolor="none", edgecolor=FG, linewidth=linewidth, zorder=4))


def heads(axes: Axes, labels: Sequence[str], start: Place, step: Place, **style: Any) -> None:
    """Labels of rows or columns, one every `step`."""
    for i, label in enumerate(labels):
        axes.text(start[0] + i * step[0], start[1] + i * step[1], label, ha="center", va="center_baseline", **style)


def powers(axis: Axis, exponents: Sequence[int], base: int = 10) -> None:
    """Ticks at powers of `base`, written in plain Unicode."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    axis.set_ticks([float(base) ** e for e in exponents], [f"{base}{str(e).translate(raised)}" if e else "1" for e in exponents])
    axis.set_ticks([], minor=True)
