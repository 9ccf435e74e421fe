"""Metric learning."""

import numpy as np

from kbgen.losses.classification import cross_entropy
from kbgen.losses.metric_learning import (
    arcface,
    center,
    circle,
    contrastive,
    cosface,
    cosine_embedding,
    cosine_embedding_grad,
    lifted_structure,
    multi_similarity,
    n_pair,
    proxy_anchor_grad,
    sphereface,
    triplet_margin,
    triplet_margin_grad,
)


def arcface__degrees():
    """A margin of 0.5 for a library that counts in degrees."""
    cosine, label = [[0.5, 0]], [0]
    half_a_degree, default = np.deg2rad(0.5), np.deg2rad(28.6)
    too_little = arcface(cosine, label, margin=half_a_degree, scale=10)
    meant = arcface(cosine, label, margin=default, scale=10)
    wrong = half_a_degree, too_little[0]
    right = default, meant[0]
    return wrong, right


def arcface__beyond_pi():
    """Angles that come nearer to the own class, with the margin beyond pi."""
    nearer, margin = np.array([3.1, 2.9, 2.7]), 0.5
    cosine = np.stack([np.cos(nearer), np.zeros(3)], axis=1)
    wrong = arcface(cosine, [0, 0, 0], margin=margin, scale=10)
    monotone = np.cos(nearer) - margin * np.sin(margin)
    right = np.logaddexp(0, -10 * monotone)
    return wrong, right


def arcface__factors():
    """Whether identity and light have a coordinate each or share two."""
    apart = np.array([[4, 3], [4, -3], [-4, 3], [-4, -3]])
    people, person = np.array([[1, 0], [-1, 0]]), [0, 0, 1, 1]
    turn = np.array([[1, 1], [-1, 1]])
    mixed, turned = apart @ turn, people @ turn
    loss_apart = arcface(apart @ people.T / 5, person, scale=2)
    loss_mixed = arcface(mixed @ turned.T / 10, person, scale=2)
    wrong = np.corrcoef(apart.T)[0, 1], np.corrcoef(mixed.T)[0, 1]
    right = loss_apart.mean(), loss_mixed.mean()
    return wrong, right


def center__collapse():
    """Two items of two classes in a collapsed network."""
    feature, centers, label = np.zeros((2, 8)), np.zeros((2, 8)), [0, 1]
    logits = feature @ np.ones((8, 2))
    wrong = center(feature, centers, label)
    right = cross_entropy(logits, np.eye(2)[label])
    return wrong, right


def center__shrink():
    """Full size and half the size: losses, then ratios of distances."""
    feature, label = np.array([[1.0, 0.0], [3.0, 4.0]]), [0, 1]
    centers = np.array([[0.0, 0.0], [3.0, 3.0]])
    losses, ratios = [], []
    for size in (1, 0.5):
        losses.append(center(size * feature, size * centers, label).mean())
        within = np.linalg.norm(size * (feature - centers), axis=1).mean()
        ratios.append(within / np.linalg.norm(size * (centers[0] - centers[1])))
    wrong, right = losses, ratios
    return wrong, right


def center__mean():
    """A feature of 128 numbers, each of them 0.1 off."""
    import torch

    feature, centers = np.full((1, 128), 0.1), np.zeros((1, 128))
    wrong = torch.nn.MSELoss()(torch.tensor(feature), torch.tensor(centers))
    right = center(feature, centers, [0])
    return wrong, right


def center__update():
    """A centre at 0 after one batch of three features at 1."""
    feature, centers, weight, rate = np.ones((3, 1)), np.zeros((1, 1)), 0.003, 0.5
    pull = np.sum(centers - feature)
    wrong = centers - rate * weight * pull
    right = centers - rate * pull / (1 + len(feature))
    return wrong, right


def circle__detach():
    """Slopes of an anchor by its positive at 0.5 and its negative at -0.2."""
    import torch

    margin, gamma, slopes = 0.4, 10, []
    for constant in (False, True):
        cos = torch.tensor([0.5, -0.2], requires_grad=True)
        weight = torch.stack([1 + margin - cos[0], margin + cos[1]])
        weight = weight.detach() if constant else weight
        short = torch.stack([1 - margin - cos[0], cos[1] - margin])
        torch.nn.functional.softplus(gamma * weight @ short).backward()
        slopes.append(cos.grad)
    wrong, right = slopes
    return wrong, right


def circle__normalise():
    """Embeddings of length 2, as they are and divided by their length."""
    import keras

    embedding, label = 2 * np.array([[1, 0], [0.8, 0.6], [0.6, 0.8]]), [0, 0, 1]
    unit = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
    wrong = keras.losses.circle(label, embedding, gamma=10)
    right = keras.losses.circle(label, unit, gamma=10)
    return wrong, right


def circle__margin():
    """An anchor with a positive at 0.8 and a negative at 0.4, by margin."""
    embedding = [[1, 0], [0.8, 0.6], [0.4, -np.sqrt(0.84)]]
    wrong = circle(embedding, [0, 0, 1], margin=0.25)[0]
    right = circle(embedding, [0, 0, 1], margin=0.4)[0]
    return wrong, right


def contrastive__labels():
    """A similar pair at distance 0.2 and at 0.6."""
    near_and_far = np.array([[0.2, 0.0], [0.6, 0.0]])
    other = np.zeros((2, 2))
    wrong = contrastive(near_and_far, other, similar=[0, 0])
    right = contrastive(near_and_far, other, similar=[1, 1])
    return wrong, right


def contrastive__square():
    """Distance 0.6, for a similar and a dissimilar pair."""
    import torch
    from torch.nn.functional import hinge_embedding_loss

    x, other = np.array([[0.36, 0.48], [0.36, 0.48]]), np.zeros((2, 2))
    distance = torch.tensor([0.6, 0.6])
    alike = torch.tensor([1, -1])
    wrong = hinge_embedding_loss(distance, alike, margin=1, reduction="none")
    right = contrastive(x, other, similar=[1, 0], margin=1)
    return wrong, right


def contrastive__unit_length():
    """Two strangers as far apart as unit vectors can be."""
    unit, opposite = [[1.0, 0.0]], [[-1.0, 0.0]]
    wrong = contrastive(unit, opposite, similar=[0], margin=3)
    right = contrastive(unit, opposite, similar=[0], margin=1)
    return wrong, right


def cosface__accuracy():
    """The class that a correct feature is given, with and without margin."""
    cosine, label, margin, scale = np.array([0.6, 0.4]), 0, 0.35, 64
    logits = scale * cosine
    logits[label] -= scale * margin
    wrong = logits.argmax() == label
    right = cosine.argmax() == label
    return wrong, right


def cosface__scale():
    """A perfect feature among a thousand classes at right angles."""
    cosine = np.zeros((1, 1000))
    cosine[0, 0] = 1
    wrong = cosface(cosine, [0], margin=0.35, scale=1)
    right = cosface(cosine, [0], margin=0.35, scale=64)
    return wrong, right


def cosface__angle():
    """What a margin of 0.35 takes off the cosine at 10, 50 and 90 degrees."""
    theta, margin = np.deg2rad([10, 50, 90]), 0.35
    cosine, classes = np.stack([np.cos(theta), np.zeros(3)], axis=1), [0, 0, 0]
    taken = []
    for loss in (arcface, cosface):
        with_margin = np.log(
            np.expm1(loss(cosine, classes, margin=margin, scale=1))
        )
        taken.append(with_margin + np.cos(theta))
    wrong, right = taken
    return wrong, right


def cosine_embedding__labels():
    """An alike and an unlike pair, both of cosine 0.96."""
    import torch
    from torch.nn.functional import cosine_embedding_loss

    x1 = torch.tensor([[3.0, 4.0], [3.0, 4.0]])
    x2 = torch.tensor([[4.0, 3.0], [4.0, 3.0]])
    zero_one, signs = torch.tensor([1, 0]), torch.tensor([1, -1])
    wrong = cosine_embedding_loss(x1, x2, zero_one, reduction="none")
    right = cosine_embedding_loss(x1, x2, signs, reduction="none")
    return wrong, right


def cosine_embedding__opposite():
    """The push that the loss suggests, and the real one."""
    x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    turned_away = np.array([[0.0, 1.0], [-0.8, 0.6], [-1.0, 0.0]])
    alike = [1, 1, 1]
    wrong = cosine_embedding(x, turned_away, alike)
    gradient, _ = cosine_embedding_grad(x, turned_away, alike)
    right = np.linalg.norm(gradient, axis=1)
    return wrong, right


def cosine_embedding__margin():
    """Alike pairs that the margin was thought to leave in peace."""
    x1, x2 = [[1.0, 0.0], [3.0, 4.0]], [[4.0, 3.0], [4.0, 3.0]]
    cosine, margin = np.array([0.8, 0.96]), 0.5
    wrong = np.maximum(0, margin - cosine)
    right = cosine_embedding(x1, x2, [1, 1], margin=margin)
    return wrong, right


def lifted_structure__logs():
    """A pair at distance 1, and a negative at distance 2 from both."""
    to_partner, to_negative, margin = 1.0, np.array([2.0, 2.0]), 1.0
    two_logs = to_partner + np.sum(np.log(np.exp(margin - to_negative)))
    one_log = to_partner + np.log(np.sum(np.exp(margin - to_negative)))
    wrong = np.maximum(0, two_logs)
    right = np.maximum(0, one_log)
    return wrong, right


def lifted_structure__unit():
    """Sixty-four classes well apart: what every pair lacks, by length."""
    embedding, label = np.repeat(np.eye(64), 2, axis=0), np.repeat(np.arange(64), 2)
    wrong = np.sqrt(2 * lifted_structure(embedding, label).sum())
    right = np.sqrt(2 * lifted_structure(10 * embedding, label).sum())
    return wrong, right


def lifted_structure__coincide():
    """The slope of the distance between two embeddings that coincide."""
    import torch

    x, other = torch.ones(2, requires_grad=True), torch.ones(2)
    typed = ((x - other) ** 2).sum().sqrt()
    (wrong,) = torch.autograd.grad(typed, x)
    built_in = torch.linalg.vector_norm(x - other)
    (right,) = torch.autograd.grad(built_in, x)
    return wrong, right


def multi_similarity__floor():
    """One to three companions that all coincide with the anchor."""
    count = [2, 3, 4]
    wrong = [0.0, 0.0, 0.0]
    right = [multi_similarity(np.ones((n, 2)), np.zeros(n))[0] for n in count]
    return wrong, right


def multi_similarity__distance():
    """A negative at cosine 0.5, both vectors of length 3, by bare products."""
    anchor, negative = 3 * np.array([[1, 0], [0.5, np.sqrt(0.75)]])
    beta, base = 50, 0.5
    wrong = np.logaddexp(0, beta * (anchor @ negative - base)) / beta
    right = multi_similarity([anchor, negative], [0, 1])[0]
    return wrong, right


def multi_similarity__swapped():
    """An anchor that meets its companion, and 62 negatives at right angles."""
    embedding = np.eye(64)
    embedding[1] = embedding[0]
    label = [0, 0, *range(1, 63)]
    wrong = multi_similarity(embedding, label, alpha=50, beta=2)[0]
    right = multi_similarity(embedding, label, alpha=2, beta=50)[0]
    return wrong, right


def n_pair__unit():
    """Sixty-four perfect pairs of unit vectors at right angles."""
    unit, temperature = np.eye(64), 0.05
    wrong = n_pair(unit, unit).mean()
    right = n_pair(unit / temperature, unit).mean()
    return wrong, right


def n_pair__length():
    """Pairs 37 degrees apart, stretched to lengths 1, 3 and 10."""
    anchor, positive = np.array([[0.8, 0.6], [0.6, 0.8]]), np.eye(2)
    lengths = np.array([1, 3, 10])
    wrong = [n_pair(s * anchor, s * positive).mean() for s in lengths]
    penalty = 0.02 * lengths**2
    right = np.add(wrong, penalty)
    return wrong, right


def n_pair__classes():
    """Three perfect pairs; the first two are of one class, or are not."""
    one_class = 5 * np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]])
    three_classes = 5 * np.eye(3)
    wrong = n_pair(one_class, one_class)
    right = n_pair(three_classes, three_classes)
    return wrong, right


def proxy_anchor__divisor():
    """The pull of proxies whose embeddings stand at right angles, 2 of 100."""
    classes, present, alpha, margin = 100, 2, 32, 0.1
    cosine = np.zeros(present)
    pull = np.log1p(np.exp(-alpha * (cosine - margin)))
    wrong = pull.sum() / classes
    right = pull.sum() / present
    return wrong, right


def proxy_anchor__length():
    """How strongly a proxy is turned, at length 10 and at length 1."""
    proxy, embedding = np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]])
    long, _ = proxy_anchor_grad(10 * proxy, embedding, [0], alpha=8)
    short, _ = proxy_anchor_grad(proxy, embedding, [0], alpha=8)
    wrong, right = np.linalg.norm(long), np.linalg.norm(short)
    return wrong, right


def sphereface__swing():
    """The score of the own class at 10, 50, 100 and 170 degrees."""
    theta, margin = np.deg2rad([10, 50, 100, 170]), 4
    wrong = np.cos(margin * theta)
    cosine = np.stack([np.cos(theta), np.zeros(4)], axis=1)
    loss = sphereface(cosine, np.ones(4), np.zeros(4), margin=margin)
    right = -np.log(np.expm1(loss))
    return wrong, right


def sphereface__start():
    """A fresh feature of length 10 among ten classes: full margin, and a blend."""
    cosine, length, label, share = np.zeros((1, 10)), [10.0], [0], 0.01
    full = sphereface(cosine, length, label, margin=4)
    plain = sphereface(cosine, length, label, margin=1)
    score = np.log(9) - np.log(np.expm1([full, plain]))
    blend = share * score[0] + (1 - share) * score[1]
    wrong = full
    right = np.log1p(9 * np.exp(-blend))
    return wrong, right


def triplet_margin__collapse():
    """Loss and gradient of a collapsed triplet, and of a hard one."""
    collapsed = np.array([[[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]]])
    hard = np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]]])
    no_pull = triplet_margin_grad(*collapsed, margin=1)[0]
    pull = triplet_margin_grad(*hard, margin=1)[0]
    wrong = *triplet_margin(*collapsed, margin=1), np.linalg.norm(no_pull)
    right = *triplet_margin(*hard, margin=1), np.linalg.norm(pull)
    return wrong, right


def triplet_margin__square():
    """Squared distances in place of distances."""
    anchor, positive, negative = np.array([[[0, 0]], [[1, 1]], [[2, 0]]])
    to_positive = np.sum((anchor - positive) ** 2)
    to_negative = np.sum((anchor - negative) ** 2)
    wrong = np.maximum(0, to_positive - to_negative + 1)
    right = triplet_margin(anchor, positive, negative, margin=1)
    return wrong, right


def triplet_margin__scale():
    """A triplet, and the same ten times as large."""
    size = np.array([[1], [10]])
    triplet = size * np.array([[[1, 0]], [[0.8, 0.6]], [[0.6, 0.8]]])
    wrong = triplet_margin(*triplet, margin=0.5)
    unit = triplet / np.linalg.norm(triplet, axis=-1, keepdims=True)
    right = triplet_margin(*unit, margin=0.5)
    return wrong, right
