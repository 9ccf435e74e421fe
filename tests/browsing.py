"""A real browser for the tests: Chromium, driven by Playwright, on a server of this machine."""

import functools
import http.server
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
# The headless shell is the same engine without a desktop around it: a quarter of the time is gone.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]

MOVED = (
    "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(e => {"
    " if (!e.hadRecentInput) window.moved += e.value; })).observe({type: 'layout-shift', buffered: true});"
)
"""Adds up how far a page moves by itself, as `window.moved`."""

BLOCKS = "[...document.querySelectorAll('.md-content__inner > *, .md-content__inner > .md-typeset__scrollwrap tr')]"
LATER = f"{BLOCKS}.filter(e => getComputedStyle(e).contentVisibility !== 'visible').length"
"""How many pieces of a page have not been laid out yet."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install Debian's package chromium")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address():
    """A server of site/ on the loopback interface."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=ROOT / "site"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def open_page(browser, width=1280, **options):
    """A page that remembers what went wrong on it and what it asked for."""
    options.setdefault("service_workers", "block")  # they ask for pages themselves, past what a test may have put in the way
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    page.faults, page.requests = [], []
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url.partition("?")[0]))
    try:
        yield page
    finally:
        context.close()


def eventually(page, found, right, seconds=20):
    """Wait until what a page shows is right: it moves in its own time, on a busy machine slowly."""
    for _ in range(20 * seconds):
        if right(value := found()):
            return value
        page.wait_for_timeout(50)
    raise AssertionError(f"still {value!r} after {seconds} s")


def last_without_scripts(page, url, pattern, selector):
    """The last such element of a page, which is seen once the page has given up waiting for scripts that do not come."""
    page.route(pattern, lambda route: route.abort())
    page.goto(url)
    page.wait_for_timeout(3300)
    last = page.locator(selector).last
    last.scroll_into_view_if_needed()
    assert last.is_visible()
    return last


def hits(page):
    """The names that an open search shows, best first."""
    return [text.strip() for text in page.locator("#kb-search-hits [role=option] strong").all_text_contents()]


def ask(page, query):
    """Type into an open search and wait until it has answered."""
    page.locator("dialog.kb-search input[type=search]").fill("")
    page.locator("dialog.kb-search input[type=search]").fill(query)
    page.wait_for_function("q => document.querySelector('dialog.kb-search').dataset.answered === q", arg=query)
    return hits(page)
