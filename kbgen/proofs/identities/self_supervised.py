"""Identities of the family self_supervised."""

import itertools

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import (
    BATCH,
    CLASSES,
    POINTS,
    TO_ZERO,
    VECTORS,
    Identity,
    bound,
    cosines_of_rows,
    draw,
    entropy,
    equal,
    limit,
    log_softmax,
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


def siglip_is_binary_cross_entropy_of_every_pair(rng: np.random.Generator) -> Identity:
    """SigLIP is binary cross-entropy with the logits t c + b and a label for each pair, summed over the texts of an image."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    cosines = cosines_of_rows(a[:, None], b[None])
    each = loss.binary_cross_entropy_with_logits(7 * cosines.ravel() - 3, np.eye(len(a)).ravel())
    right = each.reshape(len(a), -1).sum(axis=1)
    return equal("siglip", "binary_cross_entropy_with_logits", loss.siglip(a, b, scale=7, bias=-3), right)


def siglip_adds_up_over_blocks(rng: np.random.Generator) -> Identity:
    """SigLIP of a batch is the sum of soft margin losses over its blocks, computed in any order."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    n, total = len(a), np.zeros(len(a))
    for start in (8, 0, 4):
        texts = np.arange(start, start + 4)
        logits = 5 * cosines_of_rows(a[:, None], b[texts]) - 2
        sign = np.where(np.arange(n)[:, None] == texts, 1.0, -1.0)
        total += loss.soft_margin(logits.ravel(), sign.ravel()).reshape(n, 4).sum(axis=1)
    return equal("siglip", "soft_margin", loss.siglip(a, b, scale=5, bias=-2), total)


def siglip_of_low_bias_tends_to_byol(rng: np.random.Generator) -> Identity:
    """SigLIP plus b + t tends to t / 2 times the BYOL loss of the own pair as b → −∞: only the pull is left."""
    a, b = draw(rng, "nonzero_vector", "nonzero_vector", shape=BATCH)
    right = 2 / 2 * loss.byol(a, b)

    def sides(small: float) -> tuple[Array, Array]:
        bias = float(np.log(small))
        return loss.siglip(a, b, scale=2.0, bias=bias) + bias + 2, right

    return limit("siglip", "byol", (1e-2, 1e-3, 1e-4, 1e-5), sides)


def barlow_twins_is_squared_error_of_correlations(rng: np.random.Generator) -> Identity:
    """Barlow Twins is the squared error of the correlations against the identity matrix, the rest of it times λ."""
    first, second = draw(rng, "real", "real", shape=(40, 6, 3))
    u, v = (np.swapaxes(z - z.mean(axis=1, keepdims=True), 1, 2) for z in (first, second))
    cosines = 1 - _every_pair(u, v)
    each = loss.squared_error(cosines, np.broadcast_to(np.eye(3), cosines.shape))
    right = np.sum(each * np.where(np.eye(3), 1, 0.3), axis=(1, 2))
    found = loss.barlow_twins(first, second, lam=0.3)
    return equal("barlow_twins", "squared_error", found, right, "cosine_similarity_loss")


def _every_pair(u: Array, v: Array) -> Array:
    """Cosine similarity loss of feature i of u and feature j of v, for sets of features (n, d, N)."""
    n, d, count = u.shape
    rows = [np.broadcast_to(x, (n, d, d, count)).reshape(-1, count) for x in (u[:, :, None], v[:, None])]
    return np.asarray(loss.cosine_similarity_loss(*rows)).reshape(n, d, d)


def barlow_twins_of_one_feature_is_a_square(rng: np.random.Generator) -> Identity:
    """Barlow Twins of a single feature is the square of the cosine similarity loss of its two centred views."""
    first, second = draw(rng, "real", "real", shape=(POINTS, 6, 1))
    u, v = ((z - z.mean(axis=1, keepdims=True))[..., 0] for z in (first, second))
    right = loss.cosine_similarity_loss(u, v) ** 2
    return equal("barlow_twins", "cosine_similarity_loss", loss.barlow_twins(first, second, lam=2.0), right)


def vicreg_without_its_guards_is_squared_error(rng: np.random.Generator) -> Identity:
    """VICReg with μ = ν = 0 is λ times the squared error, summed over the features and averaged over the examples."""
    first, second = draw(rng, "real", "real", shape=(50, 6, 3))
    right = 3 * loss.squared_error(first, second).sum(axis=2).mean(axis=1)
    return equal("vicreg", "squared_error", loss.vicreg(first, second, lam=3.0, mu=0.0, nu=0.0), right)


def variance_in_vicreg_is_a_hinge(rng: np.random.Generator) -> Identity:
    """VICReg with λ = ν = 0 is μ times the hinge loss of the deviations, averaged over the features of each view."""
    views = [0.5 * z for z in draw(rng, "real", "real", shape=(50, 6, 3))]
    deviations = [np.sqrt(z.var(axis=1, ddof=1) + 1e-4) for z in views]
    right = 2 * sum(loss.hinge(s, ones(s)).mean(axis=1) for s in deviations)
    return equal("vicreg", "hinge", loss.vicreg(*views, lam=0.0, mu=2.0, nu=0.0), right)


def covariance_in_vicreg_is_barlow_twins_of_a_view_with_itself(rng: np.random.Generator) -> Identity:
    """VICReg of two standardised views with λ = 0 is ν / (d λ') times the sum of Barlow Twins of each view with itself."""
    views = draw(rng, "real", "real", shape=(50, 6, 3))
    scaled = [(z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, ddof=1, keepdims=True) for z in views]
    right = 5 / (3 * 0.2) * sum(loss.barlow_twins(z, z, lam=0.2) for z in scaled)
    return equal("vicreg", "barlow_twins", loss.vicreg(*scaled, lam=0.0, mu=4.0, nu=5.0), right)


def byol_is_twice_the_cosine_similarity_loss(rng: np.random.Generator) -> Identity:
    """BYOL loss is twice the cosine similarity loss."""
    q, z = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    return equal("byol", "cosine_similarity_loss", loss.byol(q, z), 2 * loss.cosine_similarity_loss(q, z))


def byol_is_squared_error_of_directions(rng: np.random.Generator) -> Identity:
    """BYOL loss is the squared error of the unit vectors, summed over the coordinates."""
    q, z = draw(rng, "nonzero_vector", "nonzero_vector", shape=VECTORS)
    right = loss.squared_error(unit(q), unit(z)).sum(axis=1)
    return equal("byol", "squared_error", loss.byol(q, z), right)


def dino_is_cross_entropy_with_the_teacher(rng: np.random.Generator) -> Identity:
    """DINO is cross-entropy with the student over τₛ as logits and the centred teacher over τₜ, through a softmax, as target."""
    s, t = draw(rng, "real", "real", shape=CLASSES)
    (c,) = draw(rng, "real", shape=(4,))
    right = loss.cross_entropy(s / 0.2, np.exp(log_softmax((t - c) / 0.5)))
    return equal("dino", "cross_entropy", loss.dino(s, t, c, tau_s=0.2, tau_t=0.5), right)


def dino_is_listnet_of_scaled_outputs(rng: np.random.Generator) -> Identity:
    """DINO is ListNet with the student over τₛ for scores and the centred teacher over τₜ for grades."""
    s, t = draw(rng, "real", "real", shape=CLASSES)
    (c,) = draw(rng, "real", shape=(4,))
    return equal("dino", "listnet", loss.dino(s, t, c, tau_s=0.3, tau_t=0.7), loss.listnet(s / 0.3, (t - c) / 0.7))


def dino_is_distillation_plus_the_entropy_of_the_teacher(rng: np.random.Generator) -> Identity:
    """DINO without a centre and with one temperature T is distillation at α = 1 over T², plus the entropy of the teacher."""
    s, t = draw(rng, "real", "real", shape=CLASSES)
    taught = np.exp(log_softmax(t / 2))
    distilled = loss.knowledge_distillation(s, t, np.zeros(POINTS), temperature=2.0, alpha=1.0)
    left = loss.dino(s, t, np.zeros(4), tau_s=2.0, tau_t=2.0)
    return equal("dino", "knowledge_distillation", left, distilled / 4 + entropy(taught))
