"""Segmentation."""

import numpy as np

from kbgen.losses.segmentation import dice, jaccard, tversky


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
