"""A file or a folder -> what importing it would do, proven on a copy of the base."""

import itertools
from pathlib import Path

from kbgen import checks
from kbgen.cache import MEMO, Memo
from kbgen.editing.imports import cards, glossaries, spreadsheets, vaults
from kbgen.editing.imports.entries import changed
from kbgen.editing.imports.making import Making
from kbgen.editing.imports.outcome import Plan, Wishes
from kbgen.editing.imports.rows import row_of
from kbgen.editing.imports.sources import Reading, text_of
from kbgen.editing.trial import slips_of
from kbgen.errors import Problem, Problems
from kbgen.load import load


def plan(root: Path, path: Path, wishes: Wishes) -> Plan:
    """What importing a file or a folder into the base in `root` would do. Nothing is written.

    Raises Problems if the base itself has slips, or if nothing of the file can be read.
    """
    memo = Memo(root / MEMO)
    kb = load(root, memo)
    for group in wishes.groups.values():
        if group not in kb.config.groups:
            raise Problems([Problem("data/kb.yml", 1, f"no group {group!r}", f"there are: {', '.join(kb.config.groups)}")])
    reading = read(path, wishes)
    making = Making(kb, wishes, Plan(notes=reading.notes, unusable=[*reading.problems]))
    making.plan.rows = len(reading.rows) + len(reading.problems)
    making.rows([row_of(cells, wishes.definition) for cells in reading.rows])
    _without_slips(root, frozenset(checks.problems(kb, memo)), memo, making.plan)
    return making.plan


def read(path: Path, wishes: Wishes) -> Reading:
    """The rows of a file or of a folder of notes. Raises Problems if there are none that could be read."""
    shown_as, reading = path.as_posix(), Reading()
    if path.is_dir():
        vaults.read(path, shown_as, reading)
    elif path.is_file():
        text = text_of(path, shown_as, reading)
        match wishes.form or _form(path, text):
            case "csv":
                spreadsheets.read(text, shown_as, reading)
            case "table":
                glossaries.read(text, shown_as, reading)
            case "cards":
                cards.read(text, shown_as, reading)
            case _:
                vaults.note(text, shown_as, path.name, reading)
    else:
        tip = "give the path of a table, of cards, or of a folder of notes"
        raise Problems([Problem(shown_as, 1, "no such file or folder", tip)])
    if not (reading.rows or reading.problems):
        tip = "a table has a head with a column such as term or 术语; say what it is with --as table, cards, csv or notes"
        raise Problems([Problem(shown_as, 1, "no rows, cards or notes found", tip)])
    return reading


def _form(path: Path, text: str) -> str:
    """What a file holds, by the end of its name and by what stands in it."""
    if path.suffix.lower() in {".csv", ".tsv", ".tab"}:
        return "csv"
    if glossaries.is_glossary(text):
        return "table"
    return "notes" if path.suffix.lower() in {".md", ".markdown"} else "cards"


def _without_slips(root: Path, known: frozenset[Problem], memo: Memo, plan: Plan) -> None:
    """Leave out the rows whose entries would not pass `kbgen check`, then settle what is to be written."""
    for _ in itertools.count():
        _settle(root, plan)
        slips = slips_of(root, plan.contents, memo, known) if plan.contents else []
        if not slips:
            return
        blamed = {slip.path for slip in slips}
        if not blamed & plan.contents.keys():
            raise Problems(slips)
        for path, cells in [(item.path, item.cells) for item in plan.new] + [(item.path, item.cells) for item in plan.met]:
            if path in blamed and path in plan.contents:
                reasons = "; ".join(f"{slip.message} ({slip.tip})" for slip in slips if slip.path == path)
                plan.unusable.append(cells.problem(f"{path} would not pass the check: {reasons}", "mend it in the source"))
        plan.new = [item for item in plan.new if item.path not in blamed]
        plan.met = [item for item in plan.met if item.path not in blamed or not item.taken]


def _settle(root: Path, plan: Plan) -> None:
    """The files that a plan writes, and what stands there now."""
    touched = [item for item in plan.met if item.taken]
    plan.before = {item.path: None for item in plan.new} | {item.path: (root / item.path).read_bytes() for item in touched}
    plan.contents = {item.path: item.content for item in plan.new}
    for item in touched:
        content = plan.before[item.path]
        assert content is not None
        plan.contents[item.path] = changed(content, item.changes)
