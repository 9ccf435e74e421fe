"""Three maps in two dimensions and the walks of the update rules over them; pictures and playable pictures draw both."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rule = Callable[..., Any]
Slope = Callable[[Array], Array]
Limits = tuple[tuple[float, float], tuple[float, float]]

STEEP = 25.0  # curvature across the ravine; 1 along it
RAVINE, VALLEY, SADDLE = "ravine", "valley", "saddle"
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {RAVINE: ((-3.5, 1.1), (-1.45, 1.45)), VALLEY: ((-1.75, 1.75), (-0.72, 1.75)), SADDLE: ((-1.9, 1.9), (-1.6, 1.6))}
)
MINIMA: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {RAVINE: ((0.0, 0.0),), VALLEY: ((1.0, 1.0),), SADDLE: ((0.0, 1.0), (0.0, -1.0))}
)
LEVELS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {RAVINE: (0.15, 0.8, 2.2, 5, 10, 18), VALLEY: (0.1, 0.5, 1.3, 2.8, 5.5, 11), SADDLE: (0.03, 0.1, 0.2, 0.3, 0.6, 1.2, 2.1)}
)
PLACES = (RAVINE, VALLEY, SADDLE)
RATES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "gradient_descent": (0.01, 0.02, 0.04, 0.07, 0.09),
        "sgd": (0.005, 0.01, 0.02, 0.04, 0.07),
        "momentum": (0.003, 0.01, 0.02, 0.05, 0.16),
        "nesterov": (0.003, 0.01, 0.02, 0.04, 0.06),
        "adagrad": (0.03, 0.1, 0.3, 0.6, 1),
        "rmsprop": (0.01, 0.03, 0.1, 0.2, 0.4),
        "adam": (0.01, 0.03, 0.1, 0.3, 0.6),
        "adamw": (0.01, 0.03, 0.1, 0.3, 0.6),
        "adadelta": (0.3, 1, 3, 10, 30),
        "adamax": (0.01, 0.03, 0.1, 0.3, 0.6),
        "nadam": (0.01, 0.03, 0.1, 0.3, 0.6),
        "amsgrad": (0.01, 0.03, 0.1, 0.3, 0.6),
        "radam": (0.01, 0.03, 0.1, 0.3, 0.6),
        "signsgd": (0.003, 0.01, 0.03, 0.1, 0.3),
        "rprop": (0.001, 0.003, 0.01, 0.1, 1),
        "adabelief": (0.003, 0.01, 0.03, 0.1, 0.3),
        "yogi": (0.01, 0.03, 0.1, 0.3, 0.6),
        "lion": (0.003, 0.01, 0.03, 0.1, 0.3),
    }
)
"""From creeping to too much for the ravine, for each rule on its own scale."""
USUAL = 2
SPREAD: Mapping[str, tuple[float, float]] = MappingProxyType({RAVINE: (0.8, 0.15), VALLEY: (0.3, 0.15), SADDLE: (0.3, 0.3)})
"""How far the minimum of a single example lies from that of the map, for the rule that sees one at a time."""
STEPS = 120
STARTS = (9, 7)
FIRST = ("gradient_descent", "momentum", "adam")
BEGIN = (1, 5)
"""The start at first, by column and row of the grid."""


def _ravine(x: Array, y: Array) -> Array:
    return np.asarray(0.5 * (x**2 + STEEP * y**2))


def _valley(x: Array, y: Array) -> Array:
    """Rosenbrock's function, scaled so that it is as steep at its minimum as the ravine."""
    return np.asarray(0.25 * (1 - x) ** 2 + 2.5 * (y - x**2) ** 2)


def _saddle(x: Array, y: Array) -> Array:
    """Two minima, and a pass between them where the slope is 0."""
    return np.asarray(0.5 * x**2 + 0.25 * (y**2 - 1) ** 2)


def _ravine_slope(theta: Array) -> Array:
    x, y = theta
    return np.array([x, STEEP * y])


def _valley_slope(theta: Array) -> Array:
    x, y = theta
    return np.array([-0.5 * (1 - x) - 10 * x * (y - x**2), 5 * (y - x**2)])


def _saddle_slope(theta: Array) -> Array:
    x, y = theta
    return np.array([x, y * (y**2 - 1)])


HEIGHT: Mapping[str, Callable[[Array, Array], Array]] = MappingProxyType({RAVINE: _ravine, VALLEY: _valley, SADDLE: _saddle})
SLOPE: Mapping[str, Slope] = MappingProxyType({RAVINE: _ravine_slope, VALLEY: _valley_slope, SADDLE: _saddle_slope})


def _pull(place: str, theta: Array, moved: Array) -> Array:
    """How the gradient of one example differs from the mean when its own minimum is moved."""
    across, up = moved[:, np.newaxis] if theta.ndim > 1 else moved
    x = theta[0]
    if place == VALLEY:
        return np.array([0.5 * across - 10 * x * up, 5 * up + 0 * x])
    return np.array([across + 0 * x, (STEEP if place == RAVINE else 1) * up + 0 * x])


def one_at_a_time(place: str, spread: Sequence[float] | float, seed: int = 3) -> Slope:
    """The slope from one example, drawn anew at each call, of 64 whose mean slope is that of the map."""
    rng = np.random.default_rng(seed)
    moved = rng.normal(size=(64, 2)) * spread
    moved -= moved.mean(axis=0)
    return lambda theta: SLOPE[place](theta) - _pull(place, theta, moved[rng.integers(64)])


def starts(place: str) -> tuple[Array, Array]:
    """The coordinates of the grid of starts: the middle of the map is one, and with it the saddle itself."""
    across, up = LIMITS[place]
    columns, rows = (
        np.linspace(lo + 0.06 * (hi - lo), hi - 0.06 * (hi - lo), n) for (lo, hi), n in zip((across, up), STARTS, strict=True)
    )
    return columns, rows


def walk(rule: Rule, slope: Slope, start: Sequence[float] | Array, steps: int, **constants: float) -> Array:
    """The points that `rule` visits from `start`; what it keeps between steps is handed back to it.

    `start` is one point, or two rows with the coordinates of many: rules work coordinate by coordinate.
    """
    theta, visited = np.array(start, dtype=float), [np.array(start, dtype=float)]
    state: Sequence[Array] = ()
    for _ in range(steps):
        new = rule(theta, slope(theta), *state, **constants)
        theta, *state = new if isinstance(new, tuple) else (new,)
        visited.append(theta)
    return np.array(visited)
