"""Losses of sequences against the sum over every alignment or walk that there is, one by one."""

import itertools
import math

import numpy as np
import pytest

from kbgen.losses.sequence import (
    causal_language_modeling,
    causal_language_modeling_grad,
    crf_nll,
    ctc,
    ctc_grad,
    masked_language_modeling,
    masked_language_modeling_grad,
    minimum_risk_training,
    minimum_risk_training_grad,
    rnn_transducer,
    rnn_transducer_grad,
    soft_dtw,
    soft_dtw_grad,
    unlikelihood,
)


def collapse(path):
    """Repeats merged, then blanks removed."""
    return [symbol for symbol, _ in itertools.groupby(path) if symbol != 0]


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def by_enumeration(logits, labels):
    """Probability of the labels, and how often each symbol stands at each frame in their alignments."""
    p, (frames, symbols) = softmax(logits), logits.shape
    total, used = 0.0, np.zeros_like(p)
    for path in itertools.product(range(symbols), repeat=frames):
        if collapse(path) == list(labels):
            chance = math.prod(p[t, k] for t, k in enumerate(path))
            total += chance
            used[range(frames), path] += chance
    return total, used


TARGETS = [(), (1,), (2,), (1, 2), (2, 2), (1, 2, 1), (2, 2, 1), (1, 1, 1), (2, 1, 1, 2)]


@pytest.mark.parametrize("frames", [1, 2, 4, 6])
@pytest.mark.parametrize("labels", TARGETS, ids=str)
def test_value_and_gradient_sum_over_every_alignment(labels, frames, rng):
    logits = rng.normal(0, 2, (frames, 3))
    total, used = by_enumeration(logits, labels)
    value, grad = ctc(logits[None], [labels])[0], ctc_grad(logits[None], np.reshape(labels, (1, -1)))[0]
    if total == 0:
        assert value == np.inf
        np.testing.assert_array_equal(grad, 0)
    else:
        np.testing.assert_allclose(value, -math.log(total), rtol=1e-12)
        np.testing.assert_allclose(grad, softmax(logits) - used / total, rtol=1e-10, atol=1e-14)


def test_probabilities_of_all_label_sequences_add_up_to_one(rng):
    logits = rng.normal(0, 2, (1, 4, 3))
    targets = {tuple(collapse(path)) for path in itertools.product(range(3), repeat=4)}
    assert len(targets) > 10
    total = math.fsum(math.exp(-ctc(logits, np.reshape(t, (1, -1)))[0]) for t in targets)
    np.testing.assert_allclose(total, 1, rtol=1e-12)


def test_repeated_labels_need_a_frame_for_the_blank_between_them():
    zeros = np.zeros((1, 3, 3))
    assert ctc(zeros, [[1, 1, 1]])[0] == np.inf
    np.testing.assert_allclose(ctc(zeros, [[1, 1]]), math.log(27))  # only 1 blank 1
    np.testing.assert_allclose(ctc(zeros, [[1, 2, 1]]), math.log(27))  # needs no blank


def test_an_impossible_sequence_leaves_the_others_of_the_batch_alone(rng):
    logits = rng.normal(size=(2, 2, 3))
    with np.errstate(invalid="raise"):
        value, grad = ctc(logits, [[1, 1], [1, 2]]), ctc_grad(logits, [[1, 1], [1, 2]])
    assert value[0] == np.inf and np.isfinite(value[1])
    np.testing.assert_array_equal(grad[0], 0)
    np.testing.assert_allclose(grad[1], ctc_grad(logits[1:], [[1, 2]])[0])
    assert np.abs(grad[1]).max() > 0.1


def test_one_frame_and_one_label_is_cross_entropy(rng):
    logits = rng.normal(0, 3, (4, 1, 5))
    labels = np.array([[1], [2], [3], [4]])
    np.testing.assert_allclose(ctc(logits, labels), -np.log(softmax(logits)[range(4), 0, labels[:, 0]]), rtol=1e-12)


def test_gradient_of_a_frame_adds_up_to_zero_and_is_bounded_by_one(rng):
    grad = ctc_grad(rng.normal(0, 50, (8, 9, 4)), rng.integers(1, 4, (8, 3)))
    np.testing.assert_allclose(grad.sum(axis=-1), 0, atol=1e-12)
    assert np.abs(grad).max() <= 1 + 1e-12
    assert np.abs(grad).max() > 0.9


def test_a_constant_added_to_a_frame_changes_nothing(rng):
    logits = rng.normal(size=(2, 6, 4))
    moved = logits + np.array([0, 1e4, -1e4, 3, 1e6, 5])[:, None]
    np.testing.assert_allclose(ctc(moved, [[1, 3], [2, 2]]), ctc(logits, [[1, 3], [2, 2]]), rtol=1e-8)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_thousand_frames_and_huge_logits_stay_finite(dtype, rng):
    """Probabilities near 10^-600 and single logits at the end of the range, where plain products are 0."""
    labels = rng.integers(1, 5, (2, 40))
    logits = rng.normal(0, 3, (2, 1000, 5)).astype(dtype)
    huge = np.where(rng.random(logits.shape) < 0.01, dtype(np.finfo(dtype).max / 1e4), logits)
    for z in (logits, huge):
        with np.errstate(all="raise", under="ignore"):
            value, grad = ctc(z, labels), ctc_grad(z, labels)
        assert value.dtype == grad.dtype == dtype
        assert (value > 500).all() and np.isfinite(value).all()
        assert np.abs(grad).max() <= 1 + 1e-6 and not np.isnan(grad).any()


def test_padding_and_labels_that_mean_the_blank_are_refused():
    for function in (ctc, ctc_grad):
        with pytest.raises(ValueError, match="0 is the blank"):
            function(np.zeros((1, 4, 3)), [[1, 0]])


def walks(frames, labels):
    """Every walk: nodes with what is emitted there, None for the blank."""

    def on(t, u):
        if (t, u) == (frames - 1, labels):
            yield [(t, u, None)]
            return
        if t + 1 < frames:
            yield from ([(t, u, None), *rest] for rest in on(t + 1, u))
        if u < labels:
            yield from ([(t, u, u), *rest] for rest in on(t, u + 1))

    return list(on(0, 0))


@pytest.mark.parametrize("frames", [1, 2, 4])
@pytest.mark.parametrize("labels", [(), (1,), (2, 2), (1, 2, 1)], ids=str)
def test_transducer_sums_over_every_walk(frames, labels, rng):
    logits = rng.normal(0, 2, (frames, len(labels) + 1, 3))
    p, total, used = softmax(logits), 0.0, np.zeros_like(logits)
    found = walks(frames, len(labels))
    assert len(found) == math.comb(frames - 1 + len(labels), len(labels))
    for walk in found:
        places = [(t, u, 0 if said is None else labels[said]) for t, u, said in walk]
        chance = math.prod(p[place] for place in places)
        total += chance
        for t, u, k in places:
            used[t, u] += chance * p[t, u]
            used[t, u, k] -= chance
    y = np.reshape(labels, (1, -1))
    np.testing.assert_allclose(rnn_transducer(logits[None], y)[0], -math.log(total), rtol=1e-12)
    np.testing.assert_allclose(rnn_transducer_grad(logits[None], y)[0], used / total, rtol=1e-10, atol=1e-14)


def test_transducer_agrees_with_warp_transducer():
    """The case of its test suite, with the blank as symbol 0."""
    logits = [
        [[0.1, 0.6, 0.1, 0.1, 0.1], [0.1, 0.1, 0.6, 0.1, 0.1], [0.1, 0.1, 0.2, 0.8, 0.1]],
        [[0.1, 0.6, 0.1, 0.1, 0.1], [0.1, 0.1, 0.2, 0.1, 0.1], [0.7, 0.1, 0.2, 0.1, 0.1]],
    ]
    assert rnn_transducer([logits], [[1, 2]])[0] == pytest.approx(4.495666, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_transducer_of_long_speech_and_huge_logits_stays_finite(dtype, rng):
    labels = rng.integers(1, 5, (2, 20))
    logits = rng.normal(0, 3, (2, 200, 21, 5)).astype(dtype)
    huge = np.where(rng.random(logits.shape) < 0.01, dtype(np.finfo(dtype).max / 1e4), logits)
    for z in (logits, huge):
        with np.errstate(all="raise", under="ignore"):
            value, grad = rnn_transducer(z, labels), rnn_transducer_grad(z, labels)
        assert value.dtype == grad.dtype == dtype
        assert np.isfinite(value).all() and np.abs(grad).max() <= 1 + 1e-3
        np.testing.assert_allclose(grad.sum(axis=-1), 0, atol=1e-3)


def test_transducer_refuses_what_does_not_fit():
    for function in (rnn_transducer, rnn_transducer_grad):
        with pytest.raises(ValueError, match="0 is the blank"):
            function(np.zeros((1, 4, 3, 3)), [[1, 0]])
        with pytest.raises(ValueError, match="M = L"):
            function(np.zeros((1, 4, 2, 3)), [[1, 2]])


def test_masked_modelling_averages_over_what_was_hidden_in_each_sequence(rng):
    logits, tokens = rng.normal(size=(2, 5, 3)), rng.integers(3, size=(2, 5))
    mask = np.array([[0, 1, 0, 1, 1], [0, 0, 0, 0, 0]])
    p = softmax(logits)
    expected = -np.mean([math.log(p[0, t, tokens[0, t]]) for t in (1, 3, 4)])
    np.testing.assert_allclose(masked_language_modeling(logits, tokens, mask), [expected, 0], rtol=1e-12)
    grad = masked_language_modeling_grad(logits, tokens, mask)
    assert (grad[0, [0, 2]] == 0).all() and (grad[1] == 0).all() and np.abs(grad[0, 1]).max() > 0.01


def test_next_token_prediction_looks_one_place_on(rng):
    logits, tokens = rng.normal(size=(2, 5, 3)), rng.integers(3, size=(2, 5))
    p = softmax(logits)
    expected = [-np.mean([math.log(p[n, t, tokens[n, t + 1]]) for t in range(4)]) for n in range(2)]
    np.testing.assert_allclose(causal_language_modeling(logits, tokens), expected, rtol=1e-12)
    assert (causal_language_modeling_grad(logits, tokens)[:, -1] == 0).all()
    assert causal_language_modeling(logits[:, :1], tokens[:, :1]).tolist() == [0, 0]  # nothing to predict


def test_language_models_of_huge_logits_stay_finite():
    logits, tokens = np.array([[[1e300, -1e300], [-1e300, 1e300], [0, 0]]]), np.array([[1, 0, 1]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(causal_language_modeling(logits, tokens)).all()
        assert np.isfinite(masked_language_modeling(logits, tokens, np.ones((1, 3)))).all()
        assert np.abs(causal_language_modeling_grad(logits, tokens)).max() <= 1


def dynamic_time_warping(cost):
    """The least cost of an alignment, by the recursion of Sakoe and Chiba."""
    rows, columns = cost.shape
    best = np.full((rows + 1, columns + 1), np.inf)
    best[0, 0] = 0
    for i, j in np.ndindex(rows, columns):
        best[i + 1, j + 1] = cost[i, j] + min(best[i, j], best[i, j + 1], best[i + 1, j])
    return best[-1, -1]


def test_hard_soft_dtw_is_dtw_and_a_soft_one_lies_below(rng):
    x, y = rng.normal(size=(6, 5, 2)), rng.normal(size=(6, 8, 2))
    hard = [dynamic_time_warping(np.sum((a[:, None] - b) ** 2, axis=2)) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(soft_dtw(x, y, gamma=1e-6), hard, rtol=1e-9, atol=1e-4)
    assert (soft_dtw(x, y, gamma=1) < hard).all()


@pytest.mark.parametrize(("places", "alignments"), [(2, 3), (3, 13), (4, 63), (5, 321)])
def test_soft_dtw_of_equal_constants_counts_the_alignments(places, alignments):
    """The central Delannoy numbers."""
    same = np.zeros((1, places, 1))
    np.testing.assert_allclose(soft_dtw(same, same, gamma=2), -2 * math.log(alignments), rtol=1e-12)


@pytest.mark.parametrize("size", [1e150, 1e300, 1e-300])
def test_soft_dtw_far_out_gives_numbers(size, rng):
    x, y = size * rng.normal(size=(2, 4, 1)), size * rng.normal(size=(2, 3, 1))
    with np.errstate(over="ignore", under="ignore", invalid="raise", divide="raise"):
        assert not np.isnan(soft_dtw(x, y)).any()
        assert not np.isnan(soft_dtw_grad(x, y)).any()


def test_crf_sums_over_every_path(rng):
    u, a, y = rng.normal(size=(2, 4, 3)), rng.normal(size=(3, 3)), rng.integers(0, 3, (2, 4))

    def score(scores, path):
        return sum(scores[t, k] for t, k in enumerate(path)) + sum(a[i, j] for i, j in itertools.pairwise(path))

    for found, scores, tags in zip(crf_nll(u, a, y), u, y, strict=True):
        total = sum(math.exp(score(scores, path)) for path in itertools.product(range(3), repeat=4))
        assert found == pytest.approx(math.log(total) - score(scores, tags))
    alone = -np.log(np.take_along_axis(softmax(u), y[..., None], axis=2)).sum(axis=(1, 2))
    np.testing.assert_allclose(crf_nll(u, 0 * a, y), alone, rtol=1e-12)


def test_unlikelihood_by_plain_probabilities_and_far_out(rng):
    z, y, c = rng.normal(size=(4, 5)), np.array([0, 1, 2, 3]), rng.integers(0, 2, (4, 5))
    p = softmax(z)
    for i, found in enumerate(unlikelihood(z, y, c, alpha=0.5)):
        expected = -math.log(p[i, y[i]]) - 0.5 * sum(c[i, k] * math.log(1 - p[i, k]) for k in range(5) if k != y[i])
        assert found == pytest.approx(expected)
    assert unlikelihood([[0.0, 800.0, 0.0]], [0], [[0, 1, 0]]) == pytest.approx(1600 - math.log(2))


def test_minimum_risk_is_between_the_mean_and_the_best_guess(rng):
    logp, cost = -rng.uniform(0.1, 5, (3, 4)), rng.uniform(size=(3, 4))
    np.testing.assert_allclose(minimum_risk_training(logp, cost, alpha=1e-9), cost.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(minimum_risk_training(logp, cost, alpha=1e4), cost[np.arange(3), logp.argmax(axis=1)], rtol=1e-6)
    np.testing.assert_allclose(minimum_risk_training_grad(logp, cost + 7), minimum_risk_training_grad(logp, cost), rtol=1e-8)
