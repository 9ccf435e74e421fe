"""Obsidian's Markdown for Python-Markdown: [[links]], mathematics as MathML, SVG pictures set into the page, terms marked.

Usable alone in any MkDocs project: `markdown_extensions: [kbgen.obsidian: {vault: docs}]`. Both hosts load it; it knows the page it
works on from whichever of them is running.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from kbgen.obsidian.blocks import Blocks
from kbgen.obsidian.embeds import Embed, Embeds
from kbgen.obsidian.facts import asked
from kbgen.obsidian.formulas import DISPLAY_MATH, INLINE_MATH, BlockMath, InlineMath, inline_math
from kbgen.obsidian.marking import Definitions
from kbgen.obsidian.origin import Origin
from kbgen.obsidian.outline import RawHeadings
from kbgen.obsidian.outside import Outside
from kbgen.obsidian.page import PageError, current_page
from kbgen.obsidian.pictures import InlineSvg, Sizes
from kbgen.obsidian.tables import Heads
from kbgen.obsidian.vault import slug
from kbgen.obsidian.ways import Way
from kbgen.obsidian.wikilinks import Links, WikiLink

__all__ = ["ObsidianExtension", "PageError", "makeExtension", "slug"]


class ObsidianExtension(Extension):
    """The processors above, on one vault."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "vault": ["docs", "folder of the notes"],
            "words": [{}, "what the ways are called: up, around, prev, next; and boxes: missing, canvas, base, file, query"],
            "titles": [True, "whether an embed shows the heading that it names, or the title of its note, as in Obsidian"],
            "facts": [
                "",
                "file for what leads where, what does not, and tags; or set the variable KBGEN_FACTS to a folder",
            ],
            "hover": [True, "whether a link with words of its own shows the name of its note on hover"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        vault, words = Path(self.getConfig("vault")), self.getConfig("words")
        md.ESCAPED_CHARS.append("$")
        md.preprocessors.register(Outside(md, words), "kb_outside", 27)
        md.inlinePatterns.register(InlineMath(DISPLAY_MATH, md, display=True), "kb_display_math", 186)
        md.inlinePatterns.register(InlineMath(INLINE_MATH, md, display=False), "kb_math", 185)
        md.inlinePatterns.register(WikiLink(md, vault, hover=self.getConfig("hover")), "kb_wikilink", 188)
        md.inlinePatterns.register(Embed(md, vault, words), "kb_embed", 187)
        md.parser.blockprocessors.register(BlockMath(md.parser), "kb_block_math", 95)
        md.treeprocessors.register(Blocks(md), "kb_blocks", 22)
        md.treeprocessors.register(RawHeadings(md), "kb_headings", 21)
        md.treeprocessors.register(Links(md, vault, asked(self.getConfig("facts"), vault)), "kb_links", 18)
        md.treeprocessors.register(Heads(md), "kb_heads", 16)
        md.treeprocessors.register(Sizes(md), "kb_sizes", 15.5)
        md.treeprocessors.register(InlineSvg(md, vault), "kb_svg", 15)
        md.treeprocessors.register(Embeds(md, vault, words, titles=self.getConfig("titles")), "kb_embeds", 14.5)
        md.treeprocessors.register(Way(md, vault, words), "kb_way", 14)
        md.treeprocessors.register(Definitions(md, vault, current_page, inline_math), "kb_definitions", 12)
        md.treeprocessors.register(Origin(md, vault, current_page), "kb_origin", 4)  # when headings have their ids


def makeExtension(**kwargs: Any) -> ObsidianExtension:
    """Called by Python-Markdown."""
    return ObsidianExtension(**kwargs)
