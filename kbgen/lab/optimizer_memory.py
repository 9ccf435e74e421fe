"""What update rules keep between steps: run each on a weight matrix and count the numbers it hands back."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.optimizers import adaptive, matrices, rules
from kbgen.trials import Found, Measured, exactly

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 1
STEPS = 2
SHAPES = {"square": (64, 64), "oblong": (256, 16)}
SIGNS = {
    "sgd": "SGD",
    "adafactor": "Adafactor",
    "momentum": "μ",
    "rmsprop": "RMSProp",
    "adagrad": "AdaGrad",
    "lion": "Lion",
    "muon": "Muon",
    "adam": "Adam",
    "adamw": "AdamW",
    "amsgrad": "AMSGrad",
    "adan": "Adan",
    "shampoo": "Shampoo",
    "soap": "SOAP",
}
"""Rules by id, and how pictures call them."""
BY_SHAPE = {"adafactor", "shampoo", "soap"}
RULES: Mapping[str, Callable[..., Any]] = {
    rule: getattr(next(module for module in (rules, adaptive, matrices) if hasattr(module, rule)), rule) for rule in SIGNS
}
BYTES = 4
"""Of a number in single precision."""


def run(seeds: Sequence[int]) -> Found:
    """Numbers kept for each parameter, by rule and by shape of the matrix."""
    counts = {(rule, shape): {_kept(rule, size, seed) for seed in seeds} for rule in SIGNS for shape, size in SHAPES.items()}
    kept = {key: found.pop() for key, found in counts.items() if len(found) == 1}  # no seed changes how much is kept
    numbers: dict[str, Measured] = {f"{shape}_{rule}": exactly(count) for (rule, shape), count in kept.items()}
    numbers |= {f"gib_{rule}": exactly(BYTES * 1e9 * kept[rule, "square"] / 2**30) for rule in ("rmsprop", "adam")}
    holds = {
        "no_seed_changes_it": len(kept) == len(SIGNS) * len(SHAPES),
        "rmsprop_keeps_half_of_adam": all(2 * kept["rmsprop", s] == kept["adam", s] for s in SHAPES),
        "sgd_keeps_nothing": all(kept["sgd", s] == 0 for s in SHAPES),
        "shape_counts_for_matrix_rules_only": {r for r in SIGNS if kept[r, "square"] != kept[r, "oblong"]} == BY_SHAPE,
    }
    curves = {s: (tuple(range(len(SIGNS))), tuple(kept[rule, s] for rule in SIGNS)) for s in SHAPES}
    return Found(numbers=numbers, holds=holds, curves=curves)


def _kept(rule: str, size: tuple[int, int], seed: int) -> float:
    """Numbers that `rule` hands back beside the parameters, for each of these; single numbers do not count."""
    rng = np.random.default_rng(seed)
    theta, state = rng.normal(size=size), tuple[Any, ...]()
    for _ in range(STEPS):
        new = RULES[rule](theta, rng.normal(size=size), *state)
        theta, *rest = new if isinstance(new, tuple) else (new,)
        state = tuple(rest)
    return sum(np.size(part) for part in state if np.size(part) > 1) / theta.size


def draw(found: Found) -> "Figure":
    """A bar for each rule on a square matrix; beside it what an oblong one needs, where that differs."""
    from kbgen.figures.style import COLOURS, panel
    from kbgen.trials import shown

    figure, axes = panel(height=4.4)
    axes.set_position((0.24, 0.11, 0.74, 0.86))
    square, oblong = (found.curves[shape][1] for shape in SHAPES)
    names = list(SIGNS.values())
    axes.barh(names, square, height=0.6, color=COLOURS[0])
    for i, (one, other) in enumerate(zip(square, oblong, strict=True)):
        text = shown(one) if one == other else f"{shown(one)} → {shown(other)}"
        axes.annotate(text, (one, i), (4, 0), textcoords="offset points", va="center", ha="left")
    axes.invert_yaxis()
    axes.set(xlim=(0, 8.2), xticks=[0, 2, 4, 6])
    axes.grid(visible=False, axis="y")
    return figure
