"""The printed formula, the printed gradient and the coded gradient, each against what it must equal."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kbgen import registry
from kbgen.formula.execute import execute
from kbgen.formula.syntax import FormulaError
from kbgen.model import Loss
from kbgen.proofs.sampling import Array, draw, gradients, parameters, scaled, variants

STEP = 1e-6
SIZES = (1.0, 0.15, 1.0, 0.15, 0.004)
DRAWS = 20
"""At least as many draws of a loss, however few parameters it has."""


@dataclass(frozen=True)
class Comparison:
    """The largest error over some points, and the tolerance it is held against. `slip` says why nothing could be compared."""

    error: float
    tolerance: float
    points: int
    slip: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything was compared, and near enough."""
        return not self.slip and self.error <= self.tolerance


def _error(found: Array, expected: Array) -> float:
    """The largest difference, relative where the expected value is above 1; infinite where something is not a number."""
    with np.errstate(invalid="ignore"):
        difference = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    return float("inf") if np.isnan(difference).any() else float(np.max(difference, initial=0.0))


def _points(loss: Loss, rng: np.random.Generator) -> Iterator[tuple[dict[str, float], list[Array]]]:
    """Every variant at ordinary points and at points close together, where other branches apply."""
    every = variants(loss)
    rounds = -(-DRAWS // (len(every) * len(SIZES)))
    for variant in every:
        for size in SIZES * rounds:
            yield variant, scaled(loss, draw(loss, rng), size)


def formula(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The printed formula, executed, against the function."""
    error, points = 0.0, 0
    for variant, inputs in _points(loss, rng):
        expected = np.asarray(registry.losses()[loss.id](*inputs, **variant))
        try:
            sides, _ = execute(loss, inputs, parameters(loss, variant))
        except FormulaError as slip:
            return Comparison(np.inf, 1e-9, points, str(slip))
        error = max([error, *(_error(side, expected) for side in sides)])
        points += expected.size
    return Comparison(error, 1e-9, points)


def gradient_formula(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The printed gradient, executed, against the coded gradient."""
    error, points = 0.0, 0
    for variant, inputs in _points(loss, rng):
        try:
            _, found = execute(loss, inputs, parameters(loss, variant))
        except FormulaError as slip:
            return Comparison(np.inf, 1e-8, points, str(slip))
        for name, expected in zip(loss.differentiable, gradients(loss, inputs, variant), strict=True):
            if name not in found:
                return Comparison(np.inf, 1e-8, points, f"no equation for the derivative by {name}")
            error = max([error, *(_error(np.broadcast_to(side, expected.shape), expected) for side in found[name])])
            points += expected.size
    return Comparison(error, 1e-8, points)


def gradient(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The coded gradient against central differences along random directions."""
    function, error, points = registry.losses()[loss.id], 0.0, 0
    for variant, inputs in _points(loss, rng):
        for name, grad in zip(loss.differentiable, gradients(loss, inputs, variant), strict=True):
            place = list(loss.inputs).index(name)
            direction = rng.normal(size=np.shape(inputs[place]))
            ends = [[*inputs[:place], inputs[place] + s * STEP * direction, *inputs[place + 1 :]] for s in (1, -1)]
            slope = (np.sum(function(*ends[0], **variant)) - np.sum(function(*ends[1], **variant))) / (2 * STEP)
            error = max(error, _error(np.asarray(np.sum(grad * direction)), np.asarray(slope)))
            points += grad.size
    return Comparison(error, 2e-5, points)
