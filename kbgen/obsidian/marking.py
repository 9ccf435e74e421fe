"""Terms in running text, marked where a section first uses them, with their definitions at the end of the page.

It knows the terms from `assets/terms.json`, which kbgen writes into a vault; a vault
without that file is left as it is.
"""

import html
import json
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from kbgen.links import CODE_OR_MATH
from kbgen.matcher import Matcher

TERMS = "assets/terms.json"
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CLOSED = HEADINGS | {
    "a", "abbr", "button", "code", "em", "figure", "kbd", "math", "pre", "samp", "script", "style", "summary", "svg", "template",
    "th",
}  # fmt: skip
"""Nothing is marked inside these. `em`: titles of publications, and words that an author has already set apart."""
LIST = 80  # a page that links to more entries is a list of them; their definitions would outweigh it


@dataclass(frozen=True)
class Glossary:
    """What `assets/terms.json` says: the terms by the path of their page, and the heads of the two columns of definitions.

    `unmarked` are the words that begin a paragraph, or head a section, of names: nothing is marked there.
    """

    names: Mapping[str, str]
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    unmarked: tuple[str, ...]
    matcher: Matcher


def glossary(vault: Path) -> Glossary | None:
    """The terms of a vault; None if nobody wrote them down."""
    file = vault / TERMS
    return _glossary(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=2)
def _glossary(file: Path, changed: int) -> Glossary:  # noqa: ARG001  # part of the key: a live preview outlasts edits
    given = json.loads(file.read_text(encoding="utf-8"))
    names = {name: path for path, term in given["terms"].items() for name in term["names"]}
    return Glossary(
        names={path: term["name"] for path, term in given["terms"].items()},
        texts={path: term["text"] for path, term in given["terms"].items()},
        columns={words: name for name, words in given["columns"].items()},
        unmarked=tuple(given["unmarked"]),
        matcher=Matcher(names, tuple(given["passed_over"])),
    )


@dataclass
class Reading:
    """A page while it is read from top to bottom."""

    page: str
    linked: list[set[str]]
    section: int = 0
    silent: bool = False
    marked: set[str] = field(default_factory=set)
    order: dict[str, int] = field(default_factory=dict)

    def turn(self, *, silent: bool) -> None:
        """A heading: terms may be marked again, or, in a section of names, not at all."""
        self.section += 1
        self.silent = silent
        self.marked = set()

    def wants(self, path: str) -> bool:
        """Whether this use of a term is the first of its section; one that the section links to needs no mark."""
        return not self.silent and path != self.page and path not in self.marked and path not in self.linked[self.section]

    def number(self, path: str) -> int:
        """The place of a term's definition at the end of the page."""
        return self.order.setdefault(path, len(self.order))


class Definitions(Treeprocessor):
    """Marks terms as `<span class="kb-term">`, and writes what they mean into a `<template>` at the end.

    A script turns them into buttons (assets/base/define.js); without one they are plain text.
    """

    def __init__(self, md: Markdown, vault: Path, page: Callable[[Markdown], str], formula: Callable[[str, str], str]) -> None:
        super().__init__(md)
        self.vault, self.page, self.formula = vault, page, formula

    def run(self, root: ET.Element) -> None:
        page, known = self.page(self.md), glossary(self.vault)
        if known is None:
            return
        name_columns(root, known.columns)
        reading = Reading(page, links_by_section(root, page, known))
        self._mark(root, known, reading)
        linked = dict.fromkeys(path for section in reading.linked for path in sorted(section))
        if len(linked) <= LIST:
            for path in linked:
                reading.number(path)
        self._define(root, known, reading)

    def _mark(self, element: ET.Element, known: Glossary, reading: Reading) -> None:
        if element.tag in HEADINGS:
            reading.turn(silent="".join(element.itertext()).strip() in known.unmarked)
        names_follow = element.tag == "p" and (element.text or "").startswith(known.unmarked)
        if element.tag in CLOSED or element.get("class") == "admonition-title" or names_follow:
            return
        children, text = list(element), element.text
        element.text = None
        element[:] = []
        write(element, text, known.matcher, reading)
        for child in children:
            tail, child.tail = child.tail, None
            self._mark(child, known, reading)
            element.append(child)
            write(element, tail, known.matcher, reading)

    def _define(self, root: ET.Element, known: Glossary, reading: Reading) -> None:
        if not reading.order:
            return
        template = ET.SubElement(root, "template", {"class": "kb-terms"})
        for path in reading.order:
            item = ET.SubElement(template, "p")
            link = ET.SubElement(item, "a", {"href": posixpath.relpath(path, posixpath.dirname(reading.page))})
            link.text = known.names[path]
            link.tail = self.md.htmlStash.store(self._inline(known.texts[path], reading.page))

    def _inline(self, text: str, page: str) -> str:
        """A definition as HTML: words, mathematics and code."""
        parts, last = [], 0
        for match in CODE_OR_MATH.finditer(text):
            inside = match[0].strip("$`")
            parts += [html.escape(text[last : match.start()], quote=False)]
            parts += [self.formula(inside, page) if match[0].startswith("$") else f"<code>{html.escape(inside)}</code>"]
            last = match.end()
        return "".join([*parts, html.escape(text[last:], quote=False)])


def write(parent: ET.Element, text: str | None, matcher: Matcher, reading: Reading) -> None:
    """Add a text to the end of an element, its terms as elements of their own."""
    if not text:
        return
    last = 0
    for found in matcher.find(text):
        if found.path and reading.wants(found.path):
            append(parent, text[last : found.start])
            reading.marked.add(found.path)
            number = f"{reading.number(found.path)}"
            ET.SubElement(parent, "span", {"class": "kb-term", "data-kb-term": number}).text = text[found.start : found.end]
            last = found.end
    append(parent, text[last:])


def append(parent: ET.Element, text: str) -> None:
    """Add plain text to the end of an element."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def links_by_section(root: ET.Element, page: str, known: Glossary) -> list[set[str]]:
    """The entries that each section links to; a heading begins a section."""
    sections: list[set[str]] = [set()]
    for element in root.iter():
        if element.tag in HEADINGS:
            sections.append(set())
        elif element.tag == "a" and (target := element.get("href", "").partition("#")[0]):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(target)))
            if path in known.names and path != page:
                sections[-1].add(path)
    return sections


def name_columns(root: ET.Element, columns: Mapping[str, str]) -> None:
    """Tables that give a definition at both depths: the cells of either column get its name as class."""
    for table in root.iter("table"):
        heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
        if set(columns) <= set(heads):
            for row in table.iter("tr"):
                for head, cell in zip(heads, row, strict=False):
                    if head in columns:
                        cell.set("class", f"kb-{columns[head]}")
