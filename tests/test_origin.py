"""Links to where a page is written: the file of the page, and the line of each section."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import markdown
import pytest
from conftest import ROOT, config

from kbgen.errors import Problems
from kbgen.load import load
from kbgen.model import Repository
from kbgen.obsidian import makeExtension
from kbgen.obsidian.origin import REPOSITORY
from kbgen.pages import Book, entry_page
from kbgen.site import UNUSED
from kbgen.sources import repository_file

EDIT, VIEW = "https://example.org/o/n/edit/main/{path}", "https://example.org/o/n/blob/main/{path}#L{line}"


def book_with(kb, language, **given):
    config = kb.config.model_copy(update={"repository": Repository(**given) if given else None})
    return Book(replace(kb, config=config), language, ROOT / ".kbgen", {}, {}, {})


def rendered(vault, path, text):
    """A note as a host converts it, which tells the extension which page it is."""
    (vault / path).parent.mkdir(parents=True, exist_ok=True)
    (vault / path).write_text(text, encoding="utf-8")
    extensions = [makeExtension(vault=str(vault)), "tables", "toc", "pymdownx.superfences"]
    md = markdown.Markdown(extensions=extensions, extension_configs={"toc": {"permalink": True}})
    host = markdown.treeprocessors.Treeprocessor(md)
    host.run = lambda _: None
    host.file = SimpleNamespace(src_uri=path)
    md.treeprocessors.register(host, "relpath", 0)
    return lxml.html.fragment_fromstring(md.convert(text.split("---\n", 2)[-1]), create_parent=True)


def links(page):
    return [link for link in page.iter("a") if "example.org" in (link.get("href") or "")]


def write_repository(vault, book, notes=()):
    for path, content in repository_file(book, notes).items():
        (vault / path).parent.mkdir(parents=True, exist_ok=True)
        (vault / path).write_bytes(content)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("id", ["huber", "outlier", "adam"])
def test_each_section_leads_to_the_line_of_its_field(kb, tmp_path, language, id):
    book = book_with(kb, language, edit=EDIT, view=VIEW)
    entry, file = kb.entries[id], kb.sources[id].path
    write_repository(tmp_path, book)
    page = rendered(tmp_path, f"{kb.folder(id)}/{id}.md", entry_page(book, entry, []))
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    fields = {}
    for link in page.find_class("kb-edit"):
        heading = link.getparent().text_content().strip(" ¶")
        path, _, line = link.get("href").removeprefix("https://example.org/o/n/blob/main/").partition("#L")
        assert path == file
        fields[heading] = lines[int(line) - 1].partition(":")[0]
        assert link.get("aria-label") == book.label("edit_section").replace("{section}", heading)
        assert re.search(r"[\u3400-\u9fff]" if language == "zh" else "file", link.get("aria-label"))
    sections = kb.config.sections["loss" if id == "huber" else "term" if id == "outlier" else "optimizer"]
    named = {"definition": "plain", "formula": "formula", "references": "references", "sentence": "example", "pitfalls": "pitfalls"}
    for section, field in named.items():
        if section in sections and any(line.startswith(f"{field}:") for line in lines):
            assert fields[book.words(sections[section])] == field
    assert links(page)[-1].get("href") == EDIT.replace("{path}", file)
    assert links(page)[-1].text == book.label("edit_page")
    assert [heading.get("id") for heading in page.iter("h2")] == [
        heading.get("id") for heading in rendered(tmp_path / "plain", "a.md", entry_page(book, entry, [])).iter("h2")
    ]


def test_notes_and_pages_of_other_files_lead_to_them_and_lists_to_nothing(kb, tmp_path):
    book = book_with(kb, "en", edit=EDIT)
    write_repository(tmp_path, book, ["guides/a b.md"])
    for path, file in (
        ("guides/a b.md", "docs/en/guides/a%20b.md"),
        ("tools/chooser.md", "data/chooser.yml"),
        *((f"lab/{id}.md", f"data/claims/{id}.yml") for id in list(kb.claims)[:1]),
    ):
        page = rendered(tmp_path, path, "---\nlines: [4]\n---\n# A\n\n## B\n")
        assert [link.get("href") for link in links(page)] == [EDIT.replace("{path}", file)]
    assert links(rendered(tmp_path, "losses/index.md", "# A\n")) == []


def test_the_name_of_a_link_has_the_words_of_its_heading_only(kb, tmp_path):
    write_repository(tmp_path, book_with(kb, "en", edit=EDIT, view=VIEW), ["a.md"])
    page = rendered(tmp_path, "a.md", "---\nlines: [7]\n---\n# A\n\n## A `b` & $x<1$ *c*\n")
    assert [link.get("aria-label") for link in page.find_class("kb-edit")] == ["Where “A b & c” stands in the file"]


def test_without_a_repository_nothing_is_there(kb, tmp_path):
    book = book_with(kb, "en")
    assert repository_file(book, ["index.md"]) == {}
    assert "lines:" not in entry_page(book, kb.entries["huber"], [])
    page = rendered(tmp_path, "index.md", "---\nlines: [4]\n---\n# A\n\n## B\n")
    assert not page.find_class("kb-edit") and not page.find_class("kb-edit-page")


def test_lines_move_with_the_file(kb, tmp_path):
    (tmp_path / "data/terms").mkdir(parents=True)
    (tmp_path / "data/kb.yml").write_text(config() + f"repository: {{edit: '{EDIT}', view: '{VIEW}'}}\n", encoding="utf-8")
    text = (ROOT / "data/terms/outlier.yml").read_text(encoding="utf-8")
    found = []
    for head in ("", "# a\n# b\n"):
        (tmp_path / "data/terms/outlier.yml").write_text(head + text, encoding="utf-8")
        moved = load(tmp_path)
        found.append(Book(moved, "en", tmp_path, {}, {}, {}).line(moved.entries["outlier"], "definition"))
    assert found[1] == found[0] + 2 > 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{edit: 'http://example.org/{path}'}", "not an https address with {path}"),
        ("{edit: 'https://example.org/'}", "not an https address with {path}"),
        ("{edit: 'https://example.org/{path}\"x'}", "not an https address with {path}"),
        ("{edit: 'https://example.org/{path}', view: 'https://example.org/{path}'}", "not an https address with {path} and {line}"),
        ("{edit: 'https://example.org/{path}', viw: x}", "unknown key"),
    ],
)
def test_a_pattern_that_leads_nowhere_is_a_problem(tmp_path, given, said):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/kb.yml").write_text(config() + f"repository: {given}\n", encoding="utf-8")
    with pytest.raises(Problems) as found:
        load(tmp_path)
    (problem,) = found.value.problems
    assert said in problem.message and problem.line == config().count("\n") + 1


def test_what_the_extension_knows_of_the_repository_is_not_published():
    assert Path(REPOSITORY).name in UNUSED
