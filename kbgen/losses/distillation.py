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


def relational_kd(student, teacher):
    """How the distances within a batch differ between student and teacher.

    Distances of all pairs are taken in units of their mean, differences go into a
    Huber loss of width 1. The dimensions of the two may differ.
    Shapes: student (n, N, d), teacher (n, N, D) -> (n).
    Source: Park et al. 2019, arXiv:1904.05068 (the part with distances).
    """
    student, teacher = shaped("n N d, n N D", student, teacher)
    gap = np.abs(_distances(student) - _distances(teacher))
    near = np.minimum(gap, 1)
    size = student.shape[1]
    return np.sum(near * (gap - near / 2), axis=(1, 2)) / (size * max(size - 1, 1))


def _distances(points):
    """Distances between all points of a batch, in units of the mean over pairs."""
    gaps = points[:, :, None] - points[:, None]
    distance = np.sqrt(np.sum(gaps**2, axis=3))
    size = points.shape[1]
    mean = np.sum(distance, axis=(1, 2), keepdims=True) / (size * max(size - 1, 1))
    return distance / np.where(mean > 0, mean, 1)


def contrastive_kd(student, teacher, negatives, *, temperature=0.1, ratio=1.0):
    """Tells the teacher's features of the same item from those of M others.

    Two-way classification of pairs, with log-odds of the similarity over the
    temperature less log `ratio`.
    Shapes: student (n, d), teacher (n, d), negatives (n, M, d) -> (n).
    Source: Tian, Krishnan and Isola 2020, arXiv:1910.10699.
    """
    student, teacher, negatives = shaped("n d, n d, n M d", student, teacher, negatives)
    prior = float(np.log(ratio))  # a float of Python leaves single precision alone
    same = np.sum(student * teacher, axis=1) / temperature - prior
    other = np.einsum("nd,nmd->nm", student, negatives) / temperature - prior
    return np.logaddexp(0, -same) + np.sum(np.logaddexp(0, other), axis=1)


def dist_kd(student, teacher, *, temperature=1.0, beta=1.0, gamma=1.0):
    """One minus the correlation of probabilities, within items and within classes.

    `beta` weighs the mean over the N items, `gamma` that over the K classes.
    Shapes: student (n, N, K), teacher (n, N, K) -> (n).
    Source: Huang et al. 2022, arXiv:2205.10536.
    """
    student, teacher = shaped("n N K, n N K", student, teacher)
    learnt = np.exp(_log_softmax(student / temperature))
    taught = np.exp(_log_softmax(teacher / temperature))
    within = 1 - _correlation(learnt, taught, axis=2)
    across = 1 - _correlation(learnt, taught, axis=1)
    return beta * within.mean(axis=1) + gamma * across.mean(axis=1)


def _correlation(a, b, axis):
    """Pearson's; 0 where one of the two does not vary."""
    a, b = _centred(a, axis), _centred(b, axis)
    lengths = np.sqrt(np.sum(a**2, axis=axis) * np.sum(b**2, axis=axis))
    found = np.sum(a * b, axis=axis) / np.where(lengths > 0, lengths, 1)
    return np.clip(found, -1, 1)  # rounding may go past


def _centred(a, axis):
    """Numbers less their mean; equal ones give 0, not what rounding leaves."""
    equal = np.ptp(a, axis=axis, keepdims=True) == 0
    return np.where(equal, 0, a - a.mean(axis=axis, keepdims=True))


def similarity_preserving_kd(student, teacher):
    """Mean squared difference of two tables: which items of a batch are alike.

    A table holds all inner products, each row divided by its length.
    Shapes: student (n, N, d), teacher (n, N, D) -> (n).
    Source: Tung and Mori 2019, arXiv:1907.09682.
    """
    student, teacher = shaped("n N d, n N D", student, teacher)
    return np.mean((_alike(student) - _alike(teacher)) ** 2, axis=(1, 2))


def _alike(features):
    """Inner products of all items, rows of length 1 (or 0)."""
    table = features @ np.swapaxes(features, 1, 2)
    length = np.sqrt(np.sum(table**2, axis=2, keepdims=True))
    return table / np.where(length > 0, length, 1)
