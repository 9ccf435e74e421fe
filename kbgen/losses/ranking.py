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


def listmle(scores, grades):
    """Surprise at the order of the grades, if items are drawn by softmax, best first.

    Of equal grades each competes with all the others.
    Shapes: scores (n, M), grades (n, M) -> (n).
    Source: Xia, Liu, Wang, Zhang, Li 2008, doi:10.1145/1390156.1390306.
    """
    scores, grades = shaped("n M, n M", scores, grades)
    return np.sum(_left(scores, grades)[1] - scores, axis=-1)


def listmle_grad(scores, grades):
    """Gradient in scores: chances of being drawn, over all draws, minus one."""
    scores, grades = shaped("n M, n M", scores, grades)
    left, total = _left(scores, grades)
    return np.sum(np.exp(left - total[..., None]), axis=-2) - 1


def _left(scores, grades):
    """Row i: scores of what is left when i is drawn, else -inf; log-sum-exp by row."""
    left = np.where(_pairs(grades) >= 0, scores[..., None, :], -np.inf)
    return left, np.logaddexp.reduce(left, axis=-1)


def lambdarank(scores, grades, *, sigma=1.0):
    """RankNet, each pair times what NDCG would change by if the two changed places.

    Equal scores rank in the order of the list.
    Shapes: scores (n, M), grades (n, M) -> (n).
    Source: Burges 2010, Microsoft Research MSR-TR-2010-82; as a loss Wang et al. 2018,
    doi:10.1145/3269206.3271784.
    """
    scores, grades = shaped("n M, n M", scores, grades)
    each = np.logaddexp(0, -sigma * _pairs(scores))
    ahead = _pairs(grades) > 0
    return np.sum(np.where(ahead, _swaps(scores, grades) * each, 0), axis=(-2, -1))


def lambdarank_grad(scores, grades, *, sigma=1.0):
    """Gradient in scores: the lambdas of the paper; ranks stay as they are."""
    scores, grades = shaped("n M, n M", scores, grades)
    wrong = np.exp(-np.logaddexp(0, sigma * _pairs(scores)))
    ahead = _pairs(grades) > 0
    push = sigma * np.where(ahead, _swaps(scores, grades) * wrong, 0)
    return np.sum(push, axis=-2) - np.sum(push, axis=-1)


def _swaps(scores, grades):
    """By how much NDCG changes if two items change places, for every pair."""
    top = np.max(grades, axis=-1, keepdims=True)
    gain = np.exp2(grades - top)  # over 2**top, which could overflow
    rank = np.argsort(np.argsort(-scores, axis=-1, kind="stable"), axis=-1)
    discount = (1 / np.log2(2 + rank)).astype(scores.dtype)
    best = np.sort(gain - np.exp2(-top), axis=-1)[..., ::-1]
    ideal = np.sum(best * np.sort(discount, axis=-1)[..., ::-1], axis=-1)
    ideal = np.where(ideal > 0, ideal, 1)[..., None, None]
    return np.abs(_pairs(gain) * _pairs(discount)) / ideal


def label_ranking(scores, relevant):
    """Share of the pairs of a relevant and another label that are not in order.

    A tie counts as wrong; without such pairs the loss is 0.
    Shapes: scores (n, M), relevant (n, M) -> (n).
    Source: sklearn.metrics.label_ranking_loss.
    """
    scores, relevant = shaped("n M, n M", scores, relevant)
    pairs = (relevant[..., :, None] > 0) & (relevant[..., None, :] <= 0)
    wrong = np.sum(pairs & (_pairs(scores) <= 0), axis=(-2, -1))
    return (wrong / np.maximum(np.sum(pairs, axis=(-2, -1)), 1)).astype(scores.dtype)


def label_ranking_grad(scores, relevant):
    """d label_ranking / d scores: 0, also at the jumps, where there is none."""
    scores, relevant = shaped("n M, n M", scores, relevant)
    return np.zeros_like(scores)


def bpr(positive, negative):
    """Minus log of the chance that a chosen item beats one that was not chosen.

    Shapes: positive (n), negative (n) -> (n).
    Source: Rendle, Freudenthaler, Gantner, Schmidt-Thieme 2009, arXiv:1205.2618.
    """
    positive, negative = shaped("..., ...", positive, negative)
    return np.logaddexp(0, negative - positive)


def bpr_grad(positive, negative):
    """Gradients in both scores: the chance of the wrong order, down and up."""
    positive, negative = shaped("..., ...", positive, negative)
    wrong = np.exp(-np.logaddexp(0, positive - negative))
    return -wrong, wrong


def smooth_ap(scores, relevant, *, tau=0.01):
    """One minus average precision, with sigmoids for the steps that count places.

    Without relevant items the loss is 0.
    Shapes: scores (n, M), relevant (n, M) -> (n).
    Source: Brown, Xie, Kalogeiton, Zisserman 2020, arXiv:2007.12163.
    """
    scores, relevant = shaped("n M, n M", scores, relevant)
    ahead = _ahead(scores, 1 / tau)
    among = 1 + np.sum(ahead * relevant[..., None, :], axis=-1)
    missed = relevant * (1 - among / (1 + np.sum(ahead, axis=-1)))
    return np.sum(missed, axis=-1) / np.maximum(1, np.sum(relevant, axis=-1))


def approx_ndcg(scores, grades, *, alpha=10.0):
    """One minus NDCG, with sigmoids for the steps that count places.

    If all grades are 0 there is nothing to rank, and the loss is 0.
    Shapes: scores (n, M), grades (n, M) -> (n).
    Source: Qin, Liu, Li 2010, doi:10.1007/s10791-009-9124-x.
    """
    scores, grades = shaped("n M, n M", scores, grades)
    top = np.max(grades, axis=-1, keepdims=True)
    gain = np.exp2(grades - top) - np.exp2(-top)  # over 2**top, which could overflow
    place = 1 + np.sum(_ahead(scores, alpha), axis=-1)
    ideal = np.log2(2 + np.arange(gain.shape[-1], dtype=gain.dtype))
    best = np.sum(np.sort(gain, axis=-1)[..., ::-1] / ideal, axis=-1)
    found = np.sum(gain / np.log2(1 + place), axis=-1)
    return np.where(best > 0, 1 - found / np.where(best > 0, best, 1), 0)


def _ahead(scores, steepness):
    """At place (i, j), how surely j is ahead of i, between 0 and 1; 0 for itself."""
    ahead = np.exp(-np.logaddexp(0, steepness * _pairs(scores)))
    return ahead * (1 - np.eye(scores.shape[-1], dtype=scores.dtype))


def warp(positive, negatives, *, margin=1.0):
    """Mean hinge of the negatives that violate, times 1 + 1/2 + ... up to their number.

    Shapes: positive (n), negatives (n, M) -> (n).
    Source: Weston, Bengio, Usunier 2010, doi:10.1007/s10994-010-5198-3.
    """
    positive, negatives = shaped("n, n M", positive, negatives)
    short = np.maximum(0, margin - (positive[:, None] - negatives))
    wrong = np.sum(short > 0, axis=-1)
    weights = np.append(0, np.cumsum(1 / np.arange(1, negatives.shape[1] + 1)))
    share = weights[wrong] / np.maximum(1, wrong)
    return np.sum(share[:, None].astype(short.dtype) * short, axis=-1)


def _pairs(x):
    """The difference x_i - x_j at place (i, j)."""
    return x[..., :, None] - x[..., None, :]


def _log_softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))
