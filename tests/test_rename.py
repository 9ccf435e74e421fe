"""An entry gets another id everywhere, or nowhere: code, data, notes and evidence, and its old address leads to it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, config
from test_broken_files import TERM
from test_withhold import site_of

from kbgen.build import draft
from kbgen.cli import INTERRUPTED, main
from kbgen.editing import python, rehearsal, texts, transaction
from kbgen.editing.python import ClashError, Renaming
from kbgen.errors import Problems
from kbgen.links import LINK

NAMES = {"geman_mcclure": "gm_loss", "label_noise": "noisy_labels", "cosine_annealing": "cosine_decay_rate"}
"""A loss with functions, evidence, identities and an experiment that looks it up; a term; a schedule with calls of libraries."""
RENAME = """
import json, sys
from pathlib import Path
from kbgen.cache import Memo
from kbgen.editing import change, rehearsal
from kbgen.load import load
if len(sys.argv) > 1:
    plan = change.plan_rename(Path(), json.loads(sys.argv[1]))
    plan.commit()
print(json.dumps(plan.held if len(sys.argv) > 1 else rehearsal.holding(Path(), load(Path()))))
"""


def run(tree, *arguments):
    """What the script prints, run by the code of a copy of the project."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RENAME, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.thorough
def test_a_rename_leaves_no_trace_but_the_address_and_loses_no_evidence(tmp_path):
    for folder in ("data", "kbgen", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, copy_function=os.link)
    for language in ("zh", "en"):
        shutil.copytree(ROOT / "docs" / language / "guides", tmp_path / "docs" / language / "guides")
    for path in ROOT.glob("*.md"):
        shutil.copy(path, tmp_path)
    (tmp_path / ".kbgen").mkdir()
    if (memo := ROOT / ".kbgen/memo.db").is_file():
        shutil.copy(memo, tmp_path / ".kbgen")
    before, after = run(tmp_path, json.dumps(NAMES)), run(tmp_path)
    assert {kind: sorted(names) for kind, names in before.items()} == after
    assert "gm_loss" in after["losses"] and "outlier_pull" in after["experiments"] and "cosine_decay_rate" in after["library torch"]
    word = re.compile(rf"(?<!\w)(?:{'|'.join(NAMES)})(?!\w)")
    kept = {tmp_path / "CHANGELOG.md", tmp_path / "tests/test_rename.py"}
    paths = [path for path in tmp_path.rglob("*") if path.suffix in {".py", ".yml", ".md", ".json", ".js"} and path not in kept]
    lines = [line for path in paths if ".kbgen" not in path.parts for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(filter(word.search, lines)) == sorted(f"former_ids: [{old}]" for old in NAMES)
    assert not [path for path in tmp_path.rglob("*") if path.stem in NAMES]


@pytest.fixture
def base(tmp_path, monkeypatch):
    """Three terms, and notes that link to one of them in many ways; tried in this process, as if there were no code."""
    for name in ("losses", "optimizers", "identities"):
        monkeypatch.setattr(f"kbgen.registry.{name}", dict)
    monkeypatch.setattr("kbgen.checks.drawings", dict)
    monkeypatch.setattr("kbgen.editing.rename.drawings", dict)
    monkeypatch.setattr(rehearsal, "_ask", lambda _, copy, request: rehearsal.answer(copy, json.loads(request.read_text())))
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    steps = "first_steps: {term: {basics: [alpha, beta]}} # read first\nfirst_cards: [beta, alpha]\n"
    (tmp_path / "data/kb.yml").write_text(config() + steps, encoding="utf-8")
    terms = {"alpha": ("甲", "Alpha", ""), "beta": ("乙", "Beta", BETA), "gamma": ("丙", "Gamma", "")}
    for id, (zh, en, more) in terms.items():
        text = TERM.replace("甲", zh).replace("Alpha", en) + more
        (tmp_path / "data/terms" / f"{id}.yml").write_text(text, encoding="utf-8")
    for language in ("zh", "en"):
        (tmp_path / "docs" / language / "more").mkdir(parents=True)
        (tmp_path / "docs" / language / "more/note.md").write_text(NOTE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


BETA = """\
symbols: # signs
  - {symbol: a, meaning: {zh: '见[[alpha|甲]]', en: "the [[alpha]] of [[Alpha]]"}}   # keeps its quotes
see_also: [alpha, gamma]
relations:
  - {kind: variant_of, to: "alpha"} # and its comment
"""
NOTE = """\
---
up: "[[terms/alpha]]"
---
# Note

[[alpha]], [[terms/Alpha#Definition|words]], ![[terms/alpha]], [a](../terms/alpha.md#x),
![](../figures/alpha-drawing.svg), alpha, `[[alpha]]`, [[gamma|alpha]], [[Alpha]]
"""


def interrupt(*_):
    raise KeyboardInterrupt


def state(base):
    """Every file that people write."""
    folders = (base / "data", base / "docs")
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*.*") if path.suffix in {".yml", ".md"}}


def test_every_link_follows_and_nothing_else_moves(base):
    before = (base / "data/terms/beta.yml").read_text(encoding="utf-8")
    assert main(["rename", "alpha", "omega"]) == 0
    expected = before.replace("[[alpha", "[[omega").replace("see_also: [alpha", "see_also: [omega").replace('"alpha"}', '"omega"}')
    assert (base / "data/terms/beta.yml").read_text(encoding="utf-8") == expected
    assert "basics: [omega, beta]}} # read first\nfirst_cards: [beta, omega]\n" in (base / "data/kb.yml").read_text(
        encoding="utf-8"
    )
    assert not (base / "data/terms/alpha.yml").exists()
    assert (base / "data/terms/omega.yml").read_text(encoding="utf-8") == TERM + "former_ids: [alpha]\n"
    assert (base / "docs/en/more/note.md").read_text(encoding="utf-8").splitlines()[1:] == [
        'up: "[[terms/omega]]"',
        "---",
        "# Note",
        "",
        "[[omega]], [[terms/omega#Definition|words]], ![[terms/omega]], [a](../terms/omega.md#x),",
        "![](../figures/omega-drawing.svg), alpha, `[[alpha]]`, [[gamma|alpha]], [[omega|Alpha]]",
    ]


def test_the_old_address_leads_to_the_new_one(base, monkeypatch):
    monkeypatch.setenv("KBGEN_SITE_URL", "https://example.org/kb")
    assert main(["rename", "alpha", "omega"]) == 0
    for language in ("zh", "en"):
        (base / "docs" / language / "index.md").write_text("# Home\n\n[[terms/alpha|there]]\n", encoding="utf-8")
    site_of(base)
    assert 'href="terms/omega.html"' in (base / "site/en/index.html").read_text(encoding="utf-8")
    page = (base / "site/en/terms/alpha.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=omega.html">' in page
    assert '<link rel="canonical" href="https://example.org/kb/en/terms/omega.html">' in page
    assert 'This page is now called <a href="omega.html">Alpha</a>' in page
    assert "这一页现在叫" in (base / "site/terms/alpha.html").read_text(encoding="utf-8")


def test_old_links_still_lead_there_and_check_says_so(base, capsys):
    assert main(["rename", "alpha", "omega"]) == 0
    assert main(["rename", "omega", "psi"]) == 0
    gamma = base / "data/terms/gamma.yml"
    gamma.write_text(gamma.read_text(encoding="utf-8").replace("en: One sentence.", "en: 'See [[omega]].'"), encoding="utf-8")
    (base / "docs/en/late.md").write_text("[[terms/omega|late]]\n", encoding="utf-8")
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "note: data/terms/gamma.yml:3: plain.en: [[omega]] is called psi now" in said
    assert "note: docs/en/late.md:1: [[terms/omega]] is called psi now" in said
    assert "See [[terms/psi|" in draft(base).written["en"]["terms/gamma.md"]


def test_back_again_everything_is_as_before_but_for_the_way(base):
    before = state(base)
    for old, new in (("alpha", "omega"), ("omega", "psi"), ("psi", "alpha")):
        assert main(["rename", old, new]) == 0
    after = state(base)
    alpha, note = base / "data/terms/alpha.yml", "docs/en/more/note.md"
    assert after.pop(alpha).decode() == TERM + "former_ids: [omega, psi]\n"
    assert LINK.sub("", after[base / note].decode()) == LINK.sub("", before[base / note].decode())
    assert {path for path in after if before[path] != after[path]} == {base / note, base / note.replace("en", "zh", 1)}


def test_a_rehearsal_changes_nothing(base, capsys):
    before = state(base)
    assert main(["rename", "alpha", "omega", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "edit   docs/en/more/note.md: lines 2, 6, 7" in said and "write  data/terms/omega.yml" in said
    assert "would pass; nothing was changed" in said
    assert state(base) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alhpa", "omega", "data:1: no entry 'alhpa'\n    tip: did you mean alpha?"),
        ("alpha", "beta", "data/terms/beta.yml:1: the id beta is taken"),
        ("alpha", "Omega", "'Omega' is no id"),
        ("alpha", "../omega", "is no id"),
        ("alpha", "kb", "data/kb.yml:1: the id kb is taken"),
    ],
)
def test_what_cannot_be_is_refused(base, capsys, old, new, said):
    before = state(base)
    assert main(["rename", old, new]) == 1
    assert said in capsys.readouterr().err
    assert state(base) == before


def test_a_former_id_is_named_and_not_given_away(base, capsys):
    assert main(["rename", "alpha", "omega"]) == 0
    assert main(["rename", "alpha", "psi"]) == 1
    assert main(["rename", "gamma", "alpha"]) == 1
    said = capsys.readouterr().err
    assert "it is called omega now" in said and "data/terms/omega.yml:1: the id alpha is taken" in said


def test_a_base_that_would_not_pass_stays_as_it_is(base, capsys, monkeypatch):
    before = state(base)
    monkeypatch.setattr("kbgen.editing.rename.in_notes", lambda *_: None)
    monkeypatch.setattr("kbgen.editing.rename.remember", lambda *_: None)
    assert main(["rename", "alpha", "omega"]) == 1
    assert "leads nowhere" in capsys.readouterr().err
    assert state(base) == before
    assert not (base / ".kbgen/rehearsal").exists()


@pytest.mark.parametrize("steps", [0, 3, 5])
def test_an_interrupted_change_is_finished_by_the_next_command(base, monkeypatch, capsys, steps):
    take, taken = transaction.take, []

    def interrupted(*arguments):
        if len(taken) == steps:
            raise KeyboardInterrupt
        taken.append(arguments)
        take(*arguments)

    monkeypatch.setattr(transaction, "take", interrupted)
    assert main(["rename", "alpha", "omega"]) == INTERRUPTED
    monkeypatch.setattr(transaction, "take", take)
    assert main(["check"]) == 0
    assert "finished what was interrupted: rename alpha to omega" in capsys.readouterr().out
    assert (base / "data/terms/omega.yml").exists() and not (base / "data/terms/alpha.yml").exists()
    assert not (base / ".kbgen/change").exists()


def test_before_the_journal_stands_nothing_has_happened(base, monkeypatch):
    before = state(base)
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", interrupt)
    assert main(["rename", "alpha", "omega"]) == INTERRUPTED
    monkeypatch.setattr(Path, "replace", replace)
    assert main(["check"]) == 0
    assert state(base) == before


def test_work_done_since_an_interruption_is_not_written_over(base, monkeypatch, capsys):
    take = transaction.take
    monkeypatch.setattr(transaction, "take", interrupt)
    assert main(["rename", "alpha", "omega"]) == INTERRUPTED
    monkeypatch.setattr(transaction, "take", take)
    note = base / "docs/en/more/note.md"
    note.write_text("my words", encoding="utf-8")
    assert main(["check"]) == 1
    assert "docs/en/more/note.md:1: changed since" in capsys.readouterr().err
    assert note.read_text(encoding="utf-8") == "my words"


def test_a_file_that_changed_meanwhile_stops_the_change(tmp_path):
    (tmp_path / "a").write_bytes(b"theirs")
    with pytest.raises(Problems, match="a:1: changed while the command was at it"):
        transaction.commit(tmp_path, "title", {"a": b"ours", "b": b"new"}, {"a": b"as it was", "b": None})
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*")} == {"a": b"theirs"}


MODULE = '''\
"""Of `dice` and dice, see data/losses/dice.yml."""

from kbgen.losses import segmentation as s
from kbgen.losses.segmentation import dice, dice_grad

TABLE = {"dice": 1, "jaccard": 2}
SIGNS = ("dice", "top")


def one(dice):
    """d dice / d x"""
    return dice + s.dice(1) + s.other


def two():
    values = [dice(dice_grad) for _ in (1, 2)]
    plot(dice=values, ha="dice", mark=lambda dice: dice)
    return registry.losses()["dice"], registry.losses().get("dice_grad"), dice_cross_entropy, "the dice"
'''


def test_names_change_where_they_are_bound_to_the_function():
    renaming = Renaming("dice", "f1", "losses", {"dice", "jaccard", "dice_cross_entropy"})
    found = python.rename("kbgen/x.py", MODULE, renaming, {"kbgen.losses.segmentation"})
    changed = python.apply(MODULE, found.edits).splitlines()
    assert changed == [
        '"""Of `f1` and dice, see data/losses/f1.yml."""',
        "",
        "from kbgen.losses import segmentation as s",
        "from kbgen.losses.segmentation import f1, f1_grad",
        "",
        'TABLE = {"f1": 1, "jaccard": 2}',
        'SIGNS = ("dice", "top")',
        "",
        "",
        "def one(dice):",
        '    """d f1 / d x"""',
        "    return dice + s.f1(1) + s.other",
        "",
        "",
        "def two():",
        "    values = [f1(f1_grad) for _ in (1, 2)]",
        '    plot(dice=values, ha="dice", mark=lambda dice: dice)',
        '    return registry.losses()["f1"], registry.losses().get("f1_grad"), dice_cross_entropy, "the dice"',
    ]
    assert [problem.line for problem in found.left] == [7, 17]


def test_a_name_that_means_something_else_is_refused():
    renaming = Renaming("dice", "values", "losses", {"dice"})
    with pytest.raises(ClashError, match="the name values means something else here"):
        python.rename("kbgen/x.py", MODULE, renaming, {"kbgen.losses.segmentation"})


@pytest.mark.parametrize(
    "text", ["\ufeffsee_also: [dice]\n", "a: '😀\u2028'\nsee_also: [x, 'dice']\n", "a: x\r\nsee_also:\r\n- dice\r\n"]
)
def test_the_place_in_a_file_is_exact_whatever_stands_before_it(text):
    renaming = Renaming("dice", "f1", "losses", {"dice"})
    assert python.apply(text, set(texts.in_data(text, renaming))) == text.replace("dice", "f1")
