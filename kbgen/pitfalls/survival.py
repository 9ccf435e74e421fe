"""Survival losses."""

import numpy as np

from kbgen.losses.survival import (
    cox_partial_likelihood,
    cox_partial_likelihood_grad,
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
    wrong = [
        cox_partial_likelihood(h + b, time, [1, 1, 0]).sum() for b in (0, 5)
    ]
    right = [
        cox_partial_likelihood(w * h, time, [1, 1, 0]).sum() for w in (1, 5)
    ]
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
