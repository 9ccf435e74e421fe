"""Ways to hold a model back that are no plain penalties: shares, mixtures, norms, and many models in place of one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import SMALL, Array, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import adversarial
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
penalty_grad: Callable[..., Any] = adversarial.gradient_penalty_grad


def _shrunk(z: Array, by: float) -> Array:
    """The soft threshold."""
    return np.asarray(np.sign(z) * np.maximum(np.abs(z) - by, 0))


def _shrunk_evenly(z: Array, by: float) -> Array:
    return z / (1 + by)


def _path(x: Array, y: Array, l1: Array, l2: float, steps: int = 1000) -> Array:
    """Weights of least squares with penalties l1 ∥w∥₁ + l2 ∥w∥² for each l1, by accelerated proximal steps.

    Beck and Teboulle (2009). Momentum starts anew where it points uphill; between nearly equal features plain steps would need
    a hundred times as many.
    """
    curvature = x.T @ x / len(y) + 2 * l2 * np.eye(x.shape[1])
    pull, rate = x.T @ y / len(y), 1 / np.linalg.eigvalsh(curvature)[-1]
    w = ahead = np.zeros((len(l1), x.shape[1]))
    age = np.ones((len(l1), 1))
    for _ in range(steps):
        new = _shrunk(ahead - rate * (ahead @ curvature - pull), rate * l1[:, None])
        age = np.where(((ahead - new) * (new - w)).sum(axis=1, keepdims=True) > 0, 1, age)
        older, age = age, (1 + np.sqrt(1 + 4 * age**2)) / 2
        ahead, w = new + (older - 1) / age * (new - w), new
    return w


def elastic_net_regularization() -> Figure:
    """Two nearly equal features and a third: their weights against the penalty, for L1 alone and with L2 beside it."""
    rng = np.random.default_rng(2)
    common = rng.normal(size=80)
    x = np.column_stack([common + 0.05 * rng.normal(size=80), common + 0.05 * rng.normal(size=80), rng.normal(size=80)])
    y = x @ (1.0, 1.0, 0.7) + 0.5 * rng.normal(size=80)
    strengths = np.geomspace(0.01, 2.5, 41)
    figure, both = panels(2, height=2.9, gap=0.4)
    for axes, l2, text in zip(both, (0.0, 0.5), ("λ∥w∥₁", "λ∥w∥₁ + ½∥w∥²"), strict=True):
        path = _path(x, y, strengths, l2)
        for j in range(3):
            axes.plot(strengths, path[:, j], color=COLOURS[j], linestyle=DASHES[j])
            place = (((0.025, 0.16), (0.06, 1.72), (0.3, 0.64)), ((0.03, 0.78), (0.1, 0.78), (0.05, 0.22)))[l2 > 0][j]
            say(axes, f"w{'₁₂₃'[j]}", *place, COLOURS[j], fontsize=SMALL)
        axes.set(xscale="log", xlim=(0.01, 2.5), ylim=(-0.1, 2.2), yticks=(0, 0.5, 1, 1.5, 2))
        powers(axes.xaxis, (-2, -1, 0))
        names(axes, "λ", "")
        say(axes, text, 0.16, 2.2, offset=(0, 8), fontsize=SMALL)
    return figure


def sparsity() -> Figure:
    """Share of 400 weights that are exactly zero, and share of their size that is left, under L1 and L2 of growing strength."""
    z = np.random.default_rng(0).standard_t(3, size=400)
    strengths = np.linspace(0, 4, 41)
    figure, both = panels(2, height=2.9, gap=0.5)
    for i, shrink in enumerate((_shrunk, _shrunk_evenly)):
        kept = np.array([shrink(z, by) for by in strengths])
        both[0].plot(strengths, (kept == 0).mean(axis=1), color=COLOURS[i], linestyle=DASHES[i])
        both[1].plot(strengths, np.linalg.norm(kept, axis=1) / np.linalg.norm(z), color=COLOURS[i], linestyle=DASHES[i])
        say(both[0], ("L1", "L2")[i], 2.6, (0.75, 0.09)[i], COLOURS[i])
        say(both[1], ("L1", "L2")[i], (0.8, 2.9)[i], (0.45, 0.36)[i], COLOURS[i])
    for axes, text in zip(both, ("∣{j: wⱼ = 0}∣ / d", "∥w∥ / ∥z∥"), strict=True):
        axes.set(xlim=(0, 4), ylim=(0, 1.02), xticks=range(5), yticks=(0, 0.5, 1))
        names(axes, "λ", "")
        say(axes, text, 2, 1.02, offset=(0, 9), fontsize=SMALL)
    return figure


def regularization_strength() -> Figure:
    """Change of the test error of ridge regression against λ, for 30, 60 and 200 examples of 25 features."""
    strengths = np.geomspace(1e-4, 3, 19)
    figure, axes = panel()
    places = ((2.5e-3, -0.3), (0.3, -0.22), (0.12, 0.2))
    for i, (n, place) in enumerate(zip((30, 60, 200), places, strict=True)):
        change = np.median([_ridge_change(n, strengths, seed) for seed in range(15)], axis=0)
        axes.plot(strengths, change, color=COLOURS[i], linestyle=DASHES[i])
        best = int(change.argmin())
        axes.plot(strengths[best], change[best], "o", color=COLOURS[i], markersize=6)
        say(axes, f"n = {n}", *place, COLOURS[i], ha="right")
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.6)
    axes.set(xscale="log", xlim=(1e-4, 3), ylim=(-0.85, 0.4), xlabel="λ", yticks=(-0.75, -0.5, -0.25, 0, 0.25))
    axes.set_yticklabels(["−75 %", "−50 %", "−25 %", "0", "+25 %"])
    powers(axes.xaxis, (-4, -3, -2, -1, 0))
    return figure


def _ridge_change(n: int, strengths: Array, seed: int, d: int = 25) -> Array:
    """Expected squared error on new examples over that without a penalty, minus one; signal of length 2, noise 1."""
    rng = np.random.default_rng(seed)
    true = rng.normal(size=d) * 2 / np.sqrt(d)
    x = rng.normal(size=(n, d))
    y = x @ true + rng.normal(size=n)
    curvature, basis = np.linalg.eigh(x.T @ x / n)
    pull = basis.T @ x.T @ y / n
    off = pull / (curvature + np.array([0.0, *strengths])[:, None]) - basis.T @ true
    errors = 1 + (off**2).sum(axis=1)
    return np.asarray(errors[1:] / errors[0] - 1)


def mixup_augmentation() -> Figure:
    """Two moons and 100 mixtures of random pairs; the first colour shows how much of class one is in the label."""
    rng = np.random.default_rng(6)
    turn = rng.uniform(0, np.pi, 60)
    upper = np.arange(60) < 30
    x = np.where(upper[:, None], np.stack([np.cos(turn), np.sin(turn)], 1), np.stack([1 - np.cos(turn), 0.4 - np.sin(turn)], 1))
    x += 0.08 * rng.normal(size=x.shape)
    figure, both = panels(2, height=2.6, gap=0.4)
    for axes, alpha in zip(both, (0.2, 1.0), strict=True):
        i, j = rng.integers(60, size=(2, 100))
        share = rng.beta(alpha, alpha, 100)
        made = share[:, None] * x[i] + (1 - share)[:, None] * x[j]
        label = share * upper[i] + (1 - share) * upper[j]
        for level in range(6):
            some = made[np.round(5 * label) == level]
            for colour, depth in ((BLUE, level), (ORANGE, 5 - level)):
                if depth:
                    axes.plot(*some.T, "o", color=colour, alpha=0.17 * depth, markersize=4, markeredgewidth=0)
        axes.plot(*x[upper].T, "o", color=BLUE, markersize=4.5, markerfacecolor="none")
        axes.plot(*x[~upper].T, "s", color=ORANGE, markersize=4.5, markerfacecolor="none")
        axes.set(xlim=(-1.3, 2.3), ylim=(-0.9, 1.3), aspect="equal", xticks=(-1, 0, 1, 2), yticks=(0, 1))
        axes.tick_params(labelsize=SMALL)
        say(axes, f"α = {alpha:g}", 0.5, 1.3, offset=(0, 9), fontsize=SMALL)
    return figure


def spectral_norm() -> Figure:
    """Singular values of a random 64 × 32 matrix, of the matrix divided by the largest, and of two such layers in a row."""
    rng = np.random.default_rng(0)
    W, V = rng.normal(size=(64, 32)) * 0.25, rng.normal(size=(32, 64)) * 0.25
    before = np.linalg.svd(W, compute_uv=False)
    both = np.linalg.svd(V / np.linalg.norm(V, 2) @ W / before[0], compute_uv=False)
    labels = ["W", "W̄", "W̄₂W̄"]
    figure, axes = panel(labels=labels)
    lines = []
    for k, (values, mark) in enumerate(zip((before, before / before[0], both), "so^", strict=True)):
        lines += axes.plot(np.arange(1, 33), values, mark, color=(ORANGE, BLUE, GREEN)[k], markersize=4)
    axes.axhline(1, color=FG, linewidth=1, linestyle=DASHES[2])
    axes.set(xlim=(0, 33), ylim=(0, 3.6), xlabel="i", xticks=(1, 8, 16, 24, 32), yticks=range(4))
    name_axis(axes, "σᵢ")
    label_ends(axes, lines, labels)
    return figure


def gradient_penalty_regularizer() -> Figure:
    """A critic on the line after 100 steps of ascent on the mean difference: free, and with the penalty on its slope."""
    x = np.linspace(-3, 3, 121)
    figure, (value, slope) = panels(2, height=2.9, gap=0.6)
    for i, weight in enumerate((0.0, 10.0)):
        D, d = _critic(weight, x)
        value.plot(x, D, color=COLOURS[1 - i], linestyle=DASHES[1 - i])
        slope.plot(x, np.abs(d), color=COLOURS[1 - i], linestyle=DASHES[1 - i])
        say(slope, f"λ = {weight:g}", 0, (5.6, 1.3)[i], COLOURS[1 - i], fontsize=SMALL)
    value.set(xlim=(-3, 3), ylim=(-12, 12), xticks=(-2, 0, 2), yticks=(-10, -5, 0, 5, 10))
    slope.axhline(1, color=FG, linewidth=1, linestyle=DASHES[2])
    slope.set(yscale="log", xlim=(-3, 3), ylim=(0.5, 20), xticks=(-2, 0, 2))
    slope.set_yticks([1, 3, 10], ["1", "3", "10"])
    slope.set_yticks([], minor=True)
    names(value, "x", "D")
    names(slope, "x", "∣D′∣")
    return figure


def _critic(weight: float, asked: Array, steps: int = 100) -> tuple[Array, Array]:
    """Values and slopes of a critic with 24 tanh features that tells N(1, ¼) from N(−1, ¼)."""
    rng = np.random.default_rng(0)
    places, width = np.linspace(-3, 3, 24), 0.6

    def feature(t: Array) -> tuple[Array, Array]:
        h = np.tanh((t[:, None] - places) / width)
        return h, (1 - h**2) / width

    w, state = np.zeros(24), ()
    for _ in range(steps):
        real, fake, u = 1 + 0.5 * rng.normal(size=64), -1 + 0.5 * rng.normal(size=64), rng.random(64)
        _, between = feature(u * real + (1 - u) * fake)
        g = feature(fake)[0].mean(axis=0) - feature(real)[0].mean(axis=0)
        if weight:
            g = g + between.T @ penalty_grad((between @ w)[:, None], weight=weight)[:, 0] / 64
        w, *rest = adam(w, g, *state, lr=0.005)
        state = tuple(rest)
    h, slope = feature(asked)
    D = h @ w
    return D - D.mean(), slope @ w


def ensemble() -> Figure:
    """Ten polynomials of degree 9, each fitted to other noise, and their mean, beside the function behind the data."""
    rng = np.random.default_rng(3)
    x, fine = np.linspace(-1, 1, 14), np.linspace(-1, 1, 81)
    true = np.sin(np.pi * fine)
    fits = []
    for _ in range(10):
        y = np.sin(np.pi * x) + 0.35 * rng.normal(size=14)
        fits.append(np.polynomial.legendre.Legendre.fit(x, y, 9)(fine))
    figure, axes = panel()
    for fit in fits:
        axes.plot(fine[::2], fit[::2], color=ORANGE, linewidth=0.9, alpha=0.7)
    axes.plot(fine[::2], true[::2], color=FG, linestyle=DASHES[2], linewidth=1.8)
    axes.plot(fine[::2], np.mean(fits, axis=0)[::2], color=BLUE)
    single = np.mean([(fit - true) ** 2 for fit in fits])
    together = np.mean((np.mean(fits, axis=0) - true) ** 2)
    axes.set(xlim=(-1, 1), ylim=(-1.8, 1.8), xlabel="x", xticks=(-1, -0.5, 0, 0.5, 1), yticks=(-1, 0, 1))
    say(axes, f"fₘ: {single:.3f}", -0.95, 1.55, ORANGE, ha="left")
    say(axes, f"f̄: {together:.3f}", -0.95, 1.2, BLUE, ha="left")
    return figure
