"""The kept extensions that read the rest of Obsidian's Markdown: whoever loads ours needs no list of them."""

from collections.abc import Iterator, Mapping

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from pymdownx.betterem import BetterEmExtension
from pymdownx.delimiterprocessor import Delimiter
from pymdownx.quotes import QuotesExtension
from pymdownx.saneheaders import SaneHeadersExtension
from pymdownx.superfences import SuperFencesCodeExtension

from kbgen.obsidian.footnotes import Footnotes


def bring(md: Markdown, words: Mapping[str, str], *, visible_breaks: bool) -> None:
    """Load them all; highlights and strokes follow the rules of bold."""
    for extension in kept(words, visible_breaks=visible_breaks):
        extension.extendMarkdown(md)
    for sign, tag in {"=": "mark", "~": "del"}.items():
        md.inlinePatterns["delimiter"].add(Delimiter(sign, tag, double=True, punct=False))  # type: ignore[attr-defined]
    md.ESCAPED_CHARS.extend("$%=~^|")


def kept(words: Mapping[str, str], *, visible_breaks: bool) -> Iterator[Extension]:
    """Each with the settings that Obsidian's rules need. A project that names one of them itself, after ours, gets its own."""
    yield TableExtension()
    yield Footnotes(BACKLINK_TITLE=words["footnote"]) if "footnote" in words else Footnotes()
    yield SaneListExtension()
    yield SaneHeadersExtension()  # `#word` is a tag, not a heading
    yield BetterEmExtension(smart_enable="underscore", punctuation=False)  # `**字（注）**字` is bold
    yield QuotesExtension(callouts=True)
    yield SuperFencesCodeExtension()
    if visible_breaks:
        yield Nl2BrExtension()
