"""Steps to a fixed training loss for SGD, momentum and Adam over grids of rates, on features of equal and of unequal scale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import adam, momentum, sgd
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 9
STEPS, EVERY, GOAL, BATCH = 600, 5, 0.15, 64
RULES = {"sgd": sgd, "momentum": momentum, "adam": adam}
RATES = {
    "sgd": np.geomspace(0.01, 3, 9),
    "momentum": np.geomspace(0.003, 1, 9),
    "adam": np.geomspace(0.001, 0.3, 9),
}
SCALES = {"equal": 0.0, "spread": 1.0}
"""Features are multiplied by ten to the power of numbers drawn between minus this and this."""


def run(seeds: Sequence[int]) -> Found:
    """Median steps by rule, rate and data; runs that did not arrive count as infinite."""
    steps = {
        (data, rule): np.array([[_steps(rule, rate, spread, seed) for seed in seeds] for rate in RATES[rule]])
        for data, spread in SCALES.items()
        for rule in RULES
    }
    best = {key: found[int(np.argmin(np.median(found, axis=1)))] for key, found in steps.items()}
    numbers: dict[str, Measured] = {f"{data}_{rule}": measured(found) for (data, rule), found in best.items()}
    fewer = {data: 100 * (1 - best[data, "adam"] / best[data, "sgd"]) for data in SCALES}
    numbers |= {f"{data}_fewer": measured(found) for data, found in fewer.items()}
    numbers |= {"goal": exactly(GOAL), "most": exactly(STEPS)}
    curves = {
        f"{data}_{rule}": (tuple(RATES[rule]), tuple(np.where(np.isfinite(m := np.median(found, axis=1)), m, STEPS)))
        for (data, rule), found in steps.items()
    }
    spread_gain, equal_gain = np.median(fewer["spread"]), np.median(fewer["equal"])
    holds = {"no_one_figure": bool(spread_gain > equal_gain + 20), "adam_is_far_ahead_on_spread_scales": bool(spread_gain > 50)}
    return Found(numbers=numbers, curves=curves, holds=holds)


def _steps(rule: str, rate: float, spread: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, apart=0.5)
    data = _nets.Data(data.rows * 10 ** rng.uniform(-spread, spread, data.rows.shape[1]), data.labels)
    order = rng.integers(len(data.labels), size=(STEPS + 1, BATCH))

    def arrived(step: int, weights: _nets.Weights) -> bool:
        return step % EVERY == 0 and _nets.cross_entropy(_nets.forward(weights, data.rows)[-1], data.labels)[0] < GOAL

    def batch(step: int) -> _nets.Data:
        return _nets.Data(data.rows[order[step]], data.labels[order[step]])

    with np.errstate(all="ignore"):
        found = _nets.train(RULES[rule], _nets.start(rng, (20, 32, 3)), batch, STEPS, arrived, lr=rate)
    return np.inf if found is None else float(found)


def draw(found: Found) -> "Figure":
    """Steps against rate: one panel for each kind of data."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, both = panels(2, height=2.8)
    for axes, data in zip(both, SCALES, strict=True):
        for i, rule in enumerate(RULES):
            axes.plot(*found.curves[f"{data}_{rule}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        axes.set(xscale="log", yscale="log", xlabel="η", ylim=(8, 700))
    signs(figure, ["SGD", "μ", "Adam"])
    return figure
