"""Arrays on their way: pictures changed without a change of meaning, a kernel over an image, one block of a Transformer."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import Place, cells, heads, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow
from kbgen.figures.style import COLOURS, FG

BLUE, ORANGE, GREEN, PURPLE = COLOURS
COLUMNS = {3: "n", 4: "d", 16: "4d"}
DIGIT = """
........
..####..
..#.....
..###...
.....#..
.....#..
..###...
........
"""


def _digit() -> Array:
    return np.array([[float(sign == "#") for sign in row] for row in DIGIT.split()])


def data_augmentation() -> Figure:
    """A five of eight by eight pixels: as it is, shifted, under noise, and mirrored, which is no five any more."""
    digit, rng = _digit(), np.random.default_rng(0)
    noisy = np.clip(digit + 0.25 * rng.normal(size=digit.shape), 0, 1)
    made = (digit, np.roll(digit, (1, 2), axis=(0, 1)), noisy, digit[:, ::-1])
    figure, axes = sheet(19, 20.6)
    for i, picture in enumerate(made):
        x, y = 1.0 + 9 * (i % 2), 0.4 + 10.2 * (i // 2)
        cells(axes, picture, (x, y), color=ORANGE if i == 3 else BLUE, most=1)
        heads(axes, [("x", "x[i − 1, j − 2]", "x + ε", "x[i, −j]")[i]], (x + 4, y + 8.8), (0, 0), color=ORANGE if i == 3 else FG)
    return figure


def cnn() -> Figure:
    """A kernel for vertical edges over an image of eight by eight, and over the image moved by two: what it finds moves along."""
    image = np.zeros((8, 8))
    image[1:5, 1:4] = 1
    kernel = np.array([[-1.0, 0, 1]] * 3)
    figure, axes = sheet(19.6, 18.4)
    for i, seen in enumerate((image, np.roll(image, (2, 2), axis=(0, 1)))):
        top = 0.4 + 9.2 * i
        windows = np.lib.stride_tricks.sliding_window_view(seen, (3, 3))
        cells(axes, seen, (0.3, top), color=GREEN, most=1)
        cells(axes, kernel, (9.15, top + 2.5), form=".0f", most=2, fontsize=SMALL)
        cells(axes, np.asarray((windows * kernel).sum(axis=(2, 3))), (13.2, top + 1), form=".0f", most=4, fontsize=SMALL - 2)
        heads(axes, ["⋆", "="], (8.7, top + 4), (4.0, 0), fontsize=14)
    return figure


def transformer() -> Figure:
    """One block with three places of width four and two heads: attention mixes rows, the wide layer treats each alone."""
    rng = np.random.default_rng(2)
    n, d = 3, 4
    X = rng.normal(size=(n, d))
    Wq, Wk, Wv, Wo = rng.normal(size=(4, d, d)) / 2
    q, k, v = (_heads(_normal(X) @ W) for W in (Wq, Wk, Wv))
    A = _softmax(q @ k.mT / np.sqrt(d / 2))
    mixed = X + (A @ v).swapaxes(0, 1).reshape(n, d) @ Wo
    wide = np.maximum(_normal(mixed) @ rng.normal(size=(d, 4 * d)) / 2, 0)
    out = mixed + wide @ rng.normal(size=(4 * d, d)) / 4
    figure, axes = sheet(33.4, 13.8)
    _named(axes, X, (0.3, 2), "X")
    for i, (name, part) in enumerate((("Q", q), ("K", k), ("V", v))):
        _named(axes, part.swapaxes(0, 1).reshape(n, d), (6.1 + 4.6 * i, 2), name)
    for i in range(2):
        _named(axes, A[i], (20.9 + 4.1 * i, 2), f"A{'₁₂'[i]}", colour=PURPLE)
    _named(axes, mixed, (29.1, 2), "X′")
    _named(axes, mixed, (0.3, 9), "X′")
    _named(axes, wide, (6.8, 9), "H", colour=GREEN)
    _named(axes, out, (25.3, 9), "X″")
    for x, y in ((4.7, 3.5), (19.7, 3.5), (28.2, 3.5), (4.6, 10.5), (23.1, 10.5)):
        arrow(axes, (x, y), (x + (1.9 if y > 5 else 0.8), y), FG, linewidth=1.3)
    return figure


def _normal(x: Array) -> Array:
    """Every row with mean 0 and variance 1."""
    return np.asarray((x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True))


def _heads(x: Array) -> Array:
    """(places, width) cut into two heads: (2, places, width / 2)."""
    return x.reshape(len(x), 2, -1).swapaxes(0, 1)


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _named(axes: Axes, values: Array, corner: Place, name: str, *, colour: str = BLUE) -> None:
    """A matrix with its name above and its shape below: three rows are n, four columns d."""
    x, y = corner
    rows, columns = values.shape
    cells(axes, values, corner, color=colour, most=max(2.0, float(np.abs(values).max())) if colour != PURPLE else 0.7)
    heads(axes, [name], (x + columns / 2, y - 0.8), (0, 0), fontsize=14)
    heads(axes, [f"n × {COLUMNS[columns]}"], (x + columns / 2, y + rows + 0.8), (0, 0), fontsize=SMALL)
