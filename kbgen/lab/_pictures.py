"""What the pictures of several experiments share."""

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kbgen.figures.drawings._shared import say
from kbgen.figures.frame import Frame


def multiples(
    count: int, columns: int, *, number: tuple[float, float], width: float = 4.6, row: float = 1.2
) -> tuple[Figure, list[Axes]]:
    """Small axes in rows, numbered from 1 at the place `number` in each; they share the numbers of the vertical axis."""
    rows = -(-count // columns)
    figure = Figure(figsize=(width, row * rows + 0.3))
    FigureCanvasSVG(figure)
    across, up = (width - 0.35) / columns, row
    grid = []
    for place in range(count):
        left, top = 0.35 + across * (place % columns), 0.12 + up * (place // columns)
        box = (left / width, 1 - (top + up - 0.3) / (row * rows + 0.3), (across - 0.15) / width, (up - 0.3) / (row * rows + 0.3))
        axes = figure.add_axes(box, axes_class=Frame)
        axes.tick_params(labelsize=9, length=2, pad=1.5, labelleft=place % columns == 0)
        say(axes, str(place + 1), *number, fontsize=11, xycoords="axes fraction")
        grid.append(axes)
    return figure, grid
