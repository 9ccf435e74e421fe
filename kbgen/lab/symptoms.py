"""Six troubles of training on purpose: the sick run, the cured one, and the run that tells two causes apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kbgen.lab import _deep, _nets
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 9
ROWS, CLASSES = 128, 3
LINES = ("whole", "first", "last", "silent")
"""What is drawn of a run: loss on all rows, gradient norms of the first and of the last layer, units that no row wakes."""


@dataclass(frozen=True)
class Plan:
    """One training run: network, start, rate and batch. Without a batch size every step sees all rows."""

    hidden: int = 1
    gain: float = 2.0
    bend: _deep.Bend = _deep.RELU
    shift: float = 0.0
    apart: float = 0.5
    rate: float = 0.1
    clip: float = 0.0
    falling: float = 1.0
    batch: int | None = None
    steps: int = 100


DEEP = Plan(hidden=8, rate=0.03)
FLAT = Plan(hidden=3, gain=0.02, rate=0.3, steps=300)
HOPPING = Plan(hidden=0, apart=0.1, shift=2.0, rate=0.2)
NOISY = Plan(hidden=0, apart=0.1, rate=0.3, batch=4, steps=600)
CASES: Mapping[str, tuple[Plan, Plan]] = {
    "exploding": (replace(DEEP, gain=6.0), DEEP),
    "vanishing": (replace(DEEP, bend=_deep.SIGMOID, gain=1.0), DEEP),
    "dead": (Plan(shift=1.0, rate=3.0), Plan(rate=3.0)),
    "oscillation": (HOPPING, replace(HOPPING, rate=0.05)),
    "plateau": (FLAT, replace(FLAT, gain=2.0)),
    "noise": (NOISY, replace(NOISY, falling=0.99)),
}
"""The sick run and the cured one."""
TESTS: Mapping[str, Plan] = {
    "exploding_slower": replace(DEEP, gain=6.0, rate=0.0003),
    "exploding_clipped": replace(DEEP, gain=6.0, clip=1.0),
    "exploding_by_rate": replace(DEEP, rate=3.0),
    "vanishing_faster": replace(DEEP, bend=_deep.SIGMOID, gain=1.0, rate=0.3),
    "dead_slower": Plan(shift=1.0, rate=0.1),
    "oscillation_centred": replace(HOPPING, shift=0.0),
    "plateau_falling": replace(FLAT, falling=0.98),
    "plateau_faster": replace(FLAT, rate=0.9),
    "noise_faster": replace(NOISY, rate=0.9),
    "noise_all": replace(NOISY, batch=None),
}
"""Runs that differ from a sick one by what would cure another cause."""


WANTED: Mapping[str, tuple[str, ...]] = {
    "exploding_sick": ("start", "first", "end"),
    "exploding_cured": ("start", "first", "end"),
    "exploding_slower": ("end",),
    "exploding_clipped": ("end",),
    "exploding_by_rate": ("start", "first", "end"),
    "vanishing_sick": ("ratio", "end"),
    "vanishing_cured": ("ratio", "end"),
    "vanishing_faster": ("end",),
    "dead_sick": ("silent", "end"),
    "dead_cured": ("silent", "end"),
    "dead_slower": ("silent", "end"),
    "oscillation_sick": ("rises", "end"),
    "oscillation_cured": ("rises", "end"),
    "oscillation_centred": ("rises", "end"),
    "plateau_sick": ("leaves", "end"),
    "plateau_cured": ("leaves", "end"),
    "plateau_falling": ("leaves", "end"),
    "plateau_faster": ("leaves",),
    "noise_sick": ("floor",),
    "noise_cured": ("floor",),
    "noise_faster": ("floor",),
    "noise_all": ("floor",),
}
"""What is printed of every run."""


def run(seeds: Sequence[int]) -> Found:
    """Loss on all rows, gradient norms and silent units of every run."""
    sides = {f"{name}_{side}": plan for name, pair in CASES.items() for side, plan in zip(("sick", "cured"), pair, strict=True)}
    traces = {name: [_go(plan, seed) for seed in seeds] for name, plan in {**sides, **TESTS}.items()}
    table = {(name, what): np.array([_SEEN[what](t) for t in traces[name]]) for name, names in WANTED.items() for what in names}
    numbers: dict[str, Measured] = {f"{name}_{what}": measured(of) for (name, what), of in table.items()}
    numbers |= {"even": exactly(np.log(CLASSES))}
    middle = {f"{name}_{what}": float(np.median(of)) for (name, what), of in table.items()}
    curves = {f"{name}_{what}": traces[name][0].curve(what) for name in sides for what in LINES}
    return Found(numbers=numbers, holds=_holds(middle), curves=curves)


def _holds(of: Mapping[str, float]) -> dict[str, bool]:
    even = float(np.log(CLASSES))
    return {
        "exploding_by_the_start_shows_before_the_first_step": of["exploding_sick_start"] > 5 * even,
        "exploding_by_the_rate_does_not": of["exploding_by_rate_start"] < 3 * even < of["exploding_by_rate_end"],
        "exploding_is_cured_by_the_start": of["exploding_cured_end"] < even / 2 < of["exploding_clipped_end"],
        "vanishing_shows_in_the_first_layer": of["vanishing_sick_ratio"] > 1000 and of["vanishing_cured_ratio"] < 10,
        "vanishing_is_cured_by_the_activation": of["vanishing_cured_end"] < even / 2,
        "vanishing_is_not_cured_by_the_rate": of["vanishing_faster_end"] > 0.9 * even,
        "dead_units_are_cured_by_centring_or_the_rate": max(of["dead_cured_silent"], of["dead_slower_silent"]) < 5,
        "dead_units_were_many": of["dead_sick_silent"] > 40,
        "oscillation_is_cured_by_the_rate": of["oscillation_cured_rises"] < 5 < of["oscillation_sick_rises"]
        and of["oscillation_cured_end"] < of["oscillation_sick_end"],
        "oscillation_is_cured_by_centring": of["oscillation_centred_rises"] < 5,
        "a_plateau_is_left_sooner_with_a_larger_rate": of["plateau_faster_leaves"] < of["plateau_sick_leaves"],
        "a_plateau_is_never_left_with_a_falling_rate": bool(np.isinf(of["plateau_falling_leaves"])),
        "a_better_start_has_no_plateau": of["plateau_cured_leaves"] < of["plateau_sick_leaves"] / 5,
        "a_floor_of_noise_needs_a_falling_rate": of["noise_cured_floor"] < of["noise_sick_floor"] < of["noise_faster_floor"],
    }


def _go(plan: Plan, seed: int) -> _deep.Trace:
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, apart=plan.apart, rows=ROWS)
    data = _nets.Data(data.rows + plan.shift, data.labels)
    weights = _deep.start(rng, (20, *[32] * plan.hidden, CLASSES), plan.gain)
    order = rng.integers(ROWS, size=(plan.steps + 1, plan.batch or 1))

    def slopes(step: int, weights: _nets.Weights) -> tuple[float, _nets.Weights]:
        some = _nets.Data(data.rows[order[step]], data.labels[order[step]]) if plan.batch else data
        cost, parts = _deep.gradient(weights, some, bend=plan.bend)
        shrink = plan.clip / max(plan.clip, float(np.linalg.norm(_nets.flat(parts)))) if plan.clip else 1.0
        return cost, [shrink * part for part in parts]

    watch: _deep.Watch = {
        "whole": lambda w: _nets.cross_entropy(_deep.sums(w, data.rows, plan.bend)[-1], data.labels)[0],
        "silent": lambda w: 100 * _deep.silent(w, data.rows),
    }
    look = range(0, plan.steps + 1, max(1, plan.steps // 60))
    return _deep.descend(weights, slopes, lambda t: plan.rate * plan.falling**t, look, watch)


def _leaves(trace: _deep.Trace) -> float:
    """The first step at which the loss is a tenth below that of even odds."""
    below = [step for step, loss in zip(trace.seen["step"], trace.seen["whole"], strict=True) if loss < 0.9 * np.log(CLASSES)]
    return below[0] if below else np.inf


_SEEN: Mapping[str, Callable[[_deep.Trace], float]] = {
    "start": lambda t: t.seen["whole"][0],
    "end": lambda t: float(np.nan_to_num(t.seen["whole"][-1], nan=np.inf)),
    "floor": lambda t: float(np.median(t.seen["whole"][-20:])),
    "first": lambda t: t.seen["first"][0],
    "ratio": lambda t: t.seen["last"][0] / t.seen["first"][0],
    "silent": lambda t: t.seen["silent"][-1],
    "rises": lambda t: float(100 * (np.diff(t.seen["whole"]) > 0).mean()),
    "leaves": _leaves,
}
"""What is read off a run."""


def draw(found: Found) -> "Figure":
    """A row for every trouble, the sick run on the left and the cured one on the right: loss and gradient norms."""
    from kbgen.lab._pairs import pairs

    shown = dict.fromkeys(CASES, LINES[:3]) | {"dead": LINES, "oscillation": LINES[:2], "noise": LINES[:1]}
    return pairs(found.curves, shown, LINES, ["L", "‖g₁‖", "‖gₗ‖", "#0"], log=True)
