"""What one language lacks, or the other has changed since, as git tells it."""

import json
import subprocess

import pytest
from editing import make_base, term

from kbgen.cli import main
from kbgen.editing.translations import gaps

PREFERRED = {"离群点": ["异常值"]}
PATH = "data/terms/alpha.yml"


def git(base, *command):
    who = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *command], cwd=base, check=True, capture_output=True, text=True).stdout  # noqa: S607


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(make_base(tmp_path))
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def commit(base):
    git(base, "add", "data", *(["docs"] if (base / "docs").is_dir() else []))
    git(base, "commit", "-q", "-m", "a")
    return git(base, "rev-parse", "HEAD").strip()


def change(base, *pairs, path=PATH):
    text = (base / path).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (base / path).write_text(text, encoding="utf-8")


def found(base):
    return [(gap.path, gap.line, gap.field, gap.language, gap.kind) for gap in gaps(base, PREFERRED)]


BEHIND = (PATH, 6, "plain", "en", "stale")


def test_the_commit_that_wrote_a_text_counts_for_both(base):
    assert found(base) == []


def test_a_language_that_changes_alone_is_ahead(base):
    change(base, ("一句话", "另一句新的话"))
    last = commit(base)
    assert found(base) == [BEHIND]
    (gap,) = gaps(base, PREFERRED)
    assert (gap.commit, gap.changed) == (last, git(base, "log", "-1", "--format=%as").strip())
    assert 0.3 < gap.share < 0.8


def test_it_is_ahead_until_the_other_changes_too(base):
    change(base, ("一句话", "另一句话"))
    commit(base)
    change(base, ("另一句话", "又一句话"))
    commit(base)
    assert found(base) == [BEHIND]
    change(base, ("One sentence", "Another one"))
    commit(base)
    assert found(base) == []
    change(base, ("Another one", "A third"))
    commit(base)
    assert found(base) == [(PATH, 5, "plain", "zh", "stale")]


def test_both_in_one_commit_are_even(base):
    change(base, ("一句话", "另一句话"))
    commit(base)
    change(base, ("另一句话", "新的话"), ("One sentence", "Something new"))
    commit(base)
    assert found(base) == []


def test_signs_links_and_preferred_names_say_nothing_new(base):
    change(base, ("一句话。", "一句异常值"))
    change(base, ("One sentence", "An outlier"))
    commit(base)
    change(base, ("一句异常值", "一句，[[beta|离群点]]！"))
    commit(base)
    assert found(base) == []


def test_a_text_is_followed_when_its_place_in_a_list_changes(base):
    change(base, ("example:", "pitfalls:\n  - {zh: 旧坑, en: old pit}\nexample:"))
    commit(base)
    change(base, ("  - {zh: 旧坑", "  - {zh: 新坑, en: new pit}\n  - {zh: 深坑"))
    commit(base)
    assert found(base) == [(PATH, 10, "pitfalls.1", "en", "stale")]


def test_what_is_not_committed_yet_counts(base):
    change(base, ("一句话", "另一句话"))
    (gap,) = gaps(base, PREFERRED)
    assert (gap.language, gap.commit, gap.changed) == ("en", "", "not committed")


def test_a_missing_language_is_told_where_the_other_stands(base):
    change(base, ("  en: One sentence.\n", ""), ("{zh: 例子。, en: Example}", "{zh: '', en: Example}"))
    assert found(base) == [(PATH, 5, "plain", "en", "missing"), (PATH, 7, "example", "zh", "missing")]


def test_aliases_need_no_translation(base):
    change(base, ("group: basics", "aliases: {zh: [独词]}\ngroup: basics"))
    assert found(base) == []


def test_notes_are_told_too(base):
    for language in ("zh", "en"):
        (base / "docs" / language).mkdir(parents=True)
        (base / "docs" / language / "a.md").write_text("One text.\n", encoding="utf-8")
    (base / "docs/zh/b.md").write_text("一篇\n", encoding="utf-8")
    commit(base)
    assert found(base) == [("docs/zh/b.md", 1, "note", "en", "missing")]
    (base / "docs/en/a.md").write_text("Two texts.\n", encoding="utf-8")
    commit(base)
    assert found(base)[0] == ("docs/zh/a.md", 1, "note", "zh", "stale")
    (base / "docs/zh/a.md").write_text("两篇\n", encoding="utf-8")
    assert [gap for gap in found(base) if gap[0].endswith("a.md")] == []
    commit(base)
    (base / "docs/zh/a.md").write_text("三篇\n", encoding="utf-8")
    commit(base)
    for language in ("zh", "en"):
        (base / f"docs/{language}/a.md").write_text("Three texts.\n", encoding="utf-8")
    commit(base)
    assert [gap for gap in found(base) if gap[0].endswith("a.md")] == []


def test_the_command_lists_and_filters(base, capsys):
    change(base, ("一句话", "一句很长的话"))
    commit(base)
    main(["translations", "--format", "json"])
    (gap,) = json.loads(capsys.readouterr().out)
    assert (gap["path"], gap["line"], gap["language"]) == (PATH, 6, "en")
    main(["translations", "beta"])
    assert capsys.readouterr().out == ""
    main(["translations", "--least", "90"])
    assert capsys.readouterr().out == ""


def test_without_a_history_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(make_base(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["translations"]) == 0
    assert "not known" in capsys.readouterr().err


def test_an_entry_that_git_does_not_know_yet_is_even(base):
    (base / "data/terms/gamma.yml").write_text(term("丙词", "Gamma"), encoding="utf-8")
    assert found(base) == []
