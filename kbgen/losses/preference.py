"""Learning from pairs of answers of which one was preferred."""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def bradley_terry(preferred, rejected):
    """Minus log of the probability that the preferred item wins, if a lead in score is a lead in log-odds.

    Shapes: preferred (n), rejected (n) -> (n).
    Source: Bradley, Terry 1952, doi:10.1093/biomet/39.3-4.324.
    """
    preferred, rejected = shaped("..., ...", preferred, rejected)
    return np.logaddexp(0, rejected - preferred)


def bradley_terry_grad(preferred, rejected):
    """d bradley_terry / d (preferred, rejected): the probability given to the wrong winner, with opposite signs."""
    preferred, rejected = shaped("..., ...", preferred, rejected)
    wrong = _sigmoid(rejected - preferred)
    return -wrong, wrong


def dpo(preferred, rejected, reference_preferred, reference_rejected, *, beta=0.1):
    """Bradley-Terry loss of implicit rewards: `beta` times the log-ratio of policy to reference, for either answer.

    Shapes: preferred (n), rejected (n), reference_preferred (n), reference_rejected (n) -> (n).
    Source: Rafailov et al. 2023, arXiv:2305.18290.
    """
    given = shaped(
        "..., ..., ..., ...",
        preferred,
        rejected,
        reference_preferred,
        reference_rejected,
    )
    return np.logaddexp(0, -beta * _lead(*given))


def dpo_grad(preferred, rejected, reference_preferred, reference_rejected, *, beta=0.1):
    """d dpo / d (preferred, rejected): `beta` times the probability given to the wrong order."""
    given = shaped(
        "..., ..., ..., ...",
        preferred,
        rejected,
        reference_preferred,
        reference_rejected,
    )
    wrong = beta * _sigmoid(-beta * _lead(*given))
    return -wrong, wrong


def _lead(preferred, rejected, reference_preferred, reference_rejected):
    """How much more the policy moved toward the preferred answer than toward the rejected one, in log-probability."""
    return (preferred - reference_preferred) - (rejected - reference_rejected)
