"""Obsidian's Markdown for Python-Markdown: [[links]], mathematics as MathML, SVG pictures set into the page, terms marked.

Usable alone in any MkDocs project: `markdown_extensions: [kbgen.obsidian: {vault: docs}]`. Both hosts load it; it knows the page it
works on from whichever of them is running.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from kbgen.obsidian.embeds import Embeds
from kbgen.obsidian.formulas import INLINE_MATH, BlockMath, InlineMath, inline_math
from kbgen.obsidian.marking import Definitions
from kbgen.obsidian.page import PageError, current_page
from kbgen.obsidian.pictures import InlineSvg
from kbgen.obsidian.tables import Heads
from kbgen.obsidian.vault import slug
from kbgen.obsidian.ways import Way
from kbgen.obsidian.wikilinks import WikiLink

__all__ = ["ObsidianExtension", "PageError", "makeExtension", "slug"]


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


def makeExtension(**kwargs: Any) -> ObsidianExtension:
    """Called by Python-Markdown."""
    return ObsidianExtension(**kwargs)
