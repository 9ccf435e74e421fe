"""Footnotes as Obsidian has them: ids that ignore case, two blanks of indent, and `^[written where it belongs]`."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.footnotes import (
    FN_BACKLINK_TEXT,
    FootnoteBlockProcessor,
    FootnoteExtension,
    FootnoteInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor

REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
WAITING = "kb-inline-note"
OURS = "inline-"


class Footnotes(FootnoteExtension):
    """The kept extension, numbered by first use, with Obsidian's ids."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(USE_DEFINITION_ORDER=False, **kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_Texts(self), "footnote", 17)
        md.inlinePatterns.register(_References(self), "footnote", 175)

    def setFootnote(self, id: str, text: str) -> None:
        super().setFootnote(id.lower(), text)


class _Texts(FootnoteBlockProcessor):
    """`[^id]: text`: no blank in an id, and two blanks are enough to go on."""

    RE = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:[ ]*(.*)$", re.M)

    def detectTabbed(self, blocks: list[str]) -> list[str]:
        for place, block in enumerate(blocks):
            if not block.startswith("  "):
                break
            if not block.startswith("    "):
                blocks[place] = "\n".join(f"    {line.lstrip()}" if line[:4].strip() else line for line in block.split("\n"))
        return super().detectTabbed(blocks)


class _References(FootnoteInlineProcessor):
    """`[^ID]` in any case, and `^[text]`, whose text waits beside its reference until all inline Markdown is read."""

    def __init__(self, notes: FootnoteExtension) -> None:
        super().__init__(rf"{REFERENCE.pattern}|\^\[", notes)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # type: ignore[override]
        if m[1] is None:
            return self._written_here(m, data)
        lower = REFERENCE.match(m[0].lower())
        assert lower is not None  # letters only change their case
        element, start, _ = super().handleMatch(lower, data)
        return (None, None, None) if not isinstance(element, ET.Element) or start is None else (element, m.start(), m.end())

    def _written_here(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:
        end, notes = closing(data, m.end()), self.footnotes
        if end is None or not data[m.end() : end].strip():
            return None, None, None
        id = f"{OURS}{len(notes.footnotes) + 1}"
        notes.setFootnote(id, "")
        notes.addFootnoteRef(id)
        both = ET.Element("span", {"class": WAITING})
        mark = ET.SubElement(both, "sup", {"id": notes.makeFootnoteRefId(id, found=True)})
        link = ET.SubElement(mark, "a", {"class": "footnote-ref", "href": f"#{notes.makeFootnoteId(id)}"})
        link.text = str(notes.footnote_order.index(id) + 1)
        ET.SubElement(both, "p", {"id": id}).text = data[m.end() : end].strip()
        return both, m.start(), end + 1


class InlineNotes(Treeprocessor):
    """Puts the texts of `^[…]` among the footnotes, before the kept extension sorts them."""

    def run(self, root: ET.Element) -> None:
        if not any(id.startswith(OURS) for id in footnotes(self.md).footnotes):
            return
        for parent in [parent for parent in root.iter() if any(child.get("class") == WAITING for child in parent)]:
            for place, child in enumerate(parent):
                if child.get("class") == WAITING:
                    mark, text = child
                    mark.tail = child.tail
                    parent[place] = mark
                    self._add(_list(root), text)

    def _add(self, items: ET.Element, text: ET.Element) -> None:
        notes, id = footnotes(self.md), text.attrib.pop("id")
        item = ET.SubElement(items, "li", {"id": notes.makeFootnoteId(id)})
        item.append(text)
        title = notes.getConfig("BACKLINK_TITLE").format(notes.footnote_order.index(id) + 1)
        back = {"class": "footnote-backref", "href": f"#{notes.makeFootnoteRefId(id)}", "title": title}
        ET.SubElement(text, "a", back).text = FN_BACKLINK_TEXT


def footnotes(md: Markdown) -> FootnoteExtension:
    """The extension at work, whoever loaded it."""
    return md.treeprocessors["footnote"].footnotes  # type: ignore[attr-defined,no-any-return]


def closing(data: str, start: int) -> int | None:
    """Where the bracket closes that opened before `start`."""
    depth = 1
    for place in range(start, len(data)):
        depth += {"[": 1, "]": -1}.get(data[place], 0)
        if not depth:
            return place
    return None


def _list(root: ET.Element) -> ET.Element:
    """The list of footnotes at the end of the page; made if there is none."""
    for div in root.iter("div"):
        if div.get("class") == "footnote":
            return div[1]
    div = ET.SubElement(root, "div", {"class": "footnote"})
    ET.SubElement(div, "hr")
    return ET.SubElement(div, "ol")
