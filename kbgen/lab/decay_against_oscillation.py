"""Weight decay, and five other changes, for runs whose rate is too large: on a quadratic exactly, on a network by running it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kbgen.lab import _deep, _nets
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 9
CURVATURES = np.array([1.0, 20.0])
DECAYS = (0.0, 0.01, 0.1, 1.0)
BELOW, ABOVE = 0.098, 0.102
RATE, STEPS, CLIP, WARM = 4.0, 150, 0.5, 50
CHANGES: Mapping[str, dict[str, float]] = {
    "none": {},
    "decay_2": {"decay": 0.01},
    "decay_1": {"decay": 0.1},
    "quarter": {"rate": RATE / 4},
    "clip": {"clip": CLIP},
    "warm": {"warm": WARM},
}


def run(seeds: Sequence[int]) -> Found:
    """Largest factors by which an error grows per step, and the rises of the training loss of a network."""
    factors = {(rate, decay): float(np.abs(1 - rate * (CURVATURES + decay)).max()) for rate in (BELOW, ABOVE) for decay in DECAYS}
    runs = {name: [_losses(seed, **change) for seed in seeds] for name, change in CHANGES.items()}
    rises = {name: np.array([np.maximum(np.diff(losses), 0).sum() for losses in of]) for name, of in runs.items()}
    share = {name: np.array([100 * (np.diff(losses) > 0).mean() for losses in of]) for name, of in runs.items()}
    ends = {name: np.array([losses[-1] for losses in of]) for name, of in runs.items()}
    numbers: dict[str, Measured] = {
        f"{side}_{i}": exactly(factors[rate, decay])
        for side, rate in (("below", BELOW), ("above", ABOVE))
        for i, decay in enumerate(DECAYS)
    }
    numbers |= {f"{name}_rises": measured(of) for name, of in rises.items()}
    numbers |= {f"{name}_share": measured(of) for name, of in share.items()}
    numbers |= {f"{name}_end": measured(of) for name, of in ends.items()}
    numbers |= {"below": exactly(BELOW), "above": exactly(ABOVE), "rate": exactly(RATE), "steps": exactly(STEPS)}
    middle = {name: float(np.median(of)) for name, of in ends.items()}
    holds = {
        "decay_can_turn_a_run_that_converges": factors[BELOW, 0.1] < 1 < factors[BELOW, 1.0],
        "decay_rescues_none_that_diverges": all(factors[ABOVE, decay] >= factors[ABOVE, 0.0] > 1 for decay in DECAYS),
        "decay_does_not_calm_the_network": bool(np.median(share["decay_1"]) > np.median(share["none"]))
        and middle["decay_1"] > 3 * middle["none"],
        "a_lower_rate_and_clipping_do": all(np.median(rises[c]) < np.median(rises["none"]) / 4 for c in ("quarter", "clip")),
    }
    shown = {name: of[0] for name, of in runs.items()}
    curves = {name: (tuple(range(len(of))), tuple(of)) for name, of in shown.items()}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _losses(seed: int, *, rate: float = RATE, decay: float = 0.0, clip: float = np.inf, warm: float = 1.0) -> list[float]:
    """The training loss of a network before every step of gradient descent on all rows; the penalty is not counted in."""
    rng = np.random.default_rng(seed)
    data = _nets.blobs(rng, apart=0.5, rows=256)

    def slopes(_: int, weights: _nets.Weights) -> tuple[float, _nets.Weights]:
        cost, parts = _nets.gradient(weights, data)
        shrink = min(1.0, clip / float(np.linalg.norm(_nets.flat(parts))))
        return cost, [shrink * part + decay * w for part, w in zip(parts, weights, strict=True)]

    start = _nets.start(rng, (20, 32, 3))
    with np.errstate(all="ignore"):
        trace = _deep.descend(start, slopes, lambda step: rate * min(1.0, (step + 1) / warm), range(STEPS + 1))
    return trace.seen["loss"]


def draw(found: Found) -> "Figure":
    """The loss of one run: on the left without and with decay, on the right with changes that help."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, both = panels(2, height=2.9)
    places = {"none": 0, "decay_1": 1, "quarter": 2, "clip": 3}
    for axes, names in zip(both, (("none", "decay_1"), ("none", "quarter", "clip")), strict=True):
        for name in names:
            axes.plot(*found.curves[name], color=COLOURS[places[name]], linestyle=DASHES[places[name]], linewidth=1.5)
        axes.set(yscale="log", xlabel="t", ylim=(5e-4, 100))
    signs(figure, ["η=4", "λ=0.1", "η=1", "‖g‖≤½"])
    return figure
