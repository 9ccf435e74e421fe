"""Learning from pairs of answers of which one was preferred."""

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
