"""Which entry a row is about: by id, name or alias, in either language, however it is spelled."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kbgen.editing.imports.columns import squeezed
from kbgen.editing.imports.rows import Row
from kbgen.errors import Problem
from kbgen.matcher import HAN
from kbgen.model import KnowledgeBase
from kbgen.names import names_of, normal

MAX_ID = 60


class Known:
    """The ids that a name may mean: first as it is written, case and width aside, then without blanks, hyphens and signs."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        for name, id in [*names_of(kb).items(), *((id, id) for id in kb.entries)]:
            self._exact[normal(name)].add(id)
            self._loose[squeezed(name)].add(id)

    def find(self, name: str) -> set[str]:
        """Ids of the entries of this name."""
        return self._exact.get(normal(name)) or self._loose.get(squeezed(name)) or set()

    def add(self, name: str, id: str) -> None:
        """Note a name of an entry that is about to be written."""
        self._exact[normal(name)].add(id)
        self._loose[squeezed(name)].add(id)


@dataclass(frozen=True)
class About:
    """The entry that a row is about; none if it is a new one."""

    id: str | None


def about(row: Row, known: Known, kb: KnowledgeBase) -> About | Problem:
    """The entry of a row, or why that is not clear."""
    if row.id in kb.entries:
        return About(row.id)
    if len(row.parts) > 1:
        return _several(row, known)
    for names in (tuple(dict.fromkeys((*row.said.values(), *row.parts))), row.hints, row.others):
        ids = _ids(names, known)
        if len(ids) > 1:
            each = "; ".join(f"{name!r} is {' or '.join(sorted(known.find(name)))}" for name in names if known.find(name))
            return row.cells.problem(f"names more than one entry: {each}", "make it a row for each, or add a column id")
        if ids:
            return About(ids.pop())
    return About(None)


def _ids(names: Iterable[str], known: Known) -> set[str]:
    return {id for name in names for id in known.find(name)}


def _several(row: Row, known: Known) -> About | Problem:
    """What a name with slashes means: one thing if all parts say so, or if it is a new name in each language."""
    found = [known.find(part) for part in row.parts]
    ids = set().union(*found)
    if len(ids) == 1 and all(found):
        return About(ids.pop())
    if not ids and len(row.parts) == 2 and {HAN.search(part) is None for part in row.parts} == {True, False}:
        return About(None)
    each = ", ".join(f"{part!r} ({' or '.join(sorted(ids)) or 'new'})" for part, ids in zip(row.parts, found, strict=True))
    return row.cells.problem(f"names several things: {each}", "make it a row for each; other names of one thing go into brackets")


def new_id(row: Row) -> str:
    """An id for a new entry: as the file says, of its English name, or of the sounds of its Chinese one; empty if none fits."""
    for name in filter(None, (row.id, row.names.get("en"), row.names.get("zh"))):
        if id := _id(name):
            return id
    return ""


def _id(name: str) -> str:
    from pypinyin import lazy_pinyin

    latin = unicodedata.normalize("NFKD", " ".join(lazy_pinyin(name)) if HAN.search(name) else name)
    plain = re.sub(r"['’]", "", latin).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    id = id if len(id) <= MAX_ID else id[:MAX_ID].rpartition("_")[0] or id[:MAX_ID]
    return f"term_{id}" if id[:1].isdigit() else id
