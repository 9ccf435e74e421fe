"""Identities of the family divergence."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    CLASSES,
    PIXELS,
    POINTS,
    TO_INFINITY,
    TO_ZERO,
    VECTORS,
    Identity,
    bound,
    draw,
    entropy,
    equal,
    limit,
    loss,
    ones,
)


def kl_divergence_of_two_outcomes_is_binary_cross_entropy_minus_entropy(rng: np.random.Generator) -> Identity:
    """KL divergence of two outcomes is binary cross-entropy minus the entropy of the target."""
    q, p = draw(rng, "probability", "probability")
    pred, target = np.stack([q, 1 - q], 1), np.stack([p, 1 - p], 1)
    right = loss.binary_cross_entropy(q, p) - entropy(target)
    return equal("kl_divergence", "binary_cross_entropy", loss.kl_divergence(pred, target), right)


def js_divergence_is_the_mean_of_two_kl_divergences(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is the mean of the KL divergences of (p + q) / 2 from p and from q."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    middle = (p + q) / 2
    right = (loss.kl_divergence(middle, p) + loss.kl_divergence(middle, q)) / 2
    return equal("js_divergence", "kl_divergence", loss.js_divergence(q, p), right)


def js_divergence_is_symmetric(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence stays the same when p and q are exchanged."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    return equal("js_divergence", "js_divergence", loss.js_divergence(q, p), loss.js_divergence(p, q))


def js_divergence_is_at_most_log_2(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is at most log 2, reached where p and q have no outcome in common."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    return bound("js_divergence", "js_divergence", loss.js_divergence(q, p), np.full(POINTS, np.log(2)))


def js_divergence_is_at_most_a_quarter_of_both_kl_divergences(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is at most a quarter of KL(p‖q) + KL(q‖p), and equal at 0."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    large = (loss.kl_divergence(q, p) + loss.kl_divergence(p, q)) / 4
    return bound("js_divergence", "kl_divergence", loss.js_divergence(q, p), large)


def js_divergence_tends_to_a_quarter_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence tends to a quarter of the KL divergence when q = (1 − h) p + h p′ and h → 0."""
    p, other = (0.5 * a + 0.5 / 4 for a in draw(rng, "simplex", "simplex", shape=CLASSES))

    def sides(h: float) -> tuple[Array, Array]:
        q = (1 - h) * p + h * other
        return loss.js_divergence(q, p) / h**2, loss.kl_divergence(q, p) / (4 * h**2)

    return limit("js_divergence", "kl_divergence", TO_ZERO[:3], sides)


def _density(x: Array, mean: Array, var: Array) -> Array:
    """Of a normal distribution."""
    return np.asarray(np.exp(-0.5 * (x - mean) ** 2 / var) / np.sqrt(2 * np.pi * var))


def vae_price_of_the_code_is_the_limit_of_a_kl_divergence(rng: np.random.Generator) -> Identity:
    """KL divergence of binned N(0, 1) from binned N(μ, exp(s)) tends to the VAE negative ELBO at x̂ = x and β = 1."""
    m, s = draw(rng, "cosine", "cosine", shape=(POINTS, 1))
    right = loss.vae_elbo(m, m, m, s, beta=1.0)

    def sides(width: float) -> tuple[Array, Array]:
        x = np.arange(-16, 16 + width, width)
        bins = (_density(x, mean, var) * width for mean, var in ((0 * m, ones(s)), (m, np.exp(s))))
        return loss.kl_divergence(*bins), right

    return limit("kl_divergence", "vae_elbo", (1.0, 0.5, 0.25), sides, order=10)


def hellinger_determines_renyi_divergence_of_order_half(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1/2 is −2 log(1 − H²) of the squared Hellinger distance."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    right = -2 * np.log1p(-loss.hellinger(q, p))
    return equal("renyi_divergence", "hellinger", loss.renyi_divergence(q, p, alpha=0.5), right)


def hellinger_is_squared_error_of_square_roots(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is half the summed squared error of the square roots of q and p."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    right = 0.5 * loss.squared_error(np.sqrt(q), np.sqrt(p)).sum(axis=1)
    return equal("hellinger", "squared_error", loss.hellinger(q, p), right)


def hellinger_is_at_most_total_variation_distance(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is at most the total variation distance, and equal where nothing is in common."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    return bound("hellinger", "total_variation_distance", loss.hellinger(q, p), loss.total_variation_distance(q, p))


def hellinger_bounds_the_square_of_total_variation_distance(rng: np.random.Generator) -> Identity:
    """The square of the total variation distance is at most H² (2 − H²), equal where nothing is in common."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    h = loss.hellinger(q, p)
    return bound("total_variation_distance", "hellinger", loss.total_variation_distance(q, p) ** 2, h * (2 - h))


def hellinger_is_at_most_half_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is at most half the KL divergence, and equal at 0."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    return bound("hellinger", "kl_divergence", loss.hellinger(q, p), 0.5 * loss.kl_divergence(q, p))


def hellinger_tends_to_a_quarter_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance tends to a quarter of the KL divergence when q = (1 − h) p + h p′, p without zeros, and h → 0."""
    p, other = (0.5 * a + 0.5 / 4 for a in draw(rng, "simplex", "simplex", shape=CLASSES))

    def sides(h: float) -> tuple[Array, Array]:
        q = (1 - h) * p + h * other
        return loss.hellinger(q, p) / h**2, loss.kl_divergence(q, p) / (4 * h**2)

    return limit("hellinger", "kl_divergence", TO_ZERO[:3], sides)


def total_variation_distance_is_half_the_sum_of_absolute_errors(rng: np.random.Generator) -> Identity:
    """Total variation distance is half the absolute error of q and p, summed over the classes."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    right = 0.5 * loss.absolute_error(q, p).sum(axis=1)
    return equal("total_variation_distance", "absolute_error", loss.total_variation_distance(q, p), right)


def square_of_total_variation_distance_is_at_most_half_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Twice the square of the total variation distance is at most the KL divergence (Pinsker), equal at 0."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    return bound(
        "total_variation_distance", "kl_divergence", 2 * loss.total_variation_distance(q, p) ** 2, loss.kl_divergence(q, p)
    )


def wasserstein_of_labels_zero_and_one_is_total_variation_distance(rng: np.random.Generator) -> Identity:
    """Wasserstein distance (p = 1) of samples of zeros and ones is the total variation distance of their shares."""
    x, y = (rng.integers(0, 2, (POINTS, 9)).astype(float) for _ in range(2))
    q, p = (np.stack([a.mean(axis=1), 1 - a.mean(axis=1)], 1) for a in (x, y))
    left = loss.wasserstein_1d(x, y, p=1)
    return equal("wasserstein_1d", "total_variation_distance", left, loss.total_variation_distance(q, p))


def wasserstein_of_single_values_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Wasserstein distance of one value each is the absolute error to the power p; here p = 3."""
    x, y = draw(rng, "real", "real", shape=(POINTS, 1))
    right = loss.absolute_error(x, y)[:, 0] ** 3
    return equal("wasserstein_1d", "absolute_error", loss.wasserstein_1d(x, y, p=3), right)


def wasserstein_is_at_most_the_mean_absolute_error(rng: np.random.Generator) -> Identity:
    """Wasserstein distance (p = 1) is at most the mean absolute error of the values as they stand, equal if both are sorted."""
    x, y = draw(rng, "real", "real", shape=PIXELS)
    x[-1], y[-1] = np.sort(x[-1]), np.sort(y[-1])
    return bound("wasserstein_1d", "absolute_error", loss.wasserstein_1d(x, y, p=1), loss.absolute_error(x, y).mean(axis=1))


def gaussian_kl_from_the_standard_normal_is_the_price_of_a_vae(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence to N(0, 1) is the VAE negative ELBO at x̂ = x and β = 1."""
    mu, s, x = draw(rng, "real", "real", "real", shape=VECTORS)
    left = loss.gaussian_kl(mu, s, np.zeros_like(mu), np.zeros_like(s))
    return equal("gaussian_kl", "vae_elbo", left, loss.vae_elbo(x, x, mu, s, beta=1.0))


def gaussian_kl_of_unit_variances_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence with all variances 1 is half the squared error of the means, summed."""
    mu, m = draw(rng, "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(mu, m).sum(axis=1)
    return equal("gaussian_kl", "squared_error", loss.gaussian_kl(mu, np.zeros_like(mu), m, np.zeros_like(m)), right)


def gaussian_kl_is_an_expected_difference_of_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence is how much more Gaussian NLL the second distribution expects for values of the first."""
    mu, s, m, t = draw(rng, "cosine", "cosine", "cosine", "cosine", shape=(POINTS, 1))
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    z = mu + np.exp(s / 2) * nodes
    nll = (loss.gaussian_nll(np.broadcast_to(c, z.shape), z, np.broadcast_to(np.exp(v), z.shape)) for c, v in ((m, t), (mu, s)))
    theirs, own = nll
    right = (theirs - own) @ weights / weights.sum()
    return equal("gaussian_kl", "gaussian_nll", loss.gaussian_kl(mu, s, m, t), right)


def mmd_of_single_points_is_a_bounded_function_of_squared_error(rng: np.random.Generator) -> Identity:
    """MMD of one point each is 2 − 2 exp(−r² / 2h²) with the summed squared error r²; here h = 2."""
    x, y = draw(rng, "real", "real", shape=VECTORS)
    right = -2 * np.expm1(-loss.squared_error(x, y).sum(axis=1) / 8)
    return equal("mmd", "squared_error", loss.mmd(x[:, None], y[:, None], bandwidth=2.0), right)


def mmd_of_a_wide_kernel_tends_to_squared_error_of_the_means(rng: np.random.Generator) -> Identity:
    """h² MMD tends to the summed squared error of the means of both sets when h → ∞."""
    x, y = rng.normal(size=(POINTS, 6, 3)), rng.normal(size=(POINTS, 4, 3))
    right = loss.squared_error(x.mean(axis=1), y.mean(axis=1)).sum(axis=1)
    return limit("mmd", "squared_error", TO_INFINITY[:3], lambda h: (h**2 * loss.mmd(x, y, bandwidth=h), right), order=2)


def renyi_divergence_tends_to_kl_divergence(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1 + h tends to the KL divergence when h → 0."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    right = loss.kl_divergence(q, p)
    return limit("renyi_divergence", "kl_divergence", TO_ZERO[:3], lambda h: (loss.renyi_divergence(q, p, alpha=1 + h), right))


def renyi_divergence_of_a_certain_target_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Rényi divergence from a one-hot target is the cross-entropy of log q, whatever the order; here 3."""
    q, p = draw(rng, "simplex", "one_hot", shape=CLASSES)
    return equal("renyi_divergence", "cross_entropy", loss.renyi_divergence(q, p, alpha=3), loss.cross_entropy(np.log(q), p))


def renyi_divergence_below_order_one_is_at_most_kl_divergence(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1/2 is at most the KL divergence, and equal for a one-hot target."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    p[-1] = (1, 0, 0, 0)
    return bound("renyi_divergence", "kl_divergence", loss.renyi_divergence(q, p, alpha=0.5), loss.kl_divergence(q, p))


def sinkhorn_of_single_points_is_squared_error(rng: np.random.Generator) -> Identity:
    """Sinkhorn divergence of one point each is the squared error of the two, summed, whatever ε."""
    x, y = draw(rng, "real", "real", shape=VECTORS)
    right = loss.squared_error(x, y).sum(axis=1)
    return equal("sinkhorn", "squared_error", loss.sinkhorn(x[:, None], y[:, None], eps=0.5), right)


def sinkhorn_of_a_large_blur_tends_to_squared_error_of_the_means(rng: np.random.Generator) -> Identity:
    """Sinkhorn divergence tends to the summed squared error of the means of both sets when ε → ∞."""
    x, y = draw(rng, "probability", shape=(20, 6, 3))[0], draw(rng, "probability", shape=(20, 4, 3))[0]
    right = loss.squared_error(x.mean(axis=1), y.mean(axis=1)).sum(axis=1)
    return limit("sinkhorn", "squared_error", TO_INFINITY[:3], lambda eps: (loss.sinkhorn(x, y, eps=eps), right))


def sinkhorn_of_a_small_blur_tends_to_wasserstein(rng: np.random.Generator) -> Identity:
    """Sinkhorn divergence of numbers tends to their Wasserstein distance (p = 2) when ε → 0."""
    steps = np.array([0.0, 1.0, 2.2])
    x, y = (steps + 0.3 * draw(rng, "probability", shape=(20, 3))[0] for _ in range(2))
    right = loss.wasserstein_1d(x, y, p=2)
    return limit(
        "sinkhorn", "wasserstein_1d", (0.3, 0.1, 0.03), lambda eps: (loss.sinkhorn(x[..., None], y[..., None], eps=eps), right)
    )


def itakura_saito_is_linex_of_logarithms(rng: np.random.Generator) -> Identity:
    """Itakura-Saito divergence is the Linex loss, a = 1, of the logarithms, the two inputs exchanged."""
    q, p = draw(rng, "positive", "positive")
    return equal("itakura_saito", "linex", loss.itakura_saito(q, p), loss.linex(np.log(p), np.log(q), a=1.0))


def itakura_saito_is_half_the_gamma_deviance(rng: np.random.Generator) -> Identity:
    """Twice the Itakura-Saito divergence is the gamma deviance."""
    q, p = draw(rng, "positive", "positive")
    return equal("itakura_saito", "gamma_deviance", 2 * loss.itakura_saito(q, p), loss.gamma_deviance(q, p))
