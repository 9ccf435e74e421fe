"""Rules for layers and matrices, rules that use curvature, and what is put around a rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._maps import START, maps
from kbgen.figures.drawings._shared import Array, bare, contours, decades, dot, field, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.landscapes import HEIGHT, LEVELS, RAVINE, SLOPE, one_at_a_time, walk

RULES = registry.optimizers()


def _network() -> tuple[list[Array], list[Array]]:
    """Weights of eight layers of tanh units, and their gradients on 32 random examples."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 0.75 / 4, (16, 16)) for _ in range(8)]
    seen = [rng.normal(size=(16, 32))]
    for w in weights:
        seen.append(np.tanh(w @ seen[-1]))
    back, found = (seen[-1] - rng.normal(size=(16, 32))) / 32, []
    for w, before, after in zip(weights[::-1], seen[-2::-1], seen[:0:-1], strict=True):
        delta = back * (1 - after**2)
        found.append(delta @ before.T)
        back = w.T @ delta
    return weights, found[::-1]


def _shares(labels: Sequence[str], every: Sequence[Sequence[float]], limits: tuple[int, int]) -> Figure:
    """How far each of eight layers moves in one step, as a share of its length."""
    figure, axes = panel(labels=labels)
    lines = []
    for i, shares in enumerate(every):
        style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i], "marker": "o^s"[i], "markersize": 5}
        lines += axes.plot(range(1, 9), np.log10(shares), **style)
    axes.set(xlim=(0.6, 8.2), ylim=limits, xticks=range(1, 9), xlabel="l")
    decades(axes, "y", range(limits[0], limits[1] + 1))
    label_ends(axes, lines, labels)
    name_axis(axes, "‖ΔW‖ / ‖W‖")
    return figure


def _share(before: Array, after: Array) -> float:
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))


def lars() -> Figure:
    """The share by which each layer moves when their weights differ in size: SGD and LARS."""
    weights, grads = _network()
    scaled = [w * 2.0 ** (i - 4) for i, w in enumerate(weights)]
    sgd = [_share(w, RULES["sgd"](w, g, lr=0.1)) for w, g in zip(scaled, grads, strict=True)]
    ours = [_share(w, RULES["lars"](w, g, lr=10)[0]) for w, g in zip(scaled, grads, strict=True)]
    return _shares(["SGD", "LARS"], [sgd, ours], (-4, 0))


def lamb() -> Figure:
    """The share by which each layer moves when their weights differ in size: Adam and LAMB."""
    weights, grads = _network()
    scaled = [w * 3.0 ** (i - 4) for i, w in enumerate(weights)]
    adam = [_share(w, RULES["adam"](w, g)[0]) for w, g in zip(scaled, grads, strict=True)]
    ours = [_share(w, RULES["lamb"](w, g)[0]) for w, g in zip(scaled, grads, strict=True)]
    return _shares(["Adam", "LAMB"], [adam, ours], (-5, 0))


def adafactor() -> Figure:
    """A matrix of squared gradients, and what is rebuilt from the sums along its borders."""
    figure, both = panels(2, height=2.9, gap=0.3)
    rng = np.random.default_rng(2)
    square = (np.outer(rng.uniform(0.3, 1.2, 5), rng.uniform(0.3, 1.2, 7)) * rng.normal(size=(5, 7))) ** 2
    rows, columns = square.sum(1), square.sum(0)
    for axes, matrix, colour in zip(both, (square, np.outer(rows, columns) / rows.sum()), COLOURS, strict=False):
        _discs(axes, matrix, colour)
    for at, total in enumerate(rows):
        both[0].plot(7.6, 4 - at, "s", color=FG, markersize=13 * np.sqrt(total / rows.max()), alpha=0.6)
    for at, total in enumerate(columns):
        both[0].plot(at, -1.3, "s", color=FG, markersize=13 * np.sqrt(total / rows.max()), alpha=0.6)
    say(both[0], "R", 7.6, 5.2)
    say(both[0], "C", -1.1, -1.3)
    say(both[0], "V", 3, 5.2, COLOURS[0])
    say(both[1], "RC / ΣR", 3, 5.2, COLOURS[1])
    return figure


def _discs(axes: Axes, matrix: Array, colour: str) -> None:
    """One disc per entry, its area the value."""
    bare(axes)
    axes.set(xlim=(-1.6, 8.2), ylim=(-2, 5.6), aspect="equal")
    for (row, column), value in np.ndenumerate(matrix):
        axes.plot(column, 4 - row, "o", color=colour, markersize=21 * np.sqrt(value / matrix.max()))


def muon() -> Figure:
    """Singular values of a gradient before and after the iteration, each over the largest."""
    figure, axes = field(right=0.6)
    rng = np.random.default_rng(0)
    u, _, v = np.linalg.svd(rng.normal(size=(24, 24)))
    before = 10 ** np.linspace(0, -3, 24)
    after = [np.linalg.svd(_moved(u * before @ v, steps), compute_uv=False) for steps in (3, 5)]
    place = np.arange(1, 25)
    for i, (values, sign) in enumerate(((before, "k = 0"), (after[0], "k = 3"), (after[1], "k = 5"))):
        axes.plot(place, np.log10(values), color=COLOURS[i], linestyle=DASHES[i], marker="o^s"[i], markersize=4)
        say(axes, sign, 24.6, float(np.log10(values[-1])), COLOURS[i], ha="left")
    axes.set(xlim=(0.5, 24.4), ylim=(-3.1, 0.3), xticks=(1, 6, 12, 18, 24), xlabel="i")
    decades(axes, "y", range(-3, 1))
    name_axis(axes, "σᵢ")
    return figure


def _moved(matrix: Array, steps: int) -> Array:
    """What one step of Muon at rate 1 subtracts."""
    return np.asarray(-RULES["muon"](np.zeros_like(matrix), matrix, lr=1.0, steps=steps)[0])


def shampoo() -> Figure:
    """Loss of a badly scaled linear map over the steps: three rules at their best rates."""
    rng = np.random.default_rng(0)
    left, right = (10 ** np.linspace(0, -2, n) * np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (6, 5))
    goal = rng.normal(size=(6, 5))
    labels, lines = ["Shampoo", "AdaGrad", "GD"], []
    figure, axes = panel(labels=labels)
    rates = {"Shampoo": (0.2, 0.5, 1, 2, 4), "AdaGrad": (0.05, 0.1, 0.2, 0.5, 1), "GD": (0.25, 0.5, 1, 1.5, 1.9)}
    every = {"Shampoo": RULES["shampoo"], "AdaGrad": RULES["adagrad"], "GD": RULES["gradient_descent"]}
    for i, label in enumerate(labels):
        runs = [_fitted(every[label], rate, left, right, goal) for rate in rates[label]]
        lines += axes.plot(np.log10(min(runs, key=lambda run: run[-1])), color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 200), xlabel="t")
    axes.set(ylim=(-6, 1.2))
    decades(axes, "y", range(-6, 2))
    label_ends(axes, lines, labels)
    name_axis(axes, "L")
    return figure


def _fitted(rule: Any, rate: float, left: Array, right: Array, goal: Array) -> Array:
    """Half the squared distance of A W B from A goal B over 200 steps from 0."""

    def slope(w: Array) -> Array:
        return np.asarray(left.T @ left @ (w - goal) @ right @ right.T)

    path = walk(rule, slope, np.zeros_like(goal), 200, lr=rate)
    return np.array([0.5 * np.sum((left @ (w - goal) @ right) ** 2) for w in path])


def newton_method() -> Figure:
    """Newton's steps beside those of gradient descent."""
    figure, both = maps()
    for (place, axes), count in zip(both.items(), (60, 120), strict=True):
        track(axes, walk(RULES["gradient_descent"], SLOPE[place], START[place], count, lr=0.04), 0)
        track(axes, _newton(place, 8), 1)
    signs(figure, ["−η∇L", "−H⁻¹∇L"])
    return figure


def _newton(place: str, steps: int) -> Array:
    """Newton's path over a map."""
    path = [np.array(START[place])]
    for _ in range(steps):
        x, y = path[-1]
        bend = np.diag([1.0, 25.0]) if place == RAVINE else np.array([[0.5 - 10 * (y - 3 * x**2), -10 * x], [-10 * x, 5]])
        path.append(RULES["newton_method"](path[-1], SLOPE[place](path[-1]), bend))
    return np.array(path)


def lbfgs() -> Figure:
    """Whole steps and short ones."""
    figure, both = maps()
    for (place, axes), count in zip(both.items(), (20, 60), strict=True):
        for i, rate in enumerate((1, 0.3)):
            track(axes, walk(RULES["lbfgs"], SLOPE[place], START[place], count, lr=rate), i)
    signs(figure, ["η = 1", "η = 0.3"])
    return figure


def sophia() -> Figure:
    """The step under a slope of 1, over the curvature: Newton's, Sophia's, Adam's."""
    labels = ["Adam", "Sophia", "H⁻¹g"]
    figure, axes = panel(labels=labels)
    bend = np.logspace(-3, 3, 121)
    level, lr = 0 * bend + 1, 0.1
    steps = [
        RULES["adam"](0 * bend, level, lr=lr)[0],
        RULES["sophia"](0 * bend, level, bend, lr=lr, gamma=1, beta1=0, beta2=0)[0],
        np.concatenate([RULES["newton_method"](np.zeros(1), np.ones(1), h * np.eye(1), lr=lr) for h in bend]),
    ]
    lines = [axes.plot(np.log10(bend), np.log10(-step), color=COLOURS[i], linestyle=DASHES[i])[0] for i, step in enumerate(steps)]
    axes.set(xlim=(-3, 3), ylim=(-4.2, 2.2), xlabel="h")
    decades(axes, "x", range(-3, 4))
    decades(axes, "y", range(-4, 3))
    label_ends(axes, lines, labels)
    name_axis(axes, "|Δθ|")
    return figure


def sam() -> Figure:
    """The worst loss within a distance: the sharp valley disappears, the flat one stays."""
    labels = ["ρ = 0.4", "ρ = 0.15", "ρ = 0"]
    figure, axes = panel(labels=labels)
    x = np.linspace(-2, 3, 1001)
    loss = 0.25 * (x - 1) ** 2 - 0.9 * np.exp(-((x + 0.5) ** 2) / 0.02)
    lines = []
    for i, rho in enumerate((0.4, 0.15, 0.0)):
        reach = round(rho / (x[1] - x[0]))
        worst = np.array([loss[max(0, k - reach) : k + reach + 1].max() for k in range(len(x))])
        inner = slice(100, -100)
        lines += axes.plot(x[inner], worst[inner], color=COLOURS[2 - i], linestyle=DASHES[2 - i])
        lowest = 100 + int(worst[inner].argmin())
        dot(axes, float(x[lowest]), float(worst[lowest]), COLOURS[2 - i], markersize=9)
    axes.set(xlim=(-1.5, 2.5), ylim=(-0.5, 1.6), xticks=(-1, 0, 1, 2), yticks=(0, 0.5, 1, 1.5), xlabel="θ")
    label_ends(axes, lines, labels)
    name_axis(axes, "L")
    return figure


def swa() -> Figure:
    """Noisy points of SGD at a constant rate, and the mean of them so far."""
    figure, axes = field(height=3.2)
    axes.set(xlim=(-2.5, 0.9), ylim=(-0.5, 0.55))
    bare(axes)
    contours(axes, HEIGHT[RAVINE], LEVELS[RAVINE], points=45)
    slope = one_at_a_time(RAVINE, (0.8, 0.12), seed=1)
    theta, state, path, means = np.array([-2.4, 0.9]), (), [], []
    for _ in range(160):
        theta, *state = RULES["swa"](theta, slope(theta), *state, lr=0.04, start=60)
        path.append(theta)
        means.append(state[0] if np.shape(state[0]) else theta)
    track(axes, np.array(path), 0, apart=9, linewidth=0.8)
    track(axes, np.array(means[60:]), 1, apart=0.08)
    axes.plot(0, 0, color=FG, marker="x", markersize=8, markeredgewidth=1.8, zorder=7)
    say(axes, "θ", -1.6, 0.25, COLOURS[0])
    say(axes, "θ̄", 0.3, -0.25, COLOURS[1])
    return figure


def asgd() -> Figure:
    """The points of noisy SGD in one dimension, and their mean."""
    labels = ["θ", "θ̄"]
    figure, axes = panel(labels=labels)
    rng, theta, state, points, means = np.random.default_rng(2), 2.0, (), [], []
    for _ in range(400):
        theta, *state = RULES["asgd"](theta, theta + 1.5 * rng.normal(), *state, lr=0.1, start=50)
        points.append(theta)
        means.append(state[0])
    lines = [
        *axes.plot(points, color=COLOURS[0], linewidth=0.9),
        *axes.plot(range(50, 400), means[50:], color=COLOURS[1], linestyle=DASHES[1]),
    ]
    axes.axhline(0, color=FG, linewidth=1)
    axes.set(xlim=(0, 400), ylim=(-1.6, 2.1), yticks=(-1, 0, 1, 2), xlabel="t")
    label_ends(axes, lines, labels)
    name_axis(axes, "θ")
    return figure


def lookahead() -> Figure:
    """SGD near the limit of stability, alone and with a slow point."""
    figure, both = maps()
    for (place, axes), count in zip(both.items(), (40, 60), strict=True):
        track(axes, walk(RULES["gradient_descent"], SLOPE[place], START[place], count, lr=0.078), 0)
        track(axes, walk(RULES["lookahead"], SLOPE[place], START[place], count, lr=0.078, every=5), 1)
    signs(figure, ["k = ∞", "k = 5"])
    return figure


def novograd() -> Figure:
    """The share by which each layer moves: SGD and NovoGrad."""
    weights, grads = _network()
    scaled = [g * 3.0 ** (i - 4) for i, g in enumerate(grads)]
    sgd = [_share(w, RULES["sgd"](w, g, lr=0.1)) for w, g in zip(weights, scaled, strict=True)]
    ours = [_share(w, RULES["novograd"](w, g)[0]) for w, g in zip(weights, scaled, strict=True)]
    return _shares(["SGD", "NovoGrad"], [sgd, ours], (-5, 0))


def schedule_free() -> Figure:
    """The three points of the rule on the ravine, with single examples."""
    figure, axes = field(height=3.2)
    axes.set(xlim=(-2.6, 1.8), ylim=(-0.75, 1.25))
    bare(axes)
    contours(axes, HEIGHT[RAVINE], LEVELS[RAVINE], points=45)
    slope = one_at_a_time(RAVINE, (0.8, 0.12), seed=1)
    theta, state, points = np.array([-2.4, 0.9]), (), []
    for _ in range(150):
        theta, *state = RULES["schedule_free"](theta, slope(theta), *state, lr=0.03)
        points.append([state[0], theta, state[1]])
    z, y, x = np.array(points).transpose(1, 0, 2)
    track(axes, z, 0, apart=9, linewidth=0.8)
    track(axes, y, 1, apart=0.15, linewidth=1)
    track(axes, x, 2, apart=0.15)
    axes.plot(0, 0, color=FG, marker="x", markersize=8, markeredgewidth=1.8, zorder=7)
    signs(figure, ["z", "y", "x"])
    return figure
