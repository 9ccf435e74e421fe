"""A plan in words."""

from collections.abc import Iterator

from kbgen.editing.imports.entries import Change
from kbgen.editing.imports.outcome import Met, Plan
from kbgen.editing.imports.sources import Cells
from kbgen.errors import Problem

WIDTH = 160
"""Signs of a text that a report shows."""
MOST = 40
"""Lines of remarks that a report shows."""


def told(plan: Plan, *, written: bool) -> str:
    """What a plan does with every row, or what was done; nothing of it moves the cursor of a terminal."""
    text = "\n".join(_lines(plan, written))
    return "".join(sign if sign == "\n" or sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _lines(plan: Plan, written: bool) -> Iterator[str]:  # noqa: FBT001  # one word about the same plan
    for item in plan.new:
        draft = f" (draft; missing: {', '.join(item.missing)})" if item.missing else "" if item.published else " (publish: false)"
        yield f"new       {_place(item.cells)} -> {item.path}{draft}"
    for met in plan.met:
        if met.changes:
            yield f"{'change' if met.taken else 'differs':10}{_place(met.cells)} = {met.path}"
            yield from map(_change, met.changes)
    same = [met for met in plan.met if not met.changes]
    yield from (f"same      {_place(met.cells)} = {met.path}" for met in same)
    yield from _refused("conflict", plan.conflicts)
    yield from _refused("unusable", plan.unusable)
    notes = list(dict.fromkeys(plan.notes))
    yield from (f"note      {note}" for note in notes[:MOST])
    if len(notes) > MOST:
        yield f"note      and {len(notes) - MOST} more"
    yield _summary(plan, same)
    if not plan.contents:
        yield "nothing to write"
    elif written:
        yield f"{len(plan.contents)} files written; drafts stay unpublished until their TODOs are written"
    else:
        yield f"nothing was written: {len(plan.contents)} files to write with --write"
    if any(not change.taken for met in plan.met for change in met.changes):
        yield "what entries say was kept where rows differ: --update FIELD takes a field from the rows, --replace all of them"


def _summary(plan: Plan, same: list[Met]) -> str:
    changed = sum(met.taken for met in plan.met)
    kept = len(plan.met) - len(same) - changed
    drafts = sum(bool(item.missing) for item in plan.new)
    added = f"{plan.joined} added to others, " if plan.joined else ""
    return (
        f"{plan.rows} rows: {added}{len(plan.new)} new ({drafts} drafts), {len(same)} same, "
        f"{changed} to change, {kept} differ and are kept, {len(plan.conflicts)} in conflict, {len(plan.unusable)} unusable"
    )


def _place(cells: Cells) -> str:
    return f"{cells.path}:{cells.line}"


def _change(change: Change) -> str:
    sign = "+" if change.items else "->"
    kept = "" if change.taken else "  (kept)"
    return f"          {change.field}: {_short(change.old) or 'nothing'} {sign} {_short(change.new)}{kept}"


def _refused(what: str, problems: list[Problem]) -> Iterator[str]:
    for problem in sorted(problems):
        yield f"{what:10}{problem.path}:{problem.line}: {problem.message}"
        if problem.tip:
            yield f"          tip: {problem.tip}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
