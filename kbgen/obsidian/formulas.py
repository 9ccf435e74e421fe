"""`$…$` and `$$…$$` as MathML."""

import re
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor

from kbgen.obsidian.page import PageError, current_page
from kbgen.tex import TexError, displayed, to_mathml

INLINE_MATH = r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\d$])((?:[，。；：、！？）”]|[.,;:!?)]+(?=\s|$))?)"
DISPLAY_MATH = r"(?<!\\)\$\$([^$]+?)\$\$"
BLOCK_MATH = re.compile(r"\s*\$\$(.+?)\$\$\s*", re.S)


def math_element(tex: str, *, display: bool, page: str) -> str:
    """The HTML of a formula. Raises PageError with the place of a slip."""
    try:
        return displayed(tex) if display else to_mathml(tex)
    except TexError as error:
        raise PageError(f"{page}: TeX at character {error.position + 1}: {error}\n    {tex.strip()}") from None


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
        if m.lastindex == 2 and m[2]:  # punctuation may not start a line; a browser would break before it
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
