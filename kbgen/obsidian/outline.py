"""The places inside a note that links lead to: its headings, with the ids that the host will give them, and its marked blocks."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.toc import TocTreeprocessor, remove_fnrefs, render_inner_html, strip_tags, unique
from markdown.treeprocessors import Treeprocessor

from kbgen.obsidian.blocks import mark_blocks
from kbgen.obsidian.page import elsewhere, set_aside
from kbgen.obsidian.vault import Vault, slug

HEADING = re.compile(r"h[1-6]")
SIGNS = re.compile(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+""")


@dataclass(frozen=True, eq=False)
class Heading:
    """A heading, the ways to write it in a link, and its id on the page."""

    element: ET.Element
    level: int
    keys: frozenset[str]
    id: str


@dataclass(frozen=True)
class Outline:
    """The headings of a note in order, and the ids of its marked blocks, folded."""

    headings: tuple[Heading, ...]
    blocks: Mapping[str, str]

    def find(self, anchor: str) -> str | None:
        """The id of the place that `#heading`, `#parent#child` or `#^block` means; None if the note has no such place."""
        last = anchor.rpartition("#")[2].strip()
        if last.startswith("^"):
            return self.blocks.get(last.casefold())
        found = self.heading(anchor)
        return found.id if found else None

    def heading(self, anchor: str) -> Heading | None:
        """The heading that an anchor means: a child below its parents, or one whose own words hold the sign #."""
        parts = [key(part) for part in anchor.split("#") if part.strip()]
        return self._below(parts) or self._below([key(anchor)]) or self._with_id(anchor.lstrip("#"))

    def _below(self, parts: list[str]) -> Heading | None:
        above: list[Heading] = []
        for heading in self.headings:
            above = [*(other for other in above if other.level < heading.level), heading]
            if parts and parts[-1] in heading.keys and _in_order(parts, above):
                return heading
        return None

    def _with_id(self, id: str) -> Heading | None:
        return next((heading for heading in self.headings if heading.id == id), None)


def _in_order(parts: list[str], above: list[Heading]) -> bool:
    """Whether the parts name headings of the way down to the last, in order; some may be left out."""
    way = iter(above)
    return all(any(part in heading.keys for heading in way) for part in parts)


def key(heading: str) -> str:
    """The form in which a heading and the link to it are equal, whatever signs and blanks either has."""
    return SIGNS.sub(" ", unicodedata.normalize("NFC", heading)).casefold().strip()


class RawHeadings(Treeprocessor):
    """Remembers headings as they were written, since that is how links name them; runs before anything in them is replaced."""

    written: Mapping[ET.Element, str] = {}  # set anew for every text, never changed

    def run(self, root: ET.Element) -> None:
        self.written = {element: "".join(element.itertext()) for element in heading_elements(root)}


def heading_elements(root: ET.Element) -> Iterator[ET.Element]:
    """The headings of a page, in order."""
    return (element for element in root.iter() if isinstance(element.tag, str) and HEADING.fullmatch(element.tag))


def outline(md: Markdown, root: ET.Element) -> Outline:
    """The outline of a text whose lines are done, with ids as the table of contents of the host will give them."""
    return Outline(tuple(_headings(md, root)), {id.casefold(): id for id in _ids(root) if id.startswith("^")})


def _ids(root: ET.Element) -> Iterator[str]:
    return (id for element in root.iter() if (id := element.get("id")))


def _headings(md: Markdown, root: ET.Element) -> Iterator[Heading]:
    slugify, separator = slugs(md)
    raw = md.treeprocessors["kb_headings"]
    written = raw.written if isinstance(raw, RawHeadings) else {}
    ids = set(_ids(root))
    for element in heading_elements(root):
        name = strip_tags(render_inner_html(remove_fnrefs(element), md))
        id = element.get("id") or unique(slugify(html.unescape(name), separator), ids)
        keys = frozenset({key(html.unescape(name)), key(written.get(element, name))})
        yield Heading(element, int(element.tag[1]), keys, id)


def outline_of(md: Markdown, vault: Vault, path: str) -> Outline:
    """The outline of another note. It is read as the host will read it, but only headings are worked out to the end."""
    known = (path, *slugs(md))
    if known not in vault.outlines:
        with elsewhere(md, path), set_aside(md):
            vault.outlines[known] = _read(md, parsed(md, vault.text(path)))
    found: Outline = vault.outlines[known]
    return found


def slugs(md: Markdown) -> tuple[Callable[[str, str], str], str]:
    """How the host makes ids out of headings, and what it puts for blanks."""
    toc = next((step for step in md.treeprocessors if isinstance(step, TocTreeprocessor)), None)
    return (toc.slugify, toc.sep) if toc else (slug, "-")


def _read(md: Markdown, root: ET.Element) -> Outline:
    mark_blocks(root)
    blocks = {id.casefold(): id for id in _ids(root) if id.startswith("^")}
    headings = ET.Element("div")
    headings.extend(list(heading_elements(root)))
    for name in ("kb_headings", "inline", "attr_list"):
        if name in md.treeprocessors:
            md.treeprocessors[name].run(headings)
    return Outline(tuple(_headings(md, headings)), blocks)


def parsed(md: Markdown, text: str) -> ET.Element:
    """The blocks of a text, before anything inside them is worked out."""
    lines = text.split("\n")
    for preprocessor in md.preprocessors:
        lines = preprocessor.run(lines)
    root = md.parser.parseDocument(lines).getroot()
    assert root is not None
    return root
