"""Classifiers and the units that they are made of, trained here from the first step to the last."""

from collections.abc import Callable
from math import erf
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import SMALL, Array, bare, dot, field, names, say
from kbgen.figures.frame import Frame
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, margin
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
hinge_grad: Callable[..., Any] = margin.hinge_grad


def support_vector_machine() -> Figure:
    """Subgradient descent on hinge loss plus a penalty: the boundary after 1, 10 and 200 steps, and where m = ±1 at the end."""
    rng = np.random.default_rng(11)
    y = np.repeat([-1.0, 1.0], 14)
    x = rng.normal(0, 1, (28, 2)) * (0.95, 0.45) + y[:, None] * (0.3, 1.1)
    X, w, kept = np.column_stack([x, np.ones(28)]), np.array([0.8, 0.3, 0.0]), {}
    for t in range(1, 201):
        w = w - (X.T @ hinge_grad(X @ w, y) / 28 + 0.02 * w * (1, 1, 0)) * 0.25 / (1 + 0.01 * t)
        kept[t] = w
    figure, axes = field()
    for sign, mark, colour in ((1, "s", ORANGE), (-1, "o", BLUE)):
        axes.plot(*x[y == sign].T, mark, color=colour, markersize=5, linestyle="none")
    close = x[y * (X @ w) < 1.02]
    axes.plot(*close.T, "o", markersize=11, markerfacecolor="none", markeredgecolor=FG, markeredgewidth=1.1, linestyle="none")
    across = np.array([-2.6, 2.6])
    for i, t in enumerate((1, 10, 200)):
        _line(axes, kept[t], across, 0.0, linestyle=DASHES[(2, 1, 0)[i]], linewidth=(1.3, 1.5, 2.4)[i])
        up = float(-(kept[t][2] - 2.6 * kept[t][0]) / kept[t][1])
        steep = up > 2.6
        left = -(kept[t][2] + 2.6 * kept[t][1]) / kept[t][0]
        say(axes, f"{t}", left if steep else -2.6, min(up, 2.6), offset=(14, 2) if steep else (12, (-10, 11)[t == 10]))
    for score in (-1.0, 1.0):
        _line(axes, w, across, score, linewidth=0.8)
    axes.set(xlim=(-2.6, 2.6), ylim=(-3, 3), xlabel="x₁", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    name_axis(axes, "x₂")
    return figure


def _line(axes: Axes, w: Array, across: Array, score: float, **style: Any) -> None:
    axes.plot(across, (score - w[2] - w[0] * across) / w[1], color=FG, **style)


def neural_network() -> Figure:
    """Two inputs, eight tanh units, one output: the region of class 1 on XOR data after 0, 30 and 300 steps of Adam."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (90, 2)) * 1.1
    x = x[np.abs(x).min(axis=1) > 0.12]
    y = (x[:, 0] * x[:, 1] > 0).astype(float)
    parts = [rng.normal(size=(2, 8)), 0.3 * rng.normal(size=8), 0.3 * rng.normal(size=8), np.zeros(1)]
    state: list[tuple[Any, ...]] = [() for _ in parts]
    across, up = np.meshgrid(np.linspace(-1.2, 1.2, 41), np.linspace(-1.2, 1.2, 41))
    figure, all_axes = panels(3, width=5.0, height=1.95, gap=0.1)
    for t in range(301):
        W, b, v, c = parts
        if t in (0, 30, 300):
            axes = all_axes[(0, 30, 300).index(t)]
            height = np.tanh(np.stack([across, up], axis=-1) @ W + b) @ v + c
            axes.contourf(across, up, height, levels=[0, 1e9], colors=[ORANGE], alpha=0.16)
            axes.contour(across, up, height, levels=[0], colors=[FG], linewidths=1.6)
            wrong = float(np.mean((np.tanh(x @ W + b) @ v + c > 0) != y))
            _xor_points(axes, x, y, f"t = {t}: {wrong:.0%}".replace("%", " %"))
        h = np.tanh(x @ W + b)
        r = bce_grad(h @ v + c, y) / len(x)
        back = np.outer(r, v) * (1 - h**2)
        for i, g in enumerate((x.T @ back, back.sum(axis=0), h.T @ r, r.sum(keepdims=True))):
            parts[i], *rest = adam(parts[i], g, *state[i], lr=0.05)
            state[i] = tuple(rest)
    return figure


def _xor_points(axes: Axes, x: Array, y: Array, text: str) -> None:
    axes.plot(*x[y == 1].T, "s", color=ORANGE, markersize=3.6, linestyle="none")
    axes.plot(*x[y == 0].T, "o", color=BLUE, markersize=3.6, linestyle="none")
    axes.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
    bare(axes)
    say(axes, text, 0, 1.2, offset=(0, 9), fontsize=SMALL)


def _activations() -> dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]]:
    """Name -> the function and its slope."""

    def s(t: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-t)))

    def normal(t: Array) -> Array:
        return np.array([0.5 * (1 + erf(each / 2**0.5)) for each in t])

    def density(t: Array) -> Array:
        return np.asarray(np.exp(-0.5 * t * t) / np.sqrt(2 * np.pi))

    return {
        "σ(z)": (s, lambda t: s(t) * (1 - s(t))),
        "tanh z": (np.tanh, lambda t: 1 - np.tanh(t) ** 2),
        "max(0, z)": (lambda t: np.maximum(t, 0), lambda t: np.where(t > 0, 1.0, 0.0)),
        "max(0.1z, z)": (lambda t: np.maximum(0.1 * t, t), lambda t: np.where(t > 0, 1.0, 0.1)),
        "z Φ(z)": (lambda t: t * normal(t), lambda t: normal(t) + t * density(t)),
        "z σ(z)": (lambda t: t * s(t), lambda t: s(t) + t * s(t) * (1 - s(t))),
    }


def activation_function() -> Figure:
    """Six activations (solid) and their slopes (dashed) on one scale."""
    z = np.linspace(-3, 3, 121)
    figure = Figure(figsize=(5.6, 4.0))
    FigureCanvasSVG(figure)
    for i, (name, (value, slope)) in enumerate(_activations().items()):
        axes = figure.add_axes((0.05 + 0.335 * (i % 3), 0.57 - 0.51 * (i // 3), 0.265, 0.36), axes_class=Frame)
        axes.axhline(0, color=FG, linewidth=0.7, zorder=1.5)
        axes.axvline(0, color=FG, linewidth=0.7, zorder=1.5)
        axes.plot(z, value(z), color=BLUE)
        axes.plot(z, slope(z), color=ORANGE, linestyle=DASHES[1], linewidth=1.7)
        axes.set(xlim=(-3, 3), ylim=(-1.2, 3), xticks=(-2, 0, 2), yticks=range(-1, 4))
        axes.tick_params(labelsize=10, pad=2)
        say(axes, name, 0, 3, offset=(0, 10), fontsize=SMALL)
    return figure


def leaky_relu() -> Figure:
    """Loss of a network whose hidden units all start below zero on every example, for three slopes a of the negative side."""
    slopes = (0.0, 0.01, 0.1)
    labels = [f"a = {a:g}" for a in slopes]
    figure, axes = panel(labels=labels)
    lines = [axes.plot(_revived(a), color=COLOURS[(1, 3, 0)[i]], linestyle=DASHES[i])[0] for i, a in enumerate(slopes)]
    axes.set(xlim=(0, 1500), ylim=(0, 1.05), xlabel="t", xticks=range(0, 1501, 500))
    name_axis(axes, "L")
    label_ends(axes, lines, labels)
    return figure


def _revived(a: float, steps: int = 1500, units: int = 16) -> Array:
    """Half mean squared error while max(az, z) units, pushed below zero by their biases, learn a regression."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    y = np.sin(2 * x[:, 0]) + x[:, 1]
    W, v = rng.normal(size=(2, units)), rng.normal(size=units) / 4
    b, losses = -np.max(x @ W, axis=0) - rng.uniform(0.05, 1, units), []
    for _ in range(steps + 1):
        z = x @ W + b
        h, slope = np.where(z > 0, z, a * z), np.where(z > 0, 1.0, a)
        r = (h @ v - y) / len(x)
        losses.append(0.5 * len(x) * float(r @ r))
        back = np.outer(r, v) * slope
        W, b, v = W - 0.05 * x.T @ back, b - 0.05 * back.sum(axis=0), v - 0.05 * h.T @ r
    return np.array(losses)


def gelu() -> Figure:
    """GELU and SiLU over ReLU on the left, with the lowest points of the two; their slopes on the right."""
    z, known = np.linspace(-4, 4, 161), _activations()
    figure, both = panels(2, height=2.9)
    for axes, part in zip(both, (0, 1), strict=True):
        for side in (z[z <= 0], z[z > 0]):
            axes.plot(side, known["max(0, z)"][part](side), color=FG, linewidth=1.2, linestyle=DASHES[2])
        for i, name in enumerate(("z Φ(z)", "z σ(z)")):
            axes.plot(z, known[name][part](z), color=COLOURS[i], linestyle=DASHES[i])
    left, right = both
    for i, (name, place) in enumerate({"z Φ(z)": (-1.9, 0.3), "z σ(z)": (-2.9, -0.31)}.items()):
        value = known[name][0](z)
        dot(left, float(z[value.argmin()]), float(value.min()), COLOURS[i])
        say(left, name, *place, COLOURS[i], fontsize=SMALL)
    left.set(xlim=(-4, 2), ylim=(-0.45, 1.6), xticks=[-4, -2, 0, 2], yticks=[0, 0.5, 1, 1.5])
    right.set(xlim=(-4, 4), ylim=(-0.2, 1.25), xticks=[-4, -2, 0, 2, 4], yticks=[0, 0.5, 1])
    names(left, "z", "h")
    names(right, "z", "dh/dz")
    return figure


def tanh() -> Figure:
    """The hyperbolic tangent, its tangent at zero, its slope and that of the sigmoid; shaded where its slope is below 0.01."""
    z, known = np.linspace(-5, 5, 161), _activations()
    flat = float(np.arccosh(10))  # the slope is 1 / cosh(z)^2
    labels = ["tanh z", "tanh′ z", "σ′(z)"]
    figure, axes = panel(labels=labels)
    for side in (-1, 1):
        axes.axvspan(side * flat, side * 5, color=FG, alpha=0.08, linewidth=0)
    drawn = (known["tanh z"][0], known["tanh z"][1], known["σ(z)"][1])
    lines = [axes.plot(z, f(z), color=COLOURS[i], linestyle=DASHES[i])[0] for i, f in enumerate(drawn)]
    axes.plot([-1.2, 1.2], [-1.2, 1.2], color=FG, linewidth=1, linestyle=DASHES[2])
    for i in (1, 2):
        dot(axes, 0, float(drawn[i](np.zeros(1))[0]), COLOURS[i])
    axes.set(xlim=(-5, 5), ylim=(-1.2, 1.2), xlabel="z", xticks=[-4, -2, 0, 2, 4], yticks=[-1, -0.5, 0, 0.5, 1])
    label_ends(axes, lines, labels)
    return figure
