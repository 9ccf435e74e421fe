"""The data of playable scenes: samples of value and gradient, quantised."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from kbgen.cache import digest
from kbgen.model import KnowledgeBase
from kbgen.play.packing import Array, packed, scale
from kbgen.play.playable import Playable
from kbgen.scenes import boxes, ctc, paper, simplex, temperature
from kbgen.scenes.plane import PLANES
from kbgen.scenes.simplex import SIMPLICES

VALUE_BITS, SLOPE_BITS = 14, 10


def scenes(kb: KnowledgeBase) -> Iterator[Playable]:
    """A playable picture for every entry that has a scene, and words for its drawing."""
    makers: Mapping[str, Mapping[str, Callable[[str], Mapping[str, Any]]]] = {
        "plane": dict.fromkeys(PLANES, plane_data),
        "simplex": dict.fromkeys(SIMPLICES, simplex_data),
        "boxes": dict.fromkeys(boxes.LOSSES, boxes_data),
        "lattice": {"ctc": lattice_data},
        "temperature": dict.fromkeys(temperature.ROWS, temperature_data),
    }
    for kind, of_kind in makers.items():
        for id, make in of_kind.items():
            if id in kb.losses and kb.losses[id].picture:
                yield Playable(f"{id}-drawing", kind, digest(_sources(), id), partial(make, id))


@cache
def _sources() -> str:
    """Everything that decides the data of any scene."""
    here = Path(__file__).parent
    files = [here / "scenes.py", here / "packing.py", *sorted((here.parent / "scenes").glob("*.py"))]
    files += sorted((here.parent / "losses").glob("*.py"))
    return "".join(path.read_text(encoding="utf-8") for path in files) + version("numpy")


def plane_data(id: str) -> Mapping[str, Any]:
    """Layers of value and slopes, choice by choice, in each the numbers of the knob."""
    plane = PLANES[id]
    x, y, number, choice = plane.first
    keys = [(number, choice) for choice in range(len(plane.choices) or 1) for number in plane.knob[1]]
    layers = [plane.layer(*key) for key in keys]
    value, slope = _scales([layer[0] for layer in layers], [part for layer in layers for part in layer[1:]])
    return {
        "frame": paper.PLANE.places(),
        "axes": [{"sign": axis.symbol, "start": axis.start, "stop": axis.stop, "count": axis.count} for axis in (plane.x, plane.y)],
        "knob": plane.knob,
        "choices": plane.choices,
        "slopes": plane.slopes,
        "levels": plane.levels,
        "along": plane.along,
        "first": [_nearest(plane.x.nodes, x), _nearest(plane.y.nodes, y), plane.knob[1].index(number), choice],
        "reach": [plane.reach(choice) for choice in range(len(plane.choices) or 1)],
        "scales": [value, slope],
        "layers": [[packed(list(part), by) for part, by in zip(layer, (value, slope, slope), strict=True)] for layer in layers],
    }


def simplex_data(id: str) -> Mapping[str, Any]:
    """Layers of value and two components of the gradient, truth by truth, in each the numbers of the knob."""
    scene = SIMPLICES[id]
    pred, number, truth = scene.first
    layers = [scene.layer(number, truth) for truth in range(len(scene.truths)) for number in scene.knob[1]]
    value, slope = _scales([layer[0] for layer in layers], [layer[1] for layer in layers], slope_bits=13)
    return {
        "frame": paper.TRIANGLE.places(),
        "lattice": [simplex.LEAST, simplex.STEP, simplex.COUNT],
        "sign": scene.sign,
        "truth": scene.truth,
        "truths": [[round(p, 4) for p in truth] for truth in scene.truths],
        "knob": scene.knob,
        "slope": scene.slope,
        "levels": scene.levels,
        "first": [[round((p - simplex.LEAST) / simplex.STEP) for p in pred], scene.knob[1].index(number), truth],
        "reach": scene.reach(),
        "scales": [value, slope],
        "layers": [
            [packed(_triangle(part), by) for part, by in ((layer[0], value), (layer[1][:, 0], slope), (layer[1][:, 1], slope))]
            for layer in layers
        ],
    }


def boxes_data(id: str) -> Mapping[str, Any]:
    """Values of all four losses for every size and offset, and the slopes of the loss of this page."""
    pred = [boxes.box(*boxes.offsets(), *shape) for shape in boxes.shapes()]
    values = {name: [boxes.values(name, one) for one in pred] for name in boxes.LOSSES}
    slopes = boxes.edges(id)
    value, slope = _scales([layer for layers in values.values() for layer in layers], slopes, value_bits=12, slope_bits=8)
    return {
        "unit": boxes.UNIT,
        "id": id,
        "losses": boxes.LOSSES,
        "grid": [boxes.PITCH, boxes.ACROSS, boxes.UP],
        "sizes": boxes.SIZES,
        "first": boxes.FIRST,
        "target": boxes.TARGET,
        "reach": boxes.longest(id),
        "scales": [value, slope],
        "values": {name: [packed(list(layer), value) for layer in layers] for name, layers in values.items()},
        "edges": [[packed(list(layer[..., k]), slope) for k in range(4)] for layer in slopes],
    }


def lattice_data(_id: str) -> Mapping[str, Any]:
    """For every sharpness: loss, share of the best path, probabilities of nodes and steps in thousandths."""
    found = [ctc.lattice(number) for number in ctc.SHARPNESS]
    return {
        "frame": paper.LATTICE.places(),
        "states": ctc.states().tolist(),
        "signs": ctc.SIGNS,
        "numbers": ctc.SHARPNESS.tolist(),
        "first": ctc.SHARPNESS.tolist().index(ctc.FIRST),
        "edges": ctc.edges(),
        "paths": len(ctc.paths()),
        "loss": [round(one.loss, 4) for one in found],
        "share": [round(one.share, 4) for one in found],
        "best": [one.best for one in found],
        "softmax": [_thousandths(one.softmax) for one in found],
        "grad": [_thousandths(one.grad) for one in found],
        "nodes": [_thousandths(one.nodes) for one in found],
        "steps": [_thousandths(one.steps) for one in found],
    }


def temperature_data(id: str) -> Mapping[str, Any]:
    """For every temperature: loss, softmax and slopes."""
    rows = [temperature.row(id, tau) for tau in temperature.TAUS]
    return {
        "frame": paper.BARS.places(),
        "cosines": temperature.COSINES.tolist(),
        "taus": temperature.TAUS,
        "first": temperature.TAUS.index(temperature.FIRST[id]),
        "loss": [float(f"{row.loss:.4g}") for row in rows],
        "weights": [[round(w, 4) for w in row.weights.tolist()] for row in rows],
        "slopes": [[float(f"{s:.4g}") for s in row.slopes.tolist()] for row in rows],
    }


def _scales(values: list[Array], slopes: list[Array], *, value_bits: int = VALUE_BITS, slope_bits: int = SLOPE_BITS) -> Any:
    joined = (np.concatenate([part.ravel() for part in parts]) for parts in (values, slopes))
    return [scale(part, bits) for part, bits in zip(joined, (value_bits, slope_bits), strict=True)]


def _triangle(flat: Array) -> list[Array]:
    """The samples of a lattice, row by row."""
    ends = np.cumsum(np.arange(simplex.COUNT + 1, 0, -1))
    return np.split(flat, ends[:-1])


def _thousandths(values: Array) -> list[int]:
    return [round(1000 * value) for value in values.ravel().tolist()]


def _nearest(values: Array, wanted: float) -> int:
    return int(np.abs(values - wanted).argmin())
