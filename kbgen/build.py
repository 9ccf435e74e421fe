"""data/ -> docs/: everything that kbgen writes, gathered first, then brought into the vaults."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen import byhand, checks, claims, history, mathfont, trials
from kbgen.bibliography import bibtex_files
from kbgen.cache import Digests, Memo, digest
from kbgen.chooser import chooser_files, chooser_pages
from kbgen.clock import Clock
from kbgen.compare import compare_files, compare_pages
from kbgen.conformance import conformance_files, conformance_pages
from kbgen.definitions import term_file
from kbgen.errors import Problems
from kbgen.figures.card import cards
from kbgen.figures.render import figures, lab_figures
from kbgen.figures.samples import sample_parts
from kbgen.flash import flash_files, flash_pages
from kbgen.fresh import NOTED, inputs, remember
from kbgen.graph.files import graph_files
from kbgen.indexes import index_pages, tag_page
from kbgen.links import CODE_OR_MATH
from kbgen.load import load
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.offline import icons
from kbgen.pages import Book, entry_pages, entry_paths
from kbgen.parts import keep
from kbgen.permalinks import permalink_files, permalink_problems
from kbgen.play import play_files
from kbgen.proofs.evidence import read as read_evidence
from kbgen.proofs.libraries import read as read_records
from kbgen.proofs.pitfalls import read as read_results
from kbgen.search import index_files
from kbgen.tables import table_pages
from kbgen.tex import to_mathml
from kbgen.tools import tool_pages
from kbgen.trials import Kept
from kbgen.vault import Files, sync_all

ASSETS = Path(__file__).parent / "assets"
CACHE = ".kbgen"


@dataclass(frozen=True)
class Draft:
    """Everything that pages are made of, checked; nothing is written yet. Mappings are language -> path -> text."""

    kb: KnowledgeBase
    memo: Memo
    runs: Mapping[str, Kept]
    books: Mapping[str, Book]
    written: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, Mapping[str, str]]


def draft(root: Path, clock: Clock | None = None) -> Draft:
    """Load and check the data, write the pages in memory, check the pages by hand. Raises Problems."""
    clock = clock or Clock()
    memo = Memo(root / CACHE / "memo.db")
    kb = load(root, memo)
    clock.lap("read")
    if found := checks.problems(kb, memo):
        raise Problems(found)
    clock.lap("check")
    runs = trials.read(root) if kb.claims else {}
    if found := list(claims.problems(kb, runs)):
        raise Problems(found)
    kept = (read_evidence(root, kb.losses, memo), read_records(root, memo), read_results(root, memo))
    changes = history.changes(root, root / CACHE / "history")
    books = {language: Book(kb, language, root / CACHE, *kept, changes, memo) for language in LANGUAGES}
    lists = {language: {**_lists(book), **dict(claims.claim_pages(book, runs))} for language, book in books.items()}
    paths = entry_paths(kb).values()
    notes = {language: byhand.pages(root / "docs" / language, {*lists[language], *paths}) for language in LANGUAGES}
    for language, book in books.items():
        lists[language]["indexes/tags.md"] = tag_page(book, notes[language])
    written = {language: {**dict(entry_pages(book, notes[language])), **lists[language]} for language, book in books.items()}
    printed = {f"lab/{id}": claims.printed(claim, runs[id]) for id, claim in kb.claims.items()}
    if found := [
        p for language in LANGUAGES for p in byhand.problems(f"docs/{language}", notes[language], written[language], printed)
    ]:
        raise Problems(found)
    for language in LANGUAGES:
        if found := list(permalink_problems(f"docs/{language}", notes[language], written[language])):
            raise Problems(found)
    clock.lap("pages")
    return Draft(kb, memo, runs, books, written, notes)


def write_docs(root: Path, clock: Clock | None = None) -> tuple[KnowledgeBase, int]:
    """Bring docs/ up to date. Returns the base and the number of files that changed.

    Raises Problems, with docs/ as it was, if anything is wrong with the data or with a page by hand.
    """
    clock, digests = clock or Clock(), Digests(root / NOTED)
    given = inputs(root, digests)
    plan = draft(root, clock)
    pictures = _pictures(root / CACHE, plan)
    clock.lap("pictures")
    shared: Files = {**pictures, **dict(bibtex_files(plan.kb)), **dict(_assets(root, plan))}
    wanted: Mapping[Path, Files] = {root / "docs" / language: {**shared, **_files(plan, language)} for language in plan.books}
    clock.lap("scripts")
    changed = sync_all(wanted, digests)
    plan.memo.save()
    remember(root, given, digests)
    clock.lap("write")
    return plan.kb, changed


def _pictures(cache: Path, plan: Draft) -> dict[str, Path]:
    """Pictures and the data of those that move, by their paths in the vaults: the files in which they are kept."""
    kb, memo = plan.kb, plan.memo
    parts = [
        *figures(kb, cache / "figures", memo),
        *lab_figures(cache / "figures"),
        *claims.claim_figures(kb, plan.runs, cache / "figures"),
        *cards(kb, cache / "cards", memo),
        *play_files(kb, cache / "play", memo),
        *icons(cache / "icons"),
    ]
    keep([*parts, *sample_parts(kb, cache / "compare", memo)])
    return {part.name: part.path for part in parts}


def _files(plan: Draft, language: str) -> dict[str, bytes]:
    """What stands in the vault of one language only, by its path there."""
    book, pages = plan.books[language], plan.written[language]
    return {
        **{path: text.encode() for path, text in pages.items()},
        **dict(chooser_files(book)),
        **dict(compare_files(book)),
        **dict(flash_files(book, os.environ.get("KBGEN_SITE_URL", ""))),
        **dict(graph_files(book)),
        **dict(conformance_files(book.kb.conformance.values())),
        **dict(permalink_files(language, plan.notes[language])),
        **term_file(book),
        "assets/kb.js": _script(book),
        **dict(index_files(book, {**plan.notes[language], **pages})),
    }


def _lists(book: Book) -> dict[str, str]:
    """Pages that list entries or constructs, and pages that do something."""
    return {**dict(index_pages(book)), **tools(book), **dict(table_pages(book)), **dict(conformance_pages(book))}


def tools(book: Book) -> dict[str, str]:
    """Pages that help to choose, and the labs."""
    return {**dict(chooser_pages(book)), **dict(compare_pages(book)), **dict(flash_pages(book)), **dict(tool_pages(book))}


def _assets(root: Path, plan: Draft) -> Iterator[tuple[str, bytes]]:
    """Style, modules of the scripts, favicon, and the font for the mathematics of all pages."""
    yield "assets/favicon.svg", (ASSETS / "favicon.svg").read_bytes()
    yield "assets/kbgen.css", b"\n".join(path.read_bytes() for path in sorted(ASSETS.glob("css/*.css")))
    for path in sorted(ASSETS.glob("modules/*.js")):
        yield f"assets/modules/{path.name}", path.read_bytes()
    yield "assets/math.css", mathfont.stylesheet(mathfont.characters(_signs(plan)), root / CACHE / "fonts").encode()


def _script(book: Book) -> bytes:
    """What every page runs: the words of the language, then all scripts of assets/base; kb.js comes first, the rest uses it."""
    words = {key: given[book.language] for key, given in book.kb.config.interface.items()}
    parts = sorted(ASSETS.glob("base/*.js"), key=lambda path: (path.stem != "kb", path.stem))
    head = f"window.kbWords={json.dumps(words, ensure_ascii=False, separators=(',', ':'))};\n"
    return head.encode() + b"\n".join(path.read_bytes() for path in parts)


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
