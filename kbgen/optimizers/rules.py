"""Update rules: parameters and gradient in, parameters out.

What follows `grad` is kept by the caller between steps.
"""

import numpy as np


def gradient_descent(theta, grad, *, lr=0.1):
    """One step against the gradient of the whole training set.

    Source: Nocedal and Wright 2006, isbn:978-0-387-30303-1.
    """
    return theta - lr * grad


def sgd(theta, grad, *, lr=0.01):
    """The same step, with the mean gradient of a mini-batch in place of the full one.

    Source: Robbins and Monro 1951, doi:10.1214/aoms/1177729586.
    """
    return theta - lr * grad


def momentum(theta, grad, v=0.0, *, lr=0.01, mu=0.9):
    """Step along a sum of past gradients, each older one counting `mu` times less.

    Source: Polyak 1964, doi:10.1016/0041-5553(64)90137-5 (form of PyTorch and Optax).
    """
    v = mu * v + grad
    return theta - lr * v, v


def nesterov(theta, grad, v=0.0, *, lr=0.01, mu=0.9):
    """Momentum that steps as if the velocity had already been applied once more.

    Source: Nesterov 1983, Doklady AN SSSR 269; in the form of Bengio et al. 2012,
    arXiv:1212.0901.
    """
    v = mu * v + grad
    return theta - lr * (grad + mu * v), v


def adagrad(theta, grad, total=0.0, *, lr=0.01, eps=1e-10):
    """Divide each coordinate's step by the root of all its squared gradients so far.

    Source: Duchi, Hazan and Singer 2011, Journal of Machine Learning Research 12.
    """
    total = total + grad**2
    return theta - lr * grad / (np.sqrt(total) + eps), total


def rmsprop(theta, grad, v=0.0, *, lr=0.01, rho=0.99, eps=1e-8):
    """Divide each coordinate's step by a moving root mean square of its gradients.

    Source: Tieleman and Hinton 2012, lecture 6.5 of Neural Networks for Machine
    Learning.
    """
    v = rho * v + (1 - rho) * grad**2
    return theta - lr * grad / (np.sqrt(v) + eps), v


def adam(theta, grad, m=0.0, v=0.0, t=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Moving average of the gradient over the root of that of its square.

    Both averages are corrected for their start at zero.
    Source: Kingma and Ba 2015, arXiv:1412.6980.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, t


def adamw(
    theta,
    grad,
    m=0.0,
    v=0.0,
    t=0,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.01,
):
    """Adam, with the parameters shrunk directly instead of a penalty in the gradient.

    Source: Loshchilov and Hutter 2019, arXiv:1711.05101.
    """
    shrunk = (1 - lr * weight_decay) * theta
    return adam(shrunk, grad, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def signsgd(theta, grad, *, lr=0.001):
    """One step of equal length in every coordinate, down the sign of the gradient.

    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, arXiv:1802.04434.
    """
    return theta - lr * np.sign(grad)


def rprop(
    theta, grad, last=0.0, size=0.0, *, lr=0.001, down=0.5, up=1.2, low=1e-6, high=50.0
):
    """Steps that grow while a gradient keeps its sign and shrink where it turns.

    Source: Riedmiller and Braun 1993, doi:10.1109/ICNN.1993.298623.
    """
    size = np.where(size > 0, size, lr + 0 * grad)
    agree = np.sign(grad) * np.sign(last)
    shrunk = np.where(agree < 0, np.maximum(down * size, low), size)
    size = np.where(agree > 0, np.minimum(up * size, high), shrunk)
    last = np.where(agree < 0, 0 * grad, grad)  # after a turn this one waits
    return theta - size * np.sign(last), last, size
