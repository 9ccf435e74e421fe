"""Rules for the weights of one layer as a matrix: `theta` and `grad` have two axes."""

import numpy as np


def adafactor(
    theta,
    grad,
    rows=0.0,
    columns=0.0,
    t=0,
    *,
    lr=0.01,
    decay=0.8,
    eps1=1e-30,
    eps2=0.001,
    clip=1.0,
):
    """Adam without momentum that keeps two sums instead of a matrix of squares.

    Source: Shazeer and Stern 2018, arXiv:1804.04235.
    """
    t = t + 1
    beta2 = 1 - t**-decay
    square = grad**2 + eps1
    rows = beta2 * rows + (1 - beta2) * square.mean(axis=1)
    columns = beta2 * columns + (1 - beta2) * square.mean(axis=0)
    step = grad / np.sqrt(np.outer(rows / rows.mean(), columns))
    step = step / max(1.0, _rms(step) / clip)
    return theta - max(eps2, _rms(theta)) * min(lr, t**-0.5) * step, rows, columns, t


def _rms(array):
    """The root mean square of all numbers, as a plain float."""
    return float(np.sqrt(np.mean(array**2)))


def muon(theta, grad, v=0.0, *, lr=0.02, mu=0.95, eps=1e-7, steps=5, weight_decay=0.0):
    """Momentum with all its singular values brought near 1.

    Source: Jordan et al. 2024, Muon (blog post); Liu et al. 2025, arXiv:2502.16982.
    """
    v = mu * v + grad
    rate = lr * max(1.0, theta.shape[0] / theta.shape[1]) ** 0.5
    step = _orthogonalised(grad + mu * v, eps, steps)
    return (1 - lr * weight_decay) * theta - rate * step, v


def _orthogonalised(matrix, eps, steps):
    """Steps of an iteration of Newton and Schulz: U S V' becomes almost U V'."""
    x = matrix / (np.linalg.norm(matrix) + eps)
    for _ in range(steps):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x


def shampoo(theta, grad, left=0.0, right=0.0, *, lr=0.1, eps=1e-6):
    """Divide by the fourth roots of two matrices, for the rows and for the columns.

    Source: Gupta, Koren and Singer 2018, arXiv:1802.09568.
    """
    left = left + grad @ grad.T
    right = right + grad.T @ grad
    return theta - lr * _power(left, eps) @ grad @ _power(right, eps), left, right


def _power(matrix, eps, exponent=-0.25):
    """A power of a symmetric matrix with `eps` added along its diagonal."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * (np.maximum(values, 0) + eps) ** exponent @ vectors.T


def soap(
    theta,
    grad,
    m=0.0,
    v=0.0,
    left=0.0,
    right=0.0,
    u=0.0,
    w=0.0,
    t=0,
    *,
    lr=0.003,
    beta1=0.95,
    beta2=0.95,
    eps=1e-8,
    refresh=10,
    weight_decay=0.0,
):
    """Adam between two rotations: to the axes of Shampoo's matrices, and back.

    Source: Vyas et al. 2025, arXiv:2409.11321 (there the first gradient only sets the
    axes, and these are renewed by one power iteration each time).
    """
    left = beta2 * left + (1 - beta2) * grad @ grad.T
    right = beta2 * right + (1 - beta2) * grad.T @ grad
    if t % refresh == 0:
        u, w = np.linalg.eigh(left)[1], np.linalg.eigh(right)[1]
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (u.T @ grad @ w) ** 2
    m_hat, v_hat = u.T @ m @ w / (1 - beta1**t), v / (1 - beta2**t)
    step = u @ (m_hat / (np.sqrt(v_hat) + eps)) @ w.T
    return (1 - lr * weight_decay) * theta - lr * step, m, v, left, right, u, w, t
