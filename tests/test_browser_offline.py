"""Reading without a network: the worker keeps what fits together, a new version replaces it whole, and nothing is ever mixed."""

import functools
import http.server
import json
import os
import re
import shutil
import threading
from contextlib import contextmanager

import pytest
from browsing import LATER, Quiet, needs_chromium, open_page
from conftest import ROOT

from kbgen.offline import finish
from kbgen.site import CONFIGS

pytestmark = needs_chromium

HUBER = "losses/huber.html"
AGE = {"one": 1_700_000_000, "two": 1_700_000_100}
PATIENCE = 400  # times 50 ms
# Wait until a page of this version is kept, until no other version is, until the worker of this version is at work.
KEPT = "async path => (await caches.open(`kb ${kb.site} ${kb.version}`)).match(kb.site + path)"
ALONE = "async () => (await caches.keys()).every(name => name.endsWith(kb.version))"
AT_WORK = """async () => {
    const {installing, waiting, active} = await navigator.serviceWorker.getRegistration();
    return (await caches.keys()).some(name => name.endsWith(kb.version)) && !installing && !waiting && active.state === "activated";
}"""
# Marks of page, script, style and of a file that loads later: equal if all are of one version.
MARKS = """async () => {
    await kb.load("assets/later.js");
    const style = getComputedStyle(document.documentElement).getPropertyValue("--kb-mark").trim();
    return [document.body.dataset.kbMark, window.kbMark, style, window.kbLater];
}"""


def _left_out(folder, names):
    """Most of the site: what is tested here is the same for twenty pages and for twelve hundred."""
    if folder.endswith("losses"):
        return [name for name in names if not name.startswith(("c", "hu"))]
    return {"figures", "terms", "search", "optimizers", "indexes", "play", "social", "bibtex"} & set(names)


def publish(site, mark):
    """A version of the site in which every kind of file says which one it is of."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(ROOT / "site", site, ignore=_left_out)
    for page in site.rglob("*.html"):
        text = re.sub(r'\?[hv]=\w+"', '"', page.read_text(encoding="utf-8"))
        page.write_text(text.replace("<body ", f'<body data-kb-mark="{mark}" '), encoding="utf-8")
    for assets in (site / "assets", site / "en/assets"):
        with (assets / "kb.js").open("a") as script, (assets / "kbgen.css").open("a") as style:
            script.write(f'\nwindow.kbMark = "{mark}";')
            style.write(f"\n:root {{ --kb-mark: {mark}; }}")
        (assets / "later.js").write_text(f'window.kbLater = "{mark}";')
    finish(site, {language: ROOT / config for language, config in CONFIGS.items()})
    for path in site.rglob("*"):  # servers tell versions by the second; two versions of one test may fall into the same
        os.utime(path, (AGE[mark], AGE[mark]))


@contextmanager
def serve(folder):
    """A server on an address of its own, so that no test meets the worker of another; the site lies below a folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sub_path(tmp_path):
    """The address of a site that lies in a folder of its host, and the folder that it is served from."""
    publish(tmp_path / "kb", "one")
    with serve(tmp_path) as address:
        yield address + "kb/", tmp_path / "kb"


def wait_until(page, condition, *given):
    """Wait for a promise; a plain wait would take the promise itself for an answer."""
    for _ in range(PATIENCE):
        if page.evaluate(f"async given => !!await ({condition})(given)", *given):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(condition)


def wait_until_kept(page, path=HUBER):
    page.wait_for_function("() => navigator.serviceWorker.controller")
    wait_until(page, KEPT, path)


def test_what_was_read_can_be_read_offline(browser, sub_path):
    address, _ = sub_path
    with open_page(browser, service_workers="allow") as page:
        page.goto(address + HUBER)
        wait_until_kept(page)
        page.wait_for_timeout(300)
        page.context.set_offline(True)
        page.reload()
        assert page.locator("h1").text_content().startswith("Huber")
        assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
        assert page.evaluate("[document.body.dataset.kbMark, window.kbMark]") == ["one", "one"]


@pytest.mark.parametrize(
    ("path", "title"), [("losses/ctc.html", "这一页还没有存下来"), ("en/losses/ctc.html", "This page is not on your device")]
)
def test_what_was_not_read_says_so(browser, sub_path, path, title):
    address, _ = sub_path
    with open_page(browser, service_workers="allow") as page:
        page.goto(address + HUBER)
        wait_until_kept(page)
        page.context.set_offline(True)
        page.goto(address + path)
        assert page.locator("h1").text_content() == title


@pytest.mark.thorough
def test_the_whole_site_can_be_kept_and_removed(browser, tmp_path):
    with serve(ROOT / "site") as address, open_page(browser, service_workers="allow") as page:
        page.goto(address + HUBER)
        page.wait_for_function("() => navigator.serviceWorker.controller")
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        button = page.locator(".kb-save button")
        size = json.loads((ROOT / "site/version.json").read_text())["megabytes"]
        page.get_by_text(f"约 {size} MB").wait_for()
        button.click()
        page.get_by_text("全站已保存").wait_for(timeout=120_000)
        page.context.set_offline(True)
        page.goto(address + "terms/gradient.html")
        page.locator("[data-kb-language]").click()
        page.wait_for_url("**/en/terms/gradient.html")
        page.keyboard.press("/")
        page.locator("dialog.kb-search input[type=search]").fill("cross entropy")
        page.locator("#kb-search-hits a").first.click()
        page.wait_for_url("**/en/losses/*cross_entropy.html")
        assert "entropy" in page.locator("h1").text_content()
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        page.get_by_role("button", name="Remove the copy").click()
        page.get_by_role("button", name="Keep the whole site").wait_for()
        assert page.evaluate("async () => (await caches.keys()).length") == 0


def test_keeping_can_be_stopped_and_taken_up_again(browser, sub_path):
    address, _ = sub_path
    with open_page(browser, 360, service_workers="allow") as page:
        page.goto(address + "en/" + HUBER)
        page.wait_for_function("() => navigator.serviceWorker.controller")
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        button = page.locator(".kb-save button")
        button.click()
        button.filter(has_text="Stop").click()
        page.get_by_role("button", name="Keep the whole site").click()
        page.get_by_text("is kept on this device").wait_for(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_new_version_is_served_whole(browser, sub_path):
    address, site = sub_path
    with open_page(browser, service_workers="allow") as page:
        page.goto(address + HUBER)
        wait_until_kept(page)
        assert page.evaluate(MARKS) == ["one"] * 4
        publish(site, "two")
        page.reload()
        assert page.evaluate(MARKS) == ["two"] * 4
        wait_until(page, ALONE)
        page.reload()
        wait_until_kept(page)
        assert page.evaluate(MARKS) == ["two"] * 4
        page.context.set_offline(True)
        page.reload()
        assert page.evaluate(MARKS) == ["two"] * 4


def test_a_page_that_stays_open_never_meets_a_newer_part(browser, sub_path):
    address, site = sub_path
    with open_page(browser, service_workers="allow") as old:
        old.goto(address + HUBER)
        wait_until_kept(old)
        publish(site, "two")
        assert old.evaluate("kb.load('assets/later.js').then(() => window.kbLater, () => 'refused')") == "refused"
        other = old.context.new_page()
        other.goto(address + "losses/ctc.html")
        assert other.evaluate(MARKS) == ["two"] * 4
        line = old.locator(".kb-newer")
        line.wait_for()
        assert line.text_content() == "本站有了新版本。重新加载×"
        assert other.locator(".kb-newer").count() == 0
        line.get_by_role("button", name="重新加载").click()
        old.wait_for_function("() => document.body?.dataset.kbMark === 'two' && typeof kb === 'object'")
        assert old.evaluate(MARKS) == ["two"] * 4


@pytest.mark.thorough
def test_a_whole_copy_stays_until_the_next_is_whole(browser, sub_path):
    address, site = sub_path
    with open_page(browser, service_workers="allow") as page:
        page.goto(address + HUBER)
        page.wait_for_function("() => navigator.serviceWorker.controller")
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        page.locator(".kb-save button").click()
        page.get_by_text("全站已保存").wait_for(timeout=60_000)
        publish(site, "two")
        page.reload()
        wait_until(page, AT_WORK)
        page.reload()
        wait_until_kept(page)
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        page.get_by_role("button", name="离线副本是旧版").wait_for()
        page.context.set_offline(True)
        page.goto(address + "losses/ctc.html")
        assert page.evaluate(MARKS) == ["one"] * 4
        page.context.set_offline(False)
        page.reload()
        page.wait_for_function(f"{LATER} === 0")
        page.locator("footer").scroll_into_view_if_needed()
        page.get_by_role("button", name="离线副本是旧版").click()
        page.get_by_text("全站已保存").wait_for(timeout=60_000)
        assert page.evaluate("async () => (await caches.keys()).length") == 1


def test_from_the_disk_nothing_is_kept_and_no_button_shows(browser):
    with open_page(browser, service_workers="allow") as page:
        page.goto((ROOT / "site" / HUBER).as_uri(), wait_until="networkidle")
        assert page.faults == []
        assert not page.locator(".kb-save button").is_visible()


@pytest.mark.parametrize(("path", "name"), [("", "损失函数知识库"), ("en/", "Loss Function Reference")])
def test_it_can_be_installed_in_both_languages(browser, address, path, name):
    with open_page(browser, service_workers="allow") as page:
        page.goto(address + path + HUBER)
        href = page.locator("link[rel=manifest]").evaluate("link => link.href")
        manifest = page.request.get(href).json()
        assert manifest["name"] == name
        for picture in manifest["icons"]:
            assert page.request.get(address + picture["src"]).ok
        assert page.request.get(address + manifest["start_url"]).ok
        client = page.context.new_cdp_session(page)
        assert client.send("Page.getAppManifest")["errors"] == []
        page.wait_for_function("() => navigator.serviceWorker.controller")
        objections = {error["errorId"] for error in client.send("Page.getInstallabilityErrors")["installabilityErrors"]}
        assert objections <= {"in-incognito"}  # which every window of a test is
