"""Where things stand in the pictures of scenes, in points from the upper left corner: drawing and script use the same places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH = 331.2
LONGEST = 46
"""Of an arrow, in points."""


@dataclass(frozen=True)
class Frame:
    """The rectangle of the axes on a sheet of `height`."""

    height: float
    left: float
    top: float
    width: float
    tall: float

    def places(self) -> tuple[float, float, float, float]:
        """Left, top, width, height of the axes."""
        return self.left, self.top, self.width, self.tall


PLANE = Frame(height=238, left=44, top=20, width=270, tall=180)
TRIANGLE = Frame(height=252, left=45.6, top=22, width=240, tall=207.846)
BOXES = Frame(height=220, left=0, top=0, width=WIDTH, tall=220)
LATTICE = Frame(height=240, left=40, top=24, width=275, tall=180)
BARS = Frame(height=236, left=34, top=34, width=285, tall=192)


def reach(lengths: NDArray[np.float64]) -> float:
    """The slope that has the longest arrow; the steepest quarter is cut to it, or the others would be too short to see."""
    return float(f"{np.percentile(lengths[lengths > 0], 75):.4g}")
