"""Foreign glossaries become terms: what matches, what is kept, what is refused and where, and that nothing is half done."""

import os
import re
from pathlib import Path

import pytest
from conftest import config

from kbgen.checks import problems
from kbgen.cli import INTERRUPTED, main
from kbgen.editing import trial
from kbgen.editing.imports import sources
from kbgen.editing.imports.columns import column
from kbgen.editing.imports.entries import Draft, written
from kbgen.editing.imports.glossaries import split
from kbgen.editing.imports.outcome import Wishes
from kbgen.editing.imports.plan import plan
from kbgen.errors import Problems
from kbgen.load import load
from kbgen.yamlfile import Source, parse

STRIDE = """\
# kept: why this entry is here
name: {zh: 步幅, en: Stride length} # kept: beside a name
aliases: {zh: [跨度], en: [SL, gait span]}
group: basics
plain:
  zh: 一步迈多远。
  en: How far a step goes.
# kept: before a field
exact:
  zh: |
    位移的长度
  en: The length of a displacement
example: {zh: 步幅减半。, en: The stride was halved.}
pitfalls:
  - zh: "带引号"
    en: 'in quotes'
"""
TABLE = """\
# 词表

## 优化

| 术语 | 大白话 | 专业解释 |
|:--|---|:-:|
| 步幅（SL） | 一步多远 | 位移的长度 |
| [[notes/jitter\\|抖动]]（Jitter, JT） | 走得忽大忽小，见[[步幅|那个词]] | 步幅的方差 $\\sigma^2$，`a\\|b` |
| 少一格 | 这行不全 |
| 漂移/步幅 | 两样东西 | 写在一行 |

## 别的

| Term | Plain | Exact |
|---|---|---|
| Drift | It wanders. | A mean that moves. |
"""


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A base with one term, whose file has comments; the working folder is beside the data."""
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "kb/data" / folder).mkdir(parents=True)
    (tmp_path / "kb/data/kb.yml").write_text(config(), encoding="utf-8")
    (tmp_path / "kb/data/terms/stride.yml").write_text(STRIDE, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "kb")
    return tmp_path / "kb"


def give(base, name, content):
    path = base.parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def planned(base, name, content, **wishes):
    return plan(base, give(base, name, content), Wishes(**{"groups": {"": "basics"}, **wishes}))


def files(base):
    return {path.relative_to(base.parent).as_posix(): path.read_bytes() for path in base.parent.rglob("*") if path.is_file()}


def term(base, id):
    return load(base).terms[id]


def csv(*rows):
    return "name_zh,name_en,plain_zh,plain_en,exact_zh,exact_en,example_zh,example_en\n" + "".join(f"{row}\n" for row in rows)


FULL = "漂移,Drift,慢慢走偏。,It wanders.,移动的均值,A moving mean,它漂移了。,It drifted."


# what a plan says


def test_a_glossary_is_matched_row_by_row(base):
    found = planned(base, "words.md", TABLE, groups={"别的": "data"})
    assert [(new.path, new.cells.line) for new in found.new] == [("data/terms/jitter.yml", 8), ("data/terms/drift.yml", 16)]
    assert [(met.path, met.cells.line, [change.field for change in met.changes]) for met in found.met] == [
        ("data/terms/stride.yml", 7, ["plain.zh"])
    ]
    assert [(problem.line, problem.message) for problem in found.unusable] == [(9, "2 cells, where the head of the table has 3")]
    assert [problem.line for problem in found.conflicts] == [10]
    assert "names several things: '漂移' (new), '步幅' (stride)" in found.conflicts[0].message
    jitter = found.contents["data/terms/jitter.yml"].decode()
    for line in (
        "name: {zh: 抖动, en: Jitter}",
        "aliases: {en: [JT]}",
        "group: optimisation",
        "  zh: 走得忽大忽小，见[[stride|那个词]]",
    ):
        assert line in jitter
    assert "  zh: 步幅的方差 $\\sigma^2$，`a|b`" in jitter
    assert "group: data" in found.contents["data/terms/drift.yml"].decode()


@pytest.mark.parametrize(
    "name", ["步 幅", "ＳＴＲＩＤＥ  length", "stride-length", "跨度", "GAIT SPAN", "[[stride]]", "步幅（新名）"]
)
def test_an_entry_is_found_however_it_is_spelled(base, name):
    (met,) = planned(base, "a.csv", f"term,plain\n{name},一步迈多远。\n").met
    assert met.path == "data/terms/stride.yml"


def test_formulas_that_are_drawn_alike_are_the_same(base):
    path = base / "data/terms/stride.yml"
    path.write_text(STRIDE + "formula: |\n  \\norm{x} - 1\n", encoding="utf-8")
    rows = "id,term,formula\nstride,步幅,{}\n"
    assert planned(base, "a.csv", rows.format(r"$\left\lVert x\right\rVert - 1$")).met[0].changes == ()
    assert [change.field for change in planned(base, "a.csv", rows.format(r"\norm{x} - 2")).met[0].changes] == ["formula"]


def test_links_mean_ids_before_names(base):
    other = re.sub("(?m)^name.*\naliases.*$", "name: {zh: 步速, en: Stride}", STRIDE)
    (base / "data/terms/pace.yml").write_text(other, encoding="utf-8")
    (met,) = planned(base, "a.csv", "term,see_also,plain\nStride,stride,看[[stride]]\n").met
    assert met.path == "data/terms/pace.yml"
    assert [change.new for change in met.changes] == ["看[[stride|stride]]", "stride"]


def test_brackets_may_be_part_of_a_name(base):
    path = base / "data/terms/stride.yml"
    path.write_text(STRIDE.replace("zh: 步幅,", "zh: 步幅（人）,").replace("[跨度]", "[跨度, 步幅]"), encoding="utf-8")
    (met,) = planned(base, "a.csv", "name_zh,name_en\n步幅（人）,Stride length\n").met
    assert met.changes == ()


def test_an_abbreviation_alone_is_not_enough(base):
    found = planned(base, "a.csv", "term,plain\n逻辑斯（SL）,一条弯线。\n")
    assert "a new name with a known abbreviation: 'SL' is stride" in found.conflicts[0].message
    assert (found.met, found.new) == ([], [])


def test_two_rows_about_one_thing_must_agree(base):
    found = planned(base, "a.csv", csv(FULL, FULL, FULL.replace("It wanders", "It roams")))
    assert len(found.new) == 1
    assert [(problem.line, "a.csv:2 is about drift too" in problem.message) for problem in found.conflicts] == [(4, True)]


def test_two_rows_about_one_thing_that_agree_are_one(base):
    (new,) = planned(base, "a.csv", "name_zh,name_en,plain\n漂移,Drift,慢慢走偏。\n漂移,Drift,It wanders.\n").new
    assert "  zh: 慢慢走偏。\n  en: It wanders.\n" in new.content.decode()


def test_without_a_group_a_row_says_how_to_give_one(base):
    found = planned(base, "words.md", TABLE, groups={})
    (refused,) = [problem for problem in found.unusable if problem.line == 16]
    assert refused.message == "its group is not known"
    assert "--group" in refused.tip and "basics" in refused.tip


def test_rows_of_no_entry_can_be_left_out(base):
    found = planned(base, "words.md", TABLE, new=False)
    assert found.new == []
    assert [problem.line for problem in found.unusable if problem.message == "no entry has this name"] == [8, 16]


def test_a_row_whose_entry_would_not_pass_is_left_out_and_the_others_are_not(base, capsys):
    path = give(base, "a.csv", csv(FULL, FULL.replace("漂移,Drift", "坏的,Bad").replace("移动的均值", r"$\foo$")))
    assert main(["import", str(path), "--group", "basics", "--write"]) == 1
    assert re.search(r"unusable .*a\.csv:3: data/terms/bad\.yml would not pass the check: exact\.zh: TeX", capsys.readouterr().out)
    assert sorted(load(base).terms) == ["drift", "stride"]


def test_slips_that_are_there_already_stop_an_import(base, capsys):
    (base / "data/terms/stride.yml").write_text("name: x\n")
    assert main(["import", str(give(base, "a.csv", csv(FULL)))]) == 1
    assert "data/terms/stride.yml:1" in capsys.readouterr().err


# what is written, and what is kept


def test_nothing_is_written_unless_asked(base, capsys):
    path, before = give(base, "words.md", TABLE), files(base)
    assert main(["import", str(path), "--group", "basics"]) == 0
    assert "nothing was written: 2 files to write with --write" in capsys.readouterr().out
    assert files(base) == before


def test_a_whole_row_becomes_a_published_term(base, capsys):
    assert main(["import", str(give(base, "a.csv", csv(FULL))), "--group", "basics", "--write"]) == 0
    found = term(base, "drift")
    assert (found.name.zh, found.exact.en, found.example.zh, found.publish) == ("漂移", "A moving mean", "它漂移了。", True)
    assert main(["import", str(base.parent / "a.csv"), "--replace", "--write"]) == 0
    assert "1 same" in capsys.readouterr().out


def test_what_is_missing_is_marked_and_named_once_the_draft_is_to_be_published(base):
    main(["import", str(give(base, "a.csv", "术语,大白话\n抖动,忽大忽小\n")), "--group", "basics", "--write"])
    draft = base / "data/terms/dou_dong.yml"
    mine = [problem for problem in problems(load(base)) if problem.path == "data/terms/dou_dong.yml"]
    assert (mine, term(base, "dou_dong").publish) == ([], False)
    draft.write_text(draft.read_text(encoding="utf-8").replace("publish: false\n", ""), encoding="utf-8")
    mine = [problem for problem in problems(load(base)) if problem.path == "data/terms/dou_dong.yml"]
    assert [problem.message.partition(":")[0] for problem in mine] == [
        "name.en", "plain.en", "exact.zh", "exact.en", "example.zh", "example.en"
    ]  # fmt: skip


def test_a_later_import_fills_what_a_draft_lacks_and_keeps_comments(base):
    main(["import", str(give(base, "a.csv", "术语,大白话\n抖动,忽大忽小\n")), "--group", "basics", "--write"])
    draft = base / "data/terms/dou_dong.yml"
    draft.write_text(draft.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    later = "id,name_zh,name_en,plain_zh,plain_en\ndou_dong,抖动,Jitter,别的话,Now big now small\n"
    main(["import", str(give(base, "b.csv", later)), "--write"])
    found = term(base, "dou_dong")
    assert (found.name.en, found.plain.en, found.plain.zh, found.exact.en) == ("Jitter", "Now big now small", "忽大忽小", "TODO")
    assert "# mine" in draft.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ([], {}),
        (["--update", "plain"], {"  zh: 一步迈多远。": "  zh: 新的", "  en: How far a step goes.": "  en: New"}),
        (["--update", "plain.zh"], {"  zh: 一步迈多远。": "  zh: 新的"}),
        (["--update", "exact"], {"zh: |\n    位移的长度": "zh: '新: 的'"}),
        (["--update", "aliases"], {"[SL, gait span]": "[SL, gait span, Reach]"}),
        (["--update", "name.en"], {"en: Stride length}": "en: Pace}", "[SL, gait span]": "[SL, gait span, Stride length]"}),
    ],
)
def test_only_fields_that_were_asked_for_change_and_every_comment_stays(base, options, changed):
    path = give(base, "a.csv", "name_zh,name_en,aliases,plain_zh,plain_en,exact\n步幅,Pace,Reach,新的,New,新: 的\n")
    assert main(["import", str(path), "--write", *options]) == 0
    wanted = STRIDE
    for old, new in changed.items():
        wanted = wanted.replace(old, new)
    assert re.sub(" +#", " #", (base / "data/terms/stride.yml").read_text(encoding="utf-8")) == wanted  # comments keep their column


def test_the_plan_shows_both_sides(base, capsys):
    main(["import", str(give(base, "a.csv", "term,plain\n步幅,新的\n"))])
    assert "plain.zh: 一步迈多远。 -> 新的  (kept)" in capsys.readouterr().out


def test_links_and_lines_are_no_difference(base):
    zh, en = "|\n    看[[stride]]，\n    再看[[stride|步子]]。", "A [[stride]] a second."
    text = STRIDE.replace("一步迈多远。", zh).replace("How far a step goes.", en)
    text = re.sub("(?m)^name.*\naliases.*$", "name: {zh: 步速, en: Pace}", text)
    (base / "data/terms/pace.yml").write_text(text, encoding="utf-8")
    rows = "name_en,plain_zh,plain_en\nPace,看步幅，再看步子。,A stride length a second.\n"
    (met,) = planned(base, "a.csv", rows).met
    assert met.changes == ()


@pytest.mark.parametrize(
    "name",
    [
        "no",
        "1e3",
        "-.5e3",
        "0x10",
        "null",
        "~",
        "- a",
        "&a b",
        "*a",
        "!!int 3",
        "a: b",
        "a #b",
        "'q",
        '"q',
        "{x}",
        "%p",
        "@x",
        "`x",
    ],
)
def test_what_is_written_is_read_back(name):
    draft = Draft(
        {"zh": name, "en": name}, {"en": [name]}, "basics", {"plain.en": name, "exact.en": f"{name}\n\n- {name}"}, (), True, "x"
    )
    value, _, slips = parse(written(draft).decode(), Source("x.yml"))
    assert slips == []
    assert (value["name"]["en"], value["aliases"]["en"], value["plain"]["en"]) == (name, [name], name)
    assert value["exact"]["en"].strip() == f"{name}\n\n- {name}"


# all or nothing


@pytest.mark.parametrize(
    ("trouble", "late"), [(OSError(28, "no space left"), 0), (KeyboardInterrupt(), 0), (KeyboardInterrupt(), 1)]
)
def test_a_write_that_ends_half_way_is_undone(base, monkeypatch, capsys, trouble, late):
    path, before, replace = give(base, "words.md", TABLE), files(base), Path.replace

    def fail(part, target):
        if target.stem == "drift":
            if late:  # the file is in place, and nobody has noted it yet
                replace(part, target)
            raise trouble
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", fail)
    if isinstance(trouble, OSError):
        assert main(["import", str(path), "--group", "basics", "--replace", "--write"]) == 1
        assert "drift.yml:1: cannot be written: no space left" in capsys.readouterr().err
    else:
        assert main(["import", str(path), "--group", "basics", "--replace", "--write"]) == INTERRUPTED
        assert capsys.readouterr().err == "interrupted; no file is left half written\n"
    assert files(base) == before


def test_a_folder_that_leads_out_of_data_is_not_written_to(base):
    found = planned(base, "a.csv", csv(FULL))
    (base / "data/terms").rename(base.parent / "outside")
    (base / "data/terms").symlink_to(base.parent / "outside")
    with pytest.raises(Problems, match="leads out of data/"):
        trial.write_all(base, found.contents, found.before)
    assert [path.name for path in (base.parent / "outside").iterdir()] == ["stride.yml"]


def test_a_file_that_changed_since_the_plan_is_left_alone(base):
    found = planned(base, "a.csv", "term,plain\n步幅,新的\n", update=frozenset({"plain"}))
    (base / "data/terms/stride.yml").write_text(STRIDE + "# later\n", encoding="utf-8")
    with pytest.raises(Problems, match="changed in the meantime"):
        trial.write_all(base, found.contents, found.before)
    assert (base / "data/terms/stride.yml").read_text(encoding="utf-8").endswith("# later\n")


# formats


RUNNING = """\
抖动
A way of walking in which no step is like the one before.
“It jitters.”
步幅stride
漂移
A mean that slowly moves away from where it used to be.
"""
LABELLED = """\
Q: 抖动
A: A way of walking in which no step is like the one before.
例：It jitters.
Tags: 步幅, stride

Q：漂移
答：A mean that slowly moves
away from where it used to be.
"""


@pytest.mark.parametrize(("text", "second"), [(RUNNING, 5), (LABELLED, 6)])
def test_cards_are_cut_apart(base, text, second):
    found = planned(base, "cards.txt", text)
    assert [(new.path, new.cells.line) for new in found.new] == [("data/terms/dou_dong.yml", 1), ("data/terms/piao_yi.yml", second)]
    jitter, drift = (content.decode() for content in found.contents.values())
    for line in ("  en: A way of walking in which no step is like the one before.", "  en: It jitters.", "see_also: [stride]"):
        assert line in jitter
    assert "  en: A mean that slowly moves away from where it used to be." in drift


def test_cards_of_one_line_and_lines_that_are_none(base):
    found = planned(base, "cards.txt", "抖动 :: 忽大忽小\n漂移::慢慢走偏\n一句闲话\n", definition="plain")
    assert [new.cells.values["definition"] for new in found.new] == ["忽大忽小", "慢慢走偏"]
    assert [(problem.line, problem.message) for problem in found.unusable] == [(3, "no card: 一句闲话")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("delimiter", ",;\t|")
def test_spreadsheets_of_every_make_are_read(base, encoding, delimiter):
    text = "术语;大白话;例子\r\n抖动;忽大忽小;\r\n抖动;忽大忽小\r\n".replace(";", delimiter)
    (new,) = planned(base, "a.csv", text.encode(encoding)).new
    assert (new.path, new.cells.line) == ("data/terms/dou_dong.yml", 2)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("term,plain\nNaïveté,déjà vu".encode("latin-1"), 2, "neither UTF-8 nor GBK"),
        ("term,plain\nDrift,Caféine et Réaumur".encode("latin-1"), 2, "neither UTF-8 nor GBK"),  # chance: bytes that GBK can read
        (b"eins,zwei\n1,2\n", 1, "does not name a column of terms"),
        ('term,plain\n漂移,好\n抖动,"没有关\n又一行\n'.encode(), 3, "not valid CSV from here on"),
        ("term,plain\n漂移,好,多一格\n".encode(), 2, "3 cells, where the first row has 2"),
    ],
)  # fmt: skip
def test_spreadsheets_that_cannot_be_read_say_where(base, content, line, message):
    try:
        found = planned(base, "a.csv", content).unusable
    except Problems as refusal:
        found = refusal.problems
    assert [(problem.line, message in problem.message) for problem in found] == [(line, True)]


JITTER = """\
---
aliases: [Jitter, JT]
tags: [甲, optimisation]
---
# 抖动

又名：晃 · Wobble

忽大忽小，
比[[步幅#小节|它]]乱，又见 [[走偏]]。%%私话%%

> [!note] 准确定义
> 步幅的方差。

## Exact

The variance of [[stride]].

| a | b |
| - | - |

## 公式

$$
x - 2
$$

| 符号 | 含义 |
| --- | --- |
| $x$ | 步幅 |

## 例句

> 三步 - 两晃。

```
## Plain
no
```
"""
WALK_OFF = """\
---
aliases: 走偏
publish: false
---
It wanders off, see [the other](../%E6%8A%96%E5%8A%A8.md).
"""


def test_a_vault_is_read_with_its_links(base):
    give(base, "v/优化/抖动.md", JITTER)
    give(base, "v/data/walk off.md", WALK_OFF)
    give(base, "v/.obsidian/app.md", "not a note")
    give(base, "v/.hidden.md", "not a note")
    give(base, "v/picture.png", b"")
    give(base, "v/words.md", TABLE.replace("抖动", "摇摆").replace("Jitter, JT", "Sway"))
    found = plan(base, base.parent / "v", Wishes(groups={"别的": "basics"}))
    assert [Path(new.path).stem for new in found.new] == ["sway", "drift", "walk_off", "jitter"]
    assert {Path(problem.path).name for problem in found.unusable} == {"words.md"}
    jitter, walk = (found.contents[f"data/terms/{id}.yml"].decode() for id in ("jitter", "walk_off"))
    assert "  zh: 忽大忽小，比[[stride|它]]乱，又见 [[walk_off]]。\n" in jitter
    assert "aliases: {zh: [晃], en: [JT, Wobble]}\ngroup: optimisation\n" in jitter
    assert "formula: |\n  x - 2\nexample:\n  zh: 三步 - 两晃。\n" in jitter
    assert "  zh: 步幅的方差。\n  en: The variance of [[stride|stride]].\n" in jitter
    assert "name: {zh: 走偏, en: walk off}\n" in walk
    assert "  en: It wanders off, see [[jitter|the other]].\n" in walk
    assert "group: data\n" in walk
    assert "publish: false\n" in walk


def test_a_note_that_is_not_published_becomes_a_term_that_is_not(base):
    said = "## Plain\n\n慢慢走偏。\n\nIt wanders.\n\n## Exact\n\n移动的均值。\n\nA moving mean.\n"
    said += "\n## 例子\n\n它漂移了。\n\nIt drifted.\n"
    head = "---\naliases: 漂移\npublish: {}\n---\n"
    (hidden,) = planned(base, "v/basics/Drift.md", head.format("false") + said).new
    assert (hidden.missing, hidden.content.endswith(b"publish: false\n")) == ((), True)
    (draft,) = planned(base, "v/basics/Drift.md", head.format("true\ndraft: true") + said).new
    assert draft.content == hidden.content
    (shown,) = planned(base, "v/basics/Drift.md", head.format("true") + said).new
    assert b"publish" not in shown.content


def test_a_note_that_cannot_be_used_says_where(base):
    give(base, "v/broken.md", "---\na: 1\nb: [\n---\nText.\n")
    give(base, "v/bare.md", "# Only a title\n\n- a list\n")
    give(base, "v/html.md", "---\na: 1\n---\nFine words.\n\n## Exact\n\nBold <b>words</b>.\n")
    (base.parent / "v/leak.md").symlink_to("/etc/hostname")
    (base.parent / "v/out").symlink_to("/etc")
    os.mkfifo(base.parent / "v/pipe.md")
    give(base, f"v/{'d/' * 60}deep.md", "Too deep.\n")
    found = plan(base, base.parent / "v", Wishes(groups={"": "basics"}))
    where = [(Path(problem.path).name, problem.line, problem.message[:20]) for problem in sorted(found.unusable)]
    assert where == [
        ("bare.md", 1, "no definition"), ("broken.md", 3, "properties: not vali"), ("d", 1, "a folder deeper than"),
        ("html.md", 6, "exact: holds HTML, <"),
        ("leak.md", 1, "a symbolic link is n"), ("out", 1, "a symbolic link is n"), ("pipe.md", 1, "no plain file"),
    ]  # fmt: skip
    assert found.new == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("大白话解释", "plain"), ("🧠 Plain words", "plain"), ("exact_zh", "exact.zh"), ("定义（英文）", "definition.en"),
        ("英文名", "name.en"), ("Term", "name"), ("Chinese", "name.zh"), ("token", None), ("备注", None),
    ],
)  # fmt: skip
def test_heads_of_columns_are_understood(head, said):
    assert column(head) == said


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a | b\\|c |", ["a", "b|c"]), ("a | b", ["a", "b"]), ("| [[a|b]] | [[c\\|d]] |", ["[[a|b]]", "[[c|d]]"]),
        ("| a | |", ["a", ""]), ("| [[a | b |", ["[[a", "b"]),
    ],
)  # fmt: skip
def test_rows_of_tables_are_split_at_bars_that_are_no_text(line, cells):
    assert split(line) == cells


# hostile files


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("../../../etc/passwd", "'..' in the name"), ("a#b^c", "'#' in the name"), ("x" * 121, "a name of 121 signs"),
        ("！？", "neither letters nor digits"), ("（）", "no name"), ("x" * 10_001, "10001 signs"),
        ("a\u202eb", "right-to-left override"), ("a\u200bb", "zero width space"), ("a\x07b", "U+0007"), ("a\x00b", "U+0000"),
        ("<img src=x onerror=alert(1)>", "holds HTML"), ("![x](http://host/x.png)", "a picture"),
        ("[x](javascript:alert)", "no web address"), ("```", "a block of code"),
    ],
)  # fmt: skip
def test_cells_that_texts_must_not_hold_are_refused_with_their_line(base, cell, reason):
    before = files(base)
    found = planned(base, "a.csv", f"term,plain\n漂移,好\n{cell},好\n")
    assert [(problem.line, reason in problem.message) for problem in found.unusable] == [(3, True)]
    assert [new.path for new in found.new] == ["data/terms/piao_yi.yml"]
    assert {**files(base), "a.csv": b""} == {**before, "a.csv": b""}


def test_what_guards_a_spreadsheet_is_no_part_of_a_text(base):
    (new,) = planned(base, "a.csv", 'term,plain,aliases\n漂移,\'-1 步一步地走偏,"偏移; 走, 偏"\n').new
    assert "  zh: -1 步一步地走偏\n" in new.content.decode()
    assert "aliases: {zh: [偏移, '走, 偏']}\n" in new.content.decode()


def test_an_id_is_no_path(base):
    found = planned(base, "a.csv", "id,term,plain\n../up,漂移,好\nkb,抖动,好\n")
    assert "is not one" in found.unusable[0].message
    assert "its id 'kb' is taken by data/kb.yml" in found.conflicts[0].message


def test_names_of_files_are_put_together_again(base):
    give(base, "v/basics/Ge\u0301radin.md", "A loss of its own.\n")
    (new,) = plan(base, base.parent / "v", Wishes()).new
    assert "en: G\u00e9radin}" in new.content.decode()


def test_what_would_take_too_long_is_refused_before_it_is_read(base, monkeypatch):
    monkeypatch.setattr(sources, "MAX_ROWS", 3)
    with pytest.raises(Problems, match=r"a\.csv:5: more than 3 rows"):
        planned(base, "a.csv", "term,plain\n" + "".join(f"词{i},好\n" for i in range(100)))
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    with pytest.raises(Problems, match="larger than"):
        planned(base, "a.csv", "term,plain\n漂移,好\n")


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("a.csv", "term,plain\n漂移,好\n", "抖动,{}\n"),
        ("a.md", "| term | plain |\n|---|---|\n| 漂移 | 好 |\n", "| 抖动 | {} |\n"),
        ("a.txt", "漂移\n慢慢地走到了别的地方去，自己并不知道。\n", "{}\n"),
    ],
)
def test_a_huge_cell_costs_its_row_only(base, name, head, row):
    found = planned(base, name, head + row.format("x" * 2_000_000))
    assert [new.path for new in found.new] == ["data/terms/piao_yi.yml"]
    assert len(found.unusable) == 1


def test_a_report_moves_no_cursor(base, capsys):
    main(["import", str(give(base, "a\x1b[31m.csv", "term,plain\n\x1b[31m词,好\n"))])
    assert "\x1b" not in capsys.readouterr().out


def test_a_missing_file_is_named(base, capsys):
    assert main(["import", "nowhere.md"]) == 1
    assert "nowhere.md:1: no such file or folder" in capsys.readouterr().err
