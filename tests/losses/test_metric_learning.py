"""Metric learning: identities, gradients in every point, and points that coincide."""

import numpy as np
import pytest

from kbgen.losses.metric_learning import (
    angular,
    arcface,
    arcface_grad,
    batch_hard_triplet,
    center,
    center_grad,
    circle,
    circle_grad,
    contrastive,
    contrastive_grad,
    cosface,
    cosface_grad,
    cosine_embedding,
    cosine_embedding_grad,
    histogram,
    lifted_structure,
    lifted_structure_grad,
    margin_loss,
    multi_similarity,
    multi_similarity_grad,
    n_pair,
    n_pair_grad,
    proxy_anchor,
    proxy_anchor_grad,
    proxy_nca,
    sphereface,
    sphereface_grad,
    triplet_margin,
    triplet_margin_grad,
)
from kbgen.losses.ranking import margin_ranking


def slopes(function, inputs, place, h=1e-6):
    """Central differences in every number of one input."""
    out = np.zeros(inputs[place].shape)
    for index in np.ndindex(out.shape):
        ends = [[a.copy() for a in inputs] for _ in range(2)]
        ends[0][place][index] += h
        ends[1][place][index] -= h
        out[index] = (np.sum(function(*ends[0])) - np.sum(function(*ends[1]))) / (2 * h)
    return out


def pairs(rng, n=20, d=3):
    return rng.normal(size=(n, d)), rng.normal(size=(n, d))


def test_every_input_has_its_exact_gradient(rng):
    x1, x2 = pairs(rng)
    x3, label = rng.normal(size=x1.shape), rng.integers(0, 2, 20).astype(float)
    for function, grad, inputs in (
        (contrastive, contrastive_grad, [x1 / 3, x2 / 3, label]),
        (triplet_margin, triplet_margin_grad, [x1, x2, x3]),
        (cosine_embedding, cosine_embedding_grad, [x1, x2, 2 * label - 1]),
    ):
        for place, slope in enumerate(grad(*inputs)):
            np.testing.assert_allclose(slope, slopes(function, inputs, place), atol=1e-7, err_msg=function.__name__)


def test_contrastive_follows_the_paper_with_the_label_turned_round(rng):
    x1, x2 = pairs(rng)
    d = np.sqrt(np.sum((x1 - x2) ** 2, axis=1))
    for y in (0.0, 1.0):  # the paper: (1 - Y) d^2 / 2 + Y max(0, m - d)^2 / 2, Y = 0 for similar pairs
        paper = (1 - y) * d**2 / 2 + y * np.maximum(0, 1.7 - d) ** 2 / 2
        np.testing.assert_allclose(contrastive(x1, x2, np.full(20, 1 - y), margin=1.7), paper)


def test_dissimilar_pairs_beyond_the_margin_are_left_alone():
    far = np.array([[2.0, 0]]), np.zeros((1, 2)), np.zeros(1)
    assert contrastive(*far) == 0
    assert all((g == 0).all() for g in contrastive_grad(*far))


@pytest.mark.parametrize("similar", [0.0, 1.0])
def test_contrastive_is_finite_where_points_coincide(similar):
    x = np.array([[0.3, -0.4]])
    with np.errstate(all="raise"):
        value = contrastive(x, x, np.array([similar]), margin=2)
        grads = contrastive_grad(x, x, np.array([similar]), margin=2)
    assert value == (0 if similar else 2)
    assert all((g == 0).all() for g in grads)


def test_distances_do_not_overflow_or_vanish_on_the_way():
    for scale in (1e300, 1e-300):
        a, b = np.array([[3.0, 0]]) * scale, np.array([[0.0, 4]]) * scale
        assert triplet_margin(a, b, a, margin=scale)[0] == pytest.approx(6 * scale)
        np.testing.assert_allclose(triplet_margin_grad(a, b, a, margin=scale)[1], [[-0.6, 0.8]])
        assert contrastive(a, b, np.zeros(1))[0] == (0 if scale > 1 else 0.5)
        assert cosine_embedding(a, b, np.ones(1)) == 1


def test_triplet_is_margin_ranking_of_the_two_distances(rng):
    a, p = pairs(rng)
    q = rng.normal(size=a.shape)
    near, far = np.linalg.norm(a - p, axis=1), np.linalg.norm(a - q, axis=1)
    np.testing.assert_allclose(triplet_margin(a, p, q, margin=0.4), margin_ranking(far, near, np.ones(20), margin=0.4))


def test_a_collapsed_triplet_costs_the_margin_and_does_not_move():
    x = np.ones((1, 3))
    assert triplet_margin(x, x, x, margin=0.7) == pytest.approx(0.7)
    assert all((g == 0).all() for g in triplet_margin_grad(x, x, x, margin=0.7))


def test_triplet_slope_reaches_its_bound_between_positive_and_negative():
    a, p, q = np.array([[1.0, 0]]), np.array([[0.0, 0]]), np.array([[2.0, 0]])
    np.testing.assert_array_equal(triplet_margin_grad(a, p, q)[0], [[2, 0]])


def test_a_triplet_with_the_margin_kept_is_left_alone():
    a, p, q = np.zeros((1, 2)), np.array([[1.0, 0]]), np.array([[0.0, 3]])
    assert triplet_margin(a, p, q) == 0
    assert all((g == 0).all() for g in triplet_margin_grad(a, p, q))


def test_cosine_embedding_ignores_lengths(rng):
    x1, x2 = pairs(rng)
    y = np.where(np.arange(20) % 2, 1.0, -1.0)
    np.testing.assert_allclose(cosine_embedding(1e-200 * x1, 1e200 * x2, y), cosine_embedding(x1, x2, y), atol=1e-12)


def test_cosine_embedding_turns_and_does_not_stretch(rng):
    x1, x2 = pairs(rng)
    for x, g in zip((x1, x2), cosine_embedding_grad(x1, x2, np.ones(20)), strict=True):
        np.testing.assert_allclose(np.sum(x * g, axis=1), 0, atol=1e-12)
        assert np.abs(g).max() > 0.1


def test_cosine_embedding_stands_still_at_parallel_opposite_and_zero_vectors():
    x = np.array([[1.0, 2, 3]] * 3)
    other = x * np.array([[2.0], [-1], [0]])
    with np.errstate(all="raise"):
        np.testing.assert_allclose(cosine_embedding(x, other, np.ones(3)), [0, 2, 1], atol=1e-15)
        assert (cosine_embedding(x, other, np.ones(3)) >= 0).all()
        assert np.isfinite(cosine_embedding_grad(x, other, np.ones(3))).all()
    assert np.abs(cosine_embedding_grad(x, other, np.ones(3))).max() < 1e-12


def test_arcface_with_margin_zero_is_cross_entropy_of_scaled_cosines(rng):
    cosine, label = rng.uniform(-1, 1, (20, 4)), rng.integers(0, 4, 20)
    z = 8 * cosine
    expected = np.log(np.sum(np.exp(z), axis=1)) - z[np.arange(20), label]
    np.testing.assert_allclose(arcface(cosine, label, margin=0, scale=8), expected)


def test_arcface_is_the_formula_of_the_paper(rng):
    cosine, label = rng.uniform(-0.9, 0.9, (20, 4)), rng.integers(0, 4, 20)
    for c, y, value in zip(cosine, label, arcface(cosine, label, margin=0.3, scale=5), strict=True):
        own = np.exp(5 * np.cos(np.arccos(c[y]) + 0.3))
        assert value == pytest.approx(-np.log(own / (own + sum(np.exp(5 * c[j]) for j in range(4) if j != y))))


def test_arcface_gradient_in_every_cosine(rng):
    cosine, label = rng.uniform(-0.95, 0.95, (20, 4)), rng.integers(0, 4, 20)
    expected = slopes(lambda c: arcface(c, label, scale=6), [cosine], 0)
    np.testing.assert_allclose(arcface_grad(cosine, label, scale=6), expected, rtol=1e-5, atol=1e-6)


def test_arcface_gradient_in_the_feature_stays_finite_when_it_meets_its_class():
    """Through the chain rule: d cos / d x = (w - cos x) / |x| shrinks as fast as the slope in the cosine grows."""
    weights = np.eye(2)
    for angle in (1e-2, 1e-4, 1e-6):
        x = np.array([np.cos(angle), np.sin(angle)])
        slope = arcface_grad((weights @ x)[None], [0], scale=2)[0] @ (weights - np.outer(weights @ x, x))
        assert 0.1 < np.linalg.norm(slope) < 4
    at_class = arcface_grad(np.array([[1.0, 0]]), [0])
    assert np.isfinite(at_class).all()


def test_arcface_is_stable_at_the_borders():
    cosine = np.array([[1.0, -1, -1], [-1, 1, 1], [1 + 1e-12, 1, 1], [0, 0, 0]])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        for scale in (64.0, 1e4):
            assert np.isfinite(arcface(cosine, [0, 0, 0, 0], scale=scale)).all()
            assert np.isfinite(arcface_grad(cosine, [0, 0, 0, 0], scale=scale)).all()
    assert arcface(cosine[:1], [0])[0] < 1e-12


def test_arcface_turns_round_beyond_pi_minus_margin():
    """The pitfall on the page: past theta = pi - m a larger cosine costs more."""
    beyond, before = np.cos(np.pi - 0.2), np.cos(np.pi - 0.8)
    assert arcface_grad([[beyond, 0.0]], [0], margin=0.5)[0, 0] > 0
    assert arcface_grad([[before, 0.0]], [0], margin=0.5)[0, 0] < 0


def test_arcface_refuses_a_class_that_is_not_there():
    with pytest.raises(IndexError):
        arcface(np.zeros((1, 3)), [3])


def test_cosface_is_the_formula_of_the_paper(rng):
    cosine, label = rng.uniform(-1, 1, (20, 4)), rng.integers(0, 4, 20)
    for c, y, value in zip(cosine, label, cosface(cosine, label, margin=0.3, scale=5), strict=True):
        own = np.exp(5 * (c[y] - 0.3))
        assert value == pytest.approx(-np.log(own / (own + sum(np.exp(5 * c[j]) for j in range(4) if j != y))))


def test_cosface_keeps_the_digits_of_small_losses_and_survives_a_large_scale():
    cosine = np.array([[1.0, -1.0], [-1.0, 1.0], [0, 0]])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        np.testing.assert_allclose(cosface(cosine, [0, 0, 0], margin=0.35, scale=64)[0], np.exp(-64 * 1.65), rtol=1e-10)
        np.testing.assert_allclose(cosface(cosine, [0, 0, 0], margin=0.5, scale=1e4), [0, 25000, 5000])
        np.testing.assert_allclose(cosface_grad(cosine, [0, 0, 0], margin=0.5, scale=1e4)[:, 0], [0, -1e4, -1e4])


def test_cosface_draws_its_line_where_the_lead_is_the_margin():
    np.testing.assert_allclose(cosface([[0.7, 0.3]], [0], margin=0.4, scale=30), np.log(2))


def test_center_pulls_every_feature_to_the_centre_of_its_class(rng):
    x, c, y = rng.normal(size=(9, 3)), rng.normal(size=(4, 3)), rng.integers(0, 4, 9)
    np.testing.assert_allclose(center(x, c, y), [((x[i] - c[y[i]]) ** 2).sum() / 2 for i in range(9)])
    np.testing.assert_allclose(x - center_grad(x, c, y), c[y])


def test_center_is_least_with_the_mean_of_the_class_as_centre(rng):
    x = rng.normal(size=(7, 3))
    best = center(x, x.mean(axis=0, keepdims=True), np.zeros(7)).sum()
    for step in 0.01 * np.eye(3):
        assert center(x, x.mean(axis=0, keepdims=True) + step, np.zeros(7)).sum() > best


def test_n_pair_is_the_formula_of_the_paper(rng):
    a, p = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    expected = [np.log1p(sum(np.exp(a[i] @ p[j] - a[i] @ p[i]) for j in range(5) if j != i)) for i in range(5)]
    np.testing.assert_allclose(n_pair(a, p), expected, rtol=1e-12)


def test_n_pair_gradients_in_every_number(rng):
    inputs = list(pairs(rng, n=5))
    for place, slope in enumerate(n_pair_grad(*inputs)):
        np.testing.assert_allclose(slope, slopes(n_pair, inputs, place), atol=1e-7)


@pytest.mark.parametrize("size", [0, 5e-324, 1e-200, 1e200, 1e300])
def test_n_pair_gives_numbers_for_vectors_of_any_length(size):
    a, p = size * np.array([[1.0, 0], [0, 1]]), size * np.array([[1.0, 1], [0, 1]])
    with np.errstate(invalid="raise"):
        value, grads = n_pair(a, p), n_pair_grad(a, p)
    assert not np.isnan(value).any()
    assert not any(np.isnan(grad).any() for grad in grads)
    assert value[1] == pytest.approx(np.log(2))
    assert value[0] == pytest.approx(np.log(2) if size < 1 else 0)


def test_a_single_pair_has_no_one_to_be_mistaken_for():
    assert n_pair(np.ones((1, 3)), -np.ones((1, 3))) == 0


LABELS = np.array([0.0, 0, 1, 0, 2, 1])


def batch(rng):
    return rng.normal(size=(6, 3)), LABELS


def cosines(z):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return unit @ unit.T


def test_multi_similarity_is_the_formula_of_the_paper(rng):
    z, y = batch(rng)
    c = cosines(z)
    for i, value in enumerate(multi_similarity(z, y, alpha=3, beta=9, base=0.4)):
        own = sum(np.exp(-3 * (c[i, j] - 0.4)) for j in range(6) if j != i and y[j] == y[i])
        other = sum(np.exp(9 * (c[i, j] - 0.4)) for j in range(6) if y[j] != y[i])
        assert value == pytest.approx(np.log1p(own) / 3 + np.log1p(other) / 9)


def test_circle_is_the_formula_of_the_paper(rng):
    z, y = batch(rng)
    c = cosines(z)
    for i, value in enumerate(circle(z, y, margin=0.25, gamma=5)):
        own = sum(np.exp(-5 * max(0, 1.25 - c[i, j]) * (c[i, j] - 0.75)) for j in range(6) if j != i and y[j] == y[i])
        other = sum(np.exp(5 * max(0, c[i, j] + 0.25) * (c[i, j] - 0.25)) for j in range(6) if y[j] != y[i])
        assert value == pytest.approx(np.log1p(own * other))


def test_proxy_anchor_sums_to_the_formula_of_the_paper(rng):
    z, y = batch(rng)
    p = rng.normal(size=(5, 3))
    c = cosines(np.concatenate([p, z]))[:5, 5:]
    pull = [np.log1p(sum(np.exp(-8 * (c[k, y == k] - 0.2)))) for k in set(y.astype(int))]
    push = [np.log1p(sum(np.exp(8 * (c[k, y != k] + 0.2)))) for k in range(5)]
    value = proxy_anchor(p, z, y, alpha=8, margin=0.2).sum()
    assert value == pytest.approx(np.mean(pull) + np.mean(push))


def test_lifted_structure_sums_to_the_formula_of_the_paper(rng):
    z, y = batch(rng)
    d = np.linalg.norm(z[:, None] - z, axis=2)
    pairs = [(i, j) for i in range(6) for j in range(i) if y[i] == y[j]]
    lacks = [d[i, j] + np.log(np.exp(1.5 - d[i, y != y[i]]).sum() + np.exp(1.5 - d[j, y != y[j]]).sum()) for i, j in pairs]
    expected = sum(max(0, lack) ** 2 for lack in lacks) / (2 * len(pairs))
    assert lifted_structure(z, y, margin=1.5).sum() == pytest.approx(expected)


def test_gradients_of_losses_over_a_batch_in_every_number(rng):
    z, y = batch(rng)
    p = rng.normal(size=(3, 3))
    for function, grad, inputs in (
        (lambda z: multi_similarity(z, y, beta=9), lambda z: multi_similarity_grad(z, y, beta=9), [z]),
        (lambda z: circle(z, y, gamma=4), lambda z: circle_grad(z, y, gamma=4), [z]),
        (lambda z: lifted_structure(z, y), lambda z: lifted_structure_grad(z, y), [z]),
        (lambda p, z: proxy_anchor(p, z, y, alpha=5), lambda p, z: proxy_anchor_grad(p, z, y, alpha=5), [p, z]),
    ):
        found = grad(*inputs)
        for place, slope in enumerate(found if isinstance(found, tuple) else (found,)):
            np.testing.assert_allclose(slope, slopes(function, inputs, place), atol=1e-6)


@pytest.mark.parametrize("size", [0, 1e-300, 1e-30, 1e150, 1e300])
@pytest.mark.parametrize("labels", [LABELS, np.zeros(6), np.arange(6.0)])
def test_batches_of_any_length_and_any_classes_give_numbers(size, labels, rng):
    z = size * rng.normal(size=(6, 3))
    z[1] = z[0]
    with np.errstate(invalid="raise", divide="raise", over="ignore", under="ignore"):
        for function, grad in (
            (multi_similarity, multi_similarity_grad),
            (circle, circle_grad),
            (lifted_structure, lifted_structure_grad),
        ):
            assert not np.isnan(function(z, labels)).any()
            assert not np.isnan(grad(z, labels)).any()
        assert np.isfinite(proxy_anchor(z, z, labels)).all()
        assert not any(np.isnan(grad).any() for grad in proxy_anchor_grad(z, z, labels))


def test_anchors_without_partner_or_without_strangers_cost_nothing_under_circle_and_lifted_structure(rng):
    z = rng.normal(size=(6, 3))
    for labels in (np.zeros(6), np.arange(6.0)):
        for function, grad in ((circle, circle_grad), (lifted_structure, lifted_structure_grad)):
            np.testing.assert_array_equal(function(z, labels), 0)
            np.testing.assert_allclose(grad(z, labels), 0, atol=1e-300)


def test_circle_draws_a_negative_beyond_right_angles_back():
    """The full derivative, which Keras takes too; with constant weights it would be pushed on."""
    z = np.array([[1.0, 0], [0.5, np.sqrt(0.75)], [-0.2, -np.sqrt(0.96)]])
    step = -circle_grad(z, [0, 0, 1], gamma=2)[2]
    assert step @ z[0] > 0


def psi(theta, margin):
    """The stand-in for the cosine, from the loss: length 1, the only rival at cosine 0."""
    cosine = np.stack([np.cos(theta), np.zeros_like(theta)], axis=1)
    return -np.log(np.expm1(sphereface(cosine, np.ones_like(theta), np.zeros_like(theta), margin=margin)))


@pytest.mark.parametrize("margin", [1, 2, 3, 4, 7])
def test_sphereface_falls_steadily_from_one_to_one_minus_twice_the_margin(margin):
    found = psi(np.linspace(0, np.pi, 500), margin)
    assert (np.diff(found) < 1e-12).all()
    np.testing.assert_allclose(found[[0, -1]], [1, 1 - 2 * margin])
    near = np.linspace(0, np.pi / margin, 50)
    np.testing.assert_allclose(psi(near, margin), np.cos(margin * near), atol=1e-12)


def test_sphereface_slope_at_the_poles_is_the_square_of_the_margin():
    for cosine in (1.0, -1.0):
        grad, to_length = sphereface_grad([[cosine, 0.3]], [2.0], [0], margin=3)
        inside, _ = sphereface_grad([[cosine * (1 - 1e-7), 0.3]], [2.0], [0], margin=3)
        np.testing.assert_allclose(grad, inside, rtol=1e-5)
        assert np.isfinite(to_length).all()


def test_sphereface_at_the_border_of_numbers():
    cosine = np.array([[1.0, -1], [-1, 1], [0, 0], [1 + 1e-12, 1]])
    with np.errstate(invalid="raise", divide="raise", over="ignore"):
        for length in (5e-324, 1e-300, 1.0, 1e300):
            assert not np.isnan(sphereface(cosine, np.full(4, length), np.zeros(4))).any()
            assert not any(np.isnan(grad).any() for grad in sphereface_grad(cosine, np.full(4, length), np.zeros(4)))


def test_angular_is_zero_up_to_the_angle_whatever_the_scale(rng):
    a, p = np.array([[-1.0, 0.0]]), np.array([[1.0, 0.0]])
    for alpha in (0.3, 0.7, 1.2):
        edge = np.array([[0.0, 1 / np.tan(alpha)]])  # seen from here, half the pair fills just this angle
        for size in (1e-3, 1.0, 1e3):
            assert angular(size * a, size * p, 1.001 * size * edge, angle=alpha) == 0
            assert angular(size * a, size * p, 0.999 * size * edge, angle=alpha) > 0
    x = rng.normal(size=(4, 3, 2))
    expected = np.sum((x[:, 0] - x[:, 1]) ** 2, 1)
    expected -= 4 * np.tan(0.7) ** 2 * np.sum((x[:, 2] - (x[:, 0] + x[:, 1]) / 2) ** 2, 1)
    np.testing.assert_allclose(angular(x[:, 0], x[:, 1], x[:, 2], angle=0.7), np.maximum(0, expected), atol=1e-12)
    far = np.full((1, 2), 1e300)
    with np.errstate(over="ignore"):
        assert angular(far, -far, 0 * far) == np.inf
        assert angular(far, far, -far) == 0


def test_the_hardest_triplet_is_the_worst_of_all_triplets(rng):
    z, y = rng.normal(size=(7, 2)), np.array([0, 0, 0, 1, 1, 2, 2])
    for i, found in enumerate(batch_hard_triplet(z, y, margin=0.5)):
        others = [
            triplet_margin(z[[i]], z[[j]], z[[k]], margin=0.5)[0]
            for j in range(7)
            for k in range(7)
            if j != i and y[j] == y[i] != y[k]
        ]
        assert found == pytest.approx(max(others))
    assert not batch_hard_triplet(z, np.zeros(7)).any()


def test_the_loss_of_pairs_stops_at_its_strip_on_both_sides():
    far = np.array([[0.99], [1.4], [1.41], [0.5]])
    found = margin_loss(far, 0 * far, [1, -1, -1, -1], margin=0.2, boundary=1.2)
    np.testing.assert_allclose(found, [0, 0, 0, 0.9], atol=1e-12)


def test_proxies_without_the_own_class_below_lie_under_the_cross_entropy(rng):
    x, p, y = rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), np.array([0, 1, 2, 3, 0])
    x, p = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, p))
    d = np.sum((x[:, None] - p) ** 2, axis=2)
    full = d[np.arange(5), y] + np.log(np.sum(np.exp(-d), axis=1))
    # log(1 + e^l) is the cross-entropy in which the own class counts too
    np.testing.assert_allclose(np.logaddexp(0, proxy_nca(3 * x, 7 * p, y)), full, rtol=1e-12)


def test_histograms_by_two_plain_loops_and_at_the_ends(rng):
    s, u, steps = rng.uniform(-1, 1, 6), rng.uniform(-1, 1, 4), 5
    nodes = [-1 + 2 * r / steps for r in range(steps + 1)]
    shares = [[np.mean([max(0, 1 - steps / 2 * abs(x - t)) for x in given]) for t in nodes] for given in (s, u)]
    expected = sum(shares[1][r] * shares[0][q] for r in range(steps + 1) for q in range(r + 1))
    np.testing.assert_allclose(histogram([s], [u], steps=steps), [expected], rtol=1e-12)
    assert histogram([[1.0]], [[-1.0]]) == 0
    assert histogram([[-1.0]], [[1.0]]) == 1
    fine = np.mean(s[:, None] < u)
    np.testing.assert_allclose(histogram([s], [u], steps=100_000), [fine], atol=1e-12)
