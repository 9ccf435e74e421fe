"""Object detection: boxes (x1, y1, x2, y2), their scores and their sides."""

import numpy as np

from kbgen.losses.classification import focal
from kbgen.losses.detection import (
    diou,
    diou_grad,
    distribution_focal,
    giou,
    giou_grad,
    iou_box,
    iou_box_grad,
    quality_focal,
    varifocal,
)


def ciou__constant_alpha():
    """Libraries let no gradient through alpha."""
    import torch
    from torch.autograd import grad

    width = torch.tensor(1.0, requires_grad=True)  # the true box: 2 by 2
    miss, turn = 1 - width / 2, torch.pi / 4 - torch.atan(width / 2)
    v = (2 / torch.pi * turn) ** 2
    alpha = v / (miss + v)
    library, loss = miss + alpha.detach() * v, miss + alpha * v
    wrong = torch.stack([library, *grad(library, width, retain_graph=True)])
    right = torch.stack([loss, *grad(loss, width)])
    return wrong, right


def ciou__small_boxes():
    """The slope of v has the square of the diagonal below it."""
    width, height = np.array([0.01, 0.5]), np.array([0.02, 1.0])
    turn = np.arctan(1) - np.arctan(width / height)  # the true box: a square
    slope = -8 / np.pi**2 * turn * height / (width**2 + height**2)
    wrong = slope
    right = slope * (width**2 + height**2)
    return wrong, right


def ciou__zero_height():
    """The slope of a quotient with zero below it is not a number."""
    import torch

    sides = torch.tensor([2.0, 0.0], requires_grad=True)
    width, height = sides
    (wrong,) = torch.autograd.grad(torch.atan(width / height), sides)
    (right,) = torch.autograd.grad(torch.atan2(width, height), sides)
    return wrong, right


def diou__far_away():
    """The pull of the centres fades with the square of the distance."""
    distance = np.array([[10], [100], [1000]])
    target = np.array([[0, 0, 1, 1]] * 3)
    edges = diou_grad(target + distance * [1, 0, 1, 0], target)
    pull = edges[:, 0] + edges[:, 2]  # the whole box moves to the right
    wrong = pull[[0, 0, 0]]
    right = pull
    return wrong, right


def diou__squeezed():
    """A unit square made of a wide image weighs the directions differently."""
    target = np.array([[900, 200, 1000, 300]] * 2)
    moved = np.array([[100, 0, 100, 0], [0, 100, 0, 100]])  # right, and down
    image = np.array([2000, 500, 2000, 500])
    wrong = diou((target + moved) / image, target / image)
    right = diou(target + moved, target)
    return wrong, right


def giou__blown_up():
    """The edges of a distant box want to go apart."""
    slope = giou_grad([[5, 5, 6, 6]], [[0, 0, 1, 1]])[0]
    edges = slope[[0, 2]]  # left, right
    wrong = edges.mean() * np.ones(2)  # moved as a whole
    right = edges
    return wrong, right


def giou__above_one():
    """The loss goes up to 2."""
    pred, target = [[3, 0, 4, 1]], [[0, 0, 1, 1]]
    wrong = iou_box(pred, target)
    right = giou(pred, target)
    return wrong, right


def giou__contained():
    """The box around both is the larger box."""
    target = [[0, 0, 3, 3], [0, 0, 3, 3]]
    pred = [[1, 1, 2, 2], [0, 0, 1, 1]]  # in the middle, in the corner
    wrong = giou(pred, target)
    right = diou(pred, target)
    return wrong, right


def iou_box__logarithm():
    """Two losses have this name."""
    half = iou_box([[0, 0, 2, 1]], [[0, 0, 2, 2]])
    wrong = -np.log(1 - half)
    right = half
    return wrong, right


def iou_box__centre_size():
    """Centre and size read as corners."""
    pred, target = np.array([[9, 5, 2, 2]]), np.array([[5, 5, 2, 2]])
    centre, half = np.eye(2), np.eye(2) / 2  # x, y; width, height
    to_corners = np.block([[centre, centre], [-half, half]])
    wrong = iou_box(pred, target)
    right = iou_box(pred @ to_corners, target @ to_corners)
    return wrong, right


def iou_box__no_area():
    """A point in the target has no slope."""
    target = [[0, 0, 2, 2]]
    wrong = iou_box_grad([[1, 1, 1, 1]], target)[0]
    log_side = -2.0
    half = np.exp(log_side) / 2
    right = iou_box_grad([[1 - half, 1 - half, 1 + half, 1 + half]], target)[0]
    return wrong, right


def distribution_focal__most_likely():
    """The place is the mean of the bins, not the likeliest bin."""
    prob = np.array([0.02, 0.08, 0.45, 0.4, 0.05])
    wrong = prob.argmax()
    right = prob @ np.arange(5)
    return wrong, right


def distribution_focal__out_of_range():
    """Sixteen bins end at fifteen strides."""
    side, stride, bins = 200, 8, 16  # pixels
    target = np.array([side / stride])
    place = np.clip(target, 0, bins - 1)
    wrong = place * stride
    right = np.array([side])
    return wrong, right


def distribution_focal__only_the_mean():
    """Two distributions with one mean."""
    sharp = np.array([0.01, 0.48, 0.49, 0.01, 0.01])
    spread = np.array([0.46, 0.03, 0.03, 0.02, 0.46])
    prob, target = np.stack([sharp, spread]), np.array([1.53, 1.99])
    wrong = (prob @ np.arange(5) - target) ** 2
    right = distribution_focal(np.log(prob), target)
    return wrong, right


def quality_focal__soft_label():
    """A soft label in the ordinary focal loss."""
    score = np.linspace(-4, 4, 8001)
    target = np.full_like(score, 0.8)
    prob = 1 / (1 + np.exp(-score))
    correct = target * prob + (1 - target) * (1 - prob)  # p_t of the libraries
    surprise = np.logaddexp(0, score) - target * score
    ordinary = (1 - correct) ** 2 * surprise
    wrong = prob[ordinary.argmin()]
    right = prob[quality_focal(score, target).argmin()]
    return wrong, right


def quality_focal__mean():
    """A mean over all places instead of a sum over the number of objects."""
    score, target = np.full(10_000, -4.0), np.zeros(10_000)
    score[:4], target[:4] = 0.5, 0.9
    wrong = quality_focal(score, target).mean()
    right = quality_focal(score, target).sum() / 4
    return wrong, right


def quality_focal__no_alpha():
    """Focal loss has weights for both sides, this one has none."""
    score, target = np.array([2.0, -2.0]), np.array([0.0, 1.0])
    wrong = focal(score, target, alpha=0.25, gamma=2)
    right = quality_focal(score, target)
    return wrong, right


def varifocal__jump():
    """An object of quality 0.001 is not background."""
    score, quality = np.array([2.0, 2.0]), np.array([0.001, 0.0])
    wrong = varifocal(score[:1], quality[:1])
    right = varifocal(score[1:], quality[1:])
    return wrong, right


def varifocal__floor():
    """A perfect score does not cost nothing."""
    quality = np.array([0.5, 0.7, 0.9])
    score = np.log(quality / (1 - quality))
    wrong = np.zeros(3)
    right = varifocal(score, quality)
    return wrong, right


def varifocal__alpha():
    """Here alpha is the weight of the background."""
    score, nothing = np.array([-1.0, 1.0]), np.array([0.0, 0.0])
    wrong = varifocal(score, nothing, alpha=0.25)
    right = focal(score, nothing, alpha=0.25, gamma=2)
    return wrong, right
