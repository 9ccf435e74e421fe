"""Attacks on what a loss makes of probabilities: whether telling the truth is best, and whether the right class wins."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from kbgen.model import Loss
from kbgen.proofs.attacks import Attack
from kbgen.proofs.sampling import LENGTHS, Array, draw, value, variants

TRUTHS = 20
GUESSES = 150
SLACK = 1e-10
APART = 0.02

LINKS: Mapping[tuple[str, int], Callable[[Array], Array]] = {
    ("probability", 1): lambda p: p[:, 1],
    ("real", 1): lambda p: np.log(p[:, 1]) - np.log(p[:, 0]),
    ("simplex", 2): lambda p: p,
    ("log_simplex", 2): np.log,
    ("real", 2): np.log,
}
"""(domain, dimensions) of the first input -> what goes in for rows of class probabilities: sigmoid and softmax, turned round."""


def proper(loss: Loss, rng: np.random.Generator) -> Attack:
    """The expected loss is least where the stated probabilities are the true ones; strictly so if nowhere else."""
    first, tried, found = next(iter(loss.inputs.values())), 0, "strictly"
    link = LINKS[first.domain, len(first.shape)]
    for variant in variants(loss):
        for truth in _truths(loss, rng):
            guesses = np.concatenate([[truth], _guesses(truth, rng)])
            risks = _risks(loss, link(guesses), truth, variant, rng)
            tried += len(guesses)
            best = int(np.argmin(risks))
            if risks[best] < risks[0] - SLACK:
                says = f"q = {_numbers(truth)}, p = {_numbers(guesses[best])}: 𝔼ℓ = {risks[best]:.4g} < {risks[0]:.4g}"
                return Attack(loss.properties.proper == "no", tried, says + _at(variant))
            apart = np.abs(guesses - truth).max(axis=1) > APART
            found = "weakly" if np.any(apart & (risks < risks[0] + SLACK)) else found
    return Attack(loss.properties.proper == found, tried, "" if loss.properties.proper == found else found)


def calibrated(loss: Loss, rng: np.random.Generator) -> Attack:
    """Whatever the true probabilities, no score that puts a less likely class first is expected to cost as little as the best."""
    tried = 0
    for variant in variants(loss):
        for truth in _truths(loss, rng):
            scores, wins = _scores(loss, truth, rng)
            risks = _risks(loss, scores, truth, variant, rng)
            tried += len(scores)
            right = wins == np.argmax(truth)
            if risks[~right].min() <= risks[right].min() + SLACK:
                at = _numbers(scores[~right][np.argmin(risks[~right])])
                says = f"q = {_numbers(truth)}, s = {at}: 𝔼ℓ = {risks[~right].min():.4g} ≤ {risks[right].min():.4g}"
                return Attack(False, tried, says + _at(variant))
    return Attack(True, tried)


def _at(variant: Mapping[str, float]) -> str:
    return "".join(f", {name} = {number:g}" for name, number in variant.items())


def _numbers(array: Array) -> str:
    return np.array2string(np.asarray(array), precision=3, separator=", ", suppress_small=True).replace("\n", "")


def _outcomes(loss: Loss) -> list[Array]:
    """What may happen, as the second input of one item: one class after the other, for certain."""
    first, target = list(loss.inputs.values())[:2]
    classes = LENGTHS["K"] if len(first.shape) > 1 else 2
    match target.domain:
        case "sign":
            return [np.array([-1.0]), np.array([1.0])]
        case "simplex":
            return list(np.eye(classes)[:, None, :])
        case _:  # binary, probability or index
            return [np.array([float(k)]) for k in range(classes)]


def _risks(loss: Loss, scores: Array, truth: Array, variant: Mapping[str, float], rng: np.random.Generator) -> Array:
    """The expected loss of each row of scores if class k comes with the probability truth[k]; further inputs are drawn."""
    total, count = np.zeros(len(scores)), len(scores)
    given = zip(draw(loss, rng, items=1), loss.inputs.values(), strict=True)
    rest = [np.repeat(array, count, axis=0) if i.shape[:1] == ("n",) else array for array, i in list(given)[2:]]
    with np.errstate(divide="ignore"):  # a probability of 0 for what happens costs an infinite amount
        for chance, outcome in zip(truth, _outcomes(loss), strict=True):
            total += chance * value(loss, [scores, np.repeat(outcome, count, axis=0), *rest], variant)
    return total


def _truths(loss: Loss, rng: np.random.Generator) -> Iterator[Array]:
    """Probabilities of the classes, one of them clearly the likeliest: simple ones first."""
    classes = len(_outcomes(loss))
    rest = np.full(classes - 1, 1 / (classes - 1))
    every = [np.array([q, *(1 - q) * rest]) for q in (0.7, 0.4, 0.9, 0.1)] + [*(rng.dirichlet(np.ones(classes), TRUTHS) + 0.01)]
    yield from (truth / truth.sum() for truth in every if np.diff(np.sort(truth)[-2:])[0] > APART)


def _guesses(truth: Array, rng: np.random.Generator) -> Array:
    """Other probabilities, some of them near the truth; never 0 or 1."""
    anywhere = rng.dirichlet(np.ones(len(truth)), GUESSES) + 0.01
    share = rng.choice([1.0, 0.3, 0.05], (GUESSES, 1))
    mixed = share * anywhere + (1 - share) * truth
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def _scores(loss: Loss, truth: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Scores to try, and which class each puts first; -1 where none is ahead."""
    first = next(iter(loss.inputs.values()))
    if len(first.shape) == 1:
        middle, scores = (
            (0.5, np.linspace(0, 1, 401)) if first.domain == "probability" else (0.0, np.sinh(np.linspace(-4, 4, 1601)))
        )  # finer near the middle
        return scores, np.where(scores == middle, -1, (scores > middle).astype(int))
    anywhere = rng.normal(size=(GUESSES, len(truth))) * rng.choice([0.3, 1.0, 3.0], (GUESSES, 1))
    scores = np.concatenate([np.zeros((1, len(truth))), [np.log(truth)], anywhere])
    ahead = np.sort(scores, axis=1)
    return scores, np.where(ahead[:, -1] == ahead[:, -2], -1, np.argmax(scores, axis=1))
