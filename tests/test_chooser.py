"""The chooser and the comparisons as data and as pages without scripts."""

import json
import re
import shutil
from pathlib import Path

import lxml.html
import numpy as np
import pytest
from conftest import ROOT

from kbgen import registry
from kbgen.cache import MEMO, Memo
from kbgen.checks import problems
from kbgen.chooser import keys, leaves
from kbgen.errors import Problem, Problems
from kbgen.figures.samples import STEPS, axis, sampled
from kbgen.load import load
from kbgen.model import LANGUAGES

SITE = ROOT / "site"


def given(path: Path):
    """The content of a data file of the site."""
    return json.loads(re.fullmatch(r"kb\.give\(\"[^\"]+\",(.*)\)\n", path.read_text(encoding="utf-8"), re.S)[1])


def page(path: str) -> lxml.html.HtmlElement:
    return lxml.html.parse(SITE / path, lxml.html.HTMLParser(encoding="utf-8")).getroot()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def broken(base: Path, before: str, after: str) -> list[Problem]:
    """What is reported about data/chooser.yml after one replacement."""
    path = base / "data/chooser.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        memo = Memo(ROOT / MEMO)  # what the build read of all other files
        found = problems(load(base, memo), memo)
    except Problems as refusal:
        found = list(refusal.problems)
    return [problem for problem in found if problem.path == "data/chooser.yml"]


def line_of(base: Path, text: str) -> int:
    """The last line that holds a text."""
    lines = (base / "data/chooser.yml").read_text(encoding="utf-8").splitlines()
    return max(number for number, line in enumerate(lines, 1) if text in line)


def test_every_family_of_tasks_has_twelve_ways_and_candidates_with_reasons(kb):
    found = list(leaves(kb.chooser, kb.chooser.start))
    families = [path[0] for path, _ in found]
    assert min(families.count(family) for family in set(families)) >= 12
    assert len({path for path, _ in found}) == len(found)
    assert all(1 <= len(candidates) <= 3 for _, candidates in found)
    assert {loss for _, candidates in found for loss in candidates} <= set(kb.losses)


def test_every_family_has_an_answer(kb):
    named = {loss for _, candidates in leaves(kb.chooser, kb.chooser.start) for loss in candidates}
    assert {loss.family for loss in kb.losses.values()} == {kb.losses[id].family for id in named}
    assert len(named) >= 60


def test_reasons_are_not_repeated_inside_a_language(kb):
    for language in LANGUAGES:
        told = [why[language] for _, candidates in leaves(kb.chooser, kb.chooser.start) for why in candidates.values()]
        assert {text for text in told if told.count(text) > 1} == set()


@pytest.mark.parametrize(
    ("before", "after", "where", "message"),
    [
        ("next: binary_rare", "next: binary_rarer", "next: binary_rarer", "no question 'binary_rarer'"),
        ("next: binary_noisy", "next: binary_rare", "next: binary_rare", "a second way to the question 'binary_rare'"),
        ("          cost_sensitive:", "          cost_sensible:", "cost_sensible:", "no loss 'cost_sensible'"),
        ("losses: [huber, smooth_l1", "losses: [hubert, smooth_l1", "[hubert", "no loss 'hubert'"),
        ("start: task", "start: tasks", "start: tasks", "no question 'tasks'"),
    ],
)
def test_a_broken_chooser_is_reported_with_its_line(base, before, after, where, message):
    found = broken(base, before, after)
    (problem,) = [problem for problem in found if message in problem.message]
    assert problem.line == line_of(base, where)


def test_a_question_that_nothing_leads_to_is_reported(base):
    found = broken(base, "        next: binary_rare\n", "        candidates: {focal: {zh: 甲, en: a}}\n")
    assert [problem.message for problem in found] == ["questions.binary_rare: no answer leads to this question"]
    assert found[0].line == line_of(base, "  binary_rare:")


def test_an_answer_that_leads_nowhere_and_a_missing_language_are_reported(base):
    (problem,) = broken(base, "        next: binary_rare\n", "")
    assert problem.message == "questions.binary.answers.rare: an answer needs either `next` or `candidates`"
    (base / "data/chooser.yml").write_bytes((ROOT / "data/chooser.yml").read_bytes())
    (problem,) = broken(base, "ask: {zh: 模型要给出什么？, en:", "ask: {zhh: 模型要给出什么？, en:")[:1]
    assert problem.line == line_of(base, "zhh:")


def test_two_answers_of_one_name_are_reported(base):
    found = broken(base, "      verdict:\n", "      noisy:\n")
    assert "duplicate key" in found[0].message


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_every_way_stands_in_nested_lists(kb, language):
    article = page(f"{'en/' if language == 'en' else ''}tools/chooser.html").find(".//article")
    ends = article.xpath(".//li[not(ul)]")
    wanted = [loss for _, candidates in leaves(kb.chooser, kb.chooser.start) for loss in candidates]
    assert [Path(end.find("a").get("href")).stem for end in ends] == wanted
    assert len(article.findall(".//h2")) == len(kb.chooser.questions[kb.chooser.start].answers)
    asked = [" ".join(em.text_content().split()) for em in article.iter("em")]
    assert len(asked) >= len(kb.chooser.questions) - 1


def test_keys_nest_as_the_lists_do(kb):
    found = given(SITE / "assets/chooser.js")
    assert found["keys"] == json.loads(json.dumps(keys(kb.chooser, kb.chooser.start)))
    assert found["bare"] == [id for id, loss in kb.losses.items() if not loss.plot]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_ready_comparisons_are_tables(kb, language):
    article = page(f"{'en/' if language == 'en' else ''}tools/compare.html").find(".//article")
    tables = article.findall(".//table")
    assert len(tables) == len(kb.chooser.comparisons) >= 12
    for table, ready in zip(tables, kb.chooser.comparisons, strict=True):
        assert [Path(a.get("href")).stem for a in table.find("thead").iter("a")] == list(ready.losses)
        assert len(table.findall(".//tbody/tr")) >= 4


def test_samples_of_curves_are_the_functions(kb):
    """Read back from steps in whole numbers, value and slope of a few losses agree with NumPy to four digits of their range."""
    x = np.linspace(-4, 4, 121)
    for id, arguments in (("huber", (x, 0 * x)), ("log_cosh", (x, 0 * x))):
        curve = sampled(kb.losses[id])
        assert curve["range"] == [-4, 4]
        for what, name in (("value", id), ("slope", f"{id}_grad")):
            low, high, *steps = curve["lines"][0][what]
            expected = registry.losses()[name](*arguments)
            np.testing.assert_allclose(low + (high - low) * np.cumsum(steps) / STEPS, expected, atol=1e-4 * (high - low))


def test_jumps_are_gaps(kb):
    slope = sampled(kb.losses["absolute_error"])["lines"][0]["slope"]
    assert None in slope[2:]


def test_curves_of_one_kind_share_an_axis(kb):
    kinds = {id: axis(loss) for id, loss in kb.losses.items() if loss.plot}
    same = ("squared_error", "absolute_error", "huber", "log_cosh", "quantile", "smooth_l1", "gaussian_nll")
    assert {kinds[id] for id in same} == {"residual"}
    assert kinds["hinge"] == kinds["binary_cross_entropy_with_logits"] == "margin"
    assert kinds["poisson_nll"] != "margin"
    assert kinds["tversky"] != kinds["brier_score"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_of_every_loss_are_published_in_its_language(kb, language):
    folder = SITE / ("en" if language == "en" else "") / "assets/compare"
    assert {path.stem for path in folder.glob("*.js")} == {*kb.losses, "index"}
    rows = {key for key, _ in given(folder / "index.js")["rows"]}
    for id, loss in kb.losses.items():
        facts = given(folder / f"{id}.js")
        assert facts["name"] == loss.name[language]
        assert set(facts["cells"]) <= rows
        assert (facts["curve"] is None) == (loss.plot is None)


def test_pages_of_losses_link_to_ready_choices(kb):
    links = page("losses/huber.html").xpath("//article//a[contains(@href, 'compare.html#')]/@href")
    ids = [link.partition("#")[2].split(",") for link in links]
    assert ids[0] == ["huber", "squared_error"]
    assert all(group[0] == "huber" and 2 <= len(group) <= 4 and set(group) <= set(kb.losses) for group in ids)
