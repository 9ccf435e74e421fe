"""What data say about a model: bounds, information, surrogates, and a choice that rests on another choice."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import Array, dot, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel
from kbgen.losses import divergence, margin
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
gaussian_kl: Callable[..., Any] = divergence.gaussian_kl
descend: Callable[..., Any] = rules.gradient_descent
SURROGATES: tuple[Callable[..., Any], ...] = (margin.soft_margin, margin.hinge, margin.squared_hinge, margin.perceptron)


def elbo() -> Figure:
    """The bound of q = N(m, s²) on log p(2) against m, for z ~ N(0, 1) and x | z ~ N(z, 1); three spreads."""
    labels = ["s² = 0.5", "s² = 1", "s² = 2"]
    figure, axes = panel(labels=labels)
    m, lines = np.linspace(-0.5, 2.5, 121), []
    for i, spread in enumerate((0.5, 1.0, 2.0)):
        code = np.full((121, 1), np.log(spread))
        kl = gaussian_kl(m[:, None], code, np.zeros((121, 1)), np.zeros((121, 1)))
        bound = -0.5 * np.log(2 * np.pi) - 0.5 * ((2 - m) ** 2 + spread) - np.ravel(kl)
        lines += axes.plot(m, bound, color=COLOURS[i], linestyle=DASHES[i])
    evidence = float(-0.5 * np.log(4 * np.pi) - 1)
    axes.axhline(evidence, color=FG, linewidth=1.2)
    dot(axes, 1, evidence, BLUE)
    say(axes, "log p(x)", -0.45, evidence, offset=(0, 9), ha="left")
    axes.set(xlim=(-0.5, 2.5), ylim=(-5, -1.9), xticks=(0, 1, 2), yticks=(-5, -4, -3, -2), xlabel="m")
    label_ends(axes, lines, labels)
    return figure


def bilevel() -> Figure:
    """Ridge regression: training and validation loss against λ, and descent on log λ through the inner solution."""
    labels = ["F", "G₀"]
    figure, axes = panel(labels=labels)
    strengths, place, visited = np.geomspace(1e-3, 30, 80), np.log(5e-3), []
    curves = np.array([_ridge(s)[:2] for s in strengths])
    lines = [axes.plot(np.log10(strengths), curves[:, i], color=COLOURS[i], linestyle=DASHES[i])[0] for i in range(2)]
    for _ in range(15):
        outer, _, slope = _ridge(float(np.exp(place)))
        visited.append((place / np.log(10), outer))
        place = float(descend(place, slope * np.exp(place), lr=0.35))
    axes.plot(*np.array(visited).T, color=BLUE, linestyle="none", marker="o", markersize=5)
    axes.set(xlim=(-3, 1.48), ylim=(0, None), xlabel="λ")
    axes.set_xticks([-3, -2, -1, 0, 1], ["10⁻³", "10⁻²", "10⁻¹", "1", "10"])
    label_ends(axes, lines, labels)
    return figure


def _ridge(strength: float) -> tuple[float, float, float]:
    """Validation loss, training loss, and the derivative of the first in λ, at the ridge solution of 30 examples."""
    rng = np.random.default_rng(4)
    truth, x, held = rng.normal(size=20), rng.normal(size=(30, 20)), rng.normal(size=(200, 20))
    y, held_y = x @ truth + 3 * rng.normal(size=30), held @ truth + 3 * rng.normal(size=200)
    hessian = 2 * x.T @ x / 30 + 2 * strength * np.eye(20)
    w = np.linalg.solve(hessian, 2 * x.T @ y / 30)
    outer_slope = 2 * held.T @ (held @ w - held_y) / 200
    slope = -outer_slope @ np.linalg.solve(hessian, 2 * w)
    return float(np.mean((held @ w - held_y) ** 2)), float(np.mean((x @ w - y) ** 2)), float(slope)


def mutual_information() -> Figure:
    """Mutual information of 300 pairs from histograms with ever more bins: independent, and Gaussian with correlation 0.9."""
    labels = ["ρ = 0.9", "ρ = 0"]
    figure, axes = panel(labels=labels)
    rng, bins = np.random.default_rng(0), np.arange(2, 41, 2)
    x, noise = rng.normal(size=(2, 300))
    lines = []
    for i, rho in enumerate((0.9, 0.0)):
        y = rho * x + np.sqrt(1 - rho**2) * noise
        lines += axes.plot(bins, [_information(x, y, int(b)) for b in bins], color=COLOURS[i], linestyle=DASHES[i])
        axes.axhline(-0.5 * np.log(1 - rho**2), color=COLOURS[i], linestyle=DASHES[2], linewidth=1.3)
    axes.set(xlim=(2, 40), ylim=(-0.08, 2.6), xticks=(2, 10, 20, 30, 40), yticks=(0, 0.5, 1, 1.5, 2, 2.5), xlabel="k")
    label_ends(axes, lines, labels)
    name_axis(axes, "I")
    return figure


def _information(x: Array, y: Array, bins: int) -> float:
    """Mutual information of the cells of a square histogram."""
    joint = np.histogram2d(x, y, bins=bins)[0] / len(x)
    alone = joint.sum(axis=1)[:, None] * joint.sum(axis=0)
    full = joint > 0
    return float((joint[full] * np.log(joint[full] / alone[full])).sum())


def fisher_information() -> Figure:
    """Log-likelihood of the probability of heads after 20 and 200 tosses with 30% heads, and the parabola with curvature nF."""
    labels = ["n = 20", "n = 200"]
    figure, axes = panel(labels=labels)
    p = np.linspace(0.02, 0.98, 193)
    lines = []
    for i, count in enumerate((20, 200)):
        height = count * (0.3 * np.log(p / 0.3) + 0.7 * np.log((1 - p) / 0.7))
        lines += axes.plot(p, height, color=COLOURS[i])
        axes.plot(p, -0.5 * count / 0.21 * (p - 0.3) ** 2, color=COLOURS[i], linestyle=DASHES[2], linewidth=1.5)
    for i, (x, y) in enumerate(((0.72, -5), (0.56, -16.5))):
        say(axes, labels[i], x, y, COLOURS[i], ha="left")
    axes.set(xlim=(0, 1), ylim=(-20, 1), xticks=(0, 0.3, 0.5, 1), yticks=(-20, -15, -10, -5, 0), xlabel="p")
    name_axis(axes, "log L")
    return figure


def classification_calibration() -> Figure:
    """The score of least conditional risk against the probability of the positive class, for four surrogates."""
    labels = ["log", "(1 − m)₊", "(1 − m)₊²", "(−m)₊"]
    figure, axes = panel(labels=labels)
    scores, eta = np.linspace(-4, 4, 801), np.linspace(0.02, 0.98, 97)
    for i, loss in enumerate(SURROGATES):
        right, wrong = (np.ravel(loss(scores, np.full(801, sign))) for sign in (1.0, -1.0))
        risk = eta[:, None] * right + (1 - eta[:, None]) * wrong
        best = scores[risk.argmin(axis=1)]
        best[np.isclose(eta, 0.5)] = np.nan
        axes.plot(eta, best, color=COLOURS[i], linestyle=DASHES[i], linewidth=2)
        say(axes, labels[i], 1.02, (2.5, 1.55, 0.95, 0.0)[i], COLOURS[i], ha="left")
    axes.axvline(0.5, color=FG, linewidth=0.8)
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1)
    axes.set(xlim=(0, 1), ylim=(-3, 3), xticks=(0, 0.25, 0.5, 0.75, 1), yticks=range(-3, 4), xlabel="η")
    name_axis(axes, "α*")
    return figure
