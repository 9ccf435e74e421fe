"""The walks of every update rule over three maps, from a grid of starts: `assets/modules/optim.js` shows them.

One small file per rule, map and rate: a reader loads what is on the screen.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbgen import registry
from kbgen.cache import digest
from kbgen.landscapes import (
    BEGIN,
    FIRST,
    HEIGHT,
    LEVELS,
    LIMITS,
    MINIMA,
    PLACES,
    RATES,
    RAVINE,
    SLOPE,
    SPREAD,
    STARTS,
    STEPS,
    USUAL,
    Array,
    one_at_a_time,
    starts,
    walk,
)
from kbgen.model import KnowledgeBase
from kbgen.play.pack import pack
from kbgen.play.playable import Playable

HERE = Path(__file__).parent
Ints = NDArray[np.int64]

SIZE = (600, 400)
"""The map in units of the picture; paths are kept to one unit."""
MARGIN = 0.3
"""A path that is further outside than this share of the map has left, and ends."""
DECADE = 25
FLOOR = 1e-5
"""Losses are kept as logarithms, in steps of 1/25 of a decade, down to the floor."""
COMPANY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "gradient_descent": ("momentum", "adam"),
        "sgd": ("gradient_descent", "momentum"),
        "momentum": ("gradient_descent", "adam"),
        "adagrad": ("gradient_descent", "rmsprop"),
        "rmsprop": ("adagrad", "adam"),
        "adam": ("momentum", "rmsprop"),
        "adamw": ("adam", "momentum"),
        "nesterov": ("momentum", "gradient_descent"),
        "adadelta": ("rmsprop", "adagrad"),
        "adamax": ("adam", "rmsprop"),
        "nadam": ("adam", "nesterov"),
        "amsgrad": ("adam", "momentum"),
        "radam": ("adam", "momentum"),
        "signsgd": ("lion", "gradient_descent"),
        "rprop": ("signsgd", "gradient_descent"),
        "adabelief": ("adam", "momentum"),
        "yogi": ("adam", "adagrad"),
        "lion": ("adamw", "momentum"),
    }
)
"""Whom each rule is shown with at first."""


def paths(rule: str, place: str, rate: float) -> Array:
    """Every walk from the grid: steps, coordinates, starts; rows of the grid one after the other."""
    columns, rows = starts(place)
    grid = np.array([np.tile(columns, len(rows)), np.repeat(rows, len(columns))])
    slope = one_at_a_time(place, SPREAD[place]) if rule == "sgd" else SLOPE[place]
    with np.errstate(all="ignore"):  # what diverges ends where it leaves the map
        return walk(registry.optimizers()[rule], slope, grid, STEPS, lr=rate)


def on_the_map(place: str, path: Array) -> Ints:
    """Columns x and y of a path in units of the picture, y downwards, up to the first point that has left."""
    (left, right), (low, high) = LIMITS[place]
    with np.errstate(all="ignore"):
        drawn = np.stack([(path[:, 0] - left) / (right - left), (high - path[:, 1]) / (high - low)])
        near = np.all((drawn > -MARGIN) & (drawn < 1 + MARGIN), axis=0)
    steps = len(path) if near.all() else int(np.argmin(near))
    return np.asarray(np.rint(drawn[:, :steps] * np.array(SIZE)[:, np.newaxis]), dtype=np.int64)


def losses(place: str, path: Array) -> Ints:
    """The height along a path, as logarithms in parts of a decade."""
    return np.asarray(np.rint(DECADE * np.log10(np.maximum(HEIGHT[place](*path.T), FLOOR))), dtype=np.int64)


def walks(rule: str, place: str, rate: float) -> Any:
    """What a file holds: how many points each path has, and all paths as x, y and loss."""
    every = paths(rule, place, rate)
    lengths, parts = [], []
    for i in range(every.shape[2]):
        drawn = on_the_map(place, every[:, :, i])
        lengths.append(drawn.shape[1])
        parts += [*drawn, losses(place, every[: drawn.shape[1], :, i])]
    return {"lengths": lengths, "paths": "".join(pack(part) for part in parts)}


def maps(names: Mapping[str, Mapping[str, str]]) -> Any:
    """What all walks have in common: contours, starts, minima, rates and names."""
    return {
        "size": SIZE, "steps": STEPS, "starts": STARTS, "decade": DECADE, "floor": math.log10(FLOOR),
        "places": {place: _map(place) for place in PLACES},
        "rules": {id: {"name": name, "rates": RATES[id]} for id, name in names.items()},
    }  # fmt: skip


def _map(place: str) -> Any:
    columns, rows = starts(place)
    minima = on_the_map(place, np.array(MINIMA[place]))
    return {
        "minima": minima.T.tolist(),
        "grid": on_the_map(place, np.array([columns, np.resize(rows, len(columns))]).T)[0].tolist(),
        "columns": np.round(columns, 3).tolist(),
        "rows": np.round(rows, 3).tolist(),
        "heights": on_the_map(place, np.array([np.resize(columns, len(rows)), rows]).T)[1].tolist(),
        "shades": _shades(place),
    }


def _shades(place: str) -> Sequence[str]:
    """The region below each level as the outline of an area, the widest first."""
    from matplotlib.figure import Figure  # loaded only where the maps are not in the cache
    from matplotlib.transforms import Affine2D

    (left, right), (low, high) = LIMITS[place]
    to_map = Affine2D().translate(-left, -high).scale(SIZE[0] / (right - left), -SIZE[1] / (high - low))
    x, y = np.meshgrid(np.linspace(left, right, 91), np.linspace(low, high, 91))
    found = []
    for level in sorted(LEVELS[place], reverse=True):
        region = Figure().add_subplot().contourf(x, y, HEIGHT[place](x, y), levels=(-1, level))
        for path in region.get_paths():
            path.should_simplify, path.simplify_threshold = True, 0.3  # of a pixel, which nobody sees
        rings = (ring for path in region.get_paths() for ring in path.to_polygons(to_map))
        found.append("".join(_outline(np.rint(ring).astype(int)) for ring in rings))
    return found


def _outline(ring: Ints) -> str:
    """A closed path in whole pixels, from point to point."""
    (x, y), steps = ring[0], np.diff(ring, axis=0)
    return f"M{x} {y}l{' '.join(f'{right} {down}' for right, down in steps if right or down)}z"


def lab(lanes: Sequence[str]) -> Any:
    """What a picture begins with."""
    return {"lanes": [[id, USUAL] for id in lanes], "place": RAVINE, "start": BEGIN}


def walks_of(kb: KnowledgeBase) -> Iterator[Playable]:
    """A lab on the page of every optimizer and one of its own, the maps they share, and the walks."""
    names = {id: {"zh": kb.optimizers[id].name.zh, "en": kb.optimizers[id].name.en} for id in RATES if id in kb.optimizers}
    common = "".join((HERE / name).read_text(encoding="utf-8") for name in ("walks.py", "pack.py")) + version("numpy")
    common += (HERE.parent / "landscapes.py").read_text(encoding="utf-8")
    yield Playable("optimizers", "maps", digest("maps", common, repr(names), version("matplotlib")), partial(maps, names))
    for id in names:
        lanes = tuple(rule for rule in (id, *COMPANY.get(id, FIRST[:2])) if rule in names)
        yield Playable(f"{id}-walks", "optim", digest("lab", *lanes, common), partial(lab, lanes))
    lanes = tuple(rule for rule in FIRST if rule in names)
    yield Playable("optimizer-lab", "optim", digest("lab", *lanes, common), partial(lab, lanes))
    for id in names:
        source = registry.listing((id,), "kbgen.optimizers")
        for place in PLACES:
            for i, rate in enumerate(RATES[id]):
                make: Callable[[], Any] = partial(walks, id, place, rate)
                yield Playable(f"{id}-{place}", f"walk{i}", digest("walk", id, place, str(rate), common, *source), make)
