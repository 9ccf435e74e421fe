"""Distributions at work: samples with gradients, information, scores, what a loss estimates, two kinds of not knowing."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import powers
from kbgen.figures.drawings._shared import SMALL, Array, bare, dot, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import classification, divergence, probabilistic, regression

BLUE, ORANGE, GREEN, PURPLE = COLOURS
quantile: Callable[..., Any] = regression.quantile
squared_error: Callable[..., Any] = regression.squared_error
absolute_error: Callable[..., Any] = regression.absolute_error
binary_cross_entropy: Callable[..., Any] = classification.binary_cross_entropy
kl_divergence: Callable[..., Any] = divergence.kl_divergence
js_divergence: Callable[..., Any] = divergence.js_divergence
wasserstein_1d: Callable[..., Any] = divergence.wasserstein_1d
brier_score: Callable[..., Any] = probabilistic.brier_score


def gumbel_softmax() -> Figure:
    """A hundred samples of three classes with probabilities 0.5, 0.3, 0.2 at three temperatures, on the simplex."""
    figure, three = panels(3, height=2.2, gap=0.2)
    rng = np.random.default_rng(0)
    noise = rng.gumbel(size=(100, 3))
    corners = np.array([[0, 0], [1, 0], [0.5, 0.75**0.5]])
    for i, (axes, tau) in enumerate(zip(three, (0.1, 0.5, 2.0), strict=True)):
        axes.set_position((0.01 + 0.335 * i, 0.02, 0.31, 0.85))
        axes.set(xlim=(-0.08, 1.08), ylim=(-0.12, 1.08), aspect="equal")
        bare(axes)
        axes.plot(*corners[[0, 1, 2, 0]].T, color=FG, linewidth=1)
        z = (np.log([0.5, 0.3, 0.2]) + noise) / tau
        y = np.exp(z - z.max(axis=1, keepdims=True))
        points = y / y.sum(axis=1, keepdims=True) @ corners
        axes.plot(*points.T, linestyle="none", marker="o", markersize=3.4, alpha=0.5, color=BLUE, markeredgewidth=0)
        say(axes, f"τ = {tau:g}", 0.5, 1.02)
        for (x, up), text, shift in zip(corners, ("0.5", "0.3", "0.2"), ((0, -9), (0, -9), (18, 0)), strict=True):
            say(axes, text, x, up, offset=shift, fontsize=10)
    return figure


def reparameterization() -> Figure:
    """1000 draws of both estimates of the derivative of E z² with respect to μ, for z from N(2, 1)."""
    figure, axes = field()
    noise = np.random.default_rng(0).normal(size=1000)
    z = 2 + noise
    for i, draws in enumerate((2 * z, z**2 * noise)):
        axes.hist(draws, bins=[-40.5 + 3 * k for k in range(34)], color=COLOURS[i], alpha=0.5, edgecolor=COLOURS[i], linewidth=0.8)
        say(axes, "①②"[i], (11, 21)[i], (330, 90)[i], COLOURS[i], fontsize=15)
        say(axes, f"σ = {draws.std():.1f}", (16, 26)[i], (330, 90)[i], COLOURS[i], ha="left", offset=(-6, 0))
    axes.axvline(4, color=FG, linestyle=DASHES[2], linewidth=1.2)
    axes.set(xlim=(-15, 50), xticks=(-10, 0, 4, 20, 40), xlabel="∂/∂μ")
    name_axis(axes, "n")
    return figure


def score_function_estimator() -> Figure:
    """Standard deviation of one draw of the derivative in μ₁ of E∥z∥², against the dimension: three estimates, 1000 draws."""
    figure, axes = panel(labels=["③"])
    rng, sizes = np.random.default_rng(0), 2 ** np.arange(8)
    spread = []
    for size in sizes:
        noise = rng.normal(size=(1000, size))
        z = 1 + noise
        f = (z**2).sum(axis=1)
        draws = (f * noise[:, 0], (f - 2 * size) * noise[:, 0], 2 * z[:, 0])
        spread.append([d.std() for d in draws])
    for i, way in enumerate(np.array(spread).T):
        axes.plot(sizes, way, color=COLOURS[i], linestyle=DASHES[i])
        say(axes, "①②③"[i], 128, way[-1], COLOURS[i], offset=(14, 0), fontsize=15)
    axes.set(xscale="log", yscale="log", xlim=(1, 128), ylim=(1, 1000), xlabel="d")
    powers(axes.xaxis, (0, 2, 4, 6), base=2)
    powers(axes.yaxis, (0, 1, 2, 3))
    name_axis(axes, "σ")
    return figure


def map_estimation() -> Figure:
    """One weight, a Gaussian likelihood around 0.6: the posterior under a Gaussian and under a Laplace prior."""
    figure, both = panels(2)
    w = np.linspace(-2, 2, 401)
    likelihood = -((w - 0.6) ** 2) / (2 * 0.6**2)
    for axes, prior in zip(both, (-(w**2) / (2 * 0.5), -np.abs(w) / 0.5), strict=True):
        for i, density in enumerate((prior, likelihood, prior + likelihood)):
            heap = np.exp(density)
            heap /= heap.sum() * (w[1] - w[0])
            colour = (FG, ORANGE, BLUE)[i]
            axes.plot(w, heap, color=colour, linestyle=DASHES[(2, 1, 0)[i]], linewidth=1.8)
            if i:
                dot(axes, w[heap.argmax()], heap.max(), colour)
                say(
                    axes,
                    f"{w[heap.argmax()]:.2f}",
                    w[heap.argmax()],
                    heap.max(),
                    colour,
                    offset=(0, 11) if i == 2 else (18, 7),
                    fontsize=SMALL,
                )
        axes.set(xlim=(-2, 2), ylim=(0, 1.5), xticks=(-2, -1, 0, 1, 2), yticks=(0, 0.5, 1))
        names(axes, "w", "p")
    return figure


def entropy() -> Figure:
    """Entropy of a coin in bits."""
    figure, axes = field()
    p = np.linspace(0, 1, 201)
    axes.plot(p, _coin(p), color=BLUE)
    for x in (0.5, 0.9, 0.99):
        dot(axes, x, float(_coin(np.array(x))), ORANGE)
        say(
            axes,
            f"{float(_coin(np.array(x))):.2f}",
            x,
            float(_coin(np.array(x))),
            ORANGE,
            offset=(-22, -2) if x > 0.5 else (0, -13),
        )
    axes.set(xlim=(0, 1), ylim=(0, 1.06), xticks=(0, 0.25, 0.5, 0.75, 1), yticks=(0, 0.5, 1), xlabel="p")
    name_axis(axes, "H")
    return figure


def _coin(p: Array) -> Array:
    q = np.clip(np.stack([p, 1 - p]), 1e-300, 1)
    return np.asarray(-(q * np.log2(q)).sum(axis=0))


def cross_entropy_quantity() -> Figure:
    """Cross-entropy of four forecasts with one distribution, split into its entropy and the divergence."""
    figure, axes = field()
    p = np.array([0.7, 0.2, 0.1])
    forecasts = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3], [0.1, 0.2, 0.7]])
    own = float(-(p * np.log(p)).sum())
    for i, forecast in enumerate(forecasts):
        extra = float(np.ravel(kl_divergence(forecast[None], p[None]))[0])
        axes.bar(i, own, 0.62, color=BLUE, alpha=0.75)
        axes.bar(i, extra, 0.62, bottom=own, color=ORANGE, alpha=0.75)
        say(axes, f"{own + extra:.2f}", i, own + extra, offset=(0, 9))
    axes.axhline(own, color=FG, linestyle=DASHES[2], linewidth=1.2)
    say(axes, "H(p)", 3.42, own, BLUE, offset=(2, -10), ha="left")
    say(axes, "D", 3.42, 1.4, ORANGE, offset=(4, 0), ha="left")
    axes.set(xlim=(-0.5, 3.9), ylim=(0, 2.3), xticks=range(4), yticks=(0, 0.5, 1, 1.5, 2))
    axes.set_xticklabels(("①", "②", "③", "④"))
    axes.tick_params(axis="x", labelsize=14)
    axes.grid(visible=False, axis="x")
    name_axis(axes, "H(p, q)")
    return figure


def optimal_transport() -> Figure:
    """Two heaps of width 0.3 moved apart: their Jensen-Shannon divergence and their Wasserstein distance."""
    labels = ["W₁", "JS"]
    figure, axes = panel(labels=labels)
    shifts, x = np.linspace(0, 3, 61), np.linspace(-2, 5, 1401)
    heap = np.exp(-0.5 * (x / 0.15) ** 2)
    moved = np.exp(-0.5 * ((x - shifts[:, None]) / 0.15) ** 2)
    still = np.tile(heap / heap.sum(), (61, 1))
    overlap = np.ravel(js_divergence(moved / moved.sum(axis=1, keepdims=True), still))
    sample = np.tile(np.random.default_rng(0).normal(0, 0.15, 200), (61, 1))
    earth = np.ravel(wasserstein_1d(sample + shifts[:, None], sample))
    lines = [axes.plot(shifts, y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate((earth, overlap))]
    axes.set(xlim=(0, 3), ylim=(0, 3.1), xticks=(0, 1, 2, 3), xlabel="t")
    axes.set_yticks([0, 0.693, 1, 2, 3], ["0", "log 2", "1", "2", "3"])
    label_ends(axes, lines, labels)
    return figure


def proper_scoring_rule() -> Figure:
    """Expected logarithmic, Brier and absolute score of a forecast q when the event has probability 0.3."""
    labels = ["−log", "∣q − y∣", "(q − y)²"]
    figure, axes = panel(labels=labels)
    q = np.linspace(0.005, 0.995, 199)
    one, zero, lines = np.ones_like(q), np.zeros_like(q), []
    for i, score in enumerate((binary_cross_entropy, absolute_error, squared_error)):
        expected = 0.3 * score(q, one) + 0.7 * score(q, zero)
        lines += axes.plot(q, expected, color=COLOURS[i], linestyle=DASHES[i])
        k = int(expected.argmin())
        dot(axes, q[k], expected[k], COLOURS[i])
    axes.axvline(0.3, color=FG, linestyle=DASHES[2], linewidth=1)
    axes.set(xlim=(0, 1), ylim=(0, 2), xticks=(0, 0.3, 0.5, 1), yticks=(0, 0.5, 1, 1.5, 2), xlabel="q")
    label_ends(axes, lines, labels)
    name_axis(axes, "E S")
    return figure


def bayes_optimal() -> Figure:
    """A skewed sample and the constant with the least mean loss, for four losses, each found on a grid."""
    figure, axes = field()
    data = np.random.default_rng(0).gamma(2.0, 1.0, 2000)
    grid = np.linspace(0, 8, 801)
    shape = np.broadcast_shapes((801, 1), (2000,))
    pairs = np.broadcast_to(grid[:, None], shape), np.broadcast_to(data, shape)
    axes.hist(data, bins=[0.25 * k for k in range(41)], color=FG, alpha=0.2)
    for i, (loss, sign) in enumerate(((_miss, "0/1"), (absolute_error, "∣r∣"), (squared_error, "r²"), (_upper, "ρ₀.₉"))):
        best = float(grid[loss(*pairs).mean(axis=1).argmin()])
        axes.axvline(best, color=COLOURS[i], linestyle=DASHES[i], linewidth=1.8, ymax=0.86)
        say(axes, f"{sign}", best, 202, COLOURS[i], offset=((-12, 8), (-2, 8), (12, 8), (0, 8))[i])
        say(axes, f"{best:.2f}", 7.2, 165 - 26 * i, COLOURS[i], ha="left")
    axes.set(xlim=(0, 9), ylim=(0, 230), xticks=range(0, 10, 2), yticks=(0, 100, 200), xlabel="y")
    name_axis(axes, "n")
    return figure


def _miss(pred: Array, target: Array) -> Array:
    return np.asarray(np.abs(pred - target) > 0.25)


def _upper(pred: Array, target: Array) -> Array:
    return np.asarray(quantile(pred, target, tau=0.9))


def quantile_statistic() -> Figure:
    """Forty numbers: the share up to y, and the mean pinball loss of every constant at three levels."""
    figure, (share, loss) = panels(2)
    data = np.sort(np.random.default_rng(3).gamma(2.0, 1.0, 40))
    grid = np.linspace(0, 6, 301)
    share.step(np.r_[0, data, 7], np.r_[0, np.arange(1, 41) / 40, 1], where="post", color=FG, linewidth=1.6)
    for i, tau in enumerate((0.1, 0.5, 0.9)):
        mean = np.array([quantile(np.full(40, g), data, tau=tau).mean() for g in grid])
        at = float(data[int(np.ceil(tau * 40)) - 1])
        loss.plot(grid, mean, color=COLOURS[i], linestyle=DASHES[i], linewidth=1.8)
        dot(loss, at, float(quantile(np.full(40, at), data, tau=tau).mean()), COLOURS[i])
        share.plot([0, at, at], [tau, tau, 0], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.6)
        say(loss, f"{tau:g}", (3.0, 5.6, 0.75)[i], (1.6, 1.2, 1.9)[i], COLOURS[i], fontsize=SMALL)
    share.set(xlim=(0, 6), ylim=(0, 1.02), xticks=(0, 2, 4, 6), yticks=(0, 0.1, 0.5, 0.9))
    loss.set(xlim=(0, 6), ylim=(0, 2.1), xticks=(0, 2, 4, 6), yticks=(0, 1, 2))
    names(share, "y", "F(y)")
    names(loss, "q", "ρ")
    return figure


def temperature() -> Figure:
    """Softmax of (2, 1, 0) against the temperature, and its entropy."""
    labels = ["p₁", "p₂", "p₃"]
    figure, axes = panel(labels=labels)
    t = np.geomspace(0.05, 50, 121)
    z = np.array([2.0, 1.0, 0.0]) / t[:, None]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    lines = [axes.plot(t, p[:, i], color=COLOURS[i], linestyle=DASHES[i])[0] for i in range(3)]
    spread = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)
    axes.plot(t, spread, color=FG, linewidth=1.4)
    say(axes, "H", 50, float(spread[-1]), offset=(6, 0), ha="left")
    axes.set(xscale="log", xlim=(0.05, 50), ylim=(0, 1.15), yticks=(0, 0.33, 0.67, 1), xlabel="T")
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.set_xticks([], minor=True)
    axes.axvline(1, color=FG, linestyle=DASHES[2], linewidth=1)
    label_ends(axes, lines, labels)
    return figure


def uncertainty() -> Figure:
    """Thirty bootstrap fits of noisy data with a gap: the spread of the fits, and the noise that all of them leave."""
    figure, axes = field()
    rng = np.random.default_rng(1)
    x = np.r_[rng.uniform(-3, -0.7, 40), rng.uniform(1.2, 3, 40)]
    y = np.sin(1.5 * x) + 0.25 * rng.normal(size=80)
    grid = np.linspace(-3, 3, 121)
    centres = np.linspace(-3, 3, 10)

    def basis(at: Array) -> Array:
        return np.asarray(np.exp(-0.5 * (at[:, None] - centres) ** 2 / 0.6**2))

    fits, left = [], []
    for _ in range(30):
        pick = rng.integers(80, size=80)
        a = basis(x[pick])
        w = np.linalg.solve(a.T @ a + 0.02 * np.eye(10), a.T @ y[pick])
        fits.append(basis(grid) @ w)
        out = np.setdiff1d(np.arange(80), pick)
        left.append(np.mean((basis(x[out]) @ w - y[out]) ** 2))
    mean, noise = np.mean(fits, axis=0), float(np.sqrt(np.mean(left)))
    for fit in fits:
        axes.plot(grid[::3], fit[::3], color=ORANGE, linewidth=0.7, alpha=0.5)
    for side in (-noise, noise):
        axes.plot(grid, mean + side, color=BLUE, linewidth=1.8, linestyle=DASHES[1], zorder=4)
    axes.plot(x, y, linestyle="none", marker="o", markersize=3, color=FG, alpha=0.6)
    axes.set(xlim=(-3, 3), ylim=(-2.3, 2.3), xticks=range(-3, 4), yticks=(-2, -1, 0, 1, 2), xlabel="x")
    name_axis(axes, "y")
    return figure


def probability_distribution() -> Figure:
    """Probabilities of three values as bars; two normal densities of one area, a wide one and a narrow one."""
    figure, (bars, bells) = panels(2)
    bars.bar((1, 2, 3), (0.7, 0.2, 0.1), width=0.5, color=BLUE, alpha=0.5, edgecolor=BLUE)
    bars.set(xlim=(0.4, 3.6), ylim=(0, 1), xticks=(1, 2, 3), yticks=(0, 0.5, 1))
    x = np.linspace(-1.2, 1.2, 241)
    for i, sigma in enumerate((0.4, 0.1)):
        y = np.exp(-0.5 * (x / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
        bells.plot(x, y, color=COLOURS[i], linestyle=DASHES[i])
        bells.fill_between(x, y, color=COLOURS[i], alpha=0.18, linewidth=0)
    say(bells, "σ = 0.4", 0.62, 0.75, BLUE, fontsize=SMALL, ha="left")
    say(bells, "σ = 0.1", 0.14, 3.4, ORANGE, fontsize=SMALL, ha="left")
    bells.set(xlim=(-1.2, 1.2), ylim=(0, 4.2), xticks=(-1, 0, 1), yticks=(0, 1, 2, 3, 4))
    names(bars, "x", "p(x)")
    names(bells, "x", "p(x)")
    return figure


def variance() -> Figure:
    """Forty normal draws each of standard deviation 0.5 and 2, with mean and standard deviation of either sample."""
    figure, axes = field(height=2.2)
    rng = np.random.default_rng(3)
    for i, sigma in enumerate((0.5, 2.0)):
        draws, height = rng.normal(0, sigma, 40), 1 - i
        axes.plot(draws, height + rng.uniform(-0.12, 0.12, 40), "o", color=COLOURS[i], alpha=0.55, markersize=5, markeredgewidth=0)
        centre, spread = float(draws.mean()), float(draws.std())
        axes.errorbar(centre, height - 0.3, xerr=spread, color=COLOURS[i], capsize=5, linewidth=2, marker="|", markersize=9)
        say(axes, f"σ = {sigma:g}", -5.8, height + 0.28, COLOURS[i], ha="left")
    axes.set(xlim=(-6, 6.2), ylim=(-0.55, 1.4), yticks=(), xlabel="x", xticks=range(-6, 7, 2))
    return figure
