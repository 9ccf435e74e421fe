"""What the kink of the absolute error costs in training, what it buys with wild noise, and where it does not help."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.losses.regression import absolute_error_grad
from kbgen.losses.robust import huber_grad
from kbgen.trials import Found, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]
SEEDS = 100
ROWS, STEPS, TRUE, LEVERS, FAR = 50, 300, 2.0, 5, 10.0
GOAL = 0.01
DELTA = 1.35
"""Where Huber's loss turns straight, in units of the usual noise."""
GRADIENTS: Mapping[str, Callable[[Array, Array], Array]] = {
    "squared": partial(huber_grad, delta=np.inf),  # half the squared error: its gradient is the residual
    "absolute": absolute_error_grad,
    "huber": partial(huber_grad, delta=DELTA),
}
SCHEDULES: Mapping[str, Callable[[int], float]] = {"constant": lambda _: 1.0, "falling": lambda step: 1 / np.sqrt(1 + step / 10)}
RUNS = {
    "squared": ("squared", "constant"),
    "absolute": ("absolute", "constant"),
    "falling": ("absolute", "falling"),
    "huber": ("huber", "constant"),
}
RATES = np.geomspace(0.01, 3, 16)
SHARED = 0.8
"""The rate of the picture, and of the hopping."""


@dataclass(frozen=True)
class Lines:
    """Points along lines through zero, one line a row."""

    x: Array
    y: Array


def run(seeds: Sequence[int]) -> Found:
    """Hops and steps on wild noise; the error of the slope where noise is tame, wild, or in x."""
    data = {kind: _lines(kind, seeds) for kind in ("tame", "wild", "lever")}
    error = {f"{kind}_{loss}": np.abs(_least(loss, lines) - TRUE) for kind, lines in data.items() for loss in GRADIENTS}
    away = {name: _descent(name, data["wild"], SHARED) for name in RUNS}
    hop = {name: np.median(path[-20:], axis=0) for name, path in away.items()}
    hop["quarter"] = np.median(_descent("absolute", data["wild"], SHARED / 4)[-20:], axis=0)
    steps = {name: _fewest(name, data["wild"]) for name in RUNS}
    numbers = {name: measured(found) for name, found in error.items()}
    numbers |= {f"hop_{name}": measured(found) for name, found in hop.items()}
    numbers |= {f"steps_{name}": measured(found) for name, found in steps.items()}
    numbers |= {"goal": exactly(GOAL), "rate": exactly(SHARED), "delta": exactly(DELTA), "most": exactly(STEPS)}
    holds = _holds(*({name: float(np.median(y)) for name, y in found.items()} for found in (error, hop, steps)))
    curves = {name: (tuple(range(STEPS + 1)), tuple(np.median(path, axis=1))) for name, path in away.items()}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _holds(error: Mapping[str, float], hop: Mapping[str, float], steps: Mapping[str, float]) -> dict[str, bool]:
    return {
        "absolute_hops_at_a_constant_rate": hop["absolute"] > 1e-3 and max(hop["squared"], hop["huber"]) < 1e-6,
        "hops_shrink_with_the_rate": hop["quarter"] < hop["absolute"] / 2 and hop["falling"] < hop["absolute"] / 3,
        "hops_are_small_beside_the_error_of_the_estimate": hop["absolute"] < error["wild_absolute"] / 4,
        "a_falling_rate_saves_steps": steps["falling"] < steps["absolute"],
        "smooth_losses_need_fewest_steps": max(steps["squared"], steps["huber"]) < steps["falling"] / 2,
        "wild_noise_hurts_squares_most": error["wild_squared"] > 1.2 * max(error["wild_absolute"], error["wild_huber"]),
        "none_withstands_levers": all(error[f"lever_{loss}"] > 5 * error[f"tame_{loss}"] for loss in GRADIENTS),
    }


def _lines(kind: str, seeds: Sequence[int]) -> Lines:
    """With levers, one point in ten lies far out in x, and its y knows nothing of the line."""
    x, y = np.empty((2, len(seeds), ROWS))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        x[i] = rng.normal(size=ROWS)
        noise = rng.standard_t(1.5, size=ROWS) if kind == "wild" else rng.normal(size=ROWS)
        y[i] = TRUE * x[i] + noise
        if kind == "lever":
            x[i, :LEVERS], y[i, :LEVERS] = FAR, noise[:LEVERS]
    return Lines(x, y)


def _pull(loss: str, lines: Lines, w: Array) -> Array:
    """The derivative of the mean loss by the slope of each line."""
    pull: Array = np.mean(GRADIENTS[loss](w[:, None] * lines.x, lines.y) * lines.x, axis=1)
    return pull


def _least(loss: str, lines: Lines) -> Array:
    """Where the mean loss is least: its derivative grows with w, so halving finds where the sign changes."""
    low, high = np.full((2, len(lines.x)), [[-1e4], [1e4]])
    for _ in range(60):
        middle = (low + high) / 2
        beyond = _pull(loss, lines, middle) > 0
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    least: Array = (low + high) / 2
    return least


def _descent(name: str, lines: Lines, rate: float) -> Array:
    """The distance to the minimum of the loss itself, before the first step from w = 0 and after each."""
    loss, schedule = RUNS[name]
    w, goal = np.zeros(len(lines.x)), _least(loss, lines)
    away = [np.abs(w - goal)]
    for step in range(STEPS):
        w = w - rate * SCHEDULES[schedule](step) * _pull(loss, lines, w)
        away.append(np.abs(w - goal))
    return np.array(away)


def _fewest(name: str, lines: Lines) -> Array:
    """Steps after which a run stays within GOAL of the minimum, infinite if it does not, at the rate of least median."""
    return min((_settled(_descent(name, lines, rate)) for rate in RATES), key=lambda steps: float(np.median(steps)))


def _settled(away: Array) -> Array:
    near = away < GOAL
    last = len(away) - np.argmin(near[::-1], axis=0)
    return np.where(near.all(axis=0), 0.0, np.where(near[-1], last, np.inf))


def draw(found: Found) -> "Figure":
    """Distance to the minimum against steps, all at one rate."""
    from kbgen.figures.drawings._shared import MARKERS, signs
    from kbgen.figures.style import COLOURS, DASHES, panel

    figure, axes = panel(height=3.2)
    for i, name in enumerate(RUNS):
        steps, away = found.curves[name]
        line = axes.plot(steps, [max(y, 1e-9) for y in away], color=COLOURS[i], linestyle=DASHES[i])[0]
        line.set(marker=MARKERS[i], markevery=(8, 60), markersize=5)
    axes.set(yscale="log", ylim=(1e-8, 5), xlabel="t", xlim=(0, STEPS))
    signs(figure, ["r²", "|r|", "|r|, ηₜ↓", "Huber"])
    return figure
