"""Penalties on weights."""

import numpy as np

from kbgen.losses.classification import (
    cross_entropy_grad,
    label_smoothing_cross_entropy_grad,
)
from kbgen.losses.regularizer import (
    elastic_net,
    elastic_net_grad,
    entropy_regularizer,
    entropy_regularizer_grad,
    l1_penalty,
    l1_penalty_grad,
    l2_penalty_grad,
    orthogonality,
    orthogonality_grad,
)


def elastic_net__halves():
    """The slope, where scikit-learn stopped, of the objective meant."""
    from sklearn.linear_model import ElasticNet

    x, y, l1, l2 = np.array([[1.0], [-1.0]]), np.array([3.0, -3.0]), 0.1, 0.2
    slopes = []
    for alpha in (l1 + l2, l1 + 2 * l2):
        model = ElasticNet(alpha=alpha, l1_ratio=l1 / alpha, fit_intercept=False)
        weight = model.fit(x, y).coef_
        data = x.T @ (x @ weight - y) / len(y)
        slope = data + elastic_net_grad(weight[None], l1=l1, l2=l2)[0]
        slopes.append(slope.item())
    wrong, right = np.round(slopes, 6)
    return wrong, right


def elastic_net__naive():
    """The data say 3."""
    x, w = np.array([0.6, 0.8]), np.linspace(0, 4, 4001)[:, None]
    data = np.sum((w * x - 3 * x) ** 2, axis=1)
    naive = w[np.argmin(data + elastic_net(w, l1=1, l2=1))].item()
    wrong = naive
    right = (1 + 1) * naive
    return wrong, right


def l1_penalty__hopping():
    """The last four weights; the best one is zero."""
    plain = soft = np.array([[1.0]])
    weights = []
    for _ in range(100):
        plain = plain - 0.1 * (plain - 0.3 + l1_penalty_grad(plain, lam=0.5))
        step = soft - 0.1 * (soft - 0.3)
        soft = np.sign(step) * np.maximum(np.abs(step) - 0.1 * 0.5, 0)
        weights.append([plain.item(), soft.item()])
    wrong, right = np.transpose(weights[-4:])
    return wrong, right


def l1_penalty__units():
    """The tax on one feature in metres and in millimetres."""
    metres = np.array([1.5, 1.7, 1.9])
    y, wrong, right = 2 * metres, [], []
    for x in (metres, 1000 * metres):
        raw, standardised = np.polyfit(x, y, 1), np.polyfit(x / x.std(), y, 1)
        wrong.append(l1_penalty(raw[None, :1], lam=1).item())
        right.append(l1_penalty(standardised[None, :1], lam=1).item())
    return wrong, right


def l1_penalty__reduction():
    """The data say 3; the same strength for a mean, for scikit-learn, for a sum."""
    from sklearn.linear_model import Lasso

    x, y, w = np.ones((10, 1)), np.full(10, 3.0), np.linspace(0, 4, 401)[:, None]
    squares, tax = (w - y) ** 2, l1_penalty(w, lam=2)
    mean = w[np.argmin(squares.mean(axis=1) + tax)].item()
    total = w[np.argmin(squares.sum(axis=1) + tax)].item()
    lasso = Lasso(alpha=2, fit_intercept=False).fit(x, y).coef_.item()
    scaled = Lasso(alpha=2 / 20, fit_intercept=False).fit(x, y).coef_.item()
    wrong, right = [mean, lasso], [total, scaled]
    return wrong, right


def l2_penalty__factor():
    """The pull on a weight of 3, by Keras and by PyTorch."""
    import keras
    import torch

    penalty, pulls = keras.regularizers.L2(0.1), []
    # a parabola's slope at 3 is that of its chord from 2 to 4
    slope = float(penalty(np.float32(4)) - penalty(np.float32(2))) / 2
    for decay in (0.1, 0.2):
        w = torch.tensor(3.0, requires_grad=True)
        w.grad = torch.tensor(0.0)
        torch.optim.SGD([w], lr=1, weight_decay=decay).step()
        pulls.append([slope, 3 - w.item()])
    wrong, right = pulls
    return wrong, right


def l2_penalty__intercept():
    """Predictions for targets around 100."""
    x, y, predictions = np.array([-1.0, 0.0, 1.0]), np.array([98.0, 100, 102]), []
    features = np.stack([x, np.ones(3)], axis=1)
    for on_slope, on_intercept in ((1, 1), (1, 0)):
        hessian = features.T @ features + np.diag([on_slope, on_intercept])
        weights = np.linalg.solve(hessian, features.T @ y)
        predictions.append(features @ weights)
    wrong, right = predictions
    return wrong, right


def l2_penalty__curvature():
    """Fifty steps from 1; the minimum is at 0."""
    curvature, rate = 1.9, 1.0
    penalised = plain = np.array([[1.0]])
    for _ in range(50):
        slope = curvature * penalised + l2_penalty_grad(penalised, lam=0.1)
        penalised = penalised - rate * slope
        plain = plain - rate * curvature * plain
    wrong, right = penalised.item(), plain.item()
    return wrong, right


def orthogonality__wide():
    """Two rows and three columns after descent: as they are, and transposed."""
    start, penalties = np.array([[1.2, 0.3, -0.9], [0.2, 0.6, 0.3]]), []
    for given in (start, start.T):
        w = given[None]
        for _ in range(500):
            w = w - 0.02 * orthogonality_grad(w, lam=1.0)
        penalties.append(orthogonality(w, lam=1.0)[0])
    wrong, right = np.round(penalties, 6)
    return wrong, right


def orthogonality__keras():
    """Three times the identity."""
    import keras

    w = 3 * np.eye(2)
    wrong = float(
        keras.regularizers.OrthogonalRegularizer(0.01)(w.astype(np.float32))
    )
    right = orthogonality(w[None], lam=0.01)[0]
    return wrong, right


def orthogonality__decay():
    """Lengths of two columns at rest, with weight decay and without."""
    lengths = []
    for decay in (0.01, 0.0):
        w = np.array([[[1.0, 0.2], [0.1, 0.9]]])
        for _ in range(5000):
            w = w - 0.5 * (orthogonality_grad(w, lam=0.01) + decay * w)
        lengths.append(np.linalg.norm(w[0], axis=0))
    wrong, right = lengths
    return wrong, right


def orthogonality__kernel():
    """Four orthonormal filters of 2 x 2 x 3 numbers, laid out as in Keras."""
    filters = np.linalg.qr(np.random.default_rng(0).normal(size=(12, 4)))[0]
    kernel = filters.reshape(2, 2, 3, 4)  # height, width, in, out
    mixed = kernel.reshape(4, -1).T
    columns = kernel.reshape(-1, 4)
    wrong = orthogonality(mixed[None], lam=1.0)[0]
    right = orthogonality(columns[None], lam=1.0)[0].round(6)
    return wrong, right


def entropy_regularizer__sign():
    """Where cross-entropy with a penalty of 0.5 leads; the truth is 0.7."""
    target, found = np.array([[0.7, 0.3]]), []
    for sign in (-1, 1):
        z = np.zeros((1, 2))
        for _ in range(300):
            slope = sign * entropy_regularizer_grad(z, beta=0.5)
            z = z - 0.5 * (cross_entropy_grad(z, target) + slope)
        found.append(np.exp(z[0]) / np.exp(z[0]).sum())
    wrong, right = found
    return wrong, right


def entropy_regularizer__zero_times_log():
    """A distribution that has reached zero, and its logits."""
    logits = np.array([[800.0, 0.0, 0.0]])
    p = np.exp(logits - 800) / np.exp(logits - 800).sum()
    wrong = 0.1 * np.sum(p * np.log(p))
    right = entropy_regularizer(logits)[0]
    return wrong, right


def entropy_regularizer__saturated():
    """The push back on the true logit of ten, at leads of 3 and of 30."""
    logits, target = np.zeros((2, 10)), np.eye(10)[[0, 0]]
    logits[:, 0] = 3, 30
    plain = cross_entropy_grad(logits, target)
    wrong = entropy_regularizer_grad(logits, beta=0.3)[:, 0]
    right = (label_smoothing_cross_entropy_grad(logits, target) - plain)[:, 0]
    return wrong, right
