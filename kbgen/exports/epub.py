"""A language as a book: EPUB 3 with MathML and SVG, a file an entry, listed by part and chapter.

EPUB is a ZIP archive of XHTML with a list of its files and one of its contents. The book has what pages show at first sight: what
they fold away, who mentions them and what asks a script is left to the site.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from posixpath import dirname, relpath
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from cmarkgfm import markdown_to_html_with_extensions as to_html

from kbgen.cache import Memo, digest
from kbgen.exports.pictures import in_print
from kbgen.exports.texts import PROMPT, Vault, anchor, beside, plain, written_anew
from kbgen.exports.zips import zipped
from kbgen.model import KnowledgeBase
from kbgen.pages import Book
from kbgen.tex import to_mathml

MIMETYPE = "mimetype"
FOLDED = re.compile(r"^([ \t]*)>[ \t]?\[!(?![^\]]*\|cards\])[^\]]+\]-.*(?:\n\1>.*)*", re.M)
"""A fold, unless it has a part of a table in it, which is no aside."""
ASKING = re.compile(r"^.*\]\([^()\s]*(?:-graph\.svg|tools/compare\.md#[^()\s]*)\).*$", re.M)
HOLE = re.compile("\ue000(\\d+)\ue001")
ALIGNED = re.compile(r' align="(\w+)"(?=>)')
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
MARKUP = re.compile(r"<[^<>]*>")
TAG = re.compile(r"<[^<>]*\ue000[^<>]*>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|#)\w+;")
AUTOLINK = re.compile(r"<((?:https?|mailto):[^\s<>]+)>")
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ANNOTATION = re.compile(r"<annotation.*?</annotation>|</?semantics>", re.S)
SIZES = {"math": {"displaystyle"}, "mtable": {"displaystyle"}, "mstyle": {"displaystyle", "scriptlevel"}}
"""Which elements of MathML 3, the one of EPUB, may say how large what is in them is; browsers let all of them."""
MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
LANGUAGE = {"zh": "zh-CN", "en": "en"}
UNDATED = "1980-01-01"
MEDIA = {
    ".css": "text/css", ".gif": "image/gif", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".xhtml": "application/xhtml+xml",
}  # fmt: skip
CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
STYLE = """\
body { line-height: 1.5 }
img { max-width: 100%; height: auto }
pre { font-size: 0.8em; white-space: pre-wrap }
table { border-collapse: collapse; font-size: 0.9em }
td, th { border-bottom: 1px solid; padding: 0.2em 0.5em; text-align: left; vertical-align: top }
blockquote { border-left: 3px solid; margin: 1em 0; padding-left: 1em }
nav ol { list-style: none }
"""
FEATURES = ("MathML", "alternativeText", "structuralNavigation", "tableOfContents")


@dataclass(frozen=True)
class Chapter:
    """The notes of a family or a group, in the order of reading; one without a name stands for its part."""

    part: str
    name: str
    paths: Sequence[str]


def chapters(book: Book, vault: Vault) -> Iterator[Chapter]:
    """Guides, then entries by kind and family, group or kind of rule, then the experiments."""
    config, kb = book.kb.config, book.kb
    yield from _folder(vault, "guides")
    parts = {"loss": "losses", "term": "terms", "optimizer": "optimizers"}
    for (kind, shelf), ids in sorted(book.shelves.items(), key=lambda item: _place(kb, *item[0])):
        paths = [path for id in ids if (path := f"{kb.folder(id)}/{id}.md") in vault.notes]
        yield Chapter(book.words(config.kinds[parts[kind]]), book.words(book.shelf_name((kind, shelf))), paths)
    yield from _folder(vault, "lab")


def _place(kb: KnowledgeBase, kind: str, shelf: str) -> tuple[int, int]:
    """Where a shelf stands among all: in the order of kb.yml."""
    order = {"loss": kb.config.families, "term": kb.config.groups, "optimizer": kb.config.kinds}
    return list(order).index(kind), list(order[kind]).index(shelf)


def _folder(vault: Vault, folder: str) -> Iterator[Chapter]:
    index = f"{folder}/index.md"
    paths = sorted(path for path in vault.notes if path.startswith(f"{folder}/") and path != index)
    if paths:
        yield Chapter(vault.title(index) if index in vault.notes else folder, "", paths)


def epub(book: Book, vault: Vault, memo: Memo) -> bytes:
    """The book of one language; pages that `memo` knows are not made again."""
    found = [chapter for chapter in chapters(book, vault) if chapter.paths]
    paths = [path for chapter in found for path in chapter.paths]
    cut = Vault(vault.folder, {path: _cut(book, text) for path, text in vault.notes.items()})
    kept = partial(_kept, memo)
    made = {path: _page(cut, path, frozenset(paths), kept, book.language) for path in paths}
    pages = {_name(path): text for path, (text, _) in made.items()}
    pictures = {picture for _, shown in made.values() for picture in shown}
    names = ["front.xhtml", "contents.xhtml", *pages, *sorted(pictures), "style.css"]
    files = {
        MIMETYPE: b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.encode(),
        "book/book.opf": _package(book, names, pages).encode(),
        "book/contents.xhtml": _contents(book, found, vault).encode(),
        "book/front.xhtml": _front(book).encode(),
        "book/style.css": STYLE.encode(),
        **{f"book/{name}": page.encode() for name, page in pages.items()},
        **{f"book/{name}": _picture(vault, name) for name in pictures},
    }
    return zipped(files, first=MIMETYPE)


def _cut(book: Book, text: str) -> str:
    """A note without what the book leaves out."""
    heading = book.words(book.kb.config.sections["loss"]["backlinks"])
    text = re.sub(rf"^## {re.escape(heading)}\n.*\Z", "", text, flags=re.M | re.S)
    return PROMPT.sub("", ASKING.sub("", FOLDED.sub("", text)))


def _picture(vault: Vault, name: str) -> bytes:
    path = vault.folder / name
    return in_print(path.read_text(encoding="utf-8")).encode() if path.suffix == ".svg" else path.read_bytes()


def _name(path: str) -> str:
    return path.removesuffix(".md") + ".xhtml"


def _kept(memo: Memo, text: str) -> str:
    return memo.get("epub", digest(text), lambda: rendered(text))


def _page(vault: Vault, path: str, inside: frozenset[str], kept: Callable[[str], str], language: str) -> tuple[str, set[str]]:
    """A note as XHTML, and the pictures that it shows; links out of the book become their words."""
    near, pictures = beside(path, "", ".xhtml"), set[str]()

    def address(to: str, fragment: str) -> str:
        if to.endswith(".md"):
            return near(to, fragment) if to in inside else ""
        if f".{to.rpartition('.')[2]}" not in MEDIA or not vault.holds(to):
            return ""
        pictures.add(to)
        return near(to, "")

    text = page(vault.title(path), kept(plain(vault, path, address)), relpath("style.css", dirname(path)), language)
    return text, pictures


def page(title: str, body: str, style: str, language: str) -> str:
    """A whole XHTML document."""
    tongue = LANGUAGE[language]
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html {XHTML} lang="{tongue}" xml:lang="{tongue}">'
        f'<head><title>{html.escape(title)}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>'
        f"<body>\n{UNREADABLE.sub('', body)}\n</body></html>\n"
    )


def rendered(text: str) -> str:
    """Plain Markdown as XHTML, mathematics as MathML. HTML in it becomes text: a book with one stray tag does not open."""
    formulas: list[str] = []

    def hold(sign: str) -> str:
        if not sign.startswith("$"):
            return sign
        formulas.append(sign)
        return f"\ue000{len(formulas) - 1}\ue001"

    def tex(match: re.Match[str]) -> str:
        return formulas[int(match[1])]

    def mathml(match: re.Match[str]) -> str:
        return _mathml(tex(match).strip("$"), display=tex(match).startswith("$$"))

    body = to_html(written_anew(text, _without_html, hold), extensions=["table"])
    body = _with_ids(ALIGNED.sub(r' style="text-align: \1;"', body), lambda words: HOLE.sub(tex, words))
    body = HOLE.sub(mathml, TAG.sub(lambda match: HOLE.sub("", match[0]), body))
    return _without_names(body)


def _with_ids(body: str, spelled: Callable[[str], str]) -> str:
    """Headings with the ids that links lead to; `spelled` writes formulas as those who link spell them."""
    taken: Counter[str] = Counter()

    def identified(match: re.Match[str]) -> str:
        level, words = match.groups()
        name = anchor(spelled(html.unescape(MARKUP.sub("", words)))) or "_"
        taken[name] += 1
        number = f"_{taken[name] - 1}" if taken[name] > 1 else ""
        return f'<h{level} id="{html.escape(name)}{number}">{words}</h{level}>'

    return HEADING.sub(identified, body)


def _without_names(text: str) -> str:
    """Signs in place of the names that HTML has for them, which XML does not know."""
    return ENTITY.sub(lambda match: html.escape(html.unescape(match[0])), text)


def _without_html(prose: str) -> str:
    return AUTOLINK.sub(r"[\1](\1)", prose).replace("<", "&lt;")


@cache
def _mathml(tex: str, *, display: bool) -> str:
    """A formula, with its TeX for those who hear it. Of the 24,500 in both books 4,200 are different."""
    found = _without_names(UNREADABLE.sub("", ANNOTATION.sub("", to_mathml(tex, display=display))))
    text = ET.tostring(_with_sizes_around(ET.fromstring(found)), encoding="unicode")  # noqa: S314  # made here
    return text.replace("<math", f'<math {MATHML} alttext="{html.escape(" ".join(tex.split()))}"', 1)


def _with_sizes_around(node: ET.Element) -> ET.Element:
    """An element of MathML in which a size that it may not state itself is stated by an `mstyle` around it."""
    node[:] = [_with_sizes_around(child) for child in node]
    moved = {name: node.attrib.pop(name) for name in SIZES["mstyle"] - SIZES.get(node.tag, set()) if name in node.attrib}
    if not moved:
        return node
    around = ET.Element("mstyle", dict(sorted(moved.items())))
    around.append(node)
    return around


def _front(book: Book) -> str:
    title, about = book.words(book.kb.config.site), book.words(book.kb.config.about)
    body = f"<h1>{html.escape(title)}</h1>\n<p>{html.escape(about)}</p>\n<p>CC BY 4.0</p>"
    return page(title, body, "style.css", book.language)


def _contents(book: Book, found: Sequence[Chapter], vault: Vault) -> str:
    """The list of contents, which readers show as a tree."""
    title = book.words(book.kb.config.site)
    parts: dict[str, list[Chapter]] = {}
    for chapter in found:
        parts.setdefault(chapter.part, []).append(chapter)
    tree = "".join(
        _branch(part, "".join(map(partial(_chapter, vault), within)), within[0].paths[0]) for part, within in parts.items()
    )
    body = f'<nav epub:type="toc" role="doc-toc"><h1>{html.escape(title)}</h1><ol>{tree}</ol></nav>'
    return page(title, body, "style.css", book.language)


def _branch(name: str, inside: str, path: str) -> str:
    return f'<li><a href="{_name(path)}">{html.escape(name)}</a><ol>{inside}</ol></li>\n'


def _chapter(vault: Vault, chapter: Chapter) -> str:
    items = "".join(f'<li><a href="{_name(path)}">{html.escape(vault.title(path))}</a></li>' for path in chapter.paths)
    return _branch(chapter.name, items, chapter.paths[0]) if chapter.name else items


def _package(book: Book, names: Sequence[str], pages: Mapping[str, str]) -> str:
    """What the book is, which files it has, and in which order they are read."""
    ids = {name: f"f{number}" for number, name in enumerate(names)}
    items = "".join(
        f'<item id="{ids[name]}" href="{html.escape(name)}" media-type="{MEDIA[name[name.rfind(".") :]]}"{_uses(name, pages)}/>\n'
        for name in names
    )
    spine = "".join(f'<itemref idref="{ids[name]}"/>' for name in names if name.endswith(".xhtml"))
    day = max((change.day for change in book.changes.values()), default=UNDATED)
    features = "".join(f'<meta property="schema:accessibilityFeature">{feature}</meta>' for feature in FEATURES)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{LANGUAGE[book.language]}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{uuid5(NAMESPACE_URL, f"kbgen {book.kb.config.site.en} {book.language}")}</dc:identifier>'
        f"<dc:title>{html.escape(book.words(book.kb.config.site))}</dc:title><dc:language>{LANGUAGE[book.language]}</dc:language>"
        f"<dc:description>{html.escape(book.words(book.kb.config.about))}</dc:description><dc:rights>CC BY 4.0</dc:rights>"
        f'<meta property="dcterms:modified">{day}T00:00:00Z</meta><meta property="schema:accessMode">textual</meta>'
        f'<meta property="schema:accessMode">visual</meta>{features}</metadata>\n'
        f"<manifest>\n{items}</manifest>\n<spine>{spine}</spine></package>\n"
    )


def _uses(name: str, pages: Mapping[str, str]) -> str:
    """What a reader has to know of a file beforehand."""
    if name == "contents.xhtml":
        return ' properties="nav"'
    return ' properties="mathml"' if "<math" in pages.get(name, "") else ""
