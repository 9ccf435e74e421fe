"""Probabilistic forecasts: the prediction is a distribution or a probability."""

import numpy as np

from kbgen.losses.shapes import shaped


def poisson_nll(log_rate, target):
    """The surprise of a count, given the log rate of a Poisson distribution.

    The constant log(target!) is left out.
    Shapes: log_rate (n), target (n) -> (n).
    Source: Cameron and Trivedi 2013, doi:10.1017/CBO9781139013567.
    """
    log_rate, target = shaped("..., ...", log_rate, target)
    return np.exp(log_rate) - target * log_rate


def poisson_nll_grad(log_rate, target):
    """d poisson_nll / d log_rate: the rate minus the count."""
    log_rate, target = shaped("..., ...", log_rate, target)
    return np.exp(log_rate) - target


def gaussian_nll(mean, target, var):
    """The surprise of a value, given the mean and variance of a normal distribution.

    The constant log(2 pi) / 2 is left out.
    Shapes: mean (n), target (n), var (n) -> (n).
    Source: Nix and Weigend 1994, doi:10.1109/ICNN.1994.374138.
    """
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    # squared after the division: the square of the residual might overflow
    z = (mean - target) / np.sqrt(var)
    return 0.5 * (np.log(var) + z**2)


def gaussian_nll_grad(mean, target, var):
    """d gaussian_nll / d mean and / d var."""
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    sigma = np.sqrt(var)
    z = (mean - target) / sigma
    return z / sigma, 0.5 * (1 - z**2) / var


def brier_score(prob, target):
    """The squared difference between a probability and the outcome: 1 or 0.

    Shapes: prob (n), target (n) -> (n).
    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    prob, target = shaped("..., ...", prob, target)
    return (prob - target) ** 2


def brier_score_grad(prob, target):
    """d brier_score / d prob."""
    prob, target = shaped("..., ...", prob, target)
    return 2 * (prob - target)


def laplace_nll(mean, target, scale):
    """The surprise of a value, given the centre and scale of a Laplace distribution.

    Shapes: mean (n), target (n), scale (n) -> (n).
    Source: Kendall and Gal 2017, arXiv:1703.04977.
    """
    mean, target, scale = shaped("..., ..., ...", mean, target, scale)
    return np.log(2 * scale) + np.abs(mean - target) / scale


def laplace_nll_grad(mean, target, scale):
    """d laplace_nll / d mean and / d scale."""
    mean, target, scale = shaped("..., ..., ...", mean, target, scale)
    r = mean - target
    return np.sign(r) / scale, (1 - np.abs(r) / scale) / scale


def gamma_deviance(mean, target):
    """Twice the excess surprise of a positive value under a gamma distribution.

    Shapes: mean (n), target (n) -> (n).
    Source: McCullagh and Nelder 1989, doi:10.1007/978-1-4899-3242-6.
    """
    mean, target = shaped("..., ...", mean, target)
    u = np.log(target) - np.log(mean)
    # expm1: target / mean - 1 without its rounding where the two are close
    return 2 * (np.expm1(u) - u)


def gamma_deviance_grad(mean, target):
    """d gamma_deviance / d mean: twice the relative error, over the mean."""
    mean, target = shaped("..., ...", mean, target)
    return 2 * (1 - target / mean) / mean


def poisson_deviance(mean, target):
    """Twice the excess surprise of a count under a Poisson distribution.

    Shapes: mean (n), target (n) -> (n).
    Source: Cameron and Trivedi 2013, doi:10.1017/CBO9781139013567.
    """
    mean, target = shaped("..., ...", mean, target)
    # a count of zero times its logarithm is zero
    u = np.log(np.where(target > 0, target, mean)) - np.log(mean)
    return 2 * (target * u - (target - mean))


def poisson_deviance_grad(mean, target):
    """d poisson_deviance / d mean: twice the relative error."""
    mean, target = shaped("..., ...", mean, target)
    return 2 * (1 - target / mean)


def _box_cox(u, q):
    """(exp(u q) - 1) / q, which is u at q = 0."""
    return np.expm1(u * q) / q if q else u


def tweedie_deviance(mean, target, *, power=1.5):
    """Deviance of a distribution whose variance grows like a power of its mean.

    Power 0 is normal, 1 Poisson, 2 gamma; between 1 and 2 zeros have a probability.
    Shapes: mean (n), target (n) -> (n).
    Source: Jørgensen 1987, doi:10.1111/j.2517-6161.1987.tb01685.x.
    """
    mean, target = shaped("..., ...", mean, target)
    u = np.log(np.where(target > 0, target, mean)) - np.log(mean)
    q, up, down = 2 - power, np.maximum(u, 0), np.minimum(u, 0)
    low = _box_cox(up, 1 - q) - _box_cox(up, -q)
    high = np.exp(q * down) * _box_cox(down, 1 - q) - _box_cox(down, q)
    none = 1 / q if q > 0 else np.inf
    some = np.where(target > 0, low + high, none)
    return 2 * np.maximum(mean, target) ** q * some


def tweedie_deviance_grad(mean, target, *, power=1.5):
    """d tweedie_deviance / d mean: twice the error, over the power of the mean."""
    mean, target = shaped("..., ...", mean, target)
    return 2 * (1 - target / mean) * mean ** (1 - power)


def _cdf_above_half(z):
    """Φ(z) - 1/2 of the standard normal: a Gauss-Legendre sum over [0, z]."""
    x, weight = np.polynomial.legendre.leggauss(40)
    z = np.clip(z, -9, 9)[..., None]  # 9 is as good as infinity
    density = np.exp(-((z * (x + 1)) ** 2) / 8) / np.sqrt(2 * np.pi)
    return (z * density * weight / 2).sum(axis=-1).astype(z.dtype)


def crps_gaussian(mean, target, sigma):
    """Squared distance between two step-like curves: forecast and outcome, as CDFs.

    Shapes: mean (n), target (n), sigma (n) -> (n).
    Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437.
    """
    mean, target, sigma = shaped("..., ..., ...", mean, target, sigma)
    r = target - mean
    z = np.clip(r / sigma, -40, 40)  # the density is 0 beyond
    width = float(np.sqrt(2 / np.pi)) * np.exp(-0.5 * z**2) - float(np.pi**-0.5)
    return 2 * r * _cdf_above_half(z) + sigma * width


def crps_gaussian_grad(mean, target, sigma):
    """d crps_gaussian / d mean and / d sigma."""
    mean, target, sigma = shaped("..., ..., ...", mean, target, sigma)
    z = np.clip((target - mean) / sigma, -40, 40)
    width = float(np.sqrt(2 / np.pi)) * np.exp(-0.5 * z**2) - float(np.pi**-0.5)
    return -2 * _cdf_above_half(z), width


STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)


def _log_rising(x, step):
    """log Γ(x + step) - log Γ(x): Stirling's series at x + 10, and ten steps back.

    The difference of both logarithms would lose its digits for large x.
    """
    back = sum(np.log((x + k) / (x + k + step)) for k in range(10))
    low, high = x + 10, x + 10 + step
    tail = sum(
        c * (high ** (-2.0 * k - 1) - low ** (-2.0 * k - 1))
        for k, c in enumerate(STIRLING)
    )
    rise = (high - 0.5) * np.log1p(step / low) + step * (np.log(low) - 1)
    return back + rise + tail


def _digamma_rising(x, step):
    """The derivative of _log_rising by x: ψ(x + step) - ψ(x)."""
    back = sum(step / (x + k + step) / (x + k) for k in range(10))
    low, high = x + 10, x + 10 + step
    tail = sum(
        (2 * k + 1) * c * (low ** (-2.0 * k - 2) - high ** (-2.0 * k - 2))
        for k, c in enumerate(STIRLING)
    )
    return back + np.log1p(step / low) + 0.5 * step / low / high + tail


def _log1p_square(z):
    """log(1 + z²), without the overflow of z²."""
    size = np.abs(z)
    far = np.maximum(size, 1)
    return 2 * np.log(far) + np.log1p(np.minimum(size, 1 / far) ** 2)


def _pull(z):
    """z / (1 + z²) and z² / (1 + z²), without the overflow of z²."""
    size = np.abs(z)
    near = np.minimum(size, 1 / np.maximum(size, 1))  # 1 / z beyond 1
    square = np.where(size < 1, near**2, 1)
    return np.sign(z) * near / (1 + near**2), square / (1 + near**2)


def student_t_nll(mean, target, scale, *, nu=4.0):
    """The surprise of a value under a bell with heavy tails.

    nu: degrees of freedom; 1 is Cauchy, infinity is normal.
    Shapes: mean (n), target (n), scale (n) -> (n).
    Source: Lange, Little, Taylor 1989, doi:10.1080/01621459.1989.10478852.
    """
    mean, target, scale = shaped("..., ..., ...", mean, target, scale)
    z = (mean - target) / scale / nu**0.5
    level = 0.5 * np.log(nu * np.pi) - _log_rising(nu / 2, 0.5)
    return float(level) + np.log(scale) + (nu + 1) / 2 * _log1p_square(z)


def student_t_nll_grad(mean, target, scale, *, nu=4.0):
    """d student_t_nll / d mean and / d scale."""
    mean, target, scale = shaped("..., ..., ...", mean, target, scale)
    pull, share = _pull((mean - target) / scale / nu**0.5)
    return (nu + 1) / nu**0.5 * pull / scale, (1 - (nu + 1) * share) / scale


def negative_binomial_nll(mean, target, dispersion):
    """The surprise of a count whose variance is mean + mean² / dispersion.

    Shapes: mean (n), target (n), dispersion (n) -> (n).
    Source: Cameron and Trivedi 2013, doi:10.1017/CBO9781139013567.
    """
    mean, target, r = shaped("..., ..., ...", mean, target, dispersion)
    u = np.log(mean) - np.log(r)
    ways = _log_rising(r, target) - _log_rising(np.ones_like(target), target)
    return r * np.logaddexp(0, u) + target * np.logaddexp(0, -u) - ways


def negative_binomial_nll_grad(mean, target, dispersion):
    """d negative_binomial_nll / d mean and / d dispersion."""
    mean, target, r = shaped("..., ..., ...", mean, target, dispersion)
    softplus = np.logaddexp(0, np.log(mean) - np.log(r))
    by_mean = (1 - target / mean) / (1 + mean / r)
    by_r = softplus + (target - mean) / (r + mean) - _digamma_rising(r, target)
    return by_mean, by_r


def _log_joint(logits, mean, sigma, target):
    """Log weight plus log density of each component, and the standardised residuals."""
    z = (target[:, None] - mean) / sigma
    most = np.finfo(z.dtype).max ** 0.5 / 2
    z = np.clip(z, -most, most)
    total = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return logits - total - np.log(sigma) - 0.5 * z**2 - float(np.log(2 * np.pi) / 2), z


def mixture_density_nll(logits, mean, sigma, target):
    """The surprise of a value under a weighted sum of normal distributions.

    Shapes: logits (n, K), mean (n, K), sigma (n, K), target (n) -> (n).
    Source: Bishop 2006, isbn 978-0-387-31073-2, section 5.6.
    """
    given = shaped("n K, n K, n K, n", logits, mean, sigma, target)
    joint, _ = _log_joint(*given)
    return -np.logaddexp.reduce(joint, axis=1)


def mixture_density_nll_grad(logits, mean, sigma, target):
    """d mixture_density_nll / d logits, / d mean and / d sigma."""
    given = shaped("n K, n K, n K, n", logits, mean, sigma, target)
    joint, z = _log_joint(*given)
    logits, _, sigma, _ = given
    share = np.exp(joint - np.max(joint, axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    weight = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    # share first: where it is 0, nothing after it may be infinite
    return weight - share, -share * z / sigma, share * (1 - z**2) / sigma


def _unit_and_length(x):
    """Vectors over their lengths, and the lengths; the zero vector stays zero."""
    length = np.hypot.reduce(np.abs(x), axis=-1)
    return x / np.where(length > 0, length, 1)[..., None], length


def energy_score(samples, target):
    """How far samples of a forecast are from the outcome, less half their own spread.

    Shapes: samples (n, M, d), target (n, d) -> (n).
    Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437.
    """
    samples, target = shaped("n M d, n d", samples, target)
    _, away = _unit_and_length(samples - target[:, None])
    _, apart = _unit_and_length(samples[:, :, None] - samples[:, None])
    return away.mean(axis=1) - apart.mean(axis=(1, 2)) / 2


def energy_score_grad(samples, target):
    """d energy_score / d samples: pulled to the outcome, pushed from each other."""
    samples, target = shaped("n M d, n d", samples, target)
    pull, _ = _unit_and_length(samples - target[:, None])
    push, _ = _unit_and_length(samples[:, :, None] - samples[:, None])
    return (pull - push.mean(axis=2)) / samples.shape[1]


def evidential_regression(mean, target, nu, alpha, beta, *, weight=0.01):
    """The surprise of a value whose mean and variance are uncertain too.

    nu, alpha: virtual observations of mean and variance; beta: their spread.
    weight: price of evidence where the mean is wrong.
    Shapes: mean (n), target (n), nu (n), alpha (n), beta (n) -> (n).
    Source: Amini, Schwarting, Soleimany, Rus 2020, arXiv:1910.02600.
    """
    given = shaped("..., ..., ..., ..., ...", mean, target, nu, alpha, beta)
    mean, target, nu, alpha, beta = given
    error = np.abs(mean - target)
    z = error * np.sqrt(nu / (1 + nu)) / np.sqrt(2 * beta)
    log_scale = 0.5 * (np.log(2 * np.pi * beta) + np.log1p(1 / nu))
    surprise = log_scale + (alpha + 0.5) * _log1p_square(z) - _log_rising(alpha, 0.5)
    return surprise + weight * error * (2 * nu + alpha)


def evidential_regression_grad(mean, target, nu, alpha, beta, *, weight=0.01):
    """d evidential_regression / d mean, / d nu, / d alpha and / d beta."""
    given = shaped("..., ..., ..., ..., ...", mean, target, nu, alpha, beta)
    mean, target, nu, alpha, beta = given
    r = mean - target
    slope = np.sqrt(nu / (1 + nu)) / np.sqrt(2 * beta)
    pull, share = _pull(r * slope)
    excess = (alpha + 0.5) * share - 0.5
    by_mean = (2 * alpha + 1) * pull * slope + weight * np.sign(r) * (2 * nu + alpha)
    by_nu = excess / (nu * (1 + nu)) + 2 * weight * np.abs(r)
    by_alpha = _log1p_square(r * slope) - _digamma_rising(alpha, 0.5)
    return by_mean, by_nu, by_alpha + weight * np.abs(r), -excess / beta


def log_score_ranked_probability(prob, target):
    """Squared differences between cumulative probabilities and the outcome's steps.

    Shapes: prob (n, K), target (n) -> (n).
    Source: Epstein 1969, doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2.
    """
    prob, target = shaped("n K, n", prob, target)
    reached = target[:, None] <= np.arange(prob.shape[1])
    return ((np.cumsum(prob, axis=1) - reached) ** 2).sum(axis=1)


def winkler_interval(lower, upper, target, *, alpha=0.1):
    """Width of an interval, plus 2 / `alpha` times the distance by which it misses.

    Shapes: lower (n), upper (n), target (n) -> (n).
    Source: Winkler 1972, doi:10.1080/01621459.1972.10481224.
    """
    lower, upper, target = shaped("..., ..., ...", lower, upper, target)
    missed = np.maximum(lower - target, 0) + np.maximum(target - upper, 0)
    return upper - lower + 2 / alpha * missed


def winkler_interval_grad(lower, upper, target, *, alpha=0.1):
    """d winkler_interval / d lower and / d upper."""
    lower, upper, target = shaped("..., ..., ...", lower, upper, target)
    below, above = (a.astype(lower.dtype) for a in (target < lower, target > upper))
    return 2 / alpha * below - 1, 1 - 2 / alpha * above


def zero_inflated_poisson(log_rate, target, logit):
    """The surprise of a count that is zero by decree, or else comes from a Poisson.

    logit: of the probability of the decree. The constant log(target!) is left out.
    Shapes: log_rate (n), target (n), logit (n) -> (n).
    Source: Lambert 1992, doi:10.2307/1269547.
    """
    log_rate, target, logit = shaped("..., ..., ...", log_rate, target, logit)
    rate = np.exp(log_rate)
    some = rate - target * log_rate
    return np.logaddexp(0, logit) + np.where(
        target > 0, some, -np.logaddexp(logit, -rate)
    )


def hurdle_lognormal(logit, target, mean, sigma):
    """The surprise of zero or not, and of a positive value under a log-normal curve.

    Shapes: logit (n), target (n), mean (n), sigma (n) -> (n).
    Source: Wang, Liu, Miao 2019, arXiv:1912.07753.
    """
    logit, target, mean, sigma = shaped(
        "..., ..., ..., ...", logit, target, mean, sigma
    )
    paid = target > 0
    log_target = np.log(np.where(paid, target, 1))
    z = (log_target - mean) / sigma
    size = log_target + np.log(sigma) + 0.5 * z**2 + 0.5 * float(np.log(2 * np.pi))
    return np.logaddexp(0, np.where(paid, -logit, logit)) + np.where(paid, size, 0)


def _log_scaled_bessel(kappa):
    """log(I0(kappa) exp(-kappa)): NumPy's I0, and its series in 1 / kappa where big."""
    near = np.minimum(kappa, 500).astype(float)
    far = np.maximum(kappa, 500).astype(float)
    series = np.log1p((1 + (9 / 16 + 75 / 128 / far) / far) / (8 * far))
    small = np.log(np.i0(near)) - near
    large = series - 0.5 * np.log(2 * np.pi * far)
    return np.where(kappa < 500, small, large).astype(kappa.dtype)


def von_mises_nll(mean, target, kappa):
    """The surprise of an angle, given the centre and concentration on the circle.

    Shapes: mean (n), target (n), kappa (n) -> (n).
    Source: Mardia and Jupp 2000, doi:10.1002/9780470316979.
    """
    mean, target, kappa = shaped("..., ..., ...", mean, target, kappa)
    # 1 - cos by the sine of the half: kappa - kappa cos would cancel
    chord = 2 * np.sin(0.5 * mean - 0.5 * target) ** 2
    return float(np.log(2 * np.pi)) + _log_scaled_bessel(kappa) + kappa * chord


def von_mises_nll_grad(mean, target, kappa):
    """d von_mises_nll / d mean: the sine of the error, times the concentration."""
    mean, target, kappa = shaped("..., ..., ...", mean, target, kappa)
    return kappa * np.sin(mean - target)


def beta_nll(mean, target, var, *, beta=0.5):
    """The Gaussian surprise, times the variance to the power `beta` taken as fixed.

    Shapes: mean (n), target (n), var (n) -> (n).
    Source: Seitzer, Tavakoli, Antić, Martius 2022, arXiv:2203.09168.
    """
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    return var**beta * gaussian_nll(mean, target, var)


def beta_nll_grad(mean, target, var, *, beta=0.5):
    """d beta_nll / d mean: the residual over the variance to the power 1 - beta."""
    mean, target, var = shaped("..., ..., ...", mean, target, var)
    return (mean - target) / var ** (1 - beta)
