"""The fit lab: points, and the pull of every loss on a residual, sampled from the gradient functions."""

from collections.abc import Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from kbgen import registry
from kbgen.cache import digest
from kbgen.fits import CANDIDATES, POINTS, pull, sampled
from kbgen.model import KnowledgeBase
from kbgen.play.pack import pack
from kbgen.play.playable import Playable

SPACING: Mapping[str, float] = {"squared_error": 16, "huber": 0.25, "cauchy": 0.025}
"""Between samples of the pull: straight pieces need few, with their corners among them."""
UNIT = 1e-5


def content(names: Mapping[str, Mapping[str, str]]) -> Any:
    """What the file holds."""
    return {"points": POINTS.tolist(), "unit": UNIT, "losses": [held_of(id, name) for id, name in names.items()]}


def held_of(id: str, name: Mapping[str, str]) -> Any:
    """What the file holds of one loss: its name, its slider, and its pull at every value of the slider."""
    one = CANDIDATES[id]
    values = one.values or (0.0,)
    head = {"id": id, "name": name, "sign": one.sign, "values": values, "first": values.index(one.first), "jumps": one.jumps}
    if one.jumps:
        sides = [pull(id, value)(np.array([1.0, -1.0])).tolist() for value in values]
        return head | {"sides": [[round(side, 6) for side in pair] for pair in sides]}
    spacing = SPACING[id]
    return head | {"spacing": spacing, "pull": [pack(np.rint(sampled(id, value, spacing) / UNIT)) for value in values]}


def fit_lab(kb: KnowledgeBase) -> Iterator[Playable]:
    """The one scatter."""
    if not CANDIDATES.keys() <= kb.losses.keys():  # a base without these losses has no lab
        return
    names = {id: {"zh": kb.losses[id].name.zh, "en": kb.losses[id].name.en} for id in CANDIDATES}
    with_code = [name for id in CANDIDATES for name in (f"{id}_grad",) if name in registry.losses()]
    here = Path(__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in (here / "fit.py", here / "pack.py", here.parent / "fits.py")]
    key = digest(*sources, repr(names), version("numpy"), *registry.listing(tuple(with_code), "kbgen.losses"))
    yield Playable("fit-lab", "fit", key, partial(content, names))
