r"""TeX of the pages -> a small syntax tree.

The grammar covers the mathematics that the entries use: fractions, powers, indices, sums and maxima over indices, norms, cases
with conditions, definitions after a comma. Multiplication is written by standing side by side, and so is application; which of the
two is meant depends on what a name is bound to, so the tree keeps the factors of a product in a row and `meaning` decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from lark import Lark, Token, Transformer, UnexpectedInput


@dataclass(frozen=True)
class Number:
    """A decimal number."""

    value: float


@dataclass(frozen=True)
class Name:
    """A letter, a Greek letter, or a declared symbol (by its TeX), with its indices."""

    base: str
    indices: "tuple[Node, ...]" = ()


@dataclass(frozen=True)
class Function:
    r"""A named function such as \log, or \max with what it runs over."""

    name: str
    over: "Over | None" = None


@dataclass(frozen=True)
class Over:
    """What a sum runs over: index names and conditions; first and last value of the index where they are written."""

    indices: tuple[str, ...]
    conditions: "tuple[Node, ...]" = ()
    first: "Node | None" = None
    last: "Node | None" = None


@dataclass(frozen=True)
class Fraction:
    """A quotient."""

    above: "Node"
    below: "Node"


@dataclass(frozen=True)
class Power:
    """A power; the exponent `Name("top")` is a transposition."""

    base: "Node"
    exponent: "Node"


@dataclass(frozen=True)
class Group:
    """What stands in brackets: one expression, or several between commas. `kind` is "(", "[", "abs", "norm" or "sqrt"."""

    kind: str
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Product:
    """Factors in a row; `None` is a division by the next factor."""

    factors: "tuple[Node | None, ...]"


@dataclass(frozen=True)
class Sum:
    """Signed terms."""

    terms: "tuple[tuple[int, Node], ...]"


@dataclass(frozen=True)
class Relation:
    """A chain such as a = b = c or 0 < x <= 1."""

    parts: "tuple[Node, ...]"
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Cases:
    """(value, conditions) in the order they are tried."""

    rows: "tuple[tuple[Node, tuple[Node, ...]], ...]"


Node = Number | Name | Function | Fraction | Power | Group | Product | Sum | Relation | Cases

GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell partial nabla top infty"
)
FUNCTIONS = "log exp cosh sinh tanh sin cos tan arccos arcsin arctan max min argmax argmin sum prod"

GRAMMAR = r"""
start: statement (","+ statement)* ","*
statement: relation
relation: expression (REL expression)*
expression: SIGN? product (SIGN product)*
product: factor+
factor: "/" -> slash
      | atom script*
script: "_" argument -> sub
      | "^" argument -> sup
      | "'" -> prime
argument: "{" list "}" | NUMBER -> digit | NAME -> letter | "(" -> nothing
atom: NUMBER -> number
    | NAME -> name
    | FUNCTION -> function
    | "\\frac" braced braced -> fraction
    | "\\sqrt" braced -> root
    | "\\abs" braced -> absolute
    | "\\norm" braced -> norm
    | "(" list ")" -> round
    | "[" list "]" -> square
    | "\\begin{cases}" row ("\\\\" row)* "\\\\"? "\\end{cases}" -> cases
row: expression "&" list
braced: "{" expression "}"
list: relation (("," | ":" | "\\Vert") relation)*
REL: "=" | "<" | ">" | "\\le" | "\\ge" | "\\ne" | "\\in"
SIGN: "+" | "-"
NUMBER: /\d+(\.\d+)?|\.\d+/
FUNCTION.2: /\\(FUNCTIONS)(?![a-zA-Z])/
NAME.1: /@\d+@'*/ | /\\(hat|bar|tilde|mathbf|mathcal|mathbb)\s*(\{[^{}]*\}|\\[a-zA-Z]+|[A-Za-z0-9])'*/
      | /\\(GREEK)(?![a-zA-Z])'*/ | /[A-Za-z]'*/
%ignore /\s+/
"""


class FormulaError(ValueError):
    """A formula that cannot be read or evaluated; the message says why."""


@cache
def _parser() -> Lark:
    grammar = GRAMMAR.replace("FUNCTIONS)", FUNCTIONS.replace(" ", "|") + ")").replace("GREEK)", GREEK.replace(" ", "|") + ")")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


SPACES = re.compile(r"\\(?:quad|qquad|left|right|displaystyle)(?![a-zA-Z])|(?<!\\)\\[,;:! ]")
SHORT_FRACTION = re.compile(r"\\frac\s*(\{|[0-9a-zA-Z]|\\[a-zA-Z]+)")


def plain(tex: str, symbols: Sequence[str]) -> str:
    r"""TeX without what only the eye needs; declared symbols of several signs become one sign, @0@ for the first."""
    tex = re.sub(r"\\[td]frac(?![a-zA-Z])", r"\\frac", tex)
    tex = SPACES.sub(" ", tex)
    tex = re.sub(r"\|([^|]*)\|", r"\\abs{\1}", tex)
    tex = re.sub(r"\\operatorname\*?\{arg\\,(max|min)\}", r"\\arg\1", tex)
    for place in sorted(range(len(symbols)), key=lambda i: -len(symbols[i])):
        symbol = symbols[place]
        if len(symbol) > 1:
            end = "(?![a-zA-Z'])" if symbol[-1].isalpha() else ""
            tex = re.sub(re.escape(symbol) + end, f" @{place}@ ", tex)
    tex = re.sub(r"\\frac\s*(\\[a-zA-Z]+|@\d+@|[0-9a-zA-Z])\s*(\\[a-zA-Z]+|@\d+@|[0-9a-zA-Z])", r"\\frac{\1}{\2}", tex)
    tex = re.sub(r"\\(abs|norm)\s+(\w)", r"\\\1{\2}", tex)
    return _flatten_aligned(tex)


def _flatten_aligned(tex: str) -> str:
    r"""Rows of \begin{aligned} as statements between commas; cases keep their rows."""

    def rows(block: re.Match[str]) -> str:
        parts = re.split(r"(\\begin\{cases\}.*?\\end\{cases\})", block[1], flags=re.S)
        return "".join(part if part.startswith(r"\begin{cases}") else part.replace("&", " ").replace(r"\\", ",") for part in parts)

    return re.sub(r"\\begin\{aligned\}(.*?)\\end\{aligned\}", rows, tex, flags=re.S)


def parse(tex: str, symbols: Sequence[str]) -> list[Relation]:
    """The statements of a formula, in order. Raises FormulaError with the place of a slip."""
    text = plain(tex, symbols)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        place = max(0, error.pos_in_stream or 0)
        raise FormulaError(f"cannot be read near {text[max(0, place - 15) : place + 25].strip()!r}") from None
    found: list[Relation] = _Build(symbols).transform(tree)
    return found


class _Build(Transformer):  # type: ignore[type-arg]
    """Lark's tree -> nodes."""

    def __init__(self, symbols: Sequence[str]) -> None:
        super().__init__()
        self.symbols = symbols

    def start(self, statements):
        return statements

    def statement(self, parts):
        (only,) = parts
        return only if isinstance(only, Relation) else Relation((only,), ())

    def relation(self, parts):
        if len(parts) == 1:
            return parts[0]
        return Relation(tuple(parts[::2]), tuple(str(sign).lstrip("\\") for sign in parts[1::2]))

    def expression(self, parts):
        terms, sign = [], 1
        for part in parts:
            if isinstance(part, Token):
                sign = -1 if part == "-" else 1
            else:
                terms.append((sign, part))
                sign = 1
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(tuple(terms))

    def product(self, factors):
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def slash(self, _):
        return None

    def factor(self, parts):
        node, *scripts = parts
        for kind, argument in scripts:
            attach = {"sub": self._with_sub, "sup": self._with_sup, "prime": self._with_prime}[kind]
            node = attach(node, argument)
        return node

    def _with_prime(self, node, _):
        match node:
            case Name(base, indices):
                return Name(base + "'", indices)
        raise FormulaError(f"a prime on {node}")

    def _with_sub(self, node, argument):
        match node:
            case Function(name):
                return Function(name, _over(argument))
            case Name(base):
                return Name(base, tuple(index for part in argument for index in _split(part)))
            case Group("norm" | "abs"):
                return node  # \norm{x}_2: the plain norm is the Euclidean one
        raise FormulaError(f"an index on {node}")

    def _with_sup(self, node, argument):
        (exponent,) = argument
        if isinstance(node, Function):
            if node.over is None:
                raise FormulaError(f"a power on \\{node.name}: write it on the bracket")
            return Function(node.name, replace(node.over, last=exponent))
        return Power(node, exponent)

    def sub(self, parts):
        return "sub", parts[0]

    def sup(self, parts):
        return "sup", parts[0]

    def prime(self, _):
        return "prime", None

    def argument(self, parts):
        return parts[0]

    def digit(self, parts):
        return [Number(float(parts[0]))]

    def letter(self, parts):
        return [self.name(parts)]

    def number(self, parts):
        return Number(float(parts[0]))

    def name(self, parts):
        text = re.sub(r"\s+", " ", str(parts[0]))
        if found := re.fullmatch(r"@(\d+)@('*)", text):
            return Name(self.symbols[int(found[1])] + found[2])
        return Name(text)

    def function(self, parts):
        return Function(str(parts[0])[1:])

    def fraction(self, parts):
        return Fraction(*parts)

    def root(self, parts):
        return Group("sqrt", tuple(parts))

    def absolute(self, parts):
        return Group("abs", tuple(parts))

    def norm(self, parts):
        return Group("norm", tuple(parts))

    def round(self, parts):
        return Group("(", tuple(parts[0]))

    def square(self, parts):
        return Group("[", tuple(parts[0]))

    def cases(self, rows):
        return Cases(tuple(rows))

    def row(self, parts):
        value, conditions = parts
        return value, tuple(conditions)

    def braced(self, parts):
        return parts[0]

    def list(self, parts):
        return parts


def _split(node: Node) -> "Sequence[Node]":
    """The indices of `x_{im}`: a product of single letters is two indices."""
    if isinstance(node, Product) and all(isinstance(factor, Name) and not factor.indices for factor in node.factors):
        return [factor for factor in node.factors if factor is not None]
    return [node]


def _over(parts: "Sequence[Node]") -> Over:
    r"""What stands under \sum: `k=1`, `j`, `j \ne y`, `i, j: y_i > y_j`."""
    indices: list[str] = []
    conditions: list[Node] = []
    first = None
    for part in parts:
        match part:
            case Name(base, ()):
                indices.append(base)
            case Relation((Name(base, ()), Number() as start), ("=",)):
                indices.append(base)
                first = start
            case Relation((Name(base, ()), *_), _) if not indices:
                indices.append(base)
                conditions.append(part)
            case _:
                conditions.append(part)
    return Over(tuple(indices), tuple(conditions), first)
