"""Tables that can be read where it is narrow."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

CARD_COLUMNS, FEW = 3, 40
CARDS = frozenset({"cards", "rows"})
"""What a callout has behind its bar, `> [!example|cards]`, if the rows of its tables are to be cards whatever they hold."""


class Heads(Treeprocessor):
    """The cells of some tables know their heads: where it is narrow, their rows become cards, which have no heads."""

    def run(self, root: ET.Element) -> None:
        asked = {table for box in root.iter() if box.get("data-callout-metadata") in CARDS for table in box.iter("table")}
        for table in root.iter("table"):
            for code in table.iter("code"):
                code.text = AtomicString((code.text or "").replace("\\|", "|"))  # the bar was escaped for the sake of the table
            heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
            rows = [row for row in table.iter("tr") if row.find("td") is not None]
            if table in asked or _is_small(heads, rows) or _holds_lists_of_constants(rows):
                for row in rows:
                    for head, cell in zip(heads[1:], row[1:], strict=False):
                        cell.set("data-head", head)


class Boxes(Treeprocessor):
    """Tables get the boxes in which they scroll, as the script of Material would put them around, once the page is laid out."""

    def run(self, root: ET.Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(parent):
                if child.tag == "table" and not child.get("class"):
                    parent[place] = _boxed(child)


def _boxed(table: ET.Element) -> ET.Element:
    box = ET.Element("div", {"class": "md-typeset__scrollwrap"})
    ET.SubElement(box, "div", {"class": "md-typeset__table"}).append(table)
    box.tail, table.tail = table.tail, None
    return box


def _is_small(heads: Sequence[str], rows: Sequence[ET.Element]) -> bool:
    """Three columns of words."""
    return len(heads) == CARD_COLUMNS and len(rows) <= FEW and all(row[1].find("code") is None for row in rows)


def _holds_lists_of_constants(rows: Sequence[ET.Element]) -> bool:
    """Several signs in a cell in every column after the first: such columns need more room than a phone has for one of them."""
    return len(rows) > 0 and all(any(len(row[place].findall("code")) > 1 for row in rows) for place in range(1, len(rows[0])))
