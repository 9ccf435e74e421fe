"""Update rules written as two libraries write them, with shared constants; and RMSProp with the defaults of two libraries."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import adam, momentum, rmsprop
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 10
STEPS, GOAL, BATCH, EPS = 1500, 0.15, 64, 1e-8
LR = {"momentum": 0.03, "adam": 0.003, "rmsprop": 0.003}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
PRINTED = {"small": 0.001, "large": 0.01}
"""Rates at which differences are printed."""

Rule = Callable[..., Any]


def _velocity_with_rate(theta: _nets.Array, grad: _nets.Array, v: Any = 0.0, *, lr: float) -> tuple[Any, ...]:
    """Momentum whose velocity is a step already: the rate stands inside."""
    v = 0.9 * v - lr * grad
    return theta + v, v


def _folded_adam(theta: _nets.Array, grad: _nets.Array, *state: Any, lr: float) -> tuple[Any, ...]:
    """Adam with both corrections folded into the rate, and epsilon converted to match."""
    m, v, t = state or (0.0, 0.0, 0)
    t = t + 1
    m, v = m + 0.1 * (grad - m), v + (1 - 0.999) * (grad**2 - v)
    root = (1 - 0.999**t) ** 0.5
    return theta - lr * root / (1 - 0.9**t) * m / (np.sqrt(v) + EPS * root), m, v, t


def _lerped_rmsprop(theta: _nets.Array, grad: _nets.Array, v: Any = 0.0, *, lr: float) -> tuple[Any, ...]:
    """RMSProp that moves its average by a share of the difference, and scales the gradient before the rate."""
    v = v + (1 - 0.99) * (grad * grad - v)
    return theta + (grad / (np.sqrt(v) + EPS)) * -lr, v


def _inside(theta: _nets.Array, grad: _nets.Array, v: Any = 0.0, *, lr: float, rho: float) -> tuple[Any, ...]:
    """RMSProp with epsilon under the root, as Keras and Optax have it."""
    v = rho * v + (1 - rho) * grad**2
    return theta - lr * grad / np.sqrt(v + EPS), v


FORMS: Mapping[str, tuple[Rule, Rule]] = {
    "momentum": (momentum, _velocity_with_rate),
    "adam": (adam, _folded_adam),
    "rmsprop": (rmsprop, _lerped_rmsprop),
}
DEFAULTS: Mapping[str, tuple[Rule, float]] = {"out99": (rmsprop, 0.99), "in90": (_inside, 0.9), "out90": (rmsprop, 0.9)}
"""By the place of epsilon, and rho in per cent: PyTorch's, then those of Keras and Optax, then a mixture."""


def run(seeds: Sequence[int]) -> Found:
    """Forms of one rule against each other, then the two sets of defaults over a grid of rates."""
    numbers, holds = _forms(seeds)
    steps = {
        (name, lr): np.array([_run(rule, seed, lr=lr, rho=rho)[0] for seed in seeds])
        for name, (rule, rho) in DEFAULTS.items()
        for lr in (RATES if name != "out90" else PRINTED.values())
    }
    more = {}
    for rate, lr in PRINTED.items():
        numbers |= {f"{rate}_{name}": measured(steps[name, lr]) for name in DEFAULTS}
        more[rate], place = (100 * (steps["in90", lr] / steps[name, lr] - 1) for name in ("out99", "out90"))
        numbers |= {f"{rate}_more": measured(more[rate]), f"{rate}_place": measured(place), f"{rate}_rate": exactly(lr)}
        holds[f"place_of_eps_hardly_matters_{rate}"] = bool(abs(np.median(place)) < 2)
    small, large = np.median(more["small"]), np.median(more["large"])
    holds |= {"defaults_differ": bool(large > 25), "no_one_figure": bool(large > small + 20)}
    holds["fewer_at_the_largest_rate"] = bool(np.median(steps["in90", RATES[-1]]) < np.median(steps["out99", RATES[-1]]))
    curves = {name: (RATES, tuple(measured(steps[name, lr]).value for lr in RATES)) for name in ("out99", "in90")}
    return Found(numbers=numbers | {"goal": exactly(GOAL)}, curves=curves, holds=holds)


def _forms(seeds: Sequence[int]) -> tuple[dict[str, Measured], dict[str, bool]]:
    """Steps of each rule; how far its two forms are apart on arrival; how many pairs arrive at the same step."""
    numbers: dict[str, Measured] = {}
    same: list[bool] = []
    far: dict[Any, list[float]] = {np.float64: [], np.float32: []}
    for name, forms in FORMS.items():
        for precision, found in far.items():
            pairs = [[_run(form, seed, lr=LR[name], precision=precision) for form in forms] for seed in seeds]
            numbers[name] = measured([one[0] for one, _ in pairs])
            same += [one[0] == other[0] for one, other in pairs]
            found += [float(np.abs(one[1] - other[1]).max() / np.abs(one[1]).max()) for one, other in pairs]
    numbers |= {"double": measured(far[np.float64]), "single": measured(far[np.float32])}
    numbers |= {"pairs": exactly(len(same)), "same": exactly(sum(same)), "widest": exactly(max(far[np.float32]))}
    return numbers, {"same_steps": sum(same) >= 0.95 * len(same), "only_rounding": max(far[np.float64]) < 1e-9}


def _run(rule: Rule, seed: int, *, precision: Any = np.float64, **constants: float) -> tuple[float, _nets.Array]:
    """The step of arrival, infinite if there is none, and the weights there."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, apart=0.55)
    data = _nets.Data(data.rows.astype(precision), data.labels)
    order = rng.integers(len(data.labels), size=(STEPS + 1, BATCH))
    weights = [part.astype(precision) for part in _nets.start(rng, (20, 32, 3))]
    reached = _nets.flat(weights)

    def arrived(_: int, now: _nets.Weights) -> bool:
        nonlocal reached
        reached = _nets.flat(now)
        return _nets.cross_entropy(_nets.forward(now, data.rows)[-1], data.labels)[0] < GOAL

    def batch(step: int) -> _nets.Data:
        return _nets.Data(data.rows[order[step]], data.labels[order[step]])

    found = _nets.train(rule, weights, batch, STEPS, arrived, **constants)
    return (np.inf if found is None else float(found)), reached


def draw(found: Found) -> "Figure":
    """Steps against rate, one curve for each set of constants."""
    from kbgen.figures.drawings._shared import MARKERS, signs
    from kbgen.figures.style import COLOURS, DASHES, panel

    figure, axes = panel(height=3.2)
    for i, name in enumerate(("out99", "in90")):
        axes.plot(*found.curves[name], color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], markersize=5)
    axes.set(xscale="log", yscale="log", xlabel="η", ylim=(15, 600))
    axes.set_yticks([20, 50, 100, 200, 500], ["20", "50", "100", "200", "500"])
    axes.minorticks_off()
    signs(figure, ["ρ = 0.99", "ρ = 0.9"])
    return figure
