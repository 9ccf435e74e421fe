"""Diffusion models: learning to take noise away."""

import numpy as np

from kbgen.losses.shapes import shaped


def ddpm_noise(pred, noise):
    """Squared distance between the noise mixed in and the network's guess of it.

    Shapes: pred (n, d), noise (n, d) -> (n).
    Source: Ho, Jain and Abbeel 2020, arXiv:2006.11239, equation 14.
    """
    pred, noise = shaped("n d, n d", pred, noise)
    return np.sum((pred - noise) ** 2, axis=1)


def ddpm_noise_grad(pred, noise):
    """d ddpm_noise / d pred: twice the error of the guess."""
    pred, noise = shaped("n d, n d", pred, noise)
    return 2 * (pred - noise)


def _velocity(clean, noise, kept):
    """How the mixture turns from the clean sample to the noise."""
    kept = kept[:, None]
    return np.sqrt(kept) * noise - np.sqrt(1 - kept) * clean


def v_prediction(pred, clean, noise, kept):
    """Squared distance between the guessed velocity and that of the mixture.

    kept is the share of the clean sample's variance that is left at this step.
    Shapes: pred (n, d), clean (n, d), noise (n, d), kept (n) -> (n).
    Source: Salimans and Ho 2022, arXiv:2202.00512.
    """
    pred, clean, noise, kept = shaped("n d, n d, n d, n", pred, clean, noise, kept)
    return np.sum((pred - _velocity(clean, noise, kept)) ** 2, axis=1)


def v_prediction_grad(pred, clean, noise, kept):
    """d v_prediction / d pred: twice the error of the guess."""
    pred, clean, noise, kept = shaped("n d, n d, n d, n", pred, clean, noise, kept)
    return 2 * (pred - _velocity(clean, noise, kept))


def flow_matching(pred, noise, data, *, sigma_min=0.0):
    """Squared distance between the guessed velocity and the straight way to the data.

    `sigma_min` is the spread that is left around a data point at the end.
    Shapes: pred (n, d), noise (n, d), data (n, d) -> (n).
    Source: Lipman et al. 2023, arXiv:2210.02747.
    """
    pred, noise, data = shaped("n d, n d, n d", pred, noise, data)
    return np.sum((pred - data + (1 - sigma_min) * noise) ** 2, axis=1)


def flow_matching_grad(pred, noise, data, *, sigma_min=0.0):
    """d flow_matching / d pred: twice the error of the guess."""
    pred, noise, data = shaped("n d, n d, n d", pred, noise, data)
    return 2 * (pred - data + (1 - sigma_min) * noise)


def _miss(pred, clean, noisy, sigma):
    """Guessed score minus the true one, times sigma: an error in units of noise."""
    return sigma[:, None] * pred + (noisy - clean) / sigma[:, None]


def denoising_score_matching(pred, clean, noisy, sigma):
    """Half the squared error of a guessed score, times sigma squared.

    The score to be guessed is (clean - noisy) / sigma^2: it points back.
    Shapes: pred (n, d), clean (n, d), noisy (n, d), sigma (n) -> (n).
    Source: Vincent 2011, doi:10.1162/NECO_a_00142; weight: arXiv:1907.05600.
    """
    pred, clean, noisy, sigma = shaped("n d, n d, n d, n", pred, clean, noisy, sigma)
    return 0.5 * np.sum(_miss(pred, clean, noisy, sigma) ** 2, axis=1)


def denoising_score_matching_grad(pred, clean, noisy, sigma):
    """d denoising_score_matching / d pred: sigma times the error."""
    pred, clean, noisy, sigma = shaped("n d, n d, n d, n", pred, clean, noisy, sigma)
    return sigma[:, None] * _miss(pred, clean, noisy, sigma)


def min_snr(pred, noise, snr, *, gamma=5.0):
    """Squared error of the guessed noise, counted less where there is little of it.

    The weight is min(snr, gamma) / snr; snr is the signal-to-noise ratio of the step.
    Shapes: pred (n, d), noise (n, d), snr (n) -> (n).
    Source: Hang et al. 2023, arXiv:2303.09556.
    """
    pred, noise, snr = shaped("n d, n d, n", pred, noise, snr)
    return np.minimum(1, gamma / snr) * np.sum((pred - noise) ** 2, axis=1)


def min_snr_grad(pred, noise, snr, *, gamma=5.0):
    """d min_snr / d pred: the weight times twice the error."""
    pred, noise, snr = shaped("n d, n d, n", pred, noise, snr)
    return 2 * np.minimum(1, gamma / snr)[:, None] * (pred - noise)


def edm(pred, clean, noisy, sigma, *, sigma_data=0.5):
    """Squared error of a raw output whose target has variance 1 at every noise level.

    The output is scaled, added to a share of the noisy sample, and should be the clean
    one; the weight undoes the scaling.
    Shapes: pred (n, d), clean (n, d), noisy (n, d), sigma (n) -> (n).
    Source: Karras et al. 2022, arXiv:2206.00364.
    """
    pred, clean, noisy, sigma = shaped("n d, n d, n d, n", pred, clean, noisy, sigma)
    return np.sum((pred - _raw(clean, noisy, sigma, sigma_data)) ** 2, axis=1)


def edm_grad(pred, clean, noisy, sigma, *, sigma_data=0.5):
    """d edm / d pred: twice the error of the raw output."""
    pred, clean, noisy, sigma = shaped("n d, n d, n d, n", pred, clean, noisy, sigma)
    return 2 * (pred - _raw(clean, noisy, sigma, sigma_data))


def _raw(clean, noisy, sigma, sigma_data):
    """What the network itself should say."""
    spread = np.hypot(sigma, sigma_data)
    kept, scale = (sigma_data / spread) ** 2, sigma / spread * sigma_data
    return (clean - kept[:, None] * noisy) / scale[:, None]


def consistency_model(pred, noisy, sigma, target, *, sigma_data=0.5, sigma_min=0.002):
    """Squared distance between the images guessed at two neighbouring noise levels.

    At `sigma_min` the guess is the noisy sample itself, whatever the network says;
    target is the guess, by an average of past networks, one level below.
    Shapes: pred (n, d), noisy (n, d), sigma (n), target (n, d) -> (n).
    Source: Song, Dhariwal, Chen and Sutskever 2023, arXiv:2303.01469.
    """
    pred, noisy, sigma, target = shaped("n d, n d, n, n d", pred, noisy, sigma, target)
    above, spread = sigma - sigma_min, np.hypot(sigma, sigma_data)
    kept = (sigma_data / np.hypot(above, sigma_data)) ** 2
    scale = sigma_data * above / spread
    guess = kept[:, None] * noisy + scale[:, None] * pred
    return np.sum((guess - target) ** 2, axis=1)


def score_matching(score, jacobian):
    """Half the squared score plus its divergence, the trace of its Jacobian.

    Shapes: score (n, d), jacobian (n, d, d) -> (n).
    Source: Hyvärinen 2005, JMLR 6.
    """
    score, jacobian = shaped("n d, n d d", score, jacobian)
    return 0.5 * np.sum(score**2, axis=1) + np.trace(jacobian, axis1=1, axis2=2)


def score_matching_grad(score, jacobian):
    """d score_matching / d (score, jacobian)."""
    score, jacobian = shaped("n d, n d d", score, jacobian)
    unit = np.eye(score.shape[1], dtype=score.dtype)
    return score, np.tile(unit, (len(score), 1, 1))
