"""CTC against the sum over every alignment that there is, one by one."""

import itertools
import math

import numpy as np
import pytest

from kbgen.losses.sequence import ctc, ctc_grad


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
