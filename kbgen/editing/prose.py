"""A text as a reader sees it: what is no prose is covered by signs of the same length, so that places stay the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kbgen.links import CODE_OR_MATH, Link, find_links
from kbgen.notes import FRONT_MATTER

OPEN, CLOSE, SOLID, HIDDEN = "\0", "\2", "\1", "\3"
"""The head of a link, its end, mathematics or code, and what is no text at all."""
NOT_PROSE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,}).*?(?:^[ \t>]*(?P=fence)|\Z)"  # a block of code
    r"|^[ \t]*#{1,6}[ \t][^\n]*|^[^\n]*\n[ \t]*(?:=+|-+)[ \t]*$"  # a heading
    r"|^[ \t]*>[ \t>]*\[![^\]]*\][^\n]*"  # the title of a callout
    r"|%%.*?%%|<!--.*?-->|<(?P<tag>a|code|kbd|pre|script|style)\b.{0,1000}?</(?P=tag)>|<[^<>\n]+>"
    r"|!?\[[^\[\]\n]*\]\([^()\n]*\)|!\[\[[^\[\]\n]*\]\]|^\[[^\]\n]+\]:[^\n]*|https?://\S+|\*(?!\*)[^*\n]+\*(?!\*)",
    re.S | re.M,
)
"""What is no running text in a note: nothing is linked or mended in there. Words in italics are titles, or set apart already."""


@dataclass(frozen=True)
class Edit:
    """Put `new` in place of what stands from `start` to `end`; `rule` wants it."""

    start: int
    end: int
    new: str
    rule: str = ""


def apply(text: str, edits: list[Edit]) -> str:
    """The text with edits that do not overlap."""
    out, last = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        out += [text[last : edit.start], edit.new]
        last = edit.end
    return "".join([*out, text[last:]])


def cover(text: str, shown: Callable[[Link], str]) -> str:
    """A text of an entry with mathematics, code and the targets of links covered. `shown` says what a link without words shows."""
    links = list(find_links(text))
    signs = list(CODE_OR_MATH.sub(lambda match: SOLID * len(match[0]), text))
    for link in links:
        words = link.end - 2 - len(link.text) if link.text else link.end - 2
        signs[link.start : link.end - 2] = OPEN * (words - link.start) + text[words : link.end - 2]
        signs[link.end - 2 : link.end] = CLOSE * 2
        if not link.text and (name := shown(link)):
            signs[link.start + 2 : words] = name[0] + HIDDEN * (words - link.start - 4) + name[-1:] * (words > link.start + 3)
    return "".join(signs)


def cover_note(text: str, shown: Callable[[Link], str]) -> str:
    """A Markdown note covered like a text of an entry, its properties, headings and blocks of code as well."""
    signs = list(cover(text, shown))
    spans = [match.span() for match in NOT_PROSE.finditer(text)]
    if head := FRONT_MATTER.match(text):
        spans.append(head.span())
    for start, end in spans:
        signs[start:end] = [sign if sign == "\n" else HIDDEN for sign in text[start:end]]
    return "".join(signs)
