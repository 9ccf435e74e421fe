"""Notes of an Obsidian vault, or of any folder of Markdown: a term per note.

A note says what it holds by headings or callouts (大白话, Exact, …); without those its first paragraph is the plain definition.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbgen.editing.imports.columns import column
from kbgen.editing.imports.glossaries import HEADING, is_glossary, outside_code
from kbgen.editing.imports.glossaries import read as glossary
from kbgen.editing.imports.rows import listed
from kbgen.editing.imports.sources import MAX_DEPTH, MAX_FILES, MAX_LINE, MAX_ROWS, Cells, Reading, text_of
from kbgen.errors import Problem, Problems
from kbgen.yamlfile import Source, parse

CALLOUT = re.compile(r">\s*\[!([\w-]+)\][+-]?\s*(.*)")
COMMENT = re.compile(r"%%.*?%%", re.S)
TAG = re.compile(r"(?:^|(?<=\s))#([^\s#,，。;；]+)")
NOT_PROSE = re.compile(r"[-*+]\s|\d+[.)]\s|\||>|!\[|#|---$|\*\*\*$|!?\[\[[^\]]*\]\]$|</?\w")
LABELLED = re.compile(r"([^:：\n]{1,20})[:：]\s*(.+)", re.S)
MARK = re.compile(r"^(?:>\s?|[-*+]\s+|\d+[.)]\s+)+")
BLOCK_ID = re.compile(r"\s+\^[\w-]+$")


@dataclass(frozen=True)
class Part:
    """A stretch of a note below a heading or in a callout; `title` is empty above the first heading."""

    title: str
    text: str
    line: int


def read(folder: Path, shown_as: str, reading: Reading) -> None:
    """Every note of a folder and of the folders in it, each a term or a glossary; hidden ones, as `.obsidian`, are left alone."""
    others = 0
    for path in _files(folder, shown_as, reading):
        relative = path.relative_to(folder).as_posix()
        if path.suffix.lower() != ".md":
            others += 1
            continue
        try:
            text = text_of(path, f"{shown_as}/{relative}", reading)
            if is_glossary(text):
                glossary(text, f"{shown_as}/{relative}", reading)
            else:
                note(text, f"{shown_as}/{relative}", relative, reading)
        except Problems as found:
            if len(reading.rows) + len(reading.problems) >= MAX_ROWS:
                raise
            reading.problems += found.problems
    if others:
        reading.notes.append(f"{shown_as}: {others} files that are not Markdown were left alone")


def _files(folder: Path, shown_as: str, reading: Reading) -> Iterator[Path]:
    """The plain files of a folder in order; what leads elsewhere is reported. Raises Problems if there are too many."""
    seen = 0
    for place, folders, files in os.walk(folder):
        deep = len(Path(place).relative_to(folder).parts) >= MAX_DEPTH
        for name in sorted([*folders, *files]):
            path, refusal = Path(place, name), _refusal(Path(place, name), deep=deep)
            if refusal and not name.startswith("."):
                reading.problems.append(Problem(f"{shown_as}/{path.relative_to(folder).as_posix()}", 1, *refusal))
        seen += len(files)
        if seen > MAX_FILES:
            raise Problems([Problem(shown_as, 1, f"more than {MAX_FILES} files", "give a folder of notes further down")])
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(files) if not name.startswith(".") and not _refusal(Path(place, name)))


def _refusal(path: Path, *, deep: bool = False) -> tuple[str, str] | None:
    """Why something in a folder is not opened, and what to do about it."""
    if path.is_symlink():
        return "a symbolic link is not followed", "put the note itself here"
    if path.is_dir():
        return (f"a folder deeper than {MAX_DEPTH} levels", "import it by itself") if deep else None
    return None if path.is_file() else ("no plain file", "remove it, or move it elsewhere")


def note(text: str, shown_as: str, relative: str, reading: Reading) -> None:
    """The term of one note; `relative` is its path in the vault."""
    properties, body, slips = _properties(text, shown_as)
    if slips:
        reading.problems += slips
        return
    for number, line in enumerate(body.split("\n"), 1):
        if len(line) > MAX_LINE:
            reading.problems.append(Problem(shown_as, number, f"a line of {len(line)} signs", "split or shorten it"))
            return
    lines = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), body).split("\n")
    values, places = _values(list(_parts(lines)))
    stem = unicodedata.normalize("NFC", relative.rpartition("/")[2].removesuffix(".md"))  # some file systems take letters apart
    tags = [*_list(properties.get("tags")), *TAG.findall("\n".join(lines))]
    head = {key: "\n".join(_list(properties.get(key))) for key in ("aliases", "id", "group") if properties.get(key)}
    title = next((str(properties[key]) for key in ("title", "name") if isinstance(properties.get(key), str)), stem)
    first = next((found[2] for line in lines if (found := HEADING.match(line)) and len(found[1]) == 1), "")
    other = "\n".join(filter(None, (first if first != title else "", head.get("aliases"), *listed(values.get("aliases", "")))))
    shelves = (*tags, *reversed(relative.split("/")[:-1]))
    published = properties.get("publish") is not False and properties.get("draft") is not True
    cells = {"name": title, **values, **head, "aliases": other}
    row = Cells(shown_as, 1, cells, shelves, (stem, relative.removesuffix(".md")), published=published, lines=places)
    if not any(key.startswith(("plain", "exact", "definition")) for key in values):
        reading.problems.append(row.problem("no definition", "write one as its first paragraph, or below a heading such as Plain"))
    else:
        reading.add(row)


def _properties(text: str, shown_as: str) -> tuple[dict[str, Any], str, list[Problem]]:
    """The properties of a note, its body with empty lines in their place, and slips in them with their lines."""
    head, end, body = text[4:].partition("\n---") if text.startswith("---\n") else ("", "", "")
    if not end:
        return {}, text, []
    value, _, slips = parse(head, Source(shown_as))
    body = "\n" * (head.count("\n") + 2) + body
    if slips or not isinstance(value, dict | None):
        slips = slips or [Problem(shown_as, 0, "properties are keys and values")]
        return {}, body, [Problem(slip.path, slip.line + 1, f"properties: {slip.message}", slip.tip) for slip in slips]
    return value or {}, body, []


def _list(value: object) -> list[str]:
    """What a property lists; one word is a list of one."""
    items = value if isinstance(value, list) else [value]
    return [str(item).lstrip("#") for item in items if isinstance(item, str | int | float)]


def _parts(lines: list[str]) -> Iterator[Part]:
    """The stretches of a note; a callout ends with its block, and what stood around it goes on."""
    heading, callout, kept, start = "", "", list[str](), 1
    for number, line in outside_code(lines):
        below, opened = HEADING.match(line), CALLOUT.match(line)
        if below or opened or (callout and not line.startswith(">")):
            yield Part(callout or heading, "\n".join(kept), start)
            start = number
            heading, callout, kept = below[2] if below else heading, _callout_title(opened) if opened else "", []
        if not below and not opened:
            kept.append(BLOCK_ID.sub("", line.removeprefix(">").strip() if callout else line.strip()))
    yield Part(callout or heading, "\n".join(kept), start)


def _callout_title(found: re.Match[str]) -> str:
    return found[2] if found[2] and column(found[2]) else found[1]


def _values(parts: list[Part]) -> tuple[dict[str, str], dict[str, int]]:
    """What the note says by column, and where."""
    values, places = dict[str, str](), dict[str, int]()
    for part in parts:
        said = column(part.title) if part.title else None
        text = "\n\n".join(_paragraphs(part.text, named=said is not None))
        if said and text and not said.startswith("name"):  # one heading may stand twice, in each language
            values[said] = f"{values[said]}\n\n{text}" if said in values else text
            places.setdefault(said, part.line)
    for paragraph, line in [(text, part.line) for part in parts if not column(part.title) for text in _paragraphs(part.text)]:
        label = LABELLED.fullmatch(paragraph)
        said = column(label[1]) if label else None
        if said and label:
            values.setdefault(said, label[2])
        elif not any(key.startswith(("plain", "definition")) for key in values):
            values["plain"], places["plain"] = paragraph, line
    return values, places


def _paragraphs(text: str, *, named: bool = False) -> Iterator[str]:
    """The paragraphs of a stretch; tables and embeds are none, and lists and quotations only where the stretch is named."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip() and not line.startswith(("![", "|"))]
        if named:
            lines = [MARK.sub("", line) for line in lines]
        if lines and (named or not NOT_PROSE.match(lines[0])):
            yield _joined(lines)


def _joined(lines: list[str]) -> str:
    """Lines as one: with a blank between Latin words, without one beside Chinese."""
    out = lines[0]
    for line in lines[1:]:
        out += line if out[-1:] > "\u2e7f" or line[:1] > "\u2e7f" else f" {line}"
    return out
