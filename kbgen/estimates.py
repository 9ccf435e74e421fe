"""What a loss estimates: the constant with the least mean loss on a sample, and the statistic that this constant is.

The sample is skewed, so that mean, median and mode lie apart.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.losses.domains import DOMAINS
from kbgen.model import Loss, Statistic

Array = np.ndarray[Any, Any]
Params = Mapping[str, float]

SIZE = 101
"""Odd, and no multiple of ten: median and quantiles are single points."""
GRIDS = (1201, *[61] * 11)
"""Points of the first grid, which must not miss a valley, and of those around the best point of the one before."""
TOLERANCE = 1e-6


def _between(low: Callable[[Array, Params], float], high: Callable[[Array, Params], float]) -> Callable[[Array, Params], Any]:
    return lambda y, params: (low(y, params), high(y, params))


def _mean(y: Array, _: Params) -> float:
    return float(y.mean())


def _median(y: Array, _: Params) -> float:
    return float(np.median(y))


def _weighted_median(y: Array, _: Params) -> float:
    """The median when each value counts as much as one over its size."""
    order, weight = np.sort(y), 1 / np.abs(np.sort(y))
    return float(order[np.searchsorted(np.cumsum(weight), weight.sum() / 2)])


def _expectile(y: Array, params: Params) -> float:
    """The root of tau E(y - m)+ = (1 - tau) E(m - y)+: a weighted mean, once it is known how many values lie below."""
    values, tau = np.sort(y), params["tau"]
    weights = np.where(np.arange(len(y)) < np.arange(1, len(y))[:, None], 1 - tau, tau)
    means = weights @ values / weights.sum(axis=1)
    return float(next(m for m, low, high in zip(means, values, values[1:], strict=False) if low <= m <= high))


def _odds(y: Array, params: Params) -> float:
    """The odds of the positive class, times its weight if there is one."""
    share = (y > 0).mean()
    return float(params.get("pos_weight", 1.0) * share / (1 - share))


STATISTICS: Mapping[Statistic, Callable[[Array, Params], Any]] = {
    "mean": _mean,
    "median": _median,
    "quantile": lambda y, params: np.quantile(y, params["tau"], method="inverted_cdf"),
    "expectile": _expectile,
    "between_median_and_mean": _between(_median, _mean),
    "weighted_median": _weighted_median,
    "mean_of_logs": lambda y, _: np.expm1(np.log1p(y).mean()),
    "log_of_mean": lambda y, _: np.log(y.mean()),
    "log_odds": lambda y, params: np.log(_odds(y, params)),
    "half_log_odds": lambda y, params: 0.5 * np.log(_odds(y, params)),
    "mean_of_signs": _mean,
    "majority": lambda y, _: np.sign(np.median(y)),
}
"""Name -> the statistic of a sample, or the two numbers that it lies between."""


@cache
def sample(domain: str) -> Array:
    """A fixed skewed sample from a domain of targets."""
    quantiles = (np.arange(SIZE) + 0.5) / SIZE
    match domain:
        case "binary" | "probability":
            return (quantiles > 0.7).astype(float)
        case "sign":
            return np.where(quantiles > 0.7, 1.0, -1.0)
        case "count":
            return np.asarray(np.floor(-3 * np.log1p(-quantiles)))
        case _:
            return np.asarray(-np.log1p(-quantiles)) ** 1.5 + 0.1


def mean_loss(loss: Loss, constants: Array, params: Params) -> Array:
    """The mean of the loss over the sample, for each constant put in for the first input; further inputs are 1."""
    y = sample(list(loss.inputs.values())[1].domain)
    first, target = np.repeat(constants, len(y)), np.tile(y, len(constants))
    rest = [np.ones_like(first) for _ in list(loss.inputs)[2:]]
    with np.errstate(all="ignore"):
        found = registry.losses()[loss.id](first, target, *rest, **params)
    return np.asarray(np.reshape(found, (len(constants), len(y))).mean(axis=1))


def span(loss: Loss) -> tuple[float, float]:
    """Where to look for the constant: the range of the sample, or of the scores, inside the domain."""
    first, target = list(loss.inputs.values())[:2]
    y = sample(target.domain)
    low, high = (-4.0, 4.0) if first.domain == "real" and len(np.unique(y)) <= 2 else (min(0.0, y.min()), y.max())
    domain = DOMAINS[first.domain]
    return max(low, domain.lower), min(high, domain.upper)


def minimiser(loss: Loss, params: Params) -> float:
    """The constant with the least mean loss, on ever finer grids; the losses may have kinks and more than one valley."""
    low, high = span(loss)
    for points in GRIDS:
        grid = np.linspace(low, high, points)
        best = int(np.nanargmin(mean_loss(loss, grid, params)))
        low, high = grid[max(0, best - 2)], grid[min(points - 1, best + 2)]
    return float(grid[best])


def error(loss: Loss, params: Params, found: float) -> float:
    """How far a constant is from the statistic that the entry states, relative where that is above 1."""
    assert loss.estimates is not None
    stated = np.atleast_1d(STATISTICS[loss.estimates](sample(list(loss.inputs.values())[1].domain), params))
    away = max(stated.min() - found, found - stated.max(), 0.0)
    return float(away / max(1.0, np.abs(stated).max()))
