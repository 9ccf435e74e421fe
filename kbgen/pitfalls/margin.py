"""Margin losses."""

import numpy as np

from kbgen.losses.margin import (
    exponential,
    hinge,
    hinge_grad,
    multiclass_hinge,
    soft_margin,
    soft_margin_grad,
    squared_hinge_grad,
)


def exponential__factor_two():
    """From the best scores back to the true probabilities."""
    true_prob = np.array([[0.05], [0.5], [0.9]])
    score = np.linspace(-3, 3, 60_001)
    positive, negative = exponential(score, 1), exponential(score, -1)
    expected = true_prob * positive + (1 - true_prob) * negative
    best = score[expected.argmin(axis=1)]
    wrong = 1 / (1 + np.exp(-best))
    right = 1 / (1 + np.exp(-2 * best))
    return wrong, right


def exponential__overflow():
    """Weights of two items on both sides of the limit."""
    margin = np.array([-88.7, -88.8], dtype=np.float32)
    loss = exponential(margin, 1)
    wrong = loss / loss.sum()
    log_loss = -margin
    share = np.exp(log_loss - log_loss.max())
    right = share / share.sum()
    return wrong, right


def hinge__labels():
    """Two negatives labelled 0, and a third labelled -1."""
    import keras
    import optax

    score = np.array([[2.0], [-0.5], [-3.0]])
    label = np.array([[0.0], [0.0], [-1.0]])
    mixed = keras.losses.hinge(label, score)[:2]
    never = optax.losses.hinge_loss(score, label)[:2, 0]
    wrong = np.concatenate([mixed, never])
    right = keras.losses.hinge(label[:2], score[:2])
    return wrong, right


def hinge__probability():
    """A negative and a positive, both well classified."""
    score, label = np.array([-4.0, 4.0]), np.array([-1, 1])
    prob = 1 / (1 + np.exp(-score))
    wrong = hinge(prob, label)
    right = hinge(score, label)
    return wrong, right


def hinge__boundary():
    """Slopes near the boundary and far on the wrong side."""
    margin = np.array([0.5, -1.0, -5.0])
    prob = 1 / (1 + np.exp(-margin))
    peaked_at_zero = -prob * (1 - prob)
    wrong = peaked_at_zero
    right = hinge_grad(margin, 1)
    return wrong, right


def multiclass_hinge__all_rivals():
    """Four rivals, three of them ahead or close."""
    import torch

    score, label = [[0.0, 3.0, 1.0, -2.0, -1.0]], [0]
    loss = torch.nn.MultiMarginLoss()
    wrong = loss(torch.tensor(score), torch.tensor(label))
    right = multiclass_hinge(score, label)
    return wrong, right


def multiclass_hinge__keras_zero():
    """A lead of 2 among negative scores."""
    import keras

    score, one_hot = np.array([[-1.0, -3, -4]]), np.array([[1.0, 0, 0]])
    wrong = keras.losses.categorical_hinge(one_hot, score)
    right = multiclass_hinge(score, [0])
    return wrong, right


def multiclass_hinge__scale():
    """A narrow lead, and ten times the weights."""
    weight, features = np.array([[0.4, 0.1], [0.2, 0.1]]), np.array([1.0, 1.0])
    candidates = weight, 10 * weight
    loss = [multiclass_hinge([w @ features], [0]).item() for w in candidates]
    wrong = loss
    penalty = [0.1 * np.sum(w**2) for w in candidates]
    right = np.add(loss, penalty)
    return wrong, right


def soft_margin__name():
    """The best weight under a loss with penalty, beside the machine's."""
    from sklearn.svm import SVC

    feature, label = np.array([[-2.0], [2.0]]), np.array([-1, 1])
    machine = SVC(kernel="linear", C=1).fit(feature, label).coef_.item()
    weight = np.linspace(0, 1, 1001)
    with_soft_margin = weight**2 / 2 + 2 * soft_margin(2 * weight, 1)
    with_hinge = weight**2 / 2 + 2 * hinge(2 * weight, 1)
    wrong = weight[with_soft_margin.argmin()], machine
    right = weight[with_hinge.argmin()], machine
    return wrong, right


def soft_margin__labels():
    """Losses of two negatives, then their slopes."""
    score = np.array([3.0, -3.0])
    wrong = [*soft_margin(score, 0), *soft_margin_grad(score, 0)]
    right = [*soft_margin(score, -1), *soft_margin_grad(score, -1)]
    return wrong, right


def soft_margin__overflow():
    """The formula as typed, the loss of PyTorch and its gradient."""
    import torch
    from torch.nn import functional as F

    margin = torch.tensor(-89.0, requires_grad=True)
    typed = torch.log(1 + torch.exp(-margin))
    built_in = F.soft_margin_loss(margin, torch.tensor(1.0))
    wrong = typed, built_in, *torch.autograd.grad(built_in, margin)
    stable = F.softplus(-margin)
    right = stable, stable, *torch.autograd.grad(stable, margin)
    wrong, right = torch.stack(wrong), torch.stack(right)
    return wrong, right


def squared_hinge__default():
    """The weights of two machines with C = 1, fitted to the same two items."""
    from sklearn.svm import SVC, LinearSVC

    x, y = [[-1.0], [1.0]], [-1, 1]
    machine = SVC(kernel="linear", C=1).fit(x, y).coef_.item()
    default = LinearSVC(C=1, tol=1e-8).fit(x, y).coef_.item()
    hinged = LinearSVC(C=1, tol=1e-8, loss="hinge").fit(x, y).coef_.item()
    wrong = default, machine
    right = hinged, machine
    return wrong, right


def squared_hinge__scale():
    """The weight after a step from -1, by the unit of the feature."""
    weight, rate = -1.0, 0.1
    millimetres, metres = 500.0, 0.5
    slope = squared_hinge_grad(weight * millimetres, 1) * millimetres
    wrong = weight - rate * slope
    slope = squared_hinge_grad(weight * metres, 1) * metres
    right = weight - rate * slope
    return wrong, right
