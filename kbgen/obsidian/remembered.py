"""What was found in the files of a vault, remembered for a moment.

A host makes a new converter for every page, so nobody reads the same file for each; and a live preview outlasts edits.
"""

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Given = TypeVarTuple("Given")
_forgetting: list[Callable[[], None]] = []


def for_a_second(most: int) -> Callable[[Callable[[*Given], T]], Callable[[*Given], T]]:
    """Remember what a function finds, for `most` of its arguments and a second at most, or until `forget`."""

    def remembering(look: Callable[[*Given], T]) -> Callable[[*Given], T]:
        @lru_cache(maxsize=most)
        def found(_second: int, *given: *Given) -> T:
            return look(*given)

        @wraps(look)
        def ask(*given: *Given) -> T:
            return found(int(time.monotonic()), *given)

        _forgetting.append(found.cache_clear)
        return ask

    return remembering


def forget() -> None:
    """Files have changed: look at them again."""
    for clear in _forgetting:
        clear()
