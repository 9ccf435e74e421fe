"""When each entry last changed, as git tells it. Nobody knows where there is no git, no history, or only its last part."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen.cache import digest, kept

MARK = "commit "
LOG = ("-c", "log.showSignature=false", "log", "--no-renames", "--relative", "--name-status", f"--format={MARK}%as")


@dataclass(frozen=True)
class Change:
    """The day of the last change of an entry, and whether that change made it."""

    day: str
    new: bool


def head(root: Path) -> str:
    """The commit that changed the data last; "" if that is unknown."""
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return ""  # a clone without its past would say that everything changed with its first commit
    return _git(root, "log", "-1", "--format=%H", "--", "data").strip()


def changes(root: Path, cache: Path) -> dict[str, Change]:
    """The last change of each file in data/ by its stem, the latest first; nothing if it is unknown."""
    last = head(root)
    if not last:
        return {}
    found = kept(cache / f"{digest(last)}.json", lambda: json.dumps(_read(_git(root, *LOG, "--", "data"))).encode())
    return {id: Change(day, new) for id, (day, new) in json.loads(found).items()}


def _read(log: str) -> Mapping[str, tuple[str, bool]]:
    """The first word of the log about each entry is the latest; a file that came back counts from there."""
    found: dict[str, tuple[str, bool]] = {}
    for day, status, path in _entries(log):
        found.setdefault(Path(path).stem, (day, status == "A"))
    return found


def _entries(log: str) -> Iterator[tuple[str, str, str]]:
    """(day, status, path) of every change of a file of an entry."""
    day = ""
    for line in log.splitlines():
        if line.startswith(MARK):
            day = line.removeprefix(MARK)
        elif line.endswith(".yml"):
            status, _, path = line.partition("\t")
            if path.count("/") == 2:  # data/<kind>/<id>.yml
                yield day, status, path


def _git(root: Path, *command: str) -> str:
    """What git prints; "" where it cannot answer."""
    try:
        run = subprocess.run(["git", *command], cwd=root, capture_output=True, check=False, encoding="utf-8", errors="replace")  # noqa: S607  # wherever it is
    except OSError:
        return ""
    return run.stdout if run.returncode == 0 else ""
