"""Rules from online learning: they keep sums over all gradients, and where it began."""

import numpy as np


def ftrl(theta, grad, z=0.0, n=0.0, t=0, *, lr=0.1, beta=1.0, l1=0.0, l2=0.0):
    """Build the parameters anew from a sum over all gradients, with a threshold `l1`.

    Source: McMahan et al. 2013, doi:10.1145/2487575.2488200 (there from 0; here `z`
    begins with what keeps `theta` where it stands).
    """
    z = -beta * theta / lr if t == 0 else z
    more = n + grad**2
    z = z + grad - (more**0.5 - n**0.5) / lr * theta
    theta = (np.clip(z, -l1, l1) - z) / ((beta + more**0.5) / lr + l2)
    return theta, z, more, t + 1


def prodigy(
    theta,
    grad,
    m=0.0,
    v=0.0,
    s=0.0,
    start=0.0,
    r=0.0,
    d=0.0,
    t=0,
    *,
    lr=1.0,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    d0=1e-6,
    coef=1.0,
    weight_decay=0.0,
):
    """Adam at the rate `d`, a guess from below of how far the goal is from the start.

    Source: Mishchenko and Defazio 2024, arXiv:2306.06101 (with the correction of the
    bias, as in Optax).
    """
    start, d, t = (theta, d0, 1) if t == 0 else (start, d, t + 1)
    rate = lr * d * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    m = beta1 * m + (1 - beta1) * d * grad
    v = beta2 * v + (1 - beta2) * (d * grad) ** 2
    r = beta2**0.5 * r + rate * d * float(np.sum(grad * (start - theta)))
    s = beta2**0.5 * s + rate * d * grad
    total = float(np.sum(np.abs(s)))
    d = max(d, coef * r / total) if total > 0 else d
    step = m / (np.sqrt(v) + d * eps) + weight_decay * theta
    return theta - rate * step, m, v, s, start, r, d, t
