"""Pictures of the vault, set into the page."""

import html
import posixpath
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from kbgen.obsidian.media import sized
from kbgen.obsidian.page import current_page
from kbgen.obsidian.remembered import for_a_second
from kbgen.safety import is_still

ESCAPED_BAR = f"{STX}{ord('|')}{ETX}"  # in a table
ID = re.compile(r'id="(?<=\sid=")')  # begins with letters, by which `re` finds it several times as fast
WIDTH = re.compile(r'viewBox="0 0 ([\d.]+) ')
ROOM = re.compile(r'\{"room":"([^"]+)"')
WIDE = 400  # points: more than this is unreadable at the width of a phone, and scrolls inside itself there
PIECE = re.compile(r'<g data-piece="(\d+ \d+ \d+ \d+)">')  # a group that may stand apart, with its place on the sheet
SCROLLS = {"class": "kb-figure kb-figure--wide", "tabindex": "0"}
PARTED = {"class": "kb-figure kb-figure--parted"}


class InlineSvg(Treeprocessor):
    """Pictures `![alt](x.svg)` of the vault are set into the page, where they take its colours and its font."""

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(md)
        self.vault = vault

    def run(self, root: ET.Element) -> None:
        page = current_page(self.md)
        for parent in root.iter():
            for place, image in enumerate(list(parent)):
                source = image.get("src", "")
                if image.tag == "img" and source.endswith(".svg") and "://" not in source and "width" not in image.attrib:
                    path = self.vault / posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(source)))
                    if path.is_file() and is_still(
                        svg := path.read_text(encoding="utf-8")
                    ):  # others draw inside an img, which runs nothing
                        self._replace(parent, place, image, path.stem, svg)
            alone = not (parent.text or "").strip() and all(child.tag == "figure" for child in parent)
            if parent.tag == "p" and len(parent) and alone:
                parent.tag = "div"
                parent.set("class", f"kb-figures kb-figures--{len(parent)}")

    def _replace(self, parent: ET.Element, place: int, image: ET.Element, stem: str, svg: str) -> None:
        wide = (found := WIDTH.search(svg)) and float(found[1]) > WIDE
        kind = _playable(self.vault).get(stem)
        whole = kind or not PIECE.search(svg)  # a script takes over a picture as it is
        figure = ET.Element("figure", {"class": "kb-figure"} | (SCROLLS if wide and whole else {} if whole else PARTED))
        if kind:
            figure.set("data-kb-play", f"{kind}:{stem}")
            data = self.vault / "assets" / "play" / f"{stem}.{kind}.js"
            if room := ROOM.search(data.read_text(encoding="utf-8")[:300]):  # of what the script will add below the pictures
                parent.set("style", room[1])
        figure.text = self.md.htmlStash.store((set_in if whole else set_in_pieces)(svg, image.get("alt", ""), stem))
        figure.tail = image.tail
        parent[place] = figure


class Sizes(Treeprocessor):
    """`![words|100x80](picture)`: the size that follows the bar, or stands alone, becomes width and height."""

    def run(self, root: ET.Element) -> None:
        for image in root.iter("img"):
            words, size = sized(image.get("alt", "").replace(ESCAPED_BAR, "|"))
            if size and "width" not in image.attrib:
                image.set("alt", words)
                image.attrib.update(size)


@for_a_second(2)
def _playable(vault: Path) -> Mapping[str, str]:
    """The stem of every picture that can be played with, and the script that plays it."""
    names = sorted((path.name for path in vault.glob("assets/play/*.*.js")), reverse=True)
    return {name.split(".")[0]: name.split(".")[1] for name in names}


def set_in(svg: str, alt: str, stem: str) -> str:
    """An SVG file made fit for the inside of a page: its own ids, its alternative text, no palette of its own."""
    svg = _inside(svg, stem)
    role = "group" if "<a " in svg else "img"  # what stands inside an img is not there for those who listen
    return svg.replace("<svg ", f'<svg role="{role}" aria-label="{html.escape(alt)}" ', 1).strip()


def set_in_pieces(svg: str, alt: str, stem: str) -> str:
    """The same for a picture whose groups say what place of the sheet is theirs: each is drawn by itself, in rows that may wrap.

    The style sheet needs the width of a piece in points. What all pieces refer to goes into the first.
    """
    head, *parts = PIECE.split(_inside(svg, stem).strip().removesuffix("</svg>"))
    found = groupby(zip(parts[::2], parts[1::2], strict=True), key=lambda piece: piece[0].split()[1])
    drawn = (
        "".join(f'<svg viewBox="{place}" style="--w:{place.split()[2]}"><g>{piece}</svg>' for place, piece in row)
        for _, row in found
    )
    rows = "".join(f"<div>{row}</div>" for row in drawn).replace("<g>", f"{head.partition('>')[2]}<g>", 1)
    return f'<div class="kb-pieces" role="img" aria-label="{html.escape(alt)}">{rows}</div>'


def _inside(svg: str, stem: str) -> str:
    svg = re.sub(r"<style>:root\{.*?</style>", "", svg, count=1, flags=re.S)
    svg = ID.sub(rf"\g<0>{stem}-", svg)
    return svg.replace("url(#", f"url(#{stem}-").replace('href="#', f'href="#{stem}-')
