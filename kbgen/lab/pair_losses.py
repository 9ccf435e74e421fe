"""Recall of two linear encoders of paired views, trained by squared error, triplets, both, or InfoNCE in both directions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab._nets import Array
from kbgen.losses.metric_learning import triplet_margin_grad
from kbgen.losses.self_supervised import clip_grad
from kbgen.optimizers.rules import adam
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 11
PAIRS, HIDDEN, FEATURES, WIDTH, NOISE = 300, 8, 20, 8, 1.5
BATCH, RATE = 16, 0.03
LOOKS = (0, 10, 20, 40, 80, 160, 240)
"""Steps at which recall is measured; the best of them is found on pairs of their own."""
MARGIN = 0.5
STEP: Callable[..., Any] = partial(adam, lr=RATE)
TRIPLET_GRAD: Callable[..., Any] = triplet_margin_grad
CLIP_GRAD: Callable[..., Any] = clip_grad
WEIGHTS = (0.03, 0.1, 0.3, 1.0, 3.0)
SETTINGS: dict[str, tuple[float, ...]] = {"mse": (1.0,), "triplet": (0.2, 0.5, 1.0), "both": WEIGHTS, "info_nce": (0.1, 0.2, 0.5)}
"""What each loss may choose: margin, weight of the squared error beside triplets, temperature."""


def run(seeds: Sequence[int]) -> Found:
    """Every loss with the constant and the number of steps that are best on pairs of their own; recall on others."""
    traces = {
        (loss, constant): np.array([_recalls(loss, constant, seed) for seed in seeds])
        for loss, constants in SETTINGS.items()
        for constant in constants
    }
    best = {loss: max((_at_best(traces[loss, c]) for c in cs), key=lambda found: found[0]) for loss, cs in SETTINGS.items()}
    at_1, at_5 = ({loss: test[:, k] for loss, (_, test) in best.items()} for k in (0, 1))
    numbers: dict[str, Measured] = {f"{loss}_1": measured(found) for loss, found in at_1.items()}
    numbers |= {f"{loss}_5": measured(found) for loss, found in at_5.items()}
    numbers |= {
        "over_mse": measured(at_1["both"] - at_1["mse"]),
        "over_mse_share": measured(100 * (at_1["both"] / at_1["mse"] - 1)),
        "over_triplet": measured(at_1["both"] - at_1["triplet"]),
        "mse_late": measured(traces["mse", 1.0][:, -1, 1]),
        "mse_start": measured(traces["mse", 1.0][:, 0, 1]),
        "heavy": measured(traces["both", WEIGHTS[-1]][:, -1, 1]),
        "pairs": exactly(PAIRS),
    }
    tracks = {"mse": ("mse", 1.0), "triplet": ("triplet", MARGIN), "info_nce": ("info_nce", 0.2)}
    curves: dict[str, tuple[tuple[float, ...], ...]] = {
        f"steps_{name}": (LOOKS, tuple(np.median(traces[key][:, :, 1], axis=0))) for name, key in tracks.items()
    }
    curves["weights"] = (WEIGHTS, *_middle(np.array([_at_best(traces["both", w])[1][:, 0] for w in WEIGHTS])))
    curves["levels"] = tuple((float(numbers[f"{loss}_1"].value),) for loss in ("mse", "triplet", "info_nce"))
    middle = {loss: np.median(found) for loss, found in at_1.items()}
    holds = {
        "far_more_than_with_squared_error_alone": bool(middle["both"] > middle["mse"] + 5),
        "hardly_more_than_with_triplets_alone": bool(abs(middle["both"] - middle["triplet"]) < 4),
        "squared_error_alone_falls_again": bool(numbers["mse_late"].value < middle["mse"] - 3),
        "infonce_is_not_behind": bool(middle["info_nce"] > middle["triplet"] - 4),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _at_best(trace: Array) -> tuple[float, Array]:
    """At the look with the best median on the pairs for choosing: that median, and recall@1 and @5 on the others by seed."""
    chosen = np.median(trace[:, :, 0], axis=0)
    look = int(np.argmax(chosen))
    return float(chosen[look]), trace[:, look, 1:]


def _middle(found: Array) -> list[tuple[float, ...]]:
    return [tuple(np.quantile(found, share, axis=1)) for share in (0.5, 0.05, 0.95)]


def _recalls(loss: str, constant: float, seed: int) -> list[tuple[float, ...]]:
    """At every look: recall@1 on the pairs for choosing, recall@1 and recall@5 on the pairs for testing."""
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(2, HIDDEN, FEATURES))
    train, choose, test = (_views(rng, maps) for _ in range(3))
    theta, state, found = rng.normal(size=(2, FEATURES, WIDTH)) / np.sqrt(FEATURES), list[Array](), []
    for step in range(LOOKS[-1] + 1):
        if step in LOOKS:
            ranks = [_ranks(*(_unit(view @ part)[0] for view, part in zip(pairs, theta, strict=True))) for pairs in (choose, test)]
            found.append(tuple(100 * float(np.mean(rank < k)) for rank, k in ((ranks[0], 1), (ranks[1], 1), (ranks[1], 5))))
        drawn = train[:, rng.choice(PAIRS, BATCH, replace=False)]
        theta, *state = STEP(theta, _slope(loss, constant, drawn, theta), *state)
    return found


def _views(rng: np.random.Generator, maps: Array) -> Array:
    """Two noisy linear images of the same hidden variables."""
    hidden = rng.normal(size=(PAIRS, HIDDEN))
    return hidden @ maps + NOISE * rng.normal(size=(2, PAIRS, FEATURES))


def _ranks(a: Array, b: Array) -> Array:
    """How many of b are nearer to each of a than its partner."""
    alike = a @ b.T
    return np.asarray(np.sum(alike > np.diag(alike)[:, None], axis=1))


def _unit(rows: Array) -> tuple[Array, Array]:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / length, length


def _slope(loss: str, constant: float, views: Array, theta: Array) -> Array:
    """The gradient of the mean loss of a batch by both matrices; embeddings have unit length."""
    (a, a_length), (b, b_length) = (_unit(view @ part) for view, part in zip(views, theta, strict=True))
    found = []
    for view, unit, length, by in zip(views, (a, b), (a_length, b_length), SLOPES[loss](a, b, constant), strict=True):
        found.append(view.T @ ((by - np.sum(by * unit, axis=1, keepdims=True) * unit) / length) / BATCH)
    return np.array(found)


def _squared(a: Array, b: Array, weight: float) -> tuple[Array, Array]:
    return 2 * weight * (a - b), 2 * weight * (b - a)


def _triplets(a: Array, b: Array, margin: float) -> tuple[Array, Array]:
    """Each row of one view as anchor, its partner, and every other row of the other view; both ways, averaged."""
    (a_own, b_own, b_other), (b_too, a_too, a_other) = _one_way(a, b, margin), _one_way(b, a, margin)
    return (a_own + a_too + a_other) / 2, (b_own + b_too + b_other) / 2


def _one_way(anchor: Array, other: Array, margin: float) -> tuple[Array, Array, Array]:
    shifts, rows = np.arange(1, BATCH)[:, None], np.arange(BATCH)
    strangers = other[(rows + shifts) % BATCH].reshape(-1, WIDTH)
    slopes = TRIPLET_GRAD(np.tile(anchor, (BATCH - 1, 1)), np.tile(other, (BATCH - 1, 1)), strangers, margin=margin)
    by_anchor, by_own, by_stranger = (slope.reshape(BATCH - 1, BATCH, WIDTH) for slope in slopes)
    returned = by_stranger[shifts - 1, (rows - shifts) % BATCH]
    return by_anchor.mean(axis=0), by_own.mean(axis=0), returned.mean(axis=0)


def _both(a: Array, b: Array, weight: float) -> tuple[Array, Array]:
    (a_near, b_near), (a_apart, b_apart) = _squared(a, b, weight), _triplets(a, b, MARGIN)
    return a_near + a_apart, b_near + b_apart


def _info_nce(a: Array, b: Array, tau: float) -> tuple[Array, Array]:
    by_a, by_b = CLIP_GRAD(a, b, tau=tau)
    return by_a, by_b


SLOPES = {"mse": _squared, "triplet": _triplets, "both": _both, "info_nce": _info_nce}


def draw(found: Found) -> "Figure":
    """Recall@1 against steps, and against the weight of the squared error beside triplets."""
    from kbgen.figures.drawings._shared import say, signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, (left, right) = panels(2, width=5.1, height=2.7)
    for i, name in enumerate(("mse", "triplet", "info_nce")):
        left.plot(*found.curves[f"steps_{name}"], color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3)
    weights, middle, low, high = found.curves["weights"]
    right.fill_between(weights, low, high, color=COLOURS[3], alpha=0.2, linewidth=0)
    right.plot(weights, middle, color=COLOURS[3], linestyle=DASHES[3], marker="o", markersize=3)
    for i, (level,) in enumerate(found.curves["levels"]):
        right.axhline(level, color=COLOURS[i], linestyle=DASHES[i], linewidth=1.4)
    left.set(xlabel="t", ylim=(0, 75))
    right.set(xscale="log", xlabel="w", ylim=(0, 75))
    right.set_xticks(weights, [f"{weight:g}" for weight in weights])
    right.minorticks_off()
    say(left, "R@1", 0.1, 0.93, xycoords="axes fraction")
    signs(figure, ["MSE", "m", "τ", "+w·MSE"])
    return figure
