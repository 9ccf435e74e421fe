"""Divergences at the corners of the simplex, against sums written out, and against each other."""

import numpy as np
import pytest

from kbgen.losses.classification import binary_cross_entropy, cross_entropy
from kbgen.losses.divergence import js_divergence, js_divergence_grad, kl_divergence, kl_divergence_grad


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
