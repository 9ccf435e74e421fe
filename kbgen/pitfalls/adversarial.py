"""Adversarial losses."""

import numpy as np

from kbgen.losses.adversarial import (
    cycle_consistency,
    gan_minimax,
    gan_minimax_grad,
    gan_non_saturating,
    gradient_penalty,
    hinge_gan,
    hinge_gan_grad,
    lsgan,
    lsgan_grad,
    r1_penalty,
    r1_penalty_grad,
    relativistic_gan,
    relativistic_gan_grad,
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


def lsgan__sigmoid():
    """What a fake feels that is recognised more and more surely."""
    logit = np.array([-2.0, -5.0, -10.0])
    prob = 1 / (1 + np.exp(-logit))
    _, slope = lsgan_grad(prob, prob, fake_target=1.0)
    wrong = slope * prob * (1 - prob)  # through the sigmoid, to the logit
    _, right = lsgan_grad(logit, logit, fake_target=1.0)
    return wrong, right


def lsgan__too_good():
    """Both verdicts are right, and more than clear enough."""
    real, fake = np.array([3.0]), np.array([-2.0])
    wrong = np.hstack([lsgan(real, fake), *lsgan_grad(real, fake)])
    right = np.hstack([hinge_gan(real, fake), *hinge_gan_grad(real, fake)])
    return wrong, right


def lsgan__generator_target():
    """The score of a fake after fifty steps of its generator."""
    ends = []
    for target in (
        0.0,
        1.0,
    ):  # the discriminator's target for fakes, the generator's
        score = np.array([0.3])
        for _ in range(50):
            score = score - 0.1 * lsgan_grad(score, score, fake_target=target)[1]
        ends.append(score.item())
    wrong, right = ends
    return wrong, right


def hinge_gan__generator():
    """Fakes that score -2, 0, 2 and 4, seen by the generator."""
    score = np.array([-2.0, 0.0, 2.0, 4.0])
    wrong, _ = hinge_gan_grad(score, score)  # max(0, 1 - score)
    right = -np.ones(4)  # the slope of -score
    return wrong, right


def hinge_gan__labels():
    """The slopes of a real sample and of a fake, both with score 0."""
    score, label = np.zeros(2), np.array([1.0, 0.0])
    active = 1 - label * score > 0
    wrong = np.where(active, -label, 0)  # of max(0, 1 - label * score)
    right = np.hstack(hinge_gan_grad(score[:1], score[1:]))
    return wrong, right


def hinge_gan__batch_mean():
    """Half of the real samples are far beyond the margin, half are mistaken."""
    real, fake = np.array([5.0, 5.0, -2.0, -2.0]), np.full(4, -1.0)
    wrong = hinge_gan(real.mean(), fake.mean())
    right = hinge_gan(real, fake).mean()
    return wrong, right


def relativistic_gan__alone():
    """One critic, and the same critic with 5 added to every score."""
    real, fake = np.array([2.0, 7.0]), np.array([-1.0, 4.0])
    wrong = 1 / (1 + np.exp(-fake))  # "the probability that this is real"
    right = np.exp(-relativistic_gan(real, fake))  # that the other one is
    return wrong, right


def relativistic_gan__exchange():
    """The gap between real and fake after twenty steps of the generator."""
    gaps = []
    for exchanged in (False, True):
        real, fake = np.array([1.0]), np.array([0.0])
        for _ in range(20):
            if exchanged:
                slope, _ = relativistic_gan_grad(fake, real)
            else:
                _, slope = relativistic_gan_grad(real, fake)
            fake = fake - 0.2 * slope
        gaps.append((real - fake).item())
    wrong, right = gaps
    return wrong, right


def relativistic_gan__average():
    """One strange real picture, compared with single fakes and with their mean."""
    real, fake = np.array([3.0, 3.0, 3.0, -5.0]), np.array([-1.0, 2.0, -1.0, 2.0])
    wrong = relativistic_gan(real, fake).mean()  # depends on who met whom
    to_mean = relativistic_gan(real, np.full(4, fake.mean()))
    from_mean = relativistic_gan(np.full(4, real.mean()), fake)
    right = (0.5 * (to_mean + from_mean)).mean()
    return wrong, right


def r1_penalty__batch_mean():
    """The same discriminator in batches of 1, 8 and 64."""
    import torch

    weight, found = torch.tensor([3.0, 4.0]), []  # D(x) = weight @ x
    for reduce in (torch.mean, torch.sum):
        for size in (1, 8, 64):
            x = torch.zeros(size, 2, requires_grad=True)
            (g,) = torch.autograd.grad(reduce(x @ weight), x)
            found.append(r1_penalty(g.numpy(), gamma=2.0).mean())
    wrong, right = found[:3], found[3:]
    return wrong, right


def r1_penalty__lazy():
    """Sixty-four steps of descent on the penalty, which acts in every sixteenth."""
    slopes = []
    for every, gamma in ((16, 0.1), (16, 1.6), (1, 0.1)):
        weight = np.array([[3.0, 4.0]])
        for step in range(64):
            if step % every == 0:
                weight = weight - 0.1 * r1_penalty_grad(weight, gamma=gamma)
        slopes.append(np.linalg.norm(weight))
    wrong, right = slopes[0], slopes[1:]  # right: 16 gamma, and all steps
    return wrong, right


def r1_penalty__sigmoid():
    """The logit rises by 20 per unit of x, and is 0, 5 and 10 where we look."""
    logit, slope = np.array([0.0, 5.0, 10.0]), 20.0
    prob = 1 / (1 + np.exp(-logit))
    by_prob = prob * (1 - prob) * slope
    wrong = r1_penalty(by_prob[:, None], gamma=1.0)
    right = r1_penalty(np.full((3, 1), slope), gamma=1.0)
    return wrong, right


def cycle_consistency__bijection():
    """Four horses become zebras, each the wrong one, and turn back correctly."""
    horses, zebras = np.eye(4), np.eye(4) + 10
    swap = np.array([1, 0, 3, 2])
    made, back = zebras[swap], horses[swap][swap]
    wrong = cycle_consistency(back, horses, zebras, zebras).mean()
    right = np.abs(made - zebras).sum(axis=1).mean()
    return wrong, right


def cycle_consistency__hidden():
    """The aerial photo is written into the last digits of the map."""
    rng = np.random.default_rng(0)
    photo, plain = rng.uniform(size=(1, 100)), np.full((1, 100), 0.5)
    drawn = plain + 1e-4 * photo
    results = []
    for seen in (drawn, np.round(drawn * 255) / 255):  # as it is, and as 8 bits
        back = (seen - plain) / 1e-4
        loss = cycle_consistency(back, photo, plain, plain, weight=0.01)
        results.append(loss.item())
    wrong, right = results
    return wrong, right


def cycle_consistency__reduction():
    """Every pixel is off by 0.1, in images of two sizes."""
    errors = []
    for side in (64, 256):
        image = np.zeros((1, 3 * side * side))
        errors.append(cycle_consistency(image + 0.1, image, image, image).item())
    wrong = errors
    right = [errors[0] / (3 * 64**2), errors[1] / (3 * 256**2)]
    return wrong, right
