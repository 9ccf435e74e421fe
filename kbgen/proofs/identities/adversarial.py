"""Identities of the family adversarial."""

from collections.abc import Callable

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import CLASSES, POINTS, TO_INFINITY, TO_ZERO, VECTORS, Identity, bound, draw, equal, limit, loss, ones


def gan_minimax_is_two_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """GAN minimax loss is minus the binary cross-entropy with logits of a with target 1 and of b with target 0."""
    a, b = draw(rng, "real", "real")
    bce = loss.binary_cross_entropy_with_logits
    right = -bce(a, ones(a)) - bce(b, 0 * b)
    return equal("gan_minimax", "binary_cross_entropy_with_logits", loss.gan_minimax(a, b), right)


def gan_non_saturating_is_binary_cross_entropy_with_target_one(rng: np.random.Generator) -> Identity:
    """Non-saturating GAN loss is binary cross-entropy with logits of b with target 1."""
    (b,) = draw(rng, "real")
    right = loss.binary_cross_entropy_with_logits(b, ones(b))
    return equal("gan_non_saturating", "binary_cross_entropy_with_logits", loss.gan_non_saturating(b), right)


def gan_minimax_is_made_of_non_saturating_terms(rng: np.random.Generator) -> Identity:
    """GAN minimax loss is minus the non-saturating GAN losses of a and of −b."""
    a, b = draw(rng, "real", "real")
    right = -loss.gan_non_saturating(a) - loss.gan_non_saturating(-b)
    return equal("gan_minimax", "gan_non_saturating", loss.gan_minimax(a, b), right)


def gan_minimax_of_the_best_discriminator_is_js_divergence(rng: np.random.Generator) -> Identity:
    """With the best discriminator, logit log(p / q), the expected GAN minimax loss is twice the JS divergence minus 2 log 2."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    logit = np.log(p / q)
    game = loss.gan_minimax(*np.broadcast_arrays(logit[:, :, None], logit[:, None, :]))
    left = np.einsum("ni,nj,nij->n", p, q, game)
    return equal("gan_minimax", "js_divergence", left, 2 * loss.js_divergence(q, p) - 2 * np.log(2))


def gan_minimax_of_small_logits_tends_to_wasserstein(rng: np.random.Generator) -> Identity:
    """GAN minimax loss of h a and h b, plus 2 log 2, times 2 / h, tends to the Wasserstein GAN loss as h → 0."""
    a, b = draw(rng, "real", "real")
    right = loss.wasserstein_gan(a, b)
    return limit(
        "gan_minimax", "wasserstein_gan", TO_ZERO[1:], lambda h: ((loss.gan_minimax(h * a, h * b) + 2 * np.log(2)) * 2 / h, right)
    )


def wasserstein_gan_ignores_a_shift_of_the_critic(rng: np.random.Generator) -> Identity:
    """Wasserstein GAN loss stays the same when the same number is added to both scores."""
    a, b, c = draw(rng, "real", "real", "real")
    return equal("wasserstein_gan", "wasserstein_gan", loss.wasserstein_gan(a + c, b + c), loss.wasserstein_gan(a, b))


def gradient_penalty_is_squared_error_of_the_norm(rng: np.random.Generator) -> Identity:
    """WGAN-GP gradient penalty is λ times the squared error of ‖g‖ and 1."""
    (g,) = draw(rng, "real", shape=VECTORS)
    right = 3 * loss.squared_error(np.linalg.norm(g, axis=1), np.ones(POINTS))
    return equal("gradient_penalty", "squared_error", loss.gradient_penalty(g, weight=3.0), right)


def gradient_penalty_of_steep_slopes_tends_to_l2_penalty(rng: np.random.Generator) -> Identity:
    """WGAN-GP gradient penalty of c g, over c², tends to the L2 penalty of g with the same λ as c → ∞."""
    (g,) = draw(rng, "real", shape=VECTORS)
    right = loss.l2_penalty(g, lam=10.0)
    return limit("gradient_penalty", "l2_penalty", TO_INFINITY, lambda c: (loss.gradient_penalty(c * g, weight=10.0) / c**2, right))


def lsgan_is_half_of_two_squared_errors(rng: np.random.Generator) -> Identity:
    """Least-squares GAN loss is half the squared errors of a and of b from their targets; here 2 and −1."""
    a, b = draw(rng, "real", "real")
    right = 0.5 * (loss.squared_error(a, 2 * ones(a)) + loss.squared_error(b, -ones(b)))
    return equal("lsgan", "squared_error", loss.lsgan(a, b, real_target=2.0, fake_target=-1.0), right)


def lsgan_of_small_scores_tends_to_wasserstein(rng: np.random.Generator) -> Identity:
    """1 minus the least-squares GAN loss (targets 1 and −1) of h a and h b, over h, tends to the Wasserstein GAN loss as h → 0."""
    a, b = draw(rng, "real", "real")
    right = loss.wasserstein_gan(a, b)
    return limit(
        "lsgan",
        "wasserstein_gan",
        TO_ZERO,
        lambda h: ((1 - loss.lsgan(h * a, h * b, real_target=1.0, fake_target=-1.0)) / h, right),
    )


def lsgan_of_the_best_discriminator_is_bounded_by_hellinger(rng: np.random.Generator) -> Identity:
    """With the best D, p / (p + q), the expected least-squares GAN loss is at most (1 − H²) / 4, equal without overlap."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    q[-1], p[-1] = (0.3, 0.7, 0, 0), (0, 0, 0.6, 0.4)
    game = _expected(loss.lsgan, p / (p + q), p, q)
    return bound("lsgan", "hellinger", game, (1 - loss.hellinger(q, p)) / 4)


def _expected(game: Callable[[Array, Array], Array], score: Array, p: Array, q: Array) -> Array:
    """The mean of a loss of two scores, the first at a real sample from p and the second at a generated one from q."""
    value = game(*np.broadcast_arrays(score[:, :, None], score[:, None, :]))
    return np.asarray(np.einsum("ni,nj,nij->n", p, q, value))


def hinge_gan_is_two_hinge_losses(rng: np.random.Generator) -> Identity:
    """Hinge GAN loss is the hinge loss of a with label 1 plus that of b with label −1."""
    a, b = draw(rng, "real", "real")
    return equal("hinge_gan", "hinge", loss.hinge_gan(a, b), loss.hinge(a, ones(a)) + loss.hinge(b, -ones(b)))


def hinge_gan_of_the_best_critic_is_total_variation(rng: np.random.Generator) -> Identity:
    """With the best critic, 1 where p > q and −1 elsewhere, the expected hinge GAN loss is 2 − 2 TV."""
    q, p = draw(rng, "simplex", "simplex", shape=CLASSES)
    game = _expected(loss.hinge_gan, np.sign(p - q), p, q)
    return equal("hinge_gan", "total_variation_distance", game, 2 - 2 * loss.total_variation_distance(q, p))


def hinge_gan_is_wasserstein_within_the_margin(rng: np.random.Generator) -> Identity:
    """2 minus the Wasserstein GAN loss is at most the hinge GAN loss, and equal while a ≤ 1 and b ≥ −1."""
    a, b = draw(rng, "real", "real")
    a[-1], b[-1] = 0.4, -0.3
    return bound("wasserstein_gan", "hinge_gan", 2 - loss.wasserstein_gan(a, b), loss.hinge_gan(a, b))


def relativistic_gan_is_non_saturating_in_the_difference(rng: np.random.Generator) -> Identity:
    """Relativistic GAN loss of a and b is the non-saturating GAN loss of a − b."""
    a, b = draw(rng, "real", "real")
    return equal("relativistic_gan", "gan_non_saturating", loss.relativistic_gan(a, b), loss.gan_non_saturating(a - b))


def relativistic_gan_of_both_sides_differs_by_wasserstein(rng: np.random.Generator) -> Identity:
    """Relativistic GAN loss of the generator minus that of the discriminator is the Wasserstein GAN loss."""
    a, b = draw(rng, "real", "real")
    left = loss.relativistic_gan(b, a) - loss.relativistic_gan(a, b)
    return equal("relativistic_gan", "wasserstein_gan", left, loss.wasserstein_gan(a, b))


def relativistic_gan_is_at_most_minus_gan_minimax(rng: np.random.Generator) -> Identity:
    """Relativistic GAN loss is at most minus the GAN minimax loss; both vanish where a → ∞ and b → −∞."""
    a, b = draw(rng, "real", "real")
    a[-1], b[-1] = 1000, -1000
    return bound("relativistic_gan", "gan_minimax", loss.relativistic_gan(a, b), -loss.gan_minimax(a, b))


def relativistic_gan_is_bradley_terry_of_the_scores(rng: np.random.Generator) -> Identity:
    """Relativistic GAN loss is the Bradley-Terry reward loss with the real sample preferred to the generated one."""
    a, b = draw(rng, "real", "real")
    return equal("relativistic_gan", "bradley_terry", loss.relativistic_gan(a, b), loss.bradley_terry(a, b))


def r1_penalty_is_l2_penalty_of_the_gradient(rng: np.random.Generator) -> Identity:
    """R1 gradient penalty is the L2 penalty of g with λ = γ / 2."""
    (g,) = draw(rng, "real", shape=VECTORS)
    return equal("r1_penalty", "l2_penalty", loss.r1_penalty(g, gamma=6.0), loss.l2_penalty(g, lam=3.0))


def gradient_penalty_is_at_most_r1_penalty_and_its_weight(rng: np.random.Generator) -> Identity:
    """WGAN-GP gradient penalty is at most the R1 gradient penalty with γ = 2λ, plus λ, and equal for g = 0."""
    (g,) = draw(rng, "real", shape=VECTORS)
    g[-1] = 0
    return bound("gradient_penalty", "r1_penalty", loss.gradient_penalty(g, weight=4.0), loss.r1_penalty(g, gamma=8.0) + 4)


def cycle_consistency_is_a_sum_of_absolute_errors(rng: np.random.Generator) -> Identity:
    """Cycle-consistency loss is λ times the absolute errors of both round trips, summed over the components; here λ = 3."""
    back_x, x, back_y, y = draw(rng, "real", "real", "real", "real", shape=VECTORS)
    right = 3 * (loss.absolute_error(back_x, x) + loss.absolute_error(back_y, y)).sum(axis=1)
    return equal("cycle_consistency", "absolute_error", loss.cycle_consistency(back_x, x, back_y, y, weight=3.0), right)


def cycle_consistency_of_matching_images_is_at_least_wasserstein(rng: np.random.Generator) -> Identity:
    """Wasserstein distance (p = 1) of the pixels, times their number, is at most the cycle loss with y = G(F(y)), λ = 1."""
    back_x, x, y = draw(rng, "real", "real", "real", shape=VECTORS)
    back_x[-1], x[-1] = np.sort(back_x[-1]), np.sort(x[-1])
    small = VECTORS[1] * loss.wasserstein_1d(back_x, x, p=1)
    return bound("wasserstein_1d", "cycle_consistency", small, loss.cycle_consistency(back_x, x, y, y, weight=1.0))
