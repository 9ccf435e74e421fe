"""Noise prediction: the identities that make it a denoising loss."""

import numpy as np

from kbgen.losses.diffusion import ddpm_noise


def test_noise_error_is_the_image_error_times_the_signal_to_noise_ratio(rng):
    clean, noise, guess = rng.normal(size=(3, 5, 4))
    keep = rng.uniform(0.05, 0.95, (5, 1))
    noisy = np.sqrt(keep) * clean + np.sqrt(1 - keep) * noise
    guessed_clean = (noisy - np.sqrt(1 - keep) * guess) / np.sqrt(keep)
    image_error = np.sum((guessed_clean - clean) ** 2, axis=1)
    np.testing.assert_allclose(ddpm_noise(guess, noise), (keep / (1 - keep))[:, 0] * image_error)


def test_a_network_that_answers_zero_pays_one_per_component_on_average(rng):
    noise = rng.normal(size=(20_000, 6))
    assert abs(ddpm_noise(np.zeros_like(noise), noise).mean() - 6) < 0.1


def test_the_best_answer_is_the_mean_of_the_noises_that_fit(rng):
    noises = rng.normal(size=(50, 3))
    best = ddpm_noise(np.tile(noises.mean(axis=0), (50, 1)), noises).sum()
    other = ddpm_noise(np.tile(noises.mean(axis=0) + 0.01, (50, 1)), noises).sum()
    assert best < other
