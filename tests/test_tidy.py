"""`kbgen check --fix` mends what needs no decision, once, and touches nothing else."""

import pytest
from conftest import ROOT
from editing import TERM, make_base, term

from kbgen.cli import main
from kbgen.editing import checking, tidy
from kbgen.editing.prose import Edit
from kbgen.editing.scalars import rewrite, scalars
from kbgen.load import load

ZH = {
    "full-width comma": ("快,而且稳", "快，而且稳"),
    "a blank after it goes too": ("快, 而且稳", "快，而且稳"),
    "last sign": ("又快又稳.", "又快又稳。"),
    "brackets": ("一个词(说明)而已", "一个词（说明）而已"),
    "brackets around a link": ("一个词 (见[[beta|乙词]]) 而已", "一个词（见[[beta|乙词]]）而已"),
    "blank before Latin": ("一个SGD和Adam优化器", "一个 SGD 和 Adam 优化器"),
    "blank before the words of a link": ("一个[[alpha|Alpha]]例子", "一个 [[alpha|Alpha]] 例子"),
    "blank before mathematics": ("取$x$为零", "取 $x$ 为零"),
    "no blank before Chinese words of a link": ("一个 [[beta|乙词]] 例子", "一个[[beta|乙词]]例子"),
    "name of a link without words": ("一个 [[beta]] 例子", "一个[[beta]]例子"),
    "no blank beside full-width punctuation": ("快， 稳 。", "快，稳。"),
    "preferred name": ("这个异常值", "这个离群点"),
    "alias in a link": ("一个[[另一个词]]例子", "一个[[beta]]例子"),
    "name with folder and words": ("一个[[terms/beta|词]]例子", "一个[[beta|词]]例子"),
}
ODD = r"""pitfalls:
  - {zh: "引号\"里\"的快,而且稳", en: none}   # odd  blanks
  - zh: |
      第一行,
      第二行见SGD。

    en: x
"""
UNTOUCHED = (
    "代码 `甲,乙 a异常值` 和 $f(\\text{甲,乙})$ 不动",
    "数 1,000 和 a, b 不动",
    "第一 第二",
    "见 [[tools/fit|Fit]]、约 3:1",
)


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(make_base(tmp_path))
    return tmp_path


def fixed(base, text, id="alpha"):
    path = base / f"data/terms/{id}.yml"
    path.write_bytes(text.encode())
    changes = tidy.mend(base, [path])
    return path.read_bytes().decode(), changes


@pytest.mark.parametrize(("before", "after"), ZH.values(), ids=ZH.keys())
def test_a_chinese_text_is_mended_once(base, before, after):
    whole = term("甲词", "Alpha word")
    text, changes = fixed(base, whole.replace("一句话。", before))
    assert text == whole.replace("一句话。", after)
    assert changes
    assert fixed(base, text) == (text, [])


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_may_be_meant_is_left_alone(base, text):
    whole = term("甲词", "Alpha word").replace("一句话。", text)
    assert fixed(base, whole) == (whole, [])


def test_english_texts_names_and_aliases_keep_their_signs(base):
    whole = term("一个异常值", "Alpha word", "aliases: {zh: ['甲,异常值']}\n").replace("One sentence.", "甲,乙 in English.")
    assert fixed(base, whole) == (whole, [])


def test_comments_quotes_and_other_lines_stay(base):
    before = term("甲词", "Alpha word", ODD).replace("一句话。", "'快,''稳''见SGD'  # why, 甲,乙")
    text, _ = fixed(base, before)
    assert text == before.replace("见SGD", "见 SGD").replace("第一行,", "第一行，").replace("快,而", "快，而")


def test_a_text_that_needs_quotes_gets_them(base):
    before = term("甲词", "Alpha word").replace("一句话。", "[[beta]]的意思").replace("One sentence.", "Two words: one sentence.")
    text, changes = fixed(base, before)
    assert 'zh: "[[beta]]的意思"' in text
    assert 'en: "Two words: one sentence."' in text
    assert "texts_in_quotes" in {change.rule for change in changes}
    assert load(base).entries["alpha"].plain.zh == "[[beta]]的意思"


def test_ids_in_place_of_names_and_file_habits(base):
    before = term("甲词", "Alpha word", "see_also: [bw] \r\n\n\n").removeprefix(TERM[: TERM.index("\n") + 1])
    text, changes = fixed(base, before)
    assert text == term("甲词", "Alpha word", "see_also: [beta]\n")
    assert {change.rule for change in changes} == {"schema_line", "line_ends", "links_by_id"}


def test_two_blanks_at_the_end_of_a_line_are_a_break_and_stay(base):
    whole = term("甲词", "Alpha word", "formula: |\n  a  \n  b\n")
    assert fixed(base, whole) == (whole, [])


NOTE = """\
---
title: 甲,乙
---
# 甲,乙

一个异常值, 见 [[terms/beta|乙词]]和 `甲,乙`。

| 甲词 | 见 [[terms/beta\\|乙词]] |
| --- | --- |

```
甲,乙
```
"""


def test_chinese_notes_are_mended_outside_of_what_is_no_prose(base):
    for language in ("zh", "en"):
        (base / "docs" / language).mkdir(parents=True)
        (base / f"docs/{language}/a.md").write_text(NOTE, encoding="utf-8")
    main(["check", "--fix", "docs/zh/a.md", "docs/en/a.md"])
    after = NOTE.replace("异常值, 见 [[", "离群点，见[[").replace("见 [[terms/beta\\", "见[[terms/beta\\")
    assert (base / "docs/zh/a.md").read_text(encoding="utf-8") == after
    assert (base / "docs/en/a.md").read_text(encoding="utf-8") == NOTE


def test_a_file_that_nobody_can_read_is_left_to_its_owner(base):
    assert fixed(base, "name: {zh: [\n") == ("name: {zh: [\n", [])


def test_the_command_says_what_it_changed(base, capsys):
    path = base / "data/terms/alpha.yml"
    path.write_text(term("甲词", "Alpha word").replace("一句话。", "快,稳"), encoding="utf-8")
    main(["check", "alpha", "--fix"])
    assert "data/terms/alpha.yml:5: full_width_punctuation: '快,稳' -> '快，稳'" in capsys.readouterr().out
    assert "快，稳" in path.read_text(encoding="utf-8")


def test_what_is_left_is_told_and_not_that_nothing_was_changed(base, capsys):
    path = base / "data/terms/alpha.yml"
    path.write_text(term("甲词", "Alpha word").replace("一句话。", "快,稳，见[[无]]"), encoding="utf-8")
    assert main(["check", "alpha", "--fix"]) == 1
    told = capsys.readouterr()
    assert "快，稳" in told.out
    assert "[[无]] leads nowhere" in told.err
    assert "to mend by hand" in told.err
    assert "nothing was changed" not in told.err


def test_every_value_of_the_base_is_found_at_its_place(kb):
    for id in ("huber", "outlier", "adam"):
        text = kb.sources[id].file.read_text(encoding="utf-8")
        found = scalars(text)
        wanted = {i: [Edit(len(s.value) - 1, len(s.value), "Z" + s.value[-1])] for i, s in enumerate(found) if is_words(s)}
        written = rewrite(text, wanted)
        assert written is not None and len(written) >= len(text) + len(wanted)


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ("a: 'x'", "it's", "a: 'it''s'"),
        ('a: "x"', 'a "\\', 'a: "a \\"\\\\"'),
        ("a: x # why", "y: z", 'a: "y: z" # why'),
        ("{a: x, b: y}", "[[z]]", '{a: "[[z]]", b: y}'),
        ("a: x", "no", "a: no"),
        ("a: x", "1e3", 'a: "1e3"'),
        ("\ufeffa: x", "y", "\ufeffa: y"),
        ("a: |\n  x\n", "y", "a: |\n  y\n"),
    ],
)
def test_a_value_is_written_so_that_it_is_read_again(text, new, after):
    assert rewrite(text, {0: [Edit(0, 1, new)]}) == after


@pytest.mark.parametrize(
    ("text", "new"), [("{a: x\n  y}", "[[x"), ("a: >\n  x\n", "y"), ('a: "\\x78"', "y"), ("a: |\n  x\n", "y\n  z")]
)
def test_what_cannot_be_written_so_is_left_alone(text, new):
    assert rewrite(text, {0: [Edit(0, 1, new)]}) is None


def is_words(scalar):
    return scalar.loc[-1] in {"zh", "en"} and scalar.value.strip() == scalar.value and len(scalar.value) > 1


def test_the_base_is_tidy(kb):
    stems = [stem for stem in (*kb.entries, *kb.claims, "identities", "chooser") if stem in kb.sources]
    hints = [*tidy.findings(kb, stems), *tidy.findings_in_notes(kb, checking.notes(ROOT))]
    assert [str(hint) for hint in hints] == []
