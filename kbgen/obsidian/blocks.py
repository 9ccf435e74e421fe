"""`^id` after a block: the marker goes, the block gets the id."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

MARKER = re.compile(r"(?:\A|\s)\^([A-Za-z0-9-]+)\s*\Z")


class Blocks(Treeprocessor):
    """Marked blocks can be linked to. An id begins with `^`, as in links, so that it is never one of a heading.

    Runs before the lines of a text are worked out, when all of them still stand in the `text` of their element.
    """

    def run(self, root: ET.Element) -> None:
        mark_blocks(root)


def mark_blocks(root: ET.Element) -> None:
    """Give every marked block of a text its id; of two blocks with one id the first has it."""
    marked = [element for element in root.iter() if _marker(element)]
    if not marked:
        return
    parents = {child: parent for parent in root.iter() for child in parent}
    given: set[str] = set()
    for element in marked:
        marker = _marker(element)
        assert marker
        if not marker.start() and not len(element) and parents[element] is root and root[0] is element:
            continue  # there is no block before it
        element.text = (element.text or "")[: marker.start()].rstrip()
        block = _block(element, parents)
        if "id" not in block.attrib and marker[1].casefold() not in given:
            block.set("id", f"^{marker[1]}")
            given.add(marker[1].casefold())


def _marker(element: ET.Element) -> re.Match[str] | None:
    text = element.text or ""
    wanted = "^" in text and element.tag in {"p", "li", "td", "dd"} and not isinstance(text, AtomicString)
    return MARKER.search(text) if wanted else None


def _block(element: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> ET.Element:
    """The block that a marker at the end of an element is about; an element that held only the marker is removed."""
    parent = parents[element]
    if element.tag == "td":
        return _table(element, parents)
    if element.text or len(element):
        return _whole(element, parents)
    place = list(parent).index(element)
    parent.remove(element)
    if not place:
        return parent
    before = parent[place - 1]
    if before.tag == "p" and HTML_PLACEHOLDER_RE.fullmatch((before.text or "").strip()):  # a fence, a formula
        parent[place - 1] = block = ET.Element("div")
        block.append(before)
        return block
    return before


def _whole(element: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> ET.Element:
    """The list item or quotation that a paragraph belongs to; else the paragraph itself."""
    parent = parents[element]
    if element.tag != "p" or "id" in parent.attrib:
        return element
    of_item = parent.tag == "li" and parent[0] is element
    of_quotation = parent.tag == "blockquote" and parent[-1] is element
    return parent if of_item or of_quotation else element


def _table(cell: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> ET.Element:
    """The table whose last row holds nothing but a marker, which stood right below it; else the cell."""
    row = parents[cell]
    body = parents[row]
    if "".join(row.itertext()).strip() or body[-1] is not row:
        return cell
    body.remove(row)
    return parents[body]
