"""What half precision does to small gradients: those of a network that has nearly finished, and a wide spread drawn at random."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import momentum
from kbgen.trials import Found, Measured, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 12
DRAWN = 20_000
CENTRE, SPREAD = -6.5, 1.0
"""Drawn gradients have sizes whose decimal logarithm is normal with this mean and deviation."""
SCALES = 2.0 ** np.arange(0, 39, 2)
USUAL = 2.0**15
STEPS, BATCH, RATE = 600, 64, 0.03


def run(seeds: Sequence[int]) -> Found:
    """Shares in percent of gradients that become zero or infinite in a format, by what the loss is multiplied with."""
    drawn, trained = [_drawn(seed) for seed in seeds], [_trained(seed) for seed in seeds]
    numbers: dict[str, Measured] = {}
    lost: dict[str, Array] = {}
    for name, sets in (("drawn", drawn), ("trained", trained)):
        lost[name] = np.array([[_lost(half, g, scale) for scale in SCALES] for g in sets])
        numbers |= {f"{name}_lost": measured(lost[name][:, 0])}
        numbers |= {f"{name}_scaled": measured([_lost(half, g, USUAL) for g in sets])}
        numbers |= {f"{name}_brain": measured([_lost(brain, g, 1.0) for g in sets])}
        numbers |= {f"{name}_room": measured([_room(g) for g in sets])}
    over = np.array([[_infinite(g, scale) for scale in SCALES] for g in drawn])
    numbers |= {"half_error": measured([_error(half, g * USUAL) for g in drawn])}
    numbers |= {"brain_error": measured([_error(brain, g) for g in drawn])}
    holds = {
        "half_precision_loses_a_tenth_of_the_drawn": bool(lost["drawn"][:, 0].min() > 10),
        "it_loses_some_of_the_trained": bool(np.median(lost["trained"][:, 0]) > 2),
        "the_usual_scale_saves_the_drawn": numbers["drawn_scaled"].value < 0.01,
        "and_most_of_the_trained": bool(numbers["trained_scaled"].value < numbers["trained_lost"].value / 4),
        "too_large_a_scale_overflows": bool(over[:, -1].min() > 10),
        "brain_floats_lose_none_unscaled": max(numbers["drawn_brain"].value, numbers["trained_brain"].value) < 0.01,
        "brain_floats_round_more": bool(numbers["brain_error"].value > 4 * numbers["half_error"].value),
    }
    powers = tuple(np.log2(SCALES))
    rows = {"drawn": lost["drawn"], "trained": lost["trained"], "over": over}
    return Found(numbers=numbers, holds=holds, curves={name: (powers, tuple(np.median(v, axis=0))) for name, v in rows.items()})


def half(values: Array) -> Array:
    """As IEEE half precision keeps them: 11 bits, exponents from -14, below that fewer bits, down to 2^-24."""
    with np.errstate(over="ignore"):
        return values.astype(np.float16).astype(float)


def brain(values: Array) -> Array:
    """As bfloat16 keeps them: the exponents of single precision, and 8 bits, rounded to even."""
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32).astype(float)


def _lost(kept: Callable[[Array], Array], gradients: Array, scale: float) -> float:
    """The share that becomes zero."""
    return 100 * float(np.mean(kept(gradients * scale) == 0))


def _infinite(gradients: Array, scale: float) -> float:
    return 100 * float(np.mean(np.isinf(half(gradients * scale))))


def _room(gradients: Array) -> float:
    """The largest power of two that sends none to infinity, as an exponent."""
    return float(max(k for k in range(64) if _infinite(gradients, 2.0**k) == 0))


def _error(kept: Callable[[Array], Array], values: Array) -> float:
    """The mean relative error of rounding in percent, of values well inside the range."""
    inside = values[(np.abs(values) > 2e-4) & (np.abs(values) < 6e4)]
    return 100 * float(np.mean(np.abs(kept(inside) / inside - 1)))


def _drawn(seed: int) -> Array:
    return np.asarray(10 ** np.random.default_rng(seed).normal(CENTRE, SPREAD, DRAWN))


def _trained(seed: int) -> Array:
    """The gradients, other than zero, of a batch after the last step of training."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng)
    weights = _nets.start(rng, (20, 32, 32, 3))
    order = rng.integers(len(data.labels), size=(STEPS + 1, BATCH))
    last = list[_nets.Weights]()

    def batch(step: int) -> _nets.Data:
        return _nets.Data(data.rows[order[step]], data.labels[order[step]])

    def keep(step: int, now: _nets.Weights) -> bool:
        if step == STEPS:
            last.append(now)
        return step == STEPS

    _nets.train(momentum, weights, batch, STEPS, keep, lr=RATE)
    found = _nets.flat(_nets.gradient(last[0], batch(0))[1])
    return np.asarray(np.abs(found[found != 0]))


def draw(found: Found) -> "Figure":
    """What is lost at either end, against the scale as a power of two."""
    from kbgen.figures.drawings._shared import say
    from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panel

    figure, axes = panel(height=2.8)
    for i, name in enumerate(("drawn", "trained", "over")):
        axes.plot(*found.curves[name], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
    axes.axvline(np.log2(USUAL), color=FG, linewidth=0.8, linestyle=":")
    axes.set(xlabel="k", xlim=(-0.5, 38.5), ylim=(-1, 32))
    say(axes, "2¹⁵", np.log2(USUAL), 32, offset=(0, 6))
    say(axes, "→ 0", 4, 13)
    say(axes, "→ ∞", 31, 13)
    name_axis(axes, "%")
    return figure
