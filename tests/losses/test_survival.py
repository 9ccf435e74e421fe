"""Cox partial likelihood: against the product of fractions that defines it, ties, censoring and extremes."""

import itertools

import numpy as np
import pytest

from kbgen.losses.survival import cox_partial_likelihood, cox_partial_likelihood_grad


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
