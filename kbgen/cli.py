"""The command line: the only place that prints or exits."""

import argparse
import gc
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.clock import Clock
from kbgen.errors import Problems
from kbgen.harmless import shown

if TYPE_CHECKING:
    from kbgen.model import KnowledgeBase
    from kbgen.proofs.evidence import Finding


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 if a file of the knowledge base needs mending."""
    arguments = _parser().parse_args(argv)
    root = Path.cwd()
    try:
        match arguments.command:
            case "check":
                check(root, arguments.ids)
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
            case "serve":
                serve(root, arguments.port)
    except Problems as found:
        print(found, file=sys.stderr)
        print(f"{len(found.problems)} to mend; nothing was changed", file=sys.stderr)
        return 1
    except (OSError, sqlite3.Error) as refused:
        print(_of_the_machine(refused), file=sys.stderr)
        return 1
    return 0


def _of_the_machine(refused: OSError | sqlite3.Error) -> str:
    """What the machine would not do, in a line: a full disk, a folder that is closed."""
    if isinstance(refused, OSError) and refused.filename:
        return f"{shown(str(refused.filename))}: {refused.strerror}; the last good site stands as it was"
    return f"{shown(str(refused))}; the last good site stands as it was"


def _parser() -> argparse.ArgumentParser:
    about = "A knowledge base of loss functions: check it, write it, publish it."
    parser = argparse.ArgumentParser(prog="kbgen", description=about)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read every file and report every slip")
    check.add_argument("ids", nargs="*", help="report on these entries only")
    commands.add_parser("docs", help="write pages and pictures into docs/")
    build = commands.add_parser("build", help="write docs/ and publish site/")
    build.add_argument("--host", choices=("mkdocs", "zensical"), default="mkdocs")
    verify = commands.add_parser("verify", help="run every proof about the losses and keep the evidence")
    verify.add_argument("ids", nargs="*", help="only these losses")
    lab = commands.add_parser("lab", help="run the experiments on what is said about losses, and keep what they find")
    lab.add_argument("ids", nargs="*", help="only these experiments")
    commands.add_parser("schema", help="write data/schema/, which editors use for completion")
    serve = commands.add_parser("serve", help="a live preview on this machine")
    serve.add_argument("--port", type=int, default=8000)
    return parser


def check(root: Path, ids: list[str]) -> None:
    """Report every slip, of the given entries if any are given; say how much there is if there is none."""
    from kbgen.build import draft

    try:
        kb = draft(root).kb
    except Problems as found:
        if mine := [problem for problem in found.problems if Path(problem.path).stem in ids]:
            raise Problems(mine) from None
        raise  # no ids given, or slips elsewhere keep the base from loading: then nothing is known about these
    print(f"{_count(kb)}: no problems")


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
    from kbgen.load import load
    from kbgen.proofs import evidence, pitfalls
    from kbgen.proofs.verify import verify as run

    kb = load(root)
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


if __name__ == "__main__":
    sys.exit(main())
