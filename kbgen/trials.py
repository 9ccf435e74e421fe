"""What an experiment of kbgen.lab found, and how it is kept in data/lab: numbers with their spread, curves to draw, verdicts."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter

from kbgen.cache import digest, write
from kbgen.outcomes import Printed, parse

FOLDER = Path("data", "lab")
DIGITS = 6
"""Significant digits that are kept: enough that what pages print, three of them, is not rounded twice."""


def _number(given: object, kind: Callable[[Any], Any] = float) -> Any:
    """A number of Python or NumPy; what is none is left for pydantic to refuse."""
    try:
        return kind(given)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"no number: {given!r:.40}") from None


Rounded = Annotated[float, BeforeValidator(lambda given: float(f"{_number(given):.{DIGITS}g}"))]
Whole = Annotated[int, BeforeValidator(lambda given: _number(given, int))]


class Measured(BaseModel):
    """A number and, if it was measured with several seeds, what the middle nine tenths of them gave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Rounded
    low: Rounded | None = None
    high: Rounded | None = None


class Found(BaseModel):
    """What one run of an experiment gave.

    numbers: what is printed, by name. holds: what the page concludes, by name; a run with other seeds must conclude the same.
    curves: what the picture is drawn from, by name, as rows of equal length.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: Mapping[Printed, Measured]
    holds: Mapping[Printed, bool]
    curves: Mapping[Printed, tuple[tuple[Rounded, ...], ...]] = {}


class Kept(BaseModel):
    """A run as it is kept: with the hash of the code that made it, the seeds and the version of NumPy."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str
    seeds: Whole
    numpy: Printed
    found: Found


KEPT = TypeAdapter(Kept)


def measured(values: Sequence[float] | np.ndarray[Any, Any]) -> Measured:
    """The median over seeds, and the middle nine tenths; infinite values count as such."""
    low, middle, high = np.quantile(np.asarray(values, float), (0.05, 0.5, 0.95), method="inverted_cdf")
    return Measured(value=middle, low=low, high=high)


def exactly(value: float) -> Measured:
    """A number that no seed changes."""
    return Measured(value=value)


@cache
def experiments() -> Mapping[str, ModuleType]:
    """The modules of kbgen.lab by name; those that begin with _ are shared."""
    package = importlib.import_module("kbgen.lab")
    names = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_")]
    return {name: importlib.import_module(f"kbgen.lab.{name}") for name in sorted(names)}


def hash_of(id: str) -> str:
    """What a kept run holds for: the source of the experiment, up to the drawing, and of everything of ours that it uses."""
    module = experiments()[id]
    source = inspect.getsource(module)
    named = {value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", "") for value in vars(module).values()}
    used = sorted(name for name in named if str(name).startswith("kbgen.") and name not in {__name__, module.__name__})
    shared = (inspect.getsource(importlib.import_module(name)) for name in used)
    return digest(source.partition("\ndef draw(")[0], *shared)


def run(id: str, seeds: Sequence[int] | None = None) -> Found:
    """Run an experiment, with its own seeds if no others are given."""
    function: Callable[[Sequence[int]], Found] = experiments()[id].run
    return function(range(experiments()[id].SEEDS) if seeds is None else seeds)


def keep(root: Path, id: str) -> Kept:
    """Run an experiment and keep what it found."""
    kept = Kept(hash=hash_of(id), seeds=experiments()[id].SEEDS, numpy=np.__version__, found=run(id))
    text = json.dumps(kept.model_dump(exclude_defaults=True), ensure_ascii=False, allow_nan=True, separators=(",", ":"))
    write(root / FOLDER / f"{id}.json", (text.replace('"},"', '"},\n"') + "\n").encode())
    return kept


def read(root: Path) -> dict[str, Kept]:
    """The runs that hold for the experiments as they are now, by name."""
    found = {}
    for id in experiments():
        path = root / FOLDER / f"{id}.json"
        if path.is_file():
            kept = parse(KEPT, path.read_bytes(), path.relative_to(root), f"kbgen lab {id}")
            if kept.hash == hash_of(id):
                found[id] = kept
    return found


def shown(number: float) -> str:
    """A number as pages print it: three digits, no exponent between a thousandth and a million."""
    if not np.isfinite(number):
        return "∞" if number > 0 else "−∞"
    if number == 0 or 1e-3 <= abs(number) < 1e6:
        digits = max(0, 2 - int(np.floor(np.log10(abs(number))))) if number else 0
        text = f"{number:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{number:.2e}"
    return text.replace("-", "−") if number < 0 else text
