"""The formula and the gradient that a page prints, executed at given inputs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from kbgen.formula.meaning import LOSSES, Definition, Scope, derivative_of, evaluate, names_in, spelled
from kbgen.formula.syntax import FormulaError, Fraction, Group, Name, Node, Product, Relation, parse
from kbgen.model import Loss

Array = np.ndarray[Any, Any]
INDEXED = re.compile(r"^(.*)_(?:[a-z]|\{[a-z,]+\})$")
SIGN = re.compile(r"[A-Za-z\\{}'_^ ]+")


@dataclass(frozen=True)
class Statements:
    """The equations of a page, sorted by what they say."""

    value: Relation
    gradients: tuple[tuple[Name, Node], ...]
    definitions: Mapping[str | Fraction, Definition]
    definitions_of_gradient: Mapping[str | Fraction, Definition]
    components: Mapping[str, tuple[str, ...]]
    gradient_names_loss: bool
    """Whether a derivative is written with the loss, or with another derivative of it."""

    @property
    def needed(self) -> tuple[Node, ...]:
        """The sides of the value that somebody asks for: none for a derivative that stands by itself."""
        return self.value.parts[1:] if self.gradient_names_loss or not self.gradients else ()


def symbol_of(loss: Loss, name: str) -> str:
    """The sign of an input: an index that only says what its entries are called (`a_i` for rows of a matrix) is no part of it."""
    given = loss.inputs[name]
    indexed = INDEXED.match(given.symbol)
    entries = len(given.shape) - (given.shape[:1] == ("n",))
    return indexed[1] if indexed and entries else given.symbol


def _declared(loss: Loss) -> tuple[str, ...]:
    r"""The signs of a page, so that `p_t` or `c_{\mathrm{FN}}` is read as one sign where its letter is no index.

    An index is what follows the sign of an array or of something that the formula defines with that index; after the sign of a
    number it is part of the name.
    """
    numbers = {param.symbol for param in loss.params.values()}
    numbers |= {symbol_of(loss, name) for name, given in loss.inputs.items() if given.shape in {("n",), ()}}
    numbers |= {sign.symbol for sign in loss.symbols if "_" not in sign.symbol}
    symbols = [symbol_of(loss, name) for name in loss.inputs] + [param.symbol for param in loss.params.values()]
    for sign in loss.symbols:
        indexed = INDEXED.match(sign.symbol)
        if SIGN.fullmatch(sign.symbol) and (indexed is None or indexed[1] in numbers):
            symbols.append(sign.symbol)
    return tuple(dict.fromkeys(symbols))


@cache
def _statements(formula: str, gradient: str, declared: tuple[str, ...], inputs: tuple[str, ...]) -> Statements:
    value: Relation | None = None
    gradients: list[tuple[Name, Node]] = []
    components: dict[str, tuple[str, ...]] = {}
    definitions: dict[str | Fraction, Definition] = {}
    redefined: dict[str | Fraction, Definition] = {}  # by the gradient, which knows what the formula defines
    for tex, known in ((formula, definitions), (gradient, redefined)):
        for equation in (statement for statement in (parse(tex, declared) if tex else ()) if "=" in statement.signs):
            left, *right = equation.parts
            if variable := derivative_of(left):
                gradients += [(variable, part) for part in right]
                continue
            if isinstance(left, Fraction):  # the derivative of something else: a step on the way
                known[left] = Definition((), (), right[0])
                continue
            name, arguments = _head(left)
            if name.base in LOSSES and value is None:
                value = equation
            elif name.base in inputs:
                match right[0]:  # the parts of an input; anything else only says where the input comes from
                    case Group("(", parts) if all(isinstance(part, Name) for part in parts):
                        components[name.base] = tuple(spelled(part) for part in parts if isinstance(part, Name))
            else:
                indices = tuple(index.base for index in name.indices if isinstance(index, Name))
                known[name.base] = Definition(indices, arguments, right[0])
    if value is None:
        raise FormulaError(r"no equation for the loss: one must start with \ell or R")
    every = {**definitions, **redefined}
    said = (*(side for _, side in gradients), *(definition.body for definition in every.values()))
    names_loss = any(name.base in LOSSES for part in said for name in names_in(part))
    return Statements(value, tuple(gradients), definitions, every, components, names_loss)


def _head(left: Node) -> tuple[Name, tuple[str, ...]]:
    """The name that an equation is about, and the arguments it is written with."""
    match left:
        case Name():
            return left, ()
        case Product((Name() as name, Group("(", parts))):
            return name, tuple(part.base for part in parts if isinstance(part, Name))
    raise FormulaError(f"an equation must start with a name, not with {left}")


def values(loss: Loss, inputs: Sequence[Array], params: Mapping[str, float]) -> list[Array]:
    """What every right side of the printed equation for the value gives.

    Raises FormulaError if a sign is not bound or an equation cannot be evaluated.
    """
    return _execute(loss, inputs, params, with_derivatives=False)[0]


def derivatives(loss: Loss, inputs: Sequence[Array], params: Mapping[str, float]) -> dict[str, list[Array]]:
    """What every right side of the printed derivative gives, by each input that has one. Raises FormulaError as `values`."""
    return _execute(loss, inputs, params, with_derivatives=True)[1]


def _execute(
    loss: Loss, inputs: Sequence[Array], params: Mapping[str, float], *, with_derivatives: bool
) -> tuple[list[Array], dict[str, list[Array]]]:
    declared = _declared(loss)
    names = {symbol_of(loss, name): name for name in loss.inputs}
    statements = _statements(loss.formula, loss.gradient or "", declared, tuple(names))
    if not with_derivatives:
        statements = replace(statements, gradients=())
    head, _ = _head(statements.value.parts[0])
    signs = {param.symbol for param in loss.params.values()}
    free = [index for index in head.indices if isinstance(index, Name) and index.base not in signs]
    numbers: dict[str, Any] = {param.symbol: params[name] for name, param in loss.params.items()}
    arrays = dict(zip(names, map(np.asarray, inputs), strict=True))
    lengths = {
        letter: size
        for sign, array in arrays.items()
        for letter, size in zip(loss.inputs[names[sign]].shape, array.shape, strict=True)
        if isinstance(letter, str)
    }
    scope = Scope({**lengths, **numbers, **arrays}, statements.definitions)
    if free:
        return _together(statements, scope, free[0].base, names)
    return _one_by_one(loss, statements, scope, arrays, names)


def _one_by_one(
    loss: Loss, statements: Statements, scope: Scope, arrays: Mapping[str, Array], names: Mapping[str, str]
) -> tuple[list[Array], dict[str, list[Array]]]:
    """The equations speak of one item: run them for each."""
    per_item = {sign for sign, name in names.items() if loss.inputs[name].shape[:1] == ("n",)}
    rows: list[list[Any]] = []
    slopes: dict[str, list[list[Any]]] = {}
    for item in range(len(next(arrays[sign] for sign in per_item))):
        own = {sign: array[item] if sign in per_item else array for sign, array in arrays.items()}
        for sign, parts in statements.components.items():
            own |= dict(zip(parts, own[sign], strict=True))
        here = replace(scope, values={**scope.values, **own}, known={})
        rows.append([evaluate(side, here) for side in statements.needed])
        for sign, sides in _derivatives(statements, here, rows[-1], names).items():
            slopes.setdefault(sign, []).append(sides)
    values = [np.array(side, float) for side in zip(*rows, strict=True)]
    return values, {names[sign]: [np.array(side) for side in zip(*found, strict=True)] for sign, found in slopes.items()}


def _together(
    statements: Statements, scope: Scope, index: str, names: Mapping[str, str]
) -> tuple[list[Array], dict[str, list[Array]]]:
    r"""The equations speak of item i among others: \ell_i."""
    count = len(scope.values[next(iter(names))])
    values = [np.array([evaluate(side, scope.bind([index], [i])) for i in range(count)]) for side in statements.needed]
    found = _derivatives(statements, scope, values, names)
    return values, {names[sign]: [np.asarray(side) for side in each] for sign, each in found.items()}


def _derivatives(
    statements: Statements, scope: Scope, found_value: Sequence[Any], names: Mapping[str, str]
) -> dict[str, list[Any]]:
    """Every right side of the derivative by each input."""
    loss_name = _head(statements.value.parts[0])[0].base
    values = {**scope.values, **({f"{loss_name}(": found_value[0]} if found_value else {})}
    here = replace(scope, values=values, definitions=statements.definitions_of_gradient, known={})
    found: dict[str, list[Any]] = {}
    for variable, side in statements.gradients:
        if variable.base not in names:
            raise FormulaError(f"a derivative by {variable.base}, which is no input")
        shape = np.shape(scope.values[variable.base])[: len(variable.indices)]
        indices = [index.base for index in variable.indices if isinstance(index, Name)]
        if variable.indices:
            entries = [evaluate(side, here.bind(indices, places)) for places in np.ndindex(*shape)]
            slope = np.reshape(np.array(entries, float), (*shape, *np.shape(entries[0])))
        else:
            slope = evaluate(side, here)
        found.setdefault(variable.base, []).append(slope)
        if statements.gradient_names_loss:
            here = replace(here, derivatives={**here.derivatives, variable.base: slope}, known={})
    return found
