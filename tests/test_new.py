"""`kbgen new`: what editors are asked, what is refused, and that `kbgen check` accepts at once what was written."""

import ast
import io
import re
import shutil

import pytest
from conftest import ROOT
from editing import git_apply, make_base

from kbgen import checks, registry
from kbgen.cli import main
from kbgen.editing import checking, new
from kbgen.editing.questions import QUESTIONS
from kbgen.load import load

TERM = {
    "name_zh": "新词", "name_en": "New word", "aliases_en": "NW; newer word", "group": "evaluation",
    "plain_zh": "见[[alpha]]：一句话。", "plain_en": "Yes: see [[alpha]].", "exact_zh": "[[beta|乙]]的定义。", "exact_en": "no",
    "example_zh": "例子。", "example_en": "An example, 'quoted'.",
}  # fmt: skip
LOSS = {
    "name_zh": "四次误差", "name_en": "Fourth power", "family": "regression", "tasks": "regression, ranking",
    "plain_zh": "甲。", "plain_en": "A.", "exact_zh": "乙。", "exact_en": "B.",
    "formula": r"\ell(\hat y, y) = |\hat y - y|^p", "code": "r = pred - target; np.abs(r) ** p",
    "params": r"p=4.0:positive:p:次数:the power", "example": "pred: [0, 3], target: [0, 1], value: [0, 16]",
    "source": "Walach and Widrow 1984",
}  # fmt: skip
RULE = {
    "name_zh": "小步", "name_en": "Small step", "plain_zh": "甲。", "plain_en": "A.", "exact_zh": "乙。", "exact_en": "B.",
    "formula": r"\theta_{t+1} = \theta_t - \eta v_t", "code": "v = mu * v + grad; theta - lr * v", "keeps": "v=0.0",
    "params": r"lr=0.01:positive:\eta:学习率:learning rate; mu=0.9:fraction:\mu:动量:momentum",
    "use_zh": "甲", "use_en": "a", "avoid_zh": "乙", "avoid_en": "b",
}  # fmt: skip
SCHEDULE = {**{key: value for key, value in RULE.items() if key not in {"keeps", "params"}}, "code": "lr / (1 + step)"}
KINDS = {"term": TERM, "loss": LOSS, "optimizer": RULE, "schedule": SCHEDULE}


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(make_base(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for module in ("losses/regression.py", "optimizers/rules.py", "optimizers/schedules.py"):
        (tmp_path / "kbgen" / module).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kbgen" / module).write_text((ROOT / "kbgen" / module).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def command(kind, id, answers, *more):
    options = [part for key, value in answers.items() for part in (f"--{key.replace('_', '-')}", value)]
    return main(["new", kind, id, *options, *more])


def contents(base):
    return {path: path.read_bytes() for path in base.rglob("*") if path.is_file() and ".kbgen" not in path.parts}


def function_of(base, kind, id):
    """The function that was written, as the registry would find it."""
    module = (
        base / "kbgen" / {"loss": "losses/regression.py", "optimizer": "optimizers/rules.py"}.get(kind, "optimizers/schedules.py")
    )
    found = {}
    exec(compile(ast.parse(module.read_text(encoding="utf-8")), str(module), "exec"), found)
    return found[id]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_accepted_at_once(base, kind, monkeypatch):
    assert command(kind, "brand_new", KINDS[kind]) == 0
    if kind != "term":
        which = "losses" if kind == "loss" else "optimizers"
        function = function_of(base, kind, "brand_new")
        monkeypatch.setattr(registry, which, lambda: {"brand_new": function})
    found = checking.report(base, ["brand_new"])
    assert (found.problems, found.hints) == ((), ())


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_term_that_the_readme_calls_complete_is_accepted(readme, tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    text = (ROOT / readme).read_text(encoding="utf-8")
    path = tmp_path / re.search(r"`(data/terms/\w+\.yml)`", text)[1]
    path.write_text(re.search(r"```yaml\n(# yaml-language-server.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    path.write_text(path.read_text(encoding="utf-8").replace("[[metric]]", "[[metrics]]"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", path.stem]) == 1
    said = "".join(capsys.readouterr())
    quoted = re.search(r"^    (data/terms/.*)\n +(tip: .*)$", text, re.MULTILINE)
    assert all(part in said for part in quoted.groups())


def test_a_loss_of_the_editor_runs(base):
    command("loss", "brand_new", LOSS)
    assert function_of(base, "loss", "brand_new")([0, 3], [0, 1], p=2.0).tolist() == [0, 4]


def test_words_come_out_as_they_went_in(base):
    command("term", "brand_new", TERM)
    entry = load(base).terms["brand_new"]
    said = {
        f"{field}_{language}": getattr(entry, field)[language]
        for field in ("name", "plain", "exact", "example")
        for language in ("zh", "en")
    }
    assert said.items() <= TERM.items()
    assert entry.aliases.en == ("NW", "newer word")


@pytest.mark.parametrize("kind", KINDS)
def test_a_dry_run_prints_a_patch_that_git_applies_and_writes_nothing(base, kind, capsys):
    before = contents(base)
    assert command(kind, "brand_new", KINDS[kind], "--dry-run") == 0
    patch = capsys.readouterr().out
    assert contents(base) == before
    git_apply(base, patch)
    applied = contents(base)
    git_apply(base, patch, "-R")
    command(kind, "brand_new", KINDS[kind])
    assert contents(base) == applied


@pytest.mark.parametrize(
    ("id", "answers", "says"),
    [
        ("alpha", TERM, "alpha exists already"),
        ("Bad-Id", TERM, "cannot be an id"),
        ("../evil", TERM, "cannot be an id"),
        ("lambda", TERM, "cannot be an id"),
        ("huber", TERM, "a function of kbgen.losses.robust is called huber already"),
        ("brand_new", {**TERM, "name_zh": "另一个词"}, "'另一个词' is a name of beta already (data/terms/beta.yml)"),
        ("brand_new", {**TERM, "aliases_en": "bw"}, "'bw' is a name of beta already"),
        ("brand_new", {**TERM, "group": "evalution"}, "did you mean evaluation?"),
        ("brand_new", {**TERM, "exact_zh": "见[[nowhere]]。"}, "[[nowhere]] leads nowhere"),
        ("brand_new", {**TERM, "exact_zh": "价 $5。"}, "exact.zh: TeX or a $ outside of mathematics"),
        ("brand_new", {key: TERM[key] for key in TERM if key != "plain_en"}, "plain_en: is missing"),
        ("brand_new", {**TERM, "formula": "x"}, "formula: is not asked about a term"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(base, id, answers, says, capsys):
    before = contents(base)
    assert command("term", id, answers) == 1
    assert says in capsys.readouterr().err
    assert contents(base) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"example": "pred: [0], target: [1], value: [7]"}, "example: the code gives [1.0]"),
        ({"example": "pred: [0], value: [7]"}, "expected pred: …, target: …, value: …"),
        ({"code": "pred -* target"}, "code: invalid syntax"),
        ({"code": "no_such_name"}, "no_such_name"),
        ({"formula": r"\frac{1"}, "formula: TeX at character"),
        ({"params": "p=4"}, "should look like"),
        ({"inputs": "pred:reel:n; target:real:n"}, "did you mean real?"),
        ({"family": "robust"}, "kbgen/losses/robust.py:1: there is no such module"),
    ],
)
def test_a_loss_that_does_not_hold_is_refused(base, change, says, capsys):
    before = contents(base)
    assert command("loss", "brand_new", {**LOSS, **change}) == 1
    assert says in capsys.readouterr().err
    assert contents(base) == before


def test_a_person_is_asked_for_the_rest_and_again_for_what_does_not_hold(base):
    kb, asked = load(base), []
    answers = {**TERM, "name_en": ["Beta word", "New word"], "exact_zh": ["价 $5。", "定义。"], "example_zh": ["", "例子。"]}
    said = {key: iter(value if isinstance(value, list) else [value]) for key, value in answers.items()}

    def ask(question, wrong):
        asked.append((question.key, wrong))
        return next(said.get(question.key, iter([""])))

    given = {"group": "evaluation"}
    draft = new.made(new.Wish(base, kb, "term", "brand_new"), given, ask)
    assert "zh: 定义。" in draft.after["data/terms/brand_new.yml"]
    keys = [key for key, _ in asked]
    assert keys.count("exact_zh") == keys.count("name_en") == keys.count("example_zh") == 2
    assert "group" not in keys
    assert "is a name of beta already" in dict(asked)["name_en"]
    assert given["exact_en"] == "no"


def test_who_stops_loses_nothing(base, monkeypatch, capsys):
    terminal = io.StringIO("新词\nNew word\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    before = contents(base)
    assert main(["new", "term", "brand_new", "--group", "data"]) == 1
    assert "kbgen new term brand_new --group data --name-zh '新词' --name-en 'New word'" in capsys.readouterr().err
    assert contents(base) == before


def test_every_question_is_an_option_of_the_command_that_goes_on():
    for kind, questions in QUESTIONS.items():
        text = new.command(kind, "x", {question.key: "a b" for question in questions})
        assert all(f"{question.option} 'a b'" in text for question in questions)


def test_checks_that_need_the_function_are_those_of_code():
    named = {check.__name__ for check in checks.CHECKS}
    assert named >= new.WITHOUT_CODE
