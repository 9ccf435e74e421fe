"""What the labs show where no script runs: walks over three maps, and five lines through one scatter."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._shared import bare, contours, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, panels
from kbgen.figures.style import panel as one_panel
from kbgen.fits import CANDIDATES, POINTS, line
from kbgen.landscapes import (
    BEGIN,
    HEIGHT,
    LEVELS,
    LIMITS,
    MINIMA,
    PLACES,
    RATES,
    SLOPE,
    SPREAD,
    STEPS,
    USUAL,
    one_at_a_time,
    starts,
    walk,
)

SIGNS = {
    "gradient_descent": "GD",
    "sgd": "SGD",
    "momentum": "μ",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
FROM = ((1, 5), (0, 2), (7, 6))
"""Three starts of the grid, by column and row."""
FIT_SIGNS = {"squared_error": "r²", "absolute_error": "|r|", "huber": "δ = 1", "cauchy": "c = 1", "quantile": "τ = 0.9"}


def walks(id: str) -> Figure:
    """One rule at its usual rate, from three starts."""
    figure, maps = _maps()
    for place, axes in zip(PLACES, maps, strict=True):
        for i, (column, row) in enumerate(FROM):
            _track(axes, id, place, (starts(place)[0][column], starts(place)[1][row]), i)
    signs(figure, [f"η = {RATES[id][USUAL]:g}"])
    return figure


def optimizers(ids: Sequence[str]) -> Figure:
    """Several rules from one start, each at its usual rate."""
    figure, maps = _maps()
    for place, axes in zip(PLACES, maps, strict=True):
        for i, id in enumerate(ids):
            _track(axes, id, place, (starts(place)[0][BEGIN[0]], starts(place)[1][BEGIN[1]]), i)
    signs(figure, [f"{SIGNS[id]}, η = {RATES[id][USUAL]:g}" for id in ids])
    return figure


def _maps() -> tuple[Figure, list[Axes]]:
    figure, maps = panels(3, height=2.0, gap=0.12)
    for i, (place, axes) in enumerate(zip(PLACES, maps, strict=True)):
        axes.set_position((0.01 + i * 0.332, 0.02, 0.316, 0.84))
        axes.set(xlim=LIMITS[place][0], ylim=LIMITS[place][1])
        bare(axes)
        contours(axes, HEIGHT[place], LEVELS[place], points=31)
        for minimum in MINIMA[place]:
            axes.plot(*minimum, color=FG, marker="x", markersize=6, markeredgewidth=1.6, zorder=6)
    return figure, maps


def _track(axes: Axes, id: str, place: str, start: tuple[float, float], i: int) -> None:
    """A walk with its start as a ring."""
    slope = one_at_a_time(place, SPREAD[place]) if id == "sgd" else SLOPE[place]
    with np.errstate(all="ignore"):
        path = walk(registry.optimizers()[id], slope, start, STEPS, lr=RATES[id][USUAL])
    inside = np.all(np.isfinite(path) & (np.abs(path) < 5), axis=1)
    path = path if inside.all() else path[: int(np.argmin(inside))]
    track(axes, path, i, apart=0.4, linewidth=1.2)
    axes.plot(*start, color=FG, marker="o", markersize=6, markerfacecolor="none", markeredgewidth=1.4, zorder=6)


def fit() -> Figure:
    """The scatter of the fit lab and the line of each loss, its sign at the end."""
    figure, axes = one_panel(labels=list(FIT_SIGNS.values()), height=3.2)
    axes.plot(*POINTS.T, color=FG, marker="o", markersize=4.5, linestyle="none", zorder=4)
    across = np.array([0.0, 10.0])
    lines = []
    for i, id in enumerate(CANDIDATES):
        slope, intercept = line(POINTS, id, CANDIDATES[id].first)
        colour = [*COLOURS, FG][i]
        lines += axes.plot(
            across, slope * across + intercept, color=colour, linestyle=[*DASHES, "-"][i], linewidth=1.8 if i < 4 else 1.1
        )
    axes.set(xlim=(0, 10), ylim=(0, 10), xlabel="x", xticks=range(0, 11, 2), yticks=range(0, 11, 2))
    label_ends(axes, lines, list(FIT_SIGNS.values()))
    return figure
