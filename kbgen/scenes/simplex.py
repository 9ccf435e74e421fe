"""Losses of a distribution over three classes, on a lattice of the triangle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kbgen import registry
from kbgen.scenes.paper import reach

Array = NDArray[np.float64]
STEP, LEAST, COUNT = 0.02, 0.02, 47
"""Probabilities from 0.02 to 0.96 in steps of 0.02."""
CERTAIN, LIKELY, TORN, EVEN = (1.0, 0.0, 0.0), (0.7, 0.2, 0.1), (0.5, 0.5, 0.0), (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True)
class Simplex:
    """A loss over predictions `sign`, for every true distribution `truths` called `truth`, and every value of a knob.

    `first` is what the drawing shows: the prediction, the knob's value and the number of the truth. `slope` is what the
    arrow shows: minus the gradient, along the triangle.
    """

    sign: str
    truth: str
    truths: Sequence[tuple[float, float, float]]
    knob: tuple[str, Sequence[float]]
    slope: str
    levels: Sequence[float]
    first: tuple[tuple[float, float, float], float, int]
    sample: Callable[[Array, Array, float], tuple[Array, Array]]

    def layer(self, number: float, truth: int) -> tuple[Array, Array]:
        """Value (n) and gradient along the triangle (n, 3) at the points of the lattice."""
        points = lattice()
        value, grad = self.sample(points, np.broadcast_to(self.truths[truth], points.shape), number)
        return value, grad - grad.mean(axis=1, keepdims=True)

    def reach(self) -> float:
        """The slope with the longest arrow."""
        layers = [self.layer(number, truth) for truth in range(len(self.truths)) for number in self.knob[1]]
        return reach(np.stack([np.linalg.norm(grad, axis=1) for _, grad in layers]))


def lattice() -> Array:
    """Points (n, 3) in rows of equal first probability, the second growing along a row."""
    places = [(i, j, COUNT - i - j) for i in range(COUNT + 1) for j in range(COUNT + 1 - i)]
    return LEAST + STEP * np.array(places, float)


def _through_logits(id: str, pred: Array, target: Array, number: float) -> tuple[Array, Array]:
    loss, grad = registry.losses()[id], registry.losses()[f"{id}_grad"]
    params = {"eps": number} if id == "label_smoothing_cross_entropy" else {}
    return loss(np.log(pred), target, **params), grad(np.log(pred), target, **params)


def _directly(id: str, pred: Array, target: Array, _number: float) -> tuple[Array, Array]:
    return registry.losses()[id](pred, target), registry.losses()[f"{id}_grad"](pred, target)


LEVELS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3)
SIMPLICES: Mapping[str, Simplex] = MappingProxyType(
    {
        "cross_entropy": Simplex(
            sign="p",
            truth="y",
            truths=(CERTAIN, LIKELY, TORN, EVEN),
            knob=("", (0.0,)),
            slope="−∂ℓ/∂z",
            levels=LEVELS,
            first=((0.24, 0.16, 0.6), 0, 1),
            sample=partial(_through_logits, "cross_entropy"),
        ),
        "label_smoothing_cross_entropy": Simplex(
            sign="p",
            truth="y",
            truths=(CERTAIN, LIKELY),
            knob=("ε", (0.0, 0.1, 0.2, 0.3, 0.4)),
            slope="−∂ℓ/∂z",
            levels=LEVELS,
            first=((0.24, 0.16, 0.6), 0.2, 0),
            sample=partial(_through_logits, "label_smoothing_cross_entropy"),
        ),
        "kl_divergence": Simplex(
            sign="q",
            truth="p",
            truths=(CERTAIN, LIKELY, TORN, EVEN),
            knob=("", (0.0,)),
            slope="−∂ℓ/∂q",
            levels=(0.02, *LEVELS),
            first=((0.24, 0.16, 0.6), 0, 1),
            sample=partial(_directly, "kl_divergence"),
        ),
        "js_divergence": Simplex(
            sign="q",
            truth="p",
            truths=(CERTAIN, LIKELY, TORN, EVEN),
            knob=("", (0.0,)),
            slope="−∂ℓ/∂q",
            levels=(0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6),
            first=((0.24, 0.16, 0.6), 0, 1),
            sample=partial(_directly, "js_divergence"),
        ),
    }
)
