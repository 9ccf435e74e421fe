"""Two boxes: four losses of a predicted box that is moved and resized around a square target."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from kbgen import registry
from kbgen.scenes.paper import reach

Array = NDArray[np.float64]
LOSSES = {"iou_box": "IoU", "giou": "GIoU", "diou": "DIoU", "ciou": "CIoU"}
TARGET = (-0.5, -0.5, 0.5, 0.5)
UNIT = 62.0
"""Points on the sheet for one side of the target."""
PITCH = 0.125
ACROSS, UP = 13, 8
"""Samples of the centre's offset; the other quadrants are mirror images, which the tests confirm."""
SIZES = (0.5, 0.75, 1.0, 1.25, 1.5)
"""Sides whose edges meet those of the target exactly at samples: between samples there is no kink."""
FIRST = (0.75, 0.375, 1.25, 0.75)
"""Offset of the centre, width and height that the drawing shows."""


def box(x: Array, y: Array, width: float, height: float) -> Array:
    """Corners (n, 4) of boxes around their centres."""
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)


def values(id: str, pred: Array) -> Array:
    """The loss of every box (..., 4)."""
    flat = pred.reshape(-1, 4)
    found = registry.losses()[id](flat, np.broadcast_to(TARGET, flat.shape))
    return np.asarray(found).reshape(pred.shape[:-1])


def slopes(id: str, pred: Array) -> Array:
    """The gradient in the four edges of every box (..., 4)."""
    flat = pred.reshape(-1, 4)
    return np.asarray(registry.losses()[f"{id}_grad"](flat, np.broadcast_to(TARGET, flat.shape))).reshape(pred.shape)


@cache
def offsets(shift: float = 0.0) -> tuple[Array, Array]:
    """The grid of offsets, rows along y; with `shift` half a step, the middles of its cells, where no gradient jumps."""
    count = 0 if shift == 0 else 1
    x, y = (PITCH * (np.arange(n - count) + shift) for n in (ACROSS, UP))
    across, up = np.meshgrid(x, y)
    return across, up


def shapes() -> list[tuple[float, float]]:
    """Every width with every height."""
    return [(width, height) for width in SIZES for height in SIZES]


def edges(id: str) -> list[Array]:
    """The gradient of every shape in the middles of the cells."""
    return [slopes(id, box(*offsets(PITCH / 2), *shape)) for shape in shapes()]


def longest(id: str) -> float:
    """The slope with the longest arrow."""
    return reach(np.stack(edges(id)))
