"""A small network with hand-written gradients, and data for it: what several experiments train."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Weights = list[Array]
Cost = Callable[[Array, Array], tuple[float, Array]]
"""(logits, labels) -> the mean loss, and its gradient by the logits."""


@dataclass(frozen=True)
class Data:
    """Rows and the class of each."""

    rows: Array
    labels: Array


def blobs(rng: np.random.Generator, *, rows: int = 512, features: int = 20, classes: int = 3, apart: float = 1.0) -> Data:
    """Gaussian clouds of unit spread, one a class, their centres `apart` per feature and random."""
    centres = apart * rng.normal(size=(classes, features))
    labels = rng.integers(classes, size=rows)
    return Data(centres[labels] + rng.normal(size=(rows, features)), labels)


def start(rng: np.random.Generator, sizes: Sequence[int]) -> Weights:
    """Matrices and offsets of a ReLU network, by He's rule; offsets are zero."""
    pairs = itertools.pairwise(sizes)
    return [part for n, m in pairs for part in (rng.normal(0, np.sqrt(2 / n), (n, m)), np.zeros(m))]


def forward(weights: Weights, rows: Array) -> list[Array]:
    """What goes into every layer, and last the logits."""
    values = [rows]
    for place in range(0, len(weights), 2):
        sums = values[-1] @ weights[place] + weights[place + 1]
        values.append(sums if place == len(weights) - 2 else np.maximum(sums, 0))
    return values


def cross_entropy(logits: Array, labels: Array) -> tuple[float, Array]:
    """The mean over rows, and its gradient by the logits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    own = np.arange(len(labels)), labels
    slope = np.exp(log_p)
    slope[own] -= 1
    return float(-log_p[own].mean()), slope / len(labels)


def gradient(weights: Weights, data: Data, loss: Cost = cross_entropy) -> tuple[float, Weights]:
    """The loss, and the gradient by every matrix and offset."""
    values = forward(weights, data.rows)
    cost, slope = loss(values[-1], data.labels)
    found: Weights = []
    for place in range(len(weights) - 2, -1, -2):
        before = values[place // 2]
        found = [before.T @ slope, slope.sum(axis=0), *found]
        slope = (slope @ weights[place].T) * (before > 0)
    return cost, found


def flat(parts: Weights) -> Array:
    """All parameters, or their gradients, as one vector."""
    return np.concatenate([part.ravel() for part in parts])


def shaped(vector: Array, like: Weights) -> Weights:
    """The vector cut into matrices and offsets again."""
    ends = np.cumsum([part.size for part in like])
    return [piece.reshape(part.shape) for piece, part in zip(np.split(vector, ends[:-1]), like, strict=True)]


def train(
    rule: Callable[..., Any],
    weights: Weights,
    batch: Callable[[int], Data],
    steps: int,
    stop: Callable[[int, Weights], bool],
    **constants: float,
) -> int | None:
    """The step at which `stop` is content; None if it never is within `steps`, or if the weights are no numbers any more.

    `rule` is an update rule of kbgen.optimizers; `stop` sees the number of steps made and the weights.
    """
    theta, state = flat(weights), list[Array]()
    for step in range(1, steps + 1):
        _, slopes = gradient(shaped(theta, weights), batch(step))
        new = rule(theta, flat(slopes), *state, **constants)
        theta, *state = new if isinstance(new, tuple) else (new,)
        if not np.isfinite(theta).all():
            return None
        if stop(step, shaped(theta, weights)):
            return step
    return None
