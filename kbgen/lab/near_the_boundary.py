"""How hard margin losses pull at each margin, and what part of the whole pull the worst mistakes take."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.losses import margin as margins
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]

SEEDS = 30
NAMES = (
    "perceptron", "hinge", "smooth_hinge", "squared_hinge", "modified_huber",
    "soft_margin", "exponential", "ramp", "savage", "tangent",
)  # fmt: skip
GROWING, FADING = ("squared_hinge", "exponential"), ("ramp", "savage", "tangent")
ROWS, CENTRE, SPREAD, LOST = 2000, 1.0, 2.0, -2.0
"""Margins are normal with this centre and spread; a mistake is a bad one if its margin is below LOST."""
FAR, EDGE = -4.0, -0.5
GRID = np.linspace(-5, 5, 161)


def run(seeds: Sequence[int]) -> Found:
    """Pulls at fixed margins; per cent of the whole pull that bad mistakes take, for random margins."""
    lost = {name: measured([_share(name, seed) for seed in seeds]) for name in NAMES}
    far, edge = ({name: float(pull(name, np.array([place]))[0]) for name in NAMES} for place in (FAR, EDGE))
    numbers: dict[str, Measured] = {f"{name}_lost": found for name, found in lost.items()}
    numbers |= {f"{name}_far": exactly(value) for name, value in far.items()}
    numbers |= {f"{name}_edge": exactly(value) for name, value in edge.items()}
    numbers["samples"] = measured([float(100 * np.mean(_margins(seed) < LOST)) for seed in seeds])
    curves = {name: (tuple(GRID), tuple(_value(name, GRID)), tuple(pull(name, GRID))) for name in NAMES}
    holds = {
        "hinge_pulls_alike_far_and_near": far["hinge"] == edge["hinge"] == 1,
        "growing_losses_pull_harder_far_out": all(far[name] > 2 * edge[name] for name in GROWING),
        "fading_losses_pull_harder_near": all(far[name] < edge[name] / 2 for name in FADING),
        "growing_losses_hear_the_worst": all(lost[name].value > 2 * lost["hinge"].value for name in GROWING),
        "fading_losses_hear_them_least": all(lost[name].value < lost["hinge"].value for name in FADING),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def pull(name: str, margin: Array) -> Array:
    """Size of the slope by the score."""
    grad: Callable[[Array, Array], Array] = getattr(margins, f"{name}_grad")
    return np.abs(grad(margin, np.ones_like(margin)))


def _value(name: str, margin: Array) -> Array:
    return np.asarray(getattr(margins, name)(margin, np.ones_like(margin)))


def _margins(seed: int) -> Array:
    return np.random.default_rng(seed).normal(CENTRE, SPREAD, ROWS)


def _share(name: str, seed: int) -> float:
    margin = _margins(seed)
    pulls = pull(name, margin)
    return float(100 * pulls[margin < LOST].sum() / pulls.sum())


def draw(found: Found) -> "Figure":
    """Each loss and its pull on common axes, over the count of errors."""
    from kbgen.figures.style import COLOURS, DASHES, FG
    from kbgen.lab._pictures import multiples

    figure, grid = multiples(len(NAMES), 3, number=(0.9, 0.88))
    for axes, name in zip(grid, NAMES, strict=True):
        margin, value, slope = found.curves[name]
        axes.fill_between([-5, 0], [1, 1], color=FG, alpha=0.12, linewidth=0)
        axes.plot(margin, value, color=COLOURS[0], linewidth=1.8)
        axes.plot(margin, slope, color=COLOURS[1], linestyle=DASHES[1], linewidth=1.6)
        axes.set(xlim=(-5, 5), ylim=(0, 5), xticks=(-4, 0, 4), yticks=(0, 2, 4))
    return figure
