"""docs/ -> site/: runs the host once per language, side by side, and puts the result in place of the last good one."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

from kbgen.byhand import withheld
from kbgen.cache import Digests, digest, files_below, write
from kbgen.clock import Clock
from kbgen.errors import Problem, Problems
from kbgen.exports.formats import Stock, published
from kbgen.exports.llms import text_files
from kbgen.fresh import NOTED
from kbgen.lock import locked
from kbgen.offline import PARTS, finish
from kbgen.shown import FILES

HERE = Path(__file__).parent
CONFIGS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
HOSTS = {
    "mkdocs": ("kbgen.host",),
    "zensical": ("zensical", "build", "--config-file"),
}
START = "import gc, runpy, sys; gc.disable(); del sys.argv[0]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
"""As `python -m` does, but without collecting what has no use any more: that costs a twentieth of the time."""
DOWNLOADS = "downloads"
DECIDING = ("jinja2", "markdown", "math-core", "mkdocs-material", "pygments", "pymdown-extensions")
"""Packages that decide what a host makes of a page."""
OWN = (
    "exports/llms.py", "exports/texts.py", "host.py", "links.py", "listings.py", "matcher.py", "notes.py", "offline.py",
    "safety.py", "shown.py", "site.py", "tex.py",
)  # fmt: skip
"""What hosts, and this module, use beside the extension."""
UNUSED = (
    "*.map", "assets/javascripts/lunr", "assets/javascripts/workers", "sitemap.xml.gz", ".kbgen.json", ".obsidian",
    "objects.inv", "terms.json", "repository.json",
)  # fmt: skip
URL = re.compile(r"\s*<url>\s*<loc>([^<]*)</loc>.*?</url>", re.S)


def publish(root: Path, host: str = "mkdocs", *, site: Path | None = None, clock: Clock | None = None) -> list[str]:
    """Bring site/ up to date with docs/. Returns the languages that were rendered anew.

    A language whose pages, theme and configuration are unchanged keeps its last rendering. Raises Problems, with site/ as it
    was, if the host refuses a page.
    """
    if find_spec(host) is None:
        raise Problems([Problem("Makefile", 1, f"the host {host} is not installed", f"run: make build HOST={host}")])
    with locked(root) as lock:
        return _publish(root, host, site or root / "site", clock or Clock(), lock)


def _publish(root: Path, host: str, site: Path, clock: Clock, lock: int) -> list[str]:
    stage = root / ".kbgen" / "site" / host
    _recover(site)
    digests = Digests(root / NOTED)
    states = {language: _state(root, language, host, digests) for language in CONFIGS}
    stale = [language for language, state in states.items() if not _fresh(stage / language, state)]
    clock.lap("compare")
    shutil.rmtree(root / ".cache", ignore_errors=True)  # Zensical's: it keeps pages whose pictures have changed
    offered = _offered(root, states, digests)
    with ThreadPoolExecutor() as pool:
        rendered = pool.map(lambda language: _render(root, language, host, stage / language, lock), stale)
        # The host is a process of its own, and often a core is free. Here, since only this thread hears of Ctrl+C.
        stock = Stock(root, os.environ.get("KBGEN_SITE_URL", ""))
        _offer(stock, stage / DOWNLOADS, offered)
        twins = {language: _twins(stock, language) for language in stale}
    if failures := [problem for problem in rendered if problem]:
        raise Problems(failures)
    clock.lap(host)
    for language in stale:
        for name, content in twins[language]:
            write(stage / language / name, content)
        write(stage / f"{language}.json", json.dumps(states[language]).encode())
    standing = {"host": host, **states, DOWNLOADS: offered}
    if not (site / "index.html").is_file() or _recorded(_record_of(stage, site)) != standing:
        _record_of(stage, site).unlink(missing_ok=True)  # a run that is killed from here on leaves nobody in the belief
        _swap(stage, site, {language: root / name for language, name in CONFIGS.items()})
        write(_record_of(stage, site), json.dumps(standing).encode())
    clock.lap("publish")
    return stale


def _render(root: Path, language: str, host: str, target: Path, lock: int) -> Problem | None:
    """Run the host into `target`; what it said if it failed. A host that outlives this run keeps the lock until it ends."""
    (target.parent / f"{target.name}.json").unlink(missing_ok=True)  # first: half a rendering must not count as one
    shutil.rmtree(target, ignore_errors=True)
    shown = _shown(target)
    # A relative path: Zensical takes no other.
    where = os.path.relpath(target, root)
    environment = {
        **os.environ,
        f"KBGEN_SITE_{language.upper()}": where,
        FILES: str(shown),
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUTF8": "1",
        **addresses(),
    }
    command = [sys.executable, "-c", START, *HOSTS[host], CONFIGS[language]]
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, check=False, pass_fds=[lock], encoding="utf-8", errors="replace"
    )
    if run.returncode or not (target / "index.html").is_file():
        said = (run.stderr + run.stdout).strip().splitlines()
        reason = next((line for line in reversed(said) if "Error" in line), said[-1] if said else "no output")
        return Problem(CONFIGS[language], 1, f"{host} could not render the pages: {reason.strip()}", "\n    ".join(said[-8:]))
    for pattern in UNUSED:
        for path in [*target.rglob(pattern), *shown.rglob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _withhold(root / "docs" / language, target)
    for index in target.rglob("search.json"):  # Zensical's script asks for it on every page, and our search needs none of it
        index.write_text(json.dumps({**json.loads(index.read_text(encoding="utf-8")), "items": []}), encoding="utf-8")
    return None


def _shown(target: Path) -> Path:
    """Where MkDocs puts what pages show (`kbgen.host`); other hosts put it into the target."""
    return target.with_name(f"{target.name}.files")


def _twins(stock: Stock, language: str) -> list[tuple[str, bytes]]:
    """What stands beside the pages for programs that read text: each page as Markdown, and a list of all."""
    return list(text_files(stock.vaults[language], stock.place(language)))


def _offered(root: Path, states: Mapping[str, str], digests: Digests) -> str:
    """A hash of everything that decides what readers can take along: pages, code, and data, not all of which pages show."""
    paths = [path for folder in (root / "data", HERE) for path in files_below(folder) if path.endswith((".yml", ".py"))]
    return digest(json.dumps(states), *(digests.of(path) or "" for path in paths))


def _offer(stock: Stock, folder: Path, state: str) -> None:
    """Write what readers can take along, unless it is there."""
    if _fresh(folder, state):
        return
    folder.with_suffix(".json").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # hard links to what was published, which stays as it is
    folder.mkdir(parents=True)
    for name, content in published(stock).items():
        (folder / name).write_bytes(content)
    folder.with_suffix(".json").write_text(json.dumps(state), encoding="utf-8")


def _withhold(vault: Path, target: Path) -> None:
    """Take out what the host made of notes that are not published: their pages, and their lines in the site map."""
    pages = tuple(f"/{path.removesuffix('.md')}.html" for path in withheld(vault))
    for page in pages:
        (target / page[1:]).unlink(missing_ok=True)
    for site_map in target.glob("sitemap.xml") if pages else ():
        text = site_map.read_text(encoding="utf-8")
        site_map.write_text(URL.sub(lambda url: "" if unquote(url[1]).endswith(pages) else url[0], text), encoding="utf-8")


def addresses() -> Mapping[str, str]:
    """The public address, if the builder gave one: canonical links and the site map need it."""
    address = os.environ.get("KBGEN_SITE_URL", "")
    return {"KBGEN_SITE_URL_EN": address.rstrip("/") + "/en/"} if address else {}


def _fresh(target: Path, state: str) -> bool:
    return target.is_dir() and _recorded(target.parent / f"{target.name}.json") == state


def _recorded(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _record_of(stage: Path, site: Path) -> Path:
    """Where it is noted which rendering stands in `site`: beside the stages, so that nothing of it is published."""
    return stage.parent / f"{hashlib.sha256(str(site.resolve()).encode()).hexdigest()[:8]}.json"


def _state(root: Path, language: str, host: str, digests: Digests) -> str:
    """A hash of everything that decides the pages of a language, once docs/ is written."""
    given = (*(f"{package} {version(package)}" for package in (host, *DECIDING)), os.environ.get("KBGEN_SITE_URL", ""))
    files = [
        path for folder in (root / "docs" / language, HERE / "theme", PARTS, HERE / "obsidian") for path in files_below(folder)
    ]
    files += [str(path) for path in (*(root / name for name in CONFIGS.values()), *(HERE / name for name in OWN))]
    return digest(*given, *(part for path in files if not path.endswith(".pyc") for part in (path, digests.of(path) or "")))


def _swap(stage: Path, site: Path, configs: Mapping[str, Path]) -> None:
    """Put both languages together beside `site`, finish them, then let them take its place in one step."""
    fresh, old = site.with_name(f"{site.name}.new"), site.with_name(f"{site.name}.old")
    for leftover in (fresh, old):
        _remove(leftover)
    for rendered, place in ((stage / "zh", fresh), (stage / "en", fresh / "en"), (stage / DOWNLOADS, fresh / DOWNLOADS)):
        for folder in (rendered, _shown(rendered)):
            if folder.is_dir():
                shutil.copytree(folder, place, copy_function=_link, dirs_exist_ok=True)
    (fresh / "en" / "404.html").unlink(missing_ok=True)  # servers know one page for lost readers, and it speaks both languages
    finish(fresh, configs)
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    _remove(old)


def _link(file: str, place: str) -> None:
    """Let a file stand in a second place too, unless a page does: a note wins over an HTML file beside it."""
    with suppress(FileExistsError):
        os.link(file, place)


def _recover(site: Path) -> None:
    """Bring back the last good site, if a run was killed between the two renames of `_swap`."""
    old = site.with_name(f"{site.name}.old")
    if old.is_dir() and not site.exists():
        old.rename(site)


def _remove(path: Path) -> None:
    """Remove a folder, or what stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
