"""Links from a page to where it is written, on the host of the repository: the page to its file, a section to its line.

It knows the files from `assets/repository.json`, which kbgen writes into a vault if
data/kb.yml names a repository, and the lines from the property `lines` of a note; a vault without that file is left as it is.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from kbgen.notes import properties

STANDS_IN = re.compile("\x02[^\x03]*\x03")
REPOSITORY = "assets/repository.json"


class Origin(Treeprocessor):
    """A link at the end of the page, and a small one beside each heading whose field stands on a line of its own."""

    def __init__(self, md: Markdown, vault: Path, page: Callable[[Markdown], str]) -> None:
        super().__init__(md)
        self.vault, self.page = vault, page

    def run(self, root: ET.Element) -> None:
        given, page = repository(self.vault), self.page(self.md)
        if given is None or page not in given["pages"]:
            return
        path = quote(given["pages"][page])
        lines = properties((self.vault / page).read_text(encoding="utf-8")).get("lines") if given["view"] else None
        for heading, line in zip(root.iter("h2"), lines or (), strict=False):
            if line:
                words = given["words"]["section"].replace("{section}", named(heading))
                address = given["view"].replace("{path}", path).replace("{line}", str(line))
                ET.SubElement(heading, "a", {"class": "kb-edit", "href": address, "aria-label": words, "title": words})
        link = ET.SubElement(ET.SubElement(root, "p", {"class": "kb-edit-page"}), "a")
        link.set("href", given["edit"].replace("{path}", path))
        link.text = given["words"]["page"]


def named(heading: ET.Element) -> str:
    """The words of a heading, without its own link and without what stands in for formulas at this point."""
    parts = [heading.text or ""]
    for child in heading:
        own = child.get("class") == "headerlink"
        parts += ["" if own else "".join(child.itertext()), child.tail or ""]
    return " ".join(STANDS_IN.sub("", "".join(parts)).split())


def repository(vault: Path) -> Mapping[str, Any] | None:
    """What `assets/repository.json` says; None if nobody wrote it."""
    file = vault / REPOSITORY
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> Mapping[str, Any]:  # noqa: ARG001  # part of the key: a live preview outlasts edits
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
