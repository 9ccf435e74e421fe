"""What a vault holds: how its notes and files are called, and what stands at the heads of the notes."""

import os
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from kbgen.notes import FRONT_MATTER, aliases, is_published
from kbgen.obsidian.remembered import for_a_second

PROPERTY = re.compile(r"""^(\w+): (["']?)(.*?)\2\s*$""", re.M)
NOTE = ".md"


@dataclass(frozen=True)
class Found:
    """The file that a link means, how it was found, and which others it could have meant."""

    path: str
    how: Literal["path", "name", "alias", "folder"]
    others: tuple[str, ...] = ()


class Names:
    """Ways to name files: each with the paths it may mean, those with the fewest folders first."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self.exact: dict[str, list[str]] = {}
        self.folded: dict[str, list[str]] = {}
        for name, path in named:
            spelled = unicodedata.normalize("NFC", name)
            self.exact.setdefault(spelled, []).append(path)
            self.folded.setdefault(spelled.casefold(), []).append(path)

    def get(self, name: str) -> list[str]:
        """Exactly this name; only where there is none, the same in other letter case."""
        return self.exact.get(name) or self.folded.get(name.casefold()) or []


class Vault:
    """A folder of notes as it was a moment ago."""

    def __init__(self, root: Path, stamps: Mapping[str, tuple[int, int]]) -> None:
        self.root = root
        self.stamps = stamps
        self.files = sorted(stamps, key=lambda path: (path.count("/"), path))
        self.outlines: dict[object, Any] = {}  # of notes, since the vault is like this
        self._found: dict[tuple[str, str], Found | None] = {}
        self.written: set[str] = set()  # which facts have been
        self.told: set[tuple[str, str]] = set()  # what has been reported, by page

    def __contains__(self, path: str) -> bool:
        return path in self.stamps and path not in self.hidden

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The notes that are not to be published: no link and no embed finds them."""
        notes = (path for path in self.files if path.endswith(NOTE))
        return frozenset(path for path in notes if self._other_names(path) is None)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The paths of all notes that may be published."""
        return tuple(path for path in self.files if path.endswith(NOTE) and path not in self.hidden)

    @cached_property
    def note_names(self) -> Names:
        """Notes by their path and every tail of it, without extension."""
        return _tails_of(self.notes)

    @cached_property
    def file_names(self) -> Names:
        """Files that are no notes by their path and every tail of it."""
        return _tails_of(tuple(path for path in self.files if not path.endswith(NOTE)))

    @cached_property
    def aliases(self) -> Names:
        """Notes by the other names that they give themselves."""
        return Names((alias.strip(), path) for path in self.notes for alias in self._other_names(path) or ())

    def _other_names(self, path: str) -> list[str] | None:
        return _names(f"{self.root}/{path}", self.stamps[path])

    def text(self, path: str) -> str:
        """What a note says, without its properties."""
        return FRONT_MATTER.sub("", (self.root / path).read_text(encoding="utf-8", errors="replace"), count=1)

    def find(self, target: str, page: str) -> Found | None:
        """The file that a link on `page` means by `target`: a note by path, tail of a path or name, else a file, else an alias."""
        asked = (target, posixpath.dirname(page))
        if asked not in self._found:
            self._found[asked] = self._look_up(target, page)
        return self._found[asked]

    def _look_up(self, target: str, page: str) -> Found | None:
        name = unicodedata.normalize("NFC", target).strip()
        if name.startswith(("./", "../")):
            name = "/" + posixpath.normpath(posixpath.join(posixpath.dirname(page), name))
        bare = name[: -len(NOTE)] if name.lower().endswith(NOTE) else name
        whole, named = name.startswith("/"), bare.strip("/ ")
        for names, wanted in ((self.note_names, named), (self.file_names, name.strip("/ "))):
            if wanted and (found := _choose(names.get(wanted), wanted, page, whole=whole)):
                return found
        candidates = self.aliases.get(named) if named and not whole else []
        return Found(candidates[0], "alias", tuple(candidates[1:])) if candidates else None


def _choose(candidates: list[str], wanted: str, page: str, *, whole: bool) -> Found | None:
    """Of several files that are called so: what the whole path says, else the one beside the page, else the first.

    The whole path of a note outside all folders is its name: where a name is ambiguous, Obsidian writes whole paths.
    """
    exact = [path for path in candidates if _key(path) in {wanted.casefold(), wanted.casefold() + NOTE}]
    beside = [path for path in candidates if posixpath.dirname(path) == posixpath.dirname(page)]
    if not candidates or (whole and not exact):
        return None
    path = (exact or beside or candidates)[0]
    others = () if whole or (exact and "/" in wanted) else tuple(other for other in candidates if other != path)
    return Found(path, "path" if exact else "folder" if beside else "name", others)


def file_at(vault: Vault, path: str, page: str) -> str | None:
    """The file that a path of a Markdown link means: relative to the note, with or without extension."""
    relative = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return next((written for written in (relative, relative + NOTE) if written in vault), None)


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


@lru_cache(maxsize=4)
def _tails_of(paths: tuple[str, ...]) -> Names:
    """Files by their path and every tail of it, notes without extension: the same as long as none comes or goes."""
    return Names((tail, path) for path in paths for tail in _tails(path.removesuffix(NOTE)))


def _tails(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.partition("/")[2]


@for_a_second(2)
def vault_at(root: Path) -> Vault:
    """The vault in a folder."""
    return _unchanged(root, tuple(sorted(_stamps(str(root)))) if root.is_dir() else ())


@lru_cache(maxsize=2)
def _unchanged(root: Path, stamps: tuple[tuple[str, tuple[int, int]], ...]) -> Vault:
    return Vault(root, dict(stamps))


def _stamps(folder: str, within: str = "") -> Iterator[tuple[str, tuple[int, int]]]:
    """The files below a folder, hidden ones left out; of notes also when they changed, and their size."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = within + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):  # a link to a folder may lead round in circles
                yield from _stamps(entry.path, f"{path}/")
            elif path.endswith(NOTE) and entry.is_file():
                yield path, ((stat := entry.stat()).st_mtime_ns, stat.st_size)
            elif entry.is_file():
                yield path, (0, 0)


@lru_cache(maxsize=8192)
def _names(file: str, stamp: tuple[int, int]) -> list[str] | None:  # noqa: ARG001  # part of the key
    """The other names that a note gives itself; None if it is not to be published."""
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    return aliases(text) if is_published(text) else None


def head(vault: Path, page: str) -> Mapping[str, str]:
    """The properties of a note that are one quoted line each."""
    stamp = vault_at(vault).stamps.get(page)
    return _properties(vault / page, stamp) if stamp else {}


@lru_cache(maxsize=8192)
def _properties(path: Path, stamp: tuple[int, int]) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    found = FRONT_MATTER.match(path.read_text(encoding="utf-8", errors="replace"))
    return {match[1]: match[3] for match in PROPERTY.finditer(found[1])} if found else {}


def slug(heading: str, separator: str = "-") -> str:
    """The id of a heading: its letters and digits of any script, lower case, joined by dashes."""
    text = unicodedata.normalize("NFC", re.sub(r"<[^>]+>", "", heading)).strip().lower()
    return re.sub(r"\s+", separator, re.sub(r"[^\w\s-]", "", text))
