"""Results kept on disk under a hash of everything that decides them."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """A short name for what these parts decide."""
    joined = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(joined).hexdigest()[:32]


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`, made first if it is not there. The file appears whole or not at all."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(make())
        part.replace(path)
    return path.read_bytes()
