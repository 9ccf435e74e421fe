"""Identities of the family probabilistic."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    CLASSES,
    POINTS,
    TO_INFINITY,
    TO_ZERO,
    VECTORS,
    Identity,
    bound,
    draw,
    equal,
    limit,
    log_softmax,
    loss,
    ones,
    ordering,
)


def gaussian_nll_at_variance_one_half_is_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian negative log-likelihood at v = ½ is the squared error minus ½ log 2."""
    m, y = draw(rng, "real", "real")
    left = loss.gaussian_nll(m, y, np.full_like(m, 0.5))
    return equal("gaussian_nll", "squared_error", left, loss.squared_error(m, y) - 0.5 * np.log(2))


def poisson_nll_is_least_at_the_logarithm_of_the_count(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood is at least y − y log y, reached at z = log y."""
    z, y = *draw(rng, "real"), 1 + draw(rng, "count")[0]
    z[-1] = np.log(y[-1])
    return bound("poisson_nll", "poisson_nll", loss.poisson_nll(np.log(y), y), loss.poisson_nll(z, y))


def poisson_nll_is_nll_of_the_poisson_distribution(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood plus log y! is the negative log-likelihood loss of the Poisson probabilities."""
    z, y = draw(rng, "real", "count")
    counts = np.arange(y.max() + 1)
    log_factorial = np.cumsum(np.log(np.maximum(counts, 1)))
    log_prob = counts * z[:, None] - np.exp(z[:, None]) - log_factorial
    return equal("poisson_nll", "nll", loss.poisson_nll(z, y) + log_factorial[y.astype(int)], loss.nll(log_prob, y))


def poisson_nll_tends_to_squared_error_over_the_variance(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood above its minimum tends to the squared error over 2 y as exp(z) → y, with z = log y + h u."""
    u, y = draw(rng, "cosine", "positive")

    def sides(h: float) -> tuple[Array, Array]:
        above = loss.poisson_nll(np.log(y) + h * u, y) - loss.poisson_nll(np.log(y), y)
        return above / h**2, loss.squared_error(y * np.exp(h * u), y) / (2 * y * h**2)

    return limit("poisson_nll", "squared_error", TO_ZERO[:3], sides)


def brier_score_is_squared_error_of_a_probability(rng: np.random.Generator) -> Identity:
    """Brier score is the squared error of a probability p and an outcome y."""
    p, y = draw(rng, "probability", "binary")
    return equal("brier_score", "squared_error", loss.brier_score(p, y), loss.squared_error(p, y))


def brier_score_is_at_most_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Brier score is at most the binary cross-entropy, and equal where the forecast is certain and right."""
    p, y = draw(rng, "probability", "binary")
    p[-1] = y[-1]
    return bound("brier_score", "binary_cross_entropy", loss.brier_score(p, y), loss.binary_cross_entropy(p, y))


def brier_score_is_the_square_of_the_expected_cost(rng: np.random.Generator) -> Identity:
    """Brier score is the square of the cost-sensitive loss at costs of 1."""
    p, y = draw(rng, "probability", "binary")
    return equal("brier_score", "cost_sensitive", loss.brier_score(p, y), loss.cost_sensitive(p, y, c_fn=1, c_fp=1) ** 2)


def brier_score_and_binary_cross_entropy_rank_forecasts_alike(rng: np.random.Generator) -> Identity:
    """Brier score and binary cross-entropy put single forecasts in the same order, from the best to the worst."""
    p, y = draw(rng, "probability", "binary")
    return ordering("brier_score", "binary_cross_entropy", loss.brier_score(p, y), loss.binary_cross_entropy(p, y))


def laplace_nll_is_absolute_error_over_its_scale(rng: np.random.Generator) -> Identity:
    """Laplace NLL is the absolute error over the scale, plus the log of twice the scale."""
    m, y, b = draw(rng, "real", "real", "positive")
    return equal("laplace_nll", "absolute_error", loss.laplace_nll(m, y, b), loss.absolute_error(m, y) / b + np.log(2 * b))


def laplace_nll_is_at_most_gaussian_nll_and_a_constant(rng: np.random.Generator) -> Identity:
    """Laplace NLL of scale b is at most the Gaussian NLL of variance b², plus log 2 and ½; equal at |μ - y| = b."""
    m, y, b = draw(rng, "real", "real", "positive")
    y[-1] = m[-1] + b[-1]
    large = loss.gaussian_nll(m, y, b**2) + np.log(2) + 0.5
    return bound("laplace_nll", "gaussian_nll", loss.laplace_nll(m, y, b), large)


def gamma_deviance_is_the_price_of_a_wrong_variance(rng: np.random.Generator) -> Identity:
    """Four times the excess of the Gaussian NLL over its value at v = r² is the gamma deviance of v from the squared error r²."""
    m, y, v = draw(rng, "real", "real", "positive")
    square = loss.squared_error(m, y)
    excess = loss.gaussian_nll(m, y, v) - loss.gaussian_nll(m, y, square)
    return equal("gamma_deviance", "gaussian_nll", loss.gamma_deviance(v, square), 4 * excess, "squared_error")


def poisson_deviance_is_twice_the_excess_of_poisson_nll(rng: np.random.Generator) -> Identity:
    """Poisson deviance is twice the excess of the Poisson NLL over its value where the rate is the count."""
    mu, y = draw(rng, "positive", "positive")
    excess = loss.poisson_nll(np.log(mu), y) - loss.poisson_nll(np.log(y), y)
    return equal("poisson_deviance", "poisson_nll", loss.poisson_deviance(mu, y), 2 * excess)


def poisson_deviance_of_distributions_is_twice_kl_divergence(rng: np.random.Generator) -> Identity:
    """Poisson deviances of the entries of two distributions add up to twice the KL divergence."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    return equal("poisson_deviance", "kl_divergence", loss.poisson_deviance(q, p).sum(axis=1), 2 * loss.kl_divergence(q, p))


def tweedie_deviance_of_power_zero_is_squared_error(rng: np.random.Generator) -> Identity:
    """Tweedie deviance at p = 0 is the squared error."""
    mu, y = draw(rng, "positive", "positive")
    return equal("tweedie_deviance", "squared_error", loss.tweedie_deviance(mu, y, power=0), loss.squared_error(mu, y))


def tweedie_deviance_tends_to_poisson_deviance(rng: np.random.Generator) -> Identity:
    """Tweedie deviance tends to the Poisson deviance as p falls to 1."""
    mu, y = draw(rng, "positive", "positive")
    right = loss.poisson_deviance(mu, y)
    return limit("tweedie_deviance", "poisson_deviance", TO_ZERO, lambda h: (loss.tweedie_deviance(mu, y, power=1 + h), right))


def tweedie_deviance_tends_to_gamma_deviance(rng: np.random.Generator) -> Identity:
    """Tweedie deviance tends to the gamma deviance as p rises to 2."""
    mu, y = draw(rng, "positive", "positive")
    right = loss.gamma_deviance(mu, y)
    return limit("tweedie_deviance", "gamma_deviance", TO_ZERO, lambda h: (loss.tweedie_deviance(mu, y, power=2 - h), right))


def crps_gaussian_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Gaussian CRPS tends to the absolute error as σ goes to 0."""
    m, y = draw(rng, "real", "real")
    right = loss.absolute_error(m, y)
    return limit("crps_gaussian", "absolute_error", TO_ZERO, lambda h: (loss.crps_gaussian(m, y, np.full_like(m, h)), right))


def crps_gaussian_exceeds_absolute_error_by_little(rng: np.random.Generator) -> Identity:
    """Gaussian CRPS is at most the absolute error plus (√2 - 1) σ / √π, and reaches it at μ = y."""
    m, y, sigma = draw(rng, "real", "real", "positive")
    y[-1] = m[-1]
    large = loss.absolute_error(m, y) + (np.sqrt(2) - 1) / np.sqrt(np.pi) * sigma
    return bound("crps_gaussian", "absolute_error", loss.crps_gaussian(m, y, sigma), large)


def student_t_nll_tends_to_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Student-t NLL tends to the Gaussian NLL with v = s², plus half the log of 2π, as ν grows."""
    m, y, s = draw(rng, "real", "real", "positive")
    m, y = m / 8, y / 8
    right = loss.gaussian_nll(m, y, s**2) + 0.5 * np.log(2 * np.pi)
    return limit("student_t_nll", "gaussian_nll", TO_INFINITY, lambda nu: (loss.student_t_nll(m, y, s, nu=nu), right))


def negative_binomial_nll_tends_to_poisson_nll(rng: np.random.Generator) -> Identity:
    """Negative binomial NLL tends to the Poisson NLL plus log y! as r grows."""
    mu, y = draw(rng, "positive", "count")
    factorial = np.array([np.log(np.arange(1, k + 1)).sum() for k in y])
    right = loss.poisson_nll(np.log(mu), y) + factorial

    def sides(r: float) -> tuple[Array, Array]:
        return loss.negative_binomial_nll(mu, y, np.full_like(mu, r)), right

    return limit("negative_binomial_nll", "poisson_nll", (1e2, 1e3, 1e4, 1e5), sides)


def negative_binomial_nll_of_one_failure_is_a_sum_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Negative binomial NLL at r = 1 is y cross-entropies of going on, and one of stopping, for the logit log μ."""
    mu, y = draw(rng, "positive", "count")
    cross_entropy = loss.binary_cross_entropy_with_logits
    right = y * cross_entropy(np.log(mu), ones(mu)) + cross_entropy(np.log(mu), 0 * mu)
    left = loss.negative_binomial_nll(mu, y, ones(mu))
    return equal("negative_binomial_nll", "binary_cross_entropy_with_logits", left, right)


def mixture_density_nll_of_equal_components_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Mixture density NLL of equal components is the Gaussian NLL plus half the log of 2π, whatever the weights."""
    a = rng.normal(size=CLASSES)
    m, y, sigma = draw(rng, "real", "real", "positive")
    left = loss.mixture_density_nll(a, np.tile(m[:, None], 4), np.tile(sigma[:, None], 4), y)
    return equal("mixture_density_nll", "gaussian_nll", left, loss.gaussian_nll(m, y, sigma**2) + 0.5 * np.log(2 * np.pi))


def mixture_density_nll_is_at_most_the_mean_of_gaussian_nlls(rng: np.random.Generator) -> Identity:
    """Mixture density NLL is at most the weighted mean of the Gaussian NLLs, plus half the log of 2π; equal if they are."""
    a, m, sigma = (rng.normal(size=CLASSES), *draw(rng, "real", "positive", shape=CLASSES))
    (y,) = draw(rng, "real")
    m[-1], sigma[-1] = m[-1, 0], sigma[-1, 0]
    each = loss.gaussian_nll(m, np.tile(y[:, None], 4), sigma**2) + 0.5 * np.log(2 * np.pi)
    mean = np.sum(np.exp(log_softmax(a)) * each, axis=1)
    return bound("mixture_density_nll", "gaussian_nll", loss.mixture_density_nll(a, m, sigma, y), mean)


def energy_score_of_one_sample_in_one_dimension_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Energy score of a single sample in one dimension is the absolute error."""
    x, y = draw(rng, "real", "real")
    return equal("energy_score", "absolute_error", loss.energy_score(x[:, None, None], y[:, None]), loss.absolute_error(x, y))


def energy_score_in_one_dimension_is_twice_the_mean_of_quantile_losses(rng: np.random.Generator) -> Identity:
    """Energy score of M sorted numbers is twice the mean of their quantile losses at the levels (i - 1/2) / M."""
    size = 5
    x, y = rng.normal(size=(POINTS, size)), rng.normal(size=POINTS)
    ordered = np.sort(x, axis=1)
    each = [loss.quantile(ordered[:, i], y, tau=(i + 0.5) / size) for i in range(size)]
    return equal("energy_score", "quantile", loss.energy_score(x[:, :, None], y[:, None]), 2 * np.mean(each, axis=0))


def energy_score_never_exceeds_the_mean_distance(rng: np.random.Generator) -> Identity:
    """Energy score in one dimension is at most the mean absolute error of the samples; equal if they coincide."""
    x, y = draw(rng, "real", "real", shape=VECTORS)
    x[-1], y = x[-1, 0], y[:, 0]
    mean = np.mean([loss.absolute_error(sample, y) for sample in x.T], axis=0)
    return bound("energy_score", "absolute_error", loss.energy_score(x[:, :, None], y[:, None]), mean)


def evidential_regression_without_penalty_is_student_t_nll(rng: np.random.Generator) -> Identity:
    """Evidential regression at λ = 0 is the Student-t NLL with 2α degrees of freedom and s² = β (1 + ν) / (ν α)."""
    m, y, nu, beta = draw(rng, "real", "real", "positive", "positive")
    left = [loss.evidential_regression(m, y, nu, np.full_like(m, a), beta, weight=0) for a in (1.5, 4.0)]
    right = [loss.student_t_nll(m, y, np.sqrt(beta * (1 + nu) / (nu * a)), nu=2 * a) for a in (1.5, 4.0)]
    return equal("evidential_regression", "student_t_nll", left, right)


def evidential_regression_penalty_is_weighted_absolute_error(rng: np.random.Generator) -> Identity:
    """What λ adds to evidential regression is the absolute error times λ (2ν + α)."""
    m, y, nu, alpha, beta = draw(rng, "real", "real", "positive", "positive", "positive")
    added = [loss.evidential_regression(m, y, nu, alpha, beta, weight=weight) for weight in (0.5, 0)]
    right = 0.5 * (2 * nu + alpha) * loss.absolute_error(m, y)
    return equal("evidential_regression", "absolute_error", added[0] - added[1], right)
