"""The page of everything that can be taken along."""

from collections.abc import Iterator

from kbgen.exports import EACH
from kbgen.exports.cards import paths
from kbgen.exports.document import NAME, SCHEMA_NAME
from kbgen.exports.llms import LIST
from kbgen.model import LANGUAGES
from kbgen.pages import Book, render

PAGE = "tools/downloads.md"
NAMES = {
    "obsidian": ("kbgen-obsidian-{}.zip",),
    "epub": ("kbgen-{}.epub",),
    "csv": ("kbgen.csv",),
    "json": (NAME, SCHEMA_NAME),
    "jsonld": ("kbgen-{}.jsonld",),
}
"""Format -> its files in the folder `downloads` of a site; those with a gap are there once for each language."""


def download_pages(book: Book) -> Iterator[tuple[str, str]]:
    """(path inside a vault, text)."""
    root = "../" if book.language == LANGUAGES[0] else "../../"
    languages = sorted(LANGUAGES, key=lambda language: language != book.language)
    rows = [(name, [_link(f"{root}downloads/{file}") for file in _files(name, languages)]) for name in NAMES]
    rows += [
        ("bibtex", ["[all.bib](../assets/bibtex/all.bib)"]),
        ("cards", [f"[{path.rpartition('/')[2]}](../{path})" for path in paths(book)[::-1]]),
        ("llms", [_link(f"../{LIST}")]),
    ]
    yield PAGE, render("downloads", {"book": book, "rows": rows}) + "\n"


def _files(name: str, languages: list[str]) -> list[str]:
    return [file.format(language) for file in NAMES[name] for language in (languages if name in EACH else languages[:1])]


def _link(address: str) -> str:
    """A link as HTML: the file is not in the vault, where a host would look for it, but comes into the site afterwards."""
    return f'<a href="{address}">{address.rpartition("/")[2]}</a>'
