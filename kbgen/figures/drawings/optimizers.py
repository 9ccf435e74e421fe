"""Every optimizer walks over the same two maps; every schedule is its rate over the steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import Array, bare, contours, field, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panels
from kbgen.optimizers import rules, schedules

Rule = Callable[..., Any]
Slope = Callable[[Array], Array]
STEEP = 25.0  # curvature across the ravine; 1 along it
RAVINE, VALLEY = "ravine", "valley"
LIMITS = {RAVINE: ((-3.5, 1.1), (-1.45, 1.45)), VALLEY: ((-1.75, 1.75), (-0.72, 1.75))}
START = {RAVINE: (-3.1, 1.0), VALLEY: (-1.25, 0.35)}
MINIMUM = {RAVINE: (0.0, 0.0), VALLEY: (1.0, 1.0)}
LEVELS = {RAVINE: (0.15, 0.8, 2.2, 5, 10, 18), VALLEY: (0.1, 0.5, 1.3, 2.8, 5.5, 11)}


def _ravine(x: Array, y: Array) -> Array:
    return np.asarray(0.5 * (x**2 + STEEP * y**2))


def _valley(x: Array, y: Array) -> Array:
    """Rosenbrock's function, scaled so that it is as steep at its minimum as the ravine."""
    return np.asarray(0.25 * (1 - x) ** 2 + 2.5 * (y - x**2) ** 2)


def _ravine_slope(theta: Array) -> Array:
    return np.asarray(theta * np.array([1.0, STEEP]))


def _valley_slope(theta: Array) -> Array:
    x, y = theta
    return np.array([-0.5 * (1 - x) - 10 * x * (y - x**2), 5 * (y - x**2)])


HEIGHT = {RAVINE: _ravine, VALLEY: _valley}
SLOPE: dict[str, Slope] = {RAVINE: _ravine_slope, VALLEY: _valley_slope}


def _walk(rule: Rule, slope: Slope, start: Sequence[float], steps: int, **constants: float) -> Array:
    """The points that `rule` visits from `start`; what it keeps between steps is handed back to it."""
    theta, visited = np.array(start), [np.array(start)]
    state: Sequence[Array] = ()
    for _ in range(steps):
        new = rule(theta, slope(theta), *state, **constants)
        theta, *state = new if isinstance(new, tuple) else (new,)
        visited.append(theta)
    return np.array(visited)


def _maps() -> tuple[Figure, dict[str, Any]]:
    """Contours of ravine and valley with start and minimum."""
    figure, both = panels(2, height=2.75, gap=0.25)
    for axes, name, left in zip(both, (RAVINE, VALLEY), (0.015, 0.515), strict=True):
        axes.set_position((left, 0.02, 0.47, 0.84))
        axes.set(xlim=LIMITS[name][0], ylim=LIMITS[name][1])
        bare(axes)
        contours(axes, HEIGHT[name], LEVELS[name], points=45)
        axes.plot(*MINIMUM[name], color=FG, marker="x", markersize=7, markeredgewidth=1.8, zorder=6)
        axes.plot(*START[name], color=FG, marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.8, zorder=6)
    return figure, dict(zip((RAVINE, VALLEY), both, strict=True))


def _swept(rule: Rule, name: str, sign: str, values: Sequence[float], steps: Sequence[int], **fixed: float) -> Figure:
    """Paths of one rule for each value of its parameter `name`, over both maps."""
    figure, maps = _maps()
    for (place, axes), count in zip(maps.items(), steps, strict=True):
        for i, value in enumerate(values):
            track(axes, _walk(rule, SLOPE[place], START[place], count, **{name: value}, **fixed), i)
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
            rng = np.random.default_rng(3)
            moved = rng.normal(size=(64, 2)) * spread
            moved -= moved.mean(axis=0)

            def slope(theta: Array, place: str = place, moved: Array = moved, rng: np.random.Generator = rng) -> Array:
                return SLOPE[place](theta) - _pull(place, theta, moved[rng.integers(64)])

            path = _walk(rules.sgd, slope, START[place], 240, lr=rate)
            track(axes, path, i, apart=9, linewidth=1.2, zorder=3.5 - 0.1 * i)
    signs(figure, [f"η = {rate:g}" for rate in (0.005, 0.02, 0.06)])
    return figure


def _pull(place: str, theta: Array, moved: Array) -> Array:
    """How the gradient of one example differs from the mean when its own minimum is moved."""
    if place == RAVINE:
        return np.asarray(moved * np.array([1.0, STEEP]))
    return np.array([0.5 * moved[0] - 10 * theta[0] * moved[1], 5 * moved[1]])


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
