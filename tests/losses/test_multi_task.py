"""Weighted sums: who sets the weights, and what happens when nobody does."""

import numpy as np
import pytest

from kbgen.losses.multi_task import (
    dynamic_weight_average,
    dynamic_weight_average_grad,
    uncertainty_weighting,
    uncertainty_weighting_grad,
    weighted_sum,
    weighted_sum_grad,
)


def test_weights_of_one_give_the_plain_sum(rng):
    losses = rng.normal(size=(4, 3))
    np.testing.assert_allclose(weighted_sum(losses, np.ones(3)), losses.sum(axis=1))


def test_weights_learned_by_descent_run_to_the_smallest_loss(rng):
    """The slope for a weight is the loss itself: softmax weights that descend end on the easiest task."""
    losses, score = np.array([[3.0, 0.5, 2.0]]), np.zeros(3)
    for _ in range(500):
        weights = np.exp(score) / np.exp(score).sum()
        slope = weighted_sum_grad(losses, weights)[1]
        score = score - 0.1 * weights * (slope - weights @ slope)
    assert weights[1] > 0.99


def test_uncertainty_weights_settle_where_the_variance_is_the_mean_loss(rng):
    losses = rng.uniform(0.5, 4, (50, 2)) * [1, 20]
    log_var = np.zeros(2)
    for _ in range(4000):
        log_var = log_var - 0.05 * uncertainty_weighting_grad(losses, log_var)[1] / len(losses)
    np.testing.assert_allclose(np.exp(log_var), losses.mean(axis=0), rtol=1e-6)


def test_uncertainty_weighting_is_the_gaussian_likelihood_without_its_constant(rng):
    residual, log_var = rng.normal(size=(6, 2)), rng.normal(size=2)
    var = np.exp(log_var)
    nll = np.sum(0.5 * np.log(2 * np.pi * var) + residual**2 / (2 * var), axis=1)
    np.testing.assert_allclose(uncertainty_weighting(residual**2, log_var) + np.log(2 * np.pi), nll)


def test_uncertainty_weighting_is_negative_for_small_losses():
    assert uncertainty_weighting([[0.01]], [np.log(0.01)])[0] == pytest.approx(0.5 + 0.5 * np.log(0.01))


def test_rescaling_a_loss_moves_its_settled_term_by_a_constant_only():
    """At the best log variance the loss L costs (1 + log L) / 2: a change of unit no longer decides between tasks."""
    for unit in (1, 1000):
        best = uncertainty_weighting([[unit * 0.3]], [np.log(unit * 0.3)])[0]
        assert best == pytest.approx(0.5 * (1 + np.log(0.3) + np.log(unit)))


def weights(last, before, **params):
    return dynamic_weight_average_grad(np.zeros((1, len(last))), last, before, **params)[0]


def test_weights_of_the_average_add_up_to_the_number_of_tasks_and_favour_the_slow(rng):
    last, before = rng.uniform(0.1, 3, (2, 4))
    found = weights(last, before)
    assert found.sum() == pytest.approx(4)
    np.testing.assert_array_equal(np.argsort(found), np.argsort(last / before))


def test_weights_of_falling_losses_stay_within_a_factor_of_exp_of_one_over_temperature(rng):
    for temperature in (0.5, 2):
        before = rng.uniform(0.5, 3, (100, 2))
        found = [weights(b * rng.uniform(0, 1, 2), b, temperature=temperature) for b in before]
        assert max(np.max(w) / np.min(w) for w in found) <= np.exp(1 / temperature)


def test_units_do_not_change_the_weights(rng):
    last, before, unit = rng.uniform(0.1, 3, (3, 4))
    np.testing.assert_allclose(weights(unit * last, unit * before), weights(last, before))


def test_a_ratio_beyond_all_numbers_takes_all_the_weight():
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        np.testing.assert_allclose(weights([1e300, 1.0], [1e-300, 1.0]), [2, 0])
        np.testing.assert_allclose(weights([1e300, 1e300], [1e-300, 1e-300]), [1, 1])
        assert dynamic_weight_average([[0.0, 1e300]], [1e-300, 1.0], [1e300, 1.0]) > 1e300
