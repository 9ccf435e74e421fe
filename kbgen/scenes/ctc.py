"""CTC on a short label: how probable each state is at each frame, and each step between states."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbgen.losses import sequence

Array = NDArray[np.float64]
ctc: Callable[..., Any] = sequence.ctc
ctc_grad: Callable[..., Any] = sequence.ctc_grad
forward: Callable[..., Any] = sequence._forward  # noqa: SLF001  # the recursion itself: nobody else may write it again
log_softmax: Callable[..., Any] = sequence._log_softmax  # noqa: SLF001
with_blanks: Callable[..., Any] = sequence._states  # noqa: SLF001
LABEL = np.array([[1, 2, 2]])
SIGNS = ("∅", "a", "b")
SCORES = np.array(
    [[2, 0, 0], [0, 2, 0], [0, 1.5, 1], [1, 0, 1.5], [0, 0, 2], [1.5, 0, 0.5], [0.5, 0, 1.5], [2, 0, 0.5]], dtype=float
)
"""Logits of eight frames, before they are multiplied."""
SHARPNESS = np.round(np.linspace(0, 4, 41), 1)
FIRST = 1.0


@dataclass(frozen=True)
class Lattice:
    """Of one sharpness: the loss; softmax (T, K) and gradient (T, K) of the frames.

    `nodes` (T, S) are the probabilities of the states given the label, `steps` (T - 1, S, 3) those of staying, moving to the
    next state and skipping a blank; `best` is the likeliest alignment, a state per frame, and `share` its part of the whole.
    """

    loss: float
    softmax: Array
    grad: Array
    nodes: Array
    steps: Array
    best: tuple[int, ...]
    share: float


def states() -> Array:
    """The symbol of each state."""
    return np.asarray(with_blanks(LABEL)[0])


def lattice(sharpness: float) -> Lattice:
    """Forward and backward over the frames, with the recursion of the loss itself."""
    logits = sharpness * SCORES[None]
    logp = log_softmax(logits)
    _, alpha = forward(logp, LABEL)
    after, emitted = (part[0, ::-1, ::-1] for part in forward(logp[:, ::-1], LABEL[:, ::-1]))
    loss = float(ctc(logits, LABEL)[0])
    steps = np.zeros((len(SCORES) - 1, len(states()), 3))
    for jump in range(3):
        end = len(states()) - jump
        steps[:, :end, jump] = np.exp(alpha[0, :-1, :end] + emitted[1:, jump:] + loss)
    steps[:, :, 2] *= _may_skip()
    best, chance = _best(logp[0])
    share = float(np.exp(chance + loss))
    return Lattice(loss, np.exp(logp[0]), ctc_grad(logits, LABEL)[0], np.exp(alpha[0] + after + loss), steps, best, share)


def _may_skip() -> Array:
    """Whether a path may leave out the state behind this one: a blank between different labels."""
    symbols = np.append(states(), [0, 0])
    return np.asarray((symbols[:-2] != 0) & (symbols[2:] != 0) & (symbols[:-2] != symbols[2:]), float)


def edges() -> list[tuple[int, int, int]]:
    """(frame, state, states forward) of every step that some path can take."""
    allowed, last = _may_skip(), len(states()) - 1
    every = ((t, s, jump) for t in range(len(SCORES) - 1) for s in range(last + 1) for jump in range(2 + int(allowed[s])))
    return [(t, s, jump) for t, s, jump in every if s + jump <= last]


def paths() -> list[tuple[int, ...]]:
    """Every alignment, a state per frame."""
    skip, last = _may_skip(), len(states()) - 1
    found: list[tuple[int, ...]] = [(0,), (1,)]
    for _ in range(len(SCORES) - 1):
        found = [(*p, s) for p in found for s in range(p[-1], min(p[-1] + 2 + int(skip[p[-1]]), last + 1))]
    return [p for p in found if p[-1] >= last - 1]


def _best(logp: Array) -> tuple[tuple[int, ...], float]:
    """The likeliest alignment and its log-probability."""
    symbols = states()
    every = paths()
    chances = logp[np.arange(len(logp)), symbols[np.array(every)]].sum(axis=1)
    return every[int(chances.argmax())], float(chances.max())
