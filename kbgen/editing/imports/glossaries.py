"""Markdown tables: a term per row, columns found by their heads, the headings above as groups."""

import itertools
import re
from collections.abc import Iterator

from kbgen.editing.imports.columns import column
from kbgen.editing.imports.sources import MAX_LINE, Cells, Reading

RULE = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*")
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
WHOLE = re.compile(r"\[\[[^\[\]]*\]\]|\\.|(?P<bar>\|)")
"""Wikilinks keep their bar whether or not it is escaped; Obsidian wants it escaped, people forget."""


def is_glossary(text: str) -> bool:
    """Whether a text holds a table of terms with their meanings."""
    return any(_is_rule(line) and "|" in above and _explains(above) for above, line in itertools.pairwise(text.split("\n")))


def _explains(head: str) -> bool:
    """Whether the head of a table has a column of names, and one of texts about them."""
    kinds = {said.partition(".")[0] for cell in split(head[:MAX_LINE]) if (said := column(cell))}
    return "name" in kinds and len(kinds) > 1


def _is_rule(line: str) -> bool:
    return len(line) < MAX_LINE and "-" in line and "|" in line and bool(RULE.fullmatch(line))


def read(text: str, shown_as: str, reading: Reading) -> None:
    """Every row of every table of a Markdown file."""
    lines = text.split("\n")
    shelves: list[tuple[int, str]] = []
    heads: list[str | None] = []
    for number, line in outside_code(lines):
        if len(line) > MAX_LINE:
            reading.problems.append(Cells(shown_as, number, {}).problem(f"a line of {len(line)} signs", "split or shorten it"))
        elif heading := HEADING.match(line):
            shelves = [*(shelf for shelf in shelves if shelf[0] < len(heading[1])), (len(heading[1]), heading[2])]
            heads = []
        elif "|" not in line:
            heads = []
        elif number < len(lines) and _is_rule(lines[number]):
            heads = _heads(split(line), shown_as, number, reading)
        elif any(heads) and not _is_rule(line):
            _row(split(line), heads, Cells(shown_as, number, {}, tuple(name for _, name in reversed(shelves))), reading)


def outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, those of code blocks left out."""
    fence = ""
    for number, line in enumerate(lines, 1):
        if found := FENCE.match(line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence):
                fence = ""
        elif not fence:
            yield number, line


def split(line: str) -> list[str]:
    r"""The cells of a table row; `\|` is a bar of the text."""
    inner = line.strip()
    cuts = [found.start() for found in WHOLE.finditer(inner) if found["bar"]]
    cells = [inner[start + 1 : end] for start, end in zip([-1, *cuts], [*cuts, len(inner)], strict=True)]
    if inner.startswith("|"):
        cells = cells[1:]
    if len(cells) > 1 and cuts and cuts[-1] == len(inner) - 1:
        cells = cells[:-1]
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _heads(cells: list[str], shown_as: str, number: int, reading: Reading) -> list[str | None]:
    """The columns of a table; none, with a note, if it does not name terms."""
    heads = [column(cell) for cell in cells]
    if not any(head and head.startswith("name") for head in heads):
        reading.notes.append(f"{shown_as}:{number}: a table without a column of names was left alone")
        return []
    for cell, head in zip(cells, heads, strict=True):
        if head is None:
            reading.notes.append(f"{shown_as}:{number}: the column {cell!r} means nothing here and was left out")
    return heads


def _row(cells: list[str], heads: list[str | None], place: Cells, reading: Reading) -> None:
    if len(cells) != len(heads):
        tip = "a bar inside a cell is written \\|"
        reading.problems.append(place.problem(f"{len(cells)} cells, where the head of the table has {len(heads)}", tip))
        return
    values = {head: cell for head, cell in zip(heads, cells, strict=True) if head and cell}
    reading.add(Cells(place.path, place.line, values, place.shelves))
