"""Names without a link: found where a reader would set one, and offered as a patch."""

import pytest
from editing import git_apply, make_base, term

from kbgen import checks, registry
from kbgen.cli import main
from kbgen.editing import checking
from kbgen.editing.mentions import unlinked
from kbgen.load import load

NAMED = "aliases: {zh: [甲词表], en: [AW]}\n"
NOTE = """\
---
title: Beta word
---
# Alpha word

The alpha words of `Beta word`, $\\text{Beta word}$ and [[terms/beta|Beta word]]; the alpha word again.

```
Alpha word
```

| Alpha word | use |
| --- | --- |
| x | see gamma |

> [!note] Gamma
> A gamma.

## Gamma

<!-- gamma --> %% gamma %% [gamma](gamma.md) *gamma*
"""


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(make_base(tmp_path))
    for code in ("losses", "optimizers", "identities"):
        monkeypatch.setattr(registry, code, dict)
    monkeypatch.setattr(checks, "drawings", dict)
    (tmp_path / "data/terms/gamma.yml").write_text(term("丙词", "Gamma", NAMED), encoding="utf-8")
    return tmp_path


def write(base, zh, en="One sentence.", more=""):
    text = term("乙词", "Beta word", more).replace("一句话。", zh).replace("One sentence.", en)
    (base / "data/terms/beta.yml").write_text(text, encoding="utf-8")


def found(base, ids=(), files=("beta",)):
    return [
        (mention.line, mention.words, mention.id) for file in unlinked(base, load(base), ids, files) for mention in file.mentions
    ]


def test_the_first_use_of_the_longest_name_is_found_in_both_languages(base):
    write(base, "先说甲词表，再说甲词，又说甲词。", "First an AW, then alpha words, then an alpha word.")
    assert found(base) == [(5, "甲词表", "gamma"), (5, "甲词", "alpha"), (6, "AW", "gamma"), (6, "alpha words", "alpha")]


@pytest.mark.parametrize(
    "text", ["乙词", "`甲词`", "$\\text{甲词}$", "[[alpha]]和甲词", "[[gamma|甲词]]", "`x` [[甲词]]", "*甲词*", "[甲词](a.md)"]
)
def test_nothing_is_found_in_code_mathematics_links_and_the_entry_itself(base, text):
    write(base, f"'{text}'")
    assert found(base) == []


def test_only_what_is_asked_for(base):
    write(base, "甲词和丙词。")
    assert found(base, ["gamma"]) == [(5, "丙词", "gamma")]
    assert found(base, files=["data/terms/alpha.yml"]) == []


def test_lines_of_a_block_are_counted(base):
    write(base, "|\n    第一行\n    说甲词。")
    assert found(base) == [(7, "甲词", "alpha")]


def test_the_patch_applies_and_the_base_still_checks(base, capsys):
    write(base, "甲词表在前。", "'AW: it''s first.'", "pitfalls: # why\n  - {zh: 见gamma和甲词, en: 'gamma, Gamma'}\n")
    for id in ("alpha", "gamma"):
        path = base / f"data/terms/{id}.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("例子。", "乙词。"), encoding="utf-8")
    assert main(["mentions", "--patch"]) == 0
    git_apply(base, capsys.readouterr().out)
    entry = load(base).terms["beta"]
    assert (entry.plain.zh, entry.plain.en) == ("[[gamma|甲词表]]在前。", "[[gamma|AW]]: it's first.")
    assert (entry.pitfalls[0].zh, entry.pitfalls[0].en) == ("见[[gamma|gamma]]和[[alpha]]", "[[gamma]], Gamma")
    assert "# why" in (base / "data/terms/beta.yml").read_text(encoding="utf-8")
    assert checking.report(base, ["alpha", "beta", "gamma"]).problems == ()
    assert main(["mentions", "--patch"]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_without_a_last_line_break_keeps_its_end(base, capsys):
    path = base / "data/terms/beta.yml"
    path.write_text(path.read_text(encoding="utf-8") + "pitfalls: [{zh: 甲词, en: none}]", encoding="utf-8")
    main(["mentions", "--patch"])
    git_apply(base, capsys.readouterr().out)
    assert path.read_text(encoding="utf-8").endswith('pitfalls: [{zh: "[[alpha]]", en: none}]')


def test_notes_are_linked_by_path_outside_headings_tables_with_escaped_bars(base, capsys):
    (base / "docs/en").mkdir(parents=True)
    (base / "docs/en/note.md").write_text(NOTE, encoding="utf-8")
    main(["mentions", "--patch", "--in", "docs/en/note.md"])
    git_apply(base, capsys.readouterr().out)
    after = NOTE.replace("The alpha words", "The [[terms/alpha|alpha words]]").replace("see gamma", r"see [[terms/gamma\|gamma]]")
    assert (base / "docs/en/note.md").read_text(encoding="utf-8") == after
