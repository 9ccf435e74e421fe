"""Distillation: a small network learns from the outputs of a large one."""

import numpy as np

from kbgen.losses.shapes import shaped


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def knowledge_distillation(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """(1 - alpha) times cross-entropy with the label, plus alpha T^2 times KL(teacher || student) at temperature T.

    Shapes: student (n, K), teacher (n, K), label (n) -> (n).
    Source: Hinton, Vinyals, Dean 2015, arXiv:1503.02531.
    """
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    hard = -np.take_along_axis(
        _log_softmax(student), label[:, None].astype(int), axis=1
    )[:, 0]
    taught = _log_softmax(teacher / temperature)
    soft = np.sum(
        np.exp(taught) * (taught - _log_softmax(student / temperature)), axis=1
    )
    return (1 - alpha) * hard + alpha * temperature**2 * soft


def knowledge_distillation_grad(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """d knowledge_distillation / d student: one of the two T cancels against the 1/T inside the softmax."""
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    hard = np.exp(_log_softmax(student)) - (
        label[:, None] == np.arange(student.shape[1])
    )
    soft = np.exp(_log_softmax(student / temperature)) - np.exp(
        _log_softmax(teacher / temperature)
    )
    return (1 - alpha) * hard + alpha * temperature * soft
