"""One run at a time writes into a project: a second one waits for the first, or says so."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kbgen.errors import Problem, Problems

PATIENCE = 600.0
"""Seconds after which a run does not wait any longer."""
PAUSE = 0.05


@contextmanager
def locked(root: Path, patience: float = PATIENCE) -> Iterator[int]:
    """Hold the project for as long as the block lasts, or the programs that inherit the file number which it is given.

    The folder itself is what is locked, so nothing is left behind; the system frees it when its last holder ends, however it
    ends. Raises Problems if another run holds it for too long.
    """
    number = os.open(root, os.O_RDONLY)
    try:
        end = time.monotonic() + patience
        while not _taken(number):
            if time.monotonic() > end:
                tip = "wait for it, or end it: it holds the folder for as long as it lives"
                raise Problems([Problem("docs", 1, "another run of kbgen is at work in this project", tip)])
            time.sleep(PAUSE)
        yield number
    finally:
        os.close(number)


def busy(root: Path) -> bool:
    """Whether another run holds the project now."""
    try:
        with locked(root, 0):
            return False
    except Problems:
        return True


def _taken(number: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
