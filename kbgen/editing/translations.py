"""What is said in one language only, and what one language has said anew since the other was written.

A language that changes alone is ahead until the other one changes too. The commit in which a text first stands counts for both.
Changes of punctuation, blanks, links and of a name for its `preferred` one say nothing new.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

import yaml

from kbgen import byhand, history
from kbgen.cache import Memo, digest
from kbgen.editing.scalars import scalars
from kbgen.history import NONE, Version
from kbgen.links import replace_links
from kbgen.model import LANGUAGES
from kbgen.vault import written
from kbgen.yamlfile import Loc

Said = tuple[str, str]
"""What a text says in Chinese and in English, folded; "" for what is not there."""
Texts = Mapping[Loc, Said]
"""The texts of a file by their places."""
Fold = Callable[[str], str]
WORKING = "not committed"
NO_TEXT = ("aliases", "unmarked", "marks", "interface")
"""What languages need not have alike."""


@dataclass(frozen=True, order=True)
class Gap:
    """A text that `language` lacks, or that the other one has changed since: when, in which commit, how much of it (0 to 1)."""

    path: str
    line: int
    field: str
    language: str
    kind: str
    changed: str = ""
    commit: str = ""
    share: float = 0.0

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: {self.field}"
        if self.kind == "missing":
            return f"{place}: no text in {self.language}"
        since = f"{self.changed}, {self.commit[:9]}" if self.commit else self.changed
        return f"{place}: {self.language} is behind; {other(self.language)} changed since ({since}), {self.share:.0%} of it"


@dataclass(frozen=True)
class Step:
    """A change of a text in one language alone: what it said before."""

    language: str
    version: Version
    before: str


@dataclass
class Trail:
    """The lone changes of a text, the latest first, back to the commit that wrote both languages."""

    steps: list[Step] = field(default_factory=list)

    def behind(self, now: Said) -> tuple[str, Version, float] | None:
        """The language that is behind, the last change of the other one, and how much of that is new."""
        ahead: list[Step] = []
        for step in reversed(self.steps):
            ahead = [*ahead, step] if not ahead or ahead[0].language == step.language else []
        if not ahead:
            return None
        language = ahead[0].language
        share = 1 - SequenceMatcher(None, ahead[0].before, now[LANGUAGES.index(language)], autojunk=False).ratio()
        return other(language), ahead[-1].version, share


def other(language: str) -> str:
    """The language of the two that is not this one."""
    return LANGUAGES[1 - LANGUAGES.index(language)]


def gaps(root: Path, preferred: Mapping[str, Sequence[str]]) -> Iterator[Gap]:
    """Every gap of data/ and of the notes by hand. Without a history only what is missing is known."""
    log = history.versions(root, "data", "docs")
    past: dict[str, list[Version]] = {}
    for version in log:
        past.setdefault(version.path, []).append(version)
    fold = folding(preferred)
    yield from _of_data(root, past, fold, digest(repr(preferred)))
    order = {commit: i for i, commit in enumerate(dict.fromkeys(["", *(version.commit for version in log)]))}
    yield from _of_notes(root, past, order, fold)


def folding(preferred: Mapping[str, Sequence[str]]) -> Fold:
    """What a text says: its words, whatever its punctuation, blanks, links and other names of an idea."""
    instead = {name: wanted for wanted, names in preferred.items() for name in names}
    names = re.compile("|".join(map(re.escape, sorted(instead, key=len, reverse=True))) or r"(?!)")

    def fold(text: str) -> str:
        words = replace_links(text, lambda link: link.text or link.target)
        return re.sub(r"[\W_]+", "", names.sub(lambda match: instead[match[0]], words).casefold())

    return fold


def texts(content: bytes, fold: Fold) -> Texts:
    """The texts of a file. None of one that is no YAML."""
    found: dict[Loc, dict[str, str]] = {}
    try:
        values = scalars(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError):
        return {}
    for scalar in values:
        if scalar.loc and scalar.loc[-1] in LANGUAGES and scalar.loc[0] not in NO_TEXT:
            found.setdefault(scalar.loc[:-1], {})[str(scalar.loc[-1])] = fold(scalar.value)
    return {loc: (said.get("zh", ""), said.get("en", "")) for loc, said in found.items()}


def _of_data(root: Path, past: Mapping[str, list[Version]], fold: Fold, key: str) -> Iterator[Gap]:
    files = [*sorted((root / "data").glob("*.yml")), *sorted((root / "data").glob("*/*.yml"))]
    data = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    blobs = history.contents(root, _blobs(past.get(path, []) for path in data))
    memo = Memo(root / ".kbgen" / "translations.db")

    def read(blob: str) -> Texts:
        return memo.get("texts", f"{blob} {key}", lambda: texts(blobs.get(blob, b""), fold)) if blob != NONE else {}

    for path, content in data.items():
        yield from _of_file(path, content, [(v, read(v.before), read(v.after)) for v in past.get(path, [])], fold)
    with suppress(sqlite3.Error, OSError):  # another run is at it, or nothing can be written here
        memo.save()


def _blobs(past: Iterator[list[Version]]) -> list[str]:
    return [blob for versions in past for version in versions for blob in (version.before, version.after)]


def _of_file(path: str, content: bytes, past: list[tuple[Version, Texts, Texts]], fold: Fold) -> Iterator[Gap]:
    now = texts(content, fold)
    if past and now != past[0][2]:
        past = [(Version("", WORKING, path, "", ""), past[0][2], now), *past]
    for loc, said in now.items():
        name = ".".join(map(str, loc))
        for language, words in zip(LANGUAGES, said, strict=True):
            if not words and any(said):  # signs without a word are in neither language
                yield Gap(path, _lines(content)[*loc, other(language)], name, language, "missing")
        if all(said) and (found := _trail(loc, said, past).behind(said)):
            language, version, share = found
            yield Gap(path, _lines(content)[*loc, language], name, language, "stale", version.day, version.commit, share)


@lru_cache(maxsize=1)
def _lines(content: bytes) -> Mapping[Loc, int]:
    """The line of every value of a file; for the file that gaps are told of."""
    text = content.decode("utf-8-sig")
    return {scalar.loc: text.count("\n", 0, scalar.start) + 1 for scalar in scalars(text)}


def _trail(loc: Loc, said: Said, past: list[tuple[Version, Texts, Texts]]) -> Trail:
    trail = Trail()
    for version, before, after in past:
        if before.get(loc) == said or said not in after.values():
            continue  # not changed here, or on a branch that was put aside
        place = _ancestor(loc, said, before)
        if place is None:
            break
        old = before[place]
        trail.steps += [
            Step(language, version, was) for language, was, is_now in zip(LANGUAGES, old, said, strict=True) if was != is_now
        ]
        loc, said = place, old
    return trail


def _ancestor(loc: Loc, said: Said, before: Texts) -> Loc | None:
    """Where the text stood before: something of it is the same. Of several that fit, the one at the same place."""
    fits = [place for place, old in before.items() if any(a == b and a for a, b in zip(old, said, strict=True))]
    return min(fits, key=lambda place: (before[place] != said, place != loc, place[:1] != loc[:1]), default=None)


def _of_notes(root: Path, past: Mapping[str, list[Version]], order: Mapping[str, int], fold: Fold) -> Iterator[Gap]:
    """Notes by hand that one vault lacks, or that were changed in the other one since."""
    vaults = {language: root / "docs" / language for language in LANGUAGES}
    notes = {language: byhand.pages(vault, written(vault)) for language, vault in vaults.items()}
    paths = {name: [f"docs/{language}/{name}" for language in LANGUAGES] for name in sorted({*notes["zh"], *notes["en"]})}
    blobs = history.contents(root, _blobs(past.get(path, []) for two in paths.values() for path in two))
    says = {NONE: "", **{blob: fold(content.decode("utf-8", "replace")) for blob, content in blobs.items()}}
    for name, two in paths.items():
        for language in LANGUAGES:
            if name not in notes[language]:
                yield Gap(f"docs/{other(language)}/{name}", 1, "note", language, "missing")
        if all(name in notes[language] for language in LANGUAGES):
            now = (fold(notes["zh"][name]), fold(notes["en"][name]))
            trail = _trail_of_note([past.get(path, []) for path in two], order, says, now)
            if found := trail.behind(now):
                language, version, share = found
                yield Gap(f"docs/{language}/{name}", 1, "note", language, "stale", version.day, version.commit, share)


def _trail_of_note(past: list[list[Version]], order: Mapping[str, int], says: Mapping[str, str], now: Said) -> Trail:
    """The lone changes of two notes, back to the commit that wrote both."""
    trail = Trail()
    changes: dict[str, list[Step]] = {}
    for language, versions, words in zip(LANGUAGES, past, now, strict=True):
        if versions and says[versions[0].after] != words:
            changes.setdefault("", []).append(Step(language, Version("", WORKING, "", "", ""), says[versions[0].after]))
        for version in versions:
            if version.before == NONE or says[version.before] != says[version.after]:
                changes.setdefault(version.commit, []).append(Step(language, version, says[version.before]))
    for commit in sorted(changes, key=lambda commit: order[commit]):
        if len(changes[commit]) == len(LANGUAGES):
            break
        trail.steps += changes[commit]
    return trail
