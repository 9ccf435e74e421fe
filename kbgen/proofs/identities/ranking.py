"""Identities of the family ranking."""

import itertools

import numpy as np

from kbgen.proofs.relations import CLASSES, POINTS, TO_INFINITY, Identity, draw, entropy, equal, limit, log_softmax, loss, sigmoid


def ranknet_of_two_items_is_bradley_terry(rng: np.random.Generator) -> Identity:
    """RankNet of two items of different grades is the Bradley-Terry loss at σ = 1."""
    (s,) = draw(rng, "real", shape=(POINTS, 2))
    left = loss.ranknet(s, np.tile([1.0, 0.0], (POINTS, 1)), sigma=1.0)
    return equal("ranknet", "bradley_terry", left, loss.bradley_terry(s[:, 0], s[:, 1]))


def ranknet_is_the_sum_of_bradley_terry_over_pairs(rng: np.random.Generator) -> Identity:
    """RankNet is the Bradley-Terry loss of σ sᵢ and σ sⱼ, summed over all pairs with yᵢ > yⱼ."""
    s, y = draw(rng, "real", "count", shape=(POINTS, 5))
    pairs = list(itertools.permutations(range(5), 2))
    right = sum((y[:, i] > y[:, j]) * loss.bradley_terry(2 * s[:, i], 2 * s[:, j]) for i, j in pairs)
    return equal("ranknet", "bradley_terry", loss.ranknet(s, y, sigma=2.0), right)


def ranknet_over_sigma_tends_to_margin_ranking(rng: np.random.Generator) -> Identity:
    """RankNet of two items, over σ, tends to the margin ranking loss with m = 0 as σ → ∞."""
    (s,) = draw(rng, "real", shape=(POINTS, 2))
    y, right = np.tile([1.0, 0.0], (POINTS, 1)), loss.margin_ranking(s[:, 0], s[:, 1], np.ones(POINTS), margin=0.0)
    return limit("ranknet", "margin_ranking", TO_INFINITY, lambda sigma: (loss.ranknet(s, y, sigma=sigma) / sigma, right))


def margin_ranking_is_hinge_of_the_difference(rng: np.random.Generator) -> Identity:
    """Margin ranking loss with m = 1 is the hinge loss of s₁ − s₂."""
    a, b, y = draw(rng, "real", "real", "sign")
    return equal("margin_ranking", "hinge", loss.margin_ranking(a, b, y, margin=1.0), loss.hinge(a - b, y))


def listnet_is_cross_entropy_with_the_softmax_of_grades(rng: np.random.Generator) -> Identity:
    """ListNet is cross-entropy with the scores as logits and the softmax of the grades as target."""
    s, y = draw(rng, "real", "real", shape=CLASSES)
    return equal("listnet", "cross_entropy", loss.listnet(s, y), loss.cross_entropy(s, np.exp(log_softmax(y))))


def listnet_is_kl_divergence_plus_entropy(rng: np.random.Generator) -> Identity:
    """ListNet is the KL divergence of the softmax of scores from the softmax of grades plus the entropy of the latter."""
    s, y = (np.exp(log_softmax(a)) for a in draw(rng, "real", "real", shape=CLASSES))
    return equal("listnet", "kl_divergence", loss.listnet(np.log(s), np.log(y)), loss.kl_divergence(s, y) + entropy(y))


def listnet_of_two_items_is_binary_cross_entropy(rng: np.random.Generator) -> Identity:
    """ListNet of two items is binary cross-entropy with the logit s₁ − s₂ and the target σ(y₁ − y₂)."""
    s, y = draw(rng, "real", "real", shape=(POINTS, 2))
    right = loss.binary_cross_entropy_with_logits(s[:, 0] - s[:, 1], sigmoid(y[:, 0] - y[:, 1]))
    return equal("listnet", "binary_cross_entropy_with_logits", loss.listnet(s, y), right)


def listnet_of_far_grades_tends_to_cross_entropy(rng: np.random.Generator) -> Identity:
    """ListNet tends to cross-entropy with the best item as class when its grade rises above the others by c → ∞."""
    s, y = draw(rng, "real", "one_hot", shape=CLASSES)
    right = loss.cross_entropy(s, y)
    return limit("listnet", "cross_entropy", (1.0, *TO_INFINITY), lambda c: (loss.listnet(s, c * y), right))


def margin_ranking_without_margin_is_perceptron_of_the_difference(rng: np.random.Generator) -> Identity:
    """Margin ranking loss with m = 0 is the perceptron loss of s₁ − s₂."""
    a, b, y = draw(rng, "real", "real", "sign")
    return equal("margin_ranking", "perceptron", loss.margin_ranking(a, b, y, margin=0.0), loss.perceptron(a - b, y))
