"""Sequences whose labels carry no time stamps."""

import numpy as np

from kbgen.losses.shapes import shaped


def _log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def _states(labels):
    """Labels with the blank 0 before, between and after them."""
    if np.any(labels < 1):
        raise ValueError(
            "labels run from 1 to K-1: 0 is the blank, and sequences are not padded"
        )
    states = np.zeros((len(labels), 2 * labels.shape[1] + 1), int)
    states[:, 1::2] = labels
    return states


def _forward(logp, labels):
    """Log probability of all ways to state s at frame t, without and with its emission.

    A path starts in the first blank or in the first label.
    """
    states = _states(labels)
    emit = np.take_along_axis(logp, states[:, None, :], axis=2)
    arrive = np.full_like(emit, -np.inf)
    arrive[:, 0, :2] = 0
    # no blank is needed between different labels
    skip = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    for t in range(1, emit.shape[1]):
        here = arrive[:, t - 1] + emit[:, t - 1]
        arrive[:, t] = here
        arrive[:, t, 1:] = np.logaddexp(arrive[:, t, 1:], here[:, :-1])
        skipped = np.where(skip, here[:, :-2], -np.inf)
        arrive[:, t, 2:] = np.logaddexp(arrive[:, t, 2:], skipped)
    return arrive, arrive + emit


def ctc(logits, labels):
    """Minus log probability of all alignments together that collapse to the labels.

    Symbol 0 is the blank, labels run from 1 to K-1; impossible ones give inf.
    Shapes: logits (n, T, K), labels (n, L) -> (n).
    Source: Graves, Fernández, Gomez, Schmidhuber 2006, doi:10.1145/1143844.1143891.
    """
    logits, labels = shaped("n T K, n L", logits, labels)
    _, alpha = _forward(_log_softmax(logits), labels)
    # a path ends in the last label or in the last blank
    return -np.logaddexp.reduce(alpha[:, -1, -2:], axis=-1)


def ctc_grad(logits, labels):
    """d ctc / d logits: softmax minus share of each symbol; 0 if none is possible."""
    logits, labels = shaped("n T K, n L", logits, labels)
    logp = _log_softmax(logits)
    _, alpha = _forward(logp, labels)
    # the ends of paths are the beginnings of the mirror image
    beta, _ = _forward(logp[:, ::-1], labels[:, ::-1])
    paths = alpha + beta[:, ::-1, ::-1]
    top = np.max(paths, axis=-1, keepdims=True)
    # divided by their sum, not minus its log: exact for huge logits
    share = np.exp(paths - np.where(np.isfinite(top), top, 0))
    total = np.sum(share, axis=-1, keepdims=True)
    share /= np.where(total > 0, total, 1)
    is_symbol = _states(labels)[..., None] == np.arange(logits.shape[-1])
    return np.where(total > 0, np.exp(logp) - share @ is_symbol.astype(share.dtype), 0)
