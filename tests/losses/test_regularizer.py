"""Penalties: how they hang together, what they do to the best weight, and that their factors are the stated ones."""

import numpy as np
import pytest

from kbgen.losses.regularizer import (
    consistency_mean_teacher,
    elastic_net,
    elastic_net_grad,
    entropy_regularizer,
    entropy_regularizer_grad,
    jacobian_penalty,
    l1_penalty,
    l1_penalty_grad,
    l2_penalty,
    l2_penalty_grad,
    mixup,
    mixup_grad,
    orthogonality,
    orthogonality_grad,
    vat,
    z_loss,
    z_loss_grad,
)

GRID = np.linspace(-4, 4, 8001)[:, None]
EXTREME = np.array([[0, 5e-324], [-5e-324, 1], [1e300, -1e300]])


def best_weight(pull, penalty, **params):
    """The weight that a data term (w - pull)^2 / 2 and a penalty agree on."""
    return GRID[np.argmin(0.5 * (GRID[:, 0] - pull) ** 2 + penalty(GRID, **params)), 0]


def test_elastic_net_is_the_sum_of_its_parts(rng):
    w = rng.normal(size=(6, 4))
    np.testing.assert_allclose(elastic_net(w, l1=0.3, l2=0.7), l1_penalty(w, lam=0.3) + l2_penalty(w, lam=0.7))
    np.testing.assert_allclose(elastic_net_grad(w, l1=0.3, l2=0.7), l1_penalty_grad(w, lam=0.3) + l2_penalty_grad(w, lam=0.7))


def test_elastic_net_without_one_part_is_the_other(rng):
    w = rng.normal(size=(6, 4))
    np.testing.assert_allclose(elastic_net(w, l1=0.3, l2=0), l1_penalty(w, lam=0.3))
    np.testing.assert_allclose(elastic_net(w, l1=0, l2=0.3), l2_penalty(w, lam=0.3))


@pytest.mark.parametrize("pull", [-3.0, -0.4, 0.0, 0.4, 2.5])
def test_l1_sets_weak_weights_to_zero_and_moves_the_others_by_its_strength(pull):
    soft = np.sign(pull) * max(abs(pull) - 0.5, 0)
    assert best_weight(pull, l1_penalty, lam=0.5) == pytest.approx(soft, abs=1e-9)


@pytest.mark.parametrize("pull", [-3.0, -0.4, 0.4, 2.5])
def test_l2_shrinks_every_weight_by_one_factor_and_none_to_zero(pull):
    assert best_weight(pull, l2_penalty, lam=0.5) == pytest.approx(pull / 2, abs=1e-9)


@pytest.mark.parametrize("pull", [-3.0, -0.4, 2.5])
def test_elastic_net_thresholds_and_then_shrinks(pull):
    soft = np.sign(pull) * max(abs(pull) - 0.5, 0)
    assert best_weight(pull, elastic_net, l1=0.5, l2=0.5) == pytest.approx(soft / 2, abs=1e-9)


def test_l2_has_no_factor_one_half():
    """As keras.regularizers.L2(0.1): 0.9 and 0.6 at w = 3; torch's weight_decay=0.1 adds 0.3."""
    np.testing.assert_allclose(l2_penalty([[3.0]], lam=0.1), [0.9])
    np.testing.assert_allclose(l2_penalty_grad([[3.0]], lam=0.1), [[0.6]])


def test_extreme_weights_give_numbers_and_a_penalty_of_strength_zero_gives_zero():
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        for penalty in (l1_penalty, l2_penalty, elastic_net, l1_penalty_grad, l2_penalty_grad, elastic_net_grad):
            assert not np.isnan(penalty(EXTREME)).any()
        np.testing.assert_array_equal(l2_penalty(EXTREME, lam=0), 0)
        np.testing.assert_array_equal(elastic_net(EXTREME, l1=0, l2=0), 0)


def test_a_single_vector_is_refused():
    """Without its row a weight vector would be read as d vectors of one weight each."""
    with pytest.raises(ValueError, match="shape"):
        l1_penalty(np.ones(3))


def test_orthogonality_is_about_singular_values(rng):
    w = rng.normal(size=(4, 5, 3))
    size = np.linalg.svd(w, compute_uv=False)
    np.testing.assert_allclose(orthogonality(w, lam=0.3), 0.3 * np.sum((size**2 - 1) ** 2, axis=1))
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    np.testing.assert_allclose(orthogonality(turn @ w), orthogonality(w))


def test_more_columns_than_rows_leave_a_penalty_for_each_too_many(rng):
    w = rng.normal(size=(1, 2, 5))
    for _ in range(3000):
        w = w - 0.01 * orthogonality_grad(w, lam=1.0)
    np.testing.assert_allclose(orthogonality(w, lam=1.0), 3)
    np.testing.assert_allclose(w[0] @ w[0].T, np.eye(2), atol=1e-9)


def test_zero_is_a_maximum_without_slope(rng):
    w = rng.normal(size=(20, 4, 3)) * 1e-3
    assert (orthogonality(w, lam=1.0) < 3).all()
    np.testing.assert_array_equal(orthogonality_grad(np.zeros((1, 4, 3))), 0)


def test_entropy_penalty_lies_between_that_of_uniform_and_zero(rng):
    z = rng.normal(0, 5, (50, 4))
    assert (entropy_regularizer(z, beta=2.0) <= 0).all()
    assert (entropy_regularizer(z, beta=2.0) >= -2 * np.log(4) - 1e-12).all()
    np.testing.assert_allclose(entropy_regularizer(np.full((1, 4), 7.0), beta=2.0), -2 * np.log(4))
    np.testing.assert_allclose(entropy_regularizer_grad(z).sum(axis=1), 0, atol=1e-15)


def test_entropy_penalty_of_extreme_logits_is_a_number():
    z = np.array([[1e300, -1e300, 0.0], [-1e300, -1e300, -1e300], [5e-324, 0, 0]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(entropy_regularizer(z, beta=1.0), [0, -np.log(3), -np.log(3)])
        assert np.isfinite(entropy_regularizer_grad(z)).all()


def test_z_loss_bends_down_between_two_points_where_the_normaliser_is_below_one():
    ends, middle = np.array([[-3.0, -5], [-5, -3]]), np.array([[-4.0, -4]])
    assert z_loss(middle)[0] > z_loss(ends).mean()


def test_z_loss_survives_huge_scores():
    with np.errstate(over="ignore"):
        assert not np.isnan(z_loss(EXTREME)).any()
    assert np.isfinite(z_loss_grad(EXTREME)).all()


def test_mixup_is_one_cross_entropy_whose_floor_is_the_entropy_of_the_blend():
    first, second, share = np.array([[1.0, 0]]), np.array([[0.0, 1]]), np.array([0.5])
    assert mixup([[0.0, 0]], first, second, share)[0] == pytest.approx(np.log(2))
    assert mixup_grad([[0.0, 0]], first, second, share) == pytest.approx(0)
    assert mixup([[1e300, -1e300]], first, first, share)[0] == 0  # a class without share says nothing


def test_consistency_and_vat_ignore_a_constant_added_to_all_scores(rng):
    z, other = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    for function in (vat, consistency_mean_teacher):
        np.testing.assert_allclose(function(z + 7, other - 3), function(z, other), atol=1e-12)


def test_jacobian_penalty_is_the_variance_under_white_noise(rng):
    matrix = rng.normal(size=(3, 2))
    spread = (rng.normal(size=(200_000, 2)) @ matrix.T).var(axis=0).sum()
    assert jacobian_penalty(matrix[None], lam=1.0)[0] == pytest.approx(spread, rel=0.02)
