"""Several tasks in one objective."""

import numpy as np

from kbgen.losses.multi_task import (
    dynamic_weight_average_grad,
    uncertainty_weighting,
    uncertainty_weighting_grad,
    weighted_sum,
    weighted_sum_grad,
)
from kbgen.losses.regression import squared_error
from kbgen.optimizers.rules import adam, sgd


def dynamic_weight_average__size():
    """Shares in the total of a loss in metres and one in millimetres."""
    first, before = np.array([2.0, 3000.0]), np.array([1.0, 1200.0])
    last, shares = np.array([0.8, 900.0]), []
    for unit in (np.ones(2), first):
        now = last / unit
        weight = dynamic_weight_average_grad(now[None], now, before / unit)[0]
        shares.append(weight * now / np.sum(weight * now))
    wrong, right = shares
    return wrong, right


def dynamic_weight_average__batches():
    """How far the first weight sways over 200 epochs of 100 noisy batches."""
    losses = np.random.default_rng(0).exponential(size=(201, 100, 2))
    none, sways = np.zeros((1, 2)), []
    for seen in (losses[:, 0], losses.mean(axis=1)):
        pairs = zip(seen[1:], seen[:-1], strict=True)
        weights = [dynamic_weight_average_grad(none, *pair)[0, 0] for pair in pairs]
        sways.append(np.std(weights))
    wrong, right = sways
    return wrong, right


def dynamic_weight_average__tiny():
    """Weights where the first task is finished and its loss is noise."""
    now, last, before = (
        np.zeros((1, 2)),
        np.array([1e-6, 0.5]),
        np.array([1e-7, 0.5]),
    )
    wrong = dynamic_weight_average_grad(now, last, before)[0]
    right = dynamic_weight_average_grad(now, last + 1e-3, before + 1e-3)[0]
    return wrong, right


def uncertainty_weighting__negative():
    """The total at the best variance, without and with the price of variance."""
    wrong, right = [], []
    for loss in (1.0, 0.4, 0.3):
        task, best = np.array([[loss]]), np.log([loss])
        wrong.append(weighted_sum(task, np.exp(-best) / 2).item())
        right.append(uncertainty_weighting(task, best).item())
    return wrong, right


def uncertainty_weighting__late():
    """The loss of one task, every fifth step."""
    runs = []
    for power in (0, 1):
        theta, s, losses = np.array([[1.0]]), np.zeros(1), []
        for step in range(1, 21):
            rate, loss = 0.5 / step**power, theta**2
            d_loss, d_s = uncertainty_weighting_grad(loss, s)
            theta, s = theta - rate * d_loss * 2 * theta, s - rate * d_s
            losses.append(loss.item())
        runs.append(losses[4::5])
    wrong, right = runs
    return wrong, right


def uncertainty_weighting__decay():
    """The weight of a task whose loss is 0.01."""
    losses, decay = np.full((1, 4), 0.01), np.array([0.1, 1.0, 10.0, 0.0])
    s = np.zeros(4)
    for _ in range(2000):
        s = s - 0.05 * (uncertainty_weighting_grad(losses, s)[1] + decay * s)
    weight = np.exp(-s) / 2
    wrong, right = weight[:3], weight[3]
    return wrong, right


def weighted_sum__learnt():
    """Two tasks, of which the second is the easier one."""
    losses = np.array([[2.0, 0.5]])
    free, score, log_var = np.ones(2), np.zeros(2), np.zeros(2)
    for _ in range(500):
        share = np.exp(score) / np.exp(score).sum()
        slope = weighted_sum_grad(losses, share)[1]
        free = free - 0.1 * weighted_sum_grad(losses, free)[1]
        score = score - 0.1 * share * (slope - share @ slope)
        log_var = log_var - 0.1 * uncertainty_weighting_grad(losses, log_var)[1]
    wrong = [*free, *share]
    right = np.exp(-log_var) / 2
    return wrong, right


def weighted_sum__reduction():
    """What each of two losses contributes to the total."""
    depth, edges = squared_error(np.full((2, 784), [[0.1], [0.2]]), 0)
    mixed = np.array([depth.sum(), edges.mean()])
    alike = np.array([depth.mean(), edges.mean()])
    wrong = mixed / weighted_sum(mixed[None], np.ones(2))
    right = alike / weighted_sum(alike[None], np.ones(2))
    return wrong, right


def weighted_sum__common_factor():
    """Steps of SGD and of Adam, with weights and with ten times the weights."""
    slopes = np.array([2.0, 1.0])
    weights = np.array([[1.0, 3.0], [10.0, 30.0]])
    shares = weights / weights.sum(axis=1, keepdims=True)
    wrong = [*-sgd(0, weights @ slopes), *-adam(0, weights @ slopes)[0]]
    right = [*-sgd(0, shares @ slopes), *-adam(0, shares @ slopes)[0]]
    return wrong, right
