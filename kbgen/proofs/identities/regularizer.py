"""Identities of the family regularizer."""

import numpy as np

from kbgen.proofs.relations import CLASSES, POINTS, VECTORS, Identity, bound, draw, equal, log_softmax, loss


def l1_penalty_is_absolute_error_from_zero(rng: np.random.Generator) -> Identity:
    """L1 penalty is λ times the absolute error of w and 0, summed over the weights."""
    (w,) = draw(rng, "real", shape=VECTORS)
    return equal("l1_penalty", "absolute_error", loss.l1_penalty(w, lam=0.5), 0.5 * loss.absolute_error(w, 0 * w).sum(axis=1))


def l2_penalty_is_squared_error_from_zero(rng: np.random.Generator) -> Identity:
    """L2 penalty is λ times the squared error of w and 0, summed over the weights."""
    (w,) = draw(rng, "real", shape=VECTORS)
    return equal("l2_penalty", "squared_error", loss.l2_penalty(w, lam=0.5), 0.5 * loss.squared_error(w, 0 * w).sum(axis=1))


def elastic_net_without_squares_is_l1_penalty(rng: np.random.Generator) -> Identity:
    """Elastic net penalty with λ₂ = 0 is the L1 penalty with λ = λ₁."""
    (w,) = draw(rng, "real", shape=VECTORS)
    return equal("elastic_net", "l1_penalty", loss.elastic_net(w, l1=0.5, l2=0.0), loss.l1_penalty(w, lam=0.5))


def elastic_net_without_sizes_is_l2_penalty(rng: np.random.Generator) -> Identity:
    """Elastic net penalty with λ₁ = 0 is the L2 penalty with λ = λ₂."""
    (w,) = draw(rng, "real", shape=VECTORS)
    return equal("elastic_net", "l2_penalty", loss.elastic_net(w, l1=0.0, l2=0.5), loss.l2_penalty(w, lam=0.5))


def elastic_net_is_a_weighted_sum_of_two_penalties(rng: np.random.Generator) -> Identity:
    """Elastic net penalty is the weighted sum of the L1 and L2 penalties with λ = 1, the weights being λ₁ and λ₂."""
    (w,) = draw(rng, "real", shape=VECTORS)
    penalties = np.stack([loss.l1_penalty(w, lam=1.0), loss.l2_penalty(w, lam=1.0)], axis=1)
    right = loss.weighted_sum(penalties, np.array([0.3, 0.7]))
    return equal("elastic_net", "weighted_sum", loss.elastic_net(w, l1=0.3, l2=0.7), right, "l1_penalty", "l2_penalty")


def l2_penalty_is_at_most_the_square_of_l1_penalty(rng: np.random.Generator) -> Identity:
    """L2 penalty is at most the square of the L1 penalty (λ = 1), and equal where one weight alone is not 0."""
    (w,) = draw(rng, "real", shape=VECTORS)
    w[-1] = (0, 2, 0)
    return bound("l2_penalty", "l1_penalty", loss.l2_penalty(w, lam=1.0), loss.l1_penalty(w, lam=1.0) ** 2)


def square_of_l1_penalty_is_at_most_l2_penalty_times_the_number_of_weights(rng: np.random.Generator) -> Identity:
    """Square of the L1 penalty is at most d times the L2 penalty (λ = 1), and equal where all weights have the same size."""
    (w,) = draw(rng, "real", shape=VECTORS)
    w[-1] = (2, -2, 2)
    return bound("l1_penalty", "l2_penalty", loss.l1_penalty(w, lam=1.0) ** 2, 3 * loss.l2_penalty(w, lam=1.0))


def orthogonality_of_one_column_is_squared_error_of_its_squared_length(rng: np.random.Generator) -> Identity:
    """Orthogonality penalty of a single column is λ times the squared error of its L2 penalty (λ = 1) against 1."""
    (w,) = draw(rng, "real", shape=VECTORS)
    lengths = loss.l2_penalty(w, lam=1.0)
    right = 0.7 * loss.squared_error(lengths, np.ones_like(lengths))
    return equal("orthogonality", "squared_error", loss.orthogonality(w[:, :, None], lam=0.7), right, "l2_penalty")


def orthogonality_is_a_style_loss_with_an_orthonormal_style(rng: np.random.Generator) -> Identity:
    """Orthogonality penalty is 4 λ d² D² times the Gram-matrix style loss of Wᵀ and a matrix with orthonormal rows."""
    (w,) = draw(rng, "real", shape=(POINTS, 5, 3))
    style = np.broadcast_to(np.eye(3, 5), (POINTS, 3, 5))
    right = 4 * 0.7 * 3**2 * 5**2 * loss.style_gram(np.swapaxes(w, 1, 2), style)
    return equal("orthogonality", "style_gram", loss.orthogonality(w, lam=0.7), right)


def entropy_penalty_is_kl_divergence_to_uniform_less_a_constant(rng: np.random.Generator) -> Identity:
    """Entropy penalty is β times the KL divergence of the uniform prediction from the softmax, less β log K."""
    (z,) = draw(rng, "real", shape=CLASSES)
    right = loss.kl_divergence(np.full(z.shape, 1 / 4), np.exp(log_softmax(z))) - np.log(4)
    return equal("entropy_regularizer", "kl_divergence", loss.entropy_regularizer(z, beta=0.7), 0.7 * right)


def entropy_penalty_is_cross_entropy_with_itself(rng: np.random.Generator) -> Identity:
    """Entropy penalty is −β times the cross-entropy whose target is the softmax itself."""
    (z,) = draw(rng, "real", shape=CLASSES)
    right = -0.7 * loss.cross_entropy(z, np.exp(log_softmax(z)))
    return equal("entropy_regularizer", "cross_entropy", loss.entropy_regularizer(z, beta=0.7), right)
