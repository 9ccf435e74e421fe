"""Pictures in rows: a sick run on the left, the cured one on the right, on the same axes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Curves = Mapping[str, tuple[tuple[float, ...], ...]]
WIDTH, ROW, TOP, BOTTOM, LEFT, GAP = 4.6, 1.3, 0.45, 0.08, 0.5, 0.15
FLOOR, CEILING = 1e-6, 1e6
"""What a logarithmic axis shows at most."""


def pairs(
    curves: Curves, shown: Mapping[str, Sequence[str]], lines: Sequence[str], labels: Sequence[str], *, log: bool = False
) -> "Figure":
    """A numbered row for every case of `shown`, whose curves are called case_sick_line and case_cured_line."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.frame import Frame

    height = TOP + BOTTOM + ROW * len(shown)
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasSVG(figure)
    wide = (WIDTH - LEFT - GAP - 0.1) / 2
    for row, (case, names) in enumerate(shown.items()):
        for column, side in enumerate(("sick", "cured")):
            x, y = LEFT + column * (wide + GAP), height - TOP - (row + 1) * ROW + 0.25
            axes = figure.add_axes((x / WIDTH, y / height, wide / WIDTH, (ROW - 0.4) / height), axes_class=Frame)
            for name in names:
                _plot(axes, curves[f"{case}_{side}_{name}"], lines.index(name))
            values = [v for name in names for s in ("sick", "cured") for v in curves[f"{case}_{s}_{name}"][1]]
            _frame(axes, values, log=log)
            if column:
                axes.tick_params(labelleft=False)
            else:
                axes.set_title(str(row + 1), fontsize=11, loc="left", x=-0.2, y=0.97, fontweight="bold")
    signs(figure, labels, y=1 - 0.15 / height)
    return figure


def _plot(axes: "Axes", curve: tuple[tuple[float, ...], ...], i: int) -> None:
    from kbgen.figures.style import COLOURS, DASHES

    x, y = (np.array(values) for values in curve)
    axes.plot(x, np.clip(y, -np.inf, CEILING), color=COLOURS[i], linestyle=DASHES[i], linewidth=1.5)


def _frame(axes: "Axes", values: Sequence[float], *, log: bool) -> None:
    """The same limits on both sides of a row; no logarithms within one decade."""
    axes.tick_params(labelsize=9)
    positive = [v for v in values if v > 0]
    low, high = max(FLOOR, min(positive)), min(CEILING, max(positive))
    if not log or high < 10 * low:
        axes.set_ylim(0, 1.05 * max(values))
        return
    axes.set(yscale="log", ylim=(low / 2, high * 2))
    tens = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    step = max(1, int(np.ceil(len(tens) / 3)))
    axes.set_yticks([10.0**k for k in tens[::step]])
    axes.minorticks_off()
