"""The page of everything that a note may contain: each construct as it is written, and what becomes of it.

The same table is run by tests/test_conformance.py, so nothing stands on the page that no test has executed.
"""

import re
from collections.abc import Iterable, Iterator

from kbgen.model import Chapter, Construct, Words
from kbgen.pages import Book, note_of

PAGE = "indexes/obsidian"


def conformance_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page, and the files that its examples lead to; nothing in a base without data/conformance."""
    if not book.kb.conformance:
        return
    title, about = book.label("obsidian"), book.label("obsidian_about")
    properties = {"title": title, "description": about, "up": f"[[index|{book.label('home')}]]"}
    chapters = (part for chapter in book.kb.conformance.values() for part in _chapter(book, chapter))
    yield f"{PAGE}.md", note_of(properties, f"# {title}", about, *chapters)
    yield from ((path, text) for path, text in example_notes(book.kb.conformance.values()) if path.endswith(".md"))


def conformance_files(chapters: Iterable[Chapter]) -> Iterator[tuple[str, bytes]]:
    """Pictures and other files that examples lead to."""
    yield from ((path, text.encode()) for path, text in example_notes(chapters) if not path.endswith(".md"))


def example_notes(chapters: Iterable[Chapter]) -> Iterator[tuple[str, str]]:
    """(path in the vault, text) of the files that examples lead to."""
    for chapter in chapters:
        yield from ((f"{PAGE}/{path}", text + "\n") for path, text in chapter.notes.items())


def source_in(construct: Construct, language: str) -> str:
    """How a construct is written, in the words of a language."""
    return construct.source[language] if isinstance(construct.source, Words) else construct.source


def _chapter(book: Book, chapter: Chapter) -> Iterator[str]:
    yield f"## {book.words(chapter.title)}"
    for id, construct in chapter.rows.items():
        source = source_in(construct, book.language)
        yield f"### {id} {book.words(construct.what)}"
        yield _fenced(source)
        if not construct.apart:
            yield source


def _fenced(source: str) -> str:
    """A text as code, between more backticks than it has in a row."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", source)), 3)
    return f"{fence} markdown\n{source}\n{fence}"
