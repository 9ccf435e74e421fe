"""The Fréchet distance of a linear generator fitted by reconstruction, with and without a kernel term; and its bias."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab._nets import Array
from kbgen.losses.divergence import mmd_grad
from kbgen.optimizers.rules import adam
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 15
SHARES = {"little": 0.3, "much": 0.8}
"""How much of the variance of the data the code tells."""
WEIGHTS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0)
SPREAD = np.array([2.0, 1.0])
ROWS, BATCH, STEPS, RATE, BANDWIDTH = 400, 48, 200, 0.05, 2.0
MANY, FEW = 4000, 20
STEP: Callable[..., Any] = partial(adam, lr=RATE)
PULL: Callable[..., Array] = partial(mmd_grad, bandwidth=BANDWIDTH)
COUNTS, DIMENSIONS = (50, 100, 200, 400, 800, 1600), (2, 32)


def run(seeds: Sequence[int]) -> Found:
    """Distance and squared error by weight; the distance between samples of one distribution by their number."""
    fits = {name: np.array([_fitted(share, seed) for seed in seeds]) for name, share in SHARES.items()}
    drops = {name: 100 * (found[:, :, 0] / found[:, :1, 0] - 1) for name, found in fits.items()}
    numbers: dict[str, Measured] = {}
    for name, found in fits.items():
        for what, k in (("distance", 0), ("error", 2)):
            numbers |= {f"{name}_{what}_{weight:g}": measured(found[:, i, k]) for i, weight in enumerate(WEIGHTS)}
        numbers |= {f"{name}_change_{weight:g}": measured(drops[name][:, i]) for i, weight in enumerate(WEIGHTS) if weight}
    few = fits["much"][:, :, 1]
    numbers |= {"few_0": measured(few[:, 0]), "few_100": measured(few[:, -1])}
    same = {d: np.array([[_of_one_source(n, d, seed) for n in COUNTS] for seed in seeds]) for d in DIMENSIONS}
    numbers |= {f"same_{d}_{n}": measured(found[:, i]) for d, found in same.items() for i, n in enumerate(COUNTS)}
    numbers |= {"many": exactly(MANY), "few": exactly(FEW)}
    curves = {name: tuple(tuple(np.median(found[:, :, k], axis=0)) for k in (0, 2)) for name, found in fits.items()}
    curves |= {f"same_{d}": (COUNTS, tuple(np.median(found, axis=0))) for d, found in same.items()}
    value = {name: number.value for name, number in numbers.items()}
    holds = {
        "every_percentage_is_to_be_had": bool(-25 < value["little_change_1"] < 0 and value["little_change_30"] < -60),
        "the_error_pays": bool(value["little_error_100"] > value["little_error_0"] + 0.2),
        "the_same_weight_gives_another_figure": bool(value["little_change_30"] < value["much_change_30"] - 5),
        "few_samples_hide_it": bool(value["few_0"] > 4 * value["much_distance_0"]),
        "biased_without_any_difference": bool(value["same_32_50"] > 8 * value["same_32_800"] > 0),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _fitted(share: float, seed: int) -> list[tuple[float, float, float]]:
    """For every weight: the distance with many samples and with few, and the squared error on new pairs."""
    found = []
    for weight in WEIGHTS:
        rng = np.random.default_rng(seed)
        code, data = _pairs(rng, share, ROWS)
        theta, state = np.concatenate([np.eye(2), 0.1 * rng.normal(size=(2, 2)), np.zeros((1, 2))]), list[Array]()
        for _ in range(STEPS):
            rows = rng.choice(ROWS, BATCH, replace=False)
            given = _given(rng, code[rows])
            made = given @ theta
            slope = 2 * (made - data[rows]) / BATCH + weight * PULL(made[None], data[None, rows])[0]
            theta, *state = STEP(theta, given.T @ slope, *state)
        code, data = _pairs(rng, share, MANY)
        made = _given(rng, code) @ theta
        error = float(np.mean(np.sum((made - data) ** 2, axis=1)))
        others = _pairs(rng, share, MANY)[1]
        found.append((frechet(made, others), frechet(made[:FEW], others[:FEW]), error))
    return found


def _pairs(rng: np.random.Generator, share: float, rows: int) -> tuple[Array, Array]:
    """Codes, and data of which they tell a share of the variance."""
    code = rng.normal(size=(rows, 2))
    return code, SPREAD * (np.sqrt(share) * code + np.sqrt(1 - share) * rng.normal(size=(rows, 2)))


def _given(rng: np.random.Generator, code: Array) -> Array:
    """What the generator sees: the code, fresh noise, and a one for its offset."""
    return np.hstack([code, rng.normal(size=code.shape), np.ones((len(code), 1))])


def frechet(a: Array, b: Array) -> float:
    """Squared distance between the Gaussians of the means and covariances of two samples."""
    roots = [np.linalg.cholesky(np.cov(rows.T)) for rows in (a, b)]
    # the trace of the root of S1^(1/2) S2 S1^(1/2) is the sum of the singular values of L1' L2
    common = np.linalg.svd(roots[0].T @ roots[1], compute_uv=False).sum()
    return float(np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + sum(np.sum(root**2) for root in roots) - 2 * common)


def _of_one_source(count: int, dimension: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    return frechet(*rng.normal(size=(2, count, dimension)))


def draw(found: Found) -> "Figure":
    """Distance against squared error while the weight grows; and the distance of equal distributions against samples."""
    from kbgen.figures.drawings._shared import say
    from kbgen.figures.style import COLOURS, DASHES, name_axis, panels

    figure, (left, right) = panels(2, width=5.1, height=2.7)
    distances, errors = found.curves["little"]
    left.plot(errors, distances, color=COLOURS[0], marker="o", markersize=4)
    for weight, x, y in zip(WEIGHTS, errors, distances, strict=True):
        if weight in {0, 10, 100}:
            say(left, f"{weight:g}", x, y, COLOURS[0], offset=(10, 7))
    left.set(xlabel="MSE", ylim=(0, 1.15), xlim=(3.5, 4.45), xticks=(3.6, 3.9, 4.2))
    for i, d in enumerate(DIMENSIONS):
        counts, same = found.curves[f"same_{d}"]
        right.plot(counts, same, color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        say(right, f"d = {d}", counts[2], same[2], COLOURS[i], offset=(14, 12))
    right.set(xscale="log", yscale="log", xlabel="n")
    for axes in (left, right):
        name_axis(axes, "d²")
    return figure
