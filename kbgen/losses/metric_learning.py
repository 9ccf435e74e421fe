"""Metric learning: losses that move embeddings until near means alike."""

import numpy as np

from kbgen.losses.shapes import shaped


def contrastive(x1, x2, similar, *, margin=1.0):
    """Similar pairs (1) pay for their distance, others for being nearer than `margin`.

    Both are squared and halved.
    Shapes: x1 (n, d), x2 (n, d), similar (n) -> (n).
    Source: Hadsell, Chopra, LeCun 2006, doi:10.1109/CVPR.2006.100 (similar: Y = 0).
    """
    x1, x2, similar = shaped("n d, n d, n", x1, x2, similar)
    d = _length(x1 - x2)
    return 0.5 * np.where(similar == 1, d, np.maximum(0, margin - d)) ** 2


def contrastive_grad(x1, x2, similar, *, margin=1.0):
    """Gradients in x1, x2: attraction grows with distance, repulsion ends at margin."""
    x1, x2, similar = shaped("n d, n d, n", x1, x2, similar)
    d = _length(x1 - x2)
    pull = np.where(similar == 1, d, -np.maximum(0, margin - d))
    grad = pull[:, None] * _direction(x1 - x2)
    return grad, -grad


def triplet_margin(anchor, positive, negative, *, margin=1.0):
    """The positive should be nearer to the anchor than the negative, by `margin`.

    Shapes: anchor (n, d), positive (n, d), negative (n, d) -> (n).
    Source: Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832 (there with squared
    distances).
    """
    anchor, positive, negative = shaped("n d, n d, n d", anchor, positive, negative)
    lead = _length(anchor - negative) - _length(anchor - positive)
    return np.maximum(0, margin - lead)


def triplet_margin_grad(anchor, positive, negative, *, margin=1.0):
    """Gradients in anchor, positive, negative: unit vectors while the lead is small."""
    anchor, positive, negative = shaped("n d, n d, n d", anchor, positive, negative)
    active = triplet_margin(anchor, positive, negative, margin=margin)[:, None] > 0
    from_positive = active * _direction(anchor - positive)
    from_negative = active * _direction(anchor - negative)
    return from_positive - from_negative, -from_positive, from_negative


def cosine_embedding(x1, x2, target, *, margin=0.0):
    """Alike pairs (+1) pay 1 - cos, other pairs (-1) pay for a cosine above `margin`.

    Shapes: x1 (n, d), x2 (n, d), target (n) -> (n).
    Source: torch.nn.CosineEmbeddingLoss.
    """
    x1, x2, target = shaped("n d, n d, n", x1, x2, target)
    cos = _cosine(x1, x2)
    return np.where(target == 1, 1 - cos, np.maximum(0, cos - margin))


def cosine_embedding_grad(x1, x2, target, *, margin=0.0):
    """Gradients in x1, x2: at right angles to the vector, smaller for longer ones."""
    x1, x2, target = shaped("n d, n d, n", x1, x2, target)
    u1, u2, cos = _direction(x1), _direction(x2), _cosine(x1, x2)[:, None]
    sign = np.where(target[:, None] == 1, -1, cos > margin).astype(cos.dtype)
    grad1 = sign * _over(u2 - cos * u1, _length(x1))
    grad2 = sign * _over(u1 - cos * u2, _length(x2))
    return grad1, grad2


def arcface(cosine, label, *, margin=0.5, scale=64.0):
    """Cross-entropy of scaled cosines, the angle to the own class widened by `margin`.

    Shapes: cosine (n, K), label (n) -> (n).
    Source: Deng, Guo, Xue, Zafeiriou 2019, arXiv:1801.07698.
    """
    cosine, label = shaped("n K, n", cosine, label)
    theta, own = _angles(cosine, label)
    logits = scale * np.where(own, np.cos(theta + margin), cosine)
    top = np.max(logits, axis=-1)
    total = top + np.log(np.sum(np.exp(logits - top[:, None]), axis=-1))
    return total - logits[np.arange(label.size), label.astype(int)]


def arcface_grad(cosine, label, *, margin=0.5, scale=64.0):
    """Gradient in cosine: softmax minus one-hot, for the own class times its slope."""
    cosine, label = shaped("n K, n", cosine, label)
    theta, own = _angles(cosine, label)
    logits = scale * np.where(own, np.cos(theta + margin), cosine)
    wrong = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    wrong = np.where(own, 0, wrong / np.sum(wrong, axis=-1, keepdims=True))
    rest = np.sum(wrong, axis=-1, keepdims=True)
    # the slope is infinite at theta = 0 and pi: stop short of them
    narrow = np.finfo(theta.dtype).eps ** 0.5
    slope = np.sin(theta + margin) / np.maximum(np.sin(theta), narrow)
    return scale * np.where(own, -rest * slope, wrong)


def cosface(cosine, label, *, margin=0.35, scale=64.0):
    """Cross-entropy of scaled cosines, that of the own class lowered by `margin`.

    Shapes: cosine (n, K), label (n) -> (n).
    Source: Wang et al. 2018, arXiv:1801.09414.
    """
    cosine, label = shaped("n K, n", cosine, label)
    gaps = _gaps(scale * cosine, label) + scale * margin
    return np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))


def cosface_grad(cosine, label, *, margin=0.35, scale=64.0):
    """Gradient in cosine: shares of the other classes, and minus their sum."""
    cosine, label = shaped("n K, n", cosine, label)
    gaps = _gaps(scale * cosine, label) + scale * margin
    total = np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))
    grad = scale * np.exp(gaps - total[:, None])
    grad[np.arange(label.size), label.astype(int)] = -np.sum(grad, axis=1)
    return grad


def center(feature, centers, label):
    """Half the squared distance of a feature from the centre of its class.

    Shapes: feature (n, d), centers (K, d), label (n) -> (n).
    Source: Wen, Zhang, Li, Qiao 2016, doi:10.1007/978-3-319-46478-7_31.
    """
    feature, centers, label = shaped("n d, K d, n", feature, centers, label)
    return 0.5 * _length(feature - centers[label.astype(int)]) ** 2


def center_grad(feature, centers, label):
    """d center / d feature: the way from the centre; centres follow a rule apart."""
    feature, centers, label = shaped("n d, K d, n", feature, centers, label)
    return feature - centers[label.astype(int)]


def n_pair(anchor, positive):
    """Cross-entropy of finding the own positive among those of the batch by product.

    Shapes: anchor (N, d), positive (N, d) -> (N).
    Source: Sohn 2016, NeurIPS (the version with N pairs, without its L2 penalty).
    """
    anchor, positive = shaped("N d, N d", anchor, positive)
    gaps = _product_gaps(anchor, positive)
    return np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))


def n_pair_grad(anchor, positive):
    """d sum(n_pair) / d (anchor, positive)."""
    anchor, positive = shaped("N d, N d", anchor, positive)
    gaps = _product_gaps(anchor, positive)
    share = np.exp(gaps - n_pair(anchor, positive)[:, None])
    missed = np.sum(share, axis=1, keepdims=True)
    return share @ positive - missed * positive, share.T @ anchor - missed * anchor


def _gaps(logits, label):
    """How far each other class is above the labelled one; -inf for that itself."""
    rows, own = np.arange(label.size), label.astype(int)
    gaps = logits - logits[rows, own][:, None]
    gaps[rows, own] = -np.inf
    return gaps


def _product_gaps(anchor, positive):
    """How far the product with each other positive is above that with the own one."""
    # sizes taken out: a product of 1e300 with itself leaves inf - inf
    tops = [np.max(np.abs(x), initial=1) for x in (anchor, positive)]
    gaps = _gaps((anchor / tops[0]) @ (positive / tops[1]).T, np.arange(len(anchor)))
    with np.errstate(over="ignore"):
        return gaps * np.minimum(tops[0] * tops[1], np.finfo(gaps.dtype).max)


def _angles(cosine, label):
    """The angle to every class, and which class is the own one."""
    own = np.arange(cosine.shape[-1]) == label[:, None]
    return np.arccos(np.clip(cosine, -1, 1)), own


def _cosine(x1, x2):
    """0 where a vector is zero: it points nowhere."""
    return np.clip(np.sum(_direction(x1) * _direction(x2), axis=-1), -1, 1)


def _direction(x):
    """Unit vector; zero for zero, a finite (sub)gradient for points that coincide."""
    return _over(x, _length(x))


def _over(x, length):
    """Each vector over a length, and zero where that is 0."""
    length = length[:, None]
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def _length(x):
    # unlike sqrt(sum(x**2)), it squares nothing that could overflow
    return np.hypot.reduce(np.abs(x), axis=-1)
