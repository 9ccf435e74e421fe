"""The catalogue as parameter: a test that asks for `loss`, `term` or `optimizer` runs once for each."""

import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kbgen import registry
from kbgen.load import load
from kbgen.model import KnowledgeBase, Loss
from kbgen.parts import Part, keep
from kbgen.proofs import sampling

ROOT = Path(__file__).parent.parent
pytest_plugins = ["browsing"]


@cache
def base() -> KnowledgeBase:
    """The catalogue, which nobody changes: read once for all that ask while tests are collected and run."""
    return load(ROOT)


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return base()


def pytest_configure(config: pytest.Config) -> None:
    """Evidence is kept by one process: several would each write what they alone have seen."""
    if "KEEP_EVIDENCE" in os.environ and (hasattr(config, "workerinput") or config.getoption("numprocesses", None)):
        pytest.exit("KEEP_EVIDENCE needs one process: leave out -n", returncode=2)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run every test, not only those that an editor waits for")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--thorough`, what repeats others in more looks, seeds or libraries is left out, and the report says so."""
    if config.getoption("--thorough") or "KEEP_EVIDENCE" in os.environ:
        return
    for item in items:
        if item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.skip(reason="left to make test-all"))


def sampled(values: Sequence[Any], every: int) -> list[Any]:
    """Parameters of a test: one of so many is always tried, the rest with `--thorough`."""
    return [
        value if number % every == 0 else pytest.param(value, marks=pytest.mark.thorough) for number, value in enumerate(values)
    ]


def in_turn(every: int, **choices: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test for every combination of what its arguments may be; for one of so many always, with each choice at least once."""
    ways = list(itertools.product(*choices.values()))
    tried = zip(*ways[::every], strict=True)
    assert list(map(set, tried)) == list(map(set, choices.values())), (
        "a choice would never be tried: another number, or another order"
    )
    marks = [[pytest.mark.thorough] if number % every else [] for number in range(len(ways))]
    return pytest.mark.parametrize(tuple(choices), [pytest.param(*way, marks=mark) for way, mark in zip(ways, marks, strict=True)])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "statement" in metafunc.fixturenames:
        with_code = [loss for loss in base().losses.values() if loss.id in registry.losses()]
        stated = [(loss, name) for loss in with_code for name, value in loss.properties if value is not None]
        metafunc.parametrize("statement", stated, ids=lambda pair: f"{pair[0].id}-{pair[1]}")
    wanted = {"loss", "term", "optimizer", "schedule", "entry", "recipe"} & set(metafunc.fixturenames)
    if not wanted:
        return
    kb = base()
    found = {
        "loss": [loss for loss in kb.losses.values() if loss.id in registry.losses()],
        "recipe": [loss for loss in kb.losses.values() if loss.id in registry.recipes()],
        "term": list(kb.terms.values()),
        "optimizer": [rule for rule in kb.optimizers.values() if rule.kind == "optimizer"],
        "schedule": [rule for rule in kb.optimizers.values() if rule.kind == "schedule"],
        "entry": list(kb.entries.values()),
    }
    for name in sorted(wanted):
        metafunc.parametrize(name, found[name], ids=lambda entry: entry.id)


def config() -> str:
    """data/kb.yml for a base of a few entries: without what names others."""
    return re.sub(r"^first_(?:steps|cards):.*\n(?: +.*\n)+", "", (ROOT / "data/kb.yml").read_text(encoding="utf-8"), flags=re.M)


def slopes(loss: Loss, inputs: Sequence[np.ndarray], params: Mapping[str, float]) -> tuple[np.ndarray, ...]:
    """The gradients of a loss; none of a short entry without the function."""
    owed = not loss.short or len(registry.functions_of(loss.id)) > 1
    return sampling.gradients(loss, list(inputs), params) if owed else ()


def made(parts: Iterable[Part]) -> Iterator[tuple[str, bytes]]:
    """Parts and their content; what is missing is made first."""
    every = list(parts)
    keep(every)
    return ((part.name, part.path.read_bytes()) for part in every)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the name of the test: reruns draw the same, two tests do not."""
    return np.random.default_rng(list(request.node.name.encode()))


@pytest.fixture
def draw(rng: np.random.Generator) -> Callable[[Loss], list[np.ndarray]]:
    """Random inner points of the domains of a loss, in the order of its arguments."""
    return lambda loss: sampling.draw(loss, rng)
