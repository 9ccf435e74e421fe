"""Learning from preferences: which of two answers is better, or how good one is."""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def bradley_terry(preferred, rejected):
    """Minus log probability that the preferred item wins, its lead taken as log-odds.

    Shapes: preferred (n), rejected (n) -> (n).
    Source: Bradley, Terry 1952, doi:10.1093/biomet/39.3-4.324.
    """
    preferred, rejected = shaped("..., ...", preferred, rejected)
    return np.logaddexp(0, rejected - preferred)


def bradley_terry_grad(preferred, rejected):
    """d bradley_terry / d (preferred, rejected): probability of the wrong winner."""
    preferred, rejected = shaped("..., ...", preferred, rejected)
    wrong = _sigmoid(rejected - preferred)
    return -wrong, wrong


def dpo(preferred, rejected, reference_preferred, reference_rejected, *, beta=0.1):
    """Bradley-Terry loss, with `beta` times log(policy / reference) for a score.

    Shapes: preferred (n), rejected (n), reference_preferred (n),
    reference_rejected (n) -> (n).
    Source: Rafailov et al. 2023, arXiv:2305.18290.
    """
    lead = _lead(preferred, rejected, reference_preferred, reference_rejected)
    return np.logaddexp(0, -beta * lead)


def dpo_grad(preferred, rejected, reference_preferred, reference_rejected, *, beta=0.1):
    """d dpo / d (preferred, rejected): `beta` times probability of the wrong order."""
    lead = _lead(preferred, rejected, reference_preferred, reference_rejected)
    wrong = beta * _sigmoid(-beta * lead)
    return -wrong, wrong


def _lead(*log_probs):
    """How much more the policy moved toward the preferred answer than the rejected."""
    preferred, rejected, old_preferred, old_rejected = shaped(
        "..., ..., ..., ...", *log_probs
    )
    return (preferred - old_preferred) - (rejected - old_rejected)


def ipo(preferred, rejected, reference_preferred, reference_rejected, *, tau=0.1):
    """Squared distance of the policy's lead over the reference from 1 / (2 tau).

    Shapes: preferred (n), rejected (n), reference_preferred (n),
    reference_rejected (n) -> (n).
    Source: Azar et al. 2024, arXiv:2310.12036.
    """
    lead = _lead(preferred, rejected, reference_preferred, reference_rejected)
    return (lead - 0.5 / tau) ** 2


def ipo_grad(preferred, rejected, reference_preferred, reference_rejected, *, tau=0.1):
    """d ipo / d (preferred, rejected): twice what the lead is too large by."""
    lead = _lead(preferred, rejected, reference_preferred, reference_rejected)
    excess = 2 * (lead - 0.5 / tau)
    return excess, -excess


def kto(
    log_prob,
    reference,
    desirable,
    baseline,
    *,
    beta=0.1,
    desirable_weight=1.0,
    undesirable_weight=1.0,
):
    """Chance that an answer counts as what it is not, its log-ratio against a baseline.

    Shapes: log_prob (n), reference (n), desirable (n), baseline () -> (n).
    Source: Ethayarajh et al. 2024, arXiv:2402.01306.
    """
    lead, sign, good = _outlook(log_prob, reference, desirable, baseline)
    weight = desirable_weight * good + undesirable_weight * (1 - good)
    return weight * _sigmoid(-sign * beta * lead)


def kto_grad(
    log_prob,
    reference,
    desirable,
    baseline,
    *,
    beta=0.1,
    desirable_weight=1.0,
    undesirable_weight=1.0,
):
    """d kto / d log_prob: largest at the baseline, small far from it on either side."""
    lead, sign, good = _outlook(log_prob, reference, desirable, baseline)
    weight = desirable_weight * good + undesirable_weight * (1 - good)
    return -sign * beta * weight * _sigmoid(beta * lead) * _sigmoid(-beta * lead)


def _outlook(log_prob, reference, desirable, baseline):
    """Log-ratio above the baseline; 1 or -1, and 1 or 0, for a good or a bad answer."""
    log_prob, reference, good, baseline = shaped(
        "..., ..., ..., ...", log_prob, reference, desirable, baseline
    )
    return log_prob - reference - baseline, 2 * good - 1, good


def simpo(
    preferred, rejected, preferred_length, rejected_length, *, beta=2.0, gamma=1.0
):
    """Bradley-Terry loss of `beta` times mean log-probabilities, less a margin `gamma`.

    Shapes: preferred (n), rejected (n), preferred_length (n),
    rejected_length (n) -> (n).
    Source: Meng, Xia and Chen 2024, arXiv:2405.14734.
    """
    _, _, lead = _per_token(
        preferred, rejected, preferred_length, rejected_length, beta
    )
    return np.logaddexp(0, gamma - lead)


def simpo_grad(
    preferred, rejected, preferred_length, rejected_length, *, beta=2.0, gamma=1.0
):
    """d simpo / d (preferred, rejected): shared among the tokens of each answer."""
    for_good, for_bad, lead = _per_token(
        preferred, rejected, preferred_length, rejected_length, beta
    )
    wrong = _sigmoid(gamma - lead)
    return -for_good * wrong, for_bad * wrong


def _per_token(preferred, rejected, preferred_length, rejected_length, beta):
    """`beta` over each length, and how far the preferred answer leads."""
    preferred, rejected, long, short = shaped(
        "..., ..., ..., ...", preferred, rejected, preferred_length, rejected_length
    )
    # an answer whose tokens are all masked has length 0 and log-probability 0
    for_good, for_bad = beta / np.maximum(long, 1), beta / np.maximum(short, 1)
    return for_good, for_bad, for_good * preferred - for_bad * rejected


def orpo(preferred, rejected, *, lam=0.1):
    """Minus log-probability of the preferred answer, plus `lam` times odds-ratio loss.

    Both inputs are means of the log-probabilities over tokens.
    Shapes: preferred (n), rejected (n) -> (n).
    Source: Hong, Lee and Thorne 2024, arXiv:2403.07691.
    """
    preferred, rejected = shaped("..., ...", preferred, rejected)
    lead = _log_odds(preferred) - _log_odds(rejected)
    return lam * np.logaddexp(0, -lead) - preferred


def orpo_grad(preferred, rejected, *, lam=0.1):
    """d orpo / d (preferred, rejected)."""
    preferred, rejected = shaped("..., ...", preferred, rejected)
    wrong = lam * _sigmoid(_log_odds(rejected) - _log_odds(preferred))
    return -1 - wrong / _complement(preferred), wrong / _complement(rejected)


def _complement(log_prob):
    """1 - p without cancellation; never 0, or two certain answers would give NaN."""
    rest = -np.expm1(log_prob)
    return np.maximum(rest, np.finfo(rest.dtype).tiny)


def _log_odds(log_prob):
    return log_prob - np.log(_complement(log_prob))


def ppo_clip(log_prob, old_log_prob, advantage, *, epsilon=0.2):
    """Minus probability ratio times advantage; past 1 +- `epsilon` it gains no more.

    Shapes: log_prob (n), old_log_prob (n), advantage (n) -> (n).
    Source: Schulman et al. 2017, arXiv:1707.06347.
    """
    log_prob, old, advantage = shaped(
        "..., ..., ...", log_prob, old_log_prob, advantage
    )
    ratio = np.exp(log_prob - old)
    gain, loss = np.minimum(ratio, 1 + epsilon), np.maximum(ratio, 1 - epsilon)
    return -advantage * np.where(advantage < 0, loss, gain)


def ppo_clip_grad(log_prob, old_log_prob, advantage, *, epsilon=0.2):
    """d ppo_clip / d log_prob: minus ratio times advantage, or 0 where clipped."""
    log_prob, old, advantage = shaped(
        "..., ..., ...", log_prob, old_log_prob, advantage
    )
    ratio = np.exp(log_prob - old)
    active = np.where(advantage < 0, ratio > 1 - epsilon, ratio < 1 + epsilon)
    return -advantage * np.where(active, ratio, 0)


def cpo(preferred, rejected, *, beta=0.1, alpha=1.0):
    """Bradley-Terry loss of `beta` times log-probabilities, plus imitation.

    Imitation is minus the log-probability of the preferred answer, times `alpha`.
    Shapes: preferred (n), rejected (n) -> (n).
    Source: Xu et al. 2024, arXiv:2401.08417.
    """
    preferred, rejected = shaped("..., ...", preferred, rejected)
    return np.logaddexp(0, beta * (rejected - preferred)) - alpha * preferred


def cpo_grad(preferred, rejected, *, beta=0.1, alpha=1.0):
    """d cpo / d (preferred, rejected)."""
    preferred, rejected = shaped("..., ...", preferred, rejected)
    wrong = beta * _sigmoid(beta * (rejected - preferred))
    return -wrong - alpha, wrong


def slic(preferred, rejected, model_answer, *, margin=1.0, lam=0.1):
    """Hinge loss on the lead of the preferred answer, plus imitation of a third.

    Shapes: preferred (n), rejected (n), model_answer (n) -> (n).
    Source: Zhao et al. 2023, arXiv:2305.10425.
    """
    preferred, rejected, model = shaped(
        "..., ..., ...", preferred, rejected, model_answer
    )
    return np.maximum(0, margin - preferred + rejected) - lam * model


def slic_grad(preferred, rejected, model_answer, *, margin=1.0, lam=0.1):
    """d slic / d (preferred, rejected, model_answer)."""
    preferred, rejected, model = shaped(
        "..., ..., ...", preferred, rejected, model_answer
    )
    short = (margin - preferred + rejected > 0).astype(model.dtype)
    return -short, short, np.full_like(model, -lam)


def grpo(log_prob, old_log_prob, reference, reward, *, epsilon=0.2, beta=0.04):
    """Mean clipped objective of M answers to one question, ranked against each other.

    The advantage is the reward, centred and over the standard deviation of the group;
    `beta` weighs an estimate of the divergence from a reference model.
    Shapes: log_prob (n, M), old_log_prob (n, M), reference (n, M),
    reward (n, M) -> (n).
    Source: Shao et al. 2024, arXiv:2402.03300.
    """
    log_prob, old, reference, reward = shaped(
        "n M, n M, n M, n M", log_prob, old_log_prob, reference, reward
    )
    clipped = ppo_clip(log_prob, old, _standing(reward), epsilon=epsilon)
    drift = reference - log_prob
    return np.mean(clipped + beta * (np.expm1(drift) - drift), axis=1)


def _standing(reward):
    """Rewards of each group at mean 0 and deviation 1; equal ones give 0, not noise."""
    equal = np.ptp(reward, axis=1, keepdims=True) == 0
    centred = np.where(equal, 0, reward - reward.mean(axis=1, keepdims=True))
    return centred / np.where(equal, 1, reward.std(axis=1, keepdims=True))
