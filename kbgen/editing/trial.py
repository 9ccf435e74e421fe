"""Changes to what people own, tried on a copy before they are made, and made as a whole."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from kbgen import checks
from kbgen.cache import Memo
from kbgen.errors import Problem, Problems
from kbgen.load import load


def slips_of(root: Path, contents: Mapping[str, bytes], memo: Memo, known: Collection[Problem]) -> list[Problem]:
    """What `kbgen check` would say of the base with these files, by their paths below `root`, beside what is known already."""
    with tempfile.TemporaryDirectory(prefix="kbgen-") as folder:
        copy = Path(folder)
        for path in sorted((root / "data").rglob("*.yml")):
            _place(copy / path.relative_to(root), path)
        for name, content in contents.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(content)
        try:
            found = checks.problems(load(copy, memo), memo)
        except Problems as refusal:
            found = list(refusal.problems)
    return [problem for problem in found if problem not in known]


def _place(copy: Path, path: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)


def write_all(root: Path, contents: Mapping[str, bytes], before: Mapping[str, bytes | None]) -> None:
    """Write files below `root`, all or none. `before` is what stands at each path, None for nothing.

    Raises Problems, with everything as it was, if a file has changed in the meantime, leads out of its part of the project, or
    cannot be written.
    """
    refused = [problem for name in contents for problem in _refusals(root, name, before[name])]
    if refused:
        raise Problems(refused)
    parts = {name: root / f"{name}.{os.getpid()}.part" for name in contents}
    done = False
    try:
        for name, part in parts.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(contents[name])
        for name, part in parts.items():
            part.replace(root / name)
        done = True
    except OSError as error:
        raise Problems([Problem(name, 1, f"cannot be written: {error.strerror}", "nothing was changed")]) from error
    finally:
        for other in () if done else contents:  # whatever came between, an interruption too
            _restore(root / other, contents[other], before[other])
        for part in parts.values():
            part.unlink(missing_ok=True)


def _refusals(root: Path, name: str, before: bytes | None) -> list[Problem]:
    """Why a file may not be written."""
    path, part = root / name, Path(name).parts[0]
    if not path.parent.resolve().is_relative_to((root / part).resolve()):
        return [Problem(name, 1, f"its folder leads out of {part}/", "replace the symbolic link by a folder")]
    now = path.read_bytes() if path.is_file() else None
    if now != before or (before is None and os.path.lexists(path)):
        return [Problem(name, 1, "was changed in the meantime", "run the command again")]
    return []


def _restore(path: Path, ours: bytes, before: bytes | None) -> None:
    """Put back what stood there, where something of ours stands now."""
    with suppress(OSError):
        if path.read_bytes() != ours:
            return
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
