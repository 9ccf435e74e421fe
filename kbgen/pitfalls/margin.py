"""Margin losses."""

import numpy as np

from kbgen.losses.classification import binary_cross_entropy_with_logits_grad
from kbgen.losses.margin import (
    exponential,
    hinge,
    hinge_grad,
    modified_huber,
    modified_huber_grad,
    multi_margin,
    multiclass_hinge,
    multilabel_margin,
    multilabel_margin_grad,
    perceptron,
    perceptron_grad,
    soft_margin,
    soft_margin_grad,
    squared_hinge_grad,
)
from kbgen.losses.robust import huber


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


def modified_huber__regression():
    """An item beyond the margin, one that is right and one gross mistake."""
    score, label = np.array([3.0, 1.0, -3.0]), np.ones(3)
    wrong = huber(score, label, delta=2)
    right = modified_huber(score, label)
    return wrong, right


def modified_huber__probability():
    """From the best score back to the probability."""
    true_prob, score = 0.9, np.linspace(-2, 2, 4001)
    positive, negative = modified_huber(score, 1), modified_huber(score, -1)
    expected = true_prob * positive + (1 - true_prob) * negative
    best = score[expected.argmin()]
    wrong = 1 / (1 + np.exp(-best))
    right = (1 + np.clip(best, -1, 1)) / 2
    return wrong, right


def modified_huber__rate():
    """The step of a gross mistake, with a rate tuned for the hinge."""
    score, rate = -5.0, 0.1
    wrong = -rate * modified_huber_grad(score, 1)
    right = -rate * hinge_grad(score, 1)
    return wrong, right


def multi_margin__divisor():
    """Equal scores of two, ten and a hundred classes."""
    import torch

    loss = torch.nn.MultiMarginLoss()
    undecided = [torch.zeros(1, classes) for classes in (2, 10, 100)]
    wrong = [loss(score, torch.tensor([0])) for score in undecided]
    rivals = [score.shape[1] - 1 for score in undecided]
    right = [w * (r + 1) / r for w, r in zip(wrong, rivals, strict=True)]
    wrong, right = torch.stack(wrong), torch.stack(right)
    return wrong, right


def multi_margin__weight():
    """Two classes with equal scores, squared shortfalls and weight 3."""
    import torch

    score, label, weight = torch.zeros(1, 2), torch.tensor([0]), 3.0
    loss = torch.nn.MultiMarginLoss(p=2, weight=torch.full((2,), weight))
    one_shortfall = 1.0
    wrong = (weight * one_shortfall) ** 2 / 2
    right = loss(score, label)
    return wrong, right


def multi_margin__probability():
    """A clear verdict, and a clearer one."""
    score = np.array([[5.0, 0.0, 0.0], [9.0, 0.0, 0.0]])
    prob = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    wrong = multi_margin(prob, [0, 0])
    right = multi_margin(score, [0, 0])
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


def multilabel_margin__target():
    """Labels 0 and 3 of four classes, as a 0/1 vector and as a list."""
    import torch

    score = torch.tensor([[0.1, 0.2, 0.4, 0.8]])
    loss = torch.nn.MultiLabelMarginLoss()
    wrong = loss(score, torch.tensor([[1, 0, 0, 1]]))
    right = loss(score, torch.tensor([[0, 3, -1, -1]]))
    return wrong, right


def multilabel_margin__nothing():
    """The slopes of an item without labels, all of its scores high."""
    score, target = np.array([[5.0, 4.0, 6.0]]), np.zeros((1, 3))
    wrong = multilabel_margin_grad(score, target)
    right = binary_cross_entropy_with_logits_grad(score, target)
    return wrong, right


def multilabel_margin__threshold():
    """Scores, and the same 10 higher: classes above zero, then losses."""
    score, target = np.array([[3.0, 1.0, -1.0, -2.0]]), [[1, 1, 0, 0]]
    wrong = [np.sum(score > 0), np.sum(score + 10 > 0)]
    right = [multilabel_margin(s, target).item() for s in (score, score + 10)]
    return wrong, right


def perceptron__zero():
    """Weights of zero, before anything was learnt."""
    feature, label = np.array([[1.0, 2.0], [2.0, -1.0]]), np.array([1, -1])
    weight = np.zeros(2)
    wrong = perceptron(feature @ weight, label)
    right = hinge(feature @ weight, label)
    return wrong, right


def perceptron__start():
    """One step from weights of zero: by PyTorch, and by the rule."""
    import torch

    feature, label = torch.tensor([1.0, 2.0]), 1
    weight = torch.zeros(2, requires_grad=True)
    torch.relu(-label * weight @ feature).backward()
    wrong = -weight.grad
    slope = perceptron_grad((weight @ feature).item(), label)
    right = -slope * feature
    return wrong, right


def perceptron__rate():
    """Ten rounds with rates 0.125 and 8: lengths; mistakes and directions."""
    feature = np.array([[2.0, 1.0], [1.0, 3.0], [-1.0, 1.0], [1.0, -2.0]])
    label, mistakes, weights = [1, 1, -1, -1], [], []
    for rate in (0.125, 8):
        weight, wrongs = np.zeros(2), 0
        for x, y in 10 * [*zip(feature, label, strict=True)]:
            wrongs += y * (weight @ x) <= 0
            weight -= rate * perceptron_grad(weight @ x, y) * x
        mistakes.append(wrongs), weights.append(weight)
    wrong = np.linalg.norm(weights, axis=1)
    right = *mistakes, *(w[1] / w[0] for w in weights)
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
