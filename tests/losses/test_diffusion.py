"""Noise prediction: the identities that make it a denoising loss."""

import numpy as np

from kbgen.losses.diffusion import (
    ddpm_noise,
    denoising_score_matching,
    denoising_score_matching_grad,
    flow_matching,
    flow_matching_grad,
    v_prediction,
    v_prediction_grad,
)


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


def noisy(rng):
    """Clean samples, noise, what is kept, and the mixture."""
    x, noise = rng.normal(size=(2, 6, 4))
    kept = rng.uniform(0.05, 0.95, 6)
    return x, noise, kept, np.sqrt(kept)[:, None] * x + np.sqrt(1 - kept)[:, None] * noise


def test_velocity_is_the_derivative_of_the_mixture_by_its_angle(rng):
    x, noise, kept, _ = noisy(rng)
    angle, h = np.arccos(np.sqrt(kept))[:, None], 1e-6
    v = (np.cos(angle + h) * x + np.sin(angle + h) * noise - np.cos(angle - h) * x - np.sin(angle - h) * noise) / (2 * h)
    np.testing.assert_allclose(v_prediction(v, x, noise, kept), 0, atol=1e-15)


def test_a_flawless_velocity_gives_back_the_sample_and_the_noise(rng):
    x, noise, kept, z = noisy(rng)
    v = -0.5 * v_prediction_grad(np.zeros_like(x), x, noise, kept)
    a, s = np.sqrt(kept)[:, None], np.sqrt(1 - kept)[:, None]
    np.testing.assert_allclose(a * z - s * v, x)
    np.testing.assert_allclose(s * z + a * v, noise)


def test_velocity_loss_is_both_other_errors_together(rng):
    x, noise, kept, z = noisy(rng)
    guess = rng.normal(size=x.shape)
    a, s = np.sqrt(kept)[:, None], np.sqrt(1 - kept)[:, None]
    both = ((a * z - s * guess - x) ** 2).sum(axis=1) + ddpm_noise(s * z + a * guess, noise)
    np.testing.assert_allclose(v_prediction(guess, x, noise, kept), both)


def test_velocity_at_both_ends_asks_for_minus_the_sample_and_for_the_noise():
    x, noise = np.array([[1.0, 2.0]] * 2), np.array([[3.0, 4.0]] * 2)
    np.testing.assert_array_equal(v_prediction(np.array([[-1.0, -2.0], [3.0, 4.0]]), x, noise, np.array([0.0, 1.0])), 0)


def test_the_best_flow_leads_noise_to_the_data(rng):
    """One Gaussian to another: the conditional mean of the ways is linear in x, and following it gives the right spread."""
    noise, data, t = rng.normal(size=40_000), 3 + 0.5 * rng.normal(size=40_000), 0.4
    x = (1 - t) * noise + t * data
    slope, offset = np.polyfit(x, data - noise, 1)
    own = np.mean(flow_matching((slope * x + offset)[:, None], noise[:, None], data[:, None]))
    assert own < np.mean(flow_matching(np.full((40_000, 1), 3.0), noise[:, None], data[:, None]))
    variance = (1 - t) ** 2 + (0.5 * t) ** 2
    np.testing.assert_allclose(slope, (0.25 * t - (1 - t)) / variance, atol=0.02)


def test_width_at_the_end_of_a_path_is_sigma_min(rng):
    noise, data = rng.normal(size=(2, 5, 3))
    end = noise - 0.5 * flow_matching_grad(np.zeros_like(noise), noise, data, sigma_min=0.1)
    np.testing.assert_allclose(end - data, 0.1 * noise)


def test_denoising_teaches_the_score_of_the_noisy_density(rng):
    """For data from N(0, 1) it is -x / (1 + sigma^2): the slope of the mean loss vanishes there."""
    x, noise = rng.normal(size=(2, 200_000, 1))
    sigma = np.full(200_000, 0.7)
    blurred = x + 0.7 * noise
    slope = (denoising_score_matching_grad(-blurred / 1.49, x, blurred, sigma) * blurred).mean()
    assert abs(slope) < 5e-3


def test_denoising_differs_from_matching_the_score_itself_by_a_constant(rng):
    """Vincent's theorem, for two points and on a grid of noisy values."""
    at, sigma, data = np.linspace(-8, 8, 3201), 0.8, np.array([[-1.0], [1.5]])
    kernels = np.exp(-0.5 * ((at - data) / sigma) ** 2)
    density = kernels.sum(axis=0) / kernels.sum()
    true_score = np.gradient(np.log(density), at)
    gaps = []
    for slope in (-0.5, -1.5):
        guess = slope * at + 0.1
        explicit = 0.5 * sigma**2 * np.sum(density * (guess - true_score) ** 2)
        rest = at[:, None], np.full_like(at, sigma)
        each = [denoising_score_matching(guess[:, None], np.full((3201, 1), x), *rest) for x in data.ravel()]
        gaps.append(sum(k @ e for k, e in zip(kernels, each, strict=True)) / kernels.sum() - explicit)
    np.testing.assert_allclose(gaps[0], gaps[1], rtol=1e-4)


def test_diffusion_losses_give_no_nan_at_the_edges():
    edge = np.array([0, 5e-324, 1, 1e300, -1e300])
    grid = np.array(np.meshgrid(edge, edge, edge)).reshape(3, -1, 1)
    sigma = np.repeat([1e-300, 1.0, 1e300], grid.shape[1])
    three = [np.tile(a, (3, 1)) for a in grid]
    kept = np.repeat([0.0, 5e-324, 1.0], grid.shape[1])
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        for function in (denoising_score_matching, denoising_score_matching_grad):
            assert not np.isnan(function(*three, sigma)).any()
        for function in (v_prediction, v_prediction_grad):
            assert not np.isnan(function(*three, kept)).any()
        for function in (flow_matching, flow_matching_grad):
            assert not np.isnan(function(*three, sigma_min=0.1)).any()
