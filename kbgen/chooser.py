"""The page "Which loss?": nested lists from data/chooser.yml, and the keys by which a script walks through them.

assets/modules/chooser.js reads questions, answers and reasons from the lists of the page itself; the file written here adds
only what stands in no list, the keys of the answers.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kbgen.model import Answer, Chooser
from kbgen.pages import Book, item, render

PAGE = "tools/chooser.md"
INDENT = "    "


def chooser_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page, where there are questions."""
    if chooser := book.kb.chooser:
        yield PAGE, render("chooser", {"book": book, "parts": list(_parts(book, chooser))}) + "\n"


def chooser_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """The keys of all answers, nested as the lists are, and the losses that have no curve."""
    if chooser := book.kb.chooser:
        ask = book.words(chooser.questions[chooser.start].ask)
        content = {
            "ask": ask,
            "keys": keys(chooser, chooser.start),
            "bare": [id for id, loss in book.kb.losses.items() if not loss.plot],
        }
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        yield "assets/chooser.js", f'kb.give("chooser",{data})\n'.encode()


def keys(chooser: Chooser, question: str) -> list[Any]:
    """[key, the same for the question that follows, or {"try": losses}] of every answer."""
    answers = chooser.questions[question].answers.items()
    return [[key, keys(chooser, answer.next) if answer.next else {"try": list(answer.candidates)}] for key, answer in answers]


def leaves(chooser: Chooser, question: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """(keys from the first question on, candidates) wherever the questions end."""
    for key, answer in chooser.questions[question].answers.items():
        if answer.next:
            yield from leaves(chooser, answer.next, (*path, key))
        else:
            yield (*path, key), answer.candidates


def _parts(book: Book, chooser: Chooser) -> Iterator[tuple[str, str]]:
    """(heading, text) for each answer to the first question."""
    for answer in chooser.questions[chooser.start].answers.values():
        ask = f"*{book.words(chooser.questions[answer.next].ask)}*\n\n" if answer.next else ""
        yield book.words(answer.words), ask + "\n".join(_below(book, chooser, answer, 0))


def _below(book: Book, chooser: Chooser, answer: Answer, depth: int) -> Iterator[str]:
    """The list under an answer: what follows it, or the losses to try."""
    for id, why in answer.candidates.items():
        yield f"{INDENT * depth}- {book.link(id)}{book.mark('colon')}{item(book.text(why))}"
    if answer.next:
        for inner in chooser.questions[answer.next].answers.values():
            ask = f"{book.mark('dash')}*{book.words(chooser.questions[inner.next].ask)}*" if inner.next else ""
            yield f"{INDENT * depth}- {book.text(inner.words)}{ask}"
            yield from _below(book, chooser, inner, depth + 1)
