"""VAE and SSIM: against integrals and a slow implementation, and at the edges."""

import numpy as np
import pytest

from kbgen.losses.reconstruction import (
    chamfer,
    chamfer_grad,
    lpips,
    lpips_grad,
    ssim,
    ssim_grad,
    style_gram,
    style_gram_grad,
    total_variation,
    total_variation_grad,
    vae_elbo,
    vae_elbo_grad,
    vq_commitment,
    vq_commitment_grad,
)


def test_kl_term_of_the_vae_is_the_integral_that_it_stands_for():
    mu, log_var = 0.7, -1.2
    z = np.linspace(-12, 12, 200_001)
    q = np.exp(-((z - mu) ** 2) / (2 * np.exp(log_var))) / np.sqrt(2 * np.pi * np.exp(log_var))
    log_ratio = -((z - mu) ** 2) / (2 * np.exp(log_var)) - log_var / 2 + z**2 / 2
    same = np.zeros((1, 2))
    value = vae_elbo(same, same, [[mu]], [[log_var]])[0]
    assert value == pytest.approx(np.sum(q * log_ratio) * (z[1] - z[0]), rel=1e-9)


def test_vae_loss_is_zero_only_for_a_perfect_copy_and_the_prior():
    x, none = np.ones((1, 3)), np.zeros((1, 2))
    assert vae_elbo(x, x, none, none)[0] == 0
    assert vae_elbo(x + 1e-3, x, none, none)[0] > 0
    assert vae_elbo(x, x, none + 1e-3, none)[0] > 0
    assert vae_elbo(x, x, none, none - 1e-3)[0] > 0


def test_beta_scales_the_kl_term_and_nothing_else(rng):
    x, mu = rng.normal(size=(2, 4, 3))
    apart = vae_elbo(x + 1, x, mu, mu, beta=0)
    np.testing.assert_allclose(apart, np.full(4, 1.5))
    kl = vae_elbo(x, x, mu, mu)
    np.testing.assert_allclose(vae_elbo(x + 1, x, mu, mu, beta=4), apart + 4 * kl)


def test_vae_survives_a_variance_that_underflows():
    x, mu = np.zeros((1, 1)), np.zeros((1, 1))
    log_var = np.array([[-1000.0]])
    assert vae_elbo(x, x, mu, log_var)[0] == pytest.approx(499.5)
    assert vae_elbo_grad(x, x, mu, log_var)[2][0, 0] == pytest.approx(-0.5)


def slow_ssim(x, y, window, c1, c2):
    """One window after the other, with the formulas of the paper."""
    values = []
    for i in range(x.shape[0] - window + 1):
        for j in range(x.shape[1] - window + 1):
            a, b = (image[i : i + window, j : j + window].ravel() for image in (x, y))
            (va, cov), (_, vb) = np.cov(a, b, bias=True)
            luminance = (2 * a.mean() * b.mean() + c1) / (a.mean() ** 2 + b.mean() ** 2 + c1)
            values.append(luminance * (2 * cov + c2) / (va + vb + c2))
    return 1 - np.mean(values)


@pytest.mark.parametrize("window", [2, 5, 9])
def test_ssim_equals_the_window_by_window_computation(rng, window):
    x, y = rng.random((2, 3, 9, 11))
    expected = [slow_ssim(a, b, window, 0.01**2, 0.03**2) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(ssim(x, y, window=window), expected, rtol=1e-10)


def test_gradient_of_ssim_holds_at_every_pixel_corners_included(rng):
    x, y = rng.random((2, 1, 5, 4))
    grad, h = ssim_grad(x, y, window=3), 1e-6
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        slope = (ssim(x + step, y, window=3)[0] - ssim(x - step, y, window=3)[0]) / (2 * h)
        assert grad[place] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_ssim_reaches_almost_two_for_a_negative_and_never_passes_it(rng):
    y = np.indices((8, 8)).sum(axis=0)[None] % 2.0
    assert 1.99 < ssim(1 - y, y, window=4)[0] < 2
    x, y = rng.random((2, 20, 8, 8))
    assert (ssim(x, y) < 2).all()


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_ssim_of_flat_images_depends_on_brightness_alone(level):
    flat = np.full((1, 8, 8), level)
    assert ssim(flat, flat)[0] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(ssim_grad(flat, flat), 0, atol=1e-12)
    black = np.zeros((1, 8, 8))
    assert ssim(flat, black)[0] == pytest.approx(1 - 1e-4 / (level**2 + 1e-4))


def test_ssim_refuses_a_window_larger_than_the_image():
    with pytest.raises(ValueError, match="window"):
        ssim(np.zeros((1, 4, 4)), np.zeros((1, 4, 4)), window=5)


def test_chamfer_finds_the_nearest_points_one_by_one(rng):
    x, y = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 7, 2))

    def one_way(a, b):
        return np.mean([min(np.sum((p - q) ** 2) for q in b) for p in a])

    np.testing.assert_allclose(chamfer(x, y), [one_way(a, b) + one_way(b, a) for a, b in zip(x, y, strict=True)])


def test_chamfer_is_zero_for_the_same_set_in_any_order_and_number(rng):
    x = rng.normal(size=(2, 4, 3))
    again = np.concatenate([x[:, ::-1], x[:, :2]], axis=1)
    np.testing.assert_array_equal(chamfer(x, again), 0)
    np.testing.assert_array_equal(chamfer_grad(x, again), 0)


def test_chamfer_breaks_the_triangle_inequality():
    a, b, c = ([[[0.0]]], [[[1.0]]], [[[2.0]]])
    assert chamfer(a, c)[0] > chamfer(a, b)[0] + chamfer(b, c)[0]


def test_chamfer_of_sets_far_apart_is_no_nan():
    far = np.array([[[1e300], [-1e300], [5e-324]]])
    with np.errstate(over="ignore"):
        assert chamfer(far[:, :2], -far[:, :2])[0] == 0
        assert chamfer(far, -far[:, :2])[0] == np.inf
        assert chamfer(far, far + 1)[0] == 2 / 3
        assert np.isfinite(chamfer_grad(far, -far)).all()


def test_total_variation_at_an_edge_pulls_with_one_unit_per_neighbour():
    x = np.zeros((1, 3, 3))
    x[0, 1, 1] = 1e300
    assert total_variation(x)[0] == 4e300
    np.testing.assert_array_equal(total_variation_grad(x)[0], [[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    np.testing.assert_array_equal(total_variation_grad(np.full((1, 3, 3), 0.5)), 0)


def test_commitment_takes_the_nearest_code_and_of_equals_the_first():
    codebook = [[0.0], [2.0], [1e300]]
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(vq_commitment([[0.5], [1.6]], codebook, beta=1.0), [0.25, 0.16])
        assert vq_commitment_grad([[1.0]], codebook, beta=1.0)[0, 0] == 2
        np.testing.assert_array_equal(vq_commitment([[0.0], [1e300]], codebook), 0)


def test_style_sees_neither_places_nor_signs(rng):
    x, y = rng.normal(size=(2, 2, 3, 8))
    value = style_gram(x, y)
    np.testing.assert_allclose(style_gram(-x[:, :, ::-1], y), value)
    np.testing.assert_allclose(style_gram_grad(x, -x), 0, atol=1e-12)


def test_style_does_not_grow_with_the_picture(rng):
    x, y = rng.normal(size=(2, 2, 3, 8))
    np.testing.assert_allclose(style_gram(np.tile(x, 5), np.tile(y, 5)), style_gram(x, y))


def test_lpips_ignores_strength_and_survives_extremes(rng):
    x, y = rng.normal(size=(2, 2, 3, 8))
    weight = np.array([0.5, 1, 2])
    strength = rng.uniform(0.1, 10, size=(2, 1, 8))
    np.testing.assert_allclose(lpips(strength * x, y, weight), lpips(x, y, weight))
    np.testing.assert_allclose(np.sum(x * lpips_grad(x, y, weight), axis=1), 0, atol=1e-12)
    zero, huge = np.zeros((1, 2, 1)), np.full((1, 2, 1), 1e300)
    np.testing.assert_allclose(lpips(zero, huge, [1, 1]), 1)
    np.testing.assert_array_equal(lpips_grad(zero, huge, [1, 1]), 0)
