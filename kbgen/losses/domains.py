"""Where the inputs and parameters of a loss may lie.

A domain says how it is called in a formula, how to draw from it and where its borders
are. It draws the test inputs of every entry that names it; it is written once, here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


@dataclass(frozen=True)
class Domain:
    """A set of numbers, or of vectors along the last axis.

    tex: how formulas write it. draw: (generator, shape) -> inner points.
    border: values at its edge, where stability is tested.
    lower, upper: bounds of each number, both included.
    continuous: whether a small step from an inner point stays inside.
    """

    tex: str
    draw: Draw
    border: tuple[float, ...] = ()
    lower: float = -np.inf
    upper: float = np.inf
    continuous: bool = True

    def admits(self, numbers: Array) -> bool:
        """Whether every number is within the bounds, and whole where all must be."""
        within = (numbers >= self.lower) & (numbers <= self.upper)
        return bool(np.all(within & (self.continuous | (numbers % 1 == 0))))


def _simplex(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.dirichlet(np.full(shape[-1], 2.0), shape[:-1])


def _one_hot(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


def _log_simplex(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.asarray(np.log(_simplex(rng, shape)))


def _increasing(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.asarray(np.cumsum(rng.uniform(0.5, 2, shape), axis=-1) - 2)


def _boxes(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    corner = rng.uniform(-1, 1, (*shape[:-1], 2))
    return np.concatenate([corner, corner + rng.uniform(0.5, 2, corner.shape)], axis=-1)


def _qualities(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.uniform(0.05, 0.95, shape) * (rng.uniform(size=shape) > 0.3)


def _unit_vectors(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    vectors = rng.normal(size=shape)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def _uniform(low: float, high: float) -> Draw:
    return lambda rng, shape: rng.uniform(low, high, shape)


EXTREMES = (0.0, 5e-324, -5e-324, 1.0, -1.0, 1e300, -1e300)

DOMAINS: Mapping[str, Domain] = {
    "real": Domain(r"\mathbb R", lambda rng, shape: rng.normal(0, 2, shape), EXTREMES),
    "nonzero": Domain(
        r"\mathbb R\setminus\{0\}",
        lambda rng, shape: rng.choice((-1.0, 1.0), shape) * rng.uniform(0.5, 3, shape),
        (1.0, -1.0, 1e300, -1e300, 1e-300),
    ),
    "nonnegative": Domain(
        r"[0,\infty)", _uniform(0.1, 3), (0.0, 5e-324, 1.0, 1e300), lower=0
    ),
    "positive": Domain(
        r"(0,\infty)", _uniform(0.2, 3), (1e-300, 1.0, 1e300), lower=5e-324
    ),
    "count": Domain(
        r"\{0,1,2,\dots\}",
        lambda rng, shape: rng.poisson(2.0, shape).astype(float),
        (0.0, 1.0, 1e6),
        lower=0,
        continuous=False,
    ),
    "above_minus_one": Domain(
        r"(-1,\infty)", _uniform(-0.5, 3), (0.0, -1 + 1e-9, 1e300), lower=-1 + 1e-16
    ),
    "probability": Domain(
        "[0,1]", _uniform(0.05, 0.95), (0.0, 5e-324, 0.5, 1.0), lower=0, upper=1
    ),
    "quality": Domain("[0,1]", _qualities, (0.0, 0.001, 0.5, 1.0), lower=0, upper=1),
    "fraction": Domain(
        "(0,1)", _uniform(0.1, 0.9), (1e-9, 1 - 1e-9), lower=5e-324, upper=1 - 1e-16
    ),
    "cosine": Domain(
        "[-1,1]", _uniform(-0.95, 0.95), (-1.0, 0.0, 1.0), lower=-1, upper=1
    ),
    "binary": Domain(
        r"\{0,1\}",
        lambda rng, shape: rng.integers(0, 2, shape).astype(float),
        (0.0, 1.0),
        lower=0,
        upper=1,
        continuous=False,
    ),
    "sign": Domain(
        r"\{-1,1\}",
        lambda rng, shape: rng.choice((-1.0, 1.0), shape),
        (-1.0, 1.0),
        -1,
        1,
        continuous=False,
    ),
    "simplex": Domain(r"\Delta^{K-1}", _simplex, (0.0, 1.0), lower=0, upper=1),
    "one_hot": Domain(
        r"\{e_1,\dots,e_K\}", _one_hot, (), lower=0, upper=1, continuous=False
    ),
    "log_simplex": Domain(r"\log\Delta^{K-1}", _log_simplex, (), upper=0),
    "index": Domain(
        r"\{0,\dots,K-1\}",
        lambda rng, shape: rng.integers(0, 2, shape).astype(float),
        (),
        0,
        continuous=False,
    ),
    "label": Domain(
        r"\{1,\dots,K-1\}",
        lambda rng, shape: rng.integers(1, 3, shape).astype(float),
        (),
        1,
        continuous=False,
    ),
    "place": Domain(
        "[0,K-1]", _uniform(0.05, 2.95), (0.0, 1.0, 1.5, 3.0), lower=0, upper=3
    ),
    "log_probability": Domain(
        r"(-\infty,0]", _uniform(-6, -0.2), (0.0, -5e-324, -1.0, -1e300), upper=0
    ),
    "increasing": Domain(r"\{t\in\mathbb R^M: t_1<\dots<t_M\}", _increasing, ()),
    "box": Domain(r"\mathbb R^4", _boxes, ()),
    "unit_vector": Domain(r"\mathbb S^{d-1}", _unit_vectors, ()),
    "nonzero_vector": Domain(
        r"\mathbb R^d\setminus\{0\}", lambda rng, shape: rng.normal(0, 1, shape), ()
    ),
    "natural": Domain(
        r"\{1,2,\dots\}",
        lambda rng, shape: rng.integers(1, 4, shape).astype(float),
        (),
        1,
        continuous=False,
    ),
    "flag": Domain(
        r"\{\text{false},\text{true}\}",
        lambda rng, shape: rng.integers(0, 2, shape).astype(float),
        (),
        0,
        1,
        False,
    ),
}
