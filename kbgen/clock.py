"""How long the stages of a run take."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """Seconds by stage; a lap ends a stage, and the next one begins."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage that ends now; it may come in several parts."""
        now = time.perf_counter()
        self.laps[stage] = self.laps.get(stage, 0) + now - self._since
        self._since = now

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The same items, one piece of work after the other: a clock that has a reason may give a run up between two."""
        return iter(items)
