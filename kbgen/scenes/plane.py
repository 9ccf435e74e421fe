"""Losses over two quantities: what the axes mean, which parameter has a slider, and the samples of value and gradient."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kbgen import registry
from kbgen.scenes.paper import reach

Array = NDArray[np.float64]
Sample = tuple[Array, Array, Array]
"""Value and both components of the gradient."""


NOTHING = 1e-6
"""The level at the border of the region without loss; written as 0."""


@dataclass(frozen=True)
class Axis:
    """A quantity: its sign, its range and how many samples of it are taken."""

    symbol: str
    start: float
    stop: float
    count: int

    @property
    def nodes(self) -> Array:
        """The places of the samples."""
        return np.linspace(self.start, self.stop, self.count)


@dataclass(frozen=True)
class Plane:
    """A loss over two axes, for every value of a knob and every choice.

    `slopes` are the signs of the arrow's components, "" where a step of training does not move that quantity; `levels` are
    the contour lines, labelled where they cross the line `along`; `first` is what the drawing shows: places on x and y, the
    knob's value, the choice.
    """

    x: Axis
    y: Axis
    knob: tuple[str, Sequence[float]]
    choices: Sequence[str]
    slopes: tuple[str, str]
    levels: Sequence[float]
    along: tuple[tuple[float, float], tuple[float, float]]
    first: tuple[float, float, float, int]
    sample: Callable[[Array, Array, float, int], Sample]

    def layer(self, number: float, choice: int) -> Sample:
        """The samples for one value of the knob, rows along y."""
        x, y = np.meshgrid(self.x.nodes, self.y.nodes)
        value, *slopes = self.sample(x.ravel(), y.ravel(), number, choice)
        return value.reshape(x.shape), slopes[0].reshape(x.shape), slopes[1].reshape(x.shape)

    def reach(self, choice: int) -> float:
        """The slope with the longest arrow."""
        return reach(np.stack([np.hypot(*self.layer(number, choice)[1:]) for number in self.knob[1]]))


def _triplet(near: Array, far: Array, margin: float, _choice: int) -> Sample:
    """The positive at (d+, 0) and the negative at (0, d-) of the anchor: what moves them is the slope along their distance."""
    loss, grad = registry.losses()["triplet_margin"], registry.losses()["triplet_margin_grad"]
    zero = np.zeros_like(near)
    points = np.stack([zero, zero], axis=1), np.stack([near, zero], axis=1), np.stack([zero, far], axis=1)
    _, positive, negative = grad(*points, margin=margin)
    return loss(*points, margin=margin), positive[:, 0], negative[:, 1]


def _contrastive(x: Array, y: Array, margin: float, choice: int) -> Sample:
    """One embedding of the plane, the other in the middle."""
    loss, grad = registry.losses()["contrastive"], registry.losses()["contrastive_grad"]
    one, similar = np.stack([x, y], axis=1), np.full_like(x, 1 - choice)
    slope, _ = grad(one, np.zeros_like(one), similar, margin=margin)
    return loss(one, np.zeros_like(one), similar, margin=margin), slope[:, 0], slope[:, 1]


def _focal(prob: Array, gamma: Array, alpha: float, choice: int) -> Sample:
    """The probability of class 1, whose logit training moves; the strength of the focus stays."""
    loss, grad = registry.losses()["focal"], registry.losses()["focal_grad"]
    target = np.full_like(prob, 1 - choice)
    given = np.log(prob) - np.log1p(-prob), target
    return loss(*given, alpha=alpha, gamma=gamma), grad(*given, alpha=alpha, gamma=gamma), np.zeros_like(prob)


def _orpo(good: Array, bad: Array, lam: float, _choice: int) -> Sample:
    """The mean log-probabilities of both answers."""
    loss, grad = registry.losses()["orpo"], registry.losses()["orpo_grad"]
    return loss(good, bad, lam=lam), *grad(good, bad, lam=lam)


MARKED, PIXELS = 4, 10
"""Size of the region that is looked for, and of the image."""


def _overlap(id: str, extra: Array, hit: Array, number: float, _choice: int) -> Sample:
    """Foreground spread evenly over the marked pixels, and over the others."""
    loss, grad = registry.losses()[id], registry.losses()[f"{id}_grad"]
    params = {"alpha": number, "beta": 1 - number} if id == "tversky" else {"smooth": number}
    mask = np.broadcast_to((np.arange(PIXELS) < MARKED).astype(float), (len(hit), PIXELS))
    pred = np.where(mask == 1, hit[:, None] / MARKED, extra[:, None] / (PIXELS - MARKED))
    slope = grad(pred, mask, **params)
    return loss(pred, mask, **params), slope[:, -1], slope[:, 0]


def _quality(prob: Array, quality: Array, beta: float, _choice: int) -> Sample:
    """The predicted quality, whose logit training moves; the true one stays."""
    loss, grad = registry.losses()["quality_focal"], registry.losses()["quality_focal_grad"]
    logit = np.log(prob) - np.log1p(-prob)
    return loss(logit, quality, beta=beta), grad(logit, quality, beta=beta), np.zeros_like(prob)


def _region_and_pixels(outside: Array, inside: Array, weight: float, _choice: int) -> Sample:
    """One score at all marked pixels, one at all others."""
    loss, grad = registry.losses()["dice_cross_entropy"], registry.losses()["dice_cross_entropy_grad"]
    mask = np.broadcast_to((np.arange(PIXELS) < MARKED).astype(float), (len(inside), PIXELS))
    given = np.where(mask == 1, inside[:, None], outside[:, None]), mask
    slope = grad(*given, ce_weight=weight)
    across, up = (np.sum(slope * part, axis=1) for part in (1 - mask, mask))
    return loss(*given, ce_weight=weight), across, up


def _overlap_plane(id: str, symbol: str, numbers: Sequence[float], first: float) -> Plane:
    return Plane(
        x=Axis("Σ p(1 − y)", 0, 6, 49),
        y=Axis("Σ p y", 0, 4, 33),
        knob=(symbol, numbers),
        choices=(),
        slopes=("y = 0: −∂ℓ/∂p", "y = 1: −∂ℓ/∂p"),
        levels=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        along=((0, 4), (6, 0.5)),
        first=(2, 1.5, first, 0),
        sample=partial(_overlap, id),
    )


PLANES: Mapping[str, Plane] = MappingProxyType(
    {
        "triplet_margin": Plane(
            x=Axis("d₊ = ‖a − p‖", 0, 3, 61),
            y=Axis("d₋ = ‖a − q‖", 0, 2, 41),
            knob=("m", tuple(np.round(np.arange(0.1, 1.55, 0.1), 1))),
            choices=(),
            slopes=("−∂ℓ/∂d₊", "−∂ℓ/∂d₋"),
            levels=(NOTHING, 0.5, 1, 1.5, 2, 2.5, 3, 3.5),
            along=((0, 1.5), (3, 0.5)),
            first=(1.5, 0.7, 1.0, 0),
            sample=_triplet,
        ),
        "contrastive": Plane(
            x=Axis("x₁ − x′₁", -2.25, 2.25, 46),
            y=Axis("x₂ − x′₂", -1.5, 1.5, 31),
            knob=("m", (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)),
            choices=("y = 1", "y = 0"),
            slopes=("−∂ℓ/∂x₁", "−∂ℓ/∂x₂"),
            levels=(0.04, 0.125, 0.25, 0.5, 1, 1.5, 2, 2.5, 3),
            along=((0, 0), (2.25, -1.5)),
            first=(-0.75, 0.5, 1.5, 1),
            sample=_contrastive,
        ),
        "focal": Plane(
            x=Axis("p", 0.02, 0.98, 49),
            y=Axis("γ", 0, 5, 41),
            knob=("α", (0.1, 0.25, 0.5, 0.75, 0.9)),
            choices=("y = 1", "y = 0"),
            slopes=("−∂ℓ/∂z", ""),
            levels=(0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6),
            along=((0.02, 2.5), (0.98, 1)),
            first=(0.3, 2, 0.25, 0),
            sample=_focal,
        ),
        "quality_focal": Plane(
            x=Axis("p", 0.02, 0.98, 49),
            y=Axis("q", 0, 1, 41),
            knob=("β", (0, 1, 2, 3, 4)),
            choices=(),
            slopes=("−∂ℓ/∂z", ""),
            levels=(0.001, 0.01, 0.05, 0.2, 0.4, 0.7, 1, 2, 3),
            along=((0.02, 0.95), (0.98, 0.05)),
            first=(0.3, 0.85, 2, 0),
            sample=_quality,
        ),
        "dice_cross_entropy": Plane(
            x=Axis("z (y = 0)", -6, 6, 49),
            y=Axis("z (y = 1)", -6, 6, 49),
            knob=("λ", (0, 0.1, 0.3, 1, 3)),
            choices=(),
            slopes=("y = 0: −∂ℓ/∂z", "y = 1: −∂ℓ/∂z"),
            levels=(0.1, 0.3, 0.6, 0.9, 1.5, 3, 6, 10, 15),
            along=((-6, 6), (6, -6)),
            first=(3, -4, 1, 0),
            sample=_region_and_pixels,
        ),
        "orpo": Plane(
            x=Axis("log π_w", -3, -0.5, 76),
            y=Axis("log π_l", -3, -0.5, 76),
            knob=("λ", (0, 0.1, 0.5, 1, 2)),
            choices=(),
            slopes=("−∂ℓ/∂log π_w", "−∂ℓ/∂log π_l"),
            levels=(0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8),
            along=((-3, -2.2), (-0.5, -2.2)),
            first=(-1.5, -1, 1, 0),
            sample=_orpo,
        ),
        "dice": _overlap_plane("dice", "s", (0, 0.1, 0.5, 1, 2, 5, 10), 1),
        "jaccard": _overlap_plane("jaccard", "s", (0, 0.1, 0.5, 1, 2, 5, 10), 1),
        "tversky": _overlap_plane("tversky", "α = 1 − β", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), 0.3),
    }
)
