"""What an editor is told when something is wrong in a file of theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import groupby

from kbgen.harmless import shown

LONGEST = 400
"""Longer messages are cut: what was found may be megabytes."""
FEW = 50
"""So many problems of one file are reported."""


@dataclass(frozen=True, order=True)
class Problem:
    """One slip: where it stands (line from 1), what is wrong, and what to do about it.

    `code` names the rule that found it, for programs; it does not make two problems different.
    """

    path: str
    line: int
    message: str
    tip: str = ""
    code: str = field(default="", compare=False)

    def by(self, rule: str) -> "Problem":
        """The same problem, found by `rule` unless somebody has said so already."""
        return self if self.code else replace(self, code=rule)

    def __post_init__(self) -> None:
        """What stands in a file may hold signs that command a terminal: they are shown as escapes, wherever a problem goes."""
        for name in ("path", "message"):
            object.__setattr__(self, name, shown(cut(getattr(self, name))))
        object.__setattr__(self, "tip", "\n".join(shown(cut(line)) for line in self.tip.split("\n")))

    def __str__(self) -> str:
        tip = f"\n    tip: {self.tip}" if self.tip else ""
        return f"{self.path}:{self.line}: {self.message}{tip}"


class Problems(Exception):
    """Every problem found in one run; raised once, after all files have been read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        by_file = groupby(sorted(set(problems)), key=lambda problem: problem.path)
        self.problems = tuple(problem for _, found in by_file for problem in few(list(found)))
        super().__init__("\n".join(map(str, self.problems)))


def few(problems: Sequence[Problem]) -> list[Problem]:
    """The first problems of a file, and a word on the rest: thousands tell no more, and cost time."""
    if len(problems) <= FEW:
        return list(problems)
    last = problems[FEW - 1]
    return [*problems[:FEW], Problem(last.path, last.line, "and more of the kind in this file", "mend these first")]


def cut(text: str) -> str:
    """A text that is not too long for a report."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A tip that names the nearest known word, or `otherwise` if none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6) if len(word) < LONGEST else []
    return f"did you mean {near[0]}?" if near else otherwise
