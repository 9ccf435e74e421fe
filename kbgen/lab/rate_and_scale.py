"""The loss times a constant, or summed instead of averaged: how far weights end from those of the plain loss, by rule."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.optimizers.rules import adam, adamw, momentum, sgd
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 8
STEPS, BATCH = 60, 64
PENALTY, BOUND = 0.01, 1.0
FACTORS = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 10.0, 100.0)
SUMMED, TEN, TINY = float(BATCH), 10.0, 1e-6
Array = _nets.Array
Rule = Callable[..., Any]
RULES: Mapping[str, Rule] = {"sgd": sgd, "momentum": momentum, "adam": adam, "adamw": adamw}


def penalised(theta: Array, slope: Array, *state: Array, lr: float) -> Any:
    """Adam with an L2 term in the gradient, which the factor of the loss does not touch."""
    return RULES["adam"](theta, slope + PENALTY * theta, *state, lr=lr)


def clipped(theta: Array, slope: Array, *, lr: float) -> Any:
    """SGD on gradients whose length is bounded."""
    return RULES["sgd"](theta, slope * min(1.0, BOUND / float(np.linalg.norm(slope))), lr=lr)


RUNS: Mapping[str, tuple[Rule, dict[str, float]]] = {
    "sgd": (RULES["sgd"], {"lr": 0.1}),
    "momentum": (RULES["momentum"], {"lr": 0.02}),
    "clipped": (clipped, {"lr": 0.1}),
    "adam": (RULES["adam"], {"lr": 0.003}),
    "adam_l2": (penalised, {"lr": 0.003}),
    "adamw": (RULES["adamw"], {"lr": 0.003, "weight_decay": 1.0}),
}
DRAWN = ("sgd", "clipped", "adam", "adam_l2")


def run(seeds: Sequence[int]) -> Found:
    """Distances over the length of the way that the plain loss goes, so 0 is the same path."""
    apart = {
        (name, factor): np.array([_apart(name, factor, 1.0, seed) for seed in seeds])
        for name in RUNS
        for factor in {TEN, SUMMED, TINY, *(FACTORS if name in DRAWN else ())}
    }
    numbers: dict[str, Measured] = {
        f"{name}_{word}": measured(apart[name, factor])
        for name in RUNS
        for word, factor in (("ten", TEN), ("summed", SUMMED), ("tiny", TINY))
    }
    numbers |= {f"{name}_made_up": measured([_apart(name, TEN, 1 / TEN, seed) for seed in seeds]) for name in ("sgd", "momentum")}
    numbers |= {"steps": exactly(STEPS), "batch": exactly(BATCH), "bound": exactly(BOUND), "penalty": exactly(PENALTY)}
    curves = {name: (FACTORS, tuple(np.median([apart[name, factor] for factor in FACTORS], axis=1))) for name in DRAWN}
    return Found(numbers=numbers, curves=curves, holds=_conclusions({name: n.value for name, n in numbers.items()}))


def _conclusions(median: Mapping[str, float]) -> dict[str, bool]:
    return {
        "sgd_goes_elsewhere": min(median["sgd_ten"], median["momentum_ten"]) > 0.5,
        "a_tenth_of_the_rate_makes_up_for_it": max(median["sgd_made_up"], median["momentum_made_up"]) < 1e-9,
        "adam_hardly_notices": max(median["adam_ten"], median["adam_summed"]) < 1e-3,
        "until_gradients_reach_eps": median["adam_tiny"] > 0.1,
        "a_penalty_is_another_weight": median["adam_l2_ten"] > 100 * median["adam_ten"],
        "decay_apart_from_the_loss_is_not": median["adamw_ten"] < 1e-3,
    }


def _apart(name: str, factor: float, slower: float, seed: int) -> float:
    """How far the run with `factor`, and the rate times `slower`, ends from the plain one, over how far that one went."""
    start, plain = _ends(name, 1.0, 1.0, seed)
    _, other = _ends(name, factor, slower, seed)
    far = float(np.linalg.norm(other - plain) / np.linalg.norm(plain - start))
    return far if np.isfinite(far) else np.inf


def _ends(name: str, factor: float, slower: float, seed: int) -> tuple[Array, Array]:
    """All weights at the start and after the last step."""
    rng = np.random.default_rng(seed)
    data, weights = _nets.blobs(rng, apart=0.5), _nets.start(rng, (20, 32, 3))
    function, constants = RUNS[name]
    theta, state = _nets.flat(weights), tuple[Array, ...]()
    rate = constants["lr"] * slower
    with np.errstate(all="ignore"):
        for rows in rng.integers(len(data.labels), size=(STEPS, BATCH)):
            _, slopes = _nets.gradient(_nets.shaped(theta, weights), _nets.Data(data.rows[rows], data.labels[rows]))
            new = function(theta, factor * _nets.flat(slopes), *state, **constants | {"lr": rate})
            theta, *rest = new if isinstance(new, tuple) else (new,)
            state = tuple(rest)
    return _nets.flat(weights), theta


def draw(found: Found) -> "Figure":
    """How far the end moves, by the factor of the loss."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panel

    figure, axes = panel(height=3.2)
    axes.set_position((0.13, 0.16, 0.84, 0.69))
    for i, name in enumerate(DRAWN):
        axes.plot(*found.curves[name], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
    axes.set(xscale="log", yscale="log", xlabel="c", ylim=(3e-7, 30))
    signs(figure, ["SGD", "‖g‖≤1", "Adam", "+ L2"])
    return figure
