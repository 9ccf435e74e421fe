"""The map of all entries: a disc for each family, group or kind, the entries in it, ties drawn between them.

Drawn once for each language, since the names of the discs and of the best connected entries are words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from kbgen.graph.layout import Map
from kbgen.graph.svg import STROKES, picture, shape, text, width_of, wrap
from kbgen.ties import KINDS, Kind

WEIGHTS: Mapping[Kind, float] = {"proved": 3.0, "relation": 2.0, "link": 1.0}
HUES = (255, 25, 150, 310, 80, 200, 350, 120, 50, 280)
MARGIN = 32.0
FONT = 13.0
NAMED = 30
BOLD = 1.12  # times as wide as plain letters
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """An entry on the map."""

    key: str
    name: str
    kind: str
    shelf: int
    ties: int


@dataclass(frozen=True)
class Shelf:
    """A disc: a family, a group of terms or a kind of optimizers."""

    name: str


@dataclass(frozen=True)
class Atlas:
    """The map in one language. Edges are (place, place, kind) in the order of the spots."""

    spots: Sequence[Spot]
    shelves: Sequence[Shelf]
    edges: Sequence[tuple[int, int, Kind]]
    points: Sequence[tuple[float, float]]
    discs: Sequence[tuple[float, float, float]]
    width: float
    height: float


def atlas(spots: Sequence[Spot], shelves: Sequence[Shelf], edges: Sequence[tuple[int, int, Kind]], found: Map) -> Atlas:
    """The map moved into a picture whose corner is the origin."""
    low = (found.centres - found.radii[:, None]).min(axis=0) - MARGIN
    high = (found.centres + found.radii[:, None]).max(axis=0) + MARGIN
    points = [(round(float(x), 1), round(float(y), 1)) for x, y in found.spots - low]
    discs = [
        (round(float(x), 1), round(float(y), 1), round(float(r), 1))
        for (x, y), r in zip(found.centres - low, found.radii, strict=True)
    ]
    width, height = np.ceil(high - low)
    return Atlas(spots, shelves, edges, points, discs, float(width), float(height))


def data(drawn: Atlas) -> dict[str, Any]:
    """What the script needs beyond the picture, whose marks tell names and places."""
    return {
        "size": [drawn.width, drawn.height],
        "shelves": [[shelf.name, *disc] for shelf, disc in zip(drawn.shelves, drawn.discs, strict=True)],
        "shelf": [spot.shelf for spot in drawn.spots],
        "ties": [_steps(drawn, kind) for kind in KINDS],
    }


def _steps(drawn: Atlas, kind: Kind) -> list[int]:
    """The ties of a kind: for each spot the steps from one later spot that it is tied to up to the next, then a zero."""
    later: dict[int, set[int]] = {spot: set() for spot in range(len(drawn.spots))}
    for a, b, of in drawn.edges:
        if of == kind:
            later[min(a, b)].add(max(a, b))
    return [step for spot, found in later.items() for step in (*np.diff(sorted({spot, *found})).tolist(), 0)]


def draw(drawn: Atlas) -> str:
    """The SVG: discs, ties by kind, entries, names."""
    parts = [*map(_disc, range(len(drawn.discs)), drawn.discs)]
    parts += [f'<g fill="none">{"".join(_edges(drawn, kind) for kind in reversed(KINDS))}</g>']
    parts += [_entry(spot, point) for spot, point in zip(drawn.spots, drawn.points, strict=True)]
    discs, taken = _names_of_discs(drawn)
    parts += [f'<g class="kb-graph__names">{"".join([*discs, *_names(drawn, taken)])}</g>']
    return picture("atlas", drawn.width, drawn.height, FONT, parts)


def _disc(i: int, disc: tuple[float, float, float]) -> str:
    x, y, r = disc
    hue = f"hsl({HUES[i % len(HUES)]} 60% 50%)"
    return (
        f'<circle data-shelf="{i}" cx="{x}" cy="{y}" r="{r}" fill="{hue}" fill-opacity=".13" stroke="{hue}" stroke-opacity=".45"/>'
    )


def _edges(drawn: Atlas, kind: Kind) -> str:
    ends = [(drawn.points[a], drawn.points[b]) for a, b, of in drawn.edges if of == kind]
    path = "".join(f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" for a, b in ends)
    # Hundreds of dashes would be slow to paint and dark to look at: on the map links are pale instead.
    stroke = 'stroke="var(--p-fg)" stroke-opacity=".22" stroke-width=".7"' if kind == "link" else STROKES[kind]
    return f'<path data-ties="{kind}" d="{path}" {stroke}/>'


def size_of(ties: int) -> float:
    """How large the mark of an entry is: the better connected, the larger."""
    return round(4.2 + 0.75 * math.sqrt(min(ties, 42)), 1)


def _entry(spot: Spot, point: tuple[float, float]) -> str:
    head = f'<a href="../{escape(spot.key)}.html" data-key="{escape(spot.key)}" aria-label="{escape(spot.name)}" tabindex="-1">'
    return f"{head}{shape(spot.kind, *point, size_of(spot.ties))}</a>"


HALO = 'paint-order="stroke" stroke="var(--p-bg)" stroke-width="3.5" stroke-linejoin="round"'


def _names_of_discs(drawn: Atlas) -> tuple[list[str], list[Box]]:
    """The name of each disc above it, or below or aside where another name stands there; and what the names cover."""
    more = f'font-weight="650" font-size="{FONT - 1:g}" {HALO}'
    taken, written = list[Box](), list[str]()
    for shelf, (x, y, r) in zip(drawn.shelves, drawn.discs, strict=True):
        lines = wrap(shelf.name, 12)
        away = r + 2 + len(lines) * FONT / 2
        above, below = y - away, y + away
        spots = [(x, above), (x, below), (x + r / 2, above), (x - r / 2, above), (x + r / 2, below), (x - r / 2, below)]
        boxes = [_block(*spot, lines) for spot in spots]
        free = (k for k, box in enumerate(boxes) if not any(_overlap(box, other) for other in taken))
        best = next(free, 0)
        taken.append(boxes[best])
        written.append(text(spots[best], lines, pitch=FONT, anchor="middle", more=more))
    return written, taken


def _names(drawn: Atlas, taken: list[Box]) -> list[str]:
    """The names of the best connected entries, each where it covers no other name; one that finds no place is left out."""
    written = list[str]()
    for i in sorted(range(len(drawn.spots)), key=lambda i: (-drawn.spots[i].ties, drawn.spots[i].key)):
        spot, (x, y) = drawn.spots[i], drawn.points[i]
        away = size_of(spot.ties) + 3
        for at, lift, share, anchor in ((x + away, y, 0.0, "start"), (x - away, y, 1.0, "end"), (x, y + away + 5, 0.5, "middle")):
            box = _box(at, lift, spot.name, share)
            if len(written) < NAMED and box[0] > 0 and box[2] < drawn.width and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                written.append(text((at, lift), [spot.name], pitch=FONT, anchor=anchor, more=HALO))
                break
    return written


def _block(x: float, y: float, lines: Sequence[str]) -> Box:
    """The field of bold lines around a point."""
    width, height = max(map(width_of, lines)) * FONT * BOLD, len(lines) * FONT
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _box(x: float, y: float, name: str, share: float) -> Box:
    """The field of a name at x, of which the given share stands left of x."""
    width = width_of(name) * FONT
    return x - share * width, y - FONT / 2, x + (1 - share) * width, y + FONT / 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
