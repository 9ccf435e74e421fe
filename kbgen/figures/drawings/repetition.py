"""What comes of doing one thing many times: drawing batches, choosing between candidates, stepping through a sequence."""

from math import comb

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import Array, arrow, decades, field
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel


def mini_batch() -> Figure:
    """The gradient of 80 examples at one place, and those of the ten batches of eight that they are cut into."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(80, 2))
    slopes = -(x @ [1.0, 0.6] + 0.5 * rng.normal(size=80))[:, None] * x
    figure, axes = field()
    axes.set(xlim=(-1.6, 0.3), ylim=(-1.6, 0.3), xticks=(-1, 0), yticks=(-1, 0), xlabel="∂₁")
    axes.axhline(0, color=FG, linewidth=0.8, alpha=0.4)
    axes.axvline(0, color=FG, linewidth=0.8, alpha=0.4)
    for batch in slopes.reshape(10, 8, 2).mean(axis=1):
        arrow(axes, (0, 0), batch, COLOURS[0], linewidth=1.1)
    arrow(axes, (0, 0), slopes.mean(axis=0), COLOURS[1], linewidth=3.2)
    name_axis(axes, "∂₂")
    return figure


def validation_set() -> Figure:
    """Expected accuracy of the best of k coin flippers on the validation set of 100 or 400 that chose it, and on a test set."""
    labels = ["n = 100", "n = 400", "½"]
    figure, axes = panel(labels=labels)
    candidates = np.unique(np.geomspace(1, 1000, 60).round())
    curves = [np.array([_best_of(n, k) for k in candidates]) for n in (100, 400)]
    curves.append(np.full(candidates.size, 0.5))
    lines = [axes.plot(np.log10(candidates), y, color=COLOURS[i], linestyle=DASHES[i])[0] for i, y in enumerate(curves)]
    axes.set(xlim=(0, 3), ylim=(0.48, 0.7), yticks=(0.5, 0.55, 0.6, 0.65, 0.7), xlabel="k")
    decades(axes, "x", range(4))
    label_ends(axes, lines, labels)
    return figure


def _best_of(n: int, k: float) -> float:
    """The mean of the largest of k shares of heads in n tosses: the sum of the chances to exceed each count."""
    at_most = np.cumsum([comb(n, heads) / 2**n for heads in range(n)])
    return float(np.sum(1 - at_most**k) / n)


def rnn() -> Figure:
    """Length of the gradient of the last state by the first, over the steps between, for three scales of the weights."""
    scales = (0.5, 0.9, 1.5)
    labels = [f"s = {scale:g}" for scale in scales]
    figure, axes = panel(labels=labels)
    lines = [axes.plot(_through_time(s), color=COLOURS[i], linestyle=DASHES[i])[0] for i, s in enumerate(scales)]
    axes.set(xlim=(0, 30), xticks=(0, 10, 20, 30), xlabel="T")
    name_axis(axes, "log₁₀‖∂h‖")
    label_ends(axes, lines, labels)
    return figure


def _through_time(scale: float, units: int = 32, steps: int = 30) -> Array:
    """Decimal logarithms of the largest singular value of the product of Jacobians, step by step."""
    rng = np.random.default_rng(0)
    weights = scale * np.linalg.qr(rng.normal(size=(units, units)))[0]
    state, product, found = np.zeros(units), np.eye(units), [0.0]
    for _ in range(steps):
        state = np.tanh(weights @ state + 0.2 * rng.normal(size=units))
        product = (1 - state**2)[:, None] * weights @ product
        found.append(float(np.log10(np.linalg.norm(product, 2))))
    return np.array(found)
