"""Distillation: its two ends, what the temperature does, and extreme logits."""

import numpy as np
import pytest

from kbgen.losses.distillation import knowledge_distillation, knowledge_distillation_grad


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
