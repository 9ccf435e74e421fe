"""Where descent goes and where it stops: directions, blow-ups, plateaus, saddles, minima of several kinds."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import SMALL, Array, arrow, contours, decades, dot, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import robust
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
descend: Callable[..., Any] = rules.gradient_descent
welsch: Callable[..., Any] = robust.welsch


def _walk(slope: Callable[[Array], Array], start: Sequence[float] | Array, steps: int, lr: float) -> Array:
    """The points that gradient descent visits."""
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(np.asarray(descend(path[-1], slope(path[-1]), lr=lr)))
    return np.array(path)


def steepest_descent() -> Figure:
    """x² + 3y² at (1, 1): change per length in every direction, for vanishing steps and for steps of ½."""
    figure, axes = panel(labels=["s = 0.5"])
    turn, lines = np.linspace(0, 2 * np.pi, 361), []
    way = np.array([np.cos(turn), np.sin(turn)])
    for i, length in enumerate((1e-6, 0.5)):
        x, y = 1 + length * way
        change = (x**2 + 3 * y**2 - 4) / length
        low = int(change.argmin())
        lines += axes.plot(np.degrees(turn), change, color=COLOURS[i], linestyle=DASHES[i])
        dot(axes, np.degrees(turn[low]), change[low], COLOURS[i])
    up = np.degrees(np.arctan2(6, 2))
    for angle, sign, height in ((up, "∇f", 1.5), (up + 180, "−∇f", 1.5)):
        axes.axvline(angle, color=FG, linestyle=DASHES[2], linewidth=1)
        say(axes, sign, angle, height, offset=(5, 0), ha="left")
    axes.axhline(0, color=FG, linewidth=0.8)
    axes.set(xlim=(0, 360), ylim=(-7.5, 9), xticks=range(0, 361, 90), yticks=(-6, -3, 0, 3, 6, 9), xlabel="φ (°)")
    label_ends(axes, lines, ["s → 0", "s = 0.5"])
    name_axis(axes, "Δf / s")
    return figure


def divergence_training() -> Figure:
    """Curvatures 1 and 20: the loss at rates just below, at and just above 2/20."""
    labels = ["η = 0.099", "η = 0.1", "η = 0.101"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, rate in enumerate((0.099, 0.1, 0.101)):
        path = _walk(lambda p: p * (1, 20), (3, 0.002), 700, rate)
        loss = 0.5 * (path**2 * (1, 20)).sum(axis=1)
        lines += axes.plot(np.log10(np.maximum(loss, 1e-30)), color=COLOURS[i], linestyle=DASHES[i], linewidth=2)
    axes.set(xlim=(0, 700), ylim=(-10, 2), xticks=range(0, 701, 100), xlabel="t")
    decades(axes, "y", range(-10, 3, 2))
    label_ends(axes, lines, labels)
    name_axis(axes, "Lₜ")
    return figure


def oscillation() -> Figure:
    """The steep coordinate of the ravine, curvature 25: at two rates, and with a penalty that adds 1 to the curvature."""
    figure, (value, size) = panels(2, gap=0.7)
    for i, (rate, curvature, sign) in enumerate(
        ((0.02, 25, "η = 0.02"), (0.076, 25, "η = 0.076"), (0.076, 26, "η = 0.076, λ = 1"))
    ):
        path = _walk(lambda p, c=curvature: c * p, (1.0,), 30, rate)[:, 0]  # type: ignore[misc]
        if i < 2:
            value.plot(path, color=COLOURS[i], linestyle=DASHES[i], marker="o^"[i], markersize=3.5, linewidth=1.4)
        size.plot(np.log10(np.abs(path)), color=COLOURS[i], linestyle=DASHES[i], linewidth=1.8)
        say(size, sign, (16.5, 22, 17)[i], (-3.3, -1.6, 0.22)[i], COLOURS[i], fontsize=SMALL)
    value.set(xlim=(0, 30), ylim=(-1.05, 1.05), xticks=(0, 10, 20, 30), yticks=(-1, 0, 1))
    size.set(xlim=(0, 30), ylim=(-4, 0.5), xticks=(0, 10, 20, 30))
    decades(size, "y", (-4, -3, -2, -1, 0))
    names(value, "t", "θ₂")
    names(size, "t", "∣θ₂∣")
    return figure


def loss_plateau() -> Figure:
    """½x² + ¼(y² − 1)² from three starts beside the saddle at 0."""
    figure, axes = field()
    for i, (start, place) in enumerate(((1e-2, 45), (1e-4, 95), (1e-6, 144))):
        path = _walk(lambda p: np.array([p[0], p[1] * (p[1] ** 2 - 1)]), (1.0, start), 220, 0.1)
        loss = 0.5 * path[:, 0] ** 2 + 0.25 * (path[:, 1] ** 2 - 1) ** 2
        axes.plot(loss, color=COLOURS[i], linestyle=DASHES[i], linewidth=2)
        say(axes, f"10{'⁻²⁻⁴⁻⁶'[2 * i : 2 * i + 2]}", place, 0.13, COLOURS[i], offset=(6, 0), ha="left")
    axes.set(xlim=(0, 220), ylim=(0, 0.78), xticks=range(0, 201, 50), yticks=(0, 0.25, 0.5, 0.75), xlabel="t")
    name_axis(axes, "Lₜ")
    return figure


def local_minimum() -> Figure:
    """A curve with three minima; every start in the colour of the minimum at which gradient descent ends."""
    figure, axes = field()
    x = np.linspace(-3.2, 4.6, 313)
    axes.plot(x, _hills(x), color=FG, linewidth=1.6, zorder=2)
    start = np.linspace(-3.2, 4.6, 79)
    end = _walk(lambda p: 0.24 * p - 2.2 * np.sin(2.2 * p + 0.7), start, 400, 0.05)[-1]
    bottoms = np.unique(np.round(end, 2))
    order = np.argsort(_hills(bottoms))
    for rank, k in enumerate(order):
        mine = start[np.round(end, 2) == bottoms[k]]
        axes.plot(mine, np.full_like(mine, -2.2), linestyle="none", marker="osD^"[rank], markersize=3.4, color=COLOURS[rank])
        dot(axes, bottoms[k], float(_hills(bottoms[k])), COLOURS[rank], marker="osD^"[rank], markersize=9)
        say(
            axes,
            f"{float(_hills(bottoms[k])):.2f}".replace("-", "−"),
            bottoms[k],
            float(_hills(bottoms[k])),
            COLOURS[rank],
            offset=(0, -17),
        )
    axes.set(xlim=(-3.3, 4.7), ylim=(-2.5, 3.3), xticks=range(-3, 5), yticks=(-2, -1, 0, 1, 2, 3), xlabel="θ")
    name_axis(axes, "L")
    return figure


def _hills(x: Any) -> Any:
    return 0.12 * x**2 + np.cos(2.2 * x + 0.7)


def saddle_point() -> Figure:
    """Gradient descent on x² − y²: five starts beside the ridge, one exactly on it."""
    figure, axes = field(height=3.2)
    axes.set(xlim=(-2.1, 2.1), ylim=(-1.5, 1.5), aspect="equal", xticks=(-2, -1, 0, 1, 2), yticks=(-1, 0, 1), xlabel="x")
    contours(axes, lambda x, y: np.asarray(x**2 - y**2), (-2, -1, -0.5, -0.15, 0, 0.15, 0.5, 1, 2, 3.5))
    for x, y, colour in (
        (-1.9, 0, ORANGE),
        (-1.9, 0.01, BLUE),
        (-1.9, -0.1, BLUE),
        (1.9, 0.1, BLUE),
        (1.9, -0.01, BLUE),
        (1.9, 0.4, BLUE),
    ):
        path = _walk(lambda p: p * (2, -2), (x, y), 26, 0.1)
        path = path[np.abs(path[:, 1]) < 1.5]
        axes.plot(*path.T, color=colour, marker="o", markersize=3.2, linewidth=1.4)
        dot(axes, x, y, colour, markersize=6)
    axes.plot(0, 0, color=FG, marker="x", markersize=9, markeredgewidth=2, zorder=6)
    axes.grid(visible=False)
    name_axis(axes, "y")
    return figure


def flat_minimum() -> Figure:
    """The mean Welsch loss of 60 numbers in a tight and a wide heap, and of the same numbers moved by 0.2."""
    figure, axes = field()
    rng = np.random.default_rng(2)
    data = np.concatenate([rng.normal(-1.2, 0.03, 17), rng.normal(1.0, 0.32, 43)])
    theta = np.linspace(-2.2, 2.6, 481)
    curves = [welsch(*np.broadcast_arrays(theta[:, None], data + shift), c=0.18).mean(axis=1) for shift in (0.0, 0.2)]
    for i, curve in enumerate(curves):
        axes.plot(theta, curve, color=COLOURS[i], linestyle=DASHES[i], linewidth=2)
    for low, high in ((-2.2, -0.4), (0.0, 2.6)):
        inside = (theta > low) & (theta < high)
        k = int(np.flatnonzero(inside)[curves[0][inside].argmin()])
        x, before, after = float(theta[k]), float(curves[0][k]), float(curves[1][k])
        arrow(axes, (x, before), (x, after), FG, linewidth=1.4)
        dot(axes, x, before, BLUE)
        say(axes, f"+{after - before:.2f}", -1.83 if x < 0 else 2.12, 0.5 * (before + after))
    axes.set(xlim=(-2.2, 2.6), xticks=(-2, -1, 0, 1, 2), xlabel="θ")
    name_axis(axes, "L")
    return figure


def edge_of_stability() -> Figure:
    """Largest eigenvalue of the Hessian of a small network under gradient descent at two rates, with 2/η."""
    figure, axes = panel(labels=["2/η₁ = 00"])
    for i, (rate, sign) in enumerate(((0.2, "₁"), (0.3, "₂"))):
        theta, seen, steps = np.random.default_rng(3).normal(size=(1, 18)) * 0.6, [], 1500
        for t in range(steps + 1):
            if t % 25 == 0:
                seen.append((t, _top(theta[0])))
            theta = theta - rate * _slope(theta)
        axes.plot(*np.array(seen).T, color=COLOURS[i], linewidth=1.8)
        axes.axhline(2 / rate, color=COLOURS[i], linestyle=DASHES[1], linewidth=1.2)
        say(axes, f"2/η{sign} = {2 / rate:.3g}", steps, 2 / rate, COLOURS[i], offset=(5, 0), ha="left")
    axes.set(xlim=(0, 1500), ylim=(3, 13), xticks=(0, 500, 1000, 1500), xlabel="t")
    name_axis(axes, "λₘₐₓ")
    return figure


def _slope(theta: Array) -> Array:
    """Gradient of the mean squared error of six tanh units on 24 points of sin 2.2x; one row per parameter vector."""
    x = np.linspace(-2, 2, 24)
    w, b, v = theta[:, :6, None], theta[:, 6:12, None], theta[:, 12:, None]
    a = np.tanh(w * x + b)
    r = 2 * ((a * v).sum(axis=1, keepdims=True) - np.sin(2.2 * x)) / 24
    back = r * v * (1 - a**2)
    return np.concatenate([(back * x).sum(2), back.sum(2), (r * a).sum(2)], axis=1)


def _top(theta: Array) -> float:
    """Largest eigenvalue of the Hessian, by central differences of the gradient."""
    step = 1e-4 * np.eye(len(theta))
    hessian = (_slope(theta + step) - _slope(theta - step)) / 2e-4
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
