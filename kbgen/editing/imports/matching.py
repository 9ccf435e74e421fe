"""Which entry a row is about: by id, name or alias, in either language, however it is spelled."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kbgen.editing.imports.columns import squeezed
from kbgen.editing.imports.rows import LATIN, Row
from kbgen.errors import Problem
from kbgen.matcher import HAN
from kbgen.model import KnowledgeBase
from kbgen.names import names_of, normal

MAX_ID = 60
ABBREVIATION = re.compile(r"[A-Z0-9]{1,4}s?")
"""Short enough to stand for several things; alone it tells nothing."""


class Known:
    """The ids that a name may mean: as it is written, case and width aside, else without blanks, hyphens and signs.

    The name of one entry may be the id of another; then it means the first.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        self._ids = kb.entries.keys()
        for name, id in names_of(kb).items():
            self.add(name, id)
        for id in kb.entries:
            self._exact.setdefault(normal(id), {id})
            self._loose.setdefault(squeezed(id), {id})

    def find(self, name: str) -> set[str]:
        """Ids of the entries of this name."""
        return self._exact.get(normal(name)) or self._loose.get(squeezed(name)) or set()

    def linked(self, target: str) -> set[str]:
        """Ids of the entries that a link may mean: there an id is an id first."""
        return {target} if target in self._ids else self.find(target)

    def add(self, name: str, id: str) -> None:
        """Note a name of an entry, be it there or about to be written."""
        self._exact[normal(name)].add(id)
        self._loose[squeezed(name)].add(id)


@dataclass(frozen=True)
class About:
    """The entry that a row is about; none if it is a new one."""

    id: str | None


def about(row: Row, known: Known, kb: KnowledgeBase) -> About | Problem:
    """The entry of a row, or why that is not clear."""
    whole = {row.id} & kb.entries.keys() or _ids(row.wholes.values(), known)
    if len(whole) == 1:
        return About(whole.pop())
    return _several(row, known) if len(row.parts) > 1 else _one(row, known)


def _one(row: Row, known: Known) -> About | Problem:
    """The entry of a row whose name names one thing; an abbreviation alone is not enough."""
    full = tuple(name for name in row.others if not ABBREVIATION.fullmatch(name))
    for names in (tuple(dict.fromkeys((*row.said.values(), *row.parts))), row.hints, full):
        ids = _ids(names, known)
        if len(ids) > 1:
            message = f"names more than one entry: {_each(names, known)}"
            return row.cells.problem(message, "make it a row for each, or add a column id")
        if ids:
            return About(ids.pop())
    if _ids(row.others, known):
        tip = "if it is the same, add a column id, or its name to the aliases there; else leave the abbreviation out"
        return row.cells.problem(f"a new name with a known abbreviation: {_each(row.others, known)}", tip)
    return About(None)


def _each(names: Iterable[str], known: Known) -> str:
    return "; ".join(f"{name!r} is {' or '.join(sorted(known.find(name)))}" for name in names if known.find(name))


def _ids(names: Iterable[str], known: Known) -> set[str]:
    return {id for name in names for id in known.find(name)}


def _several(row: Row, known: Known) -> About | Problem:
    """What a name with slashes means: one thing if all parts say so, or if it is a new name in each language."""
    found = [known.find(part) for part in row.parts]
    ids = set().union(*found)
    if len(ids) == 1 and all(found):
        return About(ids.pop())
    chinese, latin = ([part for part in row.parts if bool(pattern.search(part))] for pattern in (HAN, LATIN))
    if not ids and len(chinese) == len(latin) == 1 and len(row.parts) == 2 and chinese != latin:
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
