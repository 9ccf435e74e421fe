"""Obsidian's Markdown for Python-Markdown: [[links]], mathematics as MathML, SVG pictures set into the page, terms marked.

Usable alone in any MkDocs project: `markdown_extensions: [kbgen.obsidian: {vault: docs}]`. Both hosts load it; it knows the page it
works on from whichever of them is running.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from kbgen.obsidian.breaks import breaks_are_visible
from kbgen.obsidian.callouts import Callouts
from kbgen.obsidian.comments import Comments
from kbgen.obsidian.diagrams import DiagramLinks, Diagrams
from kbgen.obsidian.embeds import Embeds
from kbgen.obsidian.footnotes import InlineNotes
from kbgen.obsidian.formulas import INLINE_MATH, BlockMath, InlineMath, inline_math
from kbgen.obsidian.heads import Leftover, PageClasses
from kbgen.obsidian.kept import bring
from kbgen.obsidian.lists import Lists
from kbgen.obsidian.marking import Definitions
from kbgen.obsidian.page import PageError, current_page
from kbgen.obsidian.pictures import InlineSvg
from kbgen.obsidian.safe import Mark, SafeAddresses, SafeBlocks, SafeTags
from kbgen.obsidian.settled import Settled
from kbgen.obsidian.tables import Heads
from kbgen.obsidian.tags import Tags
from kbgen.obsidian.tasks import Tasks
from kbgen.obsidian.vault import slug
from kbgen.obsidian.ways import Way
from kbgen.obsidian.wikilinks import WikiLink

__all__ = ["ObsidianExtension", "PageError", "makeExtension", "slug"]


class ObsidianExtension(Extension):
    """The processors above, on one vault."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "vault": ["docs", "folder of the notes"],
            "words": [
                {},
                "what the ways are called: up, around, prev, next; open, done: the state of a task; footnote: the way back",
            ],
            "html": ["safe", "safe: HTML in notes passes an allow-list; raw: it is left as it is"],
            "line_breaks": ["auto", "visible or strict; auto: as the settings of the vault say, visible if they say nothing"],
            "tags": ["", "the note whose headings are the tags; a note tags/<tag> goes before it"],
            "page_classes": [True, "put cssclasses around the page; False if the theme does"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        vault = Path(self.getConfig("vault"))
        words = self.getConfig("words")
        bring(md, words, visible_breaks=breaks_are_visible(self.getConfig("line_breaks"), vault))
        md.preprocessors.register(Embeds(md, vault), "kb_embeds", 27)
        md.inlinePatterns.register(InlineMath(r"(?<!\\)\$\$([^$]+?)\$\$", md, display=True), "kb_display_math", 186)
        md.inlinePatterns.register(InlineMath(INLINE_MATH, md, display=False), "kb_math", 185)
        md.inlinePatterns.register(WikiLink(md, vault), "kb_wikilink", 182)
        md.parser.blockprocessors.register(BlockMath(md.parser), "kb_block_math", 95)
        md.treeprocessors.register(Heads(md), "kb_heads", 16)
        md.treeprocessors.register(InlineSvg(md, vault), "kb_svg", 15)
        md.treeprocessors.register(Way(md, vault, self.getConfig("words")), "kb_way", 14)
        md.treeprocessors.register(Definitions(md, vault, current_page, inline_math), "kb_definitions", 12)
        md.preprocessors.register(Leftover(md), "kb_leftover", 29)
        md.preprocessors.register(Comments(md), "kb_comments", 28)
        md.preprocessors.register(Diagrams(md), "kb_diagrams", 26)
        md.preprocessors.register(Lists(md), "kb_lists", 15)
        md.inlinePatterns.register(Tags(md, vault, self.getConfig("tags")), "kb_tag", 70)
        md.treeprocessors.register(Settled(md), "kb_settled", 20.1)
        md.treeprocessors.register(Tasks(md, words), "kb_tasks", 25)
        md.treeprocessors.register(DiagramLinks(md, vault), "kb_diagram_links", 17.5)
        md.treeprocessors.register(Callouts(md), "kb_callouts", 19.995)
        md.treeprocessors.register(InlineNotes(md), "kb_inline_notes", 19.5)
        if self.getConfig("html") != "raw":
            self._make_safe(md)
        if self.getConfig("page_classes"):
            md.treeprocessors.register(PageClasses(md, vault), "kb_page_classes", -10)

    def _make_safe(self, md: Markdown) -> None:
        mark = Mark(md)
        md.preprocessors.register(mark, "kb_safe_mark", 20.5)
        md.preprocessors.register(SafeBlocks(md, mark), "kb_safe_blocks", 19.5)
        md.inlinePatterns.register(SafeTags(md), "html", 90)
        md.treeprocessors.register(SafeAddresses(md), "kb_safe_addresses", 1)


def makeExtension(**kwargs: Any) -> ObsidianExtension:
    """Called by Python-Markdown."""
    return ObsidianExtension(**kwargs)
