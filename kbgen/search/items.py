"""What can be found: entries and pages, with everything that they are found by."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from kbgen.cache import digest
from kbgen.model import Entry, Loss, Optimizer, Words
from kbgen.names import apis
from kbgen.notes import FRONT_MATTER, aliases, properties
from kbgen.pages import Book
from kbgen.search.facets import Facet, facets
from kbgen.search.signs import flat, signs
from kbgen.search.texts import Counted, counted
from kbgen.search.words import flat_formula, fold

SILENT = {
    "formula", "gradient", "symbol", "domain", "kind", "to", "doi", "arxiv", "isbn", "page", "family", "group", "see_also",
    "composed_of", "properties", "estimates", "tasks", "run", "references",
}  # fmt: skip
TOLD = {"plain", "exact", "use", "avoid", "pitfalls", "example", "picture"}
MARKDOWN = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|(?<=\])\((?:[^()\s]+\.md(?:#[^()\s]*)?|\w+://[^()\s]+)\)|[*`|#>]|!?\[\[[^\]|\\]*\\?\|?|\]\]|<[^>]+>"
)


@dataclass(frozen=True)
class Item:
    """Something that can be found: an entry or a page."""

    path: str
    name: str
    kind: str
    plain: str
    names: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    tokens: Counted
    apis: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    formula: str = ""
    papers: tuple[str, ...] = ()
    facets: frozenset[str] = frozenset()

    @property
    def told(self) -> list[str]:
        """The running texts, each once."""
        return list(dict.fromkeys(" ".join(text.split()) for place, text in self.texts if place in TOLD))


def items_of(book: Book, notes: Mapping[str, str]) -> Iterator[Item]:
    """Every entry, then every page that is none."""
    entries = {f"{book.kb.folder(id)}/{id}": entry for id, entry in book.kb.entries.items()}
    known = dict(facets(book.kb))
    for path, entry in entries.items():
        yield book.memo.get("items", book.key(entry), partial(_of_entry, book, path, entry, known))
    for path, text in notes.items():
        if path.removesuffix(".md") not in entries:
            yield book.memo.get("items", digest(book.common, path, text), partial(_of_page, book, path, text))


def _of_entry(book: Book, path: str, entry: Entry, known: Mapping[str, Facet]) -> Item:
    own = {key for key, facet in known.items() if facet.holds(entry)}
    words = list(_texts(book, entry))
    words += [("facet", book.words(known[key].words)) for key in sorted(own) if known[key].group in {"task", "property"}]
    words += [("facet", _kind(book, entry))]
    return Item(
        path=path,
        name=book.words(entry.name),
        kind=_kind(book, entry),
        plain=flat(book.bare(entry.plain)),
        names=tuple(dict.fromkeys((entry.name[book.language], entry.name.zh, entry.name.en, *entry.aliases.zh, *entry.aliases.en))),
        apis=tuple(dict.fromkeys(api.symbol for _, found in apis(entry) for api in found)),
        signs=tuple(fold(signs(param.symbol)) for param in getattr(entry, "params", {}).values()),
        formula=flat_formula(entry.formula or ""),
        papers=tuple(f"{paper.title} {paper.authors} {paper.year}" for paper in entry.references),
        texts=tuple(words),
        tokens=counted(words),
        facets=frozenset(own),
    )


def _of_page(book: Book, path: str, text: str) -> Item:
    """A page that is no entry: its title, its other names, its description and what it says, if a person wrote it."""
    written = properties(text)
    title = str(written.get("title") or path.removesuffix(".md"))
    description = str(written.get("description") or "").partition(" · ")[0]
    body = MARKDOWN.sub(" ", FRONT_MATTER.sub("", text))
    said = [("exact", body)] if "/" not in path else []
    own = [] if description == title else [("plain", description)]
    texts = [("name", title), *own, *said]
    return Item(
        path=path.removesuffix(".md"),
        name=title,
        kind=book.label("page"),
        plain="" if description == title else description,
        names=(title, *aliases(text)),
        texts=tuple(texts),
        tokens=counted(texts),
        facets=frozenset({"kind:page"}),
    )


def _kind(book: Book, entry: Entry) -> str:
    config = book.kb.config
    match entry:
        case Loss():
            return book.words(config.families[entry.family])
        case Optimizer():
            return book.words(config.kinds[entry.kind])
    return book.label("term")


def _texts(book: Book, entry: Entry) -> Iterator[tuple[str, str]]:
    """(place, text) of everything that an entry says in this language, links as words and formulas as signs."""
    for loc, text in book.kb.prose(entry.id):
        if not (loc[-1] in SILENT or loc[0] in SILENT or loc[-1] in {"zh", "en"} - {book.language}):
            yield str(loc[0]), flat(book.bare(Words(zh=text, en=text)))
