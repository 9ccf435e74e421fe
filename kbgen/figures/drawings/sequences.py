"""Which tokens, walks and alignments a loss of sequences weighs, and how much."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, sheet
from kbgen.figures.drawings._shared import Array
from kbgen.figures.style import COLOURS, FG, GRID
from kbgen.losses import sequence

BLUE, ORANGE, GREEN, PURPLE = COLOURS
rnn_transducer_grad: Callable[..., Any] = sequence.rnn_transducer_grad
masked_grad: Callable[..., Any] = sequence.masked_language_modeling_grad
causal_grad: Callable[..., Any] = sequence.causal_language_modeling_grad
soft_dtw_grad: Callable[..., Any] = sequence.soft_dtw_grad
FRAMES, LABELS = 8, 3


def masked_language_modeling() -> Figure:
    """The gradient at every place and token, for masked modelling and for next-token prediction."""
    rng = np.random.default_rng(8)
    logits, tokens = rng.normal(0, 1.2, (1, 12, 5)), rng.integers(5, size=(1, 12))
    hidden = np.isin(np.arange(12), (2, 5, 9))[None]
    figure, axes = sheet(13.6, 13.6)
    grads = (masked_grad(logits, tokens, hidden), causal_grad(logits, tokens))
    for k, grad in enumerate(grads):
        y = 1.1 + 6.7 * k
        cells(axes, grad[0].T, (1.2, y), most=float(np.abs(grad).max()))
        heads(axes, [str(t) for t in range(12)], (1.7, y - 0.45), (1, 0), fontsize=10)
        heads(axes, [str(t) for t in range(5)], (0.75, y + 0.5), (0, 1), fontsize=9)
        axes.text(0.45, y - 0.45, "t", ha="center", va="center_baseline")
        for place in range(12):
            token = tokens[0, place] if k == 0 else tokens[0, min(place + 1, 11)]
            if hidden[0, place] if k == 0 else place < 11:
                axes.plot(1.7 + place, y + 0.5 + token, ".", color=FG, markersize=5)
    return figure


def rnn_transducer() -> Figure:
    """The lattice; the wider a step and the larger a node, the more probable given the labels."""
    stay, say = _steps()
    visits, best = stay + say, _likeliest(stay, say)
    figure, axes = sheet(9.6, 5.3)
    for (t, u), share in np.ndenumerate(visits):
        ways = [((t + 1, u), stay[t, u])] * (t + 1 < FRAMES) + [((t, u + 1), say[t, u])] * (u < LABELS)
        for there, part in ways:
            line = [1.5 + t, 1.5 + there[0]], [0.9 + 1.15 * u, 0.9 + 1.15 * there[1]]
            axes.plot(*line, color=GRID, linewidth=0.8, zorder=1)
            if part > 0.004:
                colour = ORANGE if {(t, u), there} <= best else BLUE
                axes.plot(*line, color=colour, linewidth=9 * part, alpha=0.75, zorder=2, solid_capstyle="butt")
        axes.plot([1.5 + t], [0.9 + 1.15 * u], "o", color=GRID, markersize=4, zorder=2)
        if share > 0.004:
            colour = ORANGE if (t, u) in best else BLUE
            axes.plot([1.5 + t], [0.9 + 1.15 * u], "o", color=colour, markersize=18 * share**0.5, markeredgewidth=0, zorder=3)
    heads(axes, [str(u) for u in range(LABELS + 1)], (0.45, 0.9), (0, 1.15))
    heads(axes, list("abc"[:LABELS]), (0.95, 1.48), (0, 1.15), color=PURPLE)
    heads(axes, [str(t) for t in range(FRAMES)], (1.5, 4.95), (1, 0))
    axes.text(0.45, 4.95, "t", ha="center", va="center_baseline")
    axes.text(0.45, 0.25, "u", ha="center", va="center_baseline")
    return figure


def _steps() -> tuple[Array, Array]:
    """Shares of the walks that leave each node by a blank and by a label, read off the gradient.

    The last symbol is no label here: its gradient is its probability times the share of walks at the node.
    """
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 0.4, (FRAMES, LABELS + 1, LABELS + 2))
    logits[..., 0] += 1.6
    for u, heard in enumerate((1, 3, 6)):
        logits[:, u, u + 1] += 3.2 - 0.8 * (np.arange(FRAMES) - heard) ** 2
    prob = np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True)
    grad = np.asarray(rnn_transducer_grad(logits[None], np.arange(1, LABELS + 1)[None]))[0]
    visits = grad[..., -1] / prob[..., -1]
    stay = prob[..., 0] * visits - grad[..., 0]
    return stay, visits - stay


def _likeliest(stay: Array, say: Array) -> set[tuple[int, int]]:
    """Nodes of the likeliest walk; the chance of a step is its share among what leaves its node."""
    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {(0, 0): (1.0, [(0, 0)])}
    for t, u in np.ndindex(*stay.shape):
        chance, way = best[t, u]
        for there, part in (((t + 1, u), stay[t, u]), ((t, u + 1), say[t, u])):
            found = (chance * float(part / (stay[t, u] + say[t, u])), [*way, there])
            best[there] = max(best.get(there, (0.0, [])), found)
    return set(best[FRAMES, LABELS][1])


def soft_dtw() -> Figure:
    """How strongly each place of one series is aligned with each of another, for three values of gamma."""
    time = np.arange(12)
    x, y = (np.exp(-0.18 * (time - peak) ** 2)[None, :, None] for peak in (4.0, 7.0))
    figure, axes = sheet(40.5, 15.0)
    for k, gamma in enumerate((0.01, 0.5, 10.0)):
        cells(axes, _alignment(x, y, gamma), (0.9 + 13.2 * k, 2.2), most=1.0)
        axes.text(6.9 + 13.2 * k, 1.0, f"γ = {gamma:g}", ha="center", va="center_baseline", fontsize=11)
    return figure


def _alignment(x: Array, y: Array, gamma: float) -> Array:
    """The share of the alignments, by weight, that pair two places: the gradient in features that name the partners."""
    tiny, places = 1e-6, np.eye(y.shape[1])[None]
    grad = soft_dtw_grad(np.concatenate([x, 0 * places], axis=2), np.concatenate([y, tiny * places], axis=2), gamma=gamma)
    return np.asarray(-grad[0, :, 1:] / (2 * tiny))
