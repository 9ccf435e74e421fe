"""Reconstruction losses."""

import numpy as np

from kbgen.losses.reconstruction import ssim, ssim_grad, vae_elbo
from kbgen.losses.regression import squared_error_grad


def ssim__pixel_range():
    """Two pictures of one grey wall, with noise of one grey level in 255."""
    rng = np.random.default_rng(0)
    x, y = 128 + rng.normal(0, 1, (2, 1, 16, 16))
    wrong = ssim(x, y).item()
    right = ssim(x / 255, y / 255).item()
    return wrong, right


def ssim__windows():
    """A noisy copy from one paper beside a pale copy from another."""
    ramp, rng = np.arange(32), np.random.default_rng(0)
    waves = np.outer(np.sin(ramp / 3), np.sin(ramp / 4))[None]
    original = 0.5 + 0.3 * waves
    noisy = original + rng.normal(0, 0.05, original.shape)
    pale = 0.5 + 0.18 * waves
    wrong = [ssim(noisy, original, window=11)[0], ssim(pale, original, window=3)[0]]
    right = [ssim(noisy, original, window=3)[0], ssim(pale, original, window=3)[0]]
    return wrong, right


def ssim__inverted():
    """The size of the slope at an inverted pattern, half of it, and plain grey."""
    pattern = 0.4 * (-1.0) ** np.add.outer(np.arange(8), np.arange(8))[None]
    target, wrong, right = 0.5 + pattern, [], []
    for share in (-1, -0.5, 0):
        picture = 0.5 + share * pattern
        wrong.append(np.linalg.norm(squared_error_grad(picture, target)))
        right.append(np.linalg.norm(ssim_grad(picture, target)))
    return wrong, right


def vae_elbo__balance():
    """The weight that the KL term has in effect."""
    x, guess = np.zeros((1, 784)), np.full((1, 784), 0.5)
    mu, log_var = np.array([[2.0]]), np.array([[0.0]])
    squares, kl = (guess - x) ** 2, vae_elbo(x, x, mu, log_var).item()
    half = squares.sum() / 2
    averaged, without_half = squares.mean() / 2, squares.sum()
    wrong = [half / averaged, half / without_half]  # beta in effect
    right = half / (vae_elbo(guess, x, mu, log_var).item() - kl)
    return wrong, right


def vae_elbo__collapse():
    """By the totals, and by the KL terms."""
    x, guess = np.zeros((2, 2)), np.array([[1.0, 1.0], [1.0, 0.0]])
    mu, log_var = np.array([[0.0], [1.0]]), np.zeros((2, 1))  # collapsed, healthy
    wrong = vae_elbo(guess, x, mu, log_var)
    right = vae_elbo(x, x, mu, log_var)
    return wrong, right


def vae_elbo__sigma():
    """The spread of samples for the variances 1/4 and 4."""
    log_var, noise = np.log([0.25, 4.0]), np.array([[-1.0], [1.0]])
    wrong = np.std(noise * np.exp(log_var), axis=0)
    right = np.std(noise * np.exp(log_var / 2), axis=0)
    return wrong, right
