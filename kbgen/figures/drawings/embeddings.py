"""What encoders and generators do to whole clouds of points: spread, align, sort, collapse."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, powers
from kbgen.figures.drawings._shared import SMALL, Array, bare, names, say
from kbgen.figures.style import BG, COLOURS, DASHES, FG, name_axis, panel, panels
from kbgen.losses import adversarial, self_supervised
from kbgen.losses import metric_learning as pairs
from kbgen.optimizers import rules

BLUE, ORANGE, GREEN, PURPLE = COLOURS
adam: Callable[..., Any] = rules.adam
gan_grad: Callable[..., Any] = adversarial.gan_non_saturating_grad
clip_grad: Callable[..., Any] = self_supervised.clip_grad
triplet_grad: Callable[..., Any] = pairs.triplet_margin_grad
arcface_grad: Callable[..., Any] = pairs.arcface_grad


class _Net:
    """Two layers of tanh units, trained by Adam."""

    def __init__(self, sizes: tuple[int, int, int], rng: np.random.Generator, lr: float) -> None:
        a, b, c = sizes
        shapes = ((a, b), (b,), (b, c), (c,))
        self.w = [rng.normal(0, 1 / np.sqrt(shape[0]), shape) * (len(shape) > 1) for shape in shapes]
        self.kept: list[tuple[Any, ...]] = [(0.0, 0.0, 0) for _ in shapes]
        self.lr = lr

    def __call__(self, x: Array) -> Array:
        self.x, self.h = x, np.tanh(x @ self.w[0] + self.w[1])
        return np.asarray(self.h @ self.w[2] + self.w[3])

    def back(self, pull: Array, *, learn: bool = True) -> Array:
        """The gradient in the input; a step of Adam on the way."""
        inner = pull @ self.w[2].T * (1 - self.h**2)
        for i, grad in enumerate((self.x.T @ inner, inner.sum(axis=0), self.h.T @ pull, pull.sum(axis=0))):
            if learn:
                self.w[i], *kept = adam(self.w[i], grad, *self.kept[i], lr=self.lr, beta1=0.5)
                self.kept[i] = tuple(kept)
        return np.asarray(inner @ self.w[0].T)


def _ring(n: int, rng: np.random.Generator) -> Array:
    """Points of eight narrow clouds on a circle."""
    turn = rng.integers(8, size=n) * np.pi / 4
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) + 0.05 * rng.normal(size=(n, 2))


def mode_collapse() -> Figure:
    """What two small GANs generate from a ring of eight clouds: judge and generator in turn, or four generator steps per judge."""
    figure, both = panels(2, width=5.2, height=2.8, gap=0.15)
    for axes, steps in zip(both, (1, 4), strict=True):
        made, data = _gan(steps)
        axes.plot(*data.T, "o", color=FG, markersize=3, alpha=0.5)
        axes.plot(*made.T, "^", color=ORANGE, markersize=4.4, alpha=0.85)
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))
        bare(axes)
        axes.set_title(f"1 : {steps}", fontsize=SMALL, color=FG, pad=3)
    return figure


def _gan(turns: int, seed: int = 1, rounds: int = 800) -> tuple[Array, Array]:
    """Generated and real points after training with `turns` steps of the generator per step of the judge."""
    rng = np.random.default_rng(seed)
    generator, judge = _Net((2, 24, 2), rng, 0.01), _Net((2, 32, 1), rng, 0.01)
    for t in range(rounds):
        if t % turns == 0:
            both = judge(np.concatenate([_ring(64, rng), generator(rng.normal(size=(64, 2)))]))
            judge.back(np.concatenate([gan_grad(both[:64]), -gan_grad(-both[64:])]) / 64)
        made = generator(rng.normal(size=(64, 2)))
        generator.back(judge.back(gan_grad(judge(made)) / 64, learn=False))
    return generator(rng.normal(size=(80, 2))), _ring(80, rng)


def fid() -> Figure:
    """The Fréchet distance of Gaussians against a shift and against a spread, and what it measures between equal ones."""
    figure, (exact, sample) = panels(2, width=5.2, gap=0.7)
    x = np.linspace(0, 2, 41)
    exact.plot(x, x**2, color=BLUE)
    exact.plot(x, 2 * (1 - x) ** 2, color=ORANGE, linestyle=DASHES[1])
    exact.set(xlim=(0, 2), ylim=(0, 4), xticks=[0, 1, 2])
    say(exact, "∣μ₁ − μ₂∣", 1.1, 3.2, BLUE, fontsize=SMALL)
    say(exact, "σ₂ / σ₁", 0.66, 1.3, ORANGE, fontsize=SMALL)
    sizes, rng = np.array([20, 50, 100, 200, 500, 1000]), np.random.default_rng(0)
    for i, d in enumerate((2, 8, 32)):
        found = [np.median([_frechet(rng.normal(size=(n, d)), rng.normal(size=(n, d))) for _ in range(5)]) for n in sizes]
        sample.plot(sizes, found, color=COLOURS[i], linestyle=DASHES[i], marker="os^"[i], markersize=4.5)
        say(sample, f"d = {d}", float(sizes[3]), float(found[3]), COLOURS[i], offset=(5, 8), ha="left", fontsize=SMALL)
    sample.set(xscale="log", yscale="log", xlim=(18, 1100))
    powers(sample.xaxis, (2, 3))
    powers(sample.yaxis, (-2, -1, 0, 1))
    names(exact, "", "F²")
    names(sample, "n", "F²")
    return figure


def _frechet(a: Array, b: Array) -> float:
    """Squared Fréchet distance of the Gaussians with the means and covariances of two samples."""
    one, two = np.cov(a.T), np.cov(b.T)
    values, turn = np.linalg.eigh(one)
    root = turn * np.sqrt(np.maximum(values, 0)) @ turn.T
    middle = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ two @ root), 0)).sum()
    return float(np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + np.trace(one) + np.trace(two) - 2 * middle)


def _unit(x: Array) -> Array:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


def representation_collapse() -> Figure:
    """Singular values of embeddings of two views after attraction alone and after attraction with negatives."""
    rng = np.random.default_rng(0)
    content = rng.normal(size=(128, 8)) @ rng.normal(size=(8, 16))
    views = [content + 0.5 * rng.normal(size=content.shape) for _ in range(2)]
    start = rng.normal(0, 0.25, (16, 8))
    figure, axes = panel()
    for i, negatives in enumerate((True, False)):
        w, kept = start, (0.0, 0.0, 0)
        for _ in range(400):
            a, b = (view @ w for view in views)
            pulls = clip_grad(a, b, tau=0.5) if negatives else (_attract(a, b), _attract(b, a))
            w, *rest = adam(w, sum(v.T @ pull for v, pull in zip(views, pulls, strict=True)) / 128, *kept, lr=0.02)
            kept = tuple(rest)
        z = _unit(views[0] @ w)
        values = np.linalg.svd(z - z.mean(axis=0), compute_uv=False) / np.sqrt(128)
        axes.plot(range(1, 9), values, color=COLOURS[i], linestyle=DASHES[i], marker="os"[i], markersize=6)
        say(axes, ("+ −", "+")[i], 8, float(values[-1]), COLOURS[i], offset=(9, 3), ha="left")
    axes.set(xlim=(0.7, 8.3), xlabel="k", ylim=(-0.01, None))
    name_axis(axes, "sₖ")
    return figure


def _attract(a: Array, b: Array) -> Array:
    """Gradient of one minus the cosine of each pair, in the first."""
    u, v = _unit(a), _unit(b)
    return np.asarray((np.sum(u * v, axis=1, keepdims=True) * u - v) / np.linalg.norm(a, axis=1, keepdims=True))


def distillation() -> Figure:
    """What a trained classifier says of one sample at temperatures 1 and 4."""
    rng = np.random.default_rng(3)
    centres = np.array([[2.2, 0], [1.2, 1.6], [-0.8, 1.9], [-2.2, 0.3], [0.2, -2.2]])
    label = np.repeat(np.arange(5), 60)
    x = np.column_stack([centres[label] + 0.55 * rng.normal(size=(300, 2)), np.ones(300)])
    w, target = np.zeros((3, 5)), np.eye(5)[label]
    for _ in range(300):
        w = w - 0.5 * x.T @ (_softmax(x @ w) - target) / 300
    z = np.array([1.9, 0.5, 1.0]) @ w
    figure, axes = panel()
    for i, temperature in enumerate((1, 4)):
        p = _softmax(z / temperature)
        places = np.arange(5) + 0.36 * i - 0.18
        axes.bar(places, p, 0.34, color=COLOURS[i], alpha=0.75)
        for place, share in zip(places, p, strict=True):
            if share > 0.005:
                say(axes, f"{share:.2f}", float(place), float(share), COLOURS[i], offset=(0, 7), fontsize=9)
        say(axes, f"T = {temperature}", 3.6, 0.95 - 0.1 * i, COLOURS[i])
    axes.set(xlim=(-0.5, 4.5), ylim=(0, 1.08), xlabel="k")
    axes.set_xticks(range(5), ["1", "2", "3", "4", "5"])
    name_axis(axes, "p")
    return figure


def _softmax(z: Array) -> Array:
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def cross_modal_alignment() -> Figure:
    """Cosines between held-out images and texts before and after training of two linear encoders."""
    rng = np.random.default_rng(2)
    content = rng.normal(size=(210, 6))
    sides = [content @ rng.normal(size=(6, d)) + 0.5 * rng.normal(size=(210, d)) for d in (20, 12)]
    weights = [rng.normal(size=(d, 6)) / np.sqrt(d) for d in (20, 12)]
    figure, both = panels(2, width=5.2, height=2.75, gap=0.2)
    kept: list[tuple[Any, ...]] = [(0.0, 0.0, 0), (0.0, 0.0, 0)]
    for axes, steps in zip(both, (0, 300), strict=True):
        for _ in range(steps):
            batch = rng.choice(200, 64, replace=False)
            pulls = clip_grad(*(side[batch] @ w for side, w in zip(sides, weights, strict=True)), tau=0.1)
            for i, (side, pull) in enumerate(zip(sides, pulls, strict=True)):
                weights[i], *rest = adam(weights[i], side[batch].T @ pull / 64, *kept[i], lr=0.02)
                kept[i] = tuple(rest)
        a, b = (_unit(side[200:] @ w) for side, w in zip(sides, weights, strict=True))
        cells(axes, a @ b.T, (0, 0), most=1.0)
        axes.set(xlim=(0, 10), ylim=(10, 0))
        bare(axes)
        hits = int(np.sum((a @ b.T).argmax(axis=1) == np.arange(10)))
        axes.set_title(f"t = {steps}   R@1 = {hits}/10", fontsize=SMALL, color=FG, pad=4)
    return figure


def _three(rng: np.random.Generator) -> tuple[Array, Any]:
    """Three classes in ten dimensions."""
    label = np.repeat(np.arange(3), 30)
    return rng.normal(size=(3, 10))[label] * 0.9 + rng.normal(size=(90, 10)), label


def metric_learning() -> Figure:
    """Embeddings of three classes on a circle: at the start, after the triplet loss, after ArcFace."""
    rng = np.random.default_rng(5)
    x, label = _three(rng)
    start = rng.normal(size=(10, 2)) / np.sqrt(10)
    ends = [start, _by_triplets(x, label, start, rng), _by_arcface(x, label, start, rng)]
    figure, three = panels(3, width=5.2, height=2.2, gap=0.05)
    for i, (axes, w) in enumerate(zip(three, ends, strict=True)):
        _circle(axes, _unit(x @ w), label)
        axes.set_title("①②③"[i], fontsize=13, color=FG, pad=2)
    return figure


def _circle(axes: Axes, z: Array, label: Array) -> None:
    """Points on the unit circle, a radius and a mark per class."""
    turn = np.linspace(0, 2 * np.pi, 61)
    axes.plot(np.cos(turn), np.sin(turn), color=FG, linewidth=0.8, alpha=0.5)
    for k in range(3):
        far = (0.87, 1.0, 1.13)[k]
        axes.plot(*(far * z[label == k]).T, "os^"[k], color=COLOURS[k], markersize=4.4, markeredgecolor=BG, markeredgewidth=0.4)
    axes.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal")
    bare(axes)


def _through_unit(pull: Array, raw: Array) -> Array:
    """The gradient in the raw embedding from that in the unit one."""
    u = _unit(raw)
    return np.asarray((pull - np.sum(pull * u, axis=1, keepdims=True) * u) / np.linalg.norm(raw, axis=1, keepdims=True))


def _by_triplets(x: Array, label: Array, w: Array, rng: np.random.Generator) -> Array:
    kept: tuple[Any, ...] = (0.0, 0.0, 0)
    n = len(x)
    for _ in range(300):
        negative = (np.arange(n) + 30 + rng.integers(0, 60, n)) % n
        positive = label * 30 + rng.integers(0, 30, n)
        picks = [np.arange(n), positive, np.where(label[negative] == label, (negative + 30) % n, negative)]
        pulls = triplet_grad(*(_unit(x[i] @ w) for i in picks), margin=1.0)
        grad = sum(x[i].T @ _through_unit(pull, x[i] @ w) for i, pull in zip(picks, pulls, strict=True)) / n
        w, *rest = adam(w, grad, *kept, lr=0.02)
        kept = tuple(rest)
    return w


def _by_arcface(x: Array, label: Array, w: Array, rng: np.random.Generator) -> Array:
    proxies, kept, kept_too = _unit(rng.normal(size=(3, 2))), (0.0, 0.0, 0), (0.0, 0.0, 0)
    for _ in range(300):
        z, c = _unit(x @ w), _unit(proxies)
        pull = arcface_grad(np.clip(z @ c.T, -1, 1), label.astype(float), margin=0.5, scale=8.0)
        grads = x.T @ _through_unit(pull @ c, x @ w) / len(x), _through_unit(pull.T @ z, proxies) / len(x)
        w, *rest = adam(w, grads[0], *kept, lr=0.02)
        proxies, *rest_too = adam(proxies, grads[1], *kept_too, lr=0.02)
        kept, kept_too = tuple(rest), tuple(rest_too)
    return w
