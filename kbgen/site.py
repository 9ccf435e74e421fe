"""docs/ -> site/: runs the host once per language, side by side, and puts the result in place of the last good one."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kbgen.clock import Clock
from kbgen.errors import Problem, Problems
from kbgen.offline import PARTS, finish

CONFIGS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
HOSTS = {
    "mkdocs": ("mkdocs", "build", "--quiet", "--strict", "--config-file"),
    "zensical": ("zensical", "build", "--config-file"),
}
UNUSED = (
    "*.map", "assets/javascripts/lunr", "assets/javascripts/workers", "sitemap.xml.gz", ".kbgen.json", ".obsidian",
    "objects.inv", "terms.json",
)  # fmt: skip


def publish(root: Path, host: str = "mkdocs", *, site: Path | None = None, clock: Clock | None = None) -> list[str]:
    """Bring site/ up to date with docs/. Returns the languages that were rendered anew.

    A language whose pages, theme and configuration are unchanged keeps its last rendering. Raises Problems, with site/ as it
    was, if the host refuses a page.
    """
    if find_spec(host) is None:
        raise Problems([Problem("Makefile", 1, f"the host {host} is not installed", f"run: make build HOST={host}")])
    clock, site, stage = clock or Clock(), site or root / "site", root / ".kbgen" / "site" / host
    states = {language: _state(root, language, host) for language in CONFIGS}
    stale = [language for language, state in states.items() if not _fresh(stage / language, state)]
    clock.lap("compare")
    shutil.rmtree(root / ".cache", ignore_errors=True)  # Zensical's: it keeps pages whose pictures have changed
    with ThreadPoolExecutor() as pool:
        failures = [p for p in pool.map(lambda language: _render(root, language, host, stage / language), stale) if p]
    if failures:
        raise Problems(failures)
    clock.lap(host)
    for language in stale:
        (stage / f"{language}.json").write_text(json.dumps(states[language]), encoding="utf-8")
    standing = {"host": host, **states}
    if not (site / "index.html").is_file() or _recorded(_record_of(stage, site)) != standing:
        _swap(stage, site, {language: root / name for language, name in CONFIGS.items()})
        _record_of(stage, site).write_text(json.dumps(standing), encoding="utf-8")
    clock.lap("publish")
    return stale


def _render(root: Path, language: str, host: str, target: Path) -> Problem | None:
    """Run the host into `target`; what it said if it failed."""
    shutil.rmtree(target, ignore_errors=True)
    (target.parent / f"{target.name}.json").unlink(missing_ok=True)
    # A relative path: Zensical takes no other.
    where = os.path.relpath(target, root)
    environment = {**os.environ, f"KBGEN_SITE_{language.upper()}": where, "NO_MKDOCS_2_WARNING": "1", **_addresses()}
    command = [sys.executable, "-m", *HOSTS[host], CONFIGS[language]]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if run.returncode or not (target / "index.html").is_file():
        said = (run.stderr + run.stdout).strip().splitlines()
        reason = next((line for line in reversed(said) if "Error" in line), said[-1] if said else "no output")
        return Problem(CONFIGS[language], 1, f"{host} could not render the pages: {reason.strip()}", "\n    ".join(said[-8:]))
    for pattern in UNUSED:
        for path in list(target.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for index in target.rglob("search.json"):  # Zensical's script asks for it on every page, and our search needs none of it
        index.write_text(json.dumps({**json.loads(index.read_text(encoding="utf-8")), "items": []}), encoding="utf-8")
    return None


def _addresses() -> Mapping[str, str]:
    """The public address, if the builder gave one: canonical links and the site map need it."""
    address = os.environ.get("KBGEN_SITE_URL", "")
    return {"KBGEN_SITE_URL_EN": address.rstrip("/") + "/en/"} if address else {}


def _fresh(target: Path, state: str) -> bool:
    return target.is_dir() and _recorded(target.parent / f"{target.name}.json") == state


def _recorded(file: Path) -> object:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _record_of(stage: Path, site: Path) -> Path:
    """Where it is noted which rendering stands in `site`: beside the stages, so that nothing of it is published."""
    return stage.parent / f"{hashlib.sha256(str(site.resolve()).encode()).hexdigest()[:8]}.json"


def _state(root: Path, language: str, host: str) -> str:
    """A hash of everything that decides the pages of a language, once docs/ is written."""
    digest = hashlib.sha256(f"{host} {version(host)} {os.environ.get('KBGEN_SITE_URL')}".encode())
    folders = [root / "docs" / language, Path(__file__).parent / "theme", PARTS]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    files += [root / name for name in CONFIGS.values()]
    own = ("matcher.py", "links.py", "notes.py", "safety.py", "tex.py", "site.py", "offline.py")
    files += [Path(__file__).with_name(name) for name in own]
    files += sorted(Path(__file__).parent.glob("obsidian/*.py"))
    for path in files:
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _swap(stage: Path, site: Path, configs: Mapping[str, Path]) -> None:
    """Put both languages together beside `site`, finish them, then let them take its place in one step."""
    fresh, old = site.with_name(f"{site.name}.new"), site.with_name(f"{site.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(stage / "zh", fresh, copy_function=os.link)
    shutil.copytree(stage / "en", fresh / "en", copy_function=os.link)
    (fresh / "en" / "404.html").unlink(missing_ok=True)  # servers know one page for lost readers, and it speaks both languages
    finish(fresh, configs)
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    shutil.rmtree(old, ignore_errors=True)
