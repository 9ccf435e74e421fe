"""Schedules with sliders: the rate over the steps for every setting of one or two parameters, from the tested functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.cache import digest
from kbgen.model import KnowledgeBase, Optimizer
from kbgen.play.pack import pack
from kbgen.play.playable import Playable

HERE = Path(__file__).parent
LEVELS = 2000
"""The rate is kept to 1/2000 of its peak."""


@dataclass(frozen=True)
class Knob:
    """A slider: the parameter, its sign, its values, and which of them stands first."""

    name: str
    sign: str
    values: tuple[float, ...]
    first: float


@dataclass(frozen=True)
class Panel:
    """The sliders of one schedule and the number of steps shown; `stairs` where the rate jumps."""

    knobs: tuple[Knob, ...]
    end: int = 120
    stairs: bool = False


def _even(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in np.arange(low, high + step / 2, step))


PANELS: Mapping[str, Panel] = MappingProxyType(
    {
        "step_decay": Panel(
            (Knob("gamma", "γ", _even(0.05, 0.95, 0.05), 0.5), Knob("step_size", "s", _even(5, 60, 5), 20)), stairs=True
        ),
        "cosine_annealing": Panel((Knob("total", "T", _even(20, 120, 5), 85), Knob("lr_min", "ηₘᵢₙ", _even(0, 0.05, 0.005), 0.01))),
        "one_cycle": Panel((Knob("rise", "p", _even(0.05, 0.95, 0.05), 0.2), Knob("total", "T", _even(40, 120, 10), 80))),
        "constant_lr": Panel((Knob("lr", "η", _even(0.01, 0.1, 0.01), 0.1),)),
        "multi_step_decay": Panel((Knob("gamma", "γ", _even(0.05, 0.95, 0.05), 0.5),), stairs=True),
        "exponential_decay": Panel((Knob("gamma", "γ", _even(0.9, 0.995, 0.005), 0.97),)),
        "inverse_time_decay": Panel((Knob("gamma", "γ", _even(0.2, 3, 0.2), 1), Knob("scale", "s", _even(5, 60, 5), 10))),
        "polynomial_decay": Panel((Knob("power", "p", _even(0.25, 4, 0.25), 1), Knob("total", "T", _even(20, 120, 10), 100))),
        "cosine_warm_restarts": Panel((Knob("first", "T₀", _even(5, 60, 5), 30), Knob("mult", "k", (1, 2, 3), 2)), stairs=True),
        "cyclic_lr": Panel((Knob("half", "s", _even(5, 60, 5), 20), Knob("lr_min", "ηₘᵢₙ", _even(0, 0.05, 0.005), 0.01))),
        "inverse_sqrt": Panel((Knob("warmup", "W", _even(1, 60, 1), 20), Knob("lr", "η", _even(0.02, 0.1, 0.01), 0.1))),
        "wsd": Panel((Knob("warmup", "W", _even(1, 31, 3), 10), Knob("decay", "D", _even(5, 60, 5), 30))),
        "lr_warmup": Panel((Knob("warmup", "W", _even(1, 60, 1), 20), Knob("lr", "η", _even(0.02, 0.1, 0.01), 0.1)), end=60),
    }
)


def rates(id: str, settings: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """The rate of every step, as the function gives it."""
    return np.asarray(registry.optimizers()[id](np.arange(PANELS[id].end + 1), **settings))


def curves(id: str, meanings: Mapping[str, Mapping[str, str]]) -> Any:
    """What a file holds: the sliders with the words of the entry, and one packed curve per setting, the last slider fastest."""
    panel = PANELS[id]
    peak = float(registry.keywords(registry.optimizers()[id])["lr"])
    grid = np.array(np.meshgrid(*(knob.values for knob in panel.knobs), indexing="ij")).reshape(len(panel.knobs), -1).T
    names = [knob.name for knob in panel.knobs]
    packed = [pack(np.rint(rates(id, dict(zip(names, row, strict=True))) / peak * LEVELS)) for row in grid]
    knobs = [
        {"sign": knob.sign, "meaning": meanings[knob.name], "values": knob.values, "first": knob.values.index(knob.first)}
        for knob in panel.knobs
    ]
    box, top = frame(id)
    head = {"box": box, "top": top}
    return head | {
        "peak": peak,
        "levels": LEVELS,
        "end": panel.end,
        "stairs": panel.stairs,
        "knobs": knobs,
        "curves": "".join(packed),
    }


def frame(id: str) -> tuple[list[float], float]:
    """Where the axes of the picture lie in its SVG (left, top, right, bottom), and the rate at their upper end."""
    from kbgen.figures import style  # draws: loaded only where the data are not in the cache

    with style.look():
        figure = registry.functions("kbgen.figures.drawings")[id]()
    axes = figure.axes[0]
    width, height = (72 * float(inches) for inches in figure.get_size_inches())
    at = axes.get_position()
    box = [at.x0 * width, (1 - at.y1) * height, at.x1 * width, (1 - at.y0) * height]
    return [round(value, 2) for value in box], float(axes.get_ylim()[1])


def schedules_of(kb: KnowledgeBase) -> Iterator[Playable]:
    """The picture of every schedule."""
    common = "".join((HERE / name).read_text(encoding="utf-8") for name in ("schedules.py", "pack.py")) + version("numpy")
    figures = HERE.parent / "figures"
    pictures = ("style.py", "drawings/_shared.py", "drawings/optimizers.py")
    common += "".join((figures / name).read_text(encoding="utf-8") for name in pictures)
    for id in PANELS:
        if id in kb.optimizers:
            meanings = meanings_of(kb.optimizers[id])
            key = digest(common, id, repr(meanings), *registry.listing((id,), "kbgen.optimizers"))
            yield Playable(f"{id}-drawing", "schedule", key, partial(curves, id, meanings))


def meanings_of(entry: Optimizer) -> Mapping[str, Mapping[str, str]]:
    """What the parameters are called; the first clause, since a slider has little room."""
    return {
        name: {language: param.meaning[language].split("；")[0].split(";")[0] for language in ("zh", "en")}
        for name, param in entry.params.items()
    }
