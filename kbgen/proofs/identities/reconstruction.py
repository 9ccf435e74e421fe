"""Identities of the family reconstruction."""

import numpy as np

from kbgen.proofs.relations import PIXELS, POINTS, VECTORS, Identity, bound, draw, equal, loss, ones


def vae_without_code_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at β = 0 is half the squared error of the reconstruction, summed over the components."""
    r, x, m, s = draw(rng, "real", "real", "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(r, x).sum(axis=1)
    return equal("vae_elbo", "squared_error", loss.vae_elbo(r, x, m, s, beta=0.0), right)


def vae_reconstruction_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at β = 0 is the Gaussian negative log-likelihood at v = 1, summed over the components."""
    r, x, m, s = draw(rng, "real", "real", "real", "real", shape=VECTORS)
    right = loss.gaussian_nll(r, x, ones(x)).sum(axis=1)
    return equal("vae_elbo", "gaussian_nll", loss.vae_elbo(r, x, m, s, beta=0.0), right)


def vae_price_of_the_code_is_an_expected_difference_of_gaussian_nll(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at x̂ = x and β = 1 is the mean Gaussian NLL of codes from N(μ, v) under N(0, 1) less that under N(μ, v)."""
    m, s = draw(rng, "real", "cosine", shape=VECTORS)
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)  # exact: the integrand is a polynomial of degree 2
    code = m + np.exp(s / 2) * nodes[:, None, None]
    mean, var, zero = (np.broadcast_to(a, code.shape) for a in (m, np.exp(s), 0.0))
    extra = loss.gaussian_nll(zero, code, zero + 1) - loss.gaussian_nll(mean, code, var)
    right = np.tensordot(weights, extra, 1).sum(axis=1) / np.sqrt(2 * np.pi)
    return equal("vae_elbo", "gaussian_nll", loss.vae_elbo(m, m, m, s, beta=1.0), right)


def ssim_of_equal_means_is_squared_error_over_variances(rng: np.random.Generator) -> Identity:
    """SSIM loss of one window with equal means is the mean squared error over the sum of the variances and k₂²."""
    x, y = draw(rng, "probability", "probability", shape=(POINTS, 8, 8))
    y += np.mean(x - y, axis=(1, 2), keepdims=True)
    right = loss.squared_error(x, y).mean((1, 2)) / (x.var((1, 2)) + y.var((1, 2)) + 0.2**2)
    return equal("ssim", "squared_error", loss.ssim(x, y, window=8, k2=0.2), right)


def ssim_of_plain_images_is_squared_error_over_brightness(rng: np.random.Generator) -> Identity:
    """SSIM loss of images of one grey each is the squared error of both over the sum of their squares and k₁²."""
    a, b = draw(rng, "probability", "probability")
    x, y = (np.tile(grey[:, None, None], (1, 8, 8)) for grey in (a, b))
    right = loss.squared_error(a, b) / (a**2 + b**2 + 0.1**2)
    return equal("ssim", "squared_error", loss.ssim(x, y, k1=0.1), right)


def ssim_is_symmetric(rng: np.random.Generator) -> Identity:
    """SSIM loss stays the same when x and y are exchanged."""
    x, y = draw(rng, "probability", "probability", shape=(20, 12, 12))
    return equal("ssim", "ssim", loss.ssim(x, y), loss.ssim(y, x))


def chamfer_of_single_points_is_twice_squared_error(rng: np.random.Generator) -> Identity:
    """Chamfer distance of one point each is twice the squared error, summed over the coordinates."""
    x, y = draw(rng, "real", "real", shape=VECTORS)
    right = 2 * loss.squared_error(x, y).sum(axis=1)
    return equal("chamfer", "squared_error", loss.chamfer(x[:, None], y[:, None]), right)


def chamfer_is_two_mean_commitments(rng: np.random.Generator) -> Identity:
    """Chamfer distance is the mean commitment of x to y as codebook plus that of y to x, at β = 1."""
    x, y = rng.normal(size=(20, 6, 3)), rng.normal(size=(20, 4, 3))
    ways = [[loss.vq_commitment(a, b, beta=1.0).mean() for a, b in zip(*both, strict=True)] for both in ((x, y), (y, x))]
    return equal("chamfer", "vq_commitment", loss.chamfer(x, y), np.sum(ways, axis=0))


def chamfer_on_a_line_is_at_most_twice_wasserstein(rng: np.random.Generator) -> Identity:
    """Chamfer distance of equally many numbers is at most twice their Wasserstein distance (p = 2), equal for a small shift."""
    x, y = draw(rng, "real", "real", shape=PIXELS)
    x[-1], y[-1] = np.arange(8), np.arange(8) + 0.125
    return bound("chamfer", "wasserstein_1d", loss.chamfer(x[..., None], y[..., None]), 2 * loss.wasserstein_1d(x, y, p=2))


def total_variation_is_the_absolute_error_of_neighbours(rng: np.random.Generator) -> Identity:
    """Total variation loss is the absolute error between each pixel and the next, down and across, summed."""
    (x,) = draw(rng, "real", shape=(20, 6, 5))
    down, across = loss.absolute_error(x[:, 1:], x[:, :-1]), loss.absolute_error(x[:, :, 1:], x[:, :, :-1])
    return equal("total_variation", "absolute_error", loss.total_variation(x), down.sum((1, 2)) + across.sum((1, 2)))


def total_variation_is_at_most_l1_penalty_of_strength_four(rng: np.random.Generator) -> Identity:
    """Total variation loss is at most the L1 penalty of all pixels with λ = 4, equal for one lit pixel inside."""
    (x,) = draw(rng, "real", shape=(20, 5, 5))
    x[-1] = 0
    x[-1, 2, 2] = 1.5
    return bound("total_variation", "l1_penalty", loss.total_variation(x), loss.l1_penalty(x.reshape(20, 25), lam=4.0))


def vq_commitment_to_a_single_code_is_squared_error(rng: np.random.Generator) -> Identity:
    """Commitment loss with a codebook of one is β times the squared error to it, summed; here β = 0.7."""
    z, e = draw(rng, "real", "real", shape=VECTORS)
    right = 0.7 * loss.squared_error(z, e[:1] + 0 * z).sum(axis=1)
    return equal("vq_commitment", "squared_error", loss.vq_commitment(z, e[:1], beta=0.7), right)


def style_gram_is_squared_error_of_gram_matrices(rng: np.random.Generator) -> Identity:
    """Style loss is a quarter of the squared error of the Gram matrices over dP, summed."""
    x, y = draw(rng, "real", "real", shape=(POINTS, 3, 8))
    grams = (np.einsum("nip,nkp->nik", a, a) / 24 for a in (x, y))
    right = 0.25 * loss.squared_error(*grams).sum(axis=(1, 2))
    return equal("style_gram", "squared_error", loss.style_gram(x, y), right)


def lpips_of_equal_weights_is_twice_the_cosine_loss(rng: np.random.Generator) -> Identity:
    """LPIPS with all weights 1 is twice the cosine similarity loss of the features, averaged over positions."""
    x, y = draw(rng, "real", "real", shape=(POINTS, 3, 8))
    features = (a.transpose(0, 2, 1).reshape(-1, 3) for a in (x, y))
    right = 2 * loss.cosine_similarity_loss(*features).reshape(POINTS, 8).mean(axis=1)
    return equal("lpips", "cosine_similarity_loss", loss.lpips(x, y, np.ones(3)), right)
