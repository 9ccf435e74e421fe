"""A penalty on counted misses, added to cross-entropy, against losses and thresholds that do know what a miss costs.

The losses are written on numbers that carry a derivative, as libraries differentiate them; nothing is derived by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.trials import Found, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 30
ROWS, TEST, FEATURES, APART, SHARE = 1000, 10_000, 5, 0.8, 0.1
STEPS, RATE = 400, 1.0
RATIO = 5.0
"""What a miss costs; a false alarm costs 1."""
CUT = 1 / (1 + RATIO)
GRID = np.geomspace(0.02, 0.9, 30)
NUDGE = 1e-6


@dataclass(frozen=True)
class Dual:
    """A number of each item with its derivative by the logit of that item."""

    value: Array
    slope: Array

    def __add__(self, other: "Dual | Array") -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    def __mul__(self, factor: Array | float) -> "Dual":
        return Dual(self.value * factor, self.slope * factor)

    def __lt__(self, bound: float) -> Array:
        """Yes or no: a plain array, for neither has a derivative."""
        below: Array = self.value < bound
        return below


def _sigmoid(z: Dual) -> Dual:
    p = 0.5 + 0.5 * np.tanh(0.5 * z.value)
    return Dual(p, p * (1 - p) * z.slope)


def _softplus(z: Dual) -> Dual:
    return Dual(np.logaddexp(0, z.value), _sigmoid(z).value * z.slope)


def _weighted(z: Dual, y: Array, weight: float = RATIO) -> Dual:
    """Cross-entropy from logits in which a positive counts `weight` times; each item's share of the mean."""
    return (_softplus(z * -1) * (weight * y) + _softplus(z) * (1 - y)) * (1 / len(y))


def _plain(z: Dual, y: Array) -> Dual:
    return _weighted(z, y, 1)


def _counted(z: Dual, y: Array) -> Dual:
    """The mean cross-entropy, plus RATIO for every positive that gets less than one half."""
    return _plain(z, y) + _count(z, y)


def _count(z: Dual, y: Array) -> Array:
    """The penalty of each item; comparing has made a plain array of it."""
    penalty: Array = RATIO * ((_sigmoid(z) < 0.5) & (y == 1))
    return penalty


def _expected(z: Dual, y: Array) -> Dual:
    """What a decision drawn by lot with probability p is expected to cost, on average."""
    misses, alarms = _sigmoid(z * -1) * (RATIO * y), _sigmoid(z) * (1 - y)
    return (misses + alarms) * (1 / len(y))


LOSSES: Mapping[str, Callable[[Dual, Array], Dual]] = {
    "plain": _plain,
    "counted": _counted,
    "weighted": _weighted,
    "expected": _expected,
}
WAYS = {"plain": ("plain", 0.5), "counted": ("counted", 0.5), "weighted": ("weighted", 0.5), "expected": ("expected", 0.5),
        "moved": ("plain", CUT), "twice": ("weighted", CUT)}  # fmt: skip
"""A loss to train with, and the threshold its probabilities are held against."""


def run(seeds: Sequence[int]) -> Found:
    """Cost, recall and calibration of every way; how far training with the count went from training without it."""
    trials = [_trial(seed) for seed in seeds]
    spread = {name: np.array([trial[name] for trial in trials]) for name in trials[0] if name != "curve"}
    still = ("difference", "slope_of_count")
    numbers = {name: measured(found) for name, found in spread.items() if name not in still}
    numbers |= {name: exactly(spread[name].max()) for name in still}
    numbers |= {"ratio": exactly(RATIO), "cut": exactly(CUT)}
    cost = {way: np.median(spread[f"{way}_cost"]) for way in WAYS}
    holds = {
        "the_count_changes_nothing": bool(spread["difference"].max() == 0 == spread["slope_of_count"].max()),
        "the_count_raises_the_value": bool(np.median(spread["counted_value"] / spread["plain_value"]) > 100),
        "three_ways_cost_less": bool(max(cost[way] for way in ("weighted", "expected", "moved")) < 0.9 * cost["plain"]),
        "twice_costs_more": bool(cost["twice"] > 1.1 * cost["weighted"]),
        "only_plain_is_calibrated": bool(np.median(spread["weighted_off"]) > 3 * np.median(spread["plain_off"])),
    }
    middle = {loss: np.median([trial["curve"][loss] for trial in trials], axis=0) for loss in ("plain", "counted", "weighted")}
    marks = {f"at_{way}": ((threshold,), (cost[way],)) for way, (_, threshold) in WAYS.items()}
    return Found(numbers=numbers, holds=holds, curves={**{loss: (tuple(GRID), tuple(y)) for loss, y in middle.items()}, **marks})


def _patients(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """A constant and measurements, which are normal in both groups and shifted in the ill."""
    ill = (rng.random(count) < SHARE).astype(float)
    return np.column_stack([np.ones(count), rng.normal(size=(count, FEATURES)) + APART * ill[:, None]]), ill


def _trained(loss: Callable[[Dual, Array], Dual], rows: Array, ill: Array) -> Array:
    theta = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        theta = theta - RATE * rows.T @ loss(Dual(rows @ theta, np.ones(len(ill))), ill).slope
    return theta


def _trial(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    (rows, ill), (others, truth) = _patients(rng, ROWS), _patients(rng, TEST)
    theta = {name: _trained(loss, rows, ill) for name, loss in LOSSES.items()}
    p = {name: _sigmoid(_at(others @ weights)).value for name, weights in theta.items()}
    found: dict[str, Any] = {"difference": np.abs(theta["counted"] - theta["plain"]).max()}
    z = rows @ theta["plain"]
    found["slope_of_count"] = np.abs(_count(_at(z + NUDGE), ill) - _count(_at(z - NUDGE), ill)).max() / (2 * NUDGE)
    found |= {f"{name}_value": LOSSES[name](_at(z), ill).value.sum() for name in ("plain", "counted")}
    for way, (name, cut) in WAYS.items():
        found |= {f"{way}_cost": _cost(p[name], truth, cut), f"{way}_recall": 100 * np.mean(p[name][truth == 1] > cut)}
    found |= {f"{name}_off": 100 * _off(p[name], truth) for name in LOSSES}
    found["weighted_undone_off"] = 100 * _off(p["weighted"] / (p["weighted"] + RATIO * (1 - p["weighted"])), truth)
    return found | {"curve": {name: [_cost(q, truth, cut) for cut in GRID] for name, q in p.items()}}


def _at(z: Array) -> Dual:
    return Dual(z, np.ones(len(z)))


def _cost(p: Array, truth: Array, cut: float) -> float:
    """What a thousand patients cost if those above the threshold are called ill."""
    called = p > cut
    return float(1000 * np.mean(RATIO * (truth * ~called) + (1 - truth) * called))


def _off(p: Array, truth: Array) -> float:
    """The mean distance of probability and share observed, over ten bins of equal width (ECE)."""
    place = np.minimum((10 * p).astype(int), 9)
    return float(np.abs(np.bincount(place, p - truth, 10)).sum() / len(p))


def draw(found: Found) -> "Figure":
    """Cost against threshold for probabilities trained with and without weights; where each way reads it."""
    from kbgen.figures.style import COLOURS, DASHES, label_ends, name_axis, panel

    figure, axes = panel(right=0.2, labels=["w = 5"])
    lines = [
        axes.plot(*found.curves[loss], color=COLOURS[i], linestyle=DASHES[i])[0] for i, loss in enumerate(("plain", "weighted"))
    ]
    axes.plot(found.curves["counted"][0][::3], found.curves["counted"][1][::3], color=COLOURS[2], linestyle="none", marker="x")
    for way, colour in (("plain", 0), ("moved", 0), ("weighted", 1), ("twice", 1)):
        axes.plot(*found.curves[f"at_{way}"], color=COLOURS[colour], marker="o", linestyle="none", markersize=8, zorder=5)
    axes.set(xscale="log", xlabel="τ", ylim=(0, None))
    axes.set_xticks((0.02, 0.05, CUT, 0.5, 0.9), ["0.02", "0.05", "1/6", "1/2", "0.9"])
    axes.set_xticks([], minor=True)
    name_axis(axes, "c")
    label_ends(axes, lines, ["w = 1", "w = 5"])
    return figure
