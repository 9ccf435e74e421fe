"""Attacks on the shape of a loss: its sign, its convexity, and what leaves it as it is."""

from collections.abc import Callable, Iterator

import numpy as np

from kbgen.losses.domains import DOMAINS
from kbgen.model import Input, Loss
from kbgen.proofs.attacks import TINY, Attack, draws, simple, written
from kbgen.proofs.sampling import Array, draw, value


def nonnegative(loss: Loss, rng: np.random.Generator) -> Attack:
    """No value is below zero."""
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        found = value(loss, inputs, variant)
        if found.min() < -1e-12:
            return Attack(False, tried, written(loss, variant, inputs, result=f"ℓ = {found.min():.4g}"))
    return Attack(True, tried)


def convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, no value half way is above the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=False)


def strictly_convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, every value half way is below the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=True)


def _half_way(loss: Loss, rng: np.random.Generator, *, strictly: bool) -> Attack:
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        for there in _others(loss, inputs[0], rng):
            other, middle = [there, *inputs[1:]], [(inputs[0] + there) / 2, *inputs[1:]]
            ends = (value(loss, inputs, variant) + value(loss, other, variant)) / 2
            half = value(loss, middle, variant)
            above, level = half > ends + TINY * (1 + np.abs(ends)), half > ends - 1e-13 * (1 + np.abs(ends))
            apart = np.max(np.abs(inputs[0] - there)) > 0.5
            if np.any(above) or (strictly and apart and np.any(level)):
                result = f"ℓ(½) = {half[0]:.4g} {'>' if np.any(above) else '='} {ends[0]:.4g}"
                return Attack(False, tried, written(loss, variant, inputs, other, result=result))
    return Attack(True, tried)


def _others(loss: Loss, first: Array, rng: np.random.Generator) -> Iterator[Array]:
    """Other ends of a segment: anywhere, and where the whole line is allowed also opposite, and shifted by one number."""
    yield simple(draw(loss, rng, items=1), loss)[0]
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    if domain.continuous and (domain.lower, domain.upper) == (-np.inf, np.inf):
        yield -first
        yield first + 1


def symmetric(loss: Loss, rng: np.random.Generator) -> Attack:
    """The value is the same when the first two inputs change places."""
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        turned = [inputs[1], inputs[0], *inputs[2:]]
        here, there = value(loss, inputs, variant), value(loss, turned, variant)
        if np.any(np.abs(here - there) > TINY * (1 + np.abs(here))):
            return Attack(False, tried, written(loss, variant, inputs, result=f"ℓ = {here[0]:.4g} ≠ {there[0]:.4g}"))
    return Attack(True, tried)


def zero_at_match(loss: Loss, rng: np.random.Generator) -> Attack:
    """Zero where the first two inputs are equal, and nowhere else; multiples of the second are tried where they are inputs."""
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        first, second, *rest = inputs
        match = value(loss, [second, second, *rest], variant)
        if np.any(np.abs(match) > TINY):
            return Attack(False, tried, written(loss, variant, [second, second, *rest], result=f"ℓ = {match[0]:.4g}"))
        double = domain.continuous and domain.upper == np.inf and np.all(2 * second >= domain.lower)
        for other in (first, 2 * second) if double else (first,):
            apart = np.max(np.abs(other - second)) > TINY
            if apart and np.any(np.abs(value(loss, [other, second, *rest], variant)) == 0):
                return Attack(False, tried, written(loss, variant, [other, second, *rest], result="ℓ = 0"))
    return Attack(True, tried)


def translation_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Adding one number to the first two inputs changes nothing."""
    return _moved(loss, rng, lambda a, c: a + c)


def scale_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Multiplying the first two inputs by one positive number changes nothing."""
    return _moved(loss, rng, lambda a, c: a * c)


def _moved(loss: Loss, rng: np.random.Generator, move: Callable[[Array, float], Array]) -> Attack:
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        by = float(np.round(rng.uniform(0.5, 3), 1))
        there = [move(inputs[0], by), move(inputs[1], by), *inputs[2:]]
        with np.errstate(divide="ignore", invalid="ignore"):  # a moved input may leave its domain: no counterexample
            before, after = value(loss, inputs, variant), value(loss, there, variant)
            changed = np.abs(before - after) > 1e-7 * (1 + np.abs(before))
        if np.any(changed & np.isfinite(after)):
            return Attack(False, tried, written(loss, variant, inputs, there, result=f"ℓ = {before[0]:.4g} ≠ {after[0]:.4g}"))
    return Attack(True, tried)


def permutation_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Putting coordinates, classes, pixels or coupled items in another order, the same in all inputs, changes nothing."""
    axis = _order(loss)
    for tried, (variant, inputs) in enumerate(draws(loss, rng), 1):
        order = rng.permutation(_length(loss, inputs, axis))
        there = [_reordered(array, given, axis, order) for array, given in zip(inputs, loss.inputs.values(), strict=True)]
        before, after = value(loss, inputs, variant), value(loss, there, variant)
        if np.any(np.abs(before - after) > TINY * (1 + np.abs(before))):
            return Attack(False, tried, written(loss, variant, inputs, there, result=f"ℓ = {before[0]:.4g} ≠ {after[0]:.4g}"))
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
