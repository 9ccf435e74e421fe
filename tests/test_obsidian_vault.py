"""A vault that knows nothing of kbgen, in a project with the default theme: every link and embed leads somewhere."""

import base64
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

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
    (home,) = [tree for page, tree in known.items() if page == (tmp_path / "site/index.html").resolve()]
    assert len(home.xpath("//article//audio")) == 2 and len(home.xpath("//article//img")) == 3
    assert "二" in home.xpath("string(//article//div[@class='kb-embed'])")


def test_what_leads_nowhere_fails_only_a_strict_build(tmp_path):
    project(tmp_path, folders=True)
    run = build(tmp_path, "mkdocs", "--strict")
    assert run.returncode == 1
    assert "notes/Duplicate.md:3: [[Nowhere]] leads nowhere" in run.stderr
