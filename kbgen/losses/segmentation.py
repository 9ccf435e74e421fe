"""Segmentation: losses that compare a predicted region with the marked one.

They look at the regions as wholes, not pixel by pixel.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def dice(pred, mask, *, smooth=1.0):
    """One minus the Dice coefficient: twice the overlap over the sum of both sizes.

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Milletari, Navab, Ahmadi 2016, arXiv:1606.04797 (there with squares in the
    denominator).
    """
    pred, mask = shaped("n P, n P", pred, mask)
    wrong = _missed(pred, mask) + _extra(pred, mask)
    return _ratio(wrong, np.sum(pred + mask, axis=-1) + smooth)


def dice_grad(pred, mask, *, smooth=1.0):
    """Gradient in pred: one value at all pixels of the region, one at all outside."""
    pred, mask = shaped("n P, n P", pred, mask)
    total = np.sum(pred + mask, axis=-1) + smooth
    loss = dice(pred, mask, smooth=smooth)[:, None]
    return _ratio(1 - 2 * mask - loss, total[:, None])


def jaccard(pred, mask, *, smooth=1.0):
    """One minus overlap over union, of probabilities instead of a hard prediction.

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Rahman, Wang 2016, doi:10.1007/978-3-319-50835-1_22.
    """
    pred, mask = shaped("n P, n P", pred, mask)
    missed, extra = _missed(pred, mask), _extra(pred, mask)
    return _ratio(missed + extra, np.sum(mask, axis=-1) + extra + smooth)


def jaccard_grad(pred, mask, *, smooth=1.0):
    """Gradient in pred, by the quotient rule."""
    pred, mask = shaped("n P, n P", pred, mask)
    union = np.sum(mask, axis=-1) + _extra(pred, mask) + smooth
    loss = jaccard(pred, mask, smooth=smooth)[:, None]
    return _ratio((1 - mask) * (1 - loss) - mask, union[:, None])


def tversky(pred, mask, *, alpha=0.3, beta=0.7, smooth=1.0):
    """Dice with a price of its own for false alarms (`alpha`) and for misses (`beta`).

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Salehi, Erdogmus, Gholipour 2017, arXiv:1706.05721.
    """
    pred, mask = shaped("n P, n P", pred, mask)
    error = alpha * _extra(pred, mask) + beta * _missed(pred, mask)
    return _ratio(error, np.sum(pred * mask, axis=-1) + error + smooth)


def tversky_grad(pred, mask, *, alpha=0.3, beta=0.7, smooth=1.0):
    """Gradient in pred, by the quotient rule."""
    pred, mask = shaped("n P, n P", pred, mask)
    error = alpha * _extra(pred, mask) + beta * _missed(pred, mask)
    total = np.sum(pred * mask, axis=-1) + error + smooth
    slope = alpha * (1 - mask) - beta * mask
    loss = tversky(pred, mask, alpha=alpha, beta=beta, smooth=smooth)[:, None]
    return _ratio(slope - loss * (mask + slope), total[:, None])


def _missed(pred, mask):
    """Expected number of false negatives."""
    return np.sum((1 - pred) * mask, axis=-1)


def _extra(pred, mask):
    """Expected number of false positives."""
    return np.sum(pred * (1 - mask), axis=-1)


def _ratio(part, whole):
    """`part / whole`; 0 where the whole is 0: nothing marked, nothing wrong."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
