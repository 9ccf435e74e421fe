"""Relatives of Adam: a scale for every coordinate, made from its gradients."""

import numpy as np


def adadelta(theta, grad, v=0.0, u=0.0, *, lr=1.0, rho=0.9, eps=1e-6):
    """Divide by the size of past gradients, multiply by the size of past steps.

    Source: Zeiler 2012, arXiv:1212.5701 (there without `lr`).
    """
    v = rho * v + (1 - rho) * grad**2
    step = np.sqrt((u + eps) / (v + eps)) * grad
    u = rho * u + (1 - rho) * step**2
    return theta - lr * step, v, u


def adamax(
    theta, grad, m=0.0, u=0.0, t=0, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8
):
    """Adam that divides by the largest gradient so far, slowly forgotten.

    Source: Kingma and Ba 2015, arXiv:1412.6980, section 7.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad) + eps)
    return theta - lr / (1 - beta1**t) * m / u, m, u, t


def nadam(
    theta,
    grad,
    m=0.0,
    v=0.0,
    t=0,
    *,
    lr=0.002,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    psi=0.004,
):
    """Adam with the look ahead of Nesterov; its `beta1` is warmed up.

    Source: Dozat 2016, Incorporating Nesterov Momentum into Adam.
    """
    t = t + 1
    mu = [beta1 * (1 - 0.5 * 0.96 ** (i * psi)) for i in range(1, t + 2)]
    now, ahead = (1 - float(np.prod(mu[:end])) for end in (t, t + 1))
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = mu[t] * m / ahead + (1 - mu[t - 1]) * grad / now
    return theta - lr * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


def amsgrad(
    theta,
    grad,
    m=0.0,
    v=0.0,
    top=0.0,
    t=0,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
):
    """Adam that divides by the largest `v` so far: a scale never shrinks again.

    Source: Reddi, Kale and Kumar 2018, arXiv:1904.09237 (form of PyTorch).
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    top = np.maximum(top, v)
    m_hat, v_hat = m / (1 - beta1**t), top / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, top, t


def radam(
    theta, grad, m=0.0, v=0.0, t=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8
):
    """Adam, held back as long as its scale rests on few gradients.

    Source: Liu et al. 2020, arXiv:1908.03265 (adaptive from 5 on, as in PyTorch).
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    most = 2 / (1 - beta2) - 1
    rho = most - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 5:
        return theta - lr * m_hat, m, v, t
    r = ((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)) ** 0.5
    return theta - lr * r * m_hat / (np.sqrt(v_hat) + eps), m, v, t


def lion(theta, grad, m=0.0, *, lr=0.001, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """The sign of a blend of momentum and gradient: every step is as long as any other.

    Source: Chen et al. 2023, arXiv:2302.06675.
    """
    step = np.sign(beta1 * m + (1 - beta1) * grad)
    m = beta2 * m + (1 - beta2) * grad
    return theta - lr * (step + weight_decay * theta), m


def adabelief(
    theta, grad, m=0.0, s=0.0, t=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-16
):
    """Adam that divides by how far gradients stray from their average.

    Source: Zhuang et al. 2020, arXiv:2010.07468.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * (grad - m) ** 2 + eps
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(s_hat) + eps), m, s, t


def yogi(theta, grad, m=0.0, v=0.0, t=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-3):
    """Adam whose scale changes by no more than the present gradient in one step.

    Source: Zaheer et al. 2018, Adaptive Methods for Nonconvex Optimization.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = v - (1 - beta2) * np.sign(v - grad**2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t


def ademamix(
    theta,
    grad,
    m=0.0,
    slow=0.0,
    v=0.0,
    t=0,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    beta3=0.9999,
    alpha=5.0,
    eps=1e-8,
    weight_decay=0.0,
):
    """AdamW with a second average of the gradient that reaches back very far.

    Source: Pagliardini, Ablin and Grangier 2024, arXiv:2409.03137.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    slow = beta3 * slow + (1 - beta3) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = (m_hat + alpha * slow) / (np.sqrt(v_hat) + eps) + weight_decay * theta
    return theta - lr * step, m, slow, v, t


def adan(
    theta,
    grad,
    m=0.0,
    d=0.0,
    n=0.0,
    last=0.0,
    t=0,
    *,
    lr=0.001,
    beta1=0.98,
    beta2=0.92,
    beta3=0.99,
    eps=1e-8,
    weight_decay=0.0,
):
    """Adam that looks ahead: averages of the gradient and of how it changes.

    Source: Xie et al. 2022, arXiv:2208.06677.
    """
    change = grad - last if t else 0 * grad
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    d = beta2 * d + (1 - beta2) * change
    n = beta3 * n + (1 - beta3) * (grad + beta2 * change) ** 2
    ahead = m / (1 - beta1**t) + beta2 * d / (1 - beta2**t)
    step = lr * ahead / (np.sqrt(n / (1 - beta3**t)) + eps)
    return (theta - step) / (1 + lr * weight_decay), m, d, n, grad, t


def sparse_adam(
    theta, grad, m=0.0, v=0.0, t=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8
):
    """Adam for those coordinates alone whose gradient is not zero.

    Source: Kingma and Ba 2015, arXiv:1412.6980 (Adam); the rule by torch.optim.
    """
    t, seen = t + 1, grad != 0
    m = np.where(seen, beta1 * m + (1 - beta1) * grad, m)
    v = np.where(seen, beta2 * v + (1 - beta2) * grad**2, v)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta - np.where(seen, step, 0), m, v, t
