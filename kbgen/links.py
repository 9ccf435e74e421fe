"""The grammar of [[links]]: find them, resolve them, show the sentence they stand in. Knows no host and no folder."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

CODE_OR_MATH = re.compile(r"`(?<!``)(`*+).*?(?<!`)`\1(?!`)|\$\$.*?\$\$|\$(?<!\\\$)(?!\s)[^$\n]*?(?<!\s)\$(?!\d)", re.S)
LINK = re.compile(
    r"(?:!(?<!\\!)(?P<embed>\[\[)|\[(?<!\\\[)\[)(?P<target>[^\[\]|#\n]*?)(?P<anchor>#[^\[\]|\n]*?)?(?:\\?\|(?P<text>[^\[\]\n]*))?\]\]"
)
"""Every branch of both begins with the sign itself, and looks back then: so `re` skips what is neither, three times as fast."""
SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z\[$“\"(])|\n\s*\n")

TOOLS = frozenset({"tools/cards", "tools/chooser", "tools/compare", "tools/fit", "tools/optimizers"})
"""Pages without an entry that texts of entries may link to."""


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
    if "[[" not in text:
        return
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


def fold(name: str) -> str:
    """The form in which two spellings of a note's name are equal."""
    return unicodedata.normalize("NFC", name).casefold().removesuffix(".md").strip("/ ")


def targets(notes: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Every way to name a note, folded, with its path: the path, the tails of the path, its aliases.

    `notes` maps paths to aliases. Names win over aliases, short paths over long ones.
    """
    by_name: dict[str, str] = {}
    by_alias: dict[str, str] = {}
    for path, aliases in sorted(notes.items(), key=lambda note: (note[0].count("/"), note[0])):
        parts = path.removesuffix(".md").split("/")
        for start in range(len(parts)):
            by_name.setdefault(fold("/".join(parts[start:])), path)
        for alias in aliases:
            by_alias.setdefault(fold(alias), path)
    return {**by_alias, **by_name}
