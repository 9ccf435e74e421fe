"""From saving a file to its change in the browser: p50 and p95 of the preview, beside both hosts on the same pages.

`make bench-serve`. Everything runs in a temporary copy of the project, and a real browser looks at the page that shows the change.
The figures depend on the machine and on what else runs on it; they are printed beside the budget and never judged.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from browsing import ARGUMENTS, CHROMIUM
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
COPIED = ("data", "docs", "kbgen", ".kbgen")
EDITS, HOST_EDITS = (int(os.environ.get(name, count)) for name, count in (("EDITS", 20), ("HOST_EDITS", 3)))
BUDGET = 1.0
WORD = "Qwertz"
REST = 2.0
"""Seconds between two edits: some of them meet the rest of the build that the one before has begun."""

Kind = tuple[str, str, str, str]
KINDS: dict[str, Kind] = {
    "a word of a loss (YAML)": ("data/losses/huber.yml", r"(?m)^  en: (?=\w)", "  en: {word} ", "en/losses/huber.html"),
    "a word of a term (YAML)": ("data/terms/metric.yml", r"(?m)^  en: (?=\w)", "  en: {word} ", "en/terms/metric.html"),
    "a note by hand": ("docs/en/guides/index.md", r"\n# ", "\n{word}\n\n# ", "en/guides/index.html"),
    "a template": ("kbgen/templates/definition.md.j2", r"\A", "{word}\n\n", "en/losses/huber.html"),
    "a template of the theme": (
        "kbgen/theme/main.html",
        r"(?=<article)",
        "<article><p>{word}</p></article>",
        "en/losses/huber.html",
    ),
}
"""What is edited: the file, where, what comes there, and the page that shows it."""
SHOWS = "([word, wanted]) => (document.querySelector('article')?.textContent ?? '').includes(word) === wanted"
NOTE: Kind = ("docs/en/guides/index.md", r"\n# ", "\n{word}\n\n# ", "guides/index.html")
HOSTS = {"mkdocs": ("serve", "--quiet", "-f", "mkdocs.en.yml", "-a"), "zensical": ("serve", "-f", "mkdocs.en.yml", "-a")}


def main() -> None:
    """Measure, and print a line per kind of edit."""
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; seconds from saving a file to its word in Chromium\n", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="kbgen-bench-") as folder, sync_playwright() as playwright:
        copy = Path(folder) / "kbgen"
        copy_project(copy)
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS).new_page()
        ours = preview(copy, page)
        print(flush=True)
        for host in HOSTS:
            seconds = with_host(copy, page, host)
            ratio = median(seconds) / median(ours)
            print(f"{host + ' serve, one language':28} p50 {median(seconds):6.2f} s   {ratio:5.0f} times the preview", flush=True)


def copy_project(copy: Path) -> None:
    """The files that a build reads, and what the last one kept."""
    ignored = shutil.ignore_patterns("__pycache__", "site", "digests", "docs.stamp")
    for name in COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for path in ROOT.glob("mkdocs*.yml"):
        shutil.copy2(path, copy)
    if (ROOT / ".git").exists():
        (copy / ".git").symlink_to(ROOT / ".git")


def preview(copy: Path, page: Page) -> list[float]:
    """Print the figures of every kind of edit; those of a note by hand."""
    found = {}
    with running(copy, "kbgen", "serve", "--port") as address:
        for name, kind in KINDS.items():
            found[name] = sorted(edits(copy, page, address, kind, EDITS))
            p95 = quantiles(found[name], n=20)[-1]
            line = f"{name:28} p50 {median(found[name]):6.2f} s   p95 {p95:6.2f} s   {100 * p95 / BUDGET:4.0f} % of {BUDGET:g} s"
            print(f"{line}   ({EDITS} edits, {found[name][0]:.2f} to {found[name][-1]:.2f})", flush=True)
    return found["a note by hand"]


def with_host(copy: Path, page: Page, host: str) -> list[float]:
    """The same edit of a note, in the preview of a host."""
    with running(copy, host, *HOSTS[host], before="127.0.0.1:") as address:
        return list(edits(copy, page, address, NOTE, HOST_EDITS))


@contextlib.contextmanager
def running(copy: Path, *command: str, before: str = "") -> Iterator[str]:
    """The address of a program that serves, once it answers; ended as with Ctrl+C."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(copy), "NO_MKDOCS_2_WARNING": "1"}
    environment |= {f"KBGEN_SITE_{language}": f".kbgen/bench/{language}" for language in ("ZH", "EN")}
    line = [sys.executable, "-m", *command, f"{before}{port}"]
    log = copy / f"{command[0]}.log"
    program = subprocess.Popen(line, cwd=copy, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(3000):
            with contextlib.suppress(OSError), urllib.request.urlopen(address):
                break
            time.sleep(0.1)
        yield address
    except BaseException:
        print(log.read_text(encoding="utf-8")[-2000:])
        raise
    finally:
        program.send_signal(signal.SIGINT)
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()


def edits(copy: Path, page: Page, address: str, kind: Kind, count: int) -> Iterator[float]:
    """Seconds from saving an edit until the browser shows it, one after the other; the file is as before in the end."""
    path, pattern, instead, where = kind
    before = (copy / path).read_text(encoding="utf-8")
    page.goto(address + where, timeout=120000)
    time.sleep(5)  # the first look at everything
    for number in range(count):
        word = f"{WORD}{number}x"
        after, found = re.subn(pattern, lambda _, word=word: instead.format(word=word), before, count=1)  # type: ignore[misc]
        assert found, path
        begin = time.perf_counter()
        (copy / path).write_text(after, encoding="utf-8")
        page.wait_for_function(SHOWS, arg=[word, True], polling=20, timeout=180000)
        yield time.perf_counter() - begin
        time.sleep(REST)
    (copy / path).write_text(before, encoding="utf-8")
    page.wait_for_function(SHOWS, arg=[word, False], polling=20, timeout=180000)
    time.sleep(REST)


if __name__ == "__main__":
    main()
