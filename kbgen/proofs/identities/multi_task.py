"""Identities of the family multi_task."""

import numpy as np

from kbgen.proofs.relations import POINTS, TO_INFINITY, VECTORS, Identity, draw, equal, limit, log_softmax, loss


def weighted_sum_with_one_weight_is_that_loss(rng: np.random.Generator) -> Identity:
    """Weighted sum with the weights 1 and 0 is the first of the losses, here the squared error beside the absolute error."""
    p, y = draw(rng, "real", "real")
    both = np.stack([loss.squared_error(p, y), loss.absolute_error(p, y)], axis=1)
    left = loss.weighted_sum(both, np.array([1.0, 0.0]))
    return equal("weighted_sum", "squared_error", left, loss.squared_error(p, y), "absolute_error")


def uncertainty_weighting_of_unit_variances_is_half_the_sum(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting at s = 0 is half the weighted sum with all weights 1."""
    (losses,) = draw(rng, "nonnegative", shape=VECTORS)
    right = 0.5 * loss.weighted_sum(losses, np.ones(3))
    return equal("uncertainty_weighting", "weighted_sum", loss.uncertainty_weighting(losses, np.zeros(3)), right)


def uncertainty_weighting_is_a_weighted_sum_plus_a_price(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting is the weighted sum with the weights ½ exp(−s), plus half the sum of s."""
    (losses,), (s,) = draw(rng, "nonnegative", shape=VECTORS), draw(rng, "real", shape=(3,))
    right = loss.weighted_sum(losses, 0.5 * np.exp(-s)) + 0.5 * s.sum()
    return equal("uncertainty_weighting", "weighted_sum", loss.uncertainty_weighting(losses, s), right)


def uncertainty_weighting_of_squared_errors_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting of squared errors is the Gaussian negative log-likelihood with v = exp(s), summed over the tasks."""
    (m, y), (s,) = draw(rng, "real", "real", shape=VECTORS), draw(rng, "real", shape=(3,))
    left = loss.uncertainty_weighting(loss.squared_error(m, y), s)
    right = loss.gaussian_nll(m, y, np.tile(np.exp(s), (POINTS, 1))).sum(axis=1)
    return equal("uncertainty_weighting", "gaussian_nll", left, right, "squared_error")


def dynamic_weight_average_is_a_weighted_sum(rng: np.random.Generator) -> Identity:
    """Dynamic weight average is the weighted sum with M times the softmax of the ratios over T for weights."""
    (losses,), (a, b) = draw(rng, "nonnegative", shape=VECTORS), draw(rng, "positive", "positive", shape=(3,))
    weights = 3 * np.exp(log_softmax(a / b / 0.7))
    left = loss.dynamic_weight_average(losses, a, b, temperature=0.7)
    return equal("dynamic_weight_average", "weighted_sum", left, loss.weighted_sum(losses, weights))


def hot_dynamic_weight_average_tends_to_the_plain_sum(rng: np.random.Generator) -> Identity:
    """Dynamic weight average tends to the weighted sum with all weights 1 as T → ∞."""
    (losses,), (a, b) = draw(rng, "nonnegative", shape=VECTORS), draw(rng, "positive", "positive", shape=(3,))
    return limit(
        "dynamic_weight_average",
        "weighted_sum",
        TO_INFINITY,
        lambda heat: (loss.dynamic_weight_average(losses, a, b, temperature=heat), loss.weighted_sum(losses, np.ones(3))),
    )
