"""Ranking: losses that look at the order of scores, not at their values."""

import numpy as np

from kbgen.losses.shapes import shaped


def margin_ranking(first, second, order, *, margin=0.0):
    """What the item that should come first lacks of a lead of `margin`.

    Shapes: first (n), second (n), order (n) -> (n).
    Source: Joachims 2002, doi:10.1145/775047.775067 (there with margin 1).
    """
    first, second, order = shaped("..., ..., ...", first, second, order)
    return np.maximum(0, margin - order * (first - second))


def margin_ranking_grad(first, second, order, *, margin=0.0):
    """Gradients in first, second: one unit apart while the lead is too small."""
    first, second, order = shaped("..., ..., ...", first, second, order)
    push = -order * (margin - order * (first - second) > 0)
    return push, -push


def ranknet(scores, grades, *, sigma=1.0):
    """Logistic loss of score differences, summed over pairs that differ in grade.

    Shapes: scores (n, M), grades (n, M) -> (n).
    Source: Burges et al. 2005, doi:10.1145/1102351.1102363.
    """
    scores, grades = shaped("n M, n M", scores, grades)
    lead, ahead = _pairs(scores), _pairs(grades) > 0
    return np.sum(np.where(ahead, np.logaddexp(0, -sigma * lead), 0), axis=(-2, -1))


def ranknet_grad(scores, grades, *, sigma=1.0):
    """Gradient in scores: a pair is pushed apart, harder the more wrong its order."""
    scores, grades = shaped("n M, n M", scores, grades)
    lead, ahead = _pairs(scores), _pairs(grades) > 0
    wrong = np.exp(-np.logaddexp(0, sigma * lead))  # sigmoid(-sigma * lead)
    push = sigma * np.where(ahead, wrong, 0)
    return np.sum(push, axis=-2) - np.sum(push, axis=-1)


def listnet(scores, grades):
    """Cross-entropy of the chances of being first: softmax of grades and of scores.

    Shapes: scores (n, M), grades (n, M) -> (n).
    Source: Cao, Qin, Liu, Tsai, Li 2007, doi:10.1145/1273496.1273513.
    """
    scores, grades = shaped("n M, n M", scores, grades)
    return -np.sum(np.exp(_log_softmax(grades)) * _log_softmax(scores), axis=-1)


def listnet_grad(scores, grades):
    """Gradient in scores: the difference of the two top-one probabilities."""
    scores, grades = shaped("n M, n M", scores, grades)
    return np.exp(_log_softmax(scores)) - np.exp(_log_softmax(grades))


def _pairs(x):
    """The difference x_i - x_j at place (i, j)."""
    return x[..., :, None] - x[..., None, :]


def _log_softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))
