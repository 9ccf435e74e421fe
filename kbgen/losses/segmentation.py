"""Segmentation: losses that compare a predicted region with the marked one.

They look at the regions as wholes, not pixel by pixel.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    # 1 / (1 + exp(-z)) would overflow; this is precise down to the smallest number
    return np.exp(-np.logaddexp(0, -z))


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


def focal_tversky(pred, mask, *, alpha=0.3, gamma=0.75, smooth=1.0):
    """A power of the Tversky loss whose prices are alpha and 1 - alpha.

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Abraham, Khan 2019, arXiv:1810.07842 (there 1 / gamma, with gamma = 4/3).
    """
    return tversky(pred, mask, alpha=alpha, beta=1 - alpha, smooth=smooth) ** gamma


def focal_tversky_grad(pred, mask, *, alpha=0.3, gamma=0.75, smooth=1.0):
    """Gradient in pred; for gamma below 1 it is infinite where the loss is 0."""
    params = {"alpha": alpha, "beta": 1 - alpha, "smooth": smooth}
    loss = tversky(pred, mask, **params)[:, None]
    slope = tversky_grad(pred, mask, **params)
    steep, finite = np.full_like(loss, np.inf), (loss > 0) | (gamma >= 1)
    np.power(loss, gamma - 1, out=steep, where=finite)
    steep = np.broadcast_to(gamma * steep, slope.shape)
    return np.multiply(steep, slope, out=np.zeros_like(slope), where=slope != 0)


def generalized_dice(prob, target, *, power=2.0):
    """The Dice ratio of all classes together, each over a power of its size.

    A class without pixels weighs as much as the smallest that has some.
    Shapes: prob (n, P, K), target (n, P, K) -> (n).
    Source: Sudre, Li, Vercauteren, Ourselin, Cardoso 2017, arXiv:1707.03237.
    """
    prob, target = shaped("n P K, n P K", prob, target)
    weight = _by_size(target, power)
    wrong = weight * (prob * (1 - target) + (1 - prob) * target)
    return wrong.sum(axis=(1, 2)) / np.sum(weight * (prob + target), axis=(1, 2))


def generalized_dice_grad(prob, target, *, power=2.0):
    """Gradient in prob: one value per class inside its region, one outside."""
    prob, target = shaped("n P K, n P K", prob, target)
    weight = _by_size(target, power)
    total = np.sum(weight * (prob + target), axis=(1, 2), keepdims=True)
    loss = generalized_dice(prob, target, power=power)[:, None, None]
    return weight * (1 - 2 * target - loss) / total


def dice_cross_entropy(logit, mask, *, dice_weight=1.0, ce_weight=1.0, smooth=1.0):
    """Dice loss of the region plus the mean cross-entropy of its pixels.

    Shapes: logit (n, P), mask (n, P) -> (n).
    Source: Isensee, Jaeger, Kohl, Petersen, Maier-Hein 2021,
    doi:10.1038/s41592-020-01008-z.
    """
    logit, mask = shaped("n P, n P", logit, mask)
    overlap = dice(_sigmoid(logit), mask, smooth=smooth)
    surprise = np.mean(np.logaddexp(0, (1 - 2 * mask) * logit), axis=-1)
    return dice_weight * overlap + ce_weight * surprise


def dice_cross_entropy_grad(logit, mask, *, dice_weight=1.0, ce_weight=1.0, smooth=1.0):
    """Gradient in the logits: that of Dice fades with p (1 - p), the other does not."""
    logit, mask = shaped("n P, n P", logit, mask)
    prob, sign = _sigmoid(logit), 1 - 2 * mask
    overlap = dice_grad(prob, mask, smooth=smooth) * prob * _sigmoid(-logit)
    surprise = sign * _sigmoid(sign * logit) / logit.shape[-1]
    return dice_weight * overlap + ce_weight * surprise


def lovasz_hinge(score, mask):
    """The Lovasz extension of the Jaccard loss, at the hinge losses of the pixels.

    Shapes: score (n, P), mask (n, P) -> (n).
    Source: Berman, Rannen Triki, Blaschko 2018, arXiv:1705.08790.
    """
    score, mask = shaped("n P, n P", score, mask)
    miss = np.maximum(0, 1 - (2 * mask - 1) * score)
    return np.sum(miss * _jaccard_steps(miss, mask), axis=-1)


def lovasz_hinge_grad(score, mask):
    """A subgradient: a pixel pulls by what its mistake adds to the Jaccard loss."""
    score, mask = shaped("n P, n P", score, mask)
    sign = 2 * mask - 1
    miss = np.maximum(0, 1 - sign * score)
    return np.where(miss > 0, -sign * _jaccard_steps(miss, mask), 0)


def boundary(prob, mask):
    """The mean of the probabilities times the signed distance from the boundary.

    Shapes: prob (n, H, W), mask (n, H, W) -> (n).
    Source: Kervadec, Bouchtiba, Desrosiers, Granger, Dolz, Ben Ayed 2019,
    arXiv:1812.07032.
    """
    prob, mask = shaped("n H W, n H W", prob, mask)
    return np.mean(_signed_distance(mask) * prob, axis=(1, 2))


def boundary_grad(prob, mask):
    """Gradient in prob: the map of distances itself, whatever was predicted."""
    prob, mask = shaped("n H W, n H W", prob, mask)
    return _signed_distance(mask) / (mask.shape[1] * mask.shape[2])


def log_cosh_dice(pred, mask, *, smooth=1.0):
    """The logarithm of the hyperbolic cosine of the Dice loss.

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Jadon 2020, arXiv:2006.14822.
    """
    loss = dice(pred, mask, smooth=smooth)
    return np.logaddexp(loss, -loss) - np.log(2).astype(loss.dtype)


def log_cosh_dice_grad(pred, mask, *, smooth=1.0):
    """Gradient in pred: that of Dice, times the hyperbolic tangent of its value."""
    loss = dice(pred, mask, smooth=smooth)[:, None]
    return np.tanh(loss) * dice_grad(pred, mask, smooth=smooth)


def sensitivity_specificity(pred, mask, *, ratio=0.05):
    """Mean squared error inside the mask and outside, weighed against each other.

    Shapes: pred (n, P), mask (n, P) -> (n).
    Source: Brosch, Yoo, Tang, Li, Traboulsee, Tam 2015, MICCAI.
    """
    pred, mask = shaped("n P, n P", pred, mask)
    square, rest = (pred - mask) ** 2, 1 - mask
    inside = _ratio(np.sum(square * mask, axis=-1), np.sum(mask, axis=-1))
    outside = _ratio(np.sum(square * rest, axis=-1), np.sum(rest, axis=-1))
    return ratio * inside + (1 - ratio) * outside


def unified_focal(logit, mask, *, weight=0.5, delta=0.6, gamma=0.5):
    """Focal cross-entropy of the pixels and focal Tversky of both classes.

    The rare class is the foreground: its pixels are not played down, its region is.
    Shapes: logit (n, P), mask (n, P) -> (n).
    Source: Yeung, Sala, Schoenlieb, Rundo 2022, arXiv:2102.04525 (asymmetric form).
    """
    logit, mask = shaped("n P, n P", logit, mask)
    prob, rest = _sigmoid(logit), 1 - mask
    fall = (1 - delta) * prob**gamma * np.logaddexp(0, logit)
    pixels = np.mean(np.where(mask > 0, delta * np.logaddexp(0, -logit), fall), axis=-1)
    prices = {"alpha": 1 - delta, "beta": delta, "smooth": 0.0}
    front, back = tversky(prob, mask, **prices), tversky(1 - prob, rest, **prices)
    return weight * pixels + (1 - weight) * (back + front ** (1 - gamma)) / 2


def hausdorff(prob, mask, *, alpha=2.0):
    """Squared errors, times powers of the distance from either outline.

    Shapes: prob (n, D, d), mask (n, D, d) -> (n).
    Source: Karimi, Salcudean 2020, arXiv:1904.10030.
    """
    prob, mask = shaped("n D d, n D d", prob, mask)
    hard = (prob > 0.5).astype(prob.dtype)
    far = (np.abs(_signed_distance(outline)) ** alpha for outline in (hard, mask))
    return np.mean((prob - mask) ** 2 * sum(far), axis=(1, 2))


def cldice(prob, mask, *, steps=3, smooth=1.0):
    """One minus the Dice-like mean of how much of either centre line is covered.

    Shapes: prob (n, H, W), mask (n, H, W) -> (n).
    Source: Shit et al. 2021, arXiv:2003.07311.
    """
    prob, mask = shaped("n H W, n H W", prob, mask)
    precise = _covered(_skeleton(prob, steps), mask, smooth)
    complete = _covered(_skeleton(mask, steps), prob, smooth)
    return 1 - _ratio(2 * precise * complete, precise + complete)


def _covered(line, region, smooth):
    """The share of a centre line that lies in a region; all of an empty line."""
    length = np.sum(line, axis=(1, 2)) + smooth
    outside = np.sum(line * (1 - region), axis=(1, 2))
    return 1 - _ratio(outside, length)


def _skeleton(image, steps):
    """Soft centre lines: what opening removes, as the image is worn down."""
    line = np.maximum(0, image - _opened(image))
    for _ in range(int(steps)):
        image = _worn(image)
        thin = np.maximum(0, image - _opened(image))
        line = line + np.maximum(0, thin - line * thin)
    return line


def _opened(image):
    """Worn down, then grown: the largest of the 9 pixels around each."""
    around = [(i, j) for i in range(3) for j in range(3)]
    return np.max(_neighbours(_worn(image), around, -np.inf), axis=0)


def _worn(image):
    """The smallest of each pixel and the four beside it."""
    return np.min(
        _neighbours(image, [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)], np.inf), axis=0
    )


def _neighbours(image, places, beyond):
    """The image moved so that each place of a 3 x 3 window comes to its middle."""
    rows, columns = image.shape[1:]
    wide = np.pad(image, ((0, 0), (1, 1), (1, 1)), constant_values=beyond)
    return np.stack([wide[:, i : i + rows, j : j + columns] for i, j in places])


def _jaccard_steps(miss, mask):
    """What each pixel adds to the Jaccard loss as mistakes come in, worst first."""
    order = np.argsort(-miss, axis=-1, kind="stable")
    marked = np.take_along_axis(mask, order, axis=-1)
    size = np.sum(mask, axis=-1, keepdims=True)
    kept = size - np.cumsum(marked, axis=-1)
    union = size + np.cumsum(1 - marked, axis=-1)
    steps = 1 - kept / union
    steps[:, 1:] = np.diff(steps, axis=-1)
    return np.take_along_axis(steps, np.argsort(order, axis=-1), axis=-1)


def _signed_distance(mask):
    """Distance to the nearest pixel of the other kind, negative inside the mask."""
    inside = mask > 0.5
    far = np.where(inside, -_distance(~inside), _distance(inside))
    return far.astype(mask.dtype)


def _distance(there):
    """Distance of each pixel to the nearest where `there` holds; 0 if it never does."""
    rows, columns = map(np.arange, there.shape[1:])
    left = np.maximum.accumulate(np.where(there, columns, -np.inf), axis=2)
    right = np.minimum.accumulate(np.where(there, columns, np.inf)[..., ::-1], axis=2)
    across = np.minimum(columns - left, right[..., ::-1] - columns)  # in the same row
    down = np.subtract.outer(rows, rows)[:, :, None]
    square = np.min(across[:, None] ** 2 + down**2, axis=2)
    return np.sqrt(np.where(np.isfinite(square), square, 0))


def _by_size(target, power):
    """Weights (n, 1, K) of the classes: 1 for the smallest that has pixels."""
    size = np.sum(target, axis=1, keepdims=True)
    least = np.min(size, axis=2, keepdims=True, where=size > 0, initial=np.inf)
    return (least / np.maximum(size, least)) ** power


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
