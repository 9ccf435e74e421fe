"""Formulas that agree on paper and part in a machine of few bits."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import Array, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel
from kbgen.losses import robust
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
log_cosh: Callable[..., Any] = robust.log_cosh
adam: Callable[..., Any] = rules.adam


def log_sum_exp() -> Figure:
    """The logarithm of exp(z) + exp(z + 1) in float32: as written, and with the maximum taken out."""
    z = np.linspace(-140, 140, 281, dtype=np.float32)
    with np.errstate(all="ignore"):
        plain = np.log(np.exp(z) + np.exp(z + 1))
    stable = z + 1 + np.log1p(np.exp(np.float32(-1)))
    reach = z[np.isfinite(plain)]
    figure, axes = panel()
    axes.plot(z, plain, color=ORANGE, linewidth=7, alpha=0.5, solid_capstyle="butt")
    axes.plot(z[::20], stable[::20], color=BLUE, linewidth=1.8)
    axes.set(xlim=(-140, 140), ylim=(-150, 150), xlabel="z", xticks=[reach[0], 0, reach[-1]], yticks=[-100, 0, 100])
    for end, side, text in ((reach[0], -1, "−∞"), (reach[-1], 1, "+∞")):
        axes.axvspan(end, side * 140, color=ORANGE, alpha=0.13, linewidth=0)
        say(axes, text, side * (140 + abs(end)) / 2, side * 20, ORANGE, fontsize=16)
    return figure


def numerical_stability() -> Figure:
    """Relative error of log(cosh x) in float32: as written, rewritten for large x, and in the two branches of our own."""
    x = np.geomspace(1e-5, 1e3, 4001)
    single, exact = x.astype(np.float32), np.asarray(log_cosh(x, np.zeros_like(x)))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        ways = [
            np.log(np.cosh(single)),
            single + np.log1p(np.exp(-2 * single)) - np.log(np.float32(2)),
            np.asarray(log_cosh(single, np.zeros_like(single)), dtype=np.float32),
        ]
    figure, axes = panel()
    for i, way in enumerate(ways):
        error = np.abs(way.astype(float) - exact) / exact
        worst = np.nan_to_num(error[:4000], posinf=1e9).reshape(80, 50).max(axis=1)
        axes.plot(x[25:4000:50], np.maximum(worst, 1e-9), color=COLOURS[(1, 3, 0)[i]], linestyle=DASHES[(1, 2, 0)[i]])
    axes.set(xscale="log", yscale="log", xlim=(1e-5, 1e3), ylim=(1e-8, 100), xlabel="x")
    powers(axes.xaxis, (-4, -2, 0, 2))
    powers(axes.yaxis, (-8, -6, -4, -2, 0))
    name_axis(axes, "∣Δℓ∣ / ℓ")
    say(axes, "log cosh x", 50, 0.3, ORANGE, ha="right")
    say(axes, "x + log(1 + e⁻²ˣ) − log 2", 1.3e-4, 20, PURPLE, ha="left")
    say(axes, "−½ log(1 − tanh² x)", 1.5e-5, 3e-6, BLUE, ha="left")
    return figure


def epsilon_clamp() -> Figure:
    """Size of the slope to the logit of a positive example: of the logits form, with ε added, and with p clamped at ε."""
    z, eps = np.linspace(-30, 5, 281), 1e-7
    p = 1 / (1 + np.exp(-z))
    slopes = {"log σ(z)": 1 - p, "log(p + ε)": p * (1 - p) / (p + eps), "log max(p, ε)": np.where(p > eps, 1 - p, 0.0)}
    places = ((-29, 0.92, "left"), (-17.4, 0.35, "right"), (-15.6, 0.2, "left"))
    figure, axes = panel()
    for i, (slope, (x, y, side)) in enumerate(zip(slopes.items(), places, strict=True)):
        axes.plot(z, slope[1], color=COLOURS[i], linestyle=DASHES[i])
        say(axes, slope[0], x, y, COLOURS[i], ha=side)
    axes.set(xlim=(-30, 5), ylim=(0, 1.1), xlabel="z", xticks=[-30, -20, -10, 0])
    name_axis(axes, "∣dℓ/dz∣")
    return figure


def mixed_precision() -> Figure:
    """Thirty updates of 0.0001 to a weight of 1: kept in float16, and in float32 with a float16 copy."""
    step, short, long = 1e-4, [np.float16(1)], [np.float32(1)]
    for _ in range(30):
        short.append(np.float16(short[-1] - np.float16(step)))
        long.append(np.float32(long[-1] - np.float32(step)))
    t = np.arange(31)
    labels = ["θ₁₆ − ηg", "fl₁₆(θ₃₂)", "θ₃₂ − ηg"]
    figure, axes = panel(labels=labels)
    lines = axes.plot(t, np.array(short, float), color=ORANGE)
    lines += axes.step(t, np.array(long).astype(np.float16).astype(float), color=GREEN, linestyle=DASHES[2], where="mid")
    lines += axes.plot(t, np.array(long, float), color=BLUE, linestyle=DASHES[1])
    axes.set(xlim=(0, 30), ylim=(0.9968, 1.0004), xlabel="t", yticks=[0.997, 0.998, 0.999, 1.0])
    label_ends(axes, lines, labels)
    return figure


def loss_scaling() -> Figure:
    """Gradients of a trained classifier by size, in powers of two, before and after the loss was multiplied by 2¹⁵."""
    sizes = np.log2(np.abs(_gradients()))
    bins = np.arange(-48, 20, 2)
    figure, axes = panel()
    axes.axvspan(-48, -25, color=FG, alpha=0.1, linewidth=0)
    axes.axvspan(16, 18, color=FG, alpha=0.1, linewidth=0)
    for i, (scale, text) in enumerate(((0, "S = 1"), (15, "S = 2¹⁵"))):
        share, colour = np.histogram(sizes + scale, bins)[0] / len(sizes), COLOURS[1 - i]
        axes.stairs(share, bins, color=colour, linewidth=1.8, linestyle=DASHES[1 - i])
        axes.stairs(share, bins, color=colour, alpha=0.2, fill=True)
        say(axes, text, float(bins[share.argmax()]) + 1, float(share.max()), colour, offset=(0, 9))
    axes.set(xlim=(-48, 18), ylim=(0, 0.22), xlabel="log₂ ∣g∣", xticks=[-40, -25, -10, 0, 16])
    lost = np.mean(sizes < -25)
    say(axes, f"→ 0: {lost:.0%}".replace("%", " %"), -46.5, 0.2, ORANGE, ha="left")
    return figure


def _gradients(steps: int = 100) -> Array:
    """What flows back, per sample, through the layers of a tanh network that is being trained to separate two clouds."""
    rng = np.random.default_rng(0)
    y = np.repeat([[0.0], [1.0]], 64, axis=0)
    x = rng.normal(size=(128, 8)) + 1.2 * y
    weights = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in ((8, 20), (20, 20), (20, 20), (20, 1))]
    state: list[tuple[Array, ...]] = [() for _ in weights]
    flow: list[Array] = []
    for _ in range(steps):
        grads, flow = _backward(weights, x, y)
        for i, g in enumerate(grads):
            weights[i], *state[i] = adam(weights[i], g, *state[i], lr=0.01)
    return np.concatenate([b.ravel() for b in flow])


def _backward(weights: list[Array], x: Array, y: Array) -> tuple[list[Array], list[Array]]:
    """Gradients of the mean cross-entropy with logits, to the weights and to the sums that enter each layer."""
    layers = [x]
    for w in weights[:-1]:
        layers.append(np.tanh(layers[-1] @ w))
    flow, grads = [(1 / (1 + np.exp(-layers[-1] @ weights[-1])) - y) / len(x)], []
    for w, h in zip(weights[::-1], layers[::-1], strict=True):
        grads.append(h.T @ flow[-1])
        flow.append(flow[-1] @ w.T * (1 - h**2))
    return grads[::-1], flow[:-1]  # the last of the flow reaches the data
