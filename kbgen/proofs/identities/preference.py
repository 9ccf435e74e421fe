"""Identities of the family preference."""

import numpy as np

from kbgen.proofs.relations import TO_INFINITY, Identity, bound, draw, equal, limit, loss, ones, sigmoid


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


def ipo_is_squared_error_of_the_lead(rng: np.random.Generator) -> Identity:
    """IPO is the squared error of the lead h against the constant 1/(2τ)."""
    a, b, old_a, old_b = draw(rng, *["log_probability"] * 4)
    lead = (a - old_a) - (b - old_b)
    right = loss.squared_error(lead, np.full_like(lead, 1 / (2 * 0.3)))
    return equal("ipo", "squared_error", loss.ipo(a, b, old_a, old_b, tau=0.3), right)


def squared_hinge_of_the_lead_is_at_most_ipo(rng: np.random.Generator) -> Identity:
    """Squared hinge loss of 2τh with the label 1 is at most 4τ² times IPO, and equal where h has not passed its target."""
    a, b, old_a, old_b = draw(rng, *["log_probability"] * 4)
    a[-1], b[-1], old_a[-1], old_b[-1] = -5, -1, -1, -2
    lead = (a - old_a) - (b - old_b)
    small = loss.squared_hinge(2 * 0.3 * lead, ones(a))
    return bound("squared_hinge", "ipo", small, 4 * 0.3**2 * loss.ipo(a, b, old_a, old_b, tau=0.3))


def kto_is_absolute_error_of_a_chance(rng: np.random.Generator) -> Identity:
    """KTO with weights of 1 is the absolute error of σ(β(r − z₀)) against the label."""
    (a, old), (y,) = draw(rng, "log_probability", "log_probability"), draw(rng, "binary")
    right = loss.absolute_error(sigmoid(0.3 * (a - old - 1.5)), y)
    return equal("kto", "absolute_error", loss.kto(a, old, y, 1.5, beta=0.3), right)


def kto_is_one_minus_exp_of_minus_dpo_against_the_baseline(rng: np.random.Generator) -> Identity:
    """KTO is λ (1 − exp(−DPO)), the baseline z₀ taking the place of the other answer's log-ratio."""
    (a, old), (y,) = draw(rng, "log_probability", "log_probability"), draw(rng, "binary")
    level, start = ones(a), 0 * a
    up = loss.dpo(a - old, 1.5 * level, start, start, beta=0.3)
    down = loss.dpo(1.5 * level, a - old, start, start, beta=0.3)
    right = np.where(y == 1, 2 * (1 - np.exp(-up)), 0.5 * (1 - np.exp(-down)))
    left = loss.kto(a, old, y, 1.5, beta=0.3, desirable_weight=2.0, undesirable_weight=0.5)
    return equal("kto", "dpo", left, right)


def simpo_is_bradley_terry_of_means_less_a_margin(rng: np.random.Generator) -> Identity:
    """SimPO is the Bradley-Terry loss of β times the mean log-probability per token, with γ added to the rejected answer."""
    (a, b), (long, short) = draw(rng, "log_probability", "log_probability"), draw(rng, "natural", "natural")
    right = loss.bradley_terry(1.5 * a / long, 1.5 * b / short + 0.7)
    return equal("simpo", "bradley_terry", loss.simpo(a, b, long, short, beta=1.5, gamma=0.7), right)


def simpo_of_single_tokens_is_dpo_with_an_even_reference(rng: np.random.Generator) -> Identity:
    """SimPO with γ = 0 on answers of one token is DPO when the reference finds both answers equally likely."""
    a, b, old = draw(rng, *["log_probability"] * 3)
    left = loss.simpo(a, b, ones(a), ones(a), beta=0.3, gamma=0.0)
    return equal("simpo", "dpo", left, loss.dpo(a, b, old, old, beta=0.3))


def cold_simpo_tends_to_margin_ranking(rng: np.random.Generator) -> Identity:
    """SimPO over k tends to the margin ranking loss of the means per token with the margin γ as β = k and γ grows by k."""
    (a, b), (long, short) = draw(rng, "log_probability", "log_probability"), draw(rng, "natural", "natural")
    right = loss.margin_ranking(a / long, b / short, ones(a), margin=0.7)
    return limit(
        "simpo",
        "margin_ranking",
        TO_INFINITY,
        lambda k: (loss.simpo(a, b, long, short, beta=k, gamma=0.7 * k) / k, right),
    )


def orpo_without_odds_is_nll(rng: np.random.Generator) -> Identity:
    """ORPO at λ = 0 is the negative log-likelihood loss of the preferred answer."""
    a, b = draw(rng, "log_probability", "log_probability")
    right = loss.nll(np.stack([a, b], axis=1), np.zeros(len(a)))
    return equal("orpo", "nll", loss.orpo(a, b, lam=0.0), right)


def orpo_is_nll_and_bradley_terry_of_log_odds(rng: np.random.Generator) -> Identity:
    """ORPO is the negative log-likelihood loss plus λ times the Bradley-Terry loss of the log-odds."""
    a, b = draw(rng, "log_probability", "log_probability")
    odds_a, odds_b = (np.log(np.exp(x) / (1 - np.exp(x))) for x in (a, b))
    right = loss.nll(np.stack([a, b], axis=1), np.zeros(len(a))) + 0.7 * loss.bradley_terry(odds_a, odds_b)
    return equal("orpo", "nll", loss.orpo(a, b, lam=0.7), right, "bradley_terry")


def ppo_clip_is_a_hinge_of_the_ratio(rng: np.random.Generator) -> Identity:
    """PPO's clipped loss is ε|A| times the hinge loss of (r − 1)/ε with the sign of A as label, less A + ε|A|."""
    (a, old), (gain,) = draw(rng, "log_probability", "log_probability"), draw(rng, "nonzero")
    a, eps = old + 0.1 * (a - old), 0.3  # ratios on both sides of the borders
    hinged = loss.hinge((np.exp(a - old) - 1) / eps, np.sign(gain))
    right = eps * np.abs(gain) * (hinged - 1) - gain
    return equal("ppo_clip", "hinge", loss.ppo_clip(a, old, gain, epsilon=eps), right)
