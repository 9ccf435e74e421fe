"""Self-supervision: views of one thing agree, and not everything is alike.

Where there is a `tau`, similarities are cosines over it.
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


def siglip(image, text, *, scale=10.0, bias=-10.0):
    """For each of N images: is this its text? A yes-no question for all N, summed.

    Shapes: image (N, d), text (N, d) -> (N).
    Source: Zhai, Mustafa, Kolesnikov, Beyer 2023, arXiv:2303.15343.
    """
    image, text = shaped("N d, N d", image, text)
    logits = scale * (_unit(image)[0] @ _unit(text)[0].T) + bias
    return np.sum(np.logaddexp(0, -_partner_or_not(logits) * logits), axis=1)


def siglip_grad(image, text, *, scale=10.0, bias=-10.0):
    """d sum(siglip) / d (image, text): each pair by how far it is from its answer."""
    image, text = shaped("N d, N d", image, text)
    (a, a_length), (b, b_length) = _unit(image), _unit(text)
    logits = scale * (a @ b.T) + bias
    sign = _partner_or_not(logits)
    pull = -scale * sign * np.exp(-np.logaddexp(0, sign * logits))
    return _through_unit(pull @ b, a, a_length), _through_unit(pull.T @ a, b, b_length)


def _partner_or_not(logits):
    """1 on the diagonal, where a pair belongs together, and -1 elsewhere."""
    return 2 * np.eye(len(logits), dtype=logits.dtype) - 1


def barlow_twins(first, second, *, lam=0.005):
    """How far the correlations of the features of two views are from the identity.

    Shapes: first (n, N, d), second (n, N, d) -> (n).
    Source: Zbontar, Jing, Misra, LeCun, Deny 2021, arXiv:2103.03230.
    """
    first, second = shaped("n N d, n N d", first, second)
    c = np.swapaxes(_features(first)[0], 1, 2) @ _features(second)[0]
    own = np.eye(c.shape[-1], dtype=bool)
    return np.sum(np.where(own, (1 - c) ** 2, lam * c**2), axis=(1, 2))


def barlow_twins_grad(first, second, *, lam=0.005):
    """d barlow_twins / d (first, second): across the feature, and of mean zero."""
    first, second = shaped("n N d, n N d", first, second)
    (u, u_length), (v, v_length) = _features(first), _features(second)
    c = np.swapaxes(u, 1, 2) @ v
    pull = 2 * np.where(np.eye(c.shape[-1], dtype=bool), c - 1, lam * c)
    to_u = v @ np.swapaxes(pull, 1, 2) - u * np.sum(pull * c, axis=2)[:, None]
    to_v = u @ pull - v * np.sum(pull * c, axis=1)[:, None]
    return to_u / u_length, to_v / v_length


def _features(z):
    """Each feature over the batch, centred and of length one, and the length it had.

    One that does not vary becomes 0, and its length inf: no gradient.
    """
    size = np.max(np.abs(z), axis=-2, keepdims=True)
    size = np.where(size > 0, size, 1)
    z = z / size - np.mean(z / size, axis=-2, keepdims=True)
    length = np.linalg.norm(z, axis=-2, keepdims=True)
    # of a constant, rounding may leave something
    varies = length > np.finfo(z.dtype).eps * z.shape[-2]
    length = np.where(varies, length, np.inf)
    return z / length, length * size


def vicreg(first, second, *, lam=25.0, mu=25.0, nu=1.0):
    """Views near each other, features that vary, and that do not vary together.

    Shapes: first (n, N, d), second (n, N, d) -> (n).
    Source: Bardes, Ponce, LeCun 2022, arXiv:2105.04906.
    """
    first, second = shaped("n N d, n N d", first, second)
    # weights inside the squares: 0 times inf would be NaN
    total = np.sum((lam**0.5 * (first - second)) ** 2, axis=2).mean(axis=1)
    for z in (first, second):
        _, size, deviation, shared = _spread(z)
        total += mu * np.maximum(0, 1 - deviation).mean(axis=2)[:, 0]
        shared = (nu / z.shape[2]) ** 0.5 * shared * size * size
        total += np.sum(shared**2, axis=(1, 2))
    return total


def vicreg_grad(first, second, *, lam=25.0, mu=25.0, nu=1.0):
    """d vicreg / d (first, second)."""
    first, second = shaped("n N d, n N d", first, second)
    count, d = first.shape[1:]
    pull = 2 * lam / count * (first - second)
    spreads = [_spread_grad(z, mu / d, nu / d) for z in (first, second)]
    return pull + spreads[0], spreads[1] - pull


def _spread_grad(z, mu, nu):
    """Gradient of what looks at one view alone, for given weights per feature."""
    w, size, deviation, shared = _spread(z)
    rest = max(z.shape[1] - 1, 1)
    grow = -mu / rest * np.where(deviation < 1, w * size / deviation, 0)
    return grow + 4 * nu / rest * (w @ shared) * size * size * size


def _spread(z):
    """The batch centred and over its largest number; that number; deviations; the rest.

    The rest: covariances of different features, in units of the square of that number.
    """
    w = z - np.mean(z, axis=1, keepdims=True)
    size = np.max(np.abs(w), axis=(1, 2), keepdims=True)
    w = w / np.where(size > 0, size, 1)
    shared = np.swapaxes(w, 1, 2) @ w / max(z.shape[1] - 1, 1)
    variance = np.diagonal(shared, axis1=1, axis2=2)[:, None]
    deviation = np.hypot(size * np.sqrt(variance), 0.01)  # sqrt(variance + 0.0001)
    return w, size, deviation, shared * (1 - np.eye(z.shape[2], dtype=z.dtype))


def byol(prediction, target):
    """Squared distance between the directions of two vectors, 2 - 2 cos.

    Shapes: prediction (n, d), target (n, d) -> (n).
    Source: Grill et al. 2020, arXiv:2006.07733 (one of its two symmetric terms).
    """
    prediction, target = shaped("n d, n d", prediction, target)
    return np.sum((_unit(prediction)[0] - _unit(target)[0]) ** 2, axis=1)


def byol_grad(prediction, target):
    """d byol / d prediction; the target gets no gradient, whatever made it."""
    prediction, target = shaped("n d, n d", prediction, target)
    unit, length = _unit(prediction)
    return _through_unit(-2 * _unit(target)[0], unit, length)


def dino(student, teacher, center, *, tau_s=0.1, tau_t=0.04):
    """Cross-entropy of the student with a centred and sharpened teacher.

    Shapes: student (n, K), teacher (n, K), center (K) -> (n).
    Source: Caron et al. 2021, arXiv:2104.14294.
    """
    student, teacher, center = shaped("n K, n K, K", student, teacher, center)
    taught = np.exp(_log_softmax((teacher - center) / tau_t))
    return -np.sum(taught * _log_softmax(student / tau_s), axis=1)


def dino_grad(student, teacher, center, *, tau_s=0.1, tau_t=0.04):
    """d dino / d student: difference of the distributions over its temperature."""
    student, teacher, center = shaped("n K, n K, K", student, teacher, center)
    taught = np.exp(_log_softmax((teacher - center) / tau_t))
    return (np.exp(_log_softmax(student / tau_s)) - taught) / tau_s


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def simsiam(prediction, target):
    """Minus the cosine of a prediction and a projection that gets no gradient.

    Shapes: prediction (n, d), target (n, d) -> (n).
    Source: Chen, He 2021, arXiv:2011.10566 (one of its two symmetric terms).
    """
    prediction, target = shaped("n d, n d", prediction, target)
    return -np.sum(_unit(prediction)[0] * _unit(target)[0], axis=1)


def simsiam_grad(prediction, target):
    """d simsiam / d prediction: the part of the target's direction across it."""
    prediction, target = shaped("n d, n d", prediction, target)
    unit, length = _unit(prediction)
    return _through_unit(-_unit(target)[0], unit, length)


def moco(query, key, queue, *, tau=0.07):
    """Cross-entropy of picking the own key out of itself and a queue of older keys.

    Shapes: query (n, d), key (n, d), queue (M, d) -> (n).
    Source: He, Fan, Wu, Xie, Girshick 2020, arXiv:1911.05722.
    """
    q, k, u = (_unit(x)[0] for x in shaped("n d, n d, M d", query, key, queue))
    gaps = (q @ u.T - np.sum(q * k, axis=1, keepdims=True)) / tau
    return np.logaddexp(0, np.logaddexp.reduce(gaps, axis=1))


def swav(first, second, *, tau=0.1, eps=0.05):
    """Each view predicts the balanced code of the other, from scores of K prototypes.

    Shapes: first (N, K), second (N, K) -> (N).
    Source: Caron et al. 2020, arXiv:2006.09882 (two views, summed).
    """
    first, second = shaped("N K, N K", first, second)
    found = np.sum(_codes(second, eps) * _log_softmax(first / tau), axis=1)
    return -found - np.sum(_codes(first, eps) * _log_softmax(second / tau), axis=1)


def _codes(scores, eps, rounds=3):
    """Shares of prototypes per example, used about equally over the batch."""
    logits = scores / eps
    for _ in range(rounds):
        logits = logits - np.logaddexp.reduce(logits, axis=0)
        logits = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return np.exp(logits)


def decoupled_contrastive(first, second, *, tau=0.1):
    """NT-Xent with the positive left out of the denominator; mean of both directions.

    With no other pair in the batch there is nothing to push from: minus infinity.
    Shapes: first (N, d), second (N, d) -> (N).
    Source: Yeh et al. 2022, arXiv:2110.06848.
    """
    first, second = shaped("N d, N d", first, second)
    u, count = _unit(np.concatenate([first, second]))[0], len(first)
    s = u @ u.T / tau
    pull = np.diagonal(s, count)
    pair = np.arange(2 * count) % count
    s = np.where(pair[:, None] == pair, -np.inf, s)
    push = np.logaddexp.reduce(s, axis=1).reshape(2, -1)
    return push.mean(axis=0) - pull


def alignment_uniformity(first, second, *, t=2.0, weight=1.0):
    """Mean squared distance of partners, plus `weight` times the log of crowding.

    Crowding: the mean of exp(-t d**2) over the pairs of a view, log averaged over both.
    Shapes: first (n, N, d), second (n, N, d) -> (n).
    Source: Wang, Isola 2020, arXiv:2005.10242.
    """
    first, second = (_unit(x)[0] for x in shaped("n N d, n N d", first, second))
    align = np.mean(np.sum((first - second) ** 2, axis=-1), axis=-1)
    return align + weight / 2 * (_crowding(first, t) + _crowding(second, t))


def _crowding(unit, t):
    """Log of the mean, over all pairs of rows, of exp(-t times squared distance)."""
    i, j = np.triu_indices(unit.shape[1], 1)
    d2 = np.sum((unit[:, i] - unit[:, j]) ** 2, axis=-1)
    return np.logaddexp.reduce(-t * d2, axis=-1) - float(np.log(max(1, len(i))))


def masked_autoencoder(pred, patch, mask):
    """Mean squared error of the pixels of hidden patches; 0 if none was hidden.

    Shapes: pred (n, T, d), patch (n, T, d), mask (n, T) -> (n).
    Source: He et al. 2022, arXiv:2111.06377.
    """
    pred, patch, mask = shaped("n T d, n T d, n T", pred, patch, mask)
    wrong = np.where(mask > 0, np.mean((pred - patch) ** 2, axis=-1), 0)
    return np.sum(wrong, axis=1) / np.maximum(1, np.sum(mask, axis=1))


def masked_autoencoder_grad(pred, patch, mask):
    """d masked_autoencoder / d pred: none where the patch could be seen."""
    pred, patch, mask = shaped("n T d, n T d, n T", pred, patch, mask)
    share = mask / np.maximum(1, np.sum(mask, axis=1, keepdims=True))
    return 2 / pred.shape[-1] * share[..., None] * (pred - patch)


def w_mse(first, second):
    """Squared distance of the directions of two views, each whitened over the batch.

    Shapes: first (N, d), second (N, d) -> (N).
    Source: Ermolov, Siarohin, Sangineto, Sebe 2021, arXiv:2007.06346 (two views).
    """
    first, second = shaped("N d, N d", first, second)
    return np.sum((_unit(_white(first))[0] - _unit(_white(second))[0]) ** 2, axis=1)


def _white(z):
    """The batch with mean zero and the identity for covariance, by Cholesky."""
    centred = z / 2 - np.mean(z / 2, axis=0)  # halves: a difference could overflow
    size = np.max(np.abs(centred))
    centred = centred / (size if size > 0 else 1)
    covariance = centred.T @ centred / max(1, len(z) - 1)
    # what rounding may take away; a direction without variance stays near zero
    ridge = 10 * np.finfo(z.dtype).eps * np.eye(z.shape[1], dtype=z.dtype)
    return np.linalg.solve(np.linalg.cholesky(covariance + ridge), centred.T).T
