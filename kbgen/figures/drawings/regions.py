"""What losses of regions and of boxes do to single pixels, classes and bins."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import SMALL, Array, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, GRID, label_ends, name_axis, panel, panels
from kbgen.losses import detection, segmentation

BLUE, ORANGE, GREEN, PURPLE = COLOURS
Loss = Callable[..., Any]
generalized_dice_grad: Loss = segmentation.generalized_dice_grad
lovasz_hinge_grad: Loss = segmentation.lovasz_hinge_grad
dice_grad: Loss = segmentation.dice_grad
boundary_grad: Loss = segmentation.boundary_grad
distribution_focal_grad: Loss = detection.distribution_focal_grad


def generalized_dice() -> Figure:
    """The shares of three classes in the gradient at their own pixels, for three exponents."""
    sizes, powers = (900, 90, 10), (0, 1, 2)
    target = np.eye(3)[np.repeat(range(3), sizes)][None]
    figure, axes = panel(right=0.03)
    axes.set(xlim=(-0.6, 2.6), ylim=(0, 1.08), yticks=[0, 0.5, 1])
    axes.set_xticks(powers, [f"ρ = {power}" for power in powers])
    name_axis(axes, "Σ|∂ℓ/∂p|")
    for power in powers:
        slope = np.abs(generalized_dice_grad(np.full_like(target, 1 / 3), target, power=power) * target).sum(axis=(0, 1))
        for k, share in enumerate(slope / slope.sum()):
            x = power + 0.27 * (k - 1)
            axes.bar(x, share, 0.24, color=COLOURS[k])
            say(axes, f"{sizes[k]}", x, share, COLOURS[k], offset=(0, 8), fontsize=SMALL)
    return figure


def focal_tversky() -> Figure:
    """By what the power multiplies the slope."""
    t = np.linspace(0.004, 1, 400)
    gammas = {"γ = 0.5": 0.5, "γ = 0.75": 0.75, "γ = 4/3": 4 / 3, "γ = 2": 2}
    figure, axes = panel(labels=list(gammas))
    axes.set(xlim=(0, 1), ylim=(0, 2.4), xlabel="T", xticks=[0, 0.25, 0.5, 0.75, 1])
    name_axis(axes, "γ Tᵞ⁻¹")
    axes.axhline(1, color=FG, linewidth=1.2)
    looks = zip(gammas.values(), COLOURS, DASHES, strict=True)
    lines = [axes.plot(t, gamma * t ** (gamma - 1), color=colour, linestyle=dash)[0] for gamma, colour, dash in looks]
    label_ends(axes, lines, list(gammas))
    return figure


def lovasz_hinge() -> Figure:
    """The weights of twelve mistakes in order, for a small and for a large target."""
    miss = np.linspace(2, 0.2, 12)
    masks = ((1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0), (1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1))
    figure, both = panels(2)
    for axes, marked in zip(both, masks, strict=True):
        mask = np.array([marked], float)
        weight = np.abs(lovasz_hinge_grad((2 * mask - 1) * (1 - miss), mask))[0]
        axes.bar(range(12), weight, 0.72, color=[ORANGE if y else BLUE for y in marked])
        axes.axhline(1 / 12, color=FG, linewidth=1.2, linestyle=DASHES[1])
        axes.set(xlim=(-0.6, 11.6), ylim=(0, 0.36), xticks=[0, 11], yticks=[0, 0.1, 0.2, 0.3])
        axes.set_xticklabels(["1", "12"])
        names(axes, f"Σy = {sum(marked)}", "gᵢ")
    say(both[0], "y = 1", 9, 0.31, ORANGE, fontsize=SMALL)
    say(both[0], "y = 0", 9, 0.27, BLUE, fontsize=SMALL)
    return figure


SIDE = 13


def _blob() -> Array:
    """An irregular target on SIDE × SIDE pixels."""
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.asarray(((x - 4.2) ** 2 / 11 + (y - 7) ** 2 / 15 < 1) | ((x - 6.7) ** 2 + (y - 4.2) ** 2 < 5), float)


def boundary() -> Figure:
    """Gradients of Dice and of the boundary loss, pixel by pixel, where everything is predicted at one half."""
    mask = _blob()
    half = np.full_like(mask, 0.5)
    region = dice_grad(half.reshape(1, -1), mask.reshape(1, -1)).reshape(mask.shape)
    edge = boundary_grad(half[None], mask[None])[0]
    figure, both = panels(2, height=3.3, gap=0.3)
    for axes, slope, name in zip(both, (region, edge), ("∂D/∂p", "φ"), strict=True):
        _dots(axes, mask, slope, name)
    return figure


def _dots(axes: Axes, mask: Array, slope: Array, name: str) -> None:
    """A dot per pixel, its area as large as the slope in steps of a tenth; the outline of the mask."""
    area = np.ceil(10 * np.abs(slope) / np.abs(slope).max())
    for colour, side in ((BLUE, slope < 0), (ORANGE, slope > 0)):
        for level in np.unique(area[side]):
            row, column = np.nonzero(side & (area == level))
            axes.plot(column, row, "o", color=colour, markersize=2.9 * level**0.5, markeredgewidth=0)
    axes.plot(*_outline(mask), color=FG, linewidth=1.3)
    axes.set(xlim=(-0.7, SIDE - 0.3), ylim=(SIDE - 0.3, -0.7), xticks=[], yticks=[], aspect="equal", title=name)
    axes.title.set_fontsize(SMALL)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(GRID)
    axes.grid(visible=False)


def _outline(mask: Array) -> tuple[list[float], list[float]]:
    """The edges between pixels of different kinds, with gaps between them."""
    x, y = list[float](), list[float]()
    for row, column in zip(*np.nonzero(np.diff(mask, axis=1)), strict=True):
        x += [column + 0.5, column + 0.5, np.nan]
        y += [row - 0.5, row + 0.5, np.nan]
    for row, column in zip(*np.nonzero(np.diff(mask, axis=0)), strict=True):
        x += [column - 0.5, column + 0.5, np.nan]
        y += [row + 0.5, row + 0.5, np.nan]
    return x, y


def distribution_focal() -> Figure:
    """A distribution over bins, the shares of the target, and the gradient."""
    bins, target = np.arange(16), 6.3
    logits = -((bins - 4.6) ** 2) / 6 + np.log1p(0.5 * (bins > 7))
    prob = np.exp(logits) / np.exp(logits).sum()
    share = np.maximum(0, 1 - np.abs(bins - target))
    slope = distribution_focal_grad(logits[None], np.array([target]))[0]
    figure, (left, right) = panels(2, gap=0.75)
    left.bar(bins, share, 0.8, color=GREEN, alpha=0.45, linewidth=0)
    left.bar(bins, prob, 0.5, color=BLUE, linewidth=0)
    for place, colour, name in ((float(prob @ bins), BLUE, "Σ k p"), (target, GREEN, "y")):
        left.axvline(place, color=colour, linestyle=DASHES[1], linewidth=1.4)
        say(
            left,
            name,
            place,
            0.8,
            colour,
            offset=(-4 if colour == BLUE else 4, 0),
            ha="right" if colour == BLUE else "left",
            fontsize=SMALL,
        )
    right.bar(bins, slope, 0.6, color=[GREEN if value < 0 else ORANGE for value in slope], linewidth=0)
    right.axhline(0, color=FG, linewidth=0.8)
    left.set(xlim=(-0.7, 15.7), ylim=(0, 0.86), xticks=[0, 5, 10, 15])
    right.set(xlim=(-0.7, 15.7), ylim=(-0.65, 0.25), xticks=[0, 5, 10, 15])
    names(left, "k", "p, w")
    names(right, "k", "∂ℓ/∂z")
    return figure
