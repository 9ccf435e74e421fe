"""Tables that can be read where it is narrow."""

from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

CARD_COLUMNS, FEW = 3, 40


class Heads(Treeprocessor):
    """The cells of a small table of three columns know their heads: where it is narrow, rows become cards, which have no heads."""

    def run(self, root: ET.Element) -> None:
        for table in root.iter("table"):
            for code in table.iter("code"):
                code.text = AtomicString((code.text or "").replace("\\|", "|"))  # the bar was escaped for the sake of the table
            heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
            rows = [row for row in table.iter("tr") if row.find("td") is not None]
            if len(heads) != CARD_COLUMNS or len(rows) > FEW or any(row[1].find("code") is not None for row in rows):
                continue
            for row in rows:
                for head, cell in zip(heads[1:], row[1:], strict=False):
                    cell.set("data-head", head)
