"""Mermaid: the source of a diagram, labelled, and the notes that it names.

It is not drawn. Drawing needs a script of a megabyte that themes fetch from another site; the source says the same to people who
read it, and a project that wants pictures names `pymdownx.superfences` with a fence of its own.
"""

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import vault_at

LINKED = re.compile(r"^\s*class\s+(?P<nodes>[^;]+?)\s+internal-link\s*;?\s*$", re.M)
LABEL = re.compile(r"""(?<![\w-])(?P<id>[\w-]+)\s*(?:\[+|\(+|\{+|>)+["'(/\\]*(?P<text>[^\]\)\}"']+)""")


def nodes(source: str) -> Iterator[str]:
    """The texts of the nodes of class `internal-link`: names of notes."""
    labels = {found["id"]: found["text"].strip() for found in LABEL.finditer(source)}
    for found in LINKED.finditer(source):
        yield from (labels.get(id.strip(), id.strip()) for id in found["nodes"].split(","))


START = '<figure class="kb-diagram">'


def diagram(src: str = "", **_: Any) -> str:
    """The HTML of a diagram: its source, and what it is written in."""
    return f"{START}<pre><code>{html.escape(src)}</code></pre><figcaption>Mermaid</figcaption></figure>"


class Diagrams(Preprocessor):
    """Makes a fence of diagrams known, unless the project has one of its own, to whichever reader of fences is at work.

    One host loads pymdownx.superfences once more, behind all that a project names.
    """

    def run(self, lines: list[str]) -> list[str]:
        fences = getattr(self.md.preprocessors["fenced_code_block"], "extension", None)
        if fences is not None and all(fence["name"] != "mermaid" for fence in fences.superfences):
            fences.superfences.append({**fences.superfences[0], "name": "mermaid", "test": _is_diagram, "formatter": diagram})
        return lines


def _is_diagram(language: str) -> bool:
    return language == "mermaid"


class DiagramLinks(Treeprocessor):
    """A list of the notes that a diagram names, behind it: links of the page like all others, which hosts lead on."""

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(md)
        self.vault = vault

    def run(self, root: ET.Element) -> None:
        stashed = {
            HTML_PLACEHOLDER % number: html.unescape(block.partition("<code>")[2].partition("</code>")[0])
            for number, block in enumerate(self.md.htmlStash.rawHtmlBlocks)
            if isinstance(block, str) and block.startswith(START)
        }
        for parent in list(root.iter()) if stashed else ():
            for child in list(parent):
                if links := self._links(stashed.get((child.text or "").strip(), "")):
                    parent.insert(list(parent).index(child) + 1, links)

    def _links(self, source: str) -> ET.Element | None:
        page, vault = current_page(self.md), vault_at(self.vault)
        found = {name: note.path for name in nodes(source) if (note := vault.find(name, page))}
        listed = ET.Element("p", {"class": "kb-diagram__links"})
        for name, path in found.items():
            link = ET.SubElement(listed, "a", {"href": posixpath.relpath(path, posixpath.dirname(page))})
            link.text, link.tail = name, " "
        return listed if found else None
