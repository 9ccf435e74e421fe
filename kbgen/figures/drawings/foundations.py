"""Parameters, one step of training, risks, least squares: the ground on which the other pictures stand."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, bare, contours, dot, field, names, say, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, regression
from kbgen.losses import margin as margins
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
gradient_descent: Callable[..., Any] = rules.gradient_descent
squared_error: Callable[..., Any] = regression.squared_error
zero_one: Callable[..., Any] = classification.zero_one
surrogates: Sequence[Callable[..., Any]] = (margins.hinge, margins.soft_margin, margins.exponential)
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad


def surrogate_loss() -> Figure:
    """Zero-one, hinge, logistic (base 2) and exponential loss against the margin."""
    m, ones = np.linspace(-2, 2, 161), np.ones(161)
    curves = [phi(m, ones) / scale for phi, scale in zip(surrogates, (1, np.log(2), 1), strict=True)]
    figure, axes = panel()
    axes.fill_between(m, zero_one(m, ones), step="mid", color=FG, alpha=0.12, linewidth=0)
    axes.plot([-2, 0, 0, 2], [1, 1, 0, 0], color=FG, linewidth=3)
    for i, curve in enumerate(curves):
        axes.plot(m, curve, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(-2, 2), ylim=(0, 4), xlabel="m = y f(x)", xticks=range(-2, 3), yticks=range(5))
    dot(axes, 0, 1, FG)
    for i, (text, x, y) in enumerate((("max(0, 1 − m)", -1.9, 1.35), ("log₂(1 + e⁻ᵐ)", 0.75, 0.75), ("e⁻ᵐ", -1.18, 3.75))):
        say(axes, text, x, y, COLOURS[i], ha="left")
    say(axes, "0 / 1", -1.9, 0.5, ha="left")
    return figure


def expected_risk() -> Figure:
    """Training and expected squared error of least squares with five features: middle half of 50 samples for every size."""
    rng, sizes = np.random.default_rng(0), np.array([8, 11, 16, 23, 32, 64, 128, 256, 512])
    seen = np.array([[_both_risks(rng, n) for _ in range(50)] for n in sizes])
    labels = ["R", "R̂"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, colour in enumerate((ORANGE, BLUE)):
        low, middle, high = np.percentile(seen[:, :, i], [25, 50, 75], axis=1)
        axes.fill_between(sizes, low, high, color=colour, alpha=0.18, linewidth=0)
        lines += axes.plot(sizes, middle, color=colour, linestyle=DASHES[i], marker="os"[i], markersize=4)
    axes.axhline(1, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.6)
    say(axes, "σ² = 1", 8, 1, offset=(4, 8), ha="left")
    axes.set(xscale="log", xlim=(8, 512), ylim=(0, 3.5), xlabel="n")
    axes.set_xticks([8, 16, 32, 64, 128, 256, 512], ["8", "16", "32", "64", "128", "256", "512"])
    axes.set_xticks([], minor=True)
    label_ends(axes, lines, labels)
    return figure


def _both_risks(rng: np.random.Generator, n: int, d: int = 5) -> tuple[float, float]:
    """Expected and empirical risk of the least-squares weights of one sample; inputs and noise are standard normal."""
    x, noise = rng.normal(size=(n, d)), rng.normal(size=n)
    off = np.linalg.lstsq(x, noise, rcond=None)[0]  # by how much the weights miss the true ones
    return 1 + float(off @ off), float(squared_error(x @ off, noise).mean())


def loss_reduction() -> Figure:
    """Norm of the gradient of a linear regression against the number of examples, with the mean and with the sum."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1024, 4))
    each = (x @ np.ones(4) - rng.normal(size=1024))[:, None] * x
    sizes = 2 ** np.arange(11)
    totals = np.array([np.linalg.norm(each[:b].sum(axis=0)) for b in sizes])
    labels = ["∥∇Σℓ∥", "∥∇(Σℓ/B)∥"]
    figure, axes = panel(labels=labels)
    lines = [
        axes.plot(sizes, y, color=COLOURS[1 - i], linestyle=DASHES[i], marker="so"[i], markersize=4)[0]
        for i, y in enumerate((totals, totals / sizes))
    ]
    axes.set(xscale="log", yscale="log", xlim=(1, 1024), ylim=(0.5, 5000), xlabel="B")
    axes.set_xticks([1, 4, 16, 64, 256, 1024], ["1", "4", "16", "64", "256", "1024"])
    axes.set_xticks([], minor=True)
    powers(axes.yaxis, (0, 1, 2, 3))
    label_ends(axes, lines, labels)
    return figure


def model_parameter() -> Figure:
    """Six points and the line ŷ = wx + b: left another w each time, right another b, with the mean squared error of each."""
    x = np.arange(0.5, 3.1, 0.5)
    y = 0.6 + 1.1 * x + np.array([0.2, -0.3, 0.1, 0.35, -0.25, 0.1])
    best, start = np.polyfit(x, y, 1)
    figure, both = panels(2, height=2.9, gap=0.85)
    for axes, (dw, db) in zip(both, ((0.7, 0.0), (0.0, 1.2)), strict=True):
        for i in range(3):
            w, b, colour = best + (i - 1) * dw, start + (i - 1) * db, (ORANGE, BLUE, GREEN)[i]
            axes.plot([0, 3.2], [b, b + 3.2 * w], color=colour, linestyle=DASHES[(1, 0, 2)[i]])
            error = float(squared_error(w * x + b, y).mean())
            say(axes, f"{error:.2f}", 3.2, b + 3.2 * w, colour, fontsize=SMALL, ha="left", offset=(5, 0))
        axes.plot(x, y, "o", color=FG, markersize=5)
        axes.set(xlim=(0, 3.2), ylim=(-1, 7.2), xticks=range(4), yticks=range(0, 7, 2))
        names(axes, "x", "y" if axes is both[0] else "")
        left, bottom, width, height = axes.get_position().bounds
        axes.set_position((left, bottom, width - 0.06, height))
    for axes, text in zip(both, ("w ± 0.7", "b ± 1.2"), strict=True):
        say(axes, text, 0.15, 6.5, ha="left", fontsize=SMALL + 1)
        say(axes, "L", 3.2, 7.2, fontsize=SMALL, ha="left", offset=(5, 6))
    return figure


def training_step() -> Figure:
    """Three steps of fitting ŷ = wx with actual numbers: batch, forward, loss, backward, update."""
    figure, axes = sheet(15.6, 8.6)
    heads = ("t", "w", "x, y", "ŷ = wx", "½(ŷ − y)²", "∂ℓ/∂w", "w − ηg")
    places = (0.6, 2.1, 4.3, 6.6, 9.1, 11.7, 14.1)
    for x, text in zip(places, heads, strict=True):
        say(axes, text, x, 0.8, fontsize=11.5)
    axes.hlines(1.5, 0.2, 15.4, color=FG, linewidth=0.8)
    w = 0.0
    for t, (x, y) in enumerate(((1.0, 2.0), (2.0, 4.0), (3.0, 6.0))):
        guess = w * x
        g = (guess - y) * x
        new = w - 0.1 * g
        row = 2.7 + 2.2 * t
        shown = (f"{t}", f"{w:.2f}", f"{x:g}, {y:g}", f"{guess:.2f}", f"{0.5 * (guess - y) ** 2:.2f}", f"{g:.2f}", f"{new:.2f}")
        colours = (FG, BLUE, FG, GREEN, ORANGE, PURPLE, BLUE)
        for place, text, colour in zip(places, shown, colours, strict=True):
            say(axes, text.replace("-", "−"), place, row, colour, fontsize=14)
        for a, b in pairwise(places[1:]):
            arrow(axes, (a + 0.36 * (b - a), row + 0.72), (b - 0.36 * (b - a), row + 0.72), FG, linewidth=1.0)
        if t < 2:
            arrow(axes, (places[-1] - 0.9, row + 0.5), (places[1] + 0.7, row + 1.9), BLUE, linewidth=0.9, linestyle=(0, (4, 3)))
        w = new
    return figure


def forward_pass() -> Figure:
    """Numbers on their way through a network of two inputs, two ReLU units and one output."""
    x, W, b = np.array([1.0, 2.0]), np.array([[0.5, -1.0], [1.0, 0.5]]), np.array([0.5, -1.0])
    v, c = np.array([2.0, 3.0]), 0.5
    z = W @ x + b
    a = np.maximum(z, 0)
    out = float(v @ a + c)
    figure, axes = sheet(12, 7.2)
    rows, columns = (2.0, 5.2), (1.2, 5.6, 10.4)
    for j in range(2):
        for i in range(2):
            _edge(axes, (columns[0], rows[i]), (columns[1], rows[j]), f"{W[j, i]:g}", 0.27)
        _edge(axes, (columns[1], rows[j]), (columns[2], 3.6), f"{v[j]:g}", 0.5)
    for i in range(2):
        _node(axes, columns[0], rows[i], f"{x[i]:g}", FG)
        _node(axes, columns[1], rows[i], f"{a[i]:g}", GREEN if a[i] else ORANGE)
        y = rows[i] + (1.25 if i else -1.25)
        say(axes, f"z = {z[i]:g}, b = {b[i]:g}".replace("-", "−"), columns[1], y, fontsize=SMALL)
        say(axes, f"x{'₁₂'[i]}", columns[0], y, fontsize=SMALL)
    _node(axes, columns[2], 3.6, f"{out:g}", BLUE)
    say(axes, f"b = {c:g}", columns[2], 2.35, fontsize=SMALL)
    say(axes, "ŷ", columns[2], 4.85, fontsize=SMALL)
    return figure


def _node(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.plot([x], [y], "o", markersize=27, markerfacecolor="none", markeredgecolor=colour, markeredgewidth=1.8)
    say(axes, text, x, y, colour, fontsize=13)


def _edge(axes: Axes, tail: tuple[float, float], tip: tuple[float, float], text: str, at: float) -> None:
    """An arrow between two nodes with the weight that it carries, written `at` of its way."""
    way = np.subtract(tip, tail)
    unit = way / np.hypot(*way)
    arrow(axes, tail + 0.85 * unit, tip - 0.85 * unit, FG, linewidth=1.1)
    x, y = tail + at * way
    say(axes, text.replace("-", "−"), x, y, PURPLE, fontsize=SMALL, offset=(0, 9))


def decision_boundary() -> Figure:
    """Logistic regression on two overlapping clouds, with weights 1 : 1 and 1 : 5 for the classes."""
    rng = np.random.default_rng(3)
    y = np.repeat([0.0, 1.0], (40, 20))
    x = rng.normal(size=(60, 2)) + np.outer(2 * y - 1, (0.9, 0.6))
    figure, axes = field()
    for k, mark in enumerate("os"):
        axes.plot(*x[y == k].T, mark, color=COLOURS[k], markersize=5, linestyle="none")
    for i, cost in enumerate((1.0, 5.0)):
        w = _logistic(np.column_stack([np.ones(60), x]), y, np.where(y == 1, cost, 1.0))
        ends = np.array([-2.8, 2.8])
        axes.plot(-(w[0] + w[2] * ends) / w[1], ends, color=FG, linestyle=DASHES[i], linewidth=2)
        foot = -(w[0] - 2.8 * w[2]) / w[1]
        say(axes, f"1 : {cost:g}", float(foot), -2.8, offset=(-22 if i else 6, 14), ha="right" if i else "left")
    axes.set(xlim=(-3.6, 3.6), ylim=(-2.8, 2.8), xlabel="x₁", yticks=(-2, 0, 2))
    name_axis(axes, "x₂")
    return figure


def _logistic(x: Array, y: Array, weight: Array, steps: int = 300) -> Array:
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = gradient_descent(w, x.T @ (weight * bce_grad(x @ w, y)) / weight.sum(), lr=1.0)
    return w


def cosine_similarity() -> Figure:
    """Left the inner product of b with a = (2, 1), right the cosine, both over the place of b; b and 2b are marked."""
    a, b = np.array([2.0, 1.0]), np.array([0.4, 1.2])
    figure, both = panels(2, height=3.0, gap=0.15)
    ways: Sequence[Callable[[Array, Array], Array]] = (
        lambda x, y: a[0] * x + a[1] * y,
        lambda x, y: (a[0] * x + a[1] * y) / np.hypot(x, y) / np.hypot(*a),
    )
    for axes, way, levels in zip(both, ways, ((-6, -4, -2, 0, 2, 4, 6), (-0.9, -0.5, 0, 0.5, 0.9)), strict=True):
        axes.set(xlim=(-2.3, 2.9), ylim=(-2, 2.75), aspect="equal")
        bare(axes)
        contours(axes, way, levels, points=101)
        axes.set_anchor("C")
        arrow(axes, (0, 0), a, FG)
        say(axes, "a", a[0], a[1], offset=(8, 2))
        for k, name in ((1, "b"), (2, "2b")):
            tip = k * b
            arrow(axes, (0, 0), tip, COLOURS[k - 1], linewidth=3.0 - k * 0.6)
            say(axes, f"{name}: {float(way(*tip)):.2f}", tip[0], tip[1], COLOURS[k - 1], fontsize=SMALL, ha="right", offset=(-7, 4))
    say(both[0], "aᵀb", 0.3, 2.75, offset=(0, 11), fontsize=SMALL + 1)
    say(both[1], "cos(a, b)", 0.3, 2.75, offset=(0, 11), fontsize=SMALL + 1)
    return figure


def least_squares_method() -> Figure:
    """Mean squared error of a line over its two parameters: gradient descent walks to where the normal equations point at once."""
    x = np.array([0.2, 0.6, 1.1, 1.5, 2.1, 2.4])
    X, y = np.column_stack([x, np.ones(6)]), 0.5 + 1.2 * x + np.array([0.3, -0.2, 0.1, -0.3, 0.2, -0.1])
    best, w = np.linalg.solve(X.T @ X, X.T @ y), np.array([-0.6, 2.2])
    path = [w]
    for _ in range(80):
        w = gradient_descent(w, X.T @ (X @ w - y) / 6, lr=0.4)
        path.append(w)
    figure, axes = field()
    axes.set(xlim=(-1, 2.6), ylim=(-1.2, 2.8), xlabel="w")
    contours(axes, lambda p, q: np.mean((p[..., None] * x + q[..., None] - y) ** 2, axis=-1), (0.06, 0.15, 0.4, 1, 2, 4, 7))
    axes.grid(visible=False)
    track(axes, np.array(path), 0, apart=0.05)
    axes.plot(*best, "D", color=ORANGE, markersize=8, zorder=6)
    say(axes, "(XᵀX)⁻¹Xᵀy", best[0], best[1], ORANGE, offset=(10, 10), ha="left")
    say(axes, "0", path[0][0], path[0][1], BLUE, offset=(-9, 4))
    name_axis(axes, "b")
    return figure
