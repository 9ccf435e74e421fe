"""Identities of the family distillation."""

import numpy as np

from kbgen.proofs.relations import CLASSES, TO_INFINITY, Identity, draw, entropy, equal, limit, log_softmax, loss


def distillation_without_teacher_is_nll(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 0 is the negative log-likelihood loss of log-softmax of the student."""
    (s, t), (y,) = draw(rng, "real", "real", shape=CLASSES), draw(rng, "index")
    left = loss.knowledge_distillation(s, t, y, alpha=0.0)
    return equal("knowledge_distillation", "nll", left, loss.nll(log_softmax(s), y))


def distillation_without_label_is_kl_divergence(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 1 and T = 1 is the KL divergence of the softmax of the student from that of the teacher."""
    (s, t), (y,) = draw(rng, "real", "real", shape=CLASSES), draw(rng, "index")
    left = loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=1.0)
    right = loss.kl_divergence(np.exp(log_softmax(s)), np.exp(log_softmax(t)))
    return equal("knowledge_distillation", "kl_divergence", left, right)


def distillation_from_a_smoothed_label_is_label_smoothing(rng: np.random.Generator) -> Identity:
    """Knowledge distillation (α = T = 1) from a teacher who smooths labels is label smoothing cross-entropy minus an entropy."""
    (s, y), eps = draw(rng, "real", "one_hot", shape=CLASSES), 0.1
    smoothed = (1 - eps) * y + eps / 4
    left = loss.knowledge_distillation(s, np.log(smoothed), y.argmax(axis=1), alpha=1.0, temperature=1.0)
    right = loss.label_smoothing_cross_entropy(s, y, eps=eps) - entropy(smoothed)
    return equal("knowledge_distillation", "label_smoothing_cross_entropy", left, right)


def hot_distillation_tends_to_squared_error_of_logits(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 1 tends to the summed squared error of the centred logits over 2 K as T → ∞."""
    (s, t), (y,) = draw(rng, "real", "real", shape=CLASSES), draw(rng, "index")
    centred = (a - a.mean(axis=1, keepdims=True) for a in (s, t))
    right = loss.squared_error(*centred).sum(axis=1) / (2 * 4)
    return limit(
        "knowledge_distillation",
        "squared_error",
        TO_INFINITY[1:],
        lambda heat: (loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=heat), right),
    )
