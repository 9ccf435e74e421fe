"""When each entry last changed, as git tells it. Nobody knows where there is no git, no history, or only its last part."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kbgen.cache import digest, kept

MARK = "commit "
NONE = "0" * 40
RAW = (
    *("-c", "log.showSignature=false", "-c", "core.quotePath=false"),
    *("log", "--topo-order", "--no-renames", "--relative", "--raw", "--no-abbrev", f"--format={MARK}%H %as"),
)
LOG = ("-c", "log.showSignature=false", "log", "--no-renames", "--relative", "--name-status", f"--format={MARK}%as")


@dataclass(frozen=True)
class Change:
    """The day of the last change of an entry, and whether that change made it."""

    day: str
    new: bool


@dataclass(frozen=True)
class Version:
    """What one commit did to one file: the blobs before and after, NONE where the file was not there."""

    commit: str
    day: str
    path: str
    before: str
    after: str


def versions(root: Path, *paths: str) -> list[Version]:
    """Every change of files below `paths`, the latest first; nothing if the past is not known."""
    found, commit, day = list[Version](), "", ""
    for line in _git(root, *RAW, "--", *paths).splitlines() if _whole(root) else ():
        if line.startswith(MARK):
            commit, day = line.removeprefix(MARK).split()
        elif line.startswith(":"):
            about, _, path = line.partition("\t")
            found.append(Version(commit, day, path, *about.split()[2:4]))
    return found


def contents(root: Path, blobs: Iterable[str]) -> dict[str, bytes]:
    """What blobs hold."""
    wanted = sorted(set(blobs) - {NONE})
    told, found, at = _git_bytes(root, "\n".join(wanted).encode(), "cat-file", "--batch"), dict[str, bytes](), 0
    while at < len(told):
        end = told.index(b"\n", at)
        blob, _, size = told[at:end].decode().split()
        found[blob] = told[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return found


def _whole(root: Path) -> bool:
    """Whether git knows this folder with all of its past; without, everything would seem to have changed in one commit."""
    return _git(root, "rev-parse", "--is-shallow-repository").strip() == "false"


def head(root: Path) -> str:
    """The commit that changed the data last; "" if that is unknown."""
    return _git(root, "log", "-1", "--format=%H", "--", "data").strip() if _whole(root) else ""


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
    return _git_bytes(root, b"", *command).decode("utf-8", "replace")


def _git_bytes(root: Path, given: bytes, *command: str) -> bytes:
    try:
        run = subprocess.run(["git", *command], cwd=root, input=given, capture_output=True, check=False)  # noqa: S607  # wherever it is
    except OSError:
        return b""
    return run.stdout if run.returncode == 0 else b""
