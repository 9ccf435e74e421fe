"""What a build and a page cost: figures and their share of the budget, never a verdict. `make bench`.

Builds run in a temporary copy of the project, so that nothing here is touched. The figures depend on the machine and on what else
runs on it.
"""

import gzip
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import lxml.html

ROOT = Path(__file__).parent.parent
ROUNDS = 3
COPIED = ("data", "docs", "kbgen", "mkdocs.yml", "mkdocs.en.yml")
GENERATED = ("losses", "terms", "optimizers", "indexes", "lab", "tables", "tools", "figures", "assets")
WORD = re.compile(r"^  en: (?=\w)", re.MULTILINE)  # the English everyday words, the first text of an entry at this depth
PAGES = ("losses/huber.html", "terms/outlier.html", "indexes/glossary_term_optimisation.html")

Seconds = dict[str, float]


def main() -> None:
    """Measure, and print a line per figure."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; median of {ROUNDS} (smallest to largest)\n")
    with tempfile.TemporaryDirectory(prefix="kbgen-bench-") as folder:
        copies = [Path(folder) / f"copy{number}" for number in range(ROUNDS)]
        for copy in copies:
            copy_project(copy)
        report("build, nothing cached", 30, "wall", [build(copy) for copy in copies])
        report("nothing changed", 2, "wall", rounds(copy, lambda _: None))
        report("a word of a term", 1, "docs", rounds(copy, lambda n: change_a_word(copy, "data/terms/metric.yml", n)))
        report("a word of a loss", 1, "docs", rounds(copy, lambda n: change_a_word(copy, "data/losses/huber.yml", n)))
        print()
        for path in PAGES:
            weigh(copy / "site", path)


def copy_project(copy: Path) -> None:
    """The files that a build reads, and nothing that one made. To remove that would make the build after it slower: see `shown`."""
    copy.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=made_by_a_build)
        else:
            shutil.copy2(source, copy / name)


def made_by_a_build(folder: str, names: list[str]) -> set[str]:
    """What of a folder is not copied."""
    generated = GENERATED if Path(folder).parent == ROOT / "docs" else ()
    return {"__pycache__", ".kbgen.json", *generated} & set(names)


def change_a_word(copy: Path, path: str, number: int) -> None:
    """Put a new word into an English text of an entry."""
    entry = copy / path
    text, count = WORD.subn(f"  en: Word{number} ", entry.read_text(encoding="utf-8"), count=1)
    assert count == 1, f"{entry} has no text to change"
    entry.write_text(text, encoding="utf-8")


def rounds(copy: Path, prepare: Callable[[int], None]) -> list[Seconds]:
    """What ROUNDS builds took, each after `prepare`."""
    found = []
    for number in range(ROUNDS):
        prepare(number)
        found.append(build(copy))
    return found


def build(copy: Path) -> Seconds:
    """What a build took."""
    start, busy = time.perf_counter(), processor()
    printed = subprocess.run([sys.executable, "-m", "kbgen", "build"], cwd=copy, capture_output=True, text=True, check=True).stdout
    stages = {stage: float(seconds) for stage, seconds in re.findall(r"^(\w+)/:.*?; ([\d.]+) s", printed, re.MULTILINE)}
    return {"wall": time.perf_counter() - start, "cpu": processor() - busy, **stages}


def processor() -> float:
    """Seconds that the processors have spent on builds so far, the host included; what else runs shakes them less."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(what: str, budget: float, decided_by: str, found: list[Seconds]) -> None:
    """One line: every stage, and the one that the budget is for beside its budget."""
    shown = []
    for stage in found[0]:
        values = sorted(seconds[stage] for seconds in found)
        shown.append(f"{stage} {median(values):5.2f} s ({values[0]:.2f} to {values[-1]:.2f})")
    share = median(seconds[decided_by] for seconds in found) / budget
    print(f"{what:24} {'   '.join(shown)}   {decided_by} is {share:.2f} of {budget:g} s")


def weigh(site: Path, path: str) -> None:
    """One line: a page, raw and packed; what the first visit transfers and what the next one does."""
    page = lxml.html.fromstring((site / path).read_bytes())
    loaded = page.xpath("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    files = {((site / path).parent / unquote(address.partition("?")[0])).resolve() for address in loaded}
    html = packed(site / path)
    first = html + sum(map(packed, files))
    sizes = f"HTML {(site / path).stat().st_size / 1000:6.1f} kB, {html / 1000:5.1f} gzip"
    print(f"{path:24} {sizes}   first visit {budgeted(first, 200)}   next {budgeted(html, 40)}")


def budgeted(size: int, budget: int) -> str:
    """A size beside its budget in kB."""
    return f"{size / 1000:5.1f} kB, {size / 1000 / budget:.2f} of {budget}"


def packed(path: Path) -> int:
    """What a server that packs would send."""
    return len(gzip.compress(path.read_bytes(), 6))


if __name__ == "__main__":
    main()
