"""Writes generated files into a folder that people edit too, and never over their work.

A manifest in the folder remembers what was written. Files are written only when their bytes change, removed when nothing generates
them any more, and left alone, with a problem, when a person has changed them since.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen.cache import Digests, digest
from kbgen.errors import Problem, Problems

MANIFEST = ".kbgen.json"
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
    for name in changed:
        _write(folder / name, files[name])
    if not after.items() <= before.items():
        _write(folder / MANIFEST, json.dumps(before | after, indent=0, ensure_ascii=False).encode())
    return len(changed)


def intact(folder: Path, digests: Digests) -> bool:
    """Whether every generated file of a folder stands as it was written."""
    found = written(folder)
    return bool(found) and all(_present(folder, name, digests) == digest for name, digest in found.items())


@dataclass(frozen=True)
class _Plan:
    """What is to be done in one folder."""

    folder: Path
    files: Files
    before: Mapping[str, str]
    after: Mapping[str, str]
    present: Mapping[str, str | None]

    @property
    def problems(self) -> list[Problem]:
        known = ((name, digest, {None, self.before.get(name), self.after.get(name)}) for name, digest in self.present.items())
        return [_changed(self.folder, name) for name, digest, expected in known if digest not in expected]


def _plan(folder: Path, files: Files, digests: Digests) -> _Plan:
    before = written(folder)
    after = {name: _digest(content, digests) for name, content in sorted(files.items())}
    present = {name: _present(folder, name, digests) for name in sorted(before.keys() | after.keys())}
    return _Plan(folder, files, before, after, present)


def _carry_out(plan: _Plan, digests: Digests) -> int:
    changed = [name for name, digest in plan.after.items() if plan.present[name] != digest]
    stale = [name for name in plan.before if name not in plan.after and plan.present[name] is not None]
    for name in changed:
        (plan.folder / name).parent.mkdir(parents=True, exist_ok=True)
        content = plan.files[name]
        (plan.folder / name).write_bytes(content.read_bytes() if isinstance(content, Path) else content)
        digests.of(f"{plan.folder}/{name}")
    for name in stale:
        (plan.folder / name).unlink()
        _remove_empty(plan.folder, (plan.folder / name).parent)
    if plan.before != plan.after:
        plan.folder.mkdir(parents=True, exist_ok=True)
        (plan.folder / MANIFEST).write_text(json.dumps(plan.after, indent=0, ensure_ascii=False), encoding="utf-8")
    return len(changed) + len(stale)


def written(folder: Path) -> dict[str, str]:
    """What was written into a folder: a hash of each file by its path there."""
    manifest = folder / MANIFEST
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all; until then no host and no Obsidian takes it for a note."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


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


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
