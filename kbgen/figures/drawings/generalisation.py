"""How far a result on one sample carries: to other samples, to larger ones, to another seed, to the goal that was meant."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, bare, dot, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels

BLUE, ORANGE, GREEN, PURPLE = COLOURS
legvander = np.polynomial.legendre.legvander


def _truth(x: Array) -> Array:
    return np.asarray(np.sin(np.pi * x))


def _refits(x: Array, degree: int, draws: int, noise: float, rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Least-squares polynomials through `draws` noisy samples: on a fine grid, training errors, errors there."""
    fine = np.linspace(-1, 1, 81)
    y = _truth(x) + noise * rng.normal(size=(draws, len(x)))
    X = legvander(x, degree)
    w = y @ np.linalg.pinv(X).T
    curves = w @ legvander(fine, degree).T
    return curves, np.mean((w @ X.T - y) ** 2, axis=1), np.mean((curves - _truth(fine)) ** 2, axis=1) + noise**2


def generalization_gap() -> Figure:
    """Median gap between expected and training error of polynomials, by degree and number of points."""
    degrees, sizes, rng = range(1, 9), (18, 27, 40, 60, 90, 135), np.random.default_rng(0)
    gaps = np.array([[_gap(n, d, rng) for d in degrees] for n in sizes])
    figure, axes = sheet(9.6, 7.2)
    cells(axes, gaps, (1.4, 0.1), form=".2f", most=0.4, color=ORANGE, fontsize=10)
    heads(axes, [str(n) for n in sizes], (0.9, 0.6), (0, 1))
    heads(axes, [str(d) for d in degrees], (1.9, 6.6), (1, 0))
    heads(axes, ["n"], (0.3, 3.1), (0, 0))
    heads(axes, ["d"], (0.9, 6.6), (0, 0))
    return figure


def _gap(n: int, degree: int, rng: np.random.Generator) -> float:
    """Median over 200 samples of points and noise."""
    x = np.sort(rng.uniform(-1, 1, (20, n)), axis=1)
    found = [_refits(points, degree, 10, 0.3, rng)[1:] for points in x]
    return float(np.median([test - train for train, test in found]))


def bias_variance() -> Figure:
    """Squared bias, variance and their sum with the noise, over 200 refits per degree."""
    degrees, noise, x, rng = np.arange(11), 0.3, np.linspace(-1, 1, 20), np.random.default_rng(1)
    parts = np.array([_parts(x, int(d), noise, rng) for d in degrees])
    figure, axes = panel()
    series = (parts[:, 0], parts[:, 1], parts.sum(axis=1) + noise**2)
    for i, (label, y) in enumerate(zip(("B²", "V", "Σ"), series, strict=True)):
        axes.plot(degrees, y, color=COLOURS[i], linestyle=DASHES[(1, 3, 0)[i]], marker="o", markersize=4)
        say(axes, label, 10, float(y[-1]), COLOURS[i], offset=(8, 0), ha="left")
    axes.axhline(noise**2, color=FG, linestyle=DASHES[2], linewidth=1.2)
    axes.set(yscale="log", xlim=(0, 10), ylim=(3e-5, 1), xlabel="d", xticks=range(0, 11, 2))
    powers(axes.yaxis, (-4, -3, -2, -1, 0))
    say(axes, "σ²", 0.4, noise**2 * 0.68)
    return figure


def _parts(x: Array, degree: int, noise: float, rng: np.random.Generator) -> tuple[float, float]:
    """Mean squared bias and mean variance on a fine grid."""
    curves = _refits(x, degree, 200, noise, rng)[0]
    bias = curves.mean(axis=0) - _truth(np.linspace(-1, 1, 81))
    return float(np.mean(bias**2)), float(curves.var(axis=0).mean())


def double_descent() -> Figure:
    """Training and test error of the least-norm fit on random ReLU features, against their number; 30 samples."""
    widths = np.unique(np.round(np.geomspace(3, 400, 22)).astype(int))
    widths = np.unique(np.append(widths, [24, 28, 30, 32, 36]))
    found = np.median([_least_norm(widths, np.random.default_rng(seed)) for seed in range(7)], axis=0)
    figure, axes = panel()
    axes.plot(widths, np.maximum(found[0], 1e-9), color=BLUE, linestyle=DASHES[1])
    axes.plot(widths, found[1], color=ORANGE)
    axes.axvline(30, color=FG, linewidth=1, linestyle=DASHES[2])
    axes.set(xscale="log", yscale="log", xlim=(3, 400), ylim=(0.02, 100), xlabel="p")
    powers(axes.yaxis, (-1, 0, 1, 2))
    axes.set_xticks([3, 10, 30, 100, 300], ["3", "10", "n", "100", "300"])
    axes.set_xticks([], minor=True)
    say(axes, "R", 400, found[1, -1], ORANGE, offset=(4, 0), ha="left")
    say(axes, "R̂", 16, 0.045, BLUE)
    return figure


def _least_norm(widths: Array, rng: np.random.Generator, n: int = 30, size: int = 8) -> Array:
    """Training and test error for every width; narrower models use the first of the features."""
    x = rng.normal(size=(n + 200, size)) / np.sqrt(size)
    y = x @ rng.normal(size=size) + 0.2 * rng.normal(size=n + 200)
    hidden = np.maximum(x @ rng.normal(size=(size, int(widths[-1]))), 0)
    errors = []
    for p in widths:
        known = hidden[:n, :p]
        w = known.T @ np.linalg.solve(known @ known.T, y[:n]) if p > 2 * n else np.linalg.lstsq(known, y[:n], rcond=1e-10)[0]
        r = (hidden[:, :p] @ w - y) ** 2 / np.var(y)
        errors.append((r[:n].mean(), r[n:].mean()))
    return np.transpose(errors)


def capacity() -> Figure:
    """Share of random labels that the sign of a least-squares polynomial gets right, against its degree."""
    degrees, rng = np.arange(0, 31), np.random.default_rng(0)
    figure, axes = panel(labels=["n = 40"])
    lines = []
    for i, n in enumerate((10, 20, 40)):
        x, labels = np.linspace(-1, 1, n), rng.choice([-1.0, 1.0], (200, n))
        shares = []
        for d in degrees:
            q = np.linalg.qr(legvander(x, min(int(d), n - 1)))[0]
            match = (labels @ q @ q.T) * labels
            shares.append(np.mean(match > 1e-9) + np.mean(np.abs(match) <= 1e-9) / 2)  # a tie is right half the time
        lines += axes.plot(degrees, shares, color=COLOURS[i], linestyle=DASHES[i])
        axes.axvline(n - 1, color=COLOURS[i], linewidth=0.9, linestyle=DASHES[2])
    axes.set(xlim=(0, 30), ylim=(0.45, 1.03), xlabel="d", xticks=[0, 9, 19, 30], yticks=[0.5, 0.6, 0.7, 0.8, 0.9, 1])
    axes.axhline(0.5, color=FG, linewidth=0.9)
    for line, n, at in zip(lines, (10, 20, 40), (3, 9, 22), strict=True):
        say(axes, f"n = {n}", at, float(line.get_ydata()[at]), line.get_color(), offset=(6, -11), ha="left")  # type: ignore[index, arg-type]
    return figure


def cross_validation() -> Figure:
    """Five folds on the left; on the right the error of each fold and their mean against the degree, with the expected error."""
    figure, (folds, errors) = panels(2, width=5.2, gap=0.65)
    cells(folds, 0.18 + 0.82 * np.eye(5), (0, 0), most=1.0)
    folds.set(xlim=(-0.6, 5), ylim=(5.6, -0.1))
    bare(folds)
    heads(folds, ["1", "2", "3", "4", "5"], (0.5, 5.4), (1, 0), fontsize=SMALL)
    heads(folds, ["1", "2", "3", "4", "5"], (-0.35, 0.5), (0, 1), fontsize=SMALL)
    degrees, rng = np.arange(1, 9), np.random.default_rng(11)
    x = rng.uniform(-1, 1, 50)
    y, parts = _truth(x) + 0.3 * rng.normal(size=50), np.arange(50) % 5
    scores = np.array([[_fold(x, y, parts == k, int(d)) for k in range(5)] for d in degrees])
    for d, row in zip(degrees, scores, strict=True):
        errors.plot(np.full(5, d), row, "o", color=BLUE, markersize=4, alpha=0.6)
    errors.plot(degrees, scores.mean(axis=1), color=BLUE)
    errors.plot(degrees, [_expected(x, y, int(d)) for d in degrees], color=ORANGE, linestyle=DASHES[1])
    errors.set(yscale="log", ylim=(0.04, 2), xlim=(0.6, 8.4), xticks=range(1, 9))
    errors.set_yticks([0.05, 0.1, 0.2, 0.5, 1], ["0.05", "0.1", "0.2", "0.5", "1"])
    errors.set_yticks([], minor=True)
    names(errors, "d", "R̂ₖ")
    return figure


def _fold(x: Array, y: Array, held: Any, degree: int) -> float:
    """Error on the held-out fold of a fit to the others."""
    w = np.linalg.lstsq(legvander(x[~held], degree), y[~held], rcond=None)[0]
    return float(np.mean((legvander(x[held], degree) @ w - y[held]) ** 2))


def _expected(x: Array, y: Array, degree: int) -> float:
    """Expected error of the fit to all points."""
    w, fine = np.linalg.lstsq(legvander(x, degree), y, rcond=None)[0], np.linspace(-1, 1, 201)
    return float(np.mean((legvander(fine, degree) @ w - _truth(fine)) ** 2) + 0.3**2)


def scaling_law() -> Figure:
    """Test error of ridge regression above the noise against the number of samples, and the power law through the smaller half."""
    sizes = np.array([12, 16, 24, 32, 48, 64, 96, 128, 192, 256])
    above = np.median([_ridge_errors(sizes, np.random.default_rng(seed)) for seed in range(5)], axis=0)
    known = sizes <= 64
    slope, start = np.polyfit(np.log(sizes[known]), np.log(above[known]), 1)
    figure, axes = panel()
    axes.plot(sizes, np.exp(start) * sizes**slope, color=BLUE, linestyle=DASHES[1])
    axes.plot(sizes[known], above[known], "o", color=BLUE, markersize=6)
    axes.plot(sizes[~known], above[~known], "o", color=ORANGE, markersize=6, markerfacecolor=BG)
    axes.set(xscale="log", yscale="log", xlim=(10, 300), xlabel="n", ylim=(0.09, 1))
    axes.set_xticks([16, 32, 64, 128, 256], ["16", "32", "64", "128", "256"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.1, 0.2, 0.5], ["0.1", "0.2", "0.5"])
    axes.set_yticks([], minor=True)
    name_axis(axes, "L − L∞")
    say(axes, f"α = {-slope:.2f}", 90, 0.6, ha="left")
    return figure


def _ridge_errors(sizes: Array, rng: np.random.Generator, size: int = 600, noise: float = 0.3) -> Array:
    """Expected squared error on new points above that of the truth; the variances of the features fall like j to the -1.6."""
    spread, w = np.arange(1, size + 1) ** -0.8, rng.normal(size=size)
    X = rng.normal(size=(int(sizes[-1]), size)) * spread
    y, gram = X @ w + noise * rng.normal(size=len(X)), X @ X.T
    errors = []
    for n in sizes:
        guess = X[:n].T @ np.linalg.solve(gram[:n, :n] + noise**2 * np.eye(n), y[:n])
        errors.append(np.sum((spread * (guess - w)) ** 2))
    return np.array(errors)


def baseline() -> Figure:
    """First cross-entropy of an untrained network against the number of classes, for two scales of its last layer."""
    classes, rng = np.array([2, 3, 5, 10, 20, 50, 100, 300, 1000]), np.random.default_rng(0)
    hidden = np.maximum(rng.normal(size=(256, 64)) @ rng.normal(size=(64, 64)) / 8 * np.sqrt(2), 0)
    figure, axes = panel(labels=["log K"])
    lines = axes.plot(classes, np.log(classes), color=FG, linewidth=1.4)
    for i, spread in enumerate((0.01, 0.4)):
        first = [_cross_entropy(hidden @ rng.normal(0, spread, (64, k)), rng.integers(k, size=256)) for k in classes]
        axes.plot(classes, first, "os"[i], color=COLOURS[i], markersize=6.5, markeredgecolor=BG)
        say(axes, f"s = {spread}", classes[5], first[5], COLOURS[i], offset=((8, -12), (-8, 11))[i], ha=("left", "right")[i])
    axes.set(xscale="log", xlim=(1.7, 1200), ylim=(0, 13), xlabel="K")
    axes.set_xticks([2, 10, 100, 1000], ["2", "10", "100", "1000"])
    axes.set_xticks([], minor=True)
    name_axis(axes, "L")
    label_ends(axes, lines, ["log K"])
    return figure


def _cross_entropy(logits: Array, label: Any) -> float:
    """Mean over the batch."""
    top = logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return float(np.mean(log_sum - logits[np.arange(len(label)), label]))


def _runs(decay: float, count: int, *, shared: bool) -> Array:
    """Test errors in percent of small networks that differ in their seed, and in their data unless these are shared."""
    rng, draw = np.random.default_rng(7), np.random.default_rng(3)
    copies = 1 if shared else count
    x = draw.normal(size=(copies, 40, 6))
    w = np.array([1.2, -0.8, 0.6, 0.0, 0.0, 0.0])
    y = (x @ w + 0.9 * draw.normal(size=x.shape[:2]) > 0) * 2.0 - 1
    fresh = draw.normal(size=(1000, 6))
    truth = np.sign(fresh @ w + 0.9 * draw.normal(size=1000))
    A, b, v = rng.normal(0, 0.6, (count, 6, 12)), rng.normal(0, 0.3, (count, 1, 12)), rng.normal(0, 0.4, (count, 12, 1))
    for _ in range(150):
        h = np.tanh(x @ A + b)
        pull = -y[..., None] / (1 + np.exp(np.clip(y[..., None] * (h @ v), -50, 50))) / 40
        back = pull @ v.mT * (1 - h**2)
        v = v - 1.0 * (h.mT @ pull + decay * v)
        A, b = A - 1.0 * (x.mT @ back + decay * A), b - 1.0 * back.sum(axis=1, keepdims=True)
    said = np.sign(np.tanh(fresh @ A + b) @ v)[..., 0]
    return np.asarray(100 * np.mean(said != truth, axis=1))


def confidence_interval() -> Figure:
    """Test errors of two strengths of weight decay over 5 and over 50 pairs of data and seed, with 95 % intervals of the mean."""
    both = [_runs(decay, 50, shared=False) for decay in (0.0, 0.03)]
    figure, axes = panel()
    for i, errors in enumerate(both):
        for place, n, quantile in ((0, 5, 2.776), (1, 50, 2.010)):
            some, at = errors[:n], place + 0.24 * (2 * i - 1)
            spread = np.linspace(-0.09, 0.09, n)
            axes.plot(at + spread, some, "os"[i], color=COLOURS[i], markersize=3.4, alpha=0.5, linewidth=0)
            half = quantile * some.std(ddof=1) / np.sqrt(n)
            axes.errorbar(at + 0.15, some.mean(), half, color=COLOURS[i], capsize=4, linewidth=2)
            dot(axes, at + 0.15, float(some.mean()), COLOURS[i])
    axes.set(xlim=(-0.5, 1.5))
    axes.set_xticks([0, 1], ["n = 5", "n = 50"])
    name_axis(axes, "%")
    say(axes, "λ = 0", -0.24, float(both[0].max()) + 1, BLUE)
    say(axes, "λ = 0.03", 0.24, float(both[0].max()) + 1, ORANGE)
    return figure


def reproducibility() -> Figure:
    """Test errors of 20 seeds on the same data, sorted, without and with weight decay, and their means."""
    figure, axes = panel(labels=["λ = 0.03"])
    lines = []
    for i, decay in enumerate((0.0, 0.03)):
        errors = np.sort(_runs(decay, 20, shared=True))
        axes.plot(range(1, 21), errors, "os"[i], color=COLOURS[i], markersize=5)
        lines += axes.plot([0, 21], [errors.mean()] * 2, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 21), xticks=[1, 5, 10, 15, 20])
    name_axis(axes, "%")
    label_ends(axes, lines, ["λ = 0", "λ = 0.03"])
    return figure


def reward_hacking() -> Figure:
    """Gradient ascent on a linear score fitted to 60 noisy ratings: the score, and what it was to stand for."""
    rng = np.random.default_rng(2)
    w, x = np.array([1.0, 0.5, -0.5, 0.8]), rng.normal(size=(60, 4))
    rated = _worth(x, w) + 0.3 * rng.normal(size=60)
    fit = np.linalg.lstsq(np.column_stack([np.ones(60), x]), rated, rcond=None)[0]
    way = np.array([0.05 * k * fit[1:] for k in range(81)])
    figure, axes = panel()
    lines = axes.plot(fit[0] + way @ fit[1:], color=ORANGE) + axes.plot(_worth(way, w), color=BLUE, linestyle=DASHES[1])
    best = int(np.argmax(_worth(way, w)))
    dot(axes, best, float(_worth(way, w)[best]), BLUE)
    axes.set(xlim=(0, 80), xlabel="t")
    axes.axhline(0, color=FG, linewidth=0.8)
    label_ends(axes, lines, ["r̂", "r"])
    return figure


def _worth(x: Array, w: Array) -> Array:
    """What is really wanted: good along w, but not too far out."""
    return np.asarray(x @ w - 0.25 * np.sum(x**2, axis=-1))
