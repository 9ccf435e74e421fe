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
