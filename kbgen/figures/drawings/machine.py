"""How a machine computes: graphs and what runs back through them, differences, and numbers of few bits."""

from collections.abc import Sequence
from math import cos, exp, log, sin
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, name_axis, panel

BLUE, ORANGE, GREEN, PURPLE = COLOURS
Place = tuple[float, float]


def power_iteration() -> Figure:
    """Angle to the first eigenvector of three symmetric 50 × 50 matrices, whose second eigenvalue is 0.5, 0.8 or 0.95."""
    rng, ratios = np.random.default_rng(0), (0.95, 0.8, 0.5)
    basis = np.linalg.qr(rng.normal(size=(50, 50)))[0]
    start = rng.normal(size=50)
    figure, axes = panel()
    for i, ratio in enumerate(ratios):
        A = basis * np.concatenate([[1.0, ratio], np.linspace(ratio, 0, 49)[1:]]) @ basis.T
        v, angles = start, []
        for _ in range(41):
            v = v / np.linalg.norm(v)
            along = abs(basis[:, 0] @ v)
            angles.append(np.arctan2(np.linalg.norm(v - (basis[:, 0] @ v) * basis[:, 0]), along))
            v = A @ v
        axes.plot(np.degrees(angles), color=COLOURS[i], linestyle=DASHES[i])
        say(axes, f"λ₂/λ₁ = {ratio:g}", *((30, 2.2), (27, 0.012), (22, 1e-7))[i], COLOURS[i], ha=("center", "right", "right")[i])
    axes.set(yscale="log", xlim=(0, 40), ylim=(1e-9, 100), xlabel="t")
    powers(axes.yaxis, (-8, -6, -4, -2, 0, 2))
    name_axis(axes, "∠(v, v₁) / °")
    return figure


class _Number:
    """A number that remembers how it came about."""

    def __init__(self, value: float, parents: Sequence[tuple["_Number", float]] = ()) -> None:
        self.value, self.parents, self.slope = value, parents, 0.0

    def __add__(self, other: "_Number") -> "_Number":
        return _Number(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other: "_Number") -> "_Number":
        return _Number(self.value * other.value, [(self, other.value), (other, self.value)])

    def through(self, value: float, slope: float) -> "_Number":
        """A function of one variable: its value here and its derivative."""
        return _Number(value, [(self, slope)])


def _backward(order: Sequence[_Number]) -> None:
    """Derivatives of the last number to all others, which stand in the order of their computation."""
    order[-1].slope = 1.0
    for node in reversed(order):
        for parent, slope in node.parents:
            parent.slope += node.slope * slope


def _draw(axes: Axes, nodes: dict[str, tuple[_Number, Place]], *, slopes: bool) -> None:
    """Nodes with their sign, value and derivative, and arrows from parents."""
    at = {id(number): place for number, place in nodes.values()}
    for name, (number, (x, y)) in nodes.items():
        for parent, _ in number.parents:
            way = np.subtract((x, y), at[id(parent)])
            unit = way / np.hypot(*way)
            arrow(axes, at[id(parent)] + 0.75 * unit, (x, y) - 0.8 * unit, FG, linewidth=1.2)
        axes.plot([x], [y], "o", markersize=26, markerfacecolor=BG, markeredgecolor=FG, markeredgewidth=1.3)
        say(axes, name.strip("′"), x, y, fontsize=12)
        say(axes, f"{number.value:.3g}".replace("-", "−"), x, y - 1.12, BLUE, fontsize=SMALL + 1)
        if slopes:
            say(axes, f"{number.slope:.3g}".replace("-", "−"), x, y + 1.12, ORANGE, fontsize=SMALL + 1)


def automatic_differentiation() -> Figure:
    """x₁x₂ + sin x₁ at (2, 3): values on the way there, derivatives on the way back."""
    a, b = _Number(2.0), _Number(3.0)
    product, wave = a * b, a.through(sin(a.value), cos(a.value))
    total = product + wave
    _backward([a, b, product, wave, total])
    figure, axes = sheet(12, 8.4)
    places = {"x₁": (a, (1.4, 2.0)), "x₂": (b, (1.4, 6.2)), "×": (product, (6.0, 6.2)), "sin": (wave, (6.0, 2.0))}
    _draw(axes, {**places, "+": (total, (10.4, 4.1))}, slopes=True)
    return figure


def computation_graph() -> Figure:
    """−ln σ(wx + b) at w = 0.5, x = 2, b = −1.5: the operations as nodes, with values and derivatives."""
    w, x, b = _Number(0.5), _Number(2.0), _Number(-1.5)
    product = w * x
    z = product + b
    p = 1 / (1 + exp(-z.value))
    prob = z.through(p, p * (1 - p))
    loss = prob.through(-log(p), -1 / p)
    _backward([w, x, b, product, z, prob, loss])
    figure, axes = sheet(15.4, 9.2)
    nodes = {"w": (w, (1.2, 1.6)), "x": (x, (1.2, 5.4)), "b": (b, (4.4, 7.4)), "×": (product, (4.4, 3.5)), "+": (z, (7.6, 5.4))}
    _draw(axes, {**nodes, "σ": (prob, (10.8, 5.4)), "−ln": (loss, (14.1, 5.4))}, slopes=True)
    return figure


def gradient_check() -> Figure:
    """Relative error of the difference quotient of exp(sin x) at 1 against h: one-sided and central in 64 bits, central in 32."""
    h, slope = np.geomspace(1e-15, 1, 241), float(np.cos(1) * np.exp(np.sin(1)))

    def f(step: Array, kind: type[np.floating[Any]]) -> Array:
        return np.asarray(np.exp(np.sin(kind(1) + step.astype(kind))))

    whole, half = np.float64, np.float32
    ways = [(f(h, whole) - f(-h, whole)) / (2 * h), (f(h, whole) - f(0 * h, whole)) / h, (f(h, half) - f(-h, half)) / (2 * h)]
    figure, axes = panel()
    for i, way in enumerate(ways):
        error = np.maximum(np.abs(way.astype(float) - slope) / slope, 1e-13)
        axes.plot(h[::3], error[::3], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.5)
    axes.set(xscale="log", yscale="log", xlim=(1e-15, 1), ylim=(1e-13, 10), xlabel="h")
    powers(axes.xaxis, (-15, -12, -9, -6, -3, 0))
    powers(axes.yaxis, (-12, -9, -6, -3, 0))
    name_axis(axes, "∣Δ∣ / ∣f′∣")
    for text, x, y, i in (("f(x + h) − f(x − h)", 4e-8, 3e-12, 0), ("f(x + h) − f(x)", 1.5e-8, 3e-5, 1), ("32", 1.5e-4, 0.01, 2)):
        say(axes, text, x, y, COLOURS[i], ha=("right", "center", "left")[i], fontsize=SMALL)
    return figure


def underflow_overflow() -> Figure:
    """Shares of 20 000 gradients of size 10^N(−6.5, 1) that become 0 or ∞ in float16 after multiplication by 2ᵏ."""
    sizes = 10 ** np.random.default_rng(0).normal(-6.5, 1, 20_000)
    exponents = np.arange(41)
    with np.errstate(over="ignore"):
        short = np.array([(sizes * 2.0**k).astype(np.float16) for k in exponents])
    figure, axes = panel()
    for i, (share, text, x) in enumerate((((short == 0), "0", 5), (np.isinf(short), "∞", 36.5))):
        y = share.mean(axis=1)
        axes.plot(exponents, y, color=COLOURS[1 - i], linestyle=DASHES[1 - i])
        axes.fill_between(exponents, y, color=COLOURS[1 - i], alpha=0.13, linewidth=0)
        say(axes, text, x, 0.12, COLOURS[1 - i], fontsize=17)
    axes.axvline(15, color=FG, linewidth=0.9, linestyle=DASHES[2])
    axes.set(xlim=(0, 40), ylim=(0, 0.35), xlabel="log₂ S", xticks=(0, 8, 15, 24, 32, 40), yticks=(0, 0.1, 0.2, 0.3))
    axes.set_yticklabels(["0", "10 %", "20 %", "30 %"])
    return figure


FORMATS = {"FP32": (8, 23), "BF16": (8, 7), "FP16": (5, 10), "E4M3": (4, 3)}  # bits of exponent and of fraction


def floating_point() -> Figure:
    """Distance between neighbouring numbers of four formats against their size, between the smallest and the largest of each."""
    figure, axes = panel(labels=["FP32"])
    for i, (name, (exponent, fraction)) in enumerate(FORMATS.items()):
        lowest, top = 2 - 2 ** (exponent - 1), 2 ** (exponent - 1) - (name != "E4M3")
        powers_ = np.arange(max(lowest - fraction, -40), min(top, 24) + 1)
        gap = 2.0 ** (np.maximum(powers_, lowest) - fraction)
        size = 2.0**powers_
        if top < 24:  # the last stair ends at the largest number; the largest pattern of E4M3 is NaN
            size, gap = np.append(size, 2.0 ** (top + 1) - (1 + (name == "E4M3")) * gap[-1]), np.append(gap, gap[-1])
        axes.step(size, gap, where="post", color=COLOURS[i], linestyle=DASHES[i], linewidth=1.7)
        if top < 24:
            axes.plot(size[-1], gap[-1], "|", color=COLOURS[i], markersize=12, markeredgewidth=2)
        x, y = ((1e5, 2e-5), (4e-9, 3e-9), (1.5e-6, 7e-7), (6e-4, 1.5e-2))[i]
        say(axes, name, x, y, COLOURS[i], fontsize=SMALL)
    axes.set(xscale="log", yscale="log", xlim=(1e-10, 1e7), ylim=(1e-14, 1e3), xlabel="∣x∣")
    powers(axes.xaxis, (-9, -6, -3, 0, 3, 6))
    powers(axes.yaxis, (-12, -9, -6, -3, 0, 3))
    name_axis(axes, "Δx")
    return figure
