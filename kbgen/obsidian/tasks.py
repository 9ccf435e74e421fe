"""`- [ ]`, `- [x]` and any other mark: lists of things to do."""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

MARK = re.compile(r"\[([^\]\n])\][ \n]+(?=\S)|\[([^\]\n])\]$")


class Tasks(Treeprocessor):
    """A box before each task, ticked unless its mark is a blank; the mark itself is kept as `data-task`, as in Obsidian."""

    def __init__(self, md: Markdown, words: Mapping[str, str]) -> None:
        super().__init__(md)
        self.words = words

    def run(self, root: ET.Element) -> None:
        for list_ in (found for tag in ("ul", "ol") for found in root.iter(tag)):
            tasks = [item for item in list_ if self._task(item)]
            if tasks:
                list_.set("class", "task-list")

    def _task(self, item: ET.Element) -> bool:
        for holder in _holders(item):
            if found := MARK.match(holder.text or ""):
                mark = found[1] or found[2]
                item.set("class", "task-list-item")
                item.set("data-task", mark)
                holder.insert(0, self._box(mark, (holder.text or "")[found.end() :]))
                holder.text = None
                return True
        return False

    def _box(self, mark: str, text: str) -> ET.Element:
        """A box that says in words whether it is ticked, since what follows is no label of it; and the text behind it."""
        box = ET.Element("label", {"class": "task-list-control"})
        state = "open" if mark == " " else "done"
        given = {"type": "checkbox", "disabled": "disabled", "aria-label": self.words.get(state, state)}
        ET.SubElement(box, "input", given if state == "open" else {**given, "checked": "checked"})
        ET.SubElement(box, "span", {"class": "task-list-indicator"})
        box.tail = f" {text}"
        return box


def _holders(item: ET.Element) -> Iterator[ET.Element]:
    """What may hold the first words of an item."""
    if (item.text or "").strip():
        yield item
    elif len(item) and item[0].tag == "p":
        yield item[0]
