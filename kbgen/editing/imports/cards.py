"""Flash cards as plain text: the term on a line, its meaning on the next, then an example in quotes and a line of tags, if any.

Cards follow each other with or without empty lines. Where the lines say what they are (`Q:`, `答：`), that decides.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from kbgen.editing.imports.columns import column
from kbgen.editing.imports.rows import listed
from kbgen.editing.imports.sources import MAX_LINE, Cells, Reading
from kbgen.matcher import HAN

LABEL = re.compile(r"\s*(?:[-*]\s+)?(?P<label>[A-Za-z][A-Za-z ]{0,20}|[\u3400-\u9fff]{1,6})\s*[:：]\s*(?P<text>.*)")
QUESTION = {"q": "name", "question": "name", "问": "name", "问题": "name", "正面": "name"}
ANSWER = {"a": "definition", "answer": "definition", "答": "definition", "答案": "definition", "例": "example"}
QUOTED = re.compile(r"[\"“「'‘].*[\"”」'’]\s*", re.S)
SENSE = {"tags": "see_also"}
"""Tags of cards name what is worth reading next; no page shows them otherwise."""
PAIR = re.compile(r"(.+?)\s*(?:::|\t)\s*(.+)")
SENTENCE = 40
"""Signs from which on a line of Latin letters is a meaning rather than a name."""

Line = tuple[int, str]


def read(text: str, shown_as: str, reading: Reading) -> None:
    """Every card of a text."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]
    for number, line in lines:
        if len(line) > MAX_LINE:
            reading.problems.append(Cells(shown_as, number, {}).problem(f"a line of {len(line)} signs", "split or shorten it"))
    lines = [(number, line) for number, line in lines if len(line) <= MAX_LINE]
    labelled = sum(_label(line) == "name" for _, line in lines)
    paired = sum(bool(PAIR.fullmatch(line)) for _, line in lines)
    full = sum(bool(line) for _, line in lines)
    cards = _labelled(lines) if labelled else _paired(lines) if paired * 2 > full else _running(lines)
    for number, values in cards:
        tags = tuple(listed(values.get("tags", "")))
        card = Cells(shown_as, number, {SENSE.get(key, key): text for key, text in values.items()}, tags)
        if "name" not in values or len(values) < 2:
            tip = "a card is a line with the term, and one with its meaning"
            reading.problems.append(card.problem(f"no card: {_short(' '.join(values.values()))}", tip))
        else:
            reading.add(card)


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}…"


def _label(line: str) -> str | None:
    """What a labelled line says it is."""
    found = LABEL.fullmatch(line)
    word = found["label"].strip().casefold() if found else ""
    return QUESTION.get(word) or ANSWER.get(word) or (column(word) if word else None)


def _labelled(lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, str]]]:
    """Cards whose lines say what they are; a line that says nothing continues the one above."""
    begin, values, last = 0, dict[str, str](), ""
    for number, line in lines:
        said = _label(line)
        found = LABEL.fullmatch(line)
        if said and found:
            if said == "name" and values:
                yield begin, values
                values = {}
            begin, last = (number if not values else begin), said
            values[said] = f"{values[said]}\n\n{found['text']}" if said in values else found["text"]
        elif line and values:
            values[last] = f"{values[last]} {line}".strip()
        elif line:
            yield number, {"line": line}
    if values:
        yield begin, values


def _paired(lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, str]]]:
    """Cards of one line, `term :: meaning`."""
    for number, line in lines:
        if found := PAIR.fullmatch(line):
            yield number, {"name": found[1], "definition": found[2]}
        elif line:
            yield number, {"line": line}


def _running(lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, str]]]:
    """Cards without labels: a name is a line that a meaning follows."""
    full = [(number, line) for number, line in lines if line]
    starts = [i for i in range(len(full) - 1) if _is_name(full[i][1]) and _is_meaning(full[i][1], full[i + 1][1])]
    for number, line in full[: starts[0] if starts else None]:
        yield number, {"line": line}
    for start, end in itertools.pairwise([*starts, len(full)]):
        values = {"name": full[start][1], "definition": full[start + 1][1]}
        for number, line in full[start + 2 : end]:
            kind = "example" if QUOTED.fullmatch(line) else "tags"
            if kind == "example":
                line = line[1:-1]  # noqa: PLW2901  # the quotes say what it is, and are no part of it
            if kind in values:
                yield number, {"line": line}
            else:
                values[kind] = line
        yield full[start][0], values


def _is_name(line: str) -> bool:
    return len(line) < SENTENCE and not QUOTED.fullmatch(line)


def _is_meaning(name: str, line: str) -> bool:
    """Whether a line explains the name above it: a sentence in the other language, or a long one."""
    if QUOTED.fullmatch(line):
        return False
    latin = not HAN.search(line)
    return len(line) >= SENTENCE if latin else (len(line) >= SENTENCE // 2 or line.endswith("。")) and line != name
