"""Margin losses: kinks, huge scores, labels of the wrong kind, and what each one learns."""

import numpy as np
import pytest

from kbgen.losses import margin as m
from kbgen.losses.classification import binary_cross_entropy_with_logits, zero_one
from kbgen.losses.metric_learning import sphereface
from kbgen.losses.probabilistic import brier_score


def best_score(loss, eta):
    """The score, on a fine grid, that costs least when label 1 comes with probability eta."""
    s = np.linspace(-4, 4, 8001)
    ones = np.ones_like(s)
    return s[(eta * loss(s, ones) + (1 - eta) * loss(s, -ones)).argmin()]


@pytest.mark.parametrize(
    ("function", "best"),
    [
        (m.hinge, lambda eta: np.sign(eta - 0.5)),
        (m.squared_hinge, lambda eta: 2 * eta - 1),
        (m.soft_margin, lambda eta: np.log(eta / (1 - eta))),
        (m.exponential, lambda eta: np.log(eta / (1 - eta)) / 2),
    ],
)
@pytest.mark.parametrize("eta", [0.1, 0.3, 0.8])
def test_best_score_is_the_one_the_entry_states(function, best, eta):
    assert best_score(function, eta) == pytest.approx(best(eta), abs=2e-3)


@pytest.mark.parametrize("function", [m.hinge, m.squared_hinge, m.exponential])
def test_convex_substitutes_lie_above_the_zero_one_loss(function):
    score = np.linspace(-4, 4, 801)
    for label in (np.ones(801), -np.ones(801)):
        assert (function(score, label) >= zero_one(score, label)).all()


def test_hinge_pulls_equally_hard_at_every_distance_and_not_at_all_from_the_kink_on():
    slope = m.hinge_grad([-1e300, -5, 0.999, 1, 2], np.ones(5))
    np.testing.assert_array_equal(slope, [-1, -1, -1, 0, 0])


def test_squared_hinge_is_the_square_of_the_hinge(rng):
    score, label = rng.normal(0, 2, 9), rng.choice([-1.0, 1.0], 9)
    np.testing.assert_array_equal(m.squared_hinge(score, label), m.hinge(score, label) ** 2)


def test_soft_margin_is_binary_cross_entropy_with_other_labels(rng):
    score, label = rng.normal(0, 3, 9), rng.choice([-1.0, 1.0], 9)
    value = binary_cross_entropy_with_logits(score, (label + 1) / 2)
    np.testing.assert_allclose(m.soft_margin(score, label), value, rtol=1e-12)


def test_soft_margin_of_huge_scores_is_the_missing_margin():
    score = np.array([1e300, -1e300, 1e4, -1e4])
    np.testing.assert_array_equal(m.soft_margin(score, np.ones(4)), np.maximum(0, -score))
    np.testing.assert_array_equal(m.soft_margin_grad(score, np.ones(4)), np.where(score < 0, -1, 0))


def test_soft_margin_survives_where_the_literal_formula_overflows():
    score, label = np.float32([-89]), np.float32([1])
    with np.errstate(over="ignore"):
        assert np.log(1 + np.exp(-score)) == np.inf
    np.testing.assert_allclose(m.soft_margin(score, label), 89)


def test_labels_zero_and_one_leave_the_zeros_without_a_gradient():
    score = np.array([-2.0, 0.3, 5])
    for loss, value in ((m.hinge, 1), (m.soft_margin, np.log(2))):
        np.testing.assert_allclose(loss(score, np.zeros(3)), value)
    for grad in (m.hinge_grad, m.soft_margin_grad):
        np.testing.assert_array_equal(grad(score, np.zeros(3)), 0)


def test_exponential_punishes_a_far_mistake_more_than_soft_margin_by_the_stated_numbers():
    np.testing.assert_allclose(m.exponential(-5, 1), 148.4, rtol=1e-3)
    np.testing.assert_allclose(m.soft_margin(-5, 1), 5.01, rtol=1e-3)


def test_multiclass_hinge_agrees_with_the_largest_of_all_shortfalls(rng):
    score, label = rng.normal(0, 2, (50, 4)), rng.integers(0, 4, 50)
    for row, y, value in zip(score, label, m.multiclass_hinge(score, label), strict=True):
        assert value == pytest.approx(max(0, *(1 + row[j] - row[y] for j in range(4) if j != y)), rel=1e-12)


def test_two_classes_with_one_score_held_at_zero_are_the_hinge(rng):
    score, label = rng.normal(0, 2, 9), rng.choice([-1.0, 1.0], 9)
    both = np.stack([score, np.zeros(9)], axis=1)
    value = m.multiclass_hinge(both, (1 - label) / 2)
    np.testing.assert_allclose(value, m.hinge(score, label), rtol=1e-12)
    np.testing.assert_array_equal(m.multiclass_hinge_grad(both, (1 - label) / 2)[:, 0], m.hinge_grad(score, label))


@pytest.mark.parametrize("size", [0, 1e4, -1e4, 1e300])
def test_equal_scores_of_any_size_miss_the_whole_margin(size):
    score = np.full((2, 4), float(size))
    np.testing.assert_array_equal(m.multiclass_hinge(score, [0, 3]), [1, 1])
    np.testing.assert_array_equal(m.multiclass_hinge_grad(score, [0, 3]), [[-1, 1, 0, 0], [1, 0, 0, -1]])


def test_multiclass_hinge_ignores_negative_wrong_scores():
    """keras.losses.categorical_hinge gives 2 here."""
    np.testing.assert_array_equal(m.multiclass_hinge([[-1, -3, -4]], [0]), [0])


def test_without_a_majority_equal_scores_are_best_for_multiclass_hinge(rng):
    eta, label = np.array([0.4, 0.35, 0.25]), np.arange(3)
    risks = [eta @ m.multiclass_hinge(np.tile(s, (3, 1)), label) for s in rng.normal(0, 1, (2000, 3))]
    assert min(risks) > eta @ m.multiclass_hinge(np.zeros((3, 3)), label) == 1


def test_with_a_majority_its_class_wins_under_multiclass_hinge():
    eta, label = np.array([0.6, 0.2, 0.2]), np.arange(3)
    lead = np.tile([1.0, 0, 0], (3, 1))
    assert eta @ m.multiclass_hinge(lead, label) < eta @ m.multiclass_hinge(0 * lead, label)


def test_multiclass_hinge_takes_the_worst_shortfall_where_weston_and_watkins_add_them():
    """torch.nn.MultiMarginLoss would divide their sum by the number of classes."""
    score = np.array([[0.0, 3, 1, -2, -1]])
    assert np.maximum(0, 1 + score[0, 1:] - score[0, 0]).sum() / 5 == pytest.approx(1.2)
    np.testing.assert_array_equal(m.multiclass_hinge(score, [0]), [4])


def test_modified_huber_has_the_values_that_scikit_learn_prints():
    """sklearn.linear_model.SGDClassifier(loss="modified_huber"): (1 - z)**2 from z = -1 on, else -4z."""
    margin = np.array([-10.0, -1.1, -1.0, -0.9, 0.0, 0.5, 1.0, 10.0])
    expected = [40, 4.4, 4, 3.61, 1, 0.25, 0, 0]
    np.testing.assert_allclose(m.modified_huber(margin, np.ones(8)), expected, rtol=1e-12)
    np.testing.assert_allclose(m.modified_huber(-margin, -np.ones(8)), expected, rtol=1e-12)


def test_modified_huber_of_a_huge_mistake_is_on_the_line():
    with np.errstate(over="raise"):
        assert m.modified_huber(-1e200, 1) == pytest.approx(4e200)
    assert m.modified_huber_grad(-1e200, 1) == -4


def test_perceptron_moves_from_zero_scores_and_leaves_right_ones_alone():
    np.testing.assert_array_equal(m.perceptron_grad([0.0, -0.0, 1e-300, -1e-300], [1, -1, 1, 1]), [-1, 1, 0, -1])


def test_perceptron_risk_is_least_at_zero_for_every_probability():
    for eta in (0.1, 0.5, 0.9):
        assert best_score(m.perceptron, eta) == pytest.approx(0)


def test_perceptron_rule_separates_in_as_many_updates_as_novikoff_allows(rng):
    """At most (R / gamma)**2 updates from zero weights."""
    x = rng.normal(size=(60, 2))
    way = np.array([0.6, 0.8])
    x = x[np.abs(x @ way) > 0.2]
    y, weight, updates = np.sign(x @ way), np.zeros(2), 0
    for _ in range(200):
        for xi, yi in zip(x, y, strict=True):
            step = -m.perceptron_grad(xi @ weight, yi) * xi
            weight, updates = weight + step, updates + bool(step.any())
    assert (y * (x @ weight) > 0).all()
    assert 0 < updates <= (np.linalg.norm(x, axis=1).max() / np.abs(x @ way).min()) ** 2


@pytest.mark.parametrize("p", [1, 2])
def test_multi_margin_adds_every_shortfall(p, rng):
    score, label = rng.normal(0, 2, (50, 4)), rng.integers(0, 4, 50)
    for row, y, value in zip(score, label, m.multi_margin(score, label, margin=0.7, p=p), strict=True):
        assert value == pytest.approx(sum(max(0, 0.7 - row[y] + row[j]) ** p for j in range(4) if j != y) / 4, rel=1e-12)


def test_multi_margin_at_the_border_of_numbers():
    score = np.array([[1e300, -1e300, 0], [-1e300, 1e300, 0], [5e-324, 0, -5e-324]])
    with np.errstate(invalid="raise", over="ignore"):
        np.testing.assert_allclose(m.multi_margin(score, [0, 0, 0]), [0, 1e300, 2 / 3])
        np.testing.assert_array_equal(m.multi_margin_grad(score, [0, 0, 0])[:2], [[0, 0, 0], [-2 / 3, 1 / 3, 1 / 3]])
        assert not np.isnan(m.multi_margin(score, [0, 0, 0], p=2)).any()


def test_multi_margin_may_leave_the_two_likeliest_classes_level():
    """With probabilities 0.4, 0.35, 0.25 no score costs less than a tie of the first two (found by linear programming)."""
    eta, label, grid = np.array([0.4, 0.35, 0.25]), np.arange(3), np.linspace(-3, 3, 61)
    risks = {(a, b): 3 * eta @ m.multi_margin(np.tile([0.0, a, b], (3, 1)), label) for a in grid for b in grid}
    assert min(risks.values()) == pytest.approx(1.75)
    assert all(a == pytest.approx(0) for (a, _), risk in risks.items() if risk < 1.75 + 1e-9)


def test_multilabel_margin_has_the_value_of_the_documentation_of_torch():
    np.testing.assert_allclose(m.multilabel_margin([[0.1, 0.2, 0.4, 0.8]], [[1, 0, 0, 1]]), 0.85, rtol=1e-12)


@pytest.mark.parametrize("target", [0, 1])
def test_items_with_no_label_or_with_all_cost_nothing(target, rng):
    score = rng.normal(0, 1e3, (3, 4))
    np.testing.assert_array_equal(m.multilabel_margin(score, np.full((3, 4), target)), 0)
    np.testing.assert_array_equal(m.multilabel_margin_grad(score, np.full((3, 4), target)), 0)


def test_multilabel_margin_at_the_border_of_numbers():
    score, target = np.array([[1e300, -1e300, 0.0], [-1e300, 1e300, 5e-324]]), np.array([[1.0, 0, 0], [1, 0, 0]])
    with np.errstate(invalid="raise"):
        np.testing.assert_allclose(m.multilabel_margin(score, target), [0, 1e300])
        np.testing.assert_array_equal(m.multilabel_margin_grad(score, target), [[0, 0, 0], [-2 / 3, 1 / 3, 1 / 3]])


@pytest.mark.parametrize("eta", [0.1, 0.3, 0.8])
def test_smooth_bounded_losses_have_the_best_score_of_their_link(eta):
    assert best_score(m.savage, eta) == pytest.approx(np.log(eta / (1 - eta)), abs=2e-3)
    assert best_score(m.tangent, eta) == pytest.approx(np.tan(eta - 0.5), abs=2e-3)


def test_savage_is_the_brier_score_of_the_sigmoid(rng):
    s = rng.normal(0, 3, 9)
    np.testing.assert_allclose(m.savage(s, np.ones(9)), brier_score(1 / (1 + np.exp(-s)), np.ones(9)))


def test_smooth_hinge_lies_between_a_hinge_and_a_quarter_of_another_loss(rng):
    score, label = rng.normal(0, 2, 50), rng.choice([-1.0, 1.0], 50)
    np.testing.assert_allclose(m.smooth_hinge(score, label, gamma=1e-9), m.hinge(score, label), atol=1e-8)
    np.testing.assert_allclose(4 * m.smooth_hinge(score, label, gamma=2), m.modified_huber(score, label))


def test_ramp_is_a_difference_of_hinges(rng):
    score, label = rng.normal(0, 3, 50), rng.choice([-1.0, 1.0], 50)
    second = np.maximum(0, 1 - 1.5 - label * score)
    np.testing.assert_allclose(m.ramp(score, label, cap=1.5), m.hinge(score, label) - second, atol=1e-12)


def test_top_k_svm_starts_as_the_multiclass_hinge_and_never_grows_with_k(rng):
    score, label = rng.normal(0, 2, (50, 6)), rng.integers(0, 6, 50)
    values = [m.top_k_svm(score, label, k=k) for k in (1, 2, 3, 6)]
    np.testing.assert_allclose(values[0], m.multiclass_hinge(score, label))
    assert (np.diff(values, axis=0) <= 1e-12).all()


def test_large_margin_softmax_of_one_length_is_sphereface(rng):
    cosine, length, label = rng.uniform(-1, 1, (20, 4)), rng.uniform(1, 9, 20), rng.integers(0, 4, 20)
    size = np.broadcast_to(length[:, None], cosine.shape)
    np.testing.assert_allclose(m.large_margin_softmax(cosine, size, label, margin=4), sphereface(cosine, length, label, margin=4))
