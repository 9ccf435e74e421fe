"""Identities of the family ranking."""

import itertools

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    CLASSES,
    POINTS,
    TO_INFINITY,
    Identity,
    bound,
    cosines_of_rows,
    draw,
    entropy,
    equal,
    limit,
    log_softmax,
    loss,
    sigmoid,
)


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


def listmle_is_the_sum_of_cross_entropies_of_the_draws(rng: np.random.Generator) -> Identity:
    """ListMLE is cross-entropy over the items still left, summed over the draws from the highest grade to the lowest."""
    (s,) = draw(rng, "real", shape=CLASSES)
    ranked = np.argsort(rng.random(CLASSES), axis=1)
    in_order = np.take_along_axis(s, ranked, axis=1)
    grades = np.zeros(CLASSES)
    np.put_along_axis(grades, ranked, np.broadcast_to([3.0, 2.0, 1.0, 0.0], CLASSES), axis=1)
    first = [np.tile(np.eye(4 - k)[0], (POINTS, 1)) for k in range(4)]
    right = sum(loss.cross_entropy(in_order[:, k:], first[k]) for k in range(4))
    return equal("listmle", "cross_entropy", loss.listmle(s, grades), right)


def listmle_is_cox_where_everyone_has_the_event(rng: np.random.Generator) -> Identity:
    """ListMLE is the Cox partial likelihood summed over a list whose items all have the event, earlier for higher grades."""
    s, y = draw(rng, "real", "count", shape=(50, 6))
    lists = zip(s, y, strict=True)
    right = [loss.cox_partial_likelihood(h, 20 - grade, np.ones(6)).sum() for h, grade in lists]
    return equal("listmle", "cox_partial_likelihood", loss.listmle(s, y), right)


def listmle_of_two_items_is_ranknet(rng: np.random.Generator) -> Identity:
    """ListMLE of two items of different grades is RankNet at σ = 1."""
    (s,) = draw(rng, "real", shape=(POINTS, 2))
    y = np.tile([1.0, 0.0], (POINTS, 1))
    return equal("listmle", "ranknet", loss.listmle(s, y), loss.ranknet(s, y, sigma=1.0))


def lambdarank_weighs_bradley_terry_by_what_an_exchange_does_to_ndcg(rng: np.random.Generator) -> Identity:
    """LambdaRank is the sum over pairs of the Bradley-Terry loss times the change of NDCG by exchanging the two."""
    s, y = draw(rng, "real", "count", shape=(POINTS, 5))
    y[:, 0] += 1  # the gains of a list are not all zero
    right = np.zeros(POINTS)
    for i, j in itertools.permutations(range(5), 2):
        swapped = s.copy()
        swapped[:, [i, j]] = s[:, [j, i]]
        change = np.abs(_ndcg(s, y) - _ndcg(swapped, y))
        right += (y[:, i] > y[:, j]) * change * loss.bradley_terry(2 * s[:, i], 2 * s[:, j])
    return equal("lambdarank", "bradley_terry", loss.lambdarank(s, y, sigma=2.0), right)


def _ndcg(scores: Array, grades: Array) -> Array:
    """Normalised discounted cumulative gain of each list."""
    order = np.argsort(-scores, axis=1, kind="stable")
    gains = 2.0**grades - 1
    discount = 1 / np.log2(2 + np.arange(scores.shape[1]))
    best = -np.sort(-gains, axis=1) @ discount
    return np.asarray(np.take_along_axis(gains, order, axis=1) @ discount / best)


def lambdarank_of_two_items_is_a_share_of_ranknet(rng: np.random.Generator) -> Identity:
    """LambdaRank of two items graded 1 and 0 is 1 − 1 / log₂ 3 times RankNet."""
    (s,) = draw(rng, "real", shape=(POINTS, 2))
    y = np.tile([1.0, 0.0], (POINTS, 1))
    left = loss.lambdarank(s, y, sigma=3.0)
    return equal("lambdarank", "ranknet", left, (1 - 1 / np.log2(3)) * loss.ranknet(s, y, sigma=3.0))


def lambdarank_is_at_most_ranknet(rng: np.random.Generator) -> Identity:
    """LambdaRank never exceeds RankNet, since no exchange changes NDCG by more than 1, and equal where no two grades differ."""
    s, y = draw(rng, "real", "count", shape=(POINTS, 5))
    last = np.zeros((1, 5))  # equal grades: no pair, and both are zero
    s, y = np.concatenate([s, last]), np.concatenate([y, last])
    return bound("lambdarank", "ranknet", loss.lambdarank(s, y, sigma=2.0), loss.ranknet(s, y, sigma=2.0))


def label_ranking_is_the_mean_of_zero_one_over_pairs(rng: np.random.Generator) -> Identity:
    """Label ranking loss is the 0-1 loss of sᵢ − sⱼ, averaged over the pairs of a label that applies and one that does not."""
    s, y = _labelled(rng)
    s = np.round(s)  # with ties
    each = [
        np.mean([loss.zero_one(np.array([a - b]), np.ones(1))[0] for a in row[on] for b in row[~on]])
        for row, on in zip(s, y > 0, strict=True)
    ]
    return equal("label_ranking", "zero_one", loss.label_ranking(s, y), each)


def _labelled(rng: np.random.Generator) -> tuple[Array, Array]:
    """Scores of six labels, of which two or three apply."""
    y = np.zeros((POINTS, 6))
    y[:, :2], y[:, 2] = 1, rng.integers(2, size=POINTS)
    return rng.normal(0, 2, y.shape), y


def label_ranking_is_at_most_the_mean_of_ranknet_over_pairs(rng: np.random.Generator) -> Identity:
    """Label ranking loss is at most RankNet over log 2 and the number of pairs, and equal where all scores tie."""
    s, y = _labelled(rng)
    s[-1] = 0
    pairs = y.sum(axis=1) * (6 - y.sum(axis=1))
    return bound("label_ranking", "ranknet", loss.label_ranking(s, y), loss.ranknet(s, y, sigma=1.0) / np.log(2) / pairs)


def bpr_is_bradley_terry_of_a_choice(rng: np.random.Generator) -> Identity:
    """BPR loss is the Bradley-Terry loss with the chosen item preferred."""
    a, b = draw(rng, "real", "real")
    return equal("bpr", "bradley_terry", loss.bpr(a, b), loss.bradley_terry(a, b))


def bpr_over_log_two_bounds_the_share_of_wrong_pairs(rng: np.random.Generator) -> Identity:
    """BPR loss averaged over a user's pairs, divided by log 2, is at least the label ranking loss of the chosen items."""
    s, y = _labelled(rng)
    s[-1] = 0
    rows = zip(s, y > 0, strict=True)
    large = [np.mean(loss.bpr(np.repeat(row[on], (~on).sum()), np.tile(row[~on], on.sum()))) for row, on in rows]
    return bound("bpr", "label_ranking", loss.label_ranking(s, y), np.array(large) / np.log(2))


def bpr_is_info_nce_with_one_negative(rng: np.random.Generator) -> Identity:
    """BPR loss of cosines over τ is InfoNCE with a single negative."""
    q, p, k = draw(rng, "nonzero_vector", "nonzero_vector", "nonzero_vector", shape=(POINTS, 3))
    right = loss.info_nce(q, p, k[:, None], tau=0.4)
    return equal("bpr", "info_nce", loss.bpr(cosines_of_rows(q, p) / 0.4, cosines_of_rows(q, k) / 0.4), right)
