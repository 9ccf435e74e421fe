"""HTML in notes, made safe before it becomes part of a page: see kbgen.safety.

Only what people wrote passes through here. What this extension makes (MathML, drawings, code) is put aside later.
"""

import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import HTML_RE, HtmlInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from kbgen.obsidian.reports import report
from kbgen.safety import DROPPED_WHOLE, clean, clean_tag, is_program, refused

WHOLE = rf"<(?P<whole>(?i:{'|'.join(sorted(DROPPED_WHOLE))}))\b[^>]*>.*?</(?i:(?P=whole))\s*>"
ADDRESSES = {"a": "href", "img": "src", "area": "href", "audio": "src", "video": "src", "source": "src"}


class Mark(Preprocessor):
    """Notes how much has been put aside before blocks of HTML are."""

    count = 0

    def run(self, lines: list[str]) -> list[str]:
        self.count = self.md.htmlStash.html_counter
        return lines


class SafeBlocks(Preprocessor):
    """Cleans the blocks of HTML that were put aside since the mark, whichever extension did it."""

    def __init__(self, md: Markdown, mark: Mark) -> None:
        super().__init__(md)
        self.mark = mark

    def run(self, lines: list[str]) -> list[str]:
        blocks = self.md.htmlStash.rawHtmlBlocks
        for place in range(self.mark.count, len(blocks)):
            block = blocks[place]
            if isinstance(block, str):
                tell(self.md, block)
                blocks[place] = clean(block)
        return lines


class SafeTags(HtmlInlineProcessor):
    """Single tags inside a line; what goes together with its content goes."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(rf"{HTML_RE}|{WHOLE}", md)
        self.compiled_re = re.compile(rf"{WHOLE}|{HTML_RE}", re.S)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        written = self.backslash_unescape(self.unescape(m[0]))
        tell(self.md, written)
        return self.md.htmlStash.store("" if m["whole"] else clean_tag(written)), m.start(), m.end()


class SafeAddresses(Treeprocessor):
    """Links and pictures of Markdown whose address is a program are neither; handlers that `attr_list` brings are dropped."""

    def run(self, root: ET.Element) -> None:
        for tag, name in ADDRESSES.items():
            for element in list(root.iter(tag)):
                if is_program(element.get(name, "").replace(AMP_SUBSTITUTE, "&")):
                    element.tag, element.attrib = "span", {}  # not a link without address: hosts look for one
                    report(self.md, f"the address of <{tag}> is a program and was dropped")
        if "attr_list" in self.md.treeprocessors:
            for element in root.iter():
                for handler in handlers(element):
                    del element.attrib[handler]
                    report(self.md, f"{handler} of <{element.tag}> was dropped")


def handlers(element: ET.Element) -> list[str]:
    """The attributes that would run, other than the alignment of cells, which tables bring."""
    return [name for name in element.attrib if name.lower().startswith("on") or name.lower() in {"srcdoc", "formaction"}]


def tell(md: Markdown, fragment: str) -> None:
    """Report what of a fragment will be dropped."""
    for _, what in refused(fragment):
        report(md, f"{what} is not on the list of safe HTML and was dropped")
