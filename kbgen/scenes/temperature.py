"""Contrastive losses over the temperature: what a fixed row of cosines does to the candidates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kbgen import registry

Array = NDArray[np.float64]
COSINES = np.array([0.8, 0.7, 0.5, 0.35, 0.15, -0.1, -0.4])
"""Of a query to its positive, then to the negatives."""
TAUS = tuple(float(f"{0.07 * (0.5 / 0.07) ** (k / 17):.3g}") for k in range(-11, 30))
"""41 temperatures from 0.0196 to 2 in equal ratios, with the defaults 0.07 and 0.5 among them."""


@dataclass(frozen=True)
class Row:
    """Of one temperature: the loss of the query, the softmax over the candidates, and the slopes of the loss in their cosines."""

    loss: float
    weights: Array
    slopes: Array


OWN = 0.3
"""The share of a candidate's distance from the query that no other candidate has."""


def placed() -> tuple[Array, Array]:
    """A query, and candidates at those angles to it; the negatives are close two by two, as two views of one thing are.

    Direction 1 to 4: the query and what the pairs have in common; then one direction for each candidate alone.
    """
    count = len(COSINES)
    basis = np.eye(5 + count)
    pairs = basis[1 + (np.arange(count) + 1) // 2]
    across = np.sqrt(1 - OWN**2) * pairs + OWN * basis[5:]
    return basis[0], COSINES[:, None] * basis[0] + np.sqrt(1 - COSINES[:, None] ** 2) * across


def _by_cosine(grad: Array) -> Array:
    """The slope in each cosine from the gradient in the query: a candidate alone reaches into its own direction."""
    return np.asarray(grad[5:] / (OWN * np.sqrt(1 - COSINES**2)))


def _info_nce(tau: float) -> tuple[float, Array]:
    query, others = placed()
    given = query[None], others[:1], others[None, 1:]
    grads = registry.losses()["info_nce_grad"](*given, tau=tau)
    return float(registry.losses()["info_nce"](*given, tau=tau)[0]), _by_cosine(grads[0][0])


def _clip(tau: float) -> tuple[float, Array]:
    """The first image meets the texts; every other image has the embedding of its own text."""
    query, others = placed()
    given = np.vstack([query, others[1:]]), others
    image, _ = registry.losses()["clip_grad"](*given, tau=tau)
    return float(registry.losses()["clip"](*given, tau=tau)[0]), _by_cosine(image[0])


def _nt_xent(tau: float) -> tuple[float, Array]:
    """Four pairs of views: the query with its positive, and the negatives two by two."""
    query, others = placed()
    given = np.vstack([query, others[1::2]]), np.vstack([others[0], others[2::2]])
    first, _ = registry.losses()["nt_xent_grad"](*given, tau=tau)
    return float(registry.losses()["nt_xent"](*given, tau=tau)[0]), _by_cosine(first[0])


ROWS: Mapping[str, Callable[[float], tuple[float, Array]]] = MappingProxyType(
    {"info_nce": _info_nce, "nt_xent": _nt_xent, "clip": _clip}
)
FIRST = {"info_nce": 0.07, "nt_xent": 0.5, "clip": 0.07}


def row(id: str, tau: float) -> Row:
    """What the loss does at one temperature."""
    loss, slopes = ROWS[id](tau)
    weights = np.exp((COSINES - COSINES.max()) / tau)
    return Row(loss, weights / weights.sum(), slopes)
