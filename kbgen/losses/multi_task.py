"""Several tasks in one objective, and who sets their weights."""

import numpy as np

from kbgen.losses.shapes import shaped


def weighted_sum(losses, weights):
    """The losses of several tasks, each times its weight, added up.

    Shapes: losses (n, M), weights (M) -> (n).
    Source: Caruana 1997, doi:10.1023/A:1007379606734 (multi-task learning in general).
    """
    losses, weights = shaped("n M, M", losses, weights)
    return np.sum(losses * weights, axis=1)


def weighted_sum_grad(losses, weights):
    """d weighted_sum / d (losses, weights)."""
    losses, weights = shaped("n M, M", losses, weights)
    return np.tile(weights, (len(losses), 1)), losses.sum(axis=0)


def uncertainty_weighting(losses, log_var):
    """Task losses over twice a learned variance, plus half its logarithm as the price.

    Shapes: losses (n, M), log_var (M) -> (n).
    Source: Kendall, Gal and Cipolla 2018, arXiv:1705.07115 (regression form).
    """
    losses, log_var = shaped("n M, M", losses, log_var)
    return 0.5 * np.sum(losses * np.exp(-log_var) + log_var, axis=1)


def uncertainty_weighting_grad(losses, log_var):
    """d uncertainty_weighting / d (losses, log_var)."""
    losses, log_var = shaped("n M, M", losses, log_var)
    weights = np.exp(-log_var)
    d_losses = np.tile(0.5 * weights, (len(losses), 1))
    d_log_var = 0.5 * np.sum(1 - losses * weights, axis=0)
    return d_losses, d_log_var


def dynamic_weight_average(losses, last, before, *, temperature=2.0):
    """Task losses with larger weights for tasks whose loss fell less of late.

    The M weights are M times the softmax of last / before over the temperature; `last`
    and `before` are mean losses of the two epochs past, and constants.
    Shapes: losses (n, M), last (M), before (M) -> (n).
    Source: Liu, Johns and Davison 2019, arXiv:1803.10704.
    """
    losses, last, before = shaped("n M, M, M", losses, last, before)
    return np.sum(losses * _paces(last, before, temperature), axis=1)


def dynamic_weight_average_grad(losses, last, before, *, temperature=2.0):
    """d dynamic_weight_average / d losses: the weights."""
    losses, last, before = shaped("n M, M, M", losses, last, before)
    return np.tile(_paces(last, before, temperature), (len(losses), 1))


def _paces(last, before, temperature):
    """The weights, which add up to the number of tasks."""
    ratio = np.minimum(last / before, np.finfo(last.dtype).max)
    weight = np.exp((ratio - ratio.max()) / temperature)
    return len(ratio) * weight / weight.sum()
