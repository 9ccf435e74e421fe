"""Learning from preferences: where losses settle, what pulls on an answer, and what clipping takes away."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import Array, dot, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, panel, panels
from kbgen.losses import preference

BLUE, ORANGE, GREEN, _ = COLOURS
dpo: Callable[..., Any] = preference.dpo
dpo_grad: Callable[..., Any] = preference.dpo_grad
ipo_loss: Callable[..., Any] = preference.ipo
ipo_grad: Callable[..., Any] = preference.ipo_grad
kto_loss: Callable[..., Any] = preference.kto
kto_grad: Callable[..., Any] = preference.kto_grad
simpo_loss: Callable[..., Any] = preference.simpo
clipped: Callable[..., Any] = preference.ppo_clip
BETA, TAU = 0.1, 0.025  # near even votes DPO and IPO then settle at the same leads
FAR = 60.0


def ipo() -> Figure:
    """The lead of least expected loss against the share of votes; and the pull where all votes agree."""
    lead = np.linspace(-FAR, FAR, 12001)
    none = np.zeros_like(lead)
    losses = [
        (dpo(lead, none, none, none, beta=BETA), dpo(none, lead, none, none, beta=BETA)),
        (ipo_loss(lead, none, none, none, tau=TAU), ipo_loss(none, lead, none, none, tau=TAU)),
        tuple(kto_loss(lead, none, y + none, 0.0, beta=BETA) for y in (1.0, 0.0)),
    ]
    figure, (left, right) = panels(2, width=7.2, height=3.0, gap=1.3)
    share, looks = np.linspace(0, 1, 201), list(zip((ORANGE, BLUE, GREEN), DASHES, strict=False))
    for (for_it, against), (colour, dash) in zip(losses, looks, strict=True):
        best = np.array([lead[np.argmin(p * for_it + (1 - p) * against)] for p in share])
        best[np.abs(best) > FAR - 1] = np.sign(best[np.abs(best) > FAR - 1]) * FAR
        left.plot(share, best, color=colour, linestyle=dash)
    left.set(xlim=(0, 1), ylim=(-50, 50), yticks=[-40, -20, 0, 20, 40])
    names(left, "p", "h")
    say(left, "DPO", 0.87, 36, ORANGE, ha="right")
    say(left, "IPO", 1.0, 20, BLUE, ha="left", offset=(4, 0))
    say(left, "KTO", 0.5, 44, GREEN, ha="right", offset=(-5, 0))
    pull = np.linspace(-20, 60, 161)
    still = np.zeros_like(pull)
    slopes = [
        -dpo_grad(pull, still, still, still, beta=BETA)[0],
        -ipo_grad(pull, still, still, still, tau=TAU)[0],
        -kto_grad(pull, still, 1 + still, 0.0, beta=BETA),
    ]
    lines = []
    for slope, (colour, dash) in zip(slopes, looks, strict=True):
        lines += right.plot(pull, slope / slope[pull == 0], color=colour, linestyle=dash)
    right.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    right.set(xlim=(-20, 40), ylim=(-1.2, 2.1), xticks=[-20, 0, 20, 40])
    names(right, "h", "−∂ℓ/∂h")
    for text, x, y, (colour, _) in zip(("DPO", "IPO", "KTO"), (-17, 31, -16), (1.3, -0.9, 0.25), looks, strict=True):
        say(right, text, x, y, colour)
    return figure


def kto() -> Figure:
    """Both values over the log-ratio; and the size of the slope beside that of DPO."""
    ratio = np.linspace(-25, 35, 241)
    still, beta, baseline = np.zeros_like(ratio), 0.3, 5.0
    figure, (left, right) = panels(2, width=7.2, height=2.8, gap=1.0)
    for y, colour, dash in ((1, BLUE, DASHES[0]), (0, ORANGE, DASHES[1])):
        left.plot(ratio, kto_loss(ratio, still, y + still, baseline, beta=beta), color=colour, linestyle=dash)
    left.set(xlim=(-25, 35), ylim=(0, 1.06), xticks=[-20, 0, 5, 20])
    names(left, "r", "ℓ")
    say(left, "y = 1", -16, 0.9, BLUE)
    say(left, "y = 0", -16, 0.1, ORANGE)
    right.plot(ratio, -kto_grad(ratio, still, 1 + still, baseline, beta=beta), color=BLUE)
    slope = -dpo_grad(ratio, still + baseline, still, still, beta=beta)[0]
    right.plot(ratio, slope, color=FG, linestyle=DASHES[2])
    right.set(xlim=(-25, 35), ylim=(0, 0.33), xticks=[-20, 0, 5, 20], yticks=[0, 0.1, 0.2, 0.3])
    names(right, "r", "∣∂ℓ/∂r∣")
    say(right, "DPO", -17, 0.265, FG)
    say(right, "KTO", 17, 0.05, BLUE)
    for axes in (left, right):
        axes.axvline(baseline, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.5)
        axes.annotate("z₀", (baseline, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center")
    return figure


def simpo() -> Figure:
    """One preferred answer at lengths from 5 to 60, better per token throughout: losses by sums and by means."""
    length = np.arange(5.0, 61)
    better, worse, twenty = -0.9 * length, np.full(len(length), -1.1 * 20), np.full(len(length), 20.0)
    flat = np.zeros_like(length)
    curves: list[Array] = [
        dpo(better, worse, flat, flat, beta=BETA),
        simpo_loss(better, worse, length, twenty, gamma=1.0),
        simpo_loss(better, worse, length, twenty, gamma=0.0),
    ]
    labels = ["Σ", "γ = 1", "γ = 0"]
    figure, axes = panel(labels=labels)
    lines = [
        axes.plot(length, curve, color=colour, linestyle=dash)[0]
        for curve, colour, dash in zip(curves, (ORANGE, BLUE, GREEN), (DASHES[1], DASHES[0], DASHES[3]), strict=True)
    ]
    axes.set(xlim=(5, 60), ylim=(0, 3.5), xlabel="∣y∣", xticks=[5, 20, 40, 60])
    axes.annotate("ℓ", (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", ha="center", va="bottom")
    label_ends(axes, lines, labels)
    return figure


def ppo_clip() -> Figure:
    """The objective over the ratio for an action better than average, and for one worse."""
    ratio, old = np.linspace(0.02, 2, 199), -1.0
    figure, pair = panels(2, width=6.6, height=2.7, gap=0.75)
    for axes, advantage, level in zip(pair, (1.0, -1.0), ((1.2, 2), (0, 0.8)), strict=True):
        axes.axvspan(*level, color=FG, alpha=0.08, linewidth=0)
        axes.plot(ratio, ratio * advantage, color=FG, linewidth=1.2, linestyle=DASHES[1])
        axes.plot(ratio, -clipped(old + np.log(ratio), old, np.full_like(ratio, advantage)), color=BLUE)
        dot(axes, 1, advantage, ORANGE)
        axes.set(xlim=(0, 2), ylim=(0, 2) if advantage > 0 else (-2, 0), xticks=[0, 0.8, 1.2, 2])
        names(axes, "r", f"A = {advantage:g}".replace("-", "−"))
    say(pair[0], "rA", 1.72, 1.86, FG, ha="right")
    say(pair[1], "rA", 0.5, -0.24, FG, ha="left")
    return figure
