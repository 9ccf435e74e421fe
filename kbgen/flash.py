"""Flash cards: a page that lists all decks, and a script of cards per deck; `exports` writes the same cards for other programs.

assets/modules/flash.js shows one card at a time. A card's formulas are drawn here, so that the browser has only to set them.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from kbgen.compare import inline
from kbgen.exports.cards import EMPHASIS, anki, paths, table
from kbgen.links import CODE_OR_MATH, SENTENCE_END
from kbgen.model import LANGUAGES, Entry, Term
from kbgen.pages import Book, render
from kbgen.tex import to_mathml

PAGE = "tools/cards.md"
SHELVES: Mapping[Literal["loss", "term", "optimizer"], tuple[str, str]] = {
    "loss": ("losses", "families"),
    "term": ("terms", "groups"),
    "optimizer": ("optimizers", "kinds"),
}
"""The name of a part, and what divides it into decks: keys of `kinds` and of kb.yml."""
WORDS = (
    "deck", "way", "way_name", "way_meaning", "way_zh", "way_en", "only", "shuffle", "flip", "previous", "next", "known", "again",
    "card", "place", "count", "front", "back", "example", "more", "blank", "done", "restart", "print", "clear", "cleared", "keys",
    "kept", "not_kept", "failed", "all",
)  # fmt: skip
"""What the script says: labels of kb.yml that begin with `cards_`."""
SHORT = {"zh": 70, "en": 150}
"""So many characters of an exact definition stand on a card, cut between sentences; one sentence does in any case."""
COMMENT = re.compile(r"<annotation.*?</annotation>|</?semantics>", re.S)


@dataclass(frozen=True)
class Deck:
    """Cards that are studied together; `part` is the heading under which the deck stands."""

    id: str
    part: str
    name: str
    ids: tuple[str, ...]


def decks(book: Book) -> Iterator[Deck]:
    """The first cards, then a deck for every family, group and kind of rule that has entries; it begins with its first steps."""
    config, shelves = book.kb.config, book.shelves
    if config.first_cards:
        yield Deck("first", book.label("cards_start"), book.label("cards_first"), config.first_cards)
    for kind, (part, divided) in SHELVES.items():
        for name, words in getattr(config, divided).items():
            if ids := shelves.get((kind, name)):
                steps = config.first_steps.get(kind, {}).get(name, ())
                order = dict.fromkeys([*(id for id in steps if id in ids), *ids])  # a first step may stand on another shelf
                yield Deck(f"{kind}-{name}", book.words(config.kinds[part]), book.words(words), tuple(order))


def flash_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page: what to download, and the entries of every deck as links."""
    parts: dict[str, list[Deck]] = {}
    for deck in decks(book):
        parts.setdefault(deck.part, []).append(deck)
    files = dict(zip(("csv", "anki"), paths(book), strict=True))
    yield PAGE, render("cards", {"book": book, "parts": parts, "files": files}) + "\n"


def flash_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content): the decks, the cards of each, and all cards as files."""
    every = list(decks(book))
    parts = dict.fromkeys(deck.part for deck in every)
    index = {
        "decks": [[part, [[deck.id, deck.name, len(deck.ids)] for deck in every if deck.part == part]] for part in parts],
        "words": {key: book.label(f"cards_{key}") for key in WORDS},
        "language": book.language,
    }
    yield "assets/flash/index.js", _script("index", json.dumps(index, ensure_ascii=False, separators=(",", ":")))
    for deck in every:
        yield f"assets/flash/{deck.id}.js", _script(deck.id, f"[{','.join(map(partial(_kept, book), deck.ids))}]")
    for path, write in zip(paths(book), (table, anki), strict=True):
        yield path, write(book)


def _script(name: str, data: str) -> bytes:
    return f"kb.give({json.dumps(f'flash/{name}')},{data})\n".encode()


def _kept(book: Book, id: str) -> str:
    entry = book.kb.entries[id]
    return book.memo.get("flash", book.key(entry), lambda: json.dumps(card(book, entry), ensure_ascii=False, separators=(",", ":")))


def card(book: Book, entry: Entry) -> list[str]:
    """[page, name in Chinese, name in English, everyday words, exact words, formula, example] of an entry, as HTML.

    Where everyday words name the entry itself they are marked, so that a card that asks for the name can leave them blank.
    """
    plain, exact = book.lines(entry)
    return [
        f"{book.kb.folder(entry.id)}/{entry.id}",
        *(book.kb.entries[entry.id].name[language] for language in LANGUAGES),
        marked(html_of(plain), own_names(entry)),
        html_of(short(exact, SHORT[book.language])),
        _lean(to_mathml(entry.formula, display=True)) if entry.formula else "",
        html_of(book.bare(entry.example)) if isinstance(entry, Term) else "",
    ]


def html_of(text: str) -> str:
    """A text with `code`, $mathematics$ and **emphasis** as HTML."""
    return EMPHASIS.sub(r"<strong>\1</strong>", _lean(inline(text)))


def _lean(mathml: str) -> str:
    """Formulas without the TeX they came from: the page of the entry has it."""
    return COMMENT.sub("", mathml)


def short(text: str, room: int) -> str:
    """As many sentences from the beginning as fit, and at least one."""
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    ends = [m.end() for m in SENTENCE_END.finditer(text) if not any(a < m.start() < b for a, b in covered)]
    ends = [end for end in [*ends, len(text)] if end]
    return text[: max([ends[0], *(end for end in ends if end <= room)])].strip()


def own_names(entry: Entry) -> list[str]:
    """Every name of an entry, the longest first."""
    found = {*(entry.name[language] for language in LANGUAGES), *entry.aliases.zh, *entry.aliases.en}
    return sorted((name for name in found if len(name) > 1 or not name.isascii()), key=lambda name: (-len(name), name))


def marked(text: str, own: list[str]) -> str:
    """HTML in which the names of the entry itself stand in <i>; formulas and tags are left alone."""
    names = [name for name in map(html.escape, own) if name.casefold() in text.casefold()]
    if not names:  # as a rule
        return text
    pattern = "|".join(map(_written, names))
    parts = re.split(r"(<math.*?</math>|<[^>]+>)", text, flags=re.S)
    return "".join(part if part.startswith("<") else re.sub(f"({pattern})", r"<i>\1</i>", part, flags=re.I) for part in parts)


def _written(name: str) -> str:
    """A name as a pattern: words of letters end where the word does, and may stand in the plural."""
    start, end = (r"\b" if re.match(r"[A-Za-z0-9]", name[at]) else "" for at in (0, -1))
    return f"{start}{re.escape(name)}{'(?:s|es)?(?![A-Za-z0-9])' if end else ''}"
