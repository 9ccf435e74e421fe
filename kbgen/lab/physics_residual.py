"""A few readings near the start, and the equation u' = -u as a second term: what it adds, by its weight and by its truth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 60
UNITS, NOISE, STEPS = 15, 0.05, 10_000
READ, LAW, TEST = np.linspace(0, 1, 5), np.linspace(0, 5, 40), np.linspace(0, 5, 201)
WEIGHTS = 10.0 ** np.arange(-6, 7)
RIDGES = 10.0 ** np.arange(-12, 3)
EQUAL = 6
"""Where 1 stands among the weights."""
RATES = {"true": 1.0, "wrong": 1.5}
"""The k of the equation u' = -k u; the readings have k = 1."""


def run(seeds: Sequence[int]) -> Found:
    """The largest error on the whole interval, by weight, equation and solver; and that of the best ridge fit to the readings."""
    plain = np.array([_plain(seed) for seed in seeds])
    place = int(np.argmin(np.median(plain, axis=0)))
    exact = {name: np.array([[_fit(seed, k, w) for w in WEIGHTS] for seed in seeds]) for name, k in RATES.items()}
    steps = np.array([[_fit(seed, 1.0, w, STEPS) for w in WEIGHTS] for seed in seeds])
    middle = {name: np.median(found, axis=0) for name, found in (exact | {"steps": steps}).items()}
    numbers: dict[str, Measured] = {"readings": measured(plain[:, place]), "zero": exactly(1)}
    for name, found in (exact | {"steps": steps}).items():
        numbers |= {f"{name}_equal": measured(found[:, EQUAL]), f"{name}_large": measured(found[:, -1])}
        best = int(np.argmin(middle[name]))
        numbers |= {f"{name}_best": measured(found[:, best]), f"{name}_weight": exactly(WEIGHTS[best])}
    holds = {
        "the_equation_replaces_readings": bool(3 * middle["true"][EQUAL] < np.median(plain[:, place])),
        "a_wrong_equation_costs": bool(middle["wrong"][EQUAL] > 2 * middle["true"][EQUAL]),
        "solved_exactly_the_weight_hardly_matters": bool(middle["true"][-1] < 2 * middle["true"][EQUAL]),
        "by_steps_a_large_weight_ruins_it": bool(middle["steps"][-1] > 3 * middle["steps"][EQUAL]),
    }
    return Found(numbers=numbers, holds=holds, curves={name: (tuple(WEIGHTS), tuple(errors)) for name, errors in middle.items()})


def _parts(seed: int) -> tuple[Array, Array, Array, Array, Array]:
    """Units at the readings, at the points of the equation with their slopes, and at the test points; and the readings."""
    rng = np.random.default_rng(seed)
    slope, shift = rng.normal(0, 1, (2, UNITS))
    at_read, at_law, at_test = (np.tanh(np.outer(x, slope) + shift) for x in (READ, LAW, TEST))
    return at_read, at_law, slope * (1 - at_law**2), at_test, np.exp(-READ) + rng.normal(0, NOISE, READ.size)


def _fit(seed: int, k: float, weight: float, steps: float = np.inf) -> float:
    """The largest error after least squares, or after so many steps of gradient descent from zero at the best stable rate."""
    at_read, at_law, slopes, at_test, y = _parts(seed)
    rows = np.vstack([at_read / READ.size**0.5, (slopes + k * at_law) * (weight / LAW.size) ** 0.5])
    right = np.append(y / READ.size**0.5, np.zeros(LAW.size))
    if np.isinf(steps):
        found = np.linalg.lstsq(rows, right, rcond=1e-12)[0]
    else:
        u, s, v = np.linalg.svd(rows, full_matrices=False)
        found = v.T @ ((1 - (1 - (s / s[0]) ** 2) ** steps) / s * (u.T @ right))
    return _worst(at_test, found)


def _plain(seed: int) -> list[float]:
    """Readings alone, with a squared penalty of every strength."""
    at_read, _, _, at_test, y = _parts(seed)
    kernel = at_read @ at_read.T
    return [_worst(at_test, at_read.T @ np.linalg.solve(kernel + r * np.eye(READ.size), y)) for r in RIDGES]


def _worst(at_test: Array, found: Array) -> float:
    return float(np.abs(at_test @ found - np.exp(-TEST)).max())


def draw(found: Found) -> "Figure":
    """The largest error against the weight of the equation."""
    from kbgen.figures.drawings._shared import decades, signs
    from kbgen.figures.style import COLOURS, DASHES, FG, panel

    figure, axes = panel(height=3.0)
    axes.axhline(np.log10(found.numbers["readings"].value), color=FG, linewidth=0.8)
    for i, name in enumerate(("true", "wrong", "steps")):
        weights, errors = found.curves[name]
        axes.plot(np.log10(weights), np.log10(errors), color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
    axes.set(xlabel="λ", ylim=(-2, 0.4))
    decades(axes, "x", (-6, -3, 0, 3, 6))
    decades(axes, "y", (-2, -1, 0))
    signs(figure, ["u′ = −u", "u′ = −1.5u", "t = 10⁴"])
    return figure
