"""What the preview knows: the data as checked last, the pages shown, and what is wrong.

A change goes two ways. `take` looks at it at once: only the pages that browsers have open are made, each from the new data, and
written into docs/ before the host renders it. `complete` does the rest of a build afterwards, and ends where `kbgen build` ends.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from kbgen import byhand, vault
from kbgen.build import Base, base, bring, contents, draft, list_pages, problems_by_hand
from kbgen.cache import MEMO, Digests, Memo, digest
from kbgen.clock import Clock
from kbgen.errors import Problem, Problems
from kbgen.fresh import NOTED, STAMP, inputs
from kbgen.lock import locked
from kbgen.model import LANGUAGES
from kbgen.names import outline
from kbgen.offline import with_hashes
from kbgen.pages import Mention, entry_paths, forget_templates, mentions_by_hand, page_of
from kbgen.preview.host import Host
from kbgen.preview.slips import explained
from kbgen.shipped import ASSETS, script, style

T = TypeVar("T")
FIRST = "zh"
"""The language at the root of the site; others stand in a folder of their name."""
WAITING = (ASSETS / "preview" / "waiting.html").read_text(encoding="utf-8")


class SupersededError(Exception):
    """A newer change is waiting; what is being done is no longer wanted."""


class Impatient(Clock):
    """A clock that gives a run up, between two pieces of its work, once something newer waits."""

    def __init__(self, newer: threading.Event) -> None:
        super().__init__()
        self._newer = newer

    def lap(self, stage: str) -> None:
        super().lap(stage)
        self._look()

    def each(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            self._look()
            yield item

    def _look(self) -> None:
        if self._newer.is_set():
            raise SupersededError


@dataclass(frozen=True)
class Shown:
    """A page as it was last rendered without a slip, a hash of it, and the slips since."""

    html: str
    problems: tuple[Problem, ...] = ()

    @property
    def digest(self) -> str:
        """Tells pages apart: a browser shows it back."""
        return digest(self.html)[:16]


@dataclass
class Snapshot:
    """Data and notes that were found right, and which pages in docs/ have been brought up to them: all of them if it is `whole`."""

    known: Base
    notes: Mapping[str, Mapping[str, str]]
    whole: bool = False
    settled: set[tuple[str, str]] = field(default_factory=set)
    lists: dict[str, Mapping[str, str]] = field(default_factory=dict)
    by_hand: dict[str, Mapping[str, list[Mention]]] = field(default_factory=dict)

    def text(self, language: str, path: str) -> str | None:
        """The Markdown of a page; None if it is not one that kbgen writes."""
        book = self.known.books[language]
        if entry_paths(self.known.kb).get(id := Path(path).stem) == path:
            if language not in self.by_hand:
                self.by_hand[language] = mentions_by_hand(book, self.notes[language])
            return page_of(book, id, self.by_hand[language].get(id, ()))
        if path in self.notes[language]:
            return None
        if language not in self.lists:
            self.lists[language] = list_pages(book, self.known.runs, self.notes[language])
        return self.lists[language].get(path)


class Live:
    """The state of the preview. One thread brings changes in; threads that serve browsers read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.newer = threading.Event()
        self.news = threading.Condition()
        self.generation = 0  # of what pages are made of
        self.announced = 0
        self._refused: tuple[Problem, ...] = ()  # by `take`
        self._unfinished: tuple[Problem, ...] = ()  # by `complete`
        self._outdated: tuple[Problem, ...] = ()  # code that cannot be loaded
        self._owed: set[Path] = set()  # changes that have not been taken in
        self._open: Counter[str] = Counter()
        self._turn = threading.RLock()  # held while docs/ is written or read: nobody sees half of a state
        self._memo = Memo(root / MEMO)
        self._snapshot: Snapshot | None = None
        self._written: Mapping[str, Mapping[str, str]] = {}
        self._names: Mapping[Path, Collection[str]] = {folder: vault.written(folder) for folder in self._vaults()}
        self._hosts: dict[str, Host] = {}
        self._shown: dict[str, tuple[int, Shown]] = {}

    def take(self, changed: Collection[Path]) -> bool:
        """Look at files that have changed, and bring the open pages up to date. Whether the rest is worth completing."""
        self._owed |= {*changed}
        try:
            snapshot = self._read(self._owed)
            with self._turn:
                if any(path.is_relative_to(ASSETS) for path in self._owed):
                    self._dress(snapshot)
                self._snapshot, self._owed, self._refused = snapshot, set(), ()
                self.generation += 1
                for address in self._opened():
                    self.page(address)
        except Exception as error:  # noqa: BLE001  # whatever an edit breaks, the preview stays
            self._refused = explained(error, "data")
        self._announce()
        return not self._refused

    def complete(self) -> None:
        """Do what `kbgen docs` does with the files as they are; nothing if a change waits."""
        clock, digests = Impatient(self.newer), Digests(self.root / NOTED)
        try:
            given = inputs(self.root, digests)
            self._think_ahead(clock)
            plan = draft(self.root, clock, self._memo)
            wanted = contents(self.root, plan, clock)
            with self._turn, locked(self.root):
                bring(self.root, plan, wanted, given, digests)
                self._written = plan.written
                names = {folder: set(files) for folder, files in wanted.items()}
                if names != {folder: set(before) for folder, before in self._names.items()}:
                    self._list_anew()
                self._names = names
                by_hand = {language: mentions_by_hand(book, plan.notes[language]) for language, book in plan.books.items()}
                self._snapshot = Snapshot(plan, plan.notes, whole=True, by_hand=by_hand)
                self.generation += 1
        except SupersededError:
            return
        except Exception as error:  # noqa: BLE001  # whatever an edit breaks, the preview stays
            self._unfinished = explained(error, "data")
        else:
            self._unfinished = ()
        self._announce()

    def outdate(self, *problems: Problem) -> None:
        """Say what keeps new code of kbgen from being loaded: shown until this is called again, or the new code takes over."""
        self._outdated = problems
        self._announce()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the files as they are from becoming a site."""
        return tuple(dict.fromkeys((*self._outdated, *self._refused, *self._unfinished)))

    def page(self, address: str) -> Shown | None:
        """The page at an address as it is now, or as it last could be made, with what is wrong. None if there is none."""
        with self._turn:
            generation, last = self._shown.get(address, (-1, None))
            if generation == self.generation:
                return last
            found = self._page(address, last)
            if found is None:
                self._shown.pop(address, None)
            else:
                self._shown[address] = self.generation, found
            return found

    def file(self, address: str) -> bytes | None:
        """Any other file of the site."""
        with self._turn:
            language, place = _language(address)
            found = self._host(language).file(place)
            return Path(found.abs_src_path).read_bytes() if found and found.abs_src_path else None

    def lost(self) -> str:
        """The page for addresses that lead nowhere."""
        with self._turn:
            return self._host(FIRST).lost()

    @contextmanager
    def watched(self, address: str) -> Iterator[None]:
        """While a browser has the page open, it is made before others."""
        with self.news:
            self._open[address] += 1
        try:
            yield
        finally:
            with self.news:
                self._open[address] -= 1

    def _opened(self) -> list[str]:
        with self.news:
            self._open = +self._open  # without those that nobody has open
            return list(self._open)

    def told(self, address: str) -> dict[str, object]:
        """What the browser that shows a page should know: the hash of the page, and everything that is wrong."""
        found = self.page(address)
        problems = [*self.problems, *(found.problems if found else ())]
        return {"digest": found.digest if found else "", "problems": [str(each) for each in dict.fromkeys(problems)]}

    def is_ours(self, path: Path) -> bool:
        """Whether a file of docs/ is one that kbgen writes."""
        return any(path.is_relative_to(folder) and _name(folder, path) in names for folder, names in self._names.items())

    def changed_by_others(self, paths: Collection[Path]) -> set[Path]:
        """Those files that do not stand as kbgen wrote them: notes, data, code, and generated files that somebody changed."""
        with self._turn:
            written = {folder: vault.written(folder) for folder in self._vaults()}
            return {path for path in paths if path.name != vault.MANIFEST and not _stands(path, written)}

    def _read(self, changed: Collection[Path]) -> Snapshot:
        """The state that the files describe now; only what has changed is read. Raises Problems."""
        if any(path.suffix == ".j2" for path in changed):
            forget_templates()
        if any(path.parent == self.root for path in changed):
            self._hosts.clear()
        before = self._snapshot
        data, docs = (any(path.is_relative_to(self.root / folder) for path in changed) for folder in ("data", "docs"))
        known = before.known if before and not data else base(self.root, self._memo, Clock())
        if before and not docs:
            same = outline(known.kb) == outline(before.known.kb)
            return Snapshot(known, before.notes, by_hand=before.by_hand if same else {})
        own = {folder.name: byhand.split(folder, self._names[folder]) for folder in self._vaults()}
        notes, unread = ({language: found[i] for language, found in own.items()} for i in (0, 1))
        if self._written and (found := list(problems_by_hand(known, notes, unread, self._written))):
            raise Problems(found)
        self._list_anew()
        return Snapshot(known, notes)

    def _dress(self, snapshot: Snapshot) -> None:
        """Bring style and scripts up to date."""
        for language, book in snapshot.known.books.items():
            self._put(self.root / "docs" / language, {**dict(style()), "assets/kb.js": script(book)})

    def _think_ahead(self, clock: Impatient) -> None:
        """Make pages one by one, so that a change need not wait for all of them: the memo keeps what is done."""
        if self._snapshot:
            for language in LANGUAGES:
                for path in clock.each(entry_paths(self._snapshot.known.kb).values()):
                    self._snapshot.text(language, path)

    def _page(self, address: str, last: Shown | None) -> Shown | None:
        language, place = _language(address)
        note = str(Path(place).with_suffix(".md"))
        try:
            file = self._host(language).file(place) if self._settle(language, note) else None
            if file is None or not file.is_documentation_page():
                return None
            html, said = self._host(language).render(file)
            folder = address.rpartition("/")[0] or "."
            html = with_hashes(folder, html.encode(), lambda path: _short(self.file(path) or b"")).decode()
        except Exception as error:  # noqa: BLE001  # the page stays as it was, with the reason
            problems = explained(error, f"docs/{language}/{note}")
            return replace(last or Shown(WAITING), problems=problems)
        return Shown(html, tuple(Problem(f"docs/{language}/{note}", 1, each, "kbgen build refuses it") for each in said))

    def _settle(self, language: str, path: str) -> bool:
        """Bring one page of docs/ up to date, if the state is known. Whether the page is still wanted. Raises Problems."""
        if self._snapshot is None or self._snapshot.whole or (language, path) in self._snapshot.settled:
            return True
        folder = self.root / "docs" / language
        text, ours = self._snapshot.text(language, path), path in self._names.get(folder, ())
        if text is None:
            return not ours
        if not ours:
            self._names = {**self._names, folder: {*self._names.get(folder, ()), path}}
            self._list_anew()
        self._put(folder, {path: text.encode()})
        self._snapshot.settled.add((language, path))
        return True

    def _put(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Write files ahead of the rest: docs/ is no longer what any run has noted, even if the change is taken back."""
        with locked(self.root):
            (self.root / STAMP).unlink(missing_ok=True)
            vault.put(folder, files)

    def _announce(self) -> None:
        with self.news:
            self.announced += 1
            self.news.notify_all()

    def _host(self, language: str) -> Host:
        if language not in self._hosts:
            self._hosts[language] = Host(self.root, language)
        return self._hosts[language]

    def _list_anew(self) -> None:
        for host in self._hosts.values():
            host.list_anew()

    def _vaults(self) -> list[Path]:
        return [self.root / "docs" / language for language in LANGUAGES]


def _language(address: str) -> tuple[str, str]:
    """The language of an address, and the address below the root of that language."""
    head, _, rest = address.partition("/")
    return (head, rest) if head in LANGUAGES and head != FIRST else (FIRST, address)


def _stands(path: Path, written: Mapping[Path, Mapping[str, str]]) -> bool:
    """Whether a file is as it was written, by the hash in the manifest of its folder."""
    known = next((hashes.get(_name(folder, path)) for folder, hashes in written.items() if path.is_relative_to(folder)), None)
    try:
        return known is not None and digest(path.read_bytes()).startswith(known)
    except OSError:  # removed
        return False


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


@lru_cache(maxsize=64)
def _short(content: bytes) -> str:
    """The hash of a part as `offline` writes it into addresses."""
    return hashlib.sha256(content).hexdigest()[:12]
