"""Writing what people own: all files or none."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(contents: Mapping[Path, str]) -> None:
    """Give files new contents. Everything is written beside them first and then takes their places."""
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.new") for path in contents}
    try:
        for path, part in parts.items():
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(contents[path].encode())
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
