"""What happens between a gradient and a step: averages, batches, tests of the rate, detours around a missing slope."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import Array, contours, dot, field, names, say, track
from kbgen.figures.style import COLOURS, DASHES, FG, GRID, label_ends, name_axis, panel, panels
from kbgen.landscapes import HEIGHT, SLOPE, VALLEY
from kbgen.losses import classification, regression
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
descend: Callable[..., Any] = rules.gradient_descent
squared_error_grad: Callable[..., Any] = regression.squared_error_grad
with_logits_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad


def _average(x: Array, beta: float) -> Array:
    """The exponential moving average of x from zero."""
    kept, seen = 0.0, []
    for value in x:
        kept = beta * kept + (1 - beta) * float(value)
        seen.append(kept)
    return np.array(seen)


def second_moment() -> Figure:
    """Noisy gradients whose mean changes sign, their first moment and the root of the second, as Adam keeps them."""
    labels = ["√v̂", "m̂"]
    figure, axes = panel(labels=labels)
    t = np.arange(1, 241)
    g = np.random.default_rng(5).normal(size=240) + np.where(t < 120, 0.8, -0.8)
    axes.plot(t, g, linestyle="none", marker="o", markersize=2.2, color=FG, alpha=0.45)
    lines = [
        axes.plot(t, np.sqrt(_average(g**2, 0.999) / (1 - 0.999**t)), color=ORANGE, linestyle=DASHES[1])[0],
        axes.plot(t, _average(g, 0.9) / (1 - 0.9**t), color=BLUE)[0],
    ]
    axes.set(xlim=(0, 240), ylim=(-3.4, 3.4), xticks=(0, 80, 160, 240), yticks=(-2, 0, 2), xlabel="t")
    label_ends(axes, lines, labels)
    name_axis(axes, "g")
    return figure


def bias_correction() -> Figure:
    """Averages from zero of numbers around 1, with and without division by 1 − βᵗ."""
    labels = ["m̂, 0.99", "m, 0.99", "m, 0.9"]
    figure, axes = panel(labels=labels)
    t = np.arange(1, 201)
    x = 1 + 0.4 * np.random.default_rng(0).normal(size=200)
    axes.plot(t, x, linestyle="none", marker="o", markersize=2, color=FG, alpha=0.35)
    slow = _average(x, 0.99)
    curves = (slow / (1 - 0.99**t), slow, _average(x, 0.9))
    lines = [axes.plot(t, curve, color=COLOURS[i], linestyle=DASHES[i])[0] for i, curve in enumerate(curves)]
    axes.set(xlim=(0, 200), ylim=(0, 2), xticks=range(0, 201, 50), yticks=(0, 0.5, 1, 1.5, 2), xlabel="t")
    label_ends(axes, lines, labels)
    name_axis(axes, "mₜ")
    return figure


def exponential_moving_average() -> Figure:
    """A noisy step and its averages with three lengths of memory."""
    labels = ["β = 0.5", "β = 0.9", "β = 0.99"]
    figure, axes = panel(labels=labels)
    t = np.arange(240)
    x = np.where(t < 80, 0.0, 1.0) + 0.5 * np.random.default_rng(1).normal(size=240)
    axes.plot(t, x, linestyle="none", marker="o", markersize=1.8, color=FG, alpha=0.35)
    lines = []
    for i, beta in enumerate((0.5, 0.9, 0.99)):
        lines += axes.plot(t, _average(x, beta), color=COLOURS[i], linestyle=DASHES[i] if i else "-", linewidth=(0.9, 1.7, 2.4)[i])
    axes.set(xlim=(0, 240), ylim=(-1.3, 2.3), xticks=range(0, 241, 80), yticks=(-1, 0, 1, 2), xlabel="t")
    label_ends(axes, lines, labels)
    return figure


def large_batch_training() -> Figure:
    """Noisy quadratic: least number of steps to a given excess loss, and the rate that takes them, for each batch size."""
    figure, (count, best) = panels(2, gap=0.75)
    batches, rates = 2.0 ** np.arange(0, 13), np.geomspace(0.005, 1.95, 60)
    steps = _steps_to(0.01, batches[:, None], rates)
    least = steps.min(axis=1)
    count.plot(batches, least, color=BLUE, marker="o", markersize=4)
    count.plot(batches, least[0] / batches, color=FG, linestyle=DASHES[2], linewidth=1.2)
    best.plot(batches, rates[steps.argmin(axis=1)], color=BLUE, marker="o", markersize=4)
    best.plot(batches, rates[steps.argmin(axis=1)][0] * batches, color=FG, linestyle=DASHES[2], linewidth=1.2)
    for axes, limits, exponents in ((count, (10, 1e5), (1, 2, 3, 4, 5)), (best, (1e-3, 4), (-3, -2, -1, 0))):
        axes.set(xscale="log", yscale="log", xlim=(1, 4096), ylim=limits)
        powers(axes.xaxis, (0, 4, 8, 12), base=2)
        powers(axes.yaxis, exponents)
    names(count, "B", "t")
    names(best, "B", "η")
    return figure


def _steps_to(target: float, batch: Any, rate: Any) -> Array:
    """Steps until the expected loss of ½Σhθ² is at `target`; gradients have noise of variance h/B. Never: infinity."""
    h = np.geomspace(0.03, 1, 12)[:, None, None]
    second, steps = np.ones((12, len(batch), len(rate))), np.full((len(batch), len(rate)), np.inf)
    for t in np.unique(np.geomspace(1, 2e5, 260).astype(int)):
        shrink = (1 - rate * h) ** 2
        floor = rate**2 * h / batch / (1 - shrink)
        loss = (0.5 * h * (floor + (second - floor) * shrink**t)).sum(axis=0)
        steps = np.minimum(steps, np.where(loss <= target, t, np.inf))
    return steps


def saturation() -> Figure:
    """Slope of squared error and of cross-entropy in the logit of a sigmoid unit, for the target 1."""
    labels = ["½(p − y)²", "−log p"]
    figure, axes = panel(labels=labels)
    z = np.linspace(-8, 8, 161)
    p, one = 1 / (1 + np.exp(-z)), np.ones_like(z)
    slopes = (0.5 * squared_error_grad(p, one) * p * (1 - p), with_logits_grad(z, one))
    for i, slope in enumerate(slopes):
        axes.plot(z, slope, color=COLOURS[1 - i], linestyle=DASHES[1 - i])
    axes.set(xlim=(-8, 8), ylim=(-1.05, 0.1), xticks=range(-8, 9, 4), yticks=(-1, -0.5, 0), xlabel="z")
    say(axes, labels[0], -4.6, -0.12, ORANGE)
    say(axes, labels[1], -3.2, -0.82, BLUE)
    name_axis(axes, "∂ℓ/∂z")
    return figure


def natural_gradient() -> Figure:
    """Mean and spread of a Gaussian fitted to N(0, 1): gradient descent and natural gradient from two starts."""
    figure, axes = field(height=3.1)
    axes.set(xlim=(-3.3, 3.3), ylim=(0.15, 3.1), xticks=range(-3, 4), yticks=(1, 2, 3), xlabel="μ")
    contours(axes, lambda m, s: np.log(s) + (m**2 + 1) / (2 * s**2) - 0.5, (0.05, 0.2, 0.5, 1, 2, 4, 8))
    for start in ((-2.8, 0.9), (2.8, 0.9)):
        for i, (rate, steps) in enumerate(((0.08, 400), (0.1, 80))):
            path = [np.array(start)]
            for _ in range(steps):
                m, s = path[-1]
                g = np.array([m / s**2, 1 / s - (m**2 + 1) / s**3])
                path.append(descend(path[-1], g * (1, 1) if i == 0 else g * (s**2, s**2 / 2), lr=rate))
            track(axes, np.array(path), i, apart=0.22)
    say(axes, "①", -1.9, 2.32, BLUE, fontsize=15)
    say(axes, "②", -0.75, 1.85, ORANGE, fontsize=15)
    axes.plot(0, 1, color=FG, marker="x", markersize=8, markeredgewidth=2, zorder=8)
    axes.grid(visible=False)
    name_axis(axes, "σ")
    return figure


def line_search() -> Figure:
    """The curved valley along the negative gradient, the Armijo line, and the steps that halving tries."""
    figure, axes = field()
    place = np.array([-1.25, 0.35])
    g = SLOPE[VALLEY](place)
    along = np.linspace(0, 0.18, 181)

    def phi(step: Any) -> Any:
        moved = place[:, None] - g[:, None] * np.atleast_1d(step)
        return HEIGHT[VALLEY](moved[0], moved[1])

    line = phi(0.0)[0] - 0.3 * along * float(g @ g)
    axes.plot(along, phi(along), color=FG)
    axes.plot(along, line, color=ORANGE, linestyle=DASHES[1])
    good = phi(along) <= line
    axes.fill_between(along, 0, 12, where=good.tolist(), color=BLUE, alpha=0.1, linewidth=0)
    for k in range(5):
        step = 0.1 * 0.5**k
        height = float(phi(step)[0])
        fine = height <= float(phi(0.0)[0]) - 0.3 * step * float(g @ g)
        dot(axes, step, height, BLUE if fine else ORANGE, marker="o" if fine else "X", markersize=8)
        if fine:
            break
    axes.set(xlim=(0, 0.18), ylim=(0, 6), xticks=(0, 0.05, 0.1, 0.15), xlabel="α")
    name_axis(axes, "f")
    return figure


def proximal_operator() -> Figure:
    """The soft threshold, and how many of 40 weights of a lasso are exactly zero under proximal and under subgradient steps."""
    figure, (curve, zeros) = panels(2)
    x = np.linspace(-3, 3, 121)
    curve.plot(x, x, color=FG, linestyle=DASHES[2], linewidth=1)
    curve.plot(x, _soft(x, 1.0), color=BLUE)
    rng = np.random.default_rng(0)
    features, truth = rng.normal(size=(60, 40)), np.r_[np.array([3, -2, 1.5, 1, -1]), np.zeros(35)]
    answer = features @ truth + 0.5 * rng.normal(size=60)
    rate = 1 / float(np.linalg.eigvalsh(features.T @ features / 60)[-1])
    counts: list[list[int]] = [[], []]
    w, u = np.zeros(40), np.zeros(40)
    w[:] = u[:] = 0.5
    for _ in range(100):
        w = _soft(descend(w, features.T @ (features @ w - answer) / 60, lr=rate), rate * 0.2)
        u = descend(u, features.T @ (features @ u - answer) / 60 + 0.2 * np.sign(u), lr=rate)
        counts[0].append(int((w == 0).sum()))
        counts[1].append(int((u == 0).sum()))
    for i, count in enumerate(counts):
        zeros.plot(range(1, 101), count, color=COLOURS[i], linestyle=DASHES[i])
    curve.set(xlim=(-3, 3), ylim=(-3, 3), xticks=(-3, -1, 0, 1, 3), yticks=(-2, 0, 2))
    zeros.set(xlim=(0, 100), ylim=(-1, 40), xticks=(0, 40, 80), yticks=(0, 10, 20, 30, 40))
    say(zeros, "S", 80, 27, BLUE, fontsize=15)
    say(zeros, "∂", 80, 4, ORANGE, fontsize=15)
    names(curve, "x", "S₁(x)")
    names(zeros, "t", "#{w = 0}")
    return figure


def _soft(x: Array, threshold: float) -> Array:
    return np.sign(x) * np.maximum(np.abs(x) - threshold, 0)


def straight_through_estimator() -> Figure:
    """The stairs of rounding with the slope that stands in for theirs; and a weight trained through them towards 2.6."""
    figure, (stairs, run) = panels(2)
    x = np.linspace(-2.5, 2.5, 1001)
    stairs.plot(x, np.round(x), color=BLUE, linewidth=1.8)
    stairs.plot(x, x, color=ORANGE, linestyle=DASHES[1], linewidth=1.5)
    w, seen = 0.2, []
    for _ in range(61):
        seen.append(w)
        w = float(descend(w, 2 * (np.round(w) - 2.6), lr=0.05))
    run.plot(seen, color=ORANGE, linestyle=DASHES[1], linewidth=1.5)
    run.step(range(61), np.round(seen), where="mid", color=BLUE, linewidth=1.8)
    run.axhline(2.6, color=FG, linestyle=DASHES[2], linewidth=1)
    run.axhline(0.2, color=GREEN, linewidth=1.8)
    stairs.set(xlim=(-2.5, 2.5), ylim=(-2.5, 2.5), xticks=range(-2, 3), yticks=range(-2, 3))
    run.set(xlim=(0, 60), ylim=(-0.2, 3.3), xticks=(0, 20, 40, 60), yticks=(0, 1, 2, 3))
    names(stairs, "x", "⌊x⌉")
    names(run, "t", "w")
    return figure


def minimax() -> Figure:
    """The game xy: both players step at once, one after the other, and with a look ahead."""
    figure, axes = field(height=3.3)
    axes.set(xlim=(-2.6, 2.6), ylim=(-1.9, 1.9), aspect="equal", xticks=(-2, -1, 0, 1, 2), yticks=(-1, 0, 1), xlabel="x")
    contours(axes, lambda x, y: np.asarray(x * y), (-2, -1, -0.4, -0.1, 0.1, 0.4, 1, 2))
    rate = 0.2
    for i, name in enumerate(("at once", "in turn", "ahead")):
        path = [np.array([1.0, 0.0])]
        for _ in range(32):
            x, y = path[-1]
            if name == "ahead":
                ahead = np.array([x - rate * y, y + rate * x])
                step = np.array([x - rate * ahead[1], y + rate * ahead[0]])
            else:
                x_next = x - rate * y
                step = np.array([x_next, y + rate * (x if name == "at once" else x_next)])
            path.append(step)
        track(axes, np.array(path), i, apart=0.15)
    for i, sign in enumerate("①②③"):
        say(axes, sign, (2.12, 0.25, 0.25)[i], (0.05, -1.17, -0.5)[i], COLOURS[i], fontsize=15)
    axes.plot(0, 0, color=FG, marker="x", markersize=8, markeredgewidth=2, zorder=6)
    axes.grid(visible=False)
    name_axis(axes, "y")
    return figure


def lr_range_test() -> Figure:
    """Mini-batch loss of a small network while the rate grows from 10⁻⁴ to 10 in 200 steps."""
    figure, axes = field()
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, 512)
    y = np.sin(2.2 * x) + 0.1 * rng.normal(size=512)
    theta, rates, losses = 0.4 * rng.normal(size=(3, 16)), np.geomspace(1e-4, 10, 200), []
    for rate in rates:
        pick = rng.integers(512, size=32)
        a = np.tanh(theta[0] * x[pick, None] + theta[1])
        r = a @ theta[2] - y[pick]
        losses.append(float(np.mean(r**2)))
        back = 2 * r[:, None] * theta[2] * (1 - a**2)
        slope = np.array([back * x[pick, None], back, 2 * r[:, None] * a]).mean(axis=1)
        theta = descend(theta, slope, lr=rate)
        if losses[-1] > 1e3:
            break
    shown = np.array(losses)
    smooth = _average(shown, 0.9) / (1 - 0.9 ** np.arange(1, len(shown) + 1))
    axes.plot(rates[: len(shown)], shown, color=GRID, linewidth=1.2)
    axes.plot(rates[: len(shown)], smooth, color=BLUE)
    k = int(smooth.argmin())
    dot(axes, rates[k], smooth[k], BLUE)
    axes.set(xscale="log", xlim=(1e-4, 10), ylim=(0, 1.6), xlabel="η")
    powers(axes.xaxis, (-4, -3, -2, -1, 0, 1))
    name_axis(axes, "L")
    return figure


def gradient_checkpointing() -> Figure:
    """A chain of 64 layers, run with k checkpoints: the most activations held at once, and the layers computed."""
    figure, (memory, work) = panels(2)
    counts = np.array([1, 2, 4, 8, 16, 32, 64])
    kept, done = np.array([_chain(64, int(k)) for k in counts]).T
    for axes, values in ((memory, kept), (work, done)):
        axes.plot(counts, values, color=BLUE, marker="o", markersize=5)
        axes.set(xscale="log", xlim=(0.9, 72))
        powers(axes.xaxis, (0, 2, 4, 6), base=2)
    memory.set(ylim=(0, 70), yticks=(0, 16, 32, 48, 64))
    work.set(ylim=(0, 140), yticks=(0, 64, 128))
    names(memory, "k", "max")
    names(work, "k", "#")
    return figure


def _chain(layers: int, pieces: int) -> tuple[int, int]:
    """Peak of stored activations and layers computed, for forward and backward with a checkpoint at the start of every piece."""
    size = layers // pieces
    computed, peak = layers, pieces
    for piece in reversed(range(pieces)):
        held = piece + 1
        if piece < pieces - 1 and size > 1:
            computed += size - 1
        peak = max(peak, held + size - 1)
    return peak, computed


def quantization() -> Figure:
    """Relative error of 4096 normal weights rounded to b bits with one scale, without and with a single weight of 40 among them."""
    labels = ["w₁ = 40", "N(0, 1)"]
    figure, axes = panel(labels=labels)
    bits, plain = np.arange(2, 13), np.random.default_rng(0).normal(size=4096)
    far = plain.copy()
    far[0] = 40
    for i, weights in enumerate((far, plain)):
        error = []
        for b in bits:
            scale = np.abs(weights).max() / (2 ** (b - 1) - 1)
            gap = (np.round(weights / scale) * scale - weights)[1:]
            error.append(np.sqrt(np.mean(gap**2)))
        axes.plot(bits, error, color=COLOURS[1 - i], linestyle=DASHES[1 - i], marker="o^"[1 - i], markersize=5)
        say(axes, labels[i], 12, error[-1], COLOURS[1 - i], offset=(12, 2), ha="left")
    axes.set(yscale="log", xlim=(1.7, 12.3), ylim=(3e-4, 2), xticks=(2, 4, 6, 8, 10, 12), xlabel="b")
    powers(axes.yaxis, (-3, -2, -1, 0))
    name_axis(axes, "ε")
    return figure
