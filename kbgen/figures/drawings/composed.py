"""Losses made of others: a law beside the data, features in place of pixels, a code in between, a threshold, a learnt slope."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, heads, powers, sheet
from kbgen.figures.drawings._shared import Array, dot, field, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel

BLUE, ORANGE, GREEN, PURPLE = COLOURS
View = Callable[[Array], Array]


def physics_informed() -> Figure:
    """Largest error on [0, 5] against the weight of u′ + ku = 0 beside five readings of exp(−x) on [0, 1]: medians of 30 fits."""
    weights = np.geomspace(1e-8, 1e8, 33)
    labels = ["k = 1", "k = 1.5"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, k in enumerate((1.0, 1.5)):
        errors = np.median([_worst_error(seed, weights, k) for seed in range(30)], axis=0)
        lines += axes.plot(weights, errors, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xscale="log", xlim=(1e-8, 1e8), ylim=(0, 0.15), yticks=(0, 0.05, 0.1, 0.15), xlabel="λ")
    powers(axes.xaxis, (-8, -4, 0, 4, 8))
    name_axis(axes, "max ∣u − e⁻ˣ∣")
    label_ends(axes, lines, labels)
    return figure


def _worst_error(seed: int, weights: Array, k: float) -> list[float]:
    """Least squares for the output weights of 15 random tanh units, for every weight of the law."""
    rng = np.random.default_rng(seed)
    slope, shift = rng.normal(0, 1, (2, 15))
    at, places, fine = np.linspace(0, 1, 5), np.linspace(0, 5, 40), np.linspace(0, 5, 101)
    y = np.exp(-at) + rng.normal(0, 0.05, 5)
    seen, inner, tested = (np.tanh(np.outer(x, slope) + shift) for x in (at, places, fine))
    law = slope * (1 - inner**2) + k * inner
    right, found = np.append(y / np.sqrt(5), np.zeros(40)), []
    for weight in weights:
        w = np.linalg.lstsq(np.vstack([seen / np.sqrt(5), np.sqrt(weight / 40) * law]), right, rcond=1e-12)[0]
        found.append(float(np.abs(tested @ w - np.exp(-fine)).max()))
    return found


def perceptual() -> Figure:
    """Squared distance of a grainy picture to itself moved by s pixels, in pixels and in edges averaged over squares; grey is 1."""
    rng = np.random.default_rng(0)
    texture = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(64, 64))) * _band(64), s=(64, 64))
    shifts = np.arange(9)
    moved = [np.roll(texture, s, axis=1) for s in shifts]
    views: dict[str, View] = {
        "x": lambda image: image,
        "4 × 4": lambda image: _edges(image, 4),
        "8 × 8": lambda image: _edges(image, 8),
    }
    labels = [*views]
    figure, axes = panel(labels=labels)
    lines = []
    for i, view in enumerate(views.values()):
        own = view(texture)
        grey = ((view(np.full_like(texture, texture.mean())) - own) ** 2).sum()
        curve = [((view(image) - own) ** 2).sum() / grey for image in moved]
        k = (1, 0, 2)[i]
        lines += axes.plot(shifts, curve, color=COLOURS[k], linestyle=DASHES[k], marker="os^"[i], markersize=5)
    axes.axhline(1, color=FG, linewidth=0.9)
    axes.set(xlim=(0, 8), ylim=(0, 3), xticks=range(0, 9, 2), yticks=(0, 1, 2, 3), xlabel="s")
    label_ends(axes, lines, labels)
    return figure


def _band(n: int) -> Array:
    """Keeps the waves of a length of about five pixels."""
    across, down = np.fft.rfftfreq(n), np.fft.fftfreq(n)[:, None]
    return np.asarray(np.exp(-(((np.hypot(across, down) - 0.2) / 0.05) ** 2)))


def _edges(image: Array, side: int) -> Array:
    """Rectified edges of two directions and both signs, averaged over squares."""
    n = len(image)
    slopes = [np.roll(image, -1, axis=axis) - np.roll(image, 1, axis=axis) for axis in (0, 1)]
    maps = np.maximum([*slopes, *(-slope for slope in slopes)], 0)
    return np.asarray(maps.reshape(4, n // side, side, n // side, side).mean(axis=(2, 4)))


def reconstruction() -> Figure:
    """A picture of one bright column and one bright row, and what 2, 7 and 14 numbers of a linear autoencoder keep of it."""
    rng = np.random.default_rng(0)
    images = np.zeros((500, 8, 8))
    images[np.arange(500), :, rng.integers(8, size=500)] += 0.5
    images[np.arange(500), rng.integers(8, size=500), :] += 0.5
    x = images.reshape(500, 64)
    mean = x.mean(axis=0)
    directions = np.linalg.svd(x - mean, full_matrices=False)[2]
    figure, axes = sheet(19, 20.6)
    for i, size in enumerate((0, 2, 7, 14)):
        code = (x[1] - mean) @ directions[:size].T
        shown = x[1] if size == 0 else code @ directions[:size] + mean
        left, top = 1.0 + 9 * (i % 2), 0.4 + 10.2 * (i // 2)
        cells(axes, shown.reshape(8, 8), (left, top), most=1)
        loss = ((shown - x[1]) ** 2).sum()
        heads(axes, [f"m = {size}, L = {loss:.2f}" if size else "x"], (left + 4, top + 8.8), (0, 0))
    return figure


def self_paced() -> Figure:
    """Points of a line, twelve of them read off the wrong scale: fits to those whose loss is below 1, 8 and any threshold."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 3, 40)
    y = 2 * x + rng.normal(0, 0.2, 40)
    y[:12] = 8 - 2 * x[:12]
    labels = ["λ = 1", "λ = 8", "λ = ∞"]
    figure, axes = panel(labels=labels)
    line, lines = np.polyfit(x, y, 1), []
    for i, threshold in enumerate((1.0, 8.0, np.inf)):
        for _ in range(20):
            counted = (np.polyval(line, x) - y) ** 2 < threshold
            line = np.polyfit(x[counted], y[counted], 1)
        lines += axes.plot([0, 3], np.polyval(line, [0, 3]), color=COLOURS[(0, 2, 1)[i]], linestyle=DASHES[(0, 2, 1)[i]])
    axes.plot(x[12:], y[12:], "o", color=FG, markersize=5)
    axes.plot(x[:12], y[:12], "X", color=PURPLE, markersize=7)
    axes.set(xlim=(0, 3), ylim=(-0.5, 8.5), xlabel="x", xticks=range(4), yticks=(0, 2, 4, 6, 8))
    name_axis(axes, "y")
    label_ends(axes, lines, labels)
    return figure


def meta_learned() -> Figure:
    """Error on clean data after training on spoilt ones, against the parameter of the loss; the steps of the outer gradient."""
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(200, 2, 1))
    x = np.stack([rng.normal(size=(200, 80)), np.ones((200, 80))], axis=-1)
    y = x @ theta + rng.normal(0, 0.3, (200, 80, 1))
    spoilt = y[:, :40] + rng.uniform(4, 6, (200, 40, 1)) * (rng.random((200, 40, 1)) < 0.25)
    data = (x[:, :40], spoilt, x[:, 40:], y[:, 40:])
    values = np.linspace(0.01, 0.8, 40)
    figure, axes = field()
    axes.plot(values, _after_training(values, *data)[0], color=BLUE)
    phi, path = np.array([0.5]), []
    for _ in range(25):
        error, slope = _after_training(phi, *data)
        path.append((float(phi[0]), float(error[0])))
        phi = phi - 0.02 * slope
    axes.plot(*np.array(path).T, "o", color=ORANGE, markersize=6)
    axes.axhline(0.09, color=FG, linewidth=0.9, linestyle=DASHES[2])
    axes.set(xlim=(0, 0.8), ylim=(0, 3), xlabel="φ", xticks=(0, 0.2, 0.4, 0.6, 0.8), yticks=(0, 1, 2, 3))
    name_axis(axes, "L(θ′)")
    dot(axes, *path[0], BLUE)
    say(axes, "½ r²", *path[0], BLUE, offset=(18, -8))
    return figure


def _after_training(phi: Array, x: Array, y: Array, clean: Array, truth: Array) -> tuple[Array, Array]:
    """Validation error of lines fitted by 15 steps with slope 2φr below the data and 2(1 − φ)r above, and its derivative by φ."""
    theta = np.zeros((len(x), 2, len(phi)))
    by_phi = np.zeros_like(theta)
    for _ in range(15):
        r = x @ theta - y
        weight = np.where(r < 0, 2 * phi, 2 - 2 * phi)
        change = np.where(r < 0, 2 * r, -2 * r) + weight * (x @ by_phi)
        theta = theta - 0.3 * x.mT @ (weight * r) / x.shape[1]
        by_phi = by_phi - 0.3 * x.mT @ change / x.shape[1]
    error = clean @ theta - truth
    return (error**2).mean(axis=(0, 1)), np.asarray(2 * (error * (clean @ by_phi)).mean(axis=(0, 1)))
