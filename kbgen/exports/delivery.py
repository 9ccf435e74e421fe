"""Brings exports to where they are wanted, and never over the work of a person."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from kbgen.cache import digest, write
from kbgen.errors import Problem, Problems

NOTED = Path(".kbgen", "exports.json")
"""What was written where: a hash by the whole path. A file that is not as noted is somebody else's."""


def deliver(root: Path, files: Mapping[str, bytes], to: Path, *, force: bool = False) -> list[tuple[Path, int]]:
    """Write files into the folder `to`, or the only one as `to` if that names a file. Returns their paths and sizes in bytes.

    Raises Problems, before anything is written, where a file stands that was not written by this function or was changed since.
    """
    targets = {_target(to, name, len(files)): content for name, content in files.items()}
    noted = _noted(root)
    if found := [p for path, content in targets.items() for p in _in_the_way(path, content, noted, force=force)]:
        raise Problems(found)
    for path, content in targets.items():
        try:
            write(path, content)
        except OSError as error:
            raise Problems(
                [Problem(str(path), 1, f"cannot be written: {error.strerror}", "choose another place with --to")]
            ) from None
        noted[str(path.resolve())] = digest(content)
    write(root / NOTED, json.dumps(noted, indent=0, sort_keys=True).encode())
    return [(path, len(content)) for path, content in targets.items()]


def _target(to: Path, name: str, count: int) -> Path:
    """Where a file goes: a path with an ending is that of the file, unless there are several or a folder has that name."""
    return to if count == 1 and to.suffix and not to.is_dir() else to / name


def _noted(root: Path) -> dict[str, str]:
    try:
        found = json.loads((root / NOTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_the_way(path: Path, content: bytes, noted: Mapping[str, str], *, force: bool) -> Iterator[Problem]:
    folder = next((above for above in path.parents if above.exists()), path)
    if path.is_dir() or not folder.is_dir():
        yield Problem(str(path), 1, "a file cannot stand here", "choose another place with --to")
    elif path.exists() and not force:
        present = digest(path.read_bytes())
        if present not in {digest(content), noted.get(str(path.resolve()))}:
            tip = "choose another place with --to, or write over it with --force"
            yield Problem(str(path), 1, "a file that kbgen did not write, or that was changed since, is in the way", tip)
