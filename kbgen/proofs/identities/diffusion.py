"""Identities of the family diffusion."""

import numpy as np

from kbgen.proofs.relations import VECTORS, Identity, draw, equal, loss


def ddpm_noise_is_the_sum_of_squared_errors(rng: np.random.Generator) -> Identity:
    """DDPM noise-prediction loss is the squared error of ε̂ and ε, summed over the components."""
    guess, noise = draw(rng, "real", "real", shape=VECTORS)
    return equal("ddpm_noise", "squared_error", loss.ddpm_noise(guess, noise), loss.squared_error(guess, noise).sum(axis=1))
