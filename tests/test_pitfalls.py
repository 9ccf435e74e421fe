"""The pitfalls of the pages: each falls in and climbs out as its page prints it."""

import importlib.util

import pytest
from conftest import ROOT

from kbgen.proofs import pitfalls

PITFALLS = pitfalls.pitfalls()


@pytest.fixture(scope="module")
def kept():
    return pitfalls.read(ROOT)


@pytest.fixture(scope="module", params=["", *(pytest.param(name, marks=pytest.mark.thorough) for name in pitfalls.LIBRARIES)])
def ran(request):
    """What the functions of one library give in a process of their own; those without a library, with none."""
    if request.param and importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed: make parity")
    alone = [name for name, pitfall in PITFALLS.items() if not pitfall.libraries]
    return {name: pitfalls.run(PITFALLS[name]) for name in alone} if not request.param else pitfalls.anew([request.param])


def test_results_on_the_pages_are_what_the_functions_give(ran, kept):
    assert ran
    for name, results in ran.items():
        assert name in kept, f"{name} changed since it ran: make evidence"
        assert (kept[name].wrong, kept[name].right) == results, name


def test_every_function_has_its_results(kept):
    assert set(PITFALLS) == set(kept), "make evidence"


def test_every_function_belongs_to_a_pitfall_of_an_entry(kb):
    named = {f"{id}__{pitfall.run}" for id, entry in kb.entries.items() for pitfall in entry.pitfalls if pitfall.run}
    assert set(PITFALLS) == named


def test_losses_and_optimizers_leave_hardly_a_pitfall_unrun(kb):
    every = [pitfall for entry in (*kb.losses.values(), *kb.optimizers.values()) for pitfall in entry.pitfalls]
    assert sum(pitfall.run is None for pitfall in every) <= 0.02 * len(every)


def test_results_that_do_not_differ_are_refused(monkeypatch):
    monkeypatch.setattr(pitfalls.registry, "functions", lambda _: {"x__same": lambda: (1.0, 1.00001)})
    with pytest.raises(ValueError, match="wrong and right are both 1"):
        pitfalls.run(pitfalls.Pitfall("x__same", "", ()))


def test_results_of_other_code_are_not_shown(monkeypatch, kept):
    name = next(iter(kept))
    other = {**PITFALLS, name: pitfalls.Pitfall(name, "wrong, right = 1, 2", ())}
    monkeypatch.setattr(pitfalls, "pitfalls", lambda: other)
    assert set(pitfalls.read(ROOT)) == set(kept) - {name}
