"""`kbgen facts`: both vaults as they stand, without a site."""

import json
from pathlib import Path

import hostile
import pytest
from conftest import ROOT

from kbgen.cli import main

NOTE = """\
---
tags: [a
---
# Note

[[residual]] [[Nowhere]] [[index#No such heading]] [[Twin]] #topic

[[about]]
"""


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    """Two vaults that no build has touched: what is wrong in them would stop one."""
    hostile.write_base(tmp_path)
    hostile.share(tmp_path)
    (tmp_path / "kbgen").symlink_to(ROOT / "kbgen")  # MkDocs asks for the theme
    for language in ("zh", "en"):
        vault = tmp_path / "docs" / language
        for name in ("terms/residual", "one/twin", "two/twin"):
            (vault / name).parent.mkdir(parents=True, exist_ok=True)
            (vault / f"{name}.md").write_text("# Title\n", encoding="utf-8")
        (vault / "index.md").write_text("# Home\n\n[[terms/residual#Title]]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_links_backlinks_tags_and_slips_of_both_vaults_are_printed(base, capsys):
    (base / "docs/en/note.md").write_text(NOTE, encoding="utf-8")
    (base / "docs/en/else.md").write_text("---\naliases: [about]\n---\n#topic\n", encoding="utf-8")
    assert main(["facts"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert set(found) == {"zh", "en"} and not err
    notes = found["en"]["notes"]
    assert notes["else.md"]["tags"] == ["topic"] and notes["else.md"]["aliases"] == ["about"]
    assert notes["terms/residual.md"]["backlinks"] == ["index.md", "note.md"]
    assert (notes["index.md"]["links"][0]["to"], notes["index.md"]["links"][0]["place"]) == ("terms/residual.md", "title")
    assert {(slip["path"], slip["line"], slip["kind"], slip["level"]) for slip in found["en"]["problems"]} == {
        ("note.md", 3, "properties", "warning"), ("note.md", 6, "unresolved", "warning"), ("note.md", 6, "place", "warning"),
        ("note.md", 6, "ambiguous", "warning"), ("note.md", 8, "alias", "info"),
    }  # fmt: skip
    assert "笔记.md" in found["zh"]["notes"] and "note.md" not in found["zh"]["notes"]
    assert not (base / "site").exists()


def test_strict_names_what_a_strict_build_refuses(base, capsys):
    (base / "docs/zh/笔记.md").write_text("[[没有]]\n", encoding="utf-8")
    assert main(["facts", "facts.json", "--strict"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("facts.json: ")
    assert err.splitlines()[0] == "docs/zh/笔记.md:1: [[没有]] leads nowhere: no published note and no file is called so"
    assert err.splitlines()[1].startswith("    tip: ") and len(err.splitlines()) == 2
    (base / "docs/zh/笔记.md").write_text("[[index]]\n", encoding="utf-8")
    assert main(["facts", "facts.json", "--strict"]) == 0
    assert json.loads((base / "facts.json").read_text(encoding="utf-8"))["zh"]["problems"] == []


def test_a_file_of_somebody_else_is_not_written_over(base, capsys):
    (base / "facts.json").write_text("mine", encoding="utf-8")
    assert main(["facts", "facts.json"]) == 1
    assert "facts.json:1: a file that kbgen did not write" in capsys.readouterr().err
    assert (base / "facts.json").read_text(encoding="utf-8") == "mine"
    assert main(["facts", "facts.json", "--force"]) == 0
