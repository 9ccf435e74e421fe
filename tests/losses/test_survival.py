"""Survival losses against the probabilities that define them; ties, censoring and extremes."""

import itertools

import numpy as np
import pytest

from kbgen.losses.survival import (
    cox_partial_likelihood,
    cox_partial_likelihood_grad,
    discrete_hazard,
    discrete_hazard_grad,
    weibull_nll,
    weibull_nll_grad,
)


def test_value_is_the_product_of_fractions(rng):
    risk, time = rng.normal(size=9), rng.permutation(9) + 1.0
    event = np.array([1, 0, 1, 1, 0, 1, 1, 0, 1.0])
    likelihood = 1.0
    for i in range(9):
        if event[i]:
            likelihood *= np.exp(risk[i]) / sum(np.exp(risk[j]) for j in range(9) if time[j] >= time[i])
    assert cox_partial_likelihood(risk, time, event).sum() == pytest.approx(-np.log(likelihood))


def test_likelihoods_of_all_orders_of_death_add_up_to_one(rng):
    risk = rng.normal(size=4)
    total = 0.0
    for order in itertools.permutations(range(4)):
        total += np.exp(-cox_partial_likelihood(risk, np.array(order) + 1.0, np.ones(4)).sum())
    assert total == pytest.approx(1)


def test_tied_events_share_one_risk_set():
    """Breslow: both deaths are divided by all three subjects; Efron would give log 3 + log 2.5 for equal risks."""
    value = cox_partial_likelihood(np.zeros(3), [1.0, 1.0, 2.0], [1, 1, 0])
    np.testing.assert_allclose(value, [np.log(3), np.log(3), 0])


def test_the_time_matters_only_through_its_order(rng):
    risk, time, event = rng.normal(size=7), rng.uniform(0.1, 5, 7), rng.integers(0, 2, 7)
    stretched = cox_partial_likelihood(risk, np.exp(3 * time), event)
    np.testing.assert_array_equal(stretched, cox_partial_likelihood(risk, time, event))


def test_a_common_shift_of_all_risks_changes_nothing(rng):
    risk, time, event = rng.normal(size=7), rng.uniform(0.1, 5, 7), np.ones(7)
    shifted = cox_partial_likelihood(risk + 100, time, event)
    np.testing.assert_allclose(shifted, cox_partial_likelihood(risk, time, event), atol=1e-12)
    assert cox_partial_likelihood_grad(risk, time, event).sum() == pytest.approx(0, abs=1e-12)


def test_a_subject_censored_before_every_event_has_no_say():
    risk, time, event = np.array([3.0, 0.5, -1.0]), [1.0, 2.0, 3.0], [0, 1, 1]
    assert cox_partial_likelihood_grad(risk, time, event)[0] == 0
    rest = cox_partial_likelihood(risk[1:], time[1:], event[1:])
    np.testing.assert_allclose(cox_partial_likelihood(risk, time, event)[1:], rest)


def test_without_any_event_value_and_gradient_are_zero(rng):
    risk, time = rng.normal(size=4), rng.uniform(1, 2, 4)
    assert not cox_partial_likelihood(risk, time, np.zeros(4)).any()
    assert not cox_partial_likelihood_grad(risk, time, np.zeros(4)).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_risks_stay_finite(dtype):
    risk = np.array([1e4, -1e4, 0, 9e3], dtype)
    time, event = np.arange(1, 5, dtype=dtype), np.ones(4, dtype)
    with np.errstate(all="raise", under="ignore"):
        value = cox_partial_likelihood(risk, time, event)
        grad = cox_partial_likelihood_grad(risk, time, event)
    np.testing.assert_allclose(value, [0, 1.9e4, 9e3, 0])
    np.testing.assert_allclose(grad, [0, -1, -1, 2], atol=1e-6)


@pytest.mark.parametrize(("scale", "k"), [(2.0, 0.7), (1.0, 1.0), (3.0, 2.5)])
def test_weibull_density_falls_short_of_one_by_the_survivors(scale, k):
    """Events before t and survivors of t are all there are."""
    t = np.linspace(1e-9, 4, 2_000_001)
    given = np.full_like(t, scale), np.full_like(t, k), t
    died = np.trapezoid(np.exp(-weibull_nll(*given, np.ones_like(t))), t)
    assert died + np.exp(-weibull_nll(scale, k, 4.0, 0.0)) == pytest.approx(1, abs=1e-3)


def test_the_best_exponential_scale_is_all_time_over_all_events():
    time, event = np.array([2.0, 3, 5, 5, 5]), np.array([1.0, 1, 0, 0, 0])
    by_scale, _ = weibull_nll_grad(np.full(5, 10.0), np.ones(5), time, event)
    assert by_scale.sum() == pytest.approx(0, abs=1e-12)


def test_whatever_the_shape_63_percent_have_failed_at_the_scale():
    np.testing.assert_allclose(np.exp(-weibull_nll(np.full(3, 2.0), [0.5, 1, 3], np.full(3, 2.0), np.zeros(3))), np.exp(-1))


def test_probabilities_of_all_outcomes_of_discrete_time_add_up_to_one(rng):
    logits = np.tile(rng.normal(size=5), (6, 1))
    chance = np.exp(-discrete_hazard(logits, [0, 1, 2, 3, 4, 4], [1, 1, 1, 1, 1, 0]))
    assert chance.sum() == pytest.approx(1)


def test_intervals_after_the_last_observed_one_have_no_say(rng):
    logits = rng.normal(size=(2, 5))
    other = logits + np.array([0, 0, 0, 7, -7])
    np.testing.assert_array_equal(discrete_hazard(logits, [2, 1], [1, 0]), discrete_hazard(other, [2, 1], [1, 0]))
    assert not discrete_hazard_grad(logits, [2, 1], [1, 0])[:, 3:].any()


@pytest.mark.parametrize("event", [0, 1])
def test_certain_hazards_cost_nothing_or_their_logit(event):
    with np.errstate(all="raise", under="ignore"):
        value = discrete_hazard([[-1e300, 1e300], [-1e300, -1e300]], [1, 1], [event, event])
        grad = discrete_hazard_grad([[-1e300, 1e300], [-1e300, -1e300]], [1, 1], [event, event])
    np.testing.assert_array_equal(value, [[1e300, 0], [0, 1e300]][event])
    np.testing.assert_array_equal(grad, [[[0, 1], [0, 0]], [[0, 0], [0, -1]]][event])
