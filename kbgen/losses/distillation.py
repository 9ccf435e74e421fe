"""Distillation: a small network learns from the outputs of a large one."""

import numpy as np

from kbgen.losses.shapes import shaped


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def knowledge_distillation(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """Cross-entropy with the label, and divergence from the softened teacher.

    (1 - alpha) times the first plus alpha T^2 times KL(teacher || student), the latter
    at temperature T.
    Shapes: student (n, K), teacher (n, K), label (n) -> (n).
    Source: Hinton, Vinyals, Dean 2015, arXiv:1503.02531.
    """
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    hard = -_log_softmax(student)[np.arange(label.size), label.astype(int)]
    taught = _log_softmax(teacher / temperature)
    learnt = _log_softmax(student / temperature)
    soft = np.sum(np.exp(taught) * (taught - learnt), axis=1)
    return (1 - alpha) * hard + alpha * temperature**2 * soft


def knowledge_distillation_grad(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """d knowledge_distillation / d student."""
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    one_hot = label[:, None] == np.arange(student.shape[1])
    hard = np.exp(_log_softmax(student)) - one_hot
    taught = np.exp(_log_softmax(teacher / temperature))
    learnt = np.exp(_log_softmax(student / temperature))
    # one of the two T cancels against the 1/T inside the softmax
    return (1 - alpha) * hard + alpha * temperature * (learnt - taught)
