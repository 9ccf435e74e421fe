"""One YAML file -> plain values, the line of every value, and every slip of its syntax.

The values are built from the parser's events, never by a constructor: nothing in a file can run code, and depth
and aliases are refused before they can cost anything. Scalars follow the YAML 1.2 core schema, so that `1e-3` is a
number and `no` is a word, as editors with JSON Schema read them.
"""

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import yaml

from kbgen.errors import Problem
from kbgen.harmless import UNSEEN, unseen

MAX_DEPTH = 20
MAX_TEXT = 20_000
MAX_ITEMS = 2_000
"""The largest text, and mapping or list: far more than any file needs, and little enough for every check to stay quick."""
MAX_DIGITS = 15
"""Whole numbers that scripts and NumPy take as they are."""
WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}
INT = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

Loc = tuple[str | int, ...]


@dataclass
class Source:
    """One file: how it is called in reports, a hash of its content, and where its values stand."""

    path: str
    hash: str = ""
    file: Path | None = None
    tops: Mapping[str, int] = field(default_factory=dict)
    """The lines of the outermost keys."""

    @cached_property
    def lines(self) -> dict[Loc, int]:
        """The line of every value, from 1: `lines[("params", "delta")]`. Read anew when somebody asks: only a slip needs them."""
        return read(self.file, self.path)[1].lines if self.file else {}

    def line(self, *loc: str | int) -> int:
        """The line of `loc`, or of the nearest thing around it that stands in the file."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def problem(self, message: str, *loc: str | int, tip: str = "") -> Problem:
        """A problem of the value at `loc`, named by its dotted path."""
        return Problem(self.path, self.line(*loc), ": ".join(filter(None, [".".join(map(str, loc)), message])), tip)


def read(path: Path, shown_as: str) -> tuple[object, Source, list[Problem]]:
    """The value of the file (None if it cannot be read), the place of everything in it, and what is wrong."""
    source = Source(shown_as)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, source, [Problem(shown_as, line, "not UTF-8 text", "save the file with UTF-8 encoding")]
    return parse(text, source)


def parse(text: str, source: Source) -> tuple[object, Source, list[Problem]]:
    """The same of a text that is in memory."""
    shown_as, builder = source.path, _Builder(source)
    if found := UNSEEN.search(text):  # some of them end a line in YAML and nowhere else
        line = text.count("\n", 0, found.start()) + 1
        return None, source, [Problem(shown_as, line, f"the sign {unseen(found[0])}, which nobody can see", "remove the character")]
    try:
        value = builder.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except _RefusedError as refusal:
        return None, source, [*builder.problems, refusal.problem]
    except yaml.MarkedYAMLError as error:
        line = (
            min(error.problem_mark.line, text.count("\n")) + 1 if error.problem_mark else 1
        )  # the parser counts the end as a line
        return None, source, [*builder.problems, Problem(shown_as, line, f"not valid YAML: {error.problem}", _tip(error))]
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1  # libyaml counts bytes
        return None, source, [Problem(shown_as, line, f"not valid YAML: {error.reason}", "remove the character")]
    return value, source, builder.problems


def _tip(error: yaml.MarkedYAMLError) -> str:
    if "mapping values are not allowed" in str(error.problem):
        return "put text that contains ': ' in quotes, or on its own lines after a |"
    if "tab" in str(error.problem) or "cannot start any token" in str(error.problem):
        return "indent with blanks, not tabs; put text that starts with a special sign in quotes"
    return "check indentation, quotes and brackets of this line and the one above"


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Turns parser events into values; keeps the place of each."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def document(self, events: Iterator[yaml.Event]) -> object:
        value: object = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                value = self.value(event, events, ())
            elif isinstance(event, yaml.DocumentStartEvent) and self.source.lines:
                self.refuse(event, "a second document in one file", "remove the line with ---")
        return value

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> object:
        self.source.lines.setdefault(loc, _line(event))
        if len(loc) > MAX_DEPTH:
            self.refuse(event, f"nested deeper than {MAX_DEPTH} levels", "no entry needs that: check the brackets")
        if isinstance(event, yaml.AliasEvent) or (isinstance(event, yaml.NodeEvent) and event.anchor):
            self.refuse(event, "anchors and aliases (& and *) are not used here", "write the value out, or quote the text")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self.refuse(event, f"tags such as {tag} are not allowed", "remove the tag, or quote the text")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, loc)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(events, loc)
        assert isinstance(event, yaml.ScalarEvent)
        self.readable(event)
        return _scalar(event)

    def readable(self, event: yaml.ScalarEvent) -> None:
        """Refuse what escapes put into a text, and what is too long."""
        if sign := unseen(event.value):
            self.refuse(event, f"the sign {sign}, which nobody can see", "remove the character")
        if len(event.value) > MAX_TEXT:
            self.refuse(event, f"a text of more than {MAX_TEXT} characters", "say it shorter")
        if event.implicit[0] and INT.fullmatch(event.value) and len(event.value) > MAX_DIGITS:
            self.refuse(event, f"a whole number of more than {MAX_DIGITS} digits", "write it as 1e30, or quote it to make it text")

    def few(self, items: Sized, event: yaml.Event) -> None:
        """Refuse more items than any file needs."""
        if len(items) >= MAX_ITEMS:
            self.refuse(event, f"more than {MAX_ITEMS} items in one place", "divide them")

    def sequence(self, events: Iterator[yaml.Event], loc: Loc) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            self.few(items, event)
            items.append(self.value(event, events, (*loc, len(items))))
        return items

    def mapping(self, events: Iterator[yaml.Event], loc: Loc) -> dict[str, object]:
        pairs: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key must be a word", "check the brackets; { and [ start a value, not a key")
            self.readable(event)
            self.few(pairs, event)
            key, line = event.value, _line(event)
            if key in pairs:
                first = self.source.lines[(*loc, key)]
                self.problems.append(
                    Problem(
                        self.source.path,
                        line,
                        f"{'.'.join(map(str, (*loc, key)))}: duplicate key",
                        f"it stands on line {first} already: keep one",
                    )
                )
            self.source.lines[(*loc, key)] = line
            pairs[key] = self.value(next(events), events, (*loc, key))
        return pairs

    def refuse(self, event: yaml.Event, message: str, tip: str) -> NoReturn:
        raise _RefusedError(Problem(self.source.path, _line(event), message, tip))


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text.lower() in WORDS and text in (text.lower(), text.title(), text.upper()):
        return WORDS[text.lower()]
    if INT.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan"))
    return text
