"""Files that are no notes: pictures with sizes, sound, video, PDF, and boxes for what a page cannot show."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote
from xml.etree import ElementTree as ET

from markdown import Markdown

from kbgen.obsidian.page import address

PICTURES = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
SOUND = frozenset({"3gp", "flac", "m4a", "mp3", "ogg", "wav"})
VIDEO = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})
SIZE = re.compile(r"(?:(?P<words>.*)\|)?\s*(?P<width>\d+)(?:x(?P<height>\d+))?\s*", re.S)
OF_VAULT = "data-kb-file"  # on a player: its file, until the page says where the page is
BLOCK = "data-kb-block"  # on an element that may not stand in a paragraph
PDF_HEIGHT = "600"
WORDS = {
    "missing": "Not found:",
    "canvas": "Canvas, to be opened in Obsidian:",
    "base": "Base, to be opened in Obsidian:",
    "file": "File:",
    "query": "Shown by Obsidian only:",
}


def element_of(path: str, anchor: str, text: str, words: Mapping[str, str], way: str) -> ET.Element:
    """The element that shows a file of the vault: a picture, a player, or a box with a link.

    `way` leads to the file from the note, `text` is what follows the bar: words, a size, or both.
    """
    kind, name = path.rpartition(".")[2].lower(), path.rpartition("/")[2]
    alternative, size = sized(text)
    if kind in PICTURES:
        return ET.Element("img", {"src": way, "alt": alternative or name, **size})
    if kind in SOUND:
        return player("audio", path + time_of(anchor), {"controls": "", "preload": "metadata"}, way, name)
    if kind in VIDEO:
        return player("video", path + time_of(anchor), {"controls": "", "preload": "metadata", **size}, way, name)
    if kind == "pdf":
        asked = dict(parse_qsl(anchor.lstrip("#").replace("#", "&")))
        look = {"type": "application/pdf", "aria-label": name, "width": size.get("width", "100%")}
        height = asked.get("height") or size.get("height", PDF_HEIGHT)
        page = f"#page={asked['page']}" if asked.get("page", "").isdigit() else ""
        return player("object", path + page, {**look, "height": height if height.isdigit() else PDF_HEIGHT}, way, name)
    return box(words, kind if kind in WORDS else "file", name, way)


def sized(text: str) -> tuple[str, dict[str, str]]:
    """The words before a size, and the size: `a|100x80` is `a`, 100 wide and 80 high."""
    found = SIZE.fullmatch(text)
    if not found:
        return text.strip(), {}
    size = {key: found[key] for key in ("width", "height") if found[key]}
    return (found["words"] or "").strip(), size


def time_of(anchor: str) -> str:
    """`#t=10,20`, where a player starts and stops."""
    return anchor if re.fullmatch(r"#t=[\d.:,]+", anchor) else ""


def player(tag: str, file: str, look: Mapping[str, str], way: str, name: str) -> ET.Element:
    """An element that plays a file, with a link inside for browsers that cannot."""
    element = ET.Element(tag, {OF_VAULT: file, **look})
    ET.SubElement(element, "a", {"href": way}).text = name
    return element


def box(words: Mapping[str, str], kind: str, name: str, way: str = "") -> ET.Element:
    """A box that says what would stand here; themes that know admonitions draw it as one."""
    element = ET.Element("div", {"class": f"admonition {'failure' if kind == 'missing' else 'abstract'} kb-{kind}", BLOCK: "1"})
    title = ET.SubElement(element, "p", {"class": "admonition-title"})
    title.text = f"{words.get(kind) or WORDS[kind]} "
    place = ET.SubElement(title, "a" if way else "code", {"href": way} if way else {})
    place.text = name
    return element


def finish(md: Markdown, root: ET.Element) -> None:
    """Lead players to their files; hosts do this for links and pictures only."""
    for element in root.iter():
        if file := element.attrib.pop(OF_VAULT, None):
            path, sign, place = file.partition("#")
            key = "data" if element.tag == "object" else "src"
            element.set(key, quote(address(md, path, key)) + sign + place)
