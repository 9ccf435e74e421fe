"""What editors do: check, write, find, rename, merge, import."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.cli.shared import Commands, count
from kbgen.errors import Problems

if TYPE_CHECKING:
    from kbgen.editing.questions import Question


def add(commands: Commands, asked: list[str]) -> None:
    """The commands of editors; `asked` is what the line begins with."""
    check = commands.add_parser("check", help="read every file and report every slip")
    check.set_defaults(run=lambda root, given: _check(root, given.ids, given.format, fix=given.fix))
    check.add_argument("ids", nargs="*", help="report on these entries or files only")
    check.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text", help="for programs that read it")
    check.add_argument("--fix", action="store_true", help="first mend what needs no decision, and say what was changed")
    new = commands.add_parser("new", help="write an entry; asks for what the options do not say")
    new.set_defaults(run=_new)
    _new_options(new, whole=asked == ["new"])
    mentions = commands.add_parser("mentions", help="names of entries that stand in texts without a link")
    mentions.set_defaults(run=lambda root, given: _mentions(root, given.ids, given.files, patch=given.patch))
    mentions.add_argument("ids", nargs="*", help="only where these entries are meant")
    mentions.add_argument("--in", dest="files", action="append", default=[], metavar="FILE", help="only in this file or entry")
    mentions.add_argument("--patch", action="store_true", help="print the links as a patch for git apply")
    translations = commands.add_parser("translations", help="texts that one language lacks, or that the other has changed since")
    translations.set_defaults(run=lambda root, given: _translations(root, given.ids, given.format, given.least / 100))
    translations.add_argument("ids", nargs="*", help="only of these entries or files")
    translations.add_argument("--least", type=float, default=0, metavar="PERCENT", help="only where so much of a text has changed")
    translations.add_argument("--format", choices=("text", "json"), default="text", help="for programs that read it")
    rename = commands.add_parser("rename", help="give an entry another id, everywhere; its old address will lead to the new one")
    rename.set_defaults(run=_change)
    rename.add_argument("old")
    rename.add_argument("new")
    rename.add_argument("--dry-run", action="store_true", help="try it on a copy and say what would change")
    merge = commands.add_parser("merge", help="let one entry take over the names, links and address of another, which goes")
    merge.set_defaults(run=_change)
    merge.add_argument("loser")
    merge.add_argument("winner")
    merge.add_argument("--drop", action="store_true", help="lose the texts of the first instead of leaving them as comments")
    merge.add_argument("--dry-run", action="store_true", help="try it on a copy and say what would change")
    _add_import(commands)


def finish_what_was_begun(root: Path) -> None:
    """Go through with a change of several files that was interrupted."""
    from kbgen.editing.transaction import recover

    if title := recover(root):
        print(f"finished what was interrupted: {title}")


def _check(root: Path, ids: list[str], form: str, *, fix: bool) -> int:
    """Report every slip, of the given entries if any are given; say how much there is if there is none."""
    from kbgen.editing import checking, tidy

    if fix:
        checking.named(root, ids)
        for change in tidy.mend(root, checking.files(root, ids)):
            print(change, file=sys.stderr if form != "text" else sys.stdout)
    found = checking.report(root, ids)
    if form != "text":
        from kbgen.editing.reports import FORMATS

        print(FORMATS[form](found))
        return int(bool(found.problems))
    if found.problems and fix:
        print(Problems(found.problems), f"{len(found.problems)} to mend by hand", sep="\n", file=sys.stderr)
        return 1
    if found.problems:
        raise Problems(found.problems)
    for hint in found.hints:
        print(f"note: {hint}")
    print(f"{count(found.kb) if found.kb else ''}: no problems")
    if found.withheld:
        print(f"{len(found.withheld)} not published: {', '.join(found.withheld)}")
    return 0


def _new(root: Path, arguments: argparse.Namespace) -> int:
    """Write a new entry; on a terminal, ask for what is missing, and again for what does not hold."""
    from kbgen.cache import MEMO, Memo
    from kbgen.editing import new as making
    from kbgen.load import load

    kind, id = arguments.kind, arguments.id
    told = {key.removeprefix("answer_"): value for key, value in vars(arguments).items() if key.startswith("answer_")}
    given = {key: value for key, value in told.items() if value is not None}
    kb = load(root, Memo(root / MEMO))
    ask = _ask if sys.stdin.isatty() else None
    try:
        draft = making.made(making.Wish(root, kb, kind, id), given, ask)
    except (EOFError, KeyboardInterrupt, Problems) as stop:
        if ask and given:
            print(f"\nto go on from here:\n{making.command(kind, id, given)}", file=sys.stderr)
        if not isinstance(stop, EOFError):
            raise
        print("nothing was written", file=sys.stderr)
        return 1
    if arguments.dry_run:
        print(draft.patch(), end="")
        return 0
    draft.write(root)
    print("\n".join(draft.after))
    print(f"next: kbgen check {id}{'' if kind == 'term' else f', kbgen verify {id}' if kind == 'loss' else ''}, make serve")
    return 0


def _new_options(new: argparse.ArgumentParser, *, whole: bool) -> None:
    """An option for each question, whatever kind of entry it is about."""
    new.add_argument("kind", choices=("loss", "term", "optimizer", "schedule"))
    new.add_argument("id", help="lower case, digits and single underscores; the name of the file, the function and the page")
    new.add_argument("--dry-run", action="store_true", help="print what would be written, as a diff")
    if whole:
        from kbgen.editing.questions import OPTIONS

        for question in OPTIONS.values():
            new.add_argument(question.option, dest=f"answer_{question.key}", metavar="…", help=question.ask.replace("%", "%%"))


def _ask(question: "Question", wrong: str) -> str:
    """One answer of a person."""
    if wrong:
        print(f"  {wrong}")
    default = f" [{question.default}]" if question.default else " (may stay empty)" if question.default == "" else ""
    return input(f"{question.ask}{default}: ")


def _mentions(root: Path, ids: list[str], files: list[str], *, patch: bool) -> None:
    """List names that stand without a link, or print the links as a patch."""
    from kbgen.cache import MEMO, Memo
    from kbgen.editing import checking
    from kbgen.editing.mentions import unlinked
    from kbgen.load import load

    checking.named(root, [*ids, *files])
    kb = load(root, Memo(root / MEMO))
    count = 0
    for found in unlinked(root, kb, ids, files):
        count += len(found.mentions)
        print(found.patch() if patch else "\n".join(map(str, found.mentions)), end="" if patch else "\n")
    print(f"{count} names without a link", file=sys.stderr)


def _translations(root: Path, ids: list[str], form: str, least: float) -> None:
    """List what is missing in a language, and what is behind the other."""
    import json
    from dataclasses import asdict

    from kbgen.editing import checking
    from kbgen.editing.translations import gaps
    from kbgen.history import head
    from kbgen.load import config

    checking.named(root, ids)
    every = [gap for gap in gaps(root, config(root).preferred) if gap.kind == "missing" or gap.share >= least]
    found = [gap for gap in every if not ids or {gap.path, Path(gap.path).stem} & set(ids)]
    if form == "json":
        print(json.dumps([asdict(gap) for gap in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(str, found)), end="\n" * bool(found))
    missing = sum(gap.kind == "missing" for gap in found)
    stale = (
        f"{len(found) - missing} behind"
        if head(root)
        else "what is behind is not known: no git, no commit, or only a part of the past"
    )
    print(f"{missing} missing, {stale}", file=sys.stderr)


def _change(root: Path, arguments: argparse.Namespace) -> None:
    """Give an entry another id, or let one take over another: try it, say what would change and what to look at, and do it."""
    from kbgen.editing.change import plan_merge, plan_rename

    if arguments.command == "rename":
        plan = plan_rename(root, {arguments.old: arguments.new})
    else:
        plan = plan_merge(root, arguments.loser, arguments.winner, drop=arguments.drop)
    for line in (*plan.told, *(f"look: {problem}" for problem in plan.left)):
        print(line)
    if not arguments.dry_run:
        plan.commit()
    print(f"{plan.title}: {'would pass; nothing was changed' if arguments.dry_run else 'done; run make check, then make build'}")


def _add_import(commands: Commands) -> None:
    about = "bring a glossary, cards, a spreadsheet or a folder of notes into data/; without --write say what would happen"
    parser = commands.add_parser("import", help=about, description=about)
    parser.set_defaults(run=_bring)
    option = parser.add_argument
    option("path", type=Path, help="a Markdown table, cards as text, CSV, a note, or a folder of notes")
    option("--as", dest="form", choices=("table", "cards", "csv", "notes"), default="", help="instead of telling by the file")
    option("--into", choices=("term", "known"), default="term", help="what rows about no entry become; known: nothing")
    option("--group", action="append", default=[], metavar="[WORD=]ID", help="the group of new terms [below headings with WORD]")
    option("--definition", choices=("plain", "exact"), default="exact", help="the depth of a column that only says it defines")
    option("--update", action="append", default=[], metavar="FIELD", type=_field, help="let rows overwrite this field of entries")
    option("--replace", action="store_true", help="let rows overwrite every field that they fill")
    option("--write", action="store_true", help="do what the plan says")


def _field(name: str) -> str:
    """A field that an import may overwrite, in one language or in both."""
    from kbgen.editing.imports.outcome import FIELDS

    field, _, language = name.partition(".")
    if field not in FIELDS or language not in {"", "zh", "en"}:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(FIELDS)}, with .zh or .en for one language")
    return name


def _bring(root: Path, arguments: argparse.Namespace) -> int:
    """Import a file or a folder: say what would happen, or do it and say so. Returns 1 if it was done and rows were left out."""
    from kbgen.editing.imports.outcome import FIELDS, Wishes
    from kbgen.editing.imports.plan import plan
    from kbgen.editing.imports.report import told
    from kbgen.editing.trial import write_all

    groups = {word: id for given in arguments.group for word, _, id in [given.rpartition("=")]}
    update = frozenset(FIELDS if arguments.replace else arguments.update)
    wishes = Wishes(arguments.form, arguments.into == "term", groups, arguments.definition, update)
    found = plan(root, arguments.path, wishes)
    if arguments.write:
        write_all(root, found.contents, found.before)
    print(told(found, written=arguments.write))
    return 1 if arguments.write and (found.conflicts or found.unusable) else 0
