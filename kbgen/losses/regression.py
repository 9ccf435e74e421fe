"""Regression: how far a predicted number, or direction, is from the true one."""

import numpy as np

from kbgen.losses.shapes import shaped


def squared_error(pred, target):
    """The residual, squared.

    Shapes: pred (n), target (n) -> (n).
    Source: Stigler 1981 on Legendre and Gauss, doi:10.1214/aos/1176345451.
    """
    pred, target = shaped("..., ...", pred, target)
    return (pred - target) ** 2


def squared_error_grad(pred, target):
    """d squared_error / d pred: twice the residual."""
    pred, target = shaped("..., ...", pred, target)
    return 2 * (pred - target)


def absolute_error(pred, target):
    """The size of the residual.

    Shapes: pred (n), target (n) -> (n).
    Source: Portnoy and Koenker 1997, doi:10.1214/ss/1030037960.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.abs(pred - target)


def absolute_error_grad(pred, target):
    """d absolute_error / d pred: the sign of the residual; 0 at the kink."""
    pred, target = shaped("..., ...", pred, target)
    return np.sign(pred - target)


def quantile(pred, target, *, tau=0.5):
    """A tilted absolute error: `tau` per unit too low, 1 - `tau` per unit too high.

    Shapes: pred (n), target (n) -> (n).
    Source: Koenker and Bassett 1978, doi:10.2307/1913643.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.maximum(tau * (target - pred), (1 - tau) * (pred - target))


def quantile_grad(pred, target, *, tau=0.5):
    """d quantile / d pred: -`tau` below the target, 1 - `tau` above, 0 at the kink."""
    pred, target = shaped("..., ...", pred, target)
    # np.where with numbers would turn float32 into float64
    side = np.sign(pred - target)
    return (1 - tau) * np.maximum(side, 0) + tau * np.minimum(side, 0)


def expectile(pred, target, *, tau=0.5):
    """A tilted squared error: `tau` if it is too low, 1 - `tau` if too high.

    Shapes: pred (n), target (n) -> (n).
    Source: Newey and Powell 1987, doi:10.2307/1911031.
    """
    pred, target = shaped("..., ...", pred, target)
    low, high = np.maximum(target - pred, 0), np.maximum(pred - target, 0)
    return tau * low**2 + (1 - tau) * high**2


def expectile_grad(pred, target, *, tau=0.5):
    """d expectile / d pred: the residual, times twice the weight of its side."""
    pred, target = shaped("..., ...", pred, target)
    low, high = np.maximum(target - pred, 0), np.maximum(pred - target, 0)
    return 2 * ((1 - tau) * high - tau * low)


def squared_log_error(pred, target):
    """The squared difference of the logarithms of 1 + value.

    Shapes: pred (n), target (n) -> (n).
    Source: no first paper is known; on log ratios Tofallis 2015,
    doi:10.1057/jors.2014.103.
    """
    pred, target = shaped("..., ...", pred, target)
    # log1p keeps the digits of small values
    return (np.log1p(pred) - np.log1p(target)) ** 2


def squared_log_error_grad(pred, target):
    """d squared_log_error / d pred."""
    pred, target = shaped("..., ...", pred, target)
    return 2 * (np.log1p(pred) - np.log1p(target)) / (1 + pred)


def absolute_percentage_error(pred, target):
    """The size of the residual as a fraction of the target.

    Shapes: pred (n), target (n) -> (n).
    Source: Hyndman and Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.abs((pred - target) / target)


def absolute_percentage_error_grad(pred, target):
    """d absolute_percentage_error / d pred: sign of the residual over abs(target)."""
    pred, target = shaped("..., ...", pred, target)
    return np.sign(pred - target) / np.abs(target)


def symmetric_absolute_percentage_error(pred, target):
    """The size of the residual over the mean size of both numbers; 0 if both are 0.

    Shapes: pred (n), target (n) -> (n).
    Source: Makridakis 1993, doi:10.1016/0169-2070(93)90079-3.
    """
    pred, target = shaped("..., ...", pred, target)
    both = np.abs(pred) + np.abs(target)
    return 2 * (np.abs(pred - target) / (both + (both == 0)))


def symmetric_absolute_percentage_error_grad(pred, target):
    """d symmetric_absolute_percentage_error / d pred: 0 where the signs differ."""
    pred, target = shaped("..., ...", pred, target)
    both = np.abs(pred) + np.abs(target)
    share = np.abs(target) / (both + (both == 0))
    # at a prediction of 0 the mean of the slopes on its two sides
    same = 1 + np.sign(pred) * np.sign(target)
    return 2 * np.sign(pred - target) * same * share / (both + (both == 0))


def root_mean_squared_error(pred, target):
    """The root of the mean squared residual of each row.

    Shapes: pred (n, M), target (n, M) -> (n).
    Source: Hodson 2022, doi:10.5194/gmd-15-5481-2022.
    """
    pred, target = shaped("n M, n M", pred, target)
    _, length = _direction(pred - target)
    return length[:, 0] / pred.shape[1] ** 0.5


def root_mean_squared_error_grad(pred, target):
    """d root_mean_squared_error / d pred: their direction; 0 at a match."""
    pred, target = shaped("n M, n M", pred, target)
    direction, _ = _direction(pred - target)
    return direction / pred.shape[1] ** 0.5


def max_error(pred, target):
    """The largest absolute residual of each row.

    Shapes: pred (n, M), target (n, M) -> (n).
    Source: Boyd and Vandenberghe 2004, ISBN 978-0-521-83378-3, section 6.1.
    """
    pred, target = shaped("n M, n M", pred, target)
    return np.abs(pred - target).max(axis=-1, initial=0)


def linex(pred, target, *, a=1.0):
    """An exponential on the side of the sign of `a`, nearly straight on the other.

    Shapes: pred (n), target (n) -> (n).
    Source: Zellner 1986, doi:10.1080/01621459.1986.10478289.
    """
    pred, target = shaped("..., ...", pred, target)
    x = a * (pred - target)
    # expm1 is infinite long before 1000: no infinity minus infinity
    return np.expm1(x) - np.minimum(x, 1000)


def cosine_similarity_loss(pred, target):
    """One minus the cosine of the angle between two vectors; 1 if one of them is zero.

    Shapes: pred (n, d), target (n, d) -> (n).
    Source: Barz and Denzler 2020, arXiv:1901.09054.
    """
    (u, _), (v, _) = map(_direction, shaped("n d, n d", pred, target))
    # for unit vectors 2 - 2 u.v, without the cancellation at small angles
    chord = np.sum((u - v) ** 2, axis=-1)
    return np.where(u.any(axis=-1) & v.any(axis=-1), 0.5 * chord, 1)


def cosine_similarity_loss_grad(pred, target):
    """d cosine_similarity_loss / d pred: across it, off `target`; 0 if it is zero."""
    (u, length), (v, _) = map(_direction, shaped("n d, n d", pred, target))
    across = u * np.sum(u * v, axis=-1, keepdims=True) - v
    return across * u.any(axis=-1, keepdims=True) / (length + (length == 0))


def _direction(x):
    """Each vector at length 1, and its length. A zero vector stays zero."""
    largest = np.abs(x).max(axis=-1, keepdims=True, initial=0)
    # before squaring: 1e300 squared would overflow
    scaled = x / (largest + (largest == 0))
    norm = np.sqrt(np.sum(scaled**2, axis=-1, keepdims=True))
    return scaled / np.maximum(norm, 1), largest * norm


def mean_bias_error(pred, target):
    """The residual with its sign; the mean over many items is the bias.

    Shapes: pred (n), target (n) -> (n).
    Source: Willmott, Matsuura 2005, doi:10.3354/cr030079.
    """
    pred, target = shaped("..., ...", pred, target)
    return pred - target


def mean_bias_error_grad(pred, target):
    """d mean_bias_error / d pred: 1 everywhere, so that there is nowhere to stop."""
    pred, target = shaped("..., ...", pred, target)
    return np.ones_like(pred)


def scale_invariant_log_depth(pred, target, *, weight=0.5):
    """The mean square of the log errors less `weight` times the square of their mean.

    Shapes: pred (n, M), target (n, M) -> (n).
    Source: Eigen, Puhrsch, Fergus 2014, arXiv:1406.2283.
    """
    pred, target = shaped("n M, n M", pred, target)
    d = np.log(pred) - np.log(target)
    mean = d.mean(axis=-1, keepdims=True)
    # the variance first: a difference of squares could come out below zero
    return ((d - mean) ** 2).mean(axis=-1) + (1 - weight) * mean[:, 0] ** 2


def scale_invariant_log_depth_grad(pred, target, *, weight=0.5):
    """d scale_invariant_log_depth / d pred."""
    pred, target = shaped("n M, n M", pred, target)
    d = np.log(pred) - np.log(target)
    mean = d.mean(axis=-1, keepdims=True)
    return 2 / d.shape[-1] * (d - weight * mean) / pred
