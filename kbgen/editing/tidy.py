"""What can be mended without asking anybody: found, reported, and mended in the files of data/, every other byte as it was.

`style` has the rules for texts; those for files are below, in FILE_RULES.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from kbgen.cache import MEMO, Memo
from kbgen.editing.prose import Edit, apply
from kbgen.editing.scalars import needs_quotes, quoted, rewrite_each, scalars
from kbgen.editing.style import edits_of, edits_of_note
from kbgen.editing.trial import write_all
from kbgen.errors import Problem, Problems
from kbgen.load import load
from kbgen.model import CLAIMS, KINDS, KnowledgeBase
from kbgen.names import resolver
from kbgen.yamlfile import Loc

FIRST_LINE = "# yaml-language-server: $schema="
BARE = re.compile(r"(?P<key>[ ]*(?:- )?(?:zh|en): )(?P<text>[^\s'\"|>{&*!].*?)[ ]*")
MENTIONING = {"see_also", "composed_of"}
NAMES = {"name", "aliases"}
ROUNDS = 5
"""A text is looked at again after each rule that had to mend it."""


@dataclass(frozen=True)
class Sheet:
    """A file of data/: its path there, and its content."""

    path: str
    text: str


def texts_in_quotes(given: Sheet) -> str:
    """A text that YAML would take for something else stands in quotes."""
    try:
        scalars(given.text)
    except yaml.YAMLError:
        written = "\n".join(map(_in_quotes, given.text.split("\n")))
        with suppress(yaml.YAMLError):
            scalars(written)
            return written
    return given.text  # nothing is wrong, or something else is too: then a person has to look


def _in_quotes(line: str) -> str:
    match = BARE.fullmatch(line)
    return f"{match['key']}{quoted(match['text'])}" if match and needs_quotes(match["text"]) else line


def schema_line(given: Sheet) -> str:
    """The first line names the JSON Schema, by which editors complete and check."""
    if given.text.startswith(FIRST_LINE):
        return given.text
    folder, stem = Path(given.path).parent.name, Path(given.path).stem
    schema = f"../schema/{folder}.json" if folder in {*KINDS, CLAIMS} else f"schema/{stem}.json"
    return f"{FIRST_LINE}{schema}\n{given.text}"


def line_ends(given: Sheet) -> str:
    """Lines end without blanks and carriage returns, the file with one line break; two blanks, a break in Markdown, stay."""
    lines = [re.sub(r"\t+$|(?<! ) $", "", line.removesuffix("\r")) for line in given.text.split("\n")]
    return re.sub(r"\n+\Z", "", "\n".join(lines)) + "\n"


FILE_RULES: tuple[Callable[[Sheet], str], ...] = (texts_in_quotes, schema_line, line_ends)


@dataclass(frozen=True)
class Change:
    """One thing mended: where it stood, the rule, what was there before and after."""

    path: str
    line: int
    rule: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.before!r} -> {self.after!r}"


def findings(kb: KnowledgeBase, stems: Sequence[str]) -> Iterator[Problem]:
    """What `mend` would change in files of a base that loads."""
    for stem in stems:
        source = kb.sources[stem]
        for loc, text in kb.prose(stem):
            for edit in _edits_at(kb, loc, text)[:1]:
                before, after = _around(text, edit)
                yield source.problem(f"{before!r} could be {after!r}", *loc, tip="kbgen check --fix writes it").by(edit.rule)
        if source.file:
            for change in _of_file(Sheet(source.path, source.file.read_bytes().decode("utf-8-sig")))[1]:
                about = str(next(rule.__doc__ for rule in FILE_RULES if rule.__name__ == change.rule))
                yield Problem(source.path, change.line, about, "kbgen check --fix mends it", change.rule)


def findings_in_notes(kb: KnowledgeBase, notes: Mapping[str, str]) -> Iterator[Problem]:
    """The same of notes by hand, by their paths."""
    for path, text in notes.items():
        for edit in edits_of_note(kb, Path(path).parts[1], text):
            before, after = _around(text, edit)
            line = text.count("\n", 0, edit.start) + 1
            yield Problem(path, line, f"{before!r} could be {after!r}", "kbgen check --fix writes it", edit.rule)


def mend(root: Path, paths: Sequence[Path]) -> list[Change]:
    """Mend files of data/ and notes by hand, and say what was changed. What needs the rest of the base waits until that loads."""
    made: list[Change] = []
    for whole in (False, True):
        try:
            kb = load(root, Memo(root / MEMO)) if whole else None
        except Problems:
            break
        contents, before, changes = _mended(kb, root, paths)
        write_all(root, contents, before)
        made += changes
    return made


def _mended(kb: KnowledgeBase | None, root: Path, paths: Sequence[Path]) -> tuple[dict[str, bytes], dict[str, bytes], list[Change]]:
    """Those files that change as they shall be and as they are, and the changes; what is no text, or no YAML, is left alone."""
    contents, before, changes = dict[str, bytes](), dict[str, bytes](), list[Change]()
    for path in paths:
        with suppress(UnicodeDecodeError, yaml.YAMLError):
            name, raw = path.relative_to(root).as_posix(), path.read_bytes()
            given = Sheet(name, raw.decode("utf-8-sig"))
            after, made = mended(kb, given)
            changes += made
            if after != given.text:
                contents[name], before[name] = after.encode(), raw
    return contents, before, changes


def mended(kb: KnowledgeBase | None, given: Sheet) -> tuple[str, list[Change]]:
    """The content of a file with everything mended, and what was changed. Without a base, what needs none of it.

    Raises yaml.YAMLError where it is no YAML.
    """
    if given.path.endswith(".md"):
        return _mended_note(kb, given) if kb else (given.text, [])
    sheet, changes = _of_file(given)
    found = scalars(sheet.text)  # a file that is broken otherwise is not touched
    for _ in range(ROUNDS if kb else 0):
        wanted = {i: edits for i, scalar in enumerate(found) if kb and (edits := _edits_at(kb, scalar.loc, scalar.value))}
        sheet, made = _of_texts(sheet, wanted)
        changes, found = [*changes, *made], scalars(sheet.text)
        if not made:
            break
    return sheet.text, changes


def _mended_note(kb: KnowledgeBase, given: Sheet) -> tuple[str, list[Change]]:
    text, changes = given.text, list[Change]()
    for _ in range(ROUNDS):
        edits = edits_of_note(kb, Path(given.path).parts[1], text)
        changes += [Change(given.path, text.count("\n", 0, edit.start) + 1, edit.rule, *_around(text, edit)) for edit in edits]
        text = apply(text, edits)
    return text, changes


def _of_file(sheet: Sheet) -> tuple[Sheet, list[Change]]:
    """A file by the rules for files, and the first place where each was broken."""
    changes: list[Change] = []
    for rule in FILE_RULES:
        before, after = sheet.text.split("\n"), rule(sheet).split("\n")
        if before != after:
            pairs = enumerate(zip(before, after, strict=False))
            line = next((i for i, (old, new) in pairs if old != new), min(len(before), len(after)) - 1)
            changes.append(Change(sheet.path, line + 1, rule.__name__, before[line], after[line]))
            sheet = Sheet(sheet.path, "\n".join(after))
    return sheet, changes


def _of_texts(sheet: Sheet, wanted: Mapping[int, Sequence[Edit]]) -> tuple[Sheet, list[Change]]:
    """A file with the edits of its values, as far as they can be written."""
    found = scalars(sheet.text)
    text, done = rewrite_each(sheet.text, wanted)
    made = [
        Change(sheet.path, sheet.text.count("\n", 0, found[i].start) + 1, edit.rule, *_around(found[i].value, edit))
        for i in done
        for edit in wanted[i]
    ]
    return Sheet(sheet.path, text), made


def _edits_at(kb: KnowledgeBase, loc: Loc, value: str) -> list[Edit]:
    """What has to change in a value. Names and aliases are identities that other files refer to: they stay."""
    if loc[-1] in {"zh", "en"} and loc[0] not in NAMES:
        return edits_of(kb, str(loc[-1]), value)
    points = loc[0] in MENTIONING or (loc[0] == "relations" and loc[-1] == "to")
    if points and (id := resolver(kb)(value)) and id != value:
        return [Edit(0, len(value), id, "links_by_id")]
    return []


def _around(text: str, edit: Edit) -> tuple[str, str]:
    """A few signs around an edit, before and after."""
    head, tail = text[max(0, edit.start - 8) : edit.start], text[edit.end : edit.end + 8]
    return head + text[edit.start : edit.end] + tail, head + edit.new + tail
