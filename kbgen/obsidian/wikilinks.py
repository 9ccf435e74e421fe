"""`[[note]]`: links by the name of a note."""

import posixpath
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from kbgen.links import LINK, fold
from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import fragment, notes


class WikiLink(InlineProcessor):
    """`[[note#heading|words]]` becomes a link to the note's file; the host turns that into an address."""

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(LINK.pattern, md)
        self.vault = vault

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # type: ignore[override]
        target, anchor, shown = m["target"].strip(), m["anchor"] or "", (m["text"] or "").strip()
        if m["embed"] or not (target or anchor):
            return None, None, None
        page = current_page(self.md)
        path = notes(self.vault).get(fold(target)) if target else page
        element = ET.Element("a" if path else "span")
        element.text = shown or (target + anchor)
        if path is None:
            element.set("class", "kb-unresolved")
        else:
            link = posixpath.relpath(path, posixpath.dirname(page)) if path != page or not anchor else ""
            element.set("href", link + fragment(anchor))
        return element, m.start(0), m.end(0)
