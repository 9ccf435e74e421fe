"""Segmentation: counted by hand on hard masks, identities between the three losses, empty masks."""

import numpy as np
import pytest

from kbgen.losses.segmentation import dice, dice_grad, jaccard, jaccard_grad, tversky, tversky_grad

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
