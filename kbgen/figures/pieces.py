"""Wide pictures in pieces, which a page that is narrow sets below each other.

Every artist of a figure is a piece, as a rule a pair of axes; artists that share a `gid` are one. The drawing stays as it is: its
groups say what place is theirs, and who sets the picture into a page may part them there.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

WIDE = 400
"""Points: what is wider cannot be read at the width of a phone."""
OVER = 8
"""Points that neighbours may reach into each other: numbers at the ends of two axes do."""
ARTIST = re.compile(r'^  <g id="([^"]+)">\n.*?^  </g>\n', re.M | re.S)
"""An artist of the figure itself: matplotlib indents what it writes."""


@dataclass(frozen=True)
class Piece:
    """The names of its artists, and its place on the sheet, in points from the top left."""

    names: Sequence[str]
    place: tuple[int, int, int, int]


def pieces(figure: Figure) -> list[Piece]:
    """The pieces of a wide figure, in the order of reading; its artists get names by which `parted` finds them."""
    if figure.get_size_inches()[0] * 72 <= WIDE:
        return []
    inks = _inks(figure)
    found = []
    for row in _bands({name: (ink.y0, ink.y1) for name, ink in inks.items()}):
        high = Bbox.union([inks[name] for name in row])
        for names in _bands({name: (inks[name].x0, inks[name].x1) for name in row}):
            wide = Bbox.union([inks[name] for name in names])
            found.append(Piece(names, (round(wide.x0), round(high.y0), round(wide.width), round(high.height))))
    return found if len(found) > 1 else []


def _inks(figure: Figure) -> Mapping[str, Bbox]:
    """What each artist covers, by its name."""
    figure.set_dpi(72)  # as SVG is drawn: a pixel is a point
    height, found = figure.bbox.height, defaultdict(list)
    for i, artist in enumerate(artist for artist in figure.get_children() if artist is not figure.patch):
        name = artist.get_gid() or f"piece{i}"
        artist.set_gid(name)
        if (ink := artist.get_tightbbox()) is not None:
            found[name].append(Bbox.from_extents(ink.x0, height - ink.y1, ink.x1, height - ink.y0))
    return {name: Bbox.union(inks) for name, inks in found.items()}


def _bands(spans: Mapping[str, tuple[float, float]]) -> list[list[str]]:
    """Names whose spans overlap stand together; the bands are in order."""
    bands: list[list[str]] = []
    end = float("-inf")
    for name in sorted(spans, key=lambda name: spans[name]):
        low, high = spans[name]
        if low > end - OVER:
            bands.append([])
        bands[-1].append(name)
        end = max(end, high)
    return bands


def parted(svg: str, found: Sequence[Piece]) -> str:
    """What matplotlib wrote, with its artists in groups, a group for each piece."""
    drawn: dict[str, str] = defaultdict(str)
    for artist in ARTIST.finditer(svg):
        drawn[artist[1]] += artist[0]
    head, _, rest = svg.partition(' <g id="figure_1">\n')
    *_, tail = ARTIST.split(rest)
    groups = [
        f'<g data-piece="{" ".join(map(str, piece.place))}">{"".join(drawn[name] for name in piece.names)}</g>' for piece in found
    ]
    return head + tail.strip().removeprefix("</g>").removesuffix("</svg>") + "".join(groups) + "</svg>"
