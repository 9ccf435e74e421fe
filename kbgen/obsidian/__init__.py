"""Obsidian's Markdown for Python-Markdown: [[links]], mathematics as MathML, SVG pictures set into the page, terms marked.

Usable alone in any MkDocs project: `markdown_extensions: [kbgen.obsidian: {vault: docs}]`. Both hosts load it; it knows the page it
works on from whichever of them is running.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from kbgen.obsidian.blocks import Blocks
from kbgen.obsidian.breaks import breaks_are_visible
from kbgen.obsidian.callouts import Callouts
from kbgen.obsidian.comments import Comments
from kbgen.obsidian.diagrams import DiagramLinks, Diagrams
from kbgen.obsidian.embeds import Embed, Embeds
from kbgen.obsidian.facts import asked
from kbgen.obsidian.footnotes import InlineNotes
from kbgen.obsidian.formulas import DISPLAY_MATH, INLINE_MATH, BlockMath, InlineMath, inline_math
from kbgen.obsidian.heads import Leftover, PageClasses
from kbgen.obsidian.kept import bring
from kbgen.obsidian.lists import Lists
from kbgen.obsidian.marking import Definitions
from kbgen.obsidian.origin import Origin
from kbgen.obsidian.outline import RawHeadings
from kbgen.obsidian.outside import Outside
from kbgen.obsidian.page import PageError, current_page
from kbgen.obsidian.pictures import InlineSvg, Sizes
from kbgen.obsidian.safe import Mark, SafeAddresses, SafeBlocks, SafeTags
from kbgen.obsidian.settled import Lines
from kbgen.obsidian.tables import Boxes, Heads
from kbgen.obsidian.tags import Tags
from kbgen.obsidian.tasks import Tasks
from kbgen.obsidian.units import BEFORE_PERCENT, Percent
from kbgen.obsidian.vault import slug
from kbgen.obsidian.ways import Way
from kbgen.obsidian.wikilinks import Links, WikiLink

__all__ = ["ObsidianExtension", "PageError", "makeExtension", "slug"]


class ObsidianExtension(Extension):
    """The processors above, on one vault."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "vault": ["docs", "folder of the notes"],
            "words": [
                {},
                "up, around, prev, next: ways; open, done: tasks; footnote: back; missing, canvas, base, file, query: boxes",
            ],
            "html": ["safe", "safe: HTML in notes passes an allow-list; raw: it is left as it is"],
            "line_breaks": ["auto", "visible or strict; auto: as the settings of the vault say, visible if they say nothing"],
            "tags": ["", "the note whose headings are the tags; a note tags/<tag> goes before it"],
            "page_classes": [True, "put cssclasses around the page; False if the theme does"],
            "titles": [True, "whether an embed shows the heading that it names, or the title of its note, as in Obsidian"],
            "facts": [
                "",
                "file for what leads where, what does not, and tags; or set the variable KBGEN_FACTS to a folder",
            ],
            "boxes": [False, "put the boxes of Material around tables, whose script then need not do it"],
            "hover": [True, "whether a link with words of its own shows the name of its note on hover"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        vault = Path(self.getConfig("vault"))
        words = self.getConfig("words")
        bring(md, words, visible_breaks=breaks_are_visible(self.getConfig("line_breaks"), vault))
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
        md.preprocessors.register(Leftover(md), "kb_leftover", 29)
        md.preprocessors.register(Comments(md), "kb_comments", 28)
        md.preprocessors.register(Diagrams(md), "kb_diagrams", 26)
        md.preprocessors.register(Lists(md), "kb_lists", 15)
        md.inlinePatterns.register(Percent(BEFORE_PERCENT, md), "kb_percent", 60)
        md.inlinePatterns.register(Tags(md, vault, self.getConfig("tags")), "kb_tag", 70)
        md.treeprocessors.register(Lines(md), "inline", 20)
        md.treeprocessors.register(Tasks(md, words), "kb_tasks", 25)
        md.treeprocessors.register(DiagramLinks(md, vault), "kb_diagram_links", 17.5)
        md.treeprocessors.register(Callouts(md), "kb_callouts", 19.995)
        md.treeprocessors.register(InlineNotes(md), "kb_inline_notes", 19.5)
        if self.getConfig("boxes"):
            md.treeprocessors.register(Boxes(md), "kb_boxes", 3)
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
