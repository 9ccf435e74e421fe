"""Divergences: how far one distribution is from another.

The prediction comes first, the target second.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def kl_divergence(pred, target):
    """KL(target || pred): the extra surprise of expecting `pred` where `target` rules.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Kullback, Leibler 1951, doi:10.1214/aoms/1177729694.
    """
    pred, target = shaped("n K, n K", pred, target)
    # 0 log(0 / q) = 0, for q = 0 too
    p, q = (np.where(target > 0, a, 1) for a in (target, pred))
    # not log(p / q): the quotient might overflow
    return (target * (np.log(p) - np.log(q))).sum(axis=-1)


def kl_divergence_grad(pred, target):
    """d kl_divergence / d pred: minus target / pred."""
    pred, target = shaped("n K, n K", pred, target)
    return -np.divide(target, pred, out=np.zeros_like(pred), where=target > 0)


def _share(part, total, nothing, where):
    """Part / total at the places of `where`, and `nothing` elsewhere."""
    return np.divide(part, total, out=np.full_like(total, nothing), where=where)


def js_divergence(pred, target):
    """Mean of the KL divergences of both distributions from their average.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Lin 1991, doi:10.1109/18.61115.
    """
    pred, target = shaped("n K, n K", pred, target)
    total = pred + target
    # log(p / mean); where p is 0, the share does not matter, and 0 / 0 is avoided
    each = (p * np.log(2 * _share(p, total, 0.5, p > 0)) for p in (pred, target))
    return 0.5 * sum(each).sum(axis=-1)


def js_divergence_grad(pred, target):
    """d js_divergence / d pred: half the logarithm of pred over the average of both."""
    pred, target = shaped("n K, n K", pred, target)
    # without target the share is 1, even where both are 0
    return 0.5 * np.log(2 * _share(pred, pred + target, 1, target > 0))


def hellinger(pred, target):
    """Half the squared distance between the square roots of two distributions.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Hellinger 1909, doi:10.1515/crll.1909.136.210.
    """
    pred, target = shaped("n K, n K", pred, target)
    return 0.5 * ((np.sqrt(pred) - np.sqrt(target)) ** 2).sum(axis=-1)


def hellinger_grad(pred, target):
    """d hellinger / d pred: half of one minus the square root of target / pred."""
    pred, target = shaped("n K, n K", pred, target)
    # two roots: the quotient might overflow; without target the root is 0
    p, q = np.sqrt(target), np.sqrt(pred)
    return 0.5 - 0.5 * np.divide(p, q, out=np.zeros_like(pred), where=target > 0)


def total_variation_distance(pred, target):
    """Half the summed absolute differences: the share of probability that must move.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Gibbs and Su 2002, doi:10.1111/j.1751-5823.2002.tb00178.x.
    """
    pred, target = shaped("n K, n K", pred, target)
    return 0.5 * np.abs(pred - target).sum(axis=-1)


def total_variation_distance_grad(pred, target):
    """d total_variation_distance / d pred: half the sign of the difference."""
    pred, target = shaped("n K, n K", pred, target)
    return 0.5 * np.sign(pred - target)


def itakura_saito(pred, target):
    """The ratio of target to prediction, less its logarithm, less 1.

    Shapes: pred (n), target (n) -> (n).
    Source: Fevotte, Bertin, Durrieu 2009, doi:10.1162/neco.2008.04-08-771.
    """
    pred, target = shaped("..., ...", pred, target)
    # by logarithms: the quotient might underflow, and its logarithm be infinite
    ratio = np.log(target) - np.log(pred)
    return np.expm1(ratio) - ratio


def wasserstein_1d(x, y, *, p=1.0):
    """Mean distance to the power `p` between the sorted values of two samples.

    Shapes: x (n, M), y (n, M) -> (n).
    Source: Peyré and Cuturi 2019, doi:10.1561/2200000073.
    """
    x, y = shaped("n M, n M", x, y)
    gaps = np.sort(x, axis=-1) - np.sort(y, axis=-1)
    return np.mean(np.abs(gaps) ** p, axis=-1)


def wasserstein_1d_grad(x, y, *, p=1.0):
    """d wasserstein_1d / d x: each value looks at the one of its rank in y."""
    x, y = shaped("n M, n M", x, y)
    rank = np.argsort(np.argsort(x, axis=-1, kind="stable"), axis=-1)
    gaps = x - np.take_along_axis(np.sort(y, axis=-1), rank, axis=-1)
    return p * np.sign(gaps) * np.abs(gaps) ** (p - 1) / x.shape[-1]


def _per_spread(gap, log_var):
    """Gap over standard deviation; no gap is 0 even where the deviation is 0."""
    spread = np.exp(-0.5 * log_var)
    return np.multiply(gap, spread, out=np.zeros_like(gap), where=gap != 0)


def gaussian_kl(mu, log_var, prior_mu, prior_log_var):
    """KL(N(mu, exp(log_var)) || N(prior_mu, exp(prior_log_var))), summed over D.

    Shapes: mu (n, D), log_var (n, D), prior_mu (n, D), prior_log_var (n, D) -> (n).
    Source: Kingma and Welling 2014, arXiv:1312.6114 (there with a standard prior).
    """
    mu, s, m, t = shaped("n D, n D, n D, n D", mu, log_var, prior_mu, prior_log_var)
    # expm1: no cancellation where the variances are nearly equal
    widths = np.expm1(s - t) - (s - t)
    return 0.5 * (_per_spread(mu - m, t) ** 2 + widths).sum(axis=-1)


def gaussian_kl_grad(mu, log_var, prior_mu, prior_log_var):
    """d gaussian_kl / d (mu, log_var, prior_mu, prior_log_var)."""
    mu, s, m, t = shaped("n D, n D, n D, n D", mu, log_var, prior_mu, prior_log_var)
    z = _per_spread(mu - m, t)
    wider = np.expm1(s - t)
    pull = _per_spread(z, t)
    return pull, 0.5 * wider, -pull, -0.5 * (wider + z**2)


def _kernel(a, b, bandwidth):
    """Differences of all pairs of points, and the Gaussian kernel of their lengths."""
    gaps = a[..., :, None, :] - b[..., None, :, :]
    return gaps, np.exp(-0.5 * ((gaps / bandwidth) ** 2).sum(axis=-1))


def mmd(x, y, *, bandwidth=1.0):
    """Squared distance between the mean Gaussian bumps of two sets of points.

    Shapes: x (n, N, d), y (n, M, d) -> (n).
    Source: Gretton, Borgwardt, Rasch, Schölkopf, Smola 2012, JMLR 13 (biased version).
    """
    x, y = shaped("n N d, n M d", x, y)
    within = (_kernel(a, a, bandwidth)[1].mean(axis=(-2, -1)) for a in (x, y))
    return sum(within) - 2 * _kernel(x, y, bandwidth)[1].mean(axis=(-2, -1))


def mmd_grad(x, y, *, bandwidth=1.0):
    """d mmd / d x: away from the points of x, towards those of y."""
    x, y = shaped("n N d, n M d", x, y)
    (own, k_own), (other, k_other) = (_kernel(x, b, bandwidth) for b in (x, y))
    push = (k_own[..., None] * own).mean(axis=-2)
    pull = (k_other[..., None] * other).mean(axis=-2)
    return 2 * (pull - push) / (bandwidth**2 * x.shape[-2])


def _log_terms(pred, target, alpha):
    """log(p^alpha q^(1 - alpha)) of every class, and the logarithm of their sum."""
    there = target > 0
    p, q = (np.log(np.where(there, a, 1)) for a in (target, pred))
    terms = np.where(there, alpha * p + (1 - alpha) * q, -np.inf)
    return p - q, terms, np.logaddexp.reduce(terms, axis=-1, keepdims=True)


def renyi_divergence(pred, target, *, alpha=2.0):
    """Logarithm of the mean of (target / pred)^(alpha - 1) under target, rescaled.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: van Erven and Harremoës 2014, doi:10.1109/TIT.2014.2320500.
    """
    pred, target = shaped("n K, n K", pred, target)
    if alpha == 1:  # the limit
        return kl_divergence(pred, target)
    return _log_terms(pred, target, alpha)[2][..., 0] / (alpha - 1)


def renyi_divergence_grad(pred, target, *, alpha=2.0):
    """d renyi_divergence / d pred: minus (target / pred)^alpha over the sum."""
    pred, target = shaped("n K, n K", pred, target)
    if alpha == 1:
        return kl_divergence_grad(pred, target)
    ratio, _, total = _log_terms(pred, target, alpha)
    # a class that pred rules out, although it happens, decides alone
    alone = np.isposinf(ratio)
    power = np.where(alone, np.inf, alpha * np.where(alone, 0, ratio) - total)
    return -np.where(target > 0, np.exp(power), 0)


def _squared_gaps(a, b):
    """Differences of all pairs of points, and their squared lengths."""
    gaps = a[..., :, None, :] - b[..., None, :, :]
    # beyond this a square would be infinite, and the plan inf - inf
    most = np.finfo(gaps.dtype).max ** 0.4
    gaps = np.clip(gaps, -most, most)
    return gaps, (gaps**2).sum(axis=-1)


def _soft_least(height, eps, axis):
    """The least entry, softened: minus eps log of the mean of exp(-height / eps)."""
    height = height.swapaxes(axis, -1)
    least = height.min(axis=-1, keepdims=True)
    share = np.exp((least - height) / eps).mean(axis=-1)
    return least[..., 0] - eps * np.log(share)


def _tolerance(cost, eps):
    """Prices that move by less have stopped, as far as the type of float can tell."""
    return 4 * np.finfo(cost.dtype).eps * (eps + cost.max(initial=0))


def _prices(cost, eps):
    """Sinkhorn's iteration: each side answers the prices of the other in turn."""
    g, tolerance = np.zeros_like(cost[..., 0, :]), _tolerance(cost, eps)
    for _ in range(3000):
        f = _soft_least(cost - g[..., None, :], eps, -1)
        old, g = g, _soft_least(cost - f[..., :, None], eps, -2)
        if np.abs(g - old).max(initial=0) <= tolerance:
            break
    return f, g


def _own_price(cost, eps):
    """The same for a set and itself: one price, and halfway to its answer each time."""
    f, tolerance = np.zeros_like(cost[..., 0]), _tolerance(cost, eps)
    for _ in range(3000):
        old, f = f, 0.5 * (f + _soft_least(cost - f[..., None, :], eps, -1))
        if np.abs(f - old).max(initial=0) <= tolerance:
            break
    return f


def _pull(gaps, cost, f, g, eps):
    """Slope of a transport's cost: twice the gaps, by how much travels over each."""
    plan = np.exp((f[..., :, None] + g[..., None, :] - cost) / eps)
    return 2 * (plan[..., None] * gaps).mean(axis=-2) / cost.shape[-2]


def sinkhorn(x, y, *, eps=0.1):
    """Blurred transport cost of two sets of points, less that of each to itself.

    Shapes: x (n, N, d), y (n, M, d) -> (n).
    Source: Feydy et al. 2019, arXiv:1810.08278.
    """
    x, y = shaped("n N d, n M d", x, y)
    f, g = _prices(_squared_gaps(x, y)[1], eps)
    own_f, own_g = (_own_price(_squared_gaps(a, a)[1], eps) for a in (x, y))
    # by Fenchel duality the prices add up to the cost
    return (f - own_f).mean(axis=-1) + (g - own_g).mean(axis=-1)


def sinkhorn_grad(x, y, *, eps=0.1):
    """d sinkhorn / d x: away from where the plan holds x, towards where it sends it."""
    x, y = shaped("n N d, n M d", x, y)
    gaps, cost = _squared_gaps(x, y)
    own_gaps, own_cost = _squared_gaps(x, x)
    f = _own_price(own_cost, eps)
    pull = _pull(gaps, cost, *_prices(cost, eps), eps)
    return pull - _pull(own_gaps, own_cost, f, f, eps)


def alpha_divergence(pred, target, *, alpha=0.5):
    """Sum of target^alpha pred^(1 - alpha), less 1, over alpha (alpha - 1).

    At alpha = 1 it is KL(target || pred), its limit.
    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Cichocki and Amari 2010, doi:10.3390/e12061532.
    """
    pred, target = shaped("n K, n K", pred, target)
    if alpha == 1:
        return kl_divergence(pred, target)
    total = _log_terms(pred, target, alpha)[2][..., 0]
    return np.expm1(total) / (alpha * (alpha - 1))


def _bregman_of_power(p, q, a):
    """Bregman divergence of t^a / (a (a - 1)), for numbers up to 1."""
    if a == 1:  # t log t, the limit but for a line
        return p * (np.log(np.where(p > 0, p, 1)) - np.log(q)) - p + q
    return (p**a - q**a) / (a * (a - 1)) - q ** (a - 1) * (p - q) / (a - 1)


def bregman_divergence(pred, target, *, a=1.5):
    """How far t^a / (a (a - 1)) lies above its tangent at `pred`, seen at `target`.

    Shapes: pred (n), target (n) -> (n).
    Source: Bregman 1967, doi:10.1016/0041-5553(67)90040-7.
    """
    pred, target = shaped("..., ...", pred, target)
    size = np.maximum(pred, target)
    gap = _bregman_of_power(target / size, pred / size, a)
    # the power may overflow, and infinity times zero is no number
    return gap * np.where(gap > 0, size, 1) ** a


def chi_square_divergence(pred, target):
    """The squared differences of the probabilities, each over the predicted one.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Pearson 1900, doi:10.1080/14786440009463897.
    """
    pred, target = shaped("n K, n K", pred, target)
    gap = target - pred
    share = np.divide(gap, pred, out=np.full_like(gap, np.inf), where=pred > 0)
    return np.where(gap == 0, 0, gap * np.where(gap == 0, 0, share)).sum(axis=-1)


def bhattacharyya(pred, target):
    """Minus the logarithm of the overlap: the sum of the roots of pred times target.

    Shapes: pred (n, K), target (n, K) -> (n).
    Source: Kailath 1967, doi:10.1109/TCOM.1967.1089532.
    """
    # by way of the Hellinger distance: no digits are lost where the two are close
    return -np.log1p(-np.minimum(hellinger(pred, target), 1))


def sliced_wasserstein(x, y, directions, *, p=2.0):
    """Mean over directions of the 1-D transport cost between the shadows of two sets.

    Shapes: x (n, M, d), y (n, M, d), directions (L, d) -> (n).
    Source: Bonneel, Rabin, Peyré, Pfister 2015, doi:10.1007/s10851-014-0506-3.
    """
    x, y, directions = shaped("n M d, n M d, L d", x, y, directions)
    x, y = (np.sort(a @ directions.T, axis=1) for a in (x, y))
    return np.mean(np.abs(x - y) ** p, axis=(1, 2))


def _covariance(points):
    """Of sets of points: (n, N, d) -> (n, d, d), over N - 1."""
    centred = points - points.mean(axis=1, keepdims=True)
    return centred.swapaxes(1, 2) @ centred / (points.shape[1] - 1)


def deep_coral(x, y):
    """Squared differences between two covariance matrices, over 4 d².

    Shapes: x (n, N, d), y (n, M, d) -> (n).
    Source: Sun and Saenko 2016, arXiv:1607.01719.
    """
    x, y = shaped("n N d, n M d", x, y)
    gaps = (_covariance(x) - _covariance(y)) / (2 * x.shape[2])
    return (gaps**2).sum(axis=(1, 2))


def mutual_information_mine(joint, independent):
    """Minus the mean score of true pairs, plus log mean exp of that of shuffled ones.

    Shapes: joint (n, N), independent (n, M) -> (n).
    Source: Belghazi et al. 2018, arXiv:1801.04062.
    """
    joint, independent = shaped("n N, n M", joint, independent)
    top = independent.max(axis=1)
    raised = np.log(np.mean(np.exp(independent - top[:, None]), axis=1))
    return top - joint.mean(axis=1) + raised
