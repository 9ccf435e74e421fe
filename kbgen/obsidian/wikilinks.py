"""`[[note]]` and `[words](note.md)`: links by the name of a note."""

import posixpath
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import HTML_RE, InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from kbgen.links import LINK
from kbgen.obsidian.facts import write_facts
from kbgen.obsidian.formulas import DISPLAY_MATH, INLINE_MATH
from kbgen.obsidian.outline import Outline, outline, outline_of
from kbgen.obsidian.page import current_page, is_elsewhere
from kbgen.obsidian.report import doubt_of, missing_place, tell
from kbgen.obsidian.vault import NOTE, Found, Vault, file_at, vault_at

TOKEN = re.compile(f"(?P<other>{DISPLAY_MATH}|{INLINE_MATH}|{HTML_RE})|{LINK.pattern}", re.S)
SPECIAL = re.compile(r"""[%#?\\\s"<>]""")
PLACE = "data-kb-place"  # on a wikilink until the id of its heading is known: the file and the place in it


class Tokens:
    """Finds links together with mathematics and HTML tags, of which the first to begin wins: `$` in a link is no mathematics.

    Stands in for a compiled expression, and costs nothing where a text has no link.
    """

    def finditer(self, text: str, start: int = 0) -> Iterable[re.Match[str]]:
        """Every token from a place on."""
        return TOKEN.finditer(text, start) if "[[" in text else ()


class WikiLink(InlineProcessor):
    """`[[note#heading|words]]` becomes a link to the note's file; the host turns that into an address."""

    def __init__(self, md: Markdown, vault: Path, *, hover: bool) -> None:
        super().__init__(LINK.pattern, md)
        self.compiled_re = Tokens()  # type: ignore[assignment]
        self.vault, self.hover = vault, hover

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # type: ignore[override]
        if m["other"] or m["embed"] or is_empty(m):
            return None, None, None
        target, anchor, words = m["target"].strip(), m["anchor"] or "", (m["text"] or "").strip()
        page = current_page(self.md)
        found = vault_at(self.vault).find(target, page) if target else Found(page, "path")
        element = ET.Element("a" if found else "span")
        element.text = words or shown(target, anchor)
        if found is None:
            element.set("class", "kb-unresolved")
        else:
            element.set("href", "" if anchor and found.path == page else way(found.path, page))
            element.set(PLACE, found.path + anchor)
        if self.hover and words and words != shown(target, anchor):
            element.set("title", shown(target, anchor))
        tell(self.md, vault_at(self.vault), m[0], doubt_of(found))
        return element, m.start(0), m.end(0)


def is_empty(link: re.Match[str]) -> bool:
    """Whether a link names nothing, as `[[]]` does."""
    return not (link["target"].strip() or (link["anchor"] or "").strip("# "))


def shown(target: str, anchor: str) -> str:
    """A link without words of its own, as Obsidian prints it."""
    return " > ".join(part for part in [target, *(part.strip() for part in anchor.split("#"))] if part)


def way(path: str, page: str) -> str:
    """The way from a note to a file of the vault, as it stands in a link."""
    return _way(path, posixpath.dirname(page) or ".")


@lru_cache(maxsize=65536)
def _way(path: str, folder: str) -> str:
    relative = posixpath.relpath(path, folder)
    return SPECIAL.sub(lambda sign: quote(sign[0]), relative)


class Links(Treeprocessor):
    """Links get the ids of the headings and blocks that they name, and Markdown links find notes by name, as wikilinks do."""

    def __init__(self, md: Markdown, vault: Path, facts: Path | None) -> None:
        super().__init__(md)
        self.root, self.facts = vault, facts

    def run(self, root: ET.Element) -> None:
        if self.facts and not is_elsewhere(self.md):
            vault = vault_at(self.root)
            write_facts(self.facts, vault, lambda path: outline_of(self.md, vault, path))
        reading = Reading(self.md, vault_at(self.root), current_page(self.md), root)
        for link in root.iter("a"):
            if place := link.attrib.pop(PLACE, None):
                lead(link, place, reading)
            else:
                find(link, "href", reading)
        for picture in root.iter("img"):
            find(picture, "src", reading)


class Reading:
    """A text whose links are being led to their places."""

    def __init__(self, md: Markdown, vault: Vault, page: str, root: ET.Element) -> None:
        self.md, self.vault, self.page, self.root = md, vault, page, root

    @cached_property
    def own(self) -> Outline:
        """The outline of the text itself."""
        return outline(self.md, self.root)

    def outline(self, path: str) -> Outline:
        """The outline of a note, which may be this one."""
        return self.own if path in {"", self.page} else outline_of(self.md, self.vault, path)


def lead(link: ET.Element, place: str, reading: Reading) -> None:
    """Lead a wikilink to the place in its file; a place that does not exist leaves a link to the note, and a report."""
    href, (path, _, anchor) = link.get("href", ""), place.partition("#")
    if not anchor:
        return
    if path and not path.endswith(NOTE):
        link.set("href", f"{href}#{SPECIAL.sub(lambda sign: quote(sign[0]), anchor)}")
    elif id := reading.outline(path).find(f"#{anchor}"):
        link.set("href", f"{href}#{id}")
    else:
        link.set("href", href or way(reading.page, reading.page))
        tell(reading.md, reading.vault, f"#{anchor}", missing_place(path or reading.page))


def find(element: ET.Element, key: str, reading: Reading) -> None:
    """Let a Markdown link or picture find its file by name where its path leads nowhere, and its heading by words."""
    parts = within_vault(element.get(key, ""))
    if parts is None or parts.fragment.startswith(("fn:", "fnref")):  # a footnote
        return
    path = _file(unquote(parts.path), reading) if parts.path else reading.page
    if path is None:
        return
    id = None
    if parts.fragment and key == "href" and (not path or path.endswith(NOTE)):
        id = reading.outline(path).find("#" + unquote(parts.fragment))
    stands = not parts.path or posixpath.normpath(posixpath.join(posixpath.dirname(reading.page), unquote(parts.path))) == path
    if id or not stands:
        new = parts._replace(path=parts.path if stands else way(path, reading.page), fragment=id or parts.fragment)
        element.set(key, new.geturl())


def within_vault(url: str) -> SplitResult | None:
    """The parts of an address that leads from a note to a file of the vault, or to a place in it; None for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all
        return None
    foreign = parts.scheme or parts.netloc or url.startswith(("/", "\\")) or AMP_SUBSTITUTE in url
    return None if foreign or not (parts.path or parts.fragment) else parts


def _file(path: str, reading: Reading) -> str | None:
    """The file of the vault that the path of a Markdown link means: what stands there, or what is called so."""
    if beside := file_at(reading.vault, path, reading.page):
        return beside
    found = None if path.endswith(("/", ".html")) or path in {".", ".."} else reading.vault.find(path, reading.page)
    return found.path if found else None
