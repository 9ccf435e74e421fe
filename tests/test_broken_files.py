"""Every kind of slip in a file is reported with its place and a remedy; nothing is lost."""

import unicodedata
from pathlib import Path

import pytest
from conftest import config

from kbgen import byhand, registry
from kbgen.checks import problems
from kbgen.cli import main
from kbgen.errors import Problem, Problems
from kbgen.harmless import DISGUISED, LOOK_ALIKES
from kbgen.load import load

TERM = """\
name: {zh: 甲, en: Alpha}
group: basics
plain: {zh: 一句话。, en: One sentence.}
exact: {zh: 定义, en: Definition}
example: {zh: 例子, en: Example}
"""
LOSS = """\
name: {zh: Huber 损失, en: Huber loss}
family: robust
tasks: [regression]
plain: {zh: 一句话。, en: One sentence.}
exact: {zh: 定义, en: Definition}
formula: r^2
inputs:
  pred: {symbol: p, domain: real, shape: [n]}
  target: {symbol: y, domain: real, shape: [n]}
output: [n]
params:
  delta: {symbol: d, domain: positive, meaning: {zh: 分界, en: threshold}}
use: [{zh: 用, en: use}]
avoid: [{zh: 不用, en: avoid}]
examples:
  - {inputs: {pred: [3], target: [0]}, params: {delta: 1}, value: [2.5]}
plot: {x: r, range: [-4, 4], start: {pred: -4}, stop: {pred: 4}, fixed: {target: 0}, alt: {zh: 图, en: plot}}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with one sound term `alpha`, and the words of kb.yml."""
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data" / "kb.yml").write_text(config(), encoding="utf-8")
    (tmp_path / "data" / "terms" / "alpha.yml").write_text(TERM, encoding="utf-8")
    return tmp_path


def found(base: Path, path: str = "data/terms/alpha.yml") -> list[Problem]:
    """What is reported about one file; code without an entry is not the business of these tests."""
    try:
        reported = problems(load(base))
    except Problems as refusal:
        reported = list(refusal.problems)
    return [problem for problem in reported if problem.path == path]


def only(base: Path, path: str = "data/terms/alpha.yml") -> Problem:
    (problem,) = found(base, path)
    return problem


def write(base: Path, text: str | bytes, path: str = "data/terms/alpha.yml") -> None:
    (base / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_sound_file_has_no_problems(base):
    assert found(base) == []


def test_unknown_key_names_the_nearest(base):
    write(base, TERM + "exmaple: {zh: x, en: y}\n")
    problem = only(base)
    assert (problem.line, problem.message) == (6, "exmaple: unknown key")
    assert problem.tip == "did you mean example?"


def test_unknown_key_inside_a_record_knows_that_record(base):
    write(base, TERM.replace("plain: {zh: 一句话。, en: One sentence.}", "plain: {zh: 一句话。, en: One sentence., zhh: 三}"))
    problem = only(base)
    assert (problem.line, problem.message, problem.tip) == (3, "plain.zhh: unknown key", "did you mean zh?")


def test_unknown_key_below_a_name_of_ones_own_choice_knows_its_record(base):
    write(
        base,
        LOSS.replace("meaning: {zh: 分界, en: threshold}", "meaning: {zh: 分界, en: threshold}, sweeps: [1]"),
        "data/losses/huber.yml",
    )
    problem = only(base, "data/losses/huber.yml")
    assert (problem.line, problem.message, problem.tip) == (12, "params.delta.sweeps: unknown key", "did you mean sweep?")


def test_words_for_a_picture_that_nobody_draws_are_reported(base):
    write(base, TERM + "picture: {alt: {zh: 图, en: A}, caption: {zh: 图, en: A}}\n")
    assert only(base).message == "picture: no drawing has this id"


def test_duplicate_key_names_both_lines(base):
    write(base, TERM + "group: data\n")
    problem = only(base)
    assert (problem.line, problem.message) == (6, "group: duplicate key")
    assert "line 2" in problem.tip


def test_missing_language_is_named(base):
    write(base, TERM.replace("example: {zh: 例子, en: Example}", "example: {zh: 例子}"))
    problem = only(base)
    assert (problem.line, problem.message) == (5, "example.en: the English text is missing")


def test_missing_field_is_named(base):
    write(base, TERM.replace("example: {zh: 例子, en: Example}\n", ""))
    assert only(base).message == "example: missing"


def test_wrong_type_shows_what_stands_there(base):
    write(base, TERM + "aliases: {zh: 乙, en: []}\n")
    problem = only(base)
    assert problem.line == 6
    assert "aliases.zh" in problem.message
    assert "乙" in problem.message


def test_unknown_choice_names_the_nearest(base):
    write(base, TERM.replace("basics", "basic"))
    problem = only(base)
    assert (problem.line, problem.message, problem.tip) == (2, "group: unknown group 'basic'", "did you mean basics?")


def test_dangling_link_names_the_nearest(base):
    write(base, TERM.replace("en: Definition", "en: 'See [[alpa]].'"))
    problem = only(base)
    assert (problem.line, problem.message) == (4, "exact.en: [[alpa]] leads nowhere")
    assert problem.tip == "did you mean alpha?"


def test_links_in_code_and_mathematics_are_not_links(base):
    write(base, TERM.replace("en: Definition", "en: 'As `x[[0]]` and $a_{[[1]]}$.'"))
    assert found(base) == []


def test_relation_to_nothing_is_reported(base):
    write(base, TERM + "relations:\n  - {kind: part_of, to: alpah}\n")
    problem = only(base)
    assert (problem.line, problem.message) == (7, "relations.0.to: no entry 'alpah'")


def test_unknown_relation_lists_the_choices(base):
    write(base, TERM + "relations:\n  - {kind: partof, to: alpha}\n")
    problem = only(base)
    assert "unknown value 'partof'" in problem.message
    assert problem.tip == "did you mean part_of?"


def test_duplicate_alias_names_the_other_file(base):
    write(base, TERM.replace("甲", "乙").replace("Alpha", "Beta") + "aliases: {en: [ALPHA]}\n", "data/terms/beta.yml")
    problem = only(base, "data/terms/beta.yml")
    assert (problem.line, problem.message) == (6, "aliases.en.0: duplicate name or alias 'ALPHA'")
    assert "data/terms/alpha.yml" in problem.tip


@pytest.mark.parametrize(
    "name",
    [
        "\u0441\u043e\u0441\u043e",
        "\u0410\u0421\u0415 loss",
        "x \u0435\u0308",
        "\u0585\u057d\u0585",
        "\u13aa\u13b3",
        "\u0441\u0585",
        "\u2ca4\u2ca5",
    ],
    ids=ascii,
)
def test_a_name_that_only_looks_latin_is_refused(base, name):
    write(base, TERM + f"aliases: {{en: ['{name}']}}\n")
    problem = only(base)
    assert problem.line == 6 and problem.message.startswith("aliases.en.0: a word that looks Latin, in letters that are not: '\\u")
    assert problem.tip == "type the word anew, in Latin letters"


def test_other_alphabets_that_show_themselves_are_names_and_authors_write_as_they_do(base):
    adam, with_moment = (
        "\u0410\u0434\u0430\u043c",
        "\u043c\u0435\u0442\u043e\u0434 \u0441 \u043c\u043e\u043c\u0435\u043d\u0442\u043e\u043c",
    )
    coco = "\u0421\u043e\u0441\u043e"
    reference = f"references:\n  - {{authors: {coco}, year: 2000, title: {coco}, doi: 10.1000/x}}\n"
    write(base, TERM + f"aliases: {{en: [{adam}, {with_moment}, \u03bf, '\u03c1-\u03bd loss', caf\u00e9]}}\n{reference}")
    assert found(base) == []


def test_look_alikes_are_of_the_alphabets_that_they_stand_for():
    scripts = {unicodedata.name(sign).split()[0] for sign in LOOK_ALIKES}
    assert scripts == DISGUISED


def test_duplicate_id_in_two_folders_is_reported(base):
    write(base, LOSS, "data/losses/alpha.yml")
    assert only(base).message == "duplicate id alpha"


def test_bad_tex_is_reported_by_the_renderer_with_its_place(base):
    write(base, TERM + "formula: \\frac{1}{2\n")
    problem = only(base)
    assert problem.line == 6
    assert problem.message.startswith("formula: TeX at character")


def test_bad_tex_inside_a_text_is_found(base):
    write(base, TERM.replace("en: Definition", "en: 'the term $\\foo$'"))
    assert "exact.en: TeX at character 1" in only(base).message


def test_a_name_that_is_not_the_preferred_one_is_found_in_a_note():
    notes = {"guides/a.md": "# 题\n\n这里说异常值。\n"}
    (found,) = byhand.avoided_terms("docs/zh", notes, {"离群点": ["异常值", "野值"]})
    assert (found.path, found.line, found.tip[:9]) == ("docs/zh/guides/a.md", 3, "write 离群点")
    assert list(byhand.avoided_terms("docs/zh", notes, {})) == []


def test_a_name_that_is_not_the_preferred_one_is_found(base):
    write(base, TERM.replace("zh: 定义", "zh: 更鲁棒"))
    problem = only(base)
    assert problem.line == 4
    assert "鲁棒 is not the name" in problem.message
    assert "write 稳健" in problem.tip
    write(base, TERM + "aliases: {zh: [鲁棒]}\n")
    assert found(base) == []


def test_tex_outside_of_dollars_is_found(base):
    write(base, TERM.replace("en: Definition", "en: 'the term \\frac12 here'"))
    assert "outside of mathematics" in only(base).message


def test_tex_that_browsers_draw_wrongly_is_refused(base):
    write(base, TERM + "formula: 'x \\\\[4pt] y'\n")
    assert "row gap" in only(base).message


def test_tags_that_could_run_code_are_refused(base):
    write(base, TERM + "tip: !!python/object/apply:os.system [echo]\n")
    problem = only(base)
    assert problem.line == 6
    assert "tags such as" in problem.message


def test_exploding_aliases_are_refused_at_the_first(base):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    write(base, bomb)
    problem = only(base)
    assert problem.line == 1
    assert "anchors and aliases" in problem.message


def test_bottomless_nesting_is_refused(base):
    write(base, "name: " + "[" * 100_000)
    assert "nested deeper" in only(base).message


def test_bytes_that_are_not_utf8_are_placed(base):
    write(base, TERM.encode() + "tip: 中".encode("gbk"))
    problem = only(base)
    assert (problem.line, problem.message) == (6, "not UTF-8 text")


def test_control_characters_are_placed(base):
    write(base, TERM + "tip: \x07\n")
    assert only(base).line == 6


def test_broken_yaml_is_placed_with_a_tip(base):
    write(base, TERM + "tip: a: b\n")
    problem = only(base)
    assert problem.line == 6
    assert "quotes" in problem.tip


def test_an_empty_file_says_what_belongs_there(base):
    write(base, "")
    assert only(base).message == "expected keys and values"


def test_a_second_document_is_refused(base):
    write(base, TERM + "---\n" + TERM)
    assert "second document" in only(base).message


def test_a_file_that_nothing_reads_is_reported(base):
    write(base, TERM, "data/terms/beta.yaml")
    assert only(base, "data/terms/beta.yaml").message == "nothing reads this file"


def test_parameters_that_the_function_lacks_are_reported(base):
    write(base, LOSS.replace("  delta:", "  delte:").replace("delta: 1}", "delte: 1}"), "data/losses/huber.yml")
    messages = [problem.message for problem in found(base, "data/losses/huber.yml")]
    assert "params: delte here, delta in the function" in messages


def test_an_example_that_the_function_contradicts_is_reported(base):
    write(base, LOSS.replace("value: [2.5]", "value: [2.6]"), "data/losses/huber.yml")
    problem = only(base, "data/losses/huber.yml")
    assert (problem.line, problem.message) == (16, "examples.0.value: huber returns [2.5]")


def test_a_loss_without_code_says_what_to_write(base):
    write(base, LOSS, "data/losses/no_such_loss.yml")
    messages = [problem.message for problem in found(base, "data/losses/no_such_loss.yml")]
    assert messages == ["needs either a function or a script"]


@pytest.fixture
def no_gradient(base, monkeypatch):
    """The base, as if nobody had written huber_grad."""
    functions = {name: function for name, function in registry.losses().items() if name != "huber_grad"}
    monkeypatch.setattr("kbgen.registry.losses", lambda: functions)
    return base


def test_a_loss_without_gradient_says_what_to_write(no_gradient):
    write(no_gradient, LOSS, "data/losses/huber.yml")
    problem = only(no_gradient, "data/losses/huber.yml")
    assert (problem.path, problem.line, problem.message) == ("data/losses/huber.yml", 1, "huber has no gradient")
    assert "huber_grad" in problem.tip and "short: true" in problem.tip


def test_a_short_loss_may_lack_gradient_plot_and_advice(no_gradient):
    bare = "".join(line for line in LOSS.splitlines(keepends=True) if not line.startswith(("use", "avoid", "plot")))
    write(no_gradient, bare + "short: true\n", "data/losses/huber.yml")
    assert found(no_gradient, "data/losses/huber.yml") == []
    write(no_gradient, bare, "data/losses/huber.yml")
    messages = [problem.message for problem in found(no_gradient, "data/losses/huber.yml")]
    assert len(messages) == 4
    assert {"use: missing", "avoid: missing", "huber has no gradient"} <= set(messages)


@pytest.mark.parametrize("claim", ["gradient: r", "properties: {gradient_bound: 1}", "properties: {smoothness: once}"])
def test_a_short_loss_claims_nothing_that_only_a_gradient_could_show(no_gradient, claim):
    text = LOSS.replace("plot:", f"{claim}\nshort: true\nplot:")
    write(no_gradient, text, "data/losses/huber.yml")
    lines = {problem.line for problem in found(no_gradient, "data/losses/huber.yml")}
    assert lines == {number for number, line in enumerate(text.splitlines(), 1) if line.startswith((claim, "plot"))}


def test_one_publication_has_one_record(base):
    reference = "references:\n  - {authors: A, year: 2000, title: T, doi: 10.1000/x}\n"
    write(base, TERM + reference)
    write(base, TERM.replace("甲", "乙").replace("Alpha", "Beta") + reference.replace("2000", "2001"), "data/terms/beta.yml")
    assert "10.1000/x is cited with other data elsewhere" in only(base, "data/terms/beta.yml").message


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("", "needs a doi"),
        (", isbn: 978-0-470-12990-7", "not a valid ISBN-13"),
        (", arxiv: '17080.2002'", "String should match"),
        (", page: 'https://example.org/paper'", "String should match"),
    ],
)
def test_a_reference_needs_a_sound_identifier(base, identifier, message):
    write(base, TERM + f"references:\n  - {{authors: A, year: 2000, title: T{identifier}}}\n")
    assert message in only(base).message


def test_all_slips_of_all_files_come_in_one_run(base, capsys, monkeypatch):
    write(base, TERM + "exmaple: 1\ngroup: data\n")
    write(base, TERM.replace("en: Alpha", "xx: Alpha"), "data/terms/beta.yml")
    monkeypatch.chdir(base)
    assert main(["check"]) == 1
    printed = capsys.readouterr().err
    for expected in ("alpha.yml:6: exmaple", "alpha.yml:7: group", "beta.yml:1: name.xx", "beta.yml:1: name.en"):
        assert expected in printed
    assert "tip: did you mean example?" in printed
    assert "Traceback" not in printed


def test_a_broken_file_leaves_docs_and_site_untouched(base, monkeypatch, capsys):
    for name in ("docs/zh/terms/alpha.md", "site/index.html"):
        (base / name).parent.mkdir(parents=True)
        (base / name).write_text("the last good one", encoding="utf-8")
    write(base, TERM + "exmaple: 1\n")
    monkeypatch.chdir(base)
    assert main(["build"]) == 1
    assert "exmaple" in capsys.readouterr().err
    assert (base / "docs/zh/terms/alpha.md").read_text(encoding="utf-8") == "the last good one"
    assert (base / "site/index.html").read_text(encoding="utf-8") == "the last good one"
    assert sorted(path.name for path in base.iterdir()) == ["data", "docs", "site"]


@pytest.fixture
def only_alpha(base, monkeypatch):
    """The base with its one term, as if no code without an entry existed."""
    monkeypatch.setattr("kbgen.registry.losses", dict)
    monkeypatch.setattr("kbgen.registry.optimizers", dict)
    monkeypatch.setattr("kbgen.checks.drawings", dict)
    monkeypatch.setattr("kbgen.registry.identities", dict)
    monkeypatch.chdir(base)
    return base


def page(base, text):
    (base / "docs/zh").mkdir(parents=True, exist_ok=True)
    (base / "docs/zh/笔记.md").write_text(text, encoding="utf-8")


def test_links_of_pages_by_hand_lead_to_entries_and_to_each_other(only_alpha, capsys):
    page(only_alpha, "---\naliases: [旁注]\n---\n# 笔记\n\n[[alpha]]、[[terms/alpha|甲]]、[[Alpha]]、[[笔记#笔记]]、[[旁注]]\n")
    assert main(["check"]) == 0
    assert "1 terms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [("# 笔记\n\n见[[alpah]]。\n", 3, "[[alpah]] leads nowhere"), ("# 笔记\n\n\n$\\foo$\n", 4, "TeX at character 1")],
)
def test_slips_of_pages_by_hand_are_placed(only_alpha, capsys, text, line, message):
    page(only_alpha, text)
    assert main(["check"]) == 1
    assert f"docs/zh/笔记.md:{line}: {message}" in capsys.readouterr().err


def test_a_page_of_an_entry_that_nobody_wrote_over_is_made(only_alpha):
    assert main(["docs"]) == 0
    assert "# Alpha" in (only_alpha / "docs/en/terms/alpha.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["data/terms/alpha.yml", "docs/en/terms/alpha.md", "docs/zh/笔记.md"])
def test_whatever_changes_is_noticed(only_alpha, capsys, path):
    page(only_alpha, "# 笔记\n")
    assert main(["docs"]) == 0
    assert main(["docs"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    changed = only_alpha / path
    if path.startswith("data"):
        changed.write_text(changed.read_text(encoding="utf-8").replace("Alpha", "Omega"), encoding="utf-8")
    else:
        changed.unlink()
    assert main(["docs"]) == 0
    assert "nothing changed" not in capsys.readouterr().out


def test_a_generated_page_changed_by_hand_is_reported_and_kept(only_alpha, capsys):
    assert main(["docs"]) == 0
    changed = only_alpha / "docs/en/terms/alpha.md"
    changed.write_text("my words", encoding="utf-8")
    assert main(["docs"]) == 1
    assert "changed by hand" in capsys.readouterr().err
    assert changed.read_text(encoding="utf-8") == "my words"
