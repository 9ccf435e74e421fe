"""Survival losses."""

import math

import numpy as np

from kbgen.losses.survival import (
    cox_partial_likelihood,
    cox_partial_likelihood_grad,
    discrete_hazard,
    discrete_hazard_grad,
    weibull_nll,
)


def cox_partial_likelihood__batches():
    """Two batches of two, the second without events."""
    risk, time = np.zeros(4), np.array([1, 2, 3, 4])
    event = np.array([1, 1, 0, 0])
    first = cox_partial_likelihood_grad(risk[:2], time[:2], event[:2])
    second = cox_partial_likelihood_grad(risk[2:], time[2:], event[2:])
    wrong = np.append(first, second)
    right = cox_partial_likelihood_grad(risk, time, event)
    return wrong, right


def cox_partial_likelihood__shift():
    """A bias does nothing, a weight does."""
    h, time = np.array([1.0, 0.0, -1.0]), np.array([1, 2, 3])
    wrong = [cox_partial_likelihood(h + b, time, [1, 1, 0]).sum() for b in (0, 5)]
    right = [cox_partial_likelihood(w * h, time, [1, 1, 0]).sum() for w in (1, 5)]
    return wrong, right


def cox_partial_likelihood__ties():
    """Of 100, 30 fail in a month; at twice the hazard 51, for 0.7^2 = 0.49."""
    group = np.repeat([0, 1], 100)
    month = np.repeat([1, 2, 1, 2], [30, 70, 51, 49])
    truth = np.log(np.log(0.49) / np.log(0.70))
    h = np.arange(0, 1, 0.01)
    every = [cox_partial_likelihood(x * group, month, month == 1) for x in h]
    breslow = np.sum(every, axis=1)
    gone = np.arange(81)[:, None] / 81
    at_risk = 100 + 100 * np.exp(h) - gone * (30 + 51 * np.exp(h))
    efron = np.log(at_risk).sum(axis=0) - 51 * h
    wrong, right = ([h[np.argmin(loss)], truth] for loss in (breslow, efron))
    return wrong, right


def discrete_hazard__later():
    """The gradient for an event in the first of three intervals."""
    logits = np.zeros((1, 3))
    filled = np.array([[1, 0, 0]])
    wrong = (1 / (1 + np.exp(-logits)) - filled)[0]
    right = discrete_hazard_grad(logits, [0], [1])[0]
    return wrong, right


def discrete_hazard__marginal():
    """Hazards, and when the event comes."""
    logits = np.zeros((3, 3))
    wrong = 1 / (1 + np.exp(-logits[0]))
    right = np.exp(-discrete_hazard(logits, [0, 1, 2], [1, 1, 1]))
    return wrong, right


def discrete_hazard__zero_based():
    """An event in the first interval, filed under 1."""
    hazard = np.array([[0.2, 0.1]])
    logits = np.log(hazard / (1 - hazard))
    wrong = discrete_hazard(logits, [1], [1])
    right = discrete_hazard(logits, [0], [1])
    return wrong, right


def weibull_nll__censored():
    """The mean life of five machines, three of which still run."""
    time, event = np.array([2.0, 3, 5, 5, 5]), np.array([1, 1, 0, 0, 0])
    means, best = np.linspace(1, 20, 191), []
    for t, failed in ((time, event**0), (time[:2], event[:2]), (time, event)):
        one = np.ones_like(t)
        loss = [weibull_nll(m * one, one, t, failed).sum() for m in means]
        best.append(means[np.argmin(loss)])
    wrong, right = best[:2], best[2]
    return wrong, right


def weibull_nll__mean():
    """The mean life for the scale 1 and three shapes."""
    wrong = [1, 1, 1]
    right = [math.gamma(1 + 1 / k) for k in (0.5, 1, 2)]
    return wrong, right


def weibull_nll__order():
    """Scale first, then shape."""
    from torch.distributions import Weibull

    scale, shape = 2.0, 0.5
    wrong = Weibull(shape, scale).mean
    right = Weibull(scale, shape).mean
    return wrong, right
