"""Relations between losses: each holds, names what it uses, and would be noticed if it broke."""

import numpy as np
import pytest
from conftest import base

from kbgen import registry
from kbgen.proofs import relations
from kbgen.proofs.relations import bound, equal, limit, ordering

IDENTITIES = registry.identities()
LOSSES = sorted(name for name in registry.losses() if not name.endswith("_grad"))
SHORT = {id for id, loss in base().losses.items() if loss.short}
OWED = [id for id in LOSSES if id not in SHORT]
"""Losses that an identity must pin down."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", IDENTITIES)
def test_identity_holds(name, seed):
    found = IDENTITIES[name](np.random.default_rng(seed))
    assert found.holds, found
    assert found.error <= found.tolerance
    assert found.points >= 10


@pytest.mark.parametrize("name", IDENTITIES)
def test_identity_names_exactly_the_losses_that_it_calls(name, kb, monkeypatch):
    called = set()

    def watched(id):
        function = registry.losses()[id]
        return lambda *inputs, **params: called.add(id) or function(*inputs, **params)

    for id in LOSSES:
        monkeypatch.setattr(relations.loss, id, watched(id))
    entries = IDENTITIES[name](np.random.default_rng(0)).entries
    assert called == set(entries) == registry.losses_of(name) <= set(kb.losses)
    assert len(entries) == len(set(entries))


def test_identities_are_many_of_all_kinds_and_told_in_one_line():
    found = [function(np.random.default_rng(0)) for function in IDENTITIES.values()]
    assert len(found) >= 60
    assert {identity.kind for identity in found} == {"equal", "limit", "bound", "ordering"}
    assert {id for identity in found for id in identity.entries} | SHORT >= set(LOSSES)
    statements = [str(function.__doc__) for function in IDENTITIES.values()]
    assert len(set(statements)) == len(statements)
    assert all("\n" not in statement and statement.endswith(".") for statement in statements)


def broken(name):
    """Whether an identity no longer holds."""
    return not IDENTITIES[name](np.random.default_rng(0)).holds


@pytest.mark.parametrize("id", OWED)
def test_a_wrong_factor_breaks_an_identity(id, monkeypatch):
    function = registry.losses()[id]
    naming = registry.identities_of(id)
    monkeypatch.setattr(relations.loss, id, lambda *inputs, **params: 1.001 * function(*inputs, **params))
    assert any(map(broken, naming))


@pytest.mark.parametrize(("id", "param"), [(id, param) for id in OWED for param in registry.keywords(registry.losses()[id])])
def test_an_ignored_parameter_breaks_an_identity(id, param, monkeypatch):
    function = registry.losses()[id]
    naming = registry.identities_of(id)
    monkeypatch.setattr(relations.loss, id, lambda *a, **k: function(*a, **{n: k[n] for n in k if n != param}))
    assert any(map(broken, naming))


def test_a_plateau_is_no_limit_and_a_slow_approach_not_of_order_two():
    ones = np.ones(3)
    assert limit("huber", "quantile", (1e-1, 1e-2, 1e-3), lambda h: (ones + h, ones)).holds
    assert not limit("huber", "quantile", (1e-1, 1e-2, 1e-3), lambda h: (ones + h, ones), order=2).holds
    assert not limit("huber", "quantile", (1e-1, 1e-2, 1e-3), lambda h: (ones + h + 0.1, ones)).holds
    assert not limit("huber", "quantile", (1e-1, 1e-2, 1e-3), lambda _: (ones, ones)).holds


def test_a_bound_holds_everywhere_and_touches_at_the_last_point():
    assert bound("huber", "quantile", [0, 1, 2], [1, 1, 2]).holds
    assert not bound("huber", "quantile", [0, 1, 2], [1, 0.9, 2]).holds
    assert not bound("huber", "quantile", [0, 1, 2], [1, 1, 3]).holds
    assert not bound("huber", "quantile", [0, 1, 2], [0, 1, 2]).holds


def test_an_ordering_allows_no_exchange():
    assert ordering("huber", "quantile", [1, 2, 3], [10, 20, 21]).holds
    assert not ordering("huber", "quantile", [1, 2, 3], [10, 20, 19]).holds


@pytest.mark.parametrize(("left", "right"), [([0, 0], [0, 0]), ([1, 2], [[1, 2]]), ([1, np.inf], [1, np.inf]), ([np.nan], [1])])
def test_a_comparison_that_proves_nothing_is_refused(left, right):
    with pytest.raises(ValueError, match=r"cannot compare|prove nothing"):
        equal("huber", "quantile", left, right)
