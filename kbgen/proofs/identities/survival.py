"""Identities of the family survival."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import CLASSES, POINTS, Identity, draw, equal, limit, loss, ones


def cox_of_two_subjects_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood of two subjects is the Bradley-Terry loss of the one whose event comes first."""
    h, t = draw(rng, "real", "positive", shape=(50, 2))
    t.sort(axis=1)
    left = [loss.cox_partial_likelihood(*pair, np.ones(2)).sum() for pair in zip(h, t, strict=True)]
    return equal("cox_partial_likelihood", "bradley_terry", left, loss.bradley_terry(h[:, 0], h[:, 1]))


def cox_is_cross_entropy_over_those_at_risk(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood is, at each event, cross-entropy of the log hazards of all who are still at risk."""
    h, t, event = draw(rng, "real", "positive", "binary")
    at_risk = np.where(t >= t[:, None], h, -np.inf)
    right = event * loss.cross_entropy(at_risk, np.eye(POINTS))
    return equal("cox_partial_likelihood", "cross_entropy", loss.cox_partial_likelihood(h, t, event), right)


def cox_ignores_a_shift_of_all_hazards(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood stays the same when the same number is added to all log hazards."""
    h, t, event = draw(rng, "real", "positive", "binary")
    cox = loss.cox_partial_likelihood
    return equal("cox_partial_likelihood", "cox_partial_likelihood", cox(h + 3, t, event), cox(h, t, event))


def cox_ignores_everything_about_time_but_the_order(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood stays the same when all times are squared: only their order counts."""
    h, t, event = draw(rng, "real", "positive", "binary")
    cox = loss.cox_partial_likelihood
    return equal("cox_partial_likelihood", "cox_partial_likelihood", cox(h, t**2, event), cox(h, t, event))


def weibull_nll_is_poisson_nll_of_the_event(rng: np.random.Generator) -> Identity:
    """Weibull NLL is the Poisson NLL of the event indicator at the log rate k log(t / λ), plus δ log(t / k)."""
    scale, k, t, event = draw(rng, "positive", "positive", "positive", "binary")
    right = loss.poisson_nll(k * np.log(t / scale), event) + event * np.log(t / k)
    return equal("weibull_nll", "poisson_nll", loss.weibull_nll(scale, k, t, event), right)


def discrete_hazard_is_a_sum_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss is the sum of binary cross-entropies of the intervals up to T, labelled δ at T and 0 before."""
    z, event = rng.normal(0, 2, CLASSES), rng.integers(2, size=POINTS).astype(float)
    last = rng.integers(4, size=POINTS)
    place = np.arange(4)
    each = loss.binary_cross_entropy_with_logits(z, event[:, None] * (place == last[:, None]))
    right = np.sum(each * (place <= last[:, None]), axis=1)
    return equal("discrete_hazard", "binary_cross_entropy_with_logits", loss.discrete_hazard(z, last, event), right)


def discrete_hazard_of_equal_hazards_is_negative_binomial_nll(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss of an event with all logits -log μ is the negative binomial NLL of T at r = 1."""
    (mu,), last = draw(rng, "positive"), rng.integers(4, size=POINTS)
    left = loss.discrete_hazard(np.tile(-np.log(mu)[:, None], 4), last, ones(mu))
    return equal("discrete_hazard", "negative_binomial_nll", left, loss.negative_binomial_nll(mu, last.astype(float), ones(mu)))


def discrete_hazard_tends_to_weibull_nll(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss of narrow intervals, plus δ log of their width, tends to the Weibull NLL at k = 1."""
    (scale,), event = draw(rng, "positive", shape=(20,)), rng.integers(2, size=20).astype(float)
    time = 1.0
    right = loss.weibull_nll(scale, ones(scale), np.full(20, time), event)

    def sides(width: float) -> tuple[Array, Array]:
        count = round(time / width)
        hazard = np.tile(1 - np.exp(-width / scale)[:, None], count)
        last = np.full(20, count - 1)
        return loss.discrete_hazard(np.log(hazard / (1 - hazard)), last, event) + event * np.log(width), right

    return limit("discrete_hazard", "weibull_nll", (1e-1, 1e-2, 1e-3), sides)
