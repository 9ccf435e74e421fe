"""Writes generated files into a folder that people edit too, and never over their work.

A manifest in the folder remembers what was written. Files are written only when their bytes change, removed when nothing generates
them any more, and left alone, with a problem, when a person has changed them since.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen.errors import Problem, Problems

MANIFEST = ".kbgen.json"


def sync(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make the generated part of one folder equal to `files`: see `sync_all`."""
    return sync_all({folder: files})


def sync_all(wanted: Mapping[Path, Mapping[str, bytes]]) -> int:
    """Make the generated part of each folder equal to its files. Returns how many files were written or removed.

    Raises Problems, before anything is touched in any folder, if a person has changed a generated file or keeps one at its place.
    """
    plans = [_plan(folder, files) for folder, files in wanted.items()]
    if problems := [problem for plan in plans for problem in plan.problems]:
        raise Problems(problems)
    return sum(_carry_out(plan) for plan in plans)


def intact(folder: Path) -> bool:
    """Whether every generated file of a folder stands as it was written."""
    manifest = folder / MANIFEST
    return manifest.is_file() and all(_digest_of(folder / name) == digest for name, digest in _read(manifest).items())


@dataclass(frozen=True)
class _Plan:
    """What is to be done in one folder."""

    folder: Path
    files: Mapping[str, bytes]
    before: Mapping[str, str]
    after: Mapping[str, str]
    present: Mapping[str, str | None]

    @property
    def problems(self) -> list[Problem]:
        known = ((name, digest, {None, self.before.get(name), self.after.get(name)}) for name, digest in self.present.items())
        return [_changed(self.folder, name) for name, digest, expected in known if digest not in expected]


def _plan(folder: Path, files: Mapping[str, bytes]) -> _Plan:
    before = _read(folder / MANIFEST)
    after = {name: _digest(content) for name, content in sorted(files.items())}
    present = {name: _digest_of(folder / name) for name in sorted(before.keys() | after.keys())}
    return _Plan(folder, files, before, after, present)


def _carry_out(plan: _Plan) -> int:
    written = [name for name, digest in plan.after.items() if plan.present[name] != digest]
    stale = [name for name in plan.before if name not in plan.after and plan.present[name] is not None]
    for name in written:
        (plan.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (plan.folder / name).write_bytes(plan.files[name])
    for name in stale:
        (plan.folder / name).unlink()
        _remove_empty(plan.folder, (plan.folder / name).parent)
    if plan.before != plan.after:
        plan.folder.mkdir(parents=True, exist_ok=True)
        (plan.folder / MANIFEST).write_text(json.dumps(plan.after, indent=0, ensure_ascii=False), encoding="utf-8")
    return len(written) + len(stale)


def _read(manifest: Path) -> dict[str, str]:
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _digest_of(path: Path) -> str | None:
    return _digest(path.read_bytes()) if path.is_file() else None


def _changed(folder: Path, name: str) -> Problem:
    tip = "move your change into data/ or kbgen/templates/, or into a page of your own; then delete this file"
    return Problem((folder / name).as_posix(), 1, "a generated file was changed by hand, so it is not written over", tip)


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
