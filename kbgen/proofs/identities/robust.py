"""Identities of the family robust."""

import numpy as np

from kbgen.proofs.relations import TO_INFINITY, TO_ZERO, Identity, bound, draw, equal, limit, loss


def huber_is_smooth_l1_times_its_threshold(rng: np.random.Generator) -> Identity:
    """Huber loss with δ = β is β times the smooth L1 loss."""
    p, y = draw(rng, "real", "real")
    left = [loss.huber(p, y, delta=beta) for beta in (0.2, 1, 3)]
    return equal("huber", "smooth_l1", left, [beta * loss.smooth_l1(p, y, beta=beta) for beta in (0.2, 1, 3)])


def huber_over_its_threshold_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Huber loss over δ tends to the absolute error as δ → 0."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("huber", "absolute_error", TO_ZERO, lambda delta: (loss.huber(p, y, delta=delta) / delta, right))


def huber_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Huber loss tends to half the squared error as δ → ∞."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("huber", "squared_error", (1.0, *TO_INFINITY), lambda delta: (loss.huber(p, y, delta=delta), right))


def berhu_and_huber_share_a_square_and_a_line(rng: np.random.Generator) -> Identity:
    """BerHu loss plus Huber loss over δ is the absolute error plus the squared error over 2δ."""
    p, y = draw(rng, "real", "real")
    left = [loss.berhu(p, y, delta=d) + loss.huber(p, y, delta=d) / d for d in (0.2, 1, 3)]
    right = [loss.absolute_error(p, y) + loss.squared_error(p, y) / (2 * d) for d in (0.2, 1, 3)]
    return equal("berhu", "huber", left, right, "absolute_error", "squared_error")


def smooth_l1_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Smooth L1 loss tends to the absolute error as β → 0."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("smooth_l1", "absolute_error", TO_ZERO, lambda beta: (loss.smooth_l1(p, y, beta=beta), right))


def smooth_l1_times_its_threshold_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Smooth L1 loss times β tends to half the squared error as β → ∞."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("smooth_l1", "squared_error", (1.0, *TO_INFINITY), lambda beta: (beta * loss.smooth_l1(p, y, beta=beta), right))


def huber_scales_like_a_square_with_its_threshold(rng: np.random.Generator) -> Identity:
    """Huber loss is multiplied by c² when ŷ, y and δ are multiplied by c > 0."""
    p, y = draw(rng, "real", "real")
    return equal("huber", "huber", loss.huber(3 * p, 3 * y, delta=1.5), 9 * loss.huber(p, y, delta=0.5))


def huber_is_at_most_half_squared_error(rng: np.random.Generator) -> Identity:
    """Huber loss is at most half the squared error, and equal within δ of y."""
    p, y = draw(rng, "real", "real")
    p[-1] = y[-1] + 0.7
    return bound("huber", "squared_error", loss.huber(p, y, delta=0.8), 0.5 * loss.squared_error(p, y))


def log_cosh_is_at_most_huber(rng: np.random.Generator) -> Identity:
    """Log-cosh loss is at most the Huber loss with δ = 1, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return bound("log_cosh", "huber", loss.log_cosh(p, y), loss.huber(p, y, delta=1.0))


def log_cosh_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Log-cosh loss of errors h r, over h², tends to half the squared error of r as h → 0, with order 2."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("log_cosh", "squared_error", TO_ZERO[1:], lambda h: (loss.log_cosh(h * p, h * y) / h**2, right), order=2)


def log_cosh_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Log-cosh loss of errors c r, over c, tends to the absolute error of r as c → ∞."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("log_cosh", "absolute_error", TO_INFINITY, lambda c: (loss.log_cosh(c * p, c * y) / c, right))


def pseudo_huber_is_charbonnier_shifted_to_zero(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss is δ times the Charbonnier loss with ε = δ less δ."""
    p, y = draw(rng, "real", "real")
    left = [loss.pseudo_huber(p, y, delta=delta) for delta in (0.5, 1, 3)]
    return equal("pseudo_huber", "charbonnier", left, [d * (loss.charbonnier(p, y, epsilon=d) - d) for d in (0.5, 1, 3)])


def pseudo_huber_is_at_most_huber(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss is at most the Huber loss with the same δ, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return bound("pseudo_huber", "huber", loss.pseudo_huber(p, y, delta=1.5), loss.huber(p, y, delta=1.5))


def pseudo_huber_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Pseudo-Huber loss tends to half the squared error as δ → ∞, with order 2."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("pseudo_huber", "squared_error", TO_INFINITY, lambda d: (loss.pseudo_huber(p, y, delta=d), right), order=2)


def cauchy_is_the_logarithm_of_one_plus_squared_error(rng: np.random.Generator) -> Identity:
    """Cauchy loss is the logarithm of 1 plus the squared error over 2 c²."""
    p, y = draw(rng, "real", "real")
    right = [np.log1p(loss.squared_error(p, y) / (2 * c**2)) for c in (0.5, 1, 3)]
    return equal("cauchy", "squared_error", [loss.cauchy(p, y, c=c) for c in (0.5, 1, 3)], right)


def charbonnier_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Charbonnier loss tends to the absolute error as ε → 0."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("charbonnier", "absolute_error", TO_ZERO, lambda h: (loss.charbonnier(p, y, epsilon=h), right))


def epsilon_insensitive_is_the_mean_error_of_both_edges(rng: np.random.Generator) -> Identity:
    """Epsilon-insensitive loss is the mean of the absolute errors of y − ε and y + ε, less ε."""
    p, y = draw(rng, "real", "real")
    right = [(loss.absolute_error(p, y - h) + loss.absolute_error(p, y + h)) / 2 - h for h in (0.1, 1, 3)]
    return equal("epsilon_insensitive", "absolute_error", [loss.epsilon_insensitive(p, y, epsilon=h) for h in (0.1, 1, 3)], right)


def epsilon_insensitive_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Epsilon-insensitive loss tends to the absolute error as ε → 0."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("epsilon_insensitive", "absolute_error", TO_ZERO, lambda h: (loss.epsilon_insensitive(p, y, epsilon=h), right))


def tukey_biweight_is_at_most_half_squared_error(rng: np.random.Generator) -> Identity:
    """Tukey biweight loss is at most half the squared error, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return bound("tukey_biweight", "squared_error", loss.tukey_biweight(p, y), 0.5 * loss.squared_error(p, y))


def tukey_biweight_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Tukey biweight loss tends to half the squared error as c → ∞, with order 2."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("tukey_biweight", "squared_error", TO_INFINITY, lambda c: (loss.tukey_biweight(p, y, c=c), right), order=2)


def fair_is_at_most_pseudo_huber(rng: np.random.Generator) -> Identity:
    """Fair loss is at most the pseudo-Huber loss with δ = c, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-11, 0
    return bound("fair", "pseudo_huber", loss.fair(p, y, c=1.5), loss.pseudo_huber(p, y, delta=1.5))


def fair_tends_to_half_squared_error(rng: np.random.Generator) -> Identity:
    """Fair loss tends to half the squared error as c → ∞."""
    p, y = draw(rng, "real", "real")
    right = 0.5 * loss.squared_error(p, y)
    return limit("fair", "squared_error", (1e2, 1e3, 1e4, 1e5), lambda c: (loss.fair(p, y, c=c), right))


def barron_general_at_2_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 2 is half the squared error over c²."""
    p, y = draw(rng, "real", "real")
    right = loss.squared_error(p, y) / (2 * 0.7**2)
    return equal("barron_general", "squared_error", loss.barron_general(p, y, alpha=2, c=0.7), right)


def barron_general_at_1_is_pseudo_huber(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 1 is the pseudo-Huber loss with δ = c over c²."""
    p, y = draw(rng, "real", "real")
    right = loss.pseudo_huber(p, y, delta=0.7) / 0.7**2
    return equal("barron_general", "pseudo_huber", loss.barron_general(p, y, alpha=1, c=0.7), right)


def barron_general_at_0_is_cauchy(rng: np.random.Generator) -> Identity:
    """General robust loss at α = 0 is the Cauchy loss with the same c."""
    p, y = draw(rng, "real", "real")
    return equal("barron_general", "cauchy", loss.barron_general(p, y, alpha=0, c=0.7), loss.cauchy(p, y, c=0.7))


def barron_general_at_minus_2_is_geman_mcclure(rng: np.random.Generator) -> Identity:
    """General robust loss at α = −2 is the Geman-McClure loss with the same c."""
    p, y = draw(rng, "real", "real")
    return equal("barron_general", "geman_mcclure", loss.barron_general(p, y, alpha=-2, c=0.7), loss.geman_mcclure(p, y, c=0.7))


def barron_general_tends_to_welsch(rng: np.random.Generator) -> Identity:
    """General robust loss tends to the Welsch loss with the same c as α → −∞."""
    p, y = draw(rng, "real", "real")
    right = loss.welsch(p, y, c=0.7)
    return limit("barron_general", "welsch", TO_INFINITY, lambda a: (loss.barron_general(p, y, alpha=-a, c=0.7), right))


def geman_mcclure_is_at_most_cauchy(rng: np.random.Generator) -> Identity:
    """Geman-McClure loss is at most the Cauchy loss with the same c, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return bound("geman_mcclure", "cauchy", loss.geman_mcclure(p, y, c=0.7), loss.cauchy(p, y, c=0.7))


def welsch_is_at_most_geman_mcclure(rng: np.random.Generator) -> Identity:
    """Welsch loss is at most the Geman-McClure loss with the same c, and touches it as ŷ → y."""
    p, y = draw(rng, "real", "real")
    p[-1], y[-1] = 1e-6, 0
    return bound("welsch", "geman_mcclure", loss.welsch(p, y, c=0.7), loss.geman_mcclure(p, y, c=0.7))


def wing_scales_with_its_parameters(rng: np.random.Generator) -> Identity:
    """Wing loss is multiplied by c when ŷ, y, w and ε are multiplied by c > 0."""
    p, y = draw(rng, "real", "real")
    return equal("wing", "wing", loss.wing(3 * p, 3 * y, w=9.0, epsilon=1.5), 3 * loss.wing(p, y, w=3.0, epsilon=0.5))


def wing_tends_to_absolute_error(rng: np.random.Generator) -> Identity:
    """Wing loss tends to the absolute error as w → 0."""
    p, y = draw(rng, "real", "real")
    right = loss.absolute_error(p, y)
    return limit("wing", "absolute_error", TO_ZERO, lambda w: (loss.wing(p, y, w=w, epsilon=2.0), right))
