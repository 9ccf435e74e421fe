"""The parts of networks: what a layer does to numbers, and what comes back through it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, frame, heads, sheet
from kbgen.figures.drawings._shared import Array, arrow, dot, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel
from kbgen.losses import classification

BLUE, ORANGE, GREEN, PURPLE = COLOURS
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def softmax() -> Figure:
    """Softmax of the scores 2, 1, 0 at temperatures from 0.1 to 30."""
    warmth = np.geomspace(0.1, 30, 121)
    shares = _softmax(np.array([2.0, 1.0, 0.0]) / warmth[:, None])
    figure, axes = panel()
    for i in range(3):
        axes.plot(warmth, shares[:, i], color=COLOURS[i], linestyle=DASHES[i])
    axes.axhline(1 / 3, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.6)
    axes.axvline(1, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.6)
    for i, share in enumerate(_softmax(np.array([2.0, 1.0, 0.0]))):
        dot(axes, 1, float(share), COLOURS[i])
        offset, side = ((6, 6), (-5, 7), (6, -9))[i], ("left", "right", "left")[i]
        say(axes, f"{share:.2f}", 1, float(share), COLOURS[i], offset=offset, ha=side)
        say(axes, f"z = {2 - i}", 0.1, (0.93, 0.17, 0.07)[i], COLOURS[i], offset=(5, 0), ha="left")
    axes.set(xscale="log", xlim=(0.1, 30), ylim=(0, 1.02), xlabel="T")
    axes.set_xticks([0.1, 0.3, 1, 3, 10, 30], ["0.1", "0.3", "1", "3", "10", "30"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0, 1 / 3, 2 / 3, 1], ["0", "⅓", "⅔", "1"])
    name_axis(axes, "p")
    return figure


def sigmoid() -> Figure:
    """The sigmoid, its tangent at zero, its slope, and the stretches where the slope is below 0.02."""
    z = np.linspace(-7, 7, 141)
    p = _sigmoid(z)
    flat = float(np.arccosh(1 / 0.04 - 1))  # the slope is 1 / (2 + 2 cosh z)
    figure, axes = panel()
    for side in (-1, 1):
        axes.axvspan(side * flat, side * 7, color=FG, alpha=0.08, linewidth=0)
    lines = axes.plot(z, p, color=BLUE) + axes.plot(z, p * (1 - p), color=ORANGE, linestyle=DASHES[1])
    axes.plot([-2, 2], [0, 1], color=FG, linewidth=1, linestyle=DASHES[2])
    axes.set(xlim=(-7, 7), ylim=(0, 1.1), xlabel="z", xticks=[-6, -4, -2, 0, 2, 4, 6], yticks=[0, 0.25, 0.5, 0.75, 1])
    dot(axes, 0, 0.25, ORANGE)
    dot(axes, 0, 0.5, BLUE)
    label_ends(axes, lines, ["σ(z)", "σ′(z)"])
    return figure


def relu() -> Figure:
    """A sine fitted by least squares with a constant and six ReLU units, whose kinks are marked."""
    x, kinks = np.linspace(0, 6, 241), np.arange(6.0)
    units = np.maximum(0, x[:, None] - kinks)
    X = np.column_stack([np.ones_like(x), units])
    w = np.linalg.lstsq(X, np.sin(x), rcond=None)[0]
    figure, axes = panel()
    for kink, weight in zip(kinks, w[1:], strict=True):
        axes.plot([kink, 6], [0, weight * (6 - kink)], color=GREEN, linewidth=1.2, linestyle=DASHES[1])
    axes.plot(x[::4], np.sin(x[::4]), color=FG, linewidth=1.6, linestyle=DASHES[2])
    (line,) = axes.plot(x[::20], (X @ w)[::20], color=BLUE)
    for kink in kinks:
        dot(axes, kink, float(np.interp(kink, x, X @ w)), BLUE)
    axes.set(xlim=(0, 6), ylim=(-1.7, 1.7), xlabel="x", yticks=[-1, 0, 1])
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    label_ends(axes, [line], ["ŷ"])
    say(axes, "wₖ max(0, x − k)", 2.0, 1.45, GREEN, ha="left")
    return figure


def dead_relu() -> Figure:
    """Share of dead units after 60 steps of gradient descent against the learning rate: squared error and cross-entropy."""
    rates = np.geomspace(0.03, 30, 25)
    figure, axes = panel()
    for i, (squared, label) in enumerate(((True, "½(ŷ − y)²"), (False, "−log p"))):
        share = _dead_share(rates, squared=squared)
        axes.plot(rates, share, color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=4)
        high = int(np.argmax(share > 0.59))
        say(axes, label, rates[high], share[high], COLOURS[i], offset=(-8, 2), ha="right")
        if np.isnan(share).any():
            end = rates[np.argmax(np.isnan(share))]
            axes.axvline(end, color=COLOURS[i], linewidth=0.9, linestyle=DASHES[2], zorder=1.6)
            say(axes, "NaN", end, 1, COLOURS[i], offset=(4, -10), ha="left")
    axes.set(xscale="log", xlim=(0.03, 30), ylim=(0, 1.02), xlabel="η")
    axes.set_xticks([0.03, 0.1, 0.3, 1, 3, 10, 30], ["0.03", "", "0.3", "1", "3", "", "30"])
    axes.set_xticks([], minor=True)
    return figure


def _dead_share(rates: Array, *, squared: bool, seeds: int = 10, units: int = 16) -> Array:
    """For every rate the share of hidden units that are silent on all 40 examples, over all seeds at once.

    Only networks that still compute with numbers count; there is no share where most of them do not.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    y = np.broadcast_to((x[:, :1] * x[:, 1:2] > 0).astype(float), (len(rates), seeds, 40, 1))
    W = np.tile(rng.normal(size=(seeds, 3, units)) / np.sqrt(1.5), (len(rates), 1, 1, 1))
    b, v, c = np.zeros((len(rates), seeds, 1, units)), np.tile(rng.normal(size=(seeds, units, 1)) / 4, (len(rates), 1, 1, 1)), 0.0
    rate = rates[:, None, None, None]
    with np.errstate(all="ignore"):
        for _ in range(60):
            h = np.maximum(x @ W + b, 0)
            out = h @ v + c
            r = (out - y if squared else bce_grad(out, y)) / 40
            back = (r @ v.mT) * (h > 0)
            W, b, v = W - rate * (x.T @ back), b - rate * back.sum(axis=-2, keepdims=True), v - rate * (h.mT @ r)
            c = c - rate * r.sum(axis=-2, keepdims=True)
        before = x @ W + b
        sound = np.isfinite(before).all(axis=(-2, -1))
        dead = (before <= 0).all(axis=-2).mean(axis=-1)
        share = np.where(sound, dead, 0).sum(axis=1) / sound.sum(axis=1)
    return np.where(sound.mean(axis=1) >= 0.5, share, np.nan)


def dropout() -> Figure:
    """Six activations, three of their masked versions at p = ½, and the mean of 10 000 of them."""
    rng = np.random.default_rng(7)
    h = np.array([[0.5, 1.2, 0.3, 2.0, 0.8, 1.5]])
    masked = h * (rng.random((10_000, 6)) > 0.5) / 0.5
    figure, axes = sheet(8.3, 6.4)
    for label, values, y in (("h", h, 0.2), ("h̃", masked[:3], 1.7), ("⟨h̃⟩", masked.mean(axis=0, keepdims=True), 5.2)):
        cells(axes, values, (1.7, y), form=".2f" if label == "⟨h̃⟩" else ".1f", most=4.0, color=BLUE if label == "h" else GREEN)
        heads(axes, [label], (0.85, y + len(values) / 2), (0, 0), fontsize=14)
    return figure


def batch_normalization() -> Figure:
    """One activation, 1 in a standard normal population, normalised in batches of 2 to 256: 5th to 95th percentile and 12 draws."""
    rng, sizes = np.random.default_rng(1), 2 ** np.arange(1, 9)
    seen = [_normalised(rng.normal(size=(1000, m - 1))) for m in sizes]
    low, middle, high = np.transpose([np.percentile(s, [5, 50, 95]) for s in seen])
    figure, axes = panel(labels=["95 %"])
    axes.fill_between(sizes, low, high, color=BLUE, alpha=0.2, linewidth=0)
    lines = [axes.plot(sizes, y, color=BLUE, linewidth=w)[0] for y, w in ((low, 1.2), (middle, 2.2), (high, 1.2))]
    for m, s in zip(sizes, seen, strict=True):
        axes.plot(np.full(12, m), s[:12], "o", color=ORANGE, markersize=3, alpha=0.8)
    axes.set(xscale="log", xlim=(1.8, 256), ylim=(-1.3, 2.2), xlabel="m", yticks=[-1, 0, 1, 2])
    axes.set_xticks([2, 4, 8, 16, 64, 256], ["2", "4", "8", "16", "64", "256"])
    axes.set_xticks([], minor=True)
    name_axis(axes, "x̂")
    label_ends(axes, lines, ["5 %", "50 %", "95 %"])
    return figure


def _normalised(others: Array) -> Array:
    """The value 1 after normalisation with each row of `others`."""
    batch = np.column_stack([np.ones(len(others)), others])
    return np.asarray((1 - batch.mean(axis=1)) / np.sqrt(batch.var(axis=1) + 1e-5))


TEXT = (
    "a network learns from its mistakes and a loss is the number that tells how bad they are "
    "the gradient points up the hill so each step goes the other way and the step size decides "
    "whether the walk arrives or runs away when the data are few the model may repeat them by heart "
    "and fail on the next day a penalty keeps the weights small and an early stop ends the lesson "
    "before the noise is learnt too some losses forgive a wild point while others let it pull the "
    "whole line there is no best one for all tasks you choose it by what an error costs and by what "
    "you know about the noise in your measurements then look at the curves and think again before "
    "you change anything since most of the trouble comes from the labels and not from the formula"
)


def embedding() -> Figure:
    """Letters in two dimensions, from the singular vectors of how often they stand side by side in a short English text."""
    letters = sorted({c for c in TEXT if TEXT.count(c) >= 11 and c != " "})
    counts = np.full((len(letters), len(letters)), 1.0)
    for a, b in pairwise(TEXT):
        if a in letters and b in letters:
            counts[letters.index(a), letters.index(b)] += 1
    share = counts / counts.sum()
    surprise = np.log(share / np.outer(share.sum(axis=1), share.sum(axis=0)))
    U, s, _ = np.linalg.svd(surprise - surprise.mean(axis=1, keepdims=True))
    places = U[:, :2] * s[:2]
    figure, axes = panel()
    for letter, (x, y) in zip(letters, places, strict=True):
        vowel = letter in "aeiou"
        say(axes, letter, x, y, ORANGE if vowel else BLUE, fontsize=15, fontweight="bold" if vowel else "normal")
    (left, low), (right, high) = places.min(axis=0) - 0.5, places.max(axis=0) + 0.5
    axes.set(xlim=(left, right), ylim=(low, high), xlabel="e₁")
    name_axis(axes, "e₂")
    return figure


def convolution_layer() -> Figure:
    """A 7 × 7 image, a 3 × 3 kernel for vertical edges, and the 5 × 5 output without padding."""
    image = np.zeros((7, 7))
    image[1:6, 2:5] = 1
    kernel = np.array([[-1.0, 0, 1]] * 3)
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    output = np.asarray((windows * kernel).sum(axis=(2, 3)))
    figure, axes = sheet(18.8, 8.6)
    cells(axes, image, (0.3, 0.4), form=".0f", fontsize=9, most=1.5)
    cells(axes, kernel, (8.8, 2.4), form=".0f", most=2)
    cells(axes, output, (13.4, 1.4), form=".0f")
    frame(axes, (1.3, 1.4), (3, 3))
    frame(axes, (14.4, 2.4), (1, 1))
    for x, text in ((3.8, "n = 7"), (10.3, "k = 3"), (15.9, "n − k + 1 = 5")):
        heads(axes, [text], (x, 8.0), (0, 0))
    heads(axes, ["∗", "="], (8.05, 3.9), (4.55, 0), fontsize=15)
    return figure


def pooling_layer() -> Figure:
    """A 4 × 4 map pooled to 2 × 2 by the maximum and by the mean."""
    x = np.array([[1.0, 3, 2, 0], [5, 2, 1, 1], [0, 1, 7, 4], [2, 1, 3, 6]])
    blocks = x.reshape(2, 2, 2, 2).swapaxes(1, 2)
    figure, axes = sheet(10.4, 5.4)
    cells(axes, x, (0.3, 0.9), form=".0f", most=7, fontsize=13)
    for i, j in np.ndindex(2, 2):
        row, column = np.unravel_index(int(blocks[i, j].argmax()), (2, 2))
        frame(axes, (0.3 + 2 * j, 0.9 + 2 * i), (2, 2), linewidth=1.4)
        winner: dict[str, Any] = {"markersize": 24, "markerfacecolor": "none", "markeredgecolor": ORANGE}
        axes.plot(0.8 + 2 * j + column, 1.4 + 2 * i + row, "o", **winner)
    cells(axes, np.asarray(blocks.max(axis=(2, 3))), (6.6, 0.3), form=".0f", most=7, fontsize=13)
    cells(axes, np.asarray(blocks.mean(axis=(2, 3))), (6.6, 3.1), form="g", most=7, fontsize=13)
    heads(axes, ["max", "x̄"], (9.4, 1.3), (0, 2.8), fontsize=13)
    arrow(axes, (4.6, 2.4), (6.3, 1.5), FG, linewidth=1.3)
    arrow(axes, (4.6, 3.4), (6.3, 4.1), FG, linewidth=1.3)
    return figure


TOKENS = "aCbAcB"


def self_attention() -> Figure:
    """Weights of one head that learnt by gradient descent to fetch the number of the same letter in the other case."""
    score = _learnt_scores()
    order = ["abcABC".index(token) for token in TOKENS]
    weights = _softmax(score[np.ix_(order, order)])
    figure, axes = sheet(8.2, 7.2)
    cells(axes, weights, (1.6, 1.0), form=".2f", most=1.0)
    heads(axes, list(TOKENS), (2.1, 0.5), (1, 0), color=ORANGE, fontsize=14)
    heads(axes, list(TOKENS), (1.1, 1.5), (0, 1), color=BLUE, fontsize=14)
    return figure


def _learnt_scores(width: int = 4, steps: int = 120) -> Array:
    """Scaled scores between the six letters after training queries and keys on random numbers as values."""
    rng = np.random.default_rng(0)
    Q, K = rng.normal(size=(2, 6, width)) * 0.5
    partner = np.array([3, 4, 5, 0, 1, 2])
    for _ in range(steps):
        values = rng.normal(size=(16, 6))
        alpha = _softmax(Q @ K.T / np.sqrt(width))
        error = values @ alpha.T - values[:, partner]
        back = error.T @ values / len(values)
        slope = alpha * (back - (alpha * back).sum(axis=1, keepdims=True)) / np.sqrt(width)
        Q, K = Q - 0.5 * slope @ K, K - 0.5 * slope.T @ Q
    return np.asarray(Q @ K.T / np.sqrt(width))


def attention_score() -> Figure:
    """Mean largest weight of a random query over 16 random keys against their length, with and without the division by its root."""
    widths, rng = 2 ** np.arange(1, 10), np.random.default_rng(0)
    largest: list[list[float]] = [[], []]
    for d in widths:
        score = np.einsum("nd,nkd->nk", rng.normal(size=(400, d)), rng.normal(size=(400, 16, d)))
        for i, scale in enumerate((1.0, np.sqrt(d))):
            largest[i].append(float(_softmax(score / scale).max(axis=1).mean()))
    figure, axes = panel(labels=["qᵀk / √d"])
    looks: tuple[dict[str, Any], ...] = ({"color": ORANGE, "linestyle": DASHES[1], "marker": "s"}, {"color": BLUE, "marker": "o"})
    lines = [axes.plot(widths, y, markersize=4, **style)[0] for y, style in zip(largest, looks, strict=True)]
    axes.axhline(1 / 16, color=FG, linewidth=1, linestyle=DASHES[2])
    axes.set(xscale="log", xlim=(2, 512), ylim=(0, 1), xlabel="d")
    axes.set_xticks([2, 8, 32, 64, 128, 512], ["2", "8", "32", "", "128", "512"])
    axes.set_xticks([], minor=True)
    name_axis(axes, "max α")
    label_ends(axes, lines, ["qᵀk", "qᵀk / √d"])
    say(axes, "1/16", 512, 1 / 16, offset=(5, 0), ha="left")
    return figure


def hidden_state() -> Figure:
    """One of two state variables of a recurrent network over time, for two sequences that differ in their first input only."""
    rng = np.random.default_rng(3)
    W, inputs = 0.9 * np.array([[np.cos(0.25), -np.sin(0.25)], [np.sin(0.25), np.cos(0.25)]]), 0.25 * rng.normal(size=(30, 2))
    runs = []
    for first in (np.array([0.9, -0.6]), np.array([-0.9, 0.6])):
        h, run = np.zeros(2), [0.0]
        for x in (first, *inputs[1:]):
            h = np.tanh(W @ h + x)
            run.append(float(h[0]))
        runs.append(run)
    figure, axes = panel()
    t = np.arange(31)
    axes.fill_between(t, runs[0], runs[1], color=FG, alpha=0.1, linewidth=0)
    for i, run in enumerate(runs):
        axes.plot(t, run, color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=4, linewidth=1.6)
        say(axes, f"x₁ = {'ab'[i]}", 1, run[1], COLOURS[i], offset=(6, (9, -12)[i]), ha="left")
    axes.set(xlim=(0, 30), ylim=(-1, 1), xlabel="t", yticks=[-1, -0.5, 0, 0.5, 1])
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    name_axis(axes, "h")
    return figure


def long_range_dependency() -> Figure:
    """Norm of the Jacobian of one state to an earlier one, against their distance, in recurrent networks of 32 units."""
    rng = np.random.default_rng(0)
    base = np.linalg.qr(rng.normal(size=(32, 32)))[0]
    ways = {f"ρ = {gain:g}": _reach(gain * base, rng, gate=0.0) for gain in (0.8, 1.0, 1.5)}
    ways["f = 0.97"] = _reach(0.8 * base, rng, gate=0.97)
    figure, axes = panel(labels=list(ways))
    lines = [axes.plot(np.arange(81), np.log10(y), color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate(ways.values())]
    axes.set(xlim=(0, 80), ylim=(-9.5, 4.5), xlabel="t − s")
    axes.set_yticks([-8, -4, 0, 4], ["10⁻⁸", "10⁻⁴", "1", "10⁴"])
    name_axis(axes, "∥∂hₜ/∂hₛ∥")
    label_ends(axes, lines, list(ways))
    return figure


def _reach(weights: Array, rng: np.random.Generator, *, gate: float) -> Array:
    """Norms of the products of Jacobians of h = gate · h + (1 − gate) · tanh(W h + x)."""
    h, J, norms = np.zeros(32), np.eye(32), [1.0]
    for _ in range(80):
        inner = np.tanh(weights @ h + 0.1 * rng.normal(size=32))
        J = gate * J + (1 - gate) * ((1 - inner**2)[:, None] * (weights @ J))
        h = gate * h + (1 - gate) * inner
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)
