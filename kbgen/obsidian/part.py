"""A part of a note, cut out and made fit for the page that embeds it."""

import posixpath
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from markdown.extensions.toc import unique

from kbgen.obsidian.outline import Outline
from kbgen.obsidian.vault import slug
from kbgen.obsidian.wikilinks import way, within_vault

RANKS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def cut(text: ET.Element, anchor: str, known: Outline, *, titles: bool) -> ET.Element | None:
    """The part of a note that an anchor names, in an element of its own; None if there is no such part."""
    part = ET.Element("div")
    if not anchor:
        part.extend(child for child in text if titles or child.tag != "h1")
        return part
    parents = {child: parent for parent in text.iter() for child in parent}
    if anchor.rpartition("#")[2].strip().startswith("^"):
        id = known.find(f"#{anchor}")
        part.extend(as_block(element, parents) for element in text.iter() if id and element.get("id") == id)
    elif heading := known.heading(f"#{anchor}"):
        part.extend(section(heading.element, parents[heading.element], titles=titles))
        id = heading.id
    else:
        id = None
    if id is None:
        return None
    part.extend(footnotes_of(part, text))
    return part


def as_block(element: ET.Element, parents: Mapping[ET.Element, ET.Element]) -> ET.Element:
    """A block that may stand alone: an item of a list gets a list around it."""
    if element.tag != "li":
        return element
    alone = ET.Element(parents[element].tag)
    alone.append(element)
    return alone


def section(heading: ET.Element, parent: ET.Element, *, titles: bool) -> Iterator[ET.Element]:
    """A heading and what follows up to the next of its rank."""
    children = list(parent)
    place = children.index(heading)
    if titles:
        yield heading
    for child in children[place + 1 :]:
        if (child.tag in RANKS and child.tag <= heading.tag) or child.get("class") == "footnote":
            return
        yield child


def footnotes_of(part: ET.Element, text: ET.Element) -> Iterator[ET.Element]:
    """The footnotes of a note that a part of it refers to, with the numbers that they have there."""
    wanted = {link.get("href", "").removeprefix("#") for link in part.iter("a") if link.get("class") == "footnote-ref"}
    for notes in text.iter("div"):
        if notes.get("class") == "footnote" and wanted and (items := notes.find("ol")) is not None:
            for number, item in enumerate(list(items), 1):
                item.set("value", str(number))
                if item.get("id") not in wanted:
                    items.remove(item)
            yield notes


def settle(part: ET.Element, prefix: str, path: str, page: str, *, named: bool) -> None:
    """Make a part of the note `path` fit into the page: ids of its own, and links that lead where they led in the note.

    Ids of blocks are dropped, since links to them lead to the note. With `named`, headings get ids that no heading of the page can
    have, so that those of the page do not depend on what it embeds.
    """
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for element in part.iter():
        id = element.attrib.pop("id", "")
        if id and not id.startswith("^"):
            renamed[id] = prefix + id
            element.set("id", prefix + id)
        elif named and element.tag in RANKS:
            element.set("id", prefix + unique(slug("".join(element.itertext())), taken))
    for element in part.iter():
        for key in ("href", "src"):
            if url := element.get(key):
                element.set(key, _moved(url, renamed, path, page))


def _moved(url: str, renamed: Mapping[str, str], path: str, page: str) -> str:
    """An address in the note `path`, as it is written in the note `page`."""
    if url.startswith("#"):
        return f"#{renamed[url[1:]]}" if url[1:] in renamed else way(path, page) + url
    parts = within_vault(url)
    if parts is None:
        return url
    target = posixpath.join(posixpath.dirname(path), parts.path)
    relative = posixpath.relpath(target, posixpath.dirname(page) or ".") + ("/" if target.endswith("/") else "")
    return parts._replace(path=relative).geturl()
