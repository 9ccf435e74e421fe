"""Divergences: how far one distribution is from another.

The prediction comes first, the target second.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def kl_divergence(pred, target):
    """KL(target || pred): the extra surprise of expecting `pred` where `target` rules.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Kullback, Leibler 1951, doi:10.1214/aoms/1177729694.
    """
    pred, target = shaped("n K, n K", pred, target)
    # 0 log(0 / q) = 0, for q = 0 too
    p, q = (np.where(target > 0, a, 1) for a in (target, pred))
    # not log(p / q): the quotient might overflow
    return (target * (np.log(p) - np.log(q))).sum(axis=-1)


def kl_divergence_grad(pred, target):
    """d kl_divergence / d pred: minus target / pred."""
    pred, target = shaped("n K, n K", pred, target)
    return -np.divide(target, pred, out=np.zeros_like(pred), where=target > 0)


def _share(part, total, nothing, where):
    """Part / total at the places of `where`, and `nothing` elsewhere."""
    return np.divide(part, total, out=np.full_like(total, nothing), where=where)


def js_divergence(pred, target):
    """Mean of the KL divergences of both distributions from their average.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Lin 1991, doi:10.1109/18.61115.
    """
    pred, target = shaped("n K, n K", pred, target)
    total = pred + target
    # log(p / mean); where p is 0, the share does not matter, and 0 / 0 is avoided
    each = (p * np.log(2 * _share(p, total, 0.5, p > 0)) for p in (pred, target))
    return 0.5 * sum(each).sum(axis=-1)


def js_divergence_grad(pred, target):
    """d js_divergence / d pred: half the logarithm of pred over the average of both."""
    pred, target = shaped("n K, n K", pred, target)
    # without target the share is 1, even where both are 0
    return 0.5 * np.log(2 * _share(pred, pred + target, 1, target > 0))
