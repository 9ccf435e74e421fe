"""Every optimizer walks over the same two maps; every schedule is its rate over the steps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import bare, contours, field, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panels
from kbgen.landscapes import HEIGHT, LEVELS, LIMITS, MINIMA, RAVINE, SLOPE, VALLEY, Rule, one_at_a_time, walk
from kbgen.optimizers import rules, schedules

START = {RAVINE: (-3.1, 1.0), VALLEY: (-1.25, 0.35)}


def _maps() -> tuple[Figure, dict[str, Any]]:
    """Contours of ravine and valley with start and minimum."""
    figure, both = panels(2, height=2.75, gap=0.25)
    for axes, name, left in zip(both, (RAVINE, VALLEY), (0.015, 0.515), strict=True):
        axes.set_position((left, 0.02, 0.47, 0.84))
        axes.set(xlim=LIMITS[name][0], ylim=LIMITS[name][1])
        bare(axes)
        contours(axes, HEIGHT[name], LEVELS[name], points=45)
        axes.plot(*MINIMA[name][0], color=FG, marker="x", markersize=7, markeredgewidth=1.8, zorder=6)
        axes.plot(*START[name], color=FG, marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.8, zorder=6)
    return figure, dict(zip((RAVINE, VALLEY), both, strict=True))


def _swept(rule: Rule, name: str, sign: str, values: Sequence[float], steps: Sequence[int], **fixed: float) -> Figure:
    """Paths of one rule for each value of its parameter `name`, over both maps."""
    figure, maps = _maps()
    for (place, axes), count in zip(maps.items(), steps, strict=True):
        for i, value in enumerate(values):
            track(axes, walk(rule, SLOPE[place], START[place], count, **{name: value}, **fixed), i)
    signs(figure, [f"{sign} = {value:g}" for value in values])
    return figure


def gradient_descent() -> Figure:
    """Three rates, the last just under the stability limit 2/25."""
    return _swept(rules.gradient_descent, "lr", "η", (0.01, 0.04, 0.078), (60, 120))


def sgd() -> Figure:
    """Mini-batches of one from data whose mean loss is the map; three rates."""
    figure, maps = _maps()
    for (place, axes), spread in zip(maps.items(), ((0.8, 0.15), (0.4, 0.2)), strict=True):
        for i, rate in reversed(list(enumerate((0.005, 0.02, 0.06)))):
            path = walk(rules.sgd, one_at_a_time(place, spread), START[place], 240, lr=rate)
            track(axes, path, i, apart=9, linewidth=1.2, zorder=3.5 - 0.1 * i)
    signs(figure, [f"η = {rate:g}" for rate in (0.005, 0.02, 0.06)])
    return figure


def momentum() -> Figure:
    """Momentum 0, 0.5, 0.9 at one rate."""
    return _swept(rules.momentum, "mu", "μ", (0, 0.5, 0.9), (60, 120), lr=0.02)


def adagrad() -> Figure:
    """Three rates of AdaGrad."""
    return _swept(rules.adagrad, "lr", "η", (0.1, 0.5, 1), (60, 120))


def rmsprop() -> Figure:
    """Three lengths of memory of RMSProp."""
    return _swept(rules.rmsprop, "rho", "ρ", (0.5, 0.9, 0.99), (50, 80), lr=0.1)


def adam() -> Figure:
    """Three values of β₁ of Adam."""
    return _swept(rules.adam, "beta1", "β₁", (0.5, 0.9, 0.99), (220, 300), lr=0.03)


def adamw() -> Figure:
    """Three strengths of the decay, which pulls towards the point 0 (a plus)."""
    figure = _swept(rules.adamw, "weight_decay", "λ", (0, 0.1, 0.5), (40, 300), lr=0.1)
    figure.axes[1].plot(0, 0, color=FG, marker="+", markersize=9, markeredgewidth=1.8, zorder=6)
    return figure


def _rates(
    schedule: Rule, name: str, signs: Mapping[str, float], places: Sequence[tuple[float, float]], *, end: int = 120, **fixed: float
) -> Figure:
    """The rate over the steps for each value of the parameter `name`; the sign of each curve begins at a given place."""
    figure, axes = field(right=0.24)
    step = np.linspace(0, end - 0.01, 2401)
    for i, (sign, value) in enumerate(signs.items()):
        axes.plot(step, schedule(step, **{name: value}, **fixed), color=COLOURS[i], linestyle=DASHES[i], clip_on=False)
        say(axes, sign, *places[i], COLOURS[i], ha="left")
    axes.set(xlim=(0, end), ylim=(0, 0.112), xticks=range(0, end + 1, end // 6), yticks=(0, 0.05, 0.1), xlabel="t")
    name_axis(axes, "ηₜ")
    return figure


def step_decay() -> Figure:
    """Stairs of 30 steps; three factors."""
    signs = {"γ = 0.1": 0.1, "γ = 0.3": 0.3, "γ = 0.6": 0.6}
    return _rates(schedules.step_decay, "gamma", signs, [(32, 0.016), (32, 0.036), (32, 0.066)], step_size=30)


def cosine_annealing() -> Figure:
    """Half a cosine, three totals."""
    signs = {"T = 40": 40, "T = 70": 70, "T = 100": 100}
    return _rates(schedules.cosine_annealing, "total", signs, [(30, 0.018), (52, 0.018), (75, 0.018)])


def one_cycle() -> Figure:
    """Up and down in 100 steps; three shares of the rise."""
    signs = {"p = 0.1": 0.1, "p = 0.3": 0.3, "p = 0.5": 0.5}
    return _rates(schedules.one_cycle, "rise", signs, [(1.5, 0.106), (21.5, 0.106), (41.5, 0.106)])


def lr_warmup() -> Figure:
    """A ramp, then level; three lengths of the ramp."""
    signs = {"W = 1": 1, "W = 10": 10, "W = 30": 30}
    return _rates(schedules.lr_warmup, "warmup", signs, [(1, 0.106), (8, 0.07), (20, 0.06)], end=60)
