"""Segmentation."""

import numpy as np

from kbgen.losses.segmentation import (
    boundary,
    boundary_grad,
    dice,
    dice_cross_entropy,
    focal_tversky,
    generalized_dice,
    jaccard,
    lovasz_hinge,
    lovasz_hinge_grad,
    tversky,
)


def boundary__alone():
    """A small target is worth next to nothing."""
    mask = np.zeros((1, 32, 32))
    mask[0, 15:17, 15:17] = 1
    empty = np.zeros((1, 32, 32))
    wrong = boundary(empty, mask) - boundary(mask, mask)
    right = wrong + dice(empty.reshape(1, -1), mask.reshape(1, -1))
    return wrong, right


def boundary__free_rim():
    """One pixel less inside, and the outermost pixels cost nothing."""
    mask = np.array([[[0, 0, 1, 1, 1, 1, 0, 0]]])
    eaten = np.array([[[0, 0, 0, 1, 1, 0, 0, 0]]])
    distance = boundary_grad(mask, mask) * mask.size
    shifted = distance + mask  # -(d - 1) inside, as scipy users often write it
    wrong = np.sum(shifted * (eaten - mask)) / mask.size
    right = boundary(eaten, mask) - boundary(mask, mask)
    return wrong, right


def boundary__resolution():
    """Twice as many pixels, twice the distances."""
    wrong = []
    for width in (100, 200):
        place = np.arange(width)[None, None]
        mask, pred = place >= width / 2, place >= width / 4
        wrong += [boundary(pred, mask) - boundary(mask, mask)]
    right = np.divide(wrong, [[100], [200]])  # over the width of the image
    wrong, right = np.ravel(wrong), right.ravel()
    return wrong, right


def dice_cross_entropy__summed():
    """A sum over the pixels drowns the region."""
    logit, mask = np.zeros((1, 64 * 64)), np.zeros((1, 64 * 64))
    mask[:, :40] = 1
    region = dice_cross_entropy(logit, mask, ce_weight=0)
    pixels = dice_cross_entropy(logit, mask, dice_weight=0)
    wrong = region / (region + pixels * mask.size)  # the share of Dice
    right = region / (region + pixels)
    return wrong, right


def dice_cross_entropy__twice():
    """Probabilities are taken for logits."""
    logit, mask = np.array([[9.0, 9, -9, -9]]), np.array([[1, 1, 0, 0]])
    prob = 1 / (1 + np.exp(-logit))
    wrong = dice_cross_entropy(prob, mask)
    right = dice_cross_entropy(logit, mask)
    return wrong, right


def dice_cross_entropy__empty_image():
    """Nothing there and nearly nothing predicted."""
    mask = np.zeros((1, 64 * 64))
    logit = np.full_like(mask, np.log(0.001 / 0.999))
    both = [{"ce_weight": 0}, {"dice_weight": 0}]
    region, pixels = (dice_cross_entropy(logit, mask, **one) for one in both)
    wrong = region
    right = pixels
    return wrong, right


def focal_tversky__exponent():
    """Both 3/4 and 4/3 are called gamma."""
    pred, mask = np.array([[0.9] * 4, [0.1] * 4]), np.ones((2, 4))
    loss = tversky(pred, mask, alpha=0.3, beta=0.7, smooth=0)  # one easy, one hard
    wrong = 4 / 3 * loss ** (4 / 3 - 1)  # by what the slope is multiplied
    right = 3 / 4 * loss ** (3 / 4 - 1)
    return wrong, right


def focal_tversky__perfect():
    """An infinite slope times a slope of zero."""
    import torch

    logit = torch.tensor([40.0, -800.0], dtype=torch.float64, requires_grad=True)
    prob, mask = torch.sigmoid(logit), torch.tensor([1.0, 0.0])
    miss = torch.sum(0.7 * (1 - prob) * mask + 0.3 * prob * (1 - mask))
    loss = miss / (torch.sum(prob * mask) + miss)
    (wrong,) = torch.autograd.grad(loss**0.75, logit, retain_graph=True)
    (right,) = torch.autograd.grad(loss.clamp(min=1e-7) ** 0.75, logit)
    return wrong, right


def focal_tversky__mean_first():
    """The power of a mean is not the mean of powers."""
    pred, mask = np.array([[0.9] * 4, [0.1] * 4]), np.ones((2, 4))
    plain = focal_tversky(pred, mask, gamma=1, smooth=0)
    wrong = plain.mean() ** 0.75
    right = focal_tversky(pred, mask, gamma=0.75, smooth=0).mean()
    return wrong, right


def generalized_dice__uniform():
    """Without weights it counts wrong pixels."""
    target = np.eye(2)[[[1] + [0] * 99]]  # one pixel of the rare class
    missed = np.eye(2)[[[0] * 100]]
    wrong = generalized_dice(missed, target, power=0)
    right = generalized_dice(missed, target, power=2)
    return wrong, right


def generalized_dice__absent():
    """A tiny constant gives an absent class nearly all the weight."""
    target = np.eye(3)[[[0] * 90 + [1] * 10]]  # nothing of the third class
    prob = 0.999 * target + 0.001 / 3
    weight = 1 / (np.sum(target, axis=1) ** 2 + 1e-7)
    overlap = np.sum(weight * np.sum(prob * target, axis=1))
    wrong = 1 - 2 * overlap / np.sum(weight * np.sum(prob + target, axis=1))
    right = generalized_dice(prob, target)
    return wrong, right


def generalized_dice__one_label():
    """One wrong label in a class of four, and one in a class of a thousand."""
    target = np.eye(2)[[[0] * 1000 + [1] * 4]]
    off, target = target.repeat(2, 0), target.repeat(2, 0)
    off[0, -1], off[1, 0] = [1, 0], [0, 1]
    wrong = generalized_dice(off, target, power=0)
    right = generalized_dice(off, target)
    return wrong, right


def lovasz_hinge__probabilities():
    """A perfect probability of 0 is a score of 0."""
    mask = np.array([[1, 1, 0, 0, 0, 0]])
    prob = np.array([[1.0, 1, 0, 0, 0, 0]])
    wrong = lovasz_hinge(prob, mask)
    right = lovasz_hinge(8 * prob - 4, mask)
    return wrong, right


def lovasz_hinge__one_pixel():
    """Without a target, only the worst pixel learns."""
    score, mask = np.array([[-0.5, 0.2, 0.9, -0.1]]), np.array([[0, 0, 0, 0]])
    each = score - (2 * mask - 1) * 1.0  # hinge, pixel by pixel
    wrong = lovasz_hinge_grad(score, mask)
    right = (each > 0) / each.size
    return wrong, right


def lovasz_hinge__pooled():
    """One ratio for the batch, or one for each image."""
    mask = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0, 0, 0]])
    score = np.array([[2, 2, 2, 2, 2, 2, 2, 2], [-1, -2, -2, -2, -2, -2, -2, -2]])
    wrong = lovasz_hinge(score.reshape(1, -1), mask.reshape(1, -1))
    right = lovasz_hinge(score, mask).mean()
    return wrong, right


def dice__squares():
    """The paper has squares in the denominator, most libraries do not."""
    pred, mask = np.array([[0.9, 0.9, 0.9]]), np.array([[1, 1, 1]])
    wrong = 1 - 2 * np.sum(pred * mask) / np.sum(pred**2 + mask**2)
    right = dice(pred, mask, smooth=0)
    return wrong, right


def dice__empty_mask():
    """A constant below, and none above."""
    import keras

    pred, mask = np.zeros((1, 4)), np.zeros((1, 4))
    wrong = keras.losses.Dice()(mask, pred)
    right = dice(pred, mask, smooth=1e-7)
    return wrong, right


def dice__pooled():
    """One ratio over the batch is ruled by the large targets."""
    mask = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0, 0, 0]])
    pred = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0]])
    wrong = dice(pred.reshape(1, -1), mask.reshape(1, -1), smooth=0)
    right = dice(pred, mask, smooth=0).mean()
    return wrong, right


def jaccard__soft_labels():
    """The product of two halves is a quarter."""
    pred, mask = np.full((1, 4), 0.5), np.full((1, 4), 0.5)
    overlap, union = np.minimum(pred, mask), np.maximum(pred, mask)
    wrong = jaccard(pred, mask, smooth=0)
    right = 1 - overlap.sum() / union.sum()
    return wrong, right


def jaccard__data_set():
    """The mIoU of papers pools first."""
    mask = np.array([[1, 1, 1, 1, 1, 0], [1, 0, 0, 0, 0, 0]])
    pred = np.array([[1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]])
    classes = [(pred == k, mask == k) for k in (0, 1)]
    losses = [jaccard(p, m, smooth=0).mean() for p, m in classes]
    wrong = 1 - np.mean(losses)
    right = np.mean([(p & m).sum() / (p | m).sum() for p, m in classes])
    return wrong, right


def jaccard__smoothing():
    """Smoothing counts in pixels."""
    pred, mask = np.array([[0, 0, 0, 0, 0]]), np.array([[1, 1, 0, 0, 0]])
    wrong = jaccard(pred, mask, smooth=4)
    right = jaccard(pred, mask, smooth=0)
    return wrong, right


def tversky__keras():
    """Keras weighs misses by alpha."""
    import keras

    pred, mask = np.array([[1, 0, 1, 1, 1]]), np.array([[1, 1, 0, 0, 0]])
    wrong = keras.losses.Tversky(alpha=0.3, beta=0.7)(mask, pred)
    right = tversky(pred, mask, alpha=0.3, beta=0.7, smooth=0)
    return wrong, right


def tversky__scaled():
    """Only a fixed sum of both prices is neutral."""
    regions = np.array([[0.8, 0.6, 0.1, 0]]), np.array([[1, 1, 0, 0]])
    halves = tversky(*regions, alpha=0.5, beta=0.5, smooth=0)
    ones = tversky(*regions, alpha=1, beta=1, smooth=0)
    d, j = dice(*regions, smooth=0), jaccard(*regions, smooth=0)
    wrong = np.hstack([halves, d, ones, d])
    right = np.hstack([halves, d, ones, j])
    return wrong, right
