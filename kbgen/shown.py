"""A copy of what pages show, kept from one run to the next: files that have not changed are neither removed nor written anew."""

import os
import posixpath
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FILES = "KBGEN_FILES"
"""The variable that tells a host where the copy stands."""


def bring(wanted: Mapping[str, str], folder: Path) -> None:
    """Make a folder hold these files, by their paths in it. What is as large and as old as its source is not copied again."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, _, names in os.walk(folder, topdown=False):
        for name in names:
            if os.path.relpath(f"{at}/{name}", folder) not in wanted:
                Path(at, name).unlink()
        if not os.listdir(at):  # noqa: PTH208
            Path(at).rmdir()
    for inner in sorted({posixpath.dirname(path) for path in wanted}):
        (folder / inner).mkdir(parents=True, exist_ok=True)
    for path, source in wanted.items():
        _copy(source, f"{folder}/{path}")


def _copy(source: str, target: str) -> None:
    """Bring a file up to date. The one that is there may be part of a published site too, so it is not written into."""
    wanted = os.stat(source)  # noqa: PTH116  # strings, not Paths: there are thousands
    with suppress(FileNotFoundError):
        found = os.stat(target)  # noqa: PTH116
        if (found.st_size, found.st_mtime_ns) == (wanted.st_size, wanted.st_mtime_ns):
            return
        os.unlink(target)  # noqa: PTH108
    shutil.copyfile(source, target)
    os.utime(target, ns=(wanted.st_atime_ns, wanted.st_mtime_ns))
