"""Every optimizer walks over the same two maps; every schedule is its rate over the steps."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._maps import START, ground, maps, swept
from kbgen.figures.drawings._shared import Array, decades, field, names, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panels
from kbgen.landscapes import HEIGHT, RAVINE, SLOPE, Rule, one_at_a_time, walk
from kbgen.optimizers import rules, schedules

RULES = registry.optimizers()


def optimizer() -> Figure:
    """Four rules on the ravine, each at the rate of 40 that leaves it lowest after 40 steps: their paths and their losses."""
    contenders: Mapping[str, tuple[Rule, dict[str, float]]] = {
        "GD": (rules.gradient_descent, {}),
        "μ": (rules.momentum, {"mu": 0.9}),
        "RMS": (rules.rmsprop, {"rho": 0.9}),
        "Adam": (rules.adam, {}),
    }
    figure, (left, right) = panels(2, height=2.75, gap=0.6)
    left.set_position((0.015, 0.02, 0.47, 0.84))
    right.set_position((0.58, 0.18, 0.385, 0.6))
    ground(left, RAVINE)
    for i, (rule, fixed) in enumerate(contenders.values()):
        path = min((walk(rule, SLOPE[RAVINE], START[RAVINE], 40, lr=lr, **fixed) for lr in np.geomspace(1e-3, 3, 40)), key=_end)
        track(left, path, i)
        right.plot(np.log10(np.maximum(HEIGHT[RAVINE](*path.T), 1e-9)), color=COLOURS[i], linestyle=DASHES[i], linewidth=1.8)
    decades(right, "y", (-8, -6, -4, -2, 0))
    right.set(xlim=(0, 40), ylim=(-8.5, 1.6), xticks=(0, 10, 20, 30, 40))
    names(right, "t", "L")
    signs(figure, list(contenders))
    return figure


def _end(path: Array) -> float:
    """The height at which a path ends."""
    return float(HEIGHT[RAVINE](*path[-1]))


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


def constant_lr() -> Figure:
    """Level, and what PyTorch's class of this name does by default."""
    figure, axes = field(right=0.24)
    axes.set(xlim=(0, 120), ylim=(0, 0.112), xticks=range(0, 121, 20), yticks=(0, 0.05, 0.1), xlabel="t")
    step = np.linspace(0, 119.99, 241)
    axes.plot(step, RULES["constant_lr"](step), color=COLOURS[0], linestyle=DASHES[0])
    axes.plot(step, np.where(step < 5, RULES["constant_lr"](step) / 3, np.nan), color=COLOURS[1], linestyle=DASHES[1])
    say(axes, "η", 3, 0.106, COLOURS[0], ha="left")
    say(axes, "η/3", 7, 0.034, COLOURS[1], ha="left")
    name_axis(axes, "ηₜ")
    return figure


def multi_step_decay() -> Figure:
    """Drops at 30, 60 and 90; three factors."""
    signs = {"γ = 0.1": 0.1, "γ = 0.3": 0.3, "γ = 0.6": 0.6}
    return _rates(schedules.multi_step_decay, "gamma", signs, [(32, 0.016), (32, 0.036), (32, 0.066)])


def exponential_decay() -> Figure:
    """Three factors per step."""
    signs = {"γ = 0.9": 0.9, "γ = 0.97": 0.97, "γ = 0.99": 0.99}
    return _rates(schedules.exponential_decay, "gamma", signs, [(17, 0.02), (26, 0.052), (40, 0.074)])


def inverse_time_decay() -> Figure:
    """Three strengths of the fall."""
    signs = {"γ = 3": 3, "γ = 1": 1, "γ = 0.3": 0.3}
    return _rates(schedules.inverse_time_decay, "gamma", signs, [(13, 0.006), (60, 0.02), (40, 0.052)])


def polynomial_decay() -> Figure:
    """Three powers."""
    signs = {"p = 0.5": 0.5, "p = 1": 1, "p = 2": 2}
    return _rates(schedules.polynomial_decay, "power", signs, [(64, 0.068), (50, 0.0555), (17, 0.034)])


def cosine_warm_restarts() -> Figure:
    """Periods of one length, and periods that double."""
    return _rates(schedules.cosine_warm_restarts, "mult", {"k = 2": 2, "k = 1": 1}, [(76, 0.092), (33, 0.106)])


def cyclic_lr() -> Figure:
    """Triangles of two widths."""
    return _rates(schedules.cyclic_lr, "half", {"s = 20": 20, "s = 50": 50}, [(22, 0.106), (52, 0.106)], lr_min=0.01)


def inverse_sqrt() -> Figure:
    """Three lengths of the rise, one peak."""
    signs = {"W = 1": 1, "W = 20": 20, "W = 60": 60}
    return _rates(schedules.inverse_sqrt, "warmup", signs, [(22, 0.008), (23, 0.106), (62, 0.106)])


def wsd() -> Figure:
    """Up, level, and down over three lengths."""
    signs = {"D = 10": 10, "D = 30": 30, "D = 60": 60}
    return _rates(schedules.wsd, "decay", signs, [(96, 0.08), (76, 0.106), (25, 0.07)])


def lambda_lr() -> Figure:
    """Three functions of the step."""
    figure, axes = field(right=0.24)
    step = np.linspace(0, 119.99, 1201)
    for i, (sign, factor, place) in enumerate(
        (
            ("2⁻ᵗᐟ³⁰", lambda t: 0.5 ** (t / 30), (60, 0.0325)),
            ("1/(1 + t/10)", lambda t: 1 / (1 + t / 10), (5, 0.01)),
            ("1 − t/120", lambda t: 1 - t / 120, (44, 0.072)),
        )
    ):
        axes.plot(step, RULES["lambda_lr"](step, factor), color=COLOURS[i], linestyle=DASHES[i])
        say(axes, sign, *place, COLOURS[i], ha="left")
    axes.set(xlim=(0, 120), ylim=(0, 0.112), xticks=range(0, 121, 20), yticks=(0, 0.05, 0.1), xlabel="t")
    name_axis(axes, "ηₜ")
    return figure


def reduce_on_plateau() -> Figure:
    """A noisy quadratic under SGD: its loss, and the rate that falls at each standstill."""
    figure, (above, below) = panels(2, gap=0.75)
    rng, theta, losses, rates = np.random.default_rng(3), np.full(40, 3.0), [], [0.2]
    for _ in range(240):
        theta = RULES["sgd"](theta, theta + 1.5 * rng.normal(size=40), lr=rates[-1])
        losses.append(float(0.5 * np.mean(theta**2)))
        rates = [0.2, *RULES["reduce_on_plateau"](losses, lr=0.2, gamma=0.3, patience=15)]
    above.plot(np.log10(losses), color=COLOURS[0], linewidth=1.6)
    below.step(range(241), np.log10(rates), color=COLOURS[1], where="post")
    above.set(xlim=(0, 240), ylim=(-3, 1))
    below.set(xlim=(0, 240), ylim=(-4, 0))
    decades(above, "y", range(-3, 2))
    decades(below, "y", range(-4, 1))
    names(above, "t", "L")
    names(below, "t", "ηₜ")
    return figure
