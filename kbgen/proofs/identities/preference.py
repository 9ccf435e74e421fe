"""Identities of the family preference."""

import numpy as np

from kbgen.proofs.relations import Identity, draw, equal, loss, ones


def bradley_terry_is_binary_cross_entropy_of_the_lead(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is binary cross-entropy with the logit r₊ − r₋ and the label 1."""
    a, b = draw(rng, "real", "real")
    right = loss.binary_cross_entropy_with_logits(a - b, ones(a))
    return equal("bradley_terry", "binary_cross_entropy_with_logits", loss.bradley_terry(a, b), right)


def bradley_terry_is_cross_entropy_of_two_rewards(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is cross-entropy with the logits r₊ and r₋ and the first as the right class."""
    a, b = draw(rng, "real", "real")
    right = loss.cross_entropy(np.stack([a, b], 1), np.stack([ones(a), 0 * a], 1))
    return equal("bradley_terry", "cross_entropy", loss.bradley_terry(a, b), right)


def bradley_terry_is_soft_margin_of_the_lead(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is the soft margin loss of r₊ − r₋ with the label 1."""
    a, b = draw(rng, "real", "real")
    return equal("bradley_terry", "soft_margin", loss.bradley_terry(a, b), loss.soft_margin(a - b, ones(a)))


def dpo_is_bradley_terry_of_implicit_rewards(rng: np.random.Generator) -> Identity:
    """DPO is the Bradley-Terry loss of the rewards β log(π / πʳᵉᶠ)."""
    a, b, old_a, old_b = draw(rng, *["log_probability"] * 4)
    right = loss.bradley_terry(0.3 * (a - old_a), 0.3 * (b - old_b))
    return equal("dpo", "bradley_terry", loss.dpo(a, b, old_a, old_b, beta=0.3), right)


def dpo_without_preference_of_the_reference_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """DPO at β = 1 is the Bradley-Terry loss of the log-probabilities when the reference finds both answers equally likely."""
    a, b, old = draw(rng, *["log_probability"] * 3)
    return equal("dpo", "bradley_terry", loss.dpo(a, b, old, old, beta=1.0), loss.bradley_terry(a, b))
