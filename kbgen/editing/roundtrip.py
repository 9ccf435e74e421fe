"""The structure of a YAML file changed: a list that gets an item, one that loses one. Comments, quotes and order stay."""

import io
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

INDENTS = ((4, 2), (2, 0))
"""How far lists are indented, and where their dashes stand; the first is how this project writes them."""


def changed(text: str, change: Callable[[Any], None]) -> str:
    """A YAML file after `change` was done to what it holds."""
    fits = next((indent for indent in INDENTS if _dumped(text, lambda _: None, indent) == text), INDENTS[0])
    return _dumped(text, change, fits)


def _dumped(text: str, change: Callable[[Any], None], indent: tuple[int, int]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 30
    yaml.indent(mapping=2, sequence=indent[0], offset=indent[1])
    content, out = yaml.load(text), io.StringIO()
    change(content)
    yaml.dump(content, out)
    return out.getvalue()


def set_list(entry: Any, key: str, items: list[str]) -> None:
    """Let a list hold these words, as it is written, or on one line if it is new; without words the key goes."""
    if not items:
        entry.pop(key, None)
        return
    if key not in entry:
        entry[key] = CommentedSeq()
        entry[key].fa.set_flow_style()
    for item in [item for item in entry[key] if item not in items]:
        entry[key].remove(item)
    entry[key].extend(item for item in items if item not in entry[key])
