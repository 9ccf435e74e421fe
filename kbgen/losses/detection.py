"""Object detection: losses of boxes (x1, y1, x2, y2), of their scores and their sides.

Corners in the wrong order are put right first, so that every four numbers are a box.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def iou_box(pred, target):
    """One minus the area shared by two boxes over the area they cover together.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Yu, Jiang, Wang, Cao, Huang 2016, arXiv:1608.01471 (there -log IoU).
    """
    pred, target, _ = _corners(pred, target)
    return 1 - _iou(pred, target)


def iou_box_grad(pred, target):
    """Gradient in pred: zero as soon as the boxes do not overlap."""
    p, t, size = _corners(pred, target)
    return _to_inputs(pred, -_iou_grad(p, t), size)


def giou(pred, target):
    """IoU loss plus the empty share of the smallest box around both.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Rezatofighi, Tsoi, Gwak, Sadeghian, Reid, Savarese 2019, arXiv:1902.09630.
    """
    pred, target, _ = _corners(pred, target)
    _, union, around = _areas(pred, target)
    return 1 - _iou(pred, target) + _ratio(around - union, around)


def giou_grad(pred, target):
    """Gradient in pred: of distant boxes too, through the box around both."""
    p, t, size = _corners(pred, target)
    _, union, around = _areas(p, t)
    _, d_union, d_around = _areas_grad(p, t)
    covered = _ratio(union, around)[:, None, None]  # the penalty is 1 - covered
    d_covered = _ratio(d_union - covered * d_around, around[:, None, None])
    return _to_inputs(pred, -_iou_grad(p, t) - d_covered, size)


def diou(pred, target):
    """IoU loss plus the squared distance of the centres.

    It is measured by the squared diagonal of the box around both.
    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Zheng, Wang, Liu, Li, Ye, Ren 2020, arXiv:1911.08287.
    """
    pred, target, _ = _corners(pred, target)
    return 1 - _iou(pred, target) + _offset(pred, target)


def diou_grad(pred, target):
    """Gradient in pred: moves the centre even where one box lies inside the other."""
    p, t, size = _corners(pred, target)
    return _to_inputs(pred, -_iou_grad(p, t) + _offset_grad(p, t), size)


def ciou(pred, target):
    """DIoU loss plus a penalty for another ratio of width to height.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Zheng, Wang, Liu, Li, Ye, Ren 2020, arXiv:1911.08287.
    """
    pred, target, _ = _corners(pred, target)
    miss, v = 1 - _iou(pred, target), _aspect(pred, target)
    return miss + _offset(pred, target) + _ratio(v, miss + v) * v


def ciou_grad(pred, target):
    """Gradient in pred, also through the weight alpha of the penalty."""
    p, t, size = _corners(pred, target)
    miss, v = 1 - _iou(p, t), _aspect(p, t)
    # published code holds alpha constant; here it is differentiated too
    alpha = _ratio(v, miss + v)[:, None, None]
    d_shape = alpha * (2 - alpha) * _aspect_grad(p, t)
    grad = (alpha**2 - 1) * _iou_grad(p, t) + _offset_grad(p, t) + d_shape
    return _to_inputs(pred, grad, size)


def alpha_iou(pred, target, *, alpha=3.0):
    """One minus a power of the overlap over the union of two boxes.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: He, Erfani, Ma, Bailey, Chi, Hua 2021, arXiv:2110.13675.
    """
    pred, target, _ = _corners(pred, target)
    return 1 - _iou(pred, target) ** alpha


def eiou(pred, target):
    """DIoU loss plus squared differences of the widths and of the heights.

    They are measured by the sides of the box around both.
    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Zhang, Ren, Zhang, Jia, Wang, Tan 2022, arXiv:2101.08158.
    """
    pred, target, _ = _corners(pred, target)
    wider = (pred[:, 1] - pred[:, 0]) - (target[:, 1] - target[:, 0])
    sides = np.sum(_ratio(wider, _sides(pred, target)[2]) ** 2, axis=-1)
    return 1 - _iou(pred, target) + _offset(pred, target) + sides


def siou(pred, target, *, theta=4.0):
    """IoU loss plus costs of distance, by its direction, and of shape.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Gevorgyan 2022, arXiv:2205.12740.
    """
    pred, target, _ = _corners(pred, target)
    between = np.mean(pred - target, axis=1)
    slant = _ratio(2 * np.abs(np.prod(between, -1)), np.sum(between**2, axis=-1))
    shift = _ratio(between, _sides(pred, target)[2]) ** 2
    distance = -np.sum(np.expm1(-(2 - slant)[:, None] * shift), axis=-1)
    own, true = pred[:, 1] - pred[:, 0], target[:, 1] - target[:, 0]
    wrong = _ratio(np.abs(own - true), np.maximum(own, true))
    shape = np.sum((-np.expm1(-wrong)) ** theta, axis=-1)
    return 1 - _iou(pred, target) + (distance + shape) / 2


def wise_iou(pred, target):
    """IoU loss, times up to e for a distant centre.

    Shapes: pred (n, 4), target (n, 4) -> (n).
    Source: Tong, Chen, Xu, Yu 2023, arXiv:2301.10051 (version 1).
    """
    pred, target, _ = _corners(pred, target)
    return np.exp(_offset(pred, target)) * (1 - _iou(pred, target))


def repulsion(pred, other, *, sigma=0.5):
    """A price for covering a box that belongs to another object.

    Shapes: pred (n, 4), other (n, 4) -> (n).
    Source: Wang, Xiao, Jiang, Shao, Sun, Shen 2018, arXiv:1711.07752 (RepGT).
    """
    pred, other, _ = _corners(pred, other)
    overlap = _areas(pred, other)[0]
    covered = _ratio(overlap, np.prod(other[:, 1] - other[:, 0], axis=-1))
    beyond = np.maximum(0, covered - sigma) / (1 - sigma)
    return beyond - np.log1p(-np.minimum(covered, sigma))


def balanced_l1(pred, target, *, alpha=0.5, gamma=1.5):
    """Smooth L1 with a larger slope at small residuals, `gamma` from 1 on.

    Shapes: pred (n), target (n) -> (n).
    Source: Pang, Chen, Shi, Feng, Ouyang, Lin 2019, arXiv:1904.02701.
    """
    pred, target = shaped("..., ...", pred, target)
    b, r = np.expm1(gamma / alpha), np.abs(pred - target)
    near = np.minimum(r, 1)
    curve = alpha / b * (b * near + 1) * np.log1p(b * near) - alpha * near
    return (curve + gamma * (r - near)).astype(pred.dtype)


def balanced_l1_grad(pred, target, *, alpha=0.5, gamma=1.5):
    """d balanced_l1 / d pred: the logarithm of the residual, cut at `gamma`."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    b = np.expm1(gamma / alpha)
    slope = alpha * np.log1p(b * np.minimum(np.abs(r), 1))
    return (np.sign(r) * slope).astype(pred.dtype)


def ghm(logit, label, *, width=0.1):
    """Cross-entropy over the density of gradients of the same size in the batch.

    Shapes: logit (N), label (N) -> (N).
    Source: Li, Liu, Wang 2019, arXiv:1811.05181 (GHM-C).
    """
    logit, label = shaped("N, N", logit, label)
    size = np.abs(_sigmoid(logit) - label)
    low, high = size - width / 2, size + width / 2
    near = (size >= low[:, None]) & (size < high[:, None])
    density = near.sum(axis=1) / (np.minimum(high, 1) - np.maximum(low, 0))
    return (_surprise(logit, label) / density).astype(logit.dtype)


def hungarian_matching(cost):
    """The least total cost of pairing each prediction with an object of its own.

    Row by row, it keeps the least cost for each set of objects already taken.
    Shapes: cost (n, M, M) -> (n).
    Source: Carion et al. 2020, arXiv:2005.12872; large sets need the method of Kuhn
    1955, doi:10.1002/nav.3800020109.
    """
    cost = shaped("n M M", cost)
    best = {frozenset(): np.zeros_like(cost[:, 0, 0])}
    for row in np.moveaxis(cost, 1, 0):
        longer = {}
        for taken, total in best.items():
            for column in set(range(cost.shape[2])) - taken:
                now = taken | {column}
                found = total + row[:, column]
                longer[now] = np.minimum(longer.get(now, np.inf), found)
        best = longer
    (total,) = best.values()
    return total


def quality_focal(logit, quality, *, beta=2.0):
    """Cross-entropy with a soft target, times a power of the distance from it.

    Shapes: logit (n), quality (n) -> (n).
    Source: Li et al. 2020, arXiv:2006.04388.
    """
    logit, quality = shaped("..., ...", logit, quality)
    return np.abs(_sigmoid(logit) - quality) ** beta * _surprise(logit, quality)


def quality_focal_grad(logit, quality, *, beta=2.0):
    """d quality_focal / d logit; 0 where the probability is the target."""
    logit, quality = shaped("..., ...", logit, quality)
    prob, short = _sigmoid(logit), _sigmoid(-logit)
    off = prob - quality
    focus = np.abs(off) ** beta
    turn = np.divide(beta * focus, off, out=np.zeros_like(off), where=off != 0)
    return turn * prob * short * _surprise(logit, quality) + focus * off


def varifocal(logit, quality, *, alpha=0.75, gamma=2.0):
    """Cross-entropy: by `quality` where there is an object, focal where there is none.

    Shapes: logit (n), quality (n) -> (n).
    Source: Zhang, Wang, Dayoub, Suenderhauf 2021, arXiv:2008.13367.
    """
    logit, quality = shaped("..., ...", logit, quality)
    focus = np.where(quality > 0, quality, alpha * _sigmoid(logit) ** gamma)
    return focus * _surprise(logit, quality)


def varifocal_grad(logit, quality, *, alpha=0.75, gamma=2.0):
    """d varifocal / d logit, also through the focus of the background."""
    logit, quality = shaped("..., ...", logit, quality)
    prob = _sigmoid(logit)
    rise = gamma * _sigmoid(-logit) * np.logaddexp(0, logit) + prob
    empty = alpha * prob**gamma * rise
    return np.where(quality > 0, quality * (prob - quality), empty)


def distribution_focal(logits, target):
    """Cross-entropy of a place between bins, shared by the two bins beside it.

    Shapes: logits (n, K), target (n) -> (n).
    Source: Li et al. 2020, arXiv:2006.04388.
    """
    logits, target = shaped("n K, n", logits, target)
    weight = _beside(target, logits.shape[-1])
    return -np.sum(weight * _log_softmax(logits), axis=-1)


def distribution_focal_grad(logits, target):
    """Gradient in the logits: the softmax minus the shares of the bins."""
    logits, target = shaped("n K, n", logits, target)
    return np.exp(_log_softmax(logits)) - _beside(target, logits.shape[-1])


def _sigmoid(z):
    # 1 / (1 + exp(-z)) would overflow; this is precise down to the smallest number
    return np.exp(-np.logaddexp(0, -z))


def _log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _surprise(logit, quality):
    """Cross-entropy of a target between 0 and 1."""
    rise, fall = np.logaddexp(0, logit), np.logaddexp(0, -logit)
    return (1 - quality) * rise + quality * fall


def _beside(target, bins):
    """The shares (n, bins) of the two bins around a place; their mean is the place."""
    place = np.clip(target, 0, bins - 1)[:, None]
    return np.maximum(0, 1 - np.abs(place - np.arange(bins, dtype=target.dtype)))


def _corners(pred, target):
    """Boxes as (n, corner, axis), lower corner first, and the scale taken out of them.

    Each pair is moved and scaled to fit into a box of longest side 1: none of these
    losses notices, and no area can overflow.
    """
    pred, target = shaped("n 4, n 4", pred, target)
    p, t = (np.sort(box.reshape(-1, 2, 2), axis=1) for box in (pred, target))
    low, high = np.minimum(p, t)[:, :1], np.maximum(p, t)[:, 1:]
    size = np.max(high - low, axis=-1, keepdims=True)
    size = np.where(size > 0, size, 1)
    return (p - low) / size, (t - low) / size, size


def _to_inputs(pred, grad, size):
    """A gradient over such corners, back in the scale and order of the input."""
    order = np.argsort(np.reshape(pred, (-1, 2, 2)), axis=1, kind="stable")
    return np.take_along_axis(grad / size, order, axis=1).reshape(-1, 4)


def _sides(p, t):
    """Width and height, (n, 2), of the prediction, the overlap, the box around both."""
    smaller, larger = np.minimum(p, t), np.maximum(p, t)
    overlap = np.maximum(0, smaller[:, 1] - larger[:, 0])
    return p[:, 1] - p[:, 0], overlap, larger[:, 1] - smaller[:, 0]


def _sides_grad(p, t):
    """Slopes of the three sides over the lower and the upper corner of the prediction.

    Where edges coincide, it is the mean of the slopes on both sides.
    """
    d_larger, d_smaller = np.heaviside(p - t, 0.5), np.heaviside(t - p, 0.5)
    own = np.ones_like(p) * np.array([[[-1], [1]]], dtype=p.dtype)
    overlap = np.stack([-d_larger[:, 0], d_smaller[:, 1]], axis=1)
    around = np.stack([-d_smaller[:, 0], d_larger[:, 1]], axis=1)
    return own, overlap * (_sides(p, t)[1] > 0)[:, None], around


def _areas(p, t):
    """Areas of the overlap, of the union, and of the box around both."""
    own, overlap, around = (np.prod(sides, axis=-1) for sides in _sides(p, t))
    return overlap, own + np.prod(t[:, 1] - t[:, 0], axis=-1) - overlap, around


def _areas_grad(p, t):
    """An area changes by the other side times the slope of this one."""
    pairs = zip(_sides(p, t), _sides_grad(p, t), strict=True)
    own, overlap, around = (slope * sides[:, None, ::-1] for sides, slope in pairs)
    return overlap, own - overlap, around


def _iou(p, t):
    """Overlap over union; of two boxes without area, 1 if they are the same, else 0."""
    overlap, union, _ = _areas(p, t)
    same = np.all(p == t, axis=(1, 2)).astype(p.dtype)
    return np.divide(overlap, union, out=same, where=union > 0)


def _iou_grad(p, t):
    union, iou = _areas(p, t)[1][:, None, None], _iou(p, t)[:, None, None]
    d_overlap, d_union, _ = _areas_grad(p, t)
    return _ratio(d_overlap - iou * d_union, union)


def _offset(p, t):
    """Squared distance of the centres over the squared diagonal around both boxes."""
    between = np.mean(p - t, axis=1)
    return _ratio(np.sum(between**2, axis=-1), np.sum(_sides(p, t)[2] ** 2, axis=-1))


def _offset_grad(p, t):
    around = _sides(p, t)[2][:, None]
    diagonal = np.sum(around**2, axis=-1, keepdims=True)
    between = np.mean(p - t, axis=1, keepdims=True)
    slope = between - 2 * _offset(p, t)[:, None, None] * around * _sides_grad(p, t)[2]
    return _ratio(slope, diagonal)


def _aspect(p, t):
    """Squared difference of the angles of the two diagonals, 1 for a right angle."""
    return (2 / np.pi * (_angle(p) - _angle(t))) ** 2


def _aspect_grad(p, t):
    sides = (p[:, 1] - p[:, 0])[:, None]
    across = sides[..., ::-1] * np.array([1, -1], dtype=p.dtype)
    d_angle = _ratio(across, np.sum(sides**2, axis=-1, keepdims=True))
    turn = (_angle(p) - _angle(t))[:, None, None]
    return 8 / np.pi**2 * turn * d_angle * _sides_grad(p, t)[0]


def _angle(box):
    """The arctangent of width / height, also of a box without height."""
    width, height = np.moveaxis(box[:, 1] - box[:, 0], -1, 0)
    return np.arctan2(width, height)


def _ratio(part, whole):
    """`part / whole`, and 0 where the whole is 0."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
