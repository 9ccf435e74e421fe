"""Properties that pages state, attacked with random inputs: one counterexample is enough, and a stated `false` must have one."""

import numpy as np
import pytest

from kbgen.proofs.properties import ATTACKS, agrees


def stated(loss, name):
    value = getattr(loss.properties, name)
    if value is None:
        pytest.skip(f"{loss.id} says nothing about {name}")
    return value


@pytest.mark.parametrize("name", ATTACKS)
def test_a_property_is_what_the_page_says(loss, rng, name):
    statement = stated(loss, name)
    attack = ATTACKS[name](loss, rng)
    assert agrees(loss, name, attack), (statement, attack)
    if statement is False:
        assert attack.counterexample


@pytest.mark.parametrize("name", ATTACKS)
def test_an_inverted_statement_would_be_found(loss, rng, name):
    """The attack decides: it cannot agree with both a statement and its opposite."""
    if name == "gradient_bound" or not isinstance(stated(loss, name), bool):
        pytest.skip("only statements with an opposite")
    opposite = loss.model_copy(update={"properties": loss.properties.model_copy(update={name: not stated(loss, name)})})
    assert not agrees(opposite, name, ATTACKS[name](opposite, rng))


def test_a_bound_that_is_too_small_or_too_large_is_found(kb, rng):
    huber = kb.losses["huber"]
    for wrong in (0.1, 100):
        changed = huber.model_copy(update={"properties": huber.properties.model_copy(update={"gradient_bound": wrong})})
        assert not ATTACKS["gradient_bound"](changed, rng).survived


def test_smoothness(loss, rng):
    """Along the line of the plot: values without jumps unless `discontinuous`, slopes without jumps if `once` or `smooth`."""
    from kbgen.figures import curve

    statement = stated(loss, "smoothness")
    jumps = {}
    for points in (1601, 6401):
        original, curve.POINTS = curve.POINTS, points
        try:
            curves = list(curve.curves(loss, next((name for name, p in loss.params.items() if p.sweep), "")))
        finally:
            curve.POINTS = original
        for kind in (1, 2):
            steps = [np.abs(np.diff(found[kind])) for found in curves]
            finite = np.concatenate([step[np.isfinite(step)] for step in steps])
            jumps[kind, points] = finite.max(initial=0.0)
    value_jumps = jumps[1, 6401] > 0.5 * jumps[1, 1601] > 1e-9
    slope_jumps = jumps[2, 6401] > 0.5 * jumps[2, 1601] > 1e-9
    assert value_jumps == (statement == "discontinuous"), jumps
    if statement in {"once", "smooth"}:
        assert not slope_jumps, jumps
    if statement == "continuous":
        assert slope_jumps, f"no kink on the line of the plot: {jumps}"
