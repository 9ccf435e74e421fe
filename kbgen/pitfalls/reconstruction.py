"""Reconstruction losses."""

import numpy as np

from kbgen.losses.reconstruction import (
    chamfer,
    lpips,
    ssim,
    ssim_grad,
    style_gram,
    total_variation,
    vae_elbo,
    vq_commitment,
)
from kbgen.losses.regression import squared_error_grad


def chamfer__one_way():
    """All predictions on one point of the target."""
    pred, target = np.zeros((1, 3, 1)), np.array([[[0.0], [3.0], [6.0]]])
    squares = (pred - target.transpose(0, 2, 1)) ** 2
    wrong = squares.min(axis=2).mean()  # from the predictions only
    right = chamfer(pred, target).item()
    return wrong, right


def chamfer__density():
    """The same two places, crowded the other way round."""
    x = np.repeat([0.0, 1.0], [9, 1])[None, :, None]
    y = np.repeat([0.0, 1.0], [1, 9])[None, :, None]
    wrong = chamfer(x, y).item()
    right = np.mean(np.abs(np.sort(x) - np.sort(y, axis=1)))  # transport
    return wrong, right


def chamfer__convention():
    """One pair of sets: four numbers from four papers."""
    x, y = np.array([[0.0], [10.0]]), np.array([[3.0], [13.0]])
    nearest = np.abs(x - y.T).min(axis=1), np.abs(x - y.T).min(axis=0)
    lengths = np.concatenate(nearest)
    squares = lengths**2
    wrong = [lengths.sum(), squares.sum(), lengths.mean() * 2, lengths.mean()]
    right = chamfer(x[None], y[None]).item()
    return wrong, right


def lpips__squared_weights():
    """A weight of 0.25 on squared differences is one of 0.5 here."""
    x, y, learnt = [[[3.0], [4.0]]], [[[1.0], [0.0]]], np.array([0.25, 0.25])
    wrong = lpips(x, y, learnt).item()
    right = lpips(x, y, np.sqrt(learnt)).item()
    return wrong, right


def lpips__dead_features():
    """No channel answers at the second position."""
    x, y = (
        np.array([[[3.0, 0.0], [4.0, 0.0]]]),
        np.array([[[1.0, 1.0], [0.0, 0.0]]]),
    )
    units = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (x, y))
    wrong = ((next(units) - next(units)) ** 2).sum(axis=1).mean()
    right = lpips(x, y, [1, 1]).item()
    return wrong, right


def lpips__strength():
    """Features ten times as strong."""
    x = np.array([[[3.0, 1.0], [4.0, 2.0]]])
    wrong = lpips(10 * x, x, [1, 1]).item()
    right = np.mean((10 * x - x) ** 2)  # a plain perceptual loss
    return wrong, right


def ssim__pixel_range():
    """Two pictures of one grey wall, with noise of one grey level in 255."""
    rng = np.random.default_rng(0)
    x, y = 128 + rng.normal(0, 1, (2, 1, 16, 16))
    wrong = ssim(x, y).item()
    right = ssim(x / 255, y / 255).item()
    return wrong, right


def ssim__windows():
    """A noisy copy from one paper beside a pale copy from another."""
    ramp, rng = np.arange(32), np.random.default_rng(0)
    waves = np.outer(np.sin(ramp / 3), np.sin(ramp / 4))[None]
    original = 0.5 + 0.3 * waves
    noisy = original + rng.normal(0, 0.05, original.shape)
    pale = 0.5 + 0.18 * waves
    wrong = [ssim(noisy, original, window=11)[0], ssim(pale, original, window=3)[0]]
    right = [ssim(noisy, original, window=3)[0], ssim(pale, original, window=3)[0]]
    return wrong, right


def ssim__inverted():
    """The size of the slope at an inverted pattern, half of it, and plain grey."""
    pattern = 0.4 * (-1.0) ** np.add.outer(np.arange(8), np.arange(8))[None]
    target, wrong, right = 0.5 + pattern, [], []
    for share in (-1, -0.5, 0):
        picture = 0.5 + share * pattern
        wrong.append(np.linalg.norm(squared_error_grad(picture, target)))
        right.append(np.linalg.norm(ssim_grad(picture, target)))
    return wrong, right


def style_gram__size():
    """One texture, tiled to four times the area: raw, and over the size."""
    x, y = np.random.default_rng(0).normal(size=(2, 1, 2, 16))
    large_x, large_y = np.tile(x, 4), np.tile(y, 4)
    pairs = ((x, y), (large_x, large_y))
    raw = [((a[0] @ a[0].T - b[0] @ b[0].T) ** 2).sum() for a, b in pairs]
    wrong = raw[1] / raw[0]
    right = (style_gram(large_x, large_y) / style_gram(x, y)).item()
    return wrong, right


def style_gram__layout():
    """An image against itself with all positions shuffled."""
    rng = np.random.default_rng(0)
    x = np.cumsum(rng.normal(size=(1, 3, 64)), axis=2)
    shuffled = x[:, :, rng.permutation(64)]
    wrong = round(style_gram(x, shuffled).item(), 6)
    right = np.mean((x - shuffled) ** 2)
    return wrong, right


def style_gram__batch():
    """A picture that is too strong beside one that has no features at all."""
    style, strong, weak = (
        np.ones((1, 1, 2)),
        np.full((1, 1, 2), 2**0.5),
        np.zeros((1, 1, 2)),
    )
    both, twice = (
        np.concatenate([strong, weak], 2),
        np.concatenate([style, style], 2),
    )
    wrong = round(style_gram(both, twice).item(), 6)
    right = [style_gram(strong, style).item(), style_gram(weak, style).item()]
    return wrong, right


def total_variation__resolution():
    """One upright edge at twice the resolution: as a sum, per pixel, per side."""
    small = np.repeat([[0.0, 1.0]], 4, axis=0).repeat(2, axis=1)[None]
    large = small.repeat(2, axis=1).repeat(2, axis=2)
    ratio = (total_variation(large) / total_variation(small)).item()
    wrong = [ratio, ratio / 4]  # sum over pixels, mean over pixels
    right = ratio / 2  # over the length of a side
    return wrong, right


def total_variation__ramp():
    """An edge and a ramp of the same height."""
    edge = np.array([[[0.0, 0.0, 0.0, 1.0, 1.0]]])
    ramp = np.array([[[0.0, 0.25, 0.5, 0.75, 1.0]]])
    right = [total_variation(edge).item(), total_variation(ramp).item()]
    wrong = [(np.diff(x) ** 2).sum() for x in (edge, ramp)]  # believed of both
    return wrong, right


def total_variation__isotropy():
    """A disc: both directions added, over the lengths of the gradients."""
    side = np.arange(64) - 31.5
    far = np.hypot(side[:, None], side)
    disc = np.clip(20.5 - far, 0, 1)  # a soft edge, one pixel wide
    lengths = np.hypot(np.diff(disc, axis=0)[:, 1:], np.diff(disc, axis=1)[1:])
    wrong = total_variation(disc[None]).item()
    right = lengths.sum()
    return wrong, right


def vae_elbo__balance():
    """The weight that the KL term has in effect."""
    x, guess = np.zeros((1, 784)), np.full((1, 784), 0.5)
    mu, log_var = np.array([[2.0]]), np.array([[0.0]])
    squares, kl = (guess - x) ** 2, vae_elbo(x, x, mu, log_var).item()
    half = squares.sum() / 2
    averaged, without_half = squares.mean() / 2, squares.sum()
    wrong = [half / averaged, half / without_half]  # beta in effect
    right = half / (vae_elbo(guess, x, mu, log_var).item() - kl)
    return wrong, right


def vae_elbo__collapse():
    """By the totals, and by the KL terms."""
    x, guess = np.zeros((2, 2)), np.array([[1.0, 1.0], [1.0, 0.0]])
    mu, log_var = np.array([[0.0], [1.0]]), np.zeros((2, 1))  # collapsed, healthy
    wrong = vae_elbo(guess, x, mu, log_var)
    right = vae_elbo(x, x, mu, log_var)
    return wrong, right


def vae_elbo__sigma():
    """The spread of samples for the variances 1/4 and 4."""
    log_var, noise = np.log([0.25, 4.0]), np.array([[-1.0], [1.0]])
    wrong = np.std(noise * np.exp(log_var), axis=0)
    right = np.std(noise * np.exp(log_var / 2), axis=0)
    return wrong, right


def vq_commitment__detach():
    """The gradient of this term in the nearest code."""
    import torch

    z, beta = torch.tensor([1.0, 1.0]), 0.25
    code = torch.tensor([1.0, 0.0], requires_grad=True)
    forgotten = beta * ((z - code) ** 2).sum()
    (wrong,) = torch.autograd.grad(forgotten, code)
    detached = beta * ((z - code.detach()) ** 2).sum() + 0 * code.sum()
    (right,) = torch.autograd.grad(detached, code)
    return wrong, right


def vq_commitment__mean():
    """The weight that beta has in effect, for 64 components."""
    z, codebook = np.ones((1, 64)), np.zeros((1, 64))
    squares = ((z - codebook) ** 2).sum()
    wrong = 0.25 * ((z - codebook) ** 2).mean() / squares
    right = vq_commitment(z, codebook, beta=0.25).item() / squares
    return wrong, right


def vq_commitment__collapse():
    """The mean loss, and how many of four codes are in use."""
    codebook = np.array([[0.0], [1.0], [2.0], [3.0]])
    huddled, spread = np.array([[0.1], [-0.1]] * 2), codebook + 0.2
    both = (huddled, spread)
    wrong = [vq_commitment(z, codebook).mean() for z in both]
    right = [len(set(np.abs(z - codebook.T).argmin(axis=1))) for z in both]
    return wrong, right
