"""Losses for probabilistic forecasts."""

import numpy as np

from kbgen.losses.probabilistic import (
    brier_score,
    gaussian_nll,
    gaussian_nll_grad,
    poisson_nll,
    poisson_nll_grad,
)


def brier_score__rare():
    """A forecast without any skill, and one that denies the event."""
    happened = np.arange(100) == 0
    baseline = brier_score(happened.mean(), happened).mean()
    wrong = np.array([brier_score(p, happened).mean() for p in (0.01, 0)])
    right = 1 - wrong / baseline
    return wrong, right


def brier_score__scales():
    """All forecasts are certain and wrong, for two classes and for three."""
    from sklearn.metrics import brier_score_loss

    two, three = ([0, 1], np.eye(2)[[1, 0]]), ([0, 1, 2], np.eye(3)[[1, 2, 0]])
    wrong = brier_score_loss(*two), brier_score_loss(*three)
    right = [brier_score_loss(*x, scale_by_half=True) for x in (two, three)]
    return wrong, right


def brier_score__calibration():
    """Equal scores, and how far the high forecast is from what happens then."""
    happened = np.array([1, 1, 1, 1, 0, 1, 0, 0, 0, 0])
    honest = np.repeat([0.8, 0.2], 5)
    timid = np.where(happened, 0.6, 0.4)
    wrong = [brier_score(p, happened).mean() for p in (honest, timid)]
    right = [happened[p > 0.5].mean() - p.max() for p in (honest, timid)]
    return wrong, right


def gaussian_nll__variance():
    """The third argument is a variance."""
    import torch
    from torch.nn.functional import gaussian_nll_loss

    mean, target, sigma = torch.tensor([[1.0], [0.0], [2.0]])
    wrong = gaussian_nll_loss(mean, target, sigma)
    right = gaussian_nll_loss(mean, target, sigma**2)
    return wrong, right


def gaussian_nll__unit():
    """A density has a unit."""
    metres = gaussian_nll(5.0, 5.0, 0.01)
    millimetres = gaussian_nll(5000.0, 5000.0, 0.01 * 1000**2)
    wrong = metres, millimetres
    right = metres, millimetres - np.log(1000)
    return wrong, right


def gaussian_nll__hard_points():
    """An easy point and one that was declared noisy."""
    mean, target = np.array([0.1, 10.0]), np.array([0.0, 0.0])
    var = np.array([0.01, 100.0])
    wrong, _ = gaussian_nll_grad(mean, target, var)
    beta = 0.5
    right = var**beta * wrong
    return wrong, right


def gaussian_nll__floor():
    """A memorised sample, with less and less variance."""
    raw = np.array([0, -10, -100])
    softplus = np.log1p(np.exp(raw))
    wrong = gaussian_nll(1.0, 1.0, softplus)
    right = gaussian_nll(1.0, 1.0, softplus + 0.01)
    return wrong, right


def poisson_nll__log_rate():
    """PyTorch takes the log rate, Keras the rate."""
    import torch
    from keras.losses import poisson

    output, count = np.array([2.0]), np.array([3.0])
    loss = torch.nn.PoissonNLLLoss()
    in_torch = loss(torch.tensor(output), torch.tensor(count))
    wrong = in_torch, poisson(count, output)
    right = in_torch, poisson(count, np.exp(output))
    return wrong, right


def poisson_nll__negative():
    """Two data sets, each forecast a third too low."""
    counts, rates = np.array([3, 30]), np.array([2, 20])
    wrong = poisson_nll(np.log(rates), counts)
    best = poisson_nll(np.log(counts), counts)
    right = 2 * (wrong - best)
    return wrong, right


def poisson_nll__exploding():
    """The rate after one step of the bias, from 0 or from the log mean."""
    counts = np.array([801, 1001, 1201])
    rates = []
    for bias in 0, np.log(counts.mean()):
        gradient = poisson_nll_grad(bias, counts).mean()
        rates.append(np.exp(bias - 0.02 * gradient))
    wrong, right = rates
    return wrong, right
