"""The numbers of a curve: value and slope of a loss along a straight line through its inputs. Needs nothing that draws."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbgen import registry
from kbgen.model import Loss, Plot

Array = NDArray[np.float64]
POINTS, COUPLED = 241, 121
"""Samples of a curve; fewer where each of them costs a whole batch: a step is three pixels then."""
HUGE = 1e12
MANY = 400
"""A process that stays, such as the preview, forgets its curves when it has so many."""
_of_batches: dict[str, tuple[Array, Array]] = {}
"""Curves that cost a whole batch for each point: the pictures of value and slope, and their axes, are all made of the same few."""


def costs_items(loss: Loss) -> bool:
    """Whether a point of a curve costs an item of a batch, not a whole one."""
    return loss.output[:1] == ("n",)


def points_of(loss: Loss) -> int:
    """How many points a curve of this loss has."""
    return POINTS if costs_items(loss) else COUPLED


def curves(loss: Loss, sweep: str, points: int | None = None) -> Iterator[tuple[str, Array, Array]]:
    """(label, value, slope) of each curve, on so many points, or as many as its pictures have."""
    assert loss.plot is not None
    plot, points = loss.plot, points or points_of(loss)
    if sweep:
        for number in loss.params[sweep].sweep:
            yield f"{symbol(loss.params[sweep].symbol)} = {number:g}", *along(loss, {**plot.params, sweep: number}, {}, points)
    elif plot.lines:
        ((name, values),) = plot.lines.items()
        for label, given in zip(plot.labels, values, strict=True):
            yield label, *along(loss, plot.params, {name: given}, points)
    else:
        yield "", *along(loss, plot.params, {}, points)


def along(loss: Loss, params: Mapping[str, Any], chosen: Mapping[str, Any], points: int) -> tuple[Array, Array]:
    """Value and directional derivative at some points from `start` to `stop`."""
    assert loss.plot is not None
    plot, way = loss.plot, np.linspace(0, 1, points)
    ends = {name: (np.asarray(plot.start[name], float), np.asarray(plot.stop[name], float)) for name in plot.start}
    still = {name: np.asarray(value, float) for name, value in {**plot.fixed, **chosen}.items()}
    per_item = {name for name, given in loss.inputs.items() if given.shape[:1] == ("n",)}

    given = {name: a + (b - a) * way.reshape(-1, *[1] * a.ndim) for name, (a, b) in ends.items()}
    given |= {name: np.broadcast_to(value, (points, *value.shape)) for name, value in still.items()}

    def at(first: int, end: int) -> list[Array]:
        """All inputs for some points: one item each, and what all items share as it is (at the first point, if it moves)."""
        return [given[name][first:end] if name in per_item else given[name][first] for name in loss.inputs]

    steps = {name: (b - a) / float(plot.range[1] - plot.range[0]) for name, (a, b) in ends.items()}
    function, grad = (partial(registry.losses()[name], **params) for name in (loss.id, f"{loss.id}_grad"))
    with np.errstate(all="ignore"):
        if costs_items(loss) and per_item.issuperset(ends):
            return np.asarray(function(*at(0, points))), _slope(loss, grad(*at(0, points)), steps, points)
        key = f"{loss.id} {plot!r} {loss.inputs} {loss.differentiable} {params} {chosen} {points}"
        if key not in _of_batches:
            if len(_of_batches) >= MANY:
                _of_batches.clear()
            batches = [at(i, i + 1) for i in range(points)]
            values = np.array([np.sum(function(*batch)) for batch in batches])
            _of_batches[key] = values, np.concatenate([_slope(loss, grad(*batch), steps, 1) for batch in batches])
        return _of_batches[key]


def _slope(loss: Loss, grads: Any, steps: Mapping[str, Array], items: int) -> Array:
    """The gradient along the line, per item; inputs without a gradient add nothing."""
    slope = np.zeros(items)
    for name, grad in zip(loss.differentiable, grads if isinstance(grads, tuple) else (grads,), strict=True):
        if name in steps:
            slope = slope + (grad * steps[name]).reshape(items, -1).sum(axis=1)
    return slope


def limits(plot: Plot, what: str, shown: Sequence[Array]) -> tuple[float, float]:
    """Where the vertical axis of these curves begins and ends."""
    every = np.concatenate([broken_at_jumps(y) for y in shown])
    return clip(every[np.isfinite(every)], (plot.y if what == "value" else plot.slope_y) or (-HUGE, HUGE))


def broken_at_jumps(y: Array) -> Array:
    """The samples with a gap where they jump: a vertical stroke would be a lie."""
    broken = y.astype(float).copy()
    broken[:-1][jumps(y)] = np.nan
    return broken


def jumps(y: Array) -> NDArray[np.bool_]:
    """Whether each step from a sample to the next is a jump.

    A step is a jump if it dwarfs the steps a little further along on both sides; a steep but continuous stretch has steep
    neighbours. (The steps next to it do not count: a sample may sit in the middle of a jump, as sign(0) does.)
    """
    spread = np.ptp(y[np.isfinite(y)]) if np.isfinite(y).any() else 0.0
    steps = np.pad(np.abs(np.diff(y)), 3, mode="edge")
    near = np.maximum.reduce([steps[k : len(steps) - 6 + k] for k in (0, 1, 5, 6)])
    return np.asarray(steps[3:-3] > 8 * near + 0.02 * spread)


def clip(values: Iterable[float], bounds: tuple[float, float]) -> tuple[float, float]:
    """Axis limits that hold the values with some air, no wider than `bounds`."""
    finite = [v for v in values if abs(v) < float("inf")]
    low, high = max(min(finite), bounds[0]), min(max(finite), bounds[1])
    if high - low < 1e-9 * max(1.0, abs(high)):
        return low - 1, high + 1
    air = 0.06 * (high - low)
    return low - air, high + air


GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "tau": "τ", "lambda": "λ", "eta": "η",
    "mu": "μ", "nu": "ν", "sigma": "σ", "rho": "ρ",
    "theta": "θ", "kappa": "κ", "omega": "ω", "pi": "π", "phi": "φ", "xi": "ξ", "zeta": "ζ",
}  # fmt: skip


def symbol(tex: str) -> str:
    """A parameter's sign as plain Unicode."""
    bare = re.sub(r"[{}]|\\mathrm|\\text", "", tex).replace("\\hat y", "ŷ")
    for name, sign in GREEK.items():
        bare = bare.replace(f"\\{name}", sign)
    head, _, tail = bare.strip().partition("_")
    low = tail.translate(str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"))
    return f"{head}_{tail}" if low.isalpha() else head + low
