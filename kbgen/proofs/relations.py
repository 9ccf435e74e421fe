"""How relations between losses are judged: the tools that the identities are written with. There are four kinds of relation.

`equal`: two expressions agree. `limit`: one tends to the other, at least as fast as stated. `bound`: one is never above
the other, and touches it at the last point. `ordering`: both put any two items in the same order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import ArrayLike

from kbgen import registry
from kbgen.losses.domains import DOMAINS, Array

loss = SimpleNamespace(**registry.losses())
"""Every loss by its id."""

POINTS = 200
ITEMS = (POINTS,)
VECTORS = (POINTS, 3)
CLASSES = (POINTS, 4)
PIXELS = (POINTS, 8)
BATCH = (12, 3)  # of embeddings that are compared with one another

ROUNDING = 1e-10
SLACK = 1.5  # an error a + b h shrinks a little slower than h where a is not quite gone
TO_ZERO = (1e-1, 1e-2, 1e-3, 1e-4)
TO_INFINITY = (1e1, 1e2, 1e3, 1e4)


@dataclass(frozen=True)
class Identity:
    """What the execution of one identity found.

    error: the largest relative difference; of a limit that of its last step, of a bound by how much it is broken,
    of an ordering the share of pairs in another order.
    steps: (parameter, error) for each step of a limit.
    """

    kind: str
    entries: tuple[str, ...]
    error: float
    tolerance: float
    holds: bool
    points: int
    steps: tuple[tuple[float, float], ...] = ()


def _difference(left: Array, right: Array, floor: float) -> Array:
    """Difference of two arrays over the larger size, or over `floor` times the largest size of all where that is more."""
    size = np.maximum(np.abs(left), np.abs(right))
    return np.asarray((left - right) / np.maximum(size, floor * np.max(size)))


def _pair(left: ArrayLike, right: ArrayLike) -> tuple[Array, Array]:
    """Both sides as arrays, if they are item for item comparable and say something at all."""
    a, b = np.asarray(left, float), np.asarray(right, float)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError(f"cannot compare values of shapes {a.shape} and {b.shape}, or not all are finite")
    if not (a.any() or b.any()):
        raise ValueError("all values are zero: this would prove nothing")
    return a, b


def equal(a: str, b: str, left: ArrayLike, right: ArrayLike, *also: str) -> Identity:
    """The two sides agree, value for value."""
    first, second = _pair(left, right)
    error = float(np.max(np.abs(_difference(first, second, 1e-3))))
    return Identity("equal", tuple(dict.fromkeys((a, b, *also))), error, ROUNDING, error <= ROUNDING, first.size)


def limit(
    a: str,
    b: str,
    parameters: tuple[float, ...],
    sides: Callable[[float], tuple[ArrayLike, ArrayLike]],
    *,
    order: int = 1,
) -> Identity:
    """The distance of the two sides shrinks with the parameter, or its reciprocal if it grows, to the power of `order`."""
    pairs = [_pair(*sides(parameter)) for parameter in parameters]
    errors = [float(np.max(np.abs(_difference(*pair, 1)))) for pair in pairs]
    sign = order if parameters[-1] < parameters[0] else -order
    allowed = [max(ROUNDING, SLACK * errors[0] * (parameter / parameters[0]) ** sign) for parameter in parameters]
    holds = errors[0] > ROUNDING and all(error <= most for error, most in zip(errors, allowed, strict=True))
    points = sum(left.size for left, _ in pairs)
    steps = tuple(zip(parameters, errors, strict=True))
    return Identity("limit", (a, b), errors[-1], allowed[-1], holds, points, steps)


def bound(a: str, b: str, small: ArrayLike, large: ArrayLike) -> Identity:
    """The first side is nowhere above the second, somewhere below it, and reaches it at the last point."""
    low, high = _pair(small, large)
    gaps = _difference(high, low, 1e-3)
    touch = abs(high[-1] - low[-1]) <= ROUNDING * max(abs(high[-1]), abs(low[-1]))
    error = float(max(0.0, -np.min(gaps)))
    holds = bool(error <= ROUNDING and touch and np.max(gaps) > 1e-3)
    return Identity("bound", tuple(dict.fromkeys((a, b))), error, ROUNDING, holds, low.size)


def ordering(a: str, b: str, left: ArrayLike, right: ArrayLike) -> Identity:
    """Of any two items, both sides find the same one larger."""
    first, second = _pair(left, right)
    signs = [np.sign(np.subtract.outer(np.round(x, 12), np.round(x, 12))) for x in (first, second)]
    error = float(np.mean(signs[0] != signs[1]))
    return Identity("ordering", (a, b), error, 0.0, error == 0 and bool(signs[0].any()), first.size)


def draw(rng: np.random.Generator, *domains: str, shape: tuple[int, ...] = ITEMS) -> list[Array]:
    """Inner points of each of the domains."""
    return [DOMAINS[domain].draw(rng, shape) for domain in domains]


def log_softmax(z: Array) -> Array:
    """Logarithms of the softmax of scores (…, classes)."""
    return np.asarray(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def entropy(p: Array) -> Array:
    """Entropy in nats of distributions (…, classes)."""
    return np.asarray(-np.sum(p * np.log(p), axis=-1))


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z))."""
    return np.asarray(1 / (1 + np.exp(-z)))


def unit(x: Array) -> Array:
    """Vectors of length one in the same directions."""
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


def cosines_of_rows(x: Array, y: Array) -> Array:
    """Of the vectors (…, d) with the same place."""
    return np.asarray(np.sum(unit(x) * unit(y), axis=-1))


def ones(x: Array) -> Array:
    """As many ones."""
    return np.ones_like(x)
