"""All entries as one table for spreadsheets: CSV as in RFC 4180, both languages side by side."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from kbgen.bibliography import address
from kbgen.model import LANGUAGES, Entry, Loss
from kbgen.names import apis
from kbgen.pages import Book, shelf_of
from kbgen.tex import expanded

COLUMNS = (
    "id", "kind", "shelf", "name_zh", "name_en", "aliases_zh", "aliases_en", "plain_zh", "plain_en", "exact_zh", "exact_en",
    "formula", "gradient", "tasks", "apis", "relations", "see_also", "references",
)  # fmt: skip
COMPUTED = re.compile(r"^\s*[=+\-@＝＋－＠]")
BETWEEN = "; "
"""Several values of one cell; no name of ours holds it."""


def safe(cell: str) -> str:
    """A cell that a spreadsheet shows and does not compute: with an apostrophe before what would begin a formula."""
    return f"'{cell}" if COMPUTED.match(cell) or cell.startswith(("\t", "\r")) else cell


def table(books: Mapping[str, Book], *, mark: bool = True) -> bytes:
    """A row an entry. It begins with a byte order mark, by which Excel knows UTF-8, unless programs are to read it."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    for entry in books[LANGUAGES[0]].kb.entries.values():
        writer.writerow(map(safe, _row(books, entry)))
    return rows.getvalue().encode("utf-8-sig" if mark else "utf-8")


def _row(books: Mapping[str, Book], entry: Entry) -> Iterator[str]:
    kind, shelf = shelf_of(entry)
    yield from (entry.id, kind if kind != "optimizer" else shelf, shelf)
    yield from (entry.name.zh, entry.name.en, BETWEEN.join(entry.aliases.zh), BETWEEN.join(entry.aliases.en))
    lines = [books[language].lines(entry) for language in LANGUAGES]
    yield from (texts[depth] for depth in (0, 1) for texts in lines)
    yield from (_mathematics(entry.formula), _mathematics(entry.gradient if isinstance(entry, Loss) else None))
    yield BETWEEN.join(entry.tasks if isinstance(entry, Loss) else ())
    yield BETWEEN.join(api.symbol for _, found in apis(entry) for api in found)
    yield BETWEEN.join(f"{relation.kind} {relation.to}" for relation in entry.relations)
    yield BETWEEN.join(entry.see_also)
    yield BETWEEN.join(_cited(entry))


def _mathematics(tex: str | None) -> str:
    """TeX between dollars, as on the pages: there it never begins with a sign that a spreadsheet would compute."""
    return f"${' '.join(expanded(tex).split())}$" if tex else ""


def _cited(entry: Entry) -> Iterator[str]:
    """Publications in short, each with what it can be looked up by."""
    for given in entry.references:
        found = address(given) or f"ISBN {given.isbn}"
        yield f"{given.authors.replace(';', ',')} ({given.year}) {given.title} {found}"
