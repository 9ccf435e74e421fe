"""What stands in data/ and docs/ before anything of it is read: files of this folder, of a sound size, that may be read as text."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import yaml

from kbgen.errors import Problem
from kbgen.harmless import UNSEEN_IN_NOTES, unseen
from kbgen.notes import FRONT_MATTER
from kbgen.vault import ours

MAX_BYTES = 1_000_000
"""Five times the largest file there is."""
TOO_LARGE = f"larger than {MAX_BYTES // 1000} kB"
MAX_DEPTH = 20


def of_data(root: Path) -> list[Problem]:
    """What in data/ is not fit to be read."""
    return [problem for item in _items(root / "data") if (problem := _unfit(item, root) or _too_large(item, root))]


def of_docs(root: Path) -> list[Problem]:
    """What in docs/ is not fit to be read or written to, and pages by hand that no host could read."""
    found = []
    for vault in sorted(path for path in (root / "docs").glob("*") if path.is_dir()):
        generated = ours(vault)
        for item in _items(vault):
            problem = _unfit(item, root)
            by_hand = item.name.endswith(".md") and Path(item.path).relative_to(vault).as_posix() not in generated
            found += [problem] if problem else _of_note(Path(item.path), root) if by_hand else []
    return found


Item = os.DirEntry[str]


def _items(folder: Path) -> Iterator[Item]:
    """Everything in a folder that is no folder, at any depth. Links are not followed, and what is hidden is nobody's business."""
    with os.scandir(folder) if folder.is_dir() else nullcontext(()) as found:
        for item in sorted(found, key=lambda item: item.name):
            if not item.is_dir(follow_symlinks=False) or item.name.endswith(".md"):
                yield item
            elif not item.name.startswith("."):
                yield from _items(Path(item.path))


def _unfit(item: Item, root: Path) -> Problem | None:
    if sign := unseen(item.name):
        message = f"the sign {sign} in a name, which nobody can see"
    elif item.is_symlink():
        message = _of_link(Path(item.path), root)
    else:
        message = "" if item.is_file(follow_symlinks=False) else "no file"
    return Problem(_shown(Path(item.path), root), 1, message, "put a file in its place") if message else None


def _of_link(link: Path, root: Path) -> str:
    """What is wrong with a symbolic link."""
    if not link.exists():
        return "a link that leads nowhere"
    return "" if link.resolve().is_relative_to(root.resolve()) else "a link that leads out of this project"


def _too_large(item: Item, root: Path) -> Problem | None:
    large = item.stat().st_size > MAX_BYTES
    return Problem(_shown(Path(item.path), root), 1, TOO_LARGE, "divide it, or keep it elsewhere") if large else None


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _of_note(path: Path, root: Path) -> list[Problem]:
    """Why a page by hand cannot be published."""
    shown_as = _shown(path, root)
    try:
        if path.stat().st_size > MAX_BYTES:
            return [Problem(shown_as, 1, TOO_LARGE, "divide it")]
        raw = path.read_bytes()
    except OSError as error:
        return [Problem(shown_as, 1, f"cannot be read: {error.strerror}", "mend the rights of the file")]
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [Problem(shown_as, line, "not UTF-8 text", "save the file with UTF-8 encoding")]
    if found := UNSEEN_IN_NOTES.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return [Problem(shown_as, line, f"the sign U+{ord(found[0]):04X}, which nobody can see", "remove the character")]
    head = _head(text)
    return [Problem(shown_as, *head)] if head else []


def _head(text: str) -> tuple[int, str, str] | None:
    """(line, what is wrong, what to do) with the properties of a note, which every host reads with a YAML reader of its own."""
    head = FRONT_MATTER.match(text)
    try:
        return next(_slips(head[1]), None) if head else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return line, f"properties are not valid YAML: {error.problem}", "put texts with : or # in quotes"
    except (yaml.YAMLError, ValueError) as error:  # such as the 99th of a month
        return 1, f"properties that nobody can read: {error}", "put the value in quotes"


def _slips(properties: str) -> Iterator[tuple[int, str, str]]:
    """What could cost a reader of YAML its time or its stack; then, for whoever asks on, what is no property."""
    depth = 0
    for event in yaml.parse(properties, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 2 if event.start_mark else 2
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield line, "properties nested too deep", "check the brackets"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "anchors and aliases (& and *) in properties", "write the value out, or quote the text"
        if getattr(event, "tag", None) not in {None, "!"}:
            yield line, f"the tag {getattr(event, 'tag', '')} in properties", "remove the tag, or quote the text"
    if not isinstance(yaml.load(properties, Loader=yaml.CSafeLoader), dict | None):
        yield 2, "properties are keys and values", "write key: value, a line each"
