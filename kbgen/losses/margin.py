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


def modified_huber(score, label):
    """The squared hinge down to margin -1, from there on its tangent.

    Shapes: score (n), label (n) -> (n).
    Source: Zhang 2004, doi:10.1145/1015330.1015332.
    """
    score, label = shaped("..., ...", score, label)
    margin = label * score
    near = np.maximum(margin, -1)  # where the square ends: beyond, it could overflow
    return np.maximum(0, 1 - near) ** 2 + 4 * (near - margin)


def modified_huber_grad(score, label):
    """d modified_huber / d score: that of the squared hinge, but never above 4."""
    score, label = shaped("..., ...", score, label)
    return -2 * label * np.clip(1 - label * score, 0, 2)


def perceptron(score, label):
    """How far a score lies on the wrong side of zero.

    Shapes: score (n), label (n) -> (n).
    Source: Rosenblatt 1958, doi:10.1037/h0042519 (the rule, here as a loss).
    """
    score, label = shaped("..., ...", score, label)
    return np.maximum(0, -label * score)


def perceptron_grad(score, label):
    """d perceptron / d score: minus the label, also at 0, where learning starts."""
    score, label = shaped("..., ...", score, label)
    return -label * (label * score <= 0)


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


def _shortfalls(score, label, margin):
    """What the labelled class lacks of its lead over each other; which one it is."""
    own = np.arange(score.shape[1]) == label[:, None]
    lead = score[np.arange(label.size), label.astype(int)][:, None] - score
    return np.where(own, 0, np.maximum(0, margin - lead)), own


def multi_margin(score, label, *, margin=1.0, p=1):
    """The shortfalls against all other classes to the power p, over the number K.

    Shapes: score (n, K), label (n) -> (n).
    Source: Weston, Watkins 1999, ESANN, p. 219; division by K and the power as in
    torch.nn.MultiMarginLoss.
    """
    score, label = shaped("n K, n", score, label)
    short, _ = _shortfalls(score, label, margin)
    return np.mean(short**p, axis=1)


def multi_margin_grad(score, label, *, margin=1.0, p=1):
    """d multi_margin / d score: up for the labelled class what all others go down."""
    score, label = shaped("n K, n", score, label)
    short, own = _shortfalls(score, label, margin)
    grad = np.where(short > 0, p * short ** (p - 1), 0) / score.shape[1]
    return np.where(own, -np.sum(grad, axis=1, keepdims=True), grad)


def multilabel_margin(score, target):
    """The missing leads of 1 of every label over every class that is none, over K.

    Shapes: score (n, K), target (n, K) -> (n).
    Source: torch.nn.MultiLabelMarginLoss.
    """
    score, target = shaped("n K, n K", score, target)
    pairs = (target[:, :, None] == 1) & (target[:, None, :] == 0)
    short = np.maximum(0, 1 - (score[:, :, None] - score[:, None, :]))
    return np.sum(np.where(pairs, short, 0), axis=(1, 2)) / score.shape[1]


def multilabel_margin_grad(score, target):
    """d multilabel_margin / d score: the number of missing leads on either side."""
    score, target = shaped("n K, n K", score, target)
    pairs = (target[:, :, None] == 1) & (target[:, None, :] == 0)
    missing = pairs & (score[:, :, None] - score[:, None, :] < 1)
    lost, held = np.sum(missing, axis=1), np.sum(missing, axis=2)
    return ((lost - held) / score.shape[1]).astype(score.dtype)


def smooth_hinge(score, label, *, gamma=1.0):
    """The hinge loss with its kink rounded by a parabola of width `gamma`.

    Shapes: score (n), label (n) -> (n).
    Source: Shalev-Shwartz, Zhang 2013, arXiv:1209.1873.
    """
    score, label = shaped("..., ...", score, label)
    short = np.maximum(0, 1 - label * score)
    near = np.minimum(short, gamma)  # beyond, the square could overflow
    return near**2 / (2 * gamma) + (short - near)


def smooth_hinge_grad(score, label, *, gamma=1.0):
    """d smooth_hinge / d score: full pull once the shortfall exceeds `gamma`."""
    score, label = shaped("..., ...", score, label)
    return -label * np.clip((1 - label * score) / gamma, 0, 1)


def savage(score, label):
    """The squared probability that the score leaves to the wrong class.

    Shapes: score (n), label (n) -> (n).
    Source: Masnadi-Shirazi, Vasconcelos 2008, NIPS 21 (there with twice the score).
    """
    score, label = shaped("..., ...", score, label)
    return np.exp(-2 * np.logaddexp(0, label * score))


def savage_grad(score, label):
    """d savage / d score: it fades for margins of either sign."""
    score, label = shaped("..., ...", score, label)
    margin = label * score
    wrong, right = np.logaddexp(0, margin), np.logaddexp(0, -margin)
    return -2 * label * np.exp(-2 * wrong - right)


def tangent(score, label):
    """The squared distance of twice the arctangent of the margin from 1.

    Shapes: score (n), label (n) -> (n).
    Source: Masnadi-Shirazi, Mahadevan, Vasconcelos 2010, CVPR.
    """
    score, label = shaped("..., ...", score, label)
    return (2 * np.arctan(label * score) - 1) ** 2


def tangent_grad(score, label):
    """d tangent / d score; the cosine in it is 1 / sqrt(1 + margin^2)."""
    score, label = shaped("..., ...", score, label)
    angle = np.arctan(label * score)
    near = 1 / np.hypot(1, score)
    return 4 * label * (2 * angle - 1) * near**2


def ramp(score, label, *, cap=2.0):
    """The hinge loss, cut off at `cap`.

    Shapes: score (n), label (n) -> (n).
    Source: Collobert, Sinz, Weston, Bottou 2006, doi:10.1145/1143844.1143870.
    """
    score, label = shaped("..., ...", score, label)
    return np.clip(1 - label * score, 0, cap)


def ramp_grad(score, label, *, cap=2.0):
    """d ramp / d score: minus the label on the slope, 0 on both level parts."""
    score, label = shaped("..., ...", score, label)
    short = 1 - label * score
    return -label * ((short > 0) & (short < cap))


def top_k_svm(score, label, *, k=2):
    """The mean of the k largest missing leads, or 0 if that is negative.

    Shapes: score (n, K), label (n) -> (n).
    Source: Lapin, Hein, Schiele 2015, arXiv:1511.06683.
    """
    score, label = shaped("n K, n", score, label)
    own = np.arange(score.shape[1]) == label[:, None]
    lead = score[np.arange(label.size), label.astype(int)][:, None] - score
    largest = np.sort(np.where(own, 0, 1 - lead), axis=1)[:, -int(k) :]
    return np.maximum(0, np.mean(largest, axis=1))


def large_margin_softmax(cosine, size, label, *, margin=2):
    """Cross-entropy of scores size * cosine, the angle to the own class multiplied.

    Shapes: cosine (n, K), size (n, K), label (n) -> (n).
    Source: Liu, Wen, Yu, Yang 2016, arXiv:1612.02295.
    """
    cosine, size, label = shaped("n K, n K, n", cosine, size, label)
    own = np.arange(cosine.shape[1]) == label[:, None]
    theta = np.arccos(np.clip(cosine, -1, 1))
    k = np.minimum(np.floor(margin * theta / np.pi), margin - 1)
    psi = (1 - 2 * (k % 2)) * np.cos(margin * theta) - 2 * k
    z = size * np.where(own, psi, cosine)
    return np.logaddexp.reduce(z, axis=1) - np.sum(np.where(own, z, 0), axis=1)
