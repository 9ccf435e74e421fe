"""Ways to walk from a note: up, back and on."""

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from kbgen.links import LINK, fold
from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import fragment, head, notes


class Way(Treeprocessor):
    """The properties `up`, `prev` and `next` of a note, which are links, as ways to walk: above its title, and at its end."""

    def __init__(self, md: Markdown, vault: Path, words: Mapping[str, str]) -> None:
        super().__init__(md)
        self.vault, self.words = vault, words

    def run(self, root: ET.Element) -> None:
        page = current_page(self.md)
        if crumbs := list(self._up(page))[::-1]:
            way = ET.Element("nav", {"class": "kb-way", "aria-label": self.words.get("up", "")})
            for path, anchor, shown in crumbs:
                _step(ET.SubElement(way, "span"), page, path + anchor, shown)
            root.insert(0, way)
        steps = {key: found for key in ("prev", "next") if (found := self._link(page, key))}
        if steps:
            around = ET.SubElement(root, "nav", {"class": "kb-around", "aria-label": self.words.get("around", "")})
            for key, (path, anchor, shown) in steps.items():
                link = _step(around, page, path + anchor, shown)
                link.set("rel", key)
                link.text, small = "", ET.SubElement(link, "small")
                small.text, small.tail = self.words.get(key, ""), shown

    def _up(self, page: str) -> Iterator[tuple[str, str, str]]:
        """(path, fragment, words) of what lies above a note, the nearest first."""
        seen = {page}
        while (found := self._link(page, "up")) and found[0] not in seen:
            path, anchor, _ = found
            if anchor:
                yield found
            yield path, "", head(self.vault, path).get("title", path)
            seen.add(path)
            page = path

    def _link(self, page: str, key: str) -> tuple[str, str, str] | None:
        """(path, fragment, words) of a property that is a link to a note."""
        found = LINK.fullmatch(head(self.vault, page).get(key, ""))
        path = notes(self.vault).get(fold(found["target"])) if found else None
        return (path, fragment(found["anchor"] or ""), found["text"] or found["target"]) if found and path else None


def _step(parent: ET.Element, page: str, target: str, shown: str) -> ET.Element:
    """A link from a page to a path of the vault."""
    link = ET.SubElement(parent, "a", {"href": posixpath.relpath(target, posixpath.dirname(page))})
    link.text = shown
    return link
