"""Two classifiers of two views of one class: cross-entropy alone, or with a KL term that makes their answers agree."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab._nets import Array
from kbgen.optimizers.rules import adam
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 15
CLASSES, FEATURES, ROWS, MORE, OTHERS, STEPS, RATE = 5, 20, 40, 400, 2000, 150, 0.03
SETTINGS: Mapping[str, tuple[float, bool]] = {"low": (1.0, False), "high": (2.0, False), "more": (1.0, True)}
"""Noise of the views, and whether the heads have to agree on rows without labels instead of the labelled ones."""
WEIGHTS = np.array([0, 0.1, 0.3, 1, 3, 10])
DECAYS = np.array([0, 0.01, 0.03, 0.1, 0.3, 1, 3])
FUSED, ALONE = 0, 1
STEP: Callable[..., Any] = partial(adam, lr=RATE)


def run(seeds: Sequence[int]) -> Found:
    """Accuracy of the mean of both heads, and of one head, with and without the KL term, with and without decay."""
    runs = {name: np.array([_accuracies(noise, more, seed) for seed in seeds]) for name, (noise, more) in SETTINGS.items()}
    numbers: dict[str, Measured] = {}
    curves: dict[str, tuple[tuple[float, ...], ...]] = {"weights": (tuple(WEIGHTS),)}
    for name, found in runs.items():
        for who, k in (("both", FUSED), ("one", ALONE)):
            numbers |= {f"{name}_{who}_{what}": number for what, number in _compared(found[:, :, k]).items()}
        plain = found[:, 1, FUSED, :, 0] - found[:, 1, FUSED, :1, 0]
        decayed = np.array([_chosen(found[:, :, FUSED, [i]]) for i in range(len(WEIGHTS))])
        curves[f"{name}_plain"] = (tuple(np.median(plain, axis=0)),)
        curves[f"{name}_decay"] = (tuple(np.median(decayed - decayed[0], axis=1)),)
    numbers |= {"rows": exactly(ROWS), "more_rows": exactly(MORE)}
    value = {name: number.value for name, number in numbers.items()}
    holds = {
        "labelled_rows_add_little_to_decay": all(value[f"{name}_both_gain_decay"] < 1.5 for name in ("low", "high")),
        "rows_without_labels_lift_the_untuned": bool(value["more_both_gain"] > 5),
        "so_does_decay": bool(abs(value["more_both_gain_decay"]) < 2),
        "one_head_gains_too": bool(value["more_one_gain"] > 4),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _compared(found: Array) -> dict[str, Measured]:
    """Cross-entropy alone and the best weight of the KL term, first without decay, then each with the decay that suits it."""
    ce, kl = _chosen(found[:, :, :1, :1]), _chosen(found[:, :, 1:, :1])
    ce_decay, kl_decay = _chosen(found[:, :, :1]), _chosen(found[:, :, 1:])
    both = {"ce": ce, "kl": kl, "gain": kl - ce, "ce_decay": ce_decay, "kl_decay": kl_decay, "gain_decay": kl_decay - ce_decay}
    return {name: measured(values) for name, values in both.items()}


def _chosen(found: Array) -> Array:
    """Test accuracy by seed at the weight and decay with the best median on the rows for choosing."""
    middle = np.median(found[:, 0], axis=0)
    weight, decay = np.unravel_index(np.argmax(middle), middle.shape)
    return found[:, 1, weight, decay]


def _accuracies(noise: float, more: bool, seed: int) -> Array:  # noqa: FBT001
    """Per cent right by rows (for choosing, for testing), by who answers (both heads, one), weight and decay."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 0.5, size=(2, CLASSES, FEATURES))
    views, labels = _rows(rng, centres, ROWS, noise)
    shared = _rows(rng, centres, MORE, noise)[0] if more else views
    heads = _fitted(views, np.eye(CLASSES)[labels], shared)
    found = [_right(heads, *_rows(rng, centres, OTHERS, noise)) for _ in range(2)]
    return np.array(found).reshape(2, 2, len(WEIGHTS), len(DECAYS))


def _rows(rng: np.random.Generator, centres: Array, rows: int, noise: float) -> tuple[Array, Array]:
    """Two views of every row: the centre of its class, with noise of its own."""
    labels = rng.integers(CLASSES, size=rows)
    return centres[:, labels] + noise * rng.normal(size=(2, rows, FEATURES)), labels


def _fitted(views: Array, wanted: Array, shared: Array) -> Array:
    """Both linear heads for every weight and decay at once: (2, weights x decays, features, classes)."""
    weight, decay = (grid.ravel()[:, None, None] for grid in np.meshgrid(WEIGHTS, DECAYS, indexing="ij"))
    heads, state = np.zeros((2, len(weight), FEATURES, CLASSES)), list[Array]()
    for _ in range(STEPS):
        answers = _softmax(views[:, None] @ heads)
        agreement = _agreement_slope(answers if shared is views else _softmax(shared[:, None] @ heads))
        slope = np.swapaxes(views, 1, 2)[:, None] @ (answers - wanted) / views.shape[1] + decay * heads
        slope += weight * (np.swapaxes(shared, 1, 2)[:, None] @ agreement) / shared.shape[1]
        heads, *state = STEP(heads, slope, *state)
    return np.array(heads)


def _agreement_slope(p: Array) -> Array:
    """Derivative of (KL(p0, p1) + KL(p1, p0)) / 2 by the logits of both, where p holds their probabilities."""
    other = p[::-1]
    gap = np.log(p) - np.log(other)
    return np.asarray(0.5 * (p * (gap - np.sum(p * gap, axis=-1, keepdims=True)) + p - other))


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _right(heads: Array, views: Array, labels: Array) -> tuple[Array, Array]:
    """Per cent right of the mean of both answers, and of one head, averaged over the two."""
    answers = _softmax(views[:, None] @ heads)
    both = np.mean(answers.sum(axis=0).argmax(axis=-1) == labels, axis=-1)
    return 100 * both, 100 * np.mean(answers.argmax(axis=-1) == labels, axis=(0, -1))


def draw(found: Found) -> "Figure":
    """Change of accuracy against the weight of the KL term: without decay, and with the best decay for each weight."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, FG, panels

    figure, both = panels(2, width=5.1, height=2.7)
    places = range(len(WEIGHTS))
    for axes, kind, sign in zip(both, ("plain", "decay"), ("λ = 0", "λ*"), strict=True):
        axes.axhline(0, color=FG, linewidth=0.8)
        for i, name in enumerate(SETTINGS):
            (change,) = found.curves[f"{name}_{kind}"]
            axes.plot(places, change, color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
        axes.set(xlabel=f"w   ({sign})", ylim=(-6, 14))
        axes.set_xticks(places, [f"{weight:g}" for weight in WEIGHTS])
    signs(figure, ["σ = 1", "σ = 2", f"σ = 1, +{MORE}"])
    return figure
