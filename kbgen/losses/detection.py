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
