"""What data do to a fit, what a fit does to errors, and how likelihood measures both."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import Array, dot, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import regression, robust

BLUE, ORANGE, GREEN, PURPLE = COLOURS
squared_error_grad: Callable[..., Any] = regression.squared_error_grad
absolute_error_grad: Callable[..., Any] = regression.absolute_error_grad
huber_grad: Callable[..., Any] = robust.huber_grad
legvander = np.polynomial.legendre.legvander


def _sine(x: Array) -> Array:
    return np.asarray(np.sin(np.pi * x))


def _noisy_sine(x: Array, rng: np.random.Generator, noise: float = 0.25) -> Array:
    return _sine(x) + noise * rng.normal(size=x.shape)


def _polynomial(x: Array, y: Array, degree: int) -> Callable[[Array], Array]:
    """The least-squares polynomial through the points."""
    w = np.linalg.lstsq(legvander(x, degree), y, rcond=None)[0]
    return lambda at: np.asarray(legvander(at, degree) @ w)


def overfitting() -> Figure:
    """Polynomials of degree 3 and 15 through 16 points of a noisy sine, and the sine."""
    x, fine = np.linspace(-1, 1, 16), np.linspace(-1, 1, 321)
    y = _noisy_sine(x, np.random.default_rng(5))
    figure, axes = panel(labels=["d = 15"])
    axes.set(xlim=(-1.03, 1.03), ylim=(-2.6, 2.6), xlabel="x", xticks=[-1, -0.5, 0, 0.5, 1])
    name_axis(axes, "y")
    axes.plot(fine, _sine(fine), color=FG, linestyle=DASHES[2], linewidth=1.4)
    axes.plot(fine, _polynomial(x, y, 15)(fine), color=ORANGE, linewidth=1.9)
    (calm,) = axes.plot(fine, _polynomial(x, y, 3)(fine), color=BLUE, linestyle=DASHES[1])
    axes.plot(x, y, "o", color=FG, markersize=5, markeredgecolor=BG, zorder=4)
    label_ends(axes, [calm], ["d = 3"])
    say(axes, "d = 15", 1.03, 2.2, ORANGE, offset=(5, 0), ha="left")
    return figure


def underfitting() -> Figure:
    """A straight line through 30 points of a noisy sine, with its residuals."""
    x = np.linspace(-1, 1, 30)
    y = _noisy_sine(x, np.random.default_rng(2), 0.15)
    line = _polynomial(x, y, 1)(x)
    figure, axes = panel(labels=["d = 1"])
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.5, 1.5), xlabel="x", xticks=[-1, -0.5, 0, 0.5, 1])
    name_axis(axes, "y")
    for above, colour in ((True, ORANGE), (False, GREEN)):
        chosen = (y > line) == above
        axes.vlines(x[chosen], line[chosen], y[chosen], color=colour, linewidth=1.6)
        axes.plot(x[chosen], y[chosen], "o" if above else "s", color=colour, markersize=4.6)
    label_ends(axes, axes.plot(x, line, color=BLUE), ["d = 1"])
    axes.plot(x, _sine(x), color=FG, linestyle=DASHES[2], linewidth=1.4, zorder=1.6)
    return figure


def generalization() -> Figure:
    """Training and test error of polynomials of degree 5 against the number of points; medians over 300 samples."""
    sizes, noise, rng = np.unique(np.geomspace(10, 400, 20).astype(int)), 0.3, np.random.default_rng(0)
    train, test = np.transpose([_errors(int(n), noise, rng) for n in sizes])
    figure, axes = panel()
    axes.fill_between(sizes, train, test, color=FG, alpha=0.08, linewidth=0)
    lines = axes.plot(sizes, train, color=BLUE, linestyle=DASHES[1]) + axes.plot(sizes, test, color=ORANGE)
    lines += axes.plot([10, 400], [noise**2, noise**2], color=FG, linestyle=DASHES[2], linewidth=1.4)
    axes.set(xscale="log", xlim=(10, 400), ylim=(0, 0.3), xlabel="n")
    axes.set_xticks([10, 25, 50, 100, 200, 400], ["10", "25", "50", "100", "200", "400"])
    axes.set_xticks([], minor=True)
    label_ends(axes, lines, ["R̂", "R", "σ²"])
    say(axes, "Δ", 14, 0.115, fontsize=13)
    return figure


def _errors(n: int, noise: float, rng: np.random.Generator, draws: int = 300) -> tuple[float, float]:
    """Median training error, and median expected error on fresh points, of fits of degree 5 to `n` points."""
    x, fine = rng.uniform(-1, 1, (draws, n)), np.linspace(-1, 1, 61)
    y = _noisy_sine(x, rng, noise)
    X = legvander(x, 5)
    w = np.linalg.solve(X.mT @ X + 1e-9 * np.eye(6), X.mT @ y[..., None])[..., 0]
    train = np.mean((np.einsum("rnd,rd->rn", X, w) - y) ** 2, axis=1)
    test = np.mean((w @ legvander(fine, 5).T - _sine(fine)) ** 2, axis=1) + noise**2
    return float(np.median(train)), float(np.median(test))


def outlier() -> Figure:
    """Least-squares line, Huber line and the line without the outlier."""
    rng = np.random.default_rng(4)
    x = np.linspace(0, 9, 10)
    y = 1 + 0.5 * x + 0.35 * rng.normal(size=10)
    y[8] = 13.0
    figure, axes = panel(labels=["δ = 1.345"])
    axes.set(xlim=(-0.4, 9.4), ylim=(0, 14), xlabel="x")
    name_axis(axes, "y")
    square, bounded = _line(x, y, np.inf), _line(x, y, 1.345)
    ends = np.array([-0.4, 9.4])
    lines = axes.plot(ends, bounded @ [np.ones(2), ends], color=BLUE, linestyle=DASHES[1])
    lines += axes.plot(ends, square @ [np.ones(2), ends], color=ORANGE)
    axes.vlines(x[8], square @ [1, x[8]], y[8], color=ORANGE, linewidth=1.2, linestyle=DASHES[2])
    axes.plot(x, y, "o", color=FG, markersize=5.5, markeredgecolor=BG)
    axes.plot(x[8], y[8], "o", markersize=13, markerfacecolor="none", markeredgecolor=FG)
    label_ends(axes, lines, ["δ = 1.345", "r²"])
    return figure


def _line(x: Array, y: Array, delta: float) -> Array:
    """Intercept and slope with the least sum of Huber losses, by reweighted least squares."""
    X, weight = np.stack([np.ones_like(x), x], axis=1), np.ones_like(x)
    for _ in range(60):
        w = np.linalg.solve(X.T @ (weight[:, None] * X), X.T @ (weight * y))
        weight = np.minimum(1, delta / np.maximum(np.abs(y - X @ w), 1e-9))
    return np.asarray(w)


def robustness() -> Figure:
    """Where the centre of twenty numbers moves when a twenty-first is put anywhere, for four losses."""
    sample = np.random.default_rng(0).normal(size=20)
    sample -= sample.mean()
    places = np.linspace(-12, 12, 121)
    slopes: list[Callable[[Array], Array]] = [
        lambda r: np.asarray(squared_error_grad(r, np.zeros_like(r))) / 2,
        lambda r: np.asarray(huber_grad(r, np.zeros_like(r), delta=1.345)),
        lambda r: np.asarray(absolute_error_grad(r, np.zeros_like(r))),
        lambda r: np.where(np.abs(r) < 4.685, r * (1 - (r / 4.685) ** 2) ** 2, 0.0),
    ]
    labels = ["r²", "δ = 1.345", "∣r∣", "c = 4.685"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, slope in enumerate(slopes):
        shift = _centres(sample, places, slope) - _centres(sample, np.array([]), slope)
        lines += axes.plot(places, shift, color=COLOURS[(1, 0, 2, 3)[i]], linestyle=DASHES[(1, 0, 2, 3)[i]])
    axes.set(xlim=(-12, 12), ylim=(-0.45, 0.45), xlabel="y₂₁", xticks=[-12, -6, 0, 6, 12])
    name_axis(axes, "Δθ̂")
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    label_ends(axes, lines, labels)
    return figure


def _centres(sample: Array, places: Array, slope: Callable[[Array], Array]) -> Array:
    """The centres near the middle at which the slopes of the losses sum to zero, one per added place, by bisection."""
    low, high = np.full(max(len(places), 1), -1.0), np.full(max(len(places), 1), 1.0)
    for _ in range(40):
        middle = (low + high) / 2
        pull = slope(sample - middle[:, None]).sum(axis=1)
        pull = pull + slope(places - middle) if len(places) else pull
        low, high = np.where(pull > 0, middle, low), np.where(pull > 0, high, middle)
    return np.asarray((low + high) / 2)


def class_imbalance() -> Figure:
    """Accuracy and recall against the threshold for a logistic regression on 9900 negatives and 100 positives."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, 9900), rng.normal(2, 1, 100)])
    y = np.repeat([0.0, 1.0], [9900, 100])
    X, w = np.stack([np.ones_like(x), x], axis=1), np.array([-4.0, 0.0])
    for _ in range(8):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ ((p * (1 - p))[:, None] * X), X.T @ (p - y))
    p, thresholds = 1 / (1 + np.exp(-X @ w)), np.geomspace(1e-3, 1, 61)
    said = p > thresholds[:, None]
    labels = ["(TP+TN)/n", "TP/(TP+FN)"]
    figure, axes = panel(labels=labels)
    accuracy, recall = (said == (y == 1)).mean(axis=1), said[:, y == 1].mean(axis=1)
    lines = axes.plot(thresholds, accuracy, color=BLUE, linestyle=DASHES[1]) + axes.plot(thresholds, recall, color=ORANGE)
    axes.set(xscale="log", xlim=(1e-3, 1), ylim=(0, 1.04), xlabel="τ")
    axes.set_xticks([1e-3, 1e-2, 0.1, 0.5], ["0.001", "0.01", "0.1", "0.5"])
    axes.set_xticks([], minor=True)
    at = int(np.abs(thresholds - 0.5).argmin())
    axes.axvline(0.5, color=FG, linewidth=0.9, linestyle=DASHES[2])
    for values, colour in ((accuracy, BLUE), (recall, ORANGE)):
        dot(axes, 0.5, values[at], colour)
        say(axes, f"{values[at]:.2f}", 0.5, values[at], colour, offset=(-5, -11), ha="right")
    label_ends(axes, lines, labels)
    return figure


def multiclass_vs_multilabel() -> Figure:
    """Softmax and sigmoids of three logits while the first one grows and the others stay at 1 and 0."""
    z = np.linspace(-4, 6, 81)
    logits = np.stack([z, np.full_like(z, 1.0), np.zeros_like(z)])
    shares = np.exp(logits) / np.exp(logits).sum(axis=0)
    alone = 1 / (1 + np.exp(-logits))
    figure, axes = panel()
    lines = axes.plot(z, shares[0], color=BLUE) + axes.plot(z, shares[1], color=ORANGE)
    lines += axes.plot(z, alone[0], color=BLUE, linestyle=DASHES[1]) + axes.plot(z, alone[1], color=ORANGE, linestyle=DASHES[1])
    axes.set(xlim=(-4, 6), ylim=(0, 1.12), xlabel="z₁", xticks=[-4, -2, 0, 2, 4, 6])
    label_ends(axes, lines, ["p₁", "p₂", "q₁", "q₂"])
    return figure


def maximum_likelihood() -> Figure:
    """Likelihood of the chance of heads, relative to its maximum, for 3 of 10, 30 of 100 and 300 of 1000 heads."""
    p = np.linspace(0.002, 0.998, 499)
    figure, axes = panel()
    for i, n in enumerate((10, 100, 1000)):
        k, row = 3 * n // 10, 0.97 - 0.12 * i
        log = k * np.log(p / 0.3) + (n - k) * np.log((1 - p) / 0.7)
        axes.plot(p, np.exp(log), color=COLOURS[i], linestyle=DASHES[i])
        axes.plot([0.55, 0.67], [row, row], color=COLOURS[i], linestyle=DASHES[i])
        say(axes, f"{k} / {n}", 0.7, row, COLOURS[i], ha="left")
    fair = float(np.exp(3 * np.log(0.5 / 0.3) + 7 * np.log(0.5 / 0.7)))
    dot(axes, 0.5, fair, BLUE)
    say(axes, f"{fair:.2f}", 0.5, fair, BLUE, offset=(7, 4), ha="left")
    axes.set(xlim=(0, 1), ylim=(0, 1.06), xlabel="p")
    axes.set_xticks([0, 0.3, 0.5, 1], ["0", "0.3", "0.5", "1"])
    axes.set_position((0.13, 0.165, 0.83, 0.75))
    say(axes, "L(p) / L(0.3)", 0, 1.06, offset=(-18, 10), ha="left")
    return figure


def negative_log_likelihood() -> Figure:
    """Minus the logarithm of four densities against the residual: two Gaussians, Laplace, Cauchy."""
    r = np.linspace(-4, 4, 161)
    curves = {
        "σ = 1": -np.log(_gaussian(r, 0, 1)),
        "b = 1": np.abs(r) + np.log(2),
        "ν = 1": np.log1p(r**2) + np.log(np.pi),
        "σ = 0.1": 0.5 * (r / 0.1) ** 2 + np.log(0.1 * np.sqrt(2 * np.pi)),
    }
    figure, axes = panel(labels=["σ = 1"])
    lines = [axes.plot(r, y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate(curves.values())]
    axes.set(xlim=(-4, 4), ylim=(-2, 6), xlabel="y − ŷ", xticks=[-4, -2, 0, 2, 4], yticks=[-2, 0, 2, 4, 6])
    name_axis(axes, "−log p")
    axes.axhline(0, color=FG, linewidth=0.8, zorder=1.5)
    label_ends(axes, lines[:3], list(curves)[:3])
    say(axes, "σ = 0.1", 0.3, -1.2, PURPLE, ha="left")
    return figure


def relative_entropy() -> Figure:
    """One Gaussian fitted to two peaks by the two directions of KL divergence."""
    x = np.linspace(-6, 6, 401)
    p = 0.6 * _gaussian(x, -2, 0.8) + 0.4 * _gaussian(x, 2.2, 0.8)
    mean = float((x * p).sum() / p.sum())
    spread = float(np.sqrt(((x - mean) ** 2 * p).sum() / p.sum()))
    found = min((_kl(_gaussian(x, m, s), p, x), m, s) for m in np.linspace(-3, 3, 49) for s in np.linspace(0.5, 2.5, 41))
    figure, axes = panel()
    axes.fill_between(x[::4], p[::4], color=FG, alpha=0.14, linewidth=0)
    axes.plot(x[::2], p[::2], color=FG, linewidth=1.2)
    axes.plot(x[::2], _gaussian(x, mean, spread)[::2], color=BLUE)
    axes.plot(x[::2], _gaussian(x, found[1], found[2])[::2], color=ORANGE, linestyle=DASHES[1])
    axes.set(xlim=(-6, 6), ylim=(0, 0.6), xlabel="x", xticks=[-6, -4, -2, 0, 2, 4, 6], yticks=[0, 0.2, 0.4, 0.6])
    say(axes, "p", 2.9, 0.19, ha="left")
    say(axes, "min KL(q ∥ p)", -1.6, 0.47, ORANGE, ha="left")
    say(axes, "min KL(p ∥ q)", 0.4, 0.27, BLUE, ha="left")
    return figure


def _gaussian(x: Array, mean: float, spread: float) -> Array:
    return np.asarray(np.exp(-0.5 * ((x - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi)))


def _kl(q: Array, p: Array, x: Array) -> float:
    """The divergence of q from p, as a sum over the grid."""
    return float(np.sum(q * (np.log(q + 1e-300) - np.log(p))) * (x[1] - x[0]))


def standardization() -> Figure:
    """Gradient descent for a linear model on two features of deviation 1 and 4, before and after standardisation."""
    raw = np.random.default_rng(6).normal(size=(60, 2)) * [1.0, 4.0]
    raw -= raw.mean(axis=0)
    figure, both = panels(2, width=5.0, height=2.6, gap=0.3)
    for i, (axes, X) in enumerate(zip(both, (raw, raw / raw.std(axis=0)), strict=True)):
        H = X.T @ X / len(X)
        low, high = np.linalg.eigvalsh(H)
        axes.set(xlim=(-2, 2), ylim=(-1.75, 1.75), xticks=[], yticks=[], xlabel="w₁")
        _bowl(axes, H)
        points = [np.array([-1.7, 0.8])]
        for _ in range(30):
            points.append(points[-1] - 2 / (low + high) * H @ points[-1])
        axes.plot(*np.transpose(points), color=COLOURS[1 - i], marker="o", markersize=3.5, linewidth=1.3)
        axes.plot(0, 0, "+", color=FG, markersize=11)
        axes.set_title(f"κ = {high / low:.3g}", color=FG, fontsize=13)
    name_axis(both[0], "w₂")
    return figure


def _bowl(axes: Axes, hessian: Array) -> None:
    """Contours of ½ wᵀHw."""
    turn = np.linspace(0, 2 * np.pi, 73)
    for level in (0.25, 0.7, 1.3, 2.0, 3.0, 4.2):
        ellipse = np.linalg.solve(np.linalg.cholesky(hessian).T, np.stack([np.cos(turn), np.sin(turn)]))
        axes.plot(*(level * np.sqrt(np.linalg.eigvalsh(hessian)[0]) * ellipse), color=FG, alpha=0.3, linewidth=0.9)
