"""Weights that become exactly zero, a rate that finds itself, and noise that pushes off a saddle."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._shared import Array, bare, contours, decades, field, names, say, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.landscapes import HEIGHT, LEVELS, LIMITS, MINIMA, RAVINE, SADDLE, SLOPE, walk

RULES = registry.optimizers()


def _lasso() -> tuple[Array, Array]:
    """Examples of eight inputs, and targets that depend on the first two."""
    rng = np.random.default_rng(0)
    examples = rng.normal(size=(400, 8))
    return examples, examples[:, 0] - 0.6 * examples[:, 1] + 0.5 * rng.normal(size=400)


def _weights(rule: str, penalty: float, **constants: float) -> Array:
    """The weights after every example, with a penalty on their absolute values in the gradient."""
    every = zip(*_lasso(), strict=True)

    def slope(weights: Array) -> Array:
        example, target = next(every)
        return np.asarray((example @ weights - target) * example + penalty * np.sign(weights))

    return walk(RULES[rule], slope, np.zeros(8), 400, **constants)


def ftrl() -> Figure:
    """Eight weights over 400 examples, of which two matter."""
    figure, both = panels(2, gap=0.75)
    paths = {"SGD": _weights("sgd", 0.05, lr=0.02), "FTRL": _weights("ftrl", 0, lr=0.2, l1=25)}
    for axes, (name, path) in zip(both, paths.items(), strict=True):
        for i in (*range(2, 8), 0, 1):
            style: dict[str, Any] = {"color": COLOURS[min(i, 2)], "linestyle": DASHES[i] if i < 2 else "-"}
            axes.plot(path[:, i], linewidth=2.2 if i < 2 else 0.9, **style)
        axes.set(xlim=(0, 400), ylim=(-0.8, 1.15), yticks=(-0.5, 0, 0.5, 1), xticks=(0, 150, 300))
        names(axes, "t", "w")
        say(axes, name, 200, 1.22)
    return figure


def prodigy() -> Figure:
    """The guess of the distance over the steps on the ravine, from four first guesses."""
    firsts = (-8, -6, -4, -2)
    figure, axes = panel(labels=["3.1"])
    for i, first in enumerate(firsts):
        theta, state, guesses = np.array([-3.1, 1.0]), (), []
        for _ in range(60):
            theta, *state = RULES["prodigy"](theta, SLOPE[RAVINE](theta), *state, d0=10.0**first)
            guesses.append(state[-2])
        axes.plot(range(1, 61), np.log10(guesses), color=COLOURS[i], linestyle=DASHES[i])
    goal = axes.axhline(np.log10(3.1), color=FG, linewidth=1)
    axes.set(xlim=(0, 60), ylim=(-8.3, 1), xlabel="t")
    label_ends(axes, [goal], ["3.1"])
    decades(axes, "y", range(-8, 1, 2))
    name_axis(axes, "d")
    return figure


def gradient_noise_sgd() -> Figure:
    """From a start whose gradient leads straight to the pass: without noise, and with two draws of it."""
    figure, axes = field(height=3.4)
    axes.set(xlim=LIMITS[SADDLE][0], ylim=LIMITS[SADDLE][1])
    bare(axes)
    contours(axes, HEIGHT[SADDLE], LEVELS[SADDLE])
    start, lr = np.array([-1.7, 0.0]), 0.05
    track(axes, walk(RULES["gradient_descent"], SLOPE[SADDLE], start, 200, lr=lr), 0)
    for i, seed in ((1, 1), (2, 8)):
        rng, theta, t, path = np.random.default_rng(seed), start, 0, [start]
        for _ in range(200):
            theta, t = RULES["gradient_noise_sgd"](theta, SLOPE[SADDLE](theta), rng.normal(size=2), t, lr=lr, eta=0.3)
            path.append(theta)
        track(axes, np.array(path), i)
    axes.plot(*start, color=FG, marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.8, zorder=7)
    for minimum in MINIMA[SADDLE]:
        axes.plot(*minimum, color=FG, marker="x", markersize=8, markeredgewidth=1.8, zorder=7)
    return figure
