"""Plain Markdown of notes, and the list of them: no marks of Obsidian, no HTML, no macros of ours; links lead somewhere."""

import io
import re
import zipfile
from posixpath import dirname, join, normpath

import pytest

from kbgen.exports.llms import text_files
from kbgen.exports.obsidian import archive
from kbgen.exports.texts import beside, plain, read_vault

NOTES = {
    "index.md": '---\ntitle: Home\ndescription: "What it is."\n---\n# The base\n\n![[guides/first#Second part]]\n',
    "guides/index.md": "---\ntitle: Guides\n---\n# Guides\n",
    "guides/first.md": """\
---
title: "A \\"first\\" guide"
aliases: ["The start"]
---
# A first guide

Read [[losses/huber|the *Huber* loss]], [[The start#Second part]], [[nowhere|a lost one]] and %%not
this%% <kbd>/</kbd> ==now==. ^mark

| a | b |
| --- | --- |
| [[losses/huber\\|Huber]] | $\\abs{x}$ |

> [!tip]- Look `[[here]]` and $x<y>z$
> ![A curve](../figures/huber.svg)

> [!note]
> [Both](../tools/compare.md#huber,hinge)

## Second part

![[losses/huber#^block]]
![[first]]
![[huber.svg|100]] and [[#Second part]]

```md
[[kept]] %%kept%% <b>kept</b> ==kept==
```

## Third part
""",
    "losses/huber.md": "# Huber\n\nSee [[guides/first]]. ^block\n\n<small>(3)</small> [BibTeX](../assets/huber.bib)\n",
    "tools/compare.md": "# Compare\n",
    "lab/one.md": "# One\n",
    "secret.md": "---\npublish: false\n---\n[[losses/huber]]\n",
    ".obsidian/hidden.md": "no\n",
}


@pytest.fixture
def vault(tmp_path):
    for path, text in NOTES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for path in ("figures/huber.svg", "assets/huber.bib"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("<svg/>")
    return read_vault(tmp_path)


def test_a_note_is_plain_markdown_of_its_own(vault):
    expected = """\
# A first guide

Read [the *Huber* loss](../losses/huber.md), [The start#Second part](first.md#second-part), a lost one and  `/` **now**.

| a | b |
| --- | --- |
| [Huber](../losses/huber.md) | $\\left\\lvert x\\right\\rvert $ |

> **Look `[[here]]` and $x<y>z$**
>
> ![A curve](../figures/huber.svg)

> **Note**
>
> [Both](../tools/compare.html#huber,hinge)

## Second part

See [A "first" guide](first.md).
[A "first" guide](first.md)
![huber](../figures/huber.svg) and [#Second part](first.md#second-part)

```md
[[kept]] %%kept%% <b>kept</b> ==kept==
```

## Third part
"""
    found = plain(vault, "guides/first.md", beside("guides/first.md", ""))
    assert found == expected.replace('See [A "first" guide](first.md)', "See [guides/first](first.md)")


def test_an_embed_leads_on_from_where_it_stands(vault):
    home = plain(vault, "index.md", beside("index.md", ""))
    assert "See [guides/first](guides/first.md)." in home
    assert "```md\n[[kept]]" in home
    assert "Third part" not in home


def test_addresses_are_whole_where_the_site_has_one(vault):
    files = dict(text_files(vault, "https://example.org/kb/"))
    assert "(https://example.org/kb/losses/huber.md)" in files["guides/first.md"].decode()
    assert "(https://example.org/kb/losses/huber.md)" in files["llms.txt"].decode()


def test_the_list_has_every_public_note_once_and_its_links_resolve(vault):
    files = dict(text_files(vault))
    listed = re.findall(r"^- \[.*?\]\(([^)]*)\)", files["llms.txt"].decode(), re.M)
    assert listed == ["guides/index.md", "guides/first.md", "losses/huber.md", "lab/one.md", "tools/compare.md"]
    assert files["llms.txt"].startswith(b"# The base\n\n> What it is.\n\n## Guides\n\n- [Guides]")
    assert "## Optional\n\n- [compare](tools/compare.md)" in files["llms.txt"].decode()
    for path, content in files.items():
        for target in re.findall(r"\]\(([^)#]+\.(?:md|svg))[)#]", content.decode()):
            place = normpath(join(dirname(path), target))
            assert place in files or (vault.folder / place).is_file(), (path, target)


def test_what_is_not_published_is_nowhere(vault):
    files = dict(text_files(vault))
    assert {"secret.md", ".obsidian/hidden.md"} & set(files) == set()
    assert not any(word in content for content in files.values() for word in (b"secret", b"not\nthis"))


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path.removeprefix("kb/"): archive.read(path).decode() for path in archive.namelist()}


def test_a_vault_to_take_along_holds_what_its_notes_show_and_nothing_kept_back(vault):
    (vault.folder / "assets/unused.js").write_text("1")
    files = unpacked(archive(vault, "kb", {"README.md": b"Hello\n"}))
    notes = {path for path in NOTES if path not in {"secret.md", ".obsidian/hidden.md"}}
    assert {path for path in files if not path.startswith(".obsidian/")} == {
        *notes,
        "README.md",
        "figures/huber.svg",
        "assets/huber.bib",
    }
    assert "[[losses/huber\\|Huber]]" in files["guides/first.md"] and "![[losses/huber#^block]]" in files["guides/first.md"]
    assert 'aliases: ["A \\"first\\" guide", "The start"]' in files["guides/first.md"]
    assert not any(word in text for text in files.values() for word in ("secret", "not\nthis", "nowhere"))


def test_pages_that_are_programs_are_left_to_the_site(tmp_path):
    texts = {
        "losses/huber.md": "Drag it: [[tools/fit|Fit lab]]\n\nSee [[tools/fit|it]] or [both](../tools/compare.md#hinge,huber).\n",
        "tools/fit.md": "# Fit\n",
        "tools/compare.md": "# Compare\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    alone, beside_site = (unpacked(archive(read_vault(tmp_path), "kb", {}, site)) for site in ("", "https://example.org/"))
    assert "tools/fit.md" not in alone
    assert alone["losses/huber.md"] == "See it or [both](../losses/huber.md).\n"
    assert beside_site["losses/huber.md"].startswith("Drag it: [Fit lab](https://example.org/tools/fit.html)\n\nSee [it](https://")
