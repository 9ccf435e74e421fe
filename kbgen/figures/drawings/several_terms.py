"""Several losses at once: their weights, their conflicts, the points that no weighting reaches, and losses that change."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, dot, field, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, multi_task, regression, robust, segmentation
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
uncertainty_grad: Callable[..., Any] = multi_task.uncertainty_weighting_grad
dice_grad: Callable[..., Any] = segmentation.dice_grad
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
squared: Callable[..., Any] = regression.squared_error
absolute: Callable[..., Any] = regression.absolute_error
pinball: Callable[..., Any] = regression.quantile
huber: Callable[..., Any] = robust.huber


def multi_task_learning() -> Figure:
    """The pairs of losses that weighted sums of two quadratic losses reach, one dot per weight, and what else is possible."""
    P, Q, a, b = np.diag([1.0, 0.2]), np.diag([0.3, 1.2]), np.zeros(2), np.array([2.0, 1.0])
    ways = np.linspace(0, 1, 101)
    front = np.array([_two(_middle(P, Q, a, b, w), P, Q, a, b) for w in ways])
    cloud = np.random.default_rng(0).uniform([-1, -1], [3, 2], (160, 2))
    others = np.array([_two(point, P, Q, a, b) for point in cloud])
    figure, axes = field(right=0.3, height=3.3)
    axes.plot(*others.T, "o", color=FG, markersize=3, alpha=0.35)
    axes.plot(*front.T, color=BLUE)
    for w in (0.1, 0.3, 0.5, 0.7, 0.9):
        x, y = front[round(100 * w)]
        dot(axes, float(x), float(y), BLUE)
        say(axes, f"{w}", float(x), float(y), BLUE, offset=(-9, -8), fontsize=10)
    axes.set(xlim=(-0.15, 3), ylim=(-0.15, 2.5), xlabel="L₁")
    name_axis(axes, "L₂")
    return figure


def _middle(p: Array, q: Array, a: Array, b: Array, w: float) -> Array:
    """Where w times the first plus 1 − w times the second is least."""
    return np.asarray(np.linalg.solve(w * p + (1 - w) * q, w * p @ a + (1 - w) * q @ b))


def _two(x: Array, p: Array, q: Array, a: Array, b: Array) -> tuple[float, float]:
    return float((x - a) @ p @ (x - a) / 2), float((x - b) @ q @ (x - b) / 2)


def pareto() -> Figure:
    """A front that bends the wrong way: 41 weighted sums are least at its ends, 15 weighted maxima all along."""
    t = np.linspace(-1, 1, 201)
    figure, axes = field(right=0.3, height=3.3)
    axes.plot(*_bowls(t), color=FG, linewidth=1.3)
    weights = np.linspace(0.02, 0.98, 41)
    fine = np.linspace(-1.6, 1.6, 3201)
    one, two = _bowls(fine)
    sums = fine[np.argmin(weights[:, None] * one + (1 - weights[:, None]) * two, axis=1)]
    shares = np.linspace(0.1, 0.9, 15)
    tops = fine[np.argmin(np.maximum(shares[:, None] * one, (1 - shares[:, None]) * two), axis=1)]
    axes.plot(*_bowls(tops), "s", color=BLUE, markersize=7, markeredgecolor=BG)
    axes.plot(*_bowls(sums), "o", color=ORANGE, markersize=5.5, markeredgecolor=BG)
    axes.set(xlim=(-0.04, 1.05), ylim=(-0.04, 1.05), xlabel="L₁")
    name_axis(axes, "L₂")
    say(axes, "Σ wₖLₖ", 0.22, 0.12, ORANGE)
    say(axes, "max wₖLₖ", 0.45, 0.55, BLUE)
    return figure


def _bowls(x: Array) -> tuple[Array, Array]:
    """Two losses of one parameter that level off away from their minima."""
    return np.asarray(1 - np.exp(-((x - 1) ** 2))), np.asarray(1 - np.exp(-((x + 1) ** 2)))


def gradient_conflict() -> Figure:
    """Two gradients more than a right angle apart, their sum, and the sum after each gave up its part against the other."""
    g, h = np.array([1.0, 0.2]), np.array([-1.5, 1.2])
    g_kept, h_kept = g - g @ h / (h @ h) * h, h - g @ h / (g @ g) * g
    figure, axes = field(right=0.2, height=3.0)
    axes.set(xlim=(-1.9, 1.5), ylim=(-0.2, 2.2), aspect="equal", xticks=[], yticks=[])
    axes.grid(visible=False)
    for tip, colour, label, place in (
        (g, BLUE, "g₁", (10, 4)),
        (h, ORANGE, "g₂", (-6, 9)),
        (g + h, FG, "g₁ + g₂", (-26, 8)),
        (g_kept + h_kept, GREEN, "g₁′ + g₂′", (4, 10)),
    ):
        arrow(axes, (0, 0), tip, colour)
        say(axes, label, float(tip[0]), float(tip[1]), colour, offset=place)
    for part, colour in ((g_kept, BLUE), (h_kept, ORANGE)):
        arrow(axes, (0, 0), part, colour, linestyle=(0, (3, 2)), linewidth=1.2)
    axes.spines[:].set_visible(False)
    return figure


def _tasks(seed: int = 0) -> tuple[Array, Array]:
    """Inputs and two targets, the second with a scale some thirty times larger."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(200, 6))
    turn = np.linalg.qr(rng.normal(size=(6, 2)))[0] @ np.array([[1.0, 0.6], [0.0, 0.8]])
    y = x @ turn + 0.3 * rng.normal(size=(200, 2))
    return x, y * np.array([1.0, np.sqrt(1000)])


def _shared_layer(weights: Array | None, steps: int = 400) -> tuple[Array, Array]:
    """Unexplained shares of both targets, and the weights, at every step; one shared unit feeds both heads."""
    x, y = _tasks()
    rng = np.random.default_rng(1)
    parts = [rng.normal(0, 0.3, (6, 1)), rng.normal(0, 0.3, (1, 2)), np.zeros(2)]
    kept: list[tuple[Any, ...]] = [(0.0, 0.0, 0)] * 3
    shares, used = [], []
    for _ in range(steps):
        v, heads_, log_var = parts
        r = x @ v @ heads_ * np.array([1.0, 30.0]) - y
        losses = np.mean(r**2, axis=0)[None]
        d_losses, d_log = uncertainty_grad(losses, log_var)
        w = d_losses[0] if weights is None else weights
        pull = 2 * w * r * np.array([1.0, 30.0]) / len(x)
        grads = (x.T @ pull @ heads_.T, (x @ v).T @ pull, np.clip(d_log, -1, 1) * (weights is None))
        for i, grad in enumerate(grads):
            parts[i], *rest = adam(parts[i], grad, *kept[i], lr=0.03)
            kept[i] = tuple(rest)
        shares.append(losses[0] / y.var(axis=0))
        used.append(w)
    return np.array(shares), np.array(used)


def loss_weighting() -> Figure:
    """Unexplained share of two tasks of scales 1 and 1000 against the fixed weight of the second; lines for learnt weights."""
    ratios = np.geomspace(1e-6, 1, 13)
    ends = np.array([_shared_layer(np.array([1.0, ratio]), 250)[0][-1] for ratio in ratios])
    shares, used = _shared_layer(None, 600)
    figure, axes = panel(labels=["1 − R₁²"])
    lines = [
        axes.plot(ratios, ends[:, i], color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=4)[0] for i in range(2)
    ]
    found = float(used[-1, 1] / used[-1, 0])
    axes.axvline(found, color=FG, linewidth=1, linestyle=DASHES[2])
    for i in range(2):
        dot(axes, found, float(shares[-1, i]), COLOURS[i], marker="D")
    axes.set(xscale="log", xlim=(1e-6, 1), ylim=(0, 1.05), xlabel="w₂ / w₁")
    powers(axes.xaxis, (-6, -5, -4, -3, -2, -1, 0))
    label_ends(axes, lines, ["1 − R₁²", "1 − R₂²"])
    return figure


def dynamic_loss() -> Figure:
    """Learnt weights of two tasks over time on the left, the unexplained shares on the right."""
    shares, used = _shared_layer(None, 500)
    figure, (weights, losses) = panels(2, width=5.2, gap=0.75)
    t = np.arange(1, 501, 4)
    for i in range(2):
        weights.plot(t, used[::4, i], color=COLOURS[i], linestyle=DASHES[i])
        losses.plot(t, shares[::4, i], color=COLOURS[i], linestyle=DASHES[i])
    weights.set(yscale="log", xlim=(1, 500), ylim=(1e-3, 4), xticks=[1, 200, 400])
    powers(weights.yaxis, (-3, -2, -1, 0))
    losses.set(xlim=(1, 500), xticks=[1, 200, 400], ylim=(0, 1.1))
    say(weights, "w₁", 380, float(used[380, 0]), BLUE, offset=(0, 10), fontsize=SMALL)
    say(weights, "w₂", 380, float(used[380, 1]), ORANGE, offset=(0, 10), fontsize=SMALL)
    names(weights, "t", "w")
    names(losses, "t", "1 − R²")
    return figure


def modality_weighting() -> Figure:
    """Weight of the clean one of two modalities over time, for three rules; both heads are trained at the same time."""
    rng = np.random.default_rng(3)
    content = rng.normal(size=(300, 5))
    y = content @ np.array([1.0, -1.0, 0.5, 0.5, 0.0])
    views = [content + noise * rng.normal(size=content.shape) for noise in (0.3, 1.0)]
    figure, axes = panel(labels=["β = 0.5"])
    lines = []
    for i, beta in enumerate((0.0, 0.2, 0.5)):
        a, heads_, way = np.zeros(2), [np.zeros(5), np.zeros(5)], []
        for _ in range(400):
            alpha = np.exp(a) / np.exp(a).sum()
            residuals = [view @ w - y for view, w in zip(views, heads_, strict=True)]
            losses = np.array([np.mean(r**2) for r in residuals])
            heads_ = [w - 0.1 * s * 2 * v.T @ r / 300 for w, v, r, s in zip(heads_, views, residuals, alpha, strict=True)]
            pull = losses + beta * (np.log(alpha) + 1)
            a = a - 0.1 * alpha * (pull - alpha @ pull)
            way.append(alpha[0])
        lines += axes.plot(range(400), way, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 400), ylim=(0.48, 1.0), xlabel="t", yticks=[0.5, 0.6, 0.7, 0.8, 0.9, 1])
    name_axis(axes, "α₁")
    label_ends(axes, lines, ["β = 0", "β = 0.2", "β = 0.5"])
    return figure


def loss_combination() -> Figure:
    """Dice coefficient of a pixel classifier on new images against the size of the object, for three training losses."""
    radii = np.array([1.5, 2, 3, 5, 8, 12])
    figure, axes = panel(labels=["1 − D"])
    labels = ["BCE", "1 − D", "½Σ"]
    lines = []
    for i, (entropy, overlap) in enumerate(((1.0, 0.0), (0.0, 1.0), (0.5, 0.5))):
        scores = [np.mean([_segment(float(r), entropy, overlap, seed) for seed in range(2)]) for r in radii]
        lines += axes.plot(radii, scores, color=COLOURS[i], linestyle=DASHES[i], marker="os^"[i], markersize=5)
    axes.set(xlim=(1, 12.5), ylim=(0, 1), xlabel="r", xticks=[2, 4, 6, 8, 10, 12])
    name_axis(axes, "D")
    label_ends(axes, lines, labels)
    return figure


def _segment(radius: float, entropy: float, overlap: float, seed: int) -> float:
    """Train on three noisy images of a disc of this radius, score on three others."""
    rng = np.random.default_rng(seed)
    across, down = np.meshgrid(np.arange(32) - 16, np.arange(32) - 16)
    mask = np.tile((across**2 + down**2 <= radius**2).ravel() * 1.0, (6, 1))
    image = mask + 0.5 * rng.normal(size=mask.shape)
    w, kept = np.array([1.0, -1.0]), (0.0, 0.0, 0)
    for _ in range(80):
        z = w[0] * image[:3] + w[1]
        p = 1 / (1 + np.exp(-z))
        pull = entropy * bce_grad(z, mask[:3]) / z.shape[1] + overlap * dice_grad(p, mask[:3]) * p * (1 - p)
        w, *rest = adam(w, np.array([np.sum(pull * image[:3]), pull.sum()]), *kept, lr=0.2)
        kept = tuple(rest)
    said = w[0] * image[3:] + w[1] > 0
    return float(np.mean(2 * (said * mask[3:]).sum(axis=1) / (said.sum(axis=1) + mask[3:].sum(axis=1))))


def loss_selection() -> Figure:
    """The best constant under each of four losses, judged by all four: how many times the least possible mean loss."""
    rng = np.random.default_rng(0)
    y = np.append(np.exp(rng.normal(0, 0.8, 380)), rng.uniform(15, 25, 20))
    tries = np.linspace(0.2, 15, 800)[:, None]
    table = np.array(
        [
            np.mean(loss(np.broadcast_to(tries, (800, 400)), np.broadcast_to(y, (800, 400))), axis=1)
            for loss in (squared, absolute, partial(huber, delta=1.0), partial(pinball, tau=0.9))
        ]
    )
    best = table.argmin(axis=1)
    ratios = table[:, best] / table.min(axis=1, keepdims=True)
    signs_ = ["r²", "∣r∣", "δ = 1", "τ = 0.9"]
    figure, axes = sheet(7.4, 5.3)
    cells(axes, ratios - 1, (1.6, 0.9), most=2.0, color=ORANGE)
    for (i, j), ratio in np.ndenumerate(ratios):
        say(axes, f"{ratio:.2f}", 2.1 + j, 1.4 + i, fontsize=12)
    heads(axes, signs_, (2.1, 0.5), (1, 0), fontsize=12)
    heads(axes, signs_, (0.8, 1.4), (0, 1), fontsize=12)
    heads(axes, [f"{float(tries[k, 0]):.2f}" for k in best], (2.1, 5.1), (1, 0), fontsize=12)
    heads(axes, ["ĉ"], (0.8, 5.1), (0, 0), fontsize=12)
    axes.set(xlim=(0, 6.2), ylim=(5.5, 0))
    return figure


def curriculum_learning() -> Figure:
    """Which samples are drawn at which step, by the rank of their difficulty, under a widening limit and at random."""
    rng = np.random.default_rng(4)
    figure, both = panels(2, width=5.2, gap=0.4)
    t = np.arange(0, 300, 2)
    limit = np.minimum(1, 0.15 + 0.85 * t / 200)
    for i, (axes, top) in enumerate(zip(both, (limit, np.ones_like(limit)), strict=True)):
        axes.plot(t, rng.random(len(t)) * top, "o", color=COLOURS[i], markersize=2.8)
        axes.plot(t, top, color=FG, linewidth=1.3, linestyle=DASHES[1])
        axes.set(xlim=(0, 300), ylim=(0, 1.05), xticks=[0, 100, 200], yticks=[0, 0.5, 1])
        names(axes, "t", "")
    names(both[0], "t", "q")
    both[1].set_yticklabels([])
    return figure


def meta_learning() -> Figure:
    """Error of the centre found with loss |r|^p on fresh samples, against p, for three kinds of noise."""
    powers_ = np.linspace(1.05, 4, 31)
    rng = np.random.default_rng(0)
    raw = [rng.laplace(size=(400, 25)), rng.normal(size=(400, 25)), rng.uniform(-1, 1, (400, 25))]
    figure, axes = panel()
    for i, y in enumerate(sample / sample.std() for sample in raw):
        found = np.array([np.mean(_centre(y, float(p)) ** 2) * 25 for p in powers_])
        axes.plot(powers_, found, color=COLOURS[i], linestyle=DASHES[i])
        best = int(found.argmin())
        if best < len(powers_) - 1:
            dot(axes, float(powers_[best]), float(found[best]), COLOURS[i])
            say(axes, f"{powers_[best]:.1f}", float(powers_[best]), float(found[best]), COLOURS[i], offset=(0, -12 - 4 * i))
    axes.set(xlim=(1, 4), ylim=(0, 2.4), xlabel="p")
    name_axis(axes, "n·v")
    return figure


def _centre(y: Array, p: float) -> Array:
    """Where the sum of |y − c| to the power p is least, per row, by bisection on its slope."""
    low, high = y.min(axis=1), y.max(axis=1)
    for _ in range(22):
        c = (low + high) / 2
        r = y - c[:, None]
        pull = np.sum(np.sign(r) * np.abs(r) ** (p - 1), axis=1)
        low, high = np.where(pull > 0, c, low), np.where(pull > 0, high, c)
    return np.asarray((low + high) / 2)
