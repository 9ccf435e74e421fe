"""Lists as CommonMark and Obsidian read them: Python-Markdown wants four blanks a level, an empty line before, and a full stop.

By now code and HTML have been put aside, so every line that is left is text.
"""

import re
from dataclasses import dataclass, field

from markdown.preprocessors import Preprocessor

LINE = re.compile(r"(?P<quote>(?:[ ]{0,3}>[ ]?)*)(?P<blanks>[ ]*)(?:(?P<mark>[-*+]|\d{1,9}[.)])(?P<gap>[ ]+)(?=\S))?(?P<text>.*)")
STRANGE = re.compile(
    r"^[ >]*\d{1,9}\)[ ]"  # 1)
    r"|^(?:>[ ]?)*+(?:[ ]{4})*+[ ]{1,3}[^\s>]"  # an indent between Python-Markdown's steps
    r"|^[ ]{1,3}>"
    r"|^(?![ >]*(?:[-*+]|\d{1,9}\.)[ ])[ >]*[^\s>].*\n[ >]*(?:[-*+]|1\.)[ ]+\S"  # a list right behind a paragraph
    r"|^[ >]*[-*+][ ].*\n[ >]*\d{1,9}\.[ ]|^[ >]*\d{1,9}\.[ ].*\n[ >]*[-*+][ ]"  # one kind right behind the other
    r"|^(?![ >]*(?:\||\[!))[ >]*[^\s>].*\n.*\|.*\n[ >]*\|?[ ]*:?-+[-: |]*\n",  # a table right behind a paragraph
    re.M,
)
DELIMITERS = re.compile(r"[ >]*(?=.*\|)\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
STEP = 4


@dataclass(frozen=True)
class _Item:
    """An item that is still open: where its text begins, and whether it is numbered."""

    text_at: int
    numbered: bool


@dataclass
class _Place:
    """Where the reader is: how deep in quotations, in which items, and what the line before says."""

    quotes: int = 0
    items: list[_Item] = field(default_factory=list)
    before: str = ""
    apart: bool = False  # the item at hand has gone on after an empty line


class Lists(Preprocessor):
    """Moves items, and what belongs to them, to where Python-Markdown looks for them; leaves a page alone that has it right."""

    def run(self, lines: list[str]) -> list[str]:
        if not STRANGE.search("\n".join(lines)):
            return lines
        out: list[str] = []
        place = _Place()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            found = _read(line, place)
            quote, blanks = found["quote"] or "", len(found["blanks"])
            if quote.count(">") != place.quotes:
                place = _Place(quote.count(">"))
            if found["mark"]:
                out += _item(place, quote, blanks, found)
            else:
                out += _text(place, quote, blanks, found["text"], following)
            place.before = found["mark"] or found["text"].strip()
        return out


def _read(line: str, place: _Place) -> re.Match[str]:
    """The parts of a line; a quotation inside an item is text of that item."""
    found = LINE.match(line)
    indent = len(line) - len(line.lstrip(" "))
    if place.items and not place.quotes and found and found["quote"] and indent >= place.items[0].text_at:
        found = re.match(r"(?P<quote>)(?P<blanks>[ ]*)(?P<mark>(?!))?(?P<gap>(?!))?(?P<text>.*)", line)
    assert found is not None  # every part may be empty
    return found


def _item(place: _Place, quote: str, indent: int, found: re.Match[str]) -> list[str]:
    """The line of an item at its depth, an empty line before it where it would not be seen as one."""
    mark, inside = found["mark"], place.items[0].text_at if place.items else 0
    numbered = mark[0].isdigit()
    goes_on = bool(place.before) and not inside and numbered and int(mark[:-1]) != 1
    if indent - (place.items[-1].text_at if place.items else 0) >= STEP or goes_on:
        return [found[0]]  # code, or a paragraph that happens to begin with a number
    closed = None
    while place.items and indent < place.items[-1].text_at:
        closed = place.items.pop()
    apart = bool(place.before) and (place.apart or (closed.numbered != numbered if closed else not inside))
    place.apart = False
    depth = len(place.items)
    place.items.append(_Item(indent + min(len(mark) + len(found["gap"]), STEP), numbered))
    line = f"{quote}{' ' * STEP * depth}{mark.replace(')', '.')}{found['gap']}{found['text']}"
    return [quote.rstrip(), line] if apart else [line]


def _text(place: _Place, quote: str, indent: int, text: str, following: str) -> list[str]:
    """A line that is no item, moved to the depth of its item; an empty line before a table or quotation that is to be seen."""
    line = f"{quote}{' ' * indent}{text}"
    if not text:
        return [line]
    if not place.before:
        while place.items and indent < place.items[-1].text_at:
            place.items.pop()
        place.apart = bool(place.items)
    depth = len(place.items)
    if depth and place.items[-1].text_at <= indent < STEP * depth:
        line = f"{quote}{' ' * STEP * depth}{text}"
    table = "|" in text and "|" not in place.before and DELIMITERS.match(following)
    quotation = depth and text[0] == ">" and place.before[:1] != ">"
    place.apart = place.apart or bool(quotation)
    return [quote.rstrip(), line] if place.before and (table or quotation) else [line]
