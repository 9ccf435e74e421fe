"""The command line: the only place that prints or exits."""

import argparse
import gc
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen import exports
from kbgen.clock import Clock
from kbgen.errors import Problems
from kbgen.harmless import shown

if TYPE_CHECKING:
    from kbgen.editing.questions import Question
    from kbgen.model import KnowledgeBase
    from kbgen.proofs.evidence import Finding


def main(argv: list[str] | None = None) -> int:  # noqa: C901, PLR0912  # a line for each command
    """Run one command. Returns 0, or 1 if a file of the knowledge base needs mending."""
    words = sys.argv[1:] if argv is None else argv
    arguments = _parser(words[:1]).parse_args(words)
    root = Path.cwd()
    try:
        finish_what_was_begun(root)
        match arguments.command:
            case "check":
                return check(root, arguments.ids, arguments.format, fix=arguments.fix)
            case "new":
                return new(root, arguments)
            case "mentions":
                mentions(root, arguments.ids, arguments.files, patch=arguments.patch)
            case "translations":
                translations(root, arguments.ids, arguments.format, arguments.least / 100)
            case "docs":
                docs(root)
            case "build":
                build(root, arguments.host)
            case "verify":
                verify(root, arguments.ids)
            case "lab":
                lab(root, arguments.ids)
            case "schema":
                schema(root)
            case "rename" | "merge":
                change(root, arguments)
            case "serve":
                serve(root, arguments.port)
            case "export":
                export(root, arguments)
            case "import":
                return bring(root, arguments)
    except Problems as found:
        print(found, file=sys.stderr)
        print(f"{len(found.problems)} to mend; nothing was changed", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, sqlite3.Error) as refused:
        print(_of_the_machine(refused), file=sys.stderr)
        return 1
    return 0


def _of_the_machine(refused: OSError | sqlite3.Error) -> str:
    """What the machine would not do, in a line: a full disk, a folder that is closed."""
    if isinstance(refused, OSError) and refused.filename:
        return f"{shown(str(refused.filename))}: {refused.strerror}; the last good site stands as it was"
    return f"{shown(str(refused))}; the last good site stands as it was"


def _parser(asked: list[str]) -> argparse.ArgumentParser:
    """Every command; the options of `new`, which take a moment to gather, only where it is asked for."""
    about = "A knowledge base of loss functions: check it, write it, publish it."
    parser = argparse.ArgumentParser(prog="kbgen", description=about)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read every file and report every slip")
    check.add_argument("ids", nargs="*", help="report on these entries or files only")
    check.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text", help="for programs that read it")
    check.add_argument("--fix", action="store_true", help="first mend what needs no decision, and say what was changed")
    _new_options(commands.add_parser("new", help="write an entry; asks for what the options do not say"), whole=asked == ["new"])
    mentions = commands.add_parser("mentions", help="names of entries that stand in texts without a link")
    mentions.add_argument("ids", nargs="*", help="only where these entries are meant")
    mentions.add_argument("--in", dest="files", action="append", default=[], metavar="FILE", help="only in this file or entry")
    mentions.add_argument("--patch", action="store_true", help="print the links as a patch for git apply")
    translations = commands.add_parser("translations", help="texts that one language lacks, or that the other has changed since")
    translations.add_argument("ids", nargs="*", help="only of these entries or files")
    translations.add_argument("--least", type=float, default=0, metavar="PERCENT", help="only where so much of a text has changed")
    translations.add_argument("--format", choices=("text", "json"), default="text", help="for programs that read it")
    commands.add_parser("docs", help="write pages and pictures into docs/")
    build = commands.add_parser("build", help="write docs/ and publish site/")
    build.add_argument("--host", choices=("mkdocs", "zensical"), default="mkdocs")
    verify = commands.add_parser("verify", help="run every proof about the losses and keep the evidence")
    verify.add_argument("ids", nargs="*", help="only these losses")
    lab = commands.add_parser("lab", help="run the experiments on what is said about losses, and keep what they find")
    lab.add_argument("ids", nargs="*", help="only these experiments")
    commands.add_parser("schema", help="write data/schema/, which editors use for completion")
    rename = commands.add_parser("rename", help="give an entry another id, everywhere; its old address will lead to the new one")
    rename.add_argument("old")
    rename.add_argument("new")
    rename.add_argument("--dry-run", action="store_true", help="try it on a copy and say what would change")
    merge = commands.add_parser("merge", help="let one entry take over the names, links and address of another, which goes")
    merge.add_argument("loser")
    merge.add_argument("winner")
    merge.add_argument("--drop", action="store_true", help="lose the texts of the first instead of leaving them as comments")
    merge.add_argument("--dry-run", action="store_true", help="try it on a copy and say what would change")
    serve = commands.add_parser("serve", help="a live preview on this machine")
    serve.add_argument("--port", type=int, default=8000)
    export = commands.add_parser("export", help="write the base for other programs: into build/exports, or wherever --to says")
    export.add_argument("format", choices=sorted((*exports.EACH, *exports.BOTH)))
    export.add_argument("--language", choices=("zh", "en"), help="only this language")
    export.add_argument("--to", type=Path, default=Path("build", "exports"), metavar="PATH", help="a folder, or the file to write")
    export.add_argument("--force", action="store_true", help="write over files that kbgen did not write")
    export.add_argument("--no-bom", action="store_true", help="CSV without the mark by which Excel knows UTF-8")
    _add_import(commands)
    return parser


def finish_what_was_begun(root: Path) -> None:
    """Go through with a change of several files that was interrupted."""
    from kbgen.editing.transaction import recover

    if title := recover(root):
        print(f"finished what was interrupted: {title}")


def change(root: Path, arguments: argparse.Namespace) -> None:
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


def _add_import(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "bring a glossary, cards, a spreadsheet or a folder of notes into data/; without --write say what would happen"
    parser = commands.add_parser("import", help=about, description=about)
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


def _new_options(new: argparse.ArgumentParser, *, whole: bool) -> None:
    """An option for each question, whatever kind of entry it is about."""
    new.add_argument("kind", choices=("loss", "term", "optimizer", "schedule"))
    new.add_argument("id", help="lower case, digits and single underscores; the name of the file, the function and the page")
    new.add_argument("--dry-run", action="store_true", help="print what would be written, as a diff")
    if whole:
        from kbgen.editing.questions import OPTIONS

        for question in OPTIONS.values():
            new.add_argument(question.option, dest=f"answer_{question.key}", metavar="…", help=question.ask.replace("%", "%%"))


def new(root: Path, arguments: argparse.Namespace) -> int:
    """Write a new entry; on a terminal, ask for what is missing, and again for what does not hold."""
    from kbgen.cache import Memo
    from kbgen.editing import new as making
    from kbgen.load import load

    kind, id = arguments.kind, arguments.id
    told = {key.removeprefix("answer_"): value for key, value in vars(arguments).items() if key.startswith("answer_")}
    given = {key: value for key, value in told.items() if value is not None}
    kb = load(root, Memo(root / ".kbgen" / "memo.db"))
    ask = _ask if sys.stdin.isatty() else None
    try:
        draft = making.made(making.Wish(root, kb, kind, id), given, ask)
    except (EOFError, KeyboardInterrupt, Problems) as stop:
        if ask and given:
            print(f"\nto go on from here:\n{making.command(kind, id, given)}", file=sys.stderr)
        if isinstance(stop, Problems):
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


def _ask(question: "Question", wrong: str) -> str:
    """One answer of a person."""
    if wrong:
        print(f"  {wrong}")
    default = f" [{question.default}]" if question.default else " (may stay empty)" if question.default == "" else ""
    return input(f"{question.ask}{default}: ")


def mentions(root: Path, ids: list[str], files: list[str], *, patch: bool) -> None:
    """List names that stand without a link, or print the links as a patch."""
    from kbgen.cache import Memo
    from kbgen.editing import checking
    from kbgen.editing.mentions import unlinked
    from kbgen.load import load

    checking.named(root, [*ids, *files])
    kb = load(root, Memo(root / ".kbgen" / "memo.db"))
    count = 0
    for found in unlinked(root, kb, ids, files):
        count += len(found.mentions)
        print(found.patch() if patch else "\n".join(map(str, found.mentions)), end="" if patch else "\n")
    print(f"{count} names without a link", file=sys.stderr)


def translations(root: Path, ids: list[str], form: str, least: float) -> None:
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


def check(root: Path, ids: list[str], form: str, *, fix: bool) -> int:
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
    print(f"{_count(found.kb) if found.kb else ''}: no problems")
    if found.withheld:
        print(f"{len(found.withheld)} not published: {', '.join(found.withheld)}")
    return 0


def _count(kb: "KnowledgeBase") -> str:
    schedules = sum(rule.kind == "schedule" for rule in kb.optimizers.values())
    return f"{len(kb.losses)} losses, {len(kb.terms)} terms, {len(kb.optimizers) - schedules} optimizers, {schedules} schedules"


def docs(root: Path) -> None:
    """Write docs/ and say how long it took."""
    from kbgen.fresh import is_fresh
    from kbgen.lock import busy

    if busy(root):
        print("another run is at work in this folder: waiting for it", flush=True)
    start, clock = time.perf_counter(), Clock()
    if is_fresh(root):
        print(f"docs/: nothing changed; {time.perf_counter() - start:.2f} s", flush=True)
        return
    gc.disable()  # a short run that keeps what it makes: collecting costs a tenth of the time and frees nothing
    from kbgen.build import write_docs

    clock.lap("start")
    kb, changed = write_docs(root, clock)
    _tell(clock)
    print(f"docs/: {_count(kb)}; {changed} files changed; {time.perf_counter() - start:.2f} s", flush=True)


def _tell(clock: Clock) -> None:
    """A line for each stage that took its time."""
    for stage, seconds in clock.laps.items():
        if seconds >= 0.01:
            print(f"  {stage:10}{seconds:6.2f} s")


def build(root: Path, host: str) -> None:
    """Write docs/, then site/."""
    docs(root)
    from kbgen.site import publish

    start, clock = time.perf_counter(), Clock()
    rendered = publish(root, host, clock=clock)
    _tell(clock)
    what = f"rendered {', '.join(rendered)} with {host}" if rendered else "nothing to render"
    print(f"site/: {what}; {time.perf_counter() - start:.2f} s; open {Path('site', 'index.html')}")


def verify(root: Path, ids: list[str]) -> None:
    """Run the proofs, keep what they found, and report what does not hold with its place."""
    from kbgen import registry
    from kbgen.cache import CACHE, Memo
    from kbgen.load import load
    from kbgen.proofs import evidence, pitfalls
    from kbgen.proofs.verify import verify as run

    kb = load(root, Memo(root / CACHE / "memo.db"))
    wrong = []
    for id, loss in kb.losses.items():
        if id not in registry.losses() or (ids and id not in ids):
            continue
        found = run(loss)
        failed = [finding for finding in found.findings if not finding.holds]
        for finding in failed:
            what = " ".join(filter(None, (finding.kind, finding.name, finding.says)))
            wrong.append(kb.sources[id].problem(f"{what}: does not hold", *_place(finding)))
        if not failed:
            evidence.write(root, id, found)
            print(f"{id}: {len(found.findings)} proofs hold")
    if wrong:
        raise Problems(wrong)
    alone = [pitfall for pitfall in pitfalls.pitfalls().values() if not pitfall.libraries and (not ids or pitfall.id in ids)]
    pitfalls.write(root, {pitfall.name: pitfalls.run(pitfall) for pitfall in alone})


def _place(finding: "Finding") -> tuple[str, ...]:
    """Where the statement stands that a finding refutes."""
    return {
        "formula": ("formula",),
        "gradient_formula": ("gradient",),
        "gradient": ("gradient",),
        "property": ("properties", finding.name),
        "example": ("examples",),
        "identity": ("relations",),
        "estimate": ("estimates",),
    }[finding.kind]


def lab(root: Path, ids: list[str]) -> None:
    """Run experiments one after the other, keep what they find, and say how long each took and whether its conclusions hold."""
    from kbgen import trials
    from kbgen.errors import Problem

    wrong = []
    for id in ids or trials.experiments():
        if id not in trials.experiments():
            wrong.append(Problem(f"kbgen/lab/{id}.py", 1, "no such experiment", f"there are: {', '.join(trials.experiments())}"))
            continue
        begin = time.perf_counter()
        held = trials.keep(root, id).found.holds
        print(f"{id}: {sum(held.values())} of {len(held)} conclusions hold; {time.perf_counter() - begin:.1f} s", flush=True)
        wrong += [Problem(f"kbgen/lab/{id}.py", 1, f"{name}: does not hold") for name, holds in held.items() if not holds]
    if wrong:
        raise Problems(wrong)


def schema(root: Path) -> None:
    """Write the JSON Schemas."""
    import json

    from kbgen.load import load, schemas

    for name, content in schemas(load(root).config).items():
        path = root / "data" / "schema" / f"{name}.json"
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(path.relative_to(root))


def serve(root: Path, port: int) -> None:
    """Serve site/ and rebuild it when something changes."""
    from kbgen.serve import serve_forever

    serve_forever(root, port)


def export(root: Path, asked: argparse.Namespace) -> None:
    """Bring docs/ up to date, write the files of a format, and say where and how large they are."""
    if asked.language and asked.format in exports.BOTH:
        _parser([]).error(f"{asked.format} holds both languages: leave out --language")
    docs(root)
    import os

    from kbgen.exports.delivery import deliver
    from kbgen.exports.formats import Stock
    from kbgen.exports.formats import export as make

    stock = Stock(root, os.environ.get("KBGEN_SITE_URL", ""), mark=not asked.no_bom)
    languages = (asked.language,) if asked.language else ("zh", "en")
    for path, size in deliver(root, make(stock, asked.format, languages), asked.to, force=asked.force):
        print(f"{path}: {size / 1000:,.1f} kB")


def bring(root: Path, arguments: argparse.Namespace) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
