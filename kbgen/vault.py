"""Writes generated files into a folder that people edit too, and never over their work.

A manifest in the folder remembers what was written. Files are written only when their bytes change, removed when nothing generates
them any more, and left alone, with a problem, when a person has changed them since.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from kbgen.errors import Problem, Problems

MANIFEST = ".kbgen.json"


def sync(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make the generated part of `folder` equal to `files`. Returns how many files were written or removed.

    Raises Problems, before anything is touched, if a person has changed a generated file or keeps a file at its place.
    """
    manifest = folder / MANIFEST
    before: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    after = {name: _digest(content) for name, content in sorted(files.items())}
    present = {name: _digest_of(folder / name) for name in sorted(before.keys() | after.keys())}
    if problems := [
        _changed(folder, name) for name, digest in present.items() if digest not in {None, before.get(name), after.get(name)}
    ]:
        raise Problems(problems)
    written = [name for name, digest in after.items() if present[name] != digest]
    stale = [name for name in before if name not in after and present[name] is not None]
    for name in written:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(files[name])
    for name in stale:
        (folder / name).unlink()
        _remove_empty(folder, (folder / name).parent)
    if before != after:
        folder.mkdir(parents=True, exist_ok=True)
        manifest.write_text(json.dumps(after, indent=0, ensure_ascii=False), encoding="utf-8")
    return len(written) + len(stale)


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
