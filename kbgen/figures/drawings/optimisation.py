"""Going downhill: gradients and what bends, breaks or shortens them, rates, landscapes, convergence."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._shared import SMALL, Array, arrow, bare, contours, decades, dot, field, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels


def gradient() -> Figure:
    """x² + 3y² with gradients uphill; at (1, 1) the way down and the way to the minimum."""
    figure, axes = field()
    axes.set(xlim=(-2.5, 2.65), ylim=(-1.3, 1.75), aspect="equal", xticks=range(-2, 3), yticks=(-1, 0, 1), xlabel="x")
    contours(axes, lambda x, y: np.asarray(x**2 + 3 * y**2), (0.25, 1, 2.2, 4, 6.2, 9))
    for x, y in ((1, 1), (-1.5, 0.5), (-0.7, -0.7), (1.7, -0.35), (-0.6, 0.8), (0.6, -0.55)):
        arrow(axes, (x, y), (x + 0.2 * x, y + 0.6 * y), COLOURS[1])
        dot(axes, x, y, COLOURS[1], markersize=5)
    axes.plot([0, 1], [0, 1], color=FG, linestyle=DASHES[2], linewidth=1.4)
    arrow(axes, (1, 1), (0.8, 0.4), COLOURS[0])
    axes.plot(0, 0, color=FG, marker="x", markersize=8, markeredgewidth=1.8)
    say(axes, "∇f", 1.2, 1.6, COLOURS[1], offset=(14, 0))
    say(axes, "−∇f", 0.8, 0.4, COLOURS[0], offset=(18, -4))
    name_axis(axes, "y")
    return figure


def learning_rate() -> Figure:
    """Gradient descent on x² at three rates: the steps on the curve, the loss after each step."""
    figure, (curve, loss) = panels(2)
    x, gradient_descent = np.linspace(-1.65, 1.65, 67), registry.optimizers()["gradient_descent"]
    curve.plot(x, x**2, color=FG, linewidth=1.2, alpha=0.5)
    for i, (rate, steps) in enumerate(((0.05, 6), (0.45, 3), (1.06, 4))):
        path = [-1.0]
        for _ in range(20):
            path.append(float(gradient_descent(path[-1], 2 * path[-1], lr=rate)))
        shown = np.array(path[: steps + 1])
        style: dict[str, Any] = {"color": COLOURS[i], "marker": "o^s"[i], "linestyle": DASHES[i]}
        curve.plot(shown, shown**2, markersize=4.5, linewidth=1.4, **style)
        loss.plot(np.log10(np.square(path)), linewidth=1.6, markersize=4, **style)
    decades(loss, "y", (-4, -2, 0, 2))
    curve.set(xlim=(-1.65, 1.65), ylim=(-0.08, 2.7), xticks=(-1, 0, 1), yticks=(0, 1, 2))
    loss.set(xlim=(0, 20), ylim=(-4, 2.5), xticks=(0, 5, 10, 15, 20))
    names(curve, "x", "L")
    names(loss, "t", "Lₜ")
    for i, (text, x_at, y_at) in enumerate((("η = 0.05", 8.5, -1.7), ("0.45", 3.9, -3.2), ("1.06", 12, 1.75))):
        say(loss, text, x_at, y_at, COLOURS[i], fontsize=SMALL)
    return figure


def loss_landscape() -> Figure:
    """The plane through three minima of a small network, found from three starts."""
    figure, axes = field()
    minima = _trained()
    across, up = minima[1] - minima[0], minima[2] - minima[0]
    axes.set(xlim=(-0.6, 1.6), ylim=(-0.45, 1.45), xticks=(0, 1), yticks=(0, 1), xlabel="α")

    def height(a: Array, b: Array) -> Array:
        return _network_loss(minima[0] + a[..., None] * across + b[..., None] * up)

    contours(axes, height, [0.01 * 1.75**k for k in range(12)], points=45)
    axes.grid(visible=False)
    for i, (a, b) in enumerate(((0, 0), (1, 0), (0, 1))):
        dot(axes, a, b, COLOURS[i], markersize=9)
        say(axes, "①②③"[i], a, b, COLOURS[i], fontsize=15, offset=(13, 8))
    name_axis(axes, "β")
    return figure


def _network_loss(theta: Array) -> Array:
    """Mean squared loss of a network with six tanh units on 24 points; one number per parameter vector."""
    x = np.linspace(-2, 2, 24)
    w, b, v = theta[..., :6, None], theta[..., 6:12, None], theta[..., 12:, None]
    return np.asarray((((np.tanh(w * x + b) * v).sum(axis=-2) - np.sin(2.2 * x)) ** 2).mean(axis=-1))


@cache
def _trained() -> Array:
    """Parameters after 800 steps of Adam from three random starts at once."""
    x = np.linspace(-2, 2, 24)
    theta, adam = np.random.default_rng(3).normal(size=(3, 18)), registry.optimizers()["adam"]
    state: Sequence[Array] = ()
    for _ in range(800):
        w, b, v = theta[:, :6, None], theta[:, 6:12, None], theta[:, 12:, None]
        a = np.tanh(w * x + b)
        r = 2 * ((a * v).sum(axis=1, keepdims=True) - np.sin(2.2 * x)) / 24
        back = r * v * (1 - a**2)
        theta, *state = adam(theta, np.concatenate([(back * x).sum(2), back.sum(2), (r * a).sum(2)], axis=1), *state, lr=0.03)
    return theta


def convexity() -> Figure:
    """A chord of r² above its curve, and one of (w² − 1)² below."""
    figure, both = panels(2)
    bowl, double = both
    r = np.linspace(-2, 2, 81)
    w = np.linspace(-1.55, 1.55, 81)
    _chord(bowl, r, (-1.0, 1.7), lambda t: t**2, (13, -5))
    _chord(double, w, (-1.0, 1.0), lambda t: (t**2 - 1) ** 2, (0, -12))
    bowl.set(ylim=(-0.2, 4), xticks=(-2, -1, 0, 1, 2), yticks=(0, 2, 4))
    double.set(ylim=(-0.4, 2), xticks=(-1, 0, 1), yticks=(0, 1, 2))
    names(bowl, "r", "r²")
    names(double, "w", "(w² − 1)²")
    return figure


def _chord(axes: Axes, x: Array, ends: tuple[float, float], f: Callable[[Any], Any], aside: tuple[float, float]) -> None:
    """The curve, the chord between a and b, and the gap between them half-way."""
    a, b = ends
    middle = 0.5 * (a + b)
    axes.plot(x, f(x), color=COLOURS[0])
    axes.plot([a, b], [f(a), f(b)], color=COLOURS[1], linestyle=DASHES[1])
    arrow(axes, (middle, f(middle)), (middle, 0.5 * (f(a) + f(b))), FG, linewidth=1.3)
    for t, sign in ((a, "a"), (b, "b")):
        dot(axes, t, f(t), COLOURS[1])
        say(axes, sign, t, f(t), COLOURS[1], fontsize=SMALL, offset=(aside[0] * np.sign(t), aside[1]))


def subgradient() -> Figure:
    """Lines that support |x| from below at 0, and one that does not."""
    labels = ["g = 1.5", "g = 1", "g = 0.5", "g = 0"]
    figure, axes = panel(labels=labels)
    x = np.array([-2.0, 0.0, 2.0])
    lines = [axes.plot(x, 1.5 * x, color=COLOURS[1], linestyle=DASHES[1], linewidth=1.6)[0]]
    for slope in (1, 0.5, 0, -0.5, -1):
        lines += axes.plot(x, slope * x, color=COLOURS[0], linewidth=1.3)
    axes.plot(x, np.abs(x), color=FG, linewidth=3, zorder=4)
    dot(axes, 0, 0, COLOURS[0])
    axes.set(xlim=(-2, 2), ylim=(-2, 3.2), xticks=(-2, -1, 0, 1, 2), yticks=(-2, -1, 0, 1, 2, 3), xlabel="x")
    label_ends(axes, [*lines[:4], *lines[4:]], [*labels, "g = −0.5", "g = −1"])
    name_axis(axes, "|x|")
    return figure


def gradient_noise() -> Figure:
    """Gradients of forty mini-batches of 8 and of 128 around the full gradient, with their covariance."""
    figure, axes = field()
    rng = np.random.default_rng(0)
    x = rng.normal(size=(512, 2)) @ np.array([[1.0, 0.4], [0, 0.6]])
    each = x * (x @ np.array([1.5, 0.9]) + 1.0 * rng.normal(size=512))[:, None]
    full, sigma = each.mean(axis=0), np.cov(each.T)
    turn, draws = np.linspace(0, 2 * np.pi, 61), np.random.default_rng(10)
    circle = np.linalg.cholesky(sigma) @ np.stack([np.cos(turn), np.sin(turn)])
    for i, batch in enumerate((8, 128)):
        points = np.array([each[draws.integers(512, size=batch)].mean(axis=0) for _ in range(40)])
        axes.plot(*points.T, "o^"[i], color=COLOURS[1 - i], markersize=4, linestyle="none", alpha=0.7 if batch == 8 else 1)
        ring = full[:, None] + 2 * circle / np.sqrt(batch)
        axes.plot(*ring, color=COLOURS[1 - i], linewidth=1.4, linestyle=DASHES[1 - i])
        right = int(ring[0].argmax())
        say(axes, f"B = {batch}", float(ring[0, right]), float(ring[1, right]), COLOURS[1 - i], offset=(7, -10), ha="left")
    arrow(axes, (0, 0), full, FG)
    say(axes, "∇L", 0, 0, offset=(-22, -11))
    axes.set(xlim=(-1.2, 5.6), ylim=(-0.9, 3.1), aspect="equal", xticks=range(-1, 6), yticks=range(4), xlabel="g₁")
    name_axis(axes, "g₂")
    return figure


def gradient_clipping() -> Figure:
    """(3, 4) clipped by norm and by value at 2; the norm after clipping against the norm before."""
    figure, (plane, norms) = panels(2, gap=0.7)
    turn = np.linspace(0, 2 * np.pi, 73)
    g, c = np.array([3.0, 4.0]), 2.0
    plane.plot(c * np.cos(turn), c * np.sin(turn), color=COLOURS[0], linewidth=1.2, linestyle=DASHES[1])
    plane.plot([-c, c, c, -c, -c], [-c, -c, c, c, -c], color=COLOURS[1], linewidth=1.2, linestyle=DASHES[2])
    arrow(plane, (0, 0), g, FG, linewidth=1.3)
    arrow(plane, (0, 0), np.clip(g, -c, c), COLOURS[1])
    arrow(plane, (0, 0), g * min(1, c / float(np.hypot(*g))), COLOURS[0])
    plane.set(xlim=(-3.6, 5.2), ylim=(-2.3, 4.4), aspect="equal", xticks=(-2, 0, 2, 4), yticks=(-2, 0, 2, 4))
    names(plane, "g₁", "g₂")
    norm = np.linspace(0, 5, 51)
    norms.plot(norm, norm, color=FG, linewidth=1, alpha=0.5)
    norms.plot(norm, [min(n, c) for n in norm], color=COLOURS[0])
    along = np.minimum(np.outer(norm, g / 5), c)
    norms.plot(norm, np.hypot(*along.T), color=COLOURS[1], linestyle=DASHES[2])
    norms.set(xlim=(0, 5), ylim=(0, 4.4), xticks=range(6), yticks=(0, 2, 4))
    names(norms, "‖g‖", "‖ĝ‖")
    return figure


def vanishing_gradient() -> Figure:
    """Norm of the gradient per layer of a network of 20 layers with sigmoid, tanh and ReLU."""
    labels = ["ReLU", "tanh", "σ"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, name in enumerate(labels):
        y = np.log10(_norms(name))
        lines += axes.plot(range(1, 21), y, color=COLOURS[i], linestyle=DASHES[i], marker="o^s"[i], markersize=4)
    axes.set(xlim=(0.6, 20), ylim=(-13, 3), xticks=(1, 5, 10, 15, 20), xlabel="l")
    decades(axes, "y", range(-12, 3, 3))
    label_ends(axes, lines, labels)
    name_axis(axes, "‖∂L/∂W⁽ˡ⁾‖")
    return figure


UNITS: Mapping[str, tuple[Callable[[Array], Array], Callable[[Array], Array], float]] = {
    "σ": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a), 1.0),
    "tanh": (np.tanh, lambda a: 1 - a**2, 1.0),
    "ReLU": (lambda z: np.maximum(z, 0), np.sign, 2.0),
}  # activation, its slope from its value, and variance of the weights times their number


def _norms(name: str) -> Array:
    """Forward and back through 20 layers of 32 units: the norm of the gradient of each weight matrix."""
    squash, slope, gain = UNITS[name]
    rng = np.random.default_rng(0)
    weights = rng.normal(0, np.sqrt(gain / 32), (20, 32, 32))
    seen = [rng.normal(size=(32, 16))]
    for w in weights:
        seen.append(squash(w @ seen[-1]))
    back, found = (seen[-1] - rng.normal(size=(32, 16))) / 16, []
    for w, before, after in zip(weights[::-1], seen[-2::-1], seen[:0:-1], strict=True):
        delta = back * slope(after)
        found.append(float(np.linalg.norm(delta @ before.T)))
        back = w.T @ delta
    return np.array(found[::-1])


def exploding_gradient() -> Figure:
    """Norm of the k-th power of a recurrent matrix for three spectral radii; dots: the radius to the power k."""
    labels = ["ρ = 1.1", "ρ = 1", "ρ = 0.9"]
    figure, axes = panel(labels=labels)
    w = np.random.default_rng(1).normal(size=(32, 32))
    w /= np.abs(np.linalg.eigvals(w)).max()
    power, norms = np.eye(32), []
    for _ in range(101):
        norms.append(np.log10(np.linalg.norm(power, 2)))
        power = w @ power
    k, lines = np.arange(101), []
    for i, radius in enumerate((1.1, 1.0, 0.9)):
        growth = k * np.log10(radius)
        lines += axes.plot(k, norms + growth, color=COLOURS[i], linestyle=DASHES[(1, 0, 3)[i]])
        axes.plot(k, growth, color=COLOURS[i], linewidth=1.1, linestyle=DASHES[2])
    axes.set(xlim=(0, 100), ylim=(-5, 5.4), xlabel="k", xticks=range(0, 101, 25))
    decades(axes, "y", range(-4, 5, 2))
    label_ends(axes, lines, labels)
    name_axis(axes, "‖Wᵏ‖")
    return figure


def convergence() -> Figure:
    """Distance to the minimum: gradient descent on x⁴ and on x², Newton's method, and SGD at a constant rate."""
    figure, axes = field()
    rng = np.random.default_rng(4)
    runs = {
        "①": (_iterate(lambda x: x - 0.25 * x**3, 60), (50, -0.45)),
        "②": (_iterate(lambda x: x - 0.25 * x, 60), (41, -4.5)),
        "③": (_iterate(lambda x: x - (x + x**3) / (1 + 3 * x**2), 6), (9.5, -6)),
        "④": (_rms(np.stack([_iterate(lambda x: x - 0.25 * (x + 0.02 * rng.normal()), 60) for _ in range(6)])), (50, -1.6)),
    }
    for i, (sign, (gap, place)) in enumerate(runs.items()):
        shown = np.maximum(gap, 1e-12)
        axes.plot(np.log10(shown), color=COLOURS[i], linestyle=DASHES[i], linewidth=1.9)
        say(axes, sign, *place, COLOURS[i], fontsize=15)
    axes.set(xlim=(0, 60), ylim=(-8, 0.3), xticks=range(0, 61, 15), xlabel="t")
    decades(axes, "y", range(-8, 1, 2))
    name_axis(axes, "|θₜ − θ*|")
    return figure


def _iterate(step: Callable[[float], float], count: int) -> Array:
    """Distances from 0 of the iterates from 1."""
    path = [1.0]
    for _ in range(count):
        path.append(step(path[-1]))
    return np.abs(path)


def _rms(runs: Array) -> Array:
    return np.asarray(np.sqrt((runs**2).mean(axis=0)))


def backpropagation() -> Figure:
    """Five numbers forward, five derivatives back, each the one on its right times a local slope."""
    figure, axes = field(right=0.05, height=2.3)
    axes.set_position((0.01, 0.02, 0.98, 0.96))
    axes.set(xlim=(-0.55, 4.55), ylim=(-1.6, 1.2))
    bare(axes)
    w, x, v = 0.5, 2.0, 2.0
    z = w * x
    a = 1 / (1 + float(np.exp(-z)))
    forward = [w, z, a, v * a, 0.5 * (v * a) ** 2]
    local = [x, a * (1 - a), v, v * a]
    back = [float(np.prod(local[i:])) for i in range(5)]
    formulas = ("w", "z = xw", "a = σ(z)", "ŷ = va", "L = ½ŷ²")
    for i, formula in enumerate(formulas):
        say(axes, formula, i, 0.95)
        axes.plot(i, 0.2, "o", color=COLOURS[0], markersize=37, markerfacecolor=BG, markeredgewidth=1.5)
        say(axes, f"{forward[i]:.3g}", i, 0.2, COLOURS[0])
        say(axes, f"{back[i]:.3g}", i, -0.95, COLOURS[1])
        say(axes, f"∂L/∂{formula[0]}", i, -1.4, COLOURS[1])
    for i, slope in enumerate(local):
        arrow(axes, (i + 0.33, 0.2), (i + 0.67, 0.2), COLOURS[0], linewidth=1.5)
        arrow(axes, (i + 0.74, -0.95), (i + 0.3, -0.95), COLOURS[1], linewidth=1.5)
        say(axes, f"·{slope:.3g}", i + 0.5, -0.6, COLOURS[1])
    return figure


def adaptive_learning_rate() -> Figure:
    """Rate of each of two coordinates whose gradients differ by 100, under AdaGrad and RMSProp."""
    figure, axes = field(right=0.35)
    g = np.random.default_rng(0).normal(size=301)
    for colour, scale, sign in ((COLOURS[0], 0.01, "g₁"), (COLOURS[1], 1.0, "g₂")):
        for rule, dash, constants in (("rmsprop", "-", {"rho": 0.95}), ("adagrad", DASHES[2], {})):
            rates, kept = [], 0.0
            for gradient_now in scale * g:
                moved, kept = registry.optimizers()[rule](0.0, gradient_now, kept, lr=0.01, **constants)
                rates.append(-moved / gradient_now)
            axes.plot(np.log10(rates), color=colour, linestyle=dash, linewidth=1.8)
        say(axes, sign, 300, float(np.log10(rates[-1])), colour, offset=(12, 14))
    axes.set(xlim=(0, 300), ylim=(-4, 2), xticks=range(0, 301, 100), xlabel="t")
    decades(axes, "y", range(-4, 3))
    name_axis(axes, "ηₜ,ᵢ")
    return figure


def learning_rate_schedule() -> Figure:
    """Stairs, half a cosine, one cycle, and a warm-up followed by a cosine."""
    figure, axes = field()
    t, rates = np.linspace(0, 99.9, 1001), registry.optimizers()
    warm = np.where(t < 10, rates["lr_warmup"](t, lr=1, warmup=10), rates["cosine_annealing"](t - 10, lr=1, total=90))
    curves = {
        "①": (rates["step_decay"](t, lr=1, gamma=0.3, step_size=30), (45, 0.36)),
        "②": (rates["cosine_annealing"](t, lr=1, total=100), (42, 0.5)),
        "③": (rates["one_cycle"](t, lr=1, total=100), (13, 0.22)),
        "④": (warm, (4, 0.75)),
    }
    for i, (sign, (rate, place)) in enumerate(curves.items()):
        axes.plot(t, rate, color=COLOURS[i], linestyle=DASHES[i], linewidth=2)
        say(axes, sign, *place, COLOURS[i], fontsize=15)
    axes.set(xlim=(0, 100), ylim=(0, 1.05), xticks=range(0, 101, 25), yticks=(0, 0.5, 1), xlabel="t")
    name_axis(axes, "ηₜ/ηₘₐₓ")
    return figure
