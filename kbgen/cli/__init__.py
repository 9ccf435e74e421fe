"""The command line. Besides the preview this package is the only place that prints or exits.

A module for what people do: write (`editing`), build (`building`), prove (`proving`). Each adds its commands with the function
that runs them; what a command needs is loaded when it runs.
"""

import argparse
import os
import signal
import sqlite3
import sys
from pathlib import Path

from kbgen.cli import building, editing, proving
from kbgen.errors import Problems
from kbgen.harmless import shown

INTERRUPTED = 128 + signal.SIGINT
"""What shells expect of a command that ended by Ctrl+C."""


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns 0, 1 if a file of the knowledge base needs mending, or INTERRUPTED."""
    words = sys.argv[1:] if argv is None else argv
    root = Path.cwd()
    try:
        arguments = _parser(words[:1]).parse_args(words)
        editing.finish_what_was_begun(root)
        return int(arguments.run(root, arguments) or 0)
    except Problems as found:
        print(found, file=sys.stderr)
        print(f"{len(found.problems)} to mend; nothing was changed", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, sqlite3.Error) as refused:
        print(_of_the_machine(refused), file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # whoever writes has cleaned up by now, or left what the next command finishes
        print("interrupted; no file is left half written", file=sys.stderr)
        return INTERRUPTED


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
    editing.add(commands, asked)
    building.add(commands)
    proving.add(commands)
    return parser
