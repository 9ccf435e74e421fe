r"""The syntax tree -> numbers.

Every sign must be bound: by an input, a parameter, a length, a definition of the formula itself (`, \quad r = \hat y - y`) or an
index. An index is a place: it counts from where its sum starts, so that `\sum_{k=1}^{K}` and a label that counts from 0 agree.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kbgen.formula.syntax import (
    Cases,
    FormulaError,
    Fraction,
    Function,
    Group,
    Name,
    Node,
    Number,
    Over,
    Power,
    Product,
    Relation,
    Sum,
)

Value = Any  # a float, a place, or an array
ELEMENTARY: Mapping[str, Callable[[Value], Value]] = {
    "log": np.log, "exp": np.exp, "cosh": np.cosh, "sinh": np.sinh, "tanh": np.tanh, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "arccos": np.arccos, "arcsin": np.arcsin, "arctan": np.arctan,
}  # fmt: skip


def _digamma(x: Value) -> float:
    """The derivative of log Γ: its asymptotic series above 10, and the recurrence below."""
    below = sum(1 / (x + k) for k in range(10))
    inverse = (x + 10) ** -2.0
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
    return float(math.log(x + 10) - 0.5 / (x + 10) - series - below)


SPECIAL: Mapping[str, Callable[[Value], Value]] = {
    r"\Gamma": math.gamma,
    r"\psi": _digamma,
    r"\Phi": lambda z: 0.5 * math.erfc(-z / math.sqrt(2)),
}
"""What these letters mean where nobody binds them: gamma function, its logarithmic derivative, normal distribution."""
COMPARE: Mapping[str, Callable[[Value, Value], Value]] = {
    "=": np.equal, "<": np.less, ">": np.greater, "le": np.less_equal, "ge": np.greater_equal, "ne": np.not_equal,
}  # fmt: skip
CONSTANTS = {"e": np.e, r"\pi": np.pi}
INDICATOR = r"\mathbf 1"
PARTIAL = r"\partial"
LOSSES = (r"\ell", "R")


@dataclass(frozen=True)
class Row:
    """A transposed vector: it multiplies a vector to a number, and is multiplied by one to a matrix."""

    vector: np.ndarray[Any, Any]


@dataclass(frozen=True)
class Definition:
    """`name_{indices}(arguments) = body`."""

    indices: tuple[str, ...]
    arguments: tuple[str, ...]
    body: Node


@dataclass(frozen=True)
class Scope:
    """What names mean: arrays and numbers, definitions, and the indices and arguments that are bound at the moment."""

    values: Mapping[str, Value]
    definitions: Mapping[str | Fraction, Definition]
    bound: Mapping[str, Value] = field(default_factory=dict)
    derivatives: Mapping[str, Value] = field(default_factory=dict)
    known: dict[tuple[Value, ...], Value] = field(default_factory=dict)
    """What definitions and sums gave for some indices and arguments, as long as values and derivatives are these."""

    def bind(self, names: Sequence[str], values: Sequence[Value]) -> "Scope":
        """The same scope with more bound names."""
        return Scope(
            self.values, self.definitions, {**self.bound, **dict(zip(names, values, strict=True))}, self.derivatives, self.known
        )

    def alone(self) -> "Scope":
        """The scope of a definition's body: nothing bound from where it is used."""
        return Scope(self.values, self.definitions, {}, self.derivatives, self.known)


def evaluate(node: Node, scope: Scope) -> Value:  # noqa: C901  # one case per kind of node
    """The value of a node. Raises FormulaError for a name that nobody bound."""
    match node:
        case Number(value):
            return value
        case Name():
            return _name(node, scope)
        case Fraction():
            return _fraction(node, scope)
        case Power():
            return _power(node, scope)
        case Group(kind, parts):
            return _group(kind, parts, scope)
        case Product(factors):
            return _product(factors, scope)
        case Function():
            return _product((node,), scope)
        case Sum(terms):
            return sum(sign * evaluate(term, scope) for sign, term in terms)
        case Cases(rows):
            for side, conditions in rows:
                if all(holds(condition, scope) for condition in conditions):
                    return evaluate(side, scope)
            raise FormulaError("no case applies")
        case Relation():
            return float(holds(node, scope))
    raise FormulaError(f"no meaning for {node}")


def holds(node: Node, scope: Scope) -> bool:
    """Whether a condition is true."""
    match node:
        case Relation(parts, signs):
            values = [evaluate(part, scope) for part in parts]
            return all(bool(COMPARE[sign](values[i], values[i + 1])) for i, sign in enumerate(signs))
    raise FormulaError(f"not a condition: {node}")


def _name(node: Name, scope: Scope) -> Value:
    if node.base in scope.bound:
        found = scope.bound[node.base]
        return found[_places(node, scope)] if node.indices else found
    if node.indices and (component := spelled(node)) in scope.values:
        return scope.values[component]
    if node.base in scope.definitions:
        return _define(scope.definitions[node.base], node, (), scope)
    if node.base in scope.values:
        found = scope.values[node.base]
        return found[_places(node, scope)] if node.indices else found
    if f"{node.base}(" in scope.values:
        return scope.values[f"{node.base}("]
    if node.base in CONSTANTS and not node.indices:
        return CONSTANTS[node.base]
    raise FormulaError(f"nobody bound {node.base}: declare it as input, parameter or symbol, or define it after a comma")


def _places(node: Name, scope: Scope) -> tuple[int, ...]:
    return tuple(int(evaluate(index, scope)) for index in node.indices)


def _define(definition: Definition, node: Name, arguments: Sequence[Value], scope: Scope) -> Value:
    if len(node.indices) != len(definition.indices) or len(arguments) != len(definition.arguments):
        raise FormulaError(f"{node.base} is used with other indices or arguments than it is defined with")
    names, values = (*definition.indices, *definition.arguments), (*_places(node, scope), *arguments)
    key = (node.base, *map(_key, values))
    if key not in scope.known:
        scope.known[key] = evaluate(definition.body, scope.alone().bind(names, values))
    return scope.known[key]


def _key(value: Value) -> Value:
    """What a value is told apart by."""
    return (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value


def _fraction(node: Fraction, scope: Scope) -> Value:
    if node in scope.definitions:  # the derivative of a step on the way
        return evaluate(scope.definitions[node].body, scope.alone())
    if variable := derivative_of(node):
        return _derivative(variable, scope)
    return evaluate(node.above, scope) / evaluate(node.below, scope)


def _power(node: Power, scope: Scope) -> Value:
    base, exponent = evaluate(node.base, scope), node.exponent
    if exponent == Name(r"\top"):
        return Row(base)
    return base ** evaluate(exponent, scope)


def _group(kind: str, parts: Sequence[Node], scope: Scope) -> Value:
    values = [evaluate(part, scope) for part in parts]
    if len(values) != 1:
        return np.array(values, float)  # a vector
    match kind:
        case "abs":
            return np.abs(values[0])
        case "norm":
            return np.sqrt(np.sum(np.square(values[0])))
        case "sqrt":
            return np.sqrt(values[0])
    return values[0]


def _product(factors: Sequence[Node | None], scope: Scope) -> Value:
    """Factors in a row, from left to right."""
    value, place, divide = None, 0, False
    while place < len(factors):
        if factors[place] is None:
            divide, place = True, place + 1
            continue
        part, place = _unit(factors, place, scope)
        value = part if value is None else value / part if divide else _times(value, part)
        divide = False
    if isinstance(value, Row):
        raise FormulaError("a transposed vector alone")
    return value


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, Row):
        return left.vector @ right
    if isinstance(right, Row):
        return np.outer(left, right.vector) if np.ndim(left) == 1 else Row(left * right.vector)
    return left @ right if np.ndim(left) == 2 and np.ndim(right) == 1 else left * right


def _unit(factors: Sequence[Node | None], place: int, scope: Scope) -> tuple[Value, int]:
    """The value of one factor, together with what it is applied to; and the place of the next."""
    factor = factors[place]
    following = factors[place + 1] if place + 1 < len(factors) else None
    match factor:
        case Function(name, over) if over is not None:
            rest = factors[place + 1 :]
            return _over(name, over, rest[0] if len(rest) == 1 and rest[0] else Product(tuple(rest)), scope), len(factors)
        case Function("max" | "min" as name):
            best = max if name == "max" else min
            return _applied(following, lambda *values: best(values), scope), place + 2
        case Function(name):
            argument, after = _unit(factors, place + 1, scope)
            return ELEMENTARY[name](argument), after
        case Name(base) if base == INDICATOR:
            return _applied(following, lambda truth: truth, scope), place + 2
        case Name(base, ()) if base in SPECIAL and not _is_bound(base, scope):
            return _applied(following, SPECIAL[base], scope), place + 2
        case Name(base) if base in scope.definitions and scope.definitions[base].arguments:
            definition = scope.definitions[base]
            return _applied(following, lambda *values: _define(definition, factor, values, scope), scope), place + 2
        case Name(base) if f"{base}(" in scope.values:  # the loss itself, written with its arguments or without
            named = isinstance(following, Group) and following.kind == "("
            return scope.values[f"{base}("], place + 2 if named else place + 1
    if factor is None:
        raise FormulaError("a division by nothing")
    return evaluate(factor, scope), place + 1


def _is_bound(base: str, scope: Scope) -> bool:
    return any(base in known for known in (scope.bound, scope.values, scope.definitions))


def _applied(following: Node | None, function: Callable[..., Value], scope: Scope) -> Value:
    """A function applied to the bracket that follows; a power on the bracket is a power of the result."""
    match following:
        case Power(Group() as group, exponent):
            return function(*(evaluate(part, scope) for part in group.parts)) ** evaluate(exponent, scope)
        case Group(_, parts):
            return function(*(evaluate(part, scope) for part in parts))
    raise FormulaError("a function without brackets")


def _over(name: str, over: Over, body: Node, scope: Scope) -> Value:
    r"""\sum, \prod, \max, \min or \argmax of a body over indices: run once for each value of the names that it uses."""
    used = (id(over), "names")
    if used not in scope.known:
        scope.known[used] = sorted({node.base for part in (over, body) for node in names_in(part)})
    key = (id(over), *((sign, _key(scope.bound[sign])) for sign in scope.known[used] if sign in scope.bound))
    if key not in scope.known:
        scope.known[key] = _run(name, over, body, scope)
    return scope.known[key]


def _run(name: str, over: Over, body: Node, scope: Scope) -> Value:
    found = [(places, evaluate(body, inner)) for places, inner in _runs(over, body, scope)]
    values = [value for _, value in found]
    match name:
        case "sum":
            return sum(values)
        case "prod":
            return np.prod(values)
        case "max":
            return max(values)
        case "min":
            return min(values)
        case "argmax" | "argmin":
            best = (max if name == "argmax" else min)(found, key=lambda pair: pair[1])
            return best[0][0]
    raise FormulaError(f"\\{name} over an index")


def _runs(over: Over, body: Node, scope: Scope) -> Iterator[tuple[tuple[int, ...], Scope]]:
    """Every choice of the indices that meets the conditions."""
    lengths = [_length(index, (body, *over.conditions), scope) for index in over.indices]
    if over.last is not None:
        first = evaluate(over.first, scope) if over.first is not None else 1
        if evaluate(over.last, scope) - first + 1 != lengths[0]:
            raise FormulaError(f"the sum over {over.indices[0]} does not run over all {lengths[0]} places")
    for places in np.ndindex(*lengths):
        inner = scope.bind(over.indices, places)
        if all(holds(condition, inner) for condition in over.conditions):
            yield places, inner


def _length(index: str, nodes: Sequence[Node], scope: Scope) -> int:
    """How many places an index has: the length of what it indexes."""
    for node in nodes:
        for name in names_in(node):
            for place, used in enumerate(name.indices):
                if used == Name(index):
                    if name.base in scope.definitions:
                        definition = scope.definitions[name.base]
                        return _length(definition.indices[place], (definition.body,), scope)
                    array = scope.bound.get(name.base, scope.values.get(name.base))
                    if array is not None:
                        return int(np.shape(array)[place])
    raise FormulaError(f"the index {index} runs over nothing")


def names_in(node: object) -> Iterator[Name]:
    """Every name in a tree."""
    if isinstance(node, Name):
        yield node
    parts = vars(node).values() if hasattr(node, "__dataclass_fields__") else node if isinstance(node, tuple) else ()
    for part in parts:
        yield from names_in(part)


def spelled(name: Name) -> str:
    """`x_1'`, a component of an input, as one name: a letter and the number below it."""
    return name.base + "".join(f"_{index.value:g}" if isinstance(index, Number) else "_?" for index in name.indices)


def derivative_of(node: Node) -> Name | None:
    r"""x, if the node is \frac{\partial …}{\partial x} with the loss, or a sum of it, above."""
    match node:
        case Fraction(Product((Name(d), *_)) as above, Product((Name(below), Name() as variable))) if d == below == PARTIAL:
            return variable if any(name.base in LOSSES for name in names_in(above)) else None
    return None


def _derivative(variable: Name, scope: Scope) -> Value:
    if variable.base not in scope.derivatives:
        raise FormulaError(f"the derivative with respect to {variable.base} is not given before it is used")
    found = scope.derivatives[variable.base]
    return found[_places(variable, scope)] if variable.indices else found
