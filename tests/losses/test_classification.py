"""Classification losses against enumeration, against each other, and where probabilities reach 0 and 1."""

import numpy as np
import pytest

from kbgen.losses import classification as c
from kbgen.losses.margin import soft_margin
from kbgen.losses.survival import discrete_hazard

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


EDGES = np.array([0, 5e-324, -5e-324, 1, -1, 1e4, -1e4, 1e300, -1e300])


def edge_inputs(name, rng):
    """Scores at the edge of what numbers can hold, and whatever else the loss takes."""
    count = 200
    logits, k = rng.choice(EDGES, (count, 3)), rng.integers(3, size=count)
    match name:
        case "generalized_cross_entropy" | "symmetric_cross_entropy":
            return logits, k
        case "logit_adjusted_cross_entropy":
            return logits, np.eye(3)[k], np.array([1e-300, 0.25, 0.75])
        case "class_balanced_cross_entropy":
            return logits, np.eye(3)[k], np.array([1, 1000, 1e12])
        case "hamming":
            return logits, 2 * np.eye(3)[k] - 1
        case _:
            return logits, np.eye(3)[k]


@pytest.mark.parametrize(
    "name",
    [
        "bootstrapped_cross_entropy", "categorical_focal", "class_balanced_cross_entropy", "fenchel_young",
        "generalized_cross_entropy", "hamming", "logit_adjusted_cross_entropy", "multilabel_soft_margin",
        "poly1_cross_entropy", "sparsemax", "symmetric_cross_entropy",
    ],
)  # fmt: skip
def test_scores_at_the_edge_of_what_numbers_can_hold_give_numbers(name, rng):
    inputs = edge_inputs(name, rng)
    with np.errstate(over="ignore", under="ignore"):
        found = getattr(c, name)(*inputs), getattr(c, f"{name}_grad")(*inputs)
    assert all(np.isfinite(array).all() for array in found)


def test_categorical_focal_keeps_its_slope_where_the_class_is_certain_and_the_focus_weak():
    """(1 - p)**(gamma - 1) alone would be infinite there."""
    logits, target = np.array([[800.0, 0.0]]), np.array([[1.0, 0.0]])
    for gamma in (0, 0.5, 1):
        np.testing.assert_array_equal(c.categorical_focal_grad(logits, target, gamma=gamma), [[0, 0]])


def test_categorical_focal_masks_a_class_with_minus_infinity():
    logits = np.array([[0.0, 0.0, -np.inf]])
    np.testing.assert_allclose(c.categorical_focal(logits, [[1, 0, 0]], alpha=1, gamma=2), np.log(2) / 4)
    np.testing.assert_allclose(c.categorical_focal_grad(logits, [[1, 0, 0]], alpha=1, gamma=0), [[-0.5, 0.5, 0]])


def test_multilabel_soft_margin_lets_two_labels_be_certain_at_once():
    assert c.multilabel_soft_margin(np.array([[50.0, 50.0, -50.0]]), np.array([[1, 1, 0]])) < 1e-20


def test_generalized_cross_entropy_is_bounded_and_hardly_pulled_by_a_label_it_does_not_believe():
    logits, label = np.array([[-1e3, 0.0]]), [0]
    np.testing.assert_allclose(c.generalized_cross_entropy(logits, label, q=0.7), 1 / 0.7)
    assert abs(c.generalized_cross_entropy_grad(logits, label, q=0.7)).max() < 1e-300


def test_generalized_cross_entropy_exaggerates_the_odds_by_a_power():
    eta, q = np.array([0.7, 0.2, 0.1]), 0.5
    best = np.log(eta) / (1 - q)
    grads = c.generalized_cross_entropy_grad(np.tile(best, (3, 1)), np.arange(3), q=q)
    np.testing.assert_allclose(eta @ grads, 0, atol=1e-12)


def test_logit_adjusted_scores_leave_out_the_shares_and_serve_all_classes_alike():
    """At tau = 1 the best scores are log(eta / pi): their largest is that of the balanced error."""
    eta, prior = np.array([0.3, 0.1, 0.6]), np.array([0.1, 0.2, 0.7])
    best = np.tile(np.log(eta / prior), (3, 1))
    grads = c.logit_adjusted_cross_entropy_grad(best, np.eye(3), prior)
    np.testing.assert_allclose(eta @ grads, 0, atol=1e-12)
    assert best[0].argmax() == 0


def test_logit_adjustment_asks_a_rare_class_for_a_lead():
    logits, prior = np.array([[np.log(9), 0.0]]), np.array([0.1, 0.9])
    np.testing.assert_allclose(c.logit_adjusted_cross_entropy(logits, [[1, 0]], prior), np.log(2))
    np.testing.assert_allclose(c.logit_adjusted_cross_entropy_grad(logits, [[1, 0]], prior), [[-0.5, 0.5]])


def test_asymmetric_loss_ignores_a_negative_up_to_its_shift_and_hardly_sees_a_certain_one():
    z = np.log(np.array([0.01, 0.05, 0.0500001, 0.9]) / np.array([0.99, 0.95, 0.9499999, 0.1]))
    loss, grad = c.asymmetric_multilabel(z, np.zeros(4)), c.asymmetric_multilabel_grad(z, np.zeros(4))
    assert loss[0] == grad[0] == 0
    np.testing.assert_allclose(loss[1:3], 0, atol=1e-20)
    assert grad[3] > c.asymmetric_multilabel_grad([5.0], [0.0])[0] > c.asymmetric_multilabel_grad([9.0], [0.0])[0]


def test_asymmetric_loss_of_a_certain_negative_is_bounded_unless_the_shift_is_zero():
    bound = -(0.95**4) * np.log(0.05)
    np.testing.assert_allclose(c.asymmetric_multilabel([50.0, 1e300], [0, 0]), bound)
    np.testing.assert_allclose(c.asymmetric_multilabel([50.0, 1e300], [0, 0], clip=0), [50, 1e300])
    np.testing.assert_allclose(c.asymmetric_multilabel_grad([50.0, 1e300], [0, 0], clip=0), [1, 1])


def test_poly1_starts_like_its_series():
    """The coefficients of (1 - p)**j are 1 + epsilon, 1/2, 1/3 and so on."""
    missed = 0.1
    series = 3 * missed + sum(missed**j / j for j in range(2, 40))
    np.testing.assert_allclose(c.poly1_cross_entropy(np.log([[0.9, 0.1]]), [[1, 0]], epsilon=2), series)


def test_poly1_gradient_is_that_of_cross_entropy_times_one_plus_epsilon_p(rng):
    z, y = rng.normal(size=(6, 3)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    factor = 1 + 2 * (softmax(z) * y).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(c.poly1_cross_entropy_grad(z, y, epsilon=2), factor * c.cross_entropy_grad(z, y))


def test_class_balanced_weights_are_one_over_the_effective_number():
    value = c.class_balanced_cross_entropy(np.zeros((3, 3)), np.eye(3), [1, 10, 10**9], beta=0.99)
    effective = [1, sum(0.99**i for i in range(10)), 100]
    np.testing.assert_allclose(value, np.log(3) / effective)


def test_class_balanced_weights_survive_a_beta_that_single_precision_rounds_to_one():
    value = c.class_balanced_cross_entropy(np.zeros((1, 2), np.float32), [[1, 0]], [1000, 1], beta=1 - 1e-8)
    np.testing.assert_allclose(value, np.log(2) / 1000, rtol=1e-4)


def test_reversed_cross_entropy_sums_to_a_constant_over_the_labels(rng):
    z = np.tile(rng.normal(size=(5, 1, 4)), (1, 4, 1)).reshape(20, 4)
    value = c.symmetric_cross_entropy(z, np.tile(np.arange(4), 5), alpha=0, log_zero=-4)
    np.testing.assert_allclose(value.reshape(5, 4).sum(axis=1), 4 * 3)


def test_symmetric_cross_entropy_is_the_sum_of_both_directions_with_log_zero_replaced(rng):
    z, k = rng.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    p, y = softmax(z), np.eye(3)[k]
    both = -0.1 * (y * np.log(p)).sum(axis=1) - (p * np.where(y > 0, 0, -4)).sum(axis=1)
    np.testing.assert_allclose(c.symmetric_cross_entropy(z, k), both)


def test_hamming_counts_labels_where_the_subset_loss_counts_items():
    score, label = np.ones((4, 5)), np.ones((4, 5))
    score[[0, 1, 2], [0, 1, 2]] = -1
    np.testing.assert_allclose(c.hamming(score, label), [0.2, 0.2, 0.2, 0])
    np.testing.assert_array_equal(c.hamming_grad(score, label), 0 * score)


def test_ordinal_classes_share_all_the_probability():
    f, theta = np.repeat([-40.0, -1.0, 0.3, 50.0], 4), np.array([-1.0, 0.5, 2.0])
    prob = np.exp(-c.ordinal_cumulative_link(f, np.tile(np.arange(4), 4), theta)).reshape(4, 4)
    np.testing.assert_allclose(prob.sum(axis=1), 1)
    np.testing.assert_array_equal(prob.argmax(axis=1), [0, 0, 1, 3])


def test_ordinal_loss_far_outside_is_the_distance_and_never_infinite():
    """The plain difference of sigmoids is 0 there."""
    f, label, theta = np.array([-40.0, -1e300, 1e300, -1e300]), np.array([1, 1, 0, 0]), np.array([0.0, 2.0])
    value = c.ordinal_cumulative_link(f, label, theta)
    np.testing.assert_allclose(value[0], 40 - np.log(-np.expm1(-2)))
    np.testing.assert_array_equal(value[1:], [1e300, 1e300, 0])
    np.testing.assert_array_equal(c.ordinal_cumulative_link_grad(f, label, theta), [-1, -1, 1, 0])


def test_ordinal_loss_of_an_inner_class_bottoms_out_in_the_middle_above_zero():
    floor = c.ordinal_cumulative_link(np.array([1.0]), np.array([1]), np.array([0.0, 2.0]))
    np.testing.assert_allclose(floor, -np.log(np.tanh(2 / 4)))
    assert c.ordinal_cumulative_link_grad(np.array([1.0]), np.array([1]), np.array([0.0, 2.0])) == 0


def test_bootstrapping_rewards_confidence_in_the_prediction_itself():
    """With no trust in labels only the entropy of the prediction counts."""
    logits, target = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]), np.array([[1, 0]] * 3)
    even, sure, sure_of_another = c.bootstrapped_cross_entropy(logits, target, beta=0)
    assert even == pytest.approx(np.log(2))
    np.testing.assert_allclose([sure, sure_of_another], 0, atol=0.01)


def test_bootstrapping_masks_a_class_with_minus_infinity():
    logits = np.array([[0.0, 0.0, -np.inf]])
    np.testing.assert_allclose(c.bootstrapped_cross_entropy(logits, [[1, 0, 0]]), np.log(2))
    assert np.isfinite(c.bootstrapped_cross_entropy_grad(logits, [[1, 0, 0]])).all()


def test_sparsemax_projects_on_the_simplex_with_exact_zeros():
    prob = c.sparsemax_grad(np.array([[0.6, 0.4, 0.2], [6, 4, 2], [0, 1.2, 1]]), np.zeros((3, 3)))
    np.testing.assert_allclose(prob, [[8 / 15, 1 / 3, 2 / 15], [1, 0, 0], [0, 0.6, 0.4]])
    assert (prob[1:, 0] == [1, 0]).all()


def test_sparsemax_charges_nothing_once_the_lead_is_one_and_ignores_a_masked_class():
    np.testing.assert_allclose(c.sparsemax([[1, 0, 0], [5, 3, 4]], np.eye(3)[[0, 0]]), 0, atol=1e-15)
    np.testing.assert_allclose(c.sparsemax([[0, 0, -np.inf]], [[1, 0, 0]]), 0.25)


def test_entmax_of_one_and_a_half_solves_its_quadratic():
    """For two classes: (z1 / 2 - tau)**2 + (z2 / 2 - tau)**2 = 1."""
    z = np.array([[0.8, 0.0]])
    root = (np.sqrt(8 - 0.8**2) / 2 + 0.8 / 2) / 2  # of z1 / 2 - tau
    prob = c.fenchel_young_grad(z, np.zeros((1, 2)), alpha=1.5)
    np.testing.assert_allclose(prob, [[root**2, 1 - root**2]])


def test_fenchel_young_is_zero_at_its_own_prediction_and_only_there(rng):
    z = rng.normal(size=(20, 4))
    for alpha in (1, 1.2, 1.5, 2):
        best = c.fenchel_young_grad(z, np.zeros_like(z), alpha=alpha)
        np.testing.assert_allclose(c.fenchel_young(z, best, alpha=alpha), 0, atol=1e-12)
        assert (c.fenchel_young(z, np.full_like(z, 0.25), alpha=alpha) > 0).all()


@pytest.mark.parametrize("chunk", [1, 2, 3, 50])
def test_linear_cross_entropy_is_cross_entropy_of_the_product_however_it_is_cut(rng, chunk):
    hidden, weight, label = rng.normal(size=(6, 3)), rng.normal(size=(5, 3)), rng.integers(5, size=6)
    logits, target = hidden @ weight.T, np.eye(5)[label]
    np.testing.assert_allclose(c.linear_cross_entropy(hidden, label, weight, chunk=chunk), c.cross_entropy(logits, target))
    slope = c.linear_cross_entropy_grad(hidden, label, weight, chunk=chunk)
    np.testing.assert_allclose(slope, c.cross_entropy_grad(logits, target) @ weight, atol=1e-12)


def test_adaptive_softmax_is_one_distribution_over_common_and_rare_classes(rng):
    head, tail = np.tile(rng.normal(size=4), (6, 1)), np.tile(rng.normal(size=3), (6, 1))
    surprise = c.adaptive_softmax(head, tail, [1, 2, 3, 0, 0, 0], [0, 0, 0, 0, 1, 2])
    np.testing.assert_allclose(np.exp(-surprise).sum(), 1)


def test_noise_contrastive_estimation_is_least_at_the_true_densities():
    """The expected loss over three values, with noise that is drawn by its own probabilities."""
    data, noise = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])

    def risk(log_density):
        pairs = [(i, j) for i in range(3) for j in range(3)]
        i, j = np.array(pairs).T
        value = c.noise_contrastive_estimation(log_density[i], log_density[j][:, None], np.log(noise[i]), np.log(noise[j])[:, None])
        return (data[i] * noise[j] * value).sum()

    best = risk(np.log(data))
    for k in range(3):
        for step in (-0.1, 0.1):
            assert risk(np.log(data) + step * np.eye(3)[k]) > best


def test_negative_sampling_is_noise_contrast_without_its_correction(rng):
    score, drawn = rng.normal(size=5), rng.normal(size=(5, 3))
    noise = c.noise_contrastive_estimation(score, drawn, np.full(5, -np.log(3)), np.full((5, 3), -np.log(3)))
    np.testing.assert_allclose(c.negative_sampling(score, drawn), noise)


def test_sampled_softmax_over_all_other_classes_is_cross_entropy(rng):
    logits = rng.normal(size=(5, 4))
    value = c.sampled_softmax(logits[:, 0], logits[:, 1:], np.zeros(5), np.zeros((5, 3)))
    np.testing.assert_allclose(value, c.cross_entropy(logits, np.eye(4)[[0] * 5]))


def test_losses_for_long_tails_are_the_usual_ones_when_switched_off(rng):
    logits, label, count = rng.normal(size=(6, 4)), rng.integers(4, size=6), np.array([1, 5, 20, 400])
    plain = c.cross_entropy(logits, np.eye(4)[label])
    np.testing.assert_allclose(c.seesaw(logits, label, count, p=0, q=0), plain)
    np.testing.assert_allclose(c.ldam(logits, label, count, margin=0, scale=1), plain)
    target = np.eye(4)[label]
    value = c.equalization(logits, target, count / count.sum(), np.ones(6), threshold=0)
    np.testing.assert_allclose(value, 4 * c.multilabel_soft_margin(logits, target))


def test_mae_of_classes_sums_to_one_number_over_the_labels_and_is_twice_generalized_cross_entropy(rng):
    logits = np.tile(rng.normal(size=4), (4, 1))
    value = c.mean_absolute_error_classification(logits, np.arange(4))
    np.testing.assert_allclose(value.sum(), 2 * (4 - 1))
    np.testing.assert_allclose(value, 2 * c.generalized_cross_entropy(logits, np.arange(4), q=1))


def test_taylor_cross_entropy_goes_from_half_the_mae_to_cross_entropy(rng):
    logits, label = rng.normal(size=(6, 4)), rng.integers(4, size=6)
    half = c.mean_absolute_error_classification(logits, label) / 2
    np.testing.assert_allclose(c.taylor_cross_entropy(logits, label, order=1), half)
    np.testing.assert_allclose(c.taylor_cross_entropy(logits, label, order=5000), c.cross_entropy(logits, np.eye(4)[label]))
    assert (c.taylor_cross_entropy([[-1e300, 0]], [0], order=3) == 1 + 1 / 2 + 1 / 3).all()


def test_pu_risk_of_a_perfect_split_is_zero_and_never_below(rng):
    np.testing.assert_allclose(c.pu_learning([[50.0] * 4], [[50.0, 50, -50, -50, -50]], prior=0.4), 0, atol=1e-12)
    assert (c.pu_learning([[3.0] * 4], [[-50.0] * 5]) >= 0).all()


def test_ohem_keeps_from_the_largest_to_all(rng):
    value = rng.uniform(size=(5, 7))
    np.testing.assert_allclose(c.ohem(value, keep=1), value.max(axis=-1))
    np.testing.assert_allclose(c.ohem(value, keep=7), value.mean(axis=-1))


def test_corn_is_minus_the_log_of_probabilities_that_sum_to_one(rng):
    logits = np.tile(rng.normal(size=3), (4, 1))
    np.testing.assert_allclose(np.exp(-c.corn_ordinal(logits, np.arange(4))).sum(), 1)


def test_corn_has_the_likelihood_of_discrete_hazards(rng):
    """Beyond is the opposite of the hazard; who passes the last question is censored there."""
    logits = np.tile(rng.normal(size=3), (4, 1))
    survival = discrete_hazard(-logits, [0, 1, 2, 2], [1, 1, 1, 0])
    np.testing.assert_allclose(c.corn_ordinal(logits, np.arange(4)), survival)


def test_coral_with_one_bias_is_the_cumulative_link(rng):
    score, label, bias = rng.normal(size=6), rng.integers(2, size=6), np.array([0.3])
    np.testing.assert_allclose(c.coral_ordinal(score, label, bias), c.ordinal_cumulative_link(score, label, -bias))


def test_evidence_costs_as_the_expected_brier_score_of_draws(rng):
    evidence, target = np.array([[2.0, 0.5, 1.0]]), np.eye(3)[[0]]
    draws = rng.dirichlet(evidence[0] + 1, 200_000)
    expected = ((draws - target) ** 2).sum(axis=-1).mean()
    np.testing.assert_allclose(c.evidential_classification(evidence, target, weight=0), expected, rtol=5e-3)


def test_evidence_for_the_true_class_alone_pays_no_price():
    evidence, target = np.array([[7.0, 0, 0]]), np.eye(3)[[0]]
    free = c.evidential_classification(evidence, target, weight=0)
    np.testing.assert_allclose(c.evidential_classification(evidence, target, weight=5), free, atol=1e-12)


def test_short_losses_stay_numbers_far_out():
    z, label = np.array([[HUGE[2], HUGE[3]], [HUGE[3], HUGE[2]], [0, 0]]), np.array([0, 0, 1])
    with np.errstate(over="ignore", under="ignore"):
        values = [
            c.mean_absolute_error_classification(z, label), c.taylor_cross_entropy(z, label), c.seesaw(z, label, [1, 9]),
            c.equalization(z, np.eye(2)[label], [0.001, 0.5], [1, 1, 0]), c.corn_ordinal(z, label), c.pu_learning(z, z),
            c.negative_sampling(z[:, 0], z), c.adaptive_softmax(z, z, label, label), c.ohem(np.abs(z), keep=1),
        ]  # fmt: skip
    assert not any(np.isnan(value).any() for value in values)
