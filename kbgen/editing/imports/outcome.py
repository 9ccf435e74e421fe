"""How an import is wished for, and what it would do with each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kbgen.editing.imports.entries import Change
from kbgen.editing.imports.sources import Cells
from kbgen.errors import Problem

FORMS = ("table", "cards", "csv", "notes")
FIELDS = ("name", "aliases", "plain", "exact", "formula", "example", "see_also")


@dataclass(frozen=True)
class Wishes:
    """How to import.

    `form` is one of FORMS, empty to tell from the file. `new`: rows that no entry is about become terms. `groups` maps words of a
    heading, a tag or a folder to ids of groups; the empty word stands for all others. `update` names fields that rows may
    overwrite, such as `plain` or `plain.zh`.
    """

    form: str = ""
    new: bool = True
    groups: Mapping[str, str] = field(default_factory=dict)
    definition: str = "exact"
    update: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        """Whether a row may overwrite this field."""
        return bool({name, name.partition(".")[0]} & self.update)


@dataclass(frozen=True)
class New:
    """An entry that is to be written."""

    cells: Cells
    path: str
    missing: tuple[str, ...]
    published: bool
    content: bytes


@dataclass(frozen=True)
class Met:
    """An entry that is there, and where a row says something else."""

    cells: Cells
    path: str
    changes: tuple[Change, ...]

    @property
    def taken(self) -> bool:
        """Whether anything of it is to be written."""
        return any(change.taken for change in self.changes)


@dataclass
class Plan:
    """What an import does with each row.

    `joined` counts rows that add to an earlier one. `contents` are the files that it writes, `before` what stands there now.
    """

    rows: int = 0
    joined: int = 0
    new: list[New] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    unusable: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, bytes | None] = field(default_factory=dict)
