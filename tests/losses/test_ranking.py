"""Ranking: brute force over pairs, permutations and shifts, extreme scores."""

import itertools
import math

import numpy as np
import pytest

from kbgen.losses.ranking import (
    approx_ndcg,
    bpr,
    bpr_grad,
    label_ranking,
    lambdarank,
    lambdarank_grad,
    listmle,
    listmle_grad,
    listnet,
    listnet_grad,
    margin_ranking,
    margin_ranking_grad,
    ranknet,
    ranknet_grad,
    smooth_ap,
    warp,
)


def lists(rng, n=30, length=5):
    return rng.normal(0, 2, (n, length)), rng.integers(0, 4, (n, length)).astype(float)


def test_margin_ranking_is_the_hinge_of_the_lead(rng):
    first, second, order = rng.normal(size=50), rng.normal(size=50), rng.choice([-1.0, 1.0], 50)
    expected = [max(0, 0.3 - y * (a - b)) for a, b, y in zip(first, second, order, strict=True)]
    np.testing.assert_allclose(margin_ranking(first, second, order, margin=0.3), expected)


def test_margin_ranking_of_equal_scores_costs_the_margin():
    tie = np.zeros(2), np.zeros(2), np.array([1.0, -1])
    np.testing.assert_array_equal(margin_ranking(*tie), 0)
    np.testing.assert_array_equal(margin_ranking_grad(*tie)[0], 0)
    np.testing.assert_array_equal(margin_ranking(*tie, margin=0.5), 0.5)
    np.testing.assert_array_equal(margin_ranking_grad(*tie, margin=0.5)[0], [-1, 1])
    np.testing.assert_array_equal(margin_ranking_grad(*tie, margin=0.5)[1], [1, -1])


def test_ranknet_is_the_sum_over_ordered_pairs(rng):
    scores, grades = lists(rng)
    for s, y, value in zip(scores, grades, ranknet(scores, grades, sigma=1.3), strict=True):
        pairs = [(i, j) for i, j in itertools.permutations(range(5), 2) if y[i] > y[j]]
        assert value == pytest.approx(sum(math.log1p(math.exp(-1.3 * (s[i] - s[j]))) for i, j in pairs))


def test_ranknet_gradient_in_every_score(rng):
    scores, grades = lists(rng)
    h, expected = 1e-6, np.zeros_like(scores)
    for k in range(5):
        step = h * np.eye(5)[k]
        ends = [ranknet(scores + sign * step, grades, sigma=0.7) for sign in (1, -1)]
        expected[:, k] = (ends[0] - ends[1]) / (2 * h)
    np.testing.assert_allclose(ranknet_grad(scores, grades, sigma=0.7), expected, atol=1e-7)


def test_ranknet_without_pairs_is_silent():
    same = np.array([[3.0, -1, 2]]), np.ones((1, 3))
    assert ranknet(*same) == 0
    assert (ranknet_grad(*same) == 0).all()


@pytest.mark.parametrize(("function", "grad"), [(ranknet, ranknet_grad), (listnet, listnet_grad)])
def test_only_differences_of_scores_count(function, grad, rng):
    scores, grades = lists(rng)
    np.testing.assert_allclose(function(scores + 100, grades), function(scores, grades), rtol=1e-9)
    np.testing.assert_allclose(np.sum(grad(scores, grades), axis=1), 0, atol=1e-12)


@pytest.mark.parametrize(("function", "grad"), [(ranknet, ranknet_grad), (listnet, listnet_grad)])
def test_order_of_the_list_does_not_matter(function, grad, rng):
    scores, grades = lists(rng)
    order = rng.permutation(5)
    np.testing.assert_allclose(function(scores[:, order], grades[:, order]), function(scores, grades))
    np.testing.assert_allclose(grad(scores[:, order], grades[:, order]), grad(scores, grades)[:, order], atol=1e-12)


@pytest.mark.parametrize("top", [1e4, 1e300])
def test_extreme_scores_give_numbers(top):
    scores, grades = np.array([[top, -top, 0], [top, top, top]]), np.array([[0.0, 1, 2], [0, 1, 2]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert ranknet(scores, grades)[0] == pytest.approx(3 * top)
        assert ranknet(scores, grades)[1] == pytest.approx(3 * math.log(2))
        assert np.isfinite(ranknet_grad(scores, grades)).all()
        assert np.isfinite(listnet(scores, grades)).all()
        assert listnet(scores, grades)[1] == pytest.approx(math.log(3))
        assert np.isfinite(listnet_grad(scores, grades)).all()


def test_listnet_is_cross_entropy_of_two_softmaxes(rng):
    scores, grades = lists(rng)
    for s, y, value in zip(scores, grades, listnet(scores, grades), strict=True):
        p_s, p_y = (np.exp(x) / np.sum(np.exp(x)) for x in (s, y))
        assert value == pytest.approx(-np.sum(p_y * np.log(p_s)))


def test_top_one_chances_are_those_of_all_permutations(rng):
    """The softmax of the scores is the chance of being first under the Plackett-Luce model of whole orders."""
    s = rng.normal(size=4)
    first = np.zeros(4)
    for order in itertools.permutations(range(4)):
        chance = math.prod(math.exp(s[k]) / sum(math.exp(s[j]) for j in order[i:]) for i, k in enumerate(order))
        first[order[0]] += chance
    grades = np.zeros(4)
    np.testing.assert_allclose(listnet_grad(s[None], grades[None])[0], first - 0.25)


def test_listnet_is_least_at_the_entropy_and_not_at_zero(rng):
    scores, grades = lists(rng)
    p = np.exp(grades) / np.sum(np.exp(grades), axis=1, keepdims=True)
    entropy = -np.sum(p * np.log(p), axis=1)
    np.testing.assert_allclose(listnet(grades + 3, grades), entropy)
    np.testing.assert_allclose(listnet_grad(grades + 3, grades), 0, atol=1e-12)
    assert (listnet(scores, grades) >= entropy).all()


def test_listmle_is_the_chance_of_the_right_draw(rng):
    """The chances of all orders of four items add up to one, and the loss is minus the log of its own."""
    scores = rng.normal(0, 2, 4)
    chances = [math.exp(-listmle([scores], [grades])[0]) for grades in itertools.permutations(range(4))]
    assert math.fsum(chances) == pytest.approx(1)
    left, expected = [3, 1, 0, 2], 1.0  # from the highest grade to the lowest
    while left:
        expected *= math.exp(scores[left[0]]) / math.fsum(math.exp(scores[k]) for k in left)
        left = left[1:]
    assert listmle([scores], [[1, 2, 0, 3]])[0] == pytest.approx(-math.log(expected))


def test_listmle_does_not_care_how_ties_are_listed():
    np.testing.assert_allclose(listmle([[3, 1, 0]], [[1, 1, 0]]), listmle([[1, 3, 0]], [[1, 1, 0]]))
    np.testing.assert_allclose(listmle([[3, 1, 0]], [[1, 1, 1]]), 3 * np.log(np.exp(3) + np.exp(1) + 1) - 4)


def test_lambdarank_weights_are_changes_of_ndcg():
    """Published discounts: places 1, 2, 3 weigh 1, 0.63093 and 0.5."""
    value = lambdarank([[2.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]])[0]
    expected = 0.5 * math.log1p(math.exp(2)) + (0.6309298 - 0.5) * math.log1p(math.exp(1))
    assert value == pytest.approx(expected)


def test_lambdarank_learns_from_the_start_and_from_huge_grades():
    assert np.abs(lambdarank_grad(np.zeros((1, 3)), [[0, 1, 2]])).min() > 0.01
    with np.errstate(all="raise", under="ignore"):
        for grades in ([[0, 0, 0]], [[1e6, 5e5, 0]], [[1e300, 0, 0]]):
            for scores in (np.zeros((1, 3)), np.array([[1e300, -1e300, 0]])):
                assert np.isfinite(lambdarank(scores, grades)).all()
                assert np.isfinite(lambdarank_grad(scores, grades)).all()
    assert (lambdarank(np.ones((1, 3)), np.zeros((1, 3))) == 0).all()


def test_lambdarank_jumps_where_two_items_pass_each_other():
    sides = [lambdarank([[3.0, 1.0 + step, 1.0]], [[0, 2, 1]])[0] for step in (1e-9, -1e-9)]
    assert abs(sides[0] - sides[1]) > 0.1


@pytest.mark.parametrize(("function", "grad"), [(listmle, listmle_grad)])
def test_listmle_like_the_others_sees_differences_and_no_order_of_the_list(function, grad, rng):
    scores, grades = lists(rng)
    order = rng.permutation(5)
    np.testing.assert_allclose(function(scores + 100, grades), function(scores, grades), rtol=1e-9)
    np.testing.assert_allclose(np.sum(grad(scores, grades), axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(function(scores[:, order], grades[:, order]), function(scores, grades))
    with np.errstate(all="raise", under="ignore"):
        far = np.array([[1e300, -1e300, 0]])
        assert np.isfinite(function(far, [[0, 1, 2]])).all() and np.isfinite(grad(far, [[0, 1, 2]])).all()


def test_label_ranking_counts_pairs(rng):
    scores, relevant = np.round(rng.normal(0, 2, (40, 5))), rng.integers(0, 2, (40, 5))
    for s, y, value in zip(scores, relevant, label_ranking(scores, relevant), strict=True):
        pairs = [(i, j) for i, j in itertools.product(range(5), repeat=2) if y[i] and not y[j]]
        assert value == pytest.approx(sum(s[i] <= s[j] for i, j in pairs) / max(len(pairs), 1))


def test_bpr_of_far_scores(rng):
    far = np.array([1e300, -1e300, 800.0])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(bpr(far, np.zeros(3)), [0, 1e300, 0], atol=1e-300)
        np.testing.assert_array_equal(bpr_grad(far, np.zeros(3))[0], [0, -1, 0])
    a, b = rng.normal(size=(2, 9))
    np.testing.assert_allclose(bpr(a, b), np.log1p(np.exp(b - a)))


def test_soft_places_tend_to_the_measures_they_smooth(rng):
    from sklearn.metrics import average_precision_score, ndcg_score

    s, y = rng.permutation(6) + rng.uniform(0, 0.4, 6), np.array([1, 0, 1, 1, 0, 0])
    np.testing.assert_allclose(smooth_ap([s], [y], tau=1e-3), [1 - average_precision_score(y, s)], rtol=1e-9)
    grades = np.array([2, 0, 1, 3, 0, 1])
    np.testing.assert_allclose(approx_ndcg([s], [grades], alpha=1e3), [1 - ndcg_score([2.0**grades - 1], [s])], atol=1e-9)
    assert approx_ndcg([s], [0 * grades]) == smooth_ap([s], [0 * y]) == 0
    assert not np.isnan(approx_ndcg([[1e300, -1e300, 0]], [[1e6, 0, 3]])).any()


def test_warp_weighs_the_sum_of_hinges_by_the_harmonic_number(rng):
    s, u = rng.normal(size=5), rng.normal(size=(5, 4))
    for found, mine, theirs in zip(warp(s, u), s, u, strict=True):
        hinges = [h for h in (1 - mine + x for x in theirs) if h > 0]
        harmonic = sum(1 / k for k in range(1, len(hinges) + 1))
        assert found == pytest.approx(harmonic * np.mean(hinges) if hinges else 0)
