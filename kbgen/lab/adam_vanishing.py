"""Deep sigmoid and ReLU nets: gradients and first steps of every layer, and the training loss that SGD and Adam then reach."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import adam, sgd
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 8
ROWS, FEATURES, WIDTH, CLASSES, STEPS, EVERY = 128, 8, 16, 3, 250, 10
LARGE_EPS = 1e-3
Array = _nets.Array


@dataclass(frozen=True)
class Unit:
    """An activation: the variance of a weight at the start times its inputs, the value, and the slope by the value."""

    gain: float
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


UNITS = {
    "sigmoid": Unit(1, lambda z: 0.5 + 0.5 * np.tanh(0.5 * z), lambda a: a * (1 - a)),
    "relu": Unit(2, lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
}
RATES = {"sgd": np.geomspace(0.1, 10, 5), "adam": np.geomspace(5e-4, 0.05, 5), "large_eps": np.geomspace(1e-3, 1, 5)}
RULES: Mapping[str, tuple[Callable[..., Any], dict[str, float]]] = {
    "sgd": (sgd, {}),
    "adam": (adam, {}),
    "large_eps": (adam, {"eps": LARGE_EPS}),
}
RUNS = {
    "sigmoid_sgd": ("sigmoid", "sgd", 10),
    "sigmoid_adam": ("sigmoid", "adam", 10),
    "sigmoid_large_eps": ("sigmoid", "large_eps", 10),
    "relu_sgd": ("relu", "sgd", 10),
    "relu_adam": ("relu", "adam", 10),
    "deeper_adam": ("sigmoid", "adam", 20),
}
"""Activation, rule and number of layers."""


def run(seeds: Sequence[int]) -> Found:
    """How much smaller the first layer's gradient and first step are than the last's, and the loss at the best rate."""
    losses, steps, slopes = {}, {}, {}
    for name, (unit, rule, layers) in RUNS.items():
        paths, parts, pulls = zip(*(_trained(unit, rule, layers, seed) for seed in seeds), strict=True)
        losses[name] = _best(np.array(paths))
        steps[name], slopes[name] = (np.log10(np.array(sizes) / np.array(sizes)[:, -1:]) for sizes in (parts, pulls))
    numbers: dict[str, Measured] = {f"loss_{name}": measured(paths[:, -1]) for name, paths in losses.items()}
    numbers |= {f"gradient_{name}": measured(-slopes[run][:, 0]) for name, run in GRADIENTS.items()}
    numbers |= {f"step_{rule}": measured(-steps[f"sigmoid_{rule}"][:, 0]) for rule in RULES}
    numbers |= {"large_eps": exactly(LARGE_EPS), "steps": exactly(STEPS), "guess": exactly(np.log(CLASSES))}
    first = {
        name: float(np.median(found[:, 0])) for name, found in (("slope", slopes["sigmoid_adam"]), ("step", steps["sigmoid_adam"]))
    }
    times = tuple(range(0, STEPS + 1, EVERY))
    curves = {f"loss_{name}": (times, tuple(np.median(losses[name], axis=0))) for name in DRAWN}
    curves |= {f"step_{name}": (tuple(range(1, 11)), tuple(np.median(steps[name], axis=0))) for name in DRAWN}
    end = {name: float(np.median(paths[:, -1])) for name, paths in losses.items()}
    return Found(numbers=numbers, curves=curves, holds=_conclusions(first, end))


def _conclusions(first: Mapping[str, float], end: Mapping[str, float]) -> dict[str, bool]:
    """`first`: powers of ten between the first layer and the last, for Adam's gradient and step; `end`: losses by run."""
    return {
        "steps_are_rescaled_while_gradients_vanish": first["slope"] < -4 and abs(first["step"]) < 0.5,
        "adam_trains_where_sgd_does_not": end["sigmoid_adam"] < 0.8 and end["sigmoid_sgd"] > 1,
        "not_with_a_large_eps_nor_twice_the_layers": min(end["sigmoid_large_eps"], end["deeper_adam"]) > 1,
        "relu_with_sgd_goes_further": end["relu_sgd"] < 0.3 * end["sigmoid_adam"],
    }


GRADIENTS = {"sigmoid": "sigmoid_sgd", "relu": "relu_sgd", "deeper": "deeper_adam"}
DRAWN = ("sigmoid_sgd", "sigmoid_adam", "sigmoid_large_eps", "relu_sgd")


def _best(paths: Array) -> Array:
    """The paths at the rate with the least median loss in the end; what is no number any more counts as infinite."""
    paths = np.where(np.isfinite(paths), paths, np.inf)
    return paths[:, int(np.argmin(np.median(paths[:, :, -1], axis=0)))]


def _trained(unit: str, rule: str, layers: int, seed: int) -> tuple[Array, Array, Array]:
    """Losses by rate and time; the size of the first step and of the first gradient, by layer. All rates run abreast."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, rows=ROWS, features=FEATURES, classes=CLASSES)
    start = _start(rng, UNITS[unit].gain, layers)
    weights = [np.repeat(part[None], len(RATES[rule]), axis=0) for part in start]
    states: list[tuple[Array, ...]] = [() for _ in weights]
    path = []
    with np.errstate(all="ignore"):
        for step in range(STEPS + 1):
            cost, slopes = _gradient(weights, data, UNITS[unit])
            if step % EVERY == 0:
                path.append(cost)
            before, (weights, states) = weights, _stepped(rule, weights, slopes, states)
            if step == 0:
                sizes = _lengths([new - old for new, old in zip(weights, before, strict=True)]), _lengths(slopes)
    return np.array(path).T, *sizes


def _stepped(
    rule: str, weights: list[Array], slopes: list[Array], states: list[tuple[Array, ...]]
) -> tuple[list[Array], list[tuple[Array, ...]]]:
    function, constants = RULES[rule]
    moved = []
    for part, slope, state in zip(weights, slopes, states, strict=True):
        new = function(part, slope, *state, lr=RATES[rule].reshape(-1, *[1] * (part.ndim - 1)), **constants)
        moved.append(new if isinstance(new, tuple) else (new,))
    return [new[0] for new in moved], [new[1:] for new in moved]


def _lengths(parts: list[Array]) -> Array:
    """The length of each matrix, at the first rate."""
    return np.array([np.linalg.norm(part[0]) for part in parts[::2]])


def _start(rng: np.random.Generator, gain: float, layers: int) -> list[Array]:
    sizes = (FEATURES, *[WIDTH] * (layers - 1), CLASSES)
    return [part for n, m in pairwise(sizes) for part in (rng.normal(0, np.sqrt(gain / n), (n, m)), np.zeros(m))]


def _gradient(weights: list[Array], data: _nets.Data, unit: Unit) -> tuple[Array, list[Array]]:
    """Cross-entropy and its gradients for nets that lie behind each other along the first axis."""
    values = [np.broadcast_to(data.rows, (len(weights[0]), *data.rows.shape))]
    for place in range(0, len(weights), 2):
        sums = values[-1] @ weights[place] + weights[place + 1][:, None]
        values.append(sums if place == len(weights) - 2 else unit.value(sums))
    costs, ends = zip(*(_nets.cross_entropy(logits, data.labels) for logits in values[-1]), strict=True)
    slope, found = np.array(ends), list[Array]()
    for place in range(len(weights) - 2, -1, -2):
        before = values[place // 2]
        found = [before.transpose(0, 2, 1) @ slope, slope.sum(axis=1), *found]
        slope = (slope @ weights[place].transpose(0, 2, 1)) * unit.slope(before)
    return np.array(costs), found


def draw(found: Found) -> "Figure":
    """The size of the first step by layer, and the loss by the number of steps."""
    from kbgen.figures.drawings._shared import decades, signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, (left, right) = panels(2, height=2.9, gap=0.6)
    for i, name in enumerate(DRAWN):
        look: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i]}
        left.plot(*found.curves[f"step_{name}"], marker="o", markersize=3, **look)
        right.plot(*found.curves[f"loss_{name}"], **look)
    left.set(xlabel="l", xticks=[1, 4, 7, 10])
    decades(left, "y", (-6, -4, -2, 0))
    right.set(xlabel="t", ylim=(0, 1.4), yticks=[0, 0.5, 1])
    signs(figure, ["σ SGD", "σ Adam", "ε=10⁻³", "ReLU SGD"])
    return figure
