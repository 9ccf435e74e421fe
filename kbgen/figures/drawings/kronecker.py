"""SOAP in a tilted valley, and what K-FAC puts in the place of the Fisher information."""

from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._shared import Array, bare, contours, say, signs, track
from kbgen.figures.style import BG, COLOURS, FG, panels
from kbgen.landscapes import HEIGHT, LEVELS, RAVINE, SLOPE, walk


def soap() -> Figure:
    """Adam and SOAP down one valley, straight and tilted: a matrix of one column is a point of the plane."""
    figure, both = panels(2, height=2.9, gap=0.25)
    for axes, degrees, left in zip(both, (0, 45), (0.015, 0.515), strict=True):
        turn = _turn(degrees)
        axes.set_position((left, 0.02, 0.47, 0.84))
        axes.set(xlim=(-3.7, 1.3), ylim=(-3.1, 2.0), aspect="equal")
        bare(axes)
        contours(axes, partial(_height, turn), LEVELS[RAVINE], points=81)
        start = turn @ np.array([[-3.1], [1.0]])
        for i, rule in enumerate(("adam", "soap")):
            path = walk(registry.optimizers()[rule], partial(_slope, turn), start, 200, lr=0.03, beta1=0.95, beta2=0.95)
            track(axes, path[:, :, 0], i)
        axes.plot(*start, color=FG, marker="o", markersize=8, markerfacecolor="none", markeredgewidth=1.8, zorder=6)
        axes.plot(0, 0, color=FG, marker="x", markersize=7, markeredgewidth=1.8, zorder=6)
    signs(figure, ["Adam", "SOAP"])
    return figure


def _turn(degrees: float) -> Array:
    """A rotation of the plane."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine], [sine, cosine]])


def _height(turn: Array, x: Array, y: Array) -> Array:
    """The ravine, turned."""
    return np.asarray(HEIGHT[RAVINE](turn[0, 0] * x + turn[1, 0] * y, turn[0, 1] * x + turn[1, 1] * y))


def _slope(turn: Array, theta: Array) -> Array:
    """Its slope, both as columns."""
    return np.asarray(turn @ SLOPE[RAVINE](turn.T @ theta))


def kfac() -> Figure:
    """The Fisher information of a softmax layer of three inputs and three classes, and the product of K-FAC."""
    fisher, product = _softmax_layer()
    figure, both = panels(2, height=3.3, gap=0.3)
    for axes, matrix, name in zip(both, (fisher, product), ("F", "A ⊗ S"), strict=True):
        _signed(axes, matrix, float(np.abs(fisher).max()))
        say(axes, name, 4, 9.1)
    return figure


def _softmax_layer() -> tuple[Array, Array]:
    """Both matrices, at random weights and 400 examples."""
    rng = np.random.default_rng(0)
    inputs = np.column_stack([np.ones(400), rng.normal(size=(400, 2)) @ [[1.0, 0.6], [0.0, 0.8]]])
    scores = np.exp(inputs @ rng.normal(size=(3, 3)))
    chances = scores / scores.sum(axis=1, keepdims=True)
    spread = np.einsum("bi,ij->bij", chances, np.eye(3)) - np.einsum("bi,bj->bij", chances, chances)
    squares = np.einsum("bi,bj->bij", inputs, inputs)
    fisher = np.mean([np.kron(a, s) for a, s in zip(squares, spread, strict=True)], axis=0)
    return fisher, np.kron(squares.mean(axis=0), spread.mean(axis=0))


def _signed(axes: Axes, matrix: Array, most: float) -> None:
    """A disc per entry, its area the size: full where positive, a ring where negative."""
    bare(axes)
    axes.set(xlim=(-0.6, 8.6), ylim=(-0.6, 9.5), aspect="equal")
    for edge in (2.5, 5.5):
        axes.plot([-0.5, 8.5], [edge, edge], color=FG, linewidth=0.6, alpha=0.5)
        axes.plot([edge, edge], [-0.5, 8.5], color=FG, linewidth=0.6, alpha=0.5)
    sizes = np.sign(matrix) * np.rint(19 * np.sqrt(np.abs(matrix) / most))
    full = {"color": COLOURS[0]}
    ring: dict[str, Any] = {"markerfacecolor": BG, "markeredgecolor": COLOURS[1], "markeredgewidth": 1.6}
    for size in np.unique(sizes[sizes != 0]):  # discs of one size share their path
        rows, columns = np.nonzero(sizes == size)
        axes.plot(columns, 8 - rows, "o", linestyle="none", markersize=abs(size), **(full if size > 0 else ring))
