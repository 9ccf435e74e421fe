"""Ways to walk from a note: up, back and on."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from kbgen.links import LINK
from kbgen.obsidian.outline import outline_of
from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import head, vault_at
from kbgen.obsidian.wikilinks import way


class Way(Treeprocessor):
    """The properties `up`, `prev` and `next` of a note, which are links, as ways to walk: above its title, and at its end."""

    def __init__(self, md: Markdown, vault: Path, words: Mapping[str, str]) -> None:
        super().__init__(md)
        self.vault, self.words = vault, words

    def run(self, root: ET.Element) -> None:
        page = current_page(self.md)
        if crumbs := list(self._up(page))[::-1]:
            trail = ET.Element("nav", {"class": "kb-way", "aria-label": self.words.get("up", "")})
            for path, anchor, shown in crumbs:
                _step(ET.SubElement(trail, "span"), page, path, anchor).text = shown
            root.insert(0, trail)
        steps = {key: found for key in ("prev", "next") if (found := self._link(page, key))}
        if steps:
            around = ET.SubElement(root, "nav", {"class": "kb-around", "aria-label": self.words.get("around", "")})
            for key, (path, anchor, shown) in steps.items():
                link = _step(around, page, path, anchor)
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
        written = LINK.fullmatch(head(self.vault, page).get(key, ""))
        found = vault_at(self.vault).find(written["target"], page) if written and written["target"] else None
        if not written or not found:
            return None
        id = outline_of(self.md, vault_at(self.vault), found.path).find(written["anchor"]) if written["anchor"] else None
        return found.path, f"#{id}" if id else "", written["text"] or written["target"]


def _step(parent: ET.Element, page: str, path: str, anchor: str) -> ET.Element:
    """A link from a page to a place in a file of the vault."""
    return ET.SubElement(parent, "a", {"href": way(path, page) + anchor})
