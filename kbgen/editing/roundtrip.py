"""The structure of a YAML file changed: a list that gets an item, one that loses one. Comments, quotes and order stay."""

import io
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq


def changed(text: str, change: Callable[[Any], None]) -> str:
    """A YAML file after `change` was done to what it holds."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 30
    yaml.indent(mapping=2, sequence=4, offset=2)
    content, out = yaml.load(text), io.StringIO()
    change(content)
    yaml.dump(content, out)
    return out.getvalue()


def set_list(entry: Any, key: str, items: list[str]) -> None:
    """Give a list of words, on one line; without items the key goes."""
    if items:
        entry[key] = CommentedSeq(items)
        entry[key].fa.set_flow_style()
    else:
        entry.pop(key, None)
