"""Identities of the family regression."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import CLASSES, PIXELS, POINTS, TO_ZERO, VECTORS, Identity, bound, draw, equal, limit, loss, unit


def absolute_error_is_twice_the_quantile_loss_of_the_median(rng: np.random.Generator) -> Identity:
    """Absolute error is twice the quantile loss at τ = ½."""
    p, y = draw(rng, "real", "real")
    return equal("absolute_error", "quantile", loss.absolute_error(p, y), 2 * loss.quantile(p, y, tau=0.5))


def quantile_losses_of_both_tails_add_up_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Quantile losses at τ and at 1 − τ add up to the absolute error, for every τ."""
    p, y = draw(rng, "real", "real")
    both = [loss.quantile(p, y, tau=tau) + loss.quantile(p, y, tau=1 - tau) for tau in (0.1, 0.3, 0.5)]
    return equal("quantile", "absolute_error", both, [loss.absolute_error(p, y)] * 3)


def quantile_loss_changes_tails_with_its_arguments(rng: np.random.Generator) -> Identity:
    """Quantile loss at τ is that at 1 − τ with ŷ and y exchanged."""
    p, y = draw(rng, "real", "real")
    return equal("quantile", "quantile", loss.quantile(p, y, tau=0.9), loss.quantile(y, p, tau=1 - 0.9))


def quantile_loss_stays_below_its_steeper_side(rng: np.random.Generator) -> Identity:
    """Quantile loss is at most max(τ, 1 − τ) times the absolute error, and exactly that on the steeper side."""
    p, y = draw(rng, "real", "real")
    p[-1] = y[-1] - 1
    return bound("quantile", "absolute_error", loss.quantile(p, y, tau=0.8), 0.8 * loss.absolute_error(p, y))


def squared_error_is_the_square_of_absolute_error(rng: np.random.Generator) -> Identity:
    """Squared error is the square of the absolute error."""
    p, y = draw(rng, "real", "real")
    return equal("squared_error", "absolute_error", loss.squared_error(p, y), loss.absolute_error(p, y) ** 2)


def squared_log_error_is_squared_error_of_logarithms(rng: np.random.Generator) -> Identity:
    """Squared logarithmic error is the squared error of log(1 + ŷ) and log(1 + y)."""
    p, y = draw(rng, "above_minus_one", "above_minus_one")
    right = loss.squared_error(np.log1p(p), np.log1p(y))
    return equal("squared_log_error", "squared_error", loss.squared_log_error(p, y), right)


def absolute_percentage_error_is_absolute_error_over_the_size_of_the_target(rng: np.random.Generator) -> Identity:
    """Absolute percentage error is the absolute error over |y|."""
    p, y = draw(rng, "real", "nonzero")
    right = loss.absolute_error(p, y) / np.abs(y)
    return equal("absolute_percentage_error", "absolute_error", loss.absolute_percentage_error(p, y), right)


def absolute_percentage_error_has_no_unit(rng: np.random.Generator) -> Identity:
    """Absolute percentage error stays the same when ŷ and y are multiplied by the same number."""
    p, y, c = draw(rng, "real", "nonzero", "nonzero")
    error = loss.absolute_percentage_error
    return equal("absolute_percentage_error", "absolute_percentage_error", error(c * p, c * y), error(p, y))


def root_of_squared_log_error_tends_to_the_percentage_error(rng: np.random.Generator) -> Identity:
    """Root of the squared logarithmic error tends to the absolute percentage error as both shrink like h and y grows like 1/h."""
    y, u = draw(rng, "positive", "cosine")

    def sides(h: float) -> tuple[Array, Array]:
        target, pred = y / h, y / h * (1 + h * u)
        return np.sqrt(loss.squared_log_error(pred, target)) / h, loss.absolute_percentage_error(pred, target) / h

    return limit("squared_log_error", "absolute_percentage_error", TO_ZERO[1:], sides)


def cosine_similarity_loss_is_half_the_squared_error_of_directions(rng: np.random.Generator) -> Identity:
    """Cosine similarity loss is half the squared error of u / ‖u‖ and v / ‖v‖, summed over the components."""
    u, v = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    right = 0.5 * loss.squared_error(unit(u), unit(v)).sum(axis=1)
    return equal("cosine_similarity_loss", "squared_error", loss.cosine_similarity_loss(u, v), right)


def cosine_similarity_loss_ignores_lengths(rng: np.random.Generator) -> Identity:
    """Cosine similarity loss stays the same when u and v are stretched, each by a positive number of its own."""
    u, v = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    a, b = draw(rng, "positive", "positive", shape=(POINTS, 1))
    cosine = loss.cosine_similarity_loss
    return equal("cosine_similarity_loss", "cosine_similarity_loss", cosine(a * u, b * v), cosine(u, v))


def log_cosh_is_at_least_absolute_error_minus_log_2(rng: np.random.Generator) -> Identity:
    """Log-cosh loss is at least the absolute error minus log 2, and touches it far from y."""
    p, y = draw(rng, "real", "real")
    p[-1] = y[-1] + 40
    return bound("absolute_error", "log_cosh", loss.absolute_error(p, y) - np.log(2), loss.log_cosh(p, y))


def gaussian_nll_is_least_at_the_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian negative log-likelihood is at least ½ (1 + log r²), reached where v is the squared error r²."""
    m, y, v = draw(rng, "real", "real", "positive")
    v[-1] = (m[-1] - y[-1]) ** 2
    small = 0.5 * (1 + np.log(loss.squared_error(m, y)))
    return bound("squared_error", "gaussian_nll", small, loss.gaussian_nll(m, y, v))


def kl_divergence_is_at_least_half_the_squared_total_difference(rng: np.random.Generator) -> Identity:
    """KL divergence is at least half the square of the summed absolute error (Pinsker), and equal at 0."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    small = 0.5 * loss.absolute_error(q, p).sum(axis=1) ** 2
    return bound("absolute_error", "kl_divergence", small, loss.kl_divergence(q, p))


def vae_is_at_least_half_squared_error(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO is at least half the summed squared error, and equal where the code is the prior: μ = 0 and s = 0."""
    r, x, m, s = draw(rng, "real", "real", "real", "real", shape=VECTORS)
    m[-1], s[-1] = 0, 0
    return bound("squared_error", "vae_elbo", 0.5 * loss.squared_error(r, x).sum(axis=1), loss.vae_elbo(r, x, m, s, beta=1.0))


def charbonnier_is_at_least_absolute_error(rng: np.random.Generator) -> Identity:
    """Charbonnier loss is at least the absolute error, and touches it far from y."""
    p, y = draw(rng, "real", "real")
    p[-1] = y[-1] + 1e5
    return bound("absolute_error", "charbonnier", loss.absolute_error(p, y), loss.charbonnier(p, y, epsilon=0.5))


def expectile_is_quantile_times_absolute_error(rng: np.random.Generator) -> Identity:
    """Expectile loss is the quantile loss of the same τ times the absolute error."""
    p, y = draw(rng, "real", "real")
    left = [loss.expectile(p, y, tau=tau) for tau in (0.1, 0.5, 0.9)]
    right = [loss.quantile(p, y, tau=tau) * loss.absolute_error(p, y) for tau in (0.1, 0.5, 0.9)]
    return equal("expectile", "quantile", left, right, "absolute_error")


def expectile_losses_of_both_tails_add_up_to_squared_error(rng: np.random.Generator) -> Identity:
    """Expectile losses at τ and at 1 − τ add up to the squared error, for every τ."""
    p, y = draw(rng, "real", "real")
    both = [loss.expectile(p, y, tau=tau) + loss.expectile(p, y, tau=1 - tau) for tau in (0.1, 0.3, 0.5)]
    return equal("expectile", "squared_error", both, [loss.squared_error(p, y)] * 3)


def wing_is_at_least_absolute_error(rng: np.random.Generator) -> Identity:
    """Wing loss with w = 10 and ε = 5 is at least the absolute error, and equal at ŷ = y."""
    p, y = draw(rng, "real", "real")
    p[-1] = y[-1]
    return bound("absolute_error", "wing", loss.absolute_error(p, y), loss.wing(p, y, w=10.0, epsilon=5.0))


def root_mean_squared_error_is_the_root_of_the_mean_squared_error(rng: np.random.Generator) -> Identity:
    """Root mean squared error is the root of the mean of the squared errors of its row."""
    p, y = draw(rng, "real", "real", shape=PIXELS)
    right = np.sqrt(loss.squared_error(p, y).mean(axis=1))
    return equal("root_mean_squared_error", "squared_error", loss.root_mean_squared_error(p, y), right)


def root_mean_squared_error_is_at_least_the_mean_absolute_error(rng: np.random.Generator) -> Identity:
    """Root mean squared error is at least the mean absolute error, and equal where all errors have one size."""
    p, y = draw(rng, "real", "real", shape=PIXELS)
    p[-1] = y[-1] + np.resize((1.5, -1.5), p.shape[1])
    mean = loss.absolute_error(p, y).mean(axis=1)
    return bound("absolute_error", "root_mean_squared_error", mean, loss.root_mean_squared_error(p, y))


def symmetric_percentage_error_is_a_harmonic_mean(rng: np.random.Generator) -> Identity:
    """Symmetric percentage error is the harmonic mean of the percentage errors of ŷ from y and of y from ŷ."""
    p, y = draw(rng, "nonzero", "nonzero")
    there, back = loss.absolute_percentage_error(p, y), loss.absolute_percentage_error(y, p)
    left = loss.symmetric_absolute_percentage_error(p, y)
    return equal("symmetric_absolute_percentage_error", "absolute_percentage_error", left, 2 / (1 / there + 1 / back))
