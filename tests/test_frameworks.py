"""Every loss by the calls of the libraries: value, slope and reductions are ours, and no symbol is left out without a reason."""

import ast
import importlib
import importlib.metadata
import importlib.util
import inspect
import itertools
import os
import pydoc
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from conftest import ROOT, base, sampled

from kbgen import registry
from kbgen.losses.domains import DOMAINS
from kbgen.model import Loss
from kbgen.proofs import libraries
from kbgen.proofs.sampling import LENGTHS, gradients, variants

os.environ.setdefault("KERAS_BACKEND", "jax")
pytestmark = [
    pytest.mark.filterwarnings("ignore:.NLLLoss2d. has been deprecated"),
    pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total loss"),
]

LIBRARIES = libraries.LIBRARIES
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
LOSSES = {id: loss for id, loss in base().losses.items() if id in registry.losses()}
TOLERANCE = {
    "torch": 1e-9,
    "keras": 2e-6,
    "optax": 1e-9,
    "sklearn": 1e-12,
}  # keras averages in float32, and adds 1e-7 to this and that
DIVISORS = {"ctc_loss": LENGTHS["L"], "CTCLoss": LENGTHS["L"]}  # the means of torch divide by the length of the labels first
REDUCTION = re.compile(r"(, )?(reduction|reduce_fn)=('none'|None)")


@dataclass(frozen=True)
class Call:
    """A function of kbgen.frameworks, read but not imported."""

    library: str
    node: ast.FunctionDef

    @property
    def loss(self) -> Loss:
        return LOSSES[self.node.name.split("__")[0]]

    @property
    def ours(self) -> Callable[..., np.ndarray]:
        return registry.losses()[self.loss.id]

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.node) or ""

    @property
    def symbol(self) -> str:
        return self.doc.splitlines()[0]


def parsed(library):
    return ast.parse((ROOT / "kbgen" / "frameworks" / f"{library}.py").read_text(encoding="utf-8")).body


def not_run(library):
    """Symbols without a function, with their reasons."""
    found = (ast.literal_eval(node.value) for node in parsed(library) if ast.unparse(node).startswith("NOT_RUN = "))
    return next(found, {})


CALLS = [
    Call(library, node)
    for library in LIBRARIES
    for node in parsed(library)
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
]


def for_calls(fits=bool, every=1):
    """Run a test for all functions that it `fits`; for one of so many at least, since evidence of the others is kept."""
    fit = list(filter(fits, CALLS))
    return pytest.mark.parametrize("call", sampled(fit, every), ids=lambda call: f"{call.library}-{call.node.name}")


@cache
def module(library):
    """The functions of a library, set to double precision."""
    if library in {"keras", "optax"}:
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    if library == "keras":
        importlib.import_module("keras").config.set_floatx("float64")
    return importlib.import_module(f"kbgen.frameworks.{library}")


@pytest.fixture
def scope(call):
    """The names that a function of a library sees."""
    if importlib.util.find_spec(call.library) is None:
        pytest.skip(f"{call.library} is not installed")
    return vars(module(call.library))


def clear_of_bounds(call, arrays):
    """The same points, none so near to a bound that the library would clip or refuse it."""
    if not re.search("Clips|Refuses", call.doc):
        return arrays
    domains = [DOMAINS[given.domain] for given in call.loss.inputs.values()]
    arrays = [np.where(np.abs(a) < 1e-6, 1e-6, a) if d.continuous else a for a, d in zip(arrays, domains, strict=True)]
    bounds = [(1e-6 if d.lower > -np.inf else -10, min(d.upper - 1e-6, 10)) for d in domains]
    return [np.clip(a, *b) if d.continuous else np.minimum(a, 10) for a, b, d in zip(arrays, bounds, domains, strict=True)]


def tensors(call, arrays):
    """Arrays as the library wants them: class numbers are whole."""
    whole = [given.domain in {"index", "label"} for given in call.loss.inputs.values()]
    arrays = [a.astype(np.int64) if w else a for a, w in zip(arrays, whole, strict=True)]
    makers = {"torch": "torch", "keras": "jax.numpy", "optax": "jax.numpy", "sklearn": "numpy"}
    return list(map(importlib.import_module(makers[call.library]).asarray, arrays))


def numbers(found):
    """What a library returned, as an array of NumPy."""
    return np.asarray(found.detach() if hasattr(found, "detach") else found)


def slopes(call, function, inputs):
    """The gradient of the sum of the values by automatic differentiation, one array per differentiable input."""
    places = tuple(place for place, name in enumerate(call.loss.inputs) if name in call.loss.differentiable)
    if call.library == "torch":
        wanted = [inputs[place].requires_grad_() for place in places]
        return importlib.import_module("torch").autograd.grad(function(*inputs).sum(), wanted)
    return importlib.import_module("jax").grad(lambda *given: function(*given).sum(), argnums=places)(*inputs)


def within(domain, point, slope):
    """What a slope says about steps inside the domain: probabilities keep their sum."""
    if domain == "simplex":
        return slope - slope.mean(axis=-1, keepdims=True)
    return slope - np.exp(point) * slope.sum(axis=-1, keepdims=True) if domain == "log_simplex" else slope


FOUND = {}
"""(library, function) -> what: largest error, and points: how many, of what has run so far."""


def same(call, found, expected, what=""):
    tolerance = TOLERANCE[call.library]
    if what:
        record = FOUND.setdefault((call.library, call.node.name), {"points": 0})
        error = np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected)), initial=0.0)
        record[what] = max(record.get(what, 0.0), float(error))
        record["points"] += np.size(expected)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, equal_nan=False)


@for_calls()
def test_arguments_are_ours_and_the_name_tells_the_symbol(call):
    assert f"({ast.unparse(call.node.args)})" == str(inspect.signature(call.ours))
    assert call.node.name in {call.loss.id, f"{call.loss.id}__{call.symbol.rpartition('.')[2]}"}


@for_calls(every=5)
def test_value_is_ours(call, scope, draw):
    for params in variants(call.loss) * 2:
        inputs = clear_of_bounds(call, draw(call.loss))
        found = scope[call.node.name](*tensors(call, inputs), **params)
        same(call, numbers(found), call.ours(*inputs, **params), "value")


@for_calls(lambda call: all(given.shape in {("n",), ()} for given in call.loss.inputs.values()), every=5)
def test_borders_are_ours_where_both_are_finite(call, scope):
    grid = itertools.product(*(DOMAINS[given.domain].border or (1.0,) for given in call.loss.inputs.values()))
    inputs = clear_of_bounds(call, [np.array(column) for column in zip(*grid, strict=True)])
    with np.errstate(all="ignore"):
        found, expected = numbers(scope[call.node.name](*tensors(call, inputs))), call.ours(*inputs)
    both = np.isfinite(found) & np.isfinite(expected)
    assert both.any()
    same(call, found[both], expected[both])


@for_calls(
    lambda call: call.library != "sklearn" and not (call.loss.short and len(registry.functions_of(call.loss.id)) == 1), every=8
)
def test_slope_is_ours(call, scope, draw):
    domains = {name: given.domain for name, given in call.loss.inputs.items()}
    for params in variants(call.loss):
        inputs = clear_of_bounds(call, draw(call.loss))
        found = slopes(call, lambda *given, params=params: scope[call.node.name](*given, **params), tensors(call, inputs))
        points = dict(zip(domains, inputs, strict=True))
        for name, *pair in zip(call.loss.differentiable, found, gradients(call.loss, inputs, params), strict=True):
            same(call, *(within(domains[name], points[name], numbers(slope)) for slope in pair), "slope")


def up_to_the_sum(call):
    """The source of a function; where it sums over the last axis, what it sums."""
    return ast.unparse(call.node).removesuffix(".sum(dim=1)")


def can_reduce(call):
    """Whether the function returns what the library returns, and the library lets it choose a reduction."""
    source = up_to_the_sum(call)
    last = ast.parse(source).body[0].body[-1].value
    return (
        REDUCTION.search(source)
        and isinstance(last, ast.Call)
        and ast.unparse(last).startswith(("F.", "nn.", "keras.", "optax.", "loss("))
    )


@for_calls(can_reduce, every=3)
def test_reductions_are_those_of_our_values(call, scope, draw):
    """The same code with another reduction, or with none: then the default, a mean, applies."""
    inputs = clear_of_bounds(call, draw(call.loss))
    kind = REDUCTION.search(up_to_the_sum(call)).group(2)

    def reduced(by):
        names = dict(scope)
        exec(REDUCTION.sub(by and rf"\1{kind}={by}", up_to_the_sum(call)), names)
        return numbers(names[call.node.name](*tensors(call, inputs)))

    values, each = call.ours(*inputs), numbers(reduced(r"\3"))
    mean = values.sum() / each.size / DIVISORS.get(call.symbol.rpartition(".")[2], 1)
    same(call, reduced(""), mean)
    if kind == "reduction":
        same(call, reduced("'mean'"), mean)
        same(call, reduced("'sum'"), values.sum())
    if "'batchmean'" in str(pydoc.locate(call.symbol).__doc__):
        same(call, reduced("'batchmean'"), values.mean())


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_symbol_runs_or_says_why_not(library):
    """A short entry may name a symbol and leave it at that."""
    named = {(id, api.symbol) for id, loss in LOSSES.items() for api in getattr(loss.apis, library)}
    run = [(call.loss.id, call.symbol) for call in CALLS if call.library == library]
    told = [*run, *not_run(library)]
    unsaid = {(id, symbol) for id, symbol in named - set(told) if LOSSES[id].short}
    assert sorted([*told, *unsaid]) == sorted(named)


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_pages_say_about_the_functions_was_found_for_them(library):
    """With KEEP_EVIDENCE in the environment (`make evidence`) this writes what ran above; else it checks what is kept."""
    kept = keep(library, FOUND, [call.node.name for call in CALLS if call.library == library])
    assert all(record.value <= TOLERANCE[library] and (record.slope or 0) <= TOLERANCE[library] for record in kept)


def keep(library, found, names):
    """The kept records of functions of a library; before that, if asked to, keeps what was found."""
    if "KEEP_EVIDENCE" in os.environ:
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
        hashes = {call.name: call.hash for call in libraries.calls(library)}
        records = {name: libraries.Record(hash=hashes[name], **_rounded(found[library, name])) for name in names}
        version = importlib.metadata.version(DISTRIBUTIONS.get(library, library))
        libraries.write(ROOT, library, version, records, {call.name for call in libraries.calls(library)})
    kept = libraries.read(ROOT)[library]
    assert set(names) - set(kept) == set(), "changed since it ran: make evidence"
    return [kept[name] for name in names]


def _rounded(record):
    return {what: number if what == "points" else float(f"{number:.2g}") for what, number in record.items()}
