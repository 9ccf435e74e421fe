"""Attacks on the shape of a loss: its sign, its convexity, and what leaves it as it is."""

from collections.abc import Callable, Iterator

import numpy as np

from kbgen.losses.domains import DOMAINS
from kbgen.model import Input, Loss
from kbgen.proofs.attacks import TINY, Attack, draws, first, item, simple, written
from kbgen.proofs.sampling import NUMBERS, Array, draw, value

SINGLE = NUMBERS | {"probability", "quality", "fraction", "cosine", "binary", "count", "nonzero_vector"}
"""Domains in which each number may lie where it likes, within its bounds."""
ORDERED = SINGLE | {"simplex", "one_hot", "sign"}
"""Domains that hold a vector in any order of its numbers."""
NOTHING = 1e-20
"""What is smaller counts as zero: softmax of shifted scores differs in the last digit, and its square is this small."""


def nonnegative(loss: Loss, rng: np.random.Generator) -> Attack:
    """No value is below zero."""
    tried = 0
    for variant, inputs in draws(loss, rng):
        found = value(loss, inputs, variant)
        tried += found.size
        if (k := first(found < -1e-12)) is not None:
            return Attack(False, tried, written(loss, variant, item(loss, inputs, k), result=f"ℓ = {found[k]:.4g}"))
    return Attack(True, tried)


def convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, no value half way is above the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=False)


def strictly_convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, every value half way is below the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=True)


def _half_way(loss: Loss, rng: np.random.Generator, *, strictly: bool) -> Attack:
    tried = 0
    for variant, inputs in draws(loss, rng):
        start = value(loss, inputs, variant)
        for there in _others(loss, inputs[0], rng):
            other, middle = [there, *inputs[1:]], [(inputs[0] + there) / 2, *inputs[1:]]
            ends, half = (start + value(loss, other, variant)) / 2, value(loss, middle, variant)
            tried += half.size
            above, level = half > ends + TINY * (1 + np.abs(ends)), half > ends - 1e-13 * (1 + np.abs(ends))
            bad = above | (level & (_farthest(inputs[0] - there, half.size) > 0.5)) if strictly else above
            if (k := first(bad)) is not None:
                result = f"ℓ(½) = {half[k]:.4g} {'>' if above[k] else '='} {ends[k]:.4g}"
                return Attack(False, tried, written(loss, variant, item(loss, inputs, k), item(loss, other, k), result=result))
    return Attack(True, tried)


def _farthest(gaps: Array, items: int) -> Array:
    """The largest number of each item, by size."""
    return np.asarray(np.abs(gaps).reshape(items, -1).max(axis=1))


def _others(loss: Loss, start: Array, rng: np.random.Generator) -> Iterator[Array]:
    """Other ends of a segment: anywhere; opposite and shifted by one number on the whole line; further out on half of it."""
    yield simple(draw(loss, rng, items=len(start)), loss)[0]
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    if domain.continuous and (domain.lower, domain.upper) == (-np.inf, np.inf):
        yield -start
        yield start + 1
    if domain.continuous and (domain.lower >= 0, domain.upper) == (True, np.inf):
        yield 8 * start


def symmetric(loss: Loss, rng: np.random.Generator) -> Attack:
    """The value is the same when the first two inputs change places."""
    tried = 0
    for variant, inputs in draws(loss, rng):
        turned = [inputs[1], inputs[0], *inputs[2:]]
        with np.errstate(divide="ignore", invalid="ignore"):  # an input may not be allowed in the other's place: no counterexample
            here, there = value(loss, inputs, variant), value(loss, turned, variant)
            changed = np.abs(here - there) > TINY * (1 + np.abs(here))
        tried += here.size
        if (k := first(changed & np.isfinite(there))) is not None:
            return Attack(False, tried, written(loss, variant, item(loss, inputs, k), result=f"ℓ = {here[k]:.4g} ≠ {there[k]:.4g}"))
    return Attack(True, tried)


def zero_at_match(loss: Loss, rng: np.random.Generator) -> Attack:
    """Zero where the first two inputs are equal, and nowhere else: not where they are alike up to size, sign, height or order."""
    tried = 0
    for variant, inputs in draws(loss, rng):
        start, second, *rest = inputs
        equal = [second, second, *rest]
        match = value(loss, equal, variant)
        tried += match.size
        if (k := first(np.abs(match) > TINY)) is not None:
            return Attack(False, tried, written(loss, variant, item(loss, equal, k), result=f"ℓ = {match[k]:.4g}"))
        for one, other in ((start, second), *_alike(loss, second)):
            unequal = [one, other, *rest]
            apart = _farthest(one - other, match.size) > TINY
            if (k := first(apart & (np.abs(value(loss, unequal, variant)) < NOTHING))) is not None:
                return Attack(False, tried, written(loss, variant, item(loss, unequal, k), result="ℓ = 0"))
    return Attack(True, tried)


def _alike(loss: Loss, second: Array) -> Iterator[tuple[Array, Array]]:
    """Unequal pairs of first inputs that a loss may take for equal: one changed in a single regard, or both level."""
    one, other = (given.domain for given in list(loss.inputs.values())[:2])
    for change in (lambda a: 2 * a, np.negative, lambda a: a + 1):
        if _holds(one, change(second)):
            yield change(second), second
    if second.ndim > 1 and {one, other} <= ORDERED:
        yield second[..., ::-1], second
    for level in (0.0, 1.0):
        both = np.full_like(second, 0.25), np.full_like(second, level)
        if _holds(one, both[0]) and _holds(other, both[1]):
            yield both


def _holds(name: str, numbers: Array) -> bool:
    """Whether these numbers lie in a domain of single numbers."""
    return name in SINGLE and DOMAINS[name].admits(numbers) and ("nonzero" not in name or bool(np.all(numbers)))


def translation_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Adding one number to the first two inputs changes nothing."""
    return _moved(loss, rng, lambda a, c: a + c)


def scale_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Multiplying the first two inputs by one positive number changes nothing."""
    return _moved(loss, rng, lambda a, c: a * c)


def _moved(loss: Loss, rng: np.random.Generator, move: Callable[[Array, float], Array]) -> Attack:
    tried = 0
    for variant, inputs in draws(loss, rng):
        by = float(np.round(rng.uniform(0.5, 3), 1))
        there = [move(inputs[0], by), move(inputs[1], by), *inputs[2:]]
        with np.errstate(divide="ignore", invalid="ignore"):  # a moved input may leave its domain: no counterexample
            before, after = value(loss, inputs, variant), value(loss, there, variant)
            changed = np.abs(before - after) > 1e-7 * (1 + np.abs(before))
        tried += before.size
        if (k := first(changed & np.isfinite(after))) is not None:
            result = f"ℓ = {before[k]:.4g} ≠ {after[k]:.4g}"
            return Attack(False, tried, written(loss, variant, item(loss, inputs, k), item(loss, there, k), result=result))
    return Attack(True, tried)


def permutation_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Putting coordinates, classes, pixels or coupled items in another order, the same in all inputs, changes nothing."""
    axis, tried = _order(loss), 0
    for variant, inputs in draws(loss, rng):
        order = rng.permutation(_length(loss, inputs, axis))
        there = [_reordered(array, given, axis, order) for array, given in zip(inputs, loss.inputs.values(), strict=True)]
        before, after = value(loss, inputs, variant), value(loss, there, variant)
        tried += before.size
        if (k := first(np.abs(before - after) > TINY * (1 + np.abs(before)))) is not None:
            result = f"ℓ = {before[k]:.4g} ≠ {after[k]:.4g}"
            return Attack(False, tried, written(loss, variant, item(loss, inputs, k), item(loss, there, k), result=result))
    return Attack(True, tried)


def _order(loss: Loss) -> str | int:
    """The axis whose order is tried: time if there is one, else the batch if its items are coupled, else the last."""
    shape = next(iter(loss.inputs.values())).shape
    return next((letter for letter in ("T", "N") if letter in shape), shape[-1])


def _length(loss: Loss, inputs: list[Array], axis: str | int) -> int:
    return int(np.shape(inputs[0])[next(iter(loss.inputs.values())).shape.index(axis)])


def _reordered(array: Array, given: Input, axis: str | int, order: Array) -> Array:
    if axis == "K" and given.domain == "index":  # class numbers: the class that stood at order[k] now stands at k
        return np.asarray(np.argsort(order)[array.astype(int)], float)
    return np.asarray(np.take(array, order, given.shape.index(axis))) if axis in given.shape else array
