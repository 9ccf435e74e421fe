"""Automatic differentiation of the code that readers copy: JAX runs the listing in place of NumPy and derives the gradient.

usage: python -m kbgen.proofs.autodiff [--keep] [LOSS]...    compares, and keeps the results in data/evidence if asked to

Nothing is written again for it. The names that JAX spells otherwise are given below, and what a listing stores into an array
becomes a new array, since JAX has no other. A page shows what was kept, and needs no JAX.
"""

import ast
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.load import load
from kbgen.model import Loss
from kbgen.proofs import libraries
from kbgen.proofs.equations import Comparison, largest
from kbgen.proofs.evidence import DERIVED, DERIVED_TOLERANCE, derived_hash
from kbgen.proofs.sampling import draw, gradients, variants

LARGE = 1e200
"""In place of infinity, which times a slope of 0 is no number."""


class _Stores(ast.NodeTransformer):
    """Turns `x[i] = v` into `x = x.at[i].set(v)`, `x[i] -= v` into the like, and `np.fill_diagonal(x, v)` into an assignment."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node.targets:
            case [ast.Subscript(value=ast.Name(id=name)) as target]:
                return _statement(f"{name} = {_at(target)}.set(np.asarray({ast.unparse(node.value)}, {name}.dtype))")
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        match node.target, node.op:
            case ast.Subscript(value=ast.Name(id=name)) as target, ast.Add() | ast.Sub() as sign:
                return _statement(f"{name} = {_at(target)}.add({'-' * isinstance(sign, ast.Sub)}({ast.unparse(node.value)}))")
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        match node.value:
            case ast.Call(func=ast.Attribute(attr="fill_diagonal"), args=[ast.Name(id=name), value]):
                return _statement(f"{name} = np.fill_diagonal({name}, {ast.unparse(value)}, inplace=False)")
        return node


def _at(place: ast.Subscript) -> str:
    """`x[i]` as JAX writes the place to store into: `x.at[i]`."""
    return ast.unparse(place).replace("[", ".at[", 1)


def _statement(source: str) -> ast.stmt:
    return ast.parse(source).body[0]


def function(id: str) -> Callable[..., Any]:
    """The value of a loss, made from its listing, as JAX runs and derives it."""
    tree = _Stores().visit(ast.parse("\n\n".join(reversed(registry.listing((id,), "kbgen.losses")))))
    scope: dict[str, Any] = {"np": _numpy()}
    exec(compile(ast.unparse(tree), id, "exec"), scope)  # noqa: S102 - our own code
    found: Callable[..., Any] = scope[id]
    return found


class _Ufunc:
    """A function of two arrays with NumPy's `reduce` over one axis."""

    def __init__(self, pair: Callable[..., Any], reduce: Callable[..., Any]) -> None:
        self.pair, self.reduce = pair, reduce

    def __call__(self, *given: Any) -> Any:
        return self.pair(*given)


class _Names:
    """Names of a module, those of NumPy where it has none."""

    def __init__(self, own: Mapping[str, Any]) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        return self.own[name] if name in self.own else getattr(np, name)


def _numpy() -> _Names:
    """jax.numpy, with NumPy's spelling of what it spells otherwise."""
    importlib.import_module("jax").config.update("jax_enable_x64", True)
    jnp, special = importlib.import_module("jax.numpy"), importlib.import_module("jax.scipy.special")

    def divide(a: Any, b: Any, out: Any = 0.0, where: Any = True) -> Any:  # noqa: FBT002 - NumPy's signature
        return jnp.where(where, a / jnp.where(where, b, 1.0), out)

    def multiply(a: Any, b: Any, out: Any = 0.0, where: Any = True) -> Any:  # noqa: FBT002
        return jnp.where(where, jnp.where(where, a, 0.0) * b, out)

    def argsort(a: Any, axis: int = -1, kind: str = "stable") -> Any:
        return jnp.argsort(a, axis=axis, stable=kind == "stable")

    def windows(a: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
        for size, along in zip(shape, axis, strict=True):
            starts = np.arange(a.shape[along] - size + 1)
            a = jnp.moveaxis(jnp.stack([jnp.take(a, starts + k, along) for k in range(size)]), 0, -1)
        return a

    def length(a: Any, axis: int) -> Any:
        """The norm, whose slope at 0 is taken as 0."""
        square = jnp.sum(a * a, axis)
        return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)

    logaddexp = _Ufunc(jnp.logaddexp, lambda a, axis=0, keepdims=False: special.logsumexp(jnp.asarray(a), axis, keepdims=keepdims))
    hypot = _Ufunc(jnp.hypot, length)
    tricks = SimpleNamespace(stride_tricks=SimpleNamespace(sliding_window_view=windows))
    own = {"divide": divide, "multiply": multiply, "argsort": argsort, "logaddexp": logaddexp, "hypot": hypot, "lib": tricks}
    return _Names({**vars(jnp), **own, "inf": LARGE})


def compare(loss: Loss, rng: np.random.Generator) -> Comparison:
    """The coded gradient against the one that JAX derives from the coded value."""
    jax = importlib.import_module("jax")
    places = tuple(place for place, name in enumerate(loss.inputs) if name in loss.differentiable)
    value, error, points = function(loss.id), 0.0, 0
    for variant in variants(loss):
        inputs = draw(loss, rng)
        found = jax.grad(lambda *given, variant=variant: value(*given, **variant).sum(), argnums=places)(*inputs)
        for ours, theirs in zip(gradients(loss, inputs, variant), found, strict=True):
            error = max(error, largest(np.asarray(theirs), ours))
            points += ours.size
    return Comparison(error, DERIVED_TOLERANCE, points)


def main(arguments: list[str]) -> int:
    """Compare the losses named, or all; say which does not agree, else keep what was found if asked to."""
    wanted = [argument for argument in arguments if argument != "--keep"]
    losses = {id: loss for id, loss in load(Path()).losses.items() if f"{id}_grad" in registry.losses() and id in (wanted or [id])}
    found = {id: compare(loss, np.random.default_rng(list(id.encode()))) for id, loss in losses.items()}
    wrong = {id: outcome.error for id, outcome in found.items() if not outcome.holds}
    for id, error in wrong.items():
        sys.stderr.write(f"{id}: the coded gradient is {error:.2g} off what JAX derives from the coded value\n")
    if "--keep" in arguments and not wrong:
        records = {
            id: libraries.Record(hash=derived_hash(id), points=outcome.points, value=0, slope=float(f"{outcome.error:.2g}"))
            for id, outcome in found.items()
        }
        libraries.write(Path(), DERIVED, importlib.import_module("jax").__version__, records, registry.losses())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
