"""The catalogue as parameter: a test that asks for `loss`, `term` or `optimizer` runs once for each."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kbgen import registry
from kbgen.load import load
from kbgen.losses.domains import DOMAINS
from kbgen.model import KnowledgeBase, Loss

ROOT = Path(__file__).parent.parent
LENGTHS = {"n": 5, "N": 6, "M": 3, "d": 3, "K": 4, "T": 7, "L": 2, "H": 12, "W": 12, "P": 8, "D": 8}
"""Lengths of the dimensions in the random inputs: n items, N coupled items, d features, K classes, T frames, L labels, …"""


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return load(ROOT)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = {"loss", "term", "optimizer", "schedule", "entry", "recipe"} & set(metafunc.fixturenames)
    if not wanted:
        return
    kb = load(ROOT)
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


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the name of the test: reruns draw the same, two tests do not."""
    return np.random.default_rng(list(request.node.name.encode()))


@pytest.fixture
def draw(rng: np.random.Generator) -> Callable[[Loss], list[np.ndarray]]:
    """Random inner points of the domains of a loss, in the order of its arguments."""

    def inputs(loss: Loss) -> list[np.ndarray]:
        shapes = [tuple(s if isinstance(s, int) else LENGTHS[s] for s in given.shape) for given in loss.inputs.values()]
        domains = [DOMAINS[given.domain] for given in loss.inputs.values()]
        return [domain.draw(rng, shape) for domain, shape in zip(domains, shapes, strict=True)]

    return inputs


def variants(loss: Loss) -> list[dict[str, float]]:
    """The defaults, and each swept value of each parameter in turn."""
    return [{}, *({name: value} for name, param in loss.params.items() for value in param.sweep)]


def gradients(loss: Loss, inputs: list[np.ndarray], params: dict[str, float]) -> tuple[np.ndarray, ...]:
    """The gradient of the sum of the values, one array per differentiable input."""
    grads = registry.losses()[f"{loss.id}_grad"](*inputs, **params)
    return grads if isinstance(grads, tuple) else (grads,)
