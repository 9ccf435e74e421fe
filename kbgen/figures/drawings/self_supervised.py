"""What self-supervised losses do to a batch: the pull on each pair, each feature, each embedding."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, bare, dot
from kbgen.figures.style import BG, COLOURS, FG, GRID, panel, panels
from kbgen.losses import classification, self_supervised

BLUE, ORANGE, GREEN, PURPLE = COLOURS
logistic_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
barlow_twins_grad: Callable[..., Any] = self_supervised.barlow_twins_grad
vicreg_grad: Callable[..., Any] = self_supervised.vicreg_grad
byol_grad: Callable[..., Any] = self_supervised.byol_grad
dino_grad: Callable[..., Any] = self_supervised.dino_grad
LOW = "₁₂₃₄₅₆"


def siglip() -> Figure:
    """The pull on every pair of a batch, with the bias at 0 and at -10."""
    angles = np.radians([[10, 25], [55, 40], [95, 80], [140, 150], [200, 215]])
    image, text = (np.stack([np.cos(a), np.sin(a)], axis=1) for a in angles.T)
    figure, axes = sheet(13.2, 6.5)
    for k, bias in enumerate((0.0, -10.0)):
        x, logits = 1.0 + 6.5 * k, 10 * image @ text.T + bias
        pull = np.asarray(logistic_grad(logits.ravel(), np.eye(5).ravel())).reshape(5, 5)
        cells(axes, np.round(pull, 2) + 0.0, (x, 1.3), form=".2f", most=1.0, fontsize=8.5)
        axes.text(x + 2.5, 0.32, f"b = {bias:.0f}".replace("-", "−"), ha="center", va="center_baseline")
        heads(axes, [f"y{n}" for n in LOW[:5]], (x + 0.5, 0.95), (1, 0), fontsize=9)
        heads(axes, [f"x{n}" for n in LOW[:5]], (x - 0.4, 1.8), (0, 1), fontsize=9)
    return figure


def barlow_twins() -> Figure:
    """The cross-correlation matrix of a linear encoder at three times of its training."""
    rng = np.random.default_rng(4)
    data = rng.normal(size=(32, 8))
    views = [data + rng.normal(0, 0.4, data.shape) for _ in range(2)]
    weight = rng.normal(size=(8, 8)) + 1.5  # features that begin alike
    figure, axes = sheet(28.0, 10.2)
    for step in range(601):
        if step in (0, 20, 600):
            x = 0.6 + 9.2 * (0, 20, 600).index(step)
            cells(axes, _correlations(*(view @ weight for view in views)), (x, 1.6), most=1.0)
            axes.text(x + 4, 0.75, f"{step}", ha="center", va="center_baseline")
        grads = barlow_twins_grad(*((view @ weight)[None] for view in views), lam=0.3)
        weight -= 0.5 * sum(view.T @ grad[0] for view, grad in zip(views, grads, strict=True))
    return figure


def _correlations(first: Array, second: Array) -> Array:
    """Of feature i of one view with feature j of the other."""
    size = first.shape[1]
    return np.asarray(np.corrcoef(first.T, second.T)[:size, size:])


def vicreg() -> Figure:
    """Where each of the three terms sends two views of ten examples."""
    rng = np.random.default_rng(6)
    along = np.linspace(-1, 1, 10)
    first = np.stack([0.5 * along, 2 * along], axis=1) + rng.normal(0, 0.2, (10, 2))
    second = first + rng.normal(0, 0.25, first.shape)
    figure, every = panels(3, width=5.4, height=3.6, gap=0.1)
    for k, (axes, name) in enumerate(zip(every, "λμν", strict=True)):
        weights = dict.fromkeys(("lam", "mu", "nu"), 0.0) | {("lam", "mu", "nu")[k]: 1.0}
        grads = np.concatenate([grad[0] for grad in vicreg_grad(first[None], second[None], **weights)])
        push = -grads / np.linalg.norm(grads, axis=1).max() * 0.9
        _plane(axes, name)
        for place, way in zip(np.concatenate([first, second]), push, strict=True):
            if np.linalg.norm(way) > 0.04:
                arrow(axes, place, place + way, GREEN, linewidth=1.3)
        axes.plot(*first.T, "o", color=BLUE, markersize=4.5, zorder=4)
        axes.plot(*second.T, "o", color=BG, markeredgecolor=BLUE, markersize=4.5, zorder=4)
    return figure


def _plane(axes: Axes, name: str) -> None:
    """A piece of the plane with its two axes and a sign above."""
    axes.set(xlim=(-1.5, 1.5), ylim=(-2.7, 2.7))
    axes.set_aspect("equal")
    bare(axes)
    axes.axhline(0, color=GRID, linewidth=0.8, zorder=0)
    axes.axvline(0, color=GRID, linewidth=0.8, zorder=0)
    axes.set_title(name, fontsize=SMALL)


def byol() -> Figure:
    """Predictions on the unit circle, each drawn along the tangent towards its own target."""
    figure, axes = panel(width=3.6, height=3.6)
    axes.set_position((0.02, 0.02, 0.96, 0.96))
    axes.set(xlim=(-1.75, 1.75), ylim=(-1.75, 1.75))
    axes.set_aspect("equal")
    bare(axes)
    turn = np.linspace(0, 2 * np.pi, 181)
    axes.plot(np.cos(turn), np.sin(turn), color=GRID, linewidth=1, zorder=0)
    starts, gaps = np.radians([15, 62, 130, 185, 262, 315]), np.radians([15, 38, 92, -140, 176, -25])
    for k, (start, gap) in enumerate(zip(starts, gaps, strict=True)):
        q, z = (np.array([np.cos(angle), np.sin(angle)]) for angle in (start, start + gap))
        push = -np.asarray(byol_grad(q[None], z[None]))[0]
        inside = 0.86 - 0.07 * k
        bow = np.linspace(start, start + gap, 40)
        axes.plot(inside * np.cos(bow), inside * np.sin(bow), color=GRID, linewidth=1, zorder=1)
        arrow(axes, q, q + 0.33 * push, GREEN, linewidth=1.8)
        dot(axes, q[0], q[1], BLUE)
        dot(axes, z[0], z[1], BG, markeredgecolor=ORANGE, markeredgewidth=1.6, markersize=8)
        for place, name, colour in ((1.24 * q - 0.1 * push, f"q{LOW[k]}", BLUE), (1.24 * z, f"z{LOW[k]}", ORANGE)):
            axes.text(place[0], place[1], name, color=colour, fontsize=10, ha="center", va="center")
    return figure


def dino() -> Figure:
    """What a teacher says of one image, what is left of it as a target, and where the student is sent."""
    center = np.array([0.02, 0.62, 0.05, 0.0, 0.1, -0.04])
    teacher = center + np.array([-0.05, 0.03, 0.02, 0.16, -0.02, 0.0])
    student = np.zeros((1, 6))
    target = np.exp((teacher - center) / 0.04)
    push = -np.asarray(dino_grad(student, teacher[None], center))[0]
    figure, every = panels(3, width=6.4, height=2.5, gap=0.42)
    bars = [("t", teacher, BLUE), ("P", target / target.sum(), ORANGE), ("−∂ℓ/∂s", push, GREEN)]
    for axes, (name, heights, colour) in zip(every, bars, strict=True):
        axes.bar(range(1, 7), heights, color=colour, width=0.7)
        axes.axhline(0, color=FG, linewidth=0.8)
        axes.set_title(name, fontsize=SMALL)
        axes.set(xticks=range(1, 7))
        axes.tick_params(labelsize=9)
        axes.grid(visible=False, axis="x")
    every[0].plot(range(1, 7), center, "_", color=FG, markersize=13, markeredgewidth=1.6)
    every[0].annotate("c", (2, center[1]), (11, -2), textcoords="offset points", va="center", fontsize=SMALL)
    return figure
