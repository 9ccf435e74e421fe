"""What a squared penalty does to the test error of ridge regression: over samples, noise and strength, against no penalty."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 60
FEATURES = 25
ROWS = (30, 60, 200, 1000)
NOISES = {"noisy": 1.0, "clean": 0.1}
STRENGTHS = 10.0 ** np.arange(-5, 1.5, 0.5)
"""The penalty is this times the sum of squared weights, beside the mean of squared residuals."""
SMALL, LARGE = 2, 10
"""Where 1e-4 and 1 stand among the strengths."""


def run(seeds: Sequence[int]) -> Found:
    """The change of the test error in percent, by noise and rows: at each strength, and at the one that leave-one-out picks."""
    both = {(noise, rows): [_change(rows, NOISES[noise], seed) for seed in seeds] for noise in NOISES for rows in ROWS}
    change = {key: np.array([curve for curve, _ in found]) for key, found in both.items()}
    picked = {key: np.array([chosen for _, chosen in found]) for key, found in both.items()}
    numbers: dict[str, Measured] = {}
    for (noise, rows), found in change.items():
        name = f"{noise}_{rows}"
        numbers |= {f"{name}_small": measured(found[:, SMALL]), f"{name}_large": measured(found[:, LARGE])}
        numbers |= {f"{name}_picked": measured(picked[noise, rows])}
        numbers |= {f"{name}_best": exactly(STRENGTHS[np.argmin(np.median(found, axis=0))])}
    middle = {key: np.median(found, axis=0) for key, found in change.items()}
    holds = {
        "a_ten_thousandth_does_next_to_nothing": all(abs(curve[SMALL]) < 2 for curve in middle.values()),
        "few_noisy_rows_gain_far_more_than_a_quarter": bool(np.median(picked["noisy", 30]) < -40),
        "many_rows_gain_less_than_a_twentieth": bool(abs(np.median(picked["noisy", 1000])) < 5),
        "too_much_multiplies_the_error": bool(middle["clean", 60][LARGE] > 300),
        "noisy_data_want_strengths_inside_the_grid": all(0 < np.argmin(middle["noisy", n]) < len(STRENGTHS) - 1 for n in ROWS),
    }
    curves = {f"{noise}_{rows}": (tuple(STRENGTHS), tuple(curve)) for (noise, rows), curve in middle.items()}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _change(rows: int, noise: float, seed: int) -> tuple[Array, float]:
    rng = np.random.default_rng((seed, rows))
    truth = rng.normal(0, FEATURES**-0.5, FEATURES)
    x = rng.normal(size=(rows, FEATURES))
    y = x @ truth + noise * rng.normal(size=rows)
    plain = _test_error(_ridge(x, y, 0.0)[0], truth, noise)
    fits = [_ridge(x, y, strength) for strength in STRENGTHS]
    change = np.array([100 * (_test_error(weights, truth, noise) / plain - 1) for weights, _ in fits])
    return change, float(change[np.argmin([left_out for _, left_out in fits])])


def _ridge(x: Array, y: Array, strength: float) -> tuple[Array, float]:
    """Weights of least penalised mean square, and their leave-one-out error."""
    inverse = np.linalg.inv(x.T @ x + strength * len(y) * np.eye(FEATURES))
    weights = inverse @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    return weights, float(np.mean(((y - x @ weights) / (1 - leverage)) ** 2))


def _test_error(weights: Array, truth: Array, noise: float) -> float:
    """The expected squared error of a new row, whose features are standard normal."""
    return float(np.sum((weights - truth) ** 2)) + noise**2


def draw(found: Found) -> "Figure":
    """Test error over that without a penalty, against strength: one panel for each noise."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, FG, panels

    figure, both = panels(2, height=2.8)
    for axes, noise in zip(both, NOISES, strict=True):
        axes.axhline(1, color=FG, linewidth=0.8)
        axes.axvline(STRENGTHS[SMALL], color=FG, linewidth=0.8, linestyle=":")
        for i, rows in enumerate(ROWS):
            strengths, change = found.curves[f"{noise}_{rows}"]
            axes.plot(strengths, 1 + np.array(change) / 100, color=COLOURS[i], linestyle=DASHES[i])
        axes.set(xscale="log", yscale="log", xlabel="λ", xticks=[1e-4, 1e-2, 1])
    both[0].set(ylim=(0.2, 5), yticks=[0.25, 0.5, 1, 2, 4], yticklabels=["¼", "½", "1", "2", "4"])
    both[1].set(ylim=(0.2, 150), yticks=[1, 10, 100], yticklabels=["1", "10", "100"])
    for axes in both:
        axes.minorticks_off()
    signs(figure, [f"n = {rows}" for rows in ROWS])
    return figure
