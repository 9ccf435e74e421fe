"""Data of the curves of losses: value and slope for many values of each parameter; other losses on the same inputs.

A curve is the second differences of its samples, counted in units of a decimal place: straight and parabolic stretches are zeros,
and what a reader reads off is what NumPy returned, rounded to that place.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.cache import digest
from kbgen.figures import line
from kbgen.losses.domains import DOMAINS
from kbgen.model import LANGUAGES, KnowledgeBase, Loss
from kbgen.play.grids import grid
from kbgen.play.playable import Playable

HERE = Path(__file__).parent
FIGURES = HERE.parent / "figures"
UNITS = 60_000
"""At most so many units from the least to the largest number that is kept: 14 to 15 bits for what is inside the picture."""
COUNT, COUPLED = 33, 13
"""About so many values of a parameter; fewer where each point of a curve costs a whole batch."""
COMPARED = 6
"""At most so many related losses are offered."""


@dataclass(frozen=True)
class Frame:
    """What all curves of a picture share: the inputs of each line, the limits of the axis of values and of that of slopes."""

    loss: Loss
    lines: tuple[tuple[str, Mapping[str, Any]], ...]
    limits: tuple[tuple[float, float], tuple[float, float]]
    decimals: tuple[int, int]


def playables(kb: KnowledgeBase) -> Iterator[Playable]:
    """A file for each loss that is plotted, and one more for each parameter beyond the first."""
    for loss in kb.losses.values():
        if loss.plot is None:
            continue
        others = comparable(kb, loss)
        key = digest(_sources(), _decides(loss), *(_decides(other) + repr(other.name) for other in others))
        yield Playable(loss.id, "curve", key, partial(main_part, loss, others))
        for name in sliders(loss)[1:]:
            yield Playable(loss.id, f"param-{name}", digest(_sources(), _decides(loss), name), partial(further_part, loss, name))


@cache
def _sources() -> str:
    paths = (*sorted(HERE.glob("*.py")), FIGURES / "line.py", HERE.parent / "losses" / "domains.py")
    return "".join(path.read_text(encoding="utf-8") for path in paths) + version("numpy")


def _decides(loss: Loss) -> str:
    """Everything of a loss that its curves depend on; no text that only people read."""
    plot = loss.plot.model_copy(update={"alt": None}).model_dump_json(warnings=False) if loss.plot else ""
    inputs = [(name, given.domain, given.shape) for name, given in loss.inputs.items()]
    params = [(name, param.symbol, param.domain, param.sweep) for name, param in loss.params.items()]
    source = "".join(registry.listing(registry.functions_of(loss.id), "kbgen.losses"))
    return f"{loss.id}{plot}{inputs}{params}{loss.output}{loss.differentiable}{source}"


def defaults(loss: Loss) -> Mapping[str, Any]:
    """What the function takes for a parameter that nobody gives."""
    return registry.keywords(registry.losses()[loss.id])


def chosen(loss: Loss) -> Mapping[str, Any]:
    """The parameters at first: those of the picture; where it shows several, the default, or else the middle one."""
    found = {**defaults(loss), **(loss.plot.params if loss.plot else {})}
    middle = {name: param.sweep[len(param.sweep) // 2] for name, param in loss.params.items() if param.sweep}
    return MappingProxyType({**found, **{name: mid for name, mid in middle.items() if found[name] not in loss.params[name].sweep}})


def sliders(loss: Loss) -> list[str]:
    """The parameters that can be moved; those that the picture sweeps come first."""
    numbers = [name for name in loss.params if isinstance(chosen(loss)[name], int | float) and len(values(loss, name)) > 1]
    return sorted(numbers, key=lambda name: not loss.params[name].sweep)


def values(loss: Loss, name: str) -> list[float]:
    """The values of a parameter that a reader can choose: those of its grid at which the function works on these inputs."""
    assert loss.plot is not None
    found = grid(loss.params[name], [chosen(loss)[name], *_default(loss, name)], COUNT if loss.output[:1] == ("n",) else COUPLED)
    return [v for v in found if loss.params[name].domain != "natural" or _works(loss, {**chosen(loss), name: int(v)})]


def _default(loss: Loss, name: str) -> list[float]:
    """The default, unless the picture is far from it."""
    default, shown = float(defaults(loss)[name]), float(chosen(loss)[name])
    return [default] if 0.2 * shown <= default <= 5 * shown and loss.params[name].domain != "natural" else []


def _works(loss: Loss, params: Mapping[str, Any]) -> bool:
    try:
        line.along(loss, params, _lines(loss)[0][1], 2)
    except ValueError:
        return False
    return True


def comparable(kb: KnowledgeBase, loss: Loss) -> list[Loss]:
    """Losses with a slope over these inputs: those it names, those that name it, its family, the rest; short ones last."""
    own = {relation.to for relation in loss.relations}
    related = own | {other.id for other in kb.losses.values() if any(relation.to == loss.id for relation in other.relations)}
    sloped = [other for other in kb.losses.values() if f"{other.id}_grad" in registry.losses()]
    found = [other for other in sloped if other.id != loss.id and _takes(other, loss)]
    found.sort(key=lambda other: (other.id not in own, other.short, other.id not in related, other.family != loss.family))
    return found[:COMPARED]


def _takes(other: Loss, loss: Loss) -> bool:
    """Whether a loss has inputs of the same names and shapes, and domains that hold the inputs of this picture."""
    assert loss.plot is not None
    same = {n: i.shape for n, i in other.inputs.items()} == {n: i.shape for n, i in loss.inputs.items()}
    if not same or other.output != loss.output or not set(loss.plot.start) <= set(other.differentiable):
        return False
    given: dict[str, list[Any]] = {name: [value] for name, value in loss.plot.fixed.items()}
    given |= {name: list(each) for name, each in loss.plot.lines.items()}
    given |= {name: [loss.plot.start[name], loss.plot.stop[name]] for name in loss.plot.start}
    return all(
        other.inputs[name].domain == loss.inputs[name].domain or all(_inside(other.inputs[name].domain, each) for each in found)
        for name, found in given.items()
    )


def _inside(domain: str, value: Any) -> bool:
    """Whether these numbers lie in a domain of single numbers."""
    if domain not in {"real", "nonnegative", "positive", "probability", "fraction", "binary", "sign"}:
        return False
    return DOMAINS[domain].admits(np.asarray(value, float))


def _lines(loss: Loss) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Label and inputs of each line that the picture always has."""
    assert loss.plot is not None
    if not loss.plot.lines or any(param.sweep for param in loss.params.values()):
        return (("", {}),)
    ((name, given),) = loss.plot.lines.items()
    return tuple((label, {name: value}) for label, value in zip(loss.plot.labels, given, strict=True))


def frame(loss: Loss) -> Frame:
    """The axes of the static picture, and how finely numbers are kept inside of them."""
    assert loss.plot is not None
    drawn = list(line.curves(loss, loss.swept))
    value = line.limits(loss.plot, "value", [y for _, y, _ in drawn])
    slope = line.limits(loss.plot, "slope", [y for _, _, y in drawn])
    decimals = tuple(math.floor(math.log10(UNITS / (2 * (high - low)))) for low, high in (value, slope))
    return Frame(loss, _lines(loss), (value, slope), (decimals[0], decimals[1]))


def bounds(limits: tuple[float, float], decimals: int) -> tuple[int, int]:
    """The least and the largest number that is kept, in units: half the height of the picture beyond its edges."""
    low, high = limits
    slack = 0.5 * (high - low)
    return math.floor((low - slack) * 10**decimals), math.ceil((high + slack) * 10**decimals)


def main_part(loss: Loss, others: Sequence[Loss]) -> dict[str, Any]:
    """What a picture needs at first: its axes, its sliders with the curves of the first one, and the curves of other losses."""
    assert loss.plot is not None
    found, names = frame(loss), sliders(loss)
    params, compared = [_slider(loss, name) for name in names], [_other(found, other) for other in others]
    if names:
        params[0]["curves"] = _swept(found, names[0])
    return {
        "room": room(loss, compared),
        "x": loss.plot.x.split(",")[0].split("  ")[0].split(" = ")[0],
        "range": loss.plot.range,
        "limits": [[float(f"{end:.6g}") for end in ends] for ends in found.limits],
        "decimals": found.decimals,
        "bounds": [bounds(*pair) for pair in zip(found.limits, found.decimals, strict=True)],
        "lines": [label for label, _ in found.lines],
        "params": params,
        "curves": [] if names else _bundle(found, loss, chosen(loss)),
        "others": compared,
    }


def room(loss: Loss, others: Sequence[dict[str, Any]]) -> str:
    """CSS that keeps the place of the controls free until they come: rows of sliders, on a phone too, and of names."""
    params = len(sliders(loss))
    rows = {language: _rows([f"{other['name'][language]} {other['params']}" for other in others]) for language in LANGUAGES}
    counts = {"rows": math.ceil((params + 1) / 2), "stack": params + 1, "note": int(params > 1), **rows}
    return ";".join(f"--kb-{name}:{count}" for name, count in counts.items())


def _rows(names: Sequence[str]) -> int:
    """How many rows these names fill beside their samples, at the width of an article: 690 pixels, 6.6 to 13.6 a sign."""
    rows, used = int(bool(names)), 80.0
    for name in names:
        width = 68 + sum(13.6 if sign > "\u2e80" else 6.6 for sign in name)
        rows, used = (rows, used + width) if used + width <= 690 else (rows + 1, width)
    return rows


def further_part(loss: Loss, name: str) -> list[Any]:
    """The curves for every value of one parameter, the others as they are at first."""
    return _swept(frame(loss), name)


def _swept(found: Frame, name: str) -> list[Any]:
    loss = found.loss
    return [_bundle(found, loss, {**chosen(loss), name: _number(loss, name, value)}) for value in values(loss, name)]


def _number(loss: Loss, name: str, value: float) -> float:
    return int(value) if loss.params[name].domain == "natural" else value


def _slider(loss: Loss, name: str) -> dict[str, Any]:
    """Name, sign and values of a parameter; the places of the first value, of the default (or −1) and of what is drawn."""
    param, grid_ = loss.params[name], values(loss, name)
    default = float(defaults(loss)[name])
    return {
        "name": name,
        "sign": line.symbol(param.symbol),
        "values": grid_,
        "at": grid_.index(float(chosen(loss)[name])),
        "default": grid_.index(default) if default in grid_ else -1,
        "ticks": [grid_.index(float(value)) for value in param.sweep],
    }


def _other(found: Frame, other: Loss) -> dict[str, Any]:
    """A loss drawn over the inputs of this picture, with the parameters of its own page."""
    assert found.loss.plot is not None
    params = chosen(other)
    there = other.model_copy(update={"plot": found.loss.plot})
    signs = [f"{line.symbol(param.symbol)} = {params[name]:g}" for name, param in other.params.items()]
    return {
        "id": other.id,
        "name": {"zh": other.name.zh, "en": other.name.en},
        "params": ", ".join(signs),
        "curves": _bundle(found, there, params),
    }


def _bundle(found: Frame, loss: Loss, params: Mapping[str, Any]) -> list[Any]:
    """Value and slope of each line."""
    how = list(zip(found.limits, found.decimals, strict=True))
    pairs = (line.along(loss, params, given, line.points_of(loss)) for _, given in found.lines)
    return [[packed(y, *each) for y, each in zip(pair, how, strict=True)] for pair in pairs]


def packed(y: line.Array, limits: tuple[float, float], decimals: int) -> list[list[int]]:
    """The second differences of the samples in units of the last decimal, and the places where the line starts anew.

    Where the function has no value, the list of places holds the negative of the place after it.
    """
    low, high = bounds(limits, decimals)
    with np.errstate(over="ignore"):
        units: line.Array = np.clip(np.round(np.nan_to_num(y * 10.0**decimals, posinf=high, neginf=low)), low, high)
    steps = np.diff(units, n=2, prepend=(0, 0)).astype(int)
    starts = np.flatnonzero(line.jumps(units)) + 1
    return [steps.tolist(), [*starts.tolist(), *(-np.flatnonzero(np.isnan(y)) - 1).tolist()]]
