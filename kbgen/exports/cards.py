"""All cards as files for other programs: CSV for spreadsheets, text for Anki.

Anki imports HTML with MathJax, a deck and tags per note, and identifiers from text alone, so no package has to be written.
"""

import csv
import html
import io
import re
from functools import partial

from kbgen.exports.sheet import safe
from kbgen.exports.texts import written_anew
from kbgen.model import LANGUAGES, Entry, Term
from kbgen.pages import Book, shelf_of, tags
from kbgen.tex import expanded

COLUMNS = ("name_zh", "name_en", "plain", "exact", "example", "tags", "url")
EMPHASIS = re.compile(r"\*\*(.+?)\*\*")


def paths(book: Book) -> tuple[str, str]:
    """Where the files stand: CSV, then Anki."""
    return f"assets/flash/cards-{book.language}.csv", f"assets/flash/anki-{book.language}.tsv"


def table(book: Book) -> bytes:
    """All cards as CSV. It begins with a byte order mark: without it Excel does not take Chinese for UTF-8."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    for entry in book.kb.entries.values():
        texts = [*book.lines(entry), book.bare(entry.example) if isinstance(entry, Term) else ""]
        last = (" ".join(tags(book, entry)), _address(book, entry))
        writer.writerow([entry.name.zh, entry.name.en, *(safe(_unmarked(text)) for text in texts), *last])
    return rows.getvalue().encode("utf-8-sig")


def _unmarked(text: str) -> str:
    """A text without marks of code and emphasis; mathematics keeps its TeX between dollars."""
    return written_anew(text, lambda prose: EMPHASIS.sub(r"\1", prose), lambda sign: sign.strip("`"))


def _address(book: Book, entry: Entry) -> str:
    """Where the page of an entry is published; from the root of the site where nobody knows its address."""
    root = book.home or ("" if book.language == LANGUAGES[0] else f"{book.language}/")
    return f"{root}{book.kb.folder(entry.id)}/{entry.id}.html"


def anki(book: Book) -> bytes:
    """All cards as text that Anki imports: HTML with MathJax, decks, tags, and identifiers by which a later file updates them."""
    head = ["#separator:tab", "#html:true", "#guid column:1", "#deck column:4", "#tags column:5"]
    head.append("#columns:ID\tFront\tBack\tDeck\tTags")
    rows = (book.memo.get("anki", book.key(entry), partial(_note, book, entry)) for entry in book.kb.entries.values())
    return ("\n".join([*head, *rows]) + "\n").encode()


def _note(book: Book, entry: Entry) -> str:
    """One line of the file for Anki."""
    plain, exact = map(_mathjax, book.lines(entry))
    other = entry.name[next(language for language in LANGUAGES if language != book.language)]
    link, address = html.escape(book.label("cards_more"), quote=False), _address(book, entry)
    back = [
        f"<p><b>{html.escape(other, quote=False)}</b></p>" if other != book.name(entry.id) else "",
        f"<p>{plain}</p><p><small>{exact}</small></p>",
        f"<p>{_tex(entry.formula, display=True)}</p>" if entry.formula else "",
        f"<p><i>{_mathjax(book.bare(entry.example))}</i></p>" if isinstance(entry, Term) else "",
        f'<p><a href="{html.escape(address)}">{link}</a></p>' if book.site else "",
    ]
    deck = "::".join((book.words(book.kb.config.site), book.words(book.shelf_name(shelf_of(entry)))))
    front = html.escape(book.name(entry.id), quote=False)
    return "\t".join((f"kbgen-{book.language}-{entry.id}", front, "".join(back), deck, " ".join(tags(book, entry))))


def _mathjax(text: str) -> str:
    """A text as HTML whose mathematics is TeX in the brackets that MathJax looks for."""
    return written_anew(
        text,
        lambda prose: EMPHASIS.sub(r"<b>\1</b>", html.escape(prose.replace("\\$", "$"), quote=False)),
        lambda sign: _tex(sign.strip("$")) if sign.startswith("$") else f"<code>{html.escape(sign.strip('`'), quote=False)}</code>",
    )


def _tex(tex: str, *, display: bool = False) -> str:
    """TeX on one line that MathJax reads without our macros."""
    start, end = ("\\[", "\\]") if display else ("\\(", "\\)")
    return start + html.escape(" ".join(expanded(tex).split()), quote=False) + end
