"""What builders do: write docs/, publish site/, preview, export."""

import argparse
import gc
import json
import os
import sys
import time
from pathlib import Path

from kbgen import exports
from kbgen.cli.shared import Commands, count
from kbgen.clock import Clock


def add(commands: Commands) -> None:
    """The commands of builders."""
    docs = commands.add_parser("docs", help="write pages and pictures into docs/")
    docs.set_defaults(run=lambda root, _: _docs(root))
    build = commands.add_parser("build", help="write docs/ and publish site/")
    build.set_defaults(run=lambda root, given: _build(root, given.host))
    build.add_argument("--host", choices=("mkdocs", "zensical"), default="mkdocs")
    schema = commands.add_parser("schema", help="write data/schema/, which editors use for completion")
    schema.set_defaults(run=lambda root, _: _schema(root))
    serve = commands.add_parser("serve", help="a live preview on this machine")
    serve.set_defaults(run=lambda root, given: _serve(root, given.port))
    serve.add_argument("--port", type=int, default=8000)
    export = commands.add_parser("export", help="write the base for other programs: into build/exports, or wherever --to says")
    export.set_defaults(run=lambda root, given: _export(root, given, export))
    export.add_argument("format", choices=sorted((*exports.EACH, *exports.BOTH)))
    export.add_argument("--language", choices=("zh", "en"), help="only this language")
    export.add_argument("--to", type=Path, default=Path("build", "exports"), metavar="PATH", help="a folder, or the file to write")
    export.add_argument("--force", action="store_true", help="write over files that kbgen did not write")
    export.add_argument("--no-bom", action="store_true", help="CSV without the mark by which Excel knows UTF-8")
    facts = commands.add_parser("facts", help="what leads where in docs/ as it stands, what does not, backlinks and tags, as JSON")
    facts.set_defaults(run=lambda root, given: _facts(root, given.file, strict=given.strict, force=given.force))
    facts.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="the file to write, or its folder; without it JSON is printed"
    )
    facts.add_argument("--strict", action="store_true", help="list what a strict build would refuse; exit code 1 if there is any")
    facts.add_argument("--force", action="store_true", help="write over a file that kbgen did not write")


def _docs(root: Path) -> None:
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
    print(f"docs/: {count(kb)}; {changed} files changed; {time.perf_counter() - start:.2f} s", flush=True)


def _tell(clock: Clock) -> None:
    """A line for each stage that took its time."""
    for stage, seconds in clock.laps.items():
        if seconds >= 0.01:
            print(f"  {stage:10}{seconds:6.2f} s")


def _build(root: Path, host: str) -> None:
    """Write docs/, then site/."""
    _docs(root)
    from kbgen.site import publish

    start, clock = time.perf_counter(), Clock()
    rendered = publish(root, host, clock=clock)
    _tell(clock)
    what = f"rendered {', '.join(rendered)} with {host}" if rendered else "nothing to render"
    print(f"site/: {what}; {time.perf_counter() - start:.2f} s; open {Path('site', 'index.html')}")


def _schema(root: Path) -> None:
    """Write the JSON Schemas."""
    from kbgen.cache import write
    from kbgen.load import load, schemas

    for name, content in schemas(load(root).config).items():
        path = root / "data" / "schema" / f"{name}.json"
        write(path, f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode())
        print(path.relative_to(root))


def _serve(root: Path, port: int) -> None:
    """Serve site/ and rebuild it when something changes."""
    from kbgen.serve import serve_forever

    serve_forever(root, port)


def _export(root: Path, asked: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Bring docs/ up to date, write the files of a format, and say where and how large they are."""
    if asked.language and asked.format in exports.BOTH:
        parser.error(f"{asked.format} holds both languages: leave out --language")
    _docs(root)
    from kbgen.exports.delivery import deliver
    from kbgen.exports.formats import Stock
    from kbgen.exports.formats import export as make

    stock = Stock(root, os.environ.get("KBGEN_SITE_URL", ""), mark=not asked.no_bom)
    languages = (asked.language,) if asked.language else ("zh", "en")
    for path, size in deliver(root, make(stock, asked.format, languages), asked.to, force=asked.force):
        print(f"{path}: {size / 1000:,.1f} kB")


def _facts(root: Path, file: Path | None, *, strict: bool, force: bool) -> int:
    """Print or write the facts about docs/ as it stands. `strict`: returns 1 for what a strict build refuses."""
    from kbgen.exports.delivery import deliver
    from kbgen.facts import facts, problems

    found = facts(root)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if file:
        for path, size in deliver(root, {"facts.json": f"{text}\n".encode()}, file, force=force):
            print(f"{path}: {size / 1000:,.1f} kB")
    else:
        print(text)
    wrong = list(problems(found)) if strict else []
    print("".join(f"{problem}\n" for problem in wrong), end="", file=sys.stderr)
    return int(bool(wrong))
