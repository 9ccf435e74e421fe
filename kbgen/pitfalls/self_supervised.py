"""Contrastive self-supervision."""

import numpy as np

from kbgen.losses.self_supervised import (
    clip,
    info_nce,
    nt_xent,
    supervised_contrastive,
)


def clip__temperature():
    """A step on tau itself, then 200 on the logarithm of its inverse."""
    image = text = np.array([[3.0, 4.0], [4.0, 3.0]])
    rise = clip(image, text, tau=0.0701) - clip(image, text, tau=0.07)
    directly = 0.07 - np.sum(rise) / 0.0001
    log_scale = np.log(1 / 0.07)
    for _ in range(200):
        tau = np.exp(-log_scale)
        rise = clip(image, text, tau=1.001 * tau) - clip(image, text, tau=tau)
        log_scale += np.sum(rise) / 0.001
    wrong = directly, np.exp(-log_scale)
    right = np.exp(-np.minimum(log_scale, np.log(100)))
    return wrong, right


def clip__devices():
    """Four pairs on two devices."""
    image = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.2], [0.2, 1.0]])
    text = image
    one, other = clip(image[:2], text[:2]), clip(image[2:], text[2:])
    wrong = np.mean([one, other])
    right = np.mean(clip(image, text))
    return wrong, right


def clip__pool():
    """Recall of three queries, before and after others join the pool."""
    image, text = np.array([0.0, 1.0, 2.0]), np.array([0.3, 0.9, 2.2])
    larger_pool = np.append(text, [0.1, 1.9, 2.8])
    few = np.cos(image[:, None] - text)
    many = np.cos(image[:, None] - larger_pool)
    wrong = np.mean(few.argmax(axis=1) == [0, 1, 2])
    right = np.mean(many.argmax(axis=1) == [0, 1, 2])
    return wrong, right


def info_nce__start():
    """The same embeddings, all equal, among 7 and among 255 negatives."""
    same = np.array([[1.0, 0.0]])
    few, many = np.tile(same, (1, 7, 1)), np.tile(same, (1, 255, 1))
    wrong = np.append(info_nce(same, same, few), info_nce(same, same, many))
    right = wrong / np.log([8, 256])
    return wrong, right


def info_nce__temperature():
    """Perfect embeddings under a high and a low temperature."""
    query = np.array([[1.0, 0.0]])
    opposite = np.tile(-query, (1, 255, 1))
    wrong = info_nce(query, query, opposite, tau=1)
    right = info_nce(query, query, opposite, tau=0.2)
    return wrong, right


def info_nce__accumulation():
    """Four pairs in two micro-batches, and at once."""
    key = np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6], [-0.6, 0.8]])
    of_two = key[[[1], [0], [3], [2]]]
    of_four = key[[[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]]
    wrong = info_nce(key, key, of_two, tau=0.2).mean()
    right = info_nce(key, key, of_four, tau=0.2).mean()
    return wrong, right


def nt_xent__three_of_a_kind():
    """Optax beside the supervised loss: labels in pairs, then in threes."""
    from optax.losses import ntxent

    x = np.array([[5, 0], [4, 3], [3, 4], [0, 5], [-3, 4], [-4, 3]]) / 5
    pairs, threes = [0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 1, 1]
    labels = np.array([pairs, threes])
    wrong = [ntxent(x, y, 0.5) for y in labels]
    right = [supervised_contrastive(x, y, tau=0.5).mean() for y in labels]
    return wrong, right


def nt_xent__diagonal():
    """Views that coincide, with the anchor itself left among the candidates."""
    view = np.array([[1.0, 0.0], [0.0, 1.0]])
    both = np.concatenate([view, view])
    similarity = both @ both.T / 0.1
    partner = 1 / 0.1
    wrong = np.mean(np.logaddexp.reduce(similarity, axis=1) - partner)
    right = np.mean(nt_xent(view, view, tau=0.1))
    return wrong, right


def nt_xent__devices():
    """The same picture on two devices, normalised on each or over both."""
    picture = 3.0
    devices = np.array([[picture, 1.0, 2.0], [picture, 5.0, 7.0]])
    own_mean = devices.mean(axis=1, keepdims=True)
    own_std = devices.std(axis=1, keepdims=True)
    apart = (devices - own_mean) / own_std
    together = (devices - devices.mean()) / devices.std()
    wrong, right = apart[:, 0], together[:, 0]
    return wrong, right


def supervised_contrastive__floor():
    """The best embedding of two classes of nine."""
    label = np.repeat([0, 1], 9)
    embedding = np.where(label[:, None] == 0, [1.0, 0.0], [-1.0, 0.0])
    wrong = supervised_contrastive(embedding, label, tau=0.2).mean()
    right = wrong - np.log(8)
    return wrong, right


def supervised_contrastive__inside():
    """The mean over two positives inside the logarithm and outside."""
    x = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-1.0, 0.0]])
    similarity = x[1:] @ x[0] / 0.2
    chance = np.exp(similarity) / np.sum(np.exp(similarity))
    wrong = -np.log(np.mean(chance[:2]))
    right = supervised_contrastive(x, [0, 0, 0, 1], tau=0.2)[0]
    return wrong, right


def supervised_contrastive__alone():
    """Two of a class and four that are alone."""
    x = np.array([[3, 4], [4, 3], [1, 0], [0, 1], [-1, 0], [0, -1]])
    label = np.array([0, 0, 1, 2, 3, 4])
    loss = supervised_contrastive(x, label, tau=0.5)
    wrong = loss.mean()
    right = loss[label == 0].mean()
    return wrong, right
