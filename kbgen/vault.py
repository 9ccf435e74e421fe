"""Writes generated files into a folder that people edit too, and never over their work.

A manifest in the folder remembers what was written. Files are written only when their bytes change, removed when nothing generates
them any more, and left alone, with a problem, when a person has changed them since.

Every file appears whole or not at all, and what is about to be written is noted first: a run that was killed leaves a folder whose
files are all known as ours, and the next run goes on from there.
"""

import json
import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kbgen import cache
from kbgen.cache import Digests, digest
from kbgen.errors import Problem, Problems

MANIFEST = ".kbgen.json"
JOURNAL = ".kbgen.writing.json"
"""What a run was writing when it was killed; nothing stands there otherwise."""
PART = ".kbgen.part"
"""A file before it has its name."""
SIGNS = 16
"""How many signs of a hash tell files apart."""


Files = Mapping[str, bytes | Path]
"""Path in a folder -> what shall stand there, or the file that holds it."""


def sync(folder: Path, files: Files) -> int:
    """Make the generated part of one folder equal to `files`: see `sync_all`."""
    return sync_all({folder: files}, Digests())


def sync_all(wanted: Mapping[Path, Files], digests: Digests) -> int:
    """Make the generated part of each folder equal to its files. Returns how many files were written or removed.

    Raises Problems, before anything is touched in any folder, if a person has changed a generated file or keeps one at its place.
    """
    plans = [_plan(folder, files, digests) for folder, files in wanted.items()]
    if problems := [problem for plan in plans for problem in plan.problems]:
        raise Problems(problems)
    return sum(_carry_out(plan, digests) for plan in plans)


def put(folder: Path, files: Mapping[str, bytes]) -> int:
    """Bring some generated files up to date before the rest. Returns how many changed. Raises Problems if a person changed one."""
    before, digests = written(folder), Digests()
    after = {name: digest(content)[:SIGNS] for name, content in files.items()}
    present = {name: _present(folder, name, digests) for name in files}
    if found := [_changed(folder, name) for name in files if present[name] not in {None, before.get(name), after[name]}]:
        raise Problems(found)
    changed = [name for name in files if present[name] != after[name]]
    _make_folders(folder, changed)
    for name in changed:
        _write(folder, name, files[name])
    if not after.items() <= before.items():
        _write(folder, MANIFEST, _json(before | after))
    return len(changed)


def intact(folder: Path, digests: Digests) -> bool:
    """Whether every generated file of a folder stands as it was written."""
    found, begun = written(folder), any((folder / name).exists() for name in (JOURNAL, PART))
    return bool(found) and not begun and all(_present(folder, name, digests) == digest for name, digest in found.items())


@dataclass(frozen=True)
class _Plan:
    """What is to be done in one folder."""

    folder: Path
    files: Files
    before: Mapping[str, str]
    after: Mapping[str, str]
    begun: Mapping[str, Sequence[str]]
    present: Mapping[str, str | None]

    @property
    def problems(self) -> list[Problem]:
        wanted = {name: self.present[name] for name in self.after}
        blocked = [_blocked(self.folder, name) for name in _in_the_way(self.folder, wanted)]
        known = (
            (name, digest, {None, self.before.get(name), self.after.get(name), *self.begun.get(name, ())})
            for name, digest in self.present.items()
        )
        return blocked or [_changed(self.folder, name) for name, digest, expected in known if digest not in expected]


def _plan(folder: Path, files: Files, digests: Digests) -> _Plan:
    before, begun = written(folder), _noted(folder / JOURNAL)
    after = {name: _digest(content, digests) for name, content in sorted(files.items())}
    present = {name: _present(folder, name, digests) for name in sorted(before.keys() | after.keys() | begun.keys())}
    return _Plan(folder, files, before, after, begun, present)


def _carry_out(plan: _Plan, digests: Digests) -> int:
    changed = [name for name, digest in plan.after.items() if plan.present[name] != digest]
    stale = [name for name, digest in plan.present.items() if name not in plan.after and digest is not None]
    _make_folders(plan.folder, [JOURNAL, *changed])
    if changed or stale:
        _write(plan.folder, JOURNAL, _json({name: [*plan.begun.get(name, ()), *_ours(plan, name)] for name in plan.present}))
    for name in changed:
        given = plan.files[name]
        content = given.read_bytes() if isinstance(given, Path) else given
        _write(plan.folder, name, content)
        digests.note(f"{plan.folder}/{name}", content)
    for name in stale:
        (plan.folder / name).unlink()
        _remove_empty(plan.folder, (plan.folder / name).parent)
    if plan.before != plan.after:
        _write(plan.folder, MANIFEST, _json(plan.after))
    for leftover in (JOURNAL, PART):
        (plan.folder / leftover).unlink(missing_ok=True)
    return len(changed) + len(stale)


def _ours(plan: _Plan, name: str) -> list[str]:
    """The hashes that a file may have while this run is at it: what stood there, and what shall stand there."""
    return [found for found in (plan.before.get(name), plan.after.get(name)) if found]


def _write(folder: Path, name: str, content: bytes) -> None:
    """Write a file that appears whole or not at all; what was a link to elsewhere is no link afterwards."""
    part = f"{folder}/{PART}"
    cache.write_file(part, content)
    os.replace(part, f"{folder}/{name}")  # noqa: PTH105  # strings: ten thousand files take 0.6 s with them, 0.9 with Paths


def _make_folders(folder: Path, names: Sequence[str]) -> None:
    """Make the folders in which these files are to stand."""
    for inner in sorted({posixpath.dirname(name) for name in names}):
        (folder / inner).mkdir(parents=True, exist_ok=True)


def _json(content: object) -> bytes:
    return json.dumps(content, indent=0, ensure_ascii=False).encode()


def _in_the_way(folder: Path, present: Mapping[str, str | None]) -> Iterator[str]:
    """What stands where a folder or a file has to be written, and is not of that kind: nothing is moved for people."""
    folders = {PurePosixPath(name) for name in {posixpath.dirname(name) for name in present} if name}
    needed = {parent.as_posix() for inner in folders for parent in (inner, *inner.parents[:-1])}
    yield from (name for name in sorted(needed) if (folder / name).exists() and not (folder / name).is_dir())
    absent = (name for name, digest in present.items() if digest is None)
    yield from (name for name in absent if name not in needed and (folder / name).is_dir())


def written(folder: Path) -> dict[str, str]:
    """What was written into a folder: a hash of each file by its path there."""
    return _noted(folder / MANIFEST)


def ours(folder: Path) -> set[str]:
    """Every file that was written into a folder, also by a run that was killed."""
    return {*written(folder), *_noted(folder / JOURNAL)}


def _noted(file: Path) -> dict[str, Any]:
    """What a note of ours says; nothing if somebody has damaged it, for then every file counts as theirs."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(content: bytes | Path, digests: Digests) -> str:
    found = digests.of(content) if isinstance(content, Path) else digest(content)
    assert found is not None  # a file that was made a moment ago
    return found[:SIGNS]


def _present(folder: Path, name: str, digests: Digests) -> str | None:
    found = digests.of(f"{folder}/{name}")
    return found and found[:SIGNS]


def _changed(folder: Path, name: str) -> Problem:
    tip = "move your change into data/ or kbgen/templates/, or into a page of your own; then delete this file"
    return Problem((folder / name).as_posix(), 1, "a generated file was changed by hand, so it is not written over", tip)


def _blocked(folder: Path, name: str) -> Problem:
    return Problem((folder / name).as_posix(), 1, "this stands where kbgen has to write", "move it, or give it another name")


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
