"""Penalties: they look at the weights, or at how sure the model is, and not at labels.

Each row of the input is one weight vector, one matrix, or the scores of one item.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def l1_penalty(weights, *, lam=0.01):
    """`lam` times the sum of the sizes of the weights.

    Shapes: weights (n, d) -> (n).
    Source: Tibshirani 1996, doi:10.1111/j.2517-6161.1996.tb02080.x.
    """
    weights = shaped("n d", weights)
    return lam * np.sum(np.abs(weights), axis=-1)


def l1_penalty_grad(weights, *, lam=0.01):
    """d l1_penalty / d weights: `lam` towards larger size; 0 at a zero weight."""
    weights = shaped("n d", weights)
    return lam * np.sign(weights)


def l2_penalty(weights, *, lam=0.01):
    """`lam` times the sum of the squared weights, without a factor 1/2.

    Shapes: weights (n, d) -> (n).
    Source: Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634.
    """
    weights = shaped("n d", weights)
    # lam first: 0 times an overflowed square would be NaN
    return np.sum(weights * (lam * weights), axis=-1)


def l2_penalty_grad(weights, *, lam=0.01):
    """d l2_penalty / d weights: proportional to the weight itself."""
    weights = shaped("n d", weights)
    return 2 * lam * weights


def elastic_net(weights, *, l1=0.01, l2=0.01):
    """`l1` times the sum of the sizes plus `l2` times the sum of the squares.

    Shapes: weights (n, d) -> (n).
    Source: Zou and Hastie 2005, doi:10.1111/j.1467-9868.2005.00503.x.
    """
    weights = shaped("n d", weights)
    size = np.abs(weights)
    return np.sum(size * (l1 + l2 * size), axis=-1)


def elastic_net_grad(weights, *, l1=0.01, l2=0.01):
    """d elastic_net / d weights: a constant pull and one proportional to the weight."""
    weights = shaped("n d", weights)
    return l1 * np.sign(weights) + 2 * l2 * weights


def orthogonality(weights, *, lam=0.01):
    """`lam` times the squared distance of W^T W from the identity.

    Shapes: weights (n, D, d) -> (n).
    Source: Bansal, Chen and Wang 2018, arXiv:1810.09102.
    """
    weights = shaped("n D d", weights)
    gram = np.swapaxes(weights, 1, 2) @ weights
    return lam * np.sum((gram - np.eye(gram.shape[1], dtype=gram.dtype)) ** 2, (1, 2))


def orthogonality_grad(weights, *, lam=0.01):
    """d orthogonality / d weights: columns, by their excess and overlap."""
    weights = shaped("n D d", weights)
    gram = np.swapaxes(weights, 1, 2) @ weights
    return 4 * lam * weights @ (gram - np.eye(gram.shape[1], dtype=gram.dtype))


def entropy_regularizer(logits, *, beta=0.1):
    """Minus `beta` times the entropy of the softmax: confidence costs.

    Shapes: logits (n, K) -> (n).
    Source: Pereyra et al. 2017, arXiv:1701.06548.
    """
    log_p = _log_softmax(shaped("n K", logits))
    return beta * np.sum(np.exp(log_p) * log_p, axis=1)


def entropy_regularizer_grad(logits, *, beta=0.1):
    """d entropy_regularizer / d logits."""
    log_p = _log_softmax(shaped("n K", logits))
    p = np.exp(log_p)
    mean = np.sum(p * log_p, axis=1, keepdims=True)
    return beta * p * (log_p - mean)


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
