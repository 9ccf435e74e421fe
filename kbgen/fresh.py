"""Whether anything has changed since docs/ was written: answered without loading what writes it."""

import os
from pathlib import Path

from kbgen.cache import Digests, digest, files_below, write
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


def forget(root: Path) -> None:
    """From here on docs/ does not count as up to date: a run killed while it writes may leave one vault new and one old."""
    (root / STAMP).unlink(missing_ok=True)


def remember(root: Path, given: str, digests: Digests) -> None:
    """Note what docs/ has just been written from: the inputs as they were when the run began."""
    write(root / STAMP, given.encode())
    digests.save()


def inputs(root: Path, digests: Digests) -> str:
    """A hash of what decides docs/: files, pages by hand included, the commit that dates the entries, the public address."""
    files = [path for folder in (root / "data", HERE) for path in files_below(folder) if not path.endswith(".pyc")]
    for vault in _vaults(root):
        generated = {f"{vault}/{name}" for name in ours(vault)}
        files += [path for path in files_below(vault) if path.endswith(".md") and path not in generated]
    given = (head(root), os.environ.get("KBGEN_SITE_URL", ""))
    return digest(*given, *(part for path in files for part in (os.path.relpath(path, root), digests.of(path) or "")))


def _vaults(root: Path) -> list[Path]:
    return sorted(path for path in (root / "docs").glob("*") if path.is_dir())
