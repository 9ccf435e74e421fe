"""`![[note]]`: what stands in another note, set in."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from kbgen.links import fold
from kbgen.notes import FRONT_MATTER
from kbgen.obsidian.page import current_page
from kbgen.obsidian.vault import notes, slug

EMBED = re.compile(r"!\[\[(?P<target>[^\[\]|#\n]+)(?P<anchor>#[^\[\]|\n]*)?\]\]")
FENCE = re.compile(r"\s*(```+|~~~+)")
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")


class Embeds(Preprocessor):
    """`![[note]]` or `![[note#heading]]` on a line of its own becomes what stands there, without properties and title.

    What is embedded may embed in turn; a note that contains itself stays a link where it comes up again.
    """

    def __init__(self, md: Markdown, vault: Path) -> None:
        super().__init__(md)
        self.vault = vault

    def run(self, lines: list[str]) -> list[str]:
        return list(self._embedded(lines, (current_page(self.md),)))

    def _embedded(self, lines: Iterable[str], within: tuple[str, ...]) -> Iterator[str]:
        fence = ""
        for line in lines:
            mark = FENCE.match(line)
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            found = None if fence else EMBED.fullmatch(line.strip())
            path = notes(self.vault).get(fold(found["target"])) if found else None
            if found is None or path is None:
                yield line
            elif path in within:
                yield line.replace("![[", "[[", 1)
            else:
                text = (self.vault / path).read_text(encoding="utf-8")
                yield ""
                yield from self._embedded(part(text, (found["anchor"] or "").lstrip("#")), (*within, path))
                yield ""


def part(note: str, heading: str) -> list[str]:
    """The lines of a note without its properties and title; only those below a heading, if one is named."""
    lines, wanted, level, fence = [], not heading, 0, ""
    for line in FRONT_MATTER.sub("", note, count=1).splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        head = None if fence else HEADING.match(line)
        if head and heading:
            if slug(head[2]) == slug(heading):
                wanted, level = True, len(head[1])
                continue
            wanted = wanted and len(head[1]) > level
        if wanted and not (head and len(head[1]) == 1):
            lines.append(line)
    return lines
