"""Short entries among the divergences: their limits, their relatives, and the corners of the simplex."""

import numpy as np
import pytest

from kbgen.losses.divergence import (
    alpha_divergence,
    bhattacharyya,
    bregman_divergence,
    chi_square_divergence,
    deep_coral,
    hellinger,
    itakura_saito,
    kl_divergence,
    mutual_information_mine,
    renyi_divergence,
    sliced_wasserstein,
    wasserstein_1d,
)

CERTAIN, OTHER, HALF = np.eye(3)[[0]], np.eye(3)[[1]], np.array([[0.5, 0.5, 0]])


@pytest.fixture
def pair(rng):
    return rng.dirichlet(np.ones(4), 20), rng.dirichlet(np.ones(4), 20)


def test_alpha_divergence_passes_through_its_relatives(pair):
    q, p = pair
    assert np.allclose(alpha_divergence(q, p, alpha=0.5), 4 * hellinger(q, p))
    assert np.allclose(alpha_divergence(q, p, alpha=2), 0.5 * chi_square_divergence(q, p))
    assert np.allclose(alpha_divergence(q, p, alpha=1), kl_divergence(q, p))
    assert np.allclose(alpha_divergence(q, p, alpha=1 + 1e-7), kl_divergence(q, p), atol=1e-5)
    assert np.allclose(alpha_divergence(q, p, alpha=1e-7), kl_divergence(p, q), atol=1e-5)


def test_bhattacharyya_is_half_a_renyi_divergence(pair):
    q, p = pair
    assert np.allclose(bhattacharyya(q, p), 0.5 * renyi_divergence(q, p, alpha=0.5))


def test_chi_square_bounds_the_kl_divergence_and_is_twice_it_nearby(pair):
    q, p = pair
    assert np.all(kl_divergence(q, p) <= np.log1p(chi_square_divergence(q, p)) + 1e-12)
    near = 0.9999 * q + 0.0001 * p
    assert np.allclose(chi_square_divergence(q, near) / kl_divergence(q, near), 2, rtol=1e-2)


def test_corners_of_the_simplex_give_honest_infinities_and_zeros():
    with np.errstate(divide="ignore"):
        assert np.isinf(bhattacharyya(CERTAIN, OTHER)) and bhattacharyya(CERTAIN, CERTAIN) == 0
        assert np.isinf(alpha_divergence(CERTAIN, HALF, alpha=2))
        assert alpha_divergence(CERTAIN, OTHER, alpha=0.5) == 4
    assert np.isinf(chi_square_divergence(CERTAIN, HALF)) and chi_square_divergence(HALF, CERTAIN) == 1
    assert chi_square_divergence(CERTAIN, CERTAIN) == 0


def test_bregman_divergences_of_powers_pass_through_three_known_ones(rng):
    x, y = rng.uniform(0.2, 3, (2, 30))
    assert np.allclose(bregman_divergence(x, y, a=2.0), 0.5 * (x - y) ** 2)
    assert np.allclose(bregman_divergence(x, y, a=1.0), y * np.log(y / x) - y + x)
    assert np.allclose(bregman_divergence(x, y, a=1 + 1e-6), bregman_divergence(x, y, a=1.0), atol=1e-4)
    assert np.allclose(bregman_divergence(x, y, a=1e-6), itakura_saito(x, y), atol=1e-4)


def test_slices_of_a_line_are_the_line_itself_and_never_exceed_transport(rng):
    x, y = rng.normal(size=(2, 4, 5, 1))
    assert np.allclose(sliced_wasserstein(x, y, np.array([[1.0], [-1.0]])), wasserstein_1d(x[..., 0], y[..., 0], p=2.0))
    shifted = rng.normal(size=(1, 5, 3))
    angles = rng.normal(size=(4000, 3))
    angles /= np.linalg.norm(angles, axis=1, keepdims=True)
    assert np.allclose(sliced_wasserstein(shifted, shifted + [2, 0, 0], angles), 4 / 3, rtol=0.05)


def test_coral_uses_covariances_and_ignores_the_mean(rng):
    x, y = rng.normal(size=(1, 6, 3)), rng.normal(size=(1, 4, 3))
    gap = np.cov(x[0].T) - np.cov(y[0].T)
    assert np.allclose(deep_coral(x, y), (gap**2).sum() / 36)
    assert np.allclose(deep_coral(x, x + 5), 0)


def test_mine_reaches_the_information_with_the_log_ratio_of_densities():
    joint = np.array([[0.4, 0.1], [0.1, 0.4]])  # as counts: 4, 1, 1, 4 of ten pairs
    score = np.log(joint / 0.25)
    true = np.repeat(score.ravel(), [4, 1, 1, 4])[None]
    assert np.allclose(-mutual_information_mine(true, score.reshape(1, -1)), np.sum(joint * score))
    assert np.allclose(
        mutual_information_mine(true + 700, score.reshape(1, -1) + 700), mutual_information_mine(true, score.reshape(1, -1))
    )
