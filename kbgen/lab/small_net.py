"""A network of two inputs, two hidden units and one output: every number of one step, then the curves of a hundred."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.lab import _nets
from kbgen.losses.classification import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
from kbgen.optimizers.rules import momentum, sgd
from kbgen.trials import Found, exactly

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEDS = 1
"""Nothing is drawn."""
LR, FAST, STEPS, MU = 0.1, 2.0, 100, 0.9
DATA = _nets.Data(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [2.0, 2.0]]), np.array([[1.0], [0.0], [0.0], [1.0]]))
START = [np.array([[0.5, -0.5], [0.25, 0.5]]), np.zeros(2), np.array([[-1.0], [0.5]]), np.zeros(1)]
NAMES = ("w11", "w12", "w21", "w22", "b1", "b2", "w1", "w2", "c")
"""The parameters in the order of the vector that holds all."""


def run(seeds: Sequence[int]) -> Found:  # noqa: ARG001
    """One step on the first row, with every number; then a hundred steps in three ways."""
    numbers, holds = _one_step()
    all_rows = _path(sgd, lambda _: DATA)
    one_row = _path(sgd, lambda step: _row(step % len(DATA.rows)))
    curves = {
        "all": [_value(weights, DATA) for weights in all_rows],
        "row": [_value(weights, DATA) for weights in one_row],
        "momentum": [_value(weights, DATA) for weights in _path(momentum, lambda _: DATA, mu=MU)],
        "seen": [_value(weights, _row(step % len(DATA.rows))) for step, weights in enumerate(one_row[:-1])],
    }
    too_fast = _path(sgd, lambda _: DATA, lr=FAST)
    curves["fast"] = [_value(weights, DATA) for weights in too_fast]
    for name, curve in curves.items():
        found = {"first": curve[0], "last": curve[-1], "rises": float(np.sum(np.diff(curve) > 0))}
        numbers |= {f"{name}_{what}": value for what, value in found.items()}
        holds |= {f"{name}_falls_in_the_end": curve[-1] < curve[0]}
    numbers |= {"steps": STEPS, "rate": LR, "mu": MU, "fast_rate": FAST}
    often = STEPS / 4
    holds |= {
        "all_rows_never_rise": numbers["all_rises"] == 0,
        "one_row_rises": min(numbers["row_rises"], numbers["seen_rises"]) > often,
    }
    holds |= {"momentum_rises": numbers["momentum_rises"] > 0, "fast_rises": numbers["fast_rises"] > 0}
    holds |= {"fast_ends_with_all_units_off": not _nets.forward(too_fast[-1], DATA.rows)[1].any()}
    rows = {name: (tuple(range(len(curve))), tuple(curve)) for name, curve in curves.items()}
    return Found(numbers={name: exactly(value) for name, value in numbers.items()}, holds=holds, curves=rows)


def _one_step() -> tuple[dict[str, float], dict[str, bool]]:
    """Forward, loss, backward and update on the first row; and the gradient by finite differences."""
    row = _row(0)
    _, hidden, logit = _nets.forward(START, row.rows)
    loss, parts = _nets.gradient(START, row, _loss)
    slopes = _nets.flat(parts)
    after = _nets.flat(START) - LR * slopes
    numbers = {"h1": hidden[0, 0], "h2": hidden[0, 1], "z": logit[0, 0], "p": 1 / (1 + np.exp(-logit[0, 0])), "loss": loss}
    numbers |= {"dz": numbers["p"] - 1}
    numbers |= {f"d{name}": slope for name, slope in zip(NAMES, slopes, strict=True)}
    numbers |= {f"new_{name}": value for name, value in zip(NAMES, after, strict=True)}
    new_loss = _value(_nets.shaped(after, START), row)
    away = float(np.abs(_differences(row) - slopes).max())
    numbers |= {"new_loss": new_loss, "away": away, "promised": LR * float(slopes @ slopes), "gained": loss - new_loss}
    return numbers, {"the_step_helped_its_row": new_loss < loss, "gradient_is_the_slope": away < 1e-8}


def _differences(data: _nets.Data, nudge: float = 1e-5) -> _nets.Array:
    """The slope by every parameter: nudge it up and down, and look at the loss."""
    theta = _nets.flat(START)
    ends = [[_value(_nets.shaped(theta + way * unit, START), data) for way in (-nudge, nudge)] for unit in np.eye(len(theta))]
    return np.array([(up - down) / (2 * nudge) for down, up in ends])


def _path(rule: Callable[..., Any], batch: Callable[[int], _nets.Data], lr: float = LR, **constants: float) -> list[_nets.Weights]:
    """The weights at the start and after every step."""
    theta, state, path = _nets.flat(START), list[_nets.Array](), [START]
    for step in range(STEPS):
        _, slopes = _nets.gradient(path[-1], batch(step), _loss)
        new = rule(theta, _nets.flat(slopes), *state, lr=lr, **constants)
        theta, *state = new if isinstance(new, tuple) else (new,)
        path.append(_nets.shaped(theta, START))
    return path


def _row(place: int) -> _nets.Data:
    return _nets.Data(DATA.rows[[place]], DATA.labels[[place]])


def _loss(logits: _nets.Array, labels: _nets.Array) -> tuple[float, _nets.Array]:
    """Binary cross-entropy: the mean over rows, and its gradient by the logits."""
    value = binary_cross_entropy_with_logits(logits, labels).mean()  # type: ignore[no-untyped-call]
    slope = binary_cross_entropy_with_logits_grad(logits, labels) / len(labels)  # type: ignore[no-untyped-call]
    return float(value), slope


def _value(weights: _nets.Weights, data: _nets.Data) -> float:
    return _loss(_nets.forward(weights, data.rows)[-1], data.labels)[0]


def draw(found: Found) -> "Figure":
    """Left the loss of the row that each step sees, right that of all rows: all rows at a step, one row, momentum."""
    from kbgen.figures.drawings._shared import names
    from kbgen.figures.style import COLOURS, DASHES, panels

    figure, (left, right) = panels(2, height=2.8)
    left.plot(*found.curves["seen"], color=COLOURS[1], linewidth=1.2)
    for i, name in enumerate(("all", "row", "momentum")):
        right.plot(*found.curves[name], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.6)
    for axes in (left, right):
        names(axes, "t", "L")
        axes.set(ylim=(0, None), xlim=(0, STEPS), xticks=range(0, STEPS, 25))
    return figure
