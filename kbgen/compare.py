"""The page that compares losses: ready tables in Markdown, and one script of facts and curves per loss for any other choice."""

import html
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from kbgen.figures.samples import samples
from kbgen.links import CODE_OR_MATH
from kbgen.model import Comparison, Loss, Properties, Words
from kbgen.names import former
from kbgen.pages import Book, cell, render
from kbgen.tex import displayed, to_mathml

PAGE = "tools/compare.md"
LIBRARIES = ("torch", "keras", "optax", "sklearn", "other")
ROWS = (
    "plain",
    "formula",
    "gradient_word",
    "family",
    "tasks",
    "estimate_word",
    *Properties.model_fields,
    "use",
    "avoid",
    *LIBRARIES,
)
"""What is compared, in this order: labels of kb.yml and names of libraries."""
IN_TABLES = ("formula", "estimate_word", *Properties.model_fields, "torch")
"""What the ready tables show: they have to be read at a glance."""


def compare_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page with the ready comparisons."""
    ready = book.kb.chooser.comparisons if book.kb.chooser else ()
    yield PAGE, render("compare", {"book": book, "ready": ready, "table": table}) + "\n"


def compare_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, script): the losses and rows there are, and each loss."""
    families = book.kb.config.families
    index = {
        "losses": [[loss.id, book.name(loss.id), book.words(families[loss.family])] for loss in _by_family(book)],
        "rows": [[key, _row_name(book, key)] for key in ROWS],
        "former": {old: id for old, id in former(book.kb).items() if id in book.kb.losses},
        "ready": [[book.words(c.title), list(c.losses)] for c in (book.kb.chooser.comparisons if book.kb.chooser else ())],
    }
    yield "assets/compare/index.js", _script("index", index)
    for loss in book.kb.losses.values():
        yield f"assets/compare/{loss.id}.js", book.memo.get("facts", book.key(loss), partial(_facts, book, loss))


def _script(name: str, content: object) -> bytes:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"kb.give({json.dumps(f'compare/{name}')},{data})\n".encode()


def _by_family(book: Book) -> list[Loss]:
    order = list(book.kb.config.families)
    return sorted(book.kb.losses.values(), key=lambda loss: (order.index(loss.family), book.name(loss.id)))


def _row_name(book: Book, key: str) -> str:
    if key in LIBRARIES:
        return book.label("compare_other") if key == "other" else book.kb.config.libraries[key]
    name = book.label(key)
    return name[0].upper() + name[1:]


def _facts(book: Book, loss: Loss) -> bytes:
    """The script about one loss."""
    return _script(loss.id, _about(book, loss))


def _about(book: Book, loss: Loss) -> dict[str, Any]:
    """Everything the script shows about one loss, as HTML of the page's language."""
    cells = {key: "".join(f"<p>{inline(text)}</p>" for text in told) for key in ROWS if (told := list(cells_of(book, loss, key)))}
    for key, tex in (("formula", loss.formula), ("gradient_word", loss.gradient)):
        if tex:
            cells[key] = displayed(tex)
    return {
        "name": book.name(loss.id),
        "url": f"{book.kb.folder(loss.id)}/{loss.id}.html",
        "alt": re.sub(r"[$\\]", "", book.bare(loss.plot.alt)) if loss.plot else "",
        "cells": cells,
        "curve": samples(loss, book.cache / "compare"),
    }


def cells_of(book: Book, loss: Loss, key: str) -> Iterator[str]:
    """What stands in one row about a loss, in paragraphs: text with `code` and $mathematics$, without links."""
    config = book.kb.config
    match key:
        case "plain":
            yield book.bare(loss.plain)
        case "formula" | "gradient_word":
            tex = loss.formula if key == "formula" else loss.gradient
            yield from [f"${' '.join(tex.split())}$"] if tex else []
        case "family":
            yield book.words(config.families[loss.family])
        case "tasks":
            yield book.mark("comma").join(book.words(config.tasks[task]) for task in loss.tasks)
        case "estimate_word":
            yield from [book.label(loss.estimates)] if loss.estimates else []
        case "use" | "avoid":
            told: tuple[Words, ...] = loss.use if key == "use" else loss.avoid
            yield from map(book.bare, told)
        case _ if key in LIBRARIES:
            for api in getattr(loss.apis, key):
                yield f"`{api.symbol}`" + (f"{book.mark('colon')}{book.bare(api.note)}" if api.note else "")
        case _:
            yield from stated(book, loss, key)


def stated(book: Book, loss: Loss, name: str) -> Iterator[str]:
    """A property as the page of the loss prints it; nothing if it says nothing."""
    value = getattr(loss.properties, name)
    if isinstance(value, bool):
        yield book.label("yes" if value else "no")
    elif value == "none":
        yield book.label("unbounded")
    elif value is not None:
        yield book.label(value) if isinstance(value, str) and name not in book.bounds else f"${value}$"


def table(book: Book, ready: Comparison) -> str:
    """A Markdown table: a column per loss, a row for everything that one of them states."""
    losses = [book.kb.losses[id] for id in ready.losses]
    lines = [_row([book.label("property"), *(book.link(loss.id) for loss in losses)]), "| --- " * (len(losses) + 1) + "|"]
    for key in IN_TABLES:
        told = [book.mark("clause").join(cells_of(book, loss, key)) for loss in losses]
        if key in LIBRARIES:
            told = [" ".join(f"`{api.symbol}`" for api in getattr(loss.apis, key)) for loss in losses]
        if any(told):
            lines.append(_row([_row_name(book, key), *told]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(map(cell, cells))} |"


def inline(text: str) -> str:
    """A text with `code` and $mathematics$ as HTML."""
    parts, last = [], 0
    for match in CODE_OR_MATH.finditer(text):
        parts += [html.escape(text[last : match.start()].replace("\\$", "$")), _sign(match[0])]
        last = match.end()
    return "".join([*parts, html.escape(text[last:].replace("\\$", "$"))])


def _sign(text: str) -> str:
    if text.startswith("$"):
        return to_mathml(text.strip("$"), display=False)
    return f"<code>{re.sub(r'(?<=[._])(?=[^._])', '<wbr>', html.escape(text.strip('`')))}</code>"  # names break behind dots
