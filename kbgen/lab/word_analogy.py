"""Word analogies in PPMI vectors of made-up texts: how much of the score comes from barring the words of the question."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kbgen.trials import Found, Measured, exactly, measured

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]

SEEDS = 24
PAIRS, FIELDS, TASTE, COMMON = 40, 8, 10, 100
"""Twin words (king, queen); fields of pairs (court, family); words that go with a field, a pair, a word, or one side; others."""
OWN, PAIR, FIELD = 0.1, 0.05, 0.2
"""Shares of a word's neighbours that go with it alone, with its pair and with its field."""
NEIGHBOURS, SIZE = 300, 30
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)
"""Shares of neighbours that go with one side of all pairs: what the analogy is about. With none of them, nothing carries it."""
PRINTED = 0.1
WAYS = ("barred", "free", "input", "nearest")


def run(seeds: Sequence[int]) -> Found:
    """Per cent of the questions: right with their words barred, right without, answered by an input, right by nearness alone."""
    scores = {share: np.array([_scores(seed, share) for seed in seeds]) for share in SHARES}
    numbers: dict[str, Measured] = {}
    for prefix, share in (("", PRINTED), ("no_", 0.0)):
        numbers |= {f"{prefix}{way}": measured(scores[share][:, i]) for i, way in enumerate(WAYS)}
    numbers |= {"share": exactly(100 * PRINTED), "questions": exactly(2 * PAIRS * (PAIRS - 1))}
    medians = np.array([np.median(scores[share], axis=0) for share in SHARES])
    curves = {way: (tuple(100 * np.array(SHARES)), tuple(medians[:, i])) for i, way in enumerate(WAYS)}
    barred, free, echoed, nearest = medians.T
    holds = {
        "barring_lifts_the_score": bool((barred - free > 20).all()),
        "misses_are_mostly_the_input": bool((echoed / (100 - free) > 0.9).all()),
        "a_text_without_the_relation_passes": bool(barred[0] > 80),
        "the_nearest_word_comes_close": bool((barred - nearest < 20).all()),
    }
    return Found(numbers=numbers, curves=curves, holds=holds)


def _scores(seed: int, share: float) -> Array:
    """The percentages of WAYS, for one made-up text."""
    vectors = _vectors(_counts(np.random.default_rng(seed), share))
    a, b, c, d = _questions()
    like = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T
    near = vectors[c] @ vectors.T
    free = like.argmax(axis=1)
    for word in (a, b, c):
        like[np.arange(len(word)), word] = near[np.arange(len(word)), word] = -np.inf
    right = [like.argmax(axis=1) == d, free == d, free == c, near.argmax(axis=1) == d]
    return np.asarray(100 * np.mean(right, axis=1))


def _questions() -> tuple[Array, Array, Array, Array]:
    """Every "a to b as c to d" over two different pairs, in both directions."""
    one, other, side = (grid.ravel() for grid in np.meshgrid(np.arange(PAIRS), np.arange(PAIRS), [0, 1]))
    two = one != other
    one, other, side = one[two], other[two], side[two]
    return 2 * one + side, 2 * one + 1 - side, 2 * other + side, 2 * other + 1 - side


def _counts(rng: np.random.Generator, share: float) -> Array:
    """How often each word (row) meets each neighbour; words 2i and 2i + 1 are a pair."""
    word = np.arange(2 * PAIRS)
    parts = (
        (OWN, word, 2 * PAIRS),
        (PAIR, word // 2, PAIRS),
        (FIELD, word // 2 % FIELDS, FIELDS),
        (share, word % 2, 2),
    )
    chances = [weight * _topics(rng, topic, count) for weight, topic, count in parts]
    common = 1 / np.arange(1, COMMON + 1)
    rest = 1 - OWN - PAIR - FIELD - share
    chances.append(np.tile(rest * common / common.sum(), (2 * PAIRS, 1)))
    return np.asarray(rng.multinomial(NEIGHBOURS, np.hstack(chances)))


def _topics(rng: np.random.Generator, topic: Array, count: int) -> Array:
    """The chances of all words of `count` topics, for each word of the topic that is its own."""
    taste = rng.dirichlet(np.ones(TASTE), size=count)
    return np.asarray((np.eye(count)[:, :, None] * taste).reshape(count, -1)[topic])


def _vectors(counts: Array) -> Array:
    """Positive pointwise mutual information, cut to the leading singular directions, each row of length one."""
    seen = counts[:, counts.sum(axis=0) > 0]
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0) / seen.sum()
    ppmi = np.log(np.maximum(seen / expected, 1))
    left, strength, _ = np.linalg.svd(ppmi, full_matrices=False)
    rows = left[:, :SIZE] * np.sqrt(strength[:SIZE])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def draw(found: Found) -> "Figure":
    """Per cent right against the share of neighbours that carry the relation."""
    from kbgen.figures.drawings._shared import MARKERS, signs
    from kbgen.figures.style import COLOURS, DASHES, panel

    figure, axes = panel(height=3.3, right=0.04)
    for i, way in enumerate(("barred", "free", "nearest")):
        axes.plot(*found.curves[way], color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], markersize=4)
    axes.set(xlabel="%", yticks=range(0, 101, 20), ylim=(0, 110))
    axes.set_ylabel("%", labelpad=0)
    signs(figure, ["q ∖ abc", "q", "c ∖ abc"], y=0.95)
    return figure
