"""Code blocks that plugins of Obsidian run: a page says that they stand there, and does not print them."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from kbgen.obsidian.media import BLOCK, box

PLUGINS = frozenset({"base", "dataview", "dataviewjs", "query", "tasks"})
FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[ ]*(?P<language>[\w-]*)[^\n`]*\n.*?(?:^(?P=fence)[`~]*[ ]*$|\Z)", re.M | re.S)


class Outside(Preprocessor):
    """Runs before fences are taken out, and walks over all of them, so that a fence within a longer fence is left alone."""

    def __init__(self, md: Markdown, words: Mapping[str, str]) -> None:
        super().__init__(md)
        self.words = words

    def run(self, lines: list[str]) -> list[str]:
        return FENCE.sub(self._replaced, "\n".join(lines)).split("\n")

    def _replaced(self, fence: re.Match[str]) -> str:
        if fence["language"] not in PLUGINS:
            return fence[0]
        element = box(self.words, "query", fence["language"])
        del element.attrib[BLOCK]
        return f"\n{self.md.htmlStash.store(ET.tostring(element, encoding='unicode', method='html'))}\n"
