"""Curves of a loss as numbers, for scripts: the same value and slope that its picture shows, on few points."""

import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kbgen.cache import Memo, digest, kept
from kbgen.figures.line import broken_at_jumps, costs_items, curves
from kbgen.figures.render import key, keys
from kbgen.model import KnowledgeBase, Loss
from kbgen.parts import Part

POINTS = 121
FINE = 4  # jumps are told from steep stretches on so many times more points, unless each of them costs a whole batch
STEPS = 9999


def samples(loss: Loss, folder: Path) -> Any:
    """What `sampled` computes, from the file where it is kept; None for a loss without a plot."""
    return json.loads(kept(_path(key(loss, loss.id), folder), partial(_file, loss))) if loss.plot else None


def sample_parts(kb: KnowledgeBase, folder: Path, memo: Memo) -> Iterator[Part]:
    """The files that `samples` reads, so that they are made on all cores."""
    for loss in kb.losses.values():
        if loss.plot:
            yield Part(loss.id, _path(keys(kb, loss, memo)[loss.id], folder), partial(_file, loss))


def _path(picture: str, folder: Path) -> Path:
    return folder / f"{digest(picture, _source())}.json"


@cache
def _source() -> bytes:
    return Path(__file__).read_bytes()


def _file(loss: Loss) -> bytes:
    return json.dumps(sampled(loss), allow_nan=False).encode()


def sampled(loss: Loss) -> Any:
    """Value and slope of each curve at the default parameters, quantised."""
    assert loss.plot is not None
    fine = FINE if costs_items(loss) else 1
    return {
        "axis": axis(loss),
        "x": loss.plot.x,
        "range": list(loss.plot.range),
        "lines": [
            {"label": label, "value": _whole(value, fine, loss.plot.y), "slope": _whole(slope, fine, loss.plot.slope_y)}
            for label, value, slope in curves(loss, "", fine * (POINTS - 1) + 1)
        ],
    }


def _whole(y: NDArray[np.float64], finer: int, bounds: tuple[float, float] | None) -> list[Any]:
    """Of every `finer`th sample: least, greatest, then by how many of STEPS steps between them each sample is above the one before.

    None stands where the curve jumps or has no finite value.
    """
    fine = broken_at_jumps(y)
    broken = fine[::finer].copy()
    gaps = np.isnan(fine[:-1]).reshape(-1, finer).any(axis=1)
    broken[:-1][gaps] = np.nan
    if bounds:  # twice what the picture shows: enough for any common axis, and one pole does not flatten the rest
        room = bounds[1] - bounds[0]
        broken = np.clip(broken, bounds[0] - room, bounds[1] + room)
    finite = broken[np.isfinite(broken)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    scale = (high - low) / STEPS or 1.0
    steps = iter(np.diff(np.rint((finite - low) / scale).astype(int), prepend=0).tolist())
    return [low, high, *(next(steps) if known else None for known in np.isfinite(broken))]


def axis(loss: Loss) -> str:
    """Curves with equal names stand on one common axis: the same quantity moves, and what stays is the same."""
    assert loss.plot is not None
    plot = loss.plot
    still = {json.dumps(value) for value in plot.fixed.values()}
    if plot.x in {"r = ŷ − y", "μ − y"} and still <= {"0", "0.0"}:
        return "residual"
    if plot.x in {"m = y·s", "z"} and still and still <= {"1", "1.0"}:
        return "margin"
    if plot.x == "b":  # the score of a fake; that of the real one, where there is one, only lifts the value
        return "fake"
    return f"{plot.x} {json.dumps(dict(plot.fixed), sort_keys=True)} {len(plot.start)} {np.shape(next(iter(plot.start.values())))}"
