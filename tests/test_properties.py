"""Properties that pages state, attacked with random inputs: one counterexample is enough, and a stated `false` must have one."""

from typing import get_args

import numpy as np
import pytest

from kbgen.model import Properties
from kbgen.proofs.growth import limit
from kbgen.proofs.properties import ATTACKS, agrees

BOUNDS = ("gradient_bound", "lipschitz", "gradient_lipschitz")


def stating(loss, name, value):
    """The same loss with another statement."""
    return loss.model_copy(update={"properties": loss.properties.model_copy(update={name: value})})


def test_every_property_can_be_attacked():
    assert set(ATTACKS) == set(Properties.model_fields)


def test_a_property_is_what_the_page_says_and_no_other_would_do(statement, rng):
    """The attack decides: it cannot agree with a statement and with another. One attack tells yes from no."""
    loss, name = statement
    attack = ATTACKS[name](loss, rng)
    assert agrees(loss, name, attack), attack
    value = getattr(loss.properties, name)
    assert bool(attack.counterexample) == (value is False or value == "no")
    if isinstance(value, bool):
        assert not agrees(stating(loss, name, not value), name, attack)
        return
    if name in BOUNDS:
        others = [1e-6, 1e6]
    else:
        (choices, _) = get_args(Properties.model_fields[name].annotation)
        others = [other for other in get_args(choices) if {value, other} != {"twice", "smooth"} and other != value]
    for other in others:
        changed = stating(loss, name, other)
        assert not agrees(changed, name, ATTACKS[name](changed, rng)), other


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_that_is_a_little_off_is_found(kb, rng, name):
    for wrong in (0.94, 1.06):
        for id in ("log_cosh", "huber"):
            assert not ATTACKS[name](stating(kb.losses[id], name, wrong), rng).survived


def test_a_bound_may_be_a_formula_of_the_parameters(kb, rng):
    quantile = kb.losses["quantile"]
    assert limit(quantile, r"\max(\tau, 1-\tau)", {"tau": 0.1}) == 0.9
    assert limit(quantile, "none", {}) == np.inf
    slip = ATTACKS["gradient_bound"](stating(quantile, "gradient_bound", r"\frac{\tau"), rng)
    assert not slip.survived and "cannot be read" in slip.counterexample


@pytest.mark.parametrize("id", ["vat", "dist_kd", "consistency_mean_teacher", "hausdorff", "cldice"])
def test_inputs_that_differ_in_one_regard_only_may_be_taken_for_equal(kb, rng, id):
    """Scores that are shifted and pictures of one grey are no match, though random inputs never show it."""
    assert not ATTACKS["zero_at_match"](stating(kb.losses[id], "zero_at_match", True), rng).survived
