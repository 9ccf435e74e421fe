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


def chamfer(x, y):
    """Mean squared distance to the nearest point of the other set, both ways added.

    Shapes: x (n, N, d), y (n, M, d) -> (n).
    Source: Fan, Su and Guibas 2017, arXiv:1612.00603 (there with sums, not means).
    """
    x, y = shaped("n N d, n M d", x, y)
    squares = _squared_distances(x, y)
    return squares.min(axis=-1).mean(axis=-1) + squares.min(axis=-2).mean(axis=-1)


def chamfer_grad(x, y):
    """d chamfer / d x: to its nearest point, and to the points it is nearest to."""
    x, y = shaped("n N d, n M d", x, y)
    squares = _squared_distances(x, y)
    gaps = x[:, :, None, :] - y[:, None, :, :]
    mine = np.arange(y.shape[1]) == squares.argmin(axis=-1)[..., None]
    theirs = np.arange(x.shape[1])[:, None] == squares.argmin(axis=-2)[:, None]
    weight = mine / x.dtype.type(x.shape[1]) + theirs / x.dtype.type(y.shape[1])
    return 2 * np.sum(weight[..., None] * gaps, axis=2)


def _squared_distances(x, y):
    """Of all pairs of points: (n, N, d), (n, M, d) -> (n, N, M)."""
    # not |x|^2 - 2xy + |y|^2: that cancels for points close together
    return ((x[:, :, None, :] - y[:, None, :, :]) ** 2).sum(axis=-1)


def total_variation(x):
    """Sum of the absolute differences of neighbouring pixels, down and across.

    Shapes: x (n, H, W) -> (n).
    Source: Rudin, Osher, Fatemi 1992, doi:10.1016/0167-2789(92)90242-F (there the
    length of the gradient; this version adds the two directions).
    """
    x = shaped("n H W", x)
    return sum(np.abs(np.diff(x, axis=a)).sum(axis=(1, 2)) for a in (1, 2))


def total_variation_grad(x):
    """d total_variation / d x: how many neighbours are lower, less how many higher."""
    x = shaped("n H W", x)
    down, across = np.sign(np.diff(x, axis=1)), np.sign(np.diff(x, axis=2))
    grad = np.zeros_like(x)
    grad[:, 1:] += down
    grad[:, :-1] -= down
    grad[:, :, 1:] += across
    grad[:, :, :-1] -= across
    return grad


def vq_commitment(z, codebook, *, beta=0.25):
    """`beta` times the squared distance of an encoding to its nearest code.

    Shapes: z (n, d), codebook (M, d) -> (n).
    Source: van den Oord, Vinyals, Kavukcuoglu 2017, arXiv:1711.00937.
    """
    z, codebook = shaped("n d, M d", z, codebook)
    return beta * ((z - _nearest(z, codebook)) ** 2).sum(axis=1)


def vq_commitment_grad(z, codebook, *, beta=0.25):
    """d vq_commitment / d z: away from the code; the code itself gets no gradient."""
    z, codebook = shaped("n d, M d", z, codebook)
    return 2 * beta * (z - _nearest(z, codebook))


def _nearest(z, codebook):
    """The code nearest to each row of z; of several, the first."""
    squares = ((z[:, None, :] - codebook) ** 2).sum(axis=-1)
    return codebook[squares.argmin(axis=1)]


def _gram(features):
    """Inner products of all pairs of channels: (n, d, P) -> (n, d, d)."""
    return features @ np.swapaxes(features, -1, -2)


def style_gram(x, y):
    """Squared difference of the Gram matrices of two feature maps.

    Shapes: x (n, d, P), y (n, d, P) -> (n).
    Source: Gatys, Ecker and Bethge 2015, arXiv:1508.06576 (one layer).
    """
    x, y = shaped("n d P, n d P", x, y)
    size = x.shape[1] * x.shape[2]
    return 0.25 * (((_gram(x) - _gram(y)) / size) ** 2).sum(axis=(1, 2))


def style_gram_grad(x, y):
    """d style_gram / d x: the difference of the Gram matrices times x."""
    x, y = shaped("n d P, n d P", x, y)
    size = x.shape[1] * x.shape[2]
    return ((_gram(x) - _gram(y)) / size) @ (x / size)


def _along_channels(features):
    """Features over their length at each position, and the length."""
    # taken out first: the square of 1e300 would overflow; zero stays zero
    size = np.max(np.abs(features), axis=1, keepdims=True)
    size = np.where(size > 0, size, np.inf)
    length = np.linalg.norm(features / size, axis=1, keepdims=True)
    length = np.maximum(length, 1)
    return features / size / length, size * length


def lpips(x, y, weight):
    """Weighted squared difference of unit feature vectors, averaged over positions.

    Shapes: x (n, d, P), y (n, d, P), weight (d) -> (n).
    Source: Zhang, Isola, Efros, Shechtman, Wang 2018, arXiv:1801.03924 (one layer).
    """
    x, y, weight = shaped("n d P, n d P, d", x, y, weight)
    gaps = _along_channels(x)[0] - _along_channels(y)[0]
    return ((weight[:, None] * gaps) ** 2).sum(axis=1).mean(axis=1)


def lpips_grad(x, y, weight):
    """d lpips / d x: only the part across the feature vector counts."""
    x, y, weight = shaped("n d P, n d P, d", x, y, weight)
    unit, length = _along_channels(x)
    pull = 2 * weight[:, None] ** 2 * (unit - _along_channels(y)[0]) / x.shape[2]
    return (pull - unit * np.sum(unit * pull, axis=1, keepdims=True)) / length


def psnr(x, y, *, peak=1.0):
    """Mean squared error over the squared greatest value, in decibels.

    Shapes: x (n, P), y (n, P) -> (n).
    Source: Horé and Ziou 2010, doi:10.1109/ICPR.2010.579.
    """
    x, y = shaped("n P, n P", x, y)
    return 10 * np.log10(np.mean(((x - y) / peak) ** 2, axis=1))


def _halved(images):
    """Means of 2 by 2 pixels; an odd last row or column is left out."""
    high, wide = images.shape[1] // 2 * 2, images.shape[2] // 2 * 2
    corners = [images[:, a:high:2, b:wide:2] for a in (0, 1) for b in (0, 1)]
    return sum(corners) / 4


def ms_ssim(x, y, weight, *, window=5):
    """One minus the product of similarities of two images at ever smaller scales.

    Contrast and structure count at every scale, brightness at the coarsest only.
    Shapes: x (n, H, W), y (n, H, W), weight (L) -> (n).
    Source: Wang, Simoncelli, Bovik 2003, doi:10.1109/ACSSC.2003.1292216 (there with
    five scales and a Gaussian window).
    """
    x, y, weight = shaped("n H W, n H W, L", x, y, weight)
    product = 1
    for scale, power in enumerate(weight, 1):
        _, _, a1, a2, b1, b2 = _ssim_terms(x, y, window, 0.01, 0.03)
        alike = a2 / b2 * (a1 / b1 if scale == len(weight) else 1)
        # no root of a negative mean
        product = product * np.maximum(alike.mean(axis=(1, 2)), 0) ** power
        x, y = _halved(x), _halved(y)
    return 1 - product


def gradient_difference(x, y, *, alpha=1.0):
    """Differences between the steepness of two images, to the power `alpha`, summed.

    Shapes: x (n, H, W), y (n, H, W) -> (n).
    Source: Mathieu, Couprie, LeCun 2016, arXiv:1511.05440.
    """
    x, y = shaped("n H W, n H W", x, y)
    return sum(
        (np.abs(np.abs(np.diff(x, axis=a)) - np.abs(np.diff(y, axis=a))) ** alpha).sum(
            axis=(1, 2)
        )
        for a in (1, 2)
    )


def focal_frequency(x, y, *, alpha=1.0):
    """Mean squared difference of two spectra, weighted by how wrong a frequency is.

    Shapes: x (n, H, W), y (n, H, W) -> (n).
    Source: Jiang, Dai, Wu, Loy 2021, arXiv:2012.12821.
    """
    x, y = shaped("n H W, n H W", x, y)
    gap = np.abs(np.fft.fft2(x - y, norm="ortho")).astype(x.dtype)
    most = gap.max(axis=(1, 2), keepdims=True)
    weight = (gap / np.where(most > 0, most, 1)) ** alpha
    return np.mean(weight * gap**2, axis=(1, 2))


def spectral_convergence(x, y):
    """Relative error of a magnitude spectrogram, plus the mean error of its logarithm.

    Shapes: x (n, T, D), y (n, T, D) -> (n).
    Source: Yamamoto, Song, Kim 2020, arXiv:1910.11480 (one resolution).
    """
    x, y = shaped("n T D, n T D", x, y)
    off, size = (np.linalg.norm(a, axis=(1, 2)) for a in (x - y, y))
    return off / size + np.mean(np.abs(np.log(x) - np.log(y)), axis=(1, 2))


def _unit(signal):
    """Signals over their length; silence stays silence."""
    # the largest value is taken out first: a square might overflow
    top = np.max(np.abs(signal), axis=1, keepdims=True)
    signal = signal / np.where(top > 0, top, 1)
    return signal / np.maximum(np.linalg.norm(signal, axis=1, keepdims=True), 1)


def si_sdr(x, y):
    """What is not along the reference over what is, as powers, in decibels.

    Shapes: x (n, d), y (n, d) -> (n).
    Source: Le Roux, Wisdom, Erdogan, Hershey 2019, arXiv:1811.02508.
    """
    x, y = (_unit(signal) for signal in shaped("n d, n d", x, y))
    along = np.sum(x * y, axis=1)
    across = np.linalg.norm(x - along[:, None] * y, axis=1)
    # nothing along the reference: infinitely bad, silence included
    ratio = np.divide(
        across, np.abs(along), out=np.full_like(along, np.inf), where=along != 0
    )
    return 20 * np.log10(ratio)
