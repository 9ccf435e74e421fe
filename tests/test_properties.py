"""Properties that pages state, attacked with random inputs: one counterexample is enough, and a stated `false` must have one."""

import numpy as np

from kbgen.figures import curve
from kbgen.proofs.properties import ATTACKS, agrees


def test_a_property_is_what_the_page_says(statement, rng):
    loss, name = statement
    if name == "smoothness":
        check_smoothness(loss)
        return
    attack = ATTACKS[name](loss, rng)
    assert agrees(loss, name, attack), attack
    if getattr(loss.properties, name) is False:
        assert attack.counterexample


def test_an_inverted_statement_would_be_found(statement, rng):
    """The attack decides: it cannot agree with both a statement and its opposite."""
    loss, name = statement
    value = getattr(loss.properties, name)
    if isinstance(value, bool):
        opposite = loss.model_copy(update={"properties": loss.properties.model_copy(update={name: not value})})
        assert not agrees(opposite, name, ATTACKS[name](opposite, rng))
    else:  # a bound or a class of smoothness: some other statement must be refuted
        others = ["discontinuous", "continuous", "once"] if name == "smoothness" else [1e-6]
        assert any(refuted(loss, name, other, rng) for other in others if other != value)


def refuted(loss, name, value, rng):
    changed = loss.model_copy(update={"properties": loss.properties.model_copy(update={name: value})})
    if name != "smoothness":
        return not ATTACKS[name](changed, rng).survived
    try:
        check_smoothness(changed)
    except AssertionError:
        return True
    return False


def test_a_bound_that_is_too_small_or_too_large_is_found(kb, rng):
    huber = kb.losses["huber"]
    for wrong in (0.1, 100):
        changed = huber.model_copy(update={"properties": huber.properties.model_copy(update={"gradient_bound": wrong})})
        assert not ATTACKS["gradient_bound"](changed, rng).survived


def check_smoothness(loss):
    """Along the line of the plot: values without jumps unless `discontinuous`, slopes without jumps if `once` or `smooth`."""
    statement = loss.properties.smoothness
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
