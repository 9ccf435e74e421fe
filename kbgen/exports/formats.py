"""Every format by name: which files it has, and how they are made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kbgen import history, withhold
from kbgen.bibliography import bibtex_files
from kbgen.cache import CACHE, MEMO, Memo
from kbgen.exports import EACH, cards, document, epub, llms, obsidian, sheet
from kbgen.exports.linked import term_set
from kbgen.exports.page import NAMES
from kbgen.exports.texts import Vault, read_vault
from kbgen.exports.zips import zipped
from kbgen.load import load
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.pages import Book, place

Files = Mapping[str, bytes]
LICENCE = "LICENSE-CONTENT"


@dataclass(frozen=True)
class Stock:
    """What exports are made of: the base in `root`, its vaults as the last build wrote them, the public address if there is one."""

    root: Path
    site: str = ""
    mark: bool = True

    @cached_property
    def kb(self) -> KnowledgeBase:
        """The base, as far as readers get it."""
        return withhold.published(load(self.root, Memo(self.root / MEMO)))

    @cached_property
    def books(self) -> Mapping[str, Book]:
        """The base in each language, with what exports need of it: dates, but no proofs."""
        cache = self.root / CACHE
        changes = history.changes(self.root, cache / "history")
        return {language: Book(self.kb, language, cache, {}, {}, {}, changes, site=self.site) for language in LANGUAGES}

    @cached_property
    def vaults(self) -> Mapping[str, Vault]:
        """The notes of each language."""
        return {language: read_vault(self.root / "docs" / language) for language in LANGUAGES}

    def place(self, language: str) -> str:
        """The public address of a language; "" if there is none."""
        return place(self.site, language)


def _obsidian(stock: Stock, language: str) -> Files:
    name, licence = f"kbgen-obsidian-{language}", stock.root / LICENCE
    more = {"README.md": f"{stock.kb.config.labels['export_readme'][language]}\n".encode()}
    more |= {f"{LICENCE}.txt": licence.read_bytes()} if licence.is_file() else {}
    return {f"{name}.zip": obsidian.archive(stock.vaults[language], name, more, stock.place(language))}


def _anki(stock: Stock, language: str) -> Files:
    return {f"kbgen-anki-{language}.tsv": cards.anki(stock.books[language])}


def _jsonld(stock: Stock, language: str) -> Files:
    return {f"kbgen-{language}.jsonld": document.text(term_set(stock.books[language], stock.place(language)))}


def _llms(stock: Stock, language: str) -> Files:
    return {f"llms-{language}.txt": llms.listing(stock.vaults[language], stock.place(language)).encode()}


def _markdown(stock: Stock, language: str) -> Files:
    name = f"kbgen-markdown-{language}"
    files = llms.text_files(stock.vaults[language], stock.place(language))
    return {f"{name}.zip": zipped({f"{name}/{path}": content for path, content in files})}


def _epub(stock: Stock, language: str) -> Files:
    memo = Memo(stock.root / ".kbgen" / f"epub-{language}.db")
    content = epub.epub(stock.books[language], stock.vaults[language], memo)
    memo.save()
    return {f"kbgen-{language}.epub": content}


def _csv(stock: Stock, _: str) -> Files:
    return {"kbgen.csv": sheet.table(stock.books, mark=stock.mark)}


def _json(stock: Stock, _: str) -> Files:
    found = {document.NAME: document.document(stock.kb), document.SCHEMA_NAME: document.schema(stock.kb)}
    return {name: document.text(value) for name, value in found.items()}


def _bibtex(stock: Stock, _: str) -> Files:
    return {"kbgen.bib": dict(bibtex_files(stock.kb))["assets/bibtex/all.bib"]}


FORMATS: Mapping[str, Callable[[Stock, str], Files]] = {
    "obsidian": _obsidian, "anki": _anki, "csv": _csv, "json": _json, "jsonld": _jsonld, "bibtex": _bibtex, "llms": _llms,
    "markdown": _markdown, "epub": _epub,
}  # fmt: skip


def export(stock: Stock, name: str, languages: Iterable[str] = LANGUAGES) -> dict[str, bytes]:
    """The files of a format by their names, in the languages asked for; those that hold both are made once."""
    found: dict[str, bytes] = {}
    for language in languages if name in EACH else LANGUAGES[:1]:
        found |= FORMATS[name](stock, language)
    return found


def published(stock: Stock) -> dict[str, bytes]:
    """The files that a site offers in its folder `downloads`; those of the other formats stand elsewhere on it."""
    return {file: content for name in NAMES for file, content in export(stock, name).items()}
