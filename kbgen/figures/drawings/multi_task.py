"""Several tasks in one objective: their losses over the epochs, and the weights that follow."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import names, say
from kbgen.figures.style import COLOURS, DASHES, FG, panels
from kbgen.losses import multi_task

weights_of: Callable[..., Any] = multi_task.dynamic_weight_average_grad


def dynamic_weight_average() -> Figure:
    """Three losses that fall at different times, and their weights at two temperatures."""
    t = np.arange(41.0)
    losses = np.stack([0.1 + 0.9 * np.exp(-t / 5), np.exp(-t / 35), 0.15 + 0.85 / (1 + np.exp((t - 24) / 3))], axis=1)
    figure, (left, right) = panels(2, width=7.0, height=2.8, gap=1.0)
    for temperature, width in ((2.0, 2.2), (0.5, 1.0)):
        weights = [weights_of(np.ones((1, 3)), a, b, temperature=temperature)[0] for b, a in pairwise(losses)]
        for i, values in enumerate(np.transpose(weights)):
            right.plot(t[2:], values[:-1], color=COLOURS[i], linestyle=DASHES[i], linewidth=width)
    for i, (values, x, y) in enumerate(zip(losses.T, (6.5, 37, 23.5), (0.2, 0.46, 0.86), strict=True)):
        left.plot(t, values, color=COLOURS[i], linestyle=DASHES[i])
        say(left, f"L{'₁₂₃'[i]}", x, y, COLOURS[i])
    left.set(xlim=(0, 40), ylim=(0, 1.05))
    names(left, "t", "L")
    right.axhline(1, color=FG, linewidth=0.8, zorder=1.5)
    right.set(xlim=(2, 40), ylim=(0.7, 1.3), xticks=[2, 10, 20, 30, 40], yticks=[0.8, 1, 1.2])
    names(right, "t", "w")
    return figure
