"""Identities of the family sequence."""

import itertools

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import CLASSES, POINTS, TO_ZERO, Identity, bound, draw, equal, limit, log_softmax, loss


def ctc_of_one_frame_is_cross_entropy(rng: np.random.Generator) -> Identity:
    """CTC loss of one frame and one label is cross-entropy."""
    (z,), (y,) = draw(rng, "real", shape=CLASSES), draw(rng, "label")
    right = loss.cross_entropy(z, np.eye(4)[y.astype(int)])
    return equal("ctc", "cross_entropy", loss.ctc(z[:, None], y[:, None]), right)


def ctc_without_room_for_blanks_is_the_sum_of_nll(rng: np.random.Generator) -> Identity:
    """CTC loss with as many labels as frames, no two neighbours alike, is the negative log-likelihood summed over frames."""
    (z,), (steps,) = draw(rng, "real", shape=(POINTS, 3, 4)), draw(rng, "label", shape=(POINTS, 3))
    y = 1 + np.cumsum(steps, axis=1) % 3  # steps of 1 or 2 among three labels never stand still
    right = sum(loss.nll(log_softmax(z[:, t]), y[:, t]) for t in range(3))
    return equal("ctc", "nll", loss.ctc(z, y), right)


def ctc_sums_nll_over_all_alignments(rng: np.random.Generator) -> Identity:
    """CTC loss is −log of the sum of exp(−NLL) over all alignments that collapse to the labels."""
    (z,), (y,) = draw(rng, "real", shape=(POINTS, 4, 3)), draw(rng, "label", shape=(POINTS, 2))
    costs = np.array([[loss.nll(log_softmax(z[:, t]), np.full(POINTS, k)) for k in range(3)] for t in range(4)])
    total = np.full(POINTS, -np.inf)
    for path in itertools.product(range(3), repeat=4):
        labels = [symbol for symbol, _ in itertools.groupby(path) if symbol]
        if len(labels) == 2:
            cost = costs[range(4), path].sum(axis=0)
            total = np.logaddexp(total, np.where((y == labels).all(axis=1), -cost, -np.inf))
    return equal("ctc", "nll", loss.ctc(z, y), -total)


def rnn_transducer_sums_nll_over_all_walks(rng: np.random.Generator) -> Identity:
    """RNN-T loss is −log of the sum of exp(−NLL) over all walks through the lattice that give the labels."""
    (z,), (y,) = draw(rng, "real", shape=(50, 4, 3, 4)), draw(rng, "label", shape=(50, 2))
    costs = np.array([[[loss.nll(log_softmax(z[:, t, u]), np.full(50, k)) for k in range(4)] for u in range(3)] for t in range(4)])
    total, rows = np.full(50, -np.inf), np.arange(50)
    for first, second in itertools.combinations_with_replacement(range(4), 2):  # frames in which the labels come
        cost = np.zeros(50)
        for t in range(4):
            said = (first < t) + (second < t)
            for u in range(said, said + (first == t) + (second == t)):
                cost += costs[t, u, y[:, u].astype(int), rows]
            cost += costs[t, said + (first == t) + (second == t), 0]
        total = np.logaddexp(total, -cost)
    return equal("rnn_transducer", "nll", loss.rnn_transducer(z, y), -total)


def rnn_transducer_without_labels_is_the_sum_of_cross_entropies(rng: np.random.Generator) -> Identity:
    """RNN-T loss of no labels is the cross-entropy of the blank, summed over the frames."""
    (z,) = draw(rng, "real", shape=(POINTS, 5, 1, 4))
    blank = np.tile(np.eye(4)[0], (POINTS, 1))
    right = sum(loss.cross_entropy(z[:, t, 0], blank) for t in range(5))
    return equal("rnn_transducer", "cross_entropy", loss.rnn_transducer(z, np.zeros((POINTS, 0))), right)


def rnn_transducer_of_one_frame_is_next_token_prediction(rng: np.random.Generator) -> Identity:
    """RNN-T loss of one frame is L + 1 times the next-token loss of the labels followed by a blank."""
    (z,), (y,) = draw(rng, "real", shape=(POINTS, 1, 4, 4)), draw(rng, "label", shape=(POINTS, 3))
    edge = np.zeros((POINTS, 1))
    logits = np.concatenate([z[:, 0], z[:, 0, :1]], axis=1)
    right = 4 * loss.causal_language_modeling(logits, np.concatenate([edge, y, edge], axis=1))
    return equal("rnn_transducer", "causal_language_modeling", loss.rnn_transducer(z, y), right)


def masked_language_modeling_is_the_mean_cross_entropy_of_what_is_hidden(rng: np.random.Generator) -> Identity:
    """Masked language modelling loss is cross-entropy averaged over the hidden places of each sequence."""
    z, x, m = _sentences(rng)
    each = loss.cross_entropy(z.reshape(-1, 4), np.eye(4)[x.astype(int)].reshape(-1, 4)).reshape(m.shape)
    right = np.sum(m * each, axis=1) / m.sum(axis=1)
    return equal("masked_language_modeling", "cross_entropy", loss.masked_language_modeling(z, x, m), right)


def _sentences(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Logits, tokens, and what is hidden: the first place always is."""
    z, x = rng.normal(0, 2, (POINTS, 6, 4)), rng.integers(4, size=(POINTS, 6)).astype(float)
    m = rng.integers(2, size=(POINTS, 6)).astype(float)
    m[:, 0] = 1
    return z, x, m


def causal_language_modeling_is_masked_modelling_one_place_on(rng: np.random.Generator) -> Identity:
    """Next-token prediction loss is masked language modelling of the tokens one place on, with everything but the last hidden."""
    z, x, _ = _sentences(rng)
    hidden = np.ones(x.shape)
    hidden[:, -1] = 0
    right = loss.masked_language_modeling(z, np.roll(x, -1, axis=1), hidden)
    return equal("causal_language_modeling", "masked_language_modeling", loss.causal_language_modeling(z, x), right)


def causal_language_modeling_is_the_mean_of_nll(rng: np.random.Generator) -> Identity:
    """Next-token prediction loss is the negative log-likelihood of each token by the logits before it, averaged."""
    z, x, _ = _sentences(rng)
    right = sum(loss.nll(log_softmax(z[:, t]), x[:, t + 1]) for t in range(5)) / 5
    return equal("causal_language_modeling", "nll", loss.causal_language_modeling(z, x), right)


def _alignments(rows: int, columns: int) -> list[list[tuple[int, int]]]:
    """All ways through a grid from one corner to the other, by steps right, down, and both."""
    if rows == columns == 1:
        return [[(0, 0)]]
    before = [(rows - a, columns - b) for a, b in ((1, 0), (0, 1), (1, 1)) if rows > a and columns > b]
    return [[*way, (rows - 1, columns - 1)] for size in before for way in _alignments(*size)]


def _costs(x: Array, y: Array) -> Array:
    """Squared error summed along every alignment of two series: alignments, items."""
    cell = loss.squared_error(*np.broadcast_arrays(x[:, :, None], y[:, None])).sum(axis=-1)
    return np.array([sum(cell[:, i, j] for i, j in way) for way in _alignments(x.shape[1], y.shape[1])])


def soft_dtw_sums_over_all_alignments(rng: np.random.Generator) -> Identity:
    """Soft-DTW is −γ log of the sum, over all alignments, of exp(−cost / γ), a cost being squared errors along the path."""
    (x,), (y,) = draw(rng, "real", shape=(50, 5, 2)), draw(rng, "real", shape=(50, 4, 2))
    right = -2 * np.logaddexp.reduce(-_costs(x, y) / 2, axis=0)
    return equal("soft_dtw", "squared_error", loss.soft_dtw(x, y, gamma=2.0), right)


def soft_dtw_tends_to_the_cheapest_alignment(rng: np.random.Generator) -> Identity:
    """Soft-DTW tends to the least sum of squared errors along an alignment, which is DTW, as γ → 0."""
    x, y = draw(rng, "real", "real", shape=(50, 3, 1))
    y[:, 1] = y[:, 0]  # alignments that cost the same
    right = _costs(x, y).min(axis=0)
    return limit("soft_dtw", "squared_error", TO_ZERO, lambda gamma: (loss.soft_dtw(x, y, gamma=gamma), right))


def soft_dtw_is_at_most_the_squared_error_step_by_step(rng: np.random.Generator) -> Identity:
    """Soft-DTW of series of one length is at most their summed squared error, and equal to it for single places."""
    x, y = draw(rng, "real", "real", shape=(POINTS, 4, 1))
    single = x[:1, :1], y[:1, :1]
    small = np.append(loss.soft_dtw(x, y, gamma=0.5), loss.soft_dtw(*single, gamma=0.5))
    large = np.append(loss.squared_error(x, y).sum(axis=(1, 2)), loss.squared_error(*single).sum(axis=(1, 2)))
    return bound("soft_dtw", "squared_error", small, large)
