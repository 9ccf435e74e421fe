"""The texts of a YAML file with their places, and edits that leave every other byte as it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from kbgen.editing.prose import Edit, apply
from kbgen.yamlfile import Loc

FOLD = re.compile(r"[ \t]*((?:\r?\n)[ \t]*)+")
SPECIAL = re.compile(r"^[\s\[\]{}>|*&!%#`@,\"']|^[-?:](\s|$)|: |:$| #|\s$|^$")
IN_FLOW = re.compile(r"[\[\]{},]")
WORD = re.compile(r"(?i)null|~|true|false|[-+.]?[0-9][-+.0-9e_]*|[-+]?\.(inf|nan)")


@dataclass(frozen=True)
class Scalar:
    """A value that is one word or text: where it stands in the file, how it is written, and whether inside of brackets."""

    loc: Loc
    value: str
    start: int
    end: int
    style: str
    flow: bool


def scalars(text: str) -> list[Scalar]:
    """Every value of a file that is no list and no mapping, in order. Raises yaml.YAMLError where it is no YAML."""
    events = iter(yaml.parse(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader))
    shift = text.startswith("\ufeff")
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return list(_values(event, events, (), shift))
    return []


def _values(event: yaml.Event, events: Iterator[yaml.Event], loc: Loc, shift: int, *, flow: bool = False) -> Iterator[Scalar]:
    if isinstance(event, yaml.ScalarEvent):
        assert event.start_mark
        assert event.end_mark
        start, end = event.start_mark.index + shift, event.end_mark.index + shift
        yield Scalar(loc, event.value, start, end, event.style or "", flow)
    elif isinstance(event, yaml.SequenceStartEvent):
        place = 0
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            yield from _values(inner, events, (*loc, place), shift, flow=bool(event.flow_style))
            place += 1
    elif isinstance(event, yaml.MappingStartEvent):
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            name = key.value if isinstance(key, yaml.ScalarEvent) else ""
            yield from _values(next(events), events, (*loc, name), shift, flow=bool(event.flow_style))


def rewrite(text: str, wanted: Mapping[int, Sequence[Edit]]) -> str | None:
    """The file with edits of its values, which are named by their place in `scalars`; None where they cannot be written.

    Edits count in the value, not in the file. The result is read again: all values are as wanted, or nothing is done.
    """
    found = scalars(text)
    goal = [apply(scalar.value, list(wanted.get(i, ()))) for i, scalar in enumerate(found)]
    edits = []
    for i, scalar in enumerate(found):
        if i in wanted:
            raw = _spelled(text[scalar.start : scalar.end], scalar, list(wanted[i]), goal[i])
            if raw is None:
                return None
            edits.append(Edit(scalar.start, scalar.end, raw))
    written = apply(text, edits)
    try:
        holds = [(scalar.loc, scalar.value) for scalar in scalars(written)]
    except yaml.YAMLError:
        return None
    return written if holds == [(scalar.loc, value) for scalar, value in zip(found, goal, strict=True)] else None


def rewrite_each(text: str, wanted: Mapping[int, Sequence[Edit]]) -> tuple[str, list[int]]:
    """The file with the edits of those values that can be written, and which those are."""
    if (whole := rewrite(text, wanted)) is not None:
        return whole, list(wanted)
    done = []
    for i, edits in wanted.items():
        if (written := rewrite(text, {i: edits})) is not None:
            text = written
            done.append(i)
    return text, done


def _spelled(raw: str, scalar: Scalar, edits: list[Edit], goal: str) -> str | None:
    """A scalar as it stands in the file, edited; in quotes if it needs them now."""
    if scalar.style == "" and "\n" not in raw and needs_quotes(goal, flow=scalar.flow):
        return quoted(goal)
    at = _align(raw, scalar)
    if at is None:
        return None
    return apply(raw, [Edit(at[edit.start], at[edit.end], _escaped(edit.new, scalar.style)) for edit in edits])


def _escaped(text: str, style: str) -> str:
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


def needs_quotes(value: str, *, flow: bool = False) -> bool:
    """Whether a text would be read as something else without quotes."""
    return bool(SPECIAL.search(value) or WORD.fullmatch(value) or (flow and IN_FLOW.search(value)))


def quoted(value: str) -> str:
    """A text of one line in quotes."""
    return f"'{_escaped(value, chr(39))}'" if '"' in value or "\\" in value else f'"{value}"'


def _align(raw: str, scalar: Scalar) -> list[int] | None:
    """The place in `raw` of every sign of the value, and of its end; None for what is written in a way that nobody edits."""
    match scalar.style:
        case "|":
            return _align_block(raw, scalar.value)
        case "" | "'" | '"':
            return _align_line(raw, scalar.value, scalar.style)
    return None


def _align_line(raw: str, value: str, style: str) -> list[int] | None:
    i, at = len(style), list[int]()
    while len(at) < len(value):
        if fold := FOLD.match(raw, i):
            gap = "\n" * (fold[0].count("\n") - 1) or " "
            if not value.startswith(gap, len(at)):
                return None
            at += [i] * len(gap)
            i = fold.end()
            continue
        wide = raw[i : i + 2] in {"'": ("''",), '"': ('\\"', "\\\\")}.get(style, ())
        if raw[i + wide : i + wide + 1] != value[len(at)]:
            return None
        at.append(i)
        i += 1 + wide
    return [*at, i]


def _align_block(raw: str, value: str) -> list[int] | None:
    head, *lines = raw.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    given = re.search(r"[1-9]", head.partition("#")[0])
    indent = len(first) - len(first.lstrip(" ")) if given is None else None
    if indent is None:
        return None
    at, start = list[int](), len(head)
    for line in lines:
        content = line.rstrip("\r\n")[indent:]
        if value.startswith(content + "\n", len(at)) or value[len(at) :] == content:
            skip = min(indent, len(line.rstrip("\r\n")))
            at += range(start + skip, start + skip + len(content) + 1)
        elif line.strip():
            return None
        start += len(line)
    return [*at, len(raw)][: len(value) + 1] if len(at) >= len(value) else None
