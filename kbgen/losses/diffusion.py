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
