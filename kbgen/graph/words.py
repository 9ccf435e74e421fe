"""What ties an entry to its neighbours, in words: the data that the scripts of both pictures show."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from kbgen.links import CODE_OR_MATH
from kbgen.model import Entry
from kbgen.pages import Book
from kbgen.tex import to_mathml
from kbgen.ties import Tie


def told(book: Book, id: str) -> dict[str, Any]:
    """Name, everyday words and all ties of an entry; texts are HTML."""
    entry = book.kb.entries[id]
    return {
        "name": book.name(id),
        "plain": inline(book.bare(entry.plain)),
        "ties": [
            [path(book, tie.other(id)), book.name(tie.other(id)), tie.kind, list(reasons(book, id, tie))]
            for tie in book.ties.of[id]
        ],
    }


def path(book: Book, id: str) -> str:
    """The key of an entry in pictures and scripts: where its page lies under the root of the language."""
    return f"{book.kb.folder(id)}/{id}"


def reasons(book: Book, here: str, tie: Tie) -> Iterator[str]:
    """Why two entries are tied, seen from `here`."""
    for name in tie.identities:
        yield inline(book.bare(book.kb.identities[name]))
    for kind, by in tie.relations:
        yield _relation(book, here, tie, kind, by)
    for by in tie.links:
        yield from _link(book, tie, by)


def _relation(book: Book, here: str, tie: Tie, kind: str, by: str) -> str:
    """A relation as the page says it; a note speaks from the page of the entry that states it, and stays there."""
    words, to = book.kb.config.relations[kind], tie.other(here)  # type: ignore[index]
    shown = book.words(words.here if by == here else words.there) + book.mark("colon") + book.name(to)
    stated = (relation for relation in book.kb.entries[here].relations if relation.kind == kind and relation.to == to)
    note = next((book.bare(relation.note) for relation in stated if relation.note), "") if by == here else ""
    return inline(shown + (book.mark("dash") + note if note else ""))


def _link(book: Book, tie: Tie, by: str) -> Iterator[str]:
    """The sentence in which one names the other; that it is worth reading next, if there is no sentence."""
    target = tie.other(by)
    said = next((mention.sentence for mention in book.mentions.get(target, ()) if mention.id == by), "")
    if said:
        yield inline(book.name(by) + book.mark("colon") + said)
    elif not tie.relations and not tie.identities:
        yield inline(book.label("see_also") + book.mark("colon") + book.name(target))


def inline(text: str) -> str:
    """A text of one line as HTML: formulas, code, strong words."""
    parts, last = list[str](), 0
    for match in CODE_OR_MATH.finditer(text):
        parts += [_words(text[last : match.start()]), _sign(match[0])]
        last = match.end()
    return "".join([*parts, _words(text[last:])])


def _sign(text: str) -> str:
    if text.startswith("$"):
        return to_mathml(text.strip("$"), display=False)
    return f"<code>{escape(text.strip('`'), quote=False)}</code>"


def _words(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(re.sub(r"\\([$|*])", r"\1", text), quote=False))


def kind_of(entry: Entry) -> str:
    """Loss, term, optimizer or schedule: it decides the mark."""
    return str(getattr(entry, "kind", type(entry).__name__.lower()))
