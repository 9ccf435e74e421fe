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


def gradnorm(weights, norms, ratios, *, alpha=1.5):
    """How far each weighted gradient is from the length that its task should have.

    Norms are the lengths of the unweighted gradients, ratios the losses over those of
    the first step; slow tasks should have longer gradients, by the power `alpha`.
    Shapes: weights (n, M), norms (n, M), ratios (n, M) -> (n).
    Source: Chen et al. 2018, arXiv:1711.02257.
    """
    weights, norms, ratios = shaped("n M, n M, n M", weights, norms, ratios)
    lengths = weights * norms
    pace = ratios / ratios.mean(axis=1, keepdims=True)
    wanted = lengths.mean(axis=1, keepdims=True) * pace**alpha
    return np.sum(np.abs(lengths - wanted), axis=1)


def pcgrad(first, second):
    """How fast the first task improves along a sum of gradients freed of conflict.

    Shapes: first (n, d), second (n, d) -> (n).
    Source: Yu et al. 2020, arXiv:2001.06782.
    """
    first, second = shaped("n d, n d", first, second)
    return np.sum(first * _merged(first, second), axis=1)


def _merged(first, second):
    """The direction to go against: each gradient without its part against the other."""
    return _without(first, second) + _without(second, first)


def _without(gradient, other):
    """A gradient less its projection on another, where the two disagree."""
    square = np.sum(other**2, axis=1, keepdims=True)
    against = np.minimum(np.sum(gradient * other, axis=1, keepdims=True), 0)
    return gradient - against / np.where(square > 0, square, 1) * other


def mgda(first, second):
    """The least squared length of a weighted mean of two gradients.

    Shapes: first (n, d), second (n, d) -> (n).
    Source: Sener and Koltun 2018, arXiv:1810.04650.
    """
    first, second = shaped("n d, n d", first, second)
    share = _share(first, second)
    return np.sum((share * first + (1 - share) * second) ** 2, axis=1)


def mgda_grad(first, second):
    """d mgda / d (first, second): the share is at its best, so it may stand still."""
    first, second = shaped("n d, n d", first, second)
    share = _share(first, second)
    shortest = share * first + (1 - share) * second
    return 2 * share * shortest, 2 * (1 - share) * shortest


def _share(first, second):
    """The weight of the first gradient in the shortest mean, from 0 to 1."""
    gap = second - first
    square = np.sum(gap**2, axis=1, keepdims=True)
    share = np.sum(gap * second, axis=1, keepdims=True)
    return np.clip(share / np.where(square > 0, square, 1), 0, 1)
