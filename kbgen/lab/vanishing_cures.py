"""How far gradients shrink on their way to the first layer, with two activations and two losses; what training makes of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kbgen.lab import _deep, _nets
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 9
LAYERS, WIDTH, STEPS, RATE, BATCH, ASTRAY = 20, 32, 100, 0.1, 64, 8.0
BENDS: Mapping[str, tuple[_deep.Bend, float]] = {"sigmoid": (_deep.SIGMOID, 1.0), "relu": (_deep.RELU, 2.0)}
"""Activations, and the variance of the weights times the number of inputs at the start."""
LOSSES: Mapping[str, _nets.Cost] = {"squares": _deep.brier, "entropy": _deep.log_loss}


def run(seeds: Sequence[int]) -> Found:
    """Gradient norms by layer at the start, training errors after training, and what an output far on the wrong side receives."""
    pairs = [(bend, loss) for bend in BENDS for loss in LOSSES]
    norms = {(bend, loss): np.array([_norms(bend, loss, seed) for seed in seeds]) for bend, loss in pairs}
    decades = {key: np.log10(of[:, 0] / of[:, -1]) for key, of in norms.items()}
    errors = {(bend, loss): np.array([_error(bend, loss, seed) for seed in seeds]) for bend, loss in pairs}
    last = {bend: norms[bend, "entropy"][:, -1] / norms[bend, "squares"][:, -1] for bend in BENDS}
    astray = np.array([_astray(seed) for seed in seeds])
    numbers: dict[str, Measured] = {f"{bend}_{loss}": measured(of) for (bend, loss), of in decades.items()}
    numbers |= {f"{bend}_{loss}_error": measured(100 * of) for (bend, loss), of in errors.items()}
    numbers |= {f"{bend}_last": measured(of) for bend, of in last.items()}
    numbers |= {"astray": measured(astray), "layers": exactly(LAYERS), "steps": exactly(STEPS)}
    wrong = {key: float(np.median(of)) for key, of in errors.items()}
    holds = {
        "the_loss_changes_nothing_between_layers": bool(
            np.allclose(decades["sigmoid", "squares"], decades["sigmoid", "entropy"], atol=0.1)
        ),
        "the_activation_does": bool(np.median(decades["relu", "squares"]) > np.median(decades["sigmoid", "entropy"]) + 8),
        "the_activation_alone_makes_it_train": wrong["relu", "squares"] < 0.15 and wrong["sigmoid", "entropy"] > 0.35,
        "the_loss_helps_a_saturated_output": bool(np.median(astray) > 100),
    }
    curves = {f"{bend}_{loss}": (_layers(of), tuple(np.median(of, axis=0))) for (bend, loss), of in norms.items()}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _layers(norms: _nets.Array) -> tuple[float, ...]:
    return tuple(float(k) for k in range(1, norms.shape[1] + 1))


def _ready(bend: str, seed: int) -> tuple[np.random.Generator, _nets.Data, _nets.Weights]:
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, classes=2, apart=0.5, rows=256)
    return rng, data, _deep.start(rng, (20, *[WIDTH] * (LAYERS - 1), 1), BENDS[bend][1])


def _norms(bend: str, loss: str, seed: int) -> _nets.Array:
    _, data, weights = _ready(bend, seed)
    return _deep.norms(_deep.gradient(weights, data, LOSSES[loss], BENDS[bend][0])[1])


def _error(bend: str, loss: str, seed: int) -> float:
    """Share of wrong training rows after the steps."""
    rng, data, weights = _ready(bend, seed)
    order = rng.integers(len(data.labels), size=(STEPS, BATCH))

    def slopes(step: int, weights: _nets.Weights) -> tuple[float, _nets.Weights]:
        batch = _nets.Data(data.rows[order[step]], data.labels[order[step]])
        return _deep.gradient(weights, batch, LOSSES[loss], BENDS[bend][0])

    trace = _deep.descend(weights, slopes, lambda _: RATE, range(STEPS))
    logits = _deep.sums(trace.weights, data.rows, BENDS[bend][0])[-1][:, 0]
    return float(((logits > 0) != data.labels).mean())


def _astray(seed: int) -> float:
    """Last-layer gradient of cross-entropy over that of squared error, where all logits lie far on the wrong side."""
    _, data, weights = _ready("relu", seed)
    weights[-1] = weights[-1] - ASTRAY
    sure = _nets.Data(data.rows[data.labels == 1], data.labels[data.labels == 1])
    steep, flat = (_deep.norms(_deep.gradient(weights, sure, LOSSES[loss])[1])[-1] for loss in ("entropy", "squares"))
    return float(steep / flat)


def draw(found: Found) -> "Figure":
    """Gradient norms from the first layer to the last."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, (axes,) = panels(1, width=4.6, height=3.0)
    for bend in BENDS:
        for i, loss in enumerate(LOSSES):
            axes.plot(*found.curves[f"{bend}_{loss}"], color=COLOURS[i], linestyle=DASHES[i], linewidth=3.6 - 2 * i)
    axes.set(yscale="log", xlabel="l", xticks=[1, 5, 10, 15, 20])
    axes.text(10, 1e-10, "σ", fontsize=14)
    axes.text(10, 2e-3, "ReLU", fontsize=14)
    signs(figure, ["(p−y)²", "−log p"], y=0.96)
    return figure
