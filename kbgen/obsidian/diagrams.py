"""Mermaid: the source of a diagram, labelled, and the notes that it names.

It is not drawn. Drawing needs a script of a megabyte that themes fetch from another site; the source says the same to people who
read it, and a project that wants pictures names `pymdownx.superfences` with a fence of its own.
"""

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdown import Markdown

from kbgen.links import fold
from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import notes

LINKED = re.compile(r"^\s*class\s+(?P<nodes>[^;]+?)\s+internal-link\s*;?\s*$", re.M)
LABEL = re.compile(r"""(?<![\w-])(?P<id>[\w-]+)\s*(?:\[+|\(+|\{+|>)+["'(/\\]*(?P<text>[^\]\)\}"']+)""")


def nodes(source: str) -> Iterator[str]:
    """The texts of the nodes of class `internal-link`: names of notes."""
    labels = {found["id"]: found["text"].strip() for found in LABEL.finditer(source)}
    for found in LINKED.finditer(source):
        yield from (labels.get(id.strip(), id.strip()) for id in found["nodes"].split(","))


def diagram(source: str, _language: str, class_name: str, _options: Mapping[str, Any], md: Markdown, **_: Any) -> str:
    """The HTML of a diagram: its source, and links to the notes that it names."""
    vault, page = md.treeprocessors["kb_svg"].vault, current_page(md)  # type: ignore[attr-defined]
    found = {name: notes(vault).get(fold(name)) for name in nodes(source)}
    links = [_link(page, path, name) for name, path in found.items() if path]
    named = f'<nav class="kb-diagram__links">{" ".join(links)}</nav>' if links else ""
    code = f"<pre><code>{html.escape(source)}</code></pre>"
    return f'<figure class="{class_name}">{code}<figcaption>Mermaid</figcaption>{named}</figure>'


def _link(page: str, path: str, name: str) -> str:
    return f'<a href="{html.escape(posixpath.relpath(path, posixpath.dirname(page)))}">{html.escape(name)}</a>'


FENCE: Mapping[str, Any] = {"name": "mermaid", "class": "kb-diagram", "format": diagram}
