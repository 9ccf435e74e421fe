"""The graph: what its edges are, where the map puts entries, what its pictures say; and the dates of entries."""

import json
import re
import subprocess
from itertools import combinations

import lxml.etree
import numpy as np
import pytest
from conftest import ROOT

from kbgen import byhand, history
from kbgen.build import draft
from kbgen.graph.files import graph_files
from kbgen.graph.layout import GAP, layout
from kbgen.graph.local import FONT, MOST, WIDTH
from kbgen.graph.svg import width_of, wrap
from kbgen.graph.words import told
from kbgen.links import find_links
from kbgen.proofs.evidence import read
from kbgen.ties import KINDS, ties

PHONE = 328  # what a screen of 360 pixels leaves for a picture
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def graph(kb):
    return ties(kb, read(ROOT, kb.losses))


@pytest.fixture(scope="module")
def plan():
    return draft(ROOT)


@pytest.fixture(scope="module")
def files(plan):
    """(language, path) -> content of every file of the graph."""
    return {(language, path): content for language, book in plan.books.items() for path, content in graph_files(book)}


def test_every_entry_is_tied_to_another(graph, kb):
    assert {id for id in kb.entries if not graph.of[id]} == set()


def test_an_identity_ties_while_its_evidence_holds(graph, kb):
    held = {finding.name for kept in read(ROOT, kb.losses).values() for finding in kept.of("identity")}
    shown = {name for tie in graph.all for name in tie.identities}
    assert shown
    assert shown <= held
    assert ties(kb, {}).all != graph.all
    assert not any(tie.identities for tie in ties(kb, {}).all)


def test_ends_of_a_proved_tie_are_named_by_the_identity(graph, kb):
    for tie in graph.all:
        for name in tie.identities:
            named = {link.target for link in find_links(kb.identities[name].en)}
            assert {tie.a, tie.b} <= named, name


def test_the_strongest_ties_come_first(graph):
    for id, found in graph.of.items():
        ranks = [KINDS.index(tie.kind) for tie in found]
        assert ranks == sorted(ranks), id


def random_graph(rng, entries, shelves, edges):
    pairs = sorted({(int(a), int(b)) for a, b in np.sort(rng.integers(0, entries, (edges, 2)), axis=1) if a != b})
    return [int(shelf) for shelf in np.sort(np.r_[np.arange(shelves), rng.integers(0, shelves, entries - shelves)])], pairs


@pytest.mark.parametrize(("entries", "shelves"), [(1, 1), (2, 1), (40, 6), (480, 36)])
def test_the_map_is_the_same_every_time_and_nothing_overlaps(rng, entries, shelves):
    shelf_of, pairs = random_graph(rng, entries, shelves, 5 * entries)
    one, two = (layout(shelf_of, pairs, [1.0] * len(pairs)) for _ in range(2))
    assert np.array_equal(one.spots, two.spots)
    for i, j in combinations(range(shelves), 2):
        assert np.hypot(*(one.centres[i] - one.centres[j])) > one.radii[i] + one.radii[j] + 0.9 * GAP
    apart = np.hypot(*(one.spots[:, None] - one.spots[None]).transpose(2, 0, 1)) + 1e9 * np.eye(entries)
    assert apart.min() > 14
    inside = np.hypot(*(one.spots - one.centres[shelf_of]).T)
    assert (inside <= one.radii[shelf_of] - 4).all()


def test_tied_entries_stand_nearer_than_others(rng):
    shelf_of, _ = random_graph(rng, 60, 6, 0)
    pairs = [(i, j) for i, j in combinations(range(60), 2) if {shelf_of[i], shelf_of[j]} in ({0, 1}, {2, 3}, {4, 5})]
    found = layout(shelf_of, pairs, [1.0] * len(pairs))
    far = {(i, j): float(np.hypot(*(found.centres[i] - found.centres[j]))) for i, j in combinations(range(6), 2)}
    assert np.mean([far[0, 1], far[2, 3], far[4, 5]]) < np.mean(list(far.values()))


def test_every_entry_has_its_picture_in_both_languages(files, kb):
    assert {(language, f"figures/{id}-graph.svg") for language in ("zh", "en") for id in kb.entries} <= set(files)


def labels(svg):
    """(left, top, right, bottom) of every name of a local picture."""
    for link in svg.iter(f"{SVG}a"):
        text = link.find(f"{SVG}text")
        spans = list(text)
        wide = max(width_of(span.text) for span in spans) * FONT
        x = float(spans[0].get("x"))
        left = x if text.get("text-anchor") == "start" else x - wide
        yield left, float(spans[0].get("y")) - FONT / 2, left + wide, float(spans[-1].get("y")) + FONT / 2


def test_names_of_neighbours_fit_and_do_not_cover_each_other(files):
    assert FONT * PHONE / WIDTH >= 11
    for (language, path), content in files.items():
        if not path.endswith("-graph.svg"):
            continue
        found = list(labels(lxml.etree.fromstring(content)))
        assert 1 <= len(found) <= MOST
        assert all(left >= -1 and right <= WIDTH + 1 for left, _, right, _ in found), (language, path)
        for a, b in combinations(found, 2):
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (language, path)


def test_fields_of_neighbours_are_as_large_as_a_finger(files):
    for (_, path), content in files.items():
        if path.endswith("-graph.svg"):
            for field in lxml.etree.fromstring(content).iterfind(f".//{SVG}a/{SVG}rect[1]"):
                assert float(field.get("height")) * PHONE / WIDTH >= 24
                assert float(field.get("width")) * PHONE / WIDTH >= 24


def test_the_map_holds_every_entry_and_names_the_best_connected(files, kb, plan):
    for language, book in plan.books.items():
        svg = lxml.etree.fromstring(files[language, "figures/graph-all.svg"])
        keys = {link.get("data-key") for link in svg.iter(f"{SVG}a")}
        assert keys == {f"{kb.folder(id)}/{id}" for id in kb.entries}
        written = {"".join(text.itertext()) for text in svg.iter(f"{SVG}text")}
        assert {book.name("cross_entropy"), book.name("gradient")} <= written
        assert len(written & set(map(book.name, kb.entries))) >= 28


def test_the_script_of_the_map_is_told_every_tie(files, graph, kb):
    ids = list(kb.entries)
    expected = {(frozenset((tie.a, tie.b)), tie.kind) for tie in graph.all}
    for language in ("zh", "en"):
        told = json.loads(files[language, "assets/play/graph-all.atlas.js"].partition(b",")[2].strip().removesuffix(b")"))
        found = set()
        for kind, steps in zip(KINDS, told["ties"], strict=True):
            entry = other = 0
            for step in steps:
                entry, other = (entry, other + step) if step else (entry + 1, entry + 1)
                found |= {(frozenset((ids[entry], ids[other])), kind)} if step else set()
            assert entry == len(ids)
        assert found == expected


def test_a_picture_says_in_words_what_it_shows(plan):
    for language, book in plan.books.items():
        page = plan.written[language]["losses/huber.md"]
        (alt,) = re.findall(r"!\[(.*?)\]\(\.\./figures/huber-graph\.svg\)", page)
        assert book.name("huber") in alt
        assert book.name("squared_error") in alt


def test_words_of_ties_are_html_without_leftovers(files):
    for (language, path), content in files.items():
        if path.endswith("-graph.graph.js"):
            text = content.decode()
            assert not re.search(r"\[\[(?!\")|\*\*|\{\{|None(?! of )", re.sub(r"<annotation.*?</annotation>", "", text)), (
                language,
                path,
            )


@pytest.mark.parametrize(
    ("name", "limit", "lines"),
    [
        ("Huber loss", 8, ["Huber loss"]),
        ("Binary cross-entropy with logits", 8, ["Binary cross-", "entropy with", "logits"]),
        ("非饱和 GAN 损失", 5, ["非饱和", "GAN 损失"]),
        ("学习率", 2, ["学习", "率"]),
    ],
)
def test_names_are_broken_where_a_reader_would(name, limit, lines):
    assert wrap(name, limit) == lines


def test_pages_by_hand_are_mentions_too(plan):
    page = plan.written["en"]["losses/huber.md"]
    assert "- [[index|Home]]: Move δ: this is the **Huber loss** with its slope." in page
    assert "[[index|首页]]" in plan.written["zh"]["losses/focal.md"]


def test_blocks_of_a_note():
    note = (
        "---\ntitle: A\n---\n# Head\n\nOne [[a|b]]\nline.\n\n- item *x*\n  more\n- <kbd>/</kbd> two\n\n"
        "| p | q |\n| --- | --- |\n| [[a\\|b]] | c |\n\n```\n[[no]]\n```\n![x](y.svg)\n> [!note] Title\n> said\n"
    )
    found = list(byhand.blocks(note))
    assert found[:4] == ["Head", "One [[a|b]]\nline.", "item *x*\nmore", "/ two"]
    assert r"[[a\|b]] · c" in found
    assert not any("[[no]]" in block or "y.svg" in block for block in found)
    assert byhand.title(note, "x/y") == "A"
    assert byhand.title("text", "x/y") == "y"


def git(folder, *command, day="2026-01-02"):
    stamp = f"{day}T12:00:00+00:00"
    who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"]
    environment = {"PATH": "/usr/bin:/bin", "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "HOME": str(folder)}
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True, env=environment)  # noqa: S607


@pytest.fixture
def project(tmp_path):
    """A folder with two entries, committed on two days."""
    (tmp_path / "data/terms").mkdir(parents=True)
    git(tmp_path, "init", "-q")
    for name, day in (("one", "2026-01-02"), ("two", "2026-01-03")):
        (tmp_path / f"data/terms/{name}.yml").write_text(name, encoding="utf-8")
        git(tmp_path, "add", ".", day=day)
        git(tmp_path, "commit", "-qm", name, day=day)
    return tmp_path


def test_dates_come_from_git(project, tmp_path):
    found = history.changes(project, tmp_path / "cache")
    assert found == {"two": history.Change("2026-01-03", new=True), "one": history.Change("2026-01-02", new=True)}
    assert list(found) == ["two", "one"]
    before = history.head(project)
    (project / "data/terms/one.yml").write_text("more", encoding="utf-8")
    git(project, "commit", "-qam", "more", day="2026-01-05")
    assert history.head(project) != before
    assert history.changes(project, tmp_path / "cache")["one"] == history.Change("2026-01-05", new=False)
    assert list(history.changes(project, tmp_path / "cache")) == ["one", "two"]


def test_nobody_knows_dates_without_git_or_without_the_past(project, tmp_path, monkeypatch):
    bare = tmp_path / "tarball"
    (bare / "data/terms").mkdir(parents=True)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert history.changes(bare, tmp_path / "cache") == {}
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), "shallow")
    assert history.changes(tmp_path / "shallow", tmp_path / "cache") == {}
    monkeypatch.setenv("PATH", "")
    assert history.changes(project, tmp_path / "cache") == {}


def test_without_dates_there_is_no_list_of_changes(monkeypatch):
    monkeypatch.setattr(history, "changes", lambda *_: {})
    written = draft(ROOT).written["en"]
    assert "indexes/recent.md" not in written
    assert "updated:" not in written["losses/huber.md"]


def test_ways_up_and_on_are_links_in_the_properties(plan, kb):
    page = plan.written["en"]["losses/log_cosh.md"]
    assert 'up: "[[losses/index#Robust regression|Robust regression]]"' in page
    shelf = [id for id, loss in kb.losses.items() if loss.family == "robust"]
    place = shelf.index("log_cosh")
    for key, other in (("prev", shelf[place - 1]), ("next", shelf[place + 1])):
        assert f'{key}: "[[losses/{other}|{kb.losses[other].name.en}]]"' in page


def test_tags_are_listed_with_their_numbers(plan, kb):
    page = plan.written["en"]["indexes/tags.md"]
    count = sum(loss.family == "robust" for loss in kb.losses.values())
    assert f"[[indexes/tags#loss-function/robust-regression|robust-regression]] {count}" in page
    assert "### loss-function/robust-regression" in page


def test_a_note_stays_with_the_entry_that_wrote_it(plan):
    """Seen from the other end its «the latter» would mean the wrong one."""
    note = "which is for labels without places"
    seen = {id: " ".join(words for tie in told(plan.books["en"], id)["ties"] for words in tie[3]) for id in ("crf_nll", "ctc")}
    assert note in seen["crf_nll"]
    assert note not in seen["ctc"]
