"""Changes of a whole base: worked out, tried on a copy, told, and then made at once."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen.cache import MEMO, Memo
from kbgen.editing import rehearsal, transaction
from kbgen.editing.merge import merge, possible
from kbgen.editing.rename import mentions, rename, wanted
from kbgen.editing.workspace import Workspace
from kbgen.errors import Problem
from kbgen.load import load


@dataclass(frozen=True)
class Plan:
    """A change that passed on a copy. `left` are places that a person should look at, `held` the records that hold after it."""

    title: str
    space: Workspace
    left: tuple[Problem, ...]
    held: rehearsal.Held

    @property
    def told(self) -> list[str]:
        """A line for each file: what becomes of it."""
        space, lines = self.space, []
        for path, content in sorted(space.now.items()):
            before = space.seen.get(path)
            if content is None:
                lines.append(f"remove {path}")
            elif before is None:
                lines.append(f"write  {path}")
            else:
                lines.append(f"edit   {path}: {_lines(before, content)}")
        return [*lines, *_uncommitted(space)]

    def commit(self) -> None:
        """Make the change. Raises Problems, with nothing changed, if a file is no longer what it was."""
        transaction.commit(self.space.root, self.title, self.space.now, self.space.seen)


def plan_rename(root: Path, names: Mapping[str, str]) -> Plan:
    """Entries get other ids, old -> new. Raises Problems if that cannot be, or if the base would not pass the check."""
    kb, space = load(root, Memo(root / MEMO)), Workspace(root)
    renamings = [wanted(kb, old, new) for old, new in names.items()]
    held, left = rehearsal.holding(root, kb), list[Problem]()
    for renaming in renamings:
        left += rename(space, renaming)
        left += mentions(space, renaming.old, left)
    held = rehearsal.renamed(held, renamings)
    rehearsal.rehearse(space, held, rehearsal.by_name(space))
    return Plan(", ".join(f"rename {old} to {new}" for old, new in names.items()), space, tuple(left), held)


def plan_merge(root: Path, loser: str, winner: str, *, drop: bool) -> Plan:
    """One entry goes into another. Raises Problems if that cannot be, or if the base would not pass the check."""
    kb, space = load(root, Memo(root / MEMO)), Workspace(root)
    merging = possible(space, kb, loser, winner, drop=drop)
    held = {
        kind: [name for name in names if name.partition("__")[0] != loser] for kind, names in rehearsal.holding(root, kb).items()
    }
    left = merge(space, kb, merging)
    left += [problem for problem in mentions(space, loser, left) if problem.path != merging.path(winner)]
    rehearsal.rehearse(space, held, rehearsal.by_name(space))
    return Plan(f"merge {loser} into {winner}", space, tuple(left), held)


def _lines(before: bytes, after: bytes) -> str:
    """Which lines of a file differ; only how many, if lines were added or removed."""
    old, new = before.decode().split("\n"), after.decode().split("\n")
    if len(old) != len(new):
        return f"{abs(len(new) - len(old))} lines {'more' if len(new) > len(old) else 'less'}"
    found = [str(number) for number, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]
    shown = ", ".join(found[:12]) + (" …" if len(found) > 12 else "")
    return f"line{'s' if len(found) > 1 else ''} {shown}"


def _uncommitted(space: Workspace) -> list[str]:
    """What to know before a change: how many of its files hold work that git does not have."""
    try:
        run = subprocess.run(
            ["git", "status", "--porcelain", "--", *(path for path in space.now if space.seen.get(path) is not None)],  # noqa: S607
            cwd=space.root, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return []
    count = len(run.stdout.splitlines()) if run.returncode == 0 else 0
    return [f"note: {count} of these files have changes that are not committed"] if count else []
