"""A picture that readers can play with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Playable:
    """The stem of the picture, the module that plays it, a hash of all that decides the data, and how to make them (as JSON)."""

    stem: str
    kind: str
    key: str
    make: Callable[[], Any]
