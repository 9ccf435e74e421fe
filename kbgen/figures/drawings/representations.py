"""Networks that learn a space: codes, generators, twins, features, and two modalities at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kbgen.figures.drawings._cells import cells, heads, sheet
from kbgen.figures.drawings._shared import SMALL, Array, bare, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels
from kbgen.losses import adversarial, classification, metric_learning
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
bce_grad: Callable[..., Any] = classification.binary_cross_entropy_with_logits_grad
generator_grad: Callable[..., Any] = adversarial.gan_non_saturating_grad
contrastive_grad: Callable[..., Any] = metric_learning.contrastive_grad


def attention_mask() -> Figure:
    """Weights of five positions after softmax: all open, no looking ahead, and the last two places empty as well."""
    score = np.random.default_rng(5).normal(size=(5, 5))
    later = np.triu(np.ones((5, 5), dtype=bool), 1)
    padding = np.broadcast_to(np.arange(5) > 2, (5, 5))
    figure, axes = sheet(17.4, 6.4)
    for k, mask in enumerate((np.zeros((5, 5), dtype=bool), later, later | padding)):
        open_scores = np.where(mask, -np.inf, score)
        weight = np.exp(open_scores - open_scores.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        corner = (0.2 + 5.9 * k, 1.2)
        cells(axes, weight, corner, most=1.0)
        for i, j in np.argwhere(mask):
            say(axes, "·", corner[0] + j + 0.5, corner[1] + i + 0.5)
        for i in range(5):
            j = int(weight[i].argmax())
            say(axes, f"{weight[i, j]:.1f}", corner[0] + j + 0.5, corner[1] + i + 0.5, fontsize=9.5)
    heads(axes, ["∅", "j > i", "j > i, j > 3"], (2.7, 0.6), (5.9, 0), fontsize=13)
    return figure


def autoencoder() -> Figure:
    """A linear code of one number: its line after 0, 20 and 400 steps, the first principal axis, and the reconstructions."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 2)) @ np.array([[1.5, 0.8], [-0.25, 0.45]])
    x -= x.mean(axis=0)
    code, back, kept = np.array([0.1, -0.4]), np.array([-0.2, 0.5]), {}
    for t in range(401):
        kept[t] = back
        z = x @ code
        r = np.outer(z, back) - x
        code, back = code - 0.05 * x.T @ (r @ back) / 60, back - 0.05 * r.T @ z / 60
    axis = np.linalg.svd(x)[2][0]
    figure, axes = field()
    rebuilt = np.outer(x @ code, back)
    for a, b in zip(x, rebuilt, strict=True):
        axes.plot([a[0], b[0]], [a[1], b[1]], color=FG, linewidth=0.6, alpha=0.6)
    axes.plot(*x.T, "o", color=BLUE, markersize=4)
    axes.plot([-4 * axis[0], 4 * axis[0]], [-4 * axis[1], 4 * axis[1]], color=ORANGE, linewidth=6, alpha=0.35)
    for i, t in enumerate((0, 20, 400)):
        way = kept[t] / np.hypot(*kept[t])
        way = way * np.sign(way[0] if t else -way[0])
        axes.plot([-4 * way[0], 4 * way[0]], [-4 * way[1], 4 * way[1]], color=FG, linestyle=DASHES[(2, 1, 0)[i]], linewidth=1.5)
        reach = min(3.9 / abs(way[0]), 2.45 / abs(way[1]))
        say(axes, f"{t}", *(reach * way), offset=((10, -4), (-4, 12), (-6, 11))[i])
    axes.set(xlim=(-4, 4), ylim=(-2.6, 2.6), xlabel="x₁", yticks=(-2, 0, 2))
    name_axis(axes, "x₂")
    return figure


GRID = np.linspace(-4, 4, 33)


def gan() -> Figure:
    """Data with two peaks, what a generator makes of noise, and the discriminator's answer: one run thrice, another at its end."""
    figure = panels(4, width=6.4, height=2.3, gap=0.2)
    good, bad = _duel((0, 60, 500), seed=1), _duel((500,), seed=0)
    for axes, t, (made, answer) in zip(figure[1], ("0", "60", "500", "500′"), good + bad, strict=True):
        real = 0.5 * sum(np.exp(-((GRID - c) ** 2) / 0.32) for c in (-2, 2)) / np.sqrt(0.32 * np.pi)
        axes.fill_between(GRID, real, color=FG, alpha=0.15, linewidth=0)
        axes.stairs(
            np.histogram(made, np.linspace(-4, 4, 33), density=True)[0], np.linspace(-4, 4, 33), color=ORANGE, linewidth=1.4
        )
        axes.plot(GRID, answer, color=BLUE, linestyle=DASHES[1], linewidth=1.6)
        axes.set(xlim=(-4, 4), ylim=(0, 1.4), xticks=(-2, 2), yticks=(0, 0.5, 1))
        names(axes, "x", "")
        say(axes, f"t = {t}", 0, 1.4, offset=(0, 9), fontsize=SMALL)
        if axes is not figure[1][0]:
            axes.set_yticklabels(())
    return figure[0]


PLACES = np.linspace(-6, 6, 25)


def _bumps(x: Array) -> Array:
    """What the discriminator sees of a number: its nearness to 25 places."""
    return np.asarray(np.exp(-((np.asarray(x)[:, None] - PLACES) ** 2) / 0.5))


def _duel(times: tuple[int, ...], *, seed: int, batch: int = 64) -> list[tuple[Array, Array]]:
    """Samples of the generator and answers of the discriminator over the grid, at the steps asked for."""
    rng = np.random.default_rng(seed)
    net = [rng.normal(size=(1, 8)), rng.normal(size=8), 0.3 * rng.normal(size=(8, 1))]
    judge, seen = np.zeros(25), []
    states: list[tuple[Any, ...]] = [(), (), (), ()]
    for t in range(max(times) + 1):
        z = rng.normal(size=(batch, 1))
        h = np.tanh(z @ net[0] + net[1])
        fake = (h @ net[2])[:, 0]
        if t in times:
            many = np.tanh(np.random.default_rng(1).normal(size=(2000, 1)) @ net[0] + net[1]) @ net[2]
            seen.append((many[:, 0], 1 / (1 + np.exp(-_bumps(GRID) @ judge))))
        real = rng.choice([-2.0, 2.0], batch) + 0.4 * rng.normal(size=batch)
        both, label = _bumps(np.concatenate([real, fake])), np.repeat([1.0, 0.0], batch)
        judge, *rest = adam(judge, both.T @ bce_grad(both @ judge, label) / batch + 0.002 * judge, *states[0], lr=0.05)
        states[0] = tuple(rest)
        near = _bumps(fake)
        to_x = generator_grad(near @ judge) / batch * (((PLACES - fake[:, None]) / 0.25 * near) @ judge)
        to_h = np.outer(to_x, net[2]) * (1 - h**2)
        for i, g in enumerate((z.T @ to_h, to_h.sum(axis=0), h.T @ to_x[:, None])):
            net[i], *rest = adam(net[i], g, *states[i + 1], lr=0.01)
            states[i + 1] = tuple(rest)
    return seen


def siamese_network() -> Figure:
    """Three kinds of examples with six features, mapped to the plane by one shared matrix: before and after contrastive loss."""
    rng = np.random.default_rng(4)
    kind = np.repeat(np.arange(3, dtype=np.int64), 12)
    x = rng.normal(size=(36, 6)) * (0.5, 0.5, 2, 2, 2, 2)
    x[:, :2] += 1.2 * np.array([[0, 1.0], [-0.9, -0.5], [0.9, -0.5]])[kind]
    W = rng.normal(size=(6, 2)) * 0.3
    figure, both = panels(2, height=2.7, gap=0.35)
    first, second = np.triu_indices(36, 1)
    similar = (kind[first] == kind[second]).astype(float)
    share = np.where(similar == 1, 1 / similar.sum(), 1 / (1 - similar).sum())[:, None]
    for axes, steps in zip(both, (0, 150), strict=True):
        for _ in range(steps):
            e = x @ W
            a, b = contrastive_grad(e[first], e[second], similar, margin=2.0)
            W = W - 0.05 * (x[first].T @ (share * a) + x[second].T @ (share * b))
        _twins(axes, x @ W, kind, f"t = {steps}")
    return figure


def _twins(axes: Axes, e: Array, kind: NDArray[np.int64], text: str) -> None:
    e = e - e.mean(axis=0)
    for k in range(3):
        axes.plot(*e[kind == k].T, "os^"[k], color=COLOURS[k], markersize=5, linestyle="none")
    axes.set(xlim=(-3.2, 3.2), ylim=(-2.6, 2.6), aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    axes.tick_params(labelsize=SMALL)
    say(axes, text, 0, 2.6, offset=(0, 8), fontsize=SMALL)


def feature_space() -> Figure:
    """How far a picture is from itself shifted by k pixels, over its distance to another one: in pixels and in blurred edges."""
    rng = np.random.default_rng(0)
    strips = rng.normal(size=(2, 64, 64))
    shifts = np.arange(9)
    figure, axes = panel(labels=["∥φ(x) − φ(xₖ)∥"])
    lines = []
    for i, view in enumerate((lambda s: s, _edges)):
        seen, other = view(strips[0]), view(strips[1])
        far = np.linalg.norm((seen - other)[:, :48])
        apart = [np.linalg.norm((seen - view(np.roll(strips[0], -k, axis=1)))[:, :48]) / far for k in shifts]
        lines += axes.plot(shifts, apart, color=COLOURS[1 - i], linestyle=DASHES[i], marker="so"[i], markersize=5)
    axes.set(xlim=(0, 8), ylim=(0, 1.15), xlabel="k", xticks=range(0, 9, 2), yticks=(0, 0.5, 1))
    label_ends(axes, lines, ["∥x − xₖ∥", "∥φ(x) − φ(xₖ)∥"])
    return figure


def _edges(picture: Array) -> Array:
    """Strength of the differences to the right and downwards, averaged over neighbourhoods."""
    strength = np.hypot(np.roll(picture, -1, axis=1) - picture, np.roll(picture, -1, axis=0) - picture)
    weights = np.exp(-(np.arange(-8, 9) ** 2) / 18)
    for axis in (0, 1):
        strength = sum(w * np.roll(strength, k, axis=axis) for k, w in zip(range(-8, 9), weights, strict=True))
    return np.asarray(strength / weights.sum() ** 2)


def fusion() -> Figure:
    """Two modalities of one number each, class by the sign of their product: one network on both, or two and their mean."""
    rng = np.random.default_rng(2)
    x = rng.choice([-1.0, 1.0], (120, 2)) + 0.35 * rng.normal(size=(120, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(float)
    across, up = np.meshgrid(np.linspace(-2.2, 2.2, 41), np.linspace(-2.2, 2.2, 41))
    grid = np.column_stack([across.ravel(), up.ravel()])
    figure, both = panels(2, height=2.7, gap=0.35)
    new = rng.choice([-1.0, 1.0], (2000, 2)) + 0.35 * rng.normal(size=(2000, 2))
    early = _scores(x, y, [new, grid])
    one, two = (_scores(x[:, [k]], y, [new[:, [k]], grid[:, [k]]]) for k in (0, 1))
    late = [(a + b) / 2 for a, b in zip(one, two, strict=True)]
    for axes, (seen, map_), text in zip(both, (early, late), ("f(x₁, x₂)", "½(g₁(x₁) + g₂(x₂))"), strict=True):
        axes.contourf(across, up, map_.reshape(41, 41), levels=[0, 1e9], colors=[ORANGE], alpha=0.16)
        axes.plot(*x[y == 1].T, "s", color=ORANGE, markersize=3.6, linestyle="none")
        axes.plot(*x[y == 0].T, "o", color=BLUE, markersize=3.6, linestyle="none")
        axes.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal")
        bare(axes)
        right = np.mean((seen > 0) == (new[:, 0] * new[:, 1] > 0))
        say(axes, f"{text}: {right:.0%}".replace("%", " %"), 0, 2.2, offset=(0, 9), fontsize=SMALL)
    return figure


def _scores(x: Array, y: Array, asked: list[Array], steps: int = 300) -> list[Array]:
    """Logits of a tanh network with eight units, trained on x, for other inputs."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(x.shape[1], 8)), rng.normal(size=8), 0.3 * rng.normal(size=8), np.zeros(1)]
    state: list[tuple[Any, ...]] = [() for _ in parts]
    for _ in range(steps):
        h = np.tanh(x @ parts[0] + parts[1])
        r = bce_grad(h @ parts[2] + parts[3], y) / len(x)
        back = np.outer(r, parts[2]) * (1 - h**2)
        for i, g in enumerate((x.T @ back, back.sum(axis=0), h.T @ r, r.sum(keepdims=True))):
            parts[i], *rest = adam(parts[i], g, *state[i], lr=0.05)
            state[i] = tuple(rest)
    return [np.asarray(np.tanh(z @ parts[0] + parts[1]) @ parts[2] + parts[3]) for z in asked]
