"""Changes of files as a unified diff, which `git apply` and `patch -p1` take."""

from difflib import unified_diff


def diff(path: str, before: str | None, after: str) -> str:
    """The change of one file; `before` is None if there was none."""
    old, new = (before or "").splitlines(keepends=True), after.splitlines(keepends=True)
    source = "/dev/null" if before is None else f"a/{path}"
    return "".join(_ended(line) for line in unified_diff(old, new, source, f"b/{path}"))


def _ended(line: str) -> str:
    """A line of a diff; the last one of a file without a line break at its end is told apart."""
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
