"""data/ -> docs/: everything that kbgen writes, gathered first, then brought into the vaults."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kbgen import byhand, checks, claims, history, intake, listings, mathfont, trials, withhold
from kbgen.bibliography import bibtex_files, cited
from kbgen.cache import CACHE, MEMO, Digests, Memo, digest
from kbgen.chooser import chooser_files, chooser_pages
from kbgen.clock import Clock
from kbgen.compare import compare_files, compare_pages
from kbgen.conformance import conformance_files, conformance_pages
from kbgen.definitions import term_file
from kbgen.errors import Problem, Problems
from kbgen.exports.page import download_pages
from kbgen.figures.card import cards
from kbgen.figures.render import figures, lab_figures
from kbgen.figures.samples import sample_parts
from kbgen.flash import flash_files, flash_pages
from kbgen.fresh import NOTED, forget, inputs, remember
from kbgen.graph.files import graph_files
from kbgen.indexes import index_pages, tag_page
from kbgen.links import CODE_OR_MATH
from kbgen.load import load
from kbgen.lock import locked
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.moved import dated, moved_files, remarks_on_moves, remarks_on_moves_by_hand
from kbgen.offline import icons
from kbgen.pages import Book, entry_pages, entry_paths
from kbgen.parts import Part, helpers, keep, keeping
from kbgen.permalinks import permalink_files, permalink_problems
from kbgen.play import play_files
from kbgen.proofs.evidence import Evidence
from kbgen.proofs.evidence import read as read_evidence
from kbgen.proofs.libraries import Record
from kbgen.proofs.libraries import read as read_records
from kbgen.proofs.pitfalls import Result
from kbgen.proofs.pitfalls import read as read_results
from kbgen.search import index_files
from kbgen.shipped import script, style
from kbgen.sources import repository_file
from kbgen.tables import table_pages
from kbgen.tex import to_mathml
from kbgen.tools import tool_pages
from kbgen.trials import Kept
from kbgen.vault import Files, ours, sync_all


@dataclass(frozen=True)
class Base:
    """The data, checked, its view in each language, what is remembered of the last run and what the experiments found.

    `whole` is everything; `kb`, which is what readers get, is without what is not published.
    """

    whole: KnowledgeBase
    kb: KnowledgeBase
    memo: Memo
    runs: Mapping[str, Kept]
    books: Mapping[str, Book]


@dataclass(frozen=True)
class Draft(Base):
    """Everything that pages are made of, checked; nothing is written yet. Mappings are language -> path -> text.

    `withheld` are the files that readers do not get, `remarks` what follows from that elsewhere.
    """

    written: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, Mapping[str, str]]
    withheld: tuple[str, ...] = ()
    remarks: tuple[Problem, ...] = ()


def base(root: Path, memo: Memo, clock: Clock) -> Base:
    """Load and check the data. Raises Problems."""
    whole = load(root, memo)
    clock.lap("read")
    return _checked(root, whole, memo, clock)


def _checked(root: Path, whole: KnowledgeBase, memo: Memo, clock: Clock) -> Base:
    if found := intake.of_docs(root):
        raise Problems(found)
    if found := checks.problems(whole, memo):
        raise Problems(found)
    clock.lap("check")
    runs = trials.read(root) if whole.claims else {}
    if found := list(claims.problems(whole, runs)):
        raise Problems(found)
    kb = withhold.published(whole)
    kept = _kept(root, kb, memo, all_of_it=kb is whole)
    changes = dated(history.changes(root, root / CACHE / "history"), kb)
    site = os.environ.get("KBGEN_SITE_URL", "")
    books = {language: Book(kb, language, root / CACHE, *kept, changes, memo, site) for language in LANGUAGES}
    return Base(whole, kb, memo, runs, books)


def draft(root: Path, clock: Clock | None = None, memo: Memo | None = None) -> Draft:
    """Load and check the data, write the pages in memory, check the pages by hand. Raises Problems.

    A process that stays hands in its memo, and finds in it what it has read before.
    """
    clock = clock or Clock()
    return _drafted(root, base(root, memo or Memo(root / MEMO), clock), clock)


def _drafted(root: Path, known: Base, clock: Clock) -> Draft:
    books, whole = known.books, known.whole
    lists = {language: list_pages(book, known.runs, {}) for language, book in clock.each(books.items())}
    vaults, paths = {language: root / "docs" / language for language in LANGUAGES}, entry_paths(whole).values()
    own = {language: byhand.split(vault, {*lists[language], *paths, *ours(vault)}) for language, vault in vaults.items()}
    notes, unread = ({language: own[language][i] for language in LANGUAGES} for i in (0, 1))
    for language, book in books.items():
        lists[language]["indexes/tags.md"] = tag_page(book, notes[language])
    written = {
        language: {**dict(clock.each(entry_pages(book, notes[language]))), **lists[language]} for language, book in books.items()
    }
    if found := list(problems_by_hand(known, notes, unread, written)):
        raise Problems(found)
    remarks = [*withhold.remarks(whole), *remarks_on_moves(whole)]
    for language in LANGUAGES:
        remarks += remarks_on_moves_by_hand(f"docs/{language}", notes[language], books[language])
        remarks += withhold.remarks_by_hand(f"docs/{language}", notes[language], withhold.names_withheld(whole, unread[language]))
    withheld = [whole.sources[id].path for id in withhold.withheld(whole)]
    withheld += [f"docs/{language}/{path}" for language in LANGUAGES for path in unread[language]]
    clock.lap("pages")
    return Draft(whole, known.kb, known.memo, known.runs, books, written, notes, tuple(sorted(withheld)), tuple(sorted(remarks)))


def list_pages(book: Book, runs: Mapping[str, Kept], notes: Mapping[str, str]) -> dict[str, str]:
    """Every page that kbgen writes and that is not about one entry; `notes` are the pages by hand, whose tags are listed."""
    lists = {**dict(index_pages(book)), "indexes/tags.md": tag_page(book, notes), **tools(book), **dict(table_pages(book))}
    return {**lists, **dict(conformance_pages(book)), **dict(claims.claim_pages(book, runs))}


Pages = Mapping[str, Mapping[str, str]]
"""Language -> path -> text."""


def problems_by_hand(known: Base, notes: Pages, unread: Pages, written: Pages) -> Iterator[Problem]:
    """What is wrong with the pages by hand of all languages, beside the pages that kbgen has written and those that nobody gets."""
    printed = {f"lab/{id}": claims.printed(claim, known.runs[id]) for id, claim in known.kb.claims.items()}
    for language in LANGUAGES:
        hidden = withhold.names_withheld(known.whole, unread[language])
        yield from byhand.problems(f"docs/{language}", notes[language], written[language], printed, hidden)
        yield from permalink_problems(f"docs/{language}", notes[language], written[language])
    yield from byhand.avoided_terms("docs/zh", notes["zh"], known.kb.config.preferred)


def _kept(
    root: Path, kb: KnowledgeBase, memo: Memo, *, all_of_it: bool
) -> tuple[Mapping[str, Evidence], Mapping[str, Mapping[str, Record]], Mapping[str, Result]]:
    """What is kept of proofs, of libraries and of pitfalls; not `all_of_it` if the base is without withheld entries."""
    proofs, records, results = read_evidence(root, kb.losses, memo), read_records(root, memo), read_results(root, memo)
    if all_of_it:
        return proofs, records, results
    of_libraries = {library: withhold.of_entries(found, kb) for library, found in records.items()}
    return withhold.evidence(proofs, kb), of_libraries, withhold.of_entries(results, kb)


def write_docs(root: Path, clock: Clock | None = None) -> tuple[KnowledgeBase, int]:
    """Bring docs/ up to date. Returns the base and the number of files that changed.

    Raises Problems, with docs/ as it was, if anything is wrong with the data or with a page by hand.
    """
    with locked(root):
        return _write_docs(root, clock or Clock())


def _write_docs(root: Path, clock: Clock) -> tuple[KnowledgeBase, int]:
    bare = not (root / CACHE / "figures").is_dir()  # no picture is there: helpers begin to load, and to draw before all is checked
    if bare:
        helpers()
    digests, memo = Digests(root / NOTED), Memo(root / MEMO)
    given = inputs(root, digests)
    whole = load(root, memo)
    clock.lap("read")
    begun = {part.path: part for part in figures(whole, root / CACHE / "figures", memo)} if bare else {}
    with ExitStack() as making:
        making.enter_context(keeping([*begun.values()]))
        known = _checked(root, whole, memo, clock)
        pictures, samples = _pictures(root / CACHE, known)
        making.enter_context(keeping([part for part in (*samples, *pictures) if part.path not in begun]))
        clock.lap("pictures")
        plan = _drafted(root, known, clock)
        wanted = _gathered(root, plan, pictures, clock)
    clock.lap("pictures")
    changed = bring(root, plan, wanted, given, digests)
    clock.lap("write")
    return plan.kb, changed


def contents(root: Path, plan: Draft, clock: Clock) -> Mapping[Path, Files]:
    """Everything that shall stand in each vault; what takes long to make is made."""
    pictures, samples = _pictures(root / CACHE, plan)
    keep([*samples, *pictures])
    clock.lap("pictures")
    return _gathered(root, plan, pictures, clock)


def _gathered(root: Path, plan: Draft, pictures: Sequence[Part], clock: Clock) -> Mapping[Path, Files]:
    """The same, with pictures that may still be in the making."""
    shared: Files = {part.name: part.path for part in pictures}
    bibtex = plan.memo.get("bibtex", digest(cited(plan.kb)), lambda: dict(bibtex_files(plan.kb)))
    shared = {**shared, **bibtex, **dict(_assets(root, plan))}
    wanted: Mapping[Path, Files] = {
        root / "docs" / language: {**shared, **_files(plan, language, clock)} for language in plan.books
    }
    pages = (text for own in plan.written.values() for text in own.values())
    listings.keep(pages, root / CACHE / "listings.json", plan.memo)
    clock.lap("scripts")
    return wanted


def bring(root: Path, plan: Draft, wanted: Mapping[Path, Files], given: str, digests: Digests) -> int:
    """Write what differs and remember what it was made from: `given`, the inputs. Returns the number of files that changed."""
    forget(root)
    changed = sync_all(wanted, digests)
    plan.memo.save()
    remember(root, given, digests)
    return changed


def _pictures(cache: Path, data: Base) -> tuple[list[Part], list[Part]]:
    """Pictures and the data of those that move; and samples of curves, which other files are made of."""
    kb, memo = data.kb, data.memo
    pictures = [
        *figures(kb, cache / "figures", memo),
        *lab_figures(cache / "figures"),
        *claims.claim_figures(kb, data.runs, cache / "figures"),
        *(cards(kb, cache / "cards", memo) if any(book.site for book in data.books.values()) else ()),
        *play_files(kb, cache / "play", memo),
        *icons(cache / "icons"),
    ]
    return pictures, list(sample_parts(kb, cache / "compare", memo))


def _files(plan: Draft, language: str, clock: Clock) -> dict[str, bytes]:
    """What stands in the vault of one language only, by its path there."""
    book, pages = plan.books[language], plan.written[language]
    return {
        **{path: text.encode() for path, text in pages.items()},
        **dict(chooser_files(book)),
        **dict(clock.each(compare_files(book))),
        **dict(clock.each(flash_files(book))),
        **dict(clock.each(graph_files(book))),
        **dict(moved_files(book)),
        **dict(conformance_files(book.kb.conformance.values())),
        **dict(permalink_files(language, plan.notes[language])),
        **term_file(book),
        **repository_file(book, plan.notes[language]),
        "assets/kb.js": script(book),
        **dict(clock.each(index_files(book, {**plan.notes[language], **pages}))),
    }


def tools(book: Book) -> dict[str, str]:
    """Pages that help to choose, and the labs."""
    return {
        **dict(chooser_pages(book)),
        **dict(compare_pages(book)),
        **dict(flash_pages(book)),
        **dict(tool_pages(book)),
        **dict(download_pages(book)),
    }


def _assets(root: Path, plan: Draft) -> Iterator[tuple[str, bytes]]:
    """Style, modules of the scripts, favicon, and the font for the mathematics of all pages."""
    yield from style()
    yield "assets/math.css", mathfont.stylesheet(mathfont.characters(_signs(plan)), root / CACHE / "fonts").encode()


def _signs(plan: Draft) -> Iterator[str]:
    """The signs in the formulas of each page."""
    for pages in (*plan.notes.values(), *plan.written.values()):
        for text in pages.values():
            yield plan.memo.get("signs", digest(text), lambda text=text: mathfont.visible(_formulas(text)))  # type: ignore[misc]


def _formulas(text: str) -> Iterator[str]:
    """The MathML of every formula of a text."""
    for match in CODE_OR_MATH.finditer(text):
        if match[0].startswith("$"):
            yield to_mathml(match[0].strip("$"), display=match[0].startswith("$$"))
