"""The words of the texts: which items hold each, and how much it says about them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from kbgen.search.items import Item
from kbgen.search.words import tokens

SHARD_BYTES = 12_000
WEIGHTS = {"name": 9, "aliases": 6, "facet": 6, "plain": 4, "exact": 2, "use": 2}
LEVELS = 6


def shards(items: Sequence[Item]) -> list[dict[str, str]]:
    """As many parts of about equal size as keep each one small. A token's first letters decide, so a prefix needs one part."""
    postings = _postings(items)
    count = max(1, sum(len(token.encode()) + len(found) + 6 for token, found in postings.items()) // SHARD_BYTES)
    parts: list[dict[str, str]] = [{} for _ in range(count)]
    for token, found in postings.items():
        parts[shard(token, count)][token] = found
    return parts


def _postings(items: Sequence[Item]) -> dict[str, str]:
    """Token -> numbers of the items whose texts hold it, in levels from the most telling down, as gaps in base 36."""
    counts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    lengths = []
    for number, item in enumerate(items):
        length = 0
        for place, text in item.texts:
            found = Counter(tokens(text))
            length += found.total()
            for token, count in found.items():
                counts[token][number] += WEIGHTS.get(place, 1) * count
        lengths.append(length)
    mean = sum(lengths) / len(lengths)
    return {
        token: _levels({n: w / (w + 4 * (0.4 + 0.6 * lengths[n] / mean)) for n, w in found.items()})
        for token, found in sorted(counts.items())
    }


def _levels(shares: Mapping[int, float]) -> str:
    levels: list[list[int]] = [[] for _ in range(LEVELS)]
    for number, share in sorted(shares.items()):
        levels[min(LEVELS - 1, int((1 - share) * LEVELS))].append(number)
    return ",".join(map(gaps, levels)).rstrip(",")


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
