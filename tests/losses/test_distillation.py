"""Distillation: its two ends, what the temperature does, and extreme logits."""

import numpy as np
import pytest

from kbgen.losses.distillation import (
    attention_transfer,
    attention_transfer_grad,
    decoupled_kd,
    decoupled_kd_grad,
    fitnets_hint,
    fitnets_hint_grad,
    knowledge_distillation,
    knowledge_distillation_grad,
)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_alpha_zero_is_cross_entropy_whatever_the_teacher_says(rng):
    student, label = rng.normal(0, 3, (6, 4)), np.arange(6) % 4
    expected = -np.log(softmax(student)[range(6), label])
    for teacher in (student, rng.normal(size=(6, 4))):
        np.testing.assert_allclose(knowledge_distillation(student, teacher, label, alpha=0.0, temperature=7), expected)


@pytest.mark.parametrize("temperature", [0.5, 1, 4])
def test_alpha_one_is_temperature_squared_times_kl(rng, temperature):
    student, teacher = rng.normal(0, 3, (6, 4)), rng.normal(0, 3, (6, 4))
    p, q = softmax(teacher / temperature), softmax(student / temperature)
    expected = temperature**2 * np.sum(p * np.log(p / q), axis=1)
    value = knowledge_distillation(student, teacher, np.zeros(6), alpha=1.0, temperature=temperature)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_at_high_temperature_it_matches_centred_logits(rng):
    student, teacher = rng.normal(0, 2, (3, 5)), rng.normal(0, 2, (3, 5))
    gap = student - teacher
    gap -= gap.mean(axis=1, keepdims=True)
    given, hot = (student, teacher, np.zeros(3)), {"alpha": 1.0, "temperature": 1e4}
    value, grad = knowledge_distillation(*given, **hot), knowledge_distillation_grad(*given, **hot)
    np.testing.assert_allclose(value, np.sum(gap**2, axis=1) / (2 * 5), rtol=1e-3)
    np.testing.assert_allclose(grad, gap / 5, atol=2e-3)


def test_the_factor_t_squared_keeps_the_size_of_the_gradient(rng):
    student, teacher = rng.normal(0, 2, (50, 10)), rng.normal(0, 2, (50, 10))
    sizes = [
        np.linalg.norm(knowledge_distillation_grad(student, teacher, np.zeros(50), alpha=1.0, temperature=t))
        for t in (4, 8, 16, 32)
    ]
    assert max(sizes) / min(sizes) < 1.5  # without the factor: 64


def test_a_constant_added_to_all_logits_changes_nothing(rng):
    student, teacher, label = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.arange(4) % 3
    moved = knowledge_distillation(student + 1e4, teacher - 1e4, label)
    np.testing.assert_allclose(moved, knowledge_distillation(student, teacher, label), rtol=1e-8)


def test_equal_student_and_teacher_leave_the_hard_term_only(rng):
    z, label = rng.normal(size=(5, 4)), np.arange(5) % 4
    whole = knowledge_distillation(z, z, label, alpha=0.25)
    np.testing.assert_array_equal(whole, 0.75 * knowledge_distillation(z, z, label, alpha=0.0))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extreme_logits_give_finite_values_and_no_nan(dtype):
    big = dtype(1e4)
    student = np.array([[big, -big, 0], [-big, big, 0], [big, big, big]], dtype)
    teacher = np.array([[big, -big, 0], [big, -big, 0], [0, 0, 0]], dtype)
    with np.errstate(all="raise", under="ignore"):
        value = knowledge_distillation(student, teacher, np.zeros(3))
        grad = knowledge_distillation_grad(student, teacher, np.zeros(3))
    np.testing.assert_allclose(value[0], 0, atol=1e-12)
    np.testing.assert_allclose(value[1], 0.5 * 2e4 + 0.5 * 4 * 2e4, rtol=1e-6)  # one T of the T^2 cancels in the logits
    np.testing.assert_allclose(value[2], 0.5 * np.log(3), rtol=1e-6)
    assert np.isfinite(grad).all()


@pytest.mark.parametrize("width", [1, 2, 3])
def test_the_best_hint_of_a_thin_student_leaves_the_smaller_singular_values(rng, width):
    teacher = rng.normal(size=(20, 4))
    left, size, right = np.linalg.svd(teacher, full_matrices=False)
    best = fitnets_hint(left[:, :width] * size[:width], teacher, right[:width].T)
    np.testing.assert_allclose(best.sum(), 0.5 * np.sum(size[width:] ** 2))
    slopes = fitnets_hint_grad(left[:, :width] * size[:width], teacher, right[:width].T)
    assert max(np.abs(slope).max() for slope in slopes) < 1e-12


def test_hint_of_extreme_features_is_a_number():
    with np.errstate(over="ignore", invalid="raise"):
        assert fitnets_hint([[1e300]], [[-1e300]], [[1.0]])[0] == np.inf
        assert fitnets_hint([[5e-324]], [[0.0]], [[1.0]])[0] == 0


def test_attention_sees_places_and_neither_strength_nor_channels(rng):
    a, b = rng.normal(size=(4, 3, 9)), rng.normal(size=(4, 5, 9))
    expected = attention_transfer(a, b)
    np.testing.assert_allclose(attention_transfer(1e6 * a[:, ::-1], -b), expected)
    np.testing.assert_allclose(attention_transfer(np.repeat(a, 2, axis=1), b), expected)


def test_attention_on_disjoint_places_is_the_root_of_two_and_on_the_same_zero():
    np.testing.assert_allclose(attention_transfer([[[7, 0]]], [[[0, 0.1]]]), np.sqrt(2))
    assert attention_transfer([[[7, 3]]], [[[-7, 3]]])[0] == 0
    np.testing.assert_array_equal(attention_transfer_grad([[[7, 3]]], [[[-7, 3]]]), 0)


@pytest.mark.parametrize("power", [1.0, 2.0, 4.0])
def test_attention_of_extreme_and_of_dead_maps_is_finite(power):
    student = np.array([[[1e300, 1e-300]], [[0, 0]], [[5e-324, 0]]])
    with np.errstate(all="raise", under="ignore"):
        value = attention_transfer(student, np.ones((3, 1, 2)), power=power)
        slope = attention_transfer_grad(student[:2], np.ones((2, 1, 2)), power=power)
    np.testing.assert_allclose(value[1], 1)
    assert np.isfinite(value).all()
    np.testing.assert_array_equal(slope[1], 0)


def test_decoupled_parts_are_the_divergences_that_their_names_say(rng):
    student, teacher, label = rng.normal(0, 2, (6, 4)), rng.normal(0, 2, (6, 4)), np.arange(6) % 4
    q, p = softmax(student / 3), softmax(teacher / 3)
    own = np.arange(6), label
    target = p[own] * np.log(p[own] / q[own]) + (1 - p[own]) * np.log((1 - p[own]) / (1 - q[own]))
    np.testing.assert_allclose(decoupled_kd(student, teacher, label, temperature=3.0, beta=0.0), 9 * target)
    for i, k in enumerate(label):
        among, wanted = (np.delete(x[i], k) / (1 - x[i, k]) for x in (q, p))
        found = decoupled_kd(student[[i]], teacher[[i]], [k], temperature=3.0, alpha=0.0, beta=2.0)
        np.testing.assert_allclose(found, 18 * np.sum(wanted * np.log(wanted / among)))


def test_a_sure_teacher_silences_the_wrong_classes_in_plain_distillation_only():
    student = np.array([[3.0, 0.0, 1.0]])
    values = []
    for lead in (2.0, 20.0):
        teacher, label = np.array([[lead, 1.0, 0.0]]), [0]
        plain = knowledge_distillation_grad(student, teacher, label, temperature=1.0, alpha=1.0)
        split = decoupled_kd_grad(student, teacher, label, temperature=1.0, alpha=0.0, beta=1.0)
        np.testing.assert_allclose(split.sum(), 0, atol=1e-15)
        values.append((plain[0, 1] / plain[0, 2], split[0, 1] - split[0, 2]))
    assert values[0][1] == pytest.approx(values[1][1], rel=1e-9)
    assert values[1][0] == pytest.approx(np.exp(-1), rel=1e-3)  # the shares of the student itself: nothing of the teacher's


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_decoupled_kd_of_extreme_logits_is_finite(dtype):
    big = dtype(1e4)
    student = np.array([[big, -big, 0], [-big, big, 0], [big, big, big]], dtype)
    teacher = np.array([[big, -big, 0], [big, -big, 0], [0, 0, 0]], dtype)
    with np.errstate(all="raise", under="ignore"):
        value, grad = (function(student, teacher, np.zeros(3, int)) for function in (decoupled_kd, decoupled_kd_grad))
    assert np.isfinite(value).all()
    assert np.isfinite(grad).all()
    assert value.dtype == grad.dtype == dtype
    np.testing.assert_allclose(value[0], 0, atol=1e-6)
