"""Identities of the family self_supervised."""

import itertools

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    BATCH,
    POINTS,
    TO_ZERO,
    VECTORS,
    Identity,
    bound,
    cosines_of_rows,
    draw,
    equal,
    limit,
    loss,
    ones,
    unit,
)


def _rest(n: int) -> Array:
    """Row i: the numbers below n without i."""
    return np.array([[j for j in range(n) if j != i] for i in range(n)])


def _candidates(rng: np.random.Generator, negatives: int) -> list[Array]:
    """Queries, their positives, and as many negatives for each."""
    pairs = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    return [*pairs, *draw(rng, "nonzero_vector", shape=(POINTS, negatives, 3))]


def info_nce_is_cross_entropy_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE is cross-entropy with cosines over τ as logits and the positive as the right class."""
    q, p, k = _candidates(rng, 5)
    cosines = cosines_of_rows(q[:, None], np.concatenate([p[:, None], k], axis=1))
    right = loss.cross_entropy(cosines / 0.2, np.tile(np.eye(6)[0], (POINTS, 1)))
    return equal("info_nce", "cross_entropy", loss.info_nce(q, p, k, tau=0.2), right)


def info_nce_with_one_negative_is_soft_margin_of_the_gap(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative is the soft margin loss of (cos(q, k₊) − cos(q, k₁)) / τ."""
    q, p, k = _candidates(rng, 1)
    gap = (cosines_of_rows(q, p) - cosines_of_rows(q, k[:, 0])) / 0.5
    return equal("info_nce", "soft_margin", loss.info_nce(q, p, k, tau=0.5), loss.soft_margin(gap, ones(gap)))


def info_nce_with_one_negative_is_bradley_terry_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative is the Bradley-Terry loss of the rewards cos(q, k₊) / τ and cos(q, k₁) / τ."""
    q, p, k = _candidates(rng, 1)
    right = loss.bradley_terry(cosines_of_rows(q, p) / 0.5, cosines_of_rows(q, k[:, 0]) / 0.5)
    return equal("info_nce", "bradley_terry", loss.info_nce(q, p, k, tau=0.5), right)


def cold_info_nce_tends_to_margin_ranking_of_similarities(rng: np.random.Generator) -> Identity:
    """InfoNCE with one negative, times τ, tends to the margin ranking loss of both cosines with m = 0 as τ → 0."""
    q, p, k = _candidates(rng, 1)
    right = loss.margin_ranking(cosines_of_rows(q, p), cosines_of_rows(q, k[:, 0]), np.ones(POINTS), margin=0.0)
    return limit("info_nce", "margin_ranking", TO_ZERO, lambda tau: (tau * loss.info_nce(q, p, k, tau=tau), right))


def info_nce_ignores_lengths(rng: np.random.Generator) -> Identity:
    """InfoNCE stays the same when the embeddings are stretched, each by a positive number of its own."""
    q, p, k = _candidates(rng, 5)
    a, b = draw(rng, "positive", "positive", shape=(POINTS, 1))
    (c,) = draw(rng, "positive", shape=(POINTS, 5, 1))
    return equal("info_nce", "info_nce", loss.info_nce(a * q, b * p, c * k, tau=0.2), loss.info_nce(q, p, k, tau=0.2))


def nt_xent_is_info_nce_with_the_rest_of_the_batch(rng: np.random.Generator) -> Identity:
    """NT-Xent is InfoNCE with the 2N − 2 other embeddings of the batch as negatives, averaged over both views."""
    first, second = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    views, n = np.concatenate([first, second]), len(first)
    negatives = np.array([[j for j in range(2 * n) if j % n != i % n] for i in range(2 * n)])
    each = loss.info_nce(views, np.roll(views, n, axis=0), views[negatives], tau=0.3)
    return equal("nt_xent", "info_nce", loss.nt_xent(first, second, tau=0.3), each.reshape(2, n).mean(axis=0))


def nt_xent_is_supervised_contrastive_with_numbers_for_labels(rng: np.random.Generator) -> Identity:
    """NT-Xent is the supervised contrastive loss with the number of the example as label, averaged over both views."""
    first, second = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    each = loss.supervised_contrastive(np.concatenate([first, second]), np.tile(np.arange(len(first)), 2), tau=0.3)
    right = each.reshape(2, -1).mean(axis=0)
    return equal("nt_xent", "supervised_contrastive", loss.nt_xent(first, second, tau=0.3), right)


def supervised_contrastive_is_the_mean_of_info_nce_over_positives(rng: np.random.Generator) -> Identity:
    """Supervised contrastive loss is InfoNCE with all others as negatives, averaged over the positives of the anchor."""
    (z,) = draw(rng, "nonzero_vector", shape=BATCH)
    label, everyone = np.arange(len(z)) % 3, set(range(len(z)))
    pairs = [(i, j) for i, j in itertools.permutations(everyone, 2) if label[i] == label[j]]
    anchor, positive = np.array(pairs).T
    negatives = np.array([sorted(everyone - {i, j}) for i, j in pairs])
    each = loss.info_nce(z[anchor], z[positive], z[negatives], tau=0.3)
    right = np.bincount(anchor, each) / np.bincount(anchor)
    return equal("supervised_contrastive", "info_nce", loss.supervised_contrastive(z, label, tau=0.3), right)


def supervised_contrastive_is_cross_entropy_with_several_right_answers(rng: np.random.Generator) -> Identity:
    """Supervised contrastive loss is cross-entropy with cosines over τ as logits and a target shared by the positives."""
    (z,) = draw(rng, "nonzero_vector", shape=BATCH)
    label, rest = np.arange(len(z)) % 3, _rest(len(z))
    cosines = cosines_of_rows(z[:, None], z[rest])
    same = (label[rest] == label[:, None]).astype(float)
    right = loss.cross_entropy(cosines / 0.3, same / same.sum(axis=1, keepdims=True))
    return equal("supervised_contrastive", "cross_entropy", loss.supervised_contrastive(z, label, tau=0.3), right)


def clip_is_the_mean_of_info_nce_in_both_directions(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss is the mean of InfoNCE from images to texts and from texts to images."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    rest = _rest(len(a))
    right = (loss.info_nce(a, b, b[rest], tau=0.2) + loss.info_nce(b, a, a[rest], tau=0.2)) / 2
    return equal("clip", "info_nce", loss.clip(a, b, tau=0.2), right)


def clip_is_symmetric(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss stays the same when images and texts are exchanged."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    return equal("clip", "clip", loss.clip(a, b, tau=0.2), loss.clip(b, a, tau=0.2))


def clip_is_at_most_nt_xent(rng: np.random.Generator) -> Identity:
    """CLIP contrastive loss is at most NT-Xent at the same τ, which has more negatives, and equal in a batch of one pair."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    batches = [(a, b), (a[:1], b[:1])]
    small, large = (np.concatenate([f(*batch, tau=0.5) for batch in batches]) for f in (loss.clip, loss.nt_xent))
    return bound("clip", "nt_xent", small, large)


def clip_is_the_mean_of_two_n_pair_losses(rng: np.random.Generator) -> Identity:
    """CLIP loss is the mean N-pair loss of unit vectors over τ, with images as anchors and with texts as anchors."""
    a, b = (unit(x) for x in draw(rng, "real", "real", shape=BATCH))
    right = (loss.n_pair(a / 0.4, b) + loss.n_pair(b / 0.4, a)) / 2
    return equal("clip", "n_pair", loss.clip(a, b, tau=0.4), right)
