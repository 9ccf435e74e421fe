"""Samples as small whole numbers: quantised, then each less what its three neighbours let expect, which is mostly nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Scale = tuple[float, float]


def scale(values: Array, bits: int) -> Scale:
    """(lowest value, value of one step)."""
    low, high = float(values.min()), float(values.max())
    return low, (high - low) / (2**bits - 1) or 1.0


def packed(rows: Sequence[Array], by: Scale) -> list[int]:
    """Rows of samples as differences; a row may be shorter than the one before, as in a triangle.

    `here + above left - above - left`: the script adds up in the same order.
    """
    low, step = by
    found: list[int] = []
    above = np.zeros(len(rows[0]) + 1, int)
    for row in rows:
        here = np.concatenate([[0], np.round((row - low) / step).astype(int)])
        above = above[: len(here)]
        found += np.diff(here - above).tolist()
        above = here
    return found
