"""What a build remembers: whatever changes, the next build writes what a build without memory would write."""

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from conftest import ROOT

from kbgen import cache
from kbgen.build import write_docs
from kbgen.cache import DAY, DAYS, Memo
from kbgen.history import Change
from kbgen.model import LANGUAGES
from kbgen.parts import Part, keep

KEPT = ("figures", "cards", "play", "compare", "icons", "fonts", "pinyin", "graph")
WORD = r"(?m)^  en: (?=\w)"
TERM = """\
name: {zh: 新词条, en: Brand-new entry}
group: basics
plain:
  zh: 一个和[[huber]]有关的词。
  en: A word about [[huber]].
exact: {zh: 定义, en: Definition}
example: {zh: 例子, en: Example}
"""
CHANGES = {
    "texts": [
        ("data/terms/metric.yml", WORD, "  en: See [[hinge]] first. "),
        ("data/losses/huber.yml", r"(?m)^  zh: (?=[\u3400-\u9fff])", "  zh: 又"),
        ("data/losses/huber.yml", WORD, "  en: Now "),
        ("data/losses/cauchy.yml", r"range: \[-", "range: [-1"),
        ("data/evidence/focal.json", r'"points": \d+', '"points": 7'),
        ("data/evidence/libraries/torch.json", r'"points": \d+', '"points": 7'),
        ("data/evidence/pitfalls.json", r'"wrong": "', '"wrong": "7'),
        ("data/chooser.yml", r"(?m)en: (?=\w)", "en: Word "),
        ("docs/en/index.md", r"\Z", "\nA note on [[terms/metric|metrics]].\n"),
    ],
    "lists": [
        ("data/losses/arcface.yml", r"(?m)^(references:\n  - \{authors: )", "references:\n  - {authors: Somebody; "),
        ("data/losses/huber.yml", r"symbol: torch\.nn\.HuberLoss", "symbol: torch.nn.HuberLosses"),
    ],
    "names": [
        ("data/losses/huber.yml", r"(?m)^name: \{zh: [^,]*, en: ", "name: {zh: 胡伯损失函数, en: The one named "),
        ("data/terms/metric.yml", r"(?<=\naliases: ).*", "{zh: [], en: [Gauge of a model]}"),
    ],
    "ties": [
        ("data/losses/huber.yml", r"family: robust", "family: regression"),
        ("data/terms/metric.yml", r"\Z", "relations:\n  - {kind: contrast_with, to: hinge}\n"),
        ("data/identities.yml", r"en: (?=\w)", "en: Word "),
        ("data/terms/brand_new.yml", r"\Z", TERM),
    ],
    "label": [("data/kb.yml", r"siblings: \{zh: ", "siblings: {zh: 又")],
    "withheld": [("data/losses/huber.yml", r"\Z", "publish: false\n"), ("data/terms/metric.yml", r"\Z", "former_ids: [gauge]\n")],
}
"""Kinds of input that no other of the group would bring along: what is put in place of the first match in a file."""


@pytest.fixture(scope="module")
def trees(tmp_path_factory) -> tuple[Path, Path]:
    """Two copies of what a build reads. They share the kept pictures of this project; only the first one will remember the rest."""
    shared, found = tmp_path_factory.mktemp("shared"), []
    for folder in KEPT:
        (shared / folder).mkdir()
        for path in (ROOT / ".kbgen" / folder).glob("*"):
            os.link(path, shared / folder / path.name)
    for name in ("remembers", "forgets"):
        tree = tmp_path_factory.mktemp(name)
        shutil.copytree(ROOT / "data", tree / "data")
        for language in LANGUAGES:
            (tree / "docs" / language).mkdir(parents=True)
            shutil.copy(ROOT / "docs" / language / "index.md", tree / "docs" / language)
            shutil.copytree(ROOT / "docs" / language / "guides", tree / "docs" / language / "guides")
        (tree / ".kbgen").mkdir()
        for folder in KEPT:
            (tree / ".kbgen" / folder).symlink_to(shared / folder)
        write_docs(tree)
        found.append(tree)
    return found[0], found[1]


def written(tree):
    return [json.loads((tree / "docs" / language / ".kbgen.json").read_text()) for language in LANGUAGES]


def change(tree, path, pattern, instead):
    file = tree / path
    before = file.read_text() if file.is_file() else ""
    after, count = re.subn(pattern, lambda _: instead, before, count=1)
    assert count == 1, path
    file.write_text(after)


@pytest.fixture
def changed(request, trees, monkeypatch):
    """The kind of change that both trees have gone through, until the test is over."""
    edits = CHANGES[request.param]
    before = {path: path.read_bytes() for tree in trees for name, _, _ in edits if (path := tree / name).is_file()}
    for tree in trees:
        for edit in edits:
            change(tree, *edit)
    if request.param == "names":
        monkeypatch.setattr("kbgen.history.changes", lambda *_: {"huber": Change("2026-11-20", new=False)})
    yield request.param
    for tree in trees:
        for name, _, _ in edits:
            (tree / name).unlink(missing_ok=True)
    for path, content in before.items():
        path.write_bytes(content)


@pytest.mark.thorough
@pytest.mark.parametrize("changed", CHANGES, indirect=True)
def test_a_build_that_remembers_writes_what_a_build_from_scratch_writes(changed, trees):
    first = written(trees[0])
    write_docs(trees[0])
    (trees[1] / ".kbgen/memo.db").unlink()
    write_docs(trees[1])
    assert written(trees[0]) == written(trees[1])
    assert written(trees[0]) != first


def test_a_memo_holds_while_the_code_is_the_same_and_keeps_what_was_asked_for(tmp_path, monkeypatch):
    def asked(*keys):
        memo, made = Memo(tmp_path / "memo.db"), []
        for key in keys:
            assert memo.get("pages", key, lambda key=key: made.append(key) or key.upper()) == key.upper()
        memo.save()
        return made

    assert asked("a", "b") == ["a", "b"]
    assert asked("a", "c") == ["c"]
    assert asked("a", "b") == ["b"]
    monkeypatch.setattr(cache, "_code", lambda: "other code")
    assert asked("a") == ["a"]


def test_a_memo_of_which_nothing_is_of_use_begins_anew(tmp_path):
    file = tmp_path / "memo.db"
    for key, size in (("large", 1_000_000), ("small", 1000)):
        memo = Memo(file)
        memo.get("stage", key, lambda size=size: b"x" * size)
        memo.save()
    assert file.stat().st_size < 100_000
    assert Memo(file).get("stage", "small", bytes) == b"x" * 1000


def test_kept_files_that_nobody_used_for_long_are_removed(tmp_path):
    for name, days in (("old", DAYS + 1), ("new", DAYS - 1)):
        (tmp_path / f"{name}.svg").write_bytes(b"1")
        os.utime(tmp_path / f"{name}.svg", (time.time() - days * DAY,) * 2)
    keep([Part("a", tmp_path / "made.svg", lambda: b"2"), Part("b", tmp_path / "new.svg", pytest.fail)])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.svg", "new.svg"]
    assert time.time() - (tmp_path / "new.svg").stat().st_mtime < DAY


def test_a_damaged_memo_is_an_empty_one(tmp_path):
    (tmp_path / "memo.db").write_bytes(b"no table" * 1000)
    assert Memo(tmp_path / "memo.db").get("pages", "a", lambda: 1) == 1
