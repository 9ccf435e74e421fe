"""How far two outliers move the centre that each loss on residuals finds, when they lie near and when they lie far out."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.losses import regression, robust
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]

SEEDS = 30
NAMES: Mapping[str, Mapping[str, float]] = {
    "squared_error": {}, "absolute_error": {}, "quantile": {"tau": 0.8}, "epsilon_insensitive": {"epsilon": 0.5},
    "huber": {}, "pseudo_huber": {}, "log_cosh": {}, "fair": {},
    "cauchy": {}, "geman_mcclure": {}, "welsch": {}, "tukey_biweight": {},
}  # fmt: skip
"""Losses on residuals and the constants they are used with, where those are not the usual ones."""
BOUNDED = ("absolute_error", "quantile", "epsilon_insensitive", "huber", "pseudo_huber", "log_cosh", "fair")
FADING = ("cauchy", "geman_mcclure", "welsch", "tukey_biweight")
CLEAN, OUTLIERS, NEAR, FAR = 21, 2, 5.0, 40.0
CENTRES = np.arange(-4, 6, 0.005)
GRID = np.linspace(-5, 5, 161)


def run(seeds: Sequence[int]) -> Found:
    """Shifts of the centre by outliers at NEAR and at FAR."""
    near, far = ({name: measured([_shift(name, place, seed) for seed in seeds]) for name in NAMES} for place in (NEAR, FAR))
    numbers: dict[str, Measured] = {f"{name}_near": found for name, found in near.items()}
    numbers |= {f"{name}_far": found for name, found in far.items()}
    numbers |= {"near": exactly(NEAR), "far": exactly(FAR)}
    curves = {name: (tuple(GRID), tuple(_loss(name)(GRID)), tuple(_loss(name, "_grad")(GRID))) for name in NAMES}
    gone = {name: far[name].value / far["squared_error"].value for name in NAMES}
    holds = {
        "the_mean_follows": far["squared_error"].value > 5 * near["squared_error"].value,
        "bounded_losses_stop": all(abs(far[name].value - near[name].value) < 0.15 for name in BOUNDED),
        "bounded_losses_still_move": all(far[name].value > 0.03 for name in BOUNDED),
        "bounded_losses_move_much_less": all(gone[name] < 0.2 for name in BOUNDED),
        "fading_losses_forget": all(far[name].value < far["huber"].value / 2 for name in FADING),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _loss(name: str, part: str = "") -> Callable[[Array], Array]:
    """The loss, or with `_grad` its slope, of residuals."""
    function = getattr(regression if hasattr(regression, name) else robust, name + part)
    return lambda residual: function(residual, np.zeros_like(residual), **NAMES[name])


def _shift(name: str, place: float, seed: int) -> float:
    clean = np.random.default_rng(seed).normal(size=CLEAN)
    return _centre(name, np.append(clean, np.full(OUTLIERS, place))) - _centre(name, clean)


def _centre(name: str, sample: Array) -> float:
    """The constant of least mean loss, on a grid."""
    residuals = (CENTRES[:, None] - sample).ravel()
    return float(CENTRES[_loss(name)(residuals).reshape(len(CENTRES), -1).sum(axis=1).argmin()])


def draw(found: Found) -> "Figure":
    """Each loss and its slope on common axes."""
    from kbgen.figures.style import COLOURS, DASHES
    from kbgen.lab._pictures import multiples

    figure, grid = multiples(len(NAMES), 3, number=(0.5, 0.88))
    for axes, name in zip(grid, NAMES, strict=True):
        residual, value, slope = found.curves[name]
        axes.plot(residual, value, color=COLOURS[0], linewidth=1.8)
        axes.plot(residual, slope, color=COLOURS[1], linestyle=DASHES[1], linewidth=1.6)
        axes.set(xlim=(-5, 5), ylim=(-2, 5), xticks=(-4, 0, 4), yticks=(-2, 0, 2, 4))
    return figure
