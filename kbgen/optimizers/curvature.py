"""Rules that use how the gradient changes, measured or guessed from past steps."""

import numpy as np


def newton_method(theta, grad, hessian, *, lr=1.0, damping=0.0):
    """Go to where the quadratic with this gradient and this Hessian is level.

    Source: Nocedal and Wright 2006, isbn:978-0-387-30303-1.
    """
    flat = hessian + damping * np.eye(theta.size, dtype=theta.dtype)
    return theta - lr * np.linalg.solve(flat, grad)


def lbfgs(theta, grad, last=None, pairs=(), *, lr=1.0, memory=10):
    """Newton's direction, guessed from the latest changes of place and gradient.

    Source: Liu and Nocedal 1989, doi:10.1007/BF01589116 (here without line search).
    """
    if last is None:
        short = lr * min(1.0, 1 / max(1.0, float(np.abs(grad).sum())))
        return theta - short * grad, (theta, grad), pairs
    s, y = theta - last[0], grad - last[1]
    if s @ y > 1e-10:  # curvature seen along the last step: keep the pair
        pairs = (*pairs, (s, y))[-memory:]
    return theta - lr * _two_loops(grad, pairs), (theta, grad), pairs


def _two_loops(grad, pairs):
    """The guessed inverse Hessian times the gradient; nothing is ever inverted."""
    q, shares = grad, []
    for s, y in reversed(pairs):
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    if pairs:
        s, y = pairs[-1]
        q = q * ((s @ y) / (y @ y))
    for s, y in pairs:
        q = q + s * (shares.pop() - (y @ q) / (s @ y))
    return q


def sophia(
    theta,
    grad,
    curvature,
    m=0.0,
    h=0.0,
    *,
    lr=0.01,
    beta1=0.965,
    beta2=0.99,
    gamma=0.01,
    eps=1e-12,
    weight_decay=0.0,
):
    """Momentum over a running curvature, cut at 1 in every coordinate.

    `curvature` estimates the diagonal of the Hessian; None where not measured.
    Source: Liu, Li, Hall, Liang and Ma 2023, arXiv:2305.14342.
    """
    m = beta1 * m + (1 - beta1) * grad
    if curvature is not None:
        h = beta2 * h + (1 - beta2) * curvature
    step = np.clip(m / np.maximum(gamma * h, eps), -1, 1)
    return (1 - lr * weight_decay) * theta - lr * step, m, h


def kfac(
    theta,
    grad,
    inputs,
    slopes,
    a=0.0,
    s=0.0,
    t=0,
    *,
    lr=0.1,
    damping=0.001,
    memory=0.95,
):
    """Solve with two small matrices in place of the Fisher information of a layer.

    `inputs` and `slopes` have a row for every example: what went into the layer, and
    the gradient of a log-likelihood at what came out, for labels drawn from the model.
    Source: Martens and Grosse 2015, arXiv:1503.05671 (without momentum and rescaling).
    """
    t, floor = t + 1, damping**0.5
    keep = min(1 - 1 / t, memory)
    a = keep * a + (1 - keep) * inputs.T @ inputs / len(inputs)
    s = keep * s + (1 - keep) * slopes.T @ slopes / len(slopes)
    half = np.linalg.solve(s + floor * np.eye(len(s), dtype=s.dtype), grad)
    step = np.linalg.solve(a + floor * np.eye(len(a), dtype=a.dtype), half.T).T
    return theta - lr * step, a, s, t
