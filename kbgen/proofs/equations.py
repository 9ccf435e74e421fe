"""The printed formula, the printed gradient and the coded gradient, each against what it must equal."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from kbgen import registry
from kbgen.formula.execute import derivatives, values
from kbgen.formula.syntax import FormulaError
from kbgen.losses.domains import DOMAINS
from kbgen.model import Loss
from kbgen.proofs.sampling import Array, draw, gradients, parameters, scaled, takes_batches, variants

STEP = 1e-6
STENCIL = ((8, 1), (-8, -1), (-1, 2), (1, -2))
"""(weight, steps) of the central difference of fourth order: with two points the narrow peaks of a density decide the error."""
SIZES = (1.0, 0.15, 1.0, 0.15, 0.004)
DRAWS = 20
"""At least as many draws of a loss, however few parameters it has; of one that takes pictures or batches, one near and one far."""


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


def largest(found: Array, expected: Array) -> float:
    """The largest difference, relative where the expected value is above 1; infinite where something is not a number."""
    with np.errstate(invalid="ignore"):
        difference = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    return float("inf") if np.isnan(difference).any() else float(np.max(difference, initial=0.0))


def _points(loss: Loss, rng: np.random.Generator) -> Iterator[tuple[dict[str, float], list[Array]]]:
    """Every variant at ordinary points and at points close together, where other branches apply."""
    every = variants(loss)
    large = takes_batches(loss)
    sizes = SIZES[:2] if large else SIZES * -(-DRAWS // (len(every) * len(SIZES)))
    if loss.output[:1] != ("n",):  # a batch of coupled items is many points
        sizes = sizes[-max(3, -(-DRAWS // len(every))) :]
    for variant in every:
        for size in sizes:
            yield variant, scaled(loss, draw(loss, rng, items=1 if large else None), size)


def _borders(loss: Loss, rng: np.random.Generator) -> Iterator[list[Array]]:
    """Single items at the borders of their domains or at an ordinary number, in every combination; none of losses of vectors.

    With 0, 1 and -1 alone a factor of 1/|y| would not show.

    Huge and tiny numbers are left to the tests of the code: a formula means exact numbers, and its own rounding there says nothing.
    """
    if all(given.shape in {("n",), ()} for given in loss.inputs.values()):
        near = [
            [*(x for x in DOMAINS[given.domain].border if x == 0 or 1e-9 <= abs(x) <= 1), *DOMAINS[given.domain].draw(rng, (1,))]
            for given in loss.inputs.values()
        ]
        for point in itertools.product(*near):
            yield [np.full([1] * len(given.shape), x) for x, given in zip(point, loss.inputs.values(), strict=True)]


def formula(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The printed formula, executed, against the function."""

    def compare(variant: dict[str, float], inputs: list[Array]) -> tuple[float, int]:
        sides = values(loss, inputs, parameters(loss, variant))
        expected = np.asarray(registry.losses()[loss.id](*inputs, **variant))
        return max([0.0, *(largest(side, expected) for side in sides)]), expected.size

    return _everywhere(loss, rng, compare, 1e-9)


def gradient_formula(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The printed gradient, executed, against the coded gradient."""

    def compare(variant: dict[str, float], inputs: list[Array]) -> tuple[float, int]:
        found = derivatives(loss, inputs, parameters(loss, variant))
        expected = dict(zip(loss.differentiable, gradients(loss, inputs, variant), strict=True))
        if missing := expected.keys() - found.keys():
            raise FormulaError(f"no equation for the derivative by {min(missing)}")
        errors = [largest(np.broadcast_to(side, slope.shape), slope) for name, slope in expected.items() for side in found[name]]
        return max(0.0, *errors), sum(slope.size for slope in expected.values())

    return _everywhere(loss, rng, compare, 1e-8)


def _everywhere(
    loss: Loss, rng: np.random.Generator, compare: Callable[[dict[str, float], list[Array]], tuple[float, int]], tolerance: float
) -> Comparison:
    """The largest error at ordinary points and at borders; at these only where the equation, taken literally, gives a number."""
    found = []
    try:
        for variant, inputs in _points(loss, rng):
            found.append(compare(variant, inputs))
        for inputs in _borders(loss, rng):
            with suppress(ArithmeticError), np.errstate(all="raise", under="ignore"):
                found.append(compare({}, inputs))
    except FormulaError as slip:
        return Comparison(np.inf, tolerance, sum(points for _, points in found), str(slip))
    return Comparison(max(error for error, _ in found), tolerance, sum(points for _, points in found))


def gradient(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The coded gradient against central differences along random directions."""
    function, error, points = registry.losses()[loss.id], 0.0, 0
    for variant, inputs in _points(loss, rng):
        for name, grad in zip(loss.differentiable, gradients(loss, inputs, variant), strict=True):
            place = list(loss.inputs).index(name)
            direction = rng.normal(size=np.shape(inputs[place]))
            before, after = inputs[:place], inputs[place + 1 :]
            sums = (w * np.sum(function(*before, inputs[place] + k * STEP * direction, *after, **variant)) for w, k in STENCIL)
            error = max(error, largest(np.asarray(np.sum(grad * direction)), np.asarray(sum(sums) / (12 * STEP))))
            points += grad.size
    return Comparison(error, 1e-6, points)
