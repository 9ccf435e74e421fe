"""Random inputs of a loss, drawn from the domains that its entry declares."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.losses.domains import DOMAINS
from kbgen.model import Loss

Array = np.ndarray[Any, Any]
LENGTHS: Mapping[str, int] = {
    "n": 5, "N": 6, "M": 3, "d": 3, "K": 4, "T": 7, "L": 2, "H": 12, "W": 12, "P": 8, "D": 8,
}  # fmt: skip
"""Lengths of the dimensions: n items, N coupled items, M things in a list, d features, K classes, T frames, L labels, …"""


def draw(loss: Loss, rng: np.random.Generator, *, items: int | None = None) -> list[Array]:
    """Inner points of the domains, in the order of the arguments; `items` overrides the number n of independent items."""
    lengths = {**LENGTHS, **({"n": items} if items is not None else {})}
    shapes = [tuple(s if isinstance(s, int) else lengths[s] for s in given.shape) for given in loss.inputs.values()]
    domains = [DOMAINS[given.domain] for given in loss.inputs.values()]
    return [domain.draw(rng, shape) for domain, shape in zip(domains, shapes, strict=True)]


def takes_batches(loss: Loss) -> bool:
    """Whether one item is a picture, a set or a sequence of vectors: many points by itself."""
    return any(len(given.shape) > 2 for given in loss.inputs.values())


NUMBERS = {"real", "nonnegative", "positive", "above_minus_one", "nonzero"}
"""Domains of ordinary numbers, which may be rounded and made smaller."""


def each_number(loss: Loss, inputs: list[Array], change: Callable[[Array], Array]) -> list[Array]:
    """The inputs with a change to those whose domains are ordinary numbers."""
    return [change(a) if given.domain in NUMBERS else a for a, given in zip(inputs, loss.inputs.values(), strict=True)]


def scaled(loss: Loss, inputs: list[Array], size: float) -> list[Array]:
    """The inputs closer to zero, and so to each other."""
    return each_number(loss, inputs, lambda a: a * size)


def variants(loss: Loss) -> list[dict[str, float]]:
    """The defaults, and each swept value of each parameter in turn."""
    return [{}, *({name: value} for name, param in loss.params.items() for value in param.sweep)]


def parameters(loss: Loss, variant: Mapping[str, float]) -> dict[str, float]:
    """Every parameter with its value in a variant."""
    return {**registry.keywords(registry.losses()[loss.id]), **variant}


def value(loss: Loss, inputs: list[Array], variant: Mapping[str, float] | None = None) -> Array:
    """Values of the items; one value for the whole batch where items are coupled."""
    found = np.asarray(registry.losses()[loss.id](*inputs, **(variant or {})), float)
    return found if loss.output[:1] == ("n",) else found.sum(keepdims=True).ravel()


def gradients(loss: Loss, inputs: list[Array], variant: Mapping[str, float] | None = None) -> tuple[Array, ...]:
    """The gradient of the sum of the values, one array per differentiable input."""
    found = registry.losses()[f"{loss.id}_grad"](*inputs, **(variant or {}))
    return found if isinstance(found, tuple) else (found,)
