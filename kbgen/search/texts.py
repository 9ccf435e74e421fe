"""The words of the texts: which items hold each, and how much it says about them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kbgen.cache import digest
from kbgen.search.words import tokens

SHARD_BYTES = 11_000
WEIGHTS = {"name": 9, "aliases": 6, "facet": 6, "plain": 4, "exact": 2, "use": 2}
LEVELS = 6
Texts = Sequence[tuple[str, str]]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counted:
    """The tokens of an item: how many there are, how much each weighs, and a hash of both."""

    length: int
    weights: Mapping[str, float]
    hash: str


def counted(texts: Texts) -> Counted:
    """The tokens of some texts."""
    length, weights = 0, defaultdict[str, float](float)
    for place, text in texts:
        found = Counter(tokens(text))
        length += found.total()
        for token, count in found.items():
            weights[token] += WEIGHTS.get(place, 1) * count
    return Counted(length, dict(weights), digest(repr((length, weights))))


def shards(items: Sequence[Counted]) -> list[dict[str, str]]:
    """As many parts of about equal size as keep each one small. A token's first letters decide, so a prefix needs one part."""
    postings = _postings(items)
    count = max(1, sum(len(token.encode()) + len(found) + 6 for token, found in postings.items()) // SHARD_BYTES)
    parts: list[dict[str, str]] = [{} for _ in range(count)]
    for token, found in postings.items():
        parts[shard(token, count)][token] = found
    return parts


def _postings(items: Sequence[Counted]) -> dict[str, str]:
    """Token -> numbers of the items whose texts hold it, in levels from the most telling down, as gaps in base 36."""
    known = sorted({token for item in items for token in item.weights})
    place = {token: i for i, token in enumerate(known)}
    token = np.array([place[token] for item in items for token in item.weights], int)
    weight = np.array([weight for item in items for weight in item.weights.values()])
    number = np.repeat(np.arange(len(items)), [len(item.weights) for item in items])
    lengths = np.array([item.length for item in items])
    share = weight / (weight + 4 * (0.4 + 0.6 * lengths[number] / (int(lengths.sum()) / len(items))))
    level = np.minimum(LEVELS - 1, ((1 - share) * LEVELS).astype(int))
    order = np.lexsort((number, level, token))
    starts = np.flatnonzero(np.diff(token[order], prepend=-1)).tolist()
    written = _written(token[order], level[order], number[order])
    return {name: "".join(written[a:b]) for name, a, b in zip(known, starts, [*starts[1:], len(written)], strict=True)}


def _written(token: Ints, level: Ints, number: Ints) -> list[str]:
    """Each number as the distance to the one before it on its level; a comma leads from a level to the next."""
    new = np.diff(token, prepend=-1) != 0
    commas = np.where(new, level, np.diff(level, prepend=0))
    distance = np.where(new | (commas > 0), number, np.diff(number, prepend=0))
    signs = [_base36(n) for n in range(int(number.max(initial=0)) + 1)]
    ahead = np.where(new | (commas > 0), commas, -1).tolist()
    return [("," * n if n >= 0 else " ") + signs[d] for n, d in zip(ahead, distance.tolist(), strict=True)]


def gaps(numbers: Iterable[int]) -> str:
    """Ascending numbers as the distances between them, in base 36."""
    return " ".join(_base36(b - a) for a, b in pairwise((0, *numbers)))


def shard(word: str, count: int) -> int:
    """The script that holds a token: by its first Chinese character, or by its first three letters."""
    value = 7
    for character in word[:1] if word >= "\u3400" else word[:3]:
        value = (value * 31 + ord(character)) & 0x7FFFFFFF
    return (value ^ value >> 7) % count


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]
