"""Classification losses against enumeration, against each other, and where probabilities reach 0 and 1."""

import numpy as np
import pytest

from kbgen.losses import classification as c
from kbgen.losses.margin import soft_margin

HUGE = (1e4, -1e4, 1e300, -1e300)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def best_probability(loss, eta):
    """The probability, on a fine grid, that costs least when class 1 comes with probability eta."""
    p = np.linspace(1e-4, 1 - 1e-4, 9999)
    risk = eta * loss(p, np.ones_like(p)) + (1 - eta) * loss(p, np.zeros_like(p))
    return p[risk.argmin()]


def on_probabilities(loss, **params):
    return lambda p, y: loss(np.log(p / (1 - p)), y, **params)


def test_binary_cross_entropy_of_a_ruled_out_outcome_is_infinite_and_of_a_certain_one_zero():
    with np.errstate(divide="ignore"):
        value = c.binary_cross_entropy([0, 1, 0, 1], [1, 0, 0, 1])
        slope = c.binary_cross_entropy_grad([0, 1, 0, 1], [1, 0, 0, 1])
    np.testing.assert_array_equal(value, [np.inf, np.inf, 0, 0])
    np.testing.assert_array_equal(slope, [-np.inf, np.inf, 1, -1])


def test_binary_cross_entropy_keeps_tiny_probabilities():
    np.testing.assert_allclose(c.binary_cross_entropy(1e-20, 0), 1e-20, rtol=1e-12)


def test_binary_cross_entropy_is_cross_entropy_of_two_classes(rng):
    p, y = rng.uniform(0.05, 0.95, (2, 6))
    logits, target = np.log(np.stack([p, 1 - p], axis=1)), np.stack([y, 1 - y], axis=1)
    np.testing.assert_allclose(c.binary_cross_entropy(p, y), c.cross_entropy(logits, target), rtol=1e-12)


def test_logits_and_probabilities_give_one_loss(rng):
    z, y = rng.normal(0, 3, 8), rng.uniform(size=8)
    value = c.binary_cross_entropy(sigmoid(z), y)
    np.testing.assert_allclose(c.binary_cross_entropy_with_logits(z, y), value, rtol=1e-10)


def test_huge_logits_cost_themselves_and_keep_their_gradient():
    z = np.array(HUGE)
    np.testing.assert_array_equal(c.binary_cross_entropy_with_logits(z, np.ones(4)), np.maximum(0, -z))
    np.testing.assert_array_equal(c.binary_cross_entropy_with_logits_grad(z, np.ones(4)), np.where(z < 0, -1, 0))
    np.testing.assert_array_equal(c.focal(z, np.ones(4)), 0.25 * np.maximum(0, -z))
    np.testing.assert_array_equal(c.focal_grad(z, np.ones(4)), np.where(z < 0, -0.25, 0))


def test_single_precision_logits_survive_where_the_probability_has_rounded_to_one():
    z, y = np.float32([17]), np.float32([0])
    assert 1 / (1 + np.exp(-z)) == 1
    np.testing.assert_allclose(c.binary_cross_entropy_with_logits(z, y), 17, rtol=1e-6)


@pytest.mark.parametrize("eta", [0.05, 0.2, 0.5, 0.9])
def test_honest_probabilities_are_best_and_pos_weight_multiplies_their_odds(eta):
    assert best_probability(c.binary_cross_entropy, eta) == pytest.approx(eta, abs=2e-4)
    shifted = best_probability(on_probabilities(c.binary_cross_entropy_with_logits, pos_weight=5.0), eta)
    assert shifted == pytest.approx(5 * eta / (5 * eta + 1 - eta), abs=2e-4)


@pytest.mark.parametrize("size", HUGE)
def test_cross_entropy_of_equal_logits_is_log_of_the_classes_at_any_size(size):
    logits, target = np.full((1, 4), size), np.eye(4)[:1]
    np.testing.assert_allclose(c.cross_entropy(logits, target), np.log(4))
    np.testing.assert_allclose(c.cross_entropy_grad(logits, target), [[-0.75, 0.25, 0.25, 0.25]])


def test_cross_entropy_of_far_apart_logits_is_their_distance():
    logits = np.array([[1e300, -1e300, 0], [1e4, -1e4, 0]])
    wrong, right = np.eye(3)[[1, 1]], np.eye(3)[[0, 0]]
    np.testing.assert_array_equal(c.cross_entropy(logits, wrong), [2e300, 2e4])
    np.testing.assert_array_equal(c.cross_entropy(logits, right), [0, 0])
    np.testing.assert_array_equal(c.cross_entropy_grad(logits, wrong), right - wrong)


def test_a_class_masked_with_minus_infinity_costs_nothing_unless_wanted():
    logits = np.array([[0.0, 0.0, -np.inf]])
    np.testing.assert_allclose(c.cross_entropy(logits, [[1, 0, 0]]), np.log(2))
    np.testing.assert_allclose(c.cross_entropy_grad(logits, [[1, 0, 0]]), [[-0.5, 0.5, 0]])
    assert c.cross_entropy(logits, [[0, 0, 1]]) == np.inf


def test_cross_entropy_is_nll_after_log_softmax(rng):
    logits, label = rng.normal(size=(5, 4)), np.array([0, 3, 1, 2, 2])
    log_prob = np.log(softmax(logits))
    np.testing.assert_allclose(c.cross_entropy(logits, np.eye(4)[label]), c.nll(log_prob, label), rtol=1e-12)


def test_cross_entropy_cannot_go_below_the_entropy_of_its_target(rng):
    target = rng.dirichlet(np.ones(4), 50)
    floor = -(target * np.log(target)).sum(axis=1)
    assert (c.cross_entropy(rng.normal(size=(50, 4)), target) > floor).all()
    np.testing.assert_allclose(c.cross_entropy(np.log(target), target), floor, rtol=1e-10)


def test_softmax_before_the_loss_keeps_a_perfect_prediction_above_its_floor():
    np.testing.assert_allclose(c.cross_entropy(np.eye(10)[:1], np.eye(10)[:1]), np.log(1 + 9 / np.e))


def test_nll_of_a_probability_passed_by_mistake_is_negative():
    np.testing.assert_allclose(c.nll([[0.7, 0.3]], [0]), -0.7)


def test_label_smoothing_zero_is_cross_entropy_and_one_forgets_the_target(rng):
    logits, target = rng.normal(size=(5, 4)), np.eye(4)[[0, 1, 2, 3, 0]]
    value = c.label_smoothing_cross_entropy(logits, target, eps=0)
    np.testing.assert_array_equal(value, c.cross_entropy(logits, target))
    forgotten = c.label_smoothing_cross_entropy(logits, target, eps=1)
    np.testing.assert_allclose(forgotten, c.label_smoothing_cross_entropy(logits, target[::-1], eps=1))


def test_label_smoothing_over_the_other_classes_is_the_same_with_a_smaller_share(rng):
    """Eps over K classes equals eps (K - 1) / K over the K - 1 wrong ones."""
    logits, target, eps, k = rng.normal(size=(5, 4)), np.eye(4)[[0, 1, 2, 3, 0]], 0.1, 4
    share = eps * (k - 1) / k
    assert share == pytest.approx(0.075)
    others = (1 - share) * target + share / (k - 1) * (1 - target)
    value = c.cross_entropy(logits, others)
    np.testing.assert_allclose(c.label_smoothing_cross_entropy(logits, target, eps=eps), value, rtol=1e-12)


def test_label_smoothing_is_satisfied_with_a_finite_lead_and_never_reaches_zero():
    logits, target = np.zeros((1, 10)), np.eye(10)[:1]
    logits[0, 0] = np.log(0.91 / 0.01)
    np.testing.assert_allclose(c.label_smoothing_cross_entropy_grad(logits, target, eps=0.1), 0, atol=1e-12)
    np.testing.assert_allclose(c.label_smoothing_cross_entropy(logits, target, eps=0.1), 0.500, atol=5e-4)


def test_whole_weights_repeat_the_example_and_equal_ones_change_nothing(rng):
    logits, target = rng.normal(size=(3, 4)), np.eye(4)[[0, 1, 1]]
    plain = c.cross_entropy(logits, target)
    np.testing.assert_allclose(c.weighted_cross_entropy(logits, target, np.ones(4)), plain)
    np.testing.assert_allclose(c.weighted_cross_entropy(logits, target, [2, 3, 1, 1]), [2, 3, 3] * plain)


def test_class_weights_shift_the_best_prediction_by_their_ratio():
    eta, weight = np.array([0.6, 0.3, 0.1]), np.array([1.0, 2.0, 6.0])
    best = np.log(weight * eta)
    grads = c.weighted_cross_entropy_grad(np.tile(best, (3, 1)), np.eye(3), weight)
    np.testing.assert_allclose(eta @ grads, 0, atol=1e-12)


def test_expected_cost_prefers_a_decision_not_a_probability():
    assert best_probability(c.cost_sensitive, 0.16) < 0.001
    assert best_probability(c.cost_sensitive, 0.18) > 0.999


def test_expected_cost_of_certain_verdicts_with_unit_costs_is_the_zero_one_loss():
    prob, target = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    cost = c.cost_sensitive(prob, target, c_fn=1, c_fp=1)
    np.testing.assert_array_equal(cost, c.zero_one(2 * prob - 1, 2 * target - 1))


def test_a_count_of_missed_positives_raises_the_loss_and_leaves_the_gradient_alone():
    """The staircase penalty: BCE + ratio * (y == 1 and p < 0.5) has the slope of BCE."""
    prob, target, h = np.array([0.1, 0.4, 0.7, 0.3]), np.array([1.0, 1.0, 1.0, 0.0]), 1e-6

    def penalised(p):
        return c.binary_cross_entropy(p, target) + 5 * ((target == 1) & (p < 0.5))

    assert (penalised(prob) - c.binary_cross_entropy(prob, target)).sum() == 10
    slope = (penalised(prob + h) - penalised(prob - h)) / (2 * h)
    np.testing.assert_allclose(slope, c.binary_cross_entropy_grad(prob, target), rtol=1e-6)


def test_focal_without_focus_is_half_of_cross_entropy(rng):
    z, y = rng.normal(0, 3, 8), np.array([0, 1] * 4)
    unfocused = c.focal(z, y, alpha=0.5, gamma=0)
    np.testing.assert_allclose(unfocused, c.binary_cross_entropy_with_logits(z, y) / 2, rtol=1e-12)


def test_focal_fades_easy_items_by_the_factor_of_its_formula():
    z = np.log(np.array([0.9 / 0.1, 0.99 / 0.01]))
    fade = c.focal(z, np.ones(2), alpha=0.5, gamma=2) / c.focal(z, np.ones(2), alpha=0.5, gamma=0)
    np.testing.assert_allclose(fade, [1e-2, 1e-4], rtol=1e-10)


def test_focal_pulls_probabilities_towards_one_half():
    assert best_probability(on_probabilities(c.focal, alpha=0.5, gamma=2.0), 0.9) == pytest.approx(0.694, abs=1e-3)


def test_zero_one_counts_a_score_of_zero_as_a_mistake_and_has_no_slope():
    score, label = np.array([1e300, -5e-324, 0, -0.0, 5e-324]), np.array([1, 1, 1, -1, -1])
    np.testing.assert_array_equal(c.zero_one(score, label), [0, 1, 1, 1, 1])
    np.testing.assert_array_equal(c.zero_one_grad(score, label), np.zeros(5))


def test_cross_entropy_over_log_two_lies_above_the_zero_one_loss():
    score = np.linspace(-4, 4, 81)
    assert (soft_margin(score, np.ones(81)) / np.log(2) >= c.zero_one(score, np.ones(81))).all()
