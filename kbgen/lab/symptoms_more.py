"""Four troubles that no gradient norm shows: a leak, wrong labels, too little data, and gradients too small for float16."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _deep, _nets
from kbgen.lab._deep import Trace
from kbgen.lab._nets import Array, Data
from kbgen.optimizers import rules
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 9
STEPS, EVERY, RATE, FRESH = 300, 10, 0.3, 800
PEOPLE, COPIES, SPREAD, TRAINED = 100, 6, 0.3, 75
NOISY, FLIPPED, EARLY, LONG = 200, 0.3, 20, 600
FEW, MANY, DECAY = 40, 400, 0.1
ROWS, WEIGHT, SCALE, TOO_MUCH, HALF_STEPS = 128, 1e-6, 2.0**15, 2.0**40, 150
ADAM: Callable[..., Any] = rules.adam


def run(seeds: Sequence[int]) -> Found:
    """What every trouble shows, its cure, and the reading that tells it from others."""
    found = {name: [case(seed) for seed in seeds] for name, case in CASES.items()}
    table = {f"{name}_{what}": np.array([numbers[what] for numbers, _ in of]) for name, of in found.items() for what in of[0][0]}
    numbers: dict[str, Measured] = {name: measured(values) for name, values in table.items()}
    numbers |= {"early": exactly(EARLY), "few": exactly(FEW), "many": exactly(MANY), "scale": exactly(np.log2(SCALE))}
    curves = {
        f"{name}_{side}_{line}": trace.curve(line)
        for name, of in found.items()
        for side, trace in of[0][1].items()
        for line in trace.seen
        if line in LINES
    }
    return Found(numbers=numbers, holds=_holds({name: float(np.median(of)) for name, of in table.items()}), curves=curves)


def _holds(of: Mapping[str, float]) -> dict[str, bool]:
    return {
        "a_leak_flatters_validation": of["leak_sick_valid"] < of["leak_sick_fresh"] / 4,
        "splitting_by_source_tells_the_truth": abs(of["leak_cured_valid"] - of["leak_cured_fresh"]) < 15,
        "wrong_labels_are_learnt_in_the_end": of["labels_sick_train"] < 2 and of["labels_sick_valid"] > of["labels_best_valid"] + 2,
        "high_early_losses_point_at_wrong_labels": of["labels_suspects"] > 1.5 * of["labels_flipped"],
        "high_late_losses_do_so_less": of["labels_suspects_late"] < of["labels_suspects"],
        "dropping_the_suspects_helps": of["labels_cured_valid"] < of["labels_sick_valid"] - 3,
        "overfitting_shows_as_a_gap": of["overfit_sick_valid"] > 1.3 * of["overfit_best_valid"] > of["overfit_sick_train"],
        "more_rows_close_the_gap": of["overfit_more_valid"] < of["overfit_sick_valid"] - 0.2,
        "decay_lowers_the_end": of["overfit_cured_valid"] < of["overfit_sick_valid"] - 0.2,
        "float16_loses_the_gradient": of["half_sick_zeros"] > 60 and of["half_sick_end"] > 10 * of["half_cured_end"],
        "scaling_brings_it_back": of["half_cured_zeros"] < 10 and of["half_cured_end"] < 2 * of["half_full_end"],
        "too_large_a_scale_skips_every_step": of["half_over_skipped"] > 99,
    }


def _fit(train: Data, seed: int, watch: _deep.Watch, *, steps: int = STEPS, decay: float = 0.0) -> Trace:
    """Gradient descent on all rows of a network that is large enough to learn them by heart."""
    weights = _nets.start(np.random.default_rng(seed), (train.rows.shape[1], 64, int(train.labels.max()) + 1))

    def slopes(_: int, weights: _nets.Weights) -> tuple[float, _nets.Weights]:
        cost, parts = _nets.gradient(weights, train)
        return cost, [part + decay * weight for part, weight in zip(parts, weights, strict=True)]

    return _deep.descend(weights, slopes, lambda _: RATE, range(0, steps + 1, EVERY), watch)


def _part(data: Data, rows: Array) -> Data:
    return Data(data.rows[rows], data.labels[rows])


def _wrong(data: Data) -> Callable[[_nets.Weights], float]:
    return lambda weights: 100 * _deep.wrong(weights, data)


def _costs(weights: _nets.Weights, data: Data) -> Array:
    """The loss of every row."""
    p = _nets.forward(weights, data.rows)[-1]
    p = p - p.max(axis=1, keepdims=True)
    losses: Array = np.log(np.exp(p).sum(axis=1)) - p[np.arange(len(data.labels)), data.labels]
    return losses


Case = Callable[[int], tuple[dict[str, float], dict[str, Trace]]]


def _leak(seed: int) -> tuple[dict[str, float], dict[str, Trace]]:
    """Several rows of every person: split by row, then by person."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=20) / np.sqrt(20)

    def people(count: int, copies: int) -> Data:
        centres = rng.normal(size=(count, 20))
        labels = (centres @ direction + rng.normal(size=count) > 0).astype(int)
        return Data(np.repeat(centres, copies, axis=0) + SPREAD * rng.normal(size=(count * copies, 20)), np.repeat(labels, copies))

    data, fresh = people(PEOPLE, COPIES), people(FRESH, 1)
    order, person = rng.permutation(PEOPLE * COPIES), np.repeat(np.arange(PEOPLE), COPIES)
    in_training = {"sick": np.isin(np.arange(PEOPLE * COPIES), order[: TRAINED * COPIES]), "cured": person < TRAINED}
    traces, numbers = dict[str, Trace](), dict[str, float]()
    for side, chosen in in_training.items():
        train, valid = _part(data, chosen), _part(data, ~chosen)
        traces[side] = _fit(train, seed, {"train": _wrong(train), "valid": _wrong(valid), "fresh": _wrong(fresh)})
        numbers |= {f"{side}_{line}": traces[side].seen[line][-1] for line in ("valid", "fresh")}
    return numbers, traces


def _labels(seed: int) -> tuple[dict[str, float], dict[str, Trace]]:
    """Some labels are wrong: training to the end, and training without the rows that cost most early on."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, rows=NOISY + FRESH, apart=0.5)
    flipped = rng.random(NOISY) < FLIPPED
    labels = np.where(flipped, (data.labels[:NOISY] + rng.integers(1, 3, size=NOISY)) % 3, data.labels[:NOISY])
    train, valid = Data(data.rows[:NOISY], labels), _part(data, np.arange(NOISY, NOISY + FRESH))
    watch = {"train": _wrong(train), "valid": _wrong(valid)}
    sick, early = (_fit(train, seed, watch, steps=steps) for steps in (LONG, EARLY))
    order, late = (np.argsort(-_costs(trace.weights, train)) for trace in (early, sick))
    count = int(FLIPPED * NOISY)
    kept = _part(train, np.sort(order[count:]))
    cured = _fit(kept, seed, {"train": _wrong(kept), "valid": _wrong(valid)}, steps=LONG)
    numbers = {
        "sick_train": sick.seen["train"][-1],
        "sick_valid": sick.seen["valid"][-1],
        "best_valid": min(sick.seen["valid"]),
        "cured_valid": cured.seen["valid"][-1],
        "suspects": 100 * float(flipped[order[:count]].mean()),
        "suspects_late": 100 * float(flipped[late[:count]].mean()),
        "flipped": 100 * float(flipped.mean()),
    }
    return numbers, {"sick": sick, "cured": cured}


def _overfit(seed: int) -> tuple[dict[str, float], dict[str, Trace]]:
    """Few rows and a large network: with weight decay, and with ten times the rows."""
    data = _nets.blobs(np.random.default_rng(seed), rows=MANY + FRESH, apart=0.3)
    valid = _part(data, np.arange(MANY, MANY + FRESH))
    plans = {"sick": (FEW, 0.0), "cured": (FEW, DECAY), "more": (MANY, 0.0)}
    traces = {}
    for name, (rows, decay) in plans.items():
        train = _part(data, np.arange(rows))
        watch = {"train": _mean(train), "valid": _mean(valid)}
        traces[name] = _fit(train, seed, watch, decay=decay)
    numbers = {f"{name}_{line}": trace.seen[line][-1] for name, trace in traces.items() for line in ("train", "valid")}
    best = traces["sick"].seen["valid"]
    numbers |= {"best_valid": min(best), "best_step": traces["sick"].seen["step"][int(np.argmin(best))]}
    return numbers, {side: traces[side] for side in ("sick", "cured")}


def _mean(data: Data) -> Callable[[_nets.Weights], float]:
    return lambda weights: float(_costs(weights, data).mean())


def _half(seed: int) -> tuple[dict[str, float], dict[str, Trace]]:
    """A loss of small weight, back-propagated in float16: as it is, scaled, scaled too much, and in full precision."""
    plans: dict[str, float | None] = {"sick": 1.0, "cured": SCALE, "over": TOO_MUCH, "full": None}
    traces = {name: _adam(seed, scale) for name, scale in plans.items()}
    numbers = {f"{name}_end": trace.seen["train"][-1] for name, trace in traces.items()}
    numbers |= {f"{name}_zeros": traces[name].seen["zeros"][0] for name in ("sick", "cured")}
    numbers |= {"over_skipped": 100 * float(np.mean(traces["over"].seen["skipped"]))}
    return numbers, {side: traces[side] for side in ("sick", "cured")}


def _adam(seed: int, scale: float | None) -> Trace:
    """Training with Adam in float64 on gradients in float16; steps whose gradients are no numbers are skipped."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(ROWS, 10))
    target = _nets.forward(_nets.start(rng, (10, 32, 1)), rows)[-1]
    target = (target - target.mean()) / target.std()
    start = _nets.start(rng, (10, 32, 1))
    trace, theta, state, first = Trace(start), _nets.flat(start), list[Array](), 0.0
    for step in range(HALF_STEPS + 1):
        weights = _nets.shaped(theta, start)
        residual = _nets.forward(weights, rows)[-1] - target
        slopes = _nets.flat(_back(weights, rows, residual, scale or 1.0, _rounded if scale else np.asarray)) / (scale or 1.0)
        fine = bool(np.isfinite(slopes).all())
        first = first or float((residual**2).mean())
        zeros = 100 * float((slopes == 0).mean())
        trace.note(step, train=100 * float((residual**2).mean()) / first, zeros=zeros, skipped=float(not fine))
        if fine:
            theta, *state = ADAM(theta, slopes, *state, lr=0.01, eps=1e-15)
    return trace


def _rounded(values: Array) -> Array:
    """The nearest numbers that float16 has."""
    with np.errstate(over="ignore"):
        return values.astype(np.float16).astype(float)


def _back(weights: _nets.Weights, rows: Array, residual: Array, scale: float, rounded: Callable[[Array], Array]) -> _nets.Weights:
    """The gradient of WEIGHT times the mean square, times `scale`; every product is rounded."""
    inner = rounded(rows @ rounded(weights[0]) + weights[1])
    slope = rounded(scale * WEIGHT * 2 / len(rows) * residual)
    with np.errstate(invalid="ignore"):
        back = rounded(slope @ rounded(weights[2]).T) * (inner > 0)
        outer = [rounded(np.maximum(inner, 0).T @ slope), rounded(slope.sum(axis=0))]
        return [rounded(rows.T @ back), rounded(back.sum(axis=0)), *outer]


CASES: Mapping[str, Case] = {"leak": _leak, "labels": _labels, "overfit": _overfit, "half": _half}
LINES = ("train", "valid", "fresh", "zeros")


def draw(found: Found) -> "Figure":
    """A row for every trouble, the sick run on the left and the cured one on the right."""
    from kbgen.lab._pairs import pairs

    shown = {"leak": LINES[:3], "labels": LINES[:2], "overfit": LINES[:2], "half": ("train", "zeros")}
    return pairs(found.curves, shown, LINES, ["T", "V", "N", "#0"])
