"""A straight line through scattered points under several losses: what the fit lab shows.

Where the slope of a loss is continuous, the line is found by iteratively reweighted least squares (Holland and Welsch 1977,
doi:10.1080/03610927708827533): each point counts by its pull over its residual, and the weights are made anew until the line rests.
Where it only jumps, as for absolute and quantile loss, some best line passes through two of the points (Koenker and Bassett 1978,
doi:10.2307/1913643), so all pairs are tried.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbgen import registry

Array = NDArray[np.float64]
Pull = Callable[[Array], Array]
ROUNDS = 500
TINY = 1e-4


@dataclass(frozen=True)
class Candidate:
    """A loss of the lab: its parameter with sign, values and the one that stands first; whether its slope only jumps."""

    param: str = ""
    sign: str = ""
    values: tuple[float, ...] = ()
    first: float = 0.0
    jumps: bool = False


CANDIDATES: Mapping[str, Candidate] = MappingProxyType(
    {
        "squared_error": Candidate(),
        "absolute_error": Candidate(jumps=True),
        "huber": Candidate("delta", "δ", (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4), 1),
        "cauchy": Candidate("c", "c", (0.5, 0.75, 1, 1.5, 2, 3, 4), 1),
        "quantile": Candidate("tau", "τ", (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), 0.9, jumps=True),
    }
)


def _scatter() -> Array:
    """Eighteen points near a line and three far below it, towards its end, where they have most leverage."""
    rng = np.random.default_rng(11)
    x = np.linspace(0.5, 9.0, 18)
    y = 1.5 + 0.7 * x + rng.normal(size=18) * 0.45
    return np.round(np.vstack([np.column_stack([x, y]), [[7.8, 1.2], [8.6, 0.7], [9.4, 1.6]]]), 1)


POINTS = _scatter()


def pull(id: str, value: float) -> Pull:
    """How strongly a residual (target minus line) draws the line, made 1 to 1 near zero where the loss is smooth there."""
    gradient = registry.losses()[f"{id}_grad"]
    given = {next(iter(registry.keywords(gradient))): value} if CANDIDATES[id].param else {}

    def raw(residual: Array) -> Array:
        return -np.asarray(gradient(np.zeros_like(residual), residual, **given), dtype=float)

    if CANDIDATES[id].jumps:
        return raw
    steep = float(raw(np.array([TINY]))[0]) / TINY
    return lambda residual: raw(residual) / steep


def line(points: Array, id: str, value: float) -> tuple[float, float]:
    """Slope and intercept of the best line."""
    if CANDIDATES[id].jumps:
        return best_pair(points, pull(id, value))
    return reweighted(points, pull(id, value), best_pair(points, np.sign))


def best_pair(points: Array, pull: Pull) -> tuple[float, float]:
    """The line through two points with the least loss, for a loss that is linear on both sides of zero."""
    above, below = (float(pull(np.array([side]))[0]) for side in (1.0, -1.0))
    x, y = points.T
    least, found = np.inf, (0.0, float(np.median(y)))
    for i, j in combinations(range(len(points)), 2):
        if x[i] != x[j]:
            slope = (y[j] - y[i]) / (x[j] - x[i])
            r = y - y[i] - slope * (x - x[i])
            total = float(np.where(r > 0, above * r, below * r).sum())
            if total < least - 1e-12:
                least, found = total, (float(slope), float(y[i] - slope * x[i]))
    return found


def reweighted(points: Array, pull: Pull, start: tuple[float, float]) -> tuple[float, float]:
    """The line at which weighted least squares comes to rest, begun at `start`."""
    x, y = points.T
    slope, intercept = start
    for _ in range(ROUNDS):
        r = y - slope * x - intercept
        far = np.where(np.abs(r) < TINY, TINY, r)
        weight = pull(far) / far
        middle = np.average(np.column_stack([x, y]), axis=0, weights=weight)
        dx, dy = x - middle[0], y - middle[1]
        before, slope = slope, float((weight * dx * dy).sum() / max((weight * dx * dx).sum(), 1e-12))
        moved, intercept = intercept, float(middle[1] - slope * middle[0])
        if abs(slope - before) + abs(intercept - moved) < 1e-11:
            break
    return slope, intercept


def sampled(id: str, value: float, spacing: float) -> Any:
    """The pull at 0, `spacing`, … up to 16; a script reads between them along straight lines."""
    return pull(id, value)(np.arange(0, 16 + spacing / 2, spacing))
