"""The command line: the only place that prints or exits."""

import argparse
import sys
from pathlib import Path

from kbgen.checks import problems
from kbgen.errors import Problems
from kbgen.load import load


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 if a file of the knowledge base needs mending."""
    parser = argparse.ArgumentParser(prog="kbgen", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read every file and report every slip")
    check.add_argument("ids", nargs="*", help="only these entries")
    arguments = parser.parse_args(argv)
    try:
        return check_command(Path.cwd(), arguments.ids)
    except Problems as found:
        print(found, file=sys.stderr)
        print(f"{len(found.problems)} problems", file=sys.stderr)
        return 1


def check_command(root: Path, ids: list[str]) -> int:
    try:
        kb = load(root)
    except Problems as found:
        raise Problems(_about(found.problems, ids)) from None
    if found := _about(problems(kb), ids):
        raise Problems(found)
    print(f"{len(kb.losses)} losses, {len(kb.terms)} terms, {len(kb.optimizers)} optimizers and schedules: no problems")
    return 0


def _about(found, ids):
    return [p for p in found if not ids or Path(p.path).stem in ids]


if __name__ == "__main__":
    sys.exit(main())
