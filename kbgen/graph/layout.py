"""Where everything stands on the map of all entries: shelves are discs that do not touch, entries are spots inside.

Plain NumPy with a fixed seed: the same base gives the same map. First the discs find their places, then the entries of each disc
trade places until their ties are short.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPREAD = 14.0  # the distance between neighbouring spots is about 1.9 times this
PADDING = 15.0
GAP = 22.0  # between discs: room for the name above
STARTS = 6
STEPS = 240
GOLDEN = np.pi * (3 - np.sqrt(5))
FLATTER = 2.0  # the map is wider than high


@dataclass(frozen=True)
class Map:
    """Positions of the entries, centres and radii of the shelves."""

    spots: Floats
    centres: Floats
    radii: Floats


def layout(shelf_of: Sequence[int], pairs: Sequence[tuple[int, int]], weights: Sequence[float]) -> Map:
    """The map of entries that stand on shelves 0, 1, …, tied in weighted pairs."""
    shelves = np.asarray(shelf_of)
    counts = np.bincount(shelves)
    tied = np.zeros((len(shelves), len(shelves)))
    for (a, b), weight in zip(pairs, weights, strict=True):
        tied[a, b] = tied[b, a] = weight
    member = np.eye(len(counts))[shelves]
    between = np.einsum("is,ij,jt->st", member, tied, member, optimize=True) / np.sqrt(np.outer(counts, counts))
    radii = SPREAD * np.sqrt(counts) + PADDING
    centres = _place_discs(between, radii)
    spots = np.zeros((len(shelves), 2))
    places = {shelf: np.flatnonzero(shelves == shelf) for shelf in range(len(counts))}
    for shelf, ids in places.items():
        spots[ids] = centres[shelf] + _sunflower(len(ids))
    for _ in range(3):
        for ids in places.values():
            _trade_places(spots, tied, ids)
    return Map(spots, centres, radii)


def _sunflower(count: int) -> Floats:
    """Evenly spread points around the origin."""
    k = np.arange(count)
    distance, angle = SPREAD * np.sqrt(k + (0.5 if count > 1 else 0)), k * GOLDEN
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)


def _place_discs(between: Floats, radii: Floats) -> Floats:
    """The best of several starts: the one whose tied discs lie closest."""
    between = between * (1 - np.eye(len(radii)))
    rng = np.random.default_rng(0)
    tries = [_settle(rng.normal(size=(len(radii), 2)) * radii.sum() / 4, between, radii) for _ in range(STARTS)]
    return min(tries, key=lambda centres: float((between * _distances(centres)).sum()))


def _settle(centres: Floats, between: Floats, radii: Floats) -> Floats:
    """Tied discs attract, overlapping ones push; at the end only the push is left."""
    pull = between / max(float(between.sum(axis=1).max()), 1e-9)
    for step in range(STEPS):
        heat = max(0.0, 1 - step / (0.75 * STEPS))
        toward = (pull[:, :, None] * (centres[None] - centres[:, None])).sum(axis=1)
        centres = centres + heat * (0.3 * toward - 0.04 * centres * (1, FLATTER**2))
        centres = centres + _push(centres, radii)
    for _ in range(400):
        push = _push(centres, radii)
        if not push.any():
            break
        centres = centres + 1.02 * push
    middle: Floats = centres - centres.mean(axis=0)
    return middle


def _push(centres: Floats, radii: Floats) -> Floats:
    """How far each disc must move away from those that it overlaps."""
    apart = centres[:, None] - centres[None]
    distance = _distances(centres) + np.eye(len(radii))
    overlap = np.maximum(0, radii[:, None] + radii[None] + GAP - distance) * (1 - np.eye(len(radii)))
    step: Floats = (0.5 * overlap / np.maximum(distance, 1e-6))[:, :, None] * apart
    moved: Floats = 0.7 * step.sum(axis=1)
    return moved


def _distances(points: Floats) -> Floats:
    apart = points[:, None] - points[None]
    length: Floats = np.hypot(apart[..., 0], apart[..., 1])
    return length


def _trade_places(spots: Floats, tied: Floats, ids: NDArray[np.intp]) -> None:
    """Within a disc, let the pair whose exchange shortens the ties most change places, until none does."""
    weights = tied[ids]
    for _ in range(4 * len(ids)):
        here = spots[ids]
        far = np.hypot(here[:, None, 0] - spots[None, :, 0], here[:, None, 1] - spots[None, :, 1])
        cost = np.einsum("ik,jk->ij", weights, far, optimize=True)  # of entry i at the spot of j
        own = np.diagonal(cost)
        gain = own[:, None] + own[None] - cost - cost.T - 2 * weights[:, ids] * far[:, ids]
        i, j = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[i, j] <= 1e-6:
            return
        spots[ids[[i, j]]] = here[[j, i]]
