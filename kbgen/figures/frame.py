"""Axes that draw all ticks of an axis at once.

Matplotlib makes five artists for each tick, which are most of a plain picture. Here one tick of each axis stands for all: its grid
line is one path, its marks are one row, and its label moves on from place to place. Labels are taken to be upright and of one line.
Names that begin with an underscore are matplotlib's; `tests/test_frame.py` holds what is drawn against its own axes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, XTick, YAxis, YTick
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.text import Text
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

Array = NDArray[np.float64]
CLOSE = 1e-10
"""Matplotlib's own: so near to the end of an axis, in parts of its length, a tick still belongs to it."""


class Number(Text):
    """The label of a tick. SVG sets text at its anchor and asks for the baseline only, which all numbers of a size share."""

    _alike: ClassVar[dict[Any, Any]] = {}
    _exact = False

    def _get_layout(self, renderer: Any) -> Any:
        own: Any = super()
        to_svg = isinstance(getattr(renderer, "_renderer", renderer), RendererSVG)
        if self._exact or not to_svg or set("$\n") & set(self.get_text()):
            return own._get_layout(renderer)
        alike = (self.get_fontsize(), self.get_verticalalignment())
        if alike not in self._alike:
            self._alike[alike] = own._get_layout(renderer)
        box, [(_, size, place)], around = self._alike[alike]
        return box, [(self.get_text(), size, place)], around

    def get_window_extent(self, renderer: Any = None, dpi: float | None = None) -> Bbox:
        """What the label covers, by its own layout."""
        self._exact = True
        try:
            return super().get_window_extent(renderer, dpi)
        finally:
            self._exact = False


class Row(Tick):
    """All ticks of an axis as one."""

    across = True
    shown: Sequence[tuple[float, str]] = ()

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        for label in (self.label1, self.label2):
            label.__class__ = Number

    def put(self, places: Array, texts: Sequence[str]) -> None:
        """Take the places and labels of all ticks."""
        self.shown = list(zip(places.tolist(), texts, strict=True))
        lines = np.column_stack([places, places, np.full_like(places, np.nan)]).ravel()
        self.gridline.set_data(*self._turned(lines, np.tile([0.0, 1.0, np.nan], len(places))))
        self.tick1line.set_data(*self._turned(places, np.zeros_like(places)))
        self.tick2line.set_data(*self._turned(places, np.ones_like(places)))

    def _turned(self, along: Array, beside: Array) -> tuple[Array, Array]:
        return (along, beside) if self.across else (beside, along)

    def draw(self, renderer: Any) -> None:
        """Draw lines, marks and labels."""
        for line in (self.gridline, self.tick1line, self.tick2line):
            line.draw(renderer)
        for label in self._labels(self.shown):
            label.draw(renderer)

    def boxes(self, renderer: Any) -> list[Bbox]:
        """What the labels cover. Of those below each other all count; of those beside each other only the ends reach out."""
        ends = [tick for tick in self.shown if tick[1]]
        ends = ends[:: max(1, len(ends) - 1)] if self.across else ends
        return [label.get_window_extent(renderer) for label in self._labels(ends)]

    def _labels(self, shown: Sequence[tuple[float, str]]) -> Iterator[Text]:
        """The label at one tick after the other."""
        for label in (self.label1, self.label2):
            for place, text in shown if label.get_visible() else ():
                (label.set_x if self.across else label.set_y)(place)
                label.set_text(text)
                yield label


class XRow(Row, XTick):
    """Ticks below or above the axes."""


class YRow(Row, YTick):
    """Ticks beside the axes."""

    across = False


class Ruler(Axis):
    """An axis whose ticks are rows: one of major ticks, and one of minor ticks if it has any."""

    _rows: list[Row]

    def get_major_ticks(self, numticks: int | None = None) -> list[Tick]:  # one, however many are asked for
        """The row of major ticks: what is set of it holds for all of them."""
        return self.majorTicks[:1]

    def get_minor_ticks(self, numticks: int | None = None) -> list[Tick]:
        """The row of minor ticks."""
        return self.minorTicks[:1]

    def set_tick_params(self, which: Any = "major", reset: bool = False, **settings: Any) -> None:  # noqa: FBT001, FBT002  # as matplotlib has it
        """A row that is not there need not be made for this: it will be made with all settings."""
        missing = {"majorTicks", "minorTicks"} - vars(self).keys()
        for row in missing:
            setattr(self, row, [])
        super().set_tick_params(which, reset, **settings)
        for row in missing:
            delattr(self, row)

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Nothing of a row stands out: it takes no path, and need not be there to get one."""
        Artist.set_clip_path(self, path, transform)

    def _update_ticks(self) -> list[Row]:
        found = (
            (self.major, self.get_majorticklocs, self.get_major_ticks),
            (self.minor, self.get_minorticklocs, self.get_minor_ticks),
        )
        self._rows = [
            row
            for ticker, places, rows in found
            if not isinstance(ticker.locator, NullLocator)
            if (row := self._filled(np.asarray(places(), float), ticker, rows))
        ]
        return self._rows

    def _filled(self, places: Array, ticker: Any, rows: Callable[[], list[Any]]) -> Row | None:
        """The row with the ticks that are on the axis, if there are any."""
        texts, inside = ticker.formatter.format_ticks(places), self._inside(places)
        if not inside.any():
            return None
        row: Row = rows()[0]
        row.put(places[inside], [text for text, here in zip(texts, inside, strict=True) if here])
        return row

    def _inside(self, places: Array) -> NDArray[np.bool_]:
        low, high, *at = self.get_transform().transform(np.concatenate([self.get_view_interval(), places]))
        low, high, near = min(low, high), max(low, high), CLOSE * abs(high - low)
        return np.array([low - near <= place <= high + near for place in at], bool)

    def _get_tick_boxes_siblings(self, renderer: Any) -> tuple[list[Bbox], list[Bbox]]:
        return self._get_ticklabel_bboxes(self._rows, renderer)

    def _get_ticklabel_bboxes(self, ticks: Sequence[Row], renderer: Any) -> tuple[list[Bbox], list[Bbox]]:
        return [box for row in ticks for box in row.boxes(renderer)], []

    def draw(self, renderer: Any) -> None:
        """Draw ticks, name and common factor; only where there is one of these two their place is looked for."""
        if not self.get_visible():
            return
        renderer.open_group("matplotlib.axis", gid=self.get_gid())
        rows = self._update_ticks()
        for row in rows:
            row.draw(renderer)
        axis: Any = self
        if self.label.get_text():
            axis._update_label_position(renderer)
            self.label.draw(renderer)
        if factor := axis.major.formatter.get_offset():
            axis._update_offset_text_position(*self._get_ticklabel_bboxes(rows, renderer))
            self.offsetText.set_text(factor)
            self.offsetText.draw(renderer)
        renderer.close_group("matplotlib.axis")


class XRuler(Ruler, XAxis):
    """The horizontal axis."""

    _tick_class = XRow


class YRuler(Ruler, YAxis):
    """The vertical axis."""

    _tick_class = YRow


class Frame(Axes):
    """A pair of axes with rulers."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = XRuler(self, clear=False), YRuler(self, clear=False)
        for name, spine in self.spines.items():
            spine.register_axis(self.xaxis if name in {"bottom", "top"} else self.yaxis)
