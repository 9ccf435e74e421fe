"""Identities of the family distillation."""

import numpy as np

from kbgen.proofs.relations import CLASSES, TO_INFINITY, VECTORS, Identity, draw, entropy, equal, limit, log_softmax, loss


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


def decoupled_kd_adds_up_to_knowledge_distillation(rng: np.random.Generator) -> Identity:
    """Knowledge distillation at α = 1 is decoupled knowledge distillation with α = 1 and 1 − p_y of the teacher for β."""
    (s, t), (y,) = draw(rng, "real", "real", shape=CLASSES), draw(rng, "index")
    target = loss.decoupled_kd(s, t, y, temperature=3.0, alpha=0.5, beta=0.0) / 0.5
    others = loss.decoupled_kd(s, t, y, temperature=3.0, alpha=0.0, beta=2.0) / 2
    sure = np.exp(log_softmax(t / 3))[np.arange(len(y)), y.astype(int)]
    right = loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=3.0)
    return equal("decoupled_kd", "knowledge_distillation", target + (1 - sure) * others, right)


def decoupled_kd_of_two_classes_is_knowledge_distillation(rng: np.random.Generator) -> Identity:
    """Decoupled knowledge distillation of two classes at α = 1 is knowledge distillation at α = 1, whatever β is."""
    (s, t), (y,) = draw(rng, "real", "real", shape=(200, 2)), draw(rng, "index")
    left = loss.decoupled_kd(s, t, y, temperature=3.0, alpha=1.0, beta=5.0)
    return equal("decoupled_kd", "knowledge_distillation", left, loss.knowledge_distillation(s, t, y, alpha=1.0, temperature=3.0))


def hint_with_the_identity_is_half_the_squared_error(rng: np.random.Generator) -> Identity:
    """FitNets hint loss with the identity for W is half the squared error, summed over the features."""
    v, u = draw(rng, "real", "real", shape=VECTORS)
    return equal("fitnets_hint", "squared_error", loss.fitnets_hint(v, u, np.eye(3)), 0.5 * loss.squared_error(v, u).sum(axis=1))


def square_of_attention_transfer_is_twice_the_cosine_loss_of_the_maps(rng: np.random.Generator) -> Identity:
    """Square of the attention transfer loss is twice the cosine similarity loss of the two maps."""
    a, b = draw(rng, "real", "real", shape=(200, 3, 8))
    maps = (np.sum(np.abs(x) ** 3, axis=1) for x in (a, b))
    left = loss.attention_transfer(a, b, power=3.0) ** 2
    return equal("attention_transfer", "cosine_similarity_loss", left, 2 * loss.cosine_similarity_loss(*maps))
