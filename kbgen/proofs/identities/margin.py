"""Identities of the family margin."""

import numpy as np

from kbgen.proofs.relations import CLASSES, TO_ZERO, Identity, bound, draw, equal, limit, loss, ones, ordering


def squared_hinge_is_the_square_of_hinge(rng: np.random.Generator) -> Identity:
    """Squared hinge loss is the square of the hinge loss."""
    s, y = draw(rng, "real", "sign")
    return equal("squared_hinge", "hinge", loss.squared_hinge(s, y), loss.hinge(s, y) ** 2)


def squared_hinge_is_at_most_squared_error(rng: np.random.Generator) -> Identity:
    """Squared hinge loss is at most the squared error (1 − y s)², and equal up to the margin 1."""
    s, y = draw(rng, "real", "sign")
    s[-1] = 0.3 * y[-1]
    return bound("squared_hinge", "squared_error", loss.squared_hinge(s, y), loss.squared_error(s, y))


def soft_margin_is_binary_cross_entropy_with_other_labels(rng: np.random.Generator) -> Identity:
    """Soft margin loss is binary cross-entropy with logits, with −1 and 1 for the labels 0 and 1."""
    s, y = draw(rng, "real", "sign")
    right = loss.binary_cross_entropy_with_logits(s, (1 + y) / 2)
    return equal("soft_margin", "binary_cross_entropy_with_logits", loss.soft_margin(s, y), right)


def soft_margin_is_a_logarithm_of_exponential(rng: np.random.Generator) -> Identity:
    """Soft margin loss is log(1 + exponential loss)."""
    s, y = draw(rng, "real", "sign")
    return equal("soft_margin", "exponential", loss.soft_margin(s, y), np.log1p(loss.exponential(s, y)))


def soft_margin_is_at_most_exponential(rng: np.random.Generator) -> Identity:
    """Soft margin loss is below the exponential loss, and nears it at large margins."""
    s, y = draw(rng, "real", "sign")
    s[-1] = 30 * y[-1]
    return bound("soft_margin", "exponential", loss.soft_margin(s, y), loss.exponential(s, y))


def soft_margin_and_exponential_rank_margins_alike(rng: np.random.Generator) -> Identity:
    """Soft margin loss and exponential loss put items in the same order, that of their margins."""
    s, y = draw(rng, "real", "sign")
    return ordering("soft_margin", "exponential", loss.soft_margin(s, y), loss.exponential(s, y))


def soft_margin_tends_to_hinge(rng: np.random.Generator) -> Identity:
    """Soft margin loss at (s − y) / T, times T, tends to the hinge loss as T → 0."""
    s, y = draw(rng, "real", "sign")
    right = loss.hinge(s, y)
    return limit("soft_margin", "hinge", TO_ZERO, lambda t: (t * loss.soft_margin((s - y) / t, y), right))


def hinge_is_multiclass_hinge_of_two_classes(rng: np.random.Generator) -> Identity:
    """Hinge loss is the multi-class hinge loss of two classes with the scores s and 0."""
    s, y = draw(rng, "real", "sign")
    right = loss.multiclass_hinge(np.stack([s, 0 * s], 1), (1 - y) / 2)
    return equal("hinge", "multiclass_hinge", loss.hinge(s, y), right)


def multiclass_hinge_is_hinge_of_the_lead(rng: np.random.Generator) -> Identity:
    """Multi-class hinge loss is the hinge loss of the lead over the strongest rival."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    lead = np.sum(s * y, axis=1) - np.max(np.where(y == 1, -np.inf, s), axis=1)
    return equal("multiclass_hinge", "hinge", loss.multiclass_hinge(s, y.argmax(axis=1)), loss.hinge(lead, ones(lead)))


def modified_huber_is_twice_huber_of_what_the_margin_lacks(rng: np.random.Generator) -> Identity:
    """Modified Huber loss is twice the Huber loss with δ = 2 of min(y s, 1) and 1."""
    s, y = draw(rng, "real", "sign")
    right = 2 * loss.huber(np.minimum(y * s, 1), ones(s), delta=2.0)
    return equal("modified_huber", "huber", loss.modified_huber(s, y), right)


def modified_huber_is_at_most_squared_hinge(rng: np.random.Generator) -> Identity:
    """Modified Huber loss is at most the squared hinge loss, and equal from the margin −1 on."""
    s, y = draw(rng, "real", "sign")
    s[-1] = -y[-1]
    return bound("modified_huber", "squared_hinge", loss.modified_huber(s, y), loss.squared_hinge(s, y))


def perceptron_is_hinge_of_a_score_moved_by_the_label(rng: np.random.Generator) -> Identity:
    """Perceptron loss of s is the hinge loss of s + y."""
    s, y = draw(rng, "real", "sign")
    return equal("perceptron", "hinge", loss.perceptron(s, y), loss.hinge(s + y, y))


def soft_margin_tends_to_perceptron(rng: np.random.Generator) -> Identity:
    """Soft margin loss at s / T, times T, tends to the perceptron loss as T → 0."""
    s, y = draw(rng, "real", "sign")
    right = loss.perceptron(s, y)
    return limit("soft_margin", "perceptron", TO_ZERO, lambda t: (t * loss.soft_margin(s / t, y), right))


def multi_margin_of_two_classes_is_half_the_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss of two classes with the scores s and 0, p = 1, is m / 2 times the hinge loss of s / m."""
    s, y = draw(rng, "real", "sign")
    left = loss.multi_margin(np.stack([s, 0 * s], 1), (1 - y) / 2, margin=1.6)
    return equal("multi_margin", "hinge", left, 0.8 * loss.hinge(s / 1.6, y))


def squared_multi_margin_of_two_classes_is_half_the_squared_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss of two classes with the scores s and 0, p = 2 and m = 1, is half the squared hinge loss."""
    s, y = draw(rng, "real", "sign")
    left = loss.multi_margin(np.stack([s, 0 * s], 1), (1 - y) / 2, p=2)
    return equal("multi_margin", "squared_hinge", left, 0.5 * loss.squared_hinge(s, y))


def multiclass_hinge_is_at_most_multi_margin_times_the_number_of_classes(rng: np.random.Generator) -> Identity:
    """Multi-class hinge loss is at most K times the multi-margin loss, and equal where one rival alone is too close."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    s[-1], label = 3 * y[-1], y.argmax(axis=1)
    s[-1, label[-1] - 1] = 2.5
    return bound("multiclass_hinge", "multi_margin", loss.multiclass_hinge(s, label), 4 * loss.multi_margin(s, label))


def multi_margin_is_at_most_a_share_of_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Multi-margin loss is at most (K − 1) / K times the multi-class hinge loss, and equal where all rivals are level."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    s[-1], label = 0, y.argmax(axis=1)
    return bound("multi_margin", "multiclass_hinge", loss.multi_margin(s, label), 0.75 * loss.multiclass_hinge(s, label))


def multilabel_margin_of_one_label_is_multi_margin(rng: np.random.Generator) -> Identity:
    """Multi-label margin loss of a single label is the multi-margin loss with m = 1 and p = 1."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.multi_margin(s, y.argmax(axis=1), margin=1.0, p=1)
    return equal("multilabel_margin", "multi_margin", loss.multilabel_margin(s, y), right)


def multilabel_margin_sums_hinge_over_pairs(rng: np.random.Generator) -> Identity:
    """Multi-label margin loss is the hinge loss of s_j − s_i, summed over labels j and other classes i, over K."""
    s, y = draw(rng, "real", "binary", shape=CLASSES)
    lead = s[:, :, None] - s[:, None, :]
    pairs = y[:, :, None] * (1 - y[:, None, :])
    right = np.sum(pairs * loss.hinge(lead, ones(lead)), axis=(1, 2)) / 4
    return equal("multilabel_margin", "hinge", loss.multilabel_margin(s, y), right)
