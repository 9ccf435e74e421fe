"""Divergences."""

import numpy as np

from kbgen.losses.divergence import js_divergence, kl_divergence


def js_divergence__square_root():
    """SciPy returns the square root."""
    divergence = js_divergence([[0, 1]], [[1, 0]])
    wrong = np.sqrt(divergence)  # scipy.spatial.distance.jensenshannon
    right = divergence
    return wrong, right


def js_divergence__base():
    """The ceiling depends on the base."""
    nats = js_divergence([[0, 1]], [[1, 0]])
    bits = nats / np.log(2)
    wrong = np.hstack([nats, bits])  # the same pair, reported by two papers
    right = np.hstack([nats, bits * np.log(2)])
    return wrong, right


def js_divergence__gan():
    """The best discriminator turns the minimax objective into this."""
    data, made = np.array([[0.5, 0.5]]), np.array([[0.9, 0.1]])
    real = data / (data + made)  # the best discriminator
    objective = np.sum(data * np.log(real) + made * np.log(1 - real))
    excess = objective + np.log(4)  # over the least value there is
    wrong = np.hstack([excess, kl_divergence(made, data)])
    right = np.hstack([excess, 2 * js_divergence(made, data)])
    return wrong, right


def kl_divergence__order():
    """Keras takes the target first."""
    import keras

    p, q = np.array([0.5, 0.5]), np.array([0.99, 0.01])
    wrong = keras.losses.kl_divergence(q, p)
    right = keras.losses.kl_divergence(p, q)
    return wrong, right


def kl_divergence__batchmean():
    """The default mean of PyTorch, and a forgotten logarithm."""
    import warnings

    import torch
    from torch.nn.functional import kl_div

    p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.99, 0.01]])
    with warnings.catch_warnings(action="ignore"):
        default = kl_div(q.log(), p)
    wrong = torch.stack([default, kl_div(q, p, reduction="batchmean")])
    right = kl_div(q.log(), p, reduction="batchmean")
    return wrong, right


def kl_divergence__direction():
    """One direction covers both peaks, the other sits on one."""
    x = np.linspace(-10, 10, 201)
    peaks = 0.6 * np.exp(-((x + 4) ** 2)) + 0.4 * np.exp(-((x - 4) ** 2))
    tries = np.array([[m, s] for m in range(-4, 5) for s in range(1, 9)])
    hills = np.exp(-(((x - tries[:, :1]) / tries[:, 1:]) ** 2))
    hills /= hills.sum(axis=1, keepdims=True)
    same = np.tile(peaks / peaks.sum(), (len(tries), 1))
    wrong = tries[kl_divergence(same, hills).argmin()]  # KL(hill || peaks)
    right = tries[kl_divergence(hills, same).argmin()]  # KL(peaks || hill)
    return wrong, right
