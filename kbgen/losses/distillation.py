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


def decoupled_kd(student, teacher, label, *, temperature=4.0, alpha=1.0, beta=8.0):
    """Divergence from the teacher in two parts, of which each has its own weight.

    `alpha` times that of the true class against all others, `beta` times that among
    the others, both at a temperature T and times T^2.
    Shapes: student (n, K), teacher (n, K), label (n) -> (n).
    Source: Zhao et al. 2022, arXiv:2203.08679.
    """
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    true = label[:, None] == np.arange(student.shape[1])
    learnt, learnt_others = _split(student / temperature, true)
    taught, taught_others = _split(teacher / temperature, true)
    target = np.sum(np.exp(taught) * (taught - learnt), axis=1)
    gap = np.where(true, 0, taught_others - learnt_others)
    others = np.sum(_shares(taught_others, true) * gap, axis=1)
    return temperature**2 * (alpha * target + beta * others)


def decoupled_kd_grad(student, teacher, label, *, temperature=4.0, alpha=1.0, beta=8.0):
    """d decoupled_kd / d student."""
    student, teacher, label = shaped("n K, n K, n", student, teacher, label)
    true = label[:, None] == np.arange(student.shape[1])
    learnt, learnt_others = _split(student / temperature, true)
    taught, taught_others = _split(teacher / temperature, true)
    among, wanted = _shares(learnt_others, true), _shares(taught_others, true)
    too_sure = np.exp(learnt[:, :1]) - np.exp(taught[:, :1])
    target = too_sure * (true - among)  # what the true class loses the others share
    return temperature * (alpha * target + beta * (among - wanted))


def _split(z, true):
    """Log-probabilities of (true class, any other); and among the others alone."""
    rest = np.where(true, -np.inf, z)
    top = np.max(rest, axis=1, keepdims=True)
    rest = top + np.log(np.sum(np.exp(rest - top), axis=1, keepdims=True))
    own = np.sum(np.where(true, z, 0), axis=1, keepdims=True)
    return _log_softmax(np.concatenate([own, rest], axis=1)), z - rest


def _shares(log_others, true):
    """Probabilities among the other classes, 0 for the true one."""
    return np.exp(np.where(true, -np.inf, log_others))


def fitnets_hint(student, teacher, regressor):
    """Half the squared distance of the student's features, mapped, from the teacher's.

    Shapes: student (n, d), teacher (n, D), regressor (D, d) -> (n).
    Source: Romero et al. 2015, arXiv:1412.6550.
    """
    student, teacher, regressor = shaped("n d, n D, D d", student, teacher, regressor)
    return 0.5 * np.sum((student @ regressor.T - teacher) ** 2, axis=1)


def fitnets_hint_grad(student, teacher, regressor):
    """d fitnets_hint / d (student, regressor)."""
    student, teacher, regressor = shaped("n d, n D, D d", student, teacher, regressor)
    residual = student @ regressor.T - teacher
    return residual @ regressor, residual.T @ student


def attention_transfer(student, teacher, *, power=2.0):
    """Distance between attention maps of length one: where features are strong.

    A map adds up the sizes of all channels to the `power`; channels may differ.
    Shapes: student (n, d, P), teacher (n, D, P) -> (n).
    Source: Zagoruyko and Komodakis 2017, arXiv:1612.03928.
    """
    student, teacher = shaped("n d P, n D P", student, teacher)
    gap = _attention(student, power)[0] - _attention(teacher, power)[0]
    return np.sqrt(np.sum(gap**2, axis=1))


def attention_transfer_grad(student, teacher, *, power=2.0):
    """d attention_transfer / d student; 0 where the maps are equal."""
    student, teacher = shaped("n d P, n D P", student, teacher)
    map_, top, length = _attention(student, power)
    gap = map_ - _attention(teacher, power)[0]
    distance = np.sqrt(np.sum(gap**2, axis=1, keepdims=True))
    pull = gap / np.where(distance > 0, distance, 1)
    pull = (pull - map_ * np.sum(map_ * pull, axis=1, keepdims=True)) / length
    size = np.abs(student) / top
    return pull[:, None] * power * size ** (power - 1) * np.sign(student) / top


def _attention(features, power):
    """The map of length one; the largest feature, and the map's length in its unit."""
    top = np.max(np.abs(features), axis=(1, 2), keepdims=True)
    top = np.where(
        top > 0, top, 1
    )  # scale does not matter, so powers need not overflow
    total = np.sum((np.abs(features) / top) ** power, axis=1)
    length = np.sqrt(np.sum(total**2, axis=1, keepdims=True))
    length = np.where(length > 0, length, 1)
    return total / length, top, length
