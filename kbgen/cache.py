"""Results kept on disk: large ones in a file each (`kept`), many small ones in a table (`Memo`)."""

import hashlib
import os
import pickle
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
HERE = Path(__file__).parent
CACHE = ".kbgen"
"""The folder of a knowledge base in which everything is kept."""
MEMO = Path(CACHE, "memo.db")
"""Where the small results of the last run stand."""
DECIDING = ("jinja2", "math-core", "numpy", "pydantic", "pypinyin", "pyyaml")
"""Packages that decide what a memo holds."""
Noted = tuple[tuple[int, int, int], str]
MOMENT = 100_000_000
"""Nanoseconds within which two changes of a file may bear the same time."""
DAY = 24 * 60 * 60
DAYS = 14
"""What nobody has asked for in so many days is removed."""


def digest(*parts: str | bytes) -> str:
    """A short name for what these parts decide."""
    joined = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(joined).hexdigest()[:32]


def files_below(folder: Path) -> Iterator[str]:
    """Every file below a folder, in order; as strings, since there are ten thousand of them."""
    found = [(at, names) for at, _, names in os.walk(folder)]
    return (f"{at}/{name}" for at, names in sorted(found) for name in sorted(names))


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`, a file named by what decides it, made first if it is not there."""
    if not path.is_file():
        write(path, make())
    return recall(path)


def recall(path: Path) -> bytes:
    """The content of a kept file, which counts as used today."""
    if time.time() - path.stat().st_mtime > DAY:
        path.touch()
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_file(path: str, content: bytes) -> None:
    """As `Path.write_bytes` does, for those who write thousands."""
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content)


def forget(folder: Path) -> None:
    """Remove the kept files that nobody has used for a while."""
    for path in folder.glob("*.*"):
        with suppress(FileNotFoundError):  # another run may be at it
            if time.time() - path.stat().st_mtime > DAYS * DAY:
                path.unlink()


class Digests:
    """Hashes of files. A file is read again only if its size or the time of its last change is not the one noted in `noted`.

    What changed in the last moments before the note was written is read again: the clock of files is coarse.
    """

    def __init__(self, noted: Path | None = None) -> None:
        self._noted, self._before, self._until = noted, dict[str, Noted](), 0
        self._now: dict[str, Noted] = {}
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            if noted:
                self._before = pickle.loads(noted.read_bytes())  # noqa: S301  # our own file
                self._until = noted.stat().st_mtime_ns - MOMENT

    def of(self, file: Path | str) -> str | None:
        """The hash of a file; None if there is no such file, or a folder in its place."""
        name = str(file)
        try:
            times = _times(name)
        except OSError:
            return None
        known = self._before.get(name)
        if known is None or known[0] != times or max(times[1:]) > self._until:
            try:
                known = (times, digest(Path(name).read_bytes()))
            except IsADirectoryError:
                return None
        self._now[name] = known
        return known[1]

    def note(self, file: Path | str, content: bytes) -> None:
        """Note what has just been written, which need not be read again."""
        self._now[str(file)] = (_times(str(file)), digest(content))

    def save(self) -> None:
        """Note the files that were asked for."""
        if self._noted:
            write(self._noted, pickle.dumps(self._now))


def _times(name: str) -> tuple[int, int, int]:
    """The size of a file, and when it and its entry were changed last."""
    state = os.stat(name)  # noqa: PTH116  # twice as fast as a Path, and this is asked ten thousand times
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns


class Memo:
    """What the last run found, by stage and key, as long as the code is the same.

    A key names everything else that decides the result. Only what a run asks for is saved for the next one, so nothing piles up.
    Without a file nothing is remembered.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._before = _results(file) if file and file.is_file() else {}
        self._now: dict[str, Any] = {}
        self._new: dict[str, bytes] = {}

    def get(self, stage: str, key: str, make: Callable[[], T]) -> T:
        """The result that belongs to `key`; made if the last run did not need it."""
        if self._file is None:
            return make()
        name = f"{stage} {key} {_code()}"
        if name not in self._now:
            if name in self._before:
                self._now[name] = pickle.loads(self._before[name])  # noqa: S301  # our own file
            else:
                self._now[name] = make()
                self._new[name] = pickle.dumps(self._now[name], protocol=5)
        found: T = self._now[name]
        return found

    def save(self) -> None:
        """Keep what this run asked for, and nothing else."""
        unused = self._before.keys() - self._now.keys()
        if self._file and len(unused) == len(self._before):  # a table keeps the room of what is deleted
            self._file.unlink(missing_ok=True)
            unused = set()
        self._write(unused)

    def add(self) -> None:
        """Keep what this run made beside what was there, of a run that asked for a part only; if another run is at it, do not."""
        if self._new:
            with suppress(sqlite3.Error, OSError):
                self._write(())

    def _write(self, unused: Iterable[str]) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file)) as base, base:
            base.execute("CREATE TABLE IF NOT EXISTS memo (name TEXT PRIMARY KEY, result BLOB)")
            base.executemany("DELETE FROM memo WHERE name = ?", [(name,) for name in unused])
            base.executemany("INSERT OR REPLACE INTO memo VALUES (?, ?)", self._new.items())


def _results(file: Path) -> dict[str, bytes]:
    """What a table holds; nothing, and no table any more, if it is damaged."""
    try:
        with closing(sqlite3.connect(file)) as base:
            return dict(base.execute("SELECT name, result FROM memo"))
    except sqlite3.DatabaseError:
        file.unlink()
        return {}


@cache
def _code() -> str:
    """A hash of all code, and of what it runs on. Templates are part of the keys of the pages."""
    paths = sorted(HERE.rglob("*.py"))
    sources = (part for path in paths for part in (path.relative_to(HERE).as_posix(), path.read_bytes()))
    return digest(sys.version, *map(version, DECIDING), *sources)
