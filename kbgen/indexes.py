"""Pages that list entries: the glossary, by family, by group, by task, by letter and by tag."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from kbgen import registry
from kbgen.bibliography import by_letter, cited, publications
from kbgen.byhand import title
from kbgen.cache import digest
from kbgen.model import Loss, Optimizer, Words
from kbgen.names import apis
from kbgen.notes import tags as note_tags
from kbgen.pages import Book, cell, note_of, render, shelf_of, tags, templates
from kbgen.proofs.evidence import Finding


def index_pages(book: Book) -> Iterator[tuple[str, str]]:
    """Every list page of one language."""
    config, kb = book.kb.config, book.kb
    by_family = _shelves(config.families, ((loss.family, id) for id, loss in kb.losses.items()))
    by_group = _shelves(config.groups, ((term.group, id) for id, term in kb.terms.items()))
    by_kind = _shelves(
        {kind: config.kinds[kind] for kind in ("optimizer", "schedule")}, ((rule.kind, id) for id, rule in kb.optimizers.items())
    )
    by_task = _shelves(config.tasks, ((task, id) for id, loss in kb.losses.items() for task in loss.tasks))
    notes = " ".join((book.label("losses_note"), _lab(book, "fit")))
    yield "losses/index.md", _page(book, "losses", notes, _tables(book, by_family, guided=True))
    yield "terms/index.md", _page(book, "terms", "", _tables(book, by_group, guided=True))
    yield "optimizers/index.md", _page(book, "optimizers", _lab(book, "optimizers"), _tables(book, by_kind, guided=True))
    yield "indexes/tasks.md", _page(book, "by_task", "", _tables(book, by_task))
    yield "indexes/glossary.md", _page(book, "glossary", book.label("glossary_note"), _glossary_parts(book))
    for shelf, ids in book.shelves.items():
        yield f"{_sheet(shelf)}.md", _glossary(book, shelf, sorted(ids, key=lambda id: sort_key(book, book.name(id))))
    named = [f"{entry.id}{entry.apis.model_dump_json()}" for entry in kb.entries.values() if isinstance(entry, Loss | Optimizer)]
    yield "indexes/apis.md", _page(book, "by_api", book.label("by_api_note"), _recalled(book, _apis, *named), module="rows")
    yield "indexes/letters.md", _page(book, "by_letter", "", _recalled(book, _letters))
    yield "indexes/tags.md", tag_page(book, notes={})
    if book.changes:
        yield "indexes/recent.md", _page(book, "recent", book.label("recent_note"), _recent(book))
    yield "indexes/graph.md", _page(book, "graph", book.label("graph_note"), _graph(book), hide=["toc"])
    parts = _recalled(book, _bibliography, cited(kb))
    yield "indexes/bibliography.md", _page(book, "bibliography", book.label("bibliography_note"), parts)
    yield "indexes/proofs.md", _page(book, "by_proof", "", [_proofs(book)])


def _recalled(book: Book, parts: Callable[[Book], Iterator[str]], *decided_by: str) -> list[str]:
    """Parts of a page that names, relations and `decided_by` decide, and no text of an entry: as in the last run, if those are."""
    return book.memo.get(parts.__name__, digest(book.common, templates(), *decided_by), lambda: list(parts(book)))


def _bibliography(book: Book) -> Iterator[str]:
    """Every publication under its first letter, with the entries that cite it."""
    for letter, found in by_letter(publications(book.kb)).items():
        yield f"## {letter}\n\n" + render("bibliography", {"book": book, "found": found})


RECENT = 60
PROOFS = ("formula", "gradient_formula", "gradient", "autodiff", "property", "identity", "estimate", "example")


@dataclass(frozen=True)
class Total:
    """How often one kind of proof ran, over how many points, and where it came out worst."""

    label: str
    statements: int
    points: int
    worst: Finding | None
    worst_id: str


def _proofs(book: Book) -> str:
    """What was executed on the whole site, what could not be and why, and every counterexample."""
    found = [(id, finding) for id, evidence in book.evidence.items() for finding in evidence.findings]
    reasons = [
        (id, label, reason)
        for id, loss in book.kb.losses.items()
        for label, reason in (("formula", loss.not_executed.formula), ("gradient_word", loss.not_executed.gradient))
        if reason
    ]
    return render(
        "proofs",
        {
            "book": book,
            "totals": [_total(kind, found) for kind in PROOFS],
            "pitfalls": len(book.results),
            "libraries": {book.kb.config.libraries[library]: len(kept) for library, kept in book.records.items()},
            "reasons": reasons,
            "recipes": [id for id in book.kb.losses if id in registry.recipes()],
            "refuted": _refuted(found),
        },
    )


def _refuted(found: Iterable[tuple[str, Finding]]) -> Mapping[str, list[tuple[str, str]]]:
    """(entry, counterexample) of every property that somebody might expect and that does not hold, by property."""
    refuted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for id, finding in found:
        if finding.kind == "property" and finding.says:
            refuted[finding.name].append((id, finding.says))
    return refuted


def _total(kind: str, found: Sequence[tuple[str, Finding]]) -> Total:
    own = [(id, finding) for id, finding in found if finding.kind == kind]
    measured = [(id, finding) for id, finding in own if finding.error is not None]
    worst_id, worst = max(measured, key=lambda pair: pair[1].error or 0, default=("", None))
    return Total(f"proof_{kind}", len(own), sum(finding.points for _, finding in own), worst, worst_id)


def _shelves(names: Mapping[str, Words], members: Iterable[tuple[str, str]]) -> list[tuple[Words, list[str]]]:
    """Each name with the ids on its shelf, in the order of kb.yml; empty shelves are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for shelf, id in members:
        found[shelf].append(id)
    return [(names[shelf], found[shelf]) for shelf in names if shelf in found]


def _page(book: Book, title: str, remark: str, parts: Iterable[str], **more: object) -> str:
    words = book.label(title)
    about = f"{words} · {book.words(book.kb.config.site)}"
    properties = {"title": words, "description": about, "up": f"[[index|{book.label('home')}]]", **more}
    return note_of(properties, f"# {words}", remark, *parts)


def _lab(book: Book, name: str) -> str:
    """A line that leads to a lab."""
    return f"{book.label(f'lab_{name}_here')}{book.mark('colon')}[[tools/{name}|{book.label(f'lab_{name}')}]]"


def _recent(book: Book) -> Iterator[str]:
    """The entries that changed last, by day; what is new says so."""
    known = [(id, change) for id, change in book.changes.items() if id in book.kb.entries]
    for day, found in groupby(known[:RECENT], key=lambda pair: pair[1].day):
        rows = []
        for id, change in found:
            new = f" ({book.label('new')})" if change.new else ""
            rows.append(f"- {book.link(id)}{new}{book.mark('colon')}{book.bare(book.kb.entries[id].plain)}")
        yield f"## {day}\n\n" + "\n".join(rows)


def _graph(book: Book) -> Iterator[str]:
    """The map of all entries, and the same as a list: by family, group or kind, with the numbers of ties."""
    best = sorted(book.kb.entries, key=lambda id: (-len(book.ties.of[id]), id))[:5]
    alt = f"{book.label('graph_alt')}{book.mark('blank')}{book.mark('comma').join(map(book.name, best))}{book.mark('stop')}"
    yield f"![{alt}](../figures/graph-all.svg)"
    yield f"## {book.label('graph_list')}\n\n{book.label('graph_list_note')}"
    for shelf, ids in book.shelves.items():
        yield f"### {book.words(book.shelf_name(shelf))}\n\n" + "\n".join(_tied(book, id) for id in ids)


def _tied(book: Book, id: str) -> str:
    found = book.ties.of[id]
    proved = sum(tie.kind == "proved" for tie in found)
    counts = book.mark("clause").join(map(str, filter(None, (len(found), proved))))
    return f"- {book.link(id)} ({counts})"


def _tables(book: Book, shelves: list[tuple[Words, list[str]]], *, guided: bool = False) -> list[str]:
    """A heading and a table of names and everyday words for each shelf; if `guided`, what to read first of it."""
    return [
        "\n\n".join(filter(None, [f"## {book.words(name)}", _first_steps(book, ids[0]) if guided else "", _table(book, ids)]))
        for name, ids in shelves
    ]


def _first_steps(book: Book, member: str) -> str:
    """A line that leads a newcomer over the shelf of an entry."""
    kind, shelf = shelf_of(book.kb.entries[member])
    ids = book.kb.config.first_steps.get(kind, {}).get(shelf, ())
    return f"{book.label('read_first')}{book.mark('colon')}{' → '.join(map(book.link, ids))}" if ids else ""


def _table(book: Book, ids: Iterable[str]) -> str:
    rows = [f"| {cell(book.link(id))} | {cell(book.lines(book.kb.entries[id])[0])} |" for id in ids]
    return "\n".join([f"| {book.label('name')} | {book.label('plain')} |", "| --- | --- |", *rows])


def _sheet(shelf: tuple[str, str]) -> str:
    """The path of the glossary of a shelf: a page with all of them would weigh more than a phone should carry."""
    return f"indexes/glossary_{'_'.join(shelf)}"


def _glossary_parts(book: Book) -> Iterator[str]:
    """The glossary of each shelf, and the names on it."""
    for shelf, ids in book.shelves.items():
        names = " · ".join(map(book.link, sorted(ids, key=lambda id: sort_key(book, book.name(id)))))
        yield f"## {book.words(book.shelf_name(shelf))}\n\n[[{_sheet(shelf)}|{book.label('glossary_of')}]]\n\n{names}"


def _glossary(book: Book, shelf: tuple[str, str], ids: Iterable[str]) -> str:
    """Everyday words beside exact words, for a shelf."""
    title = f"{book.label('glossary')}{book.mark('colon')}{book.words(book.shelf_name(shelf))}"
    head = f"| {book.label('term')} | {book.label('plain')} | {book.label('exact')} |\n| --- | --- | --- |"
    rows = ((book.link(id), *book.lines(book.kb.entries[id])) for id in ids)
    table = "\n".join([head, *(f"| {' | '.join(map(cell, row))} |" for row in rows)])
    properties = {"title": title, "module": "rows", "up": f"[[indexes/glossary|{book.label('glossary')}]]"}
    return note_of(properties, f"# {title}", table)


def sort_key(book: Book, name: str) -> tuple[str, str]:
    """Where a name stands in an alphabetical list: Chinese by pinyin, Latin by letter, accents and case set aside."""
    return _letters_of(book.pinyin.get(name, (name, ""))[0]), name


@cache
def _letters_of(spelled: str) -> str:
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()


def _letters(book: Book) -> Iterator[str]:
    """Every name and alias of this language under its first letter."""
    named = [(name, id) for id, entry in book.kb.entries.items() for name in (book.words(entry.name), *book.other_names(entry))]
    shelves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, id in sorted(set(named), key=lambda pair: sort_key(book, pair[0])):
        first = sort_key(book, name)[0][:1].upper()
        shelves[first if first.isalpha() else "0–9"].append((name, id))
    for letter, members in sorted(shelves.items(), key=lambda shelf: (not shelf[0].isalpha(), shelf[0])):
        rows = []
        for name, id in members:
            own = book.name(id)
            rows.append(f"- {book.link(id, name)}" + ("" if name == own else f" → {own}"))
        yield f"## {letter}\n\n" + "\n".join(rows)


def _apis(book: Book) -> Iterator[str]:
    """Every name in a library: the entry that explains it, how its convention differs from ours, and how exactly that came out.

    Last come the names that are no losses, rules or schedules, and why.
    """
    named = [(library, api, entry) for entry in book.kb.entries.values() for library, given in apis(entry) for api in given]
    for library, shown in book.kb.config.libraries.items():
        if own := sorted((found for found in named if found[0] == library), key=lambda found: found[1].symbol.lower()):
            heading = book.label("other_kinds") if library == "other" else shown
            yield f"## {heading}\n\n" + render("apis_table", {"book": book, "rows": own})
    reasons = [f"- `{symbol}`{book.mark('colon')}{book.text(words)}" for symbol, words in book.kb.config.not_entries.items()]
    if reasons:
        yield f"## {book.label('no_entry')}\n\n" + "\n".join(reasons)


def tag_page(book: Book, notes: Mapping[str, str]) -> str:
    """Every tag of the entries and of the notes by hand, given by path."""
    return _page(book, "by_tag", book.label("tags_note"), _tags(book, notes))


def _tags(book: Book, notes: Mapping[str, str]) -> Iterator[str]:
    """Every tag with what has it, nested tags under their head; first all of a head with their numbers."""
    tagged: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for tag, link in [*_tagged_entries(book), *_tagged_notes(notes)]:
        head, *below = tag.split("/")
        for depth in range(len(below) + 1):
            tagged[head]["/".join(below[:depth])].append(link)
    for head, tails in sorted(tagged.items()):
        own, nested = tails.pop("", []), sorted(tails.items())
        counted = [f"[[indexes/tags#{head}/{tail}|{tail}]] {len(links)}" for tail, links in nested]
        yield f"## {head}\n\n" + book.mark("comma").join(counted or own)
        for tail, links in nested:
            yield f"### {head}/{tail}\n\n" + book.mark("comma").join(links)


def _tagged_entries(book: Book) -> Iterator[tuple[str, str]]:
    return ((tag, book.link(id)) for id, entry in book.kb.entries.items() for tag in tags(book, entry))


def _tagged_notes(notes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The tags of notes by hand in the spelling that was met first."""
    spelled: dict[str, str] = {}
    for path, text in notes.items():
        for tag in note_tags(text):
            yield spelled.setdefault(tag.casefold(), tag), f"[[{path.removesuffix('.md')}|{title(text, path)}]]"
