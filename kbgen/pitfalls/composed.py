"""Losses composed of others, which have a script instead of a function."""

import numpy as np

from kbgen.losses.classification import binary_cross_entropy
from kbgen.losses.regression import (
    absolute_error,
    squared_error,
    squared_error_grad,
)


def meta_learned__horizon():
    """The error after 100 steps of a loss tuned over 2 steps, and over 100."""
    y, truth = np.array([[1.0], [1.0], [1.0], [1.0], [5.0]]), 1.0
    phi = np.linspace(0.1, 5, 50)  # residuals beyond phi count as phi
    theta, errors = np.zeros(50), []
    for _ in range(100):
        theta = theta - 0.3 * np.clip(theta - y, -phi, phi).mean(axis=0)
        errors.append(np.abs(theta - truth))
    wrong = errors[99][np.argmin(errors[1])]
    right = errors[99][np.argmin(errors[99])]
    return wrong, right


def meta_learned__detach():
    """The parameter of the loss after an outer step from 1."""
    import torch

    phis = []
    for create_graph in (False, True):
        phi = torch.tensor(1.0, requires_grad=True)
        theta = torch.tensor(3.0, requires_grad=True)
        inner = phi * theta**2
        (g,) = torch.autograd.grad(inner, theta, create_graph=create_graph)
        outer = (theta - 0.1 * g) ** 2
        outer.backward()
        torch.optim.SGD([phi], lr=0.1).step()
        phis.append(phi.item())
    wrong, right = phis
    return wrong, right


def meta_learned__progress():
    """By the loss learnt a false answer beats the true one."""
    targets = np.array([0.0, 0.0, 0.0, 5.0])  # the last is spoilt, the truth is 0
    phi = 2 * targets.mean()  # makes 0 the minimum of r^2 + phi r over these
    answers = np.array([0.0, -1.25])
    wrong = squared_error(answers, 0) + phi * answers
    right = squared_error(answers, 0)
    return wrong, right


def perceptual__drift():
    """A brighter copy with a checkerboard, seen by edges of 2 by 2 averages."""
    rows = np.arange(8)
    original = np.outer(rows, rows) / 64
    strange = original + 0.125 + 0.25 * (-1.0) ** np.add.outer(rows, rows)
    means = [x.reshape(4, 2, 4, 2).mean((1, 3)) for x in (original, strange)]
    edges = np.diff(means, axis=-1)
    wrong = squared_error(edges[1], edges[0]).mean()
    right = wrong + squared_error(strange, original).mean()
    return wrong, right


def perceptual__normalisation():
    """An error in a dark pixel and the same error in a bright one."""
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    original = np.array([[0.25, 0.25, 0.25], [0.95, 0.95, 0.95]])
    changed, distances = original - 0.2, []
    for shift, scale in ((0, 1), (mean, std)):
        seen = [np.maximum((x - shift) / scale, 0) for x in (original, changed)]
        distances.append(squared_error(*seen).mean(axis=1))
    wrong, right = distances
    return wrong, right


def perceptual__layers():
    """Pixel term and feature term, whose weight was tuned for the first layer."""
    stripes = np.tile([0.0, 0.0, 1.0, 1.0], 16)
    noisy = stripes + np.random.default_rng(0).normal(0, 0.1, 64)
    edges = np.maximum(np.diff([stripes, noisy], append=0), 0)
    pooled = edges.reshape(2, 8, 8).mean(axis=2)
    pixel = squared_error(stripes, noisy).mean()
    first, deep = squared_error(*edges).mean(), squared_error(*pooled).mean()
    wrong = [pixel, pixel / first * deep]
    right = [pixel, pixel / deep * deep]
    return wrong, right


def reconstruction__vanishing_line():
    """The grey chosen for a pixel that is white in 30% of the images."""
    white = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    grey = np.linspace(0, 1, 101)
    pairs = np.repeat(grey[:, None], 10, axis=1), np.tile(white, (101, 1))
    wrong = grey[absolute_error(*pairs).mean(axis=1).argmin()]
    right = grey[squared_error(*pairs).mean(axis=1).argmin()]
    return wrong, right


def reconstruction__reduction():
    """The best answer alone, and beside another term."""
    z = np.linspace(0, 1, 1001)  # every one of 64 pixels becomes z, and should be 1
    pixels = squared_error(np.repeat(z[:, None], 64, axis=1), np.ones((1001, 64)))
    mean, total, other = pixels.mean(axis=1), pixels.sum(axis=1), z**2
    wrong = [z[mean.argmin()], z[np.argmin(mean + other)]]
    right = [z[total.argmin()], z[np.argmin(total + other)]]
    return wrong, right


def reconstruction__entropy():
    """A perfect copy of a grey pixel and a flawed copy of a white one."""
    pixel, copy = np.array([0.5, 1.0]), np.array([0.5, 0.8])
    wrong = binary_cross_entropy(copy, pixel)
    right = wrong - binary_cross_entropy(pixel, pixel)
    return wrong, right


def self_paced__threshold():
    """The slope at the last threshold, and at that which validation chooses."""
    x = np.arange(1.0, 9.0)
    y = np.where(x < 7, 2 * x, 0)  # the true slope is 2, two values are spoilt
    slopes = [np.sum(x * y) / np.sum(x * x)]
    for threshold in (10, 100, 1000):
        counted = squared_error(slopes[-1] * x, y) < threshold
        slopes.append(np.sum((x * y)[counted]) / np.sum((x * x)[counted]))
    wrong = [slopes[0], slopes[-1]]
    right = min(slopes, key=lambda slope: squared_error(slope * 10, 20))
    return wrong, right


def self_paced__start():
    """The gradient at the start."""
    pred, target = np.zeros(4), np.array([2.0, 3.0, 4.0, 5.0])
    losses, gradients = squared_error(pred, target), []
    for threshold in (1, np.quantile(losses, 0.5)):
        counted = losses < threshold
        gradients.append(np.sum(squared_error_grad(pred, target)[counted]))
    wrong, right = gradients
    return wrong, right


def self_paced__tasks():
    """What stays, of two tasks and of three examples."""
    losses = np.array([[1.0, 3.0], [1.0, 4.0], [1.0, 20.0]])
    threshold = 6
    wrong = losses.mean(axis=0) < threshold
    right = losses.sum(axis=1) < threshold
    return wrong, right
