"""Files of the vaults that take long to make: each is kept under a hash of what decides it, and made once, on all cores."""

import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.cache import DAY, forget, write

if TYPE_CHECKING:  # loaded only where much is missing
    from multiprocessing.context import BaseContext

LOADED = "kbgen.figures.studio"
"""What helpers need: loaded once, before the first of them is forked."""
WORTH_HELPERS = 8
"""So many parts are worth the start of further processes."""
AT_ONCE = 4
"""So many parts go to a process in one go: few enough for all of them to end at about the same time."""


@dataclass(frozen=True)
class Part:
    """Where it stands in a vault, where it is kept, and how it is made."""

    name: str
    path: Path
    make: Callable[[], bytes]


def keep(parts: Sequence[Part]) -> None:
    """Make what is missing, and note that the rest is still of use."""
    with keeping(parts):
        pass


@contextmanager
def keeping(parts: Sequence[Part]) -> Iterator[None]:
    """The same while something else is done: at the end every part is there. What fails in between stops the making."""
    missing = [part for part in parts if not _there(part.path)]
    if len(missing) < WORTH_HELPERS:
        for part in missing:
            _make(part)
        yield
    else:
        from concurrent.futures import ProcessPoolExecutor  # loaded only where much is missing

        with ProcessPoolExecutor(mp_context=helpers(), initializer=_settle) as pool:
            with _deaf():
                made = pool.map(_make, missing, chunksize=AT_ONCE)
            try:
                yield
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            deque(made, maxlen=0)
    for folder in {part.path.parent for part in missing}:
        forget(folder)


def helpers() -> "BaseContext":
    """Where helpers come from: forks of a process that has loaded what draws, and has no threads beside which a fork would stop.

    At the first call that process begins to load, beside whoever calls.
    """
    from multiprocessing import forkserver, get_context, resource_tracker

    context = get_context("forkserver")
    context.set_forkserver_preload([LOADED])
    resource_tracker.ensure_running()  # else it is started below, and that lets Ctrl+C through again
    with _deaf():
        forkserver.ensure_running()
    return context


def _settle() -> None:
    """Settle a helper: it lets whoever waits for it go first, collects no garbage, and ends if that one is killed."""
    os.nice(5)
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are started meanwhile do not hear Ctrl+C, and print no traceback: whoever started them ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _there(path: Path) -> bool:
    try:
        used = path.stat().st_mtime
    except FileNotFoundError:
        return False
    if time.time() - used > DAY:
        path.touch()
    return True


def _make(part: Part) -> None:
    write(part.path, part.make())
