"""SOAP and K-FAC: two small matrices for a large one."""

import numpy as np

from kbgen.optimizers.curvature import kfac
from kbgen.optimizers.matrices import soap
from kbgen.optimizers.schedules import cosine_annealing


def soap__sides():
    """Numbers kept per weight: a layer, a vocabulary, a bias; short sides alone."""
    wrong, right = [], []
    for rows, columns in ((768, 3072), (50257, 768), (4096, 1)):
        every, size = (rows, columns), rows * columns
        short = [side for side in every if side <= 10_000 and min(every) > 1]
        for found, turned in ((wrong, every), (right, short)):
            found.append((2 * size + 2 * sum(side**2 for side in turned)) / size)
    return wrong, right


def soap__schedule():
    """Mean distance from the minimum after 500 noisy steps: constant, cosine."""
    found = []
    for falling in (False, True):
        rng, weights, state = np.random.default_rng(0), np.full((6, 5), 2.0), ()
        for step in range(500):
            lr = cosine_annealing(step, lr=0.1, total=500) if falling else 0.1
            gradient = weights + rng.normal(size=(6, 5))
            weights, *state = soap(weights, gradient, *state, lr=float(lr))
        found.append(np.abs(weights).mean())
    wrong, right = found
    return wrong, right


def kfac__mean():
    """Length of a full step over that of the best: slopes of a mean, of a sum."""
    import torch

    rng, lengths = np.random.default_rng(0), []
    inputs, best = rng.normal(size=(200, 3)), np.array([[1.0, -2.0, 0.5]])
    gradient = -best @ inputs.T @ inputs / 200
    for reduced in (torch.mean, torch.sum):
        out = torch.zeros(200, 1, dtype=torch.float64, requires_grad=True)
        drawn = torch.from_numpy(np.random.default_rng(1).normal(size=(200, 1)))
        reduced((out - drawn) ** 2 / 2).backward()
        slopes = out.grad.numpy()
        step = kfac(0 * best, gradient, inputs, slopes, lr=1.0, damping=1e-6)[0]
        lengths.append(np.linalg.norm(step) / np.linalg.norm(best))
    wrong, right = lengths
    return wrong, right


def kfac__empirical():
    """Distance from the truth after 8 full steps: labels as seen, as drawn."""
    rng, ends = np.random.default_rng(0), []
    inputs, truth = rng.normal(size=(500, 3)), np.array([[1.0, -2.0, 0.5]])
    targets = inputs @ truth.T + 0.1 * rng.normal(size=(500, 1))
    for drawn in (False, True):
        weights = np.zeros((1, 3))
        for _ in range(8):
            errors = inputs @ weights.T - targets
            slopes = rng.normal(size=(500, 1)) if drawn else errors
            gradient = errors.T @ inputs / 500
            weights = kfac(weights, gradient, inputs, slopes, lr=1.0, damping=1e-6)[
                0
            ]
        ends.append(np.linalg.norm(weights - truth))
    wrong, right = ends
    return wrong, right


def kfac__damping():
    """Weights after a step, best at 2 and 0; the second input is of size 1e-6."""
    rng, found = np.random.default_rng(0), []
    inputs = np.column_stack([np.ones(100), 1e-6 * rng.normal(size=100)])
    targets = 2 + 0.5 * rng.normal(size=(100, 1))
    for damping in (1e-30, 1e-4):
        gradient, slopes = -targets.T @ inputs / 100, np.ones((1, 1))
        step = kfac(
            np.zeros((1, 2)), gradient, inputs, slopes, lr=1.0, damping=damping
        )
        found.append(step[0][0])
    wrong, right = found
    return wrong, right
