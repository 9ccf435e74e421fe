"""What happens to the size of a signal on its way through a deep network, there and back; and how places are written into it."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from kbgen.figures.drawings._cells import cells, frame, heads, powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, name_axis, panel, panels

BLUE, ORANGE, GREEN, PURPLE = COLOURS
Unit = Callable[[Array], Array]


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


def layer_normalization() -> Figure:
    """A batch of three examples with four features, then standardised by columns (batch) and by rows (layer)."""
    x = np.array([[1.0, 2, 3, 6], [10, 20, 30, 60], [4, 0, 2, 2]])
    by_column = (x - x.mean(axis=0)) / x.std(axis=0)
    by_row = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    figure, axes = sheet(11.4, 8.8)
    corners = ((0.3, 3.2), (6.9, 1.0), (6.9, 5.4))
    for corner, values, form, most in zip(corners, (x, by_column, by_row), (".0f", ".1f", ".1f"), (60, 2, 2), strict=True):
        cells(axes, np.asarray(values), corner, form=form, most=most, fontsize=10.5)
    for i in range(4):
        frame(axes, (6.9 + i, 1.0), (1, 3), linewidth=1.6)
    for i in range(3):
        frame(axes, (6.9, 5.4 + i), (4, 1), linewidth=1.6)
    heads(axes, ["(x − μ↓)/σ↓", "(x − μ→)/σ→"], (8.9, 0.5), (0, 4.4), fontsize=13)
    heads(axes, ["x"], (2.3, 2.7), (0, 0), fontsize=13)
    arrow(axes, (4.6, 4.2), (6.6, 2.8), FG, linewidth=1.3)
    arrow(axes, (4.6, 5.2), (6.6, 6.6), FG, linewidth=1.3)
    return figure


def residual_connection() -> Figure:
    """Norm of the gradient that reaches the states of a network of 30 tanh layers, with and without skips, over that at the end."""
    figure, axes = panel(labels=["h + F(h)"])
    lines = []
    for i, skip in enumerate((1.0, 0.0)):
        size = np.median([_returning(skip, seed) for seed in range(10)], axis=0)
        lines += axes.plot(np.arange(31), size, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(yscale="log", xlim=(0, 30), ylim=(1e-5, 100), xlabel="l", xticks=(0, 10, 20, 30))
    powers(axes.yaxis, (-4, -2, 0, 2))
    name_axis(axes, "∥∂L/∂hₗ∥")
    say(axes, "h + F(h)", 15, 14, BLUE)
    say(axes, "F(h)", 17, 2e-3, ORANGE, ha="left")
    return figure


def _returning(skip: float, seed: int, depth: int = 30, width: int = 32) -> Array:
    """Norm of the gradient at every state, first to last, for weights of variance 1/2 over the width."""
    rng = np.random.default_rng(seed)
    h, layers = rng.normal(size=(64, width)), []
    for _ in range(depth):
        W = rng.normal(size=(width, width)) * np.sqrt(0.5 / width)
        a = np.tanh(h @ W)
        layers.append((W, a))
        h = skip * h + a
    g, sizes = rng.normal(size=h.shape), []
    for W, a in [*layers[::-1], (None, None)]:
        sizes.append(np.linalg.norm(g))
        if W is not None:
            g = skip * g + (g * (1 - a**2)) @ W.T
    return np.asarray(np.array(sizes[::-1]) / sizes[0])


def weight_initialization() -> Figure:
    """Spread of the activations of 20 tanh layers when weights have a standard deviation of 0.5, 1, 1.5 or 4 over √n."""
    scales = (4.0, 1.5, 1.0, 0.5)
    labels = [f"{s:g}/√n" for s in scales]
    figure, axes = panel(labels=labels)
    looks = ((ORANGE, DASHES[1]), (PURPLE, DASHES[3]), (BLUE, DASHES[0]), (GREEN, DASHES[2]))
    lines = []
    for scale, (colour, dash) in zip(scales, looks, strict=True):
        size = _spread(np.tanh, scale**2)
        lines += axes.plot(np.arange(len(size)), size, color=colour, linestyle=dash)
    axes.set(yscale="log", xlim=(0, 20), ylim=(1e-6, 3), xlabel="l", xticks=(0, 5, 10, 15, 20))
    powers(axes.yaxis, (-6, -4, -2, 0))
    name_axis(axes, "σ(hₗ)")
    for line, label, y in zip(lines, labels, (1.9, 0.42, 0.1, 6e-6), strict=True):
        axes.annotate(label, (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                      color=line.get_color(), va="center", annotation_clip=False)  # fmt: skip
    return figure


def _spread(unit: Unit, gain: float, *, depth: int = 20, width: int = 100) -> Array:
    """Standard deviation of the activations of every layer; weights have variance `gain` over the width."""
    rng = np.random.default_rng(0)
    h = rng.normal(size=(100, width))
    sizes = [h.std()]
    for _ in range(depth):
        h = unit(h @ rng.normal(size=(width, width)) * np.sqrt(gain / width))
        sizes.append(h.std())
    return np.array(sizes)


def xavier_initialization() -> Figure:
    """Sizes of activations on the way there and of gradients on the way back, through tanh layers that narrow from 256 to 16."""
    rules: dict[str, Callable[[int, int], float]] = {
        "1/m": lambda m, _: 1 / m,
        "1/n": lambda _, n: 1 / n,
        "2/(m + n)": lambda m, n: 2 / (m + n),
    }
    figure, both = panels(2, height=2.9, gap=0.6)
    for i, (name, rule) in enumerate(rules.items()):
        colour, dash = (ORANGE, GREEN, BLUE)[i], DASHES[(1, 2, 0)[i]]
        for k, (axes, size) in enumerate(zip(both, _there_and_back(rule), strict=True)):
            axes.plot(np.arange(len(size)), size, color=colour, linestyle=dash)
            x, y = (4, float(size[-1]) + 0.02) if k == 0 else ((1.2, 0.29), (1.2, 0.96), (0.1, 0.61))[i]
            say(axes, name, x, y, colour, fontsize=SMALL, ha=("right", "left")[k])
    for axes, name, top in zip(both, ("σ(hₗ)", "σ(∂L/∂hₗ)"), (0.4, 1.2), strict=True):
        axes.set(xlim=(0, 4), ylim=(0, top), xticks=range(5))
        names(axes, "l", name)
    return figure


def _there_and_back(rule: Callable[[int, int], float], widths: Sequence[int] = (256, 128, 64, 32, 16)) -> tuple[Array, Array]:
    """Standard deviation of activations and of gradients at every layer, for small inputs."""
    rng = np.random.default_rng(0)
    h, layers = 0.1 * rng.normal(size=(400, widths[0])), []
    there = [h.std()]
    for m, n in pairwise(widths):
        W = rng.normal(size=(m, n)) * np.sqrt(rule(m, n))
        h = np.tanh(h @ W)
        layers.append((W, h))
        there.append(h.std())
    g = rng.normal(size=h.shape)
    back = [g.std()]
    for W, a in layers[::-1]:
        g = (g * (1 - a**2)) @ W.T
        back.append(g.std())
    return np.array(there), np.array(back[::-1])


def he_initialization() -> Figure:
    """Spread of the activations of 20 ReLU layers for weights of variance 1/n, 2/n and 3/n."""
    labels = ["3/n", "2/n", "1/n"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, gain in enumerate((3.0, 2.0, 1.0)):
        size = _spread(_relu, gain)
        lines += axes.plot(np.arange(21), size, color=(GREEN, BLUE, ORANGE)[i], linestyle=DASHES[(2, 0, 1)[i]])
    fade = np.arange(1, 21)
    axes.plot(fade, 0.58 * np.sqrt(0.5) ** (fade - 1), "o", color=FG, markersize=2.5)
    axes.set(yscale="log", xlim=(0, 20), ylim=(1e-4, 1e3), xlabel="l", xticks=(0, 5, 10, 15, 20))
    powers(axes.yaxis, (-4, -2, 0, 2))
    name_axis(axes, "σ(hₗ)")
    for line, label, y in zip(lines, labels, (28.0, 0.5, 6e-4), strict=True):
        axes.annotate(label, (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                      color=line.get_color(), va="center", annotation_clip=False)  # fmt: skip
    return figure


def positional_encoding() -> Figure:
    """Left: the sinusoidal code of 32 positions in 32 dimensions. Right: inner products of two codes against their distance."""
    code = _sinusoids(80, 32)
    figure, (grid, curve) = panels(2, height=3.0, gap=0.75)
    for level in range(1, 5):
        for sign, colour in ((1, BLUE), (-1, ORANGE)):
            depth = np.ceil(np.clip(sign * code[:32], 0, 1) * 4 - 0.5)
            _paint(grid, np.argwhere(depth == level).astype(float), colour, 0.19 * level)
    grid.set(xlim=(0, 32), ylim=(32, 0), xticks=(0, 16, 32), yticks=(0, 16, 32))
    grid.grid(visible=False)
    names(grid, "i", "p")
    for k, start in enumerate((0, 20, 40)):
        near = code[start] @ code[start : start + 40].T
        curve.plot(near, color=COLOURS[k], linestyle=DASHES[k], linewidth=3.4 - k)
    curve.set(xlim=(0, 39), ylim=(0, 17), xticks=(0, 10, 20, 30), yticks=(0, 4, 8, 12, 16))
    names(curve, "k", "e(p)ᵀe(p + k)")
    say(curve, "p = 0, 20, 40", 20, 14.5, fontsize=SMALL)
    return figure


def _sinusoids(positions: int, width: int) -> Array:
    turn = np.arange(positions)[:, None] / 10000 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(turn), np.cos(turn)], axis=-1).reshape(positions, width)


def _paint(axes: Axes, places: Array, colour: str, depth: float) -> None:
    """All squares of one depth as one path."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    points = np.concatenate([place[::-1] + corners for place in places])
    steps = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(places))
    axes.add_patch(PathPatch(Path(points, steps), facecolor=colour, alpha=depth, linewidth=0))
