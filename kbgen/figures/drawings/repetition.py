"""What comes of doing one thing many times: drawing batches, training on and on, choosing, stepping through a sequence."""

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import Array, arrow, decades, field, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel
from kbgen.losses import classification, regression
from kbgen.optimizers import rules

bce: Callable[..., Any] = classification.binary_cross_entropy_with_logits
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
squared_error_grad: Callable[..., Any] = regression.squared_error_grad
gradient_descent: Callable[..., Any] = rules.gradient_descent


def mini_batch() -> Figure:
    """The gradient of 80 examples at one place, and those of the ten batches of eight that they are cut into."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(80, 2))
    slopes = -(x @ [1.0, 0.6] + 0.5 * rng.normal(size=80))[:, None] * x
    figure, axes = field()
    axes.set(xlim=(-1.6, 0.3), ylim=(-1.6, 0.3), xticks=(-1, 0), yticks=(-1, 0), xlabel="∂₁")
    axes.axhline(0, color=FG, linewidth=0.8, alpha=0.4)
    axes.axvline(0, color=FG, linewidth=0.8, alpha=0.4)
    for batch in slopes.reshape(10, 8, 2).mean(axis=1):
        arrow(axes, (0, 0), batch, COLOURS[0], linewidth=1.1)
    arrow(axes, (0, 0), slopes.mean(axis=0), COLOURS[1], linewidth=3.2)
    name_axis(axes, "∂₂")
    return figure


def validation_set() -> Figure:
    """Expected accuracy of the best of k coin flippers on the validation set of 100 or 400 that chose it, and on a test set."""
    labels = ["n = 100", "n = 400", "½"]
    figure, axes = panel(labels=labels)
    candidates = np.unique(np.geomspace(1, 1000, 60).round())
    curves = [np.array([_best_of(n, k) for k in candidates]) for n in (100, 400)]
    curves.append(np.full(candidates.size, 0.5))
    lines = [axes.plot(np.log10(candidates), y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate(curves)]
    axes.set(xlim=(0, 3), ylim=(0.48, 0.7), yticks=(0.5, 0.55, 0.6, 0.65, 0.7), xlabel="k")
    decades(axes, "x", range(4))
    label_ends(axes, lines, labels)
    return figure


def _best_of(n: int, k: float) -> float:
    """The mean of the largest of k shares of heads in n tosses: the sum of the chances to exceed each count."""
    at_most = np.cumsum([comb(n, heads) / 2**n for heads in range(n)])
    return float(np.sum(1 - at_most**k) / n)


def rnn() -> Figure:
    """Length of the gradient of the last state by the first, over the steps between, for three scales of the weights."""
    scales = (0.5, 0.9, 1.5)
    labels = [f"s = {scale:g}" for scale in scales]
    figure, axes = panel(labels=labels)
    for i, scale in enumerate(scales):
        rng = np.random.default_rng(0)
        weights = scale * np.linalg.qr(rng.normal(size=(32, 32)))[0]
        axes.plot(_through_states(weights, 0.2 * rng.normal(size=(30, 32))), color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 30), xticks=(0, 10, 20, 30), xlabel="T")
    name_axis(axes, "log₁₀‖∂h‖")
    label_ends(axes, axes.lines, labels)
    return figure


def _through_states(weights: Array, inputs: Array) -> Array:
    """Decimal logarithms of the largest singular value of ∂h_t/∂h₀ of tanh units, step by step."""
    state, product, found = np.zeros(len(weights)), np.eye(len(weights)), [0.0]
    for x in inputs:
        state = np.tanh(weights @ state + x)
        product = (1 - state**2)[:, None] * weights @ product
        found.append(float(np.log10(np.linalg.norm(product, 2))))
    return np.array(found)


def lstm() -> Figure:
    """Length of the gradient of the last cell by the first: three biases of the forget gate; thin, 0.97ᵀ; and a plain RNN."""
    rng, biases = np.random.default_rng(0), {"f ≈ 0.97": 3.48, "b = 1": 1.0, "b = 0": 0.0}
    labels = [*biases, "RNN"]
    weights = rng.uniform(-1, 1, (4, 32, 32)) / np.sqrt(32)
    inputs = 0.2 * rng.normal(size=(100, 4, 32))
    curves = [_through_cells(weights, inputs, bias) for bias in biases.values()]
    curves.append(_through_states(weights[0], inputs[:, 0]))
    figure, axes = panel(labels=labels)
    lines = [axes.plot(y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate(curves)]
    axes.plot([0, 100], [0, 100 * np.log10(0.97)], color=FG, linewidth=0.9)
    axes.set(xlim=(0, 100), ylim=(-26, 4), xticks=range(0, 101, 25), yticks=(-24, -16, -8, 0), xlabel="T")
    name_axis(axes, "log₁₀‖∂c‖")
    label_ends(axes, lines, labels)
    return figure


def _through_cells(weights: Array, inputs: Array, bias: float) -> Array:
    """Decimal logarithms of the largest singular value of ∂c_t/∂c₀, through the gates too; order of the gates: f, i, o, new."""
    units = weights.shape[-1]
    h, c = np.zeros((2, units))
    of_h, of_c, found = np.zeros((units, units)), np.eye(units), [0.0]
    for x in inputs:
        z = weights @ h + x
        f, i, o = 1 / (1 + np.exp(-z[:3] - np.array([bias, 0, 0])[:, None]))
        new = np.tanh(z[3])
        back = np.array([f * (1 - f) * c, i * (1 - i) * new, o * (1 - o), i * (1 - new**2)])[:, :, None] * (weights @ of_h)
        c = f * c + i * new
        bent = np.tanh(c)
        of_c = f[:, None] * of_c + back[0] + back[1] + back[3]
        of_h = bent[:, None] * back[2] + (o * (1 - bent**2))[:, None] * of_c
        h = o * bent
        found.append(float(np.log10(np.linalg.norm(of_c, 2))))
    return np.array(found)


def epoch() -> Figure:
    """Three epochs over ten examples in batches of four: each row holds every example once, in another order."""
    rng = np.random.default_rng(1)
    figure, axes = sheet(13.6, 6.0)
    for e in range(3):
        order, y = rng.permutation(np.arange(1.0, 11)), 0.4 + 1.6 * e
        for k, batch in enumerate((order[:4], order[4:8], order[8:])):
            cells(axes, batch[None, :], (1.5 + 4.6 * k, y), form=".0f", most=20)
        heads(axes, [f"e = {e + 1}"], (0.65, y + 0.5), (0, 0))
    heads(axes, ["B₁", "B₂"], (3.5, 5.5), (4.6, 0))
    heads(axes, ["B₃"], (11.7, 5.5), (0, 0))
    return figure


def metric() -> Figure:
    """Cross-entropy and accuracy of a logistic regression on 40 examples over 200 epochs of gradient descent."""
    rng = np.random.default_rng(8)
    y = np.repeat([0.0, 1.0], 20)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, 2)) + np.outer(2 * y - 1, (1.1, 0.8))])
    w, rows = np.array([0.0, -1.0, 0.5]), []
    for _ in range(201):
        z = x @ w
        rows.append((float(bce(z, y).mean()), float(((z > 0) == (y == 1)).mean())))
        w = gradient_descent(w, x.T @ bce_grad(z, y) / 40, lr=0.1)
    figure, axes = panel(labels=["acc"])
    lines = [axes.plot(curve, color=COLOURS[i], linestyle=DASHES[i])[0] for i, curve in enumerate(zip(*rows, strict=True))]
    axes.set(xlim=(0, 200), ylim=(0, 1.05), xticks=(0, 50, 100, 150, 200), yticks=(0, 0.25, 0.5, 0.75, 1), xlabel="t")
    label_ends(axes, lines, ["L", "acc"])
    return figure


def gradient_accumulation() -> Figure:
    """Relative distance between accumulated and whole gradient against the number of micro-batches: equal and unequal ones."""
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(240, 20)), rng.normal(size=240), rng.normal(size=20)
    slopes = squared_error_grad(x @ w, y)[:, None] * x
    whole = slopes.mean(axis=0)
    counts, found = np.array([2, 3, 4, 5, 6, 8, 10, 12]), []
    for K in counts:
        cuts = np.sort(rng.choice(np.arange(1, 240), K - 1, replace=False))
        parts = np.split(slopes, cuts)
        means = (
            np.mean([part.mean(axis=0) for part in np.split(slopes, K)], axis=0),
            sum(part.sum(axis=0) for part in parts) / 240,
            np.mean([part.mean(axis=0) for part in parts], axis=0),
        )
        found.append([np.linalg.norm(mean - whole) / np.linalg.norm(whole) for mean in means])
    figure, axes = field()
    for i, errors in enumerate(np.array(found).T):
        axes.plot(counts, errors, marker="os^"[i], color=(COLOURS[0], COLOURS[2], COLOURS[1])[i], linestyle=DASHES[i])
    say(axes, "Σ gₖ / K,  n₁ ≠ n₂", 7.5, 4e-3, COLOURS[1])
    say(axes, "Σ nₖgₖ / Σ nₖ,  n₁ ≠ n₂", 7.5, 3e-12, COLOURS[2])
    say(axes, "Σ gₖ / K,  n₁ = n₂", 7.5, 3e-14, COLOURS[0])
    axes.set(yscale="log", ylim=(1e-17, 10), xlim=(1, 13), xticks=(2, 4, 6, 8, 10, 12), xlabel="K")
    powers(axes.yaxis, (-16, -12, -8, -4, 0))
    name_axis(axes, "‖Δg‖ / ‖g‖")
    return figure
