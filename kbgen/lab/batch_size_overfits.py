"""Errors of one small network trained with small and with full batches: at one rate, at the best rate, and with as many steps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import sgd
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 10
ROWS, CHECK, EPOCHS = 128, 2000, 50
BATCHES = (8, 32, 128)
RATES = {size: 0.05 * 2.0 ** np.arange(first, first + 9) for size, first in zip(BATCHES, (-4, -3, -1), strict=True)}
APART = 0.4
SHARED = 0.05
"""The rate that all batch sizes are given in the naive comparison."""


def run(seeds: Sequence[int]) -> Found:
    """Errors in percent on training, validation and test rows by batch and rate, over the same epochs; full batches also longer."""
    short = {size: np.array([[_errors(size, rate, EPOCHS, seed) for seed in seeds] for rate in RATES[size]]) for size in BATCHES}
    best = {size: int(np.argmin(found[:, :, 1].mean(axis=1))) for size, found in short.items()}
    small, *_, full = (found[list(RATES[size]).index(SHARED)] for size, found in short.items())
    runs = {"shared_8": small, "shared_128": full}
    runs |= {f"best_{size}": found[best[size]] for size, found in short.items()}
    longer = EPOCHS * BATCHES[-1] // BATCHES[0]
    runs |= {"longer_128": np.array([_errors(BATCHES[-1], SHARED, longer, seed) for seed in seeds])}
    numbers: dict[str, Measured] = {}
    for name, found in runs.items():
        numbers |= {f"{name}_train": measured(found[:, 0]), f"{name}_test": measured(found[:, 2])}
    numbers |= {f"rate_{size}": exactly(RATES[size][place]) for size, place in best.items()}
    apart = {name: (runs[name] - runs["best_8"])[:, 2] for name in ("best_128", "longer_128")}
    numbers |= {f"{name}_more": measured(found) for name, found in apart.items()}
    holds = {
        "full_batches_at_the_shared_rate_are_under_trained": bool(full[:, 0].mean() > small[:, 0].mean() + 5),
        "full_batches_at_the_shared_rate_have_the_smaller_gap": bool(_gap(full) < _gap(small)),
        "at_the_best_rate_the_difference_is_small": bool(abs(apart["best_128"].mean()) < 2.5),
        "with_as_many_steps_the_difference_is_small": bool(abs(apart["longer_128"].mean()) < 2.5),
    }
    curves = {
        f"{part}_{size}": (tuple(RATES[size]), tuple(found[:, :, place].mean(axis=1)))
        for size, found in short.items()
        for part, place in (("train", 0), ("test", 2))
    }
    return Found(numbers=numbers, holds=holds, curves=curves)


def _gap(errors: Array) -> float:
    return float((errors[:, 2] - errors[:, 0]).mean())


def _errors(size: int, rate: float, epochs: int, seed: int) -> tuple[float, float, float]:
    """Errors on training, validation and test rows after `epochs` passes in batches of `size`."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, rows=ROWS + 2 * CHECK, apart=APART)
    parts = [_nets.Data(data.rows[a:b], data.labels[a:b]) for a, b in ((0, ROWS), (ROWS, -CHECK), (ROWS + CHECK, None))]
    weights = _nets.start(rng, (20, 64, 3))
    order = np.concatenate([rng.permutation(ROWS) for _ in range(epochs)]).reshape(-1, size)
    last = list[_nets.Weights]()

    def keep(step: int, now: _nets.Weights) -> bool:
        if step == len(order):
            last.append(now)
        return step == len(order)

    def batch(step: int) -> _nets.Data:
        return _nets.Data(parts[0].rows[order[step - 1]], parts[0].labels[order[step - 1]])

    with np.errstate(all="ignore"):
        arrived = _nets.train(sgd, weights, batch, len(order), keep, lr=rate)
    if arrived is None:
        return 100.0, 100.0, 100.0
    train, check, test = (100 * float(np.mean(_nets.forward(last[0], p.rows)[-1].argmax(axis=1) != p.labels)) for p in parts)
    return train, check, test


def draw(found: Found) -> "Figure":
    """Training error on the left and test error on the right, against rate, by batch size."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, FG, panels

    figure, both = panels(2, height=2.8)
    for axes, part in zip(both, ("train", "test"), strict=True):
        axes.axvline(SHARED, color=FG, linewidth=0.8, linestyle=":")
        for i, size in enumerate(BATCHES):
            axes.plot(*found.curves[f"{part}_{size}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        axes.set(xscale="log", xlabel="η", ylim=(-2, 44))
    signs(figure, [f"B = {size}" for size in BATCHES])
    return figure
