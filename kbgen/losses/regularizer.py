"""Penalties on weights: they look at the model and not at the data.

Each row of the input is one weight vector.
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
