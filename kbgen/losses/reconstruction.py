"""Reconstruction: how far a rebuilt signal is from the original."""

import numpy as np

from kbgen.losses.shapes import shaped


def vae_elbo(reconstruction, x, mu, log_var, *, beta=1.0):
    """Half the squared error of the reconstruction plus `beta` times a divergence.

    The divergence is KL(N(mu, exp(log_var)) || N(0, 1)), in nats.
    Shapes: reconstruction (n, d), x (n, d), mu (n, D), log_var (n, D) -> (n).
    Source: Kingma and Welling 2014, arXiv:1312.6114 (unit-variance Gaussian decoder,
    its constant left out).
    """
    reconstruction, x, mu, log_var = shaped(
        "n d, n d, n D, n D", reconstruction, x, mu, log_var
    )
    # expm1: no cancellation near variance 1
    kl = 0.5 * np.sum(mu**2 + np.expm1(log_var) - log_var, axis=1)
    return 0.5 * np.sum((reconstruction - x) ** 2, axis=1) + beta * kl


def vae_elbo_grad(reconstruction, x, mu, log_var, *, beta=1.0):
    """d vae_elbo / d (reconstruction, mu, log_var)."""
    reconstruction, x, mu, log_var = shaped(
        "n d, n d, n D, n D", reconstruction, x, mu, log_var
    )
    return reconstruction - x, beta * mu, 0.5 * beta * np.expm1(log_var)


def _windows(images, size):
    """Every `size` by `size` window inside the image, along two new last axes."""
    return np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))


def _ssim_terms(x, y, window, k1, k2):
    """Per window: means of x and y; numerators and denominators of the two factors.

    The first factor compares luminance, the second contrast and structure.
    """
    x, y = _windows(x, window), _windows(y, window)
    mx, my = x.mean((-2, -1)), y.mean((-2, -1))
    # not E[x^2] - E[x]^2, which would cancel
    dx, dy = x - mx[..., None, None], y - my[..., None, None]
    covariance, variances = np.mean(dx * dy, (-2, -1)), np.mean(dx**2 + dy**2, (-2, -1))
    above = 2 * mx * my + k1**2, 2 * covariance + k2**2
    below = mx**2 + my**2 + k1**2, variances + k2**2
    return mx, my, *above, *below


def ssim(x, y, *, window=7, k1=0.01, k2=0.03):
    """One minus the mean structural similarity of two grey images in [0, 1].

    The mean is over all uniform windows inside them.
    Shapes: x (n, H, W), y (n, H, W) -> (n).
    Source: Wang, Bovik, Sheikh and Simoncelli 2004, doi:10.1109/TIP.2003.819861 (there
    with a Gaussian window).
    """
    x, y = shaped("n H W, n H W", x, y)
    _, _, a1, a2, b1, b2 = _ssim_terms(x, y, window, k1, k2)
    return 1 - np.mean(a1 * a2 / (b1 * b2), axis=(1, 2))


def ssim_grad(x, y, *, window=7, k1=0.01, k2=0.03):
    """d ssim / d x: a pixel adds up the slopes of the windows that cover it."""
    x, y = shaped("n H W, n H W", x, y)
    mx, my, a1, a2, b1, b2 = _ssim_terms(x, y, window, k1, k2)
    # the slope at a pixel of one window is proportional to flat + by_y * y - by_x * x
    s, by_y = a1 * a2 / (b1 * b2), a1 / (b1 * b2)
    by_x = s / b2
    flat = a2 * my / (b1 * b2) - s * mx / b1 - by_y * my + by_x * mx
    edge = ((0, 0), (window - 1, window - 1), (window - 1, window - 1))
    flat, by_y, by_x = (
        _windows(np.pad(part, edge), window).sum((-2, -1))
        for part in (flat, by_y, by_x)
    )
    windows = s.shape[1] * s.shape[2]
    return -2 * (flat + by_y * y - by_x * x) / (window**2 * windows)
