"""Which files change: the system tells, or, where it cannot, a look around every half second."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

CODE = Path(__file__).parent.parent
QUIET = 0.03
"""Seconds without a change after which a file counts as saved: editors write in several steps."""
KINDS = {"created", "modified", "moved", "deleted", "closed"}
SUFFIXES = {"data": {".yml", ".yaml", ".json"}, "code": {".py", ".j2", ".html", ".css", ".js", ".svg"}}


class Watch(FileSystemEventHandler):
    """Collects the files that change in data/, docs/, the package and the configuration of MkDocs.

    `newer` is set while one of them waits that is not `ours`: one that kbgen writes itself.
    """

    def __init__(self, root: Path, newer: threading.Event, ours: Callable[[Path], bool]) -> None:
        self._root, self._newer, self._ours = root, newer, ours
        self._changed: set[Path] = set()
        self.ended = False
        self._waiting = threading.Condition()
        try:
            self._observer = self._begin(Observer())
        except OSError:  # too many watches, or a file system that tells nothing
            self._observer = self._begin(PollingObserver(timeout=0.5))

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in KINDS and not (event.is_directory and event.event_type == "modified"):
            for name in filter(None, (event.src_path, event.dest_path)):
                self._note(Path(str(name)))

    def wait(self) -> set[Path]:
        """The files that have changed since the last call; waits for the first, and until no more come.

        Raises KeyboardInterrupt once the watch has ended.
        """
        with self._waiting:
            while not self._waiting.wait_for(lambda: self._changed or self.ended, timeout=1):
                pass  # a turn of the loop now and then lets Ctrl+C through on every system
            if self.ended:
                raise KeyboardInterrupt
            while self._waiting.wait(QUIET):
                pass
            found, self._changed = self._changed, set()
            self._newer.clear()
        return found

    def stop(self) -> None:
        """Watch no longer."""
        self._observer.stop()
        self._observer.join()

    def _note(self, path: Path) -> None:
        if self._concerns(path):
            with self._waiting:
                self._changed.add(path)
                if not self._ours(path):
                    self._newer.set()
                self._waiting.notify_all()

    def _concerns(self, path: Path) -> bool:
        """Whether a file can decide a page."""
        if path.is_relative_to(self._root / "docs"):
            parts = path.relative_to(self._root / "docs").parts
            return not any(part.startswith(".") or part.endswith("~") for part in parts)
        if path.is_relative_to(self._root / "data"):
            return path.suffix in SUFFIXES["data"]
        if path.parent == self._root:
            return path.name.startswith("mkdocs") and path.suffix == ".yml"
        return path.suffix in SUFFIXES["code"]

    def _begin(self, observer: BaseObserver) -> BaseObserver:
        folders: Collection[Path] = {self._root / "data", self._root / "docs", CODE}
        for folder in sorted(folders):
            observer.schedule(self, str(folder), recursive=True)
        observer.schedule(self, str(self._root), recursive=False)
        observer.start()
        return observer
