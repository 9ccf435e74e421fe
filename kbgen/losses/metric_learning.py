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


def multi_similarity(embedding, label, *, alpha=2.0, beta=50.0, base=0.5):
    """Soft maxima of how far positives fall below `base`, and negatives rise above.

    Shapes: embedding (N, d), label (N) -> (N).
    Source: Wang et al. 2019, arXiv:1904.06627 (without the mining of pairs).
    """
    embedding, label = shaped("N d, N", embedding, label)
    cos, same, other = _similarities(embedding, label)
    pull = _log_sum(-alpha * (cos - base), same)
    push = _log_sum(beta * (cos - base), other)
    return np.logaddexp(0, pull)[:, 0] / alpha + np.logaddexp(0, push)[:, 0] / beta


def multi_similarity_grad(embedding, label, *, alpha=2.0, beta=50.0, base=0.5):
    """d sum(multi_similarity) / d embedding."""
    embedding, label = shaped("N d, N", embedding, label)
    cos, same, other = _similarities(embedding, label)
    pull, push = -alpha * (cos - base), beta * (cos - base)
    low = np.logaddexp(0, _log_sum(pull, same))
    high = np.logaddexp(0, _log_sum(push, other))
    slope = _exp(push - high, other) - _exp(pull - low, same)
    return _through_cosines(slope, embedding)


def circle(embedding, label, *, margin=0.4, gamma=80.0):
    """Softplus of how badly the worst positive and the worst negative lie, together.

    Shapes: embedding (N, d), label (N) -> (N).
    Source: Sun et al. 2020, arXiv:2002.10857.
    """
    embedding, label = shaped("N d, N", embedding, label)
    cos, same, other = _similarities(embedding, label)
    pull, push = _circle_logits(cos, margin, gamma)
    return np.logaddexp(0, _log_sum(pull, same) + _log_sum(push, other))[:, 0]


def circle_grad(embedding, label, *, margin=0.4, gamma=80.0):
    """d sum(circle) / d embedding, also through the weights of the similarities."""
    embedding, label = shaped("N d, N", embedding, label)
    cos, same, other = _similarities(embedding, label)
    pull, push = _circle_logits(cos, margin, gamma)
    low, high = _log_sum(pull, same), _log_sum(push, other)
    missed = np.exp(low + high - np.logaddexp(0, low + high))
    slope = 2 * gamma * cos * (cos > -margin) * _exp(push - high, other)
    slope -= 2 * gamma * (1 - cos) * _exp(pull - low, same)
    return _through_cosines(missed * slope, embedding)


def _circle_logits(cos, margin, gamma):
    """Weight times shortfall of every similarity, as a positive and as a negative."""
    pull = np.maximum(0, 1 + margin - cos) * (1 - margin - cos)
    push = np.maximum(0, cos + margin) * (cos - margin)
    return gamma * pull, gamma * push


def proxy_anchor(proxy, embedding, label, *, alpha=32.0, margin=0.1):
    """For each class: its proxy draws near its own embeddings, the hardest most.

    The sum over the classes is the loss of the paper.
    Shapes: proxy (K, d), embedding (N, d), label (N) -> (K).
    Source: Kim, Kim, Cho, Kwak 2020, arXiv:2003.13911.
    """
    proxy, embedding, label = shaped("K d, N d, N", proxy, embedding, label)
    cos = _direction(proxy) @ _direction(embedding).T
    own = np.arange(len(proxy))[:, None] == label
    pull = np.logaddexp(0, _log_sum(-alpha * (cos - margin), own))
    push = np.logaddexp(0, _log_sum(alpha * (cos + margin), ~own))
    present = max(1, np.unique(label).size)
    return pull[:, 0] / present + push[:, 0] / len(proxy)


def proxy_anchor_grad(proxy, embedding, label, *, alpha=32.0, margin=0.1):
    """d sum(proxy_anchor) / d (proxy, embedding)."""
    proxy, embedding, label = shaped("K d, N d, N", proxy, embedding, label)
    p, z = _direction(proxy), _direction(embedding)
    own = np.arange(len(proxy))[:, None] == label
    pull, push = -alpha * (p @ z.T - margin), alpha * (p @ z.T + margin)
    low = np.logaddexp(0, _log_sum(pull, own))
    high = np.logaddexp(0, _log_sum(push, ~own))
    present = max(1, np.unique(label).size)
    slope = _exp(push - high, ~own) / len(p) - _exp(pull - low, own) / present
    slope = (alpha * slope).astype(p.dtype)
    return _across(slope @ z, proxy), _across(slope.T @ p, embedding)


def lifted_structure(embedding, label, *, margin=1.0):
    """Each positive pair against all negatives of both its ends; hinged and squared.

    The sum over the anchors is the loss of the paper.
    Shapes: embedding (N, d), label (N) -> (N).
    Source: Oh Song, Xiang, Jegelka, Savarese 2016, arXiv:1511.06452.
    """
    embedding, label = shaped("N d, N", embedding, label)
    _, same, other = _similarities(embedding, label)
    short, _ = _lifted(_distances(embedding), same, other, margin)
    return 0.5 * np.sum(short**2, axis=1) / max(1, int(np.sum(same)))


def lifted_structure_grad(embedding, label, *, margin=1.0):
    """d sum(lifted_structure) / d embedding."""
    embedding, label = shaped("N d, N", embedding, label)
    _, same, other = _similarities(embedding, label)
    d = _distances(embedding)
    short, near = _lifted(d, same, other, margin)
    share = np.exp(near - np.logaddexp(near, near.T))
    push = np.sum(short * share, axis=1, keepdims=True)
    pull = (short - 2 * push * _exp(margin - d - near, other)) / max(
        1, int(np.sum(same))
    )
    ways = embedding[:, None] - embedding
    ways = np.divide(
        ways, d[..., None], out=np.zeros_like(ways), where=d[..., None] > 0
    )
    return np.einsum("ij,ijk->ik", pull + pull.T, ways)


def _lifted(d, same, other, margin):
    """What each positive pair lacks, and the log-sum of each item's near negatives."""
    near = _log_sum(margin - d, other)
    return np.where(same, np.maximum(0, d + np.logaddexp(near, near.T)), 0), near


def sphereface(cosine, length, label, *, margin=4):
    """Cross-entropy of cosines times length, the angle to the own class multiplied.

    Shapes: cosine (n, K), length (n), label (n) -> (n).
    Source: Liu et al. 2017, arXiv:1704.08063.
    """
    cosine, length, label = shaped("n K, n, n", cosine, length, label)
    psi, _, own = _multiplied_angle(cosine, label, margin)
    gaps = _gaps(length[:, None] * np.where(own, psi, cosine), label)
    return np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))


def sphereface_grad(cosine, length, label, *, margin=4):
    """d sphereface / d (cosine, length)."""
    cosine, length, label = shaped("n K, n, n", cosine, length, label)
    psi, slope, own = _multiplied_angle(cosine, label, margin)
    changed = np.where(own, psi, cosine)
    gaps = _gaps(length[:, None] * changed, label)
    wrong = np.exp(gaps - np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))[:, None])
    pull = np.where(own, -np.sum(wrong, axis=1, keepdims=True), wrong)
    grad = length[:, None] * pull * np.where(own, slope, 1)
    return grad, np.sum(pull * changed, axis=1)


def _multiplied_angle(cosine, label, margin):
    """The monotone cosine of `margin` times the angle, its slope; the own class."""
    theta, own = _angles(cosine, label)
    k = np.minimum(np.floor(margin * theta / np.pi), margin - 1)
    psi = (1 - 2 * (k % 2)) * np.cos(margin * theta) - 2 * k
    # at angles 0 and pi, where both sines vanish, their ratio is the margin
    sine, narrow = np.sin(theta), np.finfo(theta.dtype).eps ** 0.5
    ratio = np.abs(np.sin(margin * theta)) / np.maximum(sine, narrow)
    return psi, margin * np.where(sine > narrow, ratio, margin), own


def angular(anchor, positive, negative, *, angle=0.7):
    """Pairs wider than `angle` (in radians) allows, seen from the negative, squared.

    Shapes: anchor (n, d), positive (n, d), negative (n, d) -> (n).
    Source: Wang, Zhou, Wen, Liu, Lin 2017, arXiv:1708.01682.
    """
    anchor, positive, negative = shaped("n d, n d, n d", anchor, positive, negative)
    width = _length(anchor - positive)
    middle = anchor / 2 + positive / 2
    room = 2 * float(np.tan(angle)) * _length(negative - middle)
    # a difference of squares as a product: inf - inf would be NaN
    return np.maximum(0, width - room) * (width + room)


def proxy_nca(embedding, proxy, label):
    """Squared distance to the own proxy, plus log-sum-exp of minus that to the others.

    Embeddings and proxies are brought to length one.
    Shapes: embedding (n, d), proxy (K, d), label (n) -> (n).
    Source: Movshovitz-Attias et al. 2017, arXiv:1703.07464.
    """
    embedding, proxy, label = shaped("n d, K d, n", embedding, proxy, label)
    ways = _direction(embedding)[:, None] - _direction(proxy)
    near = -np.sum(ways**2, axis=-1)
    return np.logaddexp.reduce(_gaps(near, label), axis=1)


def batch_hard_triplet(embedding, label, *, margin=0.2):
    """Triplet loss of each item with its furthest positive and its nearest negative.

    An item without others of its class is its own positive, at distance 0.
    Shapes: embedding (N, d), label (N) -> (N).
    Source: Hermans, Beyer, Leibe 2017, arXiv:1703.07737.
    """
    embedding, label = shaped("N d, N", embedding, label)
    d, same = _distances(embedding), label[:, None] == label
    furthest = np.max(np.where(same, d, 0), axis=1)
    nearest = np.min(np.where(same, np.inf, d), axis=1)
    return np.maximum(0, margin + furthest - nearest)


def margin_loss(x1, x2, similar, *, margin=0.2, boundary=1.2):
    """Similar pairs (1) stay within the boundary, others (-1) beyond, by `margin`.

    Shapes: x1 (n, d), x2 (n, d), similar (n) -> (n).
    Source: Wu, Manmatha, Smola, Krähenbühl 2017, arXiv:1706.07567.
    """
    x1, x2, similar = shaped("n d, n d, n", x1, x2, similar)
    return np.maximum(0, margin + similar * (_length(x1 - x2) - boundary))


def histogram(positive, negative, *, steps=100):
    """Chance that a negative pair is as similar as a positive one, from histograms.

    Shapes: positive (n, N), negative (n, M) -> (n).
    Source: Ustinova, Lempitsky 2016, arXiv:1611.00822.
    """
    positive, negative = shaped("n N, n M", positive, negative)
    below = np.cumsum(_histogram(positive, int(steps)), axis=-1)
    return np.sum(_histogram(negative, int(steps)) * below, axis=-1)


def _histogram(cosines, steps):
    """Shares of the nodes from -1 to 1; a value is shared by the two next to it."""
    place = (np.clip(cosines, -1, 1) + 1) * (steps / 2)
    far = np.abs(place[..., None] - np.arange(steps + 1, dtype=place.dtype))
    return np.mean(np.maximum(0, 1 - far), axis=-2)


def _similarities(embedding, label):
    """Cosines of all pairs; which others are of the same class, which of another."""
    unit = _direction(embedding)
    same = (label[:, None] == label) & ~np.eye(len(label), dtype=bool)
    return unit @ unit.T, same, label[:, None] != label


def _distances(embedding):
    """The distances of all pairs."""
    return np.hypot.reduce(np.abs(embedding[:, None] - embedding), axis=-1)


def _log_sum(logits, which):
    """Log of the sum of exponentials in each row of those that count; a column."""
    found = np.logaddexp.reduce(np.where(which, logits, -np.inf), axis=1, keepdims=True)
    # nothing to sum: so low that it does not count, but no -inf, which makes NaN
    return np.maximum(found, np.finfo(found.dtype).min / 4)


def _exp(logits, which):
    """The exponentials of those that count, 0 elsewhere."""
    return np.exp(np.where(which, logits, -np.inf))


def _through_cosines(slope, embedding):
    """Gradient by cosines of all pairs to gradient by embeddings."""
    return _across((slope + slope.T) @ _direction(embedding), embedding)


def _across(grad, x):
    """Gradient by directions to gradient by vectors: only the part across counts."""
    unit = _direction(x)
    across = grad - unit * np.sum(unit * grad, axis=-1, keepdims=True)
    return _over(across, _length(x))


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
