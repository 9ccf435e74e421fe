"""Speed: patterns that are looked up once a page."""

from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor


class Settled(Treeprocessor):
    """Gives the reader of lines its patterns as a list: a registry sorts itself at each of a page's thousands of look-ups."""

    def run(self, root: ET.Element) -> None:
        self.md.treeprocessors["inline"].inlinePatterns = list(self.md.inlinePatterns)  # type: ignore[attr-defined]
