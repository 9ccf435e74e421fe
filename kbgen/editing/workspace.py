"""The files of a project as they are and as they shall be, before anything is written."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import kbgen
from kbgen.editing.python import Edit, apply
from kbgen.errors import Problem, Problems
from kbgen.vault import written

PACKAGE = Path(kbgen.__file__).parent


@dataclass
class Workspace:
    """What was read, and what shall stand there instead; paths are below the root, None stands for no file."""

    root: Path
    seen: dict[str, bytes | None] = field(default_factory=dict)
    now: dict[str, bytes | None] = field(default_factory=dict)

    @property
    def has_code(self) -> bool:
        """Whether the code of kbgen that runs is part of this project."""
        return (self.root / "kbgen").resolve() == PACKAGE.resolve()

    def find(self, *patterns: str) -> list[str]:
        """Every file that fits a pattern, in order, and that is not to go."""
        found = {
            path.relative_to(self.root).as_posix() for pattern in patterns for path in self.root.glob(pattern) if path.is_file()
        }
        return sorted(path for path in found if self.now.get(path, b"") is not None)

    def notes(self) -> Iterator[tuple[str, str]]:
        """(vault, path in it) of every note that people wrote."""
        for vault in sorted(path for path in (self.root / "docs").glob("*") if path.is_dir()):
            generated = written(vault)
            for path in sorted(vault.rglob("*.md")):
                name = path.relative_to(vault).as_posix()
                if name not in generated and not any(part.startswith(".") for part in path.relative_to(vault).parts):
                    yield vault.relative_to(self.root).as_posix(), name

    def text(self, path: str) -> str:
        """A file as it shall be. Raises Problems if it is not UTF-8."""
        if path not in self.now:
            file = self.root / path
            self.seen.setdefault(path, file.read_bytes() if file.is_file() else None)
        content = self.now.get(path, self.seen.get(path))
        assert content is not None
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise Problems([Problem(path, 1, "not UTF-8 text", "save the file with UTF-8 encoding")]) from None

    def put(self, path: str, text: str) -> None:
        """Let a file hold a text."""
        self.seen.setdefault(path, (self.root / path).read_bytes() if (self.root / path).is_file() else None)
        if text.encode() != self.seen[path] or path in self.now:
            self.now[path] = text.encode()

    def edit(self, path: str, make: Callable[[str], Collection[Edit]]) -> None:
        """Make the edits of a file."""
        text = self.text(path)
        if edits := set(make(text)):
            self.put(path, apply(text, edits))

    def remove(self, path: str) -> None:
        """Let there be no such file."""
        self.text(path)
        self.now[path] = None

    def move(self, path: str, target: str) -> None:
        """Give a file another place."""
        text = self.text(path)
        self.remove(path)
        self.put(target, text)
