"""Entries that were called otherwise: pages at their old addresses, which lead to the new ones, and links that still use them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from posixpath import relpath

from kbgen.byhand import line_of
from kbgen.errors import Problem
from kbgen.history import Change
from kbgen.links import find_links, fold
from kbgen.model import KnowledgeBase
from kbgen.names import former, resolver
from kbgen.pages import Book
from kbgen.redirects import redirect


def moved_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content) of the page at every former address."""
    for id, entry in book.kb.entries.items():
        here = f"{book.kb.folder(id)}/{id}.html"
        for place in book.former_places(entry)[1::2]:
            target = relpath(here, place.partition("/")[0])
            address = f"{book.home}{here}" if book.home else ""
            page = redirect(book.language, book.name(id), target, address=address, words=book.label("moved"))
            yield f"{place}.html", page


def dated(changes: Mapping[str, Change], kb: KnowledgeBase) -> dict[str, Change]:
    """The last changes, in which an entry that had another id before is not new."""
    return {
        id: replace(change, new=False) if id in kb.entries and kb.entries[id].former_ids else change
        for id, change in changes.items()
    }


def remarks_on_moves(kb: KnowledgeBase) -> Iterator[Problem]:
    """Links in texts of the data that use a former id."""
    if not former(kb):
        return
    for stem in (*kb.entries, *kb.claims, "identities", "chooser"):
        for loc, text in kb.prose(stem):
            for link in find_links(text):
                if (new := _moved(kb, link.target)) and loc[0] != "former_ids":
                    yield kb.sources[stem].problem(f"[[{link.target}]] is called {new} now", *loc, tip=f"write [[{new}]]")


def _moved(kb: KnowledgeBase, target: str) -> str | None:
    """The id of an entry that is meant by one that it had before."""
    bare = target.rpartition("/")[2]
    return former(kb).get(bare) if resolver(kb)(target) == former(kb).get(bare) else None


def remarks_on_moves_by_hand(folder: str, notes: Mapping[str, str], book: Book) -> Iterator[Problem]:
    """Links in notes by hand that use a former id; `folder` is that of the vault."""
    places = {place: id for id, entry in book.kb.entries.items() for place in book.former_places(entry)}
    for path, text in notes.items():
        for link in find_links(text) if places else ():
            if new := places.get(fold(link.target)):
                tip = f"write [[{book.kb.folder(new)}/{new}]]"
                yield Problem(f"{folder}/{path}", line_of(text, link.start), f"[[{link.target}]] is called {new} now", tip)
