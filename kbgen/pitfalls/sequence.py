"""Sequences."""

import numpy as np

from kbgen.losses.sequence import ctc


def ctc__raw_logits():
    """PyTorch does not normalise."""
    import torch
    from torch.nn.functional import ctc_loss

    logits = torch.tensor([[[0.0, 5.0]], [[0.0, 5.0]]])  # two frames
    label = torch.tensor([[1]])
    wrong = ctc_loss(logits, label, [2], [1])
    right = ctc_loss(logits.log_softmax(dim=2), label, [2], [1])
    return wrong, right


def ctc__too_short():
    """Equal neighbours need a blank between them."""
    import optax
    import torch
    from torch.nn.functional import ctc_loss

    frames, aa = torch.zeros(3, 1, 2).log_softmax(dim=2), torch.tensor([[1, 1]])
    two, padding = [frames[:2], aa, [2], [2]], np.zeros((1, 2))
    zero = ctc_loss(*two, zero_infinity=True)
    large = optax.ctc_loss(np.zeros((1, 2, 2)), padding, aa.numpy(), padding)[0]
    wrong = np.array([ctc_loss(*two), zero, large])
    right = ctc_loss(frames, aa, [3], [2], reduction="sum")
    return wrong, right


def ctc__best_path():
    """The best path is not the best sequence."""
    logits = np.log([[[0.6, 0.4], [0.6, 0.4]]])  # blank, letter
    best_path = logits.max(axis=2).sum()  # two blanks: nothing is read
    wrong = np.exp(best_path)
    right = np.exp(-ctc(logits, [[1]]))  # the letter is read
    return wrong, right
