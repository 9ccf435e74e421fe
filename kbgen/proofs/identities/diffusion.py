"""Identities of the family diffusion."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import VECTORS, Identity, draw, equal, loss


def ddpm_noise_is_the_sum_of_squared_errors(rng: np.random.Generator) -> Identity:
    """DDPM noise-prediction loss is the squared error of ε̂ and ε, summed over the components."""
    guess, noise = draw(rng, "real", "real", shape=VECTORS)
    return equal("ddpm_noise", "squared_error", loss.ddpm_noise(guess, noise), loss.squared_error(guess, noise).sum(axis=1))


def _mixed(rng: np.random.Generator) -> tuple[Array, Array, Array, Array, Array]:
    """A guess, clean samples, their noise, the share that is kept, and the mixture."""
    guess, clean, noise = draw(rng, "real", "real", "real", shape=VECTORS)
    (kept,) = draw(rng, "probability")
    return guess, clean, noise, kept, np.sqrt(kept)[:, None] * clean + np.sqrt(1 - kept)[:, None] * noise


def v_prediction_is_ddpm_noise_over_the_share_of_the_signal(rng: np.random.Generator) -> Identity:
    """v-prediction loss is the DDPM noise-prediction loss of ε̂ = √(1 − ᾱ) z + √ᾱ v̂, divided by ᾱ."""
    guess, clean, noise, kept, mixture = _mixed(rng)
    guessed_noise = np.sqrt(1 - kept)[:, None] * mixture + np.sqrt(kept)[:, None] * guess
    right = loss.ddpm_noise(guessed_noise, noise) / kept
    return equal("v_prediction", "ddpm_noise", loss.v_prediction(guess, clean, noise, kept), right)


def v_prediction_is_squared_error_of_the_clean_sample_times_snr_and_one(rng: np.random.Generator) -> Identity:
    """v-prediction loss is SNR + 1 times the squared error of x̂ = √ᾱ z − √(1 − ᾱ) v̂, summed; SNR = ᾱ / (1 − ᾱ)."""
    guess, clean, noise, kept, mixture = _mixed(rng)
    guessed_clean = np.sqrt(kept)[:, None] * mixture - np.sqrt(1 - kept)[:, None] * guess
    right = (kept / (1 - kept) + 1) * loss.squared_error(guessed_clean, clean).sum(axis=1)
    return equal("v_prediction", "squared_error", loss.v_prediction(guess, clean, noise, kept), right)


def flow_matching_is_squared_error_of_the_way(rng: np.random.Generator) -> Identity:
    """Flow matching loss with σ₁ = 0 is the squared error of v̂ and x₁ − x₀, summed over the components."""
    guess, noise, data = draw(rng, "real", "real", "real", shape=VECTORS)
    right = loss.squared_error(guess, data - noise).sum(axis=1)
    return equal("flow_matching", "squared_error", loss.flow_matching(guess, noise, data, sigma_min=0.0), right)


def flow_matching_is_ddpm_noise_over_the_square_of_the_time(rng: np.random.Generator) -> Identity:
    """Flow matching loss is the DDPM noise-prediction loss of x̂₀ = x_t − t v̂, divided by t²; here σ₁ = 0.2."""
    guess, noise, data = draw(rng, "real", "real", "real", shape=VECTORS)
    (t,) = draw(rng, "fraction")
    mixture = (1 - 0.8 * t[:, None]) * noise + t[:, None] * data
    right = loss.ddpm_noise(mixture - t[:, None] * guess, noise) / t**2
    return equal("flow_matching", "ddpm_noise", loss.flow_matching(guess, noise, data, sigma_min=0.2), right)


def denoising_score_matching_is_half_of_ddpm_noise(rng: np.random.Generator) -> Identity:
    """Denoising score matching is half the DDPM noise-prediction loss of ε̂ = −σ s and ε = (x̃ − x) / σ."""
    guess, clean, noisy = draw(rng, "real", "real", "real", shape=VECTORS)
    (sigma,) = draw(rng, "positive")
    s = sigma[:, None]
    right = 0.5 * loss.ddpm_noise(-s * guess, (noisy - clean) / s)
    return equal("denoising_score_matching", "ddpm_noise", loss.denoising_score_matching(guess, clean, noisy, sigma), right)


def denoising_score_matching_is_the_squared_error_of_tweedie(rng: np.random.Generator) -> Identity:
    """Denoising score matching is the squared error of x̂ = x̃ + σ² s, summed, over 2σ²."""
    guess, clean, noisy = draw(rng, "real", "real", "real", shape=VECTORS)
    (sigma,) = draw(rng, "positive")
    restored = noisy + sigma[:, None] ** 2 * guess
    right = loss.squared_error(restored, clean).sum(axis=1) / (2 * sigma**2)
    return equal("denoising_score_matching", "squared_error", loss.denoising_score_matching(guess, clean, noisy, sigma), right)
