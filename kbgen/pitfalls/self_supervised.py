"""Self-supervision."""

import numpy as np

from kbgen.losses.self_supervised import (
    barlow_twins,
    byol,
    clip,
    dino,
    dino_grad,
    info_nce,
    nt_xent,
    siglip,
    supervised_contrastive,
    vicreg,
    vicreg_grad,
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


def siglip__bias():
    """The first loss of 64 pairs whose embeddings are all at right angles."""
    image, text = np.eye(128)[:64], np.eye(128)[64:]
    wrong = siglip(image, text, bias=0).mean()
    right = siglip(image, text, bias=-10).mean()
    return wrong, right


def siglip__all_pairs():
    """Batches of 4 and of 64 pairs, averaged over all pairs or over the images."""
    few, many = np.eye(8), np.eye(128)
    small = siglip(few[:4], few[4:])
    large = siglip(many[:64], many[64:])
    wrong = small.mean() / 4, large.mean() / 64
    right = small.mean(), large.mean()
    return wrong, right


def siglip__devices():
    """Four pairs on two devices, each with its own texts or with all of them."""
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.2], [0.2, 1.0]])
    one, other = siglip(x[:2], x[:2]), siglip(x[2:], x[2:])
    wrong = np.mean([one, other])
    right = siglip(x, x).mean()
    return wrong, right


def barlow_twins__divisor():
    """Equal views: deviations over N - 1, then a mean over N."""
    z = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    z_norm = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
    c = z_norm.T @ z_norm / len(z)
    wrong = np.sum((1 - np.diag(c)) ** 2)
    right = barlow_twins([z], [z])
    return wrong, right


def barlow_twins__dead():
    """A feature that is the same for every item."""
    z = np.array([[1.0, 7.0], [-1.0, 7.0], [2.0, 7.0], [0.0, 7.0]])
    z_norm = (z - z.mean(axis=0)) / z.std(axis=0)
    c = z_norm.T @ z_norm / len(z)
    wrong = np.sum((1 - np.diag(c)) ** 2)
    right = barlow_twins([z], [z])
    return wrong, right


def barlow_twins__width():
    """Share of the second term in 4 and in 256 independent features."""
    rng = np.random.default_rng(0)
    shares = []
    for d, lam in [(4, 0.05), (256, 0.05), (256, 0.05 * 4 / 256)]:
        z, other = rng.normal(size=(2, 1, 64, d))
        whole = barlow_twins(z, other, lam=lam)
        shares.append(1 - barlow_twins(z, other, lam=0) / whole)
    wrong, right = shares[:2], [shares[0], shares[2]]
    return wrong, right


def vicreg__convention():
    """The weights of the paper with the means of its code."""
    from torch import from_numpy
    from torch.nn.functional import mse_loss

    a, b = np.random.default_rng(0).normal(0, 0.5, (2, 1, 32, 64))
    near = 25 * mse_loss(from_numpy(a), from_numpy(b)).item()
    spread = vicreg(a, b, lam=0, mu=25 / 2, nu=1)
    wrong = vicreg(a, b)
    right = near + spread, vicreg(a, b, lam=25 / 64, mu=25 / 2)
    return wrong, right


def vicreg__standstill():
    """The largest slope of a collapsed batch, exactly and nearly."""
    collapsed = np.ones((1, 8, 2))
    noise = np.random.default_rng(0).normal(0, 0.001, (1, 8, 2))
    exactly, _ = vicreg_grad(collapsed, collapsed)
    nearly, _ = vicreg_grad(collapsed + noise, collapsed + noise)
    wrong, right = np.abs(exactly).max(), np.abs(nearly).max()
    return wrong, right


def vicreg__small_batch():
    """Third term of 64 independent features, from 16 items and from 16 000."""
    rng = np.random.default_rng(0)
    few, many = rng.normal(size=(1, 16, 64)), rng.normal(size=(1, 16000, 64))
    wrong = vicreg(few, few, lam=0, mu=0)
    right = vicreg(many, many, lam=0, mu=0)
    return wrong, right


def byol__collapse():
    """Views that differ a little, then an encoder with one answer to all."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(100, 8))
    seen, constant = z + rng.normal(0, 0.3, z.shape), np.ones_like(z)
    wrong = byol(z, seen).mean(), byol(constant, constant).mean()
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    right = unit.std(axis=0).mean(), constant.std(axis=0).mean()
    return wrong, right


def byol__momentum():
    """How far the target has come to the online network, at 1, after ten steps."""
    swapped, target = 0.0, 0.0
    for _ in range(10):
        swapped = 0.01 * swapped + 0.99 * 1.0
        target = 0.99 * target + 0.01 * 1.0
    wrong, right = swapped, target
    return wrong, right


def byol__mean():
    """Vectors at right angles: the mean over 256 coordinates, and the sum."""
    u, v = np.eye(256)[:1], np.eye(256)[1:2]
    wrong = np.mean((u - v) ** 2)
    right = byol(u, v)
    return wrong, right


def dino__center():
    """Entropy of the mean target when one output is large for every image."""
    teacher = np.random.default_rng(0).normal(0, 0.1, (500, 4))
    teacher[:, 0] += 0.3

    def entropy_of_mean(outputs):
        share = np.exp(outputs / 0.04)
        mean = np.mean(share / share.sum(axis=1, keepdims=True), axis=0)
        return -np.sum(mean * np.log(mean))

    wrong = entropy_of_mean(teacher)
    right = entropy_of_mean(teacher - teacher.mean(axis=0))
    return wrong, right


def dino__temperatures():
    """Which way a student goes that says exactly what its teacher says."""
    outputs, center = np.array([[0.2, 0.1, 0.0]]), np.zeros(3)
    wrong = -dino_grad(outputs, outputs, center, tau_s=0.04, tau_t=0.1)
    right = -dino_grad(outputs, outputs, center, tau_s=0.1, tau_t=0.04)
    return wrong, right


def dino__floor():
    """A student that agrees with its teacher, at two temperatures of the latter."""
    teacher, center = np.array([[0.2, 0.1, 0.0]]), np.zeros(3)
    losses, entropies = [], []
    for tau_t in (0.04, 0.07):
        student = teacher * 0.1 / tau_t
        share = np.exp(teacher / tau_t) / np.exp(teacher / tau_t).sum()
        losses.append(dino(student, teacher, center, tau_t=tau_t)[0])
        entropies.append(-np.sum(share * np.log(share)))
    wrong = np.array(losses)
    right = np.abs(np.round(wrong - entropies, 9))
    return wrong, right
