"""First and second derivatives as shapes: bounds, bowls, kinks, ellipses and what they cost."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import SMALL, Array, arrow, contours, dot, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import margin, regression, regularizer, robust
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
soft_margin_grad: Callable[..., Any] = margin.soft_margin_grad
l2_penalty_grad: Callable[..., Any] = regularizer.l2_penalty_grad
log_cosh: Callable[..., Any] = robust.log_cosh
log_cosh_grad: Callable[..., Any] = robust.log_cosh_grad
descend: Callable[..., Any] = rules.gradient_descent
momentum: Callable[..., Any] = rules.momentum


def strong_convexity() -> Figure:
    """log(1 + e⁻ˣ) + x²/10 over its tangent at 2, and over the parabola of curvature 0.2 that touches it there."""
    figure, axes = panel(labels=["μ = 0.2"])
    x, at = np.linspace(-4, 6, 201), 2.0
    value, slope = np.log1p(np.exp(-at)) + 0.1 * at**2, 0.2 * at - 1 / (1 + np.exp(at))
    lines = [
        axes.plot(x, np.log1p(np.exp(-x)) + 0.1 * x**2, color=FG)[0],
        axes.plot(x, value + slope * (x - at) + 0.1 * (x - at) ** 2, color=BLUE, linestyle=DASHES[1])[0],
        axes.plot(x, value + slope * (x - at), color=ORANGE, linestyle=DASHES[2])[0],
    ]
    dot(axes, at, value, FG)
    axes.set(xlim=(-4, 6), ylim=(-1, 5.8), xticks=range(-4, 7, 2), yticks=range(6), xlabel="y")
    label_ends(axes, lines, ["f(y)", "μ = 0.2", "μ = 0"])
    return figure


def existence_of_minimum() -> Figure:
    """Norm of the weights of a logistic regression on separable points under gradient descent, without and with a penalty."""
    labels = ["λ = 0", "λ = 10⁻³", "λ = 10⁻²"]
    figure, axes = panel(labels=labels)
    rng = np.random.default_rng(1)
    label = np.repeat([1.0, -1.0], 20)
    points = 0.4 * rng.normal(size=(40, 2)) + label[:, None] * (1.0, 0.6)
    strength, w, norms = np.array([[0.0], [1e-3], [1e-2]]), np.zeros((3, 2)), []
    for _ in range(10000):
        pull = soft_margin_grad(w @ points.T, np.tile(label, (3, 1)))
        w = descend(w, pull @ points / 40 + l2_penalty_grad(w, lam=1.0) * strength, lr=0.5)
        norms.append(np.hypot(*w.T))
    steps, way = np.unique(np.geomspace(1, 10000, 60).astype(int)), np.array(norms)
    lines = [axes.plot(steps, way[steps - 1, i], color=COLOURS[i], linestyle=DASHES[i])[0] for i in range(3)]
    axes.set(xscale="log", xlim=(1, 10000), ylim=(0, None), xlabel="t")
    powers(axes.xaxis, range(5))
    label_ends(axes, lines, labels)
    name_axis(axes, "∥w∥")
    return figure


def differentiability() -> Figure:
    """The absolute error, half the squared error and the Huber loss, with their slopes."""
    figure, (value, slope) = panels(2)
    r = np.linspace(-2, 2, 201)
    pairs: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
        (regression.absolute_error, regression.absolute_error_grad),
        (robust.huber, robust.huber_grad),
        (regression.squared_error, regression.squared_error_grad),
    )
    for i, (loss, grad) in enumerate(pairs):
        style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i], "linewidth": 2}
        value.plot(r, loss(r, np.zeros_like(r)), **style)
        for side in (r[r < 0], r[r > 0]):
            slope.plot(side, grad(side, np.zeros_like(side)), **style)
    dot(slope, 0, -1, BLUE, markerfacecolor="none", markeredgecolor=BLUE, markersize=5)
    dot(slope, 0, 1, BLUE, markerfacecolor="none", markeredgecolor=BLUE, markersize=5)
    value.set(xlim=(-2, 2), ylim=(0, 2.6), xticks=(-2, -1, 0, 1, 2), yticks=(0, 1, 2))
    slope.set(xlim=(-2, 2), ylim=(-2.2, 2.2), xticks=(-2, -1, 0, 1, 2), yticks=(-2, -1, 0, 1, 2))
    for text, x, y, colour in (("∣r∣", 1.83, 2.3, BLUE), ("r²", -1.82, 2.4, GREEN), ("H₁", 1.72, 0.8, ORANGE)):
        say(value, text, x, y, colour, fontsize=SMALL)
    names(value, "r", "ℓ")
    names(slope, "r", "dℓ/dr")
    return figure


def lipschitz_smoothness() -> Figure:
    """Log cosh under a parabola of curvature 1 that touches it at 2.5; the step of 1 times the slope leads to its lowest point."""
    figure, axes = panel(labels=["L = 1"])
    y, at = np.linspace(-2.5, 4, 131), np.array([2.5])
    value, slope = float(log_cosh(at, 0 * at)[0]), float(log_cosh_grad(at, 0 * at)[0])
    lines = [
        axes.plot(y, log_cosh(y, 0 * y), color=FG)[0],
        axes.plot(y, value + slope * (y - 2.5) + 0.5 * (y - 2.5) ** 2, color=BLUE, linestyle=DASHES[1])[0],
    ]
    low = float(descend(2.5, slope, lr=1.0))
    floor, there = value - 0.5 * slope**2, float(log_cosh(np.array([low]), np.zeros(1))[0])
    dot(axes, 2.5, value, FG)
    dot(axes, low, floor, BLUE)
    dot(axes, low, there, FG)
    arrow(axes, (low, floor), (low, there + 0.08), FG, linewidth=1.2)
    say(axes, "x", 2.5, value, offset=(11, -8))
    say(axes, "x − ∇f/L", low, there, offset=(9, -9), ha="left")
    axes.set(xlim=(-2.5, 4), ylim=(-0.4, 5), xticks=range(-2, 5), yticks=range(6), xlabel="y")
    label_ends(axes, lines, ["f(y)", "L = 1"])
    return figure


def hessian() -> Figure:
    """The level line ½ of ½θᵀHθ with the eigenvectors of H, each 1/√λ long."""
    figure, axes = field(height=3.2)
    matrix = np.array([[2.0, 1.2], [1.2, 1.5]])
    axes.set(xlim=(-2.1, 2.1), ylim=(-1.5, 1.5), aspect="equal", xticks=(-2, -1, 0, 1, 2), yticks=(-1, 0, 1), xlabel="θ₁")
    contours(axes, lambda x, y: np.asarray(x**2 + 1.2 * x * y + 0.75 * y**2), (0.125, 0.5, 1.125))
    values, vectors = np.linalg.eigh(matrix)
    for i, (value, vector) in enumerate(zip(values, vectors.T, strict=True)):
        tip = vector / np.sqrt(value) * (1 if vector[1] > 0 else -1)
        arrow(axes, (0, 0), tip, COLOURS[i])
        arrow(axes, (0, 0), -tip, COLOURS[i])
        say(axes, f"λ{'₁₂'[i]} = {value:.2f}", tip[0], tip[1], COLOURS[i], offset=((-12, 12), (30, 14))[i])
    axes.grid(visible=False)
    name_axis(axes, "θ₂")
    return figure


def jacobian() -> Figure:
    """A circle around (1.3, 0.5), its image under (x² − y, xy), and the ellipse that the Jacobian makes of it."""
    figure, (before, after) = panels(2, height=3.0)
    turn = np.linspace(0, 2 * np.pi, 97)
    centre, ring = np.array([1.3, 0.5]), 0.45 * np.array([np.cos(turn), np.sin(turn)])
    matrix = np.array([[2 * centre[0], -1], [centre[1], centre[0]]])
    image, middle = _bend(centre[:, None] + ring), _bend(centre)
    linear = middle[:, None] + matrix @ ring
    for axes in (before, after):
        axes.set_aspect("equal")
    before.plot(*(centre[:, None] + ring), color=BLUE)
    after.plot(*image, color=BLUE)
    after.plot(*linear, color=ORANGE, linestyle=DASHES[1])
    for i, colour in enumerate((GREEN, PURPLE)):
        arrow(before, centre, centre + 0.45 * np.eye(2)[i], colour)
        arrow(after, middle, middle + 0.45 * matrix[:, i], colour)
    before.set(xlim=(0.3, 2.3), ylim=(-0.5, 1.5), xticks=(1, 2), yticks=(0, 1))
    after.set(xlim=(-0.2, 2.8), ylim=(-0.8, 2.2), xticks=(0, 1, 2), yticks=(0, 1, 2))
    names(before, "x₁", "x₂")
    names(after, "f₁", "f₂")
    return figure


def _bend(x: Array) -> Array:
    return np.array([x[0] ** 2 - x[1], x[0] * x[1]])


def condition_number() -> Figure:
    """Steps until the error has shrunk to a millionth, from the worst start, at the best constants for each condition number."""
    labels = ["μ = 0", "μ > 0"]
    figure, axes = panel(labels=labels)
    kappas = np.array([1.5, 3, 10, 30, 100, 300, 1000])
    plain, heavy = [], []
    for kappa in kappas:
        curvature, root = np.array([1.0, kappa]), np.sqrt(kappa)
        plain.append(_steps(lambda p, s, c=curvature, k=kappa: (descend(p, c * p, lr=2 / (1 + k)), s)))
        best = {"lr": 4 / (1 + root) ** 2, "mu": ((root - 1) / (root + 1)) ** 2}
        heavy.append(_steps(lambda p, s, c=curvature, b=best: momentum(p, c * p, s, **b)))
    lines = []
    for i, counts in enumerate((plain, heavy)):
        lines += axes.plot(kappas, counts, color=COLOURS[i], linestyle=DASHES[i], marker="o^"[i], markersize=6)
    axes.set(xscale="log", yscale="log", xlim=(1.3, 1100), ylim=(5, 12000), xlabel="κ")
    powers(axes.xaxis, (1, 2, 3))
    powers(axes.yaxis, (1, 2, 3, 4))
    label_ends(axes, lines, labels)
    name_axis(axes, "t")
    return figure


def _steps(move: Callable[..., Any]) -> int:
    """Steps from (1, 1) until the distance has fallen below a millionth of that."""
    place, kept, count = np.ones(2), np.zeros(2), 0
    while np.abs(place).max() > 1e-6:
        place, kept = move(place, kept)
        count += 1
    return count
