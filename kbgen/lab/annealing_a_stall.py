"""A falling rate for two stalls that look alike: at a saddle it never leaves, over noise it sinks to a lower floor."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab._nets import Array
from kbgen.optimizers import rules
from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 30
RATE, LARGER, DECAY, STEPS = 0.5, 0.9, 0.99, 1000
DOWN = 0.04
"""Curvature along y at the saddle x² − y²/50, downward."""
NOISE, FIRST = 1.0, 3.0
Rate = Callable[[int], float]
STEP: Callable[..., Any] = rules.sgd
RATES: dict[str, Rate] = {"constant": lambda _: RATE, "falling": lambda step: RATE * DECAY**step, "larger": lambda _: LARGER}


def run(seeds: Sequence[int]) -> Found:
    """Steps until the saddle is left, and the height that noise keeps up, each with every rate."""
    saddle = {name: np.array([_saddle(rate, seed) for seed in seeds]) for name, rate in RATES.items()}
    valley = {name: np.array([_valley(RATES[name], seed) for seed in seeds]) for name in ("constant", "falling")}
    away = {name: np.array([_left(path) for path in paths]) for name, paths in saddle.items()}
    floor = {name: paths[:, -STEPS // 5 :].mean(axis=1) for name, paths in valley.items()}
    numbers: dict[str, Measured] = {f"{name}_away": measured(of) for name, of in away.items()}
    numbers |= {f"{name}_floor": measured(of) for name, of in floor.items()}
    numbers |= {"falling_place": measured(saddle["falling"][:, -1]), "down": measured(floor["constant"] / floor["falling"])}
    numbers |= {"rate": exactly(RATE), "larger": exactly(LARGER), "decay": exactly(DECAY), "steps": exactly(STEPS)}
    holds = {
        "a_constant_rate_leaves_the_saddle": bool(np.isfinite(away["constant"]).all()),
        "a_falling_rate_never_does": bool(np.isinf(away["falling"]).all()),
        "a_larger_rate_leaves_sooner": bool(np.median(away["larger"]) < 0.7 * np.median(away["constant"])),
        "over_noise_a_falling_rate_sinks_lower": bool(np.median(floor["falling"]) < np.median(floor["constant"]) / 10),
    }
    curves = {f"saddle_{name}": _thin(np.median(paths, axis=0)) for name, paths in saddle.items()}
    curves |= {f"valley_{name}": _thin(paths.mean(axis=0)) for name, paths in valley.items()}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _saddle(rate: Rate, seed: int) -> Array:
    """|y| on the way from close to the saddle, by the gradient without any noise; it counts as left at 1, and stays there."""
    y = float(10 ** np.random.default_rng(seed).uniform(-3.5, -2.5))
    path = [y]
    for step in range(STEPS):
        y = min(1.0, STEP(y, -DOWN * y, lr=rate(step)))
        path.append(y)
    return np.array(path)


def _left(path: Array) -> float:
    return float(np.argmax(path >= 1)) if path[-1] >= 1 else np.inf


def _valley(rate: Rate, seed: int) -> Array:
    """x²/2 on the way down a parabola whose gradient carries noise."""
    rng = np.random.default_rng(seed)
    x, path = FIRST, [FIRST**2 / 2]
    for step in range(STEPS):
        x = STEP(x, x + NOISE * rng.normal(), lr=rate(step))
        path.append(x**2 / 2)
    return np.array(path)


def _thin(path: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(range(0, len(path), 10)), tuple(path[::10])


def draw(found: Found) -> "Figure":
    """How far from the saddle, and how high over the valley."""
    from kbgen.figures.drawings._shared import signs
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, both = panels(2, height=2.9)
    for axes, place, up in zip(both, ("saddle", "valley"), ("|y|", "½x²"), strict=True):
        for i, name in enumerate(RATES):
            if f"{place}_{name}" in found.curves:
                axes.plot(*found.curves[f"{place}_{name}"], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.7)
        axes.set(yscale="log", xlabel="t", xticks=[0, 500, 1000])
        axes.text(0.7, 0.75, up, transform=axes.transAxes, fontsize=13)
    signs(figure, ["η=0.5", "η=0.5·0.99ᵗ", "η=0.9"])
    return figure
