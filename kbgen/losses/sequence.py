"""Sequences: tokens predicted one by one, and labels that carry no time stamps."""

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


def rnn_transducer(logits, labels):
    """Minus log probability of all walks together that give the labels in their order.

    A walk emits a blank (symbol 0) to go to the next frame, or its next label. A frame
    has logits for each number of labels given so far, from 0 to L: M = L + 1.
    Shapes: logits (n, T, M, K), labels (n, L) -> (n).
    Source: Graves 2012, arXiv:1211.3711.
    """
    _, blank, emit = _choices(*shaped("n T M K, n L", logits, labels))
    return -_finish(blank, emit)[:, 0, 0]


def rnn_transducer_grad(logits, labels):
    """d rnn_transducer / d logits: at each node, softmax minus what walks do there."""
    logits, labels = shaped("n T M K, n L", logits, labels)
    prob, blank, emit = _choices(logits, labels)
    end = _finish(blank, emit)
    after = np.full_like(end, -np.inf)
    after[:, :-1], after[:, -1, -1] = end[:, 1:], 0
    # shares of a node, not of the total: exact for huge logits
    wait, go = np.exp(blank + after - end), np.zeros_like(end)
    go[:, :, :-1] = np.exp(emit[:, :, :-1] + end[:, :, 1:] - end[:, :, :-1])
    visits = _visits(wait, go)
    grad = prob * visits[..., None]
    grad[..., 0] -= visits * wait
    is_label = labels[:, None, :, None] == np.arange(logits.shape[-1])
    grad[:, :, :-1] -= (visits * go)[:, :, :-1, None] * is_label
    return grad


def _choices(logits, labels):
    """Probabilities, and the logarithms of those of the blank and of the next label."""
    if logits.shape[2] != labels.shape[1] + 1:
        raise ValueError(f"shapes do not fit: {logits.shape} needs M = L + 1")
    if np.any(labels < 1):
        raise ValueError("labels run from 1 to K-1: 0 is the blank")
    logp = _log_softmax(logits)
    emit = np.full_like(logp[..., 0], -np.inf)
    place = labels.astype(int)[:, None, :, None]
    emit[:, :, :-1] = np.take_along_axis(logp[:, :, :-1], place, axis=3)[..., 0]
    return np.exp(logp), logp[..., 0], emit


def _finish(blank, emit):
    """Log probability of all ways to the end from each node, with the last blank."""
    end = np.full_like(blank, -np.inf)
    end[:, -1, -1] = blank[:, -1, -1]
    for t in reversed(range(blank.shape[1])):
        if t + 1 < blank.shape[1]:
            end[:, t] = end[:, t + 1] + blank[:, t]
        for u in reversed(range(blank.shape[2] - 1)):
            here = end[:, t, u + 1] + emit[:, t, u]
            end[:, t, u] = np.logaddexp(end[:, t, u], here)
    return end


def _visits(wait, go):
    """Share of the walks through each node, from the shares of its two ways on."""
    visits = np.zeros_like(wait)
    visits[:, 0, 0] = 1
    for t in range(wait.shape[1]):
        if t:
            visits[:, t] = visits[:, t - 1] * wait[:, t - 1]
        for u in range(1, wait.shape[2]):
            visits[:, t, u] += visits[:, t, u - 1] * go[:, t, u - 1]
    return visits


def masked_language_modeling(logits, tokens, mask):
    """Mean surprise at the tokens that were hidden; 0 if none was.

    Shapes: logits (n, T, K), tokens (n, T), mask (n, T) -> (n).
    Source: Devlin, Chang, Lee, Toutanova 2019, arXiv:1810.04805.
    """
    logits, tokens, mask = shaped("n T K, n T, n T", logits, tokens, mask)
    surprise = np.where(mask > 0, _surprise(logits, tokens), 0)
    return np.sum(surprise, axis=1) / np.maximum(np.sum(mask, axis=1), 1)


def masked_language_modeling_grad(logits, tokens, mask):
    """d masked_language_modeling / d logits: none where the token could be seen."""
    logits, tokens, mask = shaped("n T K, n T, n T", logits, tokens, mask)
    share = mask / np.maximum(np.sum(mask, axis=1, keepdims=True), 1)
    return share[..., None] * _miss(logits, tokens)


def causal_language_modeling(logits, tokens):
    """Mean surprise at each token but the first, by the logits of the place before it.

    Shapes: logits (n, T, K), tokens (n, T) -> (n).
    Source: Bengio, Ducharme, Vincent, Jauvin 2003, JMLR 3, pages 1137-1155.
    """
    logits, tokens = shaped("n T K, n T", logits, tokens)
    return np.sum(_surprise(logits[:, :-1], tokens[:, 1:]), axis=1) / _after(tokens)


def causal_language_modeling_grad(logits, tokens):
    """d causal_language_modeling / d logits: the last place predicts nothing."""
    logits, tokens = shaped("n T K, n T", logits, tokens)
    grad = np.zeros_like(logits)
    grad[:, :-1] = _miss(logits[:, :-1], tokens[:, 1:]) / _after(tokens)
    return grad


def _after(tokens):
    """How many tokens have one before them."""
    return max(tokens.shape[1] - 1, 1)


def _surprise(logits, tokens):
    """Minus log probability of each token."""
    place = tokens.astype(int)[..., None]
    return -np.take_along_axis(_log_softmax(logits), place, axis=2)[..., 0]


def _miss(logits, tokens):
    """Softmax minus one-hot of the token."""
    return np.exp(_log_softmax(logits)) - (
        tokens[..., None] == np.arange(logits.shape[2])
    )


def soft_dtw(x, y, *, gamma=1.0):
    """Soft minimum, over all alignments of two series, of summed squared distances.

    Shapes: x (n, T, d), y (n, M, d) -> (n).
    Source: Cuturi, Blondel 2017, arXiv:1703.01541.
    """
    x, y = shaped("n T d, n M d", x, y)
    return _warp(x, y, gamma)[0][:, -1, -1]


def soft_dtw_grad(x, y, *, gamma=1.0):
    """d soft_dtw / d x: twice the way from each partner, by its share of alignments."""
    x, y = shaped("n T d, n M d", x, y)
    share = _alignment(*_warp(x, y, gamma), gamma)
    return 2 * (x * np.sum(share, axis=2)[..., None] - share @ y)


def _warp(x, y, gamma):
    """Soft cost of all ways to each pair of places, with and without its own cost.

    The first row and column stand before the series.
    """
    cost = np.sum((x[:, :, None] - y[:, None]) ** 2, axis=-1)
    total = np.full((len(x), x.shape[1] + 1, y.shape[1] + 1), np.inf, x.dtype)
    total[:, 0, 0] = 0
    before = total.copy()
    for i, j in np.ndindex(*cost.shape[1:]):
        ways = (total[:, i, j], total[:, i, j + 1], total[:, i + 1, j])
        least = -gamma * np.logaddexp.reduce([-way / gamma for way in ways])
        before[:, i + 1, j + 1] = least
        total[:, i + 1, j + 1] = cost[:, i, j] + least
    return total, before


def _alignment(total, before, gamma):
    """Share of the alignments, each by its weight, that go through a pair of places."""
    share = np.zeros_like(total)
    share[:, -1, -1] = 1
    for i, j in reversed(list(np.ndindex(*(k - 1 for k in total.shape[1:])))):
        for k, m in ((i, j), (i, j + 1), (i + 1, j)):
            worse = np.where(np.isinf(total[:, k, m]), -np.inf, before[:, i + 1, j + 1])
            worse = worse - np.where(np.isinf(worse), 0, total[:, k, m])
            share[:, k, m] += share[:, i + 1, j + 1] * np.exp(worse / gamma)
    return share[:, 1:, 1:]


def unlikelihood(logits, token, avoid, *, alpha=1.0):
    """Surprise at the token, plus `alpha` times -log(1 - p) of each token to avoid.

    The token itself is never one to avoid.
    Shapes: logits (n, K), token (n), avoid (n, K) -> (n).
    Source: Welleck et al. 2020, arXiv:1908.04319.
    """
    logits, token, avoid = shaped("n K, n, n K", logits, token, avoid)
    logp, classes = _log_softmax(logits), np.arange(logits.shape[1])
    own = classes == token[:, None]
    # 1 - p as the sum of the others: the difference would be 0 for p near 1
    others = np.where(np.eye(len(classes), dtype=bool), -np.inf, logp[:, None])
    spared = np.logaddexp.reduce(others, axis=-1)
    unlikely = np.sum(np.where((avoid > 0) & ~own, -spared, 0), axis=1)
    return alpha * unlikely - np.sum(np.where(own, logp, 0), axis=1)


def minimum_risk_training(log_prob, cost, *, alpha=0.005):
    """Expected cost over M candidates, each weighted by its probability to the `alpha`.

    Shapes: log_prob (n, M), cost (n, M) -> (n).
    Source: Shen et al. 2016, arXiv:1512.02433.
    """
    log_prob, cost = shaped("n M, n M", log_prob, cost)
    return np.sum(np.exp(_log_softmax(alpha * log_prob)) * cost, axis=1)


def minimum_risk_training_grad(log_prob, cost, *, alpha=0.005):
    """d minimum_risk_training / d log_prob: share times excess cost."""
    log_prob, cost = shaped("n M, n M", log_prob, cost)
    share = np.exp(_log_softmax(alpha * log_prob))
    return alpha * share * (cost - np.sum(share * cost, axis=1, keepdims=True))


def crf_nll(emission, transition, tags):
    """Log-sum-exp of the scores of all paths of tags, minus that of the given path.

    Shapes: emission (n, T, K), transition (K, K), tags (n, T) -> (n).
    Source: Lample et al. 2016, arXiv:1603.01360 (without start and end tags).
    """
    emission, transition, tags = shaped("n T K, K K, n T", emission, transition, tags)
    tags = tags.astype(int)
    total = emission[:, 0]
    for t in range(1, emission.shape[1]):
        arrive = np.logaddexp.reduce(total[..., None] + transition, axis=1)
        total = arrive + emission[:, t]
    own = np.take_along_axis(emission, tags[..., None], axis=2)[..., 0]
    steps = transition[tags[:, :-1], tags[:, 1:]]
    score = np.sum(own, axis=1) + np.sum(steps, axis=1)
    return np.logaddexp.reduce(total, axis=1) - score
