"""Segmentation: counted by hand on hard masks, identities between the losses, empty masks, distances, sets of mistakes."""

import itertools

import numpy as np
import pytest

from kbgen.losses.segmentation import (
    boundary,
    boundary_grad,
    cldice,
    dice,
    dice_cross_entropy,
    dice_cross_entropy_grad,
    dice_grad,
    focal_tversky,
    focal_tversky_grad,
    generalized_dice,
    generalized_dice_grad,
    hausdorff,
    jaccard,
    jaccard_grad,
    log_cosh_dice,
    log_cosh_dice_grad,
    lovasz_hinge,
    lovasz_hinge_grad,
    sensitivity_specificity,
    tversky,
    tversky_grad,
    unified_focal,
)

LOSSES = [(dice, dice_grad), (jaccard, jaccard_grad), (tversky, tversky_grad)]


@pytest.fixture
def soft(rng):
    return rng.uniform(size=(40, 6)), rng.integers(0, 2, size=(40, 6)).astype(float)


def test_hard_masks_give_the_ratios_of_sets(rng):
    hard, mask = (rng.integers(0, 2, size=(60, 7)).astype(float) for _ in range(2))
    hard[:, 0] = 1  # neither set is empty
    for k, (p, y) in enumerate(zip(hard, mask, strict=True)):
        a, b = set(np.flatnonzero(p)), set(np.flatnonzero(y))
        errors = 0.2 * len(a - b) + 0.9 * len(b - a)
        assert dice(hard, mask, smooth=0)[k] == pytest.approx(1 - 2 * len(a & b) / (len(a) + len(b)))
        assert jaccard(hard, mask, smooth=0)[k] == pytest.approx(1 - len(a & b) / len(a | b))
        assert tversky(hard, mask, alpha=0.2, beta=0.9, smooth=0)[k] == pytest.approx(errors / (len(a & b) + errors))


def test_smoothing_stands_above_and_below(soft):
    p, y = soft
    overlap, sizes = np.sum(p * y, axis=1), np.sum(p + y, axis=1)
    np.testing.assert_allclose(dice(p, y, smooth=3), 1 - (2 * overlap + 3) / (sizes + 3))
    np.testing.assert_allclose(jaccard(p, y, smooth=3), 1 - (overlap + 3) / (sizes - overlap + 3))


def test_dice_and_jaccard_are_tversky_losses(soft):
    np.testing.assert_allclose(tversky(*soft, alpha=0.5, beta=0.5, smooth=0.4), dice(*soft, smooth=0.8))
    np.testing.assert_allclose(tversky(*soft, alpha=1, beta=1, smooth=0.4), jaccard(*soft, smooth=0.4))
    np.testing.assert_allclose(tversky_grad(*soft, alpha=1, beta=1, smooth=0.4), jaccard_grad(*soft, smooth=0.4))


def test_iou_is_dice_over_two_minus_dice(soft):
    d = 1 - dice(*soft, smooth=0)
    np.testing.assert_allclose(1 - jaccard(*soft, smooth=0), d / (2 - d))


def test_tversky_with_prices_that_add_up_to_one_is_an_f_score(soft):
    p, y = soft
    precision = np.sum(p * y, axis=1) / np.sum(p, axis=1)
    recall = np.sum(p * y, axis=1) / np.maximum(np.sum(y, axis=1), 1)
    b2 = 0.8 / 0.2
    f_score = (1 + b2) * precision * recall / np.maximum(b2 * precision + recall, 1e-300)
    np.testing.assert_allclose(1 - tversky(p, y, alpha=0.2, beta=0.8, smooth=0), f_score, atol=1e-12)


def test_alpha_prices_false_alarms_and_beta_misses():
    flood, miss, mask = np.ones((1, 4)), np.zeros((1, 4)), np.array([[1.0, 1, 0, 0]])
    assert tversky(flood, mask, alpha=2, beta=0.1, smooth=1) > tversky(flood, mask, alpha=1, beta=0.1, smooth=1)
    assert tversky(flood, mask, alpha=1, beta=5) == tversky(flood, mask, alpha=1, beta=0.1)
    assert tversky(miss, mask, alpha=5, beta=1) == tversky(miss, mask, alpha=0.1, beta=1)


@pytest.mark.parametrize(("function", "grad"), LOSSES)
@pytest.mark.parametrize("smooth", [0, 1e-5, 1])
def test_nothing_marked_and_nothing_predicted_is_perfect(function, grad, smooth):
    nothing = np.zeros((1, 5))
    assert function(nothing, nothing, smooth=smooth) == 0
    assert np.isfinite(grad(nothing, nothing, smooth=smooth)).all()


@pytest.mark.parametrize(("function", "price"), [(dice, 1), (jaccard, 1), (tversky, 0.3)])
def test_on_an_empty_mask_the_smoothing_decides(function, price):
    faint, nothing = np.full((1, 5), 0.02), np.zeros((1, 5))
    assert function(faint, nothing, smooth=0) == pytest.approx(1)
    assert function(faint, nothing, smooth=2) == pytest.approx(price * 0.1 / (price * 0.1 + 2))


@pytest.mark.parametrize(("function", "grad"), LOSSES)
def test_a_perfect_hard_mask_costs_exactly_nothing(function, grad, rng):
    mask = rng.integers(0, 2, size=(30, 9)).astype(float)
    assert (function(mask, mask) == 0).all()
    slope = grad(mask, mask)
    assert (slope[mask == 1] < 0).all()
    assert (slope[mask == 0] > 0).all()


def test_background_predicted_as_background_does_not_count(soft):
    wider = [np.pad(a, ((0, 0), (0, 50))) for a in soft]
    for function, _ in LOSSES:
        np.testing.assert_allclose(function(*wider), function(*soft))


@pytest.mark.parametrize("function", [dice, jaccard])
def test_not_convex(function):
    ends = [np.array([[0.0]]), np.array([[1.0]])]
    mask = np.zeros((1, 1))
    assert function(np.array([[0.5]]), mask) > np.mean([function(p, mask) for p in ends])


def test_confidence_of_nine_tenths_costs_what_the_page_says():
    assert dice([[0.9] * 3], [[1.0] * 3], smooth=0) == pytest.approx(0.0526, abs=5e-5)


def test_focal_tversky_of_a_perfect_mask_is_zero_with_an_honest_slope(rng):
    mask = rng.integers(0, 2, size=(20, 6)).astype(float)
    mask[:, 0] = 1
    with np.errstate(all="raise"):
        assert (focal_tversky(mask, mask) == 0).all()
        steep, level = focal_tversky_grad(mask, mask), focal_tversky_grad(mask, mask, gamma=2)
    np.testing.assert_array_equal(steep, np.where(mask == 1, -np.inf, np.inf))
    assert (level == 0).all()


@pytest.mark.parametrize("smooth", [0, 1])
@pytest.mark.parametrize("gamma", [0.5, 0.75, 1, 2])
def test_focal_tversky_of_nothing_is_never_nan(gamma, smooth):
    nothing = np.zeros((1, 5))
    assert focal_tversky(nothing, nothing, gamma=gamma, smooth=smooth) == 0
    assert not np.isnan(focal_tversky_grad(nothing, nothing, gamma=gamma, smooth=smooth)).any()


def test_exponents_below_one_favour_easy_images_and_above_one_hard_ones():
    easy, hard, mask = np.full((1, 4), 0.9), np.full((1, 4), 0.2), np.ones((1, 4))
    plain = [tversky_grad(p, mask, alpha=0.3, beta=0.7) for p in (easy, hard)]
    low, high = ([focal_tversky_grad(p, mask, gamma=g) / s for p, s in zip((easy, hard), plain, strict=True)] for g in (0.75, 2))
    assert (low[0] > low[1]).all()
    assert (high[0] < high[1]).all()


def classes(rng, sizes):
    """Labels of one image with classes of these sizes, one-hot, and probabilities."""
    target = np.eye(len(sizes))[np.repeat(range(len(sizes)), sizes)]
    return rng.dirichlet(np.ones(len(sizes)), len(target))[None], target[None]


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_generalized_dice_is_the_ratio_of_the_paper(power, rng):
    p, y = classes(rng, (7, 3, 1))
    weight = y.sum(axis=1)[0] ** -float(power)
    above, below = (np.sum(weight * part[0].sum(axis=0)) for part in (p * y, p + y))
    assert generalized_dice(p, y, power=power)[0] == pytest.approx(1 - 2 * above / below)


def test_generalized_dice_of_classes_of_one_size_needs_no_weights(rng):
    p, y = classes(rng, (4, 4, 4))
    np.testing.assert_allclose(generalized_dice(p, y, power=2), generalized_dice(p, y, power=0))


def test_an_absent_class_weighs_as_much_as_the_smallest(rng):
    p, y = classes(rng, (6, 2, 0))
    weight = np.array([6.0, 2, 2]) ** -2
    wrong = weight * np.sum(p * (1 - y) + (1 - p) * y, axis=1)[0]
    assert generalized_dice(p, y)[0] == pytest.approx(wrong.sum() / np.sum(weight * np.sum(p + y, axis=1)[0]))
    assert np.isfinite(generalized_dice_grad(p, y)).all()


def test_huge_images_do_not_lose_the_weights():
    y = np.eye(2)[np.r_[np.zeros(99_999, int), 1]][None]
    missed = np.eye(2)[np.zeros(100_000, int)][None]
    assert generalized_dice(missed, y)[0] > 0.99
    assert generalized_dice(y, y)[0] == 0


def test_cross_entropy_pulls_where_dice_lets_go():
    lost, mask = np.full((1, 6), -20.0), np.ones((1, 6))
    assert np.abs(dice_cross_entropy_grad(lost, mask, ce_weight=0)).max() < 1e-8
    np.testing.assert_allclose(dice_cross_entropy_grad(lost, mask), -1 / 6, atol=1e-8)


@pytest.mark.parametrize("size", [0, 40, 1e3, 1e300])
def test_dice_cross_entropy_of_extreme_scores_is_a_number(size):
    logit, mask = np.array([[size, -size, size, -size]]), np.array([[1.0, 1, 0, 0]])
    with np.errstate(all="raise", under="ignore"):
        value, slope = dice_cross_entropy(logit, mask), dice_cross_entropy_grad(logit, mask)
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()


def jaccard_of_mistakes(wrong, y):
    """One minus overlap over union when the pixels in a set are wrong."""
    predicted = {i for i in range(len(y)) if (y[i] == 1) != (i in wrong)}
    marked = {i for i in range(len(y)) if y[i] == 1}
    union = predicted | marked
    return 1 - len(predicted & marked) / len(union) if union else 0.0


def test_lovasz_hinge_is_the_extension_of_the_set_function(rng):
    """Booked one by one in the order of the hinge losses, in plain Python."""
    for f, y in zip(rng.normal(size=(60, 5)), rng.integers(0, 2, (60, 5)), strict=True):
        miss = [max(0.0, 1 - (2 * y[i] - 1) * f[i]) for i in range(5)]
        wrong, total = set(), 0.0
        for i in sorted(range(5), key=lambda i: -miss[i]):
            before = jaccard_of_mistakes(wrong, y)
            wrong.add(i)
            total += miss[i] * (jaccard_of_mistakes(wrong, y) - before)
        assert lovasz_hinge(f[None], y[None])[0] == pytest.approx(total)


def test_at_corners_the_lovasz_hinge_is_the_jaccard_loss():
    """Hinge losses of 0 and 1 are a set of mistakes, and the extension agrees with the function there."""
    for y, wrong in itertools.product(itertools.product((0, 1), repeat=4), repeat=2):
        sign = 2 * np.array([y]) - 1
        score = sign * np.where(np.array(wrong) == 1, 0.0, 1.0)
        expected = jaccard_of_mistakes(set(np.flatnonzero(wrong)), y)
        assert lovasz_hinge(score, np.array([y]))[0] == pytest.approx(expected)


def test_weights_of_the_lovasz_hinge_are_shares(rng):
    f, y = rng.normal(size=(40, 9)) - 5 * (2 * (m := rng.integers(0, 2, (40, 9))) - 1), m
    slope = lovasz_hinge_grad(f, y)
    assert (slope * (2 * y - 1) <= 0).all()
    np.testing.assert_allclose(np.abs(slope).sum(axis=1), 1)


def test_lovasz_hinge_beyond_all_margins_is_zero_and_flat(rng):
    y = rng.integers(0, 2, (10, 6))
    assert (lovasz_hinge(3.0 * (2 * y - 1), y) == 0).all()
    assert (lovasz_hinge_grad(3.0 * (2 * y - 1), y) == 0).all()


def test_an_empty_mask_leaves_the_worst_pixel():
    score, nothing = np.array([[-0.5, 0.2, 0.9, -3.0]]), np.zeros((1, 4))
    assert lovasz_hinge(score, nothing)[0] == pytest.approx(1.9)
    np.testing.assert_array_equal(lovasz_hinge_grad(score, nothing), [[0, 0, 1, 0]])


def test_signed_distances_are_those_of_all_pairs(rng):
    mask = (rng.uniform(size=(6, 7, 9)) < 0.3).astype(float)
    places = np.stack(np.mgrid[:7, :9], axis=-1).reshape(-1, 2)
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    for image, found in zip(mask, boundary_grad(mask, mask) * 63, strict=True):
        y = image.ravel()
        other = np.where(y[:, None] != y, apart, np.inf).min(axis=1)
        np.testing.assert_allclose(found.ravel(), np.where(y == 1, -other, other))


@pytest.mark.parametrize("kind", [0.0, 1.0])
def test_a_mask_of_one_kind_has_no_boundary(kind):
    mask = np.full((2, 3, 4), kind)
    with np.errstate(all="raise"):
        assert (boundary(np.full((2, 3, 4), 0.3), mask) == 0).all()


def test_the_mask_itself_is_the_best_answer_of_the_boundary_loss(rng):
    mask, others = (rng.uniform(size=(1, 5, 6)) < 0.4).astype(float), rng.uniform(size=(200, 5, 6))
    assert boundary(mask, mask)[0] < boundary(others, np.repeat(mask, 200, 0)).min()
    assert boundary(mask, mask)[0] < 0


def test_a_false_alarm_far_away_costs_more_than_one_nearby():
    mask, near, far = (np.zeros((1, 1, 9)) for _ in range(3))
    mask[0, 0, :2] = near[0, 0, 2] = far[0, 0, 8] = 1
    excess = [boundary(mask + extra, mask) - boundary(mask, mask) for extra in (near, far)]
    np.testing.assert_allclose(excess, [[1 / 9], [7 / 9]])


def test_sensitivity_specificity_of_hard_masks_is_what_both_rates_lack(rng):
    hard, mask = rng.integers(0, 2, size=(2, 30, 9)).astype(float)
    mask[:, :2] = 0, 1
    sensitivity = (hard * mask).sum(1) / mask.sum(1)
    specificity = ((1 - hard) * (1 - mask)).sum(1) / (1 - mask).sum(1)
    wanted = 0.2 * (1 - sensitivity) + 0.8 * (1 - specificity)
    np.testing.assert_allclose(sensitivity_specificity(hard, mask, ratio=0.2), wanted)


def test_unified_focal_without_focus_is_weighted_cross_entropy_plus_tversky(rng):
    z, mask = rng.normal(size=(5, 8)), rng.integers(0, 2, size=(5, 8)).astype(float)
    p = 1 / (1 + np.exp(-z))
    pixels = -np.mean(0.6 * mask * np.log(p) + 0.4 * (1 - mask) * np.log(1 - p), axis=1)
    front = tversky(p, mask, alpha=0.4, beta=0.6, smooth=0)
    back = tversky(1 - p, 1 - mask, alpha=0.4, beta=0.6, smooth=0)
    np.testing.assert_allclose(unified_focal(z, mask, gamma=0.0), 0.5 * pixels + 0.25 * (front + back))


def test_unified_focal_and_its_kin_give_numbers_for_empty_masks_and_huge_scores():
    z, empty = np.array([[1e300, -1e300, 0.0, 5e-324]]), np.zeros((1, 4))
    for mask in (empty, 1 - empty):
        assert not np.isnan(unified_focal(z, mask)).any()
        assert sensitivity_specificity(mask, mask) == 0
        assert log_cosh_dice(mask, mask) == 0
        np.testing.assert_array_equal(log_cosh_dice_grad(mask, mask, smooth=0.0), 0)


def test_hausdorff_is_gentle_at_the_outline_and_zero_for_masks_of_one_kind():
    mask = np.zeros((1, 5, 5))
    mask[0, 0, 0] = 1
    costs = []
    for place in (1, 2, 4):
        pred = mask.copy()
        pred[0, 0, place] = 1
        costs.append(hausdorff(pred, mask)[0] * 25)
    assert costs == pytest.approx([1 + 1, 4 + 1, 16 + 1])
    assert hausdorff(np.zeros((1, 5, 5)), np.zeros((1, 5, 5))) == 0


def test_cldice_sees_a_gap_that_dice_hardly_notices_and_not_the_thickness():
    tube = np.zeros((1, 9, 15))
    tube[:, 3:6] = 1
    cut, thin = tube.copy(), np.zeros_like(tube)
    cut[:, :, 7] = 0
    thin[:, 4] = 1
    assert cldice(tube, tube) == 0
    assert cldice(thin, tube, smooth=0.0)[0] < cldice(cut, tube, smooth=0.0)[0]
    assert dice(thin.reshape(1, -1), tube.reshape(1, -1)) > dice(cut.reshape(1, -1), tube.reshape(1, -1))
