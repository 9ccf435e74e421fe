"""What an editor is told when something is wrong in a file of theirs."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches


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

    def __str__(self) -> str:
        tip = f"\n    tip: {self.tip}" if self.tip else ""
        return f"{self.path}:{self.line}: {self.message}{tip}"


class Problems(Exception):
    """Every problem found in one run; raised once, after all files have been read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A tip that names the nearest known word, or `otherwise` if none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else otherwise
