"""Margin losses: labels are -1 and 1, and what counts is the margin label * score."""

import numpy as np

from kbgen.losses.shapes import shaped


def hinge(score, label):
    """What the margin lacks of 1; nothing beyond.

    Shapes: score (n), label (n) -> (n).
    Source: Cortes, Vapnik 1995, doi:10.1007/BF00994018.
    """
    score, label = shaped("..., ...", score, label)
    return np.maximum(0, 1 - label * score)


def hinge_grad(score, label):
    """d hinge / d score: minus the label below margin 1, 0 beyond and at the kink."""
    score, label = shaped("..., ...", score, label)
    return -label * (label * score < 1)


def squared_hinge(score, label):
    """The square of what the margin lacks of 1.

    Shapes: score (n), label (n) -> (n).
    Source: Hsieh et al. 2008, doi:10.1145/1390156.1390208.
    """
    score, label = shaped("..., ...", score, label)
    return np.maximum(0, 1 - label * score) ** 2


def squared_hinge_grad(score, label):
    """d squared_hinge / d score."""
    score, label = shaped("..., ...", score, label)
    return -2 * label * np.maximum(0, 1 - label * score)


def soft_margin(score, label):
    """Binary cross-entropy of a logit, written for labels -1 and 1.

    Shapes: score (n), label (n) -> (n).
    Source: Friedman, Hastie, Tibshirani 2000, doi:10.1214/aos/1016218223.
    """
    score, label = shaped("..., ...", score, label)
    return np.logaddexp(0, -label * score)


def soft_margin_grad(score, label):
    """d soft_margin / d score: minus label times probability of the wrong class."""
    score, label = shaped("..., ...", score, label)
    return -label * np.exp(-np.logaddexp(0, label * score))


def exponential(score, label):
    """E to the power of minus the margin.

    Shapes: score (n), label (n) -> (n).
    Source: Freund, Schapire 1997, doi:10.1006/jcss.1997.1504.
    """
    score, label = shaped("..., ...", score, label)
    return np.exp(-label * score)


def exponential_grad(score, label):
    """d exponential / d score."""
    score, label = shaped("..., ...", score, label)
    return -label * np.exp(-label * score)


def _own_and_rival(score, label):
    """Index of the score of the labelled class, and of the best among the others."""
    rows, own = np.arange(label.size), label.astype(int)
    others = score.copy()
    others[rows, own] = -np.inf
    return (rows, own), (rows, others.argmax(axis=1))


def multiclass_hinge(score, label):
    """What the labelled class lacks of a lead of 1 over its strongest rival.

    Shapes: score (n, K), label (n) -> (n).
    Source: Crammer, Singer 2002, doi:10.1023/A:1013637720281.
    """
    score, label = shaped("n K, n", score, label)
    own, rival = _own_and_rival(score, label)
    return np.maximum(0, 1 - (score[own] - score[rival]))


def multiclass_hinge_grad(score, label):
    """d multiclass_hinge / d score: +1 at the rival, -1 at the label, if lead < 1."""
    score, label = shaped("n K, n", score, label)
    own, rival = _own_and_rival(score, label)
    grad = np.zeros_like(score)
    grad[rival] = score[own] - score[rival] < 1
    grad[own] = -grad[rival]
    return grad
