"""Finds code by the id of an entry: the function `huber` in any module of kbgen.losses, the module kbgen.recipes.perceptual."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

Function = Callable[..., Any]
NOT_FAMILIES = {"shapes", "domains"}


@cache
def functions(package: str) -> Mapping[str, Function]:
    """Every public function of the public modules of `package`, by name."""
    found: dict[str, Function] = {}
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if info.name in NOT_FAMILIES or info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                if name in found:
                    raise ImportError(f"{name} is defined in {found[name].__module__} and in {module.__name__}")
                found[name] = function
    return MappingProxyType(found)


def modules(package: str) -> tuple[str, ...]:
    """Names of the modules of `package` that hold such functions."""
    found = (info.name for info in pkgutil.iter_modules(importlib.import_module(package).__path__))
    return tuple(sorted(name for name in found if name not in NOT_FAMILIES and not name.startswith("_")))


def losses() -> Mapping[str, Function]:
    """Losses and their gradients."""
    return functions("kbgen.losses")


def functions_of(id: str) -> tuple[str, ...]:
    """Names of the functions of a loss: its value, and its gradient if it has one."""
    return tuple(name for name in (id, f"{id}_grad") if name in losses())


def optimizers() -> Mapping[str, Function]:
    """Update rules and schedules."""
    return functions("kbgen.optimizers")


@cache
def identities() -> Mapping[str, Function]:
    """Executed relations between entries."""
    return functions("kbgen.proofs.identities")


@cache
def losses_of(identity: str) -> frozenset[str]:
    """The losses that an identity calls: `loss.<id>` in its source."""
    return frozenset(re.findall(r"\bloss\.(\w+)", "\n".join(listing((identity,), "kbgen.proofs.identities"))))


def identities_of(id: str) -> tuple[str, ...]:
    """Names of the identities that call a loss."""
    return tuple(name for name in identities() if id in losses_of(name))


@cache
def recipes() -> Mapping[str, Path]:
    """Scripts that show how an entry without a function of its own is computed."""
    folder = Path(__file__).parent / "recipes"
    return MappingProxyType({path.stem: path for path in sorted(folder.glob("[a-z]*.py"))})


def positional(function: Function) -> tuple[str, ...]:
    """Names of the arguments that are data."""
    return tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind is not p.KEYWORD_ONLY)


def given(function: Function) -> tuple[str, ...]:
    """Names of the arguments after the first two that have no start: what an update rule needs beside the gradient."""
    return tuple(
        name for name in positional(function)[2:] if inspect.signature(function).parameters[name].default is inspect.Parameter.empty
    )


def keywords(function: Function) -> Mapping[str, Any]:
    """Keyword-only arguments with their defaults, in order."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


@dataclass(frozen=True)
class Definition:
    """A top-level name of a module: its source, the names it uses, and the module it is imported from, if it is."""

    source: str
    uses: tuple[str, ...]
    origin: str = ""


@cache
def _definitions(path: str) -> Mapping[str, Definition]:
    """What each top-level name of a module is bound to."""
    text = Path(path).read_text(encoding="utf-8")
    lines, found = text.splitlines(), dict[str, Definition]()
    for node in ast.parse(text).body:
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        uses = tuple(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
        match node:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = Definition(source, uses)
            case ast.ImportFrom(module=str(module), names=names) if module.startswith("kbgen."):
                found.update({alias.name: Definition("", (), module) for alias in names})
    return found


@cache
def listing(names: tuple[str, ...], package: str) -> tuple[str, str]:
    """The source of functions, and the source of everything of ours that they need; both together run with NumPy alone."""
    main = [(functions(package)[name].__code__.co_filename, name) for name in names]
    needed: dict[tuple[str, str], str] = {}
    queue = list(main)
    while queue:
        path, name = queue.pop(0)
        definition = _definitions(path).get(name)
        if definition is None or (path, name) in needed:
            continue
        if definition.origin:
            queue.append((str(importlib.import_module(definition.origin).__file__), name))
            continue
        needed[path, name] = definition.source
        queue += [(path, used) for used in definition.uses]
    helpers = [source for key, source in needed.items() if key not in main]
    return "\n\n\n".join(needed[key] for key in main), "\n\n\n".join(reversed(helpers))
