"""Whether anything has changed since docs/ was written: answered without loading what writes it."""

import os
from collections.abc import Iterator
from pathlib import Path

from kbgen.cache import Digests, digest, write
from kbgen.history import head
from kbgen.vault import intact, ours

HERE = Path(__file__).parent
STAMP = Path(".kbgen", "docs.stamp")
NOTED = Path(".kbgen", "digests")


def is_fresh(root: Path) -> bool:
    """Whether data, code and pages by hand are those of the last run, and its files stand as it wrote them."""
    stamp, digests = root / STAMP, Digests(root / NOTED)
    known = stamp.is_file() and stamp.read_text(encoding="utf-8") == inputs(root, digests)
    return known and all(intact(vault, digests) for vault in _vaults(root))


def remember(root: Path, given: str, digests: Digests) -> None:
    """Note what docs/ has just been written from: the inputs as they were when the run began."""
    write(root / STAMP, given.encode())
    digests.save()


def inputs(root: Path, digests: Digests) -> str:
    """A hash of what decides docs/: files, pages by hand included, the commit that dates the entries, the public address."""
    files = [path for folder in (root / "data", HERE) for path in _files(folder) if not path.endswith(".pyc")]
    for vault in _vaults(root):
        generated = {f"{vault}/{name}" for name in ours(vault)}
        files += [path for path in _files(vault) if path.endswith(".md") and path not in generated]
    given = (head(root), os.environ.get("KBGEN_SITE_URL", ""))
    return digest(*given, *(part for path in files for part in (os.path.relpath(path, root), digests.of(path) or "")))


def _vaults(root: Path) -> list[Path]:
    return sorted(path for path in (root / "docs").glob("*") if path.is_dir())


def _files(folder: Path) -> Iterator[str]:
    """Every file below a folder, in order; as strings, since there are ten thousand of them."""
    found = [(at, names) for at, _, names in os.walk(folder)]
    return (f"{at}/{name}" for at, names in sorted(found) for name in sorted(names))
