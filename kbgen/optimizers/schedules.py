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
