"""What comes with the project for VS Code: snippets are entries, settings and tasks point to what there is."""

import json
import re

import pytest
import yaml
from conftest import ROOT
from editing import make_base

from kbgen import cli
from kbgen.errors import Problem
from kbgen.load import load

VSCODE = ROOT / ".vscode"
SNIPPETS = json.loads((VSCODE / "kbgen.code-snippets").read_text(encoding="utf-8"))
SETTINGS = json.loads((VSCODE / "settings.json").read_text(encoding="utf-8"))
TASKS = json.loads((VSCODE / "tasks.json").read_text(encoding="utf-8"))["tasks"]
HOLE = re.compile(r"\$\{\d+(?::((?:\\.|[^\\}])*)|\|([^|]*)\|)\}|\$0")
FOLDERS = {"term": "terms", "short loss": "losses", "loss": "losses", "optimizer": "optimizers", "schedule": "optimizers"}
PARTS = sorted(set(SNIPPETS) - set(FOLDERS))


def filled(name, choice=0):
    """A snippet as it stands when nobody changes what it proposes."""
    text = "\n".join(SNIPPETS[name]["body"])
    text = HOLE.sub(lambda hole: hole[2].split(",")[choice] if hole[2] else hole[1] or "", text)
    return re.sub(r"\\([$}\\])", r"\1", text)


@pytest.mark.parametrize("name", FOLDERS)
def test_an_untouched_snippet_is_an_entry(name, tmp_path):
    base = make_base(tmp_path)
    for id, choice in (("first_one", 0), ("last_one", -1)):
        (base / f"data/{FOLDERS[name]}/{id}.yml").write_text(filled(name, choice), encoding="utf-8")
    assert {"first_one", "last_one"} <= set(load(base).entries)
    assert filled(name).startswith(f"# yaml-language-server: $schema=../schema/{FOLDERS[name]}.json\n")


@pytest.mark.parametrize("name", PARTS)
def test_an_untouched_part_fits_into_an_entry(name, tmp_path):
    base, part = make_base(tmp_path), filled(name)
    field = {"relation": "relations:\n", "reference": "references:\n", "pitfall": "pitfalls:\n"}.get(name, "")
    path = base / "data/terms/alpha.yml"
    path.write_text(path.read_text(encoding="utf-8") + field + part + "\n", encoding="utf-8")
    assert getattr(load(base).entries["alpha"], field.strip(":\n") or "picture")


def test_choices_are_those_of_the_base():
    config = yaml.safe_load((ROOT / "data/kb.yml").read_text(encoding="utf-8"))
    for name, field, known in (("term", "group", "groups"), ("loss", "family", "families"), ("short loss", "family", "families")):
        (choices,) = re.findall(rf"^{field}: \$\{{\d+\|(.*)\|\}}$", "\n".join(SNIPPETS[name]["body"]), re.M)
        assert choices.split(",") == list(config[known])
    for name in ("loss", "short loss"):
        (choices,) = re.findall(r"^tasks: \[\$\{\d+\|(.*)\|\}\]$", "\n".join(SNIPPETS[name]["body"]), re.M)
        assert choices.split(",") == list(config["tasks"])


def test_every_file_of_data_has_its_schema_by_settings_and_by_its_first_line():
    by_file = {}
    for schema, pattern in SETTINGS["yaml.schemas"].items():
        assert (ROOT / schema).is_file()
        by_file |= dict.fromkeys(ROOT.glob(pattern), (ROOT / schema).resolve())
    files = [*ROOT.glob("data/*.yml"), *ROOT.glob("data/*/*.yml")]
    assert set(files) == set(by_file)
    for path in files:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert (path.parent / first.partition("$schema=")[2]).resolve() == by_file[path]


def test_tasks_are_commands_whose_problems_are_found():
    wanted = ["data/terms/a.yml", "7", "exact.en: [[x]] leads nowhere"]
    problem = str(Problem(wanted[0], 7, wanted[2], "a tip")).splitlines()[0]
    for task in TASKS:
        assert cli._parser([]).parse_args([arg.replace("${relativeFile}", "data/terms/a.yml") for arg in task["args"]])  # noqa: SLF001
        if task["problemMatcher"]:
            pattern = task["problemMatcher"]["pattern"]
            match = re.match(pattern["regexp"], problem)
            assert match
            assert [match[pattern[key]] for key in ("file", "line", "message")] == [
                "data/terms/a.yml",
                "7",
                "exact.en: [[x]] leads nowhere",
            ]
