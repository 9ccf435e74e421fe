"""Files of the vaults that take long to make: each is kept under a hash of what decides it, and made once, on all cores."""

import gc
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kbgen.cache import DAY, forget, write

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
        from multiprocessing import get_context

        # A fork would stop for ever beside threads of a library.
        with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_begin) as pool:
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


def _begin() -> None:
    """Settle a helper. Collecting costs a tenth of its short life; and each core has one, so none needs threads for algebra."""
    gc.disable()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is loaded, which is not yet


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
