"""The picture of an entry among its neighbours: it stands in the middle, the strongest ties around it on an ellipse.

Names stand left and right of the ellipse, one under the other, so that none covers another however long they are. The picture is as
wide as a phone, and its text is as large there as small print may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from kbgen.graph.svg import STROKES, picture, shape, text, width_of, wrap
from kbgen.ties import KINDS, Kind, Tie

MOST = 14
WIDTH = 360.0
FONT = 12.2
PITCH = 14.4
ACROSS = 70.0  # half the width of the ellipse
ROW = 29.0  # the least height of a name: a finger must hit it
MARK = 5.2


@dataclass(frozen=True)
class Neighbour:
    """An entry beside the one in the middle. `around` are the keys of the neighbours that it is tied to."""

    key: str
    name: str
    kind: str
    href: str
    tie: Kind


@dataclass(frozen=True)
class Ego:
    """What the picture shows, in the words of one language."""

    name: str
    neighbours: Sequence[Neighbour]
    between: Sequence[tuple[str, str, Kind]]
    more: str
    legend: Sequence[tuple[Kind, str]]
    marks: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """A neighbour with its lines, and where it stands."""

    neighbour: Neighbour
    lines: Sequence[str]
    x: float
    y: float
    side: int


def draw(ego: Ego) -> str:
    """The SVG."""
    half = (len(ego.neighbours) + 1) // 2
    sides = [(1, _rows(ego.neighbours[:half])), (-1, _rows(ego.neighbours[half:][::-1]))]
    body = max(108.0, *(sum(height for _, height in rows) for _, rows in sides)) + 12
    places = [place for side, rows in sides for place in _along(side, rows, body)]
    where = {place.neighbour.key: place for place in places}
    chords = [_chord(where[a], where[b], kind, body / 2) for a, b, kind in ego.between]
    spokes = [_spoke(place, body / 2) for place in places]
    legend, height = _legend(ego, body)
    parts = [f'<g fill="none">{"".join([*chords, *spokes])}</g>', _middle(ego.name, body / 2), *map(_label, places), *legend]
    return picture("local", WIDTH, height, FONT, parts)


def _rows(neighbours: Sequence[Neighbour]) -> list[tuple[tuple[Neighbour, list[str]], float]]:
    """Each neighbour with its lines, and how high they are."""
    room = (WIDTH / 2 - ACROSS - MARK - 5) / FONT
    wrapped = [(neighbour, wrap(neighbour.name, room)) for neighbour in neighbours]
    return [((neighbour, lines), max(ROW, len(lines) * PITCH + 9)) for neighbour, lines in wrapped]


def _along(side: int, rows: Sequence[tuple[tuple[Neighbour, list[str]], float]], body: float) -> list[Place]:
    """One side of the ellipse, from the top; rows share the height that is left."""
    air = (body - sum(height for _, height in rows)) / max(1, len(rows))
    places, top = [], 0.0
    for (neighbour, lines), height in rows:
        y = top + (height + air) / 2
        across = ACROSS * sqrt(max(0.0, 1 - (0.9 * (2 * y / body - 1)) ** 2))
        places.append(Place(neighbour, lines, WIDTH / 2 + side * across, y, side))
        top += height + air
    return places


def _spoke(place: Place, middle: float) -> str:
    key = escape(place.neighbour.key)
    line = f"M{WIDTH / 2:g} {middle:.1f}L{place.x:.1f} {place.y:.1f}"
    return f'<path data-to="{key}" d="{line}" {STROKES[place.neighbour.tie]}/>'


def _chord(a: Place, b: Place, kind: Kind, middle: float) -> str:
    """A tie between two neighbours, bent towards the middle."""
    bend = (0.5 * (a.x + b.x) * 0.45 + WIDTH / 2 * 0.55, 0.5 * (a.y + b.y) * 0.45 + middle * 0.55)
    ends = f'data-from="{escape(a.neighbour.key)}" data-to="{escape(b.neighbour.key)}"'
    curve = f"M{a.x:.1f} {a.y:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {b.x:.1f} {b.y:.1f}"
    return f'<path {ends} opacity=".35" d="{curve}" {STROKES[kind]}/>'


def _middle(name: str, y: float) -> str:
    lines = wrap(name, 88 / FONT)
    width = max(map(width_of, lines)) * FONT * 1.14 + 14
    height = len(lines) * PITCH + 9
    box = f'x="{(WIDTH - width) / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}"'
    frame = f'<rect {box} rx="6" fill="var(--p-bg)" stroke="var(--p-fg)" stroke-width="1.4"/>'
    return frame + text((WIDTH / 2, y), lines, pitch=PITCH, anchor="middle", more='font-weight="650"')


def _label(place: Place) -> str:
    """A neighbour: a link with its mark, its name, and a field as large as a finger."""
    neighbour, outer = place.neighbour, WIDTH if place.side > 0 else 0.0
    tall = max(ROW - 2, len(place.lines) * PITCH + 6)
    inner = place.x - place.side * (MARK + 4)
    field = f'x="{min(inner, outer):.1f}" y="{place.y - tall / 2:.1f}" width="{abs(outer - inner):.1f}" height="{tall:.1f}"'
    words = text(
        (place.x + place.side * (MARK + 5), place.y), place.lines, pitch=PITCH, anchor="start" if place.side > 0 else "end"
    )
    head = f'<a href="{escape(neighbour.href)}" data-key="{escape(neighbour.key)}">'
    return f'{head}<rect {field} rx="4" fill="transparent"/>{shape(neighbour.kind, place.x, place.y, MARK)}{words}</a>'


def _legend(ego: Ego, top: float) -> tuple[list[str], float]:
    """What lines and marks mean, wrapped to the width; and where the picture ends."""
    items = [(f'<path d="M%(x).1f %(y).1fh20" {STROKES[kind]}/>', 26.0, words) for kind, words in ego.legend]
    items += [(shape(kind, 0, 0, MARK), 14.0, words) for kind, words in ego.marks]
    items += [("", 0.0, ego.more)] if ego.more else []
    rows: list[list[tuple[str, float, str, float]]] = [[]]
    x = 0.0
    for sign, indent, words in items:
        width = indent + width_of(words) * FONT
        if rows[-1] and x + width > WIDTH - 6:
            rows.append([])
            x = 0.0
        rows[-1].append((sign, indent, words, x))
        x += width + 14
    parts = []
    for i, row in enumerate(rows):
        y = top + 18 + i * 19
        start = (WIDTH - row[-1][3] - row[-1][1] - width_of(row[-1][2]) * FONT) / 2
        for sign, indent, words, x in row:
            mark = (
                sign % {"x": start + x, "y": y}
                if sign.startswith("<path")
                else f'<g transform="translate({start + x + 6:.1f} {y:.1f})">{sign}</g>'
            )
            parts += [mark if sign else "", text((start + x + indent, y), [words], pitch=PITCH)]
    return parts, top + 12 + len(rows) * 19


def legend_of(ties: Sequence[Tie]) -> list[Kind]:
    """The kinds of ties that a picture shows, the strongest first."""
    return [kind for kind in KINDS if any(tie.kind == kind for tie in ties)]
