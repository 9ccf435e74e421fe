"""Robust regression: losses that do not let a few large errors decide."""

import numpy as np

from kbgen.losses.shapes import shaped


def huber(pred, target, *, delta=1.0):
    """Quadratic within `delta` of the target, linear beyond it.

    Shapes: pred (n), target (n) -> (n).
    Source: Huber 1964, doi:10.1214/aoms/1177703732.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    near = np.minimum(r, delta)  # not np.where: r**2 would overflow in the branch not taken
    return 0.5 * near**2 + delta * (r - near)


def huber_grad(pred, target, *, delta=1.0):
    """d huber / d pred: the residual, clipped to [-delta, delta]."""
    pred, target = shaped("..., ...", pred, target)
    return np.clip(pred - target, -delta, delta)
