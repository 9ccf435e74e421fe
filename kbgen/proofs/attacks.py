"""What the attacks on properties share: their outcome, the points they try, and how a counterexample is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kbgen.model import Loss
from kbgen.proofs.sampling import Array, draw, each_number, scaled, takes_batches, variants

ROUNDS, ITEMS = 30, 30
"""Every round tries so many items at once."""
LARGE = 9, 4
"""The same where each item is a set, a picture or a text, which is many points."""
COUPLED = 100
"""Rounds of a loss whose items are coupled, a fifth of them where they are large."""
TINY = 1e-9
MOST_NUMBERS = 24
"""A counterexample with more numbers than this is told by its values alone."""


@dataclass(frozen=True)
class Attack:
    """Whether a statement survived, how many points were tried, and the point that refuted it, in signs and numbers."""

    survived: bool
    points: int
    counterexample: str = ""


def written(loss: Loss, variant: Mapping[str, float], *batches: list[Array], result: str) -> str:
    """Inputs of a counterexample as a reader can type them; `/` stands between two choices of the same input."""
    shown = []
    for place, name in enumerate(loss.inputs):
        texts = [np.array2string(_one(batch[place]), precision=3, separator=", ") for batch in batches]
        shown.append(f"{name} = {' / '.join(dict.fromkeys(' '.join(text.split()) for text in texts))}")
    if sum(np.size(array) for array in batches[0]) > MOST_NUMBERS:
        shown = []
    shown += [f"{name} = {number:g}" for name, number in variant.items()]
    return f"{', '.join(shown)}: {result}" if shown else result


def _one(array: Array) -> Array:
    """The first item of a batch of one; a coupled batch as it is."""
    array = np.asarray(array)
    return array[0] if array.shape[:1] == (1,) else array


def simple(inputs: list[Array], loss: Loss) -> list[Array]:
    """The inputs with one decimal, which people can check."""
    return each_number(loss, inputs, lambda a: np.round(a, 1))


def _effort(loss: Loss) -> tuple[int, int]:
    """Rounds, and how many items each of them tries."""
    large = takes_batches(loss)
    if loss.output[:1] == ("n",):
        return LARGE if large else (ROUNDS, ITEMS)
    return COUPLED // 5 if large else COUPLED, 1


def draws(loss: Loss, rng: np.random.Generator) -> Iterator[tuple[dict[str, float], list[Array]]]:
    """Points of all inputs: simple numbers first, then any, then small ones."""
    rounds, items = _effort(loss)
    for variant in variants(loss):
        for round_ in range(rounds):
            inputs = draw(loss, rng, items=items)
            if round_ < rounds // 3:
                inputs = simple(inputs, loss)
            elif round_ % 2:
                inputs = scaled(loss, inputs, 1 / 8)
            yield variant, inputs


def first(bad: Array) -> int | None:
    """The number of the first item that is bad."""
    return int(np.argmax(bad)) if np.any(bad) else None


def item(loss: Loss, inputs: list[Array], number: int) -> list[Array]:
    """One item of independent ones; coupled ones stay together."""
    return [a[number : number + 1] if i.shape[:1] == ("n",) else a for a, i in zip(inputs, loss.inputs.values(), strict=True)]
