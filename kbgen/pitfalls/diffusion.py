"""Diffusion models."""

import numpy as np

from kbgen.losses.diffusion import ddpm_noise


def ddpm_noise__always_zero():
    """A network that says nothing pays 1."""
    clean, noise = np.random.default_rng(0).standard_normal((2, 1000, 100))
    noisy = 0.6 * clean + 0.8 * noise
    wrong = ddpm_noise(0 * noise, noise).mean() / 100  # always answers 0
    right = ddpm_noise(0.8 * noisy, noise).mean() / 100  # the best guess
    return wrong, right


def ddpm_noise__schedules():
    """The same network, the best there is, under two schedules."""
    x0, noise = np.random.default_rng(0).standard_normal((2, 1000, 100))
    linear = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    cosine = np.cos(np.linspace(0, np.pi / 2, 1000)) ** 2
    kept = np.stack([linear, cosine])[:, :, None]
    best_guess = (1 - kept) ** 0.5 * (
        kept**0.5 * x0 + (1 - kept) ** 0.5 * noise
    )
    losses = [ddpm_noise(guess, noise) / 100 for guess in best_guess]
    wrong = np.mean(losses, axis=1)
    right = losses[0].reshape(4, 250).mean(axis=1)  # linear, by quarters of t
    return wrong, right


def ddpm_noise__off_by_one():
    """Without fresh noise nothing heals the error."""
    kept = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    signal, spread = kept**0.5, (1 - kept) ** 0.5
    x = np.array([[-1.0, 1.0], [-1.0, 1.0]])  # two draws of noise, twice
    for t in range(999, 0, -1):
        guess = spread[t] * (x - 2 * signal[t])  # best for data around 2
        used = np.array([[t - 1], [t]])  # the upper row is off by one
        clean = (x - spread[used] * guess) / signal[used]
        x = signal[t - 1] * clean + spread[t - 1] * guess
    wrong, right = x
    return wrong, right
