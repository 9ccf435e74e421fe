"""The losses and optimizers in the words of the libraries: their source, and what running it against ours found.

The modules of kbgen.frameworks are read here, never imported, so that a page needs no library. `tests/test_frameworks.py` and
`tests/test_optimizer_frameworks.py` run them and, when asked to (`make evidence`), keep what they found in data/evidence/libraries.
"""

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from kbgen import registry
from kbgen.cache import Memo, digest
from kbgen.cache import write as write_whole
from kbgen.errors import Problems
from kbgen.outcomes import Printed, parse

LIBRARIES = ("torch", "keras", "optax", "sklearn")
MODULES = Path(__file__).parent.parent / "frameworks"
FOLDER = Path("data", "evidence", "libraries")


@dataclass(frozen=True)
class Call:
    """One function of kbgen.frameworks: the entry it belongs to, the symbol it calls, its source with everything it needs."""

    library: str
    name: str
    symbol: str
    source: str
    needs: str

    @property
    def id(self) -> str:
        """The entry whose value it returns."""
        return self.name.partition("__")[0]

    @property
    def hash(self) -> str:
        """What a record about it holds for: its source, and ours."""
        if self.id in registry.optimizers():
            return digest(self.needs, self.source, *registry.listing((self.id,), "kbgen.optimizers"))
        return digest(self.needs, self.source, *registry.listing(registry.functions_of(self.id), "kbgen.losses"))


class Record(BaseModel):
    """What running one function against ours found: the largest errors of value, or of parameters, and of slope."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str
    points: int
    value: float
    slope: float | None = None


class Library(BaseModel):
    """All records of one library, and its version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Printed
    functions: Mapping[str, Record]


LIBRARY = TypeAdapter(Library)


@cache
def calls(library: str) -> tuple[Call, ...]:
    """Every public function of the modules of kbgen.frameworks for a library: that of the losses, that of the optimizers."""
    return tuple(call for path in sorted(MODULES.glob(f"{library}*.py")) for call in _calls(library, path))


def _calls(library: str, path: Path) -> Iterator[Call]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    body = ast.parse(text).body

    def source(node: ast.stmt) -> str:
        return "\n".join(lines[node.lineno - 1 : node.end_lineno])

    imports = [source(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    helpers = {node.name: node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("_")}
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            needs = ["\n".join(imports), *(source(helpers[name]) for name in sorted(used & helpers.keys()))]
            symbol = (ast.get_docstring(node) or "").partition("\n")[0]
            yield Call(library, node.name, symbol, source(node), "\n\n\n".join(needs))


def write(root: Path, library: str, version: str, records: Mapping[str, Record], there: Collection[str]) -> None:
    """Keep records of a library beside those kept before, without those of functions that are no longer `there`."""
    try:
        before = kept(root, library)
    except Problems:  # damaged: what still held is found again by running it
        before = {}
    functions = {**before, **records}
    content = Library(version=version, functions={name: functions[name] for name in sorted(functions) if name in there})
    text = json.dumps(content.model_dump(exclude_none=True), indent=1) + "\n"
    write_whole(root / FOLDER / f"{library}.json", text.encode())


def stamp(root: Path, library: str) -> str:
    """A hash of what is kept for a library."""
    path = root / FOLDER / f"{library}.json"
    return digest(path.read_bytes()) if path.is_file() else ""


def kept(root: Path, library: str) -> Mapping[str, Record]:
    """All records of a library, whether they still hold or not."""
    path = root / FOLDER / f"{library}.json"
    if not path.is_file():
        return {}
    return parse(LIBRARY, path.read_bytes(), path.relative_to(root), "make evidence").functions


def read(root: Path, memo: Memo | None = None) -> dict[str, dict[str, Record]]:
    """The records that hold for the functions as they are now: library -> function -> record."""
    files = sorted((root / FOLDER).glob("*.json"))
    return (memo or Memo()).get("libraries", digest(*(path.read_bytes() for path in files)), partial(_read, root))


def _read(root: Path) -> dict[str, dict[str, Record]]:
    found: dict[str, dict[str, Record]] = {}
    for library in LIBRARIES:
        records = kept(root, library)
        found[library] = {c.name: records[c.name] for c in calls(library) if c.name in records and records[c.name].hash == c.hash}
    return found
