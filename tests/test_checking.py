"""`kbgen check` for programs, and for those who have just changed one file."""

import json
import re

import pytest
import yaml
from conftest import ROOT
from editing import make_base, term

from kbgen import checks, cli, registry
from kbgen.cache import Memo
from kbgen.cli import main
from kbgen.editing import checking, reports
from kbgen.editing.checking import Report
from kbgen.errors import Problem

SLIP = Problem("data/terms/a b,c:d.yml", 3, "100% wrong: a,b", "a tip\nof two lines", "links_lead_somewhere")
HINT = Problem("data/terms/beta.yml", 1, "could be tidier", code="schema_line")


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(make_base(tmp_path))
    for code in ("losses", "optimizers", "identities"):
        monkeypatch.setattr(registry, code, dict)
    monkeypatch.setattr(checks, "drawings", dict)
    return tmp_path


def write(base, more, id="alpha"):
    (base / f"data/terms/{id}.yml").write_text(term("甲词", "Alpha word", more), encoding="utf-8")


def test_json_is_a_list_of_what_is_wrong_with_place_tip_and_rule(base, capsys):
    write(base, "pitfalls: [{zh: '见[[无]]。', en: none}]\n")
    assert main(["check", "alpha", "--format", "json"]) == 1
    (slip,) = json.loads(capsys.readouterr().out)
    assert slip == {
        "file": "data/terms/alpha.yml",
        "line": 9,
        "message": "pitfalls.0.zh: [[无]] leads nowhere",
        "tip": "remove the brackets, or write the entry",
        "code": "links_lead_somewhere",
        "level": "error",
    }


def test_a_sound_base_is_an_empty_list(base, capsys):
    assert main(["check", "alpha", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_could_be_tidier_is_a_warning_and_no_failure(base, capsys):
    write(base, "pitfalls: [{zh: '甲,乙。', en: none}]\n")
    assert main(["check", "alpha", "--format", "json"]) == 0
    (hint,) = json.loads(capsys.readouterr().out)
    assert (hint["level"], hint["code"]) == ("warning", "full_width_punctuation")


@pytest.mark.parametrize(("more", "code"), [("group: data\n", "yaml"), ("exmaple: {}\n", "extra_forbidden")])
def test_slips_that_keep_a_file_from_being_read_have_a_code_too(base, more, code):
    write(base, more)
    (slip,) = checking.report(base, ["alpha"]).problems
    assert slip.code == code


def test_commands_for_github_are_escaped():
    (line,) = reports.as_github(Report((SLIP,))).splitlines()
    head = "::error file=data/terms/a b%2Cc%3Ad.yml,line=3,title=links_lead_somewhere::"
    assert line == head + "100%25 wrong: a,b%0Atip: a tip%0Aof two lines"


def test_sarif_has_what_version_2_1_0_asks_for():
    log = json.loads(reports.as_sarif(Report((SLIP,), (HINT,))))
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "kbgen"
    assert all(rule["fullDescription"]["text"] for rule in rules)
    for result, level in zip(run["results"], ("error", "warning"), strict=True):
        assert (rules[result["ruleIndex"]]["id"], result["level"]) == (result["ruleId"], level)
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "data/terms/a%20b%2Cc%3Ad.yml"


def test_every_rule_is_described():
    assert all(reports.RULES.values())


def test_one_entry_is_checked_without_any_page(base, monkeypatch):
    monkeypatch.setattr("kbgen.build.draft", lambda *_: pytest.fail("pages are drafted"))
    write(base, "see_also: [nobody]\n", "beta")
    assert main(["check", "alpha"]) == 0
    assert main(["check", "data/terms/beta.yml"]) == 1


def test_a_name_that_nothing_has_is_told(base, capsys):
    assert main(["check", "alhpa"]) == 1
    assert "did you mean alpha?" in capsys.readouterr().err


def test_a_run_about_a_part_keeps_what_the_memo_holds_of_the_rest(tmp_path):
    first = Memo(tmp_path / "memo.db")
    first.get("pages", "a", lambda: 1)
    first.save()
    part = Memo(tmp_path / "memo.db")
    part.get("pages", "b", lambda: 2)
    part.add()
    assert [Memo(tmp_path / "memo.db").get("pages", key, pytest.fail) for key in "ab"] == [1, 2]


def test_a_check_where_nothing_can_be_kept_still_checks(base):
    (base / ".kbgen").write_text("a file in place of the folder", encoding="utf-8")
    assert checking.report(base, ["alpha"]).problems == ()


def test_hooks_for_pre_commit_are_whole():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert cli._parser([]).parse_args(hook["entry"].split()[1:] + ["data/losses/huber.yml"]).command == "check"  # noqa: SLF001  # without running it
        assert re.search(hook["files"], "data/losses/huber.yml")
        assert not re.search(hook["files"], "data/evidence/huber.json")
