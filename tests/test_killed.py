"""A run that ends at any moment, by a signal or by a full disk, leaves a tree from which the next makes what a clean one makes."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import hostile
import pytest
from conftest import ROOT

from kbgen import cache, site
from kbgen.build import write_docs
from kbgen.cache import Digests, write
from kbgen.cli import INTERRUPTED, main
from kbgen.errors import Problem, Problems
from kbgen.fresh import is_fresh
from kbgen.lock import busy, locked
from kbgen.site import publish
from kbgen.vault import sync_all

WRITES = ("write_bytes", "write_text", "rename", "unlink", "mkdir", "rmdir", "touch")
"""By which this code changes a tree, as methods of Path; `replace` and what else stands below `Path` is watched there."""
OLD = {"a.md": b"1", "b.md": b"1", "gone/c.md": b"1", "same.md": b"1"}
NEW = {"a.md": b"2", "b.md": b"1", "new/d.md": b"2", "same.md": b"1"}


class KilledError(BaseException):
    """What no code catches, as it catches no signal."""


class Breaker:
    """Lets `count` writes happen; the one after them is cut in half and raises."""

    def __init__(self, patch: pytest.MonkeyPatch, error: BaseException) -> None:
        self.left = 10**9
        self.error = error
        for name in WRITES:
            patch.setattr(Path, name, self.around(getattr(Path, name)))
        patch.setattr(shutil, "rmtree", self.around(shutil.rmtree))
        for name in ("link", "replace"):
            patch.setattr(os, name, self.around(getattr(os, name)))
        patch.setattr(cache, "write_file", self.around(cache.write_file))

    def around(self, method):
        def call(*arguments, **options):
            self.left -= 1
            if self.left < 0:
                self.left = 10**9
                if method.__name__.startswith("write_"):
                    half = arguments[1][: len(arguments[1]) // 2]
                    method(arguments[0], half, **options)
                if method.__name__ == "rmtree" and Path(arguments[0]).is_dir():
                    for path in sorted(Path(arguments[0]).rglob("*.html"))[:1]:
                        os.remove(path)  # noqa: PTH107  # Path.unlink is what is watched
                raise self.error
            return method(*arguments, **options)

        return call


FULL = OSError(errno.ENOSPC, "No space left on device", "x")


@pytest.fixture(params=[pytest.param(KilledError(), id="killed"), pytest.param(FULL, id="full", marks=pytest.mark.thorough)])
def breaker(request, monkeypatch) -> Breaker:
    return Breaker(monkeypatch, request.param)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def breaks(breaker: Breaker, count: int, run) -> bool:
    """Whether a run was stopped by its write number `count`."""
    breaker.left = count
    try:
        run()
    except type(breaker.error):
        return True
    finally:
        breaker.left = 10**9
    return False


@pytest.mark.parametrize("then", [OLD, NEW], ids=["back", "on"])
def test_files_of_a_run_that_was_stopped_are_still_ours(tmp_path, breaker, then):
    sync_all({tmp_path / "clean": then}, Digests())
    count, stopped = 0, True
    while stopped:
        folder = tmp_path / str(count)
        sync_all({folder: OLD}, Digests())
        stopped = breaks(breaker, count, lambda folder=folder: sync_all({folder: NEW}, Digests()))
        if stopped and count % 2:  # a second run is stopped too, a little later
            breaks(breaker, count // 2, lambda folder=folder: sync_all({folder: then}, Digests()))
        sync_all({folder: then}, Digests())
        assert tree(folder) == tree(tmp_path / "clean"), count
        count += 1
    assert count > 12


def test_what_a_person_changed_meanwhile_is_not_taken_for_ours(tmp_path, monkeypatch):
    breaker = Breaker(monkeypatch, KilledError())
    sync_all({tmp_path: OLD}, Digests())
    assert breaks(breaker, 6, lambda: sync_all({tmp_path: NEW}, Digests()))
    (tmp_path / "a.md").write_bytes(b"mine")
    with pytest.raises(Problems):
        sync_all({tmp_path: NEW}, Digests())
    assert (tmp_path / "a.md").read_bytes() == b"mine"


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    """A base with a file of every kind, and nothing but the code that it needs."""
    hostile.write_base(tmp_path)
    hostile.alone(monkeypatch.setattr)
    hostile.prove(tmp_path)
    hostile.share(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(base: Path) -> None:
    """Change an entry, add one, remove one."""
    path = base / "data/terms/residual.yml"
    (base / "data/terms/added.yml").write_text(
        path.read_text(encoding="utf-8")
        .replace("残差, en: Residual", "新词, en: Added")
        .replace("余差", "新")
        .replace("error of", "sum of"),
        encoding="utf-8",
    )
    path.write_text(path.read_text(encoding="utf-8").replace("One sentence.", "Another sentence."), encoding="utf-8")
    (base / "data/optimizers/sgd.yml").unlink()
    (base / "data/optimizers/sgd.yml").write_text(hostile.SGD.replace("Use.", "Use it."), encoding="utf-8")


def test_docs_after_a_stopped_run_are_those_of_a_clean_one(base, breaker):
    """Forwards, and back to the data of before: files of the run that was stopped must not be taken for pages by hand."""
    write_docs(base)
    before, data = tree(base / "docs"), tree(base / "data")
    edit(base)
    write_docs(base)
    after, edited = tree(base / "docs"), tree(base / "data")
    assert before != after
    for count in (0, 1, 3, 10, 40, 90, 120):
        for start, end in ((data, edited), (edited, data)):
            put(base / "data", start)
            write_docs(base)
            put(base / "data", end)
            breaks(breaker, count, lambda: write_docs(base))
            for given, wanted in ((start, before if start == data else after), (end, after if start == data else before)):
                put(base / "data", given)
                if not is_fresh(base):
                    write_docs(base)
                assert tree(base / "docs") == wanted, count


def put(folder: Path, content: dict[str, bytes]) -> None:
    for name in tree(folder).keys() - content.keys():
        (folder / name).unlink()
    for name, given in content.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != given:
            (folder / name).write_bytes(given)


@pytest.fixture
def host(base, monkeypatch):
    """A host that copies notes: what is tested is what stands around it."""

    def render(root, language, _host, target, _lock):
        (target.parent / f"{target.name}.json").unlink(missing_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in sorted((root / "docs" / language).glob("*.md")):
            (target / f"{path.stem}.html").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    monkeypatch.setattr(site, "_render", render)
    return base


@pytest.mark.thorough
def test_the_site_after_a_stopped_run_is_that_of_a_clean_one(host, monkeypatch):
    pages = {name: (host / "docs" / name).read_bytes() for name in ("zh/index.md", "en/index.md")}
    edited = {name: content + b"more\n" for name, content in pages.items()}
    wanted = {}
    for name, given in (("old", pages), ("new", edited)):
        put_pages(host, given)
        publish(host)
        wanted[name] = tree(host / "site")
    breaker, count, stopped = Breaker(monkeypatch, KilledError()), 0, True
    while stopped:
        put_pages(host, pages)
        publish(host)
        put_pages(host, edited)
        stopped = breaks(breaker, count, lambda: publish(host))
        standing = host / "site" if (host / "site").exists() else host / "site.old"
        assert tree(standing) in wanted.values(), f"{count}: neither the last good site nor the new one"
        for given, name in ((pages, "old"), (edited, "new"))[count % 2 :]:
            put_pages(host, given)
            publish(host)
            assert tree(host / "site") == wanted[name], count
        assert not (host / "site.old").exists() and not (host / "site.new").exists()
        count += 1
    assert count > 20


def test_the_last_good_site_comes_back_even_if_no_new_one_can_be_made(host, monkeypatch):
    publish(host)
    good = tree(host / "site")
    (host / "site").rename(host / "site.old")  # a run was killed between two renames
    put_pages(host, {"zh/index.md": b"broken"})
    monkeypatch.setattr(site, "_render", lambda *_: Problem("mkdocs.yml", 1, "the host is out of order"))
    with pytest.raises(Problems):
        publish(host)
    assert tree(host / "site") == good


def test_helpers_end_with_a_run_that_is_killed(tmp_path):
    """A run that is killed can tell its helpers nothing; they would wait for work until the machine is switched off."""
    part = "import os, pathlib, time; pathlib.Path(f'{os.getpid()}.pid').touch(); time.sleep(120)"
    (tmp_path / "part.py").write_text(part, encoding="utf-8")
    code = (
        "import functools, pathlib, runpy; from kbgen.parts import Part, keep; make = functools.partial(runpy.run_path, 'part.py')"
    )
    code += "; keep([Part(str(i), pathlib.Path(str(i)), make) for i in range(100)])"
    run = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        until(lambda: any(tmp_path.glob("*.pid")))
    finally:
        run.kill()
        run.wait()
    helpers = [int(path.stem) for path in tmp_path.glob("*.pid")]
    try:
        until(lambda: not any(map(alive, helpers)))
    finally:
        for helper in filter(alive, helpers):
            os.kill(helper, signal.SIGKILL)


def until(done, seconds=30.0):
    """Wait, but not for ever."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def put_pages(root: Path, content: dict[str, bytes]) -> None:
    for name, given in content.items():
        (root / "docs" / name).write_bytes(given)


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device", "x\x1b[31m"), PermissionError(errno.EACCES, "Permission denied", "docs")],
)
def test_a_full_disk_and_a_closed_folder_are_a_line(host, capsys, monkeypatch, error):
    assert main(["build"]) == 0
    good = tree(host / "site")
    edit(host)
    breaker = Breaker(monkeypatch, error)
    capsys.readouterr()
    for count in (0, 1, 30, 60):
        breaker.left = count
        assert main(["build"]) == 1
        breaker.left = 10**9
        said = capsys.readouterr().err
        assert error.strerror in said and said.count("\n") == 1 and "Traceback" not in said and "\x1b" not in said
        assert tree(host / "site") == good


def test_a_second_run_waits_or_says_so(base):
    with locked(base), pytest.raises(Problems) as refused, locked(base, 0.1):
        pytest.fail("two runs at once")
    assert "at work" in str(refused.value)
    assert not busy(base)


RUN = """
import sys, importlib
sys.path[:0] = [{tests!r}]
import hostile
from pathlib import Path
def patch(name, value):
    module, _, last = name.rpartition(".")
    setattr(importlib.import_module(module), last, value)
hostile.alone(patch)
from kbgen.build import write_docs
Path("started").touch()
write_docs(Path())
"""


def started(base: Path) -> subprocess.Popen[bytes]:
    (base / "started").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", RUN.format(tests=str(ROOT / "tests"))], cwd=base, env=environment)


def waited(base: Path) -> Iterator[None]:
    while not (base / "started").exists():
        time.sleep(0.01)
        yield


def test_a_killed_process_frees_the_folder_and_spoils_nothing(base):
    """Real signals, at moments that the machine chooses."""
    write_docs(base)
    edit(base)
    for pause in (0.05, 0.3):
        process = started(base)
        for _ in waited(base):
            assert process.poll() is None
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not busy(base)
    write_docs(base)
    shutil.copytree(base / "docs", base / "first")
    shutil.rmtree(base / "docs")
    for name in ("docs/zh/index.md", "docs/en/index.md", "docs/zh/笔记.md"):
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(hostile.FILES[name], encoding="utf-8")
    (base / ".kbgen/memo.db").unlink()
    write_docs(base)
    assert tree(base / "docs") == tree(base / "first")


DRAW = """
import signal, sys, time
from functools import partial
from pathlib import Path
from kbgen import cli, parts

signal.signal(signal.SIGINT, signal.default_int_handler)  # behind & a shell has it ignored, and so would all that tests start

def slow(name):
    Path("begun").touch()
    time.sleep(0.2)
    return b""

if __name__ == "__main__":
    wanted = [parts.Part(str(i), Path("kept", f"{i}.svg"), partial(slow, i)) for i in range(100)]
    cli.editing.finish_what_was_begun = lambda root: parts.keep(wanted)
    sys.exit(cli.main(["check"]))
"""


def test_ctrl_c_is_one_line_whatever_processes_are_at_work(tmp_path):
    """A real signal, to all processes of the command, as a terminal sends it."""
    (tmp_path / "draw.py").write_text(DRAW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "draw.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    while not (tmp_path / "begun").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[1] == b"interrupted; no file is left half written\n"
    assert process.returncode == INTERRUPTED
    assert len(list((tmp_path / "kept").glob("*"))) < 100


def test_an_interruption_leaves_a_file_as_it_was_and_nothing_beside_it(tmp_path, monkeypatch):
    file = tmp_path / "book.epub"
    write(file, b"old")
    Breaker(monkeypatch, KeyboardInterrupt()).left = 2  # the folder and the content; then the file would get its name
    with pytest.raises(KeyboardInterrupt):
        write(file, b"new")
    assert tree(tmp_path) == {"book.epub": b"old"}
