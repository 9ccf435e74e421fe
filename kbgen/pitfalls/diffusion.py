"""Diffusion models."""

import numpy as np

from kbgen.losses.diffusion import (
    ddpm_noise,
    denoising_score_matching,
    flow_matching,
    v_prediction,
)


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
    best_guess = (1 - kept) ** 0.5 * (kept**0.5 * x0 + (1 - kept) ** 0.5 * noise)
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


def v_prediction__as_noise():
    """A flawless velocity, read by a sampler that expects noise."""
    x, noise, kept = np.array([1.0, -1.0]), np.array([0.5, 2.0]), 0.3
    signal, spread = kept**0.5, (1 - kept) ** 0.5
    z, v = signal * x + spread * noise, signal * noise - spread * x
    wrong = (z - spread * v) / signal
    right = signal * z - spread * v
    return wrong, right


def v_prediction__comparing():
    """One network, always 0.1 off in the clean sample, judged by both losses."""
    kept = np.array([0.9, 0.5, 0.1])
    x = noise = np.zeros((3, 1))
    in_noise = -((kept / (1 - kept)) ** 0.5) * 0.1
    in_velocity = -0.1 / (1 - kept) ** 0.5
    wrong = ddpm_noise(in_noise[:, None], noise)
    right = v_prediction(in_velocity[:, None], x, noise, kept)
    return wrong, right


def v_prediction__last_step():
    """An output off by 0.01, as an error of the image, while the signal fades."""
    kept = np.array([0.5, 1e-2, 1e-4, 1e-8])
    wrong = 0.01 * (1 - kept) ** 0.5 / kept**0.5  # noise was predicted
    right = 0.01 * (1 - kept) ** 0.5  # velocity
    return wrong, right


def flow_matching__floor():
    """The best network there is, for data at -2 and 2."""
    rng, many = np.random.default_rng(0), 400_000
    noise, data = rng.normal(size=(many, 1)), rng.choice([-2.0, 2.0], (many, 1))
    t = rng.random((many, 1))

    def best(x, t):  # mean of the ways that pass here, by their probability
        ahead = np.tanh(2 * t * x / (1 - t) ** 2)
        return (2 * ahead - x) / (1 - t)

    x = noise[:1000]
    for step in range(999):
        x = x + 0.001 * best(x, step * 0.001)
    wrong = flow_matching(best((1 - t) * noise + t * data, t), noise, data).mean()
    right = np.abs(np.abs(x) - 2).mean()  # how far its samples are from the data
    return wrong, right


def flow_matching__one_step():
    """Four samples, by one long step and by two hundred short ones."""
    noise, ends = np.array([-1.5, -0.5, 0.5, 1.5]), []
    for steps in (1, 200):
        x = noise
        for t in np.arange(steps) / steps:
            ahead = np.tanh(2 * t * x / (1 - t) ** 2)  # data at -2 and 2
            x = x + (2 * ahead - x) / (1 - t) / steps
        ends.append(x)
    wrong, right = ends
    return wrong, right


def flow_matching__direction():
    """Data around 3, and a network that has learnt the way to them."""
    noise, times, ends = np.array([-1.0, 0.0, 1.0]), np.arange(100) / 100, []
    for order, sign in ((times[::-1], -1), (times, 1)):  # from t = 1 down, and up
        x = noise
        for t in order:
            x = x + 0.01 * sign * (3 - x) / (1 - t)
        ends.append(x)
    wrong, right = ends
    return wrong, right


def denoising_score_matching__unweighted():
    """Guesses that miss by a tenth of the score, at three levels of noise."""
    sigma, clean = np.array([0.01, 1.0, 100.0]), np.zeros((3, 1))
    noisy = sigma[:, None]
    guess = 0.9 * (clean - noisy) / sigma[:, None] ** 2
    right = denoising_score_matching(guess, clean, noisy, sigma)
    wrong = right / sigma**2
    return wrong, right


def denoising_score_matching__sign():
    """Twenty small steps along the target, from 1 where the data are at 0."""
    ends = []
    for sign in (-1, 1):
        x = 1.0
        for _ in range(20):
            x = x + 0.05 * sign * (0 - x)  # sigma = 1
        ends.append(x)
    wrong, right = ends
    return wrong, right


def denoising_score_matching__of_the_noisy():
    """The best linear guess for data from N(0, 1), whose own score is -x."""
    x, noise = np.random.default_rng(0).normal(size=(2, 100_000))
    x, noise = np.tile(x, 2), np.hstack([noise, -noise])
    slopes = []
    for sigma in (1.0, 0.1):
        noisy = x + sigma * noise
        target = (x - noisy) / sigma**2
        slopes.append((noisy @ target) / (noisy @ noisy))
    wrong, right = slopes
    return wrong, right
