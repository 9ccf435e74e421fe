"""Finds code by the id of an entry: the function `huber` in any module of kbgen.losses, the module kbgen.recipes.perceptual."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
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


def losses() -> Mapping[str, Function]:
    """Losses and their gradients."""
    return functions("kbgen.losses")


def optimizers() -> Mapping[str, Function]:
    """Update rules and schedules."""
    return functions("kbgen.optimizers")


@cache
def recipes() -> Mapping[str, Path]:
    """Scripts that show how an entry without a function of its own is computed."""
    folder = Path(__file__).parent / "recipes"
    return MappingProxyType({path.stem: path for path in sorted(folder.glob("[a-z]*.py"))})


def positional(function: Function) -> tuple[str, ...]:
    """Names of the arguments that are data."""
    return tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind is not p.KEYWORD_ONLY)


def keywords(function: Function) -> Mapping[str, Any]:
    """Keyword-only arguments with their defaults, in order."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


@cache
def _definitions(path: str) -> tuple[str, Mapping[str, ast.stmt]]:
    """The text of a module and what each of its top-level names is bound by, imports of kbgen included."""
    text = Path(path).read_text(encoding="utf-8")
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name):
                found[name] = node
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
            case ast.ImportFrom(names=names):
                found.update({alias.name: node for alias in names})
    return text, found


def listing(names: tuple[str, ...], package: str) -> tuple[str, str]:
    """The source of functions, and the source of everything of ours that they need; both together run with NumPy alone."""
    main = [(functions(package)[name].__code__.co_filename, name) for name in names]
    needed: dict[tuple[str, str], str] = {}
    queue = list(main)
    while queue:
        path, name = queue.pop(0)
        text, definitions = _definitions(path)
        node = definitions.get(name)
        if node is None or (path, name) in needed:
            continue
        if isinstance(node, ast.ImportFrom):
            if node.module and node.module.startswith("kbgen."):
                module = importlib.import_module(node.module)
                queue.append((str(module.__file__), name))
            continue
        needed[path, name] = ast.get_source_segment(text, node) or ""
        queue += [(path, inner.id) for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    helpers = [source for key, source in needed.items() if key not in main]
    return "\n\n\n".join(needed[key] for key in main), "\n\n\n".join(reversed(helpers))
