"""Whole numbers that change little from one to the next, as short text that compresses well. `assets/modules/lab.js` reads it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

SIGNS = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
SINGLE = np.frombuffer(SIGNS.encode("ascii"), np.uint8)
BASE = 90
"""The first 90 signs are digits; the last three say how many digits follow."""


def pack(numbers: Sequence[int] | np.ndarray[Any, Any]) -> str:
    """Differences, those below zero woven in between the others; most take one sign."""
    values = np.asarray(numbers, dtype=np.int64)
    changes = values.copy()
    changes[1:] -= values[:-1]
    woven = changes << 1 ^ changes >> 63
    if not len(woven) or woven.max() < BASE:
        return str(SINGLE[woven].tobytes(), "ascii")
    return "".join([COMMON[value] if value < len(COMMON) else _sign(value) for value in woven.tolist()])


def _sign(value: int) -> str:
    digits = ""
    while value or not digits:
        value, digit = divmod(value, BASE)
        digits = SIGNS[digit] + digits
    if len(digits) > 4:
        raise ValueError(f"{value} is too far from the number before it")
    return digits if len(digits) == 1 else SIGNS[BASE + len(digits) - 2] + digits


COMMON = tuple(_sign(value) for value in range(BASE**2))
"""What most numbers become."""
