"""What ranking losses look at: the draws from a list, the weight of each pair, the pairs in the wrong order."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kbgen.figures.drawings._cells import cells, frame, heads, sheet
from kbgen.figures.drawings._shared import Array
from kbgen.figures.style import COLOURS, FG, GRID, name_axis, panel
from kbgen.losses import ranking

BLUE, ORANGE, GREEN, PURPLE = COLOURS
bpr_grad: Callable[..., Any] = ranking.bpr_grad
lambdarank_grad: Callable[..., Any] = ranking.lambdarank_grad
ranknet_grad: Callable[..., Any] = ranking.ranknet_grad
label_ranking_loss: Callable[..., Any] = ranking.label_ranking
LOW = "₁₂₃₄₅₆"


def listmle() -> Figure:
    """Chances of each item in each draw; the item that should be drawn is outlined."""
    scores = np.array([1.2, 1.6, 0.1, 0.6, -0.8])
    left = np.where(np.arange(5) >= np.arange(5)[:, None], scores, -np.inf)
    chance = np.exp(left - np.logaddexp.reduce(left, axis=1, keepdims=True))
    figure, axes = sheet(7.4, 6.6)
    for i in range(5):
        cells(axes, chance[i : i + 1, i:], (1.6 + i, 1.2 + i), form=".2f", most=1.0, fontsize=11)
        frame(axes, (1.6 + i, 1.2 + i), (1, 1))
    heads(axes, [f"{s:g}".replace("-", "−") for s in scores], (2.1, 0.65), (1, 0), fontsize=11)
    heads(axes, [str(i + 1) for i in range(5)], (1.1, 1.7), (0, 1), fontsize=11)
    axes.text(0.45, 0.65, "s", ha="center", va="center_baseline")
    return figure


def lambdarank() -> Figure:
    """Weights of the pairs of one list: all alike for RankNet, changes of NDCG for LambdaRank."""
    grades = np.array([1.0, 3.0, 0.0, 2.0, 0.0, 1.0])
    figure, axes = sheet(15.2, 7.6)
    for k, grad in enumerate((ranknet_grad, lambdarank_grad)):
        x = 1.2 + 7.4 * k
        weight = _weights(grad, grades) * (1 if k == 0 else 100)
        cells(axes, weight, (x, 1.3), most=(2.0, 50.0)[k])
        for (i, j), value in np.ndenumerate(weight):
            if value > 0.005:
                axes.text(x + j + 0.5, 1.8 + i, f"{value:.0f}", ha="center", va="center_baseline", fontsize=9)
        heads(axes, [f"{y:.0f}" for y in grades], (x + 0.5, 0.95), (1, 0), fontsize=9)
        heads(axes, [f"{y:.0f}" for y in grades], (x - 0.35, 1.8), (0, 1), fontsize=9)
        axes.text(x + 3, 0.3, ("1", "100 Δᵢⱼ")[k], ha="center", va="center_baseline")
    return figure


def _weights(grad: Callable[..., Any], grades: Array) -> Array:
    """What multiplies the logistic loss of each pair: minus four times a mixed second derivative at nearly equal scores."""
    scores, step, found = -1e-3 * np.arange(len(grades)), 1e-5, np.zeros((len(grades),) * 2)
    for i, j in zip(*np.nonzero(grades[:, None] > grades), strict=True):
        nudge = step * np.eye(len(grades))[j]
        ends = [grad((scores + sign * nudge)[None], grades[None])[0][i] for sign in (1, -1)]
        found[i, j] = -4 * (ends[0] - ends[1]) / (2 * step)
    return found


def label_ranking() -> Figure:
    """Pairs of three labels that apply and four that do not, the wrong ones tinted; their border is the ROC curve."""
    on, off = np.array([2.1, 1.4, 0.3]), np.array([1.6, 0.8, -0.2, -1.0])
    wrong = on[::-1, None] <= off
    figure, axes = sheet(7.4, 4.7)
    x0, y0 = 1.7, 0.3
    for (i, j), is_wrong in np.ndenumerate(wrong):
        style = {"facecolor": ORANGE, "alpha": 0.5} if is_wrong else {"facecolor": "none"}
        axes.add_patch(Rectangle((x0 + j, y0 + i), 1, 1, edgecolor=GRID, linewidth=0.8, **style))
    steps = np.append(np.sum(on[:, None] > off, axis=0), 0)  # labels in front of each that does not apply
    path_x = np.repeat(np.arange(5), 2)[1:-1]
    path_y = np.repeat(3 - steps[:-1], 2)
    axes.plot([x0, x0, *(x0 + path_x), x0 + 4], [y0 + 3, y0 + path_y[0], *(y0 + path_y), y0], color=FG, linewidth=2.2)
    heads(axes, [_signed(s) for s in off], (x0 + 0.5, y0 + 3.45), (1, 0))
    heads(axes, [_signed(s) for s in on[::-1]], (x0 - 0.55, y0 + 0.5), (0, 1))
    axes.text(x0 + 2, y0 + 4.05, "y = 0", ha="center", va="center_baseline")
    axes.text(0.45, y0 + 1.5, "y = 1", ha="center", va="center_baseline", rotation=90)
    loss = label_ranking_loss([[*on, *off]], [[1, 1, 1, 0, 0, 0, 0]])[0]
    axes.text(x0 + 4.3, y0 + 0.5, f"{round(12 * loss)}/12", color=ORANGE, va="center_baseline")
    return figure


def _signed(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def bpr() -> Figure:
    """The size of the slope, and where negatives lie that are drawn at random or are the best of twenty."""
    rng = np.random.default_rng(1)
    drawn = 3.5 - rng.normal(0, 1.5, (60, 20))
    figure, axes = panel(height=3.0)
    lead = np.linspace(-3, 8, 221)
    slope = bpr_grad(lead, np.zeros_like(lead))[1]
    axes.plot(lead, slope, color=BLUE)
    for gaps, low, colour in ((drawn[:, 0], -0.16, GREEN), (drawn.min(axis=1), -0.36, ORANGE)):
        axes.vlines(gaps, low, low + 0.12, color=colour, linewidth=1.1)
        mean = float(np.mean(bpr_grad(gaps, np.zeros_like(gaps))[1]))
        axes.text(8.1, low + 0.06, f"{mean:.3f}", color=colour, ha="left", va="center_baseline", clip_on=False)
    axes.set(xlim=(-3, 8), ylim=(-0.42, 1.02), xlabel="xᵢ − xⱼ", yticks=[0, 0.5, 1])
    name_axis(axes, "σ(xⱼ − xᵢ)")
    return figure
