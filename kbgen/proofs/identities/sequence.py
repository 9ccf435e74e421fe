"""Identities of the family sequence."""

import itertools

import numpy as np

from kbgen.proofs.relations import CLASSES, POINTS, Identity, draw, equal, log_softmax, loss


def ctc_of_one_frame_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """CTC loss of one frame and one label is cross-entropy."""
    (z,), (y,) = draw(rng, "real", shape=CLASSES), draw(rng, "label")
    right = loss.cross_entropy(z, np.eye(4)[y.astype(int)])
    return equal("ctc", "cross_entropy", loss.ctc(z[:, None], y[:, None]), right)


def ctc_without_room_for_blanks_is_the_sum_of_nll(rng: np.random.Generator) -> Identity:
    """CTC loss with as many labels as frames, no two neighbours alike, is the negative log-likelihood summed over frames."""
    (z,), (steps,) = draw(rng, "real", shape=(POINTS, 3, 4)), draw(rng, "label", shape=(POINTS, 3))
    y = 1 + np.cumsum(steps, axis=1) % 3  # steps of 1 or 2 among three labels never stand still
    right = sum(loss.nll(log_softmax(z[:, t]), y[:, t]) for t in range(3))
    return equal("ctc", "nll", loss.ctc(z, y), right)


def ctc_sums_nll_over_all_alignments(rng: np.random.Generator) -> Identity:
    """CTC loss is −log of the sum of exp(−NLL) over all alignments that collapse to the labels."""
    (z,), (y,) = draw(rng, "real", shape=(POINTS, 4, 3)), draw(rng, "label", shape=(POINTS, 2))
    costs = np.array([[loss.nll(log_softmax(z[:, t]), np.full(POINTS, k)) for k in range(3)] for t in range(4)])
    total = np.full(POINTS, -np.inf)
    for path in itertools.product(range(3), repeat=4):
        labels = [symbol for symbol, _ in itertools.groupby(path) if symbol]
        if len(labels) == 2:
            cost = costs[range(4), path].sum(axis=0)
            total = np.logaddexp(total, np.where((y == labels).all(axis=1), -cost, -np.inf))
    return equal("ctc", "nll", loss.ctc(z, y), -total)
