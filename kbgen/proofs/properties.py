"""Attacks on the properties that a page states. A public function here is a property of the model, found by its name.

Each searches for a counterexample and says what it found: a property stated as true must survive, one stated as false must fall,
and the counterexample is printed on the page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kbgen.losses.domains import DOMAINS
from kbgen.model import Loss
from kbgen.proofs.sampling import Array, draw, each_number, gradients, parameters, scaled, value, variants

ROUNDS = 300
TINY = 1e-9


@dataclass(frozen=True)
class Attack:
    """Whether a property survived, how many points were tried, and the point that refuted it, in signs and numbers."""

    survived: bool
    points: int
    counterexample: str = ""


def _written(loss: Loss, *batches: list[Array], result: str) -> str:
    """Inputs of a counterexample as a reader can type them; `/` stands between two choices of the same input."""
    shown = []
    for place, name in enumerate(loss.inputs):
        texts = [np.array2string(np.asarray(batch[place])[0:1].squeeze(), precision=3, separator=", ") for batch in batches]
        shown.append(f"{name} = {' / '.join(dict.fromkeys(' '.join(text.split()) for text in texts))}")
    return f"{', '.join(shown)}: {result}"


def _simple(inputs: list[Array], loss: Loss) -> list[Array]:
    """The inputs with one decimal, which people can check."""
    return each_number(loss, inputs, lambda a: np.round(a, 1))


def _draws(loss: Loss, rng: np.random.Generator) -> Iterator[tuple[dict[str, float], list[Array]]]:
    """Single items: simple numbers first, then any, then small ones."""
    for variant in variants(loss):
        for round_ in range(ROUNDS):
            inputs = draw(loss, rng, items=1)
            if round_ < ROUNDS // 3:
                inputs = _simple(inputs, loss)
            elif round_ % 2:
                inputs = scaled(loss, inputs, 1 / 8)
            yield variant, inputs


def nonnegative(loss: Loss, rng: np.random.Generator) -> Attack:
    """No value is below zero."""
    for tried, (variant, inputs) in enumerate(_draws(loss, rng), 1):
        found = value(loss, inputs, variant)
        if found.min() < -1e-12:
            return Attack(False, tried, _written(loss, inputs, result=f"ℓ = {found.min():.4g}"))
    return Attack(True, tried)


def convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, no value half way is above the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=False)


def strictly_convex(loss: Loss, rng: np.random.Generator) -> Attack:
    """In the first input, every value half way is below the mean of the values at the ends."""
    return _half_way(loss, rng, strictly=True)


def _half_way(loss: Loss, rng: np.random.Generator, *, strictly: bool) -> Attack:
    for tried, (variant, inputs) in enumerate(_draws(loss, rng), 1):
        for there in _others(loss, inputs[0], rng):
            other, middle = [there, *inputs[1:]], [(inputs[0] + there) / 2, *inputs[1:]]
            ends = (value(loss, inputs, variant) + value(loss, other, variant)) / 2
            half = value(loss, middle, variant)
            above, level = half > ends + TINY * (1 + np.abs(ends)), half > ends - 1e-13 * (1 + np.abs(ends))
            apart = np.max(np.abs(inputs[0] - there)) > 0.5
            if np.any(above) or (strictly and apart and np.any(level)):
                sign = ">" if np.any(above) else "="
                return Attack(False, tried, _written(loss, inputs, other, result=f"ℓ(½) = {half[0]:.4g} {sign} {ends[0]:.4g}"))
    return Attack(True, tried)


def _others(loss: Loss, first: Array, rng: np.random.Generator) -> Iterator[Array]:
    """Other ends of a segment: anywhere, and where the whole line is allowed also opposite, and shifted by one number."""
    yield _simple(draw(loss, rng, items=1), loss)[0]
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    if domain.continuous and (domain.lower, domain.upper) == (-np.inf, np.inf):
        yield -first
        yield first + 1


def symmetric(loss: Loss, rng: np.random.Generator) -> Attack:
    """The value is the same when the first two inputs change places."""
    for tried, (variant, inputs) in enumerate(_draws(loss, rng), 1):
        turned = [inputs[1], inputs[0], *inputs[2:]]
        here, there = value(loss, inputs, variant), value(loss, turned, variant)
        if np.any(np.abs(here - there) > TINY * (1 + np.abs(here))):
            return Attack(False, tried, _written(loss, inputs, result=f"ℓ = {here[0]:.4g} ≠ {there[0]:.4g}"))
    return Attack(True, tried)


def zero_at_match(loss: Loss, rng: np.random.Generator) -> Attack:
    """Zero where the first two inputs are equal, and nowhere else; multiples of the second are tried where they are inputs."""
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    for tried, (variant, inputs) in enumerate(_draws(loss, rng), 1):
        first, second, *rest = inputs
        match = value(loss, [second, second, *rest], variant)
        if np.any(np.abs(match) > TINY):
            return Attack(False, tried, _written(loss, [second, second, *rest], result=f"ℓ = {match[0]:.4g}"))
        double = domain.continuous and domain.upper == np.inf and np.all(2 * second >= domain.lower)
        for other in (first, 2 * second) if double else (first,):
            apart = np.max(np.abs(other - second)) > TINY
            if apart and np.any(np.abs(value(loss, [other, second, *rest], variant)) == 0):
                return Attack(False, tried, _written(loss, [other, second, *rest], result="ℓ = 0"))
    return Attack(True, tried)


def translation_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Adding one number to the first two inputs changes nothing."""
    return _moved(loss, rng, lambda a, c: a + c)


def scale_invariant(loss: Loss, rng: np.random.Generator) -> Attack:
    """Multiplying the first two inputs by one positive number changes nothing."""
    return _moved(loss, rng, lambda a, c: a * c)


def _moved(loss: Loss, rng: np.random.Generator, move: Callable[[Array, float], Array]) -> Attack:
    for tried, (variant, inputs) in enumerate(_draws(loss, rng), 1):
        by = float(np.round(rng.uniform(0.5, 3), 1))
        there = [move(inputs[0], by), move(inputs[1], by), *inputs[2:]]
        with np.errstate(divide="ignore", invalid="ignore"):  # a moved input may leave its domain: no counterexample
            before, after = value(loss, inputs, variant), value(loss, there, variant)
            changed = np.abs(before - after) > 1e-7 * (1 + np.abs(before))
        if np.any(changed & np.isfinite(after)):
            return Attack(False, tried, _written(loss, inputs, there, result=f"ℓ = {before[0]:.4g} ≠ {after[0]:.4g}"))
    return Attack(True, tried)


def largest_partial(loss: Loss, rng: np.random.Generator, variant: Mapping[str, float]) -> float:
    """The largest partial derivative by the first input: at ordinary points, far out, and close to zero."""
    domains, largest = [DOMAINS[given.domain] for given in loss.inputs.values()], 0.0
    for size in (1, 30, 1000, 1e-3, 1e-300):
        for together in (False, True):
            for _ in range(12):
                scales = [size, *[size if together else 1] * (len(domains) - 1)]
                drawn = zip(draw(loss, rng), scales, domains, strict=True)
                moved = [np.clip(a * scale, d.lower, d.upper) if d.continuous else a for a, scale, d in drawn]
                with np.errstate(all="ignore"):
                    found = np.abs(gradients(loss, moved, variant)[0])
                largest = max(largest, float(np.max(found[~np.isnan(found)], initial=0.0)))
    return largest


def gradient_bound(loss: Loss, rng: np.random.Generator) -> Attack:
    """No partial derivative by the first input exceeds the stated bound, and one comes near it; without bound, they get large."""
    bound, tried, seen = loss.properties.gradient_bound, 0, 0.0
    for variant in variants(loss):
        found, tried = largest_partial(loss, rng, variant), tried + 120
        seen = max(seen, found)
        given = parameters(loss, variant)
        limit = given[bound] if bound in given else np.inf if bound == "none" else float(bound or 0)
        if found > limit * (1 + 1e-6):
            return Attack(False, tried, f"|∂ℓ| = {found:.4g} > {limit:.4g}")
    if bound == "none":
        return Attack(seen > 10, tried, "" if seen > 10 else f"|∂ℓ| ≤ {seen:.4g}")
    near = bound in parameters(loss, {}) or seen >= 0.5 * float(bound or 0)
    return Attack(near, tried, "" if near else f"|∂ℓ| ≤ {seen:.4g}")


ATTACKS: Mapping[str, Callable[[Loss, np.random.Generator], Attack]] = {
    function.__name__: function
    for function in (
        nonnegative, convex, strictly_convex, symmetric, zero_at_match, translation_invariant, scale_invariant, gradient_bound,
    )
}  # fmt: skip


def agrees(loss: Loss, name: str, attack: Attack) -> bool:
    """Whether what was found is what the page says."""
    stated = getattr(loss.properties, name)
    return attack.survived != (stated is False)
