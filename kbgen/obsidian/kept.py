"""The kept extensions that read the rest of Obsidian's Markdown: whoever loads ours needs no list of them."""

from collections.abc import Iterator, Mapping

from markdown.extensions import Extension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from pymdownx.betterem import BetterEmExtension
from pymdownx.mark import MarkExtension
from pymdownx.quotes import QuotesExtension
from pymdownx.saneheaders import SaneHeadersExtension
from pymdownx.superfences import SuperFencesCodeExtension
from pymdownx.tilde import DeleteSubExtension

from kbgen.obsidian.diagrams import FENCE
from kbgen.obsidian.footnotes import Footnotes


def kept(words: Mapping[str, str], *, visible_breaks: bool) -> Iterator[Extension]:
    """Each with the settings that Obsidian's rules need. A project that names one of them itself, after ours, gets its own."""
    yield TableExtension()
    yield Footnotes(BACKLINK_TITLE=words["footnote"]) if "footnote" in words else Footnotes()
    yield SaneListExtension()
    yield SaneHeadersExtension()  # `#word` is a tag, not a heading
    yield BetterEmExtension(smart_enable="underscore")
    yield MarkExtension()
    yield DeleteSubExtension(subscript=False)
    yield QuotesExtension(callouts=True)
    yield SuperFencesCodeExtension(custom_fences=[FENCE])
    if visible_breaks:
        yield Nl2BrExtension()
