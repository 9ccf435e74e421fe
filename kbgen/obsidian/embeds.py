"""`![[…]]`: what stands in another note, or in a file, set in."""

import posixpath
import re
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from kbgen.links import LINK
from kbgen.obsidian.media import BLOCK, box, element_of, finish
from kbgen.obsidian.outline import Outline, outline, parsed
from kbgen.obsidian.page import current_page, elsewhere
from kbgen.obsidian.part import RANKS, cut, settle
from kbgen.obsidian.report import doubt_of, missing_place, tell
from kbgen.obsidian.vault import NOTE, Vault, vault_at
from kbgen.obsidian.wikilinks import Tokens, is_empty, shown, way, within_vault

LEVELS = 5
MOST = 500  # embeds on a page: notes that each embed ten others would be a hundred thousand
NOTE_EMBED = "data-kb-embed"  # on an element whose place the text of a note will take: its path and anchor


class Embed(InlineProcessor):
    """`![[file#place|size]]` becomes a picture or a player; for a note, an element that `Embeds` fills."""

    def __init__(self, md: Markdown, vault: Path, words: Mapping[str, str]) -> None:
        super().__init__(LINK.pattern, md)
        self.compiled_re = Tokens()  # type: ignore[assignment]
        self.vault, self.words = vault, words

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # type: ignore[override]
        if m["other"] or not m["embed"] or is_empty(m):
            return None, None, None
        target, anchor = m["target"].strip(), m["anchor"] or ""
        page, vault = current_page(self.md), vault_at(self.vault)
        found = vault.find(target, page) if target else None
        path = found.path if found else page
        if target:
            tell(self.md, vault, m[0], doubt_of(found))
        if target and found is None:
            element = box(self.words, "missing", shown(target, anchor))
        elif not target or path.endswith(NOTE):
            element = ET.Element("span", {NOTE_EMBED: path + anchor})
        else:
            element = element_of(path, anchor, (m["text"] or "").replace("\\|", "|"), self.words, way(path, page))
        return element, m.start(0), m.end(0)


class Embeds(Treeprocessor):
    """Fills embeds of notes: each is read as the note that it is, with its own links, references and footnotes.

    What is embedded may embed in turn, five levels deep and 500 times; a note inside itself is a link. Runs after all that
    depends on the note a text comes from, and before what belongs to the page as a whole.
    """

    def __init__(self, md: Markdown, vault: Path, words: Mapping[str, str], *, titles: bool) -> None:
        super().__init__(md)
        self.root, self.words, self.titles = vault, words, titles

    def run(self, root: ET.Element) -> None:
        self.count = 0
        self._fill(root, (current_page(self.md),))
        finish(self.md, root)

    def _fill(self, root: ET.Element, within: tuple[str, ...]) -> None:
        """Put notes where a text embeds them. `within` says, from the page on, what this text is embedded in."""
        for picture in list(root.iter("img")):
            as_embed(picture, within[-1], vault_at(self.root), self.words)
        wanted = [element for element in root.iter() if NOTE_EMBED in element.attrib or BLOCK in element.attrib]
        parents = {child: parent for parent in root.iter() for child in parent} if wanted else {}
        for element in wanted:
            block = self._block(element, within, parents)
            block.attrib.pop(BLOCK, "")
            put(block, element, parents)

    def _block(self, element: ET.Element, within: tuple[str, ...], parents: Mapping[ET.Element, ET.Element]) -> ET.Element:
        """What takes the place of an element: a box as it is, a note, or a link to a note that cannot stand there."""
        source = element.attrib.pop(NOTE_EMBED, "")
        if not source:
            return copy(element)
        ends = source in within or len(within) > LEVELS or self.count >= MOST or in_heading(element, parents)
        return self._link(source, within[-1]) if ends else self._note(source, within)

    def _link(self, source: str, page: str) -> ET.Element:
        path, _, anchor = source.partition("#")
        link = ET.Element("a", {"href": way(path, page.partition("#")[0])})
        link.text = shown(posixpath.basename(path).removesuffix(NOTE), anchor)
        return link

    def _note(self, source: str, within: tuple[str, ...]) -> ET.Element:
        """The part of a note that an embed names, or a box where there is no such part."""
        path, _, anchor = source.partition("#")
        self.count += 1
        prefix, page = f"e{self.count}:", within[-1].partition("#")[0]
        with elsewhere(self.md, path):
            text, known = self._read(path)
            part = cut(text, anchor, known, titles=self.titles)
            if part is not None:
                self._fill(part, (*within, source))
        if part is None:
            tell(self.md, vault_at(self.root), f"#{anchor}", missing_place(path))
            return box(self.words, "missing", shown(path.removesuffix(NOTE), anchor))
        settle(part, prefix, path, page, named="toc" in self.md.treeprocessors)
        part.set("class", "kb-embed")
        return part

    def _read(self, path: str) -> tuple[ET.Element, Outline]:
        """The text of a note up to the step that this is, and its outline."""
        root = parsed(self.md, vault_at(self.root).text(path)) if path in vault_at(self.root) else ET.Element("div")
        for step in self.md.treeprocessors:
            if step is self:
                break
            changed = step.run(root)
            root = root if changed is None else changed
        return root, outline(self.md, root)


def as_embed(picture: ET.Element, page: str, vault: Vault, words: Mapping[str, str]) -> None:
    """`![words](file)` where the file is no picture means the same as `![[file|words]]`."""
    parts = within_vault(picture.get("src", ""))
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page.partition("#")[0]), unquote(parts.path))) if parts else ""
    if parts is None or (path not in vault and not path.endswith(NOTE)):
        return
    anchor = f"#{unquote(parts.fragment)}" if parts.fragment else ""
    if path not in vault:
        made = box(words, "missing", path)
    elif path.endswith(NOTE):
        made = ET.Element("span", {NOTE_EMBED: path + anchor})
    else:
        made = element_of(path, anchor, picture.get("alt", ""), words, parts.path)
    if made.tag != "img":
        picture.tag, picture.text = made.tag, made.text
        picture.attrib.clear()
        picture.attrib.update(made.attrib)
        picture.extend(list(made))


def in_heading(element: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> bool:
    """Whether an element stands in a heading, where no blocks may."""
    above = parents.get(element)
    while above is not None and above.tag not in RANKS:
        above = parents.get(above)
    return above is not None


def put(block: ET.Element, place: ET.Element, parents: dict[ET.Element, ET.Element]) -> None:
    """Put a block in the place of an element. A paragraph around it is parted, since none may hold blocks."""
    parent = parents[place]
    at = list(parent).index(place)
    if parent.tag != "p" or block.tag == "a":
        block.tail = place.tail
        parent[at] = block
        return
    above, rest = parents[parent], ET.Element("p")
    rest.text = (place.tail or "").lstrip()
    rest.extend(list(parent)[at + 1 :])
    for child in list(parent)[at:]:
        parent.remove(child)
        parents[child] = rest
    where = list(above).index(parent)
    above[where : where + 1] = [part for part in (parent, block, rest) if part is block or len(part) or (part.text or "").strip()]
    parents[rest] = above
