"""What is wrong with a base, or with those of its files that somebody has just changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kbgen import byhand, checks
from kbgen.cache import MEMO, Memo
from kbgen.editing import tidy
from kbgen.errors import Problem, Problems, did_you_mean
from kbgen.load import CHOOSER, IDENTITIES, load
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.vault import written


@dataclass(frozen=True)
class Report:
    """Slips, which keep a base from being built; what could be tidier, which does not; and the files that readers do not get."""

    problems: tuple[Problem, ...]
    hints: tuple[Problem, ...] = ()
    kb: KnowledgeBase | None = None
    withheld: tuple[str, ...] = ()


def report(root: Path, names: Sequence[str]) -> Report:
    """What is found about entries, given by id or by file; about everything, pages by hand included, if none are given.

    Slips elsewhere are told too as long as they keep the base from loading: then nothing is known about the rest. Raises Problems
    if a name is not that of a file.
    """
    stems = named(root, names)
    return of_some(root, stems) if stems else _only(of_all(root), names)


def of_some(root: Path, stems: Collection[str]) -> Report:
    """What is found about a few files of data/. No page is written for it."""
    memo = Memo(root / MEMO)
    try:
        kb = load(root, memo)
    except Problems as refusal:
        mine = tuple(problem for problem in refusal.problems if Path(problem.path).stem in stems)
        return Report(mine or refusal.problems)
    found = checks.problems(kb, memo, stems)
    memo.add()
    paths = {kb.sources[stem].path for stem in stems if stem in kb.sources}
    return Report(
        tuple(problem for problem in found if problem.path in paths or Path(problem.path).stem in stems),
        tuple(sorted(tidy.findings(kb, [stem for stem in stems if stem in kb.sources]))),
        kb,
    )


def of_all(root: Path) -> Report:
    """What is found about data and pages by hand; pages are drafted, because the latter link to them."""
    from kbgen.build import draft

    try:
        plan = draft(root)
    except Problems as found:
        return Report(tuple(problem.by("notes" if problem.path.startswith("docs/") else "claims") for problem in found.problems))
    plan.memo.add()
    kb = plan.whole
    stems = [stem for stem in (*kb.entries, *kb.claims, IDENTITIES, CHOOSER) if stem in kb.sources]
    hints = [*tidy.findings(kb, stems), *tidy.findings_in_notes(kb, notes(root)), *plan.remarks]
    return Report((), tuple(sorted(hints)), plan.kb, plan.withheld)


def _only(found: Report, names: Sequence[str]) -> Report:
    """What is about the notes among the names; everything if something else is among them, which may concern any file."""
    wanted = {PurePosixPath(name).as_posix() for name in names if name.endswith(".md")}
    if not wanted or len(wanted) < len(names) or any(problem.path.startswith("data/") for problem in found.problems):
        return found
    problems, hints = (tuple(one for one in told if one.path in wanted) for told in (found.problems, found.hints))
    return Report(problems, hints, found.kb, found.withheld)


def named(root: Path, names: Sequence[str]) -> list[str]:
    """The stems of entries and claims that are named by id or by file; none if everything has to be looked at.

    Raises Problems about names that nothing has.
    """
    stems = known(root)
    parts = [(name, Path(name).stem if name.endswith(".yml") else name) for name in names]
    unknown = [name for name, stem in parts if stem not in stems and not (root / name).is_file() and not Path(name).is_file()]
    if unknown:
        raise Problems(_unknown(name, stems) for name in unknown)
    return [stem for _, stem in parts] if all(stem in stems for _, stem in parts) else []


def _unknown(name: str, known: Collection[str]) -> Problem:
    return Problem("data", 1, f"no entry {name!r}", did_you_mean(Path(name).stem, known, "ids are the names of the files in data/"))


def known(root: Path) -> dict[str, Path]:
    """The files of entries and claims by their stems."""
    return {path.stem: path for path in sorted((root / "data").glob("*/*.yml"))}


def notes(root: Path) -> dict[str, str]:
    """The notes by hand, by path."""
    vaults = [root / "docs" / language for language in LANGUAGES]
    return {f"docs/{vault.name}/{name}": text for vault in vaults for name, text in byhand.pages(vault, written(vault)).items()}


def files(root: Path, names: Sequence[str]) -> list[Path]:
    """The files with texts of entries, claims, identities and the chooser, and the notes by hand: those that are named, or all."""
    alone = {name: root / "data" / f"{name}.yml" for name in (IDENTITIES, CHOOSER)}
    every = {**known(root), **{name: path for name, path in alone.items() if path.is_file()}}
    every |= {path: root / path for path in notes(root)}
    asked = [PurePosixPath(name).as_posix() if name.endswith(".md") else Path(name).stem for name in names] if names else every
    return [every[name] for name in asked if name in every]
