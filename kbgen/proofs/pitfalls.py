"""Runs the functions of kbgen.pitfalls, each a mistake and what mends it, and keeps the results in data/evidence/pitfalls.json.

usage: python -m kbgen.proofs.pitfalls [--keep] [ENTRY | LIBRARY]...    prints the results as JSON; keeps them if asked to

A page shows what was kept for a function as it is now. What needs a library runs in a process of its own (`anew`), for libraries
are set up once per process.
"""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from kbgen import registry
from kbgen.cache import Memo, digest
from kbgen.cache import write as write_whole
from kbgen.errors import Problems
from kbgen.outcomes import Printed, parse

MODULES = Path(__file__).parent.parent / "pitfalls"
NAMED = re.compile(r"^def (\w+?)__(\w+)", re.M)
IMPORTED = re.compile(r"^\s*(?:import|from) (\w+)", re.M)
LIBRARIES = ("torch", "keras", "optax", "sklearn", "jax")
KEPT = Path("data", "evidence", "pitfalls.json")
FOUR_DIGITS: Any = {"float_kind": lambda number: f"{number + 0:.4g}"}  # adding 0 turns -0 into 0


class Result(BaseModel):
    """What the mistake and its remedy gave, as printed, and the hash of the code that gave it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str
    wrong: Printed
    right: Printed


RESULTS = TypeAdapter(dict[str, Result])


@dataclass(frozen=True)
class Pitfall:
    """A function of kbgen.pitfalls: its body without docstring and return, and the libraries it imports."""

    name: str
    body: str
    libraries: tuple[str, ...]

    @property
    def id(self) -> str:
        """The entry it belongs to."""
        return self.name.partition("__")[0]

    @property
    def key(self) -> str:
        """What its entry calls it."""
        return self.name.partition("__")[2]

    @property
    def hash(self) -> str:
        """What results hold for."""
        return digest(self.body)


@cache
def pitfalls() -> Mapping[str, Pitfall]:
    """Every function of kbgen.pitfalls by name, `<entry>__<key>`: read, not imported, for pages only print them."""
    return {pitfall.name: pitfall for path in sorted(MODULES.glob("[a-z]*.py")) for pitfall in _read(path)}


def _read(path: Path) -> Iterator[Pitfall]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for function in ast.parse(text).body:
        if isinstance(function, ast.FunctionDef):
            if ast.unparse(function.body[-1]) != "return (wrong, right)":
                raise ImportError(f"{function.name} must end with `return wrong, right`")
            first = function.body[1 if ast.get_docstring(function, clean=False) else 0]
            body = textwrap.dedent("\n".join(lines[first.lineno - 1 : function.body[-1].lineno - 1])).strip()
            yield Pitfall(function.name, body, tuple(sorted(set(IMPORTED.findall(body)) & set(LIBRARIES))))


@cache
def keys() -> Mapping[str, list[str]]:
    """What each entry calls its pitfalls that run; found by name, without reading the code."""
    found: dict[str, list[str]] = {}
    for path in sorted(MODULES.glob("[a-z]*.py")):
        for id, key in NAMED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(id, []).append(key)
    return found


def run(pitfall: Pitfall) -> tuple[str, str]:
    """Both results as they are printed. Raises ValueError if they are the same, for then nothing was mended."""
    with np.errstate(all="ignore"):  # a mistake may overflow, that is what it shows
        wrong, right = (shown(result) for result in registry.functions("kbgen.pitfalls")[pitfall.name]())
    if wrong == right:
        raise ValueError(f"{pitfall.name}: wrong and right are both {wrong}")
    return wrong, right


def shown(result: Any) -> str:
    """A result in four digits; words as they are."""
    if isinstance(result, str):
        return result
    array = np.asarray(result.detach() if hasattr(result, "detach") else result)
    if array.dtype.kind not in "fc" or not array.size:
        return str(array.tolist())
    return " ".join(np.array2string(array.astype(np.float64), separator=", ", formatter=FOUR_DIGITS).split())


def missing(pitfall: Pitfall) -> list[str]:
    """Libraries that it needs and that are not installed."""
    return [library for library in pitfall.libraries if importlib.util.find_spec(library) is None]


def anew(wanted: list[str]) -> dict[str, tuple[str, str]]:
    """Both results of all pitfalls of these entries or libraries, run in another process."""
    command = [sys.executable, "-m", "kbgen.proofs.pitfalls", *wanted]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return {name: (wrong, right) for name, (wrong, right) in json.loads(done.stdout).items()}


def read(root: Path, memo: Memo | None = None) -> dict[str, Result]:
    """What is kept and holds for the functions as they are now."""
    content = (root / KEPT).read_bytes() if (root / KEPT).is_file() else b"{}"
    return (memo or Memo()).get("pitfalls", digest(content), partial(_holding, content))


def _holding(content: bytes) -> dict[str, Result]:
    kept = parse(RESULTS, content, KEPT, "make evidence")
    return {name: kept[name] for name, pitfall in pitfalls().items() if name in kept and kept[name].hash == pitfall.hash}


def write(root: Path, found: Mapping[str, tuple[str, str]]) -> None:
    """Keep new results beside those that still hold."""
    new = {name: Result(hash=pitfalls()[name].hash, wrong=wrong, right=right) for name, (wrong, right) in found.items()}
    try:
        before = read(root)
    except Problems:  # damaged: what still held is found again by running it
        before = {}
    every = dict(sorted({**before, **new}.items()))
    content = {name: result.model_dump() for name, result in every.items()}
    write_whole(root / KEPT, f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode())


def main(arguments: list[str]) -> None:
    """Print, or keep, the results of all pitfalls, or of those of the entries or libraries named."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    wanted = {argument for argument in arguments if argument != "--keep"}
    chosen = [p for p in pitfalls().values() if not wanted or wanted & {p.id, *p.libraries}]
    results = {p.name: run(p) for p in chosen if not missing(p)}
    if "--keep" in arguments:
        write(Path(), results)
    else:
        sys.stdout.write(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
