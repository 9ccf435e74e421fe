"""data/ -> docs/: everything that kbgen writes, gathered first, then brought into the vaults."""

import re
from collections.abc import Iterator
from pathlib import Path

from kbgen import mathfont
from kbgen.checks import problems
from kbgen.errors import Problems
from kbgen.figures.render import figures
from kbgen.indexes import index_pages
from kbgen.links import CODE_OR_MATH
from kbgen.load import load
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.pages import Book, entry_pages
from kbgen.search import index_files
from kbgen.tex import TexError, to_mathml
from kbgen.vault import sync

ASSETS = Path(__file__).parent / "assets"
CACHE = ".kbgen"


def write_docs(root: Path) -> tuple[KnowledgeBase, int]:
    """Check everything, then bring docs/ up to date. Returns the base and the number of files that changed.

    Raises Problems, with docs/ as it was, if anything is wrong with the data.
    """
    kb = load(root)
    if found := problems(kb):
        raise Problems(found)
    pictures = dict(figures(kb, root / CACHE / "figures"))
    books = {language: Book(kb, language) for language in LANGUAGES}
    written = {language: {**dict(entry_pages(book)), **dict(index_pages(book))} for language, book in books.items()}
    shared = {**pictures, **dict(_assets(root, written))}
    changed = 0
    for language, texts in written.items():
        files = {path: text.encode() for path, text in texts.items()}
        changed += sync(root / "docs" / language, {**shared, **files, **dict(index_files(books[language]))})
    return kb, changed


def _assets(root: Path, written: dict[str, dict[str, str]]) -> Iterator[tuple[str, bytes]]:
    """Style, scripts and the font for mathematics."""
    for path in sorted(ASSETS.iterdir()):
        yield f"assets/{path.name}", path.read_bytes()
    by_hand = [path.read_text(encoding="utf-8") for path in sorted((root / "docs").rglob("*.md"))]
    texts = [*by_hand, *(text for files in written.values() for text in files.values())]
    points = mathfont.characters(_formulas(texts))
    yield "assets/math.woff2", mathfont.woff2(points, root / CACHE / "fonts")


def _formulas(texts: list[str]) -> Iterator[str]:
    """The MathML of every formula of these pages."""
    found = {match[0] for text in texts for match in CODE_OR_MATH.finditer(text) if match[0].startswith("$")}
    for tex in sorted(found):
        try:
            yield to_mathml(re.sub(r"^\$+|\$+$", "", tex), display=tex.startswith("$$"))
        except TexError:  # a page by hand: the host reports it with its place
            continue
