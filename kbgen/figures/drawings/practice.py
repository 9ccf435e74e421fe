"""Tasks and habits of training: boxes, masks, rankings, checks before a run, gradients during it, laws and causes in data."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, bare, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import detection, ranking, segmentation
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
iou_box: Callable[..., Any] = detection.iou_box
giou: Callable[..., Any] = detection.giou
ranknet: Callable[..., Any] = ranking.ranknet
dice: Callable[..., Any] = segmentation.dice


def object_detection() -> Figure:
    """Three predictions of one box, with the shared area shaded, IoU and GIoU."""
    truth = np.array([2.0, 2.0, 7.0, 6.0])
    figure, three = panels(3, width=5.2, height=2.3, gap=0.1)
    for axes, guess in zip(three, ([2.6, 1.5, 7.4, 5.4], [4.5, 3.5, 9.5, 7.5], [7.4, 6.2, 9.8, 8.4]), strict=True):
        box = np.array(guess)
        low, high = np.maximum(truth[:2], box[:2]), np.minimum(truth[2:], box[2:])
        if np.all(high > low):
            axes.add_patch(Rectangle(tuple(low), *(high - low), facecolor=GREEN, alpha=0.35, linewidth=0))
        for corners, colour, dash in ((truth, BLUE, "-"), (box, ORANGE, DASHES[1])):
            style: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": 2.2, "linestyle": dash}
            axes.add_patch(Rectangle(tuple(corners[:2]), *(corners[2:] - corners[:2]), **style))
        axes.set(xlim=(1, 10.2), ylim=(9, 1))
        bare(axes)
        j, g = 1 - iou_box(box[None], truth[None])[0], 1 - giou(box[None], truth[None])[0]
        axes.set_title(f"J = {j:.2f}\nG = {g:.2f}".replace("-", "−"), fontsize=SMALL, color=FG, pad=2, y=-0.24)
    return figure


def image_segmentation() -> Figure:
    """Two pairs of masks in twelve by eight pixels: hits, misses and false alarms, counted."""
    across, down = np.meshgrid(np.arange(12), np.arange(8))
    large = (across - 5) ** 2 / 16 + (down - 3.5) ** 2 / 9 <= 1
    small = (abs(across - 4.5) < 1) & (abs(down - 3.5) < 1)
    figure, both = panels(2, width=5.2, height=2.3, gap=0.2)
    for axes, mask in zip(both, (large, small), strict=True):
        guess = np.roll(mask, 1, axis=1)
        hit, missed, extra = mask & guess, mask & ~guess, ~mask & guess
        for kind, colour in ((hit, GREEN), (missed, BLUE), (extra, ORANGE)):
            for y, x in zip(*np.nonzero(kind), strict=True):
                axes.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, alpha=0.6, linewidth=0))
        axes.vlines(range(13), 0, 8, color=FG, alpha=0.2, linewidth=0.6)
        axes.hlines(range(9), 0, 12, color=FG, alpha=0.2, linewidth=0.6)
        axes.set(xlim=(0, 12), ylim=(8, 0))
        bare(axes)
        overlap = 1 - dice(guess.reshape(1, -1) * 1.0, mask.reshape(1, -1) * 1.0, smooth=0.0)[0]
        right = 1 - (missed.sum() + extra.sum()) / mask.size
        for x, kind, colour in ((0, hit, GREEN), (1.7, missed, BLUE), (3.0, extra, ORANGE)):
            axes.text(x, -0.45, f"{kind.sum()}", color=colour, fontsize=SMALL)
        axes.text(12, -0.45, f"{overlap:.2f}   {right:.2f}", color=FG, fontsize=SMALL, ha="right")
    return figure


def learning_to_rank() -> Figure:
    """Three orders of six results with grades: swapped pairs, NDCG, and RankNet for scores that fall from 2.5 to −2.5."""
    orders = np.array([[3, 2, 2, 1, 0, 0], [2, 3, 2, 0, 1, 0], [0, 2, 1, 2, 0, 3]])
    discount = 1 / np.log2(np.arange(6) + 2)
    best = ((2.0 ** np.sort(orders[0])[::-1] - 1) * discount).sum()
    figure, axes = sheet(10.4, 4.4)
    cells(axes, orders.astype(float), (0.7, 0.9), form=".0f", most=4.0, fontsize=13)
    heads(axes, [str(i) for i in range(1, 7)], (1.2, 0.5), (1, 0), fontsize=11)
    heads(axes, ["i"], (0.35, 0.5), (0, 0), fontsize=11)
    heads(axes, ["⇅", "N", "L"], (7.4, 0.5), (1.15, 0), fontsize=12)
    for row, grades in enumerate(orders):
        swapped = sum(int(grades[i] < grades[j]) for i in range(6) for j in range(i + 1, 6))
        loss = ranknet(np.linspace(2.5, -2.5, 6)[None], grades[None] * 1.0)[0]
        score = float(((2.0**grades - 1) * discount).sum() / best)
        heads(axes, [f"{swapped}", f"{score:.2f}", f"{loss:.1f}"], (7.4, 1.4 + row), (1.15, 0), fontsize=12)
    axes.set(xlim=(0, 10.4), ylim=(4.2, 0))
    return figure


def nan_loss() -> Figure:
    """Three expressions in float32 where the plain form gives infinity or NaN, and the stable form that does not."""
    figure, three = panels(3, width=6.6, height=2.5, gap=0.42)
    with np.errstate(all="ignore"):
        z = np.linspace(-140, 20, 161, dtype=np.float32)
        _pair(three[0], z, -np.log(1 / (1 + np.exp(-z))), np.logaddexp(0, -z))
        z = np.linspace(0, 140, 141, dtype=np.float32)
        _pair(three[1], z, np.log(np.exp(z) + 1) - np.log(np.exp(z)), np.logaddexp(0, z) - z)
        x = np.concatenate([-np.logspace(-18, -26, 41), np.logspace(-26, -18, 41)]).astype(np.float32)
        _pair(three[2], np.arange(82, dtype=np.float32) - 40.5, x / np.sqrt(x * x), x / np.maximum(np.abs(x), np.float32(1e-30)))
    three[0].set(xlim=(-140, 20), ylim=(0, 150), xticks=[-140, -60, 20])
    three[1].set(xlim=(0, 140), ylim=(-0.1, 0.8), xticks=[0, 70, 140], yticks=[0, 0.4, 0.8])
    three[2].set(xlim=(-41, 41), ylim=(-1.4, 1.4), yticks=[-1, 0, 1])
    three[2].set_xticks([-41, 0, 41], ["", "0", ""])
    names(three[0], "z", "−log σ(z)")
    names(three[1], "z", "∞ − ∞")
    names(three[2], "x", "x / √x²")
    return figure


def _pair(axes: Axes, x: Any, plain: Any, stable: Any) -> None:
    """The stable form as a line, the plain form as dots, and a cross where the plain form is infinite or NaN."""
    axes.plot(x[::2], stable[::2], color=BLUE, linewidth=1.6)
    fine = np.isfinite(plain)
    axes.plot(x[fine][::6], plain[fine][::6], "o", color=ORANGE, markersize=3.4)
    axes.plot(x[~fine][::8], stable[~fine][::8], "x", color=ORANGE, markersize=6, markeredgewidth=1.6)


def gradient_visualization() -> Figure:
    """Decimal logarithm of the gradient norm, layer by step, of two networks of eight layers: sigmoid and ReLU."""
    figure, both = panels(2, width=5.2, height=3.0, gap=0.35)
    for axes, kind in zip(both, ("σ", "ReLU"), strict=True):
        logs = np.log10(_norms(kind == "ReLU"))
        cells(axes, np.clip((logs + 8) / 8, 0.02, 1), (0, 0), most=1.2)
        for (i, j), value in np.ndenumerate(logs[:, ::9]):
            say(axes, f"{round(float(value))}".replace("-", "−"), 9 * j + 0.5, i + 0.5, fontsize=9)
        axes.set(xlim=(0, 10), ylim=(8, 0))
        axes.set_xticks([0.5, 3.5, 6.5, 9.5], ["0", "30", "60", "90"])
        axes.set_yticks([0.5, 3.5, 7.5], ["1", "4", "8"])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        names(axes, "t", "l")
        axes.set_title(kind, fontsize=SMALL, color=FG, pad=4)
    return figure


def _norms(rectified: bool, layers: int = 8, width: int = 16) -> Array:  # noqa: FBT001
    """Gradient norms of the weight matrices every tenth step of gradient descent on a regression."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, width))
    y = np.tanh(x @ rng.normal(size=(width, 1)) / 2)
    spread = np.sqrt((2 if rectified else 1) / width)
    weights = [rng.normal(0, spread, (width, width)) for _ in range(layers - 1)] + [rng.normal(0, spread, (width, 1))]
    norms = []
    for step in range(100):
        inputs, slopes, h = [], [], x
        for i, w in enumerate(weights):
            inputs.append(h)
            z = h @ w
            if i == layers - 1:
                h = z
            elif rectified:
                slopes.append((z > 0) * 1.0)
                h = np.maximum(z, 0)
            else:
                h = 1 / (1 + np.exp(-z))
                slopes.append(h * (1 - h))
        pull, grads = 2 * (h - y) / len(x), []
        for i in range(layers - 1, -1, -1):
            grads.append(inputs[i].T @ pull)
            pull = pull @ weights[i].T * (slopes[i - 1] if i else 1)
        grads.reverse()
        if step % 10 == 0:
            norms.append([np.linalg.norm(g) + 1e-30 for g in grads])
        weights = [w - 0.02 * g for w, g in zip(weights, grads, strict=True)]
    return np.transpose(norms)


def sanity_check() -> Figure:
    """Cross-entropy of a small network on eight samples, with its labels and with labels shuffled anew at every step."""
    rng = np.random.default_rng(0)
    x, label = rng.normal(size=(8, 10)), np.arange(8) % 4
    figure, axes = panel()
    lines = []
    for i, shuffled in enumerate((False, True)):
        parts, kept, losses = [rng.normal(0, 0.3, (10, 32)), rng.normal(0, 0.05, (32, 4))], [(0.0, 0.0, 0)] * 2, []
        for _ in range(200):
            wanted = np.eye(4)[rng.permutation(label) if shuffled else label]
            h = np.maximum(x @ parts[0], 0)
            z = h @ parts[1]
            p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
            losses.append(float(-np.mean(np.log(np.sum(p * wanted, axis=1)))))
            pull = (p - wanted) / 8
            for k, grad in enumerate((x.T @ (pull @ parts[1].T * (h > 0)), h.T @ pull)):
                parts[k], *rest = adam(parts[k], grad, *kept[k], lr=0.02)
                kept[k] = tuple(rest)
        lines += axes.plot(range(200), losses, color=COLOURS[i], linestyle=DASHES[i], linewidth=1.8)
    axes.axhline(np.log(4), color=FG, linewidth=1, linestyle=DASHES[2])
    axes.set(yscale="log", xlim=(0, 200), ylim=(1e-3, 4), xlabel="t")
    powers(axes.yaxis, (-3, -2, -1, 0))
    name_axis(axes, "L")
    label_ends(axes, lines, ["✓", "✗"])
    say(axes, "log 4", 60, np.log(4), offset=(0, -13))
    return figure


def physics_informed_learning() -> Figure:
    """Polynomials of degree 6 through three readings of exp(−x): of least norm, and with the residual of u′ = −u at 30 points."""
    at, places, fine = np.array([0.0, 0.5, 1.0]), np.linspace(0, 3, 30), np.linspace(0, 3, 121)
    y = np.exp(-at) + np.array([0.01, -0.02, 0.01])
    chebyshev = np.polynomial.chebyshev
    figure, axes = panel(labels=["λ = 1"])
    lines = []
    slope = np.array([chebyshev.chebval(places * 2 / 3 - 1, chebyshev.chebder(unit)) * 2 / 3 for unit in np.eye(7)]).T
    for i, strength in enumerate((1.0, 0.0)):
        law = slope + chebyshev.chebvander(places * 2 / 3 - 1, 6)
        rows = np.vstack([chebyshev.chebvander(at * 2 / 3 - 1, 6), np.sqrt(strength / 10) * law])
        w = np.linalg.lstsq(rows, np.append(y, np.zeros(30)), rcond=None)[0]
        lines += axes.plot(fine, chebyshev.chebval(fine * 2 / 3 - 1, w), color=COLOURS[i], linestyle=DASHES[i])
    axes.plot(fine, np.exp(-fine), color=FG, linewidth=1.4, linestyle=DASHES[2])
    axes.plot(at, y, "o", color=FG, markersize=7, markeredgecolor=BG, zorder=5)
    axes.set(xlim=(0, 3), ylim=(-0.6, 1.6), xlabel="x")
    name_axis(axes, "u")
    label_ends(axes, lines, ["λ = 1", "λ = 0"])
    return figure


def causal_inference() -> Figure:
    """A line through all points, and the lines within each value of the common cause; the true effect is −0.5."""
    rng = np.random.default_rng(6)
    z = np.repeat([0.0, 1.0, 2.0], 30)
    x = 1.6 * z + 0.7 * rng.normal(size=90)
    y = 2.0 * z - 0.5 * x + 0.25 * rng.normal(size=90)
    figure, axes = panel(labels=["b = 0.00"])
    pooled = np.polyfit(x, y, 1)
    ends = np.array([x.min(), x.max()])
    lines = axes.plot(ends, np.polyval(pooled, ends), color=FG, linewidth=2.4)
    X = np.column_stack([x, *(z == k for k in range(3))])
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    for k in range(3):
        inside = z == k
        axes.plot(x[inside], y[inside], "os^"[k], color=COLOURS[k], markersize=4.6, markeredgecolor=BG, markeredgewidth=0.4)
        span = np.array([x[inside].min(), x[inside].max()])
        axes.plot(span, w[0] * span + w[k + 1], color=COLOURS[k], linestyle=DASHES[k])
    axes.set(xlim=(float(x.min()) - 0.1, float(x.max()) + 0.1), ylim=(-1.8, 4.2), xlabel="x")
    name_axis(axes, "y")
    label_ends(axes, lines, [f"b = {pooled[0]:.2f}"])
    say(axes, f"b = {w[0]:.2f}".replace("-", "−"), float(x.max()), -0.4, COLOURS[2], offset=(-6, 0), ha="right")
    say(axes, "z = 0, 1, 2", float(x.min()), 3.7, ha="left")
    return figure
