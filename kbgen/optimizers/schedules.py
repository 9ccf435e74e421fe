"""Learning-rate schedules: the number of a step in, the rate of that step out.

Steps count from 0; an array of them gives an array of rates.
"""

import numpy as np


def step_decay(step, *, lr=0.1, gamma=0.1, step_size=30):
    """Level for `step_size` steps, then multiplied by `gamma`, again and again.

    Source: He, Zhang, Ren and Sun 2016, arXiv:1512.03385 (divided by 10 at set times).
    """
    return lr * gamma ** np.floor_divide(step, step_size)


def cosine_annealing(step, *, lr=0.1, lr_min=0.0, total=100):
    """Half a cosine from `lr` down to `lr_min` in `total` steps, then level.

    Source: Loshchilov and Hutter 2017, arXiv:1608.03983.
    """
    progress = np.minimum(step, total) / total
    return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * progress))


def one_cycle(step, *, lr=0.1, total=100, rise=0.3, div=25.0, final_div=1e4):
    """Up from `lr/div` to `lr`, then down to `lr/(div*final_div)`, along cosines.

    `rise` is the fraction of the steps that goes up.

    Source: Smith and Topin 2018, arXiv:1708.07120 (there along straight lines).
    """
    # 0 to 1 going up, 1 to 2 going down
    phase = np.interp(step, [0, rise * total, total], [0, 1, 2])
    floor = np.where(phase < 1, lr / div, lr / (div * final_div))
    return floor + 0.5 * (lr - floor) * (1 - np.cos(np.pi * phase))


def lr_warmup(step, *, lr=0.1, warmup=10):
    """A straight line up to `lr` in `warmup` steps, level from there on.

    The first step is not lost to a rate of 0.
    Source: Goyal et al. 2017, arXiv:1706.02677.
    """
    return lr * np.minimum(1.0, (np.asarray(step) + 1) / warmup)


def constant_lr(step, *, lr=0.1):
    """The same rate at every step.

    Source: Robbins and Monro 1951, doi:10.1214/aoms/1177729586 (who let it fall).
    """
    return lr + 0.0 * np.asarray(step)


def multi_step_decay(step, milestones=(30, 60, 90), *, lr=0.1, gamma=0.1):
    """Multiplied by `gamma` at each of the steps in `milestones`.

    Source: He, Zhang, Ren and Sun 2016, arXiv:1512.03385.
    """
    passed = np.searchsorted(np.asarray(milestones), step, side="right")
    return lr * gamma**passed


def exponential_decay(step, *, lr=0.1, gamma=0.97):
    """Multiplied by `gamma` at every step.

    Source: Goodfellow, Bengio and Courville 2016, isbn:978-0-262-03561-3.
    """
    return lr * gamma ** np.asarray(step)


def inverse_time_decay(step, *, lr=0.1, gamma=1.0, scale=10):
    """Divided by a number that grows in proportion to the steps.

    Source: Robbins and Monro 1951, doi:10.1214/aoms/1177729586.
    """
    return lr / (1 + gamma * np.asarray(step) / scale)


def polynomial_decay(step, *, lr=0.1, lr_min=0.0, total=100, power=1.0):
    """From `lr` to `lr_min` in `total` steps along a power of what is left of them.

    Source: Chen et al. 2018, arXiv:1606.00915 (with power 0.9).
    """
    left = 1 - np.minimum(step, total) / total
    return lr_min + (lr - lr_min) * left**power


def cosine_warm_restarts(step, *, lr=0.1, lr_min=0.0, first=30, mult=2):
    """Half a cosine again and again, each `mult` times as long as the one before.

    Source: Loshchilov and Hutter 2017, arXiv:1608.03983.
    """
    start, length = np.zeros_like(step), np.full_like(step, first)
    while np.any(over := step >= start + length):
        start = np.where(over, start + length, start)
        length = np.where(over, length * mult, length)
    return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * (step - start) / length))


def cyclic_lr(step, *, lr=0.1, lr_min=0.0, half=20):
    """Up in a straight line for `half` steps, down for as many, again and again.

    Source: Smith 2017, arXiv:1506.01186.
    """
    height = 1 - np.abs(np.asarray(step) / half % 2 - 1)
    return lr_min + (lr - lr_min) * height


def inverse_sqrt(step, *, lr=0.1, warmup=20):
    """A straight line up to `lr` in `warmup` steps, then down with the step's root.

    Source: Vaswani et al. 2017, arXiv:1706.03762.
    """
    count = np.asarray(step) + 1
    return lr * np.minimum(count / warmup, (warmup / count) ** 0.5)


def wsd(step, *, lr=0.1, warmup=10, decay=30, total=100):
    """Up in `warmup` steps, level for long, and down in the last `decay` of `total`.

    Source: Hu et al. 2024, arXiv:2404.06395 (here with straight lines).
    """
    left = np.maximum(total - np.asarray(step), 0) / decay
    return lr * np.minimum(np.minimum((np.asarray(step) + 1) / warmup, left), 1)


def reduce_on_plateau(
    losses, *, lr=0.1, gamma=0.1, patience=10, threshold=1e-4, lr_min=0.0
):
    """The rate after each loss: lowered when more than `patience` brought no progress.

    Progress is a loss below the best so far by the share `threshold` of it.
    Source: PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau.
    """
    rates, best, waited = [], np.inf, 0
    for loss in losses:
        better = loss < best * (1 - threshold)
        best, waited = (loss, 0) if better else (best, waited + 1)
        if waited > patience:
            lr, waited = max(gamma * lr, lr_min), 0
        rates.append(lr)
    return np.array(rates)


def _halved(step):
    """An example of a factor: half of it is gone every 30 steps."""
    return 0.5 ** (np.asarray(step) / 30)


def lambda_lr(step, factor=_halved, *, lr=0.1):
    """The initial rate times whatever `factor` makes of the number of the step.

    Source: PyTorch, torch.optim.lr_scheduler.LambdaLR.
    """
    return lr * factor(step)
