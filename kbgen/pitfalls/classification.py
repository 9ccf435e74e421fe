"""Classification losses."""

import numpy as np

from kbgen.losses.classification import (
    asymmetric_multilabel,
    asymmetric_multilabel_grad,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    bootstrapped_cross_entropy,
    categorical_focal,
    class_balanced_cross_entropy,
    cost_sensitive,
    cross_entropy,
    cross_entropy_grad,
    fenchel_young,
    fenchel_young_grad,
    focal,
    generalized_cross_entropy,
    generalized_cross_entropy_grad,
    hamming,
    label_smoothing_cross_entropy,
    logit_adjusted_cross_entropy,
    multilabel_soft_margin_grad,
    nll,
    ordinal_cumulative_link,
    poly1_cross_entropy,
    poly1_cross_entropy_grad,
    sparsemax,
    sparsemax_grad,
    symmetric_cross_entropy,
    symmetric_cross_entropy_grad,
    zero_one,
)


def asymmetric_multilabel__threshold():
    """A label that holds in 20 % of the cases: the best output."""
    prob = np.linspace(0.001, 0.999, 9981)
    logit = np.log(prob / (1 - prob))
    loss = asymmetric_multilabel
    risk = 0.2 * loss(logit, prob**0) + 0.8 * loss(logit, 0 * prob)
    wrong = prob[np.argmin(risk)]
    loss = binary_cross_entropy_with_logits
    risk = 0.2 * loss(logit, prob**0) + 0.8 * loss(logit, 0 * prob)
    right = prob[np.argmin(risk)]
    return wrong, right


def asymmetric_multilabel__sum():
    """A batch of 32 items with 80 labels, three of them true for each."""
    target = np.tile(np.repeat([1, 0], [3, 77]), (32, 1))
    loss = asymmetric_multilabel(np.zeros((32, 80)), target)
    wrong = loss.sum()
    right = loss.mean()
    return wrong, right


def asymmetric_multilabel__confident():
    """The slope of two negatives, called with 0.9 and with 0.9999."""
    prob = np.array([0.9, 0.9999])
    logit = np.log(prob / (1 - prob))
    wrong = asymmetric_multilabel_grad(logit, [0, 0])
    right = binary_cross_entropy_with_logits_grad(logit, [0, 0])
    return wrong, right


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


def bootstrapped_cross_entropy__detach():
    """The slope by both scores."""
    import torch

    z, y = torch.tensor([2.0, 0.0], requires_grad=True), torch.tensor([0.0, 1])
    log_prob = torch.log_softmax(z, dim=0)
    mixed = 0.5 * y + 0.5 * log_prob.exp()
    cut = -(mixed.detach() * log_prob).sum()
    (wrong,) = torch.autograd.grad(cut, z, retain_graph=True)
    (right,) = torch.autograd.grad(-(mixed * log_prob).sum(), z)
    return wrong, right


def bootstrapped_cross_entropy__swapped():
    """A confident mistake, then an even split."""
    logits, target = np.array([[-5.0, 0], [0, 0]]), np.array([[1, 0], [1, 0]])
    wrong = bootstrapped_cross_entropy(logits, target, beta=0.05)
    right = bootstrapped_cross_entropy(logits, target, beta=0.95)
    return wrong, right


def bootstrapped_cross_entropy__calibration():
    """The best probability of class 1 if the true one is 0.7."""
    prob = np.linspace(0.01, 0.99, 9801)
    logits = np.log(np.stack([prob, 1 - prob], axis=1))
    truth = np.tile([0.7, 0.3], (len(prob), 1))
    wrong = prob[np.argmin(bootstrapped_cross_entropy(logits, truth, beta=0.8))]
    right = prob[np.argmin(cross_entropy(logits, truth))]
    return wrong, right


def categorical_focal__scalar_alpha():
    """The share of the rare first class in the loss of ten items."""
    import keras

    target = np.eye(2)[[0] + 9 * [1]]
    prob = np.full((10, 2), 0.5)
    shares = []
    for alpha in (1.0, 0.25, [0.9, 0.1]):
        loss = keras.losses.categorical_focal_crossentropy
        each = np.array(loss(target, prob, alpha=alpha))
        shares.append(each[0] / each.sum())
    wrong, right = shares[:2], shares[2]
    return wrong, right


def categorical_focal__background():
    """A place with nothing in it, whose scores claim class 1 or no class."""
    scores, nothing = np.array([[8.0, 0, 0], [-4.0, -4, -4]]), np.zeros((2, 3))
    wrong = categorical_focal(scores, nothing)
    right = focal(scores, nothing).sum(axis=1)
    return wrong, right


def categorical_focal__soft_target():
    """The best probability of class 1, for a target of 0.9."""
    prob = np.linspace(0.01, 0.99, 9801)
    logits = np.log(np.stack([prob, 1 - prob], axis=1))
    target = np.tile([0.9, 0.1], (len(prob), 1))
    wrong = prob[np.argmin(categorical_focal(logits, target, gamma=2))]
    right = prob[np.argmin(cross_entropy(logits, target))]
    return wrong, right


def class_balanced_cross_entropy__small_counts():
    """How many times more a class of 10 weighs than one of 100."""
    logits, target, ratios = np.zeros((2, 2)), np.eye(2), []
    for beta in (0.9999, 0.99):
        rare, common = class_balanced_cross_entropy(
            logits, target, [10, 100], beta=beta
        )
        ratios.append(rare / common)
    wrong, right = ratios
    return wrong, right


def class_balanced_cross_entropy__scale():
    """The loss of two classes with 1000 and 100 examples."""
    logits, target = np.zeros((2, 2)), np.eye(2)
    count, beta = np.array([1000, 100]), 0.9999
    wrong = class_balanced_cross_entropy(logits, target, count, beta=beta)
    weight = (1 - beta) / (1 - beta**count)
    right = wrong * 2 / weight.sum()
    return wrong, right


def class_balanced_cross_entropy__rounding():
    """The weight of a class with 1000 examples."""
    beta, count = 1 - 1e-8, 1000
    single = np.float32(beta)
    wrong = (1 - single) / (1 - single ** np.float32(count))
    right = np.float32((1 - beta) / -np.expm1(count * np.log(beta)))
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


def fenchel_young__constant():
    """A perfect prediction of a soft target."""
    import jax
    import optax

    scores, target = np.zeros((1, 2)), np.array([[0.5, 0.5]])
    loss = optax.losses.make_fenchel_young_loss(jax.nn.logsumexp)
    wrong = np.array(loss(scores, target))
    right = fenchel_young(scores, target, alpha=1)
    return wrong, right


def fenchel_young__link():
    """What the scores (1, 0) mean after training with alpha = 2."""
    scores, nothing = np.array([[1.0, 0.0]]), np.zeros((1, 2))
    wrong = np.exp(scores[0]) / np.exp(scores).sum()
    right = fenchel_young_grad(scores, nothing, alpha=2)[0]
    return wrong, right


def fenchel_young__margin():
    """The true class leads by 1.5, then by 2; alpha is 1, 1.5 and 2."""
    scores, target = np.array([[1.5, 0.0], [2.0, 0.0]]), np.eye(2)[[0, 0]]
    losses = [fenchel_young(scores, target, alpha=a) for a in (1, 1.5, 2)]
    wrong, right = np.transpose(losses)
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


def generalized_cross_entropy__start():
    """The slope by the score of the true class, all 1000 scores equal."""
    logits, target = np.zeros((1, 1000)), np.eye(1, 1000)
    wrong = generalized_cross_entropy_grad(logits, [0], q=0.7)[0, 0]
    right = cross_entropy_grad(logits, target)[0, 0]
    return wrong, right


def generalized_cross_entropy__power_of_zero():
    """The slope by both scores, in single precision."""
    import torch

    z = torch.tensor([-110.0, 0.0], requires_grad=True)
    loss = (1 - torch.softmax(z, dim=0)[0] ** 0.7) / 0.7
    (wrong,) = torch.autograd.grad(loss, z)
    log_prob = torch.log_softmax(z, dim=0)[0]
    loss = (1 - torch.exp(0.7 * log_prob)) / 0.7
    (right,) = torch.autograd.grad(loss, z)
    return wrong, right


def generalized_cross_entropy__default():
    """The true class has probability 0.1."""
    import keras

    label, prob = np.array([0]), np.array([[0.1, 0.9]])
    loss = keras.losses.CategoricalGeneralizedCrossEntropy
    wrong = float(loss()(label, prob))
    right = float(loss(q=0.7)(label, prob))
    return wrong, right


def hamming__sparse():
    """Three labels of 1000 are true, and the model finds none."""
    from sklearn.metrics import f1_score

    label = np.repeat([1, -1], [3, 997])
    score = np.full((1, 1000), -1.0)
    wrong = hamming(score, label[None])
    right = f1_score(label > 0, score[0] > 0, zero_division=0)
    return wrong, right


def hamming__subset():
    """Four items with five labels each, three of them with one slip."""
    from sklearn.metrics import zero_one_loss

    label = np.ones((4, 5))
    score = np.where(np.eye(4, 5, dtype=bool), -1.0, 1.0)
    score[3, 3] = 1
    wrong = zero_one_loss(label > 0, score > 0)
    right = hamming(score, label).mean()
    return wrong, right


def hamming__probabilities():
    """Three labels, the last two false, and good outputs."""
    output, label = np.array([[0.9, 0.2, 0.1]]), np.array([[1, -1, -1]])
    wrong = hamming(output, label)
    right = hamming(output - 0.5, label)
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


def logit_adjusted_cross_entropy__double():
    """The scores of both classes when predicting."""
    true_prob, share = np.array([0.05, 0.95]), np.array([0.1, 0.9])
    learnt = np.log(true_prob) - np.log(share)
    wrong = learnt - np.log(share)
    right = learnt
    return wrong, right


def logit_adjusted_cross_entropy__probability():
    """Probabilities of an item whose true ones are 0.05 and 0.95."""
    true_prob, share = np.array([0.05, 0.95]), np.array([0.1, 0.9])
    odds = np.exp(np.log(true_prob) - np.log(share))
    wrong = odds / odds.sum()
    right = share * odds / (share * odds).sum()
    return wrong, right


def logit_adjusted_cross_entropy__missing():
    """The third class was not among the ten training examples."""
    count, logits, target = np.array([6, 4, 0]), np.zeros((1, 3)), [[0, 0, 1]]
    share = count / count.sum()
    wrong = logit_adjusted_cross_entropy(logits, target, share)
    share = (count + 1) / (count + 1).sum()
    right = logit_adjusted_cross_entropy(logits, target, share)
    return wrong, right


def multilabel_soft_margin__softmax():
    """The probabilities of three labels, the first two of them true."""
    scores = np.array([10.0, 10.0, -10.0])
    odds = np.exp(scores)
    wrong = odds / odds.sum()
    right = odds / (1 + odds)
    return wrong, right


def multilabel_soft_margin__weight():
    """The best probability of a label that holds for 20 % of the items."""
    import torch
    from torch.nn import functional as F

    prob, five = torch.linspace(0.01, 0.99, 9801), torch.tensor(5.0)
    z, one = torch.logit(prob)[:, None], torch.ones(9801, 1)
    loss = F.multilabel_soft_margin_loss
    risk = [loss(z, y * one, five, reduction="none") for y in (1, 0)]
    wrong = prob[torch.argmin(0.2 * risk[0] + 0.8 * risk[1])]
    loss = torch.nn.BCEWithLogitsLoss(pos_weight=five, reduction="none")
    risk = [loss(z, y * one) for y in (1, 0)]
    right = prob[torch.argmin(0.2 * risk[0] + 0.8 * risk[1])]
    return wrong, right


def multilabel_soft_margin__mean():
    """The slope by one undecided score, among 10 and among 1000 labels."""
    counts, slopes = (10, 1000), []
    for count in counts:
        logits, target = np.zeros((1, count)), np.eye(1, count)
        slopes.append(multilabel_soft_margin_grad(logits, target)[0, 0])
    wrong = slopes
    right = np.multiply(slopes, counts)
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


def ordinal_cumulative_link__crossing():
    """The middle class, with thresholds from a free and from a positive gap."""
    score, label, raw = np.zeros(1), np.array([1]), np.array([0.5, -0.5])
    low, high = 1 / (1 + np.exp(score - raw))
    wrong = -np.log(high - low)
    gap = np.log1p(np.exp(raw[1]))
    threshold = np.array([raw[0], raw[0] + gap])
    right = ordinal_cumulative_link(score, label, threshold)
    return wrong, right


def ordinal_cumulative_link__cancellation():
    """The middle class, far from its section."""
    score, label, threshold = -40.0, np.array([1]), np.array([0.0, 2.0])
    low, high = 1 / (1 + np.exp(score - threshold))
    wrong = -np.log(high - low)
    right = ordinal_cumulative_link(np.array([score]), label, threshold)
    return wrong, right


def ordinal_cumulative_link__sign():
    """The chance of the lowest class at scores -3, 0 and 3."""
    score, threshold = np.array([-3.0, 0.0, 3.0]), np.array([-1.0, 1.0])
    lowest = np.zeros(3)
    wrong = np.exp(-ordinal_cumulative_link(-score, lowest, threshold))
    right = np.exp(-ordinal_cumulative_link(score, lowest, threshold))
    return wrong, right


def poly1_cross_entropy__learning_rate():
    """The slope of an item with probability 0.99, over that of cross-entropy."""
    logits, target = np.log([[0.99, 0.01]]), np.array([[1, 0]])
    plain = cross_entropy_grad(logits, target)[0, 0]
    wrong = poly1_cross_entropy_grad(logits, target, epsilon=2)[0, 0] / plain
    right = poly1_cross_entropy_grad(logits, target, epsilon=2)[0, 0] / 3 / plain
    return wrong, right


def poly1_cross_entropy__sign():
    """The slope by the score of the true class, which stands at 0.9."""
    logits, target = np.log([[0.9, 0.1]]), np.array([[1, 0]])
    wrong = poly1_cross_entropy_grad(logits, target, epsilon=-2)[0, 0]
    right = poly1_cross_entropy_grad(logits, target, epsilon=-1)[0, 0]
    return wrong, right


def poly1_cross_entropy__soft_target():
    """The best probability of class 1, for a target of 0.9."""
    prob = np.linspace(0.01, 0.99, 9801)
    logits = np.log(np.stack([prob, 1 - prob], axis=1))
    target = np.tile([0.9, 0.1], (len(prob), 1))
    wrong = prob[np.argmin(poly1_cross_entropy(logits, target, epsilon=2))]
    right = prob[np.argmin(cross_entropy(logits, target))]
    return wrong, right


def sparsemax__logarithm():
    """The true class, the first, has lost all probability."""
    scores, target = np.array([[0.0, 1.2, 1.0]]), np.array([[1, 0, 0]])
    prob = sparsemax_grad(scores, target) + target
    wrong = -np.log(prob[:, 0])
    right = sparsemax(scores, target)
    return wrong, right


def sparsemax__scale():
    """Probabilities of the same scores, once ten times as large."""
    scores, nothing = np.array([[0.6, 0.4, 0.2]]), np.zeros((1, 3))
    wrong = sparsemax_grad(10 * scores, nothing)[0]
    right = sparsemax_grad(scores, nothing)[0]
    return wrong, right


def sparsemax__half():
    """A perfect prediction of two classes with one half each."""
    import optax

    scores, target = np.zeros((1, 2)), np.array([[0.5, 0.5]])
    loss = optax.losses.multiclass_sparsemax_loss
    by_class = [loss(scores, np.array([k])) for k in (0, 1)]
    wrong = (by_class[0] + by_class[1]) / 2
    right = sparsemax(scores, target)
    return wrong, right


def symmetric_cross_entropy__clamp():
    """The reversed part of two classes with probability one half each."""
    prob, one_hot = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    wrong = -np.sum(prob * np.log(np.clip(one_hot, 1e-4, 1)))
    right = symmetric_cross_entropy(np.log(prob[None]), [0], alpha=0)
    return wrong, right


def symmetric_cross_entropy__unbounded():
    """The labelled class lags by 100."""
    logits, label = np.array([[-100.0, 0.0]]), [0]
    wrong = symmetric_cross_entropy(logits, label)
    right = generalized_cross_entropy(logits, label)
    return wrong, right


def symmetric_cross_entropy__start():
    """The slope by the score of the true class, all 1000 scores equal."""
    logits, target = np.zeros((1, 1000)), np.eye(1, 1000)
    wrong = symmetric_cross_entropy_grad(logits, [0])[0, 0]
    right = cross_entropy_grad(logits, target)[0, 0]
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
