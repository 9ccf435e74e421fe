"""Contrastive self-supervision: find the partner of an embedding among others.

Similarities are cosines over `tau`.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def _unit(x):
    """Each vector over its length, and the length: inf for zero, so no gradient."""
    # taken out first: the square of 1e300 would overflow
    size = np.max(np.abs(x), axis=-1, keepdims=True)
    size = np.where(size > 0, size, np.inf)
    length = np.maximum(np.linalg.norm(x / size, axis=-1, keepdims=True), 1)
    return x / size / length, size * length


def _through_unit(grad, unit, length):
    """Gradient by unit vectors to gradient by vectors: only the part across counts."""
    return (grad - unit * np.sum(unit * grad, axis=-1, keepdims=True)) / length


def _others(unit, tau):
    """Scaled cosines of all pairs of rows, -inf on the diagonal; log-sum-exp by row."""
    s = unit @ unit.T / tau
    np.fill_diagonal(s, -np.inf)
    lse = np.logaddexp.reduce(s, axis=1, keepdims=True)
    # a batch of one has nothing to sum, and -inf minus -inf would be NaN
    return s, np.maximum(lse, np.finfo(s.dtype).min)


def _gaps(q, p, k, tau):
    """How far each negative scores above the positive."""
    return (np.einsum("nd,nmd->nm", q, k) - np.sum(q * p, axis=-1, keepdims=True)) / tau


def info_nce(query, positive, negatives, *, tau=0.07):
    """Cross-entropy of picking the positive out of itself and M negatives.

    Shapes: query (n, d), positive (n, d), negatives (n, M, d) -> (n).
    Source: van den Oord, Li, Vinyals 2018, arXiv:1807.03748.
    """
    vectors = shaped("n d, n d, n M d", query, positive, negatives)
    q, p, k = (_unit(x)[0] for x in vectors)
    return np.logaddexp(0, np.logaddexp.reduce(_gaps(q, p, k, tau), axis=-1))


def info_nce_grad(query, positive, negatives, *, tau=0.07):
    """d info_nce / d (query, positive, negatives)."""
    vectors = shaped("n d, n d, n M d", query, positive, negatives)
    (q, q_length), (p, p_length), (k, k_length) = (_unit(x) for x in vectors)
    gaps = _gaps(q, p, k, tau)
    total = np.logaddexp(0, np.logaddexp.reduce(gaps, axis=-1, keepdims=True))
    share = np.exp(gaps - total) / tau
    # 1 - share of the positive, without the cancellation
    missed = np.sum(share, axis=-1, keepdims=True)
    to_q = np.einsum("nm,nmd->nd", share, k) - missed * p
    return (
        _through_unit(to_q, q, q_length),
        _through_unit(-missed * q, p, p_length),
        _through_unit(share[..., None] * q[:, None, :], k, k_length),
    )


def nt_xent(first, second, *, tau=0.5):
    """For each of N pairs: find the partner among 2N-1 others; mean of both directions.

    Shapes: first (N, d), second (N, d) -> (N).
    Source: Chen, Kornblith, Norouzi, Hinton 2020, arXiv:2002.05709.
    """
    first, second = shaped("N d, N d", first, second)
    s, lse = _others(_unit(np.concatenate([first, second]))[0], tau)
    partner = np.roll(np.arange(len(s)), len(first))
    return (lse[:, 0] - s[np.arange(len(s)), partner]).reshape(2, -1).mean(axis=0)


def nt_xent_grad(first, second, *, tau=0.5):
    """d sum(nt_xent) / d (first, second)."""
    first, second = shaped("N d, N d", first, second)
    u, length = _unit(np.concatenate([first, second]))
    s, lse = _others(u, tau)
    pull = np.exp(s - lse)
    partner = np.roll(np.arange(len(s)), len(first))
    pull[np.arange(len(s)), partner] -= 1
    # an embedding is anchor in its row and candidate in its column
    grad = _through_unit((pull + pull.T) @ u / (2 * tau), u, length)
    return grad[: len(first)], grad[len(first) :]


def supervised_contrastive(embedding, label, *, tau=0.1):
    """For each anchor: mean cross-entropy of finding the others of its class.

    An anchor that is alone in its class gives 0.
    Shapes: embedding (N, d), label (N) -> (N).
    Source: Khosla et al. 2020, arXiv:2004.11362 (the sum stands outside the logarithm).
    """
    embedding, label = shaped("N d, N", embedding, label)
    s, lse = _others(_unit(embedding)[0], tau)
    same, count = _positives(label)
    mean = np.sum(np.where(same, s, 0), axis=1, keepdims=True) / np.maximum(count, 1)
    return np.where(count > 0, lse - mean, 0)[:, 0]


def supervised_contrastive_grad(embedding, label, *, tau=0.1):
    """d sum(supervised_contrastive) / d embedding."""
    embedding, label = shaped("N d, N", embedding, label)
    u, length = _unit(embedding)
    s, lse = _others(u, tau)
    same, count = _positives(label)
    pull = np.where(count > 0, np.exp(s - lse) - same / np.maximum(count, 1), 0)
    return _through_unit((pull + pull.T) @ u / tau, u, length)


def _positives(label):
    """Which others share the class of an anchor, and how many there are."""
    same = (label[:, None] == label) & ~np.eye(len(label), dtype=bool)
    return same, np.sum(same, axis=1, keepdims=True).astype(label.dtype)


def clip(image, text, *, tau=0.07):
    """For each of N pairs: mean loss of finding its text by its image, and the reverse.

    Shapes: image (N, d), text (N, d) -> (N).
    Source: Radford et al. 2021, arXiv:2103.00020.
    """
    image, text = shaped("N d, N d", image, text)
    s = _unit(image)[0] @ _unit(text)[0].T / tau
    lse = np.logaddexp.reduce(s, axis=1) + np.logaddexp.reduce(s, axis=0)
    return lse / 2 - np.diag(s)


def clip_grad(image, text, *, tau=0.07):
    """d sum(clip) / d (image, text): mean softmax by row and column, less identity."""
    image, text = shaped("N d, N d", image, text)
    (a, a_length), (b, b_length) = _unit(image), _unit(text)
    s = a @ b.T / tau
    rows = np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True))
    columns = np.exp(s - np.logaddexp.reduce(s, axis=0, keepdims=True))
    pull = ((rows + columns) / 2 - np.eye(len(s), dtype=s.dtype)) / tau
    return _through_unit(pull @ b, a, a_length), _through_unit(pull.T @ a, b, b_length)
