"""The grammar of [[links]]: find them, name their parts, show the sentence they stand in. Knows no host and no page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CODE_OR_MATH = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\$\$.*?\$\$|(?<!\\)\$(?!\s)[^$\n]*?(?<!\s)\$(?!\d)", re.S)
LINK = re.compile(r"(?<!\\)(?P<embed>!?)\[\[(?P<target>[^\[\]|#\n]*?)(?P<anchor>#[^\[\]|\n]*?)?(?:\\?\|(?P<text>[^\[\]\n]*))?\]\]")
SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z\[$“\"(])|\n\s*\n")


@dataclass(frozen=True)
class Link:
    """`[[target#anchor|text]]`, and where it stands in its text."""

    target: str
    anchor: str
    text: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        """What a reader sees if nobody knows a better name."""
        return self.text or self.target + self.anchor


def find_links(text: str) -> Iterator[Link]:
    """Every link of a text, in order; none inside code or mathematics."""
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    for match in LINK.finditer(text):
        if not any(start <= match.start() < end for start, end in covered) and not match["embed"]:
            parts = (match["target"].strip(), match["anchor"] or "", match["text"] or "")
            if parts[0] or parts[1]:
                yield Link(*parts, *match.span())


def replace_links(text: str, write: Callable[[Link], str]) -> str:
    """The text with every link written anew by `write`."""
    out, last = [], 0
    for link in find_links(text):
        out += [text[last : link.start], write(link)]
        last = link.end
    return "".join([*out, text[last:]])


def sentence_around(text: str, position: int) -> str:
    """The sentence of `text` that covers `position`, on one line."""
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    cuts = [m.end() for m in SENTENCE_END.finditer(text) if not any(a < m.start() < b for a, b in covered)]
    start = max([0, *(cut for cut in cuts if cut <= position)])
    end = min([len(text), *(cut for cut in cuts if cut > position)])
    return " ".join(text[start:end].split())
