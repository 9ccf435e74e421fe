"""Obsidian's Markdown for Python-Markdown: [[links]], mathematics as MathML, SVG pictures set into the page, terms marked.

Usable alone in any MkDocs project: `markdown_extensions: [kbgen.obsidian: {vault: docs}]`. Both hosts load it; it knows the page it
works on from whichever of them is running.
"""

import html
import posixpath
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from kbgen.links import LINK, fold, targets
from kbgen.marking import Definitions
from kbgen.notes import FRONT_MATTER, aliases
from kbgen.origin import Origin
from kbgen.tex import TexError, to_mathml

INLINE_MATH = r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\d$])([，。；：、！？）”]?)"
WIDTH = re.compile(r'viewBox="0 0 ([\d.]+) ')
ROOM = re.compile(r'\{"room":"([^"]+)"')
CARD_COLUMNS, FEW = 3, 40
WIDE = 400  # points: more than this is unreadable at the width of a phone, and scrolls inside itself there
PROPERTY = re.compile(r"""^(\w+): (["']?)(.*?)\2\s*$""", re.M)
EMBED = re.compile(r"!\[\[(?P<target>[^\[\]|#\n]+)(?P<anchor>#[^\[\]|\n]*)?\]\]")
FENCE = re.compile(r"\s*(```+|~~~+)")
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")
BLOCK_MATH = re.compile(r"\s*\$\$(.+?)\$\$\s*", re.S)


class PageError(ValueError):
    """A page that cannot be published as it is; the message names the page and the place."""


def current_page(md: Markdown) -> str:
    """The path of the page inside its vault; "" where no host tells it."""
    if "relpath" in md.treeprocessors:  # MkDocs
        return str(_attribute(md.treeprocessors["relpath"], "file", "src_uri"))
    if "rendering_context" in md.preprocessors:  # Zensical
        return str(_attribute(md.preprocessors["rendering_context"], "page", "path"))
    return ""


def _attribute(processor: object, *path: str) -> object:
    """What a host keeps on a processor of its own; Python-Markdown's types know nothing of it."""
    for name in path:
        processor = getattr(processor, name)
    return processor


def notes(vault: Path) -> Mapping[str, str]:
    """Every way to name a note of the vault, with its path.

    A host makes a new converter for every page, and a live preview outlasts edits: the folder is read at most once a second.
    """
    return _notes(vault, int(time.monotonic()))


@lru_cache(maxsize=2)
def _notes(vault: Path, second: int) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    paths = [path for path in vault.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(vault).parts)]
    return targets({path.relative_to(vault).as_posix(): aliases(path.read_text(encoding="utf-8")) for path in paths})


def math_element(tex: str, *, display: bool, page: str) -> str:
    """The HTML of a formula. Raises PageError with the place of a slip."""
    try:
        mathml = to_mathml(tex, display=display)
    except TexError as error:
        raise PageError(f"{page}: TeX at character {error.position + 1}: {error}\n    {tex.strip()}") from None
    return f'<div class="kb-math" tabindex="0">{mathml}</div>' if display else mathml


def inline_math(tex: str, page: str) -> str:
    """The HTML of a formula in a line of text."""
    return math_element(tex, display=False, page=page)


class InlineMath(InlineProcessor):
    """`$…$`, and `$$…$$` inside a line."""

    def __init__(self, pattern: str, md: Markdown, *, display: bool) -> None:
        super().__init__(pattern, md)
        self.display = display

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        mathml = math_element(m[1], display=self.display, page=current_page(self.md))
        if m.lastindex == 2 and m[2]:  # Chinese punctuation may not start a line; a browser would break before it
            mathml = f'<span class="kb-keep">{mathml}{m[2]}</span>'
        return self.md.htmlStash.store(mathml), m.start(0), m.end(0)


class BlockMath(BlockProcessor):
    """`$$…$$` as a block of its own, also with empty lines around parts of it and inside quotations and lists."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return block.lstrip().startswith("$$")

    def run(self, parent: ET.Element, blocks: list[str]) -> bool | None:
        for count in range(1, len(blocks) + 1):
            if found := BLOCK_MATH.fullmatch("\n\n".join(blocks[:count])):
                del blocks[:count]
                element = ET.SubElement(parent, "p")
                element.text = self.parser.md.htmlStash.store(
                    math_element(found[1], display=True, page=current_page(self.parser.md))
                )
                return True
        return False


class Embeds(Preprocessor):
    """`![[note]]` or `![[note#heading]]` on a line of its own becomes what stands there, without properties and title.

    What is embedded may embed in turn; a note that contains itself stays a link where it comes up again.
    """

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(md)
        self.vault = vault

    def run(self, lines: list[str]) -> list[str]:
        return list(self._embedded(lines, (current_page(self.md),)))

    def _embedded(self, lines: Iterable[str], within: tuple[str, ...]) -> Iterator[str]:
        fence = ""
        for line in lines:
            mark = FENCE.match(line)
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            found = None if fence else EMBED.fullmatch(line.strip())
            path = notes(self.vault).get(fold(found["target"])) if found else None
            if found is None or path is None:
                yield line
            elif path in within:
                yield line.replace("![[", "[[", 1)
            else:
                text = (self.vault / path).read_text(encoding="utf-8")
                yield ""
                yield from self._embedded(part(text, (found["anchor"] or "").lstrip("#")), (*within, path))
                yield ""


def part(note: str, heading: str) -> list[str]:
    """The lines of a note without its properties and title; only those below a heading, if one is named."""
    lines, wanted, level, fence = [], not heading, 0, ""
    for line in FRONT_MATTER.sub("", note, count=1).splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        head = None if fence else HEADING.match(line)
        if head and heading:
            if slug(head[2]) == slug(heading):
                wanted, level = True, len(head[1])
                continue
            wanted = wanted and len(head[1]) > level
        if wanted and not (head and len(head[1]) == 1):
            lines.append(line)
    return lines


class WikiLink(InlineProcessor):
    """`[[note#heading|words]]` becomes a link to the note's file; the host turns that into an address."""

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(LINK.pattern, md)
        self.vault = vault

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # type: ignore[override]
        target, anchor, shown = m["target"].strip(), m["anchor"] or "", (m["text"] or "").strip()
        if m["embed"] or not (target or anchor):
            return None, None, None
        page = current_page(self.md)
        path = notes(self.vault).get(fold(target)) if target else page
        element = ET.Element("a" if path else "span")
        element.text = shown or (target + anchor)
        if path is None:
            element.set("class", "kb-unresolved")
        else:
            link = posixpath.relpath(path, posixpath.dirname(page)) if path != page or not anchor else ""
            element.set("href", link + _fragment(anchor))
        return element, m.start(0), m.end(0)


def _fragment(anchor: str) -> str:
    return f"#{slug(anchor.rpartition('#')[2])}" if anchor else ""


def slug(heading: str, separator: str = "-") -> str:
    """The id of a heading: its letters and digits of any script, lower case, joined by dashes."""
    text = unicodedata.normalize("NFC", re.sub(r"<[^>]+>", "", heading)).strip().lower()
    return re.sub(r"\s+", separator, re.sub(r"[^\w\s-]", "", text))


class Heads(Treeprocessor):
    """The cells of a small table of three columns know their heads: where it is narrow, rows become cards, which have no heads."""

    def run(self, root: ET.Element) -> None:
        for table in root.iter("table"):
            heads = ["".join(head.itertext()).strip() for head in table.iter("th")]
            rows = [row for row in table.iter("tr") if row.find("td") is not None]
            if len(heads) != CARD_COLUMNS or len(rows) > FEW or any(row[1].find("code") is not None for row in rows):
                continue
            for row in rows:
                for head, cell in zip(heads[1:], row[1:], strict=False):
                    cell.set("data-head", head)


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
                if image.tag == "img" and source.endswith(".svg") and "://" not in source:
                    path = self.vault / posixpath.normpath(posixpath.join(posixpath.dirname(page), source))
                    if path.is_file():
                        self._replace(parent, place, image, path)
            alone = not (parent.text or "").strip() and all(child.tag == "figure" for child in parent)
            if parent.tag == "p" and len(parent) and alone:
                parent.tag = "div"
                parent.set("class", f"kb-figures kb-figures--{len(parent)}")

    def _replace(self, parent: ET.Element, place: int, image: ET.Element, path: Path) -> None:
        svg = path.read_text(encoding="utf-8")
        wide = (found := WIDTH.search(svg)) and float(found[1]) > WIDE
        figure = ET.Element("figure", {"class": "kb-figure kb-figure--wide", "tabindex": "0"} if wide else {"class": "kb-figure"})
        if kind := _playable(self.vault, int(time.monotonic())).get(path.stem):
            figure.set("data-kb-play", f"{kind}:{path.stem}")
            data = self.vault / "assets" / "play" / f"{path.stem}.{kind}.js"
            if room := ROOM.search(data.read_text(encoding="utf-8")[:300]):  # of what the script will add below the pictures
                parent.set("style", room[1])
        figure.text = self.md.htmlStash.store(set_in(svg, image.get("alt", ""), path.stem))
        figure.tail = image.tail
        parent[place] = figure


@lru_cache(maxsize=2)
def _playable(vault: Path, second: int) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    """The stem of every picture that can be played with, and the script that plays it."""
    names = sorted((path.name for path in vault.glob("assets/play/*.*.js")), reverse=True)
    return {name.split(".")[0]: name.split(".")[1] for name in names}


def set_in(svg: str, alt: str, stem: str) -> str:
    """An SVG file made fit for the inside of a page: its own ids, its alternative text, no palette of its own."""
    svg = re.sub(r"<style>:root\{.*?</style>", "", svg, count=1, flags=re.S)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{stem}-", svg)
    role = "group" if "<a " in svg else "img"  # what stands inside an img is not there for those who listen
    return svg.replace("<svg ", f'<svg role="{role}" aria-label="{html.escape(alt)}" ', 1).strip()


class Way(Treeprocessor):
    """The properties `up`, `prev` and `next` of a note, which are links, as ways to walk: above its title, and at its end."""

    def __init__(self, md: Markdown, vault: Path, words: Mapping[str, str]) -> None:
        super().__init__(md)
        self.vault, self.words = vault, words

    def run(self, root: ET.Element) -> None:
        page = current_page(self.md)
        if crumbs := list(self._up(page))[::-1]:
            way = ET.Element("nav", {"class": "kb-way", "aria-label": self.words.get("up", "")})
            for path, anchor, shown in crumbs:
                _step(ET.SubElement(way, "span"), page, path + anchor, shown)
            root.insert(0, way)
        steps = {key: found for key in ("prev", "next") if (found := self._link(page, key))}
        if steps:
            around = ET.SubElement(root, "nav", {"class": "kb-around", "aria-label": self.words.get("around", "")})
            for key, (path, anchor, shown) in steps.items():
                link = _step(around, page, path + anchor, shown)
                link.set("rel", key)
                link.text, small = "", ET.SubElement(link, "small")
                small.text, small.tail = self.words.get(key, ""), shown

    def _up(self, page: str) -> Iterator[tuple[str, str, str]]:
        """(path, fragment, words) of what lies above a note, the nearest first."""
        seen = {page}
        while (found := self._link(page, "up")) and found[0] not in seen:
            path, anchor, _ = found
            if anchor:
                yield found
            yield path, "", _head(self.vault, path).get("title", path)
            seen.add(path)
            page = path

    def _link(self, page: str, key: str) -> tuple[str, str, str] | None:
        """(path, fragment, words) of a property that is a link to a note."""
        found = LINK.fullmatch(_head(self.vault, page).get(key, ""))
        path = notes(self.vault).get(fold(found["target"])) if found else None
        return (path, _fragment(found["anchor"] or ""), found["text"] or found["target"]) if found and path else None


def _step(parent: ET.Element, page: str, target: str, shown: str) -> ET.Element:
    """A link from a page to a path of the vault."""
    link = ET.SubElement(parent, "a", {"href": posixpath.relpath(target, posixpath.dirname(page))})
    link.text = shown
    return link


def _head(vault: Path, page: str) -> Mapping[str, str]:
    """The properties of a note that are one quoted line each."""
    return _properties(vault / page, int(time.monotonic())) if page else {}


@lru_cache(maxsize=512)
def _properties(path: Path, second: int) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    head = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    return {match[1]: match[3] for match in PROPERTY.finditer(head[1])} if head else {}


class ObsidianExtension(Extension):
    """The processors above, on one vault."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "vault": ["docs", "folder of the notes"],
            "words": [{}, "what the ways are called: up, around, prev, next"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        vault = Path(self.getConfig("vault"))
        md.ESCAPED_CHARS.append("$")
        md.preprocessors.register(Embeds(md, vault), "kb_embeds", 27)
        md.inlinePatterns.register(InlineMath(r"(?<!\\)\$\$([^$]+?)\$\$", md, display=True), "kb_display_math", 186)
        md.inlinePatterns.register(InlineMath(INLINE_MATH, md, display=False), "kb_math", 185)
        md.inlinePatterns.register(WikiLink(md, vault), "kb_wikilink", 182)
        md.parser.blockprocessors.register(BlockMath(md.parser), "kb_block_math", 95)
        md.treeprocessors.register(Heads(md), "kb_heads", 16)
        md.treeprocessors.register(InlineSvg(md, vault), "kb_svg", 15)
        md.treeprocessors.register(Way(md, vault, self.getConfig("words")), "kb_way", 14)
        md.treeprocessors.register(Definitions(md, vault, current_page, inline_math), "kb_definitions", 12)
        md.treeprocessors.register(Origin(md, vault, current_page), "kb_origin", 4)  # when headings have their ids


def makeExtension(**kwargs: Any) -> ObsidianExtension:
    """Called by Python-Markdown."""
    return ObsidianExtension(**kwargs)
