"""Names of functions changed in Python code: definitions, imports, uses, strings that are ids. By syntax, never by search.

A name is changed where it is bound to the function of the entry, and nowhere else: a parameter or a variable that happens to be
called like it stays. Strings are changed where they can only be ids (`_is_id`); the others that read the same are reported.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import PurePosixPath

from kbgen.errors import Problem

HOMES = ("kbgen/losses/", "kbgen/optimizers/", "kbgen/frameworks/", "kbgen/pitfalls/", "kbgen/figures/drawings/")
"""Where functions are called like entries."""
IMPORTED = ("kbgen.losses", "kbgen.optimizers")
"""Where others import such functions from."""
NAMESPACES = frozenset({("kbgen.proofs.relations", "loss")})
"""Objects that have every loss as an attribute."""
TABLES = frozenset({"losses", "terms", "optimizers", "entries"})
"""Attributes and functions that give entries, or their functions, by id."""
RELATIONS = frozenset({"equal", "limit", "bound", "ordering"})
FREE = "kbgen/lab/"
"""Experiments call their runs as they like, and print numbers under these names: a string there is no id, unless functions are
looked up by such names (`looks_up`). Then all of them are, and the experiment is run again to see that its numbers stay."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.ClassDef)

Edit = tuple[int, int, str]
"""Start, end and what shall stand there."""


@dataclass(frozen=True)
class Renaming:
    """An entry that gets another id: `folder` is that of its kind, `ids` are all there are."""

    old: str
    new: str
    folder: str
    ids: Collection[str]

    def of(self, name: str) -> str | None:
        """The new name of a function that belongs to the entry: `old`, `old_grad`, `old__anything`; None for any other."""
        rest = name.removeprefix(self.old)
        belongs = name.startswith(self.old) and (rest in {"", "_grad"} or rest.startswith("__"))
        return self.new + rest if belongs and not (rest == "_grad" and name in self.ids) else None

    @property
    def in_text(self) -> re.Pattern[str]:
        """Places in texts and strings that can only mean the entry: paths, dotted names, names in backticks, d old / d x."""
        old = re.escape(self.old)
        return re.compile(
            rf"(?<![\w/-])(?:(?:\.\.?/)*(?:[\w.-]+/)*)(?:{self.folder}|evidence)/(?P<path>{old})(?![\w-])"
            rf"|(?<![\w/.-])(?P<name>{old})(?=\.(?:yml|json)\b)|figures/(?P<figure>{old})(?=(?:-\w+)*\.svg)|(?:cards|compare)/(?P<file>{old})(?=\.(?:png|js)\b)"
            rf"|\b(?:losses|optimizers|frameworks|pitfalls|drawings|recipes)\.\w+\.(?P<dotted>{old})(?=(?:_grad|__\w+)?(?!\w))"
            rf"|(?<=`)(?P<code>{old})(?=(?:_grad)?`)|(?<=\bd )(?P<slope>{old})(?= / d )"
        )


@dataclass
class Found:
    """What is to be done in one file, and what a person should look at."""

    edits: set[Edit] = field(default_factory=set)
    left: list[Problem] = field(default_factory=list)


def rename(path: str, text: str, renaming: Renaming, home: Collection[str]) -> Found:
    """The edits of one module. `home` are the dotted names of the modules that define functions of the entry for others to import.

    Raises SyntaxError if the file is no Python.
    """
    return _Module(path, text, renaming, home).found()


def apply(text: str, edits: Collection[Edit]) -> str:
    """A text with its edits made."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


class _Module:
    """One module while it is read."""

    def __init__(self, path: str, text: str, renaming: Renaming, home: Collection[str]) -> None:
        self.path, self.text, self.renaming, self.home = path, text, renaming, home
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.lines = [len(line) + 1 for line in text.split("\n")]
        self.starts = [0, *accumulate(self.lines)]
        scopes = (node for node in ast.walk(self.tree) if isinstance(node, (ast.Module, *SCOPES)))
        self.bound: dict[ast.AST, set[str]] = {node: set(_bindings(node)) for node in scopes}
        self.out = Found()

    def found(self) -> Found:
        """Everything in this module."""
        if self.renaming.old not in self.text:
            return self.out
        meant = self._meant()
        for node in ast.walk(self.tree):
            match node:
                case ast.Name(id=name) if (self._scope(node, name), name) in meant:
                    self._edit(self._at(node), name)
                case ast.Attribute(value=ast.Name(id=holder), attr=name) if self.renaming.of(name) and self._holds(node, holder):
                    end = self._place(node.end_lineno or 0, node.end_col_offset or 0)
                    self._edit(end - len(name), name)
                case ast.Constant(value=str(value)) if self.renaming.of(value):
                    self._string(node, value)
        self._texts()
        self._clashes(meant)
        return self.out

    def _meant(self) -> set[tuple[ast.AST, str]]:
        """(scope, name) of every binding that is a function of the entry; their definitions and imports are changed on the way."""
        meant: set[tuple[ast.AST, str]] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and self.path.startswith(HOMES) and self.parents[node] is self.tree:
                if self.renaming.of(node.name):
                    self._edit(self._at(node) + len("def "), node.name)
                    meant.add((self.tree, node.name))
            elif isinstance(node, ast.ImportFrom) and node.module in self.home:
                for alias in node.names:
                    if self.renaming.of(alias.name):
                        self._edit(self._at(alias), alias.name)
                        if alias.asname is None:
                            meant.add((self._around(node), alias.name))
                self._keep_order(node)
        return meant

    def _keep_order(self, node: ast.ImportFrom) -> None:
        """Names of an import that stood in order stay in order."""
        names = [alias.name for alias in node.names]
        new = [self.renaming.of(name) or name for name in names]
        if names == sorted(names) and new != sorted(new) and not any(alias.asname for alias in node.names):
            for alias, name in zip(node.names, sorted(new), strict=True):
                start = self._at(alias)
                self.out.edits = {edit for edit in self.out.edits if edit[0] != start} | {(start, start + len(alias.name), name)}

    def _holds(self, node: ast.AST, holder: str) -> bool:
        """Whether a name is, where it is used, a module that defines a function of the entry, or a namespace of all losses."""
        scope = self._scope(node, holder)
        return any(self._around(imported) is scope for imported in self._importing.get(holder, ()))

    @property
    def _importing(self) -> Mapping[str, list[ast.AST]]:
        """The statements that bind a name to a module of `home`, or to a namespace."""
        if not hasattr(self, "_imports"):
            self._imports: dict[str, list[ast.AST]] = {}
            for node in ast.walk(self.tree):
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        if f"{node.module}.{alias.name}" in self.home or (node.module, alias.name) in NAMESPACES:
                            self._imports.setdefault(alias.asname or alias.name, []).append(node)
                elif isinstance(node, ast.Import):
                    for alias in node.names:
                        if alias.asname and alias.name in self.home:
                            self._imports.setdefault(alias.asname, []).append(node)
        return self._imports

    def _around(self, node: ast.AST) -> ast.AST:
        """The scope that a node stands in."""
        while not isinstance(node, ast.Module) and not isinstance(node := self.parents[node], (ast.Module, *SCOPES)):
            pass
        return node

    def _scope(self, node: ast.AST, name: str) -> ast.AST | None:
        """The scope that binds a name used at a node; None if none here does. Classes are seen from their body only."""
        scope, direct = self._outside_of_heads(node), True
        while True:
            if name in self.bound[scope] and (direct or not isinstance(scope, ast.ClassDef)):
                return scope
            if isinstance(scope, ast.Module):
                return None
            scope, direct = self._around(scope), False

    def _outside_of_heads(self, node: ast.AST) -> ast.AST:
        """The scope that a node stands in; decorators, defaults and annotations of a function stand around it."""
        scope, inner = self.parents.get(node, self.tree), node
        while not isinstance(scope, ast.Module):
            head = isinstance(scope, FUNCTIONS) and inner is not scope.body and inner not in (
                scope.body if isinstance(scope.body, list) else ()
            )  # fmt: skip
            if isinstance(scope, SCOPES) and not head:
                return scope
            scope, inner = self.parents[scope], scope
        return scope

    def _string(self, node: ast.Constant, value: str) -> None:
        loose = self.path.startswith(FREE) and looks_up(self.text)
        if loose or _is_id(self.path, node, self.parents, self.renaming, self.tree):
            start, end = self._at(node), self._place(node.end_lineno or 0, node.end_col_offset or 0)
            if (place := self.text.find(value, start, end)) >= 0:
                self._edit(place, value)
        elif not isinstance(self.parents[node], ast.Expr):
            message = f"the string {value!r} may mean the entry; it is left as it is"
            self.out.left.append(Problem(self.path, node.lineno, message, "change it if it does"))

    def _texts(self) -> None:
        """Paths, and names in backticks, in strings and comments."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type in {tokenize.STRING, tokenize.COMMENT} or "MIDDLE" in tokenize.tok_name[token.type]:
                begin = self.starts[token.start[0] - 1] + token.start[1]
                for start, end in in_text(token.string, self.renaming):
                    self.out.edits.add((begin + start, begin + end, self.renaming.new))

    def _clashes(self, meant: Collection[tuple[ast.AST, str]]) -> None:
        """A name that is to come and stands for something else already: the change would give the code another meaning."""
        coming = {self.renaming.of(name) for _, name in meant}
        taken = {name for names in self.bound.values() for name in names} & coming
        used = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)} & coming
        for name in sorted(filter(None, taken | used)):
            nodes = (node for node in ast.walk(self.tree) if name in {getattr(node, part, "") for part in ("id", "arg", "name")})
            raise_clash(self.path, next((getattr(node, "lineno", 1) for node in nodes), 1), name)

    def _edit(self, start: int, name: str) -> None:
        new = self.renaming.of(name)
        assert new is not None
        assert self.text.startswith(name, start)
        self.out.edits.add((start, start + len(name), new))

    def _at(self, node: ast.expr | ast.alias | ast.FunctionDef) -> int:
        return self._place(node.lineno, node.col_offset)

    def _place(self, line: int, column: int) -> int:
        """The place in the text of a line and of a column in bytes."""
        begin = self.starts[line - 1]
        return begin + len(self.text[begin : begin + self.lines[line - 1]].encode()[:column].decode())


class ClashError(Exception):
    """A name that is taken; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def raise_clash(path: str, line: int, name: str) -> None:
    """Refuse a name."""
    raise ClashError(Problem(path, line, f"the name {name} means something else here", "choose another id, or rename that first"))


def in_text(text: str, renaming: Renaming) -> Iterator[tuple[int, int]]:
    """Start and end of the id wherever a text can only mean the entry."""
    if renaming.old in text:
        for match in renaming.in_text.finditer(text):
            name = next(key for key, value in match.groupdict().items() if value is not None)
            yield match.span(name)


def _bindings(scope: ast.AST) -> Iterator[str]:
    """The names that a scope binds: arguments, assignments, loops, imports, definitions."""
    if isinstance(scope, FUNCTIONS):
        given = scope.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        yield from (argument.arg for argument in every if argument)
    queue = list(ast.iter_child_nodes(scope))
    while queue:
        node = queue.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
        if not isinstance(node, SCOPES):
            queue += ast.iter_child_nodes(node)


Parents = Mapping[ast.AST, ast.AST]


def _is_id(path: str, node: ast.Constant, parents: Parents, renaming: Renaming, tree: ast.Module) -> bool:
    """Whether a string that reads like the id can only be it."""
    parent = parents[node]
    if _key_of_table(node, parent, tree):
        return True
    match parent:
        case ast.Compare():
            return any(_called(side) == "id" for side in (parent.left, *parent.comparators))
        case ast.Call(func=func, args=args) if node in args:
            within = any(isinstance(up, ast.FunctionDef) and up.name == node.value for up in _above(node, parents))
            return within or (path.startswith("kbgen/proofs/identities/") and _called(func) in RELATIONS)
        case ast.Tuple(elts=[first, *_]) if path.startswith("kbgen/frameworks/"):
            return first is node
        case ast.Dict() | ast.Tuple() | ast.List() | ast.Set():
            return not path.startswith(FREE) and _all_ids(node, parent, renaming)
    return False


def looks_up(text: str) -> bool:
    """Whether a module finds functions by strings that are no constants: `getattr(robust, name)`."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and _called(node.func) == "getattr")
    return any(len(call.args) > 1 and not isinstance(call.args[1], ast.Constant) for call in calls)


def _all_ids(node: ast.Constant, parent: ast.Dict | ast.Tuple | ast.List | ast.Set, renaming: Renaming) -> bool:
    """Whether a string stands in a collection of ids: two or more, and nothing else that is a string."""
    members = parent.keys if isinstance(parent, ast.Dict) else parent.elts
    strings = {member.value for member in members if isinstance(member, ast.Constant) and isinstance(member.value, str)}
    return node in members and len(strings) > 1 and all(name.removesuffix("_grad") in renaming.ids for name in strings)


def _key_of_table(node: ast.Constant, parent: ast.AST, tree: ast.Module) -> bool:
    """Whether a string is looked up among entries or functions: `registry.losses()["old"]`, `"old" in kb.losses`."""
    match parent:
        case ast.Subscript(value=table, slice=key) if key is node:
            return _gives_entries(table, tree)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[table]) if left is node:
            return _gives_entries(table, tree)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_]) if key is node:
            return _gives_entries(table, tree)
    return False


def _gives_entries(table: ast.expr, tree: ast.Module) -> bool:
    """Whether an expression gives entries, or their functions, by id; a name does if it is assigned such a thing."""
    if isinstance(table, ast.Name):
        return any(_gives_entries(value, tree) for value in _assigned(table.id, tree) if not isinstance(value, ast.Name))
    if isinstance(table, ast.Call):
        return _called(table.func) in TABLES and not table.args
    return isinstance(table, ast.Attribute) and table.attr in TABLES


def _assigned(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    """The values that a name gets anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=False)
                    yield from (value for part, value in pairs if isinstance(part, ast.Name) and part.id == name)


def _called(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _above(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def dotted(path: str) -> str:
    """The name by which a module is imported."""
    return PurePosixPath(path).with_suffix("").as_posix().replace("/", ".")


def defines(text: str, renaming: Renaming) -> bool:
    """Whether a module defines a function of the entry."""
    return any(isinstance(node, ast.FunctionDef) and renaming.of(node.name) for node in ast.parse(text).body)
