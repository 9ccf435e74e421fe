"""Ranking."""

import numpy as np

from kbgen.losses.ranking import (
    bpr,
    bpr_grad,
    label_ranking,
    label_ranking_grad,
    lambdarank,
    lambdarank_grad,
    listmle,
    listnet,
    margin_ranking,
    margin_ranking_grad,
    ranknet,
    ranknet_grad,
)


def listnet__floor():
    """A perfect model and one that knows nothing."""
    grades = np.array([[1, 0], [1, 0]])
    scores = np.array([[1.0, 0.0], [0.0, 0.0]])
    wrong = listnet(scores, grades)
    entropy = listnet(grades, grades)
    right = wrong - entropy
    return wrong, right


def listnet__scale():
    """Chances of the first place from grades ten times too large."""
    grades = np.array([2, 1, 0])
    wrong = np.exp(10 * grades) / np.sum(np.exp(10 * grades))
    right = np.exp(grades) / np.sum(np.exp(grades))
    return wrong, right


def listnet__padding():
    """A list of two in three places, filled with 0, -inf or -1e9."""
    zeros = listnet([[1, 0, 0]], [[2, 0, 0]])
    infinite = listnet([[1, 0, -np.inf]], [[2, 0, -np.inf]])
    very_low = listnet([[1, 0, -1e9]], [[2, 0, -1e9]])
    alone = listnet([[1, 0]], [[2, 0]])
    wrong = zeros[0], infinite[0]
    right = very_low[0], alone[0]
    return wrong, right


def margin_ranking__default():
    """Loss and gradient of a lead of one millionth."""
    import torch
    from torch.nn.functional import margin_ranking_loss

    first = torch.tensor(0.300001, requires_grad=True)
    second, order = torch.tensor(0.3), torch.tensor(1.0)
    default = margin_ranking_loss(first, second, order)
    asked = margin_ranking_loss(first, second, order, margin=0.5)
    wrong = default.item(), *torch.autograd.grad(default, first)
    right = asked.item(), *torch.autograd.grad(asked, first)
    return wrong, right


def margin_ranking__labels():
    """Loss and gradient of a pair in the wrong order."""
    pair = [2.0], [0.0]
    zero_slope, _ = margin_ranking_grad(*pair, [0], margin=0.2)
    slope, _ = margin_ranking_grad(*pair, [-1], margin=0.2)
    wrong = *margin_ranking(*pair, [0], margin=0.2), *zero_slope
    right = *margin_ranking(*pair, [-1], margin=0.2), *slope
    return wrong, right


def margin_ranking__scale():
    """Weights ten times as large, without and with weight decay."""
    weight = np.array([1.0, 10.0])
    first, second = 0.3 * weight, 0.1 * weight
    wrong = margin_ranking(first, second, [1, 1], margin=1)
    right = wrong + 0.1 * weight**2
    return wrong, right


def ranknet__long_lists():
    """The share of a list of two and a list of four in the loss."""
    short = ranknet([[0, 0]], [[1, 0]])
    long = ranknet([[0, 0, 0, 0]], [[3, 2, 1, 0]])
    mean_of_all_pairs = np.append(short, long) / (1 + 6)
    mean_by_list = np.append(short / 1, long / 6)
    wrong = mean_of_all_pairs / mean_of_all_pairs.sum()
    right = mean_by_list / mean_by_list.sum()
    return wrong, right


def ranknet__differences():
    """A score read as a probability, and what it says of the order."""
    scores = np.array([[0.5, -0.5], [100.5, 99.5]])
    wrong = 1 / (1 + np.exp(-scores[:, 0]))
    right = np.exp(-ranknet(scores, grades=[[1, 0], [1, 0]]))
    return wrong, right


def ranknet__ties():
    """Loss and gradient of a wrong order, under coarse and fine grades."""
    scores, coarse, fine = [[2.0, -1.0]], [[1, 1]], [[1, 2]]
    wrong = np.append(ranknet(scores, coarse), ranknet_grad(scores, coarse))
    right = np.append(ranknet(scores, fine), ranknet_grad(scores, fine))
    return wrong, right


def bpr__own_items():
    """Negatives of one user, drawn from all items or from those not chosen."""
    rng = np.random.default_rng(0)
    scores = np.append(rng.normal(2, 1, 40), rng.normal(0, 1, 60))
    chosen = np.repeat(scores[:40], 100)
    from_all = rng.choice(scores, chosen.size)
    from_others = rng.choice(scores[40:], chosen.size)
    wrong = bpr(chosen, from_all).mean()
    right = bpr(chosen, from_others).mean()
    return wrong, right


def bpr__easy_negatives():
    """Mean slope at a negative drawn at random, and at the best of twenty."""
    rng = np.random.default_rng(0)
    negatives = rng.normal(0, 1.5, (1000, 20))
    chosen = np.full(1000, 5.0)
    wrong = bpr_grad(chosen, negatives[:, 0])[1].mean()
    right = bpr_grad(chosen, negatives.max(axis=1))[1].mean()
    return wrong, right


def label_ranking__flat():
    """What three wrong orders do to the scores."""
    scores, relevant = [[0.0, 1.0, 2.0, 3.0]], [[1, 0, 0, 0]]
    wrong = label_ranking_grad(scores, relevant)
    right = ranknet_grad(scores, relevant)
    return wrong, right


def label_ranking__ties():
    """A model that gives every label the same score, and a look at its AUC."""
    from sklearn.metrics import roc_auc_score

    scores, relevant = [[0, 0, 0, 0]], [[1, 0, 1, 0]]
    wrong = label_ranking(scores, relevant)
    right = 1 - roc_auc_score(relevant[0], scores[0])
    return wrong, right


def label_ranking__empty():
    """Three items without relevant labels, and one that is wrong in all pairs."""
    scores = np.tile([0.0, 1.0, 2.0], (4, 1))
    relevant = np.array([[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    counts = relevant.sum(axis=1)
    loss = label_ranking(scores, relevant)
    wrong = loss.mean()
    right = loss[(counts > 0) & (counts < 3)].mean()
    return wrong, right


def lambdarank__start():
    """Slopes at equal scores that share a rank, or rank as they are listed."""
    scores, gain = np.zeros(4), 2.0 ** np.array([3, 2, 1, 0])
    rank = 1 + np.sum(scores > scores[:, None], axis=1)  # all are first
    discount = 1 / np.log2(1 + rank)
    change = (gain[:, None] - gain) * (discount[:, None] - discount)
    wrong = np.abs(change).sum(axis=1)
    right = lambdarank_grad([scores], [[3, 2, 1, 0]])
    return wrong, right


def lambdarank__jump():
    """Second and third item just before and just after they change places."""
    before, after = [3.0, 1.001, 1.0], [3.0, 1.0, 1.001]
    grades = [[0, 2, 1], [0, 2, 1]]
    wrong = lambdarank([before, after], grades)
    right = ranknet([before, after], grades)
    return wrong, right


def lambdarank__gains():
    """Slopes where the first is far ahead: graded by counts, and in four steps."""
    scores = np.array([[20.0, 0.0, 0.0, 0.0]])
    wrong = lambdarank_grad(scores, [[40, 25, 10, 0]])
    right = lambdarank_grad(scores, [[3, 2, 1, 0]])
    return wrong, right


def listmle__ties():
    """Two tied items listed one way and the other, drawn in line or by grade."""
    orders = np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0]])  # grades 1, 1, 0
    left = np.logaddexp.accumulate(orders[:, ::-1], axis=1)[:, ::-1]
    wrong = np.sum(left - orders, axis=1)
    right = listmle(orders, [[1, 1, 0], [1, 1, 0]])
    return wrong, right


def listmle__depth():
    """First two or last two of five exchanged; all draws alike, or discounted."""
    swapped = np.array([[3.0, 4, 2, 1, 0], [4.0, 3, 2, 0, 1]])
    wrong = listmle(swapped, np.tile([4, 3, 2, 1, 0], (2, 1)))
    left = np.logaddexp.accumulate(swapped[:, ::-1], axis=1)[:, ::-1]
    right = (left - swapped) @ (1 / np.log2([2, 3, 4, 5, 6]))
    return wrong, right


def listmle__padding():
    """A list of two in four places: filled with zeros, or without effect."""
    wrong = listmle([[2, 1, 0, 0]], [[2, 1, 0, 0]])
    very_low = listmle([[2, 1, -1e9, -2e9]], [[2, 1, -1, -2]])
    alone = listmle([[2, 1]], [[2, 1]])
    right = very_low[0], alone[0]
    return wrong, right
