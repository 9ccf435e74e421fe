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
