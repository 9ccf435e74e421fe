"""Self-supervised losses against plain loops, against each other, and where embeddings are huge, tiny, equal or zero."""

import math

import numpy as np
import pytest

from kbgen.losses.self_supervised import (
    _white,
    alignment_uniformity,
    barlow_twins,
    barlow_twins_grad,
    byol,
    byol_grad,
    clip,
    clip_grad,
    decoupled_contrastive,
    dino,
    dino_grad,
    info_nce,
    info_nce_grad,
    masked_autoencoder,
    moco,
    nt_xent,
    nt_xent_grad,
    siglip,
    siglip_grad,
    simsiam,
    supervised_contrastive,
    supervised_contrastive_grad,
    swav,
    vicreg,
    vicreg_grad,
    w_mse,
)

TAU = 0.3


def cosine(a, b):
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


def picking(anchor, right, candidates):
    """Minus log of the softmax share of `right` among `candidates`, by the definition."""
    share = math.exp(cosine(anchor, right) / TAU) / math.fsum(math.exp(cosine(anchor, c) / TAU) for c in candidates)
    return -math.log(share)


def test_info_nce_is_the_cross_entropy_of_picking_the_positive(rng):
    q, p, k = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 4, 3))
    expected = [picking(q[i], p[i], [p[i], *k[i]]) for i in range(5)]
    np.testing.assert_allclose(info_nce(q, p, k, tau=TAU), expected, rtol=1e-12)


def test_nt_xent_averages_both_directions_over_all_other_embeddings(rng):
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    z = [*a, *b]
    rows = [picking(z[i], z[(i + 4) % 8], [z[j] for j in range(8) if j != i]) for i in range(8)]
    np.testing.assert_allclose(nt_xent(a, b, tau=TAU), [(rows[i] + rows[i + 4]) / 2 for i in range(4)], rtol=1e-12)


def test_nt_xent_is_info_nce_with_the_rest_of_the_batch_as_negatives(rng):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    there = info_nce(a[:1], b[:1], np.array([[a[1], b[1]]]), tau=TAU)
    back = info_nce(b[:1], a[:1], np.array([[a[1], b[1]]]), tau=TAU)
    np.testing.assert_allclose(nt_xent(a, b, tau=TAU)[:1], (there + back) / 2, rtol=1e-12)


def test_supervised_contrastive_averages_the_logarithms_over_the_positives(rng):
    z, label = rng.normal(size=(6, 3)), [0, 0, 0, 1, 1, 2]
    expected = []
    for i in range(6):
        others = [z[j] for j in range(6) if j != i]
        found = [picking(z[i], z[j], others) for j in range(6) if j != i and label[j] == label[i]]
        expected.append(math.fsum(found) / len(found) if found else 0.0)
    np.testing.assert_allclose(supervised_contrastive(z, label, tau=TAU), expected, rtol=1e-12)


def test_supervised_contrastive_with_one_positive_each_is_nt_xent(rng):
    a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    anchors = supervised_contrastive(np.concatenate([a, b]), [*range(5), *range(5)], tau=TAU)
    np.testing.assert_allclose(nt_xent(a, b, tau=TAU), anchors.reshape(2, 5).mean(axis=0), rtol=1e-12)


def test_supervised_contrastive_cannot_fall_below_the_log_of_the_number_of_positives(rng):
    z, label = rng.normal(size=(9, 4)), np.repeat([0, 1, 2], 3)
    assert (supervised_contrastive(z, label) > math.log(2)).all()
    collapsed = np.repeat(np.eye(3), 3, axis=0)
    np.testing.assert_allclose(supervised_contrastive(collapsed, label, tau=0.02), math.log(2), rtol=1e-12)


def test_anchor_without_partner_costs_nothing_yet_pushes_the_others():
    z = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    assert supervised_contrastive(z, [0, 0, 1])[2] == 0
    assert np.abs(supervised_contrastive_grad(z, [0, 0, 1])[2]).max() > 0.1
    np.testing.assert_array_equal(supervised_contrastive_grad(z, [0, 1, 2]), 0)


def test_clip_averages_rows_and_columns(rng):
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    expected = [(picking(a[i], b[i], b) + picking(b[i], a[i], a)) / 2 for i in range(4)]
    np.testing.assert_allclose(clip(a, b, tau=TAU), expected, rtol=1e-12)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_equal_embeddings_cost_the_log_of_the_number_of_candidates(count):
    same = np.full((count, 3), 0.7)
    np.testing.assert_allclose(info_nce(same[:1], same[:1], same[None], tau=TAU), math.log(count + 1), rtol=1e-12)
    np.testing.assert_allclose(nt_xent(same, same), math.log(2 * count - 1), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(clip(same, same), math.log(count), rtol=1e-12, atol=1e-14)


def losses_and_gradients(scale, dtype=float):
    z = np.random.default_rng(3).normal(size=(6, 4)).astype(dtype)
    a, b, k = z[:3] * scale, z[3:] * scale, np.stack([z[::2], z[1::2], z[:3]]) * scale
    labelled = z * scale, [0, 1, 0, 1, 0, 1]
    return (
        (info_nce(a, b, k), info_nce_grad(a, b, k)),
        (nt_xent(a, b), nt_xent_grad(a, b)),
        (clip(a, b), clip_grad(a, b)),
        (supervised_contrastive(*labelled), (supervised_contrastive_grad(*labelled),)),
    )


@pytest.mark.parametrize(("scale", "dtype"), [(1e300, float), (1e-300, float), (1e37, np.float32), (1e-35, np.float32)])
def test_only_directions_matter_and_gradients_shrink_with_length(scale, dtype):
    scale = dtype(scale)
    with np.errstate(all="raise", under="ignore", over="ignore"):
        far, near = losses_and_gradients(scale, dtype), losses_and_gradients(dtype(1), dtype)
    tolerance = 1e-11 if dtype is float else 1e-4
    for (value, grads), (plain, plain_grads) in zip(far, near, strict=True):
        np.testing.assert_allclose(value, plain, rtol=tolerance, atol=tolerance / 100)
        for grad, plain_grad in zip(grads, plain_grads, strict=True):
            assert grad.dtype == dtype
            np.testing.assert_allclose(grad * scale, plain_grad, rtol=10 * tolerance, atol=10 * tolerance)


def test_gradients_stand_across_the_embedding(rng):
    a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    for function in (nt_xent_grad, clip_grad):
        for grad, x in zip(function(a, b), (a, b), strict=True):
            np.testing.assert_allclose(np.sum(grad * x, axis=1), 0, atol=1e-12)
            assert np.abs(grad).max() > 0.01


def test_a_zero_vector_has_cosine_zero_and_no_gradient():
    zero, one, k = np.zeros((1, 2)), np.ones((1, 2)), np.array([[[1.0, 0.0], [0.0, 1.0]]])
    with np.errstate(all="raise"):
        np.testing.assert_allclose(info_nce(zero, one, k), math.log(3), rtol=1e-15)
        grads = info_nce_grad(zero, one, k)
        assert clip(zero, one) == nt_xent(zero, one) == 0
    np.testing.assert_array_equal(grads[0], 0)
    assert np.isfinite(np.concatenate([g.ravel() for g in grads])).all()


def test_small_losses_keep_their_digits():
    """Positive at cosine 1, negative at -1: log(1 + exp(-2 / tau)), far below the rounding of 1."""
    q, k = np.array([[1.0, 0.0]]), np.array([[[-1.0, 0.0]]])
    np.testing.assert_allclose(info_nce(q, q, k, tau=0.02), math.exp(-100), rtol=1e-10)
    tilted = np.array([[1.0, 1e-3]])
    _, to_positive, _ = info_nce_grad(q, tilted, k, tau=0.02)
    expected = math.exp(-50 * (cosine(q[0], tilted[0]) + 1)) / 0.02 * 1e-3  # sine of the small angle
    np.testing.assert_allclose(to_positive[0, 1], expected, rtol=1e-5)


def test_without_negatives_there_is_nothing_to_learn():
    q, none = np.ones((2, 3)), np.ones((2, 0, 3))
    np.testing.assert_array_equal(info_nce(q, q, none), 0)
    assert info_nce_grad(q, q, none)[2].shape == none.shape
    with np.errstate(all="raise", under="ignore"):
        assert supervised_contrastive(q[:1], [0]) == 0
        np.testing.assert_array_equal(supervised_contrastive_grad(q[:1], [0]), 0)


def test_siglip_judges_every_pair_by_itself(rng):
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    expected = []
    for i in range(4):
        logits = [(5 * cosine(a[i], b[j]) - 2) * (1 if i == j else -1) for j in range(4)]
        expected.append(math.fsum(math.log1p(math.exp(-z)) for z in logits))
    np.testing.assert_allclose(siglip(a, b, scale=5, bias=-2), expected, rtol=1e-12)


def test_siglip_keeps_its_gradients_across_the_embeddings_and_finite(rng):
    a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    for grad, x in zip(siglip_grad(a, b), (a, b), strict=True):
        np.testing.assert_allclose(np.sum(grad * x, axis=1), 0, atol=1e-12)
    with np.errstate(all="raise", under="ignore"):
        zero = np.zeros((2, 3))
        np.testing.assert_allclose(siglip(zero, zero, scale=1e300, bias=0), 2 * math.log(2))
        np.testing.assert_array_equal(siglip_grad(zero, zero)[0], 0)
        assert np.isfinite(siglip(a, b, scale=1e300, bias=-1e300)).all()


def correlation(x, y):
    return np.corrcoef(x, y)[0, 1]


def test_barlow_twins_squares_what_correlations_lack(rng):
    a, b = rng.normal(size=(2, 3, 7, 4))
    for one, other, value in zip(a, b, barlow_twins(a, b, lam=0.2), strict=True):
        c = [[correlation(one[:, i], other[:, j]) for j in range(4)] for i in range(4)]
        own = math.fsum((1 - c[i][i]) ** 2 for i in range(4))
        rest = math.fsum(c[i][j] ** 2 for i in range(4) for j in range(4) if i != j)
        assert value == pytest.approx(own + 0.2 * rest)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e300, 1e-300])
def test_a_feature_that_never_varies_costs_one_and_gets_no_gradient(constant, rng):
    z = rng.normal(size=(1, 6, 3))
    z[..., 1] = constant
    with np.errstate(all="raise", under="ignore"):
        value, grads = barlow_twins(z, z, lam=0), barlow_twins_grad(z, z)
    np.testing.assert_allclose(value, 1, rtol=1e-12)
    np.testing.assert_array_equal(grads[0][..., 1], 0)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_barlow_twins_has_no_unit(scale, rng):
    a, b = rng.normal(size=(2, 2, 6, 3))
    with np.errstate(all="raise", under="ignore"):
        far, grads = barlow_twins(a * scale, b * scale), barlow_twins_grad(a * scale, b * scale)
    np.testing.assert_allclose(far, barlow_twins(a, b), rtol=1e-10)
    for grad, plain in zip(grads, barlow_twins_grad(a, b), strict=True):
        np.testing.assert_allclose(grad * scale, plain, rtol=1e-8, atol=1e-9)


def test_vicreg_adds_its_three_terms(rng):
    a, b = rng.normal(0, 0.7, (2, 1, 9, 4))
    expected = 3 * np.mean(np.sum((a - b) ** 2, axis=2))
    for (z,) in (a, b):
        covariance = np.cov(z.T)
        expected += 4 * np.mean(np.maximum(0, 1 - np.sqrt(np.diag(covariance) + 1e-4)))
        expected += 5 / 4 * (np.sum(covariance**2) - np.sum(np.diag(covariance) ** 2))
    np.testing.assert_allclose(vicreg(a, b, lam=3, mu=4, nu=5), expected, rtol=1e-12)


def test_vicreg_at_the_collapse_and_far_out():
    collapsed = np.full((1, 5, 3), 0.3)
    np.testing.assert_allclose(vicreg(collapsed, collapsed), 2 * 25 * 0.99)
    np.testing.assert_array_equal(vicreg_grad(collapsed, collapsed)[0], 0)
    with np.errstate(over="ignore", under="ignore", invalid="raise", divide="raise"):
        for size in (1e300, 1e-300, 0.0):
            z = size * np.array([[[1.0, 2.0], [3.0, -1.0]]])
            for weights in ({}, {"lam": 0.0}, {"mu": 0.0}, {"nu": 0.0}):
                assert not np.isnan(vicreg(z, -z, **weights)).any()
                assert not any(np.isnan(grad).any() for grad in vicreg_grad(z, -z, **weights))
        assert np.isfinite(vicreg(z[:, :1], z[:, :1])).all()  # a batch of one has no variance to divide


def test_byol_is_two_minus_two_cosines_and_precise_for_small_angles(rng):
    q, z = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    np.testing.assert_allclose(byol(q, z), [2 - 2 * cosine(a, b) for a, b in zip(q, z, strict=True)], rtol=1e-12)
    near = np.array([[1.0, 1e-9]])
    np.testing.assert_allclose(byol(near, [[1.0, 0.0]]), 1e-18, rtol=1e-6)  # 2 - 2 cos would round to 0
    np.testing.assert_allclose(np.sum(byol_grad(q, z) * q, axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(byol(1e300 * q, 1e-300 * z), byol(q, z), rtol=1e-10)
    assert np.isfinite(byol_grad(np.zeros((1, 2)), np.ones((1, 2)))).all()


def test_dino_ignores_a_shift_and_stays_finite(rng):
    s, t, c = rng.normal(size=(4, 5)), rng.normal(size=(4, 5)), rng.normal(size=5)
    np.testing.assert_allclose(dino(s + 3, t - 2, c + 1), dino(s, t, c), rtol=1e-9)
    np.testing.assert_allclose(np.sum(dino_grad(s, t, c), axis=1), 0, atol=1e-12)
    far = np.array([[1e300, -1e300]])
    with np.errstate(all="raise", under="ignore"):
        assert dino(far, far, np.zeros(2)) == 0
        np.testing.assert_array_equal(dino_grad(far, far, np.zeros(2)), 0)
        assert np.isfinite(dino(-far, far, np.zeros(2))).all()


def test_byol_is_two_plus_twice_simsiam(rng):
    q, z = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    np.testing.assert_allclose(byol(q, z), 2 + 2 * simsiam(q, z), rtol=1e-12)


def test_moco_is_info_nce_with_one_queue_for_all(rng):
    q, k, queue = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.normal(size=(7, 3))
    np.testing.assert_allclose(moco(q, k, queue), info_nce(q, k, np.tile(queue, (5, 1, 1))), rtol=1e-12)


def test_swav_with_its_rounds_written_out(rng):
    a, b = rng.uniform(-1, 1, (6, 3)), rng.uniform(-1, 1, (6, 3))

    def code(x):
        x = np.exp(x / 0.2)
        x = x / x.sum(axis=0)
        x = x / x.sum(axis=1, keepdims=True)
        x = x / x.sum(axis=0)
        x = x / x.sum(axis=1, keepdims=True)
        x = x / x.sum(axis=0)
        return x / x.sum(axis=1, keepdims=True)

    def guess(x):
        return np.exp(x / 0.1) / np.exp(x / 0.1).sum(axis=1, keepdims=True)

    expected = -np.sum(code(b) * np.log(guess(a)) + code(a) * np.log(guess(b)), axis=1)
    np.testing.assert_allclose(swav(a, b, tau=0.1, eps=0.2), expected, rtol=1e-12)


def test_nt_xent_is_the_softplus_of_the_decoupled_loss_for_one_direction(rng):
    z = rng.normal(size=(4, 3))
    # both views alike: both directions are one, and log(1 + e^l) puts the positive back
    np.testing.assert_allclose(np.logaddexp(0, decoupled_contrastive(z, z, tau=0.5)), nt_xent(z, z, tau=0.5), rtol=1e-12)
    assert decoupled_contrastive(z[:1], z[:1]) == -np.inf


def test_uniformity_is_zero_at_the_collapse_and_least_when_spread():
    collapsed = np.tile([[0.6, 0.8]], (1, 4, 1))
    np.testing.assert_allclose(alignment_uniformity(collapsed, collapsed), 0, atol=1e-12)
    corners = np.array([[[1.0, 0], [0, 1], [-1, 0], [0, -1]]])
    # four pairs at squared distance 2, two at 4
    np.testing.assert_allclose(alignment_uniformity(corners, corners, t=1), np.log((4 * np.exp(-2) + 2 * np.exp(-4)) / 6))
    assert np.isfinite(alignment_uniformity(np.zeros((1, 3, 2)), np.ones((1, 3, 2)))).all()


def test_masked_patches_alone_count(rng):
    x, y = rng.normal(size=(1, 4, 3)), rng.normal(size=(1, 4, 3))
    np.testing.assert_allclose(masked_autoencoder(x, y, [[0, 1, 0, 1]]), np.mean((x - y)[:, [1, 3]] ** 2), rtol=1e-12)
    assert masked_autoencoder(x, y, [[0, 0, 0, 0]]) == 0


def test_whitening_whitens_and_forgets_shift_and_scale(rng):
    z, other = rng.normal(size=(9, 3)) @ rng.normal(size=(3, 3)), rng.normal(size=(9, 3))
    np.testing.assert_allclose(np.cov(_white(z).T), np.eye(3), atol=1e-9)
    np.testing.assert_allclose(w_mse(z * 1e3 + 5, other - 2), w_mse(z, other), rtol=1e-8)
    for flat in (np.zeros((4, 3)), np.ones((4, 3)), 1e300 * other[:4], np.ones((1, 3)), other[:2]):
        for dtype in (np.float64, np.float32):
            with np.errstate(over="ignore"):
                given = np.clip(flat, -1e38, 1e38).astype(dtype)
            assert np.isfinite(w_mse(given, other[: len(flat)].astype(dtype))).all()
