"""Coloured code with fewer elements."""

import re

from markdown import Markdown
from markdown.postprocessors import Postprocessor

HIGHLIGHTED = re.compile(r'<(?:div|code|table) class="[^"]*\bhighlight')


class Bare(Postprocessor):
    """Takes the elements of some kinds of tokens away, those that look like plain text: most of what a listing consists of.

    `kinds` are classes of Pygments, such as n (names), o (operators), p (punctuation) and w (blanks).
    """

    def __init__(self, md: Markdown, kinds: str) -> None:
        super().__init__(md)
        self.token = re.compile(rf'<span class="(?:{"|".join(map(re.escape, kinds.split()))})">([^<]*)</span>')

    def run(self, text: str) -> str:
        blocks = self.md.htmlStash.rawHtmlBlocks
        blocks[:] = [self.token.sub(r"\1", b) if isinstance(b, str) and HIGHLIGHTED.match(b) else b for b in blocks]
        return text
