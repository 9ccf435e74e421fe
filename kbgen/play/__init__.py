"""Data of the pictures that readers can play with, computed with the functions of the catalogue and kept under a hash.

The picture `figures/huber.svg` becomes playable where `assets/play/huber.curve.js` stands: the Markdown extension marks the figure,
and the script `assets/modules/curve.js` takes it over with this data. Without scripts the picture stays as it is.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kbgen.cache import Memo, digest
from kbgen.model import KnowledgeBase
from kbgen.parts import Part
from kbgen.play import curves
from kbgen.play.fit import fit_lab
from kbgen.play.playable import Playable
from kbgen.play.scenes import scenes
from kbgen.play.schedules import schedules_of
from kbgen.play.walks import walks_of

SOURCES: tuple[Callable[[KnowledgeBase], Iterator[Playable]], ...] = (
    curves.playables, scenes, walks_of, schedules_of, fit_lab,
)  # fmt: skip
"""Each yields the playable pictures of one kind."""
PROSE = {"plain", "exact", "use", "avoid", "pitfalls", "references", "apis", "see_also"}
"""Fields that no playable picture asks for."""


def play_files(kb: KnowledgeBase, cache: Path, memo: Memo | None = None) -> Iterator[Part]:
    """The data of every playable picture, as scripts. Nothing but their keys is worked out while all of them are kept."""
    rules = [*kb.losses.values(), *kb.optimizers.values()]
    decided_by = digest(*(id for id in kb.losses), *(rule.model_dump_json(exclude=PROSE, warnings=False) for rule in rules))
    keys = (memo or Memo()).get("play", decided_by, lambda: {name: playable.key for name, playable in playables(kb)})
    paths = {name: cache / f"{digest(name, key)}.js" for name, key in keys.items()}  # the script says its name
    found = {} if all(path.is_file() for path in paths.values()) else dict(playables(kb))
    for name, path in paths.items():
        yield Part(f"assets/{name}.js", path, partial(script, name, found[name]) if found else path.read_bytes)


def playables(kb: KnowledgeBase) -> Iterator[tuple[str, Playable]]:
    """Every playable picture with the name of its script."""
    for source in SOURCES:
        for playable in source(kb):
            yield f"play/{playable.stem}.{playable.kind}", playable


def script(name: str, playable: Playable) -> bytes:
    """The data as a script that hands it over."""
    content = json.dumps(playable.make(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"kb.give({json.dumps(name)},{content})\n".encode()
