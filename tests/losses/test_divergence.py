"""Divergences at the corners of the simplex, against sums written out, and against each other."""

import itertools

import numpy as np
import pytest
import scipy.optimize
import scipy.stats

from kbgen.losses.classification import binary_cross_entropy, cross_entropy
from kbgen.losses.divergence import (
    gaussian_kl,
    gaussian_kl_grad,
    hellinger,
    hellinger_grad,
    js_divergence,
    js_divergence_grad,
    kl_divergence,
    kl_divergence_grad,
    mmd,
    mmd_grad,
    renyi_divergence,
    renyi_divergence_grad,
    sinkhorn,
    sinkhorn_grad,
    total_variation_distance,
    wasserstein_1d,
    wasserstein_1d_grad,
)


def pairs(rng):
    return rng.dirichlet(np.ones(4), 6), rng.dirichlet(np.ones(4), 6)


def test_kl_takes_the_prediction_first():
    p, q = np.array([[0.5, 0.5]]), np.array([[0.99, 0.01]])
    np.testing.assert_allclose(kl_divergence(q, p), 1.6145, rtol=1e-4)
    np.testing.assert_allclose(kl_divergence(p, q), 0.6371, rtol=1e-4)


def test_kl_is_cross_entropy_minus_the_entropy_of_the_target(rng):
    q, p = pairs(rng)
    entropy = -(p * np.log(p)).sum(axis=1)
    np.testing.assert_allclose(kl_divergence(q, p), cross_entropy(np.log(q), p) - entropy, rtol=1e-10)


def test_kl_counts_zero_in_the_target_as_nothing_and_zero_in_the_prediction_as_infinite():
    target = np.array([[1, 0], [1, 0], [0.5, 0.5], [0, 1]])
    pred = np.array([[0.5, 0.5], [1, 0], [1, 0], [1, 0]])
    with np.errstate(divide="ignore", invalid="raise"):
        value, grad = kl_divergence(pred, target), kl_divergence_grad(pred, target)
    np.testing.assert_allclose(value, [np.log(2), 0, np.inf, np.inf])
    np.testing.assert_array_equal(grad, [[-2, 0], [-1, 0], [-0.5, -np.inf], [0, -np.inf]])


@pytest.mark.parametrize("smallest", [5e-324, 1e-300])
def test_kl_of_a_nearly_impossible_outcome_is_its_logarithm(smallest):
    np.testing.assert_allclose(kl_divergence([[smallest, 1]], [[1, 0]]), -np.log(smallest))


def test_kl_behind_a_softmax_pulls_the_logits_by_prediction_minus_target(rng):
    q, p = pairs(rng)
    grad = kl_divergence_grad(q, p)
    through_softmax = q * (grad - (q * grad).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(through_softmax, q - p, atol=1e-12)


def test_equal_distributions_are_at_distance_exactly_zero(rng):
    q, _ = pairs(rng)
    corner = np.array([[0.0, 1.0, 5e-324, 0.0]])
    for p in (q, corner):
        np.testing.assert_array_equal(kl_divergence(p, p), 0)
        np.testing.assert_array_equal(js_divergence(p, p), 0)


def test_js_is_the_mean_of_two_divergences_from_the_average(rng):
    q, p = pairs(rng)
    mean = (p + q) / 2
    value = (kl_divergence(mean, p) + kl_divergence(mean, q)) / 2
    np.testing.assert_allclose(js_divergence(q, p), value, rtol=1e-10)
    np.testing.assert_allclose(js_divergence(q, p), js_divergence(p, q), rtol=1e-12)


def test_js_is_largest_for_distributions_without_overlap_and_does_not_see_how_far():
    pred, target = np.eye(4)[[0, 0]], np.eye(4)[[1, 3]]
    np.testing.assert_allclose(js_divergence(pred, target), np.log(2), rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(np.log(2)), 0.83255, rtol=1e-5)


def test_js_gradient_at_the_corners_is_its_limit_or_an_honest_infinity():
    with np.errstate(divide="ignore", invalid="raise"):
        grad = js_divergence_grad([[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(grad, [[-np.inf, np.log(4 / 3) / 2], [0, np.log(2) / 2]])


def test_root_of_js_keeps_the_triangle_inequality(rng):
    a, b, c = rng.dirichlet(np.full(3, 0.3), (3, 200))
    direct, detour = np.sqrt(js_divergence(a, b)), np.sqrt(js_divergence(a, c)) + np.sqrt(js_divergence(c, b))
    assert (direct <= detour + 1e-12).all()


def test_best_discriminator_of_a_gan_scores_twice_js_minus_log_four(rng):
    real, fake = pairs(rng)
    verdict = real / (real + fake)  # the best probability of `real` for each outcome
    ones = np.ones_like(verdict)
    value = -(real * binary_cross_entropy(verdict, ones) + fake * binary_cross_entropy(verdict, 0 * ones)).sum(axis=1)
    np.testing.assert_allclose(value, 2 * js_divergence(fake, real) - np.log(4), rtol=1e-10)


def test_hellinger_at_the_corners_is_finite_and_its_gradient_an_honest_infinity():
    pred, target = np.array([[0.0, 1.0], [1.0, 0.0], [5e-324, 1.0]]), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    with np.errstate(divide="ignore", invalid="raise"):
        value, grad = hellinger(pred, target), hellinger_grad(pred, target)
    np.testing.assert_array_equal(value, [1, 0, 0])
    np.testing.assert_array_equal(grad, [[-np.inf, 0.5], [0, 0.5], [0.5, 0]])


def test_root_of_hellinger_keeps_the_triangle_inequality_and_the_square_does_not(rng):
    a, b, c = rng.dirichlet(np.full(3, 0.3), (3, 200))
    direct, detour = hellinger(a, b), np.sqrt(hellinger(a, c)) + np.sqrt(hellinger(c, b))
    assert (np.sqrt(direct) <= detour + 1e-12).all()
    assert (direct > hellinger(a, c) + hellinger(c, b)).any()


def test_total_variation_distance_is_the_largest_gap_over_all_events(rng):
    q, p = pairs(rng)
    events = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1)
    np.testing.assert_allclose(total_variation_distance(q, p), np.abs((q - p) @ events).max(axis=1))


@pytest.mark.parametrize("p", [1, 2, 3])
def test_sorting_is_the_cheapest_of_all_matchings(rng, p):
    x, y = rng.normal(size=(2, 20, 4))
    every = [(np.abs(x - y[:, order]) ** p).mean(axis=1) for order in itertools.permutations(range(4))]
    np.testing.assert_allclose(wasserstein_1d(x, y, p=p), np.min(every, axis=0))


def test_wasserstein_is_scipys_and_survives_huge_values(rng):
    x, y = rng.normal(size=(2, 6, 9))
    expected = [scipy.stats.wasserstein_distance(a, b) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(wasserstein_1d(x, y), expected)
    far = np.array([[1e300, -1e300, 5e-324]])
    np.testing.assert_array_equal(wasserstein_1d_grad(far, far[:, ::-1]), 0)
    np.testing.assert_array_equal(wasserstein_1d_grad(far, -far), [[0, 0, 1 / 3]])


def test_gaussian_kl_gives_no_nan_anywhere():
    edge = np.array([0, 5e-324, 1, -1, 1e300, -1e300])
    everything = np.array(np.meshgrid(*[edge] * 4)).reshape(4, -1, 1)
    with np.errstate(over="ignore", under="ignore"):
        found = [gaussian_kl(*everything), *gaussian_kl_grad(*everything)]
    assert not np.isnan(np.concatenate([a.ravel() for a in found])).any()
    assert (found[0] >= 0).all()


def test_gaussian_kl_keeps_its_digits_for_nearly_equal_variances():
    zero, small = np.zeros((1, 1)), np.full((1, 1), 1e-6)
    assert gaussian_kl(zero, small, zero, zero)[0] == pytest.approx(small[0, 0] ** 2 / 4, rel=1e-5)


def test_mmd_of_equal_sets_is_zero_in_any_order_and_at_any_size(rng):
    x = rng.normal(size=(2, 5, 3))
    np.testing.assert_array_equal(mmd(x, x), 0)
    np.testing.assert_allclose(mmd(x, np.concatenate([x[:, ::-1]] * 2, axis=1)), 0, atol=1e-14)


def test_mmd_of_sets_far_apart_ends_at_two_and_pulls_no_more():
    x, y = np.full((1, 1, 2), 1e300), np.full((1, 1, 2), -1e300)
    with np.errstate(over="ignore"):
        assert mmd(x, y)[0] == 2
        np.testing.assert_array_equal(mmd_grad(x, y), 0)


def test_renyi_at_the_corners():
    pred, target = np.array([[0, 0.5, 0.5], [0, 0, 1]]), np.array([[0.5, 0.5, 0], [0.5, 0.5, 0]])
    with np.errstate(divide="ignore", invalid="raise"):
        low, high = (renyi_divergence(pred, target, alpha=a) for a in (0.5, 2))
        grads = [renyi_divergence_grad(pred, target, alpha=a) for a in (0.5, 1, 2)]
    np.testing.assert_allclose(low, [2 * np.log(2), np.inf])
    np.testing.assert_array_equal(high, np.inf)
    for grad in grads:
        assert not np.isnan(grad).any()
        assert (grad[:, 0] == -np.inf).all()
    np.testing.assert_allclose(grads[0][0], [-np.inf, -2, 0])


def test_renyi_of_order_one_is_the_kl_divergence(rng):
    q, p = pairs(rng)
    np.testing.assert_array_equal(renyi_divergence(q, p, alpha=1), kl_divergence(q, p))
    np.testing.assert_array_equal(renyi_divergence_grad(q, p, alpha=1), kl_divergence_grad(q, p))


def test_renyi_grows_with_its_order_up_to_the_largest_ratio(rng):
    q, p = pairs(rng)
    values = [renyi_divergence(q, p, alpha=a) for a in (0.3, 0.5, 1, 2, 5, 200)]
    assert (np.diff(values, axis=0) >= 0).all()
    np.testing.assert_allclose(renyi_divergence(q, p, alpha=1e5), np.log((p / q).max(axis=1)), atol=1e-4)


def blurred_transport(x, y, eps):
    """The least cost over all plans, by a general optimiser: over logits of the plan, with its borders as constraints."""
    cost = ((x[:, None] - y) ** 2).sum(axis=-1)
    n, m = cost.shape

    def value(plan):
        plan = plan.reshape(n, m)
        return (plan * cost).sum() + eps * (plan * np.log(np.maximum(plan, 1e-300) * n * m)).sum()

    borders = [
        {"type": "eq", "fun": lambda plan: plan.reshape(n, m).sum(axis=1) - 1 / n},
        {"type": "eq", "fun": lambda plan: plan.reshape(n, m).sum(axis=0)[:-1] - 1 / m},
    ]
    start, options = np.full(n * m, 1 / (n * m)), {"ftol": 1e-13, "maxiter": 500}
    return scipy.optimize.minimize(value, start, bounds=[(1e-12, 1)] * (n * m), constraints=borders, options=options).fun


@pytest.mark.parametrize("eps", [0.1, 0.5])
def test_sinkhorn_is_what_a_general_optimiser_finds(rng, eps):
    x, y = rng.uniform(size=(3, 2)), rng.uniform(size=(2, 2))
    own = blurred_transport(x, x, eps) + blurred_transport(y, y, eps)
    np.testing.assert_allclose(sinkhorn(x[None], y[None], eps=eps), blurred_transport(x, y, eps) - own / 2, atol=1e-7)


def test_sinkhorn_of_equal_sets_is_zero_in_any_order_and_its_slope_too(rng):
    x = rng.uniform(size=(2, 5, 3))
    np.testing.assert_allclose(sinkhorn(x, x[:, ::-1]), 0, atol=1e-14)
    np.testing.assert_allclose(sinkhorn_grad(x, x[:, ::-1]), 0, atol=1e-8)


def test_sinkhorn_follows_its_unit(rng):
    x, y = rng.uniform(size=(2, 3, 5, 2))
    np.testing.assert_allclose(sinkhorn(7 * x, 7 * y, eps=4.9), 49 * sinkhorn(x, y, eps=0.1))


def test_sinkhorn_sees_sets_far_apart_where_mmd_has_given_up(rng):
    x, y = rng.uniform(size=(2, 1, 4, 2))
    np.testing.assert_allclose(mmd_grad(x, y + 100), mmd_grad(x, y + 200))
    assert np.linalg.norm(sinkhorn_grad(x, y + 200)) > 1.9 * np.linalg.norm(sinkhorn_grad(x, y + 100))


def test_sinkhorn_gives_no_nan_for_huge_coordinates_or_little_blur():
    far = np.array([[[1e300], [-1e300], [0.0]]])
    with np.errstate(over="ignore", under="ignore", divide="raise", invalid="raise"):
        for x, y, eps in ((far, -far[:, :2], 0.1), (far * 0 + 1, far[:, 2:], 1e-9)):
            assert np.isfinite(sinkhorn(x, y, eps=eps)).all()
            assert np.isfinite(sinkhorn_grad(x, y, eps=eps)).all()
