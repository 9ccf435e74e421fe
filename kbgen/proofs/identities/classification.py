"""Identities of the family classification."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    CLASSES,
    POINTS,
    TO_INFINITY,
    TO_ZERO,
    Identity,
    bound,
    draw,
    entropy,
    equal,
    limit,
    log_softmax,
    loss,
    ones,
    sigmoid,
)


def binary_cross_entropy_with_logits_is_that_of_the_sigmoid(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy with logits is binary cross-entropy of p = σ(z)."""
    z, y = draw(rng, "real", "binary")
    left = loss.binary_cross_entropy_with_logits(z, y)
    return equal("binary_cross_entropy_with_logits", "binary_cross_entropy", left, loss.binary_cross_entropy(sigmoid(z), y))


def binary_cross_entropy_is_cross_entropy_of_two_classes(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy is cross-entropy with the logits log p and log(1 − p), and the target y and 1 − y."""
    p, y = draw(rng, "probability", "probability")
    right = loss.cross_entropy(np.log(np.stack([p, 1 - p], 1)), np.stack([y, 1 - y], 1))
    return equal("binary_cross_entropy", "cross_entropy", loss.binary_cross_entropy(p, y), right)


def two_class_cross_entropy_is_binary_cross_entropy_of_the_lead(rng: np.random.Generator) -> Identity:
    """Cross-entropy of two classes is binary cross-entropy with logits at z₁ − z₂."""
    z, (y,) = draw(rng, "real", shape=(POINTS, 2))[0], draw(rng, "probability")
    left = loss.cross_entropy(z, np.stack([y, 1 - y], 1))
    right = loss.binary_cross_entropy_with_logits(z[:, 0] - z[:, 1], y)
    return equal("cross_entropy", "binary_cross_entropy_with_logits", left, right)


def positive_weight_is_a_class_weight(rng: np.random.Generator) -> Identity:
    """Binary cross-entropy with logits and weight w is class-weighted cross-entropy of z and 0 with the weights w and 1."""
    z, y = draw(rng, "real", "binary")
    right = loss.weighted_cross_entropy(np.stack([z, 0 * z], 1), np.stack([y, 1 - y], 1), np.array([5.0, 1.0]))
    left = loss.binary_cross_entropy_with_logits(z, y, pos_weight=5)
    return equal("binary_cross_entropy_with_logits", "weighted_cross_entropy", left, right)


def nll_of_log_softmax_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Negative log-likelihood loss of log-softmax is cross-entropy with a one-hot target."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    return equal("nll", "cross_entropy", loss.nll(log_softmax(z), y.argmax(axis=1)), loss.cross_entropy(z, y))


def cross_entropy_is_kl_divergence_plus_entropy(rng: np.random.Generator) -> Identity:
    """Cross-entropy is the KL divergence of softmax(z) from the target plus the entropy of the target."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.kl_divergence(np.exp(log_softmax(z)), y) + entropy(y)
    return equal("cross_entropy", "kl_divergence", loss.cross_entropy(z, y), right)


def cross_entropy_ignores_a_shift_of_all_logits(rng: np.random.Generator) -> Identity:
    """Cross-entropy stays the same when the same number is added to all logits."""
    (z, y), (c,) = draw(rng, "real", "simplex", shape=CLASSES), draw(rng, "real", shape=(POINTS, 1))
    return equal("cross_entropy", "cross_entropy", loss.cross_entropy(z + c, y), loss.cross_entropy(z, y))


def label_smoothing_by_nothing_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy at ε = 0 is cross-entropy."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    left = loss.label_smoothing_cross_entropy(z, y, eps=0.0)
    return equal("label_smoothing_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def label_smoothing_mixes_two_cross_entropies(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy is 1 − ε times cross-entropy plus ε times cross-entropy with the uniform target."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    right = 0.7 * loss.cross_entropy(z, y) + 0.3 * loss.cross_entropy(z, np.full_like(y, 1 / 4))
    left = loss.label_smoothing_cross_entropy(z, y, eps=0.3)
    return equal("label_smoothing_cross_entropy", "cross_entropy", left, right)


def label_smoothing_by_all_is_divergence_from_uniform(rng: np.random.Generator) -> Identity:
    """Label smoothing cross-entropy at ε = 1 is the KL divergence of softmax(z) from the uniform target, plus log K."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.kl_divergence(np.exp(log_softmax(z)), np.full_like(y, 1 / 4)) + np.log(4)
    left = loss.label_smoothing_cross_entropy(z, y, eps=1.0)
    return equal("label_smoothing_cross_entropy", "kl_divergence", left, right)


def weighted_cross_entropy_of_equal_weights_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-weighted cross-entropy is cross-entropy when all weights are 1."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.weighted_cross_entropy(z, y, np.ones(4))
    return equal("weighted_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def weighted_cross_entropy_is_cross_entropy_times_the_weight_of_the_class(rng: np.random.Generator) -> Identity:
    """Class-weighted cross-entropy with a one-hot target is cross-entropy times the weight of the true class."""
    (z, y), (w,) = draw(rng, "real", "one_hot", shape=CLASSES), draw(rng, "positive", shape=(4,))
    left = loss.weighted_cross_entropy(z, y, w)
    return equal("weighted_cross_entropy", "cross_entropy", left, (y @ w) * loss.cross_entropy(z, y))


def focal_without_focus_is_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 0 and α = ½ is half of binary cross-entropy with logits."""
    z, y = draw(rng, "real", "binary")
    left, right = loss.focal(z, y, alpha=0.5, gamma=0.0), 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return equal("focal", "binary_cross_entropy_with_logits", left, right)


def focal_without_focus_is_weighted_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 0 is 1 − α times binary cross-entropy with logits at w = α / (1 − α)."""
    z, y = draw(rng, "real", "binary")
    right = 0.8 * loss.binary_cross_entropy_with_logits(z, y, pos_weight=0.2 / 0.8)
    return equal("focal", "binary_cross_entropy_with_logits", loss.focal(z, y, alpha=0.2, gamma=0.0), right)


def focal_is_binary_cross_entropy_times_a_power_of_the_probability_missing(rng: np.random.Generator) -> Identity:
    """Focal loss at γ = 2 and α = ½ is half of binary cross-entropy times the squared probability of the wrong class."""
    p, y = draw(rng, "probability", "binary")
    left = loss.focal(np.log(p / (1 - p)), y, alpha=0.5, gamma=2.0)
    return equal("focal", "binary_cross_entropy", left, 0.5 * (p - y) ** 2 * loss.binary_cross_entropy(p, y))


def focal_tends_to_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at α = ½ tends to half of binary cross-entropy with logits as γ → 0."""
    z, y = draw(rng, "real", "binary")
    right = 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return limit(
        "focal", "binary_cross_entropy_with_logits", TO_ZERO, lambda gamma: (loss.focal(z, y, alpha=0.5, gamma=gamma), right)
    )


def focal_is_at_most_half_of_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Focal loss at α = ½ is at most half of binary cross-entropy with logits, and touches it where p of the true class → 0."""
    z, y = draw(rng, "real", "binary")
    z[-1], y[-1] = -50, 1
    large = 0.5 * loss.binary_cross_entropy_with_logits(z, y)
    return bound("focal", "binary_cross_entropy_with_logits", loss.focal(z, y, alpha=0.5, gamma=2.0), large)


def cost_sensitive_at_equal_costs_is_absolute_error(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss at costs of 1 is the absolute error of p and y."""
    p, y = draw(rng, "probability", "binary")
    return equal("cost_sensitive", "absolute_error", loss.cost_sensitive(p, y, c_fn=1, c_fp=1), loss.absolute_error(p, y))


def cost_sensitive_of_decisions_is_zero_one(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss at costs of 1 is the zero-one loss where p is 0 or 1."""
    p, y = draw(rng, "binary", "binary")
    left, right = loss.cost_sensitive(p, y, c_fn=1, c_fp=1), loss.zero_one(2 * p - 1, 2 * y - 1)
    return equal("cost_sensitive", "zero_one", left, right)


def cost_sensitive_is_the_expected_cost_of_mistakes(rng: np.random.Generator) -> Identity:
    """Cost-sensitive loss is the expectation of the cost of the mistake times zero-one loss when class 1 is called with p."""
    p, y = draw(rng, "probability", "binary")
    label, cost = 2 * y - 1, np.where(y == 1, 3.0, 2.0)
    right = cost * (p * loss.zero_one(ones(p), label) + (1 - p) * loss.zero_one(-ones(p), label))
    return equal("cost_sensitive", "zero_one", loss.cost_sensitive(p, y, c_fn=3, c_fp=2), right)


def _margins(rng: np.random.Generator) -> list[Array]:
    """Scores and labels; the last score is 0 and decides nothing."""
    s, y = draw(rng, "real", "sign")
    s[-1] = 0
    return [s, y]


def zero_one_is_at_most_hinge(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the hinge loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return bound("zero_one", "hinge", loss.zero_one(s, y), loss.hinge(s, y))


def zero_one_is_at_most_squared_hinge(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the squared hinge loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return bound("zero_one", "squared_hinge", loss.zero_one(s, y), loss.squared_hinge(s, y))


def zero_one_is_at_most_exponential(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the exponential loss, and equal at the margin 0."""
    s, y = _margins(rng)
    return bound("zero_one", "exponential", loss.zero_one(s, y), loss.exponential(s, y))


def zero_one_is_at_most_soft_margin_in_bits(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the soft margin loss over log 2, and equal at the margin 0."""
    s, y = _margins(rng)
    return bound("zero_one", "soft_margin", loss.zero_one(s, y), loss.soft_margin(s, y) / np.log(2))


def zero_one_is_at_most_squared_error(rng: np.random.Generator) -> Identity:
    """Zero-one loss is at most the squared error of s and the label −1 or 1, and equal at the margin 0."""
    s, y = _margins(rng)
    return bound("zero_one", "squared_error", loss.zero_one(s, y), loss.squared_error(s, y))


def cross_entropy_tends_to_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Cross-entropy at (s + 1 − y) / T, times T, tends to the multi-class hinge loss as T → 0."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.multiclass_hinge(s, y.argmax(axis=1))
    return limit("cross_entropy", "multiclass_hinge", TO_ZERO, lambda t: (t * loss.cross_entropy((s + 1 - y) / t, y), right))


def arcface_is_at_least_cross_entropy_of_scaled_cosines(rng: np.random.Generator) -> Identity:
    """ArcFace is at least cross-entropy with the logits s cos θⱼ up to the angle θ = π − m / 2, where both are equal."""
    (c,), (y,) = draw(rng, "cosine", shape=CLASSES), draw(rng, "index")
    c[-1, int(y[-1])] = -np.cos(0.5 / 2)
    small = loss.cross_entropy(8 * c, np.eye(4)[y.astype(int)])
    return bound("cross_entropy", "arcface", small, loss.arcface(c, y, margin=0.5, scale=8.0))


def _labels(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Scores of four classes, one-hot targets, and their numbers."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    return z, y, np.argmax(y, axis=1)


def categorical_focal_without_focus_is_cross_entropy_times_its_factor(rng: np.random.Generator) -> Identity:
    """Categorical focal loss at γ = 0 is α times cross-entropy."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.categorical_focal(z, y, alpha=0.25, gamma=0.0)
    return equal("categorical_focal", "cross_entropy", left, 0.25 * loss.cross_entropy(z, y))


def categorical_focal_of_two_classes_is_the_focal_loss_of_the_lead(rng: np.random.Generator) -> Identity:
    """Categorical focal loss of two classes at α = ½ is the focal loss of z₁ − z₀ at α = ½."""
    (z, y) = draw(rng, "real", "one_hot", shape=(POINTS, 2))
    left = loss.categorical_focal(z, y, alpha=0.5, gamma=2.0)
    return equal("categorical_focal", "focal", left, loss.focal(z[:, 1] - z[:, 0], y[:, 1], alpha=0.5, gamma=2.0))


def categorical_focal_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Categorical focal loss at α = 1 is at most cross-entropy, and touches it where p of the true class → 0."""
    z, y = draw(rng, "real", "one_hot", shape=CLASSES)
    z[-1] -= 50 * y[-1]
    return bound("categorical_focal", "cross_entropy", loss.categorical_focal(z, y, alpha=1.0), loss.cross_entropy(z, y))


def multilabel_soft_margin_is_the_mean_of_binary_cross_entropies(rng: np.random.Generator) -> Identity:
    """Multi-label soft margin loss is binary cross-entropy with logits, averaged over the labels."""
    z, y = draw(rng, "real", "binary", shape=CLASSES)
    right = loss.binary_cross_entropy_with_logits(z, y).mean(axis=1)
    return equal("multilabel_soft_margin", "binary_cross_entropy_with_logits", loss.multilabel_soft_margin(z, y), right)


def generalized_cross_entropy_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy tends to cross-entropy as q → 0."""
    z, y, k = _labels(rng)
    right = loss.cross_entropy(z, y)
    return limit(
        "generalized_cross_entropy", "cross_entropy", TO_ZERO, lambda q: (loss.generalized_cross_entropy(z, k, q=q), right)
    )


def generalized_cross_entropy_at_one_is_half_the_absolute_error_of_probabilities(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy at q = 1 is half the summed absolute error between softmax(z) and the one-hot label."""
    z, y, k = _labels(rng)
    right = loss.absolute_error(np.exp(log_softmax(z)), y).sum(axis=1) / 2
    return equal("generalized_cross_entropy", "absolute_error", loss.generalized_cross_entropy(z, k, q=1.0), right)


def generalized_cross_entropy_is_at_most_cross_entropy(rng: np.random.Generator) -> Identity:
    """Generalized cross-entropy is at most cross-entropy, and both vanish where p of the true class is 1."""
    z, y, k = _labels(rng)
    z[-1] += 50 * y[-1]
    return bound(
        "generalized_cross_entropy", "cross_entropy", loss.generalized_cross_entropy(z, k, q=0.7), loss.cross_entropy(z, y)
    )


def logit_adjusted_cross_entropy_is_cross_entropy_of_shifted_scores(rng: np.random.Generator) -> Identity:
    """Logit-adjusted cross-entropy is cross-entropy of z + τ log π."""
    (z, y), (prior,) = draw(rng, "real", "simplex", shape=CLASSES), draw(rng, "simplex", shape=(4,))
    right = loss.cross_entropy(z + 1.5 * np.log(prior), y)
    return equal("logit_adjusted_cross_entropy", "cross_entropy", loss.logit_adjusted_cross_entropy(z, y, prior, tau=1.5), right)


def logit_adjusted_cross_entropy_of_equal_shares_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Logit-adjusted cross-entropy is cross-entropy when all classes are equally common, whatever τ."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.logit_adjusted_cross_entropy(z, y, np.full(4, 1 / 4), tau=2.0)
    return equal("logit_adjusted_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def asymmetric_loss_with_equal_focus_is_twice_focal(rng: np.random.Generator) -> Identity:
    """Asymmetric loss at m = 0 and one γ for both sides is twice the focal loss at α = ½."""
    z, y = draw(rng, "real", "binary")
    left = loss.asymmetric_multilabel(z, y, gamma_neg=2.0, gamma_pos=2.0, clip=0)
    return equal("asymmetric_multilabel", "focal", left, 2 * loss.focal(z, y, alpha=0.5, gamma=2.0))


def asymmetric_loss_is_at_most_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Asymmetric loss is at most binary cross-entropy with logits, and touches it for a positive with p → 0."""
    z, y = draw(rng, "real", "binary")
    z[-1], y[-1] = -50, 1
    large = loss.binary_cross_entropy_with_logits(z, y)
    return bound("asymmetric_multilabel", "binary_cross_entropy_with_logits", loss.asymmetric_multilabel(z, y), large)


def poly1_adds_a_multiple_of_the_absolute_error_of_probabilities(rng: np.random.Generator) -> Identity:
    """Poly-1 loss is cross-entropy plus ε / 2 times the summed absolute error of softmax(z) and the one-hot target."""
    z, y, _ = _labels(rng)
    error = loss.absolute_error(np.exp(log_softmax(z)), y).sum(axis=1)
    left = loss.poly1_cross_entropy(z, y, epsilon=2.0)
    return equal("poly1_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y) + error, "absolute_error")


def poly1_is_at_least_cross_entropy(rng: np.random.Generator) -> Identity:
    """Poly-1 loss at ε = 2 is at least cross-entropy; both vanish where p of the true class is 1."""
    z, y, _ = _labels(rng)
    z[-1] += 50 * y[-1]
    return bound("cross_entropy", "poly1_cross_entropy", loss.cross_entropy(z, y), loss.poly1_cross_entropy(z, y, epsilon=2.0))


def class_balanced_loss_is_weighted_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-balanced loss is class-weighted cross-entropy with weights one over the effective numbers."""
    (z, y), count = draw(rng, "real", "simplex", shape=CLASSES), np.array([1.0, 5.0, 40.0, 300.0])
    effective = np.array([sum(0.99**i for i in range(int(n))) for n in count])
    right = loss.weighted_cross_entropy(z, y, 1 / effective)
    left = loss.class_balanced_cross_entropy(z, y, count, beta=0.99)
    return equal("class_balanced_cross_entropy", "weighted_cross_entropy", left, right)


def class_balanced_loss_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Class-balanced loss tends to cross-entropy as β → 0."""
    (z, y), count = draw(rng, "real", "simplex", shape=CLASSES), np.array([2.0, 5.0, 40.0, 300.0])
    right = loss.cross_entropy(z, y)
    return limit(
        "class_balanced_cross_entropy",
        "cross_entropy",
        TO_ZERO,
        lambda beta: (loss.class_balanced_cross_entropy(z, y, count, beta=beta), right),
    )


def class_balanced_loss_tends_to_inverse_frequency(rng: np.random.Generator) -> Identity:
    """Class-balanced loss tends to cross-entropy weighted by 1 / n as β → 1."""
    (z, y), count = draw(rng, "real", "simplex", shape=CLASSES), np.array([1.0, 2.0, 5.0, 10.0])
    right = loss.weighted_cross_entropy(z, y, 1 / count)
    return limit(
        "class_balanced_cross_entropy",
        "weighted_cross_entropy",
        TO_ZERO,
        lambda rest: (loss.class_balanced_cross_entropy(z, y, count, beta=1 - rest), right),
    )


def symmetric_cross_entropy_is_a_multiple_of_poly1(rng: np.random.Generator) -> Identity:
    """Symmetric cross-entropy is α times the Poly-1 loss at ε = −βA / α."""
    z, y, k = _labels(rng)
    left = loss.symmetric_cross_entropy(z, k, alpha=0.5, beta=2.0, log_zero=-3.0)
    return equal("symmetric_cross_entropy", "poly1_cross_entropy", left, 0.5 * loss.poly1_cross_entropy(z, y, epsilon=12.0))


def symmetric_cross_entropy_adds_generalized_cross_entropy(rng: np.random.Generator) -> Identity:
    """Symmetric cross-entropy is α times cross-entropy minus βA times generalized cross-entropy at q = 1."""
    z, y, k = _labels(rng)
    right = 0.1 * loss.cross_entropy(z, y) + 4 * loss.generalized_cross_entropy(z, k, q=1.0)
    left = loss.symmetric_cross_entropy(z, k, alpha=0.1, beta=1.0, log_zero=-4.0)
    return equal("symmetric_cross_entropy", "cross_entropy", left, right, "generalized_cross_entropy")


def hamming_is_the_mean_of_zero_one_losses(rng: np.random.Generator) -> Identity:
    """Hamming loss is the zero-one loss, averaged over the labels."""
    s, y = draw(rng, "real", "sign", shape=CLASSES)
    return equal("hamming", "zero_one", loss.hamming(s, y), loss.zero_one(s, y).mean(axis=1))


def hamming_is_at_most_multilabel_soft_margin_over_log_two(rng: np.random.Generator) -> Identity:
    """Hamming loss is at most the multi-label soft margin loss over log 2, and equal where all scores are 0."""
    s, y = draw(rng, "real", "sign", shape=CLASSES)
    s[-1] = 0
    large = loss.multilabel_soft_margin(s, (y + 1) / 2) / np.log(2)
    return bound("hamming", "multilabel_soft_margin", loss.hamming(s, y), large)


def ordinal_with_one_threshold_is_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss with a single threshold is binary cross-entropy of f − θ₀."""
    f, y = draw(rng, "real", "binary")
    left = loss.ordinal_cumulative_link(f, y, np.array([0.7]))
    right = loss.binary_cross_entropy_with_logits(f - 0.7, y)
    return equal("ordinal_cumulative_link", "binary_cross_entropy_with_logits", left, right)


def ordinal_is_nll_of_differences_of_sigmoids(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss is the NLL of the probabilities that the sigmoids at the thresholds leave to each class."""
    (f,), k = draw(rng, "real"), rng.integers(4, size=POINTS)
    theta = np.array([-1.0, 0.5, 2.0])
    below = sigmoid(theta - f[:, None])
    prob = np.diff(np.concatenate([0 * f[:, None], below, ones(f[:, None])], axis=1), axis=1)
    return equal("ordinal_cumulative_link", "nll", loss.ordinal_cumulative_link(f, k, theta), loss.nll(np.log(prob), k))


def ordinal_of_a_wide_class_tends_to_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """Ordinal cumulative-link loss of the class between 0 and t tends to binary cross-entropy with target 1 as t → ∞."""
    (f,) = draw(rng, "cosine")
    right = loss.binary_cross_entropy_with_logits(f, ones(f))
    return limit(
        "ordinal_cumulative_link",
        "binary_cross_entropy_with_logits",
        TO_INFINITY,
        lambda t: (loss.ordinal_cumulative_link(f, ones(f), np.array([0.0, t])), right),
    )


def bootstrapped_cross_entropy_is_cross_entropy_with_a_mixed_target(rng: np.random.Generator) -> Identity:
    """Bootstrapped cross-entropy is cross-entropy with the target β y + (1 − β) softmax(z)."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.cross_entropy(z, 0.8 * y + 0.2 * np.exp(log_softmax(z)))
    return equal("bootstrapped_cross_entropy", "cross_entropy", loss.bootstrapped_cross_entropy(z, y, beta=0.8), right)


def bootstrapped_cross_entropy_of_full_trust_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """Bootstrapped cross-entropy is cross-entropy at β = 1."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    left = loss.bootstrapped_cross_entropy(z, y, beta=1.0)
    return equal("bootstrapped_cross_entropy", "cross_entropy", left, loss.cross_entropy(z, y))


def sparsemax_of_two_classes_is_a_quarter_squared_hinge_until_the_other_margin(rng: np.random.Generator) -> Identity:
    """Sparsemax loss of two classes is a quarter of the squared hinge loss of the lead where the lead is within ±1."""
    s, y = draw(rng, "cosine", "sign")
    logits, target = np.stack([0 * s, s], axis=1), np.stack([1 - y, 1 + y], axis=1) / 2
    return equal("sparsemax", "squared_hinge", loss.sparsemax(logits, target), loss.squared_hinge(s, y) / 4)


def sparsemax_is_at_most_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """Sparsemax loss of two classes is at most the multi-class hinge loss; both vanish at a lead of 1."""
    z, y = draw(rng, "real", "one_hot", shape=(POINTS, 2))
    z[-1] = 2 * y[-1]
    return bound("sparsemax", "multiclass_hinge", loss.sparsemax(z, y), loss.multiclass_hinge(z, np.argmax(y, axis=1)))


def fenchel_young_of_shannon_is_kl_divergence_from_softmax(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 1 is the KL divergence of softmax(z) from the target."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    right = loss.kl_divergence(np.exp(log_softmax(z)), y)
    return equal("fenchel_young", "kl_divergence", loss.fenchel_young(z, y, alpha=1), right)


def fenchel_young_of_shannon_is_cross_entropy_for_one_hot_targets(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 1 is cross-entropy when the target is one-hot."""
    z, y, _ = _labels(rng)
    return equal("fenchel_young", "cross_entropy", loss.fenchel_young(z, y, alpha=1), loss.cross_entropy(z, y))


def fenchel_young_of_squares_is_sparsemax(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss at α = 2 is the sparsemax loss."""
    z, y = draw(rng, "real", "simplex", shape=CLASSES)
    return equal("fenchel_young", "sparsemax", loss.fenchel_young(z, y, alpha=2), loss.sparsemax(z, y))


def fenchel_young_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """Fenchel-Young loss with a one-hot target tends to cross-entropy as α → 1."""
    z, y, _ = _labels(rng)
    right = loss.cross_entropy(z, y)
    return limit("fenchel_young", "cross_entropy", TO_ZERO, lambda more: (loss.fenchel_young(z, y, alpha=1 + more), right))
