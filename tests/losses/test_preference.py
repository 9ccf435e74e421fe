"""Preference losses: probabilities of the model behind them, and what DPO inherits from it."""

import math

import numpy as np

from kbgen.losses.preference import bradley_terry, bradley_terry_grad, dpo, dpo_grad


def test_probabilities_of_winning_and_losing_add_up_to_one(rng):
    a, b = rng.normal(0, 3, 50), rng.normal(0, 3, 50)
    np.testing.assert_allclose(np.exp(-bradley_terry(a, b)) + np.exp(-bradley_terry(b, a)), 1, rtol=1e-12)


def test_strengths_three_to_one_win_three_times_out_of_four():
    np.testing.assert_allclose(bradley_terry([math.log(3)], [0.0]), math.log(4 / 3))


def test_a_constant_added_to_all_scores_changes_nothing(rng):
    a, b = rng.normal(size=20), rng.normal(size=20)
    np.testing.assert_allclose(bradley_terry(a + 1000, b + 1000), bradley_terry(a, b), rtol=1e-10)


def test_fit_to_conflicting_votes_is_their_log_odds():
    """Of 10 comparisons 7 go one way: the gradient vanishes at a lead of log(7/3)."""
    lead = math.log(7 / 3)
    a, b = np.array([lead] * 7 + [0.0] * 3), np.array([0.0] * 7 + [lead] * 3)
    to_winner, to_loser = bradley_terry_grad(a, b)
    np.testing.assert_allclose(to_winner[:7].sum() + to_loser[7:].sum(), 0, atol=1e-14)


def test_large_gaps_are_linear_on_the_wrong_side_and_keep_tiny_losses_on_the_right():
    np.testing.assert_allclose(bradley_terry([-800.0, 1e300], [0.0, 0.0]), [800, 0])
    np.testing.assert_allclose(bradley_terry([50.0], [0.0]), math.exp(-50), rtol=1e-12)
    np.testing.assert_allclose(bradley_terry_grad([50.0], [0.0])[1], math.exp(-50), rtol=1e-12)


def test_dpo_is_bradley_terry_of_the_implicit_rewards(rng):
    w, lo, ref_w, ref_l = rng.uniform(-60, -1, (4, 30))
    expected = bradley_terry(0.3 * (w - ref_w), 0.3 * (lo - ref_l))
    np.testing.assert_allclose(dpo(w, lo, ref_w, ref_l, beta=0.3), expected, rtol=1e-10)


def test_dpo_starts_at_log_two_with_half_of_beta_as_gradient(rng):
    w, lo = rng.uniform(-60, -1, (2, 10))
    np.testing.assert_allclose(dpo(w, lo, w, lo), math.log(2), rtol=1e-15)
    to_preferred, to_rejected = dpo_grad(w, lo, w, lo, beta=0.2)
    np.testing.assert_allclose(to_preferred, -0.1)
    np.testing.assert_allclose(to_rejected, 0.1)


def test_dpo_does_not_see_when_both_answers_lose_probability():
    before = dpo([-10.0], [-10.0], [-10.0], [-10.0])
    after = dpo([-30.0], [-50.0], [-10.0], [-10.0])
    assert after < before


def test_optimal_policy_of_the_penalised_problem_has_its_reward_as_implicit_reward(rng):
    """Pi proportional to ref * exp(reward / beta): then dpo equals bradley_terry of the true rewards."""
    beta, reward = 0.5, rng.normal(size=6)
    reference = rng.dirichlet(np.ones(6))
    policy = reference * np.exp(reward / beta)
    log_policy, log_reference = np.log(policy / policy.sum()), np.log(reference)
    value = dpo(log_policy[:3], log_policy[3:], log_reference[:3], log_reference[3:], beta=beta)
    np.testing.assert_allclose(value, bradley_terry(reward[:3], reward[3:]), rtol=1e-10)
