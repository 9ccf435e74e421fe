"""Contrastive losses against plain loops, against each other, and where embeddings are huge, tiny, equal or zero."""

import math

import numpy as np
import pytest

from kbgen.losses.self_supervised import (
    clip,
    clip_grad,
    info_nce,
    info_nce_grad,
    nt_xent,
    nt_xent_grad,
    supervised_contrastive,
    supervised_contrastive_grad,
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
