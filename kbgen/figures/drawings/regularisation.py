"""What holds a model back: penalties, decay, an early end, softened targets."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import Array, arrow, bare, dot, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, regularizer
from kbgen.optimizers import rules

Pair = tuple[Array, Array]
CURVATURE = np.array([[1.0, 0.45], [0.45, 0.75]])  # of the data term of two weights
FREE = np.array([2.15, 1.15])  # its optimum without a penalty
BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
adamw: Callable[..., Any] = rules.adamw
smoothed: Callable[..., Any] = classification.label_smoothing_cross_entropy
smoothed_grad: Callable[..., Any] = classification.label_smoothing_cross_entropy_grad
entropy: Callable[..., Any] = regularizer.entropy_regularizer
entropy_grad: Callable[..., Any] = regularizer.entropy_regularizer_grad
orthogonality_grad: Callable[..., Any] = regularizer.orthogonality_grad


def l1_regularization() -> Figure:
    """The constrained optimum in the corner of the L1 ball, and the way there as λ grows."""
    way = np.array([_lasso(strength) for strength in np.linspace(0, 2.7, 55)])
    figure, axes = _plane(way, np.abs(way).sum(axis=1))
    axes.plot([1, 0, -1, 0, 1], [0, 1, 0, -1, 0], color=ORANGE)
    say(axes, "∥w∥₁ ≤ 1", -0.62, 0.72, ORANGE, ha="right")
    return figure


def l2_regularization() -> Figure:
    """The constrained optimum on the L2 ball, and the way there as λ grows."""
    strengths = np.geomspace(1e-3, 1e3, 70)
    way = np.array([np.linalg.solve(CURVATURE + strength * np.eye(2), CURVATURE @ FREE) for strength in strengths])
    figure, axes = _plane(way, np.linalg.norm(way, axis=1))
    turn = np.linspace(0, 2 * np.pi, 73)
    axes.plot(np.cos(turn), np.sin(turn), color=ORANGE)
    say(axes, "∥w∥₂ ≤ 1", -0.8, 0.8, ORANGE, ha="right")
    return figure


def _lasso(strength: float) -> Array:
    """The minimum of the data term plus `strength` ∥w∥₁, by proximal gradient steps."""
    w = FREE
    for _ in range(80):
        z = w - 0.7 * CURVATURE @ (w - FREE)
        w = np.sign(z) * np.maximum(np.abs(z) - 0.7 * strength, 0)
    return w


def _plane(way: Array, norms: Array) -> tuple[Figure, Axes]:
    """Contours of the data term, its optimum, and the optima `way`; the one of norm 1 is marked with its contour."""
    figure, axes = panel(height=3.3)
    axes.set_position((0.13, 0.15, 0.85, 0.77))
    axes.set(xlim=(-1.75, 3.55), ylim=(-1.3, 2.19), xlabel="w₁", xticks=[-1, 0, 1, 2, 3], yticks=[-1, 0, 1, 2])
    name_axis(axes, "w₂")
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    axes.axvline(0, color=FG, linewidth=0.8, zorder=1.5)
    best = np.array([np.interp(1, norms[::-1], weights[::-1]) for weights in way.T])  # the norm falls along the way
    touching = float((best - FREE) @ CURVATURE @ (best - FREE))
    for level in touching * np.array([0.05, 0.3, 1.0, 2.0]):
        _contour(axes, level, emphasised=level == touching)
    axes.plot(*way.T, color=BLUE, linestyle=DASHES[2], linewidth=2.4)
    dot(axes, FREE[0], FREE[1], FG)
    say(axes, "λ = 0", FREE[0], FREE[1], offset=(8, 8), ha="left")
    dot(axes, best[0], best[1], BLUE, markersize=9)
    return figure, axes


def _contour(axes: Axes, level: float, *, emphasised: bool) -> None:
    turn = np.linspace(0, 2 * np.pi, 91)
    circle = np.sqrt(level) * np.stack([np.cos(turn), np.sin(turn)])
    ellipse = FREE[:, None] + np.linalg.solve(np.linalg.cholesky(CURVATURE).T, circle)
    axes.plot(*ellipse, color=FG, alpha=0.8 if emphasised else 0.3, linewidth=1.3 if emphasised else 0.9, zorder=1.8)


def regularization() -> Figure:
    """Training and test error of a polynomial of degree 12 through 15 points against the strength of an L2 penalty."""
    x, fine, noise = np.linspace(-1, 1, 15), np.linspace(-1, 1, 81), 0.3
    y = np.sin(np.pi * x)[:, None] + noise * np.random.default_rng(1).normal(size=(15, 200))
    X, strengths = np.polynomial.legendre.legvander(x, 12), np.geomspace(1e-6, 100, 49)
    train, test = [], []
    for strength in strengths:
        w = np.linalg.solve(X.T @ X + strength * np.eye(13), X.T @ y)
        train.append(np.mean((X @ w - y) ** 2))
        error = np.polynomial.legendre.legvander(fine, 12) @ w - np.sin(np.pi * fine)[:, None]
        test.append(np.mean(error**2) + noise**2)
    figure, axes = panel()
    lines = axes.plot(strengths, train, color=BLUE, linestyle=DASHES[1]) + axes.plot(strengths, test, color=ORANGE)
    axes.set(xscale="log", xlim=(1e-6, 100), ylim=(0, 0.65), xlabel="λ")
    powers(axes.xaxis, (-6, -4, -2, 0, 2))
    label_ends(axes, lines, ["R̂", "R"])
    best = int(np.argmin(test))
    axes.vlines(strengths[best], 0, test[best], color=FG, linewidth=0.9, linestyle=DASHES[2])
    dot(axes, float(strengths[best]), float(test[best]), ORANGE)
    say(axes, "λ⋆", float(strengths[best]), float(test[best]), offset=(0, 14))
    return figure


def weight_decay() -> Figure:
    """Two weights whose gradients only swing to and fro, by 0.5 and by 5: Adam with a penalty and AdamW."""
    steps, rate, strength = 3000, 1e-3, 1.0
    swing = np.array([0.5, 5.0])
    coupled, decoupled = (np.ones(2),), (np.ones(2),)
    seen = [[1.0, 1.0, 1.0]]
    for t in range(steps):
        g = swing * (-1) ** t
        coupled = adam(coupled[0], g + strength * coupled[0], *coupled[1:], lr=rate)
        decoupled = adamw(decoupled[0], g, *decoupled[1:], lr=rate, weight_decay=strength)
        if t % 50 == 49:
            seen.append([*coupled[0], decoupled[0][0]])
    labels = ["+λθ, ∣g∣ = 0.5", "+λθ, ∣g∣ = 5", "(1 − ηλ)θ"]
    figure, axes = panel(labels=labels)
    at = np.arange(len(seen)) * 50
    lines = [axes.plot(at, y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in zip((1, 2, 0), np.transpose(seen), strict=True)]
    axes.set(xlim=(0, steps), ylim=(0, 1.04), xlabel="t", xticks=[0, 1000, 2000, 3000])
    name_axis(axes, "θ")
    label_ends(axes, lines, labels)
    return figure


def early_stopping() -> Figure:
    """Training and validation loss of a small tanh network; the best step, and the end when the patience ran out."""
    rng = np.random.default_rng(16)
    x, v = rng.uniform(-1, 1, (14, 1)), np.linspace(-1, 1, 60)[:, None]
    y, z = (np.sin(3 * a) + 0.3 * rng.normal(size=a.shape) for a in (x, v))
    train, validation = _descend((x, y), (v, z), rng)
    best = int(np.argmin(validation))
    end = best + 12
    figure, axes = panel()
    t = np.arange(len(train))
    axes.axvspan(best, end, color=FG, alpha=0.08, linewidth=0)
    lines = axes.plot(t, train, color=BLUE, linestyle=DASHES[1]) + axes.plot(t, validation, color=ORANGE)
    axes.set(xlim=(0, t[-1]), ylim=(0, 0.4), xlabel="t / 25")
    label_ends(axes, lines, ["L", "Lᵥₐₗ"])
    dot(axes, best, validation[best], ORANGE)
    axes.vlines([best, end], 0, 0.4, color=FG, linewidth=0.9, linestyle=DASHES[2])
    say(axes, "t⋆", best, 0.4, offset=(0, 8))
    say(axes, "T", end, 0.4, offset=(0, 8))
    arrow(axes, (end, 0.33), (best, 0.33), FG, linewidth=1.2)
    return figure


def _descend(fit: Pair, check: Pair, rng: np.random.Generator, *, steps: int = 1500) -> tuple[list[float], list[float]]:
    """Mean squared errors on both sets at every 25th step of Adam on a network with one layer of 24 tanh units."""
    theta = [rng.normal(size=(1, 24)) * 3, rng.normal(size=24) * 2, rng.normal(size=(24, 1)) * 0.1]
    state: list[tuple[Array, ...]] = [() for _ in theta]
    seen: tuple[list[float], list[float]] = ([], [])
    x, y = fit

    def output(a: Array) -> Array:
        return np.asarray(np.tanh(a @ theta[0] + theta[1]) @ theta[2])

    for t in range(steps):
        if t % 25 == 0:
            for errors, (a, truth) in zip(seen, (fit, check), strict=True):
                errors.append(float(np.mean((output(a) - truth) ** 2)))
        h = np.tanh(x @ theta[0] + theta[1])
        r = 2 * (h @ theta[2] - y) / len(x)
        back = r @ theta[2].T * (1 - h**2)
        for i, g in enumerate((x.T @ back, back.sum(axis=0), h.T @ r)):
            theta[i], *state[i] = adam(theta[i], g, *state[i], lr=0.004)
    return seen


def label_smoothing() -> Figure:
    """Cross-entropy against the lead of the true logit among ten classes, for four amounts of smoothing."""
    lead, classes = np.linspace(0, 12, 121), 10
    logits = np.zeros((len(lead), classes))
    logits[:, 0] = lead
    target = np.tile(np.eye(classes)[0], (len(lead), 1))
    figure, axes = panel(labels=["ε = 0.05"])
    lines, amounts = [], (0.0, 0.05, 0.1, 0.2)
    for i, amount in enumerate(amounts):
        loss = smoothed(logits, target, eps=amount)
        lines += axes.plot(lead, loss, color=COLOURS[i], linestyle=DASHES[i])
        if amount:
            best = int(np.argmin(loss))
            dot(axes, lead[best], loss[best], COLOURS[i])
    axes.set(xlim=(0, 12), ylim=(0, 2.4), xlabel="z₁ − z₂")
    name_axis(axes, "ℓ")
    label_ends(axes, lines, [f"ε = {amount:g}" for amount in amounts])
    return figure


def orthogonality() -> Figure:
    """Two and three columns in a plane, before and after a descent."""
    starts = np.array([[1.3, 1.15], [0.25, 0.8]]), np.array([[1.2, 0.3, -0.9], [0.2, 0.6, 0.25]])
    figure, pair = panels(2, width=5.4, height=2.7)
    turn = np.linspace(0, 2 * np.pi, 73)
    for side, (axes, start) in enumerate(zip(pair, starts, strict=True)):
        axes.set_position((0.5 * side, 0, 0.5, 1))
        end = start
        for _ in range(2000):
            end = end - 0.02 * orthogonality_grad(end[None], lam=1.0)[0]
        bare(axes)
        axes.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
        axes.plot(np.cos(turn), np.sin(turn), color=FG, alpha=0.4, linewidth=0.9)
        for i, (before, after) in enumerate(zip(start.T, end.T, strict=True)):
            arrow(axes, (0, 0), before, COLOURS[i], linewidth=1.2, linestyle=(0, (3, 2)))
            arrow(axes, (0, 0), after, COLOURS[i], linewidth=2.4)
    return figure


def entropy_regularizer() -> Figure:
    """Cross-entropy with the penalty over the lead of the true logit; and the push back, beside that of smoothing."""
    lead, classes = np.linspace(0, 12, 121), 10
    logits, target = np.zeros((len(lead), classes)), np.tile(np.eye(classes)[0], (len(lead), 1))
    logits[:, 0] = lead
    figure, (left, right) = panels(2, width=7.2, height=2.9, gap=1.15)
    lines, strengths = [], (0.0, 0.1, 0.3, 1.0)
    for i, strength in enumerate(strengths):
        loss = smoothed(logits, target, eps=0.0) + entropy(logits, beta=strength)
        lines += left.plot(lead, loss, color=COLOURS[i], linestyle=DASHES[i])
        if strength:
            dot(left, lead[int(np.argmin(loss))], loss.min(), COLOURS[i])
    left.set(xlim=(0, 12), ylim=(-1.35, 2.4), xticks=[0, 4, 8, 12], yticks=[-1, 0, 1, 2])
    names(left, "z₁ − z₂", "ℓ")
    for i, (x, y) in enumerate(((1.9, 1.5), (8.2, 0.3), (5.6, -0.6), (3.6, -1.08))):
        say(left, f"β = {strengths[i]:g}", x, y, COLOURS[i], ha="left")
    back = entropy_grad(logits, beta=0.3)[:, 0]
    smooth = (smoothed_grad(logits, target, eps=0.1) - smoothed_grad(logits, target, eps=0.0))[:, 0]
    right.plot(lead, back, color=GREEN, linestyle=DASHES[2])
    right.plot(lead, smooth, color=FG)
    right.set(xlim=(0, 12), ylim=(0, 0.25), xticks=[0, 4, 8, 12], yticks=[0, 0.1, 0.2])
    names(right, "z₁ − z₂", "∂/∂z₁")
    say(right, "H", 5.6, 0.15, GREEN)
    say(right, "ε", 10, 0.105, FG)
    return figure
