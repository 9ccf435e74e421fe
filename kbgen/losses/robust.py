"""Robust regression: losses that do not let a few large errors decide."""

import numpy as np

from kbgen.losses.shapes import shaped


def huber(pred, target, *, delta=1.0):
    """Quadratic within `delta` of the target, linear beyond it.

    Shapes: pred (n), target (n) -> (n).
    Source: Huber 1964, doi:10.1214/aoms/1177703732.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    # not np.where: r**2 would overflow in the branch not taken
    near = np.minimum(r, delta)
    return 0.5 * near**2 + delta * (r - near)


def huber_grad(pred, target, *, delta=1.0):
    """d huber / d pred: the residual, clipped to [-delta, delta]."""
    pred, target = shaped("..., ...", pred, target)
    return np.clip(pred - target, -delta, delta)


def smooth_l1(pred, target, *, beta=1.0):
    """An absolute error with a parabola for its kink, within `beta` of the target.

    Shapes: pred (n), target (n) -> (n).
    Source: Girshick 2015, arXiv:1504.08083.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    near = np.minimum(r, beta)
    # not near**2 / beta: with a tiny beta the square would underflow
    return 0.5 * near * (near / beta) + (r - near)


def smooth_l1_grad(pred, target, *, beta=1.0):
    """d smooth_l1 / d pred: the residual over `beta`, clipped to [-1, 1]."""
    pred, target = shaped("..., ...", pred, target)
    return np.clip(pred - target, -beta, beta) / beta


def berhu(pred, target, *, delta=1.0):
    """Linear within `delta` of the target, quadratic beyond: the reverse of huber.

    Shapes: pred (n), target (n) -> (n).
    Source: Zwald and Lambert-Lacroix 2012, arXiv:1207.6868.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    # (r**2 + delta**2) / (2 delta) as the line and what lies above it
    beyond = np.maximum(r - delta, 0)
    return r + 0.5 * beyond * (beyond / delta)


def log_cosh(pred, target):
    """The logarithm of the hyperbolic cosine of the residual.

    Shapes: pred (n), target (n) -> (n).
    Source: Saleh and Saleh 2022, arXiv:2208.04564.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    # cosh**2 = 1 / (1 - tanh**2): no cancellation near 0
    small = -0.5 * np.log1p(-(np.tanh(np.minimum(r, 1)) ** 2))
    # cosh = exp(r) (1 + exp(-2r)) / 2: no overflow far out
    large = r + np.log1p(0.5 * np.expm1(-2 * r))
    return np.where(r < 1, small, large)


def log_cosh_grad(pred, target):
    """d log_cosh / d pred."""
    pred, target = shaped("..., ...", pred, target)
    return np.tanh(pred - target)


def pseudo_huber(pred, target, *, delta=1.0):
    """A hyperbola: half the square near the target, a slope of `delta` far from it.

    Shapes: pred (n), target (n) -> (n).
    Source: Hartley and Zisserman 2004, ISBN 978-0-521-54051-3, appendix 6.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    # the root minus 1, times root plus 1 over itself: no cancellation near 0
    return delta * r * (r / (delta + np.hypot(delta, r)))


def pseudo_huber_grad(pred, target, *, delta=1.0):
    """d pseudo_huber / d pred: the residual, bent towards `delta` in size."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return delta * (r / np.hypot(delta, r))


def cauchy(pred, target, *, c=1.0):
    """The logarithm of 1 plus half the square of the residual over `c`.

    Shapes: pred (n), target (n) -> (n).
    Source: Black and Rangarajan 1996, doi:10.1007/BF00131148.
    """
    pred, target = shaped("..., ...", pred, target)
    return _log_one_plus_square((pred - target) / (2**0.5 * c))


def cauchy_grad(pred, target, *, c=1.0):
    """d cauchy / d pred: it rises until the residual is sqrt(2) `c`, then falls."""
    pred, target = shaped("..., ...", pred, target)
    u = (pred - target) / c
    # u**2 would overflow
    size = np.hypot(2**0.5, u)
    return 2 / c * (u / size) / size


def _log_one_plus_square(x):
    """log(1 + x**2) without overflow far out or cancellation near 0."""
    big = np.maximum(np.abs(x), 1)
    return 2 * np.log(big) + np.log1p((x / big) ** 2 + ((1 / big) ** 2 - 1))


def charbonnier(pred, target, *, epsilon=1e-3):
    """An absolute error whose kink is rounded over a width of `epsilon`.

    Shapes: pred (n), target (n) -> (n).
    Source: Charbonnier et al. 1994, doi:10.1109/ICIP.1994.413553.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.hypot(pred - target, epsilon)


def charbonnier_grad(pred, target, *, epsilon=1e-3):
    """d charbonnier / d pred: the residual over the value."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return r / np.hypot(r, epsilon)


def epsilon_insensitive(pred, target, *, epsilon=0.1):
    """What an absolute error has beyond `epsilon`.

    Shapes: pred (n), target (n) -> (n).
    Source: Vapnik 1995, ISBN 978-0-387-94559-0.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.maximum(np.abs(pred - target) - epsilon, 0)


def epsilon_insensitive_grad(pred, target, *, epsilon=0.1):
    """d epsilon_insensitive / d pred: 0 in the tube, else the sign of the residual."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return np.sign(r) * (np.abs(r) > epsilon)


def tukey_biweight(pred, target, *, c=4.685):
    """Half the square near the target, constant from a residual of `c`.

    Shapes: pred (n), target (n) -> (n).
    Source: Beaton and Tukey 1974, doi:10.1080/00401706.1974.10489171.
    """
    pred, target = shaped("..., ...", pred, target)
    near = np.minimum(np.abs(pred - target), c)
    s = (near / c) ** 2
    # 1 - (1 - s)**3 multiplied out: no cancellation near 0
    return near**2 * (3 - 3 * s + s**2) / 6


def tukey_biweight_grad(pred, target, *, c=4.685):
    """d tukey_biweight / d pred: exactly 0 from a residual of `c`."""
    pred, target = shaped("..., ...", pred, target)
    near = np.clip(pred - target, -c, c)
    return near * (1 - (near / c) ** 2) ** 2


def geman_mcclure(pred, target, *, c=1.0):
    """Half the square of the residual over `c` near the target, at most 2 far from it.

    Shapes: pred (n), target (n) -> (n).
    Source: Geman and McClure 1985, in the scale of Barron 2019, arXiv:1701.03077.
    """
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return 2 * (r / np.hypot(r, 2 * c)) ** 2


def geman_mcclure_grad(pred, target, *, c=1.0):
    """d geman_mcclure / d pred: far out it falls like the cube of the distance."""
    pred, target = shaped("..., ...", pred, target)
    u = (pred - target) / (2 * c)
    size = np.hypot(1, u)
    return 2 / c * (u / size) / size / size / size


def welsch(pred, target, *, c=1.0):
    """One minus a bell curve of width `c` around the target.

    Shapes: pred (n), target (n) -> (n).
    Source: Dennis and Welsch 1978, doi:10.1080/03610917808812083.
    """
    pred, target = shaped("..., ...", pred, target)
    # expm1 keeps the digits of small residuals
    return -np.expm1(-_half_square((pred - target) / c))


def welsch_grad(pred, target, *, c=1.0):
    """d welsch / d pred: the residual, times a bell curve."""
    pred, target = shaped("..., ...", pred, target)
    u = (pred - target) / c
    return u / c * np.exp(-_half_square(u))


def _half_square(u):
    """Half the square, up to 800: an exponential of minus that is 0 already."""
    return 0.5 * np.minimum(np.abs(u), 40) ** 2


def fair(pred, target, *, c=1.0):
    """Half the square near the target; far out a slope that creeps up to `c`.

    Shapes: pred (n), target (n) -> (n).
    Source: Holland and Welsch 1977, doi:10.1080/03610927708827533.
    """
    pred, target = shaped("..., ...", pred, target)
    u = np.abs(pred - target) / c
    v = np.minimum(u, 0.01)
    # u - log1p(u) cancels near 0: its series there
    series = v**2 * (
        1 / 2 - v * (1 / 3 - v * (1 / 4 - v * (1 / 5 - v * (1 / 6 - v / 7))))
    )
    return c**2 * np.where(u < 0.01, series, u - np.log1p(u))


def fair_grad(pred, target, *, c=1.0):
    """d fair / d pred: half of `c` at a residual of `c`."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return c * (r / (c + np.abs(r)))


def barron_general(pred, target, *, alpha=1.0, c=1.0):
    """A family of robust losses: `alpha` says how much far points count.

    Shapes: pred (n), target (n) -> (n).
    Source: Barron 2019, arXiv:1701.03077. `alpha` may be -inf.
    """
    pred, target = shaped("..., ...", pred, target)
    u = (pred - target) / c
    if alpha == 2:
        return 0.5 * u**2
    if alpha == -np.inf:
        return -np.expm1(-_half_square(u))
    b = abs(alpha - 2)
    log = _log_one_plus_square(u / b**0.5)
    return b * (0.5 * log if alpha == 0 else np.expm1(0.5 * alpha * log) / alpha)


def barron_general_grad(pred, target, *, alpha=1.0, c=1.0):
    """d barron_general / d pred: the residual, times a weight that `alpha` decides."""
    pred, target = shaped("..., ...", pred, target)
    u = (pred - target) / c
    if alpha == 2:
        return u / c
    if alpha == -np.inf:
        return u / c * np.exp(-_half_square(u))
    log = _log_one_plus_square(u / abs(alpha - 2) ** 0.5)
    return u / c * np.exp((0.5 * alpha - 1) * log)


def wing(pred, target, *, w=10.0, epsilon=2.0):
    """A logarithm within `w` of the target, which is steepest at it; linear beyond.

    Shapes: pred (n), target (n) -> (n).
    Source: Feng et al. 2018, arXiv:1711.06753.
    """
    pred, target = shaped("..., ...", pred, target)
    r = np.abs(pred - target)
    near = np.minimum(r, w)
    return w * np.log1p(near / epsilon) + (r - near)


def wing_grad(pred, target, *, w=10.0, epsilon=2.0):
    """d wing / d pred: `w` / `epsilon` close to the target, 1 beyond `w`; 0 at it."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    size = np.abs(r)
    return np.sign(r) * np.where(size < w, w / (epsilon + size), 1)


def squared_epsilon_insensitive(pred, target, *, epsilon=0.5):
    """The square of what an error exceeds `epsilon` by; nothing within it.

    Shapes: pred (n), target (n) -> (n).
    Source: Smola, Schölkopf 2004, doi:10.1023/B:STCO.0000035301.49549.88.
    """
    pred, target = shaped("..., ...", pred, target)
    return np.maximum(0, np.abs(pred - target) - epsilon) ** 2


def squared_epsilon_insensitive_grad(pred, target, *, epsilon=0.5):
    """d squared_epsilon_insensitive / d pred: twice the excess, with the sign."""
    pred, target = shaped("..., ...", pred, target)
    r = pred - target
    return 2 * np.sign(r) * np.maximum(0, np.abs(r) - epsilon)


def adaptive_wing(pred, target, *, alpha=2.1, omega=14.0, epsilon=1.0, theta=0.5):
    """A logarithm within `theta`, rounder the lower the target; a line beyond.

    Shapes: pred (n), target (n) -> (n).
    Source: Wang, Bo, Fuxin 2019, arXiv:1904.07399.
    """
    pred, target = shaped("..., ...", pred, target)
    r, power = np.abs(pred - target), alpha - target
    near, edge = np.minimum(r, theta), (theta / epsilon) ** power
    slope = omega * power * edge / (1 + edge) / theta  # of the logarithm at theta
    return omega * np.log1p((near / epsilon) ** power) + slope * (r - near)


def adaptive_wing_grad(pred, target, *, alpha=2.1, omega=14.0, epsilon=1.0, theta=0.5):
    """d adaptive_wing / d pred: from `theta` on that of the logarithm there."""
    pred, target = shaped("..., ...", pred, target)
    r, power = pred - target, alpha - target
    near = np.minimum(np.abs(r), theta) / epsilon
    lean = omega * power * near ** (power - 1) / (1 + near**power) / epsilon
    return np.sign(r) * lean
