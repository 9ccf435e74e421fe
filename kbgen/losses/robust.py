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
    # not np.where: r**2 would overflow in the branch not taken
    near = np.minimum(r, delta)
    return 0.5 * near**2 + delta * (r - near)


def huber_grad(pred, target, *, delta=1.0):
    """d huber / d pred: the residual, clipped to [-delta, delta]."""
    pred, target = shaped("..., ...", pred, target)
    return np.clip(pred - target, -delta, delta)


def smooth_l1(pred, target, *, beta=1.0):
    """An absolute error with a parabola for its kink, within `beta` of the target.

    Shapes: pred (n), target (n) -> (n).
    Source: Girshick 2015, arXiv:1504.08083.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    near = np.minimum(r, beta)
    # not near**2 / beta: with a tiny beta the square would underflow
    return 0.5 * near * (near / beta) + (r - near)


def smooth_l1_grad(pred, target, *, beta=1.0):
    """d smooth_l1 / d pred: the residual over `beta`, clipped to [-1, 1]."""
    pred, target = shaped("..., ...", pred, target)
    return np.clip(pred - target, -beta, beta) / beta


def log_cosh(pred, target):
    """The logarithm of the hyperbolic cosine of the residual.

    Shapes: pred (n), target (n) -> (n).
    Source: Saleh and Saleh 2022, arXiv:2208.04564.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    # cosh**2 = 1 / (1 - tanh**2): no cancellation near 0
    small = -0.5 * np.log1p(-(np.tanh(np.minimum(r, 1)) ** 2))
    # cosh = exp(r) (1 + exp(-2r)) / 2: no overflow far out
    large = r + np.log1p(0.5 * np.expm1(-2 * r))
    return np.where(r < 1, small, large)


def log_cosh_grad(pred, target):
    """d log_cosh / d pred."""
    pred, target = shaped("..., ...", pred, target)
    return np.tanh(pred - target)
