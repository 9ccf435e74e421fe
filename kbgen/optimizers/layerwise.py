"""Rules that look at a layer as a whole: `theta` and `grad` are all its parameters."""

import numpy as np

from kbgen.optimizers.rules import adam


def _ratio(theta, step, decay=0.0, trust=1.0):
    """`trust` times the length of the parameters over that of the step.

    With `decay`, that share of the parameters counts as part of the step. Where either
    has no length it is 1, so that parameters at zero can move.
    """
    size = np.linalg.norm(theta)
    length = np.linalg.norm(step) + decay * size
    return trust * size / length if size > 0 and length > 0 else 1.0


def lars(theta, grad, v=0.0, *, lr=0.1, mu=0.9, trust=0.001, weight_decay=0.0):
    """Momentum whose gradients are scaled to the share `trust` of the layer's length.

    Source: You, Gitman and Ginsburg 2017, arXiv:1708.03888.
    """
    rate = lr * _ratio(theta, grad, weight_decay, trust)
    v = mu * v + rate * (grad + weight_decay * theta)
    return theta - v, v


def lamb(
    theta,
    grad,
    m=0.0,
    v=0.0,
    t=0,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    eps=1e-6,
    weight_decay=0.0,
):
    """The step of Adam, stretched to the length of the layer's parameters.

    Source: You et al. 2020, arXiv:1904.00962.
    """
    minus, m, v, t = adam(0.0, grad, m, v, t, lr=1.0, beta1=beta1, beta2=beta2, eps=eps)
    step = weight_decay * theta - minus
    return theta - lr * _ratio(theta, step) * step, m, v, t


def novograd(
    theta,
    grad,
    m=0.0,
    v=0.0,
    t=0,
    *,
    lr=0.01,
    beta1=0.9,
    beta2=0.25,
    eps=1e-6,
    weight_decay=0.0,
):
    """Momentum of gradients, each divided by the moving length of the layer's own.

    Source: Ginsburg et al. 2019, arXiv:1905.11286.
    """
    square = np.sum(grad**2)
    v = square if t == 0 else beta2 * v + (1 - beta2) * square
    m = beta1 * m + grad / (np.sqrt(v) + eps) + weight_decay * theta
    return theta - lr * m, m, v, t + 1
