"""Does Adam generalise worse? A table built against it, linear truths of two kinds, and a net on noisy labels."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import adam, adamw, momentum
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 12
ROWS, SHARE = 60, 0.65
"""Rows of the linear problems, and the share of the larger class in the built one."""
FEATURES = (30, 90, 120, 180, 240)
WIDE = 90
"""Numbers of features; the results are printed for this one of them."""
NOISE, TRAINED, VALIDATED, TESTED, BATCH, STEPS = 0.3, 128, 1000, 2000, 32, 200
DECAY, PENALTY = 1.0, 0.05
"""What AdamW takes off the weights, times the rate; the L2 term that momentum has in its gradient."""
Array = _nets.Array
Rule = Callable[..., Any]


LINEAR: Mapping[str, tuple[Rule, float]] = {"momentum": (momentum, 0.02), "adam": (adam, 0.01)}


def penalised(theta: Array, slope: Array, *state: Array, lr: float) -> Any:
    """Momentum with an L2 penalty in the loss."""
    return LINEAR["momentum"][0](theta, slope + PENALTY * theta, *state, lr=lr)


RATES = np.geomspace(3e-4, 0.1, 6)
NETS: Mapping[str, tuple[Rule, dict[str, float]]] = {
    "momentum": (momentum, {}),
    "adam": (adam, {}),
    "momentum_l2": (penalised, {}),
    "adamw": (adamw, {"weight_decay": DECAY}),
}


def run(seeds: Sequence[int]) -> Found:
    """Test errors in percent; for the linear truths the squared error of the weights over their squared length."""
    built = {rule: np.array([_built(rule, seed) for seed in seeds]) for rule in LINEAR}
    kinds = [(rule, truth) for truth in ("sparse", "signs") for rule in LINEAR]
    linear = {
        f"{truth}_{rule}": np.array([[_linear(rule, truth, width, seed) for width in FEATURES] for seed in seeds])
        for rule, truth in kinds
    }
    nets = {rule: np.array([[_net(rule, rate, seed) for rate in RATES] for seed in seeds]) for rule in NETS}
    chosen = {rule: _chosen(found) for rule, found in nets.items()}
    numbers: dict[str, Measured] = {f"built_{rule}": measured(found) for rule, found in built.items()}
    numbers |= {name: measured(found[:, FEATURES.index(WIDE)]) for name, found in linear.items()}
    numbers |= {f"net_{rule}": measured(found) for rule, found in chosen.items()}
    numbers |= {
        "net_adam_worse": measured(chosen["adam"] - chosen["momentum"]),
        "net_decay_saves": measured(chosen["adam"] - chosen["adamw"]),
        "noise": exactly(100 * NOISE),
        "wide": exactly(WIDE),
    }
    curves = {name: (tuple(np.array(FEATURES) / ROWS), tuple(np.median(found, axis=0))) for name, found in linear.items()}
    curves |= {f"net_{rule}": (tuple(RATES), tuple(np.median(found[:, :, 1], axis=0))) for rule, found in nets.items()}
    return Found(numbers=numbers, curves=curves, holds=_conclusions({name: n.value for name, n in numbers.items()}))


def _conclusions(median: Mapping[str, float]) -> dict[str, bool]:
    return {
        "adam_fails_where_it_is_built_to": median["built_adam"] > 20 and median["built_momentum"] == 0,
        "worse_on_sparse_truths": median["sparse_adam"] > 1.5 * median["sparse_momentum"],
        "better_on_signs": median["signs_adam"] < 0.8 * median["signs_momentum"],
        "little_between_them_on_the_net": abs(median["net_adam_worse"]) < 5,
        "decay_saves_on_the_net": median["net_decay_saves"] > 0,
    }


def _fitted(rule: str, rows: Array, targets: Array, steps: int = 1500) -> Array:
    """Weights of a linear model after full-batch steps on half the mean squared error, from zero."""
    function, rate = LINEAR[rule]
    theta, state = np.zeros(rows.shape[1]), list[Array]()
    for _ in range(steps):
        theta, *state = function(theta, rows.T @ (rows @ theta - targets) / len(rows), *state, lr=rate)
    return theta


def _built(rule: str, seed: int) -> float:
    """Test error on the table of Wilson et al.: one feature is the label, and every row has features that no other row has."""
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random(2 * ROWS) < SHARE, 1.0, -1.0)
    rows = np.zeros((2 * ROWS, 3 + 5 * 2 * ROWS))
    rows[:, 0], rows[:, 1:3] = labels, 1
    for i, label in enumerate(labels):
        own = 3 + 5 * i
        rows[i, own : own + (1 if label > 0 else 5)] = 1
    theta = _fitted(rule, rows[:ROWS], labels[:ROWS], steps=600)
    return float(100 * np.mean(np.sign(rows[ROWS:] @ theta) != labels[ROWS:]))


def _linear(rule: str, truth: str, width: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    weights = rng.choice([-1.0, 1.0], width) * ((np.arange(width) < 3) if truth == "sparse" else 1)
    rows = rng.normal(size=(ROWS, width))
    return float(np.sum((_fitted(rule, rows, rows @ weights) - weights) ** 2) / np.sum(weights**2))


def _net(rule: str, rate: float, seed: int) -> tuple[float, float]:
    """Errors on validation and test rows after training on labels of which a share was drawn anew."""
    rng = np.random.default_rng(seed)
    clean = _nets.blobs(rng, rows=TRAINED + VALIDATED + TESTED, apart=0.5)
    noisy = np.where(rng.random(TRAINED) < NOISE, rng.integers(3, size=TRAINED), clean.labels[:TRAINED])
    order = rng.integers(TRAINED, size=(STEPS + 1, BATCH))
    errors = (100.0, 100.0)

    def batch(step: int) -> _nets.Data:
        return _nets.Data(clean.rows[order[step]], noisy[order[step]])

    def done(step: int, weights: _nets.Weights) -> bool:
        nonlocal errors
        if step == STEPS:
            wrong = _nets.forward(weights, clean.rows)[-1].argmax(axis=1) != clean.labels
            first, second = np.split(wrong[TRAINED:], [VALIDATED])
            errors = float(100 * first.mean()), float(100 * second.mean())
        return step == STEPS

    function, constants = NETS[rule]
    with np.errstate(all="ignore"):
        _nets.train(function, _nets.start(rng, (20, 32, 3)), batch, STEPS, done, lr=rate, **constants)
    return errors


def _chosen(errors: Array) -> Array:
    """Test errors at the rate that is best on validation rows, seed by seed."""
    chosen: Array = errors[np.arange(len(errors)), errors[:, :, 0].argmin(axis=1), 1]
    return chosen


def draw(found: Found) -> "Figure":
    """Linear problems by features per row, and the net by rate."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, (left, right) = panels(2, height=2.9)
    for i, rule in enumerate(LINEAR):
        for truth, mark in (("sparse", "o"), ("signs", "s")):
            left.plot(*found.curves[f"{truth}_{rule}"], color=COLOURS[i], linestyle=DASHES[i], marker=mark, markersize=4)
    for i, rule in enumerate(NETS):
        right.plot(*found.curves[f"net_{rule}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
    left.set(xlabel="d/n", ylim=(-0.1, 2.2))
    right.set(xscale="log", xlabel="η")
    signs(figure, ["μ", "Adam", "μ + L2", "AdamW"])
    return figure
