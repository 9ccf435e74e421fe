"""Adversarial losses."""

import numpy as np

from kbgen.losses.adversarial import (
    gan_minimax,
    gan_minimax_grad,
    gan_non_saturating,
    gradient_penalty,
    wasserstein_gan,
)
from kbgen.losses.classification import binary_cross_entropy_with_logits_grad


def gan_minimax__sign():
    """The discriminator goes up the value of the game."""
    down = up = np.zeros(2)  # logits of a real sample and of a fake
    for _ in range(50):
        down = down - 0.1 * np.array(gan_minimax_grad(*down))
        up = up + 0.1 * np.array(gan_minimax_grad(*up))
    wrong = 1 / (1 + np.exp(-down))
    right = 1 / (1 + np.exp(-up))
    return wrong, right


def gan_minimax__curve():
    """A linear discriminator sees means only; both generators are level with it."""
    real, values, distances = np.array([-1.0, 1.0]), [], []
    for fake in (np.array([0.0, 0.0]), np.array([-1.0, 1.0])):
        weight = 1.0  # of a discriminator with the logit weight * x
        for _ in range(500):
            on_real, on_fake = gan_minimax_grad(weight * real, weight * fake)
            weight += 0.1 * np.mean(on_real * real + on_fake * fake)
        values.append(gan_minimax(weight * real, weight * fake).mean())
        distances.append(np.abs(fake - real).mean())
    wrong, right = values, distances
    return wrong, right


def gan_minimax__detach():
    """The gradient that reaches what the generator has made, after both steps."""
    import torch
    from torch.nn.functional import logsigmoid

    weight = torch.tensor(2.0, requires_grad=True)  # of the discriminator
    gradients = []
    for detached in (False, True):
        fake = torch.tensor(0.5, requires_grad=True)
        judged = fake.detach() if detached else fake
        (-logsigmoid(-weight * judged)).backward()  # discriminator's step
        logsigmoid(-weight * fake).backward()  # generator's step
        gradients.append(fake.grad)
    wrong, right = gradients
    return wrong, right


def gan_non_saturating__label():
    """The discriminator's opinion of a fake, trained with either label."""
    logit, label = np.zeros(2), np.array([1.0, 0.0])
    for _ in range(100):
        slope = binary_cross_entropy_with_logits_grad(logit, label)
        logit = logit - 0.1 * slope
    wrong, right = 1 / (1 + np.exp(-logit))
    return wrong, right


def gan_non_saturating__log_zero():
    """The sigmoid of -800 is 0 in floating point."""
    logit = -800.0
    sigmoid = 1 / (1 + np.exp(-logit))
    wrong = -np.log(sigmoid)
    right = gan_non_saturating(logit)
    return wrong, right


def gan_non_saturating__collapse():
    """The loss prefers one picture repeated to four different ones."""
    logit = np.array([5.0, 3.0, 1.0, 0.5])  # of four pictures
    repeated, varied = [0, 0, 0, 0], [0, 1, 2, 3]
    wrong = [gan_non_saturating(logit[made]).mean() for made in (repeated, varied)]
    right = [len(set(made)) for made in (repeated, varied)]
    return wrong, right


def gradient_penalty__graph():
    """The gradient by the critic's weights."""
    import torch

    weight = torch.tensor([3.0, 4.0], requires_grad=True)  # f(x) = weight @ x
    fake_minus_real, gradients = torch.tensor([1.0, 1.0]), []
    for create_graph in (False, True):
        x = torch.zeros(2, requires_grad=True)
        (g,) = torch.autograd.grad(weight @ x, x, create_graph=create_graph)
        loss = weight @ fake_minus_real + 10 * (g.norm() - 1) ** 2
        gradients.append(torch.autograd.grad(loss, weight)[0])
    wrong, right = gradients
    return wrong, right


def gradient_penalty__batch_norm():
    """Every gradient has the norm 1, as it should."""
    gradient, batches = np.array([[1.0, 0.0]]), (1, 4, 64)
    flat = [np.tile(gradient, (1, size)) for size in batches]
    rows = [np.tile(gradient, (size, 1)) for size in batches]
    wrong = [gradient_penalty(batch).mean() for batch in flat]
    right = [gradient_penalty(batch).mean() for batch in rows]
    return wrong, right


def gradient_penalty__elsewhere():
    """A critic that is steep beyond the fakes."""
    real, fake, x = 0.0, 1.0, np.arange(-2, 3, 0.25)
    score = x + 4 * np.maximum(x - 1, 0)
    slope, middle = np.diff(score) / np.diff(x), (x[1:] + x[:-1]) / 2
    drawn = (middle > real) & (middle < fake)
    wrong = slope[drawn].max()
    right = slope.max()
    return wrong, right


def wasserstein_gan__sigmoid():
    """Fakes 1, 5 and 50 away from the real sample, and the critic f(x) = x."""
    real, fake = np.zeros(3), np.array([-1.0, -5.0, -50.0])
    wrong = wasserstein_gan(1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake)))
    right = wasserstein_gan(real, fake)
    return wrong, right


def wasserstein_gan__scale():
    """Four critics with one hidden layer, all weights at the clipping limit."""
    real, fake = 2.0, 1.0
    width, clip = np.array([64, 512, 64, 64]), np.array([0.01, 0.01, 0.1, 0.1])
    last_layer = clip * np.array([1, 1, 1, -1])
    slope = width * clip * last_layer
    wrong = wasserstein_gan(slope * real, slope * fake)
    right = wrong / np.abs(slope)
    return wrong, right


def wasserstein_gan__clipping():
    """The steepest critic that the clipping allows, by its width and depth."""
    wrong, right = [1, 1, 1], []
    for width, layers in ((64, 2), (512, 3), (512, 5)):
        slope = np.full(width, 0.01)  # from the input to the first hidden layer
        for _ in range(layers - 1):
            slope = np.full((width, width), 0.01) @ slope
        right.append(np.full(width, 0.01) @ slope)
    return wrong, right
