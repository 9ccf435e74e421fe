"""Boxes: counted on a pixel grid, degenerate cases, and gradients against finite differences off the kinks; scores and bins."""

import itertools
import math

import numpy as np
import pytest
from scipy import optimize

from kbgen.losses.detection import (
    alpha_iou,
    balanced_l1,
    balanced_l1_grad,
    ciou,
    ciou_grad,
    diou,
    diou_grad,
    distribution_focal,
    distribution_focal_grad,
    eiou,
    ghm,
    giou,
    giou_grad,
    hungarian_matching,
    iou_box,
    iou_box_grad,
    quality_focal,
    quality_focal_grad,
    repulsion,
    siou,
    varifocal,
    varifocal_grad,
    wise_iou,
)

LOSSES = [(iou_box, iou_box_grad), (giou, giou_grad), (diou, diou_grad), (ciou, ciou_grad)]
UNIT = [0.0, 0, 1, 1]
CASES = {
    "identical": (UNIT, UNIT),
    "identical, inverted corners": ([1.0, 1, 0, 0], UNIT),
    "inverted in x only": ([1.5, 0.5, 0.5, 2], UNIT),
    "touching along an edge": ([1.0, 0, 2, 1], UNIT),
    "touching at a corner": ([1.0, 1, 2, 2], UNIT),
    "containing": ([-1.0, -1, 2, 2], UNIT),
    "contained": ([0.2, 0.3, 0.5, 0.6], UNIT),
    "contained in a corner": ([0.0, 0, 0.5, 0.5], UNIT),
    "disjoint": ([3.0, 4, 5, 6], UNIT),
    "a point inside": ([0.5, 0.5, 0.5, 0.5], UNIT),
    "a point outside": ([5.0, 5, 5, 5], UNIT),
    "a line inside": ([0.2, 0.5, 0.8, 0.5], UNIT),
    "a target that is a point": (UNIT, [0.5, 0.5, 0.5, 0.5]),
    "equal points": ([2.0, 2, 2, 2], [2.0, 2, 2, 2]),
    "different points": ([0.0, 0, 0, 0], [1.0, 2, 1, 2]),
    "equal lines": ([0.0, 0, 2, 0], [0.0, 0, 2, 0]),
    "lines on one line": ([0.0, 0, 1, 0], [3.0, 0, 4, 0]),
}
every_loss = pytest.mark.parametrize(("function", "grad"), LOSSES)


def boxes(rng, n):
    corner = rng.uniform(-1, 1, (n, 2))
    return np.concatenate([corner, corner + rng.uniform(0.1, 2, (n, 2))], axis=1)


def by_hand(p, t):
    """All four losses of two proper boxes with area, in plain Python."""
    (a, b, c, d), (e, f, g, h) = p, t
    overlap = max(0, min(c, g) - max(a, e)) * max(0, min(d, h) - max(b, f))
    union = (c - a) * (d - b) + (g - e) * (h - f) - overlap
    width, height = max(c, g) - min(a, e), max(d, h) - min(b, f)
    miss = 1 - overlap / union
    rho2 = math.dist(((a + c) / 2, (b + d) / 2), ((e + g) / 2, (f + h) / 2)) ** 2
    v = 4 / math.pi**2 * (math.atan((g - e) / (h - f)) - math.atan((c - a) / (d - b))) ** 2
    alpha = v / (miss + v) if v else 0
    distance = miss + rho2 / (width**2 + height**2)
    return miss, miss + (width * height - union) / (width * height), distance, distance + alpha * v


def slopes(function, p, t, h=1e-6):
    """Central differences in every coordinate of every box."""
    steps = h * np.eye(4)
    return np.stack([(function(p + s, t) - function(p - s, t)) / (2 * h) for s in steps], axis=1)


def test_values_agree_with_plain_python(rng):
    pred, target = boxes(rng, 300), boxes(rng, 300)
    expected = np.array([by_hand(p, t) for p, t in zip(pred, target, strict=True)]).T
    for (function, _), values in zip(LOSSES, expected, strict=True):
        np.testing.assert_allclose(function(pred, target), values, rtol=1e-9, atol=1e-12)


def test_overlap_is_what_counting_cells_gives(rng):
    corner = rng.integers(0, 8, (50, 2, 2))
    box = np.concatenate([corner, corner + rng.integers(1, 8, corner.shape)], axis=2).astype(float)
    y, x = np.mgrid[:16, :16] + 0.5
    left, top, right, bottom = np.moveaxis(box[..., None, None], 2, 0)
    inside = (x > left) & (x < right) & (y > top) & (y < bottom)
    iou = (inside[:, 0] & inside[:, 1]).sum((1, 2)) / (inside[:, 0] | inside[:, 1]).sum((1, 2))
    np.testing.assert_allclose(iou_box(box[:, 0], box[:, 1]), 1 - iou, atol=1e-12)


@every_loss
def test_gradient_is_exact_away_from_kinks(function, grad, rng):
    pred, target = boxes(rng, 500), boxes(rng, 500)
    pred[:100] = rng.uniform(-2, 2, (100, 4))  # corners in any order
    pred[100:150] = target[100:150] + [0.01, 0.02, -0.02, -0.03]  # contained
    pred[150:200] += 5  # disjoint
    edges = np.stack([pred[:, [0, 2]], target[:, [0, 2]], pred[:, [1, 3]], target[:, [1, 3]]]).reshape(2, 2, 500, 2)
    between = np.abs(edges[:, 0, :, :, None] - edges[:, 1, :, None, :]).min(axis=(0, 2, 3))
    own = np.abs(np.diff(edges[:, 0], axis=-1)).min(axis=(0, 2))
    smooth = np.minimum(between, own) > 1e-3
    assert smooth.sum() > 450
    pred, target = pred[smooth], target[smooth]
    np.testing.assert_allclose(grad(pred, target), slopes(function, pred, target), rtol=1e-4, atol=1e-5)


@every_loss
@pytest.mark.parametrize("case", CASES)
def test_degenerate_boxes_give_finite_numbers_without_warnings(function, grad, case):
    pred, target = (np.array([box]) for box in CASES[case])
    with np.errstate(all="raise", under="ignore"):
        value, slope = function(pred, target), grad(pred, target)
    assert np.isfinite(slope).all()
    assert 0 <= value[0] <= 2.5


@every_loss
def test_equal_boxes_cost_exactly_nothing_and_stay(function, grad, rng):
    box = np.concatenate([boxes(rng, 50), [CASES["equal points"][0], CASES["equal lines"][0]]])
    assert (function(box, box) == 0).all()
    assert (grad(box, box) == 0).all()


@every_loss
def test_different_boxes_cost_something(function, grad):
    for case in set(CASES) - {"identical", "identical, inverted corners", "equal points", "equal lines"}:
        assert function(*(np.array([box]) for box in CASES[case])) > 0, case


@pytest.mark.parametrize(("case", "values"), [
    ("touching along an edge", (1, 1, 1.2, 1.2)),
    ("touching at a corner", (1, 1.5, 1.25, 1.25)),
    ("contained in a corner", (0.75, 0.75, 0.8125, 0.8125)),
    ("containing", (8 / 9, 8 / 9, 8 / 9, 8 / 9)),
    ("a point inside", (1, 1, 1, 1 + (1 / 16) / (1 + 1 / 4))),  # v = 1/4: angle 0 against 45 degrees
    ("different points", (1, 2, 2, 2)),
    ("lines on one line", (1, 1, 1 + 9 / 16, 1 + 9 / 16)),
])  # fmt: skip
def test_degenerate_boxes_have_the_values_worked_out_by_hand(case, values):
    pred, target = (np.array([box]) for box in CASES[case])
    np.testing.assert_allclose([function(pred, target)[0] for function, _ in LOSSES], values)


@every_loss
def test_order_of_corners_does_not_matter(function, grad, rng):
    pred, target = boxes(rng, 50), boxes(rng, 50)
    np.testing.assert_array_equal(function(pred[:, [2, 1, 0, 3]], target[:, [0, 3, 2, 1]]), function(pred, target))
    np.testing.assert_array_equal(grad(pred[:, [2, 1, 0, 3]], target), grad(pred, target)[:, [2, 1, 0, 3]])


@every_loss
@pytest.mark.parametrize("scale", [1e-300, 1e-6, 1e6, 1e300])
def test_move_and_scale_of_both_boxes_change_nothing(function, grad, scale, rng):
    pred, target = boxes(rng, 50), boxes(rng, 50)
    np.testing.assert_allclose(function(pred * scale, target * scale), function(pred, target), rtol=1e-9)
    np.testing.assert_allclose(grad(pred * scale, target * scale) * scale, grad(pred, target), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(function(pred + 7, target + 7), function(pred, target), rtol=1e-9)


def test_stretching_one_axis_changes_only_the_losses_with_a_distance(rng):
    pred, target, stretch = boxes(rng, 50), boxes(rng, 50), np.array([3, 1, 3, 1])
    for function, _ in LOSSES[:2]:
        np.testing.assert_allclose(function(pred * stretch, target * stretch), function(pred, target))
    assert np.abs(diou(pred * stretch, target * stretch) - diou(pred, target)).max() > 0.01


@every_loss
def test_symmetric(function, grad, rng):
    pred, target = boxes(rng, 50), boxes(rng, 50)
    np.testing.assert_allclose(function(pred, target), function(target, pred), rtol=1e-12)


@every_loss
def test_where_edges_coincide_the_slope_is_the_mean_of_both_sides(function, grad):
    """A box sharing only its left edge with the target: forward and backward difference, averaged."""
    pred, target, h = np.array([[0.0, 0.2, 0.7, 1.5]]), np.array([UNIT]), 1e-7
    ahead, behind = (function(pred + [[sign * h, 0, 0, 0]], target)[0] for sign in (1, -1))
    assert abs(ahead + behind - 2 * function(pred, target)[0]) > 1e-9  # a kink indeed
    assert grad(pred, target)[0, 0] == pytest.approx((ahead - behind) / (2 * h), abs=1e-6)


def test_iou_has_no_gradient_between_disjoint_boxes_and_the_others_have():
    pred, target = np.array([[3.0, 0, 4, 1]]), np.array([UNIT])
    assert (iou_box_grad(pred, target) == 0).all()
    for grad in (giou_grad, diou_grad, ciou_grad):
        assert grad(pred, target)[0, 0] > 0


def test_giou_first_blows_up_a_distant_box():
    slope = giou_grad(np.array([[5.0, 5, 6, 6]]), np.array([UNIT]))[0]
    np.testing.assert_allclose(slope, [0.028, 0.028, -0.019, -0.019], atol=5e-4)


def test_giou_is_iou_for_contained_boxes_and_nears_two_far_away(rng):
    inner = np.array([[0.1, 0.2, 0.3, 0.9], [0, 0, 0.5, 1]])
    outer = np.array([UNIT, UNIT])
    np.testing.assert_allclose(giou(inner, outer), iou_box(inner, outer))
    assert 1.99 < giou(np.array([[1e4, 1e4, 1e4 + 1, 1e4 + 1]]), np.array([UNIT]))[0] < 2


def test_diou_moves_a_contained_box_and_iou_does_not():
    inner, outer, along = np.array([[0.5, 0.5, 1.5, 1.5]]), np.array([[0.0, 0, 4, 4]]), np.array([1, 0, 1, 0])
    assert np.sum(iou_box_grad(inner, outer) * along) == pytest.approx(0, abs=1e-12)
    assert np.sum(diou_grad(inner, outer) * along) < -0.01


def test_ciou_is_diou_for_equal_ratios_and_more_otherwise(rng):
    target = boxes(rng, 40)
    grown = target * 3 + 0.5
    np.testing.assert_allclose(ciou(grown, target), diou(grown, target), atol=1e-12)
    pred = boxes(rng, 40)
    assert (ciou(pred, target) > diou(pred, target)).all()


def test_ciou_gradient_with_a_constant_alpha_would_be_another():
    """The printed gradient differentiates alpha; the published code does not."""
    pred, target = np.array([[0.0, 0, 2, 1]]), np.array([[0.0, 0.1, 2.2, 2]])
    miss = iou_box(pred, target)
    v = 4 / np.pi**2 * (np.arctan(2.2 / 1.9) - np.arctan(2)) ** 2
    alpha, h = v / (miss + v), 1e-6
    step = np.array([[0, 0, h, 0]])
    ends = [4 / np.pi**2 * (np.arctan(2.2 / 1.9) - np.arctan(2 + sign * h)) ** 2 for sign in (1, -1)]
    d_v = (ends[0] - ends[1]) / (2 * h)
    d_diou = (diou(pred + step, target) - diou(pred - step, target)) / (2 * h)
    d_iou = (iou_box(pred - step, target) - iou_box(pred + step, target)) / (2 * h)
    full = d_diou + alpha**2 * d_iou + alpha * (2 - alpha) * d_v
    assert ciou_grad(pred, target)[0, 2] == pytest.approx(full[0], abs=1e-7)
    assert abs(full - (d_diou + alpha * d_v))[0] > 1e-3


@every_loss
def test_nearly_equal_boxes_do_not_turn_negative(function, grad, rng):
    box = boxes(rng, 2000)
    assert (function(box * (1 + 1e-15 * rng.normal(size=box.shape)), box) >= -1e-15).all()


def logit(p):
    return np.log(p) - np.log1p(-p)


@pytest.mark.parametrize("beta", [0.5, 1, 2, 4])
def test_quality_focal_is_zero_at_the_quality_and_nowhere_else(beta):
    score, quality = np.linspace(-6, 6, 2401), 0.7
    values = quality_focal(score, np.full_like(score, quality), beta=beta)
    assert abs(score[values.argmin()] - logit(quality)) < 0.01
    assert quality_focal(np.array([logit(0.5)]), np.array([0.5]), beta=beta)[0] == 0
    assert np.isfinite(quality_focal_grad(score, np.full_like(score, 0.5), beta=beta)).all()


def test_varifocal_is_least_at_the_quality_and_not_zero_there():
    score = np.linspace(-6, 6, 2401)
    for quality in (0.2, 0.5, 0.9):
        values = varifocal(score, np.full_like(score, quality))
        assert abs(score[values.argmin()] - logit(quality)) < 0.01
        entropy = -quality * math.log(quality) - (1 - quality) * math.log(1 - quality)
        assert values.min() == pytest.approx(quality * entropy, rel=1e-4)


def test_varifocal_treats_the_faintest_object_unlike_background():
    score = np.array([2.0])
    assert varifocal(score, np.array([1e-6]))[0] < 1e-5
    assert varifocal(score, np.array([0.0]))[0] > 1


@pytest.mark.parametrize("function", [quality_focal, quality_focal_grad, varifocal, varifocal_grad])
@pytest.mark.parametrize("quality", [0, 1e-9, 0.3, 1])
def test_losses_of_scores_hold_at_extremes(function, quality):
    score = np.array([-1e300, -800, -40, 0, 40, 800, 1e300])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(function(score, np.full_like(score, quality))).all()


@pytest.mark.parametrize("target", [0, 0.25, 1, 2.5, 3])
def test_the_shares_of_a_place_are_the_best_distribution_and_have_its_mean(target, rng):
    shares = np.maximum(0, 1 - np.abs(target - np.arange(4)))
    assert shares.sum() == pytest.approx(1)
    assert shares @ np.arange(4) == pytest.approx(target)
    best = distribution_focal(np.log(np.maximum(shares, 1e-300))[None], np.array([target]))
    others = distribution_focal(rng.normal(size=(500, 4)), np.full(500, target))
    assert best[0] < others.min()


def test_places_outside_are_taken_to_the_ends():
    logits = np.array([[0.3, -1, 0.5, 2]] * 2)
    np.testing.assert_array_equal(distribution_focal(logits, np.array([-2.0, 9])), distribution_focal(logits, np.array([0.0, 3])))


def test_distribution_focal_ignores_a_common_shift_and_holds_at_extremes():
    logits = np.array([[1e300, -1e300, 0, 5.0]])
    with np.errstate(all="raise", under="ignore"):
        slope = distribution_focal_grad(logits, np.array([1.5]))
    np.testing.assert_allclose(slope, [[1, -0.5, -0.5, 0]])
    small = np.array([[0.1, 0.5, -2, 1]])
    np.testing.assert_allclose(distribution_focal(small + 7, np.array([1.3])), distribution_focal(small, np.array([1.3])))


@pytest.mark.parametrize("case", CASES)
def test_the_other_box_losses_are_finite_in_every_degenerate_case(case):
    pred, target = (np.array([box]) for box in CASES[case])
    for function, most in ((alpha_iou, 1), (eiou, 4), (siou, 3), (wise_iou, np.e)):
        value = function(pred, target)[0]
        assert 0 <= value <= most
        assert function(pred * 1e300, target * 1e300)[0] == pytest.approx(value)
    assert np.isfinite(repulsion(pred, target)).all()


def test_alpha_iou_and_wise_iou_agree_with_what_they_are_made_of(rng):
    pred, target = rng.normal(size=(2, 30, 4))
    np.testing.assert_allclose(alpha_iou(pred, target, alpha=1.0), iou_box(pred, target))
    factor = np.exp(diou(pred, target) - iou_box(pred, target))
    np.testing.assert_allclose(wise_iou(pred, target), factor * iou_box(pred, target))


def test_eiou_of_boxes_of_one_size_is_diou(rng):
    corner, other = rng.normal(size=(2, 30, 2))
    pred, target = np.hstack([corner, corner + [1, 2]]), np.hstack([other, other + [1, 2]])
    np.testing.assert_allclose(eiou(pred, target), diou(pred, target))


def test_siou_charges_less_for_the_same_distance_at_a_slant():
    big = [[0.0, 0, 100, 100]]  # a surrounding box that does not change
    straight, slanted = [[60.0, 45, 70, 55]], [[45 + 15 / 2**0.5, 45 + 15 / 2**0.5, 55 + 15 / 2**0.5, 55 + 15 / 2**0.5]]
    assert siou(slanted, big)[0] < siou(straight, big)[0]
    assert diou(slanted, big)[0] == pytest.approx(diou(straight, big)[0])


def test_balanced_l1_has_the_slope_gamma_from_one_on_and_survives_huge_residuals():
    slope = balanced_l1_grad([1.0, 5, -1e300], np.zeros(3))
    np.testing.assert_allclose(slope, [1.5, 1.5, -1.5])
    assert np.isfinite(balanced_l1([1e300, -1e300], np.zeros(2))).all()


def test_ghm_of_equal_gradients_divides_by_their_number():
    z, y = np.zeros(8), np.array([0.0, 1] * 4)
    assert ghm(z, y, width=0.2) == pytest.approx(np.log(2) * 0.2 / 8)
    huge = ghm([1e300, -1e300, 0.0], [1.0, 1, 0])
    assert not np.isnan(huge).any()


def test_hungarian_matching_is_the_best_of_all_permutations(rng):
    cost = rng.normal(size=(20, 5, 5))
    rows = np.arange(5)
    every = [cost[:, rows, list(order)].sum(axis=1) for order in itertools.permutations(rows)]
    np.testing.assert_allclose(hungarian_matching(cost), np.min(every, axis=0))


def test_hungarian_matching_agrees_with_scipy(rng):
    cost = rng.normal(size=(3, 9, 9))
    found = [c[optimize.linear_sum_assignment(c)].sum() for c in cost]
    np.testing.assert_allclose(hungarian_matching(cost), found)
