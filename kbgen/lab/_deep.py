"""Networks of any depth with a choice of activation, and what one watches while they train."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kbgen.lab._nets import Array, Cost, Data, Weights, cross_entropy
from kbgen.losses import classification, regression

Bend = tuple[Callable[[Array], Array], Callable[[Array], Array]]
"""An activation, and its slope by what goes into it."""
Untyped = Callable[..., Any]
SQUARED: tuple[Untyped, Untyped] = (regression.squared_error, regression.squared_error_grad)
LOG: tuple[Untyped, Untyped] = (
    classification.binary_cross_entropy_with_logits,
    classification.binary_cross_entropy_with_logits_grad,
)


def sigmoid(z: Array) -> Array:
    """The logistic function, which never overflows this way."""
    return 0.5 * (1 + np.tanh(z / 2))


RELU: Bend = (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype))
SIGMOID: Bend = (sigmoid, lambda z: sigmoid(z) * sigmoid(-z))


def start(rng: np.random.Generator, sizes: Sequence[int], gain: float = 2.0) -> Weights:
    """Matrices whose entries have variance `gain` over the number of inputs; offsets are zero. 2 is He's rule."""
    pairs = itertools.pairwise(sizes)
    return [part for n, m in pairs for part in (rng.normal(0, np.sqrt(gain / n), (n, m)), np.zeros(m))]


def sums(weights: Weights, rows: Array, bend: Bend = RELU) -> list[Array]:
    """What every layer has before its activation, the logits last."""
    found, values = list[Array](), rows
    for matrix, offset in zip(weights[::2], weights[1::2], strict=True):
        found.append(values @ matrix + offset)
        values = bend[0](found[-1])
    return found


def gradient(weights: Weights, data: Data, loss: Cost = cross_entropy, bend: Bend = RELU) -> tuple[float, Weights]:
    """The loss, and the gradient by every matrix and offset."""
    before = sums(weights, data.rows, bend)
    cost, slope = loss(before[-1], data.labels)
    found: Weights = []
    for layer in range(len(before) - 1, -1, -1):
        values = bend[0](before[layer - 1]) if layer else data.rows
        found = [values.T @ slope, slope.sum(axis=0), *found]
        if layer:
            slope = (slope @ weights[2 * layer].T) * bend[1](before[layer - 1])
    return cost, found


def norms(slopes: Weights) -> Array:
    """The length of the gradient by the matrix of every layer."""
    return np.array([float(np.linalg.norm(part)) for part in slopes[::2]])


def silent(weights: Weights, rows: Array) -> float:
    """The share of hidden ReLU units that no row wakes."""
    hidden = [(z <= 0).all(axis=0) for z in sums(weights, rows)[:-1]]
    return float(np.concatenate(hidden).mean()) if hidden else 0.0


def squares(logits: Array, labels: Array, scale: float = 1.0) -> tuple[float, Array]:
    """Half the squared distance to `scale` times the one-hot label, and its gradient by the outputs; means over rows."""
    target = scale * np.eye(logits.shape[1])[labels]
    return float(SQUARED[0](logits, target).sum(axis=1).mean() / 2), SQUARED[1](logits, target) / 2 / len(labels)


def log_loss(logits: Array, labels: Array) -> tuple[float, Array]:
    """Cross-entropy of one logit a row, and its gradient."""
    target = labels[:, None].astype(float)
    slope: Array = LOG[1](logits, target)
    return float(LOG[0](logits, target).mean()), slope / len(labels)


def brier(logits: Array, labels: Array) -> tuple[float, Array]:
    """Squared error of the probability that a logit gives, and its gradient by the logit."""
    target, p = labels[:, None].astype(float), sigmoid(logits)
    slope: Array = SQUARED[1](p, target) * p * (1 - p)
    return float(SQUARED[0](p, target).mean()), slope / len(labels)


def wrong(weights: Weights, data: Data, bend: Bend = RELU) -> float:
    """The share of rows whose largest logit is not that of their class."""
    return float((sums(weights, data.rows, bend)[-1].argmax(axis=1) != data.labels).mean())


@dataclass
class Trace:
    """What was watched, step by step, and the weights at the end."""

    weights: Weights
    seen: dict[str, list[float]] = field(default_factory=dict)

    def note(self, step: int, **values: float) -> None:
        """Write down the values of a step."""
        for name, value in {"step": step, **values}.items():
            self.seen.setdefault(name, []).append(value)

    def curve(self, name: str) -> tuple[tuple[float, ...], ...]:
        """Steps and values, as pictures want them; it ends where numbers end."""
        pairs = [(x, y) for x, y in zip(self.seen["step"], self.seen[name], strict=True) if np.isfinite(y)]
        return tuple(zip(*pairs, strict=True))


Watch = Mapping[str, Callable[[Weights], float]]


def descend(
    weights: Weights,
    slopes: Callable[[int, Weights], tuple[float, Weights]],
    rate: Callable[[int], float],
    steps: range,
    watch: Watch | None = None,
) -> Trace:
    """Plain gradient descent with everything watched: the loss, the gradient norm of the first and of the last layer, `watch`.

    `slopes` gives loss and gradient at a step; `steps` are those at which one looks, and its stop is the number of steps made.
    A run whose weights are no numbers any more ends there.
    """
    trace = Trace(weights)
    with np.errstate(all="ignore"):
        for step in range(steps.stop):
            cost, parts = slopes(step, trace.weights)
            if step in steps:
                lengths = norms(parts)
                extra = {name: see(trace.weights) for name, see in (watch or {}).items()}
                trace.note(step, loss=cost, first=lengths[0], last=lengths[-1], **extra)
            new = [part - rate(step) * slope for part, slope in zip(trace.weights, parts, strict=True)]
            if not all(np.isfinite(part).all() for part in new):
                break
            trace.weights = new
    return trace
