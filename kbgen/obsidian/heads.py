"""Properties at the head of a note: what a host could not read, and classes of the whole page."""

import logging
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from kbgen.notes import FRONT_MATTER, head_problem, properties
from kbgen.obsidian.page import current_page
from kbgen.obsidian.remembered import for_a_second
from kbgen.obsidian.reports import report


class Leftover(Preprocessor):
    """Properties that a host left standing because they cannot be read: reported with their line, and not shown."""

    def run(self, lines: list[str]) -> list[str]:
        if lines[0].strip() != "---":
            return lines
        text = "\n".join(lines)
        found, wrong = FRONT_MATTER.match(text), head_problem(text)
        if wrong:
            report(self.md, f"the properties cannot be read: {wrong[1]}", wrong[0], level=logging.WARNING)
        return text[found.end() :].split("\n") if found and (wrong or properties(text)) else lines


class PageClasses(Treeprocessor):
    """`cssclasses` as classes of an element around the page, where no theme puts them elsewhere."""

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(md)
        self.vault = vault

    def run(self, root: ET.Element) -> None:
        page = current_page(self.md)
        if page and (classes := _classes(self.vault / page)):
            around = ET.Element("div", {"class": classes})
            around.extend(list(root))
            root[:] = [around]


@for_a_second(512)
def _classes(path: Path) -> str:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    given = properties(text).get("cssclasses") if "cssclasses:" in text[:4000] else None
    return " ".join(map(str, given)) if isinstance(given, list) else str(given or "")
