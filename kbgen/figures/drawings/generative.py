"""Generative models: who pulls whom in a GAN, what a diffusion loss weights, where a flow leads, how a transport blurs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._shared import SMALL, Array, arrow, bare, field, names, say, signs, track
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, panels
from kbgen.losses.divergence import _soft_least

SOFT_LEAST: Any = _soft_least  # one half of a round of Sinkhorn's iteration


def lsgan() -> Figure:
    """Slopes by the score of a fake: what the discriminators feel, and what the generators."""
    grads = registry.losses()
    b = np.linspace(-4, 4, 161)
    far = np.full_like(b, 9.0)
    judges = (
        -grads["gan_minimax_grad"](far, b)[1],
        grads["lsgan_grad"](far, b)[1],
        grads["hinge_gan_grad"](far, b)[1],
        -grads["wasserstein_gan_grad"](far, b)[1],
    )
    makers = (
        grads["gan_non_saturating_grad"](b),
        grads["gan_minimax_grad"](far, b)[1],
        grads["lsgan_grad"](far, b, fake_target=1.0)[1],
        grads["wasserstein_gan_grad"](far, b)[1],
    )
    figure, (judge, maker) = panels(2, width=6.6, height=3.0, gap=0.95)
    box = maker.get_position()
    maker.set_position((box.x0, box.y0, box.width - 0.09, box.height))
    box = judge.get_position()
    judge.set_position((box.x0, box.y0, box.width - 0.02, box.height))
    _slopes(judge, b, judges, COLOURS, ("①", "②", "③", "④"))
    _slopes(maker, b, makers, (FG, *COLOURS), ("⑤", "①", "②", "③ ④"))
    return figure


def _slopes(axes: Axes, b: Array, curves: Sequence[Array], colours: Sequence[str], labels: Sequence[str]) -> None:
    axes.set(xlim=(-4, 4), ylim=(-2.2, 2.2), xticks=(-4, -2, 0, 2, 4), yticks=(-2, -1, 0, 1, 2))
    axes.axhline(0, color=FG, linewidth=0.8, alpha=0.5)
    lines = []
    for slope, colour in zip(curves, colours, strict=False):
        i = COLOURS.index(colour) if colour in COLOURS else 0
        jump = np.abs(np.diff(slope, append=slope[-1])) > 0.5
        style: dict[str, Any] = {"color": colour, "linestyle": DASHES[i], "linewidth": 1.8}
        lines += axes.plot(b, np.where(jump, np.nan, slope), zorder=5 - i, **style)
    label_ends(axes, lines, labels)
    names(axes, "b", "∂ℓ/∂b")


def r1_penalty() -> Figure:
    """A fake at θ, the datum at 0, a linear discriminator ψ x: both step at once, for three strengths of the penalty."""
    grads, steps, rate = registry.losses(), 300, 0.1
    figure, axes = field()
    for i, gamma in enumerate((0.0, 0.3, 1.0)):
        path = [np.array([1.0, 0.0])]
        for _ in range(steps):
            theta, psi = path[-1]
            by_score = grads["gan_minimax_grad"](np.zeros(1), np.array([psi * theta]))[1][0]
            held = grads["r1_penalty_grad"](np.array([[psi]]), gamma=gamma)[0, 0]
            path.append(np.array([theta - rate * by_score * psi, psi + rate * (by_score * theta - held)]))
        track(axes, np.array(path), i, apart=0.4)
    axes.set(xlim=(-2.3, 2.3), ylim=(-1.5, 1.5), xticks=(-2, -1, 0, 1, 2), yticks=(-1, 0, 1), xlabel="θ")
    axes.plot(0, 0, color=FG, marker="x", markersize=8, markeredgewidth=1.8, zorder=6)
    signs(figure, ("γ = 0", "γ = 0.3", "γ = 1"))
    say(axes, "ψ", -2.3, 1.5, offset=(-12, -8))
    return figure


def v_prediction() -> Figure:
    """Two schedules; what an error of the clean sample costs in three predictions under the cosine."""
    t = np.linspace(0.004, 0.996, 249)
    kept = np.cos(t * np.pi / 2) ** 2
    linear = np.exp(-(1000 * (1e-4 * t + 0.5 * 0.0199 * t**2)))
    figure, (share, weight) = panels(2, width=6.6, height=2.9, gap=0.95)
    for axes in (share, weight):
        box = axes.get_position()
        axes.set_position((box.x0, box.y0, box.width - 0.035, box.height))
    for i, (curve, sign) in enumerate(((kept, "cos"), (linear, "lin"))):
        share.plot(t, curve, color=COLOURS[i], linestyle=DASHES[i])
        say(share, sign, (0.62, 0.2)[i], (0.62, 0.33)[i], COLOURS[i], fontsize=SMALL)
    lines = [weight.plot(t, np.log10(cost), color=COLOURS[i + 1], linestyle=DASHES[i])[0] for i, cost in enumerate(_costs(kept))]
    share.set(xlim=(0, 1), ylim=(-0.02, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    weight.set(xlim=(0, 1), ylim=(-4.5, 4.5), xticks=(0, 0.5, 1))
    weight.set_yticks((-4, -2, 0, 2, 4), ("10⁻⁴", "10⁻²", "1", "10²", "10⁴"))
    label_ends(weight, lines, ("ε", "v", "x"))
    names(share, "t", "ᾱ")
    names(weight, "t", "w")
    return figure


def _costs(kept: Array) -> tuple[Array, Array, Array]:
    """The loss of each prediction if the clean sample it implies is off by 1, from the losses themselves."""
    losses, zero = registry.losses(), np.zeros((len(kept), 1))
    in_noise, in_velocity = np.sqrt(kept / (1 - kept)), 1 / np.sqrt(1 - kept)
    noise = losses["ddpm_noise"](in_noise[:, None], zero)
    velocity = losses["v_prediction"](in_velocity[:, None], zero, zero, kept)
    return noise, velocity, losses["squared_error"](np.ones_like(kept), 0 * kept)


def flow_matching() -> Figure:
    """Straight lines from noise to data at ±2, and the paths along the mean of their velocities."""
    rng, steps = np.random.default_rng(4), 200
    start = np.linspace(-2.1, 2.1, 14)
    end = rng.permutation(np.repeat([-2.0, 2.0], 7))
    figure, (lines, paths) = panels(2, width=6.6, height=2.9, gap=0.7)
    times, x = np.arange(steps + 1) / steps, [start]
    for t in times[:-1]:
        x.append(x[-1] + _mean_velocity(x[-1], t) / steps)
    for i in range(14):
        look = int(end[i] > 0)
        lines.plot([0, 1], [start[i], end[i]], color=COLOURS[look], linestyle=DASHES[look], linewidth=1.2)
        path = np.array(x)[:, i]
        look = int(path[-1] > 0)
        paths.plot(times, path, color=COLOURS[look], linestyle=DASHES[look], linewidth=1.2)
    for axes in (lines, paths):
        axes.set(xlim=(-0.03, 1.03), ylim=(-2.5, 2.5), xticks=(0, 0.5, 1), yticks=(-2, 0, 2))
        axes.plot([1, 1], [-2, 2], color=FG, linestyle="none", marker="o", markersize=5, zorder=5, clip_on=False)
        names(axes, "t", "x")
    return figure


def _mean_velocity(x: Array, t: float) -> Array:
    """Where the mean gradient of the loss over both ends is zero: they weigh by how likely their line passes x."""
    grad, ends, width = registry.losses()["flow_matching_grad"], np.array([-2.0, 2.0]), 1 - t
    log_weight = -0.5 * ((x[:, None] - t * ends) / width) ** 2
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    noise = (x[:, None] - t * ends) / width
    pulls = np.stack([grad(np.zeros((len(x), 1)), noise[:, [k]], np.full((len(x), 1), ends[k]))[:, 0] for k in range(2)], axis=1)
    return np.asarray(-0.5 * (weight * pulls).sum(axis=1) / weight.sum(axis=1))  # the gradient at 0 is minus twice the way


def denoising_score_matching() -> Figure:
    """Three clusters, and the arrows with the least mean loss at two levels of noise."""
    rng = np.random.default_rng(2)
    centres = np.array([[-1.6, -0.7], [1.6, -0.7], [0.0, 1.5]])
    data = (centres[:, None] + 0.15 * rng.normal(size=(3, 8, 2))).reshape(-1, 2)
    figure, both = panels(2, width=6.6, height=3.0, gap=0.3)
    grid = np.stack(np.meshgrid(np.linspace(-2.7, 2.7, 9), np.linspace(-1.9, 2.5, 8)), axis=-1).reshape(-1, 2)
    for axes, sigma in zip(both, (0.4, 1.5), strict=True):
        box = axes.get_position()
        axes.set_position((box.x0 - 0.06, box.y0 - 0.12, box.width + 0.04, box.height + 0.12))
        axes.set(xlim=(-3.1, 3.1), ylim=(-2.4, 2.9))
        bare(axes)
        axes.plot(*data.T, color=COLOURS[0], linestyle="none", marker="o", markersize=3.2, zorder=2)
        score = _score(grid, data, sigma)
        for at, way in zip(grid, sigma * score, strict=True):
            length = float(np.hypot(*way))
            tip = at + 0.5 * np.tanh(length) * way / length
            arrow(axes, at, tip, COLOURS[1], linewidth=1.1, arrowstyle="-|>,head_length=0.28,head_width=0.13")
        say(axes, f"σ = {sigma}", 0, 2.85, FG, fontsize=SMALL)
    return figure


def _score(at: Array, data: Array, sigma: float) -> Array:
    """Where the mean gradient of the loss over the data is zero: they weigh by how likely they became `at`."""
    grad = registry.losses()["denoising_score_matching_grad"]
    gaps = at[:, None] - data
    log_weight = -0.5 * (gaps**2).sum(axis=-1) / sigma**2
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    noisy = np.repeat(at, len(data), axis=0)
    pulls = grad(np.zeros_like(noisy), np.tile(data, (len(at), 1)), noisy, np.full(len(noisy), sigma)).reshape(gaps.shape)
    mean = (weight[..., None] * pulls).sum(axis=1) / weight.sum(axis=1, keepdims=True)
    return np.asarray(-mean / sigma**2)  # the gradient is sigma^2 s + x̃ - x


def sinkhorn() -> Figure:
    """The plan between two sets of sorted numbers while the blur shrinks, and the rounds it took."""
    x, y = (np.arange(8) + np.random.default_rng(2).uniform(size=(2, 8))) / 8
    cost = (x[:, None] - y) ** 2
    figure, four = panels(4, width=6.8, height=2.35, gap=0.2)
    for axes, eps in zip(four, (1.0, 0.1, 0.03, 0.005), strict=True):
        plan, rounds = _transported(cost, eps)
        box = axes.get_position()
        axes.set_position((box.x0 - 0.06, box.y0 - 0.02, box.width, box.height))
        axes.set(xlim=(0, 8), ylim=(8, 0), aspect="equal")
        bare(axes)
        for i, j in np.ndindex(8, 8):
            axes.fill(
                [j, j + 1, j + 1, j], [i, i, i + 1, i + 1], color=COLOURS[0], alpha=min(1.0, float(plan[i, j]) ** 0.6), linewidth=0
            )
        axes.plot([0, 8, 8, 0, 0], [0, 0, 8, 8, 0], color=FG, linewidth=0.8, alpha=0.6, clip_on=False)
        say(axes, f"ε = {eps:g}", 4, 0, FG, fontsize=SMALL, offset=(0, 10))
        say(axes, f"{rounds}", 4, 8, FG, fontsize=SMALL, offset=(0, -11))
    return figure


def _transported(cost: Array, eps: float) -> tuple[Array, int]:
    """Sinkhorn's plan, its rows as shares of one, and the rounds until each adds up to 1 within a millionth."""
    g, plan, rounds = np.zeros(len(cost)), np.zeros_like(cost), 0
    while np.abs(plan.sum(axis=1) - 1).max() > 1e-6:
        f = SOFT_LEAST(cost - g, eps, -1)
        g = SOFT_LEAST(cost - f[:, None], eps, -2)
        plan, rounds = np.exp((f[:, None] + g - cost) / eps) / len(cost), rounds + 1
    return plan, rounds
