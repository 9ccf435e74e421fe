"""Every optimizer walks over the same two maps; every schedule is its rate over the steps."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._maps import START, maps, swept
from kbgen.figures.drawings._shared import field, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis
from kbgen.landscapes import Rule, one_at_a_time, walk
from kbgen.optimizers import rules, schedules


def gradient_descent() -> Figure:
    """Three rates, the last just under the stability limit 2/25."""
    return swept(rules.gradient_descent, "lr", "η", (0.01, 0.04, 0.078), (60, 120))


def sgd() -> Figure:
    """Mini-batches of one from data whose mean loss is the map; three rates."""
    figure, both = maps()
    for (place, axes), spread in zip(both.items(), ((0.8, 0.15), (0.4, 0.2)), strict=True):
        for i, rate in reversed(list(enumerate((0.005, 0.02, 0.06)))):
            path = walk(rules.sgd, one_at_a_time(place, spread), START[place], 240, lr=rate)
            track(axes, path, i, apart=9, linewidth=1.2, zorder=3.5 - 0.1 * i)
    signs(figure, [f"η = {rate:g}" for rate in (0.005, 0.02, 0.06)])
    return figure


def momentum() -> Figure:
    """Momentum 0, 0.5, 0.9 at one rate."""
    return swept(rules.momentum, "mu", "μ", (0, 0.5, 0.9), (60, 120), lr=0.02)


def nesterov() -> Figure:
    """Momentum 0.5, 0.9 and 0.98 with the look ahead, at one rate."""
    return swept(rules.nesterov, "mu", "μ", (0.5, 0.9, 0.98), (60, 120), lr=0.02)


def adagrad() -> Figure:
    """Three rates of AdaGrad."""
    return swept(rules.adagrad, "lr", "η", (0.1, 0.5, 1), (60, 120))


def rmsprop() -> Figure:
    """Three lengths of memory of RMSProp."""
    return swept(rules.rmsprop, "rho", "ρ", (0.5, 0.9, 0.99), (50, 80), lr=0.1)


def adam() -> Figure:
    """Three values of β₁ of Adam."""
    return swept(rules.adam, "beta1", "β₁", (0.5, 0.9, 0.99), (220, 300), lr=0.03)


def adamw() -> Figure:
    """Three strengths of the decay, which pulls towards the point 0 (a plus)."""
    figure = swept(rules.adamw, "weight_decay", "λ", (0, 0.1, 0.5), (40, 300), lr=0.1)
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
