"""What readers wait for on every kind of page, beside stock Material: bytes, scripts, first picture, blocking. `make weight`.

A throttled Chromium reads site/ from a server that packs; figures are printed beside their budgets, never a verdict. Stock
Material is built in the same run from a loss, a term and a list of the same notes: the theme as it comes, with its search, without
fonts of others. It shows no formulas and no curves.
"""

import functools
import gzip
import http.server
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import yaml
from browsing import ARGUMENTS, CHROMIUM
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
ROUNDS = 5
THROTTLE = 4
SETTLED = 1500  # milliseconds after the page has loaded
LONG = 50  # milliseconds that a task may take before readers feel it
PAGES = (
    "index.html", "losses/huber.html", "losses/focal.html", "losses/ciou.html", "losses/ctc.html", "terms/outlier.html",
    "optimizers/adam.html", "losses/index.html", "indexes/glossary_term_optimisation.html", "indexes/graph.html",
    "indexes/bibliography.html", "indexes/proofs.html", "tools/cards.html", "tools/chooser.html", "tools/compare.html",
    "tools/fit.html", "tools/optimizers.html", "lab/index.html", "lab/adam_speed.html", "guides/choosing.html",
)  # fmt: skip
STOCK = ("index.md", "losses/huber.md", "terms/outlier.md", "losses/index.md")
BUDGETS = {"first": 150, "later": 30, "script": 60, "lcp": 1.5, "blocked": 150, "shift": 0.02}
WATCH = """
window.seen = {lcp: 0, tasks: [], first: 0, shift: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => { seen.lcp = e.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { seen.tasks.push([e.startTime, e.startTime + e.duration]); }))
    .observe({type: "longtask", buffered: true});
new PerformanceObserver(list => { seen.first = list.getEntriesByName("first-contentful-paint")[0]?.startTime ?? seen.first; })
    .observe({type: "paint", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) seen.shift += e.value; }))
    .observe({type: "layout-shift", buffered: true});
"""
ANSWERS = """async queries => {
    const engine = await kb.load("assets/modules/find.js").then(() => kb.start("find"));
    for (const query of queries) await engine.ask(query);
    const times = [];
    for (const query of queries) { const from = performance.now(); await engine.ask(query); times.push(performance.now() - from); }
    return times;
}"""
DRAG = """document.querySelectorAll('.kb-curve input[type=range]').forEach(slider => {
    slider.value = i % (+slider.max + 1); slider.dispatchEvent(new Event('input', {bubbles: true})); })"""
ZOOM = "document.querySelectorAll('.kb-atlas__zoom button')[i % 2].click()"
FRAMES = """async () => {
    const times = [];
    for (let i = 0; i < 120; i++) { const from = await new Promise(requestAnimationFrame); %s;
        times.push(await new Promise(requestAnimationFrame) - from); }
    return times;
}"""
FRAME = 1000 / 60


@dataclass(frozen=True)
class Visit:
    """One visit: kB packed of everything and of scripts alone, seconds to the largest picture, milliseconds blocked, shift."""

    sent: float
    script: float
    lcp: float
    blocked: float
    shift: float


class Packing(http.server.SimpleHTTPRequestHandler):
    """Serves what is text packed, and lets browsers keep everything, as a real server would."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:  # named by the base class
        """Answer with the packed file."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@functools.cache
def packed(path: Path) -> bytes:
    """A file as gzip sends it."""
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of a server of a folder, on this machine only."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Packing, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def visit(browser: Browser, address: str, before: str | None = None) -> Visit:
    """Read one page, cold, or right after another one of the site."""
    context = browser.new_context(viewport={"width": 412, "height": 823}, service_workers="block")
    page = context.new_page()
    page.add_init_script(WATCH)
    client = context.new_cdp_session(page)
    if before:
        page.goto(before, wait_until="load")
        page.wait_for_timeout(SETTLED)
    client.send("Network.enable")
    client.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    client.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: "" if _inline(e) else e["type"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLED)
    seen = page.evaluate("window.seen")
    context.close()
    sent = sum(size for id, size in sizes.items() if kinds.get(id))
    scripts = sum(size for id, size in sizes.items() if kinds.get(id) == "Script")
    return Visit(sent / 1000, scripts / 1000, seen["lcp"] / 1000, blocked(seen["first"], seen["tasks"]), seen["shift"])


def blocked(first: float, tasks: list[tuple[float, float]]) -> float:
    """Total blocking time: what every task since the first content was painted takes beyond 50 ms (web.dev/articles/tbt).

    What stands in the way before that is in the time to the largest picture.
    """
    return sum(max(0, end - max(start, first) - LONG) for start, end in tasks)


def _inline(event: dict[str, dict[str, str]]) -> bool:
    """Whether what came in was part of another file: the font inside its style sheet is no request of its own."""
    return event["response"]["url"].startswith("data:")


def typical(visits: list[Visit]) -> Visit:
    """The median of every figure."""
    return Visit(*(median(getattr(v, name) for v in visits) for name in Visit.__dataclass_fields__))


def row(browser: Browser, address: str, path: str, other: str) -> str:
    """The figures of a page in one line; an exclamation mark stands behind what is over its budget."""
    first = typical([visit(browser, address + path) for _ in range(ROUNDS)])
    later = visit(browser, address + path, before=address + other)
    figures = {
        "first": first.sent, "later": later.sent, "script": first.script, "lcp": first.lcp, "blocked": first.blocked,
        "shift": first.shift,
    }  # fmt: skip
    digits = {"lcp": 2, "shift": 3}
    shown = [f"{value:8.{digits.get(key, 0)}f}{'!' if value > BUDGETS[key] else ' '}" for key, value in figures.items()]
    return f"{path:28}{''.join(shown)}"


def speeds(browser: Browser, address: str) -> Iterator[str]:
    """How long readers wait for what they do: milliseconds, median and the slowest twentieth."""
    queries = list(yaml.safe_load((ROOT / "tests/queries.yml").read_text(encoding="utf-8"))["en"])
    waits = [
        ("an answer of the search", "index.html", "h1", ANSWERS, 50),
        ("a frame of a curve that is dragged", "losses/huber.html", ".kb-figures", FRAMES % DRAG, FRAME),
        ("a frame of the map that is zoomed", "indexes/graph.html", ".kb-graph--atlas", FRAMES % ZOOM, FRAME),
    ]
    for what, path, place, script, budget in waits:
        page = browser.new_page(viewport={"width": 412, "height": 823})
        page.goto(address + path, wait_until="load")
        page.locator(place).first.scroll_into_view_if_needed()
        page.wait_for_timeout(SETTLED)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        times = quantiles(page.evaluate(script, queries), n=20)
        page.close()
        yield f"{what:40}{times[9]:8.1f}{times[18]:8.1f}{budget:9.1f}"


@contextmanager
def stock() -> Iterator[Path]:
    """A site of stock Material from some of our notes."""
    with tempfile.TemporaryDirectory(prefix="kbgen-stock-") as folder:
        there = Path(folder)
        for name in STOCK:
            (there / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "docs" / "en" / name, there / "docs" / name)
        (there / "mkdocs.yml").write_text(
            "site_name: stock\nuse_directory_urls: false\nvalidation: {links: {not_found: ignore}}\n"
            "theme: {name: material, font: false}\n"
            "plugins: [search]\nmarkdown_extensions: [admonition, pymdownx.details, pymdownx.superfences, tables]\n",
            encoding="utf-8",
        )
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=there, capture_output=True, check=True)
        yield there / "site"


def main() -> int:
    """Measure, and print a line per page."""
    if CHROMIUM is None:
        print("no Chromium on this machine: install Debian's package chromium")
        return 1
    limits = "".join(f"{f'<{limit:g}':>9}" for limit in BUDGETS.values())
    print(f"{ROUNDS} visits each, median; CPU {THROTTLE} times slower; kB packed, seconds, milliseconds\n")
    print(f"{'':28}{''.join(f'{name:>8} ' for name in BUDGETS)}\n{'budget':28}{limits}\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with serve(ROOT / "site" / "en") as address:
            for path in PAGES:
                print(row(browser, address, path, "terms/loss_function.html"), flush=True)
            print(f"\n{'':40}{'median':>8}{'95 %':>8}{'budget':>9}")
            for line in speeds(browser, address):
                print(line, flush=True)
        print("\nstock Material")
        with stock() as site, serve(site) as address:
            for name in STOCK:
                print(row(browser, address, name.replace(".md", ".html"), "terms/outlier.html"), flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
