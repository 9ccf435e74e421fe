"""Identities of the family metric_learning."""

import numpy as np
from numpy.typing import ArrayLike

from kbgen.losses.domains import DOMAINS, Array
from kbgen.proofs.relations import (
    BATCH,
    CLASSES,
    POINTS,
    TO_INFINITY,
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


def cosine_embedding_of_alike_pairs_is_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Cosine embedding loss with y = 1 is the cosine similarity loss."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = loss.cosine_embedding(a, b, np.ones(POINTS))
    return equal("cosine_embedding", "cosine_similarity_loss", left, loss.cosine_similarity_loss(a, b))


def cosine_embedding_of_other_pairs_is_two_minus_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Cosine embedding loss with y = −1 and m = −1 is 2 minus the cosine similarity loss."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = loss.cosine_embedding(a, b, -np.ones(POINTS), margin=-1.0)
    return equal("cosine_embedding", "cosine_similarity_loss", left, 2 - loss.cosine_similarity_loss(a, b))


def contrastive_of_similar_pairs_is_half_squared_error(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 1 is half the squared error, summed over the components."""
    a, b = draw(rng, "real", "real", shape=VECTORS)
    right = 0.5 * loss.squared_error(a, b).sum(axis=1)
    return equal("contrastive", "squared_error", loss.contrastive(a, b, np.ones(POINTS)), right)


def contrastive_of_similar_unit_vectors_is_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 1 is the cosine similarity loss if both vectors have length 1."""
    a, b = draw(rng, "unit_vector", "unit_vector", shape=VECTORS)
    return equal(
        "contrastive", "cosine_similarity_loss", loss.contrastive(a, b, np.ones(POINTS)), loss.cosine_similarity_loss(a, b)
    )


def contrastive_of_other_pairs_is_half_squared_hinge_of_the_distance(rng: np.random.Generator) -> Identity:
    """Contrastive loss with y = 0 is m² / 2 times the squared hinge loss of the distance over m, with the label 1."""
    a, b = draw(rng, "cosine", "cosine", shape=VECTORS)
    right = 0.5 * 1.5**2 * loss.squared_hinge(np.linalg.norm(a - b, axis=1) / 1.5, np.ones(POINTS))
    return equal("contrastive", "squared_hinge", loss.contrastive(a, b, np.zeros(POINTS), margin=1.5), right)


def triplet_margin_is_margin_ranking_of_distances(rng: np.random.Generator) -> Identity:
    """Triplet margin loss is the margin ranking loss with ‖a − q‖ as s₁ and ‖a − p‖ as s₂."""
    a, p, q = draw(rng, "real", "real", "real", shape=VECTORS)
    far, near = np.linalg.norm(a - q, axis=1), np.linalg.norm(a - p, axis=1)
    right = loss.margin_ranking(far, near, np.ones(POINTS), margin=0.7)
    return equal("triplet_margin", "margin_ranking", loss.triplet_margin(a, p, q, margin=0.7), right)


def arcface_without_margin_is_cross_entropy_of_scaled_cosines(rng: np.random.Generator) -> Identity:
    """ArcFace with m = 0 is cross-entropy with the logits s cos θⱼ."""
    (c,), (y,) = draw(rng, "cosine", shape=CLASSES), draw(rng, "index")
    right = loss.cross_entropy(8 * c, np.eye(4)[y.astype(int)])
    return equal("arcface", "cross_entropy", loss.arcface(c, y, margin=0.0, scale=8.0), right)


def cosface_is_cross_entropy_of_cosines_less_the_margin(rng: np.random.Generator) -> Identity:
    """CosFace is the cross-entropy of the logits s (c − m y), where y is the one-hot vector of the class."""
    c, y = draw(rng, "cosine", "one_hot", shape=CLASSES)
    left = loss.cosface(c, y.argmax(axis=1), margin=0.3, scale=8.0)
    return equal("cosface", "cross_entropy", left, loss.cross_entropy(8 * (c - 0.3 * y), y))


def cosface_is_arcface_of_shifted_cosines(rng: np.random.Generator) -> Identity:
    """CosFace is ArcFace without margin at cosines of which that of the class was lowered by m."""
    c, y = draw(rng, "cosine", "one_hot", shape=CLASSES)
    c, label = c / 2, y.argmax(axis=1)
    right = loss.arcface(c - 0.3 * y, label, margin=0.0, scale=8.0)
    return equal("cosface", "arcface", loss.cosface(c, label, margin=0.3, scale=8.0), right)


def cosface_tends_to_multiclass_hinge(rng: np.random.Generator) -> Identity:
    """CosFace over s tends to m times the multi-class hinge loss of c / m as s → ∞."""
    c, y = draw(rng, "cosine", "one_hot", shape=CLASSES)
    label, m = y.argmax(axis=1), 0.4
    right = m * loss.multiclass_hinge(c / m, label)
    return limit("cosface", "multiclass_hinge", TO_INFINITY, lambda s: (loss.cosface(c, label, margin=m, scale=s) / s, right))


def center_is_half_the_sum_of_squared_errors(rng: np.random.Generator) -> Identity:
    """Center loss is half the squared error of x and its centre, summed over the components."""
    x, c = draw(rng, "real", "real", shape=VECTORS)
    y = rng.integers(POINTS, size=POINTS)
    return equal("center", "squared_error", loss.center(x, c, y), 0.5 * loss.squared_error(x, c[y]).sum(axis=1))


def center_is_contrastive_with_the_own_centre(rng: np.random.Generator) -> Identity:
    """Center loss is the contrastive loss of x and its centre as a similar pair."""
    x, c = draw(rng, "real", "real", shape=VECTORS)
    y = rng.integers(POINTS, size=POINTS)
    return equal("center", "contrastive", loss.center(x, c, y), loss.contrastive(x, c[y], np.ones(POINTS)))


def n_pair_is_cross_entropy_of_products(rng: np.random.Generator) -> Identity:
    """N-pair loss is the cross-entropy with the matrix of products as logits and the diagonal as target."""
    a, p = draw(rng, "real", "real", shape=BATCH)
    return equal("n_pair", "cross_entropy", loss.n_pair(a, p), loss.cross_entropy(a @ p.T, np.eye(len(a))))


def n_pair_of_unit_vectors_is_info_nce(rng: np.random.Generator) -> Identity:
    """N-pair loss of unit vectors, the anchors over τ, is InfoNCE with the other positives as negatives."""
    a, p = (unit(x) for x in draw(rng, "real", "real", shape=BATCH))
    others = np.stack([np.delete(p, i, axis=0) for i in range(len(p))])
    return equal("n_pair", "info_nce", loss.n_pair(a / 0.4, p), loss.info_nce(a, p, others, tau=0.4))


def n_pair_of_two_pairs_is_soft_margin(rng: np.random.Generator) -> Identity:
    """N-pair loss of anchor 1 of two is the soft margin loss of a₁·(p₁ − p₂) with the label 1."""
    a, p, q = draw(rng, "real", "real", "real", shape=VECTORS)
    left = [loss.n_pair(np.stack([x, x]), np.stack([y, z]))[0] for x, y, z in zip(a, p, q, strict=True)]
    return equal("n_pair", "soft_margin", left, loss.soft_margin(np.sum(a * (p - q), axis=1), np.ones(POINTS)))


def _batches(rng: np.random.Generator, *labels: int) -> tuple[list[Array], Array]:
    """Twenty small batches of embeddings, and the labels that all of them have."""
    return [DOMAINS["real"].draw(rng, (len(labels), 3)) for _ in range(20)], np.array(labels, float)


def multi_similarity_of_an_alike_pair_is_soft_margin(rng: np.random.Generator) -> Identity:
    """Multi-similarity loss of two items of one class is 1 / α times the soft margin loss of α (c − λ) with the label 1."""
    batches, y = _batches(rng, 0, 0)
    c = cosines_of_rows(*np.stack(batches, axis=1))
    left = [loss.multi_similarity(x, y, alpha=3.0, base=0.2)[0] for x in batches]
    return equal("multi_similarity", "soft_margin", left, loss.soft_margin(3 * (c - 0.2), ones(c)) / 3)


def multi_similarity_of_strangers_tends_to_cosine_embedding(rng: np.random.Generator) -> Identity:
    """Multi-similarity loss of two items of two classes tends to the cosine embedding loss of a dissimilar pair as β → ∞."""
    batches, y = _batches(rng, 0, 1)
    a, b = np.stack(batches, axis=1)
    right = loss.cosine_embedding(a, b, -np.ones(len(a)), margin=0.3)

    def sides(beta: float) -> tuple[ArrayLike, Array]:
        return [loss.multi_similarity(x, y, beta=beta, base=0.3)[0] for x in batches], right

    return limit("multi_similarity", "cosine_embedding", TO_INFINITY, sides)


def circle_of_three_is_soft_margin_on_a_circle(rng: np.random.Generator) -> Identity:
    """Circle loss of one positive and one negative with c ≥ −m is the soft margin loss of γ (2 m² − c² − (1 − c′)²), label 1."""
    batches, y = _batches(rng, 0, 0, 1)
    anchor, positive, negative = np.stack(batches, axis=1)
    own, other = cosines_of_rows(anchor, positive), cosines_of_rows(anchor, negative)
    left = np.array([loss.circle(x, y, margin=0.3, gamma=4.0)[0] for x in batches])
    left, own, other = (a[other > -0.3] for a in (left, own, other))
    right = loss.soft_margin(4 * (2 * 0.3**2 - other**2 - (1 - own) ** 2), ones(own))
    return equal("circle", "soft_margin", left, right)


def proxy_anchor_of_one_item_is_soft_margin(rng: np.random.Generator) -> Identity:
    """Proxy-anchor loss of one class and its one embedding is the soft margin loss of α (c − δ) with the label 1."""
    p, z = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    left = [loss.proxy_anchor(a[None], b[None], [0.0], alpha=3.0, margin=0.4)[0] for a, b in zip(p, z, strict=True)]
    cos = cosines_of_rows(p, z)
    return equal("proxy_anchor", "soft_margin", left, loss.soft_margin(3 * (cos - 0.4), ones(cos)))


def proxy_anchor_of_strangers_is_half_a_multi_similarity_loss(rng: np.random.Generator) -> Identity:
    """Proxy-anchor loss of a class not in a batch of one is α / K times the multi-similarity loss of both, β = α and λ = −δ."""
    p, z = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    other = [loss.proxy_anchor(np.stack([b, a]), b[None], [0.0], alpha=5.0, margin=0.2)[1] for a, b in zip(p, z, strict=True)]
    right = [loss.multi_similarity(np.stack([a, b]), [0.0, 1.0], beta=5.0, base=-0.2)[0] for a, b in zip(p, z, strict=True)]
    return equal("proxy_anchor", "multi_similarity", other, 2.5 * np.array(right))


def lifted_structure_of_a_coinciding_pair_is_contrastive(rng: np.random.Generator) -> Identity:
    """Lifted structured loss of two coinciding items and a negative sums to a contrastive loss with y = 0 and margin m + log 2."""
    a, b = draw(rng, "cosine", "cosine", shape=VECTORS)
    left = [np.sum(loss.lifted_structure(np.stack([x, x, z]), [0.0, 0, 1], margin=0.8)) for x, z in zip(a, b, strict=True)]
    right = loss.contrastive(a, b, np.zeros(POINTS), margin=0.8 + np.log(2))
    return equal("lifted_structure", "contrastive", left, right)


def half_the_squared_triplet_margin_is_at_most_lifted_structure(rng: np.random.Generator) -> Identity:
    """Half the squared triplet margin loss is at most the lifted structured loss of three, near it with the positive far off."""
    a, p, q = draw(rng, "cosine", "cosine", "cosine", shape=VECTORS)
    a[-1], p[-1], q[-1] = 0, (-60, 0, 0), (1, 0, 0)
    large = [np.sum(loss.lifted_structure(np.stack(x), [0.0, 0, 1], margin=1.0)) for x in zip(a, p, q, strict=True)]
    small = 0.5 * loss.triplet_margin(a, p, q, margin=1.0) ** 2
    return bound("triplet_margin", "lifted_structure", small, large)


def sphereface_without_margin_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """SphereFace with m = 1 is the cross-entropy of the logits r c."""
    c, y = draw(rng, "cosine", "one_hot", shape=CLASSES)
    (r,) = draw(rng, "positive")
    right = loss.cross_entropy(r[:, None] * c, y)
    return equal("sphereface", "cross_entropy", loss.sphereface(c, r, y.argmax(axis=1), margin=1), right)


def cosface_without_margin_is_at_most_sphereface(rng: np.random.Generator) -> Identity:
    """CosFace with m = 0 and s = r is at most SphereFace with m = 4, and equal where the angle to the own class is 0."""
    c, y = draw(rng, "cosine", "one_hot", shape=CLASSES)
    label = y.argmax(axis=1)
    c[-1, label[-1]] = 1
    large = loss.sphereface(c, np.full(POINTS, 2.5), label, margin=4)
    return bound("cosface", "sphereface", loss.cosface(c, label, margin=0.0, scale=2.5), large)
