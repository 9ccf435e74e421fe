"""The live preview: what is shown is what a build would publish, soon after a change, and never half of it."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from browsing import needs_chromium, open_page
from conftest import ROOT
from test_memo import TERM

from kbgen import pages
from kbgen.build import write_docs
from kbgen.cli import main
from kbgen.errors import Problem
from kbgen.fresh import is_fresh
from kbgen.preview.live import Live
from kbgen.preview.server import Server
from kbgen.preview.watch import Watch

HUBER, EN_HUBER = "losses/huber.html", "en/losses/huber.html"
KINDS = (
    "index", HUBER[:-5], "losses/index", "terms/outlier", "terms/index", "optimizers/adam", "guides/index", "lab/index",
    "indexes/recent", "indexes/letters", "indexes/graph",
    "tables/index", "tools/chooser", "tools/compare", "tools/cards", "indexes/bibliography",
)  # fmt: skip


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of this project that remembers its last build."""
    tree = tmp_path_factory.mktemp("preview")
    for name in ("data", "docs", "kbgen/theme"):
        shutil.copytree(ROOT / name, tree / name)
    (tree / ".kbgen").mkdir()
    for path in (ROOT / ".kbgen").iterdir():
        if path.name == "memo.db":
            shutil.copy(path, tree / ".kbgen")
        elif path.is_dir() and path.name != "site":
            (tree / ".kbgen" / path.name).symlink_to(path)
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / name, tree)
    if (ROOT / ".git").exists():
        (tree / ".git").symlink_to(ROOT / ".git")  # for the days of the last changes, which are part of every page
    return tree


@pytest.fixture(scope="module")
def started(tree):
    """A preview that has looked at everything once."""
    before = Path.cwd()
    os.chdir(tree)
    live = Live(tree)
    assert live.take(())
    live.complete()
    assert live.problems == ()
    yield live
    os.chdir(before)


@pytest.fixture
def live(started, tree):
    """The preview, with a way to change files, which are as before afterwards."""
    kept: dict[Path, bytes | None] = {}

    def change(path, pattern, instead):
        file = tree / path
        kept.setdefault(file, file.read_bytes() if file.is_file() else None)
        after, count = re.subn(pattern, lambda _: instead, file.read_text() if file.is_file() else "", count=1)
        assert count == 1, path
        file.write_text(after)
        return started.take({file})

    started.change = change
    yield started
    for path, content in kept.items():
        path.unlink(missing_ok=True) if content is None else path.write_bytes(content)
    assert started.take(set(kept))


def article(live, address=EN_HUBER):
    return live.page(address).html


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_page_is_served_as_a_build_publishes_it(language, monkeypatch):
    monkeypatch.chdir(ROOT)
    live = Live(ROOT)
    for path in (f"{language}{kind}.html" for kind in KINDS):
        if (ROOT / "site" / path).is_file():  # not every base has tables
            published = (ROOT / "site" / path).read_text()
            assert live.page(path).html == re.sub(r'(rel="manifest" href="[^"?]+)\?v=\w+"', r'\1"', published), path
            assert live.page(path).problems == ()


@pytest.mark.parametrize(
    ("path", "pattern", "instead", "address"),
    [
        ("data/losses/huber.yml", r"(?m)^  en: (?=\w)", "  en: Qwertz ", EN_HUBER),
        ("data/losses/huber.yml", r"(?m)^  en: (?=\w)", "  en: Qwertz ", "en/losses/index.html"),
        ("docs/en/guides/index.md", r"\n# ", "\nQwertz\n\n# ", "en/guides/index.html"),
        ("kbgen/theme/main.html", r"<article", '<article data-x="Qwertz"', EN_HUBER),
    ],
)
def test_a_change_is_shown_before_the_rest_is_built(live, path, pattern, instead, address):
    before = live.page(address).digest
    assert live.change(path, pattern, instead)
    assert "Qwertz" in article(live, address)
    assert live.told(address) == {"digest": live.page(address).digest, "problems": []}
    assert live.page(address).digest != before


def test_what_is_there_in_the_end_is_what_a_build_writes_and_nobodys_work_is_lost(live, tree):
    mine, words = tree / "docs/en/terms/outlier.md", (r"(?m)^  en: (?=\w)", "  en: Qwertz ")
    generated = mine.read_bytes()
    with live.watched(EN_HUBER):
        live.change("data/losses/huber.yml", *words)
        live.change("docs/en/guides/index.md", r"\n# ", "\nQwertz [[huber]]\n\n# ")
    shown = article(live)
    mine.write_text("mine")
    assert live.changed_by_others({mine, tree / "docs/en/.kbgen.json", tree / "docs/en/terms/gradient.md"}) == {mine}
    live.complete()
    assert "outlier.md:1: a generated file was changed by hand" in "\n".join(live.told(EN_HUBER)["problems"])
    assert mine.read_text() == "mine"
    mine.write_bytes(generated)
    live.complete()
    assert live.problems == ()
    assert article(live) == shown
    assert is_fresh(tree)
    assert write_docs(tree)[1] == 0
    live.change("data/losses/huber.yml", r"Qwertz", "Other")
    assert "Other" in article(live)
    live.change("data/losses/huber.yml", r"Other", "Qwertz")
    assert not is_fresh(tree)  # the data are those of the last build again, but docs/ shows what was ahead of it


def test_a_template_is_read_anew_and_its_slips_are_told(live, tmp_path, monkeypatch):
    shutil.copytree(pages.TEMPLATES, tmp_path / "templates")
    monkeypatch.setattr(pages, "TEMPLATES", tmp_path / "templates")
    file = tmp_path / "templates/definition.md.j2"
    right, last = file.read_text(), article(live)
    for wrong, line in (("{{ nobody.knows }}", 2), ("{% if %}", 2)):
        file.write_text(f"\n{wrong}{right}")
        assert live.take({file})
        (problem,) = live.page(EN_HUBER).problems
        assert (Path(problem.path).name, problem.line, problem.tip) == (file.name, line, "mend the template")
        assert article(live) == last
    file.write_text(f"Qwertz\n\n{right}")
    assert live.take({file})
    assert "Qwertz" in article(live)
    assert live.page(EN_HUBER).problems == ()
    file.write_text(right)
    assert live.take({file})
    assert article(live) == last


@pytest.mark.parametrize(
    ("path", "pattern", "instead", "said"),
    [
        (
            "data/losses/huber.yml",
            r"(?m)^family:",
            "famly:",
            r"data/losses/huber.yml:\d+: famly: unknown key\n    tip: did you mean family\?",
        ),
        ("data/losses/huber.yml", r"(?m)^family: ", "family: [", r"data/losses/huber.yml:\d+: not valid YAML"),
        (
            "docs/en/guides/index.md",
            r"\n# ",
            "\n[[no such note]]\n\n# ",
            r"docs/en/guides/index.md:\d+: \[\[no such note\]\] leads nowhere",
        ),
        ("docs/en/guides/index.md", r"\n# ", "\n[x](nowhere.md)\n\n# ", r"docs/en/guides/index.md:1: .*nowhere.md"),
        ("kbgen/theme/main.html", r"\A", "{% if %}", r"main.html:1: Expected an expression"),
    ],
)
def test_what_is_broken_is_told_beside_the_last_good_page(live, path, pattern, instead, said):
    tree = live.root
    address = EN_HUBER if "guides" not in path else "en/guides/index.html"
    last, right = article(live, address), (tree / path).read_bytes()
    live.change(path, pattern, instead)
    told = live.told(address)
    assert re.search(said, "\n".join(told["problems"]))
    assert live.page(HUBER).html
    if "nowhere.md" not in instead:  # MkDocs renders a page with a dead link, and refuses the site
        assert article(live, address) == last
    (tree / "docs/zh/guides/index.md").touch()
    live.take({tree / "docs/zh/guides/index.md"})  # another file is saved: what is broken stays so
    assert live.told(address)["problems"] == told["problems"]
    (tree / path).write_bytes(right)
    assert live.take({tree / path})
    assert live.told(address) == {"digest": live.page(address).digest, "problems": []}
    assert article(live, address) == last


def test_entries_and_notes_come_and_go(live, tree):
    assert live.page("en/terms/brand_new.html") is None
    assert live.change("data/terms/brand_new.yml", r"\Z", TERM)
    assert "Brand-new entry" in article(live, "en/terms/brand_new.html")
    assert "Brand-new entry" in article(live)  # among those that mention it
    (tree / "data/terms/brand_new.yml").unlink()
    live.take({tree / "data/terms/brand_new.yml"})
    assert live.page("en/terms/brand_new.html") is None
    live.change("docs/en/guides/own.md", r"\Z", "# My own\n")
    assert "My own" in article(live, "en/guides/own.html")


def test_a_newer_change_ends_what_is_being_built(live, tree):
    live.change("data/losses/huber.yml", r"(?m)^  en: (?=\w)", "  en: Qwertz ")
    live.newer.set()
    live.complete()
    live.newer.clear()
    assert live.problems == ()
    assert not is_fresh(tree)


def test_code_that_cannot_be_loaded_is_told_until_it_can(live, tree):
    slip = Problem("kbgen/tools.py", 25, "SyntaxError: '(' was never closed")
    live.outdate(slip)
    live.change("docs/en/guides/index.md", r"\n# ", "\nQwertz\n\n# ")
    assert live.told(EN_HUBER)["problems"] == [str(slip)]
    live.outdate()
    assert live.told(EN_HUBER)["problems"] == []


def test_watching_tells_others_changes_from_our_own(live, tree):
    note, ours, passing = (tree / "docs/en" / name for name in ("guides/index.md", "terms/outlier.md", "guides/.index.md.swp"))
    urgent = []
    watch = Watch(tree, SimpleNamespace(set=lambda: urgent.append("newer"), clear=lambda: None), live.is_ours)
    try:
        passing.write_text("x")
        ours.write_bytes(ours.read_bytes())
        assert watch.wait() == {ours}
        assert urgent == []
        note.write_bytes(note.read_bytes())
        assert watch.wait() == {note}
        assert urgent
        watch.ended = True  # what a signal does, should its exception get lost
        note.write_bytes(note.read_bytes())
        with pytest.raises(KeyboardInterrupt):
            watch.wait()
    finally:
        watch.stop()
        passing.unlink()


@pytest.fixture
def ask(live):
    """What the server answers: status, type, body."""
    server = Server(live, 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(path, host="localhost", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        connection.request(method, path, headers={"Host": f"{host}:{server.server_port}"})
        found = connection.getresponse()
        body = found.readline() if path.startswith("/-/events") else found.read()
        connection.close()
        return found.status, found.headers["Content-Type"], body

    answer.address = server.server_address[0]
    yield answer
    server.shutdown()
    server.server_close()


def test_the_server_answers_this_machine_only_and_with_nothing_but_the_site(ask, live):
    assert ask.address == "127.0.0.1"
    status, kind, body = ask(f"/{HUBER}")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    script = f'<script src="/-/live.js" data-digest="{live.page(HUBER).digest}"></script>'
    assert body.decode().replace(script, "") == live.page(HUBER).html
    assert ask("/")[2] == ask("/index.html")[2]
    assert ask("/en/")[0] == 200
    assert ask("/assets/kbgen.css")[1].startswith("text/css")
    assert json.loads(ask("/manifest.en.webmanifest")[2])["lang"] == "en"
    assert b"unregister" in ask("/sw.js")[2]
    assert ask(f"/{HUBER}", method="HEAD")[2] == b""
    for path in ("/nowhere.html", "/../data/kb.yml", "/%2e%2e/data/kb.yml", "/data/kb.yml", "/.kbgen.json", "/en/nowhere.css"):
        assert ask(path)[0] == 404, path
    assert ask(f"/{HUBER}", host="example.org")[0] == 403
    status, kind, body = ask(f"/-/events?page=/{HUBER}")
    assert (status, kind) == (200, "text/event-stream")
    assert json.loads(body.removeprefix(b"data: ")) == {"digest": live.page(HUBER).digest, "problems": []}


def test_a_port_that_is_taken_and_a_wrong_folder_are_problems(ask, live, tmp_path, monkeypatch, capsys):
    taken = Server(live, 0)
    try:
        assert main(["serve", "--port", str(taken.server_port)]) == 1
        assert f"make serve PORT={taken.server_port + 1}" in capsys.readouterr().err
    finally:
        taken.server_close()
    monkeypatch.chdir(tmp_path)
    assert main(["serve"]) == 1
    assert "data:1: missing folder" in capsys.readouterr().err


@needs_chromium
def test_a_browser_shows_edits_and_slips_by_itself(browser, tree):
    command = [sys.executable, "-m", "kbgen", "serve", "--port", "0"]
    preview = subprocess.Popen(command, cwd=tree, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    data = tree / "data/losses/huber.yml"
    right = data.read_text()
    try:
        address = re.search(r"http://\S+/", preview.stdout.readline())[0]
        with open_page(browser) as page:
            page.goto(address + EN_HUBER)
            data.write_text(right.replace("  en: ", "  en: Zyxwv ", 1))
            page.get_by_text("Zyxwv").first.wait_for(timeout=30000)
            data.write_text(right.replace("family:", "famly:", 1))
            page.locator("#kb-preview", has_text="did you mean family?").wait_for(timeout=30000)
            page.get_by_text("Zyxwv").first.wait_for(timeout=30000)
            data.write_text(right)
            page.get_by_text("Zyxwv").first.wait_for(state="detached", timeout=30000)
            page.locator("#kb-preview").wait_for(state="hidden", timeout=30000)
            assert page.faults == []
    finally:
        data.write_text(right)
        preview.send_signal(signal.SIGINT)
        try:
            said = preview.communicate(timeout=60)[0]
        finally:
            preview.kill()
    assert preview.returncode == 0
    assert said.rstrip().endswith("stopped")
    assert "did you mean family?" in said
