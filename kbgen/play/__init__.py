"""Data of the pictures that readers can play with, computed with the functions of the catalogue and kept under a hash.

The picture `figures/huber.svg` becomes playable where `assets/play/huber.curve.js` stands: the Markdown extension marks the figure,
and the script `assets/modules/curve.js` takes it over with this data. Without scripts the picture stays as it is.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kbgen.cache import kept
from kbgen.model import KnowledgeBase
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


def play_files(kb: KnowledgeBase, cache: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside a vault, script) of the data of every playable picture; computes what is not in the cache."""
    for source in SOURCES:
        for playable in source(kb):
            name = f"play/{playable.stem}.{playable.kind}"
            yield (
                f"assets/{name}.js",
                kept(cache / f"{playable.key}.js", partial(script, name, playable)),
            )


def script(name: str, playable: Playable) -> bytes:
    """The data as a script that hands it over."""
    content = json.dumps(playable.make(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"kb.give({json.dumps(name)},{content})\n".encode()
