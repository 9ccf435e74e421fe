"""Axes with rulers draw what matplotlib's own axes draw."""

import io
import re

import lxml.etree
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kbgen.figures import style
from kbgen.figures.frame import Frame

SVG = "{http://www.w3.org/2000/svg}"
SETTINGS = {
    "plain": lambda axes: axes.set(xlim=(-3, 3), ylim=(-0.2, 7), xlabel="r = ŷ − y"),
    "turned around": lambda axes: axes.set(xlim=(3, -3), ylim=(7, 0)),
    "logarithms": lambda axes: axes.set(xscale="log", yscale="log", xlim=(0.1, 200), ylim=(3e-5, 1), xlabel="d"),
    "own places": lambda axes: axes.set(xlim=(0, 40), xticks=[0, 10, 40, 60], yticks=(0, 0.25, 1), ylabel="ℓ"),
    "own words": lambda axes: axes.set_xticks([1, 2, 3], ["", "two", ""]) and axes.set(xlabel="n"),
    "no ticks": lambda axes: axes.set(xticks=[], yticks=[], xlabel="w₁"),
    "small": lambda axes: axes.set(xlim=(0, 9), xlabel="x") and axes.tick_params(labelsize=9, length=2, pad=1.5),
    "large words": lambda axes: axes.set_xticks([0, 1], ["①", "②"]) and axes.tick_params(axis="x", labelsize=14),
    "no numbers": lambda axes: axes.tick_params(labelleft=False),
    "no grid": lambda axes: axes.grid(visible=False, axis="x"),
    "a common factor": lambda axes: axes.set(xlim=(1e7, 3e7), ylim=(0, 4e-9), xlabel="t"),
    "invisible": lambda axes: axes.xaxis.set_visible(False),
}


def drawn(kind, settings):
    """Texts, marks, strokes of the grid, and how far the axes reach."""
    with style.look():
        figure = Figure(figsize=(4, 3))
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7), axes_class=kind)
        axes.plot([0, 1, 2], [1, 0, 4], color="#123456")
        settings(axes)
        reach = axes.get_tightbbox().extents
        raw = io.BytesIO()
        figure.savefig(raw, format="svg")
    svg = lxml.etree.fromstring(raw.getvalue())
    texts = {
        ("".join("".join(text.itertext()).split()), *map(text.get, ("x", "y", "style")), text.getparent().get("transform"))
        for text in svg.iter(f"{SVG}text")
    }
    marks = {(use.get("x"), use.get("y"), re.sub("#m[0-9a-f]+", "", use.get("style"))) for use in svg.iter(f"{SVG}use")}
    grid = [path.get("d") for path in svg.iter(f"{SVG}path") if style.GRID in path.get("style", "")]
    strokes = {re.sub(r"\s+", " ", stroke).strip() for path in grid for stroke in path.split("M")[1:]}
    return texts, marks, strokes, reach


@pytest.mark.parametrize("name", SETTINGS)
def test_a_frame_draws_what_axes_draw(name):
    texts, marks, strokes, reach = drawn(Frame, SETTINGS[name])
    expected = drawn(Axes, SETTINGS[name])
    assert texts == expected[0]
    assert marks == expected[1]
    assert strokes == expected[2]
    assert reach == pytest.approx(expected[3])


def test_what_is_compared_is_there():
    texts, marks, strokes, _ = drawn(Frame, SETTINGS["plain"])
    assert len(texts) > 8
    assert len(marks) > 8
    assert len(strokes) > 8
    assert len(drawn(Frame, SETTINGS["logarithms"])[1]) > 20  # the small marks too
