"""Every construct of data/conformance, in both languages, with the settings of this site and with those of a foreign one."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import markdown
import pytest
import yaml
from conftest import ROOT, base
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from kbgen.conformance import PAGE, example_notes, source_in
from kbgen.model import LANGUAGES
from kbgen.obsidian import slug

BASE = base().conformance
ROWS = [(id, row) for chapter in BASE.values() for id, row in chapter.rows.items()]
AROUND = {"losses/huber.md": "# Huber\n", "index.md": "# Home\n"}


class Here(Extension):
    """Stands in for the host, which tells the page at work."""

    def extendMarkdown(self, md):
        host = Treeprocessor(md)
        host.file = SimpleNamespace(src_uri=f"{PAGE}.md")
        host.run = lambda _: None
        md.treeprocessors.register(host, "relpath", 0)


@pytest.fixture(scope="module")
def vault(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("vault")
    for path, text in {**AROUND, f"{PAGE}.md": "# All\n", **dict(example_notes(BASE.values()))}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def ours(vault):
    """The extensions of mkdocs.yml, on another vault."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_constructor("!ENV", lambda *_: "")
    loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: slug)
    given = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), loader)["markdown_extensions"]  # noqa: S506  # a safe one
    return {**given, "kbgen.obsidian": {**given["kbgen.obsidian"], "vault": str(vault)}}


def foreign(vault):
    """What MkDocs loads by itself, and our extension alone."""
    return {"toc": {}, "tables": {}, "fenced_code": {}, "kbgen.obsidian": {"vault": str(vault)}}


@pytest.mark.parametrize("settings", [ours, foreign])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("id", "row"), ROWS, ids=[id for id, _ in ROWS])
def test_construct(vault, settings, language, id, row):
    given = settings(vault)
    html = markdown.markdown(source_in(row, language), extensions=[*given, Here()], extension_configs=given)
    flat = " ".join(html.split())
    assert [text for text in row.html if " ".join(text.split()) not in flat] == [], html
    assert [text for text in row.without if text in html] == [], html


def article(project: Path, host: str) -> list[str]:
    """The page of all constructs as a host shows it, without what its theme adds."""
    run = subprocess.run(
        [sys.executable, "-m", host, "build", "-f", "mkdocs.yml"], cwd=project, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr + run.stdout
    parser = lxml.html.HTMLParser(encoding="utf-8")
    (found,) = lxml.html.parse(project / "site" / f"{PAGE}.html", parser).xpath("//article")
    for added in found.xpath(".//*[@id='__skip']"):
        added.drop_tree()
    shutil.rmtree(project / "site")
    return [line.strip() for line in lxml.html.tostring(found, encoding="unicode").splitlines() if line.strip()]


def test_both_hosts_show_every_construct_alike(vault, tmp_path):
    """On one page, as readers meet them: no construct disturbs another, and links lead on to pages."""
    shutil.copytree(vault, tmp_path / "notes")
    sources = [source_in(row, "en") for _, row in ROWS if not row.apart]
    (tmp_path / "notes" / f"{PAGE}.md").write_text("# All\n\n" + "\n\n".join(sources), encoding="utf-8")
    settings = "theme: {name: material, font: false}\nmarkdown_extensions:\n  kbgen.obsidian: {vault: notes}\n"
    project = f"site_name: Notes\nsite_url: ''\ndocs_dir: notes\nuse_directory_urls: false\nplugins: []\n{settings}"
    (tmp_path / "mkdocs.yml").write_text(project, encoding="utf-8")
    mkdocs, zensical = article(tmp_path, "mkdocs"), article(tmp_path, "zensical")
    assert mkdocs == zensical
    assert any('href="../losses/huber.html"' in line for line in mkdocs)
