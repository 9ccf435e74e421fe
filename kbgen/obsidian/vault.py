"""What the notes of a vault are called, and what stands at their heads."""

import re
import time
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kbgen.links import targets
from kbgen.notes import FRONT_MATTER, aliases

PROPERTY = re.compile(r"""^(\w+): (["']?)(.*?)\2\s*$""", re.M)


def notes(vault: Path) -> Mapping[str, str]:
    """Every way to name a note of the vault, with its path.

    A host makes a new converter for every page, and a live preview outlasts edits: the folder is read at most once a second.
    """
    return _notes(vault, int(time.monotonic()))


@lru_cache(maxsize=2)
def _notes(vault: Path, second: int) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    paths = [path for path in vault.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(vault).parts)]
    return targets({path.relative_to(vault).as_posix(): aliases(path.read_text(encoding="utf-8")) for path in paths})


def head(vault: Path, page: str) -> Mapping[str, str]:
    """The properties of a note that are one quoted line each."""
    return _properties(vault / page, int(time.monotonic())) if page else {}


@lru_cache(maxsize=512)
def _properties(path: Path, second: int) -> Mapping[str, str]:  # noqa: ARG001  # part of the key
    found = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    return {match[1]: match[3] for match in PROPERTY.finditer(found[1])} if found else {}


def slug(heading: str, separator: str = "-") -> str:
    """The id of a heading: its letters and digits of any script, lower case, joined by dashes."""
    text = unicodedata.normalize("NFC", re.sub(r"<[^>]+>", "", heading)).strip().lower()
    return re.sub(r"\s+", separator, re.sub(r"[^\w\s-]", "", text))


def fragment(anchor: str) -> str:
    """The end of an address that leads to a heading."""
    return f"#{slug(anchor.rpartition('#')[2])}" if anchor else ""
