"""The id of an entry changed in YAML files and in notes, at the exact places where it stands: nothing else moves by a sign.

A file is not written anew from what it says, so comments, quotes and line breaks stay as people made them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from posixpath import dirname, normpath

import yaml

from kbgen.editing.python import Edit, Renaming, in_text
from kbgen.links import CODE_OR_MATH, LINK, fold
from kbgen.yamlfile import Loc

IDS: tuple[tuple[str | type, ...], ...] = (
    ("see_also", int), ("composed_of", int), ("former_ids", int), ("relations", int, "to"),
    ("first_cards", int), ("first_steps", str, str, int),
    ("questions", str, "answers", str, "candidates", str), ("comparisons", int, "losses", int),
)  # fmt: skip
"""Where a data file names an entry by its id; where the last part is a word, that is the id."""
BESIDE = re.compile(r"\]\(<?(?P<target>[^()\s<>#]+)")


@dataclass(frozen=True)
class Scalar:
    """A word or text of a YAML file: where it belongs, whether it is a key, what it says, and where it stands in the file."""

    loc: Loc
    is_key: bool
    value: str
    start: int
    end: int


def scalars(text: str) -> Iterator[Scalar]:
    """Every word and text of a YAML file."""
    events = iter(list(yaml.parse(text, Loader=yaml.CSafeLoader)))
    mark = len(text) - len(text.removeprefix("\ufeff"))  # places are counted after it
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            for found in _inside_of(event, events, ()):
                yield replace(found, start=found.start + mark, end=found.end + mark)


def _inside_of(event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> Iterator[Scalar]:
    if isinstance(event, yaml.ScalarEvent):
        yield _scalar(event, loc, is_key=False)
    elif isinstance(event, yaml.SequenceStartEvent):
        number = 0
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            yield from _inside_of(inner, events, (*loc, number))
            number += 1
    elif isinstance(event, yaml.MappingStartEvent):
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            assert isinstance(inner, yaml.ScalarEvent)
            yield _scalar(inner, (*loc, str(inner.value)), is_key=True)
            yield from _inside_of(next(events), events, (*loc, str(inner.value)))


def _scalar(event: yaml.ScalarEvent, loc: Loc, *, is_key: bool) -> Scalar:
    assert event.start_mark
    assert event.end_mark
    return Scalar(loc, is_key, str(event.value), event.start_mark.index, event.end_mark.index)


def names_an_entry(scalar: Scalar) -> bool:
    """Whether a word of a data file is the id of an entry."""
    return any(
        scalar.is_key == (pattern[-1] is str) and len(scalar.loc) == len(pattern) and all(map(_fits, scalar.loc, pattern))
        for pattern in IDS
    )


def _fits(part: str | int, wanted: str | type) -> bool:
    return part == wanted or (isinstance(wanted, type) and isinstance(part, wanted))


def in_data(text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of a data file: ids in lists, and links in texts."""
    yield from _in_yaml(text, renaming, names_an_entry)


def in_queries(text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of a file whose values are ids: what a search should find."""
    yield from _in_yaml(text, renaming, lambda scalar: not scalar.is_key)


def _in_yaml(text: str, renaming: Renaming, is_id: Callable[[Scalar], bool]) -> Iterator[Edit]:
    if renaming.old not in text:
        return
    for scalar in scalars(text):
        raw = text[scalar.start : scalar.end]
        if is_id(scalar) and scalar.value in {renaming.old, f"{renaming.folder}/{renaming.old}"}:
            start = scalar.start + raw.rindex(renaming.old)
            yield start, start + len(renaming.old), renaming.new
        elif not scalar.is_key and "[[" in raw:
            yield from ((scalar.start + a, scalar.start + b, new) for a, b, new in links(raw, renaming))


def duplicates(text: str, old: str, new: str, is_id: Callable[[Scalar], bool] = names_an_entry) -> Iterator[Edit]:
    """The edits that take an id out of every list of ids in which the other one stands too."""
    lists: dict[Loc, list[Scalar]] = {}
    for scalar in scalars(text):
        if is_id(scalar) and not scalar.is_key and isinstance(scalar.loc[-1], int):
            lists.setdefault(scalar.loc[:-1], []).append(scalar)
    for items in lists.values():
        values = [item.value for item in items]
        if old in values and new in values:
            place = values.index(old)
            yield _cut(text, items, place)


def _cut(text: str, items: list[Scalar], place: int) -> Edit:
    """The edit that takes an item out of a list: its line, or in a list in brackets what lies between it and its neighbour."""
    item, begin = items[place], text.rfind("\n", 0, items[place].start) + 1
    if text[begin : item.start].strip() == "-":
        end = text.find("\n", item.end)
        return begin, len(text) if end < 0 else end + 1, ""
    if place + 1 < len(items):
        return item.start, items[place + 1].start, ""
    return items[place - 1].end, item.end, ""


def links(text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of links and embeds `[[old]]`, `![[losses/old#part|words]]`; none inside code or mathematics."""
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    for match in LINK.finditer(text):
        target = match["target"].strip().removesuffix(".md")
        if target in {renaming.old, f"{renaming.folder}/{renaming.old}"} and not _inside(match.start(), covered):
            start = match.start("target") + match["target"].rindex(renaming.old)
            yield start, start + len(renaming.old), renaming.new


def _in_other_letters(text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of links of a note that find the entry though their letters are of another case; what readers see stays."""
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    for match in LINK.finditer(text):
        target = match["target"].strip()
        alike = fold(target) in {renaming.old, f"{renaming.folder}/{renaming.old}"}
        if alike and target.removesuffix(".md").rpartition("/")[2] != renaming.old and not _inside(match.start(), covered):
            start = match.start("target") + match["target"].lower().rindex(renaming.old)
            yield start, start + len(renaming.old), renaming.new
            if match["text"] is None and not match["embed"]:
                in_row = text[text.rfind("\n", 0, start) + 1 :].lstrip().startswith("|")
                yield match.end() - 2, match.end() - 2, f"{chr(92) if in_row else ''}|{target}"


def _inside(place: int, covered: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in covered)


def in_note(path: str, text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of a note by hand, `path` in its vault: links of all kinds, properties included, and addresses of pictures."""
    if renaming.old not in text.lower():
        return
    yield from links(text, renaming)
    yield from _in_other_letters(text, renaming)
    covered = [match.span() for match in CODE_OR_MATH.finditer(text)]
    page = re.compile(rf"{renaming.folder}/{renaming.old}(?:\.md|\.html)?|figures/{renaming.old}(?:-\w+)*\.svg")
    for match in BESIDE.finditer(text):
        target = normpath(f"{dirname(path)}/{match['target']}".lstrip("/"))
        if page.fullmatch(target) and not _inside(match.start(), covered):
            start = match.start("target") + match["target"].rindex(renaming.old)
            yield start, start + len(renaming.old), renaming.new


def in_document(text: str, renaming: Renaming) -> Iterator[Edit]:
    """The edits of a document of the project: paths, and names in backticks."""
    yield from ((start, end, renaming.new) for start, end in in_text(text, renaming))
