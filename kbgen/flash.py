"""Flash cards: a page that lists all decks, a script of cards per deck, and the same cards as files for Anki and for spreadsheets.

assets/modules/flash.js shows one card at a time. A card's formulas are drawn here, so that the browser has only to set them.
"""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kbgen.compare import inline
from kbgen.links import CODE_OR_MATH, SENTENCE_END
from kbgen.model import LANGUAGES, Entry, Term
from kbgen.pages import Book, render, shelf_of, tags
from kbgen.tex import MACROS, to_mathml

PAGE = "tools/cards.md"
SHELVES = {"loss": "families", "term": "groups", "optimizer": "kinds"}
WORDS = (
    "deck", "way", "way_name", "way_meaning", "way_zh", "way_en", "only", "shuffle", "flip", "previous", "next", "known", "again", "card",
    "place", "count", "front", "back", "example", "more", "blank", "done", "restart", "print", "clear", "cleared", "keys", "kept",
    "not_kept", "failed", "all",
)  # fmt: skip
"""What the script says: labels of kb.yml that begin with `cards_`."""
SHORT = {"zh": 70, "en": 150}
"""An exact definition ends on a card with the sentence that goes beyond these characters, or before it."""
COLUMNS = ("name_zh", "name_en", "plain", "exact", "example", "tags", "url")
EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
COMMENT = re.compile(r"<annotation.*?</annotation>|</?semantics>", re.S)


@dataclass(frozen=True)
class Deck:
    """Cards that are studied together; `part` is the heading under which the deck stands."""

    id: str
    part: str
    name: str
    ids: tuple[str, ...]


def decks(book: Book) -> Iterator[Deck]:
    """The first cards, then a deck for every family, group and kind of rule that has entries. A deck begins with its first steps."""
    config, shelves = book.kb.config, book.shelves
    if first := tuple(id for id in config.first_cards):
        yield Deck("first", book.label("cards_start"), book.label("cards_first"), first)
    for kind, folder in (("loss", "losses"), ("term", "terms"), ("optimizer", "optimizers")):
        for name, words in getattr(config, SHELVES[kind]).items():
            ids = shelves.get((kind, name), [])  # type: ignore[arg-type]
            if ids:
                steps = config.first_steps.get(kind, {}).get(name, ())  # type: ignore[call-overload]
                order = dict.fromkeys([*(id for id in steps if id in ids), *ids])  # a first step may stand on another shelf
                yield Deck(f"{kind}-{name}", book.words(config.kinds[folder]), book.words(words), tuple(order))


def flash_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page: what to download, and the entries of every deck as links."""
    parts: dict[str, list[Deck]] = {}
    for deck in decks(book):
        parts.setdefault(deck.part, []).append(deck)
    yield PAGE, render("cards", {"book": book, "parts": parts, "files": dict(zip(("csv", "anki"), paths(book), strict=True))}) + "\n"


def flash_files(book: Book, site: str = "") -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content): the decks there are, the cards of each, and all cards as files; `site` is the public address."""
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
        yield path, write(book, site)


def paths(book: Book) -> tuple[str, str]:
    """Where the files to download stand: CSV, then Anki."""
    return f"assets/flash/cards-{book.language}.csv", f"assets/flash/anki-{book.language}.tsv"


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
    pattern = "|".join(_written(html.escape(name)) for name in own)
    parts = re.split(r"(<math.*?</math>|<[^>]+>)", text, flags=re.S)
    return "".join(part if part.startswith("<") else re.sub(f"({pattern})", r"<i>\1</i>", part, flags=re.I) for part in parts)


def _written(name: str) -> str:
    """A name as a pattern: words of letters end where the word does, and may stand in the plural."""
    start, end = (r"\b" if re.match(r"[A-Za-z0-9]", name[at]) else "" for at in (0, -1))
    return f"{start}{re.escape(name)}{'(?:s|es)?(?![A-Za-z0-9])' if end else ''}"


def table(book: Book, site: str = "") -> bytes:
    """All cards as CSV. It begins with a byte order mark: without it Excel does not take Chinese for UTF-8."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    for entry in book.kb.entries.values():
        texts = [*book.lines(entry), book.bare(entry.example) if isinstance(entry, Term) else ""]
        writer.writerow([entry.name.zh, entry.name.en, *map(_unmarked, texts), " ".join(tags(book, entry)), _address(book, entry, site)])
    return rows.getvalue().encode("utf-8-sig")


def _unmarked(text: str) -> str:
    """A text without marks of code and emphasis; mathematics keeps its TeX between dollars."""
    return _written_anew(text, lambda prose: EMPHASIS.sub(r"\1", prose), lambda sign: sign.strip("`"))


def _written_anew(text: str, prose: Callable[[str], str], sign: Callable[[str], str]) -> str:
    """A text whose `code` and $mathematics$ are written by `sign`, and what is around them, as a whole, by `prose`."""
    signs = [sign(match[0]) for match in CODE_OR_MATH.finditer(text)]
    around = prose(CODE_OR_MATH.sub("\0", text))
    return "".join(part for pair in zip(around.split("\0"), [*signs, ""], strict=True) for part in pair)


def _address(book: Book, entry: Entry, site: str) -> str:
    """Where the page of an entry is published; from the root of the site where nobody knows its address."""
    root = f"{site.rstrip('/')}/" if site else ""
    return f"{root}{'' if book.language == LANGUAGES[0] else f'{book.language}/'}{book.kb.folder(entry.id)}/{entry.id}.html"


def anki(book: Book, site: str = "") -> bytes:
    """All cards as text that Anki imports: HTML with MathJax, decks, tags, and identifiers by which a later file updates them."""
    head = ["#separator:tab", "#html:true", "#guid column:1", "#deck column:4", "#tags column:5"]
    head.append("#columns:" + "\t".join(("ID", "Front", "Back", "Deck", "Tags")))
    rows = ("\t".join(_note(book, entry, site)) for entry in book.kb.entries.values())
    return ("\n".join([*head, *rows]) + "\n").encode()


def _note(book: Book, entry: Entry, site: str) -> tuple[str, ...]:
    """One line of the file for Anki."""
    plain, exact = map(_mathjax, book.lines(entry))
    other = entry.name[next(language for language in LANGUAGES if language != book.language)]
    link, address = html.escape(book.label("cards_more"), quote=False), _address(book, entry, site)
    back = [
        f"<p><b>{html.escape(other, quote=False)}</b></p>" if other != book.name(entry.id) else "",
        f"<p>{plain}</p><p><small>{exact}</small></p>",
        f"<p>{_tex(entry.formula, display=True)}</p>" if entry.formula else "",
        f"<p><i>{_mathjax(book.bare(entry.example))}</i></p>" if isinstance(entry, Term) else "",
        f'<p><a href="{html.escape(address)}">{link}</a></p>' if site else "",
    ]
    deck = "::".join((book.words(book.kb.config.site), book.words(book.shelf_name(shelf_of(entry)))))
    return f"kbgen-{book.language}-{entry.id}", html.escape(book.name(entry.id), quote=False), "".join(back), deck, " ".join(tags(book, entry))


def _mathjax(text: str) -> str:
    """A text as HTML whose mathematics is TeX in the brackets that MathJax looks for."""
    return _written_anew(
        text,
        lambda prose: EMPHASIS.sub(r"<b>\1</b>", html.escape(prose.replace("\\$", "$"), quote=False)),
        lambda sign: _tex(sign.strip("$")) if sign.startswith("$") else f"<code>{html.escape(sign.strip('`'), quote=False)}</code>",
    )


def _tex(tex: str, *, display: bool = False) -> str:
    """TeX on one line that MathJax reads without our macros."""
    start, end = ("\\[", "\\]") if display else ("\\(", "\\)")
    return start + html.escape(" ".join(expanded(tex).split()), quote=False) + end


def expanded(tex: str) -> str:
    """TeX with our macros written out."""
    for name, body in MACROS.items():
        while found := re.search(rf"\\{name}(?![A-Za-z])\s*", tex):
            end = _end(tex, found.end()) if "#1" in body else found.end()
            given = tex[found.end() : end]
            argument = given[1:-1] if given.startswith("{") else given
            tex = f"{tex[: found.start()]}{body.replace('#1', argument)} {tex[end:]}"
    return tex


def _end(tex: str, start: int) -> int:
    """Where the argument ends that begins at `start`: a group, a command, or one sign."""
    if command := re.compile(r"\\(?:[A-Za-z]+|.)").match(tex, start):
        return command.end()
    depth = 0
    for at in range(start, len(tex)):
        depth += (tex[at] == "{") - (tex[at] == "}") if tex[at - 1] != "\\" else 0
        if not depth:
            return at + 1
    raise ValueError(f"a brace is not closed: {tex}")
