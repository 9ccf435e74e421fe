"""Adversarial training: two networks play against each other.

The discriminator (or critic) maximises the value of a game, the generator minimises it.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def gan_minimax(real, fake):
    """Log D(x) + log(1 - D(G(z))), from the logits of D.

    The discriminator maximises it, the generator minimises it.
    Shapes: real (n), fake (n) -> (n).
    Source: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    real, fake = shaped("..., ...", real, fake)
    return -np.logaddexp(0, -real) - np.logaddexp(0, fake)


def gan_minimax_grad(real, fake):
    """d gan_minimax / d (real, fake); the second fades where a fake is recognised."""
    real, fake = shaped("..., ...", real, fake)
    return _sigmoid(-real), -_sigmoid(fake)


def gan_non_saturating(fake):
    """-log D(G(z)) from the logit of a generated sample; the generator minimises it.

    Shapes: fake (n) -> (n).
    Source: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    fake = shaped("...", fake)
    return np.logaddexp(0, -fake)


def gan_non_saturating_grad(fake):
    """d gan_non_saturating / d fake: near -1 where a fake is recognised."""
    fake = shaped("...", fake)
    return -_sigmoid(-fake)


def wasserstein_gan(real, fake):
    """Critic score of a real sample minus that of a generated one.

    The critic maximises it, the generator minimises it. It estimates a distance only
    while the critic is kept 1-Lipschitz.
    Shapes: real (n), fake (n) -> (n).
    Source: Arjovsky, Chintala, Bottou 2017, arXiv:1701.07875.
    """
    real, fake = shaped("..., ...", real, fake)
    return real - fake


def wasserstein_gan_grad(real, fake):
    """d wasserstein_gan / d (real, fake): 1 and -1, wherever the scores lie."""
    real, fake = shaped("..., ...", real, fake)
    return np.ones_like(real), -np.ones_like(fake)


def gradient_penalty(gradient, *, weight=10.0):
    """`weight` times the squared distance of the gradient's norm from 1.

    The gradient is that of the critic, at one point.
    Shapes: gradient (n, d) -> (n).
    Source: Gulrajani et al. 2017, arXiv:1704.00028.
    """
    _, norm = _direction(shaped("n d", gradient))
    return weight * (norm[:, 0] - 1) ** 2


def gradient_penalty_grad(gradient, *, weight=10.0):
    """d gradient_penalty / d gradient: along it; 0 at the zero vector."""
    unit, norm = _direction(shaped("n d", gradient))
    return 2 * weight * (norm - 1) * unit


def _direction(g):
    """Unit vector and norm; both are zero for the zero vector."""
    # the largest entry is taken out first: no square overflows or vanishes
    size = np.max(np.abs(g), axis=-1, keepdims=True)
    scaled = g / np.where(size > 0, size, 1)
    length = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return scaled / np.maximum(length, 1), size * length


def lsgan(real, fake, *, real_target=1.0, fake_target=0.0):
    """Half the squared misses of the scores of a real and of a generated sample.

    The discriminator minimises it. The generator's own loss is the term of `fake`
    with the target it wants, that of real samples.
    Shapes: real (n), fake (n) -> (n).
    Source: Mao et al. 2017, arXiv:1611.04076.
    """
    real, fake = shaped("..., ...", real, fake)
    return 0.5 * (real - real_target) ** 2 + 0.5 * (fake - fake_target) ** 2


def lsgan_grad(real, fake, *, real_target=1.0, fake_target=0.0):
    """d lsgan / d (real, fake): each score minus its target."""
    real, fake = shaped("..., ...", real, fake)
    return real - real_target, fake - fake_target


def hinge_gan(real, fake):
    """What is missing for `real` to score 1 at least, and `fake` -1 at most.

    The discriminator minimises it; the generator minimises -fake, without a hinge.
    Shapes: real (n), fake (n) -> (n).
    Source: Lim and Ye 2017, arXiv:1705.02894.
    """
    real, fake = shaped("..., ...", real, fake)
    return np.maximum(0, 1 - real) + np.maximum(0, 1 + fake)


def hinge_gan_grad(real, fake):
    """d hinge_gan / d (real, fake): -1 and 1 within the margin, 0 beyond and on it."""
    real, fake = shaped("..., ...", real, fake)
    return 0 - (real < 1).astype(real.dtype), (fake > -1).astype(fake.dtype)


def relativistic_gan(real, fake):
    """-log of the probability that `real` is the more realistic of the two.

    The discriminator minimises it; the generator minimises it with the two exchanged.
    Shapes: real (n), fake (n) -> (n).
    Source: Jolicoeur-Martineau 2019, arXiv:1807.00734.
    """
    real, fake = shaped("..., ...", real, fake)
    return np.logaddexp(0, fake - real)


def relativistic_gan_grad(real, fake):
    """d relativistic_gan / d (real, fake): equal and opposite."""
    real, fake = shaped("..., ...", real, fake)
    push = _sigmoid(fake - real)
    return -push, push


def r1_penalty(gradient, *, gamma=10.0):
    """Half of `gamma` times the squared norm of the discriminator's gradient.

    The gradient is that by the input, at a real sample.
    Shapes: gradient (n, d) -> (n).
    Source: Mescheder, Geiger, Nowozin 2018, arXiv:1801.04406.
    """
    gradient = shaped("n d", gradient)
    return 0.5 * gamma * (gradient**2).sum(axis=1)


def r1_penalty_grad(gradient, *, gamma=10.0):
    """d r1_penalty / d gradient: `gamma` times the gradient itself."""
    return gamma * shaped("n d", gradient)


def cycle_consistency(back_x, x, back_y, y, *, weight=10.0):
    """`weight` times the absolute errors of both round trips, summed.

    back_x is F(G(x)), from X to Y and home again; back_y is G(F(y)).
    Shapes: back_x (n, d), x (n, d), back_y (n, d), y (n, d) -> (n).
    Source: Zhu et al. 2017, arXiv:1703.10593.
    """
    back_x, x, back_y, y = shaped("n d, n d, n d, n d", back_x, x, back_y, y)
    return weight * (np.abs(back_x - x) + np.abs(back_y - y)).sum(axis=1)


def cycle_consistency_grad(back_x, x, back_y, y, *, weight=10.0):
    """d cycle_consistency / d (back_x, back_y): the weighted signs of the errors."""
    back_x, x, back_y, y = shaped("n d, n d, n d, n d", back_x, x, back_y, y)
    return weight * np.sign(back_x - x), weight * np.sign(back_y - y)


def feature_matching(fake, real):
    """Squared distance of the mean features of generated and of real samples.

    The generator minimises it; the features are those of the discriminator.
    Shapes: fake (n, M, d), real (n, N, d) -> (n).
    Source: Salimans et al. 2016, arXiv:1606.03498.
    """
    fake, real = shaped("n M d, n N d", fake, real)
    return np.sum((fake.mean(axis=1) - real.mean(axis=1)) ** 2, axis=1)


def feature_matching_grad(fake, real):
    """d feature_matching / d fake: the same push for every generated sample."""
    fake, real = shaped("n M d, n N d", fake, real)
    gap = fake.mean(axis=1, keepdims=True) - real.mean(axis=1, keepdims=True)
    return np.zeros_like(fake) + 2 / fake.shape[1] * gap


def domain_adversarial(logit, domain, task, *, lam=1.0):
    """Task loss less `lam` times the cross-entropy of telling the domain.

    The features minimise it, the classifier of domains maximises it.
    Shapes: logit (n), domain (n), task (n) -> (n).
    Source: Ganin et al. 2016, arXiv:1505.07818.
    """
    logit, domain, task = shaped("..., ..., ...", logit, domain, task)
    return task - lam * np.logaddexp(0, (1 - 2 * domain) * logit)


def domain_adversarial_grad(logit, domain, task, *, lam=1.0):
    """d domain_adversarial / d logit: that of the classifier of domains, reversed."""
    logit, domain, task = shaped("..., ..., ...", logit, domain, task)
    sign = 1 - 2 * domain
    return -lam * sign * _sigmoid(sign * logit)
