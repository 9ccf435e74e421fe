"""Identities of the family adversarial."""

import numpy as np

from kbgen.proofs.relations import CLASSES, POINTS, TO_INFINITY, TO_ZERO, VECTORS, Identity, draw, equal, limit, loss, ones


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
