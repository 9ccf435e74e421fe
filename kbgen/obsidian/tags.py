"""`#tag` and `#tag/below` in running text."""

import posixpath
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from kbgen.notes import TAG
from kbgen.obsidian.page import current_page
from kbgen.obsidian.remembered import for_a_second
from kbgen.obsidian.vault import slug, vault_at

HEADING = re.compile(r"^#+ +(.+?) *$", re.M)


class Tags(InlineProcessor):
    """A tag leads to the note `tags/<tag>` if there is one, else to its heading on the page of all tags, if the vault has one."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, vault: Path, index: str) -> None:
        super().__init__(TAG.pattern, md)
        self.vault, self.index = vault, index

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]
        address = self._address(m["tag"])
        element = ET.Element("a", {"class": "kb-tag", "href": address}) if address else ET.Element("span", {"class": "kb-tag"})
        element.text = f"#{m['tag']}"
        return element, m.start(), m.end()

    def _address(self, tag: str) -> str:
        vault, at = vault_at(self.vault), current_page(self.md)
        note = vault.find(f"/tags/{tag}", at)
        index = vault.find(f"/{self.index}", at) if self.index else None
        page = posixpath.dirname(at)
        if note:
            return posixpath.relpath(note.path, page)
        headed = index and slug(tag) in _headings(self.vault / index.path)
        return f"{posixpath.relpath(index.path, page)}#{slug(tag)}" if index and headed else ""


@for_a_second(2)
def _headings(path: Path) -> frozenset[str]:
    """The ids of the headings of a note."""
    return frozenset(slug(found[1]) for found in HEADING.finditer(path.read_text(encoding="utf-8")))
