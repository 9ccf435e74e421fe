"""Probabilistic forecasts: the prediction is a distribution or a probability."""

import numpy as np

from kbgen.losses.shapes import shaped


def poisson_nll(log_rate, target):
    """The surprise of a count, given the log rate of a Poisson distribution.

    The constant log(target!) is left out.
    Shapes: log_rate (n), target (n) -> (n).
    Source: Cameron and Trivedi 2013, doi:10.1017/CBO9781139013567.
    """
    log_rate, target = shaped("..., ...", log_rate, target)
    return np.exp(log_rate) - target * log_rate


def poisson_nll_grad(log_rate, target):
    """d poisson_nll / d log_rate: the rate minus the count."""
    log_rate, target = shaped("..., ...", log_rate, target)
    return np.exp(log_rate) - target


def gaussian_nll(mean, target, var):
    """The surprise of a value, given the mean and variance of a normal distribution.

    The constant log(2 pi) / 2 is left out.
    Shapes: mean (n), target (n), var (n) -> (n).
    Source: Nix and Weigend 1994, doi:10.1109/ICNN.1994.374138.
    """
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    # squared after the division: the square of the residual might overflow
    z = (mean - target) / np.sqrt(var)
    return 0.5 * (np.log(var) + z**2)


def gaussian_nll_grad(mean, target, var):
    """d gaussian_nll / d mean and / d var."""
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    sigma = np.sqrt(var)
    z = (mean - target) / sigma
    return z / sigma, 0.5 * (1 - z**2) / var


def brier_score(prob, target):
    """The squared difference between a probability and the outcome: 1 or 0.

    Shapes: prob (n), target (n) -> (n).
    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    prob, target = shaped("..., ...", prob, target)
    return (prob - target) ** 2


def brier_score_grad(prob, target):
    """d brier_score / d prob."""
    prob, target = shaped("..., ...", prob, target)
    return 2 * (prob - target)
