"""The mean loss on a skewed sample over all constants, and where it is least."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.estimates import mean_loss, minimiser, sample, span
from kbgen.figures.line import Array, symbol
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel_again
from kbgen.model import Loss

POINTS = 241
SHOWN = 3.0
"""The tail of the sample beyond this many means is cut off, or nothing could be told apart near the minimum."""
HEADROOM = 2.2
"""A curve may rise this many times as far above its least value as the flattest one does."""


def draw(loss: Loss, sweep: str) -> Figure:
    """A curve per swept value, each less its own minimum; a dot where it is least; the sample as ticks along the bottom."""
    variants = [{sweep: number} for number in loss.params[sweep].sweep] if sweep else [{}]
    labels = [f"{symbol(loss.params[sweep].symbol)} = {v[sweep]:g}" if sweep else "" for v in variants]
    figure, axes = panel_again(labels)
    y = sample(list(loss.inputs.values())[1].domain)
    low, high = span(loss)
    c = np.linspace(low, min(high, SHOWN * y.mean()) if high == y.max() > 1 else high, POINTS)
    lines, tops = [], []
    for i, variant in enumerate(variants):
        best = minimiser(loss, variant)
        least = mean_loss(loss, np.array([best]), variant)[0]
        above = mean_loss(loss, c, variant) - least
        lines += axes.plot(c, above, color=COLOURS[i % 4], linestyle=DASHES[i % 4])
        axes.plot([best], [0], "o", color=COLOURS[i % 4], markersize=7, clip_on=False, zorder=4)
        tops.append(float(np.quantile(above[np.isfinite(above)], 0.9)))
    axes.set(xlim=(c[0], c[-1]), ylim=(-0.06 * max(tops), min(max(tops), HEADROOM * min(tops)) * 1.06), xlabel="c")
    name_axis(axes, "𝔼ℓ − min")
    if y.min() >= c[0] and len(np.unique(y)) > 2:
        _rug(axes, y[y <= c[-1]], -0.03 * max(tops))
        for place, name in ((np.median(y), "ỹ"), (y.mean(), "ȳ")):
            axes.axvline(place, color=FG, linewidth=0.9, linestyle=(0, (1, 2)))
            axes.annotate(name, (place, 1), (0, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center")
    if sweep:
        label_ends(axes, lines, labels)
    return figure


def _rug(axes: Axes, places: Array, middle: float) -> None:
    """A stroke at each place, all of them one line: a mark for each would be an element for each on every page."""
    low, high = axes.get_ylim()
    half = 0.0185 * (high - low)
    strokes = np.tile([middle - half, middle + half, np.nan], len(places))
    axes.plot(np.repeat(places, 3), strokes, color=FG, linewidth=1, alpha=0.55, solid_capstyle="butt")
