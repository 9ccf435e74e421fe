"""What data do to training: their scale, their order, their split, their labels, and where they come from."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kbgen.figures.drawings._shared import SMALL, Array, contours, dot, names, say, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
Whole = NDArray[np.int64]
adam: Callable[..., Any] = rules.adam
gradient_descent: Callable[..., Any] = rules.gradient_descent
bce: Callable[..., Any] = classification.binary_cross_entropy_with_logits
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
gce_grad: Callable[..., Any] = classification.generalized_cross_entropy_grad


def scale_sensitivity() -> Figure:
    """Thirty steps of gradient descent on a least-squares loss, with one feature four times the other, and with equal scales."""
    rng = np.random.default_rng(1)
    raw = rng.normal(size=(60, 2)) * (4.0, 1.0)
    noise = 0.3 * rng.normal(size=60)
    figure, both = panels(2, height=2.9, gap=0.45)
    for axes, x, best in zip(both, (raw, raw / raw.std(axis=0)), ((0.3, 1.0), (1.2, 1.0)), strict=True):
        y = raw @ (0.3, 1.0) + noise
        found = np.linalg.lstsq(x, y, rcond=None)[0]
        curvature = x.T @ x / 60
        rate = 1.7 / np.linalg.eigvalsh(curvature)[-1]
        w, path = np.array([1.6 * best[0] + 0.4, -0.6]), []
        for _ in range(31):
            path.append(w)
            w = gradient_descent(w, curvature @ (w - found), lr=rate)
        reach = 1.0 if best[0] < 1 else 2.2
        axes.set(xlim=(best[0] - reach, best[0] + reach), ylim=(-1.2, 3.2))
        _bowl(axes, curvature, found)
        track(axes, np.array(path), int(axes is both[1]), apart=0.05)
        dot(axes, found[0], found[1], FG)
        axes.set(yticks=(-1, 0, 1, 2, 3))
        names(axes, "w₁", "w₂")
        say(axes, f"κ = {np.linalg.cond(curvature):.1f}", best[0] + 0.5 * reach, 3.2, offset=(0, 9), fontsize=SMALL)
    return figure


def _bowl(axes: Axes, curvature: Array, best: Array) -> None:
    (a, b), (_, c) = curvature

    def height(p: Array, q: Array) -> Array:
        p, q = p - best[0], q - best[1]
        return np.asarray(0.5 * (a * p * p + 2 * b * p * q + c * q * q))

    contours(axes, height, (0.1, 0.4, 1, 2, 4, 8))
    axes.grid(visible=False)


def resampling() -> Figure:
    """How many of 32 examples in a batch are of the class that makes up 5 %: drawn evenly, and with weights 1/nₖ."""
    rng = np.random.default_rng(0)
    rare = np.arange(1000) < 50
    weight = np.where(rare, 1 / 50, 1 / 950) / 2
    figure, axes = panel()
    edges = np.arange(-0.5, 29.5)
    for i, p in enumerate((None, weight)):
        counts = rare[rng.choice(1000, (1500, 32), p=p)].sum(axis=1)
        share = np.histogram(counts, edges)[0] / 1500
        colour = COLOURS[1 - i]
        axes.stairs(share, edges, color=colour, linestyle=DASHES[1 - i], linewidth=1.8)
        axes.stairs(share, edges, color=colour, alpha=0.2, fill=True)
        peak = int(share.argmax())
        say(axes, ("1/n", "1/(K nₖ)")[i], peak, float(share[peak]), colour, offset=((22, 4), (0, 10))[i])
    axes.set(xlim=(-0.5, 28), ylim=(0, 0.36), xticks=(0, 8, 16, 24), xlabel="n₊")
    return figure


def train_val_test_split() -> Figure:
    """Models that are all wrong on 30 %: the lowest of k validation errors, and the test error of the one that was chosen."""
    rng, tries = np.random.default_rng(0), np.array([1, 2, 5, 10, 20, 50, 100, 200])
    seen = rng.binomial(200, 0.3, (400, 200)) / 200
    fresh = rng.binomial(200, 0.3, (400, 200)) / 200
    chosen = [seen[:, :k].argmin(axis=1) for k in tries]
    labels = ["R̂", "min R̂"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, errors in enumerate((fresh, seen)):
        middle = [errors[np.arange(400), best].mean() for best in chosen]
        lines += axes.plot(tries, middle, color=(BLUE, ORANGE)[i], linestyle=DASHES[i], marker="os"[i], markersize=4)
    axes.set(xscale="log", xlim=(1, 200), ylim=(0.1, 0.4), xlabel="k", yticks=(0.1, 0.2, 0.3))
    axes.set_xticks([1, 5, 20, 100, 200], ["1", "5", "20", "100", ""])
    axes.set_xticks([], minor=True)
    label_ends(axes, lines, labels)
    _bar(axes)
    return figure


def _bar(axes: Axes) -> None:
    """A strip cut in the ratio 6 : 2 : 2, with what each part may decide."""
    strip = axes.inset_axes((0.0, 0.84, 1.0, 0.16))
    strip.set(xlim=(0, 10), ylim=(0, 1), xticks=[], yticks=[])
    strip.spines[:].set_visible(False)
    for left, width, colour, text in ((0, 6, GREEN, "θ"), (6, 2, ORANGE, "λ"), (8, 2, BLUE, "R̂")):
        strip.barh(0.5, width - 0.06, left=left, height=1, color=colour, alpha=0.25)
        say(strip, text, left + width / 2, 0.5, colour, fontsize=14)


def data_leakage() -> Figure:
    """Cross-validated accuracy on pure noise when the ten best of d features are chosen inside each fold, or before the split."""
    sizes = np.array([10, 30, 100, 300, 1000, 3000])
    labels = ["✓", "✗"]
    figure, axes = panel(labels=labels)
    found = np.array([_noise_accuracy(d) for d in sizes])
    lines = []
    for i in (0, 1):
        lines += axes.plot(sizes, found[:, i], color=(BLUE, ORANGE)[i], linestyle=DASHES[i], marker="os"[i], markersize=5)
    axes.axhline(0.5, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.6)
    axes.set(xscale="log", xlim=(10, 3000), ylim=(0.3, 1.02), xlabel="d", yticks=(0.4, 0.6, 0.8, 1.0))
    axes.set_yticklabels(["40 %", "60 %", "80 %", "100 %"])
    axes.set_xticks([10, 100, 1000, 3000], ["10", "100", "1000", "3000"])
    axes.set_xticks([], minor=True)
    label_ends(axes, lines, labels)
    return figure


def _noise_accuracy(d: int, *, n: int = 50, folds: int = 5, repeats: int = 12) -> tuple[float, float]:
    """Mean accuracy of the nearest centroid with selection inside the folds, and outside of them."""
    rng, right = np.random.default_rng(d), np.zeros(2)
    y = np.tile([0, 1], n // 2)
    for _ in range(repeats):
        x = rng.normal(size=(n, d))
        outside = _best(x, y)
        for held in np.array_split(rng.permutation(n), folds):
            fit = np.setdiff1d(np.arange(n), held)
            for i, columns in enumerate((_best(x[fit], y[fit]), outside)):
                means = [x[fit][y[fit] == k][:, columns].mean(axis=0) for k in (0, 1)]
                far = [((x[held][:, columns] - m) ** 2).sum(axis=1) for m in means]
                right[i] += np.sum((far[1] < far[0]) == y[held])
    return tuple(right / (n * repeats))


def _best(x: Array, y: Array) -> Whole:
    """The ten features whose class means differ most."""
    return np.asarray(np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:10], dtype=np.int64)


def label_noise() -> Figure:
    """Test accuracy of softmax regression against the share of training labels that were drawn anew, for q near 0 and q = 0.7."""
    rates = np.array([0.0, 0.2, 0.4, 0.5, 0.65, 0.8])
    figure, axes = panel()
    for i, q in enumerate((0.7, 1e-6)):
        score = np.mean([[_noisy(rate, q, seed) for rate in rates] for seed in range(3)], axis=0)
        axes.plot(rates, score, color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=4)
        say(axes, ("q = 0.7", "q → 0")[i], (0.42, 0.2)[i], (0.88, 0.7)[i], COLOURS[i], ha="left")
    axes.set(xlim=(0, 0.8), ylim=(0.3, 1.0), xlabel="ρ", xticks=(0, 0.2, 0.4, 0.6, 0.8), yticks=(0.4, 0.6, 0.8, 1.0))
    axes.set_yticklabels(["40 %", "60 %", "80 %", "100 %"])
    return figure


def _noisy(rate: float, q: float, seed: int, *, n: int = 150, d: int = 30) -> float:
    """Train three classes with labels of which a share is random; accuracy on 500 clean examples."""
    rng = np.random.default_rng(seed)
    centres = 0.55 * rng.normal(size=(3, d))
    truth = rng.integers(3, size=n + 500)
    x = rng.normal(size=(n + 500, d)) + centres[truth]
    label = np.where(rng.random(n) < rate, rng.integers(3, size=n), truth[:n])
    W, state = np.zeros((d, 3)), ()
    for _ in range(120):
        g = x[:n].T @ gce_grad(x[:n] @ W, label, q=q) / n
        W, *rest = adam(W, g, *state, lr=0.05)
        state = tuple(rest)
    return float(np.mean((x[n:] @ W).argmax(axis=1) == truth[n:]))


def distribution_shift() -> Figure:
    """A line fitted where x < 0, on data that bend: its errors there and where x > 0."""
    rng = np.random.default_rng(5)
    x = np.sort(rng.uniform(-2, 2, 70))
    y = np.exp(0.8 * x) + 0.15 * rng.normal(size=70)
    seen = x < 0
    slope, start = np.polyfit(x[seen], y[seen], 1)
    figure, axes = panel(labels=["ŷ"])
    axes.axvspan(-2, 0, color=BLUE, alpha=0.08, linewidth=0)
    for part, colour, mark, place in ((seen, BLUE, "o", -1), (~seen, ORANGE, "s", 0.75)):
        axes.plot(x[part], y[part], mark, color=colour, markersize=4)
        axes.vlines(x[part], y[part], (start + slope * x)[part], color=colour, linewidth=0.8)
        error = np.mean((start + slope * x - y)[part] ** 2)
        say(axes, f"R̂ = {error:.2f}", place, 3.9, colour)
    line = axes.plot([-2, 2], start + slope * np.array([-2, 2]), color=FG)
    axes.set(xlim=(-2, 2), ylim=(-0.6, 5.2), xlabel="x", xticks=range(-2, 3), yticks=range(6))
    name_axis(axes, "y")
    label_ends(axes, line, ["ŷ"])
    return figure


def shuffling() -> Figure:
    """Loss of logistic regression over all data during four epochs of batches of ten: sorted by class, and shuffled."""
    rng = np.random.default_rng(0)
    y = np.repeat([0.0, 1.0], 100)
    x = np.column_stack([np.ones(200), rng.normal(size=(200, 3)) + np.outer(y - 0.5, (1.6, 0.8, 0))])
    figure, axes = panel()
    for i, sort in enumerate((True, False)):
        w, losses = np.zeros(4), []
        for _ in range(4):
            order = np.arange(200) if sort else rng.permutation(200)
            for pick in order.reshape(20, 10):
                losses.append(float(bce(x @ w, y).mean()))
                w = gradient_descent(w, x[pick].T @ bce_grad(x[pick] @ w, y[pick]) / 10, lr=1.5)
        losses.append(float(bce(x @ w, y).mean()))
        axes.plot(np.arange(81) / 20, losses, color=COLOURS[1 - i], linestyle=DASHES[i])
        say(axes, ("0…0 1…1", "0 1 1 0 …")[i], (0.62, 2.2)[i], (0.92, 0.22)[i], COLOURS[1 - i], ha="left")
    axes.set(xlim=(0, 4), ylim=(0, 1.5), xticks=range(5), yticks=(0, 0.5, 1, 1.5), xlabel="t / 20")
    name_axis(axes, "L")
    return figure
