"""Early, intermediate and late fusion on a task that needs both modalities together, and on one where each adds its share."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.lab._nets import Array, Data, Weights
from kbgen.optimizers.rules import adam
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 12
SIZES, TEST, STEPS, RATE, UNITS = (25, 100, 400), 2000, 200, 0.03, 16
STEP: Callable[..., Any] = partial(adam, lr=RATE)
TASKS = ("xor", "sum")
WAYS = ("early", "middle", "added", "late")
"""One net; two encoders and a common head; two nets whose logits are added and trained together; two nets trained apart."""


def run(seeds: Sequence[int]) -> Found:
    """Accuracy on new rows by task, way of fusion and number of training rows; and with the second modality missing."""
    runs = {(task, size): np.array([_accuracies(task, size, seed) for seed in seeds]) for task in TASKS for size in SIZES}
    numbers: dict[str, Measured] = {
        f"{task}_{way}": measured(runs[task, SIZES[-1]][:, k]) for task in TASKS for k, way in enumerate(WAYS)
    }
    small = runs["sum", SIZES[0]]
    numbers |= {f"few_{way}": measured(small[:, k]) for k, way in enumerate(WAYS)}
    numbers |= {"missing_early": measured(runs["sum", SIZES[-1]][:, 4]), "missing_late": measured(runs["sum", SIZES[-1]][:, 5])}
    numbers |= {"rows": exactly(SIZES[-1]), "few_rows": exactly(SIZES[0])}
    curves = {
        f"{task}_{way}": (SIZES, tuple(float(np.median(runs[task, size][:, k])) for size in SIZES))
        for task in TASKS
        for k, way in enumerate(WAYS)
    }
    value = {name: number.value for name, number in numbers.items()}
    holds = {
        "xor_needs_a_meeting": bool(min(value["xor_early"], value["xor_middle"]) > 90),
        "added_scores_stay_at_chance": bool(max(value["xor_added"], value["xor_late"]) < 60),
        "the_sum_is_learnt_by_all": bool(min(value[f"sum_{way}"] for way in WAYS) > 85),
        "with_one_missing_no_way_is_ahead": bool(abs(value["missing_early"] - value["missing_late"]) < 4),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _accuracies(task: str, size: int, seed: int) -> list[float]:
    """In the order of WAYS; then early and late with the second modality missing."""
    rng = np.random.default_rng(seed)
    train, test = _rows(rng, task, size), _rows(rng, task, TEST)
    apart = np.ones((2, 2 * UNITS))
    apart[0, UNITS:] = apart[1, :UNITS] = 0
    nets = [
        _fitted(rng, (2, 2 * UNITS, UNITS, 2), train),
        _fitted(rng, (2, 2 * UNITS, UNITS, 2), train, apart),
        _fitted(rng, (2, 2 * UNITS, 2), train, apart),
    ]
    alone = [_fitted(rng, (1, UNITS, 2), Data(train.rows[:, [k]], train.labels)) for k in (0, 1)]
    found = [_share(_scores(net, test.rows), test) for net in nets]
    votes = [_scores(net, test.rows[:, [k]]) for k, net in enumerate(alone)]
    blind = test.rows * [1, 0]
    return [*found, _share(votes[0] + votes[1], test), _share(_scores(nets[0], blind), test), _share(votes[0], test)]


def _rows(rng: np.random.Generator, task: str, size: int) -> Data:
    """Two modalities of one number each; the class is the sign of their product, or of their sum."""
    rows = rng.uniform(-1, 1, size=(size, 2))
    together = rows.prod(axis=1) if task == "xor" else rows.sum(axis=1)
    return Data(rows, (together > 0).astype(int))


def _fitted(rng: np.random.Generator, sizes: Sequence[int], data: Data, mask: Array | None = None) -> Weights:
    """A ReLU net after training on all rows at once; where `mask` is 0 its first matrix stays 0."""
    weights = _nets.start(rng, sizes)
    if mask is not None:
        weights[0] = weights[0] * mask
    theta, state = _nets.flat(weights), list[Array]()
    for _ in range(STEPS):
        _, slopes = _nets.gradient(_nets.shaped(theta, weights), data)
        if mask is not None:
            slopes[0] = slopes[0] * mask
        theta, *state = STEP(theta, _nets.flat(slopes), *state)
    return _nets.shaped(theta, weights)


def _scores(net: Weights, rows: Array) -> Array:
    """Probabilities of both classes."""
    logits = _nets.forward(net, rows)[-1]
    return np.asarray(np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)))


def _share(scores: Array, data: Data) -> float:
    return 100 * float(np.mean(scores.argmax(axis=1) == data.labels))


def draw(found: Found) -> "Figure":
    """Accuracy against training rows: the product of the modalities on the left, their sum on the right."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, both = panels(2, width=5.1, height=2.7)
    for axes, task, sign in zip(both, TASKS, ("x₁x₂ > 0", "x₁ + x₂ > 0"), strict=True):
        for i, way in enumerate(WAYS):
            axes.plot(*found.curves[f"{task}_{way}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        axes.set(xscale="log", xlabel=f"n  ({sign})", ylim=(45, 101), xticks=SIZES)
        axes.set_xticks(SIZES, [str(size) for size in SIZES])
        axes.minorticks_off()
    signs(figure, ["f(x₁,x₂)", "h(g₁,g₂)", "g₁+g₂", "½(p₁+p₂)"])
    return figure
