"""Every file of the graph in one language: pictures, and the data of the scripts that bring them to life."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from kbgen.cache import digest, kept
from kbgen.graph import atlas, layout, local
from kbgen.graph.words import kind_of, path, told
from kbgen.pages import Book, shelf_of
from kbgen.play import script
from kbgen.play.playable import Playable
from kbgen.ties import Kind

WHOLE = "graph-all"
MARKS = {"loss": "losses", "term": "terms", "optimizer": "optimizers", "schedule": "optimizers"}
"""The word for each mark."""


def graph_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """(path inside a vault, content)."""
    for id, entry in book.kb.entries.items():
        if book.ties.of[id]:
            between = book.ties.among(tie.other(id) for tie in book.ties.near(id, local.MOST))
            others = (book.kb.sources[tie.other(id)].hash for tie in book.ties.of[id])
            key = book.key(entry, book.ties.told[id], repr(between), *others)
            yield from book.memo.get("graphs", key, partial(_around, book, id))
    edges = [(tie.a, tie.b, tie.kind) for tie in book.ties.all]
    yield from book.memo.get("graphs", digest(book.common, repr(edges)), partial(_of_all, book))


def _around(book: Book, id: str) -> list[tuple[str, bytes]]:
    """The picture of an entry among its neighbours, and what the script tells about them."""
    picture = local.draw(_ego(book, id)).encode()
    return [(f"figures/{id}-graph.svg", picture), _data(Playable(f"{id}-graph", "graph", "", partial(told, book, id)))]


def _of_all(book: Book) -> list[tuple[str, bytes]]:
    """The map of all entries, and what the script needs of it."""
    whole = _whole(book)
    return [(f"figures/{WHOLE}.svg", atlas.draw(whole).encode()), _data(Playable(WHOLE, "atlas", "", partial(atlas.data, whole)))]


def _data(playable: Playable) -> tuple[str, bytes]:
    name = f"play/{playable.stem}.{playable.kind}"
    return f"assets/{name}.js", script(name, playable)


def _ego(book: Book, id: str) -> local.Ego:
    near = book.ties.near(id, local.MOST)
    ids = [tie.other(id) for tie in near]
    neighbours = [_neighbour(book, other, tie.kind) for other, tie in zip(ids, near, strict=True)]
    between = [(path(book, tie.a), path(book, tie.b), tie.kind) for tie in book.ties.among(ids) if tie.kind != "link"]
    more = len(book.ties.of[id]) - len(near)
    marks = {MARKS[neighbour.kind]: neighbour.kind for neighbour in neighbours}
    return local.Ego(
        book.name(id),
        neighbours,
        between,
        book.label("graph_more").replace("#", str(more)) if more else "",
        [(kind, book.label(f"graph_{kind}")) for kind in local.legend_of(near)],
        [(marks[words], book.label(words)) for words in dict.fromkeys(MARKS.values()) if words in marks],
    )


def _neighbour(book: Book, id: str, tie: Kind) -> local.Neighbour:
    key = path(book, id)
    return local.Neighbour(key, book.name(id), kind_of(book.kb.entries[id]), f"../{key}.html", tie)


def _whole(book: Book) -> atlas.Atlas:
    ids, places = list(book.kb.entries), {shelf: i for i, shelf in enumerate(book.shelves)}
    shelves = [places[shelf_of(entry)] for entry in book.kb.entries.values()]
    number = {id: i for i, id in enumerate(ids)}
    edges = [(number[tie.a], number[tie.b], tie.kind) for tie in book.ties.all]
    spots = [
        atlas.Spot(path(book, id), book.name(id), kind_of(book.kb.entries[id]), shelf, len(book.ties.of[id]))
        for id, shelf in zip(ids, shelves, strict=True)
    ]
    discs = [atlas.Shelf(book.words(book.shelf_name(shelf))) for shelf in book.shelves]
    return atlas.atlas(spots, discs, edges, _placed(book, shelves, edges))


def _placed(book: Book, shelves: list[int], edges: list[tuple[int, int, Kind]]) -> layout.Map:
    """Where everything stands, kept under a hash: both languages have the same map."""
    sources = [Path(module.__file__ or "").read_bytes() for module in (layout, atlas)]
    key = digest(json.dumps([shelves, edges]), np.__version__, *sources)

    def compute() -> bytes:
        found = layout.layout(shelves, [edge[:2] for edge in edges], [atlas.WEIGHTS[edge[2]] for edge in edges])
        return json.dumps([found.spots.tolist(), found.centres.tolist(), found.radii.tolist()]).encode()

    return layout.Map(*map(np.asarray, json.loads(kept(book.cache / "graph" / f"{key}.json", compute))))
