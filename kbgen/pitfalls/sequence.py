"""Sequences."""

import numpy as np

from kbgen.losses.sequence import (
    causal_language_modeling,
    ctc,
    masked_language_modeling,
    rnn_transducer,
    soft_dtw,
)


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


def causal_language_modeling__shift():
    """A network that merely repeats the token it is given, with certainty."""
    tokens = np.array([[0, 1, 2, 0, 2, 1]])
    logits = 9 * np.eye(3)[tokens]
    top = np.logaddexp.reduce(logits, axis=2)
    wrong = np.mean(top - 9)  # logits at t against token t
    right = causal_language_modeling(logits, tokens)
    return wrong, right


def causal_language_modeling__perplexity():
    """Texts of one length with mean losses of 2 and 6."""
    loss = np.array([2.0, 6.0])
    wrong = np.exp(loss).mean()
    right = np.exp(loss.mean())
    return wrong, right


def causal_language_modeling__padding():
    """Three real tokens and five of padding, which the network knows by now."""
    tokens = np.array([[1, 2, 1, 0, 0, 0, 0, 0]])
    logits = np.zeros((1, 8, 3))
    logits[:, 2:, 0] = 9
    wrong = causal_language_modeling(logits, tokens)
    right = causal_language_modeling(logits[:, :3], tokens[:, :3])
    return wrong, right


def causal_language_modeling__tokens():
    """Perplexity and bits per letter of one text in 10 words or 16 pieces."""
    nats, letters = 40.0, 52
    count = np.array([10, 16])
    wrong = np.exp(nats / count)
    right = np.array([nats, nats]) / np.log(2) / letters
    return wrong, right


def masked_language_modeling__everywhere():
    """Three of twenty tokens hidden: the others are copied, these are guessed."""
    tokens, hidden = np.arange(20)[None], np.arange(20)[None] % 7 == 3
    logits = np.where(hidden[..., None], 0, 20 * np.eye(20))
    wrong = masked_language_modeling(logits, tokens, np.ones((1, 20)))
    right = masked_language_modeling(logits, tokens, hidden)
    return wrong, right


def masked_language_modeling__mean_of_means():
    """A sequence with one hidden token, hard, beside one with four easy ones."""
    loss, hidden = np.array([8.0, 1.0]), np.array([1, 4])
    wrong = loss.mean()
    right = np.sum(loss * hidden) / hidden.sum()
    return wrong, right


def masked_language_modeling__both_sides():
    """Best losses of both kinds on a chain that stays nine times in ten."""
    p = np.array([[0.9, 0.1], [0.1, 0.9]])
    three = 0.5 * p[:, :, None] * p  # chances of x, y, z in a row
    middle = three / three.sum(axis=1, keepdims=True)
    wrong = np.exp(-np.sum(three * np.log(middle)))
    right = np.exp(-np.sum(0.5 * p * np.log(p)))
    return wrong, right


def rnn_transducer__blank():
    """A network whose blank is symbol 0, read as if it were the last."""
    logits = np.zeros((1, 3, 2, 3))
    logits[..., 0] = 2
    wrong = rnn_transducer(np.roll(logits, 1, axis=3), [[2]])
    right = rnn_transducer(logits, [[1]])
    return wrong, right


def rnn_transducer__memory():
    """Gigabytes of logits in single precision, here and for CTC."""
    batch, frames, labels, symbols = 16, 400, 60, 4000
    here = batch * frames * (labels + 1) * symbols * 4 / 1e9
    ctc_logits = batch * frames * symbols * 4 / 1e9
    wrong, right = here, ctc_logits
    return wrong, right


def rnn_transducer__padding():
    """Two frames of speech, and three of padding behind them."""
    logits = np.zeros((1, 5, 2, 4))
    wrong = rnn_transducer(logits, [[1]])
    right = rnn_transducer(logits[:, :2], [[1]])
    return wrong, right


def soft_dtw__itself():
    """A series against itself and a flatter one; then less half of each alone."""
    x = np.array([[[0.0], [1.0], [2.0], [1.0], [0.0]]])
    flat = 0.8 * x
    wrong = np.append(soft_dtw(x, x), soft_dtw(flat, x))
    alone = np.array([soft_dtw(x, x), (soft_dtw(x, x) + soft_dtw(flat, flat)) / 2])
    right = wrong - alone[:, 0]
    return wrong, right


def soft_dtw__scale():
    """Distances to a rising and to a falling series, before and after scaling."""
    rising = np.array([[0.00], [0.01], [0.02], [0.03]])
    falling = rising[::-1]
    both = np.array([rising, falling])
    wrong = soft_dtw([rising, rising], both)
    spread = rising.std()
    right = soft_dtw([rising / spread, rising / spread], both / spread)
    return wrong, right


def soft_dtw__length():
    """Constant series that coincide, of 5 places and of 50, at gamma 1 and 0.01."""
    short, long = np.zeros((1, 5, 1)), np.zeros((1, 50, 1))
    wrong = np.append(soft_dtw(short, short), soft_dtw(long, long))
    cold = soft_dtw(short, short, gamma=0.01), soft_dtw(long, long, gamma=0.01)
    right = np.ravel(cold)
    return wrong, right
