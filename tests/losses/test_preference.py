"""Preference losses: the model behind them, where they settle, and what clipping and lengths do."""

import math

import numpy as np
import pytest

from kbgen.losses.preference import (
    bradley_terry,
    bradley_terry_grad,
    dpo,
    dpo_grad,
    ipo,
    ipo_grad,
    kto,
    kto_grad,
    orpo,
    orpo_grad,
    ppo_clip,
    ppo_clip_grad,
    simpo,
    simpo_grad,
)

LEAD = np.linspace(-20, 20, 8001)


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


def settled(for_it, against, share):
    """The lead on LEAD at which the loss expected for this share of votes is least."""
    return LEAD[np.argmin(share * for_it + (1 - share) * against)]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75, 1.0])
def test_ipo_settles_at_a_lead_in_proportion_to_the_votes_where_dpo_takes_their_log_odds(share):
    none = 0 * LEAD
    for_it, against = ipo(LEAD, none, none, none, tau=0.05), ipo(none, LEAD, none, none, tau=0.05)
    assert settled(for_it, against, share) == pytest.approx((2 * share - 1) / 0.1, abs=0.006)
    if share < 1:
        for_it, against = dpo(LEAD, none, none, none, beta=0.2), dpo(none, LEAD, none, none, beta=0.2)
        assert settled(for_it, against, share) == pytest.approx(math.log(share / (1 - share)) / 0.2, abs=0.006)


def test_ipo_starts_at_a_quarter_over_tau_squared_and_takes_back_what_overshoots():
    start = (-9.0, -4.0, -9.0, -4.0)
    assert ipo(*start, tau=0.1) == pytest.approx(25)
    assert ipo_grad(*start, tau=0.1)[0] == pytest.approx(-10)
    assert ipo_grad(0.0, -8.0, 0.0, 0.0, tau=0.1)[0] == pytest.approx(6)


@pytest.mark.parametrize(("share", "best"), [(0.4, -20), (0.6, 20)])
def test_kto_sides_with_the_majority(share, best):
    none = 0 * LEAD
    assert settled(kto(LEAD, none, none + 1, 0.0), kto(LEAD, none, none, 0.0), share) == best


def test_kto_pulls_most_at_the_baseline_and_alike_from_both_sides(rng):
    ratio, still = rng.uniform(-40, 40, 50), np.zeros(50)
    top = kto_grad(7.0, 0.0, 1.0, 7.0, beta=0.4)
    assert top == pytest.approx(-0.1)
    slopes = kto_grad(7 + ratio, still, still + 1, 7.0, beta=0.4)
    np.testing.assert_allclose(slopes, kto_grad(7 - ratio, still, still + 1, 7.0, beta=0.4), rtol=1e-9)
    assert (np.abs(slopes) <= 0.1).all()


def test_kto_weights_belong_to_their_kind():
    up, down = (kto(-1.0, -1.0, y, 0.0, desirable_weight=4.0, undesirable_weight=6.0) for y in (1.0, 0.0))
    assert (up, down) == (pytest.approx(2), pytest.approx(3))


def test_simpo_does_not_change_when_an_answer_is_said_twice(rng):
    a, b = rng.uniform(-60, -1, (2, 20))
    np.testing.assert_allclose(simpo(2 * a, b, np.full(20, 24), np.full(20, 9)), simpo(a, b, np.full(20, 12), np.full(20, 9)))


def test_simpo_of_an_answer_without_tokens_is_a_number():
    assert simpo(0.0, -4.0, 0, 8, beta=2, gamma=1) == pytest.approx(math.log(2))
    assert np.isfinite(simpo_grad(0.0, -4.0, 0, 8)).all()


def test_orpo_of_certain_answers_is_finite_and_of_nearly_certain_ones_keeps_its_digits():
    assert orpo(0.0, 0.0, lam=1.0) == pytest.approx(math.log(2))
    assert np.isfinite(orpo_grad(0.0, 0.0)).all()
    assert orpo(-1e-12, -2e-12, lam=1.0) == pytest.approx(math.log(1.5), rel=1e-9)  # odds of 2 to 1


def test_orpo_pushes_a_rejected_answer_down_and_less_so_the_smaller_its_share_of_the_odds():
    good = math.log(0.5)
    slopes = [orpo_grad(good, math.log(p), lam=1.0)[1] for p in (0.5, 0.1, 0.01)]
    np.testing.assert_allclose(slopes, [1, 1 / 9, 1 / 99])  # its own odds, where the other has even ones


@pytest.mark.parametrize(
    ("advantage", "ratio", "slope"), [(2, 0.5, -1), (2, 1.1, -2.2), (2, 1.3, 0), (-2, 0.7, 0), (-2, 1.3, 2.6), (0, 3, 0)]
)
def test_ppo_slope_is_that_of_the_plain_surrogate_or_zero(advantage, ratio, slope):
    assert ppo_clip_grad(-1 + math.log(ratio), -1.0, advantage) == pytest.approx(slope)


def test_ppo_is_never_below_the_unclipped_surrogate(rng):
    """The objective is a lower bound, so the loss is an upper one."""
    now, old, advantage = rng.uniform(-3, 0, 200), rng.uniform(-3, 0, 200), rng.normal(size=200)
    assert (ppo_clip(now, old, advantage) >= -np.exp(now - old) * advantage - 1e-12).all()


def test_ppo_with_a_ratio_beyond_all_numbers_costs_nothing_without_advantage():
    with np.errstate(over="ignore", invalid="raise"):
        np.testing.assert_array_equal(ppo_clip([0.0, 0.0], [-1e300, -1e300], [0.0, 1.0]), [0, -1.2])
