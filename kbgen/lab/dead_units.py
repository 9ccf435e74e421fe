"""Share of ReLU units that no row wakes, against the rate and against the length of the first step, for two losses."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kbgen.lab import _deep, _nets
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 12
STEPS, SHIFT, FEW, BIAS, CALM = 20, 1.0, 0.05, -5.0, 0.1
LOSSES: dict[str, _nets.Cost] = {
    "squares": _deep.squares,
    "entropy": _nets.cross_entropy,
    "hundred": partial(_deep.squares, scale=100.0),
}
"""Squared error of one-hot targets, cross-entropy, and squared error with targets a hundred times as large."""
RATES = np.geomspace(1e-3, 10, 17)


def run(seeds: Sequence[int]) -> Found:
    """For every loss: the rate, and the length of the first step, from which on units die; then what centring and offsets do."""
    found = {loss: np.array([[_silent(loss, rate, seed) for rate in RATES] for seed in seeds]) for loss in LOSSES}
    first = {loss: [int(np.argmax(shares[:, 0] > FEW)) for shares in of] for loss, of in found.items()}
    rates = {loss: np.array([RATES[i] for i in places]) for loss, places in first.items()}
    steps = {loss: np.array([found[loss][j, i, 1] for j, i in enumerate(places)]) for loss, places in first.items()}
    numbers: dict[str, Measured] = {f"{loss}_rate": measured(rates[loss]) for loss in LOSSES}
    numbers |= {f"{loss}_step": measured(steps[loss]) for loss in LOSSES}
    worst = float(np.median(rates["entropy"])) * 3
    share = {
        "shifted": [_silent("entropy", worst, seed)[0] for seed in seeds],
        "centred": [_silent("entropy", worst, seed, shift=0)[0] for seed in seeds],
        "bias": [_silent("entropy", CALM, seed, shift=0, bias=BIAS)[0] for seed in seeds],
        "no_bias": [_silent("entropy", CALM, seed, shift=0)[0] for seed in seeds],
    }
    numbers |= {name: measured(100 * np.array(shares)) for name, shares in share.items()}
    numbers |= {"few": exactly(100 * FEW), "steps": exactly(STEPS), "calm": exactly(CALM)}
    middle = {name: float(np.median(shares)) for name, shares in share.items()}
    apart, near = (_ratio([np.median(of[loss]) for loss in LOSSES]) for of in (rates, steps))
    holds = {
        "both_losses_kill": all(shares[:, -1, 0].mean() > 0.5 for shares in found.values()),
        "small_rates_kill_with_neither": all(shares[:, 0, 0].max() == 0 for shares in found.values()),
        "rates_differ_but_steps_agree": apart > 10 and near < 3,
        "centring_helps": middle["shifted"] > 0.3 and middle["centred"] < 0.05,
        "offsets_alone_can_kill": middle["bias"] > 0.5 and middle["no_bias"] < 0.5,
    }
    return Found(numbers=numbers, holds=holds, curves=_curves(found))


def _ratio(values: Sequence[float]) -> float:
    return max(values) / min(values)


def _curves(found: dict[str, _nets.Array]) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Mean share in percent against the rate, and against the median length of the first step."""
    shares = {loss: tuple(100 * of[:, :, 0].mean(axis=0)) for loss, of in found.items()}
    by_rate = {f"{loss}_rate": (tuple(RATES), share) for loss, share in shares.items()}
    return by_rate | {f"{loss}_step": (tuple(np.median(found[loss][:, :, 1], axis=0)), share) for loss, share in shares.items()}


def _silent(loss: str, rate: float, seed: int, *, shift: float = SHIFT, bias: float = 0.0) -> tuple[float, float]:
    """The share of silent units after the last step whose weights are numbers, and the length of the first step."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, apart=0.5)
    data = _nets.Data(data.rows + shift, data.labels)
    weights = _nets.start(rng, (20, 32, 3))
    weights[1] = weights[1] + bias
    with np.errstate(all="ignore"):
        trace = _deep.descend(weights, lambda _, w: _nets.gradient(w, data, LOSSES[loss]), lambda _: rate, range(STEPS))
        length = rate * np.linalg.norm(_nets.flat(_nets.gradient(weights, data, LOSSES[loss])[1]))
        return _deep.silent(trace.weights, data.rows), float(length)


def draw(found: Found) -> "Figure":
    """The same shares twice: against the rate, and against the length of the first step."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, both = panels(2, height=2.9)
    for axes, across, name in zip(both, ("rate", "step"), ("η", "‖Δθ₁‖"), strict=True):
        for i, loss in enumerate(LOSSES):
            axes.plot(*found.curves[f"{loss}_{across}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        axes.set(xscale="log", xlabel=name, ylim=(-3, 103))
    both[1].set_xlim(0.01, 100)
    both[0].text(0.05, 0.9, "%", transform=both[0].transAxes)
    signs(figure, ["½‖ŷ−y‖²", "−log p", "½‖ŷ−100y‖²"])
    return figure
