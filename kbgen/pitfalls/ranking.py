"""Ranking."""

import numpy as np

from kbgen.losses.ranking import (
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
