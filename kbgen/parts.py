"""Files of the vaults that take long to make: each is kept under a hash of what decides it, and made once, on all cores."""

import gc
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
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
def keeping(parts: Sequence[Part]) -> Iterator[Callable[[Iterable[Part]], None]]:
    """The same while something else is done: at the end every part is there. What fails in between stops the making.

    Hands out a function for parts that can as well be made later, by whoever needs them: helpers that are at work make those too.
    """
    missing = _missing(parts)
    if len(missing) < WORTH_HELPERS:
        for part in missing:
            _make(part)
        yield lambda _later: None
    else:
        from concurrent.futures import ProcessPoolExecutor  # loaded only where much is missing
        from multiprocessing import get_context

        # A fork would stop for ever beside threads of a library. Collecting costs a tenth of the time, and these runs are short.
        with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=gc.disable) as pool:
            made = list[Iterator[None]]()

            def start(parts: Iterable[Part]) -> None:
                with _deaf():
                    made.append(pool.map(_make, parts, chunksize=AT_ONCE))

            start(missing)
            try:
                yield lambda later: start(_missing(later))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            deque(chain(*made), maxlen=0)
    for folder in {part.path.parent for part in missing}:
        forget(folder)


def _missing(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if not _there(part.path)]


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
