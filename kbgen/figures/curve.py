"""Value and slope of a loss along a straight line through its inputs, one curve per swept value."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.line import broken_at_jumps, curves, limits, points_of
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel_again
from kbgen.model import Loss

Panel = Callable[[Sequence[str]], tuple[Figure, Axes]]
"""Hands out empty axes with room for labels at the ends of lines."""


def draw(loss: Loss, sweep: str, what: str, panel: Panel = panel_again) -> Figure:
    """The picture of the value or of the slope; curves differ in the parameter `sweep`, or in the input of `plot.lines`."""
    assert loss.plot is not None
    found = list(curves(loss, sweep))
    figure, axes = panel([label for label, _, _ in found])
    shown = [value if what == "value" else slope for _, value, slope in found]
    x, lines = np.linspace(*loss.plot.range, points_of(loss)), []
    for i, y in enumerate(shown):
        lines += axes.plot(x, broken_at_jumps(y), color=COLOURS[i % 4], linestyle=DASHES[i % 4])
    axes.set(xlim=loss.plot.range, ylim=limits(loss.plot, what, shown), xlabel=loss.plot.x)
    name_axis(axes, "ℓ" if what == "value" else "ℓ′")
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    if len(found) > 1:
        label_ends(axes, lines, [label for label, _, _ in found])
    return figure
