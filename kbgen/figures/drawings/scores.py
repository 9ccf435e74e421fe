"""What a score counts: hits and misses, thresholds, ranks, overlaps, intervals and the probabilities behind them."""

from collections.abc import Callable
from math import erfc
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, contours, dot, field, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, regression, segmentation

BLUE, ORANGE, GREEN, PURPLE = COLOURS
bce_logits: Callable[..., Any] = classification.binary_cross_entropy_with_logits
quantile_grad: Callable[..., Any] = regression.quantile_grad
dice_loss: Callable[..., Any] = segmentation.dice


def accuracy() -> Figure:
    """Accuracy and mean cross-entropy of a constant probability, one positive among a hundred."""
    z = np.linspace(-8, 4, 241)
    p, y = 1 / (1 + np.exp(-z)), np.append(np.ones(1), np.zeros(99))
    loss = np.array([np.mean(bce_logits(np.full(100, v), y)) for v in z])
    right = np.where(p < 0.5, 0.99, 0.01)
    figure, axes = panel(labels=["(TP+TN)/n"])
    lines = axes.plot(z, right, color=BLUE, linestyle=DASHES[1]) + axes.plot(z, loss, color=ORANGE)
    axes.set(xlim=(-8, 4), ylim=(0, 1.5), xlabel="p")
    axes.set_xticks(np.log([1 / 999, 1 / 99, 1 / 9, 1, 9]), ["0.001", "0.01", "0.1", "0.5", "0.9"])
    best = int(loss.argmin())
    dot(axes, float(z[best]), float(loss[best]), ORANGE)
    say(axes, f"{loss[best]:.3f}", float(z[best]), float(loss[best]), ORANGE, offset=(0, 11))
    label_ends(axes, lines, ["(TP+TN)/n", "L"])
    return figure


def _scores(rng: np.random.Generator, negatives: int, positives: int) -> tuple[Array, Array]:
    """Probabilities of a logistic score whose two classes lie two deviations apart, and the labels."""
    y = np.repeat([0.0, 1.0], [negatives, positives])
    z = 2 * (rng.normal(size=len(y)) + 2 * y) - 2 + np.log(positives / negatives)
    return np.asarray(1 / (1 + np.exp(-z))), y


def confusion_matrix() -> Figure:
    """The four counts at three thresholds, for 60 positives and 140 negatives."""
    p, y = _scores(np.random.default_rng(0), 140, 60)
    figure, axes = sheet(9.4, 3.5)
    for k, threshold in enumerate((0.2, 0.5, 0.8)):
        said = p > threshold
        counts = np.array([[np.sum(said[y == label] == guess) for guess in (1, 0)] for label in (1, 0)])
        x = 1.3 + 2.75 * k
        cells(axes, counts * np.array([[1, -1], [-1, 1]]), (x, 1.2), most=160)
        for (i, j), count in np.ndenumerate(counts):
            say(axes, str(count), x + j + 0.5, 1.7 + i, fontsize=14)
        heads(axes, ["ŷ=1", "ŷ=0"], (x + 0.5, 0.9), (1, 0), fontsize=10)
        say(axes, f"τ = {threshold}", x + 1, 0.35, fontsize=13)
    heads(axes, ["y=1", "y=0"], (0.75, 1.7), (0, 1), fontsize=11)
    return figure


def precision_recall() -> Figure:
    """Precision against recall at equal numbers and at one positive among a hundred, for the same scores."""
    cut = np.linspace(-4, 6, 201)
    recall, alarms = _tail(cut - 2), _tail(cut)
    figure, axes = panel()
    lines = []
    for i, share in enumerate((0.5, 0.01)):
        precision = share * recall / (share * recall + (1 - share) * alarms)
        lines += axes.plot(recall, precision, color=COLOURS[i], linestyle=DASHES[i])
        axes.plot([0, 1], [share, share], color=COLOURS[i], linewidth=1, linestyle=DASHES[2])
        at = int(np.abs(recall - 0.8).argmin())
        dot(axes, float(recall[at]), float(precision[at]), COLOURS[i])
        say(
            axes,
            f"{precision[at]:.2f}",
            float(recall[at]),
            float(precision[at]),
            COLOURS[i],
            offset=(-4, -12) if i == 0 else (4, 12),
        )
    axes.set(xlim=(0, 1), ylim=(0, 1.04), xlabel="TP/(TP+FN)")
    name_axis(axes, "TP/(TP+FP)")
    box = axes.get_position()
    axes.set_position((box.x0 + 0.02, box.y0, box.width, box.height - 0.01))
    say(axes, "1 : 1", 0.55, 0.85, BLUE)
    say(axes, "1 : 99", 0.24, 0.62, ORANGE)
    return figure


def _tail(z: Array) -> Array:
    """Chance that a standard normal exceeds z."""
    return np.array([0.5 * erfc(v / np.sqrt(2)) for v in z])


def f1_score() -> Figure:
    """Levels of F1 over precision and recall, and the Dice coefficients of seven hard masks at their places."""
    rng = np.random.default_rng(3)
    figure, axes = field(right=0.25, height=3.6)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="P", xticks=np.linspace(0, 1, 6), yticks=np.linspace(0, 1, 6))
    axes.grid(visible=False)
    name_axis(axes, "R")
    levels = (0.2, 0.4, 0.6, 0.8)
    contours(axes, lambda p, r: 2 * p * r / np.maximum(p + r, 1e-9), levels, points=81)
    for level in levels:
        say(axes, f"{level}", level, level, fontsize=9, bbox={"facecolor": BG, "linewidth": 0, "pad": 1})
    for kept, added in ((0.97, 0.02), (0.7, 0.03), (0.95, 0.25), (0.4, 0.02), (0.6, 0.3), (0.2, 0.2), (0.9, 0.75)):
        mask = rng.random(400) < 0.25
        guess = np.where(mask, rng.random(400) < kept, rng.random(400) < added)
        hits = np.sum(mask & guess)
        overlap = 1 - dice_loss(guess[None] * 1.0, mask[None] * 1.0, smooth=0.0)[0]
        x, y = float(hits / guess.sum()), float(hits / mask.sum())
        dot(axes, x, y, ORANGE, markersize=6)
        say(axes, f"{overlap:.2f}", x, y, ORANGE, fontsize=9, offset=(0, 9))
    return figure


def roc_auc() -> Figure:
    """The curve as a staircase over 8 negatives and 6 positives; each shaded square is a pair in the wrong order."""
    rng = np.random.default_rng(4)
    positive, negative = np.sort(rng.normal(1, 1, 6))[::-1], np.sort(rng.normal(0, 1, 8))[::-1]
    figure, axes = field(right=1.2, height=3.2)
    wrong = positive[:, None] < negative[None, :]
    for i, j in zip(*np.nonzero(wrong), strict=True):
        axes.add_patch(Rectangle((j, i), 1, 1, facecolor=ORANGE, alpha=0.35, linewidth=0))
    order = np.argsort(-np.concatenate([positive, negative]))
    up = order < len(positive)
    axes.plot(np.append(0, np.cumsum(~up)), np.append(0, np.cumsum(up)), color=BLUE, linewidth=2.6)
    axes.plot([0, 8], [0, 6], color=FG, linestyle=DASHES[2], linewidth=1.1)
    axes.set(xlim=(0, 8), ylim=(0, 6), xlabel="FP", xticks=range(9), yticks=range(7))
    name_axis(axes, "TP")
    pairs = wrong.size
    say(axes, f"{wrong.sum()} / {pairs}", 8, 4.6, ORANGE, offset=(10, 0), ha="left")
    say(axes, f"{1 - wrong.mean():.3f}", 8, 2.6, BLUE, offset=(10, 0), ha="left")
    return figure


def decision_threshold() -> Figure:
    """Mean cost against the threshold for three prices of a miss; dots at the least cost."""
    p, y = _scores(np.random.default_rng(1), 14000, 6000)
    thresholds = np.linspace(0.005, 0.995, 199)
    figure, axes = panel(labels=["20 : 1"])
    lines = []
    for i, price in enumerate((1, 5, 20)):
        misses = np.array([np.mean((p <= t) & (y == 1)) for t in thresholds])
        alarms = np.array([np.mean((p > t) & (y == 0)) for t in thresholds])
        cost = price * misses + alarms
        best = int(cost.argmin())
        lines += axes.plot(thresholds, cost, color=COLOURS[i], linestyle=DASHES[i])
        axes.axvline(1 / (1 + price), color=COLOURS[i], linewidth=0.9, linestyle=DASHES[2])
        dot(axes, float(thresholds[best]), float(cost[best]), COLOURS[i])
    axes.set(xlim=(0, 1), ylim=(0, 1.5), xlabel="τ")
    axes.set_xticks([1 / 21, 1 / 6, 0.5, 1], ["1/21", "1/6", "1/2", "1"])
    name_axis(axes, "C")
    for (text, x, h), i in zip((("1 : 1", 0.8, 0.26), ("5 : 1", 0.8, 0.64), ("20 : 1", 0.5, 1.3)), range(3), strict=True):
        say(axes, text, x, h, COLOURS[i])
    return figure


def calibration() -> Figure:
    """Observed against predicted share of positives, in ten bins, before and after division of the logits by one number."""
    rng = np.random.default_rng(5)
    truth = rng.normal(0, 1.5, 6000)
    y = (rng.random(6000) < 1 / (1 + np.exp(-truth))) * 1.0
    z = 2.5 * truth
    scales = np.linspace(1, 4, 61)
    best = float(min(scales, key=lambda t: float(np.mean(bce_logits(z / t, y)))))
    figure, axes = field(right=0.25, height=3.4)
    axes.plot([0, 1], [0, 1], color=FG, linewidth=1.2, linestyle=DASHES[2])
    for i, scale in enumerate((1.0, best)):
        p = 1 / (1 + np.exp(-z / scale))
        bins = np.minimum((p * 10).astype(int), 9)
        said, seen = (np.array([values[bins == b].mean() for b in range(10)]) for values in (p, y))
        ece = float(np.bincount(bins) @ np.abs(said - seen) / len(y))
        axes.plot(said, seen, color=COLOURS[1 - i], marker="so"[i], markersize=5.5, linestyle=DASHES[i], linewidth=1.6)
        say(
            axes,
            f"T = {scale:.3g}   ECE = {ece:.3f}",
            (0.98, 0.04)[i],
            (0.1, 0.92)[i],
            COLOURS[1 - i],
            ha=("right", "left")[i],
            fontsize=10,
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="p̂", xticks=np.linspace(0, 1, 6), yticks=np.linspace(0, 1, 6))
    name_axis(axes, "y")
    return figure


def ndcg() -> Figure:
    """How much the i-th place counts: the discount of DCG, the reciprocal rank, and a cut after the fifth."""
    i = np.arange(1, 16)
    weights = [1 / np.log2(i + 1), 1 / i, (i <= 5) * 1.0]
    figure, axes = panel()
    for k, w in enumerate(weights):
        (line,) = axes.plot(i, w, color=COLOURS[k], linestyle=DASHES[k], marker="os^"[k], markersize=5, linewidth=1.5)
        line.set_drawstyle("steps-mid" if k == 2 else "default")
    axes.set(xlim=(0.6, 15.4), ylim=(-0.03, 1.06), xlabel="i", xticks=[1, 3, 5, 10, 15])
    say(axes, "1 / log₂(i + 1)", 8.2, 0.44, BLUE, ha="left")
    say(axes, "1 / i", 1.6, 0.28, ORANGE)
    say(axes, "i ≤ 5", 5.8, 0.9, GREEN, ha="left")
    return figure


def iou_dice_metric() -> Figure:
    """Dice against IoU on the left; on the right both for a square mask that is shifted by one pixel, against its side."""
    figure, (pair, shift) = panels(2, width=5.2, gap=0.7)
    j = np.linspace(0, 1, 101)
    pair.plot(j, 2 * j / (1 + j), color=BLUE)
    pair.plot([0, 1], [0, 1], color=FG, linewidth=1, linestyle=DASHES[2])
    pair.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    sides = np.array([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])
    inner = sides * (sides - 1)
    for i, values in enumerate((inner / sides**2, inner / (2 * sides**2 - inner))):
        shift.plot(sides, values, color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=4.5)
    shift.set(xscale="log", xlim=(1.8, 70), ylim=(0, 1.02))
    shift.set_xticks([2, 4, 8, 16, 32, 64], ["2", "4", "8", "16", "", "64"])
    shift.set_xticks([], minor=True)
    names(pair, "J", "D")
    names(shift, "s", "")
    say(shift, "D", 3, 0.79, BLUE, fontsize=SMALL)
    say(shift, "J", 4.6, 0.47, ORANGE, fontsize=SMALL)
    return figure


def coverage() -> Figure:
    """Lines fitted to the 0.1 and 0.9 quantiles, and how often new points fall between them, by place."""
    rng = np.random.default_rng(2)
    x, fresh = rng.uniform(0, 1, 500), rng.uniform(0, 1, 20000)
    y, seen = (1 + at + (0.15 + 1.2 * at**3) * rng.normal(size=at.shape) for at in (x, fresh))
    low, high = (_quantile_line(x, y, tau) for tau in (0.1, 0.9))
    figure, (data, share) = panels(2, width=5.2, gap=0.6)
    data.plot(x[:200], y[:200], "o", color=FG, markersize=2.6, alpha=0.55)
    for line, colour, dash in ((low, BLUE, DASHES[0]), (high, ORANGE, DASHES[1])):
        data.plot([0, 1], [line[0], line.sum()], color=colour, linestyle=dash)
    inside = (seen >= low[0] + low[1] * fresh) & (seen <= high[0] + high[1] * fresh)
    bins = (fresh * 8).astype(int)
    share.bar((np.arange(8) + 0.5) / 8, [inside[bins == b].mean() for b in range(8)], 0.11, color=GREEN, alpha=0.6)
    share.axhline(inside.mean(), color=FG, linewidth=1.4, linestyle=DASHES[1])
    data.set(xlim=(0, 1), ylim=(-1, 5), xticks=[0, 0.5, 1])
    share.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1])
    share.set_yticks([0, 0.5, 0.8, 1], ["0", "0.5", "0.8", "1"])
    names(data, "x", "y")
    names(share, "x", "C")
    return figure


def _quantile_line(x: Array, y: Array, tau: float) -> Array:
    """Intercept and slope with the least mean quantile loss, by a subgradient method whose last half is averaged."""
    X, w, kept = np.stack([np.ones_like(x), x], axis=1), np.array([1.0, 1.0]), []
    for t in range(2500):
        w = w - 1.5 / np.sqrt(1 + t) * X.T @ quantile_grad(X @ w, y, tau=tau) / len(y)
        kept.append(w)
    return np.asarray(np.mean(kept[1250:], axis=0))


def perplexity() -> Figure:
    """Perplexity of an even choice among V tokens, and of one whose k-th token has a chance in proportion to 1/k."""
    sizes = np.unique(np.round(np.geomspace(2, 50000, 40)).astype(int))
    uneven = [_exp_entropy(1 / np.arange(1, v + 1)) for v in sizes]
    figure, axes = panel()
    axes.plot(sizes, sizes, color=BLUE, linestyle=DASHES[1])
    axes.plot(sizes, uneven, color=ORANGE)
    axes.set(xscale="log", yscale="log", xlim=(2, 5e4), ylim=(1, 5e4), xlabel="V")
    powers(axes.xaxis, (1, 2, 3, 4))
    powers(axes.yaxis, (0, 1, 2, 3, 4))
    dot(axes, float(sizes[-1]), uneven[-1], ORANGE)
    say(axes, f"{uneven[-1]:.0f}", float(sizes[-1]), uneven[-1], ORANGE, offset=(2, -17), ha="right")
    say(axes, "1/V", 600, 2500, BLUE)
    say(axes, "∝ 1/k", 1500, 60, ORANGE)
    return figure


def _exp_entropy(weights: Array) -> float:
    """The exponential of the entropy of these weights."""
    p = weights / weights.sum()
    return float(np.exp(-np.sum(p * np.log(p))))
