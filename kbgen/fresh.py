"""Whether anything has changed since docs/ was written: answered without loading what writes it."""

from pathlib import Path

from kbgen.cache import digest
from kbgen.history import head
from kbgen.vault import intact

HERE = Path(__file__).parent
STAMP = Path(".kbgen", "docs.stamp")


def is_fresh(root: Path) -> bool:
    """Whether data, code and pages by hand are those of the last run, and its files stand as it wrote them."""
    stamp = root / STAMP
    return stamp.is_file() and all(map(intact, _vaults(root))) and stamp.read_text(encoding="utf-8") == _inputs(root)


def remember(root: Path) -> None:
    """Note what docs/ has just been written from."""
    (root / STAMP).parent.mkdir(parents=True, exist_ok=True)
    (root / STAMP).write_text(_inputs(root), encoding="utf-8")


def _vaults(root: Path) -> list[Path]:
    return sorted(path for path in (root / "docs").glob("*") if path.is_dir())


def _inputs(root: Path) -> str:
    """A hash of every file that decides docs/, of the names of all files in it, and of the commit that dates the entries."""
    files = [
        path for folder in (root / "data", HERE) for path in sorted(folder.rglob("*")) if path.suffix != ".pyc" and path.is_file()
    ]
    pages = [path for vault in _vaults(root) for path in sorted(vault.rglob("*.md"))]
    names = "\n".join(path.relative_to(root).as_posix() for path in pages)
    return digest(names, head(root), *(part for path in (*files, *pages) for part in (path.name, path.read_bytes())))
