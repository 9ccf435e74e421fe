"""Several files changed as one: all of them, or none; after an interruption the next command goes through with it.

New contents are written into a folder of their own first. The journal, which appears in one step, is the point of no return:
without it nothing has happened, with it every change is made, now or by the next command. Nothing here loads the rest of kbgen,
which may be among the files that change.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kbgen.errors import Problem, Problems

FOLDER = Path(".kbgen", "change")
JOURNAL = "journal.json"

Changes = Mapping[str, bytes | None]
"""Path below the root -> what shall stand there; None: nothing."""


@dataclass(frozen=True)
class _Step:
    """One file: its path, where its new content is kept (none if it shall go), the hashes of what stood and shall stand there."""

    path: str
    content: str | None
    before: str | None
    after: str | None


def commit(root: Path, title: str, changes: Changes, seen: Changes) -> None:
    """Make all changes. `seen` are the files as they were when the changes were worked out.

    Raises Problems, with nothing changed, if one of them is no longer so.
    """
    if moved := [path for path, content in seen.items() if _content(root / path) != content]:
        tip = "somebody else is at work here: try again"
        raise Problems(Problem(path, 1, "changed while the command was at it, so nothing was done", tip) for path in moved)
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    steps = []
    for number, (path, content) in enumerate(sorted(changes.items())):
        if content is not None:
            _write(folder / str(number), content)
        name = None if content is None else str(number)
        steps.append(_Step(path, name, _hash(_content(root / path)), _hash(content)))
    _write(folder / f"{JOURNAL}.new", json.dumps({"title": title, "steps": [vars(step) for step in steps]}).encode())
    (folder / f"{JOURNAL}.new").replace(folder / JOURNAL)
    recover(root)


def recover(root: Path) -> str:
    """Finish a change that was begun; what it was called, "" if there is none.

    Raises Problems if a file is neither as it was nor as it shall be: then a person has to decide.
    """
    folder = root / FOLDER
    if not (folder / JOURNAL).is_file():  # contents without a journal belong to nothing, or to a command at work
        return ""
    journal = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    steps = [_Step(**step) for step in journal["steps"]]
    if strange := list(_strange(root, folder, steps)):
        raise Problems(strange)
    for step in sorted(steps, key=lambda step: step.content is None):  # nothing goes before everything new is there
        take(root, folder, step)
    (folder / JOURNAL).unlink()
    shutil.rmtree(folder, ignore_errors=True)
    return str(journal["title"])


def _strange(root: Path, folder: Path, steps: list[_Step]) -> Iterator[Problem]:
    for step in steps:
        if _hash(_content(root / step.path)) not in {step.before, step.after}:
            tip = f"put it back as it was, or remove {folder.relative_to(root)} to keep all files as they are now"
            yield Problem(step.path, 1, "changed since a change of several files was interrupted, so that is not finished", tip)


def take(root: Path, folder: Path, step: _Step) -> None:
    """Make the change of one file, unless it is made."""
    target = root / step.path
    if step.content is None:
        target.unlink(missing_ok=True)
    elif (folder / step.content).is_file():  # else this step was made before the interruption
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            (folder / step.content).chmod(target.stat().st_mode)
        (folder / step.content).replace(target)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _hash(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
