"""Relations between losses, executed.

A public function here is an identity: its docstring is the statement, its record what was found. There are four kinds.
`equal`: two expressions agree. `limit`: one tends to the other, at least as fast as stated. `bound`: one is never above
the other, and touches it at the last point. `ordering`: both put any two items in the same order.
"""

import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import ArrayLike

from kbgen import registry
from kbgen.losses.domains import DOMAINS, Array

loss = SimpleNamespace(**registry.losses())
"""Every loss by its id."""

POINTS = 200
ITEMS = (POINTS,)
VECTORS = (POINTS, 3)
CLASSES = (POINTS, 4)
PIXELS = (POINTS, 8)
BATCH = (12, 3)  # of embeddings that are compared with one another

ROUNDING = 1e-10
SLACK = 1.5  # an error a + b h shrinks a little slower than h where a is not quite gone
TO_ZERO = (1e-1, 1e-2, 1e-3, 1e-4)
TO_INFINITY = (1e1, 1e2, 1e3, 1e4)


@dataclass(frozen=True)
class Identity:
    """What the execution of one identity found.

    error: the largest relative difference; of a limit that of its last step, of a bound by how much it is broken,
    of an ordering the share of pairs in another order.
    steps: (parameter, error) for each step of a limit.
    """

    kind: str
    entries: tuple[str, ...]
    error: float
    tolerance: float
    holds: bool
    points: int
    steps: tuple[tuple[float, float], ...] = ()


def _difference(left: Array, right: Array, floor: float) -> Array:
    """Difference of two arrays over the larger size, or over `floor` times the largest size of all where that is more."""
    size = np.maximum(np.abs(left), np.abs(right))
    return np.asarray((left - right) / np.maximum(size, floor * np.max(size)))


def _pair(left: ArrayLike, right: ArrayLike) -> tuple[Array, Array]:
    """Both sides as arrays, if they are item for item comparable and say something at all."""
    a, b = np.asarray(left, float), np.asarray(right, float)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError(f"cannot compare values of shapes {a.shape} and {b.shape}, or not all are finite")
    if not (a.any() or b.any()):
        raise ValueError("all values are zero: this would prove nothing")
    return a, b


def _equal(a: str, b: str, left: ArrayLike, right: ArrayLike, *also: str) -> Identity:
    """The two sides agree, value for value."""
    first, second = _pair(left, right)
    error = float(np.max(np.abs(_difference(first, second, 1e-3))))
    return Identity("equal", tuple(dict.fromkeys((a, b, *also))), error, ROUNDING, error <= ROUNDING, first.size)


def _limit(
    a: str,
    b: str,
    parameters: tuple[float, ...],
    sides: Callable[[float], tuple[ArrayLike, ArrayLike]],
    *,
    order: int = 1,
) -> Identity:
    """The distance of the two sides shrinks with the parameter, or its reciprocal if it grows, to the power of `order`."""
    pairs = [_pair(*sides(parameter)) for parameter in parameters]
    errors = [float(np.max(np.abs(_difference(*pair, 1)))) for pair in pairs]
    sign = order if parameters[-1] < parameters[0] else -order
    allowed = [max(ROUNDING, SLACK * errors[0] * (parameter / parameters[0]) ** sign) for parameter in parameters]
    holds = errors[0] > ROUNDING and all(error <= most for error, most in zip(errors, allowed, strict=True))
    points = sum(left.size for left, _ in pairs)
    steps = tuple(zip(parameters, errors, strict=True))
    return Identity("limit", (a, b), errors[-1], allowed[-1], holds, points, steps)


def _bound(a: str, b: str, small: ArrayLike, large: ArrayLike) -> Identity:
    """The first side is nowhere above the second, somewhere below it, and reaches it at the last point."""
    low, high = _pair(small, large)
    gaps = _difference(high, low, 1e-3)
    touch = abs(high[-1] - low[-1]) <= ROUNDING * max(abs(high[-1]), abs(low[-1]))
    error = float(max(0.0, -np.min(gaps)))
    holds = bool(error <= ROUNDING and touch and np.max(gaps) > 1e-3)
    return Identity("bound", tuple(dict.fromkeys((a, b))), error, ROUNDING, holds, low.size)


def _ordering(a: str, b: str, left: ArrayLike, right: ArrayLike) -> Identity:
    """Of any two items, both sides find the same one larger."""
    first, second = _pair(left, right)
    signs = [np.sign(np.subtract.outer(np.round(x, 12), np.round(x, 12))) for x in (first, second)]
    error = float(np.mean(signs[0] != signs[1]))
    return Identity("ordering", (a, b), error, 0.0, error == 0 and bool(signs[0].any()), first.size)


def _draw(rng: np.random.Generator, *domains: str, shape: tuple[int, ...] = ITEMS) -> list[Array]:
    """Inner points of each of the domains."""
    return [DOMAINS[domain].draw(rng, shape) for domain in domains]


def _log_softmax(z: Array) -> Array:
    return np.asarray(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def _entropy(p: Array) -> Array:
    return np.asarray(-np.sum(p * np.log(p), axis=-1))


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def _unit(x: Array) -> Array:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


def _cosines(x: Array, y: Array) -> Array:
    """Of the vectors with the same place."""
    return np.asarray(np.sum(_unit(x) * _unit(y), axis=-1))


def _ones(x: Array) -> Array:
    return np.ones_like(x)


# Regression


def absolute_error_is_twice_the_quantile_loss_of_the_median(rng: np.random.Generator) -> Identity:
    """Absolute error is twice the quantile loss at τ = ½."""
    p, y = _draw(rng, "real", "real")
    return _equal("absolute_error", "quantile", loss.absolute_error(p, y), 2 * loss.quantile(p, y, tau=0.5))


def quantile_losses_of_both_tails_add_up_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Quantile losses at τ and at 1 − τ add up to the absolute error, for every τ."""
    p, y = _draw(rng, "real", "real")
    both = [loss.quantile(p, y, tau=tau) + loss.quantile(p, y, tau=1 - tau) for tau in (0.1, 0.3, 0.5)]
    return _equal("quantile", "absolute_error", both, [loss.absolute_error(p, y)] * 3)


def quantile_loss_changes_tails_with_its_arguments(rng: np.random.Generator) -> Identity:
    """Quantile loss at τ is that at 1 − τ with ŷ and y exchanged."""
    p, y = _draw(rng, "real", "real")
    return _equal("quantile", "quantile", loss.quantile(p, y, tau=0.9), loss.quantile(y, p, tau=1 - 0.9))


def quantile_loss_stays_below_its_steeper_side(rng: np.random.Generator) -> Identity:
    """Quantile loss is at most max(τ, 1 − τ) times the absolute error, and exactly that on the steeper side."""
    p, y = _draw(rng, "real", "real")
    p[-1] = y[-1] - 1
    return _bound("quantile", "absolute_error", loss.quantile(p, y, tau=0.8), 0.8 * loss.absolute_error(p, y))


def squared_error_is_the_square_of_absolute_error(rng: np.random.Generator) -> Identity:
    """Squared error is the square of the absolute error."""
    p, y = _draw(rng, "real", "real")
    return _equal("squared_error", "absolute_error", loss.squared_error(p, y), loss.absolute_error(p, y) ** 2)


def squared_log_error_is_squared_error_of_logarithms(rng: np.random.Generator) -> Identity:
    """Squared logarithmic error is the squared error of log(1 + ŷ) and log(1 + y)."""
    p, y = _draw(rng, "above_minus_one", "above_minus_one")
    right = loss.squared_error(np.log1p(p), np.log1p(y))
    return _equal("squared_log_error", "squared_error", loss.squared_log_error(p, y), right)


def absolute_percentage_error_is_absolute_error_over_the_size_of_the_target(rng: np.random.Generator) -> Identity:
    """Absolute percentage error is the absolute error over |y|."""
    p, y = _draw(rng, "real", "nonzero")
    right = loss.absolute_error(p, y) / np.abs(y)
    return _equal("absolute_percentage_error", "absolute_error", loss.absolute_percentage_error(p, y), right)


def absolute_percentage_error_has_no_unit(rng: np.random.Generator) -> Identity:
    """Absolute percentage error stays the same when ŷ and y are multiplied by the same number."""
    p, y, c = _draw(rng, "real", "nonzero", "nonzero")
    error = loss.absolute_percentage_error
    return _equal("absolute_percentage_error", "absolute_percentage_error", error(c * p, c * y), error(p, y))


def root_of_squared_log_error_tends_to_the_percentage_error(rng: np.random.Generator) -> Identity:
    """Root of the squared logarithmic error tends to the absolute percentage error as both shrink like h and y grows like 1/h."""
    y, u = _draw(rng, "positive", "cosine")

    def sides(h: float) -> tuple[Array, Array]:
        target, pred = y / h, y / h * (1 + h * u)
        return np.sqrt(loss.squared_log_error(pred, target)) / h, loss.absolute_percentage_error(pred, target) / h

    return _limit("squared_log_error", "absolute_percentage_error", TO_ZERO[1:], sides)


def cosine_similarity_loss_is_half_the_squared_error_of_directions(rng: np.random.Generator) -> Identity:
    """Cosine similarity loss is half the squared error of u / ‖u‖ and v / ‖v‖, summed over the components."""
    u, v = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    right = 0.5 * loss.squared_error(_unit(u), _unit(v)).sum(axis=1)
    return _equal("cosine_similarity_loss", "squared_error", loss.cosine_similarity_loss(u, v), right)


def cosine_similarity_loss_ignores_lengths(rng: np.random.Generator) -> Identity:
    """Cosine similarity loss stays the same when u and v are stretched, each by a positive number of its own."""
    u, v = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    a, b = _draw(rng, "positive", "positive", shape=(POINTS, 1))
    cosine = loss.cosine_similarity_loss
    return _equal("cosine_similarity_loss", "cosine_similarity_loss", cosine(a * u, b * v), cosine(u, v))


# Robust regression


def huber_is_smooth_l1_times_its_threshold(rng: np.random.Generator) -> Identity:
    """Huber loss with δ = β is β times the smooth L1 loss."""
    p, y = _draw(rng, "real", "real")
    left = [loss.huber(p, y, delta=beta) for beta in (0.2, 1, 3)]
    return _equal("huber", "smooth_l1", left, [beta * loss.smooth_l1(p, y, beta=beta) for beta in (0.2, 1, 3)])


def huber_over_its_threshold_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Huber loss over δ tends to the absolute error as δ → 0."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("huber", "absolute_error", TO_ZERO, lambda delta: (loss.huber(p, y, delta=delta) / delta, right))


def huber_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Huber loss tends to half the squared error as δ → ∞."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("huber", "squared_error", (1.0, *TO_INFINITY), lambda delta: (loss.huber(p, y, delta=delta), right))


def smooth_l1_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Smooth L1 loss tends to the absolute error as β → 0."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("smooth_l1", "absolute_error", TO_ZERO, lambda beta: (loss.smooth_l1(p, y, beta=beta), right))


def smooth_l1_times_its_threshold_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Smooth L1 loss times β tends to half the squared error as β → ∞."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("smooth_l1", "squared_error", (1.0, *TO_INFINITY), lambda beta: (beta * loss.smooth_l1(p, y, beta=beta), right))


def huber_scales_like_a_square_with_its_threshold(rng: np.random.Generator) -> Identity:
    """Huber loss is multiplied by c² when ŷ, y and δ are multiplied by c > 0."""
    p, y = _draw(rng, "real", "real")
    return _equal("huber", "huber", loss.huber(3 * p, 3 * y, delta=1.5), 9 * loss.huber(p, y, delta=0.5))


def huber_is_at_most_half_squared_error(rng: np.random.Generator) -> Identity:
    """Huber loss is at most half the squared error, and equal within δ of y."""
    p, y = _draw(rng, "real", "real")
    p[-1] = y[-1] + 0.7
    return _bound("huber", "squared_error", loss.huber(p, y, delta=0.8), 0.5 * loss.squared_error(p, y))


def log_cosh_is_at_most_huber(rng: np.random.Generator) -> Identity:
    """Log-cosh loss is at most the Huber loss with δ = 1, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return _bound("log_cosh", "huber", loss.log_cosh(p, y), loss.huber(p, y, delta=1.0))


def log_cosh_is_at_least_absolute_error_minus_log_2(rng: np.random.Generator) -> Identity:
    """Log-cosh loss is at least the absolute error minus log 2, and touches it far from y."""
    p, y = _draw(rng, "real", "real")
    p[-1] = y[-1] + 40
    return _bound("absolute_error", "log_cosh", loss.absolute_error(p, y) - np.log(2), loss.log_cosh(p, y))


def log_cosh_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Log-cosh loss of errors h r, over h², tends to half the squared error of r as h → 0, with order 2."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("log_cosh", "squared_error", TO_ZERO[1:], lambda h: (loss.log_cosh(h * p, h * y) / h**2, right), order=2)


def log_cosh_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Log-cosh loss of errors c r, over c, tends to the absolute error of r as c → ∞."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("log_cosh", "absolute_error", TO_INFINITY, lambda c: (loss.log_cosh(c * p, c * y) / c, right))


# Probabilistic forecasts


def gaussian_nll_at_variance_one_half_is_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian negative log-likelihood at v = ½ is the squared error minus ½ log 2."""
    m, y = _draw(rng, "real", "real")
    left = loss.gaussian_nll(m, y, np.full_like(m, 0.5))
    return _equal("gaussian_nll", "squared_error", left, loss.squared_error(m, y) - 0.5 * np.log(2))


def gaussian_nll_is_least_at_the_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian negative log-likelihood is at least ½ (1 + log r²), reached where v is the squared error r²."""
    m, y, v = _draw(rng, "real", "real", "positive")
    v[-1] = (m[-1] - y[-1]) ** 2
    small = 0.5 * (1 + np.log(loss.squared_error(m, y)))
    return _bound("squared_error", "gaussian_nll", small, loss.gaussian_nll(m, y, v))


def poisson_nll_is_least_at_the_logarithm_of_the_count(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood is at least y − y log y, reached at z = log y."""
    z, y = *_draw(rng, "real"), 1 + _draw(rng, "count")[0]
    z[-1] = np.log(y[-1])
    return _bound("poisson_nll", "poisson_nll", loss.poisson_nll(np.log(y), y), loss.poisson_nll(z, y))


def poisson_nll_is_nll_of_the_poisson_distribution(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood plus log y! is the negative log-likelihood loss of the Poisson probabilities."""
    z, y = _draw(rng, "real", "count")
    counts = np.arange(y.max() + 1)
    log_factorial = np.cumsum(np.log(np.maximum(counts, 1)))
    log_prob = counts * z[:, None] - np.exp(z[:, None]) - log_factorial
    return _equal("poisson_nll", "nll", loss.poisson_nll(z, y) + log_factorial[y.astype(int)], loss.nll(log_prob, y))


def poisson_nll_tends_to_squared_error_over_the_variance(rng: np.random.Generator) -> Identity:
    """Poisson negative log-likelihood above its minimum tends to the squared error over 2 y as exp(z) → y, with z = log y + h u."""
    u, y = _draw(rng, "cosine", "positive")

    def sides(h: float) -> tuple[Array, Array]:
        above = loss.poisson_nll(np.log(y) + h * u, y) - loss.poisson_nll(np.log(y), y)
        return above / h**2, loss.squared_error(y * np.exp(h * u), y) / (2 * y * h**2)

    return _limit("poisson_nll", "squared_error", TO_ZERO[:3], sides)


def brier_score_is_squared_error_of_a_probability(rng: np.random.Generator) -> Identity:
    """Brier score is the squared error of a probability p and an outcome y."""
    p, y = _draw(rng, "probability", "binary")
    return _equal("brier_score", "squared_error", loss.brier_score(p, y), loss.squared_error(p, y))


def brier_score_is_at_most_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Brier score is at most the binary cross-entropy, and equal where the forecast is certain and right."""
    p, y = _draw(rng, "probability", "binary")
    p[-1] = y[-1]
    return _bound("brier_score", "binary_cross_entropy", loss.brier_score(p, y), loss.binary_cross_entropy(p, y))


def brier_score_is_the_square_of_the_expected_cost(rng: np.random.Generator) -> Identity:
    """Brier score is the square of the cost-sensitive loss at costs of 1."""
    p, y = _draw(rng, "probability", "binary")
    return _equal("brier_score", "cost_sensitive", loss.brier_score(p, y), loss.cost_sensitive(p, y, c_fn=1, c_fp=1) ** 2)


def brier_score_and_binary_cross_entropy_rank_forecasts_alike(rng: np.random.Generator) -> Identity:
    """Brier score and binary cross-entropy put single forecasts in the same order, from the best to the worst."""
    p, y = _draw(rng, "probability", "binary")
    return _ordering("brier_score", "binary_cross_entropy", loss.brier_score(p, y), loss.binary_cross_entropy(p, y))


# Classification


def binary_cross_entropy_with_logits_is_that_of_the_sigmoid(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy with logits is binary cross-entropy of p = σ(z)."""
    z, y = _draw(rng, "real", "binary")
    left = loss.binary_cross_entropy_with_logits(z, y)
    return _equal("binary_cross_entropy_with_logits", "binary_cross_entropy", left, loss.binary_cross_entropy(_sigmoid(z), y))


def binary_cross_entropy_is_cross_entropy_of_two_classes(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy is cross-entropy with the logits log p and log(1 − p), and the target y and 1 − y."""
    p, y = _draw(rng, "probability", "probability")
    right = loss.cross_entropy(np.log(np.stack([p, 1 - p], 1)), np.stack([y, 1 - y], 1))
    return _equal("binary_cross_entropy", "cross_entropy", loss.binary_cross_entropy(p, y), right)


def two_class_cross_entropy_is_binary_cross_entropy_of_the_lead(rng: np.random.Generator) -> Identity:
    """Cross-entropy of two classes is binary cross-entropy with logits at z₁ − z₂."""
    z, (y,) = _draw(rng, "real", shape=(POINTS, 2))[0], _draw(rng, "probability")
    left = loss.cross_entropy(z, np.stack([y, 1 - y], 1))
    right = loss.binary_cross_entropy_with_logits(z[:, 0] - z[:, 1], y)
    return _equal("cross_entropy", "binary_cross_entropy_with_logits", left, right)


def positive_weight_is_a_class_weight(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy with logits and weight w is class-weighted cross-entropy of z and 0 with the weights w and 1."""
    z, y = _draw(rng, "real", "binary")
    right = loss.weighted_cross_entropy(np.stack([z, 0 * z], 1), np.stack([y, 1 - y], 1), np.array([5.0, 1.0]))
    left = loss.binary_cross_entropy_with_logits(z, y, pos_weight=5)
    return _equal("binary_cross_entropy_with_logits", "weighted_cross_entropy", left, right)


def nll_of_log_softmax_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Negative log-likelihood loss of log-softmax is cross-entropy with a one-hot target."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    return _equal("nll", "cross_entropy", loss.nll(_log_softmax(z), y.argmax(axis=1)), loss.cross_entropy(z, y))


def cross_entropy_is_kl_divergence_plus_entropy(rng: np.random.Generator) -> Identity:
    """Cross-entropy is the KL divergence of softmax(z) from the target plus the entropy of the target."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.kl_divergence(np.exp(_log_softmax(z)), y) + _entropy(y)
    return _equal("cross_entropy", "kl_divergence", loss.cross_entropy(z, y), right)


def cross_entropy_ignores_a_shift_of_all_logits(rng: np.random.Generator) -> Identity:
    """Cross-entropy stays the same when the same number is added to all logits."""
    (z, y), (c,) = _draw(rng, "real", "simplex", shape=CLASSES), _draw(rng, "real", shape=(POINTS, 1))
    return _equal("cross_entropy", "cross_entropy", loss.cross_entropy(z + c, y), loss.cross_entropy(z, y))


def label_smoothing_by_nothing_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy at ε = 0 is cross-entropy."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    left = loss.label_smoothing_cross_entropy(z, y, eps=0.0)
    return _equal("label_smoothing_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def label_smoothing_mixes_two_cross_entropies(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy is 1 − ε times cross-entropy plus ε times cross-entropy with the uniform target."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    right = 0.7 * loss.cross_entropy(z, y) + 0.3 * loss.cross_entropy(z, np.full_like(y, 1 / 4))
    left = loss.label_smoothing_cross_entropy(z, y, eps=0.3)
    return _equal("label_smoothing_cross_entropy", "cross_entropy", left, right)


def label_smoothing_by_all_is_divergence_from_uniform(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy at ε = 1 is the KL divergence of softmax(z) from the uniform target, plus log K."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.kl_divergence(np.exp(_log_softmax(z)), np.full_like(y, 1 / 4)) + np.log(4)
    left = loss.label_smoothing_cross_entropy(z, y, eps=1.0)
    return _equal("label_smoothing_cross_entropy", "kl_divergence", left, right)


def weighted_cross_entropy_of_equal_weights_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-weighted cross-entropy is cross-entropy when all weights are 1."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.weighted_cross_entropy(z, y, np.ones(4))
    return _equal("weighted_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def weighted_cross_entropy_is_cross_entropy_times_the_weight_of_the_class(rng: np.random.Generator) -> Identity:
    """Class-weighted cross-entropy with a one-hot target is cross-entropy times the weight of the true class."""
    (z, y), (w,) = _draw(rng, "real", "one_hot", shape=CLASSES), _draw(rng, "positive", shape=(4,))
    left = loss.weighted_cross_entropy(z, y, w)
    return _equal("weighted_cross_entropy", "cross_entropy", left, (y @ w) * loss.cross_entropy(z, y))


def focal_without_focus_is_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 0 and α = ½ is half of binary cross-entropy with logits."""
    z, y = _draw(rng, "real", "binary")
    left, right = loss.focal(z, y, alpha=0.5, gamma=0.0), 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return _equal("focal", "binary_cross_entropy_with_logits", left, right)


def focal_without_focus_is_weighted_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 0 is 1 − α times binary cross-entropy with logits at w = α / (1 − α)."""
    z, y = _draw(rng, "real", "binary")
    right = 0.8 * loss.binary_cross_entropy_with_logits(z, y, pos_weight=0.2 / 0.8)
    return _equal("focal", "binary_cross_entropy_with_logits", loss.focal(z, y, alpha=0.2, gamma=0.0), right)


def focal_is_binary_cross_entropy_times_a_power_of_the_probability_missing(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 2 and α = ½ is half of binary cross-entropy times the squared probability of the wrong class."""
    p, y = _draw(rng, "probability", "binary")
    left = loss.focal(np.log(p / (1 - p)), y, alpha=0.5, gamma=2.0)
    return _equal("focal", "binary_cross_entropy", left, 0.5 * (p - y) ** 2 * loss.binary_cross_entropy(p, y))


def focal_tends_to_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at α = ½ tends to half of binary cross-entropy with logits as γ → 0."""
    z, y = _draw(rng, "real", "binary")
    right = 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return _limit(
        "focal", "binary_cross_entropy_with_logits", TO_ZERO, lambda gamma: (loss.focal(z, y, alpha=0.5, gamma=gamma), right)
    )


def focal_is_at_most_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at α = ½ is at most half of binary cross-entropy with logits, and touches it where p of the true class → 0."""
    z, y = _draw(rng, "real", "binary")
    z[-1], y[-1] = -50, 1
    large = 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return _bound("focal", "binary_cross_entropy_with_logits", loss.focal(z, y, alpha=0.5, gamma=2.0), large)


def cost_sensitive_at_equal_costs_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss at costs of 1 is the absolute error of p and y."""
    p, y = _draw(rng, "probability", "binary")
    return _equal("cost_sensitive", "absolute_error", loss.cost_sensitive(p, y, c_fn=1, c_fp=1), loss.absolute_error(p, y))


def cost_sensitive_of_decisions_is_zero_one(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss at costs of 1 is the zero-one loss where p is 0 or 1."""
    p, y = _draw(rng, "binary", "binary")
    left, right = loss.cost_sensitive(p, y, c_fn=1, c_fp=1), loss.zero_one(2 * p - 1, 2 * y - 1)
    return _equal("cost_sensitive", "zero_one", left, right)


def cost_sensitive_is_the_expected_cost_of_mistakes(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss is the expectation of the cost of the mistake times zero-one loss when class 1 is called with p."""
    p, y = _draw(rng, "probability", "binary")
    label, cost = 2 * y - 1, np.where(y == 1, 3.0, 2.0)
    right = cost * (p * loss.zero_one(_ones(p), label) + (1 - p) * loss.zero_one(-_ones(p), label))
    return _equal("cost_sensitive", "zero_one", loss.cost_sensitive(p, y, c_fn=3, c_fp=2), right)


# Margins


def _margins(rng: np.random.Generator) -> list[Array]:
    """Scores and labels; the last score is 0 and decides nothing."""
    s, y = _draw(rng, "real", "sign")
    s[-1] = 0
    return [s, y]


def zero_one_is_at_most_hinge(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the hinge loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return _bound("zero_one", "hinge", loss.zero_one(s, y), loss.hinge(s, y))


def zero_one_is_at_most_squared_hinge(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the squared hinge loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return _bound("zero_one", "squared_hinge", loss.zero_one(s, y), loss.squared_hinge(s, y))


def zero_one_is_at_most_exponential(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the exponential loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return _bound("zero_one", "exponential", loss.zero_one(s, y), loss.exponential(s, y))


def zero_one_is_at_most_soft_margin_in_bits(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the soft margin loss over log 2, and equal at the margin 0."""
    s, y = _margins(rng)
    return _bound("zero_one", "soft_margin", loss.zero_one(s, y), loss.soft_margin(s, y) / np.log(2))


def zero_one_is_at_most_squared_error(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the squared error of s and the label −1 or 1, and equal at the margin 0."""
    s, y = _margins(rng)
    return _bound("zero_one", "squared_error", loss.zero_one(s, y), loss.squared_error(s, y))


def squared_hinge_is_the_square_of_hinge(rng: np.random.Generator) -> Identity:
    """Squared hinge loss is the square of the hinge loss."""
    s, y = _draw(rng, "real", "sign")
    return _equal("squared_hinge", "hinge", loss.squared_hinge(s, y), loss.hinge(s, y) ** 2)


def squared_hinge_is_at_most_squared_error(rng: np.random.Generator) -> Identity:
    """Squared hinge loss is at most the squared error (1 − y s)², and equal up to the margin 1."""
    s, y = _draw(rng, "real", "sign")
    s[-1] = 0.3 * y[-1]
    return _bound("squared_hinge", "squared_error", loss.squared_hinge(s, y), loss.squared_error(s, y))


def soft_margin_is_binary_cross_entropy_with_other_labels(rng: np.random.Generator) -> Identity:
    """Soft margin loss is binary cross-entropy with logits, with −1 and 1 for the labels 0 and 1."""
    s, y = _draw(rng, "real", "sign")
    right = loss.binary_cross_entropy_with_logits(s, (1 + y) / 2)
    return _equal("soft_margin", "binary_cross_entropy_with_logits", loss.soft_margin(s, y), right)


def soft_margin_is_a_logarithm_of_exponential(rng: np.random.Generator) -> Identity:
    """Soft margin loss is log(1 + exponential loss)."""
    s, y = _draw(rng, "real", "sign")
    return _equal("soft_margin", "exponential", loss.soft_margin(s, y), np.log1p(loss.exponential(s, y)))


def soft_margin_is_at_most_exponential(rng: np.random.Generator) -> Identity:
    """Soft margin loss is below the exponential loss, and nears it at large margins."""
    s, y = _draw(rng, "real", "sign")
    s[-1] = 30 * y[-1]
    return _bound("soft_margin", "exponential", loss.soft_margin(s, y), loss.exponential(s, y))


def soft_margin_and_exponential_rank_margins_alike(rng: np.random.Generator) -> Identity:
    """Soft margin loss and exponential loss put items in the same order, that of their margins."""
    s, y = _draw(rng, "real", "sign")
    return _ordering("soft_margin", "exponential", loss.soft_margin(s, y), loss.exponential(s, y))


def soft_margin_tends_to_hinge(rng: np.random.Generator) -> Identity:
    """Soft margin loss at (s − y) / T, times T, tends to the hinge loss as T → 0."""
    s, y = _draw(rng, "real", "sign")
    right = loss.hinge(s, y)
    return _limit("soft_margin", "hinge", TO_ZERO, lambda t: (t * loss.soft_margin((s - y) / t, y), right))


def hinge_is_multiclass_hinge_of_two_classes(rng: np.random.Generator) -> Identity:
    """Hinge loss is the multi-class hinge loss of two classes with the scores s and 0."""
    s, y = _draw(rng, "real", "sign")
    right = loss.multiclass_hinge(np.stack([s, 0 * s], 1), (1 - y) / 2)
    return _equal("hinge", "multiclass_hinge", loss.hinge(s, y), right)


def multiclass_hinge_is_hinge_of_the_lead(rng: np.random.Generator) -> Identity:
    """Multi-class hinge loss is the hinge loss of the lead over the strongest rival."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    lead = np.sum(s * y, axis=1) - np.max(np.where(y == 1, -np.inf, s), axis=1)
    return _equal("multiclass_hinge", "hinge", loss.multiclass_hinge(s, y.argmax(axis=1)), loss.hinge(lead, _ones(lead)))


def cross_entropy_tends_to_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Cross-entropy at (s + 1 − y) / T, times T, tends to the multi-class hinge loss as T → 0."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.multiclass_hinge(s, y.argmax(axis=1))
    return _limit("cross_entropy", "multiclass_hinge", TO_ZERO, lambda t: (t * loss.cross_entropy((s + 1 - y) / t, y), right))


# Divergences


def kl_divergence_of_two_outcomes_is_binary_cross_entropy_minus_entropy(rng: np.random.Generator) -> Identity:
    """KL divergence of two outcomes is binary cross-entropy minus the entropy of the target."""
    q, p = _draw(rng, "probability", "probability")
    pred, target = np.stack([q, 1 - q], 1), np.stack([p, 1 - p], 1)
    right = loss.binary_cross_entropy(q, p) - _entropy(target)
    return _equal("kl_divergence", "binary_cross_entropy", loss.kl_divergence(pred, target), right)


def kl_divergence_is_at_least_half_the_squared_total_difference(rng: np.random.Generator) -> Identity:
    """KL divergence is at least half the square of the summed absolute error (Pinsker), and equal at 0."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    small = 0.5 * loss.absolute_error(q, p).sum(axis=1) ** 2
    return _bound("absolute_error", "kl_divergence", small, loss.kl_divergence(q, p))


def js_divergence_is_the_mean_of_two_kl_divergences(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is the mean of the KL divergences of (p + q) / 2 from p and from q."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    middle = (p + q) / 2
    right = (loss.kl_divergence(middle, p) + loss.kl_divergence(middle, q)) / 2
    return _equal("js_divergence", "kl_divergence", loss.js_divergence(q, p), right)


def js_divergence_is_symmetric(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence stays the same when p and q are exchanged."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    return _equal("js_divergence", "js_divergence", loss.js_divergence(q, p), loss.js_divergence(p, q))


def js_divergence_is_at_most_log_2(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is at most log 2, reached where p and q have no outcome in common."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    return _bound("js_divergence", "js_divergence", loss.js_divergence(q, p), np.full(POINTS, np.log(2)))


def js_divergence_is_at_most_a_quarter_of_both_kl_divergences(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence is at most a quarter of KL(p‖q) + KL(q‖p), and equal at 0."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    large = (loss.kl_divergence(q, p) + loss.kl_divergence(p, q)) / 4
    return _bound("js_divergence", "kl_divergence", loss.js_divergence(q, p), large)


def js_divergence_tends_to_a_quarter_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Jensen-Shannon divergence tends to a quarter of the KL divergence when q = (1 − h) p + h p′ and h → 0."""
    p, other = (0.5 * a + 0.5 / 4 for a in _draw(rng, "simplex", "simplex", shape=CLASSES))

    def sides(h: float) -> tuple[Array, Array]:
        q = (1 - h) * p + h * other
        return loss.js_divergence(q, p) / h**2, loss.kl_divergence(q, p) / (4 * h**2)

    return _limit("js_divergence", "kl_divergence", TO_ZERO[:3], sides)


# Distillation


def distillation_without_teacher_is_nll(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 0 is the negative log-likelihood loss of log-softmax of the student."""
    (s, t), (y,) = _draw(rng, "real", "real", shape=CLASSES), _draw(rng, "index")
    left = loss.knowledge_distillation(s, t, y, alpha=0.0)
    return _equal("knowledge_distillation", "nll", left, loss.nll(_log_softmax(s), y))


def distillation_without_label_is_kl_divergence(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 1 and T = 1 is the KL divergence of the softmax of the student from that of the teacher."""
    (s, t), (y,) = _draw(rng, "real", "real", shape=CLASSES), _draw(rng, "index")
    left = loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=1.0)
    right = loss.kl_divergence(np.exp(_log_softmax(s)), np.exp(_log_softmax(t)))
    return _equal("knowledge_distillation", "kl_divergence", left, right)


def distillation_from_a_smoothed_label_is_label_smoothing(rng: np.random.Generator) -> Identity:
    """Knowledge distillation (α = T = 1) from a teacher who smooths labels is label smoothing cross-entropy minus an entropy."""
    (s, y), eps = _draw(rng, "real", "one_hot", shape=CLASSES), 0.1
    smoothed = (1 - eps) * y + eps / 4
    left = loss.knowledge_distillation(s, np.log(smoothed), y.argmax(axis=1), alpha=1.0, temperature=1.0)
    right = loss.label_smoothing_cross_entropy(s, y, eps=eps) - _entropy(smoothed)
    return _equal("knowledge_distillation", "label_smoothing_cross_entropy", left, right)


def hot_distillation_tends_to_squared_error_of_logits(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 1 tends to the summed squared error of the centred logits over 2 K as T → ∞."""
    (s, t), (y,) = _draw(rng, "real", "real", shape=CLASSES), _draw(rng, "index")
    centred = (a - a.mean(axis=1, keepdims=True) for a in (s, t))
    right = loss.squared_error(*centred).sum(axis=1) / (2 * 4)
    return _limit(
        "knowledge_distillation",
        "squared_error",
        TO_INFINITY[1:],
        lambda heat: (loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=heat), right),
    )


# Preference and ranking


def bradley_terry_is_binary_cross_entropy_of_the_lead(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is binary cross-entropy with the logit r₊ − r₋ and the label 1."""
    a, b = _draw(rng, "real", "real")
    right = loss.binary_cross_entropy_with_logits(a - b, _ones(a))
    return _equal("bradley_terry", "binary_cross_entropy_with_logits", loss.bradley_terry(a, b), right)


def bradley_terry_is_cross_entropy_of_two_rewards(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is cross-entropy with the logits r₊ and r₋ and the first as the right class."""
    a, b = _draw(rng, "real", "real")
    right = loss.cross_entropy(np.stack([a, b], 1), np.stack([_ones(a), 0 * a], 1))
    return _equal("bradley_terry", "cross_entropy", loss.bradley_terry(a, b), right)


def bradley_terry_is_soft_margin_of_the_lead(rng: np.random.Generator) -> Identity:
    """Bradley-Terry loss is the soft margin loss of r₊ − r₋ with the label 1."""
    a, b = _draw(rng, "real", "real")
    return _equal("bradley_terry", "soft_margin", loss.bradley_terry(a, b), loss.soft_margin(a - b, _ones(a)))


def dpo_is_bradley_terry_of_implicit_rewards(rng: np.random.Generator) -> Identity:
    """DPO is the Bradley-Terry loss of the rewards β log(π / πʳᵉᶠ)."""
    a, b, old_a, old_b = _draw(rng, *["log_probability"] * 4)
    right = loss.bradley_terry(0.3 * (a - old_a), 0.3 * (b - old_b))
    return _equal("dpo", "bradley_terry", loss.dpo(a, b, old_a, old_b, beta=0.3), right)


def dpo_without_preference_of_the_reference_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """DPO at β = 1 is the Bradley-Terry loss of the log-probabilities when the reference finds both answers equally likely."""
    a, b, old = _draw(rng, *["log_probability"] * 3)
    return _equal("dpo", "bradley_terry", loss.dpo(a, b, old, old, beta=1.0), loss.bradley_terry(a, b))


def ranknet_of_two_items_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """RankNet of two items of different grades is the Bradley-Terry loss at σ = 1."""
    (s,) = _draw(rng, "real", shape=(POINTS, 2))
    left = loss.ranknet(s, np.tile([1.0, 0.0], (POINTS, 1)), sigma=1.0)
    return _equal("ranknet", "bradley_terry", left, loss.bradley_terry(s[:, 0], s[:, 1]))


def ranknet_is_the_sum_of_bradley_terry_over_pairs(rng: np.random.Generator) -> Identity:
    """RankNet is the Bradley-Terry loss of σ sᵢ and σ sⱼ, summed over all pairs with yᵢ > yⱼ."""
    s, y = _draw(rng, "real", "count", shape=(POINTS, 5))
    pairs = list(itertools.permutations(range(5), 2))
    right = sum((y[:, i] > y[:, j]) * loss.bradley_terry(2 * s[:, i], 2 * s[:, j]) for i, j in pairs)
    return _equal("ranknet", "bradley_terry", loss.ranknet(s, y, sigma=2.0), right)


def ranknet_over_sigma_tends_to_margin_ranking(rng: np.random.Generator) -> Identity:
    """RankNet of two items, over σ, tends to the margin ranking loss with m = 0 as σ → ∞."""
    (s,) = _draw(rng, "real", shape=(POINTS, 2))
    y, right = np.tile([1.0, 0.0], (POINTS, 1)), loss.margin_ranking(s[:, 0], s[:, 1], np.ones(POINTS), margin=0.0)
    return _limit("ranknet", "margin_ranking", TO_INFINITY, lambda sigma: (loss.ranknet(s, y, sigma=sigma) / sigma, right))


def margin_ranking_is_hinge_of_the_difference(rng: np.random.Generator) -> Identity:
    """Margin ranking loss with m = 1 is the hinge loss of s₁ − s₂."""
    a, b, y = _draw(rng, "real", "real", "sign")
    return _equal("margin_ranking", "hinge", loss.margin_ranking(a, b, y, margin=1.0), loss.hinge(a - b, y))


def listnet_is_cross_entropy_with_the_softmax_of_grades(rng: np.random.Generator) -> Identity:
    """ListNet is cross-entropy with the scores as logits and the softmax of the grades as target."""
    s, y = _draw(rng, "real", "real", shape=CLASSES)
    return _equal("listnet", "cross_entropy", loss.listnet(s, y), loss.cross_entropy(s, np.exp(_log_softmax(y))))


def listnet_is_kl_divergence_plus_entropy(rng: np.random.Generator) -> Identity:
    """ListNet is the KL divergence of the softmax of scores from the softmax of grades plus the entropy of the latter."""
    s, y = (np.exp(_log_softmax(a)) for a in _draw(rng, "real", "real", shape=CLASSES))
    return _equal("listnet", "kl_divergence", loss.listnet(np.log(s), np.log(y)), loss.kl_divergence(s, y) + _entropy(y))


def listnet_of_two_items_is_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """ListNet of two items is binary cross-entropy with the logit s₁ − s₂ and the target σ(y₁ − y₂)."""
    s, y = _draw(rng, "real", "real", shape=(POINTS, 2))
    right = loss.binary_cross_entropy_with_logits(s[:, 0] - s[:, 1], _sigmoid(y[:, 0] - y[:, 1]))
    return _equal("listnet", "binary_cross_entropy_with_logits", loss.listnet(s, y), right)


def listnet_of_far_grades_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """ListNet tends to cross-entropy with the best item as class when its grade rises above the others by c → ∞."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.cross_entropy(s, y)
    return _limit("listnet", "cross_entropy", (1.0, *TO_INFINITY), lambda c: (loss.listnet(s, c * y), right))


# Survival


def cox_of_two_subjects_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood of two subjects is the Bradley-Terry loss of the one whose event comes first."""
    h, t = _draw(rng, "real", "positive", shape=(50, 2))
    t.sort(axis=1)
    left = [loss.cox_partial_likelihood(*pair, np.ones(2)).sum() for pair in zip(h, t, strict=True)]
    return _equal("cox_partial_likelihood", "bradley_terry", left, loss.bradley_terry(h[:, 0], h[:, 1]))


def cox_is_cross_entropy_over_those_at_risk(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood is, at each event, cross-entropy of the log hazards of all who are still at risk."""
    h, t, event = _draw(rng, "real", "positive", "binary")
    at_risk = np.where(t >= t[:, None], h, -np.inf)
    right = event * loss.cross_entropy(at_risk, np.eye(POINTS))
    return _equal("cox_partial_likelihood", "cross_entropy", loss.cox_partial_likelihood(h, t, event), right)


def cox_ignores_a_shift_of_all_hazards(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood stays the same when the same number is added to all log hazards."""
    h, t, event = _draw(rng, "real", "positive", "binary")
    cox = loss.cox_partial_likelihood
    return _equal("cox_partial_likelihood", "cox_partial_likelihood", cox(h + 3, t, event), cox(h, t, event))


def cox_ignores_everything_about_time_but_the_order(rng: np.random.Generator) -> Identity:
    """Cox partial likelihood stays the same when all times are squared: only their order counts."""
    h, t, event = _draw(rng, "real", "positive", "binary")
    cox = loss.cox_partial_likelihood
    return _equal("cox_partial_likelihood", "cox_partial_likelihood", cox(h, t**2, event), cox(h, t, event))


# Metric learning


def cosine_embedding_of_alike_pairs_is_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Cosine embedding loss with y = 1 is the cosine similarity loss."""
    a, b = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = loss.cosine_embedding(a, b, np.ones(POINTS))
    return _equal("cosine_embedding", "cosine_similarity_loss", left, loss.cosine_similarity_loss(a, b))


def cosine_embedding_of_other_pairs_is_two_minus_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Cosine embedding loss with y = −1 and m = −1 is 2 minus the cosine similarity loss."""
    a, b = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = loss.cosine_embedding(a, b, -np.ones(POINTS), margin=-1.0)
    return _equal("cosine_embedding", "cosine_similarity_loss", left, 2 - loss.cosine_similarity_loss(a, b))


def contrastive_of_similar_pairs_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 1 is half the squared error, summed over the components."""
    a, b = _draw(rng, "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(a, b).sum(axis=1)
    return _equal("contrastive", "squared_error", loss.contrastive(a, b, np.ones(POINTS)), right)


def contrastive_of_similar_unit_vectors_is_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 1 is the cosine similarity loss if both vectors have length 1."""
    a, b = _draw(rng, "unit_vector", "unit_vector", shape=VECTORS)
    return _equal(
        "contrastive", "cosine_similarity_loss", loss.contrastive(a, b, np.ones(POINTS)), loss.cosine_similarity_loss(a, b)
    )


def contrastive_of_other_pairs_is_half_squared_hinge_of_the_distance(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 0 is m² / 2 times the squared hinge loss of the distance over m, with the label 1."""
    a, b = _draw(rng, "cosine", "cosine", shape=VECTORS)
    right = 0.5 * 1.5**2 * loss.squared_hinge(np.linalg.norm(a - b, axis=1) / 1.5, np.ones(POINTS))
    return _equal("contrastive", "squared_hinge", loss.contrastive(a, b, np.zeros(POINTS), margin=1.5), right)


def triplet_margin_is_margin_ranking_of_distances(rng: np.random.Generator) -> Identity:
    """Triplet margin loss is the margin ranking loss with ‖a − q‖ as s₁ and ‖a − p‖ as s₂."""
    a, p, q = _draw(rng, "real", "real", "real", shape=VECTORS)
    far, near = np.linalg.norm(a - q, axis=1), np.linalg.norm(a - p, axis=1)
    right = loss.margin_ranking(far, near, np.ones(POINTS), margin=0.7)
    return _equal("triplet_margin", "margin_ranking", loss.triplet_margin(a, p, q, margin=0.7), right)


def arcface_without_margin_is_cross_entropy_of_scaled_cosines(rng: np.random.Generator) -> Identity:
    """ArcFace with m = 0 is cross-entropy with the logits s cos θⱼ."""
    (c,), (y,) = _draw(rng, "cosine", shape=CLASSES), _draw(rng, "index")
    right = loss.cross_entropy(8 * c, np.eye(4)[y.astype(int)])
    return _equal("arcface", "cross_entropy", loss.arcface(c, y, margin=0.0, scale=8.0), right)


def arcface_is_at_least_cross_entropy_of_scaled_cosines(rng: np.random.Generator) -> Identity:
    """ArcFace is at least cross-entropy with the logits s cos θⱼ up to the angle θ = π − m / 2, where both are equal."""
    (c,), (y,) = _draw(rng, "cosine", shape=CLASSES), _draw(rng, "index")
    c[-1, int(y[-1])] = -np.cos(0.5 / 2)
    small = loss.cross_entropy(8 * c, np.eye(4)[y.astype(int)])
    return _bound("cross_entropy", "arcface", small, loss.arcface(c, y, margin=0.5, scale=8.0))


# Self-supervision


def _rest(n: int) -> Array:
    """Row i: the numbers below n without i."""
    return np.array([[j for j in range(n) if j != i] for i in range(n)])


def _candidates(rng: np.random.Generator, negatives: int) -> list[Array]:
    """Queries, their positives, and as many negatives for each."""
    pairs = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    return [*pairs, *_draw(rng, "nonzero_vector", shape=(POINTS, negatives, 3))]


def info_nce_is_cross_entropy_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE is cross-entropy with cosines over τ as logits and the positive as the right class."""
    q, p, k = _candidates(rng, 5)
    cosines = _cosines(q[:, None], np.concatenate([p[:, None], k], axis=1))
    right = loss.cross_entropy(cosines / 0.2, np.tile(np.eye(6)[0], (POINTS, 1)))
    return _equal("info_nce", "cross_entropy", loss.info_nce(q, p, k, tau=0.2), right)


def info_nce_with_one_negative_is_soft_margin_of_the_gap(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative is the soft margin loss of (cos(q, k₊) − cos(q, k₁)) / τ."""
    q, p, k = _candidates(rng, 1)
    gap = (_cosines(q, p) - _cosines(q, k[:, 0])) / 0.5
    return _equal("info_nce", "soft_margin", loss.info_nce(q, p, k, tau=0.5), loss.soft_margin(gap, _ones(gap)))


def info_nce_with_one_negative_is_bradley_terry_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative is the Bradley-Terry loss of the rewards cos(q, k₊) / τ and cos(q, k₁) / τ."""
    q, p, k = _candidates(rng, 1)
    right = loss.bradley_terry(_cosines(q, p) / 0.5, _cosines(q, k[:, 0]) / 0.5)
    return _equal("info_nce", "bradley_terry", loss.info_nce(q, p, k, tau=0.5), right)


def cold_info_nce_tends_to_margin_ranking_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative, times τ, tends to the margin ranking loss of both cosines with m = 0 as τ → 0."""
    q, p, k = _candidates(rng, 1)
    right = loss.margin_ranking(_cosines(q, p), _cosines(q, k[:, 0]), np.ones(POINTS), margin=0.0)
    return _limit("info_nce", "margin_ranking", TO_ZERO, lambda tau: (tau * loss.info_nce(q, p, k, tau=tau), right))


def info_nce_ignores_lengths(rng: np.random.Generator) -> Identity:
    """InfoNCE stays the same when the embeddings are stretched, each by a positive number of its own."""
    q, p, k = _candidates(rng, 5)
    a, b = _draw(rng, "positive", "positive", shape=(POINTS, 1))
    (c,) = _draw(rng, "positive", shape=(POINTS, 5, 1))
    return _equal("info_nce", "info_nce", loss.info_nce(a * q, b * p, c * k, tau=0.2), loss.info_nce(q, p, k, tau=0.2))


def nt_xent_is_info_nce_with_the_rest_of_the_batch(rng: np.random.Generator) -> Identity:
    """NT-Xent is InfoNCE with the 2N − 2 other embeddings of the batch as negatives, averaged over both views."""
    first, second = _draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    views, n = np.concatenate([first, second]), len(first)
    negatives = np.array([[j for j in range(2 * n) if j % n != i % n] for i in range(2 * n)])
    each = loss.info_nce(views, np.roll(views, n, axis=0), views[negatives], tau=0.3)
    return _equal("nt_xent", "info_nce", loss.nt_xent(first, second, tau=0.3), each.reshape(2, n).mean(axis=0))


def nt_xent_is_supervised_contrastive_with_numbers_for_labels(rng: np.random.Generator) -> Identity:
    """NT-Xent is the supervised contrastive loss with the number of the example as label, averaged over both views."""
    first, second = _draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    each = loss.supervised_contrastive(np.concatenate([first, second]), np.tile(np.arange(len(first)), 2), tau=0.3)
    right = each.reshape(2, -1).mean(axis=0)
    return _equal("nt_xent", "supervised_contrastive", loss.nt_xent(first, second, tau=0.3), right)


def supervised_contrastive_is_the_mean_of_info_nce_over_positives(rng: np.random.Generator) -> Identity:
    """Supervised contrastive loss is InfoNCE with all others as negatives, averaged over the positives of the anchor."""
    (z,) = _draw(rng, "nonzero_vector", shape=BATCH)
    label, everyone = np.arange(len(z)) % 3, set(range(len(z)))
    pairs = [(i, j) for i, j in itertools.permutations(everyone, 2) if label[i] == label[j]]
    anchor, positive = np.array(pairs).T
    negatives = np.array([sorted(everyone - {i, j}) for i, j in pairs])
    each = loss.info_nce(z[anchor], z[positive], z[negatives], tau=0.3)
    right = np.bincount(anchor, each) / np.bincount(anchor)
    return _equal("supervised_contrastive", "info_nce", loss.supervised_contrastive(z, label, tau=0.3), right)


def supervised_contrastive_is_cross_entropy_with_several_right_answers(rng: np.random.Generator) -> Identity:
    """Supervised contrastive loss is cross-entropy with cosines over τ as logits and a target shared by the positives."""
    (z,) = _draw(rng, "nonzero_vector", shape=BATCH)
    label, rest = np.arange(len(z)) % 3, _rest(len(z))
    cosines = _cosines(z[:, None], z[rest])
    same = (label[rest] == label[:, None]).astype(float)
    right = loss.cross_entropy(cosines / 0.3, same / same.sum(axis=1, keepdims=True))
    return _equal("supervised_contrastive", "cross_entropy", loss.supervised_contrastive(z, label, tau=0.3), right)


def clip_is_the_mean_of_info_nce_in_both_directions(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss is the mean of InfoNCE from images to texts and from texts to images."""
    a, b = _draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    rest = _rest(len(a))
    right = (loss.info_nce(a, b, b[rest], tau=0.2) + loss.info_nce(b, a, a[rest], tau=0.2)) / 2
    return _equal("clip", "info_nce", loss.clip(a, b, tau=0.2), right)


def clip_is_symmetric(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss stays the same when images and texts are exchanged."""
    a, b = _draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    return _equal("clip", "clip", loss.clip(a, b, tau=0.2), loss.clip(b, a, tau=0.2))


def clip_is_at_most_nt_xent(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss is at most NT-Xent at the same τ, which has more negatives, and equal in a batch of one pair."""
    a, b = _draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    batches = [(a, b), (a[:1], b[:1])]
    small, large = (np.concatenate([f(*batch, tau=0.5) for batch in batches]) for f in (loss.clip, loss.nt_xent))
    return _bound("clip", "nt_xent", small, large)


# Detection


def _inside(rng: np.random.Generator, box: Array) -> Array:
    """A box within each box."""
    (share,) = _draw(rng, "fraction", shape=(len(box), 2, 2))
    low, size = box[:, None, :2], box[:, None, 2:] - box[:, None, :2]
    return np.asarray((low + np.sort(share, axis=1) * size).reshape(-1, 4))


def _drawn_on_a_grid(box: Array) -> Array:
    """Which of 16 × 16 cells are covered by a box with whole numbers between −4 and 12 for corners."""
    centres = np.arange(-4, 12) + 0.5
    x, y = ((box[:, i, None] < centres) & (centres < box[:, i + 2, None]) for i in (0, 1))
    return np.asarray((x[:, :, None] & y[:, None, :]).reshape(len(box), -1), float)


def _on_grid(rng: np.random.Generator) -> list[Array]:
    """Pairs of boxes with whole numbers for corners."""
    return [np.round(4 * box) for box in _draw(rng, "box", "box", shape=(POINTS, 4))]


def iou_box_is_jaccard_of_drawn_boxes(rng: np.random.Generator) -> Identity:
    """IoU box loss is the soft Jaccard loss with s = 0 of the two boxes drawn pixel by pixel."""
    b, t = _on_grid(rng)
    right = loss.jaccard(_drawn_on_a_grid(b), _drawn_on_a_grid(t), smooth=0.0)
    return _equal("iou_box", "jaccard", loss.iou_box(b, t), right)


def giou_is_iou_plus_the_empty_share_of_the_box_around_both(rng: np.random.Generator) -> Identity:
    """GIoU loss minus IoU box loss is the share of empty pixels in the box around both: a soft Jaccard loss of the union."""
    b, t = _on_grid(rng)
    around = np.concatenate([np.minimum(b, t)[:, :2], np.maximum(b, t)[:, 2:]], axis=1)
    union = np.maximum(_drawn_on_a_grid(b), _drawn_on_a_grid(t))
    right = loss.iou_box(b, t) + loss.jaccard(union, _drawn_on_a_grid(around), smooth=0.0)
    return _equal("giou", "iou_box", loss.giou(b, t), right, "jaccard")


def giou_is_at_least_iou(rng: np.random.Generator) -> Identity:
    """GIoU loss is at least the IoU box loss, and equal where one box contains the other."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1:] = _inside(rng, t[-1:])
    return _bound("iou_box", "giou", loss.iou_box(b, t), loss.giou(b, t))


def giou_of_a_box_inside_the_other_is_iou(rng: np.random.Generator) -> Identity:
    """GIoU loss is the IoU box loss where one box contains the other, wherever it lies there."""
    (t,) = _draw(rng, "box", shape=(POINTS, 4))
    b = _inside(rng, t)
    return _equal("giou", "iou_box", loss.giou(b, t), loss.iou_box(b, t))


def giou_of_distant_boxes_tends_to_iou_plus_one(rng: np.random.Generator) -> Identity:
    """GIoU loss tends to the IoU box loss plus 1 as one box moves away along the diagonal, with order 2 in the distance."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    return _limit("giou", "iou_box", TO_INFINITY[1:], lambda far: (loss.giou(b + far, t), loss.iou_box(b + far, t) + 1), order=2)


def diou_is_iou_plus_the_squared_error_of_the_centres(rng: np.random.Generator) -> Identity:
    """DIoU loss is the IoU box loss plus the squared error of the centres over the squared diagonal around both."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    diagonal = np.sum((np.maximum(b, t)[:, 2:] - np.minimum(b, t)[:, :2]) ** 2, axis=1)
    centres = ((box[:, :2] + box[:, 2:]) / 2 for box in (b, t))
    right = loss.iou_box(b, t) + loss.squared_error(*centres).sum(axis=1) / diagonal
    return _equal("diou", "iou_box", loss.diou(b, t), right, "squared_error")


def diou_is_at_least_iou(rng: np.random.Generator) -> Identity:
    """DIoU loss is at least the IoU box loss, and equal where both boxes have the same centre."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1], t[-1] = (-1, -2, 1, 2), (-2, -1, 2, 1)
    return _bound("iou_box", "diou", loss.iou_box(b, t), loss.diou(b, t))


def diou_of_distant_boxes_tends_to_iou_plus_one(rng: np.random.Generator) -> Identity:
    """DIoU loss tends to the IoU box loss plus 1 as one box moves away."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    return _limit("diou", "iou_box", TO_INFINITY[1:], lambda far: (loss.diou(b + far, t), loss.iou_box(b + far, t) + 1))


def ciou_is_at_least_diou(rng: np.random.Generator) -> Identity:
    """CIoU loss is at least the DIoU loss, and equal where width and height have the same ratio."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    b[-1] = 0.7 * t[-1]
    return _bound("diou", "ciou", loss.diou(b, t), loss.ciou(b, t))


def ciou_of_boxes_of_one_shape_is_diou(rng: np.random.Generator) -> Identity:
    """CIoU loss is the DIoU loss where both boxes have the same ratio of width to height."""
    (t,) = _draw(rng, "box", shape=(POINTS, 4))
    (size,), (move,) = _draw(rng, "positive", shape=(POINTS, 1)), _draw(rng, "real", shape=(POINTS, 2))
    b = size * t + np.tile(move, 2)
    return _equal("ciou", "diou", loss.ciou(b, t), loss.diou(b, t))


def iou_ignores_the_size_of_the_picture(rng: np.random.Generator) -> Identity:
    """IoU box loss stays the same when both boxes are moved and enlarged together."""
    b, t = _draw(rng, "box", "box", shape=(POINTS, 4))
    return _equal("iou_box", "iou_box", loss.iou_box(640 * b + 3, 640 * t + 3), loss.iou_box(b, t))


# Segmentation


def dice_is_tversky_with_equal_prices(rng: np.random.Generator) -> Identity:
    """Dice loss is the Tversky loss with α = β = ½ and half the smoothing constant."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=0.5, beta=0.5, smooth=0.5)
    return _equal("dice", "tversky", loss.dice(p, y, smooth=1.0), right)


def jaccard_is_tversky_with_full_prices(rng: np.random.Generator) -> Identity:
    """Soft Jaccard loss is the Tversky loss with α = β = 1 and the same smoothing constant."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=1.0, beta=1.0, smooth=1.0)
    return _equal("jaccard", "tversky", loss.jaccard(p, y, smooth=1.0), right)


def jaccard_coefficient_is_a_function_of_the_dice_coefficient(rng: np.random.Generator) -> Identity:
    """Without smoothing, the coefficients 1 − loss of Jaccard and Dice satisfy J = D / (2 − D)."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    d = 1 - loss.dice(p, y, smooth=0.0)
    return _equal("jaccard", "dice", 1 - loss.jaccard(p, y, smooth=0.0), d / (2 - d))


def smoothed_jaccard_is_a_function_of_dice_smoothed_twice_as_much(rng: np.random.Generator) -> Identity:
    """Soft Jaccard loss with s is 2 d / (1 + d) of the Dice loss d with 2 s."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    d = loss.dice(p, y, smooth=2.0)
    return _equal("jaccard", "dice", loss.jaccard(p, y, smooth=1.0), 2 * d / (1 + d))


def dice_and_jaccard_rank_predictions_alike(rng: np.random.Generator) -> Identity:
    """Without smoothing, Dice loss and soft Jaccard loss put predictions in the same order."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    return _ordering("dice", "jaccard", loss.dice(p, y, smooth=0.0), loss.jaccard(p, y, smooth=0.0))


def dice_is_at_most_jaccard(rng: np.random.Generator) -> Identity:
    """Without smoothing, Dice loss is at most the soft Jaccard loss, and equal where nothing overlaps."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    p[-1] = 1 - y[-1]
    return _bound("dice", "jaccard", loss.dice(p, y, smooth=0.0), loss.jaccard(p, y, smooth=0.0))


def tversky_changes_prices_with_its_arguments(rng: np.random.Generator) -> Identity:
    """Tversky loss stays the same when p and y are exchanged together with α and β."""
    p, y = _draw(rng, "probability", "binary", shape=PIXELS)
    return _equal("tversky", "tversky", loss.tversky(p, y, alpha=0.3, beta=0.7), loss.tversky(y, p, alpha=0.7, beta=0.3))


# Sequences


def ctc_of_one_frame_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """CTC loss of one frame and one label is cross-entropy."""
    (z,), (y,) = _draw(rng, "real", shape=CLASSES), _draw(rng, "label")
    right = loss.cross_entropy(z, np.eye(4)[y.astype(int)])
    return _equal("ctc", "cross_entropy", loss.ctc(z[:, None], y[:, None]), right)


def ctc_without_room_for_blanks_is_the_sum_of_nll(rng: np.random.Generator) -> Identity:
    """CTC loss with as many labels as frames, no two neighbours alike, is the negative log-likelihood summed over frames."""
    (z,), (steps,) = _draw(rng, "real", shape=(POINTS, 3, 4)), _draw(rng, "label", shape=(POINTS, 3))
    y = 1 + np.cumsum(steps, axis=1) % 3  # steps of 1 or 2 among three labels never stand still
    right = sum(loss.nll(_log_softmax(z[:, t]), y[:, t]) for t in range(3))
    return _equal("ctc", "nll", loss.ctc(z, y), right)


def ctc_sums_nll_over_all_alignments(rng: np.random.Generator) -> Identity:
    """CTC loss is −log of the sum of exp(−NLL) over all alignments that collapse to the labels."""
    (z,), (y,) = _draw(rng, "real", shape=(POINTS, 4, 3)), _draw(rng, "label", shape=(POINTS, 2))
    costs = np.array([[loss.nll(_log_softmax(z[:, t]), np.full(POINTS, k)) for k in range(3)] for t in range(4)])
    total = np.full(POINTS, -np.inf)
    for path in itertools.product(range(3), repeat=4):
        labels = [symbol for symbol, _ in itertools.groupby(path) if symbol]
        if len(labels) == 2:
            cost = costs[range(4), path].sum(axis=0)
            total = np.logaddexp(total, np.where((y == labels).all(axis=1), -cost, -np.inf))
    return _equal("ctc", "nll", loss.ctc(z, y), -total)


# Adversarial training


def gan_minimax_is_two_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """GAN minimax loss is minus the binary cross-entropy with logits of a with target 1 and of b with target 0."""
    a, b = _draw(rng, "real", "real")
    bce = loss.binary_cross_entropy_with_logits
    right = -bce(a, _ones(a)) - bce(b, 0 * b)
    return _equal("gan_minimax", "binary_cross_entropy_with_logits", loss.gan_minimax(a, b), right)


def gan_non_saturating_is_binary_cross_entropy_with_target_one(rng: np.random.Generator) -> Identity:
    """Non-saturating GAN loss is binary cross-entropy with logits of b with target 1."""
    (b,) = _draw(rng, "real")
    right = loss.binary_cross_entropy_with_logits(b, _ones(b))
    return _equal("gan_non_saturating", "binary_cross_entropy_with_logits", loss.gan_non_saturating(b), right)


def gan_minimax_is_made_of_non_saturating_terms(rng: np.random.Generator) -> Identity:
    """GAN minimax loss is minus the non-saturating GAN losses of a and of −b."""
    a, b = _draw(rng, "real", "real")
    right = -loss.gan_non_saturating(a) - loss.gan_non_saturating(-b)
    return _equal("gan_minimax", "gan_non_saturating", loss.gan_minimax(a, b), right)


def gan_minimax_of_the_best_discriminator_is_js_divergence(rng: np.random.Generator) -> Identity:
    """With the best discriminator, logit log(p / q), the expected GAN minimax loss is twice the JS divergence minus 2 log 2."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    logit = np.log(p / q)
    game = loss.gan_minimax(*np.broadcast_arrays(logit[:, :, None], logit[:, None, :]))
    left = np.einsum("ni,nj,nij->n", p, q, game)
    return _equal("gan_minimax", "js_divergence", left, 2 * loss.js_divergence(q, p) - 2 * np.log(2))


def gan_minimax_of_small_logits_tends_to_wasserstein(rng: np.random.Generator) -> Identity:
    """GAN minimax loss of h a and h b, plus 2 log 2, times 2 / h, tends to the Wasserstein GAN loss as h → 0."""
    a, b = _draw(rng, "real", "real")
    right = loss.wasserstein_gan(a, b)
    return _limit(
        "gan_minimax", "wasserstein_gan", TO_ZERO[1:], lambda h: ((loss.gan_minimax(h * a, h * b) + 2 * np.log(2)) * 2 / h, right)
    )


def wasserstein_gan_ignores_a_shift_of_the_critic(rng: np.random.Generator) -> Identity:
    """Wasserstein GAN loss stays the same when the same number is added to both scores."""
    a, b, c = _draw(rng, "real", "real", "real")
    return _equal("wasserstein_gan", "wasserstein_gan", loss.wasserstein_gan(a + c, b + c), loss.wasserstein_gan(a, b))


def gradient_penalty_is_squared_error_of_the_norm(rng: np.random.Generator) -> Identity:
    """WGAN-GP gradient penalty is λ times the squared error of ‖g‖ and 1."""
    (g,) = _draw(rng, "real", shape=VECTORS)
    right = 3 * loss.squared_error(np.linalg.norm(g, axis=1), np.ones(POINTS))
    return _equal("gradient_penalty", "squared_error", loss.gradient_penalty(g, weight=3.0), right)


def gradient_penalty_of_steep_slopes_tends_to_l2_penalty(rng: np.random.Generator) -> Identity:
    """WGAN-GP gradient penalty of c g, over c², tends to the L2 penalty of g with the same λ as c → ∞."""
    (g,) = _draw(rng, "real", shape=VECTORS)
    right = loss.l2_penalty(g, lam=10.0)
    return _limit(
        "gradient_penalty", "l2_penalty", TO_INFINITY, lambda c: (loss.gradient_penalty(c * g, weight=10.0) / c**2, right)
    )


# Penalties


def l1_penalty_is_absolute_error_from_zero(rng: np.random.Generator) -> Identity:
    """L1 penalty is λ times the absolute error of w and 0, summed over the weights."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    return _equal("l1_penalty", "absolute_error", loss.l1_penalty(w, lam=0.5), 0.5 * loss.absolute_error(w, 0 * w).sum(axis=1))


def l2_penalty_is_squared_error_from_zero(rng: np.random.Generator) -> Identity:
    """L2 penalty is λ times the squared error of w and 0, summed over the weights."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    return _equal("l2_penalty", "squared_error", loss.l2_penalty(w, lam=0.5), 0.5 * loss.squared_error(w, 0 * w).sum(axis=1))


def elastic_net_without_squares_is_l1_penalty(rng: np.random.Generator) -> Identity:
    """Elastic net penalty with λ₂ = 0 is the L1 penalty with λ = λ₁."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    return _equal("elastic_net", "l1_penalty", loss.elastic_net(w, l1=0.5, l2=0.0), loss.l1_penalty(w, lam=0.5))


def elastic_net_without_sizes_is_l2_penalty(rng: np.random.Generator) -> Identity:
    """Elastic net penalty with λ₁ = 0 is the L2 penalty with λ = λ₂."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    return _equal("elastic_net", "l2_penalty", loss.elastic_net(w, l1=0.0, l2=0.5), loss.l2_penalty(w, lam=0.5))


def elastic_net_is_a_weighted_sum_of_two_penalties(rng: np.random.Generator) -> Identity:
    """Elastic net penalty is the weighted sum of the L1 and L2 penalties with λ = 1, the weights being λ₁ and λ₂."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    penalties = np.stack([loss.l1_penalty(w, lam=1.0), loss.l2_penalty(w, lam=1.0)], axis=1)
    right = loss.weighted_sum(penalties, np.array([0.3, 0.7]))
    return _equal("elastic_net", "weighted_sum", loss.elastic_net(w, l1=0.3, l2=0.7), right, "l1_penalty", "l2_penalty")


def l2_penalty_is_at_most_the_square_of_l1_penalty(rng: np.random.Generator) -> Identity:
    """L2 penalty is at most the square of the L1 penalty (λ = 1), and equal where one weight alone is not 0."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    w[-1] = (0, 2, 0)
    return _bound("l2_penalty", "l1_penalty", loss.l2_penalty(w, lam=1.0), loss.l1_penalty(w, lam=1.0) ** 2)


def square_of_l1_penalty_is_at_most_l2_penalty_times_the_number_of_weights(rng: np.random.Generator) -> Identity:
    """Square of the L1 penalty is at most d times the L2 penalty (λ = 1), and equal where all weights have the same size."""
    (w,) = _draw(rng, "real", shape=VECTORS)
    w[-1] = (2, -2, 2)
    return _bound("l1_penalty", "l2_penalty", loss.l1_penalty(w, lam=1.0) ** 2, 3 * loss.l2_penalty(w, lam=1.0))


# Several tasks


def weighted_sum_with_one_weight_is_that_loss(rng: np.random.Generator) -> Identity:
    """Weighted sum with the weights 1 and 0 is the first of the losses, here the squared error beside the absolute error."""
    p, y = _draw(rng, "real", "real")
    both = np.stack([loss.squared_error(p, y), loss.absolute_error(p, y)], axis=1)
    left = loss.weighted_sum(both, np.array([1.0, 0.0]))
    return _equal("weighted_sum", "squared_error", left, loss.squared_error(p, y), "absolute_error")


def uncertainty_weighting_of_unit_variances_is_half_the_sum(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting at s = 0 is half the weighted sum with all weights 1."""
    (losses,) = _draw(rng, "nonnegative", shape=VECTORS)
    right = 0.5 * loss.weighted_sum(losses, np.ones(3))
    return _equal("uncertainty_weighting", "weighted_sum", loss.uncertainty_weighting(losses, np.zeros(3)), right)


def uncertainty_weighting_is_a_weighted_sum_plus_a_price(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting is the weighted sum with the weights ½ exp(−s), plus half the sum of s."""
    (losses,), (s,) = _draw(rng, "nonnegative", shape=VECTORS), _draw(rng, "real", shape=(3,))
    right = loss.weighted_sum(losses, 0.5 * np.exp(-s)) + 0.5 * s.sum()
    return _equal("uncertainty_weighting", "weighted_sum", loss.uncertainty_weighting(losses, s), right)


def uncertainty_weighting_of_squared_errors_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Uncertainty weighting of squared errors is the Gaussian negative log-likelihood with v = exp(s), summed over the tasks."""
    (m, y), (s,) = _draw(rng, "real", "real", shape=VECTORS), _draw(rng, "real", shape=(3,))
    left = loss.uncertainty_weighting(loss.squared_error(m, y), s)
    right = loss.gaussian_nll(m, y, np.tile(np.exp(s), (POINTS, 1))).sum(axis=1)
    return _equal("uncertainty_weighting", "gaussian_nll", left, right, "squared_error")


# Reconstruction and diffusion


def vae_without_code_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at β = 0 is half the squared error of the reconstruction, summed over the components."""
    r, x, m, s = _draw(rng, "real", "real", "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(r, x).sum(axis=1)
    return _equal("vae_elbo", "squared_error", loss.vae_elbo(r, x, m, s, beta=0.0), right)


def vae_reconstruction_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at β = 0 is the Gaussian negative log-likelihood at v = 1, summed over the components."""
    r, x, m, s = _draw(rng, "real", "real", "real", "real", shape=VECTORS)
    right = loss.gaussian_nll(r, x, _ones(x)).sum(axis=1)
    return _equal("vae_elbo", "gaussian_nll", loss.vae_elbo(r, x, m, s, beta=0.0), right)


def vae_price_of_the_code_is_an_expected_difference_of_gaussian_nll(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO at x̂ = x and β = 1 is the mean Gaussian NLL of codes from N(μ, v) under N(0, 1) less that under N(μ, v)."""
    m, s = _draw(rng, "real", "cosine", shape=VECTORS)
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)  # exact: the integrand is a polynomial of degree 2
    code = m + np.exp(s / 2) * nodes[:, None, None]
    mean, var, zero = (np.broadcast_to(a, code.shape) for a in (m, np.exp(s), 0.0))
    extra = loss.gaussian_nll(zero, code, zero + 1) - loss.gaussian_nll(mean, code, var)
    right = np.tensordot(weights, extra, 1).sum(axis=1) / np.sqrt(2 * np.pi)
    return _equal("vae_elbo", "gaussian_nll", loss.vae_elbo(m, m, m, s, beta=1.0), right)


def _density(x: Array, mean: Array, var: Array) -> Array:
    """Of a normal distribution."""
    return np.asarray(np.exp(-0.5 * (x - mean) ** 2 / var) / np.sqrt(2 * np.pi * var))


def vae_price_of_the_code_is_the_limit_of_a_kl_divergence(rng: np.random.Generator) -> Identity:
    """KL divergence of binned N(0, 1) from binned N(μ, exp(s)) tends to the VAE negative ELBO at x̂ = x and β = 1."""
    m, s = _draw(rng, "cosine", "cosine", shape=(POINTS, 1))
    right = loss.vae_elbo(m, m, m, s, beta=1.0)

    def sides(width: float) -> tuple[Array, Array]:
        x = np.arange(-16, 16 + width, width)
        bins = (_density(x, mean, var) * width for mean, var in ((0 * m, _ones(s)), (m, np.exp(s))))
        return loss.kl_divergence(*bins), right

    return _limit("kl_divergence", "vae_elbo", (1.0, 0.5, 0.25), sides, order=10)


def vae_is_at_least_half_squared_error(rng: np.random.Generator) -> Identity:
    """VAE negative ELBO is at least half the summed squared error, and equal where the code is the prior: μ = 0 and s = 0."""
    r, x, m, s = _draw(rng, "real", "real", "real", "real", shape=VECTORS)
    m[-1], s[-1] = 0, 0
    return _bound("squared_error", "vae_elbo", 0.5 * loss.squared_error(r, x).sum(axis=1), loss.vae_elbo(r, x, m, s, beta=1.0))


def ssim_of_equal_means_is_squared_error_over_variances(rng: np.random.Generator) -> Identity:
    """SSIM loss of one window with equal means is the mean squared error over the sum of the variances and k₂²."""
    x, y = _draw(rng, "probability", "probability", shape=(POINTS, 8, 8))
    y += np.mean(x - y, axis=(1, 2), keepdims=True)
    right = loss.squared_error(x, y).mean((1, 2)) / (x.var((1, 2)) + y.var((1, 2)) + 0.2**2)
    return _equal("ssim", "squared_error", loss.ssim(x, y, window=8, k2=0.2), right)


def ssim_of_plain_images_is_squared_error_over_brightness(rng: np.random.Generator) -> Identity:
    """SSIM loss of images of one grey each is the squared error of both over the sum of their squares and k₁²."""
    a, b = _draw(rng, "probability", "probability")
    x, y = (np.tile(grey[:, None, None], (1, 8, 8)) for grey in (a, b))
    right = loss.squared_error(a, b) / (a**2 + b**2 + 0.1**2)
    return _equal("ssim", "squared_error", loss.ssim(x, y, k1=0.1), right)


def ssim_is_symmetric(rng: np.random.Generator) -> Identity:
    """SSIM loss stays the same when x and y are exchanged."""
    x, y = _draw(rng, "probability", "probability", shape=(20, 12, 12))
    return _equal("ssim", "ssim", loss.ssim(x, y), loss.ssim(y, x))


def ddpm_noise_is_the_sum_of_squared_errors(rng: np.random.Generator) -> Identity:
    """DDPM noise-prediction loss is the squared error of ε̂ and ε, summed over the components."""
    guess, noise = _draw(rng, "real", "real", shape=VECTORS)
    return _equal("ddpm_noise", "squared_error", loss.ddpm_noise(guess, noise), loss.squared_error(guess, noise).sum(axis=1))


def _labels(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Scores of four classes, one-hot targets, and their numbers."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    return z, y, np.argmax(y, axis=1)


def categorical_focal_without_focus_is_cross_entropy_times_its_factor(rng: np.random.Generator) -> Identity:
    """Categorical focal loss at γ = 0 is α times cross-entropy."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.categorical_focal(z, y, alpha=0.25, gamma=0.0)
    return _equal("categorical_focal", "cross_entropy", left, 0.25 * loss.cross_entropy(z, y))


def categorical_focal_of_two_classes_is_the_focal_loss_of_the_lead(rng: np.random.Generator) -> Identity:
    """Categorical focal loss of two classes at α = ½ is the focal loss of z₁ − z₀ at α = ½."""
    (z, y) = _draw(rng, "real", "one_hot", shape=(POINTS, 2))
    left = loss.categorical_focal(z, y, alpha=0.5, gamma=2.0)
    return _equal("categorical_focal", "focal", left, loss.focal(z[:, 1] - z[:, 0], y[:, 1], alpha=0.5, gamma=2.0))


def categorical_focal_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Categorical focal loss at α = 1 is at most cross-entropy, and touches it where p of the true class → 0."""
    z, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    z[-1] -= 50 * y[-1]
    return _bound("categorical_focal", "cross_entropy", loss.categorical_focal(z, y, alpha=1.0), loss.cross_entropy(z, y))


def multilabel_soft_margin_is_the_mean_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Multi-label soft margin loss is binary cross-entropy with logits, averaged over the labels."""
    z, y = _draw(rng, "real", "binary", shape=CLASSES)
    right = loss.binary_cross_entropy_with_logits(z, y).mean(axis=1)
    return _equal("multilabel_soft_margin", "binary_cross_entropy_with_logits", loss.multilabel_soft_margin(z, y), right)


def generalized_cross_entropy_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy tends to cross-entropy as q → 0."""
    z, y, k = _labels(rng)
    right = loss.cross_entropy(z, y)
    return _limit(
        "generalized_cross_entropy", "cross_entropy", TO_ZERO, lambda q: (loss.generalized_cross_entropy(z, k, q=q), right)
    )


def generalized_cross_entropy_at_one_is_half_the_absolute_error_of_probabilities(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy at q = 1 is half the summed absolute error between softmax(z) and the one-hot label."""
    z, y, k = _labels(rng)
    right = loss.absolute_error(np.exp(_log_softmax(z)), y).sum(axis=1) / 2
    return _equal("generalized_cross_entropy", "absolute_error", loss.generalized_cross_entropy(z, k, q=1.0), right)


def generalized_cross_entropy_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy is at most cross-entropy, and both vanish where p of the true class is 1."""
    z, y, k = _labels(rng)
    z[-1] += 50 * y[-1]
    return _bound(
        "generalized_cross_entropy", "cross_entropy", loss.generalized_cross_entropy(z, k, q=0.7), loss.cross_entropy(z, y)
    )


def logit_adjusted_cross_entropy_is_cross_entropy_of_shifted_scores(rng: np.random.Generator) -> Identity:
    """Logit-adjusted cross-entropy is cross-entropy of z + τ log π."""
    (z, y), (prior,) = _draw(rng, "real", "simplex", shape=CLASSES), _draw(rng, "simplex", shape=(4,))
    right = loss.cross_entropy(z + 1.5 * np.log(prior), y)
    return _equal("logit_adjusted_cross_entropy", "cross_entropy", loss.logit_adjusted_cross_entropy(z, y, prior, tau=1.5), right)


def logit_adjusted_cross_entropy_of_equal_shares_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Logit-adjusted cross-entropy is cross-entropy when all classes are equally common, whatever τ."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.logit_adjusted_cross_entropy(z, y, np.full(4, 1 / 4), tau=2.0)
    return _equal("logit_adjusted_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def asymmetric_loss_with_equal_focus_is_twice_focal(rng: np.random.Generator) -> Identity:
    """Asymmetric loss at m = 0 and one γ for both sides is twice the focal loss at α = ½."""
    z, y = _draw(rng, "real", "binary")
    left = loss.asymmetric_multilabel(z, y, gamma_neg=2.0, gamma_pos=2.0, clip=0)
    return _equal("asymmetric_multilabel", "focal", left, 2 * loss.focal(z, y, alpha=0.5, gamma=2.0))


def asymmetric_loss_is_at_most_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Asymmetric loss is at most binary cross-entropy with logits, and touches it for a positive with p → 0."""
    z, y = _draw(rng, "real", "binary")
    z[-1], y[-1] = -50, 1
    large = loss.binary_cross_entropy_with_logits(z, y)
    return _bound("asymmetric_multilabel", "binary_cross_entropy_with_logits", loss.asymmetric_multilabel(z, y), large)


def poly1_adds_a_multiple_of_the_absolute_error_of_probabilities(rng: np.random.Generator) -> Identity:
    """Poly-1 loss is cross-entropy plus ε / 2 times the summed absolute error of softmax(z) and the one-hot target."""
    z, y, _ = _labels(rng)
    error = loss.absolute_error(np.exp(_log_softmax(z)), y).sum(axis=1)
    left = loss.poly1_cross_entropy(z, y, epsilon=2.0)
    return _equal("poly1_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y) + error, "absolute_error")


def poly1_is_at_least_cross_entropy(rng: np.random.Generator) -> Identity:
    """Poly-1 loss at ε = 2 is at least cross-entropy; both vanish where p of the true class is 1."""
    z, y, _ = _labels(rng)
    z[-1] += 50 * y[-1]
    return _bound("cross_entropy", "poly1_cross_entropy", loss.cross_entropy(z, y), loss.poly1_cross_entropy(z, y, epsilon=2.0))


def class_balanced_loss_is_weighted_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-balanced loss is class-weighted cross-entropy with weights one over the effective numbers."""
    (z, y), count = _draw(rng, "real", "simplex", shape=CLASSES), np.array([1.0, 5.0, 40.0, 300.0])
    effective = np.array([sum(0.99**i for i in range(int(n))) for n in count])
    right = loss.weighted_cross_entropy(z, y, 1 / effective)
    left = loss.class_balanced_cross_entropy(z, y, count, beta=0.99)
    return _equal("class_balanced_cross_entropy", "weighted_cross_entropy", left, right)


def class_balanced_loss_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-balanced loss tends to cross-entropy as β → 0."""
    (z, y), count = _draw(rng, "real", "simplex", shape=CLASSES), np.array([2.0, 5.0, 40.0, 300.0])
    right = loss.cross_entropy(z, y)
    return _limit(
        "class_balanced_cross_entropy",
        "cross_entropy",
        TO_ZERO,
        lambda beta: (loss.class_balanced_cross_entropy(z, y, count, beta=beta), right),
    )


def class_balanced_loss_tends_to_inverse_frequency(rng: np.random.Generator) -> Identity:
    """Class-balanced loss tends to cross-entropy weighted by 1 / n as β → 1."""
    (z, y), count = _draw(rng, "real", "simplex", shape=CLASSES), np.array([1.0, 2.0, 5.0, 10.0])
    right = loss.weighted_cross_entropy(z, y, 1 / count)
    return _limit(
        "class_balanced_cross_entropy",
        "weighted_cross_entropy",
        TO_ZERO,
        lambda rest: (loss.class_balanced_cross_entropy(z, y, count, beta=1 - rest), right),
    )


def symmetric_cross_entropy_is_a_multiple_of_poly1(rng: np.random.Generator) -> Identity:
    """Symmetric cross-entropy is α times the Poly-1 loss at ε = −βA / α."""
    z, y, k = _labels(rng)
    left = loss.symmetric_cross_entropy(z, k, alpha=0.5, beta=2.0, log_zero=-3.0)
    return _equal("symmetric_cross_entropy", "poly1_cross_entropy", left, 0.5 * loss.poly1_cross_entropy(z, y, epsilon=12.0))


def symmetric_cross_entropy_adds_generalized_cross_entropy(rng: np.random.Generator) -> Identity:
    """Symmetric cross-entropy is α times cross-entropy minus βA times generalized cross-entropy at q = 1."""
    z, y, k = _labels(rng)
    right = 0.1 * loss.cross_entropy(z, y) + 4 * loss.generalized_cross_entropy(z, k, q=1.0)
    left = loss.symmetric_cross_entropy(z, k, alpha=0.1, beta=1.0, log_zero=-4.0)
    return _equal("symmetric_cross_entropy", "cross_entropy", left, right, "generalized_cross_entropy")


def hamming_is_the_mean_of_zero_one_losses(rng: np.random.Generator) -> Identity:
    """Hamming loss is the zero-one loss, averaged over the labels."""
    s, y = _draw(rng, "real", "sign", shape=CLASSES)
    return _equal("hamming", "zero_one", loss.hamming(s, y), loss.zero_one(s, y).mean(axis=1))


def hamming_is_at_most_multilabel_soft_margin_over_log_two(rng: np.random.Generator) -> Identity:
    """Hamming loss is at most the multi-label soft margin loss over log 2, and equal where all scores are 0."""
    s, y = _draw(rng, "real", "sign", shape=CLASSES)
    s[-1] = 0
    large = loss.multilabel_soft_margin(s, (y + 1) / 2) / np.log(2)
    return _bound("hamming", "multilabel_soft_margin", loss.hamming(s, y), large)


def ordinal_with_one_threshold_is_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss with a single threshold is binary cross-entropy of f − θ₀."""
    f, y = _draw(rng, "real", "binary")
    left = loss.ordinal_cumulative_link(f, y, np.array([0.7]))
    right = loss.binary_cross_entropy_with_logits(f - 0.7, y)
    return _equal("ordinal_cumulative_link", "binary_cross_entropy_with_logits", left, right)


def ordinal_is_nll_of_differences_of_sigmoids(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss is the NLL of the probabilities that the sigmoids at the thresholds leave to each class."""
    (f,), k = _draw(rng, "real"), rng.integers(4, size=POINTS)
    theta = np.array([-1.0, 0.5, 2.0])
    below = _sigmoid(theta - f[:, None])
    prob = np.diff(np.concatenate([0 * f[:, None], below, _ones(f[:, None])], axis=1), axis=1)
    return _equal("ordinal_cumulative_link", "nll", loss.ordinal_cumulative_link(f, k, theta), loss.nll(np.log(prob), k))


def ordinal_of_a_wide_class_tends_to_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss of the class between 0 and t tends to binary cross-entropy with target 1 as t → ∞."""
    (f,) = _draw(rng, "cosine")
    right = loss.binary_cross_entropy_with_logits(f, _ones(f))
    return _limit(
        "ordinal_cumulative_link",
        "binary_cross_entropy_with_logits",
        TO_INFINITY,
        lambda t: (loss.ordinal_cumulative_link(f, _ones(f), np.array([0.0, t])), right),
    )


def bootstrapped_cross_entropy_is_cross_entropy_with_a_mixed_target(rng: np.random.Generator) -> Identity:
    """Bootstrapped cross-entropy is cross-entropy with the target β y + (1 − β) softmax(z)."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.cross_entropy(z, 0.8 * y + 0.2 * np.exp(_log_softmax(z)))
    return _equal("bootstrapped_cross_entropy", "cross_entropy", loss.bootstrapped_cross_entropy(z, y, beta=0.8), right)


def bootstrapped_cross_entropy_of_full_trust_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Bootstrapped cross-entropy is cross-entropy at β = 1."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.bootstrapped_cross_entropy(z, y, beta=1.0)
    return _equal("bootstrapped_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def sparsemax_of_two_classes_is_a_quarter_squared_hinge_until_the_other_margin(rng: np.random.Generator) -> Identity:
    """Sparsemax loss of two classes is a quarter of the squared hinge loss of the lead where the lead is within ±1."""
    s, y = _draw(rng, "cosine", "sign")
    logits, target = np.stack([0 * s, s], axis=1), np.stack([1 - y, 1 + y], axis=1) / 2
    return _equal("sparsemax", "squared_hinge", loss.sparsemax(logits, target), loss.squared_hinge(s, y) / 4)


def sparsemax_is_at_most_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Sparsemax loss of two classes is at most the multi-class hinge loss; both vanish at a lead of 1."""
    z, y = _draw(rng, "real", "one_hot", shape=(POINTS, 2))
    z[-1] = 2 * y[-1]
    return _bound("sparsemax", "multiclass_hinge", loss.sparsemax(z, y), loss.multiclass_hinge(z, np.argmax(y, axis=1)))


def fenchel_young_of_shannon_is_kl_divergence_from_softmax(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 1 is the KL divergence of softmax(z) from the target."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.kl_divergence(np.exp(_log_softmax(z)), y)
    return _equal("fenchel_young", "kl_divergence", loss.fenchel_young(z, y, alpha=1), right)


def fenchel_young_of_shannon_is_cross_entropy_for_one_hot_targets(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 1 is cross-entropy when the target is one-hot."""
    z, y, _ = _labels(rng)
    return _equal("fenchel_young", "cross_entropy", loss.fenchel_young(z, y, alpha=1), loss.cross_entropy(z, y))


def fenchel_young_of_squares_is_sparsemax(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 2 is the sparsemax loss."""
    z, y = _draw(rng, "real", "simplex", shape=CLASSES)
    return _equal("fenchel_young", "sparsemax", loss.fenchel_young(z, y, alpha=2), loss.sparsemax(z, y))


def fenchel_young_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss with a one-hot target tends to cross-entropy as α → 1."""
    z, y, _ = _labels(rng)
    right = loss.cross_entropy(z, y)
    return _limit("fenchel_young", "cross_entropy", TO_ZERO, lambda more: (loss.fenchel_young(z, y, alpha=1 + more), right))


def laplace_nll_is_absolute_error_over_its_scale(rng: np.random.Generator) -> Identity:
    """Laplace NLL is the absolute error over the scale, plus the log of twice the scale."""
    m, y, b = _draw(rng, "real", "real", "positive")
    return _equal("laplace_nll", "absolute_error", loss.laplace_nll(m, y, b), loss.absolute_error(m, y) / b + np.log(2 * b))


def laplace_nll_is_at_most_gaussian_nll_and_a_constant(rng: np.random.Generator) -> Identity:
    """Laplace NLL of scale b is at most the Gaussian NLL of variance b², plus log 2 and ½; equal at |μ - y| = b."""
    m, y, b = _draw(rng, "real", "real", "positive")
    y[-1] = m[-1] + b[-1]
    large = loss.gaussian_nll(m, y, b**2) + np.log(2) + 0.5
    return _bound("laplace_nll", "gaussian_nll", loss.laplace_nll(m, y, b), large)


def gamma_deviance_is_the_price_of_a_wrong_variance(rng: np.random.Generator) -> Identity:
    """Four times the excess of the Gaussian NLL over its value at v = r² is the gamma deviance of v from the squared error r²."""
    m, y, v = _draw(rng, "real", "real", "positive")
    square = loss.squared_error(m, y)
    excess = loss.gaussian_nll(m, y, v) - loss.gaussian_nll(m, y, square)
    return _equal("gamma_deviance", "gaussian_nll", loss.gamma_deviance(v, square), 4 * excess, "squared_error")


def poisson_deviance_is_twice_the_excess_of_poisson_nll(rng: np.random.Generator) -> Identity:
    """Poisson deviance is twice the excess of the Poisson NLL over its value where the rate is the count."""
    mu, y = _draw(rng, "positive", "positive")
    excess = loss.poisson_nll(np.log(mu), y) - loss.poisson_nll(np.log(y), y)
    return _equal("poisson_deviance", "poisson_nll", loss.poisson_deviance(mu, y), 2 * excess)


def poisson_deviance_of_distributions_is_twice_kl_divergence(rng: np.random.Generator) -> Identity:
    """Poisson deviances of the entries of two distributions add up to twice the KL divergence."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    return _equal("poisson_deviance", "kl_divergence", loss.poisson_deviance(q, p).sum(axis=1), 2 * loss.kl_divergence(q, p))


def tweedie_deviance_of_power_zero_is_squared_error(rng: np.random.Generator) -> Identity:
    """Tweedie deviance at p = 0 is the squared error."""
    mu, y = _draw(rng, "positive", "positive")
    return _equal("tweedie_deviance", "squared_error", loss.tweedie_deviance(mu, y, power=0), loss.squared_error(mu, y))


def tweedie_deviance_tends_to_poisson_deviance(rng: np.random.Generator) -> Identity:
    """Tweedie deviance tends to the Poisson deviance as p falls to 1."""
    mu, y = _draw(rng, "positive", "positive")
    right = loss.poisson_deviance(mu, y)
    return _limit("tweedie_deviance", "poisson_deviance", TO_ZERO, lambda h: (loss.tweedie_deviance(mu, y, power=1 + h), right))


def tweedie_deviance_tends_to_gamma_deviance(rng: np.random.Generator) -> Identity:
    """Tweedie deviance tends to the gamma deviance as p rises to 2."""
    mu, y = _draw(rng, "positive", "positive")
    right = loss.gamma_deviance(mu, y)
    return _limit("tweedie_deviance", "gamma_deviance", TO_ZERO, lambda h: (loss.tweedie_deviance(mu, y, power=2 - h), right))


def crps_gaussian_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Gaussian CRPS tends to the absolute error as σ goes to 0."""
    m, y = _draw(rng, "real", "real")
    right = loss.absolute_error(m, y)
    return _limit("crps_gaussian", "absolute_error", TO_ZERO, lambda h: (loss.crps_gaussian(m, y, np.full_like(m, h)), right))


def crps_gaussian_exceeds_absolute_error_by_little(rng: np.random.Generator) -> Identity:
    """Gaussian CRPS is at most the absolute error plus (√2 - 1) σ / √π, and reaches it at μ = y."""
    m, y, sigma = _draw(rng, "real", "real", "positive")
    y[-1] = m[-1]
    large = loss.absolute_error(m, y) + (np.sqrt(2) - 1) / np.sqrt(np.pi) * sigma
    return _bound("crps_gaussian", "absolute_error", loss.crps_gaussian(m, y, sigma), large)


def student_t_nll_tends_to_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Student-t NLL tends to the Gaussian NLL with v = s², plus half the log of 2π, as ν grows."""
    m, y, s = _draw(rng, "real", "real", "positive")
    m, y = m / 8, y / 8
    right = loss.gaussian_nll(m, y, s**2) + 0.5 * np.log(2 * np.pi)
    return _limit("student_t_nll", "gaussian_nll", TO_INFINITY, lambda nu: (loss.student_t_nll(m, y, s, nu=nu), right))


def negative_binomial_nll_tends_to_poisson_nll(rng: np.random.Generator) -> Identity:
    """Negative binomial NLL tends to the Poisson NLL plus log y! as r grows."""
    mu, y = _draw(rng, "positive", "count")
    factorial = np.array([np.log(np.arange(1, k + 1)).sum() for k in y])
    right = loss.poisson_nll(np.log(mu), y) + factorial

    def sides(r: float) -> tuple[Array, Array]:
        return loss.negative_binomial_nll(mu, y, np.full_like(mu, r)), right

    return _limit("negative_binomial_nll", "poisson_nll", (1e2, 1e3, 1e4, 1e5), sides)


def negative_binomial_nll_of_one_failure_is_a_sum_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Negative binomial NLL at r = 1 is y cross-entropies of going on, and one of stopping, for the logit log μ."""
    mu, y = _draw(rng, "positive", "count")
    cross_entropy = loss.binary_cross_entropy_with_logits
    right = y * cross_entropy(np.log(mu), _ones(mu)) + cross_entropy(np.log(mu), 0 * mu)
    left = loss.negative_binomial_nll(mu, y, _ones(mu))
    return _equal("negative_binomial_nll", "binary_cross_entropy_with_logits", left, right)


def mixture_density_nll_of_equal_components_is_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Mixture density NLL of equal components is the Gaussian NLL plus half the log of 2π, whatever the weights."""
    a = rng.normal(size=CLASSES)
    m, y, sigma = _draw(rng, "real", "real", "positive")
    left = loss.mixture_density_nll(a, np.tile(m[:, None], 4), np.tile(sigma[:, None], 4), y)
    return _equal("mixture_density_nll", "gaussian_nll", left, loss.gaussian_nll(m, y, sigma**2) + 0.5 * np.log(2 * np.pi))


def mixture_density_nll_is_at_most_the_mean_of_gaussian_nlls(rng: np.random.Generator) -> Identity:
    """Mixture density NLL is at most the weighted mean of the Gaussian NLLs, plus half the log of 2π; equal if they are."""
    a, m, sigma = (rng.normal(size=CLASSES), *_draw(rng, "real", "positive", shape=CLASSES))
    (y,) = _draw(rng, "real")
    m[-1], sigma[-1] = m[-1, 0], sigma[-1, 0]
    each = loss.gaussian_nll(m, np.tile(y[:, None], 4), sigma**2) + 0.5 * np.log(2 * np.pi)
    mean = np.sum(np.exp(_log_softmax(a)) * each, axis=1)
    return _bound("mixture_density_nll", "gaussian_nll", loss.mixture_density_nll(a, m, sigma, y), mean)


def energy_score_of_one_sample_in_one_dimension_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Energy score of a single sample in one dimension is the absolute error."""
    x, y = _draw(rng, "real", "real")
    return _equal("energy_score", "absolute_error", loss.energy_score(x[:, None, None], y[:, None]), loss.absolute_error(x, y))


def energy_score_in_one_dimension_is_twice_the_mean_of_quantile_losses(rng: np.random.Generator) -> Identity:
    """Energy score of M sorted numbers is twice the mean of their quantile losses at the levels (i - 1/2) / M."""
    size = 5
    x, y = rng.normal(size=(POINTS, size)), rng.normal(size=POINTS)
    ordered = np.sort(x, axis=1)
    each = [loss.quantile(ordered[:, i], y, tau=(i + 0.5) / size) for i in range(size)]
    return _equal("energy_score", "quantile", loss.energy_score(x[:, :, None], y[:, None]), 2 * np.mean(each, axis=0))


def energy_score_never_exceeds_the_mean_distance(rng: np.random.Generator) -> Identity:
    """Energy score in one dimension is at most the mean absolute error of the samples; equal if they coincide."""
    x, y = _draw(rng, "real", "real", shape=VECTORS)
    x[-1], y = x[-1, 0], y[:, 0]
    mean = np.mean([loss.absolute_error(sample, y) for sample in x.T], axis=0)
    return _bound("energy_score", "absolute_error", loss.energy_score(x[:, :, None], y[:, None]), mean)


def evidential_regression_without_penalty_is_student_t_nll(rng: np.random.Generator) -> Identity:
    """Evidential regression at λ = 0 is the Student-t NLL with 2α degrees of freedom and s² = β (1 + ν) / (ν α)."""
    m, y, nu, beta = _draw(rng, "real", "real", "positive", "positive")
    left = [loss.evidential_regression(m, y, nu, np.full_like(m, a), beta, weight=0) for a in (1.5, 4.0)]
    right = [loss.student_t_nll(m, y, np.sqrt(beta * (1 + nu) / (nu * a)), nu=2 * a) for a in (1.5, 4.0)]
    return _equal("evidential_regression", "student_t_nll", left, right)


def evidential_regression_penalty_is_weighted_absolute_error(rng: np.random.Generator) -> Identity:
    """What λ adds to evidential regression is the absolute error times λ (2ν + α)."""
    m, y, nu, alpha, beta = _draw(rng, "real", "real", "positive", "positive", "positive")
    added = [loss.evidential_regression(m, y, nu, alpha, beta, weight=weight) for weight in (0.5, 0)]
    right = 0.5 * (2 * nu + alpha) * loss.absolute_error(m, y)
    return _equal("evidential_regression", "absolute_error", added[0] - added[1], right)


def weibull_nll_is_poisson_nll_of_the_event(rng: np.random.Generator) -> Identity:
    """Weibull NLL is the Poisson NLL of the event indicator at the log rate k log(t / λ), plus δ log(t / k)."""
    scale, k, t, event = _draw(rng, "positive", "positive", "positive", "binary")
    right = loss.poisson_nll(k * np.log(t / scale), event) + event * np.log(t / k)
    return _equal("weibull_nll", "poisson_nll", loss.weibull_nll(scale, k, t, event), right)


def discrete_hazard_is_a_sum_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss is the sum of binary cross-entropies of the intervals up to T, labelled δ at T and 0 before."""
    z, event = rng.normal(0, 2, CLASSES), rng.integers(2, size=POINTS).astype(float)
    last = rng.integers(4, size=POINTS)
    place = np.arange(4)
    each = loss.binary_cross_entropy_with_logits(z, event[:, None] * (place == last[:, None]))
    right = np.sum(each * (place <= last[:, None]), axis=1)
    return _equal("discrete_hazard", "binary_cross_entropy_with_logits", loss.discrete_hazard(z, last, event), right)


def discrete_hazard_of_equal_hazards_is_negative_binomial_nll(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss of an event with all logits -log μ is the negative binomial NLL of T at r = 1."""
    (mu,), last = _draw(rng, "positive"), rng.integers(4, size=POINTS)
    left = loss.discrete_hazard(np.tile(-np.log(mu)[:, None], 4), last, _ones(mu))
    return _equal("discrete_hazard", "negative_binomial_nll", left, loss.negative_binomial_nll(mu, last.astype(float), _ones(mu)))


def discrete_hazard_tends_to_weibull_nll(rng: np.random.Generator) -> Identity:
    """Discrete-time hazard loss of narrow intervals, plus δ log of their width, tends to the Weibull NLL at k = 1."""
    (scale,), event = _draw(rng, "positive", shape=(20,)), rng.integers(2, size=20).astype(float)
    time = 1.0
    right = loss.weibull_nll(scale, _ones(scale), np.full(20, time), event)

    def sides(width: float) -> tuple[Array, Array]:
        count = round(time / width)
        hazard = np.tile(1 - np.exp(-width / scale)[:, None], count)
        last = np.full(20, count - 1)
        return loss.discrete_hazard(np.log(hazard / (1 - hazard)), last, event) + event * np.log(width), right

    return _limit("discrete_hazard", "weibull_nll", (1e-1, 1e-2, 1e-3), sides)


# Robust losses and errors of groups


def pseudo_huber_is_charbonnier_shifted_to_zero(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss is δ times the Charbonnier loss with ε = δ less δ."""
    p, y = _draw(rng, "real", "real")
    left = [loss.pseudo_huber(p, y, delta=delta) for delta in (0.5, 1, 3)]
    return _equal("pseudo_huber", "charbonnier", left, [d * (loss.charbonnier(p, y, epsilon=d) - d) for d in (0.5, 1, 3)])


def pseudo_huber_is_at_most_huber(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss is at most the Huber loss with the same δ, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return _bound("pseudo_huber", "huber", loss.pseudo_huber(p, y, delta=1.5), loss.huber(p, y, delta=1.5))


def pseudo_huber_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss tends to half the squared error as δ → ∞, with order 2."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("pseudo_huber", "squared_error", TO_INFINITY, lambda d: (loss.pseudo_huber(p, y, delta=d), right), order=2)


def cauchy_is_the_logarithm_of_one_plus_squared_error(rng: np.random.Generator) -> Identity:
    """Cauchy loss is the logarithm of 1 plus the squared error over 2 c²."""
    p, y = _draw(rng, "real", "real")
    right = [np.log1p(loss.squared_error(p, y) / (2 * c**2)) for c in (0.5, 1, 3)]
    return _equal("cauchy", "squared_error", [loss.cauchy(p, y, c=c) for c in (0.5, 1, 3)], right)


def charbonnier_is_at_least_absolute_error(rng: np.random.Generator) -> Identity:
    """Charbonnier loss is at least the absolute error, and touches it far from y."""
    p, y = _draw(rng, "real", "real")
    p[-1] = y[-1] + 1e5
    return _bound("absolute_error", "charbonnier", loss.absolute_error(p, y), loss.charbonnier(p, y, epsilon=0.5))


def charbonnier_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Charbonnier loss tends to the absolute error as ε → 0."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("charbonnier", "absolute_error", TO_ZERO, lambda h: (loss.charbonnier(p, y, epsilon=h), right))


def epsilon_insensitive_is_the_mean_error_of_both_edges(rng: np.random.Generator) -> Identity:
    """Epsilon-insensitive loss is the mean of the absolute errors of y − ε and y + ε, less ε."""
    p, y = _draw(rng, "real", "real")
    right = [(loss.absolute_error(p, y - h) + loss.absolute_error(p, y + h)) / 2 - h for h in (0.1, 1, 3)]
    return _equal("epsilon_insensitive", "absolute_error", [loss.epsilon_insensitive(p, y, epsilon=h) for h in (0.1, 1, 3)], right)


def epsilon_insensitive_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Epsilon-insensitive loss tends to the absolute error as ε → 0."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("epsilon_insensitive", "absolute_error", TO_ZERO, lambda h: (loss.epsilon_insensitive(p, y, epsilon=h), right))


def expectile_is_quantile_times_absolute_error(rng: np.random.Generator) -> Identity:
    """Expectile loss is the quantile loss of the same τ times the absolute error."""
    p, y = _draw(rng, "real", "real")
    left = [loss.expectile(p, y, tau=tau) for tau in (0.1, 0.5, 0.9)]
    right = [loss.quantile(p, y, tau=tau) * loss.absolute_error(p, y) for tau in (0.1, 0.5, 0.9)]
    return _equal("expectile", "quantile", left, right, "absolute_error")


def expectile_losses_of_both_tails_add_up_to_squared_error(rng: np.random.Generator) -> Identity:
    """Expectile losses at τ and at 1 − τ add up to the squared error, for every τ."""
    p, y = _draw(rng, "real", "real")
    both = [loss.expectile(p, y, tau=tau) + loss.expectile(p, y, tau=1 - tau) for tau in (0.1, 0.3, 0.5)]
    return _equal("expectile", "squared_error", both, [loss.squared_error(p, y)] * 3)


def tukey_biweight_is_at_most_half_squared_error(rng: np.random.Generator) -> Identity:
    """Tukey biweight loss is at most half the squared error, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return _bound("tukey_biweight", "squared_error", loss.tukey_biweight(p, y), 0.5 * loss.squared_error(p, y))


def tukey_biweight_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Tukey biweight loss tends to half the squared error as c → ∞, with order 2."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("tukey_biweight", "squared_error", TO_INFINITY, lambda c: (loss.tukey_biweight(p, y, c=c), right), order=2)


def fair_is_at_most_pseudo_huber(rng: np.random.Generator) -> Identity:
    """Fair loss is at most the pseudo-Huber loss with δ = c, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-11, 0
    return _bound("fair", "pseudo_huber", loss.fair(p, y, c=1.5), loss.pseudo_huber(p, y, delta=1.5))


def fair_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Fair loss tends to half the squared error as c → ∞."""
    p, y = _draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return _limit("fair", "squared_error", (1e2, 1e3, 1e4, 1e5), lambda c: (loss.fair(p, y, c=c), right))


def barron_general_at_2_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 2 is half the squared error over c²."""
    p, y = _draw(rng, "real", "real")
    right = loss.squared_error(p, y) / (2 * 0.7**2)
    return _equal("barron_general", "squared_error", loss.barron_general(p, y, alpha=2, c=0.7), right)


def barron_general_at_1_is_pseudo_huber(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 1 is the pseudo-Huber loss with δ = c over c²."""
    p, y = _draw(rng, "real", "real")
    right = loss.pseudo_huber(p, y, delta=0.7) / 0.7**2
    return _equal("barron_general", "pseudo_huber", loss.barron_general(p, y, alpha=1, c=0.7), right)


def barron_general_at_0_is_cauchy(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 0 is the Cauchy loss with the same c."""
    p, y = _draw(rng, "real", "real")
    return _equal("barron_general", "cauchy", loss.barron_general(p, y, alpha=0, c=0.7), loss.cauchy(p, y, c=0.7))


def barron_general_at_minus_2_is_geman_mcclure(rng: np.random.Generator) -> Identity:
    """General robust loss at α = −2 is the Geman-McClure loss with the same c."""
    p, y = _draw(rng, "real", "real")
    return _equal("barron_general", "geman_mcclure", loss.barron_general(p, y, alpha=-2, c=0.7), loss.geman_mcclure(p, y, c=0.7))


def barron_general_tends_to_welsch(rng: np.random.Generator) -> Identity:
    """General robust loss tends to the Welsch loss with the same c as α → −∞."""
    p, y = _draw(rng, "real", "real")
    right = loss.welsch(p, y, c=0.7)
    return _limit("barron_general", "welsch", TO_INFINITY, lambda a: (loss.barron_general(p, y, alpha=-a, c=0.7), right))


def geman_mcclure_is_at_most_cauchy(rng: np.random.Generator) -> Identity:
    """Geman-McClure loss is at most the Cauchy loss with the same c, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return _bound("geman_mcclure", "cauchy", loss.geman_mcclure(p, y, c=0.7), loss.cauchy(p, y, c=0.7))


def welsch_is_at_most_geman_mcclure(rng: np.random.Generator) -> Identity:
    """Welsch loss is at most the Geman-McClure loss with the same c, and touches it as ŷ → y."""
    p, y = _draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return _bound("welsch", "geman_mcclure", loss.welsch(p, y, c=0.7), loss.geman_mcclure(p, y, c=0.7))


def wing_is_at_least_absolute_error(rng: np.random.Generator) -> Identity:
    """Wing loss with w = 10 and ε = 5 is at least the absolute error, and equal at ŷ = y."""
    p, y = _draw(rng, "real", "real")
    p[-1] = y[-1]
    return _bound("absolute_error", "wing", loss.absolute_error(p, y), loss.wing(p, y, w=10.0, epsilon=5.0))


def wing_scales_with_its_parameters(rng: np.random.Generator) -> Identity:
    """Wing loss is multiplied by c when ŷ, y, w and ε are multiplied by c > 0."""
    p, y = _draw(rng, "real", "real")
    return _equal("wing", "wing", loss.wing(3 * p, 3 * y, w=9.0, epsilon=1.5), 3 * loss.wing(p, y, w=3.0, epsilon=0.5))


def wing_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Wing loss tends to the absolute error as w → 0."""
    p, y = _draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return _limit("wing", "absolute_error", TO_ZERO, lambda w: (loss.wing(p, y, w=w, epsilon=2.0), right))


def root_mean_squared_error_is_the_root_of_the_mean_squared_error(rng: np.random.Generator) -> Identity:
    """Root mean squared error is the root of the mean of the squared errors of its row."""
    p, y = _draw(rng, "real", "real", shape=PIXELS)
    right = np.sqrt(loss.squared_error(p, y).mean(axis=1))
    return _equal("root_mean_squared_error", "squared_error", loss.root_mean_squared_error(p, y), right)


def root_mean_squared_error_is_at_least_the_mean_absolute_error(rng: np.random.Generator) -> Identity:
    """Root mean squared error is at least the mean absolute error, and equal where all errors have one size."""
    p, y = _draw(rng, "real", "real", shape=PIXELS)
    p[-1] = y[-1] + np.resize((1.5, -1.5), p.shape[1])
    mean = loss.absolute_error(p, y).mean(axis=1)
    return _bound("absolute_error", "root_mean_squared_error", mean, loss.root_mean_squared_error(p, y))


def symmetric_percentage_error_is_a_harmonic_mean(rng: np.random.Generator) -> Identity:
    """Symmetric percentage error is the harmonic mean of the percentage errors of ŷ from y and of y from ŷ."""
    p, y = _draw(rng, "nonzero", "nonzero")
    there, back = loss.absolute_percentage_error(p, y), loss.absolute_percentage_error(y, p)
    left = loss.symmetric_absolute_percentage_error(p, y)
    return _equal("symmetric_absolute_percentage_error", "absolute_percentage_error", left, 2 / (1 / there + 1 / back))


def hellinger_determines_renyi_divergence_of_order_half(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1/2 is −2 log(1 − H²) of the squared Hellinger distance."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    right = -2 * np.log1p(-loss.hellinger(q, p))
    return _equal("renyi_divergence", "hellinger", loss.renyi_divergence(q, p, alpha=0.5), right)


def hellinger_is_squared_error_of_square_roots(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is half the summed squared error of the square roots of q and p."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    right = 0.5 * loss.squared_error(np.sqrt(q), np.sqrt(p)).sum(axis=1)
    return _equal("hellinger", "squared_error", loss.hellinger(q, p), right)


def hellinger_is_at_most_total_variation_distance(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is at most the total variation distance, and equal where nothing is in common."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    return _bound("hellinger", "total_variation_distance", loss.hellinger(q, p), loss.total_variation_distance(q, p))


def hellinger_bounds_the_square_of_total_variation_distance(rng: np.random.Generator) -> Identity:
    """The square of the total variation distance is at most H² (2 − H²), equal where nothing is in common."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    h = loss.hellinger(q, p)
    return _bound("total_variation_distance", "hellinger", loss.total_variation_distance(q, p) ** 2, h * (2 - h))


def hellinger_is_at_most_half_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance is at most half the KL divergence, and equal at 0."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    return _bound("hellinger", "kl_divergence", loss.hellinger(q, p), 0.5 * loss.kl_divergence(q, p))


def hellinger_tends_to_a_quarter_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Squared Hellinger distance tends to a quarter of the KL divergence when q = (1 − h) p + h p′ and h → 0."""
    p, other = (0.5 * a + 0.5 / 4 for a in _draw(rng, "simplex", "simplex", shape=CLASSES))

    def sides(h: float) -> tuple[Array, Array]:
        q = (1 - h) * p + h * other
        return loss.hellinger(q, p) / h**2, loss.kl_divergence(q, p) / (4 * h**2)

    return _limit("hellinger", "kl_divergence", TO_ZERO[:3], sides)


def total_variation_distance_is_half_the_sum_of_absolute_errors(rng: np.random.Generator) -> Identity:
    """Total variation distance is half the absolute error of q and p, summed over the classes."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    right = 0.5 * loss.absolute_error(q, p).sum(axis=1)
    return _equal("total_variation_distance", "absolute_error", loss.total_variation_distance(q, p), right)


def square_of_total_variation_distance_is_at_most_half_of_kl_divergence(rng: np.random.Generator) -> Identity:
    """Twice the square of the total variation distance is at most the KL divergence (Pinsker), equal at 0."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1] = p[-1]
    return _bound(
        "total_variation_distance", "kl_divergence", 2 * loss.total_variation_distance(q, p) ** 2, loss.kl_divergence(q, p)
    )


def wasserstein_of_labels_zero_and_one_is_total_variation_distance(rng: np.random.Generator) -> Identity:
    """Wasserstein distance (p = 1) of samples of zeros and ones is the total variation distance of their shares."""
    x, y = (rng.integers(0, 2, (POINTS, 9)).astype(float) for _ in range(2))
    q, p = (np.stack([a.mean(axis=1), 1 - a.mean(axis=1)], 1) for a in (x, y))
    left = loss.wasserstein_1d(x, y, p=1)
    return _equal("wasserstein_1d", "total_variation_distance", left, loss.total_variation_distance(q, p))


def wasserstein_of_single_values_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Wasserstein distance of one value each is the absolute error to the power p; here p = 3."""
    x, y = _draw(rng, "real", "real", shape=(POINTS, 1))
    right = loss.absolute_error(x, y)[:, 0] ** 3
    return _equal("wasserstein_1d", "absolute_error", loss.wasserstein_1d(x, y, p=3), right)


def wasserstein_is_at_most_the_mean_absolute_error(rng: np.random.Generator) -> Identity:
    """Wasserstein distance (p = 1) is at most the mean absolute error of the values as they stand, equal if both are sorted."""
    x, y = _draw(rng, "real", "real", shape=PIXELS)
    x[-1], y[-1] = np.sort(x[-1]), np.sort(y[-1])
    return _bound("wasserstein_1d", "absolute_error", loss.wasserstein_1d(x, y, p=1), loss.absolute_error(x, y).mean(axis=1))


def gaussian_kl_from_the_standard_normal_is_the_price_of_a_vae(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence to N(0, 1) is the VAE negative ELBO at x̂ = x and β = 1."""
    mu, s, x = _draw(rng, "real", "real", "real", shape=VECTORS)
    left = loss.gaussian_kl(mu, s, np.zeros_like(mu), np.zeros_like(s))
    return _equal("gaussian_kl", "vae_elbo", left, loss.vae_elbo(x, x, mu, s, beta=1.0))


def gaussian_kl_of_unit_variances_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence with all variances 1 is half the squared error of the means, summed."""
    mu, m = _draw(rng, "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(mu, m).sum(axis=1)
    return _equal("gaussian_kl", "squared_error", loss.gaussian_kl(mu, np.zeros_like(mu), m, np.zeros_like(m)), right)


def gaussian_kl_is_an_expected_difference_of_gaussian_nll(rng: np.random.Generator) -> Identity:
    """Gaussian KL divergence is how much more Gaussian NLL the second distribution expects for values of the first."""
    mu, s, m, t = _draw(rng, "cosine", "cosine", "cosine", "cosine", shape=(POINTS, 1))
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    z = mu + np.exp(s / 2) * nodes
    nll = (loss.gaussian_nll(np.broadcast_to(c, z.shape), z, np.broadcast_to(np.exp(v), z.shape)) for c, v in ((m, t), (mu, s)))
    theirs, own = nll
    right = (theirs - own) @ weights / weights.sum()
    return _equal("gaussian_kl", "gaussian_nll", loss.gaussian_kl(mu, s, m, t), right)


def mmd_of_single_points_is_a_bounded_function_of_squared_error(rng: np.random.Generator) -> Identity:
    """MMD of one point each is 2 − 2 exp(−r² / 2h²) with the summed squared error r²; here h = 2."""
    x, y = _draw(rng, "real", "real", shape=VECTORS)
    right = -2 * np.expm1(-loss.squared_error(x, y).sum(axis=1) / 8)
    return _equal("mmd", "squared_error", loss.mmd(x[:, None], y[:, None], bandwidth=2.0), right)


def mmd_of_a_wide_kernel_tends_to_squared_error_of_the_means(rng: np.random.Generator) -> Identity:
    """h² MMD tends to the summed squared error of the means of both sets when h → ∞."""
    x, y = rng.normal(size=(POINTS, 6, 3)), rng.normal(size=(POINTS, 4, 3))
    right = loss.squared_error(x.mean(axis=1), y.mean(axis=1)).sum(axis=1)
    return _limit("mmd", "squared_error", TO_INFINITY[:3], lambda h: (h**2 * loss.mmd(x, y, bandwidth=h), right), order=2)


def renyi_divergence_tends_to_kl_divergence(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1 + h tends to the KL divergence when h → 0."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    right = loss.kl_divergence(q, p)
    return _limit("renyi_divergence", "kl_divergence", TO_ZERO[:3], lambda h: (loss.renyi_divergence(q, p, alpha=1 + h), right))


def renyi_divergence_of_a_certain_target_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Rényi divergence from a one-hot target is the cross-entropy of log q, whatever the order; here 3."""
    q, p = _draw(rng, "simplex", "one_hot", shape=CLASSES)
    return _equal("renyi_divergence", "cross_entropy", loss.renyi_divergence(q, p, alpha=3), loss.cross_entropy(np.log(q), p))


def renyi_divergence_below_order_one_is_at_most_kl_divergence(rng: np.random.Generator) -> Identity:
    """Rényi divergence of order 1/2 is at most the KL divergence, and equal for a one-hot target."""
    q, p = _draw(rng, "simplex", "simplex", shape=CLASSES)
    p[-1] = (1, 0, 0, 0)
    return _bound("renyi_divergence", "kl_divergence", loss.renyi_divergence(q, p, alpha=0.5), loss.kl_divergence(q, p))


def chamfer_of_single_points_is_twice_squared_error(rng: np.random.Generator) -> Identity:
    """Chamfer distance of one point each is twice the squared error, summed over the coordinates."""
    x, y = _draw(rng, "real", "real", shape=VECTORS)
    right = 2 * loss.squared_error(x, y).sum(axis=1)
    return _equal("chamfer", "squared_error", loss.chamfer(x[:, None], y[:, None]), right)


def chamfer_is_two_mean_commitments(rng: np.random.Generator) -> Identity:
    """Chamfer distance is the mean commitment of x to y as codebook plus that of y to x, at β = 1."""
    x, y = rng.normal(size=(20, 6, 3)), rng.normal(size=(20, 4, 3))
    ways = [[loss.vq_commitment(a, b, beta=1.0).mean() for a, b in zip(*both, strict=True)] for both in ((x, y), (y, x))]
    return _equal("chamfer", "vq_commitment", loss.chamfer(x, y), np.sum(ways, axis=0))


def chamfer_on_a_line_is_at_most_twice_wasserstein(rng: np.random.Generator) -> Identity:
    """Chamfer distance of equally many numbers is at most twice their Wasserstein distance (p = 2), equal for a small shift."""
    x, y = _draw(rng, "real", "real", shape=PIXELS)
    x[-1], y[-1] = np.arange(8), np.arange(8) + 0.125
    return _bound("chamfer", "wasserstein_1d", loss.chamfer(x[..., None], y[..., None]), 2 * loss.wasserstein_1d(x, y, p=2))


def total_variation_is_the_absolute_error_of_neighbours(rng: np.random.Generator) -> Identity:
    """Total variation loss is the absolute error between each pixel and the next, down and across, summed."""
    (x,) = _draw(rng, "real", shape=(20, 6, 5))
    down, across = loss.absolute_error(x[:, 1:], x[:, :-1]), loss.absolute_error(x[:, :, 1:], x[:, :, :-1])
    return _equal("total_variation", "absolute_error", loss.total_variation(x), down.sum((1, 2)) + across.sum((1, 2)))


def total_variation_is_at_most_l1_penalty_of_strength_four(rng: np.random.Generator) -> Identity:
    """Total variation loss is at most the L1 penalty of all pixels with λ = 4, equal for one lit pixel inside."""
    (x,) = _draw(rng, "real", shape=(20, 5, 5))
    x[-1] = 0
    x[-1, 2, 2] = 1.5
    return _bound("total_variation", "l1_penalty", loss.total_variation(x), loss.l1_penalty(x.reshape(20, 25), lam=4.0))


def vq_commitment_to_a_single_code_is_squared_error(rng: np.random.Generator) -> Identity:
    """Commitment loss with a codebook of one is β times the squared error to it, summed; here β = 0.7."""
    z, e = _draw(rng, "real", "real", shape=VECTORS)
    right = 0.7 * loss.squared_error(z, e[:1] + 0 * z).sum(axis=1)
    return _equal("vq_commitment", "squared_error", loss.vq_commitment(z, e[:1], beta=0.7), right)


def style_gram_is_squared_error_of_gram_matrices(rng: np.random.Generator) -> Identity:
    """Style loss is a quarter of the squared error of the Gram matrices over dP, summed."""
    x, y = _draw(rng, "real", "real", shape=(POINTS, 3, 8))
    grams = (np.einsum("nip,nkp->nik", a, a) / 24 for a in (x, y))
    right = 0.25 * loss.squared_error(*grams).sum(axis=(1, 2))
    return _equal("style_gram", "squared_error", loss.style_gram(x, y), right)


def lpips_of_equal_weights_is_twice_the_cosine_loss(rng: np.random.Generator) -> Identity:
    """LPIPS with all weights 1 is twice the cosine similarity loss of the features, averaged over positions."""
    x, y = _draw(rng, "real", "real", shape=(POINTS, 3, 8))
    features = (a.transpose(0, 2, 1).reshape(-1, 3) for a in (x, y))
    right = 2 * loss.cosine_similarity_loss(*features).reshape(POINTS, 8).mean(axis=1)
    return _equal("lpips", "cosine_similarity_loss", loss.lpips(x, y, np.ones(3)), right)


def modified_huber_is_twice_huber_of_what_the_margin_lacks(rng: np.random.Generator) -> Identity:
    """Modified Huber loss is twice the Huber loss with δ = 2 of min(y s, 1) and 1."""
    s, y = _draw(rng, "real", "sign")
    right = 2 * loss.huber(np.minimum(y * s, 1), _ones(s), delta=2.0)
    return _equal("modified_huber", "huber", loss.modified_huber(s, y), right)


def modified_huber_is_at_most_squared_hinge(rng: np.random.Generator) -> Identity:
    """Modified Huber loss is at most the squared hinge loss, and equal from the margin −1 on."""
    s, y = _draw(rng, "real", "sign")
    s[-1] = -y[-1]
    return _bound("modified_huber", "squared_hinge", loss.modified_huber(s, y), loss.squared_hinge(s, y))


def perceptron_is_hinge_of_a_score_moved_by_the_label(rng: np.random.Generator) -> Identity:
    """Perceptron loss of s is the hinge loss of s + y."""
    s, y = _draw(rng, "real", "sign")
    return _equal("perceptron", "hinge", loss.perceptron(s, y), loss.hinge(s + y, y))


def soft_margin_tends_to_perceptron(rng: np.random.Generator) -> Identity:
    """Soft margin loss at s / T, times T, tends to the perceptron loss as T → 0."""
    s, y = _draw(rng, "real", "sign")
    right = loss.perceptron(s, y)
    return _limit("soft_margin", "perceptron", TO_ZERO, lambda t: (t * loss.soft_margin(s / t, y), right))


def margin_ranking_without_margin_is_perceptron_of_the_difference(rng: np.random.Generator) -> Identity:
    """Margin ranking loss with m = 0 is the perceptron loss of s₁ − s₂."""
    a, b, y = _draw(rng, "real", "real", "sign")
    return _equal("margin_ranking", "perceptron", loss.margin_ranking(a, b, y, margin=0.0), loss.perceptron(a - b, y))


def multi_margin_of_two_classes_is_half_the_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss of two classes with the scores s and 0, p = 1, is m / 2 times the hinge loss of s / m."""
    s, y = _draw(rng, "real", "sign")
    left = loss.multi_margin(np.stack([s, 0 * s], 1), (1 - y) / 2, margin=1.6)
    return _equal("multi_margin", "hinge", left, 0.8 * loss.hinge(s / 1.6, y))


def squared_multi_margin_of_two_classes_is_half_the_squared_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss of two classes with the scores s and 0, p = 2 and m = 1, is half the squared hinge loss."""
    s, y = _draw(rng, "real", "sign")
    left = loss.multi_margin(np.stack([s, 0 * s], 1), (1 - y) / 2, p=2)
    return _equal("multi_margin", "squared_hinge", left, 0.5 * loss.squared_hinge(s, y))


def multiclass_hinge_is_at_most_multi_margin_times_the_number_of_classes(rng: np.random.Generator) -> Identity:
    """Multi-class hinge loss is at most K times the multi-margin loss, and equal where one rival alone is too close."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    s[-1], label = 3 * y[-1], y.argmax(axis=1)
    s[-1, label[-1] - 1] = 2.5
    return _bound("multiclass_hinge", "multi_margin", loss.multiclass_hinge(s, label), 4 * loss.multi_margin(s, label))


def multi_margin_is_at_most_a_share_of_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss is at most (K − 1) / K times the multi-class hinge loss, and equal where all rivals are level."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    s[-1], label = 0, y.argmax(axis=1)
    return _bound("multi_margin", "multiclass_hinge", loss.multi_margin(s, label), 0.75 * loss.multiclass_hinge(s, label))


def cosface_is_cross_entropy_of_cosines_less_the_margin(rng: np.random.Generator) -> Identity:
    """CosFace is the cross-entropy of the logits s (c − m y), where y is the one-hot vector of the class."""
    c, y = _draw(rng, "cosine", "one_hot", shape=CLASSES)
    left = loss.cosface(c, y.argmax(axis=1), margin=0.3, scale=8.0)
    return _equal("cosface", "cross_entropy", left, loss.cross_entropy(8 * (c - 0.3 * y), y))


def cosface_is_arcface_of_shifted_cosines(rng: np.random.Generator) -> Identity:
    """CosFace is ArcFace without margin at cosines of which that of the class was lowered by m."""
    c, y = _draw(rng, "cosine", "one_hot", shape=CLASSES)
    c, label = c / 2, y.argmax(axis=1)
    right = loss.arcface(c - 0.3 * y, label, margin=0.0, scale=8.0)
    return _equal("cosface", "arcface", loss.cosface(c, label, margin=0.3, scale=8.0), right)


def cosface_tends_to_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """CosFace over s tends to m times the multi-class hinge loss of c / m as s → ∞."""
    c, y = _draw(rng, "cosine", "one_hot", shape=CLASSES)
    label, m = y.argmax(axis=1), 0.4
    right = m * loss.multiclass_hinge(c / m, label)
    return _limit("cosface", "multiclass_hinge", TO_INFINITY, lambda s: (loss.cosface(c, label, margin=m, scale=s) / s, right))


def center_is_half_the_sum_of_squared_errors(rng: np.random.Generator) -> Identity:
    """Center loss is half the squared error of x and its centre, summed over the components."""
    x, c = _draw(rng, "real", "real", shape=VECTORS)
    y = rng.integers(POINTS, size=POINTS)
    return _equal("center", "squared_error", loss.center(x, c, y), 0.5 * loss.squared_error(x, c[y]).sum(axis=1))


def center_is_contrastive_with_the_own_centre(rng: np.random.Generator) -> Identity:
    """Center loss is the contrastive loss of x and its centre as a similar pair."""
    x, c = _draw(rng, "real", "real", shape=VECTORS)
    y = rng.integers(POINTS, size=POINTS)
    return _equal("center", "contrastive", loss.center(x, c, y), loss.contrastive(x, c[y], np.ones(POINTS)))


def n_pair_is_cross_entropy_of_products(rng: np.random.Generator) -> Identity:
    """N-pair loss is the cross-entropy with the matrix of products as logits and the diagonal as target."""
    a, p = _draw(rng, "real", "real", shape=BATCH)
    return _equal("n_pair", "cross_entropy", loss.n_pair(a, p), loss.cross_entropy(a @ p.T, np.eye(len(a))))


def n_pair_of_unit_vectors_is_info_nce(rng: np.random.Generator) -> Identity:
    """N-pair loss of unit vectors, the anchors over τ, is InfoNCE with the other positives as negatives."""
    a, p = (_unit(x) for x in _draw(rng, "real", "real", shape=BATCH))
    others = np.stack([np.delete(p, i, axis=0) for i in range(len(p))])
    return _equal("n_pair", "info_nce", loss.n_pair(a / 0.4, p), loss.info_nce(a, p, others, tau=0.4))


def clip_is_the_mean_of_two_n_pair_losses(rng: np.random.Generator) -> Identity:
    """CLIP loss is the mean N-pair loss of unit vectors over τ, with images as anchors and with texts as anchors."""
    a, b = (_unit(x) for x in _draw(rng, "real", "real", shape=BATCH))
    right = (loss.n_pair(a / 0.4, b) + loss.n_pair(b / 0.4, a)) / 2
    return _equal("clip", "n_pair", loss.clip(a, b, tau=0.4), right)


def n_pair_of_two_pairs_is_soft_margin(rng: np.random.Generator) -> Identity:
    """N-pair loss of anchor 1 of two is the soft margin loss of a₁·(p₁ − p₂) with the label 1."""
    a, p, q = _draw(rng, "real", "real", "real", shape=VECTORS)
    left = [loss.n_pair(np.stack([x, x]), np.stack([y, z]))[0] for x, y, z in zip(a, p, q, strict=True)]
    return _equal("n_pair", "soft_margin", left, loss.soft_margin(np.sum(a * (p - q), axis=1), np.ones(POINTS)))


def multilabel_margin_of_one_label_is_multi_margin(rng: np.random.Generator) -> Identity:
    """Multi-label margin loss of a single label is the multi-margin loss with m = 1 and p = 1."""
    s, y = _draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.multi_margin(s, y.argmax(axis=1), margin=1.0, p=1)
    return _equal("multilabel_margin", "multi_margin", loss.multilabel_margin(s, y), right)


def multilabel_margin_sums_hinge_over_pairs(rng: np.random.Generator) -> Identity:
    """Multi-label margin loss is the hinge loss of s_j − s_i, summed over labels j and other classes i, over K."""
    s, y = _draw(rng, "real", "binary", shape=CLASSES)
    lead = s[:, :, None] - s[:, None, :]
    pairs = y[:, :, None] * (1 - y[:, None, :])
    right = np.sum(pairs * loss.hinge(lead, _ones(lead)), axis=(1, 2)) / 4
    return _equal("multilabel_margin", "hinge", loss.multilabel_margin(s, y), right)


def _batches(rng: np.random.Generator, *labels: int) -> tuple[list[Array], Array]:
    """Twenty small batches of embeddings, and the labels that all of them have."""
    return [DOMAINS["real"].draw(rng, (len(labels), 3)) for _ in range(20)], np.array(labels, float)


def multi_similarity_of_an_alike_pair_is_soft_margin(rng: np.random.Generator) -> Identity:
    """Multi-similarity loss of two items of one class is 1 / α times the soft margin loss of α (c − λ) with the label 1."""
    batches, y = _batches(rng, 0, 0)
    c = _cosines(*np.stack(batches, axis=1))
    left = [loss.multi_similarity(x, y, alpha=3.0, base=0.2)[0] for x in batches]
    return _equal("multi_similarity", "soft_margin", left, loss.soft_margin(3 * (c - 0.2), _ones(c)) / 3)


def multi_similarity_of_strangers_tends_to_cosine_embedding(rng: np.random.Generator) -> Identity:
    """Multi-similarity loss of two items of two classes tends to the cosine embedding loss of a dissimilar pair as β → ∞."""
    batches, y = _batches(rng, 0, 1)
    a, b = np.stack(batches, axis=1)
    right = loss.cosine_embedding(a, b, -np.ones(len(a)), margin=0.3)

    def sides(beta: float) -> tuple[ArrayLike, Array]:
        return [loss.multi_similarity(x, y, beta=beta, base=0.3)[0] for x in batches], right

    return _limit("multi_similarity", "cosine_embedding", TO_INFINITY, sides)


def circle_of_three_is_soft_margin_on_a_circle(rng: np.random.Generator) -> Identity:
    """Circle loss of one positive and one negative with c ≥ −m is the soft margin loss of γ (2 m² − c² − (1 − c′)²), label 1."""
    batches, y = _batches(rng, 0, 0, 1)
    anchor, positive, negative = np.stack(batches, axis=1)
    own, other = _cosines(anchor, positive), _cosines(anchor, negative)
    left = np.array([loss.circle(x, y, margin=0.3, gamma=4.0)[0] for x in batches])
    left, own, other = (a[other > -0.3] for a in (left, own, other))
    right = loss.soft_margin(4 * (2 * 0.3**2 - other**2 - (1 - own) ** 2), _ones(own))
    return _equal("circle", "soft_margin", left, right)


def proxy_anchor_of_one_item_is_soft_margin(rng: np.random.Generator) -> Identity:
    """Proxy-anchor loss of one class and its one embedding is the soft margin loss of α (c − δ) with the label 1."""
    p, z = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = [loss.proxy_anchor(a[None], b[None], [0.0], alpha=3.0, margin=0.4)[0] for a, b in zip(p, z, strict=True)]
    cos = _cosines(p, z)
    return _equal("proxy_anchor", "soft_margin", left, loss.soft_margin(3 * (cos - 0.4), _ones(cos)))


def proxy_anchor_of_strangers_is_half_a_multi_similarity_loss(rng: np.random.Generator) -> Identity:
    """Proxy-anchor loss of a class not in a batch of one is α / K times the multi-similarity loss of both, β = α and λ = −δ."""
    p, z = _draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    other = [loss.proxy_anchor(np.stack([b, a]), b[None], [0.0], alpha=5.0, margin=0.2)[1] for a, b in zip(p, z, strict=True)]
    right = [loss.multi_similarity(np.stack([a, b]), [0.0, 1.0], beta=5.0, base=-0.2)[0] for a, b in zip(p, z, strict=True)]
    return _equal("proxy_anchor", "multi_similarity", other, 2.5 * np.array(right))


def lifted_structure_of_a_coinciding_pair_is_contrastive(rng: np.random.Generator) -> Identity:
    """Lifted structured loss of two coinciding items and a negative sums to a contrastive loss with y = 0 and margin m + log 2."""
    a, b = _draw(rng, "cosine", "cosine", shape=VECTORS)
    left = [np.sum(loss.lifted_structure(np.stack([x, x, z]), [0.0, 0, 1], margin=0.8)) for x, z in zip(a, b, strict=True)]
    right = loss.contrastive(a, b, np.zeros(POINTS), margin=0.8 + np.log(2))
    return _equal("lifted_structure", "contrastive", left, right)


def half_the_squared_triplet_margin_is_at_most_lifted_structure(rng: np.random.Generator) -> Identity:
    """Half the squared triplet margin loss is at most the lifted structured loss of the three, equal with the positive far off."""
    a, p, q = _draw(rng, "cosine", "cosine", "cosine", shape=VECTORS)
    a[-1], p[-1], q[-1] = 0, (-60, 0, 0), (1, 0, 0)
    large = [np.sum(loss.lifted_structure(np.stack(x), [0.0, 0, 1], margin=1.0)) for x in zip(a, p, q, strict=True)]
    small = 0.5 * loss.triplet_margin(a, p, q, margin=1.0) ** 2
    return _bound("triplet_margin", "lifted_structure", small, large)


def sphereface_without_margin_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """SphereFace with m = 1 is the cross-entropy of the logits r c."""
    c, y = _draw(rng, "cosine", "one_hot", shape=CLASSES)
    (r,) = _draw(rng, "positive")
    right = loss.cross_entropy(r[:, None] * c, y)
    return _equal("sphereface", "cross_entropy", loss.sphereface(c, r, y.argmax(axis=1), margin=1), right)


def cosface_without_margin_is_at_most_sphereface(rng: np.random.Generator) -> Identity:
    """CosFace with m = 0 and s = r is at most SphereFace with m = 4, and equal where the angle to the own class is 0."""
    c, y = _draw(rng, "cosine", "one_hot", shape=CLASSES)
    label = y.argmax(axis=1)
    c[-1, label[-1]] = 1
    large = loss.sphereface(c, np.full(POINTS, 2.5), label, margin=4)
    return _bound("cosface", "sphereface", loss.cosface(c, label, margin=0.0, scale=2.5), large)


IDENTITIES: Mapping[str, Callable[[np.random.Generator], Identity]] = {
    name: function
    for name, function in list(globals().items())
    if inspect.isfunction(function) and function.__module__ == __name__ and not name.startswith("_")
}
