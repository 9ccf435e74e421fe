"""Losses of several arguments: heights over a plane or a triangle, two boxes, a lattice, a row of candidates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen.figures.drawings import _paper
from kbgen.figures.drawings._paper import Live, Point
from kbgen.figures.drawings._shared import Array
from kbgen.figures.frame import Frame
from kbgen.figures.style import COLOURS, FG, GRID
from kbgen.scenes import boxes, paper, simplex, temperature
from kbgen.scenes import ctc as lattices
from kbgen.scenes.plane import PLANES, Plane
from kbgen.scenes.simplex import SIMPLICES

BLUE, ORANGE, GREEN = COLOURS[:3]


def triplet_margin() -> Figure:
    """Over both distances from the anchor."""
    return _plane("triplet_margin")


def contrastive() -> Figure:
    """Over the place of one embedding around the other."""
    return _plane("contrastive")


def focal() -> Figure:
    """Over the probability and the strength of the focus."""
    return _plane("focal")


def dice() -> Figure:
    """Over false alarms and hits."""
    return _plane("dice")


def jaccard() -> Figure:
    """Over false alarms and hits."""
    return _plane("jaccard")


def tversky() -> Figure:
    """Over false alarms and hits."""
    return _plane("tversky")


def quality_focal() -> Figure:
    """Over the predicted and the true quality."""
    return _plane("quality_focal")


def dice_cross_entropy() -> Figure:
    """Over the scores outside and inside the region."""
    return _plane("dice_cross_entropy")


def orpo() -> Figure:
    """Over the log-probabilities of both answers."""
    return _plane("orpo")


def cross_entropy() -> Figure:
    """Over all predictions for three classes."""
    return _simplex("cross_entropy")


def label_smoothing_cross_entropy() -> Figure:
    """Over all predictions for three classes."""
    return _simplex("label_smoothing_cross_entropy")


def kl_divergence() -> Figure:
    """Over all predictions for three classes."""
    return _simplex("kl_divergence")


def js_divergence() -> Figure:
    """Over all predictions for three classes."""
    return _simplex("js_divergence")


def iou_box() -> Figure:
    """A predicted box beside its target."""
    return _boxes("iou_box")


def giou() -> Figure:
    """A predicted box beside its target."""
    return _boxes("giou")


def diou() -> Figure:
    """A predicted box beside its target."""
    return _boxes("diou")


def ciou() -> Figure:
    """A predicted box beside its target."""
    return _boxes("ciou")


def info_nce() -> Figure:
    """Cosines, softmax and slopes of seven candidates."""
    return _bars("info_nce")


def nt_xent() -> Figure:
    """Cosines, softmax and slopes of seven candidates."""
    return _bars("nt_xent")


def clip() -> Figure:
    """Cosines, softmax and slopes of seven candidates."""
    return _bars("clip")


def _plane(id: str) -> Figure:
    plane, frame, live = PLANES[id], paper.PLANE, Live()
    figure, over = _paper.sheet(frame)
    left, top, width, tall = frame.places()
    share = (left / paper.WIDTH, 1 - (top + tall) / frame.height, width / paper.WIDTH, tall / frame.height)
    axes = figure.add_axes(share, axes_class=Frame)
    *_, number, choice = plane.first
    value, across, up = plane.layer(number, choice)
    axes.grid(visible=False)
    axes.set(xlim=(plane.x.start, plane.x.stop), ylim=(plane.y.start, plane.y.stop), xlabel=plane.x.symbol)
    over.text(left, 13, plane.y.symbol, ha="left", va="bottom")
    _paper.heights(axes, live, (plane.x.nodes, plane.y.nodes, value), plane.levels)
    j, i = (int(np.abs(axis.nodes - at).argmin()) for axis, at in zip((plane.x, plane.y), plane.first[:2], strict=True))
    place = _on_plane(plane, (float(plane.x.nodes[j]), float(plane.y.nodes[i])))
    way = [_on_plane(plane, end) for end in plane.along]
    _paper.signs(over, live, way, _along(plane, value), plane.levels)
    _paper.handle(over, live, place, _push((-across[i, j], up[i, j]), plane.reach(choice)))
    return figure


def _on_plane(plane: Plane, point: Point) -> Point:
    left, top, width, tall = paper.PLANE.places()
    across = (point[0] - plane.x.start) / (plane.x.stop - plane.x.start)
    up = (point[1] - plane.y.start) / (plane.y.stop - plane.y.start)
    return left + across * width, top + (1 - up) * tall


def _along(plane: Plane, value: Array, points: int = 121) -> Array:
    """Values at the samples nearest to the way on which levels are named."""
    (x0, y0), (x1, y1) = plane.along
    columns = np.interp(np.linspace(x0, x1, points), plane.x.nodes, np.arange(plane.x.count))
    rows = np.interp(np.linspace(y0, y1, points), plane.y.nodes, np.arange(plane.y.count))
    return np.array([_between(value, row, column) for row, column in zip(rows, columns, strict=True)])


def _between(value: Array, row: float, column: float) -> float:
    """Bilinear interpolation."""
    i, j = min(int(row), len(value) - 2), min(int(column), len(value[0]) - 2)
    t, u = row - i, column - j
    (a, b), (c, d) = value[i : i + 2, j : j + 2]
    return float((1 - t) * ((1 - u) * a + u * b) + t * ((1 - u) * c + u * d))


def _push(slope: Point, longest: float) -> Point:
    """The arrow of a slope, in points; the steepest are cut."""
    size = float(np.hypot(*slope))
    scale = paper.LONGEST * min(size / longest, 1) / size if size else 0
    return scale * slope[0], scale * slope[1]


def _corners() -> Array:
    """Where each class is certain: above, lower left, lower right."""
    left, top, width, tall = paper.TRIANGLE.places()
    return np.array([[left + width / 2, top], [left, top + tall], [left + width, top + tall]])


def _simplex(id: str) -> Figure:
    scene, frame, live = SIMPLICES[id], paper.TRIANGLE, Live()
    figure, axes = _paper.sheet(frame)
    pred, number, truth = scene.first
    value, _ = scene.layer(number, truth)
    corners, points = _corners(), simplex.lattice()
    places = points @ corners
    _paper.heights(axes, live, (places[:, 0], places[:, 1], value), scene.levels, triangles=True)
    _paper.polygon(axes, [(float(x), float(y)) for x, y in corners], facecolor="none", edgecolor=FG, linewidth=1)
    for k, (dx, dy, side) in enumerate(((0, -13, "center"), (-8, 12, "center"), (8, 12, "center"))):
        axes.text(corners[k, 0] + dx, corners[k, 1] + dy, f"{scene.sign}{'₁₂₃'[k]} = 1", ha=side, va="center_baseline")
    _names(axes, live, scene.levels, places, value)
    target = np.array(scene.truths[truth]) @ corners
    (cross,) = axes.plot(
        [target[0]], [target[1]], "X", color=GREEN, markersize=9, markeredgecolor=FG, markeredgewidth=0.6, zorder=6
    )
    live(cross)
    nearest = int(np.abs(points - pred).sum(axis=1).argmin())
    push = -scene.layer(number, truth)[1][nearest] @ corners
    place = points[nearest] @ corners
    size = float(np.linalg.norm(scene.layer(number, truth)[1][nearest]))
    length = paper.LONGEST * min(size / scene.reach(), 1)
    way = push / np.linalg.norm(push) * length
    _paper.handle(axes, live, (float(place[0]), float(place[1])), (float(way[0]), float(way[1])))
    return figure


def _names(axes: Axes, live: Live, levels: Sequence[float], places: Array, value: Array) -> None:
    """Levels named along the left side of the triangle, a little inside."""
    points = simplex.lattice()
    row = np.flatnonzero(np.abs(points[:, 2] - 0.1) < 1e-9)
    ends = [(float(x), float(y)) for x, y in places[row[[0, -1]]]]
    _paper.signs(axes, live, ends, value[row], levels)


def _boxes(id: str) -> Figure:
    frame, live = paper.BOXES, Live()
    figure, axes = _paper.sheet(frame)
    x, y, width, height = boxes.FIRST
    pred = boxes.box(np.array([x]), np.array([y]), width, height)
    field = {"facecolor": "none", "edgecolor": GRID, "linewidth": 1}
    _paper.rectangle(axes, (1, 1), (paper.WIDTH - 2, frame.height - 28), **field)
    _box(axes, np.array(boxes.TARGET), GREEN, linestyle=(0, (5, 3)))
    for part in _box(axes, pred[0], ORANGE):
        live(part)
    longest = boxes.longest(id)
    left, low, right, high = pred[0]
    middles = [(left, y), (x, low), (right, y), (x, high)]
    for k, (middle, slope) in enumerate(zip(middles, boxes.slopes(id, pred)[0], strict=True)):
        tail = _on_boxes(*middle)
        push = paper.LONGEST * float(np.clip(-slope / longest, -1, 1))
        if abs(push) > 1:
            tip = (tail[0] + push, tail[1]) if k % 2 == 0 else (tail[0], tail[1] - push)
            live(_paper.arrow(axes, tail, tip))
    for k, (name, sign) in enumerate(boxes.LOSSES.items()):
        value = float(boxes.values(name, pred)[0])
        weight = "bold" if name == id else "normal"
        live(axes.text(12 + 82 * k, frame.height - 10, f"{sign} {value:.2f}", fontsize=11, fontweight=weight, va="baseline"))
    return figure


def _on_boxes(x: float, y: float) -> Point:
    """A place of the boxes' plane on the sheet."""
    return paper.WIDTH / 2 + boxes.UNIT * x, (paper.BOXES.height - 24) / 2 - boxes.UNIT * y


def _box(axes: Axes, corners: Array, colour: str, **style: Any) -> tuple[Artist, Artist]:
    """A tinted rectangle and its outline."""
    (left, top), (right, low) = _on_boxes(corners[0], corners[3]), _on_boxes(corners[2], corners[1])
    place = (left, top), (right - left, low - top)
    tint = _paper.rectangle(axes, *place, facecolor=colour, alpha=0.16, linewidth=0)
    return tint, _paper.rectangle(axes, *place, facecolor="none", edgecolor=colour, linewidth=2.2, **style)


def ctc() -> Figure:
    """States over frames; the wider a step and the larger a node, the more probable given the label."""
    frame, live = paper.LATTICE, Live()
    figure, axes = _paper.sheet(frame)
    found = lattices.lattice(lattices.FIRST)
    for s, symbol in enumerate(lattices.states()):
        _, y = _on_lattice(0, s)
        axes.text(16, y, lattices.SIGNS[symbol], ha="center", va="center_baseline", fontsize=13)
    for t in range(len(lattices.SCORES)):
        axes.text(_on_lattice(t, 0)[0], frame.height - 10, f"{t + 1}", ha="center", va="center_baseline")
    axes.text(16, frame.height - 10, "t", ha="center", va="center_baseline")
    for t, s, jump in lattices.edges():
        (x0, y0), (x1, y1) = _on_lattice(t, s), _on_lattice(t + 1, s + jump)
        axes.plot([x0, x1], [y0, y1], color=GRID, linewidth=0.8, zorder=1)
        on_best = found.best[t] == s and found.best[t + 1] == s + jump
        if width := 9 * found.steps[t, s, jump]:
            live(axes.plot([x0, x1], [y0, y1], color=ORANGE if on_best else BLUE, linewidth=width, alpha=0.75, zorder=2)[0])
    for (t, s), share in np.ndenumerate(found.nodes):
        x, y = _on_lattice(t, s)
        axes.plot([x], [y], "o", color=GRID, markersize=4, zorder=2)
        if share > 0.0005:
            colour = ORANGE if found.best[t] == s else BLUE
            live(axes.plot([x], [y], "o", color=colour, markersize=20 * share**0.5, markeredgewidth=0, zorder=3)[0])
    return figure


def _on_lattice(frame: int, state: int) -> Point:
    """The place of a state at a frame on the sheet."""
    left, top, width, tall = paper.LATTICE.places()
    return left + width * frame / (len(lattices.SCORES) - 1), top + tall * state / (len(lattices.states()) - 1)


def _bars(id: str) -> Figure:
    frame, live = paper.BARS, Live()
    figure, axes = _paper.sheet(frame)
    left, top, width, tall = frame.places()
    found = temperature.row(id, temperature.FIRST[id])
    columns = (temperature.COSINES, found.weights, found.slopes)
    third, step = width / 3, tall / len(temperature.COSINES)
    for k, name in enumerate(("cos", "softmax", "∂ℓ/∂cos")):
        axes.text(left + k * third, 18, name, va="center_baseline")
    for i in range(len(temperature.COSINES)):
        y = top + step * (i + 0.5)
        axes.text(left - 8, y, "k₊" if i == 0 else f"k{'₁₂₃₄₅₆'[i - 1]}", ha="right", va="center_baseline")
        for k, column in enumerate(columns):
            length = _length(k, column, i)
            bar = _paper.rectangle(axes, (left + k * third, y - 7), (length, 14), facecolor=_colour(k, column[i]), linewidth=0)
            number = axes.text(left + k * third + length + 4, y, _written(column[i]), fontsize=10, va="center_baseline")
            if k:
                live(bar)
                live(number)
    for k in range(3):
        axes.plot([left + k * third] * 2, [top, top + tall], color=FG, linewidth=0.8)
    return figure


def _length(column: int, values: Array, i: int) -> float:
    """Cosines and shares on a fixed scale, slopes against the longest; room for the number stays."""
    most = max(float(np.abs(values).max()), 1e-12) if column == 2 else 1.0
    return 52 * abs(float(values[i])) / most


def _colour(column: int, value: float) -> str:
    return (GREEN if value < 0 else ORANGE) if column == 2 else (GRID if column == 0 and value < 0 else BLUE)


def _written(value: float) -> str:
    digits = 1 if abs(value) >= 9.995 else 2
    return f"{value:.{digits}f}".replace("-", "−")
