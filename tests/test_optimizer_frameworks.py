"""Every update rule and schedule by the calls of the libraries: each step is ours, and so are the defaults that entries name."""

import ast
import importlib
import importlib.util
import inspect
import pydoc
import re
from dataclasses import dataclass

import numpy as np
import pytest
from conftest import base, sampled
from test_frameworks import keep, module, not_run, numbers, parsed

from kbgen import registry
from kbgen.losses.domains import DOMAINS
from kbgen.model import NO_DEFAULT, Optimizer
from kbgen.proofs import libraries

LIBRARIES = ("torch", "keras", "optax")
ENTRIES = base().optimizers
STEPS = 30
SIZES = {"ordinary": (1,), "huge": (1e10,), "tiny": (1e-10,), "zero": (0,), "changing": (1e-10, 1e-5, 1, 1e5, 1e10)}
TOLERANCE, SINGLE, HALF = 1e-12, 1e-6, 0.1
EXCEPT = {"zero": "A gradient of zero", "changing": "for gradients of one size"}
"""Sizes of gradients at which a function says that it is not ours."""
MATRICES = {"adafactor", "muon", "shampoo"}
APIS = [(library, id, api) for id, entry in ENTRIES.items() for library in LIBRARIES for api in getattr(entry.apis, library)]


@dataclass(frozen=True)
class Call:
    """A function of kbgen.frameworks, read but not imported."""

    library: str
    node: ast.FunctionDef

    @property
    def entry(self) -> Optimizer:
        return ENTRIES[self.node.name.split("__")[0]]

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.node) or ""

    @property
    def symbol(self) -> str:
        return self.doc.splitlines()[0]

    @property
    def tolerance(self) -> float:
        return HALF if "bfloat16" in self.doc else SINGLE if re.search(r"single\s+precision", self.doc) else TOLERANCE

    @property
    def ours(self):
        return registry.optimizers()[self.entry.id]

    def __call__(self, *given, **params):
        library = importlib.import_module(f"kbgen.frameworks.{self.library}_optim")
        return getattr(library, self.node.name)(*given, **params)


CALLS = [
    Call(library, node)
    for library in LIBRARIES
    for node in parsed(f"{library}_optim")
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
]


def for_calls(kind, every=1):
    """Run a test for all functions of rules, or of schedules; for one of so many at least, since evidence of the others is kept."""
    fit = [call for call in CALLS if call.entry.kind in kind]
    return pytest.mark.parametrize("call", sampled(fit, every), ids=lambda call: f"{call.library}-{call.node.name}")


@pytest.fixture
def tensor(call):
    """Makes arrays of the library, which is set to double precision."""
    if importlib.util.find_spec(call.library) is None:
        pytest.skip(f"{call.library} is not installed")
    module(call.library)
    made = importlib.import_module("torch" if call.library == "torch" else "jax.numpy")
    return lambda array: made.asarray(np.copy(array))


FOUND = {}
"""(library, function) -> value: largest error, and points: how many numbers, of what has run so far."""


def same(call, found, expected):
    """Errors are relative to the largest number of a path: a small one may be a difference of large ones."""
    error = np.max(np.abs(found - expected)) / (np.max(np.abs(expected)) or 1)  # a penalty may hold a whole path at 0
    record = FOUND.setdefault((call.library, call.node.name), {"points": 0, "value": 0.0})
    record["value"] = max(record["value"], float(error))
    record["points"] += expected.size
    assert error <= call.tolerance


def arrays(path):
    """What a library returned for every step, as one array of NumPy."""
    return np.array(list(map(numbers, path)))


def drawn(call, rng):
    """The defaults, and three draws of all parameters; epsilon is what the function says that it ran with."""

    def number(domain):
        return int(rng.integers(1, 12)) if domain in {"natural", "count"} else float(DOMAINS[domain].draw(rng, ()))

    draws = [{name: number(param.domain) for name, param in call.entry.params.items()} for _ in range(3)]
    held = {name: ast.literal_eval(value) for name, value in re.findall(r"ran\s+with\s+`(\w+)=(.+?)`", call.doc)}
    return [{**params, **held} for params in ({}, *draws)]


def of_ours(call, theta, grads, extra, params):
    """What our rule gives after every step: the parameters, or the mean if that is compared."""
    state, path = (), []
    for grad, *given in zip(grads, *extra, strict=True):
        result = call.ours(theta, grad, *given, *state, **params)
        theta, *state = result if isinstance(result, tuple) else (result,)
        path.append(0 * theta + state[0] if "The mean is compared" in call.doc else theta)
    return np.array(path)


def slopes(rng):
    """Gradients of quadratics, for any library."""
    return [lambda at, by=by, more=more: by * at + more for by, more in rng.normal(size=(STEPS, 2))]


def noises(_):
    """The numbers that optax.add_noise draws from key 0 for one array of six."""
    random, drawn = importlib.import_module("jax").random, []
    rest = random.key(0)
    for _ in range(STEPS):
        rest, now = random.split(rest)
        drawn.append(np.asarray(random.normal(random.split(now, 1)[0], (6,), np.float64)))
    return drawn


GIVEN = {"slope": slopes, "noise": noises}


@for_calls({"optimizer", "schedule"})
def test_arguments_are_ours_and_the_name_tells_the_symbol(call):
    ours = str(inspect.signature(call.ours)).partition("*, ")[2]
    more = "".join(f", {name}s" for name in registry.given(call.ours))
    first = f"theta, grads{more}" if call.entry.kind == "optimizer" else registry.positional(call.ours)[0]
    first = "steps" if first == "step" else first
    assert f"({ast.unparse(call.node.args)})" == f"({first}, *, {ours}"
    assert call.node.name in {call.entry.id, f"{call.entry.id}__{call.symbol.rpartition('.')[2]}"}


@pytest.mark.parametrize("size", SIZES)
@for_calls({"optimizer"}, every=3)
def test_every_step_is_ours(call, tensor, rng, size):
    for params in drawn(call, rng):
        if size in EXCEPT and EXCEPT[size] in " ".join(call.doc.split()):
            continue
        shape = (3, 2) if call.entry.id in MATRICES else (6,)
        grads = (rng.choice(SIZES[size], (STEPS, 1)) * rng.normal(size=(STEPS, 6))).reshape(STEPS, *shape)
        theta = (1e-10 if size == "tiny" else 1) * rng.normal(size=shape)
        extra = [GIVEN[name](rng) for name in registry.given(call.ours)]
        found = call(tensor(theta), list(map(tensor, grads)), *extra, **params)
        same(call, arrays(found), of_ours(call, theta, grads, extra, params))


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # of a callback of Keras
@for_calls({"schedule"}, every=4)
def test_every_rate_is_ours(call, tensor, rng):
    """As far as the function says that it is ours."""
    for params in drawn(call, rng):
        if "`rise * total` is whole" in call.doc:
            params |= {"total": 64, "rise": 1 / 4}
        if "lr_min" in params and "lr" in params:
            params |= {"lr_min": min(params["lr"], params["lr_min"])}
        if call.entry.id == "reduce_on_plateau":
            losses = rng.uniform(1, 2, 200) + np.exp(-np.arange(200) / 30)
            same(call, arrays(call(list(losses), **params)), call.ours(losses, **params))
            continue
        whole = (value for value in {**registry.keywords(call.ours), **params}.values() if isinstance(value, int))
        longest = max(whole, default=50)
        end = re.search(r"Ours (up to|before) step `total`", call.doc)
        steps = range(longest + (end[1] == "up to") if end else 2 * longest + 3)
        same(call, arrays(call(steps, **params)), call.ours(np.array(steps), **params))


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_symbol_runs_or_says_why_not(library):
    named = [(id, api.symbol) for of, id, api in APIS if of == library]
    run = [(call.entry.id, call.symbol) for call in CALLS if call.library == library]
    assert sorted([*run, *not_run(f"{library}_optim")]) == sorted(named)


@pytest.mark.parametrize(("library", "id", "api"), APIS, ids=lambda value: getattr(value, "symbol", value))
def test_defaults_are_those_of_the_library(library, id, api):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    module(library)
    defaults = {name: given.default for name, given in inspect.signature(pydoc.locate(api.symbol)).parameters.items()}
    theirs = {name: defaults[name] for name in api.defaults}
    assert {name: _plain(value) for name, value in theirs.items()} == api.defaults
    assert {name: isinstance(value, bool) for name, value in theirs.items()} == {
        name: isinstance(value, bool) for name, value in api.defaults.items()
    }


def _plain(default):
    """A default as an entry writes it."""
    if default is inspect.Parameter.empty:
        return NO_DEFAULT
    return str(default) if isinstance(default, tuple) else default


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_pages_say_about_the_functions_was_found_for_them(library):
    """With KEEP_EVIDENCE in the environment (`make evidence`) this writes what ran above; else it checks what is kept."""
    own = [call for call in CALLS if call.library == library]
    kept = keep(library, FOUND, [call.node.name for call in own])
    assert all(record.value <= call.tolerance for call, record in zip(own, kept, strict=True))


def test_records_are_added_to_those_kept_and_what_is_gone_is_dropped(tmp_path):
    hashes = {call.name: call.hash for call in libraries.calls("optax")}
    for name in ("cross_entropy", "adam", "no_such_function"):
        libraries.write(tmp_path, "optax", "1.0", {name: libraries.Record(hash=hashes.get(name, ""), points=1, value=0)}, hashes)
    assert list(libraries.read(tmp_path)["optax"]) == ["cross_entropy", "adam"]
    assert "no_such" not in (tmp_path / libraries.FOLDER / "optax.json").read_text()
