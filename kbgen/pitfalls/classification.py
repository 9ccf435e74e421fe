"""Classification losses."""

import numpy as np

from kbgen.losses.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    cost_sensitive,
    cross_entropy,
    focal,
    label_smoothing_cross_entropy,
    nll,
    zero_one,
)


def binary_cross_entropy__clipping():
    """Three libraries bound the same infinity, each in its own way."""
    import keras
    import torch
    from sklearn.metrics import log_loss

    in_torch = torch.nn.BCELoss()(torch.tensor([0.0]), torch.tensor([1.0]))
    in_keras = keras.losses.BinaryCrossentropy()(np.ones(1), np.zeros(1))
    in_sklearn = log_loss([1], [0.0], labels=[0, 1])
    wrong = [float(loss) for loss in (in_torch, in_keras, in_sklearn)]
    right = binary_cross_entropy(0.0, 1)
    return wrong, right


def binary_cross_entropy__epsilon():
    """Loss and slope by the logit, far on the wrong side."""
    logit, eps = -20.0, 1e-7
    prob = 1 / (1 + np.exp(-logit))
    loss = -np.log(prob + eps)
    slope = -prob * (1 - prob) / (prob + eps)
    wrong = loss, slope
    loss = binary_cross_entropy_with_logits(logit, 1)
    slope = binary_cross_entropy_with_logits_grad(logit, 1)
    right = loss, slope
    return wrong, right


def binary_cross_entropy__verdict():
    """A narrow right answer."""
    prob, target = 0.51, 1
    mistaken = round(prob) != target
    wrong = float(mistaken)
    right = binary_cross_entropy(prob, target)
    return wrong, right


def binary_cross_entropy_with_logits__twice():
    """Two outputs, then the losses of a negative and a positive."""
    score, target = np.array([-1000.0, 1000.0]), np.array([0, 1])
    once = 1 / (1 + np.exp(-score))
    twice = 1 / (1 + np.exp(-once))
    loss = binary_cross_entropy_with_logits(once, target)
    wrong = [*twice, *loss]
    loss = binary_cross_entropy_with_logits(score, target)
    right = [*once, *loss]
    return wrong, right


def binary_cross_entropy_with_logits__lost_gradient():
    """Positives far on the wrong side."""
    import torch
    from torch.nn import functional as F

    z = torch.tensor([-200.0, -50.0], requires_grad=True)
    y = torch.ones(2)
    loss = F.binary_cross_entropy(torch.sigmoid(z), y, reduction="sum")
    (wrong,) = torch.autograd.grad(loss, z)
    loss = F.binary_cross_entropy_with_logits(z, y, reduction="sum")
    (right,) = torch.autograd.grad(loss, z)
    return wrong, right


def binary_cross_entropy_with_logits__odds():
    """The best prediction for 20 % positives, and what it means."""
    prob = np.linspace(0.01, 0.99, 9801)
    logit = np.log(prob / (1 - prob))
    positive = binary_cross_entropy_with_logits(logit, 1, pos_weight=5)
    negative = binary_cross_entropy_with_logits(logit, 0, pos_weight=5)
    wrong = prob[np.argmin(0.2 * positive + 0.8 * negative)]
    odds = wrong / (1 - wrong) / 5
    right = odds / (1 + odds)
    return wrong, right


def cost_sensitive__count():
    """What a term adds to the loss and to its slope."""
    prob, step = np.array([0.2, 0.4, 0.9]), 1e-3
    count = 5 * np.sum(prob < 0.5)
    later = 5 * np.sum(prob + step < 0.5)
    wrong = count, (later - count) / step
    cost = cost_sensitive(prob, 1, c_fn=5).sum()
    later = cost_sensitive(prob + step, 1, c_fn=5).sum()
    right = cost, (later - cost) / step
    return wrong, right


def cost_sensitive__batch():
    """The same two items, in a batch of 10 and in a batch of 1000."""
    prob, target = np.array([0.9, 0.3]), np.array([1, 0])
    average = binary_cross_entropy(prob, target).mean()
    cost = cost_sensitive(prob, target)
    batches = np.tile(cost, 5), np.tile(cost, 500)
    wrong = [average + batch.sum() for batch in batches]
    right = [average + batch.mean() for batch in batches]
    return wrong, right


def cost_sensitive__double():
    """What the verdict costs on average, at true probability 0.1."""
    true_prob = 0.1
    odds = 5 * true_prob / (1 - true_prob)
    weighted_prob = odds / (1 + odds)
    wrong = cost_sensitive(weighted_prob > 1 / 6, true_prob, c_fn=5, c_fp=1)
    right = cost_sensitive(weighted_prob > 1 / 2, true_prob, c_fn=5, c_fp=1)
    return wrong, right


def cross_entropy__twice():
    """A perfect prediction among ten classes."""
    target = np.eye(1, 10)
    logits = 1000 * target
    odds = np.exp(logits - logits.max())
    prob = odds / odds.sum()
    wrong = cross_entropy(prob, target)
    right = cross_entropy(logits, target)
    return wrong, right


def cross_entropy__keras_default():
    """The first row is normalised, the second clipped."""
    import keras

    logits = np.array([[2.0, 1.0, 1.0], [4.0, 2.0, -1.0]])
    target = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    loss = keras.losses.categorical_crossentropy
    wrong = loss(target, logits)
    right = loss(target, logits, from_logits=True)
    return wrong, right


def cross_entropy__confidence():
    """Accuracy before and after, cross-entropy before and after."""
    earlier = np.array([[2.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    later = np.array([[3.0, 0.0], [3.0, 0.0], [0.0, 5.0]])
    target = np.array([[1, 0], [1, 0], [1, 0]])
    wrong = [np.mean(z.argmax(axis=1) == 0) for z in (earlier, later)]
    right = [cross_entropy(z, target).mean() for z in (earlier, later)]
    return wrong, right


def focal__imbalance():
    """The share of one object in the loss, against 100 places of background."""
    target = np.repeat([1, 0], [1, 100])
    hard, easy = np.zeros(101), np.where(target == 1, 0, -2.5)
    loss = [focal(hard, target, alpha=0.25, gamma=g) for g in (0, 2)]
    wrong = [of_all[0] / of_all.sum() for of_all in loss]
    loss = [focal(easy, target, alpha=0.25, gamma=g) for g in (0, 2)]
    right = [of_all[0] / of_all.sum() for of_all in loss]
    return wrong, right


def focal__alpha():
    """A negative with probability one half."""
    import keras
    import optax

    prob, one_hot = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    binary = keras.losses.BinaryFocalCrossentropy()(np.zeros(1), prob[:1])
    sigmoid = optax.losses.sigmoid_focal_loss(np.float32(0), np.float32(0))
    categorical = keras.losses.CategoricalFocalCrossentropy()(one_hot, prob)
    wrong = [float(loss) for loss in (binary, sigmoid, categorical)]
    right = focal(0.0, 0, alpha=0.25, gamma=2)
    return wrong, right


def focal__anchors():
    """Ten objects among 100 000 places."""
    target = np.repeat([1, 0], [10, 99_990])
    logit = np.where(target == 1, 0, -3.0)
    loss = focal(logit, target, alpha=0.25, gamma=2)
    wrong = loss.mean()
    right = loss.sum() / target.sum()
    return wrong, right


def label_smoothing_cross_entropy__convention():
    """Code of the other convention, beside ours with 0.1."""
    logits, target = np.array([[3.0, 1, 0, 0]]), np.array([[1, 0, 0, 0]])
    here = label_smoothing_cross_entropy(logits, target, eps=0.1)
    rest = (1 - target) / 3
    same_eps = cross_entropy(logits, 0.9 * target + 0.1 * rest)
    converted = cross_entropy(logits, 0.925 * target + 0.075 * rest)
    wrong = [*same_eps, *here]
    right = [*converted, *here]
    return wrong, right


def label_smoothing_cross_entropy__floor():
    """The best prediction there is, for ten classes."""
    target = np.eye(1, 10)
    best = np.log(0.9 * target + 0.1 / 10)
    wrong = label_smoothing_cross_entropy(best, target, eps=0.1)
    right = label_smoothing_cross_entropy(best, target, eps=0)
    return wrong, right


def nll__probabilities():
    """A probability instead of its logarithm."""
    prob = np.array([[0.7, 0.3]])
    wrong = nll(prob, [0])
    right = nll(np.log(prob), [0])
    return wrong, right


def nll__logits():
    """The score of the true class rises."""
    logits, label = np.array([[1.0, 0], [10, 0], [100, 0]]), [0, 0, 0]
    total = np.exp(logits).sum(axis=1, keepdims=True)
    wrong = nll(logits, label)
    right = nll(logits - np.log(total), label)
    return wrong, right


def weighted_cross_entropy__divisor():
    """The mean of three items, by two libraries."""
    import keras
    import torch
    from torch.nn import functional as F

    logits, label = np.tile([2.0, 1.0, 0.0], (3, 1)), np.array([0, 1, 2])
    weight = np.array([1.0, 3.0, 10.0])
    data = [torch.tensor(array) for array in (logits, label, weight)]
    keras_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    in_keras = float(keras_loss(label, logits, sample_weight=weight))
    wrong = F.cross_entropy(*data).item(), in_keras
    right = F.cross_entropy(*data, reduction="sum").item() / 3, in_keras
    return wrong, right


def weighted_cross_entropy__one_item():
    """A batch of one with weight 10; a batch of two in parts or whole."""
    import torch
    from torch.nn.functional import cross_entropy as loss

    z, label = torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1])
    weight = torch.tensor([1.0, 10.0])
    first, second = (loss(z[i : i + 1], label[i : i + 1], weight) for i in (0, 1))
    wrong = torch.stack([second, (first + second) / 2])
    summed = weight[1] * loss(z[1:], label[1:])
    right = torch.stack([summed, loss(z, label, weight)])
    return wrong, right


def weighted_cross_entropy__soft_target():
    """Three items, their classes as probabilities or as numbers."""
    import torch

    logits = torch.tensor([[2.0, 1.0, 0.0]]).expand(3, 3)
    loss = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 3.0, 10.0]))
    wrong = loss(logits, torch.eye(3))
    right = loss(logits, torch.arange(3))
    return wrong, right


def zero_one__no_gradient():
    """What ten times a mistake adds to the gradient of a loss."""
    import torch
    from torch.nn.functional import softplus

    score = torch.tensor([-1.0, 2.0], requires_grad=True)
    terms = torch.zeros(2), score <= 0, torch.sigmoid(-score)
    losses = [torch.sum(softplus(-score) + 10 * term) for term in terms]
    plain, counted, smooth = (torch.autograd.grad(x, score)[0] for x in losses)
    wrong = counted - plain
    right = smooth - plain
    return wrong, right


def zero_one__tie():
    """The error rate of a model that outputs 0 for everything."""
    score, label = np.zeros(4), np.array([1, 1, 1, -1])
    verdict = np.where(score >= 0, 1, -1)
    wrong = np.mean(verdict != label)
    right = zero_one(score, label).mean()
    return wrong, right


def zero_one__multilabel():
    """Four items with five labels each."""
    from sklearn.metrics import hamming_loss, zero_one_loss

    label = np.ones((4, 5), dtype=int)
    pred = label.copy()
    pred[[0, 1, 2], [0, 1, 2]] = 0
    wrong = zero_one_loss(label, pred)
    right = hamming_loss(label, pred)
    return wrong, right
