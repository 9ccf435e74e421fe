"""Identities of the family detection."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import CLASSES, POINTS, TO_INFINITY, Identity, bound, draw, equal, limit, loss


def _inside(rng: np.random.Generator, box: Array) -> Array:
    """A box within each box."""
    (share,) = draw(rng, "fraction", shape=(len(box), 2, 2))
    low, size = box[:, None, :2], box[:, None, 2:] - box[:, None, :2]
    return np.asarray((low + np.sort(share, axis=1) * size).reshape(-1, 4))


def _drawn_on_a_grid(box: Array) -> Array:
    """Which of 16 × 16 cells are covered by a box with whole numbers between −4 and 12 for corners."""
    centres = np.arange(-4, 12) + 0.5
    x, y = ((box[:, i, None] < centres) & (centres < box[:, i + 2, None]) for i in (0, 1))
    return np.asarray((x[:, :, None] & y[:, None, :]).reshape(len(box), -1), float)


def _on_grid(rng: np.random.Generator) -> list[Array]:
    """Pairs of boxes with whole numbers for corners."""
    return [np.round(4 * box) for box in draw(rng, "box", "box", shape=(POINTS, 4))]


def iou_box_is_jaccard_of_drawn_boxes(rng: np.random.Generator) -> Identity:
    """IoU box loss is the soft Jaccard loss with s = 0 of the two boxes drawn pixel by pixel."""
    b, t = _on_grid(rng)
    right = loss.jaccard(_drawn_on_a_grid(b), _drawn_on_a_grid(t), smooth=0.0)
    return equal("iou_box", "jaccard", loss.iou_box(b, t), right)


def giou_is_iou_plus_the_empty_share_of_the_box_around_both(rng: np.random.Generator) -> Identity:
    """GIoU loss minus IoU box loss is the share of empty pixels in the box around both: a soft Jaccard loss of the union."""
    b, t = _on_grid(rng)
    around = np.concatenate([np.minimum(b, t)[:, :2], np.maximum(b, t)[:, 2:]], axis=1)
    union = np.maximum(_drawn_on_a_grid(b), _drawn_on_a_grid(t))
    right = loss.iou_box(b, t) + loss.jaccard(union, _drawn_on_a_grid(around), smooth=0.0)
    return equal("giou", "iou_box", loss.giou(b, t), right, "jaccard")


def giou_is_at_least_iou(rng: np.random.Generator) -> Identity:
    """GIoU loss is at least the IoU box loss, and equal where one box contains the other."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1:] = _inside(rng, t[-1:])
    return bound("iou_box", "giou", loss.iou_box(b, t), loss.giou(b, t))


def giou_of_a_box_inside_the_other_is_iou(rng: np.random.Generator) -> Identity:
    """GIoU loss is the IoU box loss where one box contains the other, wherever it lies there."""
    (t,) = draw(rng, "box", shape=(POINTS, 4))
    b = _inside(rng, t)
    return equal("giou", "iou_box", loss.giou(b, t), loss.iou_box(b, t))


def giou_of_distant_boxes_tends_to_iou_plus_one(rng: np.random.Generator) -> Identity:
    """GIoU loss tends to the IoU box loss plus 1 as one box moves away along the diagonal, with order 2 in the distance."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    return limit("giou", "iou_box", TO_INFINITY[1:], lambda far: (loss.giou(b + far, t), loss.iou_box(b + far, t) + 1), order=2)


def diou_is_iou_plus_the_squared_error_of_the_centres(rng: np.random.Generator) -> Identity:
    """DIoU loss is the IoU box loss plus the squared error of the centres over the squared diagonal around both."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    diagonal = np.sum((np.maximum(b, t)[:, 2:] - np.minimum(b, t)[:, :2]) ** 2, axis=1)
    centres = ((box[:, :2] + box[:, 2:]) / 2 for box in (b, t))
    right = loss.iou_box(b, t) + loss.squared_error(*centres).sum(axis=1) / diagonal
    return equal("diou", "iou_box", loss.diou(b, t), right, "squared_error")


def diou_is_at_least_iou(rng: np.random.Generator) -> Identity:
    """DIoU loss is at least the IoU box loss, and equal where both boxes have the same centre."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1], t[-1] = (-1, -2, 1, 2), (-2, -1, 2, 1)
    return bound("iou_box", "diou", loss.iou_box(b, t), loss.diou(b, t))


def diou_of_distant_boxes_tends_to_iou_plus_one(rng: np.random.Generator) -> Identity:
    """DIoU loss tends to the IoU box loss plus 1 as one box moves away."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    return limit("diou", "iou_box", TO_INFINITY[1:], lambda far: (loss.diou(b + far, t), loss.iou_box(b + far, t) + 1))


def ciou_is_at_least_diou(rng: np.random.Generator) -> Identity:
    """CIoU loss is at least the DIoU loss, and equal where width and height have the same ratio."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1] = 0.7 * t[-1]
    return bound("diou", "ciou", loss.diou(b, t), loss.ciou(b, t))


def ciou_of_boxes_of_one_shape_is_diou(rng: np.random.Generator) -> Identity:
    """CIoU loss is the DIoU loss where both boxes have the same ratio of width to height."""
    (t,) = draw(rng, "box", shape=(POINTS, 4))
    (size,), (move,) = draw(rng, "positive", shape=(POINTS, 1)), draw(rng, "real", shape=(POINTS, 2))
    b = size * t + np.tile(move, 2)
    return equal("ciou", "diou", loss.ciou(b, t), loss.diou(b, t))


def iou_ignores_the_size_of_the_picture(rng: np.random.Generator) -> Identity:
    """IoU box loss stays the same when both boxes are moved and enlarged together."""
    b, t = draw(rng, "box", "box", shape=(POINTS, 4))
    return equal("iou_box", "iou_box", loss.iou_box(640 * b + 3, 640 * t + 3), loss.iou_box(b, t))


def quality_focal_of_certain_targets_is_twice_focal(rng: np.random.Generator) -> Identity:
    """Quality focal loss of q in {0, 1} is twice the focal loss with α = ½ and γ = β."""
    z, y = draw(rng, "real", "binary")
    right = 2 * loss.focal(z, y, alpha=0.5, gamma=3.0)
    return equal("quality_focal", "focal", loss.quality_focal(z, y, beta=3.0), right)


def quality_focal_without_focus_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Quality focal loss at β = 0 is binary cross-entropy with logits and the soft target q."""
    z, q = draw(rng, "real", "quality")
    right = loss.binary_cross_entropy_with_logits(z, q)
    return equal("quality_focal", "binary_cross_entropy_with_logits", loss.quality_focal(z, q, beta=0.0), right)


def quality_focal_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Quality focal loss at β = 2 is at most binary cross-entropy with logits; their ratio tends to 1 for hopeless scores."""
    z, q = draw(rng, "real", "quality")
    z[-1], q[-1] = -40, 1
    return bound(
        "quality_focal", "binary_cross_entropy_with_logits", loss.quality_focal(z, q), loss.binary_cross_entropy_with_logits(z, q)
    )


def quality_focal_is_cross_entropy_times_a_squared_error(rng: np.random.Generator) -> Identity:
    """Quality focal loss at β = 2 is binary cross-entropy times the squared error of p and q."""
    z, q = draw(rng, "real", "quality")
    p = 1 / (1 + np.exp(-z))
    right = loss.binary_cross_entropy(p, q) * loss.squared_error(p, q)
    return equal("quality_focal", "binary_cross_entropy", loss.quality_focal(z, q, beta=2.0), right, "squared_error")


def varifocal_of_background_is_focal(rng: np.random.Generator) -> Identity:
    """Varifocal loss at q = 0 is the focal loss of a negative whose positives have the weight 1 − α."""
    (z,) = draw(rng, "real")
    right = loss.focal(z, 0 * z, alpha=0.4, gamma=3.0)
    return equal("varifocal", "focal", loss.varifocal(z, 0 * z, alpha=0.6, gamma=3.0), right)


def varifocal_of_an_object_is_cross_entropy_times_its_quality(rng: np.random.Generator) -> Identity:
    """Varifocal loss at q > 0 is q times binary cross-entropy with logits and the soft target q."""
    z, q = draw(rng, "real", "probability")
    right = q * loss.binary_cross_entropy_with_logits(z, q)
    return equal("varifocal", "binary_cross_entropy_with_logits", loss.varifocal(z, q), right)


def varifocal_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Varifocal loss is at most binary cross-entropy with logits and the target q, and equal for q = 1."""
    z, q = draw(rng, "real", "quality")
    q[-1] = 1
    return bound("varifocal", "binary_cross_entropy_with_logits", loss.varifocal(z, q), loss.binary_cross_entropy_with_logits(z, q))


def _shares(y: Array, bins: int) -> Array:
    """What the two bins beside a place get, (…, bins)."""
    return np.asarray(np.maximum(0, 1 - np.abs(y[:, None] - np.arange(bins))))


def distribution_focal_is_cross_entropy_of_two_bins(rng: np.random.Generator) -> Identity:
    """Distribution focal loss is cross-entropy with a target on the two bins beside y."""
    (z,), (y,) = draw(rng, "real", shape=CLASSES), draw(rng, "place")
    return equal("distribution_focal", "cross_entropy", loss.distribution_focal(z, y), loss.cross_entropy(z, _shares(y, 4)))


def distribution_focal_of_a_whole_number_is_nll(rng: np.random.Generator) -> Identity:
    """Distribution focal loss of a whole number is the negative log-likelihood loss of that bin."""
    (z,), (y,) = draw(rng, "real", shape=CLASSES), draw(rng, "index")
    logp = z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return equal("distribution_focal", "nll", loss.distribution_focal(z, y), loss.nll(logp, y))


def distribution_focal_is_at_least_the_entropy_of_the_place(rng: np.random.Generator) -> Identity:
    """Distribution focal loss is at least the binary cross-entropy of the fraction of y with itself, its value at the shares."""
    (z,), (y,) = draw(rng, "real", shape=CLASSES), draw(rng, "place")
    z[-1] = np.log(np.maximum(_shares(y, 4)[-1], 1e-30))
    part = y - np.floor(y)
    return bound("binary_cross_entropy", "distribution_focal", loss.binary_cross_entropy(part, part), loss.distribution_focal(z, y))
