"""The claims laboratory: what is kept belongs to the code as it is, and other seeds lead to the same conclusions."""

import pytest
from conftest import ROOT, sampled

from kbgen import byhand, claims, trials
from kbgen.trials import Found, Measured, shown

EXPERIMENTS = trials.experiments()
OTHER = 1000
"""Where the seeds begin that the pages know nothing of."""


@pytest.fixture(scope="session")
def kept():
    return trials.read(ROOT)


def test_every_claim_has_its_experiment_and_its_run(kb, kept):
    assert set(EXPERIMENTS) == set(kb.claims) == set(kept), "kbgen lab"
    assert list(claims.problems(kb, kept)) == []


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_what_is_kept_concludes_something_and_it_holds(id, kept):
    found = kept[id].found
    assert found.holds and all(found.holds.values())
    assert any(number.low is not None for number in found.numbers.values()) or EXPERIMENTS[id].SEEDS == 1
    assert set(found.curves), "nothing to draw"


@pytest.mark.parametrize("id", sampled(list(EXPERIMENTS), 9))
def test_other_seeds_lead_to_the_same_conclusions(id, kept):
    count = max(3, EXPERIMENTS[id].SEEDS // 3)
    again = trials.run(id, range(OTHER, OTHER + count))
    assert again.holds == kept[id].found.holds
    assert again.numbers.keys() == kept[id].found.numbers.keys()


def test_every_number_of_a_picture_is_drawn(kb, kept, tmp_path):
    for part in claims.claim_figures(kb, kept, tmp_path):
        assert b"<svg" in part.make()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1.5, "1.5"), (-0.25, "−0.25"), (123.4, "123"), (1234.6, "1235"), (0.001234, "0.00123"), (3e-9, "3.00e-09")],
)
def test_numbers_have_three_digits(number, text):
    assert shown(number) == text
    assert shown(float("inf")) == "∞"


def test_a_number_that_no_experiment_gave_is_reported_with_its_line():
    printed = {"lab/x": claims.printed(_Claim(), _Kept())}
    notes = {"guides/a.md": "# a\n\n[[lab/x|45 步]]、[[lab/x|−7.5]]\n[[lab/x|46]]\n"}
    (found,) = byhand.problems("docs/zh", notes, {"lab/x.md": ""}, printed)
    assert (found.line, found.message) == (4, "lab/x does not give 46")


class _Claim(claims.Claim):
    """A claim whose texts say nothing."""

    def __init__(self):
        words = {"zh": "无", "en": "none"}
        texts = dict.fromkeys(("title", "claim", "answer", "protocol", "limits"), words)
        row = {"label": words, "number": "steps"}
        super().__init__(id="x", verdict="right", rows=[row], picture={"alt": words, "caption": words}, **texts)


class _Kept(trials.Kept):
    """A run that found two numbers."""

    def __init__(self):
        numbers = {"steps": Measured(value=45, low=40, high=60), "loss": Measured(value=-7.5)}
        super().__init__(hash="", seeds=3, numpy="", found=Found(numbers=numbers, holds={"so": True}))


@pytest.mark.parametrize("count", [3, 5, 8, 9, 12, 20])
def test_the_median_is_one_of_the_middle_values(count):
    found = trials.measured(range(count))
    assert found.value in {(count - 1) // 2, count // 2}
    assert found.low <= found.value <= found.high
    assert trials.measured([1, float("inf"), float("inf")]).value == float("inf")
