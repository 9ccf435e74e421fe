"""Whatever stands in a file of the data, it is refused with its place, or shown harmlessly; nothing else happens.

`python tests/test_hostile_data.py FILE [STRIDE]` tries every change of a file of the base, or every so many, and prints what it
found.
"""

import importlib
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import hostile
import markdown
import pytest
import yaml
from conftest import ROOT
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from kbgen import build, harmless
from kbgen.cache import Memo
from kbgen.checks import problems
from kbgen.cli import main
from kbgen.clock import Clock
from kbgen.errors import Problem, Problems
from kbgen.load import load
from kbgen.notes import properties

STRIDES = {
    "data/losses/huber.yml": 401, "data/terms/residual.yml": 151, "data/optimizers/sgd.yml": 127, "data/identities.yml": 41,
    "data/chooser.yml": 199, "data/claims/fusion_xor.yml": 151, "data/kb.yml": 19997, "data/evidence/huber.json": 307,
    "data/lab/fusion_xor.json": 127,
}  # fmt: skip
"""Every so many changes of each kind of file are tried in every run; the strides share no factor with the number of changes."""
DANGEROUS = {
    "script",
    "iframe",
    "object",
    "embed",
    "style",
    "form",
    "input",
    "base",
    "meta",
    "link",
    "svg",
    "template",
    "video",
    "audio",
}
UNSEEN_IN_TERMINAL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Base:
    """A base whose files are changed one at a time; what was read once is remembered."""

    def __init__(self, root: Path, patch: Callable[[str, Any], None]) -> None:
        self.root = hostile.write_base(root)
        hostile.alone(patch)
        hostile.prove(root)
        memo = Memo(root / ".kbgen" / "memo.db")
        patch("kbgen.build.Memo", lambda _: memo)
        self.memo = memo
        self.pages = self.draft().written

    def draft(self) -> build.Draft:
        plan = build.draft(self.root)
        for language in plan.books:
            build._files(plan, language, Clock())  # noqa: SLF001  # what scripts are given
        return plan

    def judged(self) -> list[Problem]:
        """What is reported; every report has its place and nothing that commands a terminal."""
        try:
            self.draft()
        except Problems as refused:
            for problem in refused.problems:
                lines = (self.root / problem.path).read_bytes().count(b"\n") + 1 if (self.root / problem.path).is_file() else 1
                assert os.path.lexists(self.root / problem.path), problem
                assert 1 <= problem.line <= lines, problem
                assert not UNSEEN_IN_TERMINAL.search(str(problem)), problem
            assert len(str(refused)) < 60_000  # noqa: PT017  # of this one
            return list(refused.problems)
        return []

    def accepted(self) -> bool:
        """Whether the data is taken, without the pages that it would give."""
        try:
            return not problems(load(self.root, self.memo), self.memo)
        except Problems:
            return False

    def value(self, name: str) -> Any:
        text = (self.root / name).read_text(encoding="utf-8")
        return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)

    def put(self, name: str, value: Any) -> None:
        text = json.dumps(value) if name.endswith(".json") else hostile.dumped(value)
        (self.root / name).write_bytes(text.encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Iterator[Base]:
    with pytest.MonkeyPatch.context() as patch:
        yield Base(tmp_path_factory.mktemp("base"), patch.setattr)


@pytest.fixture(autouse=True)
def _as_it_was(request) -> Iterator[None]:
    """The base goes from test to test: each puts back what it changed."""
    root = request.getfixturevalue("base").root
    before = {path: path.read_bytes() for folder in ("data", "docs") for path in (root / folder).rglob("*") if path.is_file()}
    yield
    for path, content in before.items():
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


@pytest.mark.parametrize("name", STRIDES)
def test_every_change_is_accepted_or_reported_with_its_place(base, name):
    value = base.value(name)
    refused = 0
    for what, new in islice(hostile.mutants(value), 0, None, STRIDES[name]):
        base.put(name, new)
        try:
            refused += bool(base.judged())
        except Exception as error:
            raise AssertionError(f"{name}: {what}") from error
    assert refused > 10


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
)
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "a comment": lambda _: b"# nothing\n",
    "blanks": lambda _: b" \n\t\n",
    "half": lambda old: old[: len(old) // 2],
    "GBK": lambda old: old.decode().encode("gbk", "replace"),
    "UTF-16": lambda old: old.decode().encode("utf-16"),
    "Latin 1": lambda old: old + "tip: é\n".encode("latin-1"),
    "zeros": lambda old: old[:30] + b"\0" + old[30:],
    "escapes": lambda old: old[:30] + b"\x1b[2J" + old[30:],
    "other line ends": lambda old: old.replace(b"\n", b"\r"),
    "signs that end a line": lambda old: old + "\u2028\u2029\u0085x\n".encode(),
    "tabs": lambda old: old.replace(b"  ", b"\t"),
    "twice": lambda old: old + old,
    "two documents": lambda old: old + b"\n---\n" + old,
    "a directive": lambda old: b"%YAML 9.9\n---\n" + old,
    "a tag": lambda old: old + b"tip: !!python/object/apply:os.system [echo]\n",
    "a bomb": lambda old: old + BOMB.encode(),
    "a merge": lambda old: old + b"<<: {name: 1}\n",
    "a deep list": lambda _: b"name: " + b"[" * 100_000,
    "a deep mapping": lambda _: b'{"name": ' * 100_000,
    "a great number": lambda old: old + b"year: " + b"9" * 10_000 + b"\n",
    "a long text": lambda old: old + b"name: " + b"x" * 10_000_000 + b"\n",
    "many keys": lambda old: old + b"".join(b"k%d: 1\n" % i for i in range(100_000)),
    "many unknown keys": lambda old: old + b"".join(b"k%d: 1\n" % i for i in range(1500)),
    "a long key": lambda old: old + b"? " + b"x" * 30_000 + b"\n: 1\n",
}
"""What may happen to a file as a whole."""
FINE = {"a directive", "half", "blanks", "nothing", "a comment", "twice", "tabs"}
"""Some files of the base take these: half a note is a note."""


@pytest.mark.parametrize("name", [*STRIDES, "docs/zh/笔记.md", "data/evidence/pitfalls.json", "data/evidence/libraries/torch.json"])
def test_every_damage_to_a_file_is_reported_with_its_place(base, name):
    old = (base.root / name).read_bytes()
    for what, damage in BYTES.items():
        (base.root / name).write_bytes(damage(old))
        found = base.judged()
        by_hand_or_json = not name.endswith(".yml")
        assert by_hand_or_json or what in FINE or found, what
        assert all(problem.path == name for problem in found) or name == "data/kb.yml", (what, found)


@pytest.mark.parametrize("name", ["data/losses/huber.yml", "data/kb.yml", "docs/zh/笔记.md"])
def test_windows_line_ends_and_marks_change_nothing(base, name):
    old = (base.root / name).read_bytes()
    (base.root / name).write_bytes(b"\xef\xbb\xbf" + old.replace(b"\n", b"\r\n"))
    assert base.draft().written == base.pages


HEADS = [
    "a: &a [x]\nb: *a", "a: !!python/object/apply:os.system [echo]", "date: 2001-99-99", "a: " + "[" * 50_000, "- a", "a: b: c",
    "aliases: 9" + "9" * 5000, "title: [\x1b]", "x: !!binary '!'", "? [a]\n: b",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_properties_that_would_break_a_host_are_reported(base, head):
    (base.root / "docs/zh/笔记.md").write_text(f"---\n{head}\n---\n# 笔记\n", encoding="utf-8")
    assert [problem.path for problem in base.judged()] == ["docs/zh/笔记.md"]


def remade(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)


PLACES = {
    "a link out": ("data/terms/out.yml", lambda path: path.symlink_to("/etc/hostname")),
    "a link out of a vault": ("docs/zh/out.md", lambda path: path.symlink_to("/etc/hostname")),
    "a picture from elsewhere": ("docs/zh/out.svg", lambda path: path.symlink_to("/etc/hostname")),
    "a folder from elsewhere": ("docs/zh/figures", lambda path: path.symlink_to("/etc")),
    "a folder of data from elsewhere": ("data/claims/more", lambda path: path.symlink_to("/etc")),
    "a link to itself": ("data/terms/loop.yml", lambda path: path.symlink_to(path)),
    "a folder": ("data/terms/folder.yml", lambda path: path.mkdir()),
    "a folder called like a note": ("docs/zh/folder.md", lambda path: path.mkdir()),
    "a pipe": ("data/terms/pipe.yml", os.mkfifo),
    "capitals": ("data/terms/Residual.yml", lambda path: path.write_text(hostile.RESIDUAL, encoding="utf-8")),
    "a look-alike": ("data/terms/r\u0435sidual.yml", lambda path: path.write_text(hostile.RESIDUAL, encoding="utf-8")),
    "an escape": ("data/terms/a\x1b[31m\n.yml", lambda path: path.write_text(hostile.RESIDUAL, encoding="utf-8")),
    "an order of letters": ("data/terms/a\u202eb.yml", lambda path: path.write_text(hostile.RESIDUAL, encoding="utf-8")),
    "no text at all": ("data/terms/a\udcff.yml", lambda path: path.write_text(hostile.RESIDUAL, encoding="utf-8")),
    "another kind": ("data/losses/residual.yml", lambda path: path.write_text(hostile.HUBER, encoding="utf-8")),
    "a folder of no kind": ("data/terms/deep/a.yml", lambda path: path.write_text("x", encoding="utf-8")),
}


@pytest.mark.parametrize("what", PLACES)
def test_what_is_no_file_of_this_project_is_reported(base, what, monkeypatch, capsys):
    name, make = PLACES[what]
    path = base.root / name
    remade(path, make)
    monkeypatch.chdir(base.root)
    try:
        assert main(["check"]) == 1
        said = capsys.readouterr().err
        assert harmless.shown(name) in said and "Traceback" not in said
        assert not UNSEEN_IN_TERMINAL.search(said)
    finally:
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        if path.parent.name == "deep":
            path.parent.rmdir()


@pytest.mark.parametrize("name", ["data/terms/residual.yml", "docs/zh/笔记.md"])
def test_a_file_that_may_not_be_read_is_reported(base, name, monkeypatch):
    read = Path.read_bytes

    def refuse(path):
        if path.name == Path(name).name:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(Problems, match="Permission denied") as refused:
        base.draft()
    assert refused.value.problems[0].path == name


class Page(HTMLParser):
    """What is live on a page: elements that could do something, handlers, addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += tag in DANGEROUS
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            if name in {"href", "src", "action", "formaction", "srcdoc", "xlink:href"}:
                scheme = re.match(r"[\s\x00-\x1f]*([a-z][\w+.-]*)\s*:", value or "", re.I)
                assert scheme is None or scheme[1].lower() in {"http", "https"}, (tag, attrs)


def rendered(text: str) -> Page:
    """A page as MkDocs renders it."""
    body = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.S)
    return Page(markdown.markdown(body, extensions=configured().markdown_extensions, extension_configs=configured().mdx_configs))


@cache
def configured() -> MkDocsConfig:
    return load_config(str(ROOT / "mkdocs.yml"))


def strings(value: Any) -> Iterator[tuple[hostile.Loc, str]]:
    return ((loc, text) for loc, text in hostile.places(value) if isinstance(text, str))


def test_what_is_accepted_is_shown_harmlessly(base):
    """Every text of the base gets a word that is accepted there, and all pages are rendered as a host does it."""
    words = iter(word for _ in range(99) for word in hostile.WORDS)
    used = set()
    for name in (name for name in STRIDES if name.startswith("data/") and name.endswith(".yml") and name != "data/kb.yml"):
        value = base.value(name)
        for loc, _ in list(strings(value)):
            for word in islice(words, 12):
                changed = hostile.changed(value, loc, lambda old, word=word: f"{old} {word}")
                base.put(name, changed)
                if harmless.unseen(word) or next(harmless.faults(loc, f"x {word}"), None) or not base.accepted():
                    continue
                value = changed
                used.add(word)
                break
        base.put(name, value)
    assert len(used) > 60
    plan = base.draft()
    for language, pages in plan.written.items():
        for path, text in pages.items():
            if text != base.pages[language].get(path):
                assert +rendered(text).elements == +rendered(base.pages[language][path]).elements, path
                assert_sound(text, path)
    for entry in plan.kb.entries.values():
        page = plan.written["en"][f"{plan.kb.folder(entry.id)}/{entry.id}.md"]
        assert properties(page)["title"] == " ".join(entry.name.en.split())


@pytest.mark.parametrize("sign", [sign for sign in hostile.SIGNS if harmless.unseen(sign)], ids=ascii)
def test_signs_that_nobody_sees_are_refused_as_they_are_and_escaped(base, sign):
    name = "data/terms/residual.yml"
    value = base.value(name)
    base.put(name, {**value, "example": {"zh": "x", "en": f"x {sign}"}})
    assert "nobody can see" in base.judged()[0].message


def test_a_label_that_a_page_needs_is_missed_in_its_file(base):
    value = base.value("data/kb.yml")
    base.put("data/kb.yml", {**value, "labels": {key: words for key, words in value["labels"].items() if key != "plain"}})
    (problem,) = base.judged()
    assert problem.path == "data/kb.yml" and problem.message == "labels: no label 'plain'"


def assert_sound(text: str, path: str) -> None:
    """Rows of a table have as many cells as its head."""
    for table in re.findall(r"(?m)^(?:\|.*\n)+", text):
        cells = {len(re.findall(r"(?<!\\)\|", harmless.CODE_OR_MATH.sub("x", row))) for row in table.splitlines()}
        assert len(cells) == 1, (path, table)


@pytest.mark.parametrize("word", [*hostile.HTML, *(word for word in hostile.LINKS if "](" in word or word.startswith("<"))])
def test_html_and_links_that_are_none_are_refused_wherever_words_stand(word):
    if "https://" in word and not word.startswith("!"):
        return
    for loc in (
        ("plain", "en"),
        ("references", 0, "title"),
        ("name", "zh"),
        ("labels", "x", "zh"),
        ("apis", "torch", 0, "note", "en"),
    ):
        for text in (word, f"a {word}", f"`a`{word}", f"$x$ {word} $y$", f"a\n{word}"):
            assert harmless.unseen(text) or list(harmless.faults(loc, text)), (loc, text)


def everything(name: str, stride: int) -> None:
    """Try every change of a file, and print the first of each kind that is neither accepted nor reported."""

    def patch(target: str, value: object) -> None:
        module, _, last = target.rpartition(".")
        setattr(importlib.import_module(module), last, value)

    base = Base(Path(tempfile.mkdtemp()), patch)
    counts: Counter[str] = Counter()
    for what, new in islice(hostile.mutants(base.value(name)), 0, None, stride):
        base.put(name, new)
        try:
            outcome = "refused" if base.judged() else "accepted"
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            outcome = f"{type(error).__name__}: {str(error)[:80]}"
            if not counts[outcome]:
                print(what, outcome)
        counts[outcome] += 1
    print(name, dict(counts))


if __name__ == "__main__":
    everything(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1)
