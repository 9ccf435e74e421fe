"""Which examples and which mistakes count, and how much: weights, costs, counted penalties, the hardest cases, soft targets."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from kbgen.figures.drawings._shared import SMALL, Array, bare, dot, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panels
from kbgen.losses import classification
from kbgen.losses import metric_learning as pairs
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
gradient_descent: Callable[..., Any] = rules.gradient_descent
bce: Callable[..., Any] = classification.binary_cross_entropy
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_grad
with_logits_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
triplet: Callable[..., Any] = pairs.triplet_margin


def _clouds(rng: np.random.Generator, counts: tuple[int, int]) -> tuple[Array, Array]:
    """Two round clouds that overlap, with a column of ones, and their classes."""
    y = np.repeat([0.0, 1.0], counts)
    x = rng.normal(size=(y.size, 2)) + np.outer(2 * y - 1, (0.9, 0.6))
    return np.column_stack([np.ones(y.size), x]), y


def _logistic(x: Array, slope: Callable[[Array], Array], steps: int = 300) -> Array:
    """Weights of a linear classifier after gradient descent; `slope` is the gradient in its scores."""
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = gradient_descent(w, x.T @ slope(x @ w), lr=1.0)
    return w


def class_weight() -> Figure:
    """Logistic regression on 90 and 12 examples, the few weighted 1, 3 and 10 times: its boundaries."""
    x, y = _clouds(np.random.default_rng(5), (90, 12))
    figure, axes = field()
    for k, mark in enumerate("os"):
        axes.plot(*x[y == k, 1:].T, mark, color=COLOURS[k], markersize=4.5, linestyle="none", alpha=0.8)
    for i, cost in enumerate((1.0, 3.0, 10.0)):
        weight = np.where(y == 1, cost, 1.0)
        w = _logistic(x, lambda z, weight=weight: weight * with_logits_grad(z, y) / weight.sum())  # type: ignore[misc]
        up = np.array([-3.4, 3.4])
        axes.plot(-(w[0] + w[2] * up) / w[1], up, color=FG, linestyle=DASHES[i], linewidth=1.8)
        say(axes, ("w = 1", "3", "10")[i], -(w[0] - 3.1 * w[2]) / w[1], -3.1, offset=(4, 0), ha="left", fontsize=SMALL)
    axes.set(xlim=(-3.6, 4.6), ylim=(-3.4, 3.4), xlabel="x₁", yticks=(-2, 0, 2))
    name_axis(axes, "x₂")
    return figure


def cost_sensitive_learning() -> Figure:
    """Cost of 10 000 cases against the threshold when a miss costs five: three ways of training, two of which give one model."""
    rng = np.random.default_rng(1)
    x, y = _clouds(rng, (3000, 1000))
    new, truth = _clouds(rng, (7500, 2500))
    weight = np.where(y == 1, 5.0, 1.0)

    def counted(z: Array) -> Array:
        """Cross-entropy and five for every miss: the count has no slope."""
        return np.asarray((with_logits_grad(z, y) + 5 * np.zeros_like(z)) / y.size)

    ways = (lambda z: with_logits_grad(z, y) / y.size, lambda z: weight * with_logits_grad(z, y) / weight.sum(), counted)
    figure, axes = field()
    thresholds = np.linspace(0.01, 0.99, 99)
    for i, way in enumerate(ways):
        p = 1 / (1 + np.exp(-new @ _logistic(x, way)))
        said = p > thresholds[:, None]
        cost = (said & (truth == 0)).sum(axis=1) + 5 * (~said & (truth == 1)).sum(axis=1)
        share = cost / truth.size
        if i == 2:
            axes.plot(thresholds[4::8], share[4::8], "o", color=PURPLE, markersize=5, markerfacecolor="none")
            continue
        axes.plot(thresholds, share, color=COLOURS[i], linestyle=DASHES[i])
        best = int(share.argmin())
        dot(axes, thresholds[best], share[best], COLOURS[i], markersize=9)
        say(axes, ("1 : 1", "1 : 5")[i], thresholds[best], share[best], COLOURS[i], offset=(0, -15))
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="τ", yticks=(0, 0.25, 0.5, 0.75, 1))
    axes.set_xticks([0, 1 / 6, 0.5, 1], ["0", "⅙", "½", "1"])
    name_axis(axes, "C / n")
    return figure


def custom_loss() -> Figure:
    """Cross-entropy of one positive with and without 2 for a miss: the values on the left, the slopes on the right."""
    figure, both = panels(2, height=2.8)
    p = np.linspace(0.02, 1, 197)
    low = p < 0.5
    plain, slope = bce(p, np.ones_like(p)), bce_grad(p, np.ones_like(p))
    for part in (low, ~low):
        both[0].plot(p[part], (plain + 2 * low)[part], color=ORANGE, linestyle=DASHES[1])
        both[1].plot(p[part], slope[part], color=ORANGE, linewidth=5, alpha=0.45)
    both[0].plot(p, plain, color=BLUE)
    say(both[0], "+ c", 0.35, 3.5, ORANGE, fontsize=SMALL)
    both[1].plot(p, slope, color=BLUE, linewidth=1.6)
    both[0].set(xlim=(0, 1), ylim=(0, 5), xticks=(0, 0.5, 1), yticks=(0, 2, 4))
    both[1].set(xlim=(0, 1), ylim=(-12, 0), xticks=(0, 0.5, 1), yticks=(-12, -8, -4, 0))
    for axes, name in zip(both, ("L", "∂L/∂p"), strict=True):
        axes.set_xticklabels(["0", "½", "1"])
        names(axes, "p", name)
    return figure


def hard_example_mining() -> Figure:
    """Sixty negatives around an anchor and its positive: hard, semi-hard and easy ones, the area of each its triplet loss."""
    rng = np.random.default_rng(4)
    anchor, positive, margin = np.zeros(2), np.array([0.62, 0.32]), 0.6
    negatives = rng.normal(size=(60, 2)) * (1.15, 0.8)
    loss = triplet(*np.broadcast_arrays(anchor, positive, negatives), margin=margin)
    reach, near = np.hypot(*negatives.T), float(np.hypot(*positive))
    zone = (reach > near).astype(int) + (reach >= near + margin)
    figure, axes = field(height=3.3)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(-2.6, 2.6), ylim=(-2.6 * 3.3 / 4.6, 2.6 * 3.3 / 4.6))
    bare(axes)
    _rings(axes, near, margin)
    for i, colour in enumerate((ORANGE, GREEN, FG)):
        mine = zone == i
        x, y = negatives[mine].T
        axes.scatter(x, y, s=16 + 160 * loss[mine], color=colour, alpha=0.35 if i == 2 else 0.75, linewidth=0, marker="os^"[i])
        say(axes, f"n = {mine.sum()}", 2.5, 1.62 - 0.26 * i, colour, ha="right", fontsize=SMALL)
    for place, text, side in ((anchor, "a", -1), (positive, "p", 1)):
        dot(axes, place[0], place[1], BLUE, markersize=10)
        say(axes, text, place[0], place[1], BLUE, offset=(side * 11, 9), fontsize=14)
    return figure


def _rings(axes: Axes, near: float, margin: float) -> None:
    """The circle through the positive, and the one a margin further out."""
    for i, radius in enumerate((near, near + margin)):
        axes.add_patch(Circle((0, 0), radius, facecolor="none", edgecolor=FG, linewidth=1.3, linestyle=DASHES[i]))
        say(axes, ("d₊", "d₊ + m")[i], -0.71 * radius, -0.71 * radius, offset=(-8 - 12 * i, -9), fontsize=SMALL)


def one_hot() -> Figure:
    """The target of class 2 of 5, and the same target smoothed with ε = 0.1."""
    figure, both = panels(2, height=2.6, gap=0.3)
    for i, (axes, epsilon) in enumerate(zip(both, (0.0, 0.1), strict=True)):
        y = (1 - epsilon) * (np.arange(5) == 1) + epsilon / 5
        axes.bar(np.arange(1, 6), y, color=COLOURS[i], alpha=0.7, width=0.7)
        for k, share in enumerate(y):
            say(axes, f"{share:g}", k + 1, share, COLOURS[i], offset=(0, 9), fontsize=SMALL)
        axes.set(xlim=(0.4, 5.6), ylim=(0, 1.14), xticks=range(1, 6), yticks=(0, 0.5, 1))
        names(axes, "k", "y")
        say(axes, ("ε = 0", "ε = 0.1")[i], 4.2, 0.7, COLOURS[i])
    both[1].set_yticklabels(())
    return figure


def logits() -> Figure:
    """Three sets of scores that differ by a constant on the left; on the right their softmax, which is one and the same."""
    figure, both = panels(2, height=2.8)
    base, labels = np.array([1.0, 3.0, 2.0, -1.0]), ("z − 2", "z", "z + 3")
    for i, shift in enumerate((-2.0, 0.0, 3.0)):
        z = base + shift
        p = np.exp(z) / np.exp(z).sum()
        look: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i], "marker": "os^"[i]}
        both[0].plot(np.arange(1, 5), z, markersize=6, linewidth=1.4, **look)
        say(both[0], labels[i], 4, z[-1], COLOURS[i], offset=(7, 0), ha="left", fontsize=SMALL)
        both[1].plot(np.arange(1, 5), p, markersize=(15, 10, 5)[i], linewidth=1.4, markerfacecolor="none", **look)
    both[0].set(xlim=(0.6, 5.4), ylim=(-4, 7), xticks=range(1, 5), yticks=(-3, 0, 3, 6))
    both[1].set(xlim=(0.6, 4.6), ylim=(0, 0.8), xticks=range(1, 5), yticks=(0, 0.25, 0.5, 0.75))
    names(both[0], "k", "z")
    names(both[1], "k", "p")
    return figure
