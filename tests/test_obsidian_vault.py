"""A vault that knows nothing of kbgen, in a project with the default theme: every link and embed leads somewhere."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import markdown
import pytest

from kbgen.obsidian import makeExtension

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
NOTES = {
    "index.md": """\
---
tags: [home]
see: "[[资料/Duplicate]]"
---
# Home

[[中文 笔记]] [[中文 笔记#第二节|二]] [[Deep Note 🎉]] [[Deep Note 🎉#^mark]] [[Duplicate]] [[小名]] #数学/代数
[t](中文%20笔记.md) [t](notes/Deep%20Note%20🎉.md#part-two) [t](Deep%20Note%20🎉.md#Part%20two)
[[paper.pdf#page=2]] [[#Here & there]]

![[中文 笔记]]

![[Deep Note 🎉#Part two]]

> [!tip] 见[[中文 笔记#第一节]]
> ![[picture (1).png|80]]

| a | b |
| - | - |
| [[中文 笔记\\|x]] | ![[图 片.png\\|40]] |

![[sound.mp3]] ![[film.mp4|200]] ![[paper.pdf#page=2]] ![[board.canvas]]

## Here & there

text[^1] and `[[code]]` %%[[comment]]%% $[[maths]]$

    [[indented]]

[^1]: a foot with [[Deep Note 🎉]]
""",
    "资料/中文 笔记.md": """\
---
aliases: [小名]
tags: [数学/分析]
---
# 中文 笔记

## 第一节

一 [[Duplicate]] ![[图 片.png]]

## 第二节

二[^1] [[#第一节]]

[^1]: 脚注
""",
    "资料/Duplicate.md": "# Duplicate one\n\n[[index]] ![](图%20片.png)\n",
    "notes/Duplicate.md": "# Duplicate two\n\n[[Nowhere]] and [[中文 笔记#没有]]\n",
    "notes/Deep Note 🎉.md": """\
# Deep

## Part one

A block ^mark

## Part two

![[Duplicate]] [[Deep Note 🎉#Part one]] ![[sound.mp3]] ![[paper.pdf]] ![[film.mp4]]
""",
}
FILES = [
    "attachments/图 片.png",
    "attachments/picture (1).png",
    "attachments/sound.mp3",
    "film.mp4",
    "attachments/paper.pdf",
    "board.canvas",
]


def project(folder: Path, *, folders: bool) -> Path:
    """A project of the vault with a plain configuration."""
    for name, text in NOTES.items():
        (folder / "vault" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "vault" / name).write_text(text, encoding="utf-8")
    for name in FILES:
        (folder / "vault" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "vault" / name).write_bytes(PIXEL)
    (folder / "mkdocs.yml").write_text(
        f"site_name: Foreign\ndocs_dir: vault\nuse_directory_urls: {str(folders).lower()}\ntheme: {{name: material}}\n"
        "markdown_extensions:\n  kbgen.obsidian: {vault: vault, facts: facts.json}\n  footnotes: {}\n  pymdownx.superfences: {}\n"
        "  pymdownx.quotes: {callouts: true}\n  toc: {permalink: true}\n",
        encoding="utf-8",
    )
    return folder


def build(folder: Path, host: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", host, "build", "-f", "mkdocs.yml", *more]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def pages(site: Path) -> Mapping[Path, lxml.html.HtmlElement]:
    found = [path for path in site.rglob("*.html") if path.name != "404.html"]
    return {path.resolve(): lxml.html.document_fromstring(path.read_text(encoding="utf-8")) for path in found}


def addresses(article: lxml.html.HtmlElement) -> Iterator[str]:
    for element in article.iter():
        yield from (element.get(key) for key in ("href", "src", "data") if element.get(key) is not None)


def place(link: lxml.html.HtmlElement, page: Path, known: Mapping[Path, lxml.html.HtmlElement]) -> lxml.html.HtmlElement:
    """The element that a link leads to."""
    parts = urlsplit(link.get("href"))
    target = (page.parent / unquote(parts.path)).resolve()
    tree = known[target / "index.html" if target.is_dir() else target]
    return next(element for element in tree.iter() if element.get("id") == unquote(parts.fragment))


def leads_somewhere(address: str, page: Path, known: Mapping[Path, lxml.html.HtmlElement]) -> bool:
    parts = urlsplit(address)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    target = target / "index.html" if target.is_dir() else target
    if not parts.fragment or target not in known:
        return target.is_file()
    return unquote(parts.fragment) in {element.get("id") for element in known[target].iter()}


@pytest.mark.parametrize(("host", "folders"), [("mkdocs", True), ("mkdocs", False), ("zensical", True), ("zensical", False)])
def test_every_link_and_embed_of_a_foreign_vault_leads_to_a_file_and_an_id(tmp_path, host, folders):
    pytest.importorskip(host)
    run = build(project(tmp_path, folders=folders), host)
    assert run.returncode == 0, run.stderr + run.stdout
    known = pages(tmp_path / "site")
    assert len(known) == len(NOTES)
    astray = [
        (page.relative_to(tmp_path).as_posix(), address)
        for page, tree in known.items()
        for article in tree.iter("article")
        for address in addresses(article)
        if not urlsplit(address).scheme and not leads_somewhere(address, page, known)
    ]
    assert not astray
    start = (tmp_path / "site/index.html").resolve()
    home = known[start]
    assert place(home.xpath("//article//a[text()='二']")[0], start, known).text == "第二节"
    assert len(home.xpath("//article//audio")) == 2 and len(home.xpath("//article//img")) == 3
    assert "二" in home.xpath("string(//article//div[@class='kb-embed'])")


def test_what_leads_nowhere_fails_only_a_strict_build(tmp_path):
    project(tmp_path, folders=True)
    run = build(tmp_path, "mkdocs", "--strict")
    assert run.returncode == 1
    assert "notes/Duplicate.md:3: [[Nowhere]] leads nowhere" in run.stderr


def facts(folder: Path) -> bytes:
    """What is written of the vault of a project, with two more notes in it."""
    project(folder, folders=True)
    (folder / "vault/bad.md").write_text("---\ntags: [a\n---\n# Bad\n", encoding="utf-8")
    (folder / "vault/secret.md").write_text("---\npublish: false\n---\n[[index]]\n", encoding="utf-8")
    ours = makeExtension(vault=str(folder / "vault"), facts=str(folder / "facts.json"))
    markdown.markdown("x", extensions=[ours, "tables", "toc", "footnotes"])
    return (folder / "facts.json").read_bytes()


def test_facts_tell_what_leads_where_and_what_is_wrong(tmp_path):
    found = json.loads(facts(tmp_path))
    notes = found["notes"]
    assert "secret.md" not in notes
    assert notes["资料/中文 笔记.md"]["aliases"] == ["小名"]
    assert notes["index.md"]["tags"] == ["home", "数学/代数"]
    assert notes["index.md"]["backlinks"] == ["资料/Duplicate.md"], "not those of a note that is not published"
    assert notes["notes/Deep Note 🎉.md"]["backlinks"] == ["index.md"], "once for a note that links often"
    links = {(link["line"], link["kind"], link["written"]): (link["to"], link["place"]) for link in notes["index.md"]["links"]}
    assert links[3, "property", "[[资料/Duplicate]]"] == ("资料/Duplicate.md", "")
    assert links[7, "link", "[[Deep Note 🎉#^mark]]"] == ("notes/Deep Note 🎉.md", "^mark")
    assert links[8, "markdown", "[t](Deep%20Note%20🎉.md#Part%20two)"] == ("notes/Deep Note 🎉.md", "part-two")
    assert links[11, "embed", "![[中文 笔记]]"] == ("资料/中文 笔记.md", "")
    assert not [link for link in links if any(word in link[2] for word in ("code", "comment", "maths", "indented"))]
    assert {(problem["path"], problem["line"], problem["kind"]) for problem in found["problems"]} == {
        ("bad.md", 3, "properties"), ("index.md", 7, "alias"), ("index.md", 7, "ambiguous"),
        ("notes/Deep Note 🎉.md", 9, "ambiguous"), ("notes/Duplicate.md", 3, "unresolved"),
        ("notes/Duplicate.md", 3, "place"), ("资料/中文 笔记.md", 9, "ambiguous"),
    }  # fmt: skip


def test_facts_are_the_same_wherever_the_vault_lies(tmp_path, monkeypatch):
    first = facts(tmp_path / "one")
    assert facts(tmp_path / "two") == first
    monkeypatch.setenv("KBGEN_FACTS", str(tmp_path / "asked"))
    markdown.markdown("x", extensions=[makeExtension(vault=str(tmp_path / "one/vault")), "tables", "toc", "footnotes"])
    assert (tmp_path / "asked/vault.json").read_bytes() == first
