"""Speed: the reader of what stands in lines asks those patterns only whose signs stand there."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

SIGNS: Mapping[str, str] = {
    "backtick": "`", "kb_wikilink": "[", "kb_embed": "[", "kb_display_math": "$", "kb_math": "$", "escape": "\\", "footnote": "[",
    "reference": "[", "link": "[", "image_link": "[", "image_reference": "[", "short_reference": "[", "short_image_ref": "[",
    "autolink": "<", "automail": "<", "linebreak": "\n", "html": "<", "entity": "&", "kb_tag": "#", "delimiter": "*_=~",
    "kb_percent": "%",
}  # fmt: skip
"""A pattern matches nowhere in a text without one of its signs. A pattern that is not named is asked always."""


class Lines(InlineProcessor):
    """Reads lines as Python-Markdown does, and knows its patterns as a list: a registry sorts itself at each look-up."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._signs: list[frozenset[str]] = []
        self._all: frozenset[str] = frozenset()

    def run(self, tree: ET.Element, ancestors: Any = None) -> Any:
        """Read all lines of a page."""
        self.inlinePatterns: Any = list(self.md.inlinePatterns)
        self._signs = [frozenset()] * len(self.inlinePatterns)
        for name, signs in SIGNS.items():
            if name in self.md.inlinePatterns:
                self._signs[self.md.inlinePatterns.get_index_for_name(name)] = frozenset(signs)
        self._all = frozenset().union(*self._signs) if all(self._signs) else frozenset()
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, place: int = 0) -> str:
        """The base class calls this by its mangled name. No pattern is asked about what an earlier one has taken out."""
        if isinstance(data, AtomicString) or (self._all and self._all.isdisjoint(data)):  # two of three texts
            return data
        start, there, changed = 0, set(data), False
        ask = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        while place < len(self._signs):
            signs, matched = self._signs[place], False
            if not signs or not signs.isdisjoint(there):
                data, matched, start = ask(self.inlinePatterns[place], data, place, start)
            if matched:
                changed = True
            else:
                place += 1
                if changed:
                    there, changed = set(data), False
        return data
