"""Penalties: they look at the weights, or at how sure the model is, and not at labels.

Each row of the input is one weight vector, one matrix, or the scores of one item.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def l1_penalty(weights, *, lam=0.01):
    """`lam` times the sum of the sizes of the weights.

    Shapes: weights (n, d) -> (n).
    Source: Tibshirani 1996, doi:10.1111/j.2517-6161.1996.tb02080.x.
    """
    weights = shaped("n d", weights)
    return lam * np.sum(np.abs(weights), axis=-1)


def l1_penalty_grad(weights, *, lam=0.01):
    """d l1_penalty / d weights: `lam` towards larger size; 0 at a zero weight."""
    weights = shaped("n d", weights)
    return lam * np.sign(weights)


def l2_penalty(weights, *, lam=0.01):
    """`lam` times the sum of the squared weights, without a factor 1/2.

    Shapes: weights (n, d) -> (n).
    Source: Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634.
    """
    weights = shaped("n d", weights)
    # lam first: 0 times an overflowed square would be NaN
    return np.sum(weights * (lam * weights), axis=-1)


def l2_penalty_grad(weights, *, lam=0.01):
    """d l2_penalty / d weights: proportional to the weight itself."""
    weights = shaped("n d", weights)
    return 2 * lam * weights


def elastic_net(weights, *, l1=0.01, l2=0.01):
    """`l1` times the sum of the sizes plus `l2` times the sum of the squares.

    Shapes: weights (n, d) -> (n).
    Source: Zou and Hastie 2005, doi:10.1111/j.1467-9868.2005.00503.x.
    """
    weights = shaped("n d", weights)
    size = np.abs(weights)
    return np.sum(size * (l1 + l2 * size), axis=-1)


def elastic_net_grad(weights, *, l1=0.01, l2=0.01):
    """d elastic_net / d weights: a constant pull and one proportional to the weight."""
    weights = shaped("n d", weights)
    return l1 * np.sign(weights) + 2 * l2 * weights


def orthogonality(weights, *, lam=0.01):
    """`lam` times the squared distance of W^T W from the identity.

    Shapes: weights (n, D, d) -> (n).
    Source: Bansal, Chen and Wang 2018, arXiv:1810.09102.
    """
    weights = shaped("n D d", weights)
    gram = np.swapaxes(weights, 1, 2) @ weights
    return lam * np.sum((gram - np.eye(gram.shape[1], dtype=gram.dtype)) ** 2, (1, 2))


def orthogonality_grad(weights, *, lam=0.01):
    """d orthogonality / d weights: columns, by their excess and overlap."""
    weights = shaped("n D d", weights)
    gram = np.swapaxes(weights, 1, 2) @ weights
    return 4 * lam * weights @ (gram - np.eye(gram.shape[1], dtype=gram.dtype))


def entropy_regularizer(logits, *, beta=0.1):
    """Minus `beta` times the entropy of the softmax: confidence costs.

    Shapes: logits (n, K) -> (n).
    Source: Pereyra et al. 2017, arXiv:1701.06548.
    """
    log_p = _log_softmax(shaped("n K", logits))
    return beta * np.sum(np.exp(log_p) * log_p, axis=1)


def entropy_regularizer_grad(logits, *, beta=0.1):
    """d entropy_regularizer / d logits."""
    log_p = _log_softmax(shaped("n K", logits))
    p = np.exp(log_p)
    mean = np.sum(p * log_p, axis=1, keepdims=True)
    return beta * p * (log_p - mean)


def z_loss(logits, *, lam=1e-4):
    """`lam` times the squared logarithm of the softmax normaliser.

    Shapes: logits (n, K) -> (n).
    Source: Chowdhery et al. 2022, arXiv:2204.02311.
    """
    logits = shaped("n K", logits)
    size = np.logaddexp.reduce(logits, axis=1)
    return size * (lam * size)  # lam first: 0 times an overflowed square would be NaN


def z_loss_grad(logits, *, lam=1e-4):
    """d z_loss / d logits: the softmax times the logarithm of its normaliser."""
    logits = shaped("n K", logits)
    size = np.logaddexp.reduce(logits, axis=1)[:, None]
    return 2 * lam * size * np.exp(_log_softmax(logits))


def vat(clean, perturbed):
    """KL divergence from the prediction at an input to that at a perturbed one.

    Shapes: clean (n, K), perturbed (n, K) -> (n).
    Source: Miyato, Maeda, Koyama, Ishii 2019, arXiv:1704.03976.
    """
    clean, perturbed = shaped("n K, n K", clean, perturbed)
    log_p, log_q = _log_softmax(clean), _log_softmax(perturbed)
    p = np.exp(log_p)
    return np.sum(p * np.where(p > 0, log_p - log_q, 0), axis=1)


def consistency_mean_teacher(student, teacher):
    """Squared distance between the softmax of a student and that of its teacher.

    Shapes: student (n, K), teacher (n, K) -> (n).
    Source: Tarvainen, Valpola 2017, arXiv:1703.01780.
    """
    student, teacher = shaped("n K, n K", student, teacher)
    p, q = np.exp(_log_softmax(student)), np.exp(_log_softmax(teacher))
    return np.sum((p - q) ** 2, axis=1)


def mixup(logits, target, other, share):
    """Cross-entropy against two labels, weighed by their shares in the input.

    Shapes: logits (n, K), target (n, K), other (n, K), share (n) -> (n).
    Source: Zhang, Cisse, Dauphin, Lopez-Paz 2018, arXiv:1710.09412.
    """
    logits, target, other, share = shaped(
        "n K, n K, n K, n", logits, target, other, share
    )
    blend = share[:, None] * target + (1 - share[:, None]) * other
    log_p = _log_softmax(logits)
    return -np.sum(blend * np.where(blend > 0, log_p, 0), axis=1)


def mixup_grad(logits, target, other, share):
    """d mixup / d logits: the softmax minus the blended label."""
    logits, target, other, share = shaped(
        "n K, n K, n K, n", logits, target, other, share
    )
    blend = share[:, None] * target + (1 - share[:, None]) * other
    return np.exp(_log_softmax(logits)) - blend


def jacobian_penalty(jacobian, *, lam=0.01):
    """`lam` times the sum of the squared entries of a Jacobian matrix.

    Shapes: jacobian (n, D, d) -> (n).
    Source: Hoffman, Roberts, Yaida 2019, arXiv:1908.02729 (there with a factor 1/2).
    """
    jacobian = shaped("n D d", jacobian)
    return np.sum(jacobian * (lam * jacobian), axis=(1, 2))


def jacobian_penalty_grad(jacobian, *, lam=0.01):
    """d jacobian_penalty / d jacobian."""
    return 2 * lam * shaped("n D d", jacobian)


def _blended(logits, target, other, share):
    """The logits, and the two labels mixed by their shares."""
    arrays = shaped("n K, n K, n K, n", logits, target, other, share)
    logits, target, other, share = arrays
    return logits, share[:, None] * target + (1 - share[:, None]) * other


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
