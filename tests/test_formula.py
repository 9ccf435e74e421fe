"""The printed TeX is executed and compared with the code; an equation that is not says why."""

import re

import numpy as np
import pytest

from kbgen import registry
from kbgen.formula.meaning import Scope, evaluate
from kbgen.formula.syntax import FormulaError, parse
from kbgen.proofs import equations


def check_formula(loss, rng):
    found = equations.formula(loss, rng)
    assert found.holds, found


def check_gradient(loss, rng):
    found = equations.gradient_formula(loss, rng)
    assert found.holds, found


@pytest.mark.parametrize(("what", "check"), [("formula", check_formula), ("gradient", check_gradient)])
def test_what_is_printed_is_what_runs(loss, rng, what, check):
    if loss.short and not getattr(loss, what):
        pytest.skip(f"{loss.id} is short and prints no {what}")
    reason = getattr(loss.not_executed, what)
    if reason is None:
        check(loss, rng)
        return
    with pytest.raises(AssertionError):  # a reason that is no longer needed must go
        check(loss, rng)
    pytest.skip(f"{loss.id}, {what}: {reason.en}")


def test_nine_of_ten_formulas_are_executed(kb):
    with_code = [loss for loss in kb.losses.values() if loss.id in registry.losses()]
    executed = {what: sum(getattr(loss.not_executed, what) is None for loss in with_code) for what in ("formula", "gradient")}
    print(f"executed of {len(with_code)}: {executed}")
    assert executed["formula"] >= 0.9 * len(with_code)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (r"\tfrac12 r^2", r"\tfrac13 r^2"),
        (r"\le \delta", r"\ge \delta"),
        (r"\hat y - y", r"y + \hat y"),
        (r"|r| - \tfrac12\delta", r"|r| + \tfrac12\delta"),
    ],
)
def test_a_wrong_digit_or_sign_in_the_formula_is_found(kb, rng, wrong, right):
    huber = kb.losses["huber"]
    changed = huber.model_copy(update={"formula": huber.formula.replace(wrong, right, 1)})
    assert changed.formula != huber.formula
    check_formula(huber, rng)
    with pytest.raises(AssertionError):
        check_formula(changed, rng)


def test_a_factor_that_is_one_at_whole_borders_is_found(kb, rng):
    """A prediction of exactly zero is never drawn, and beside a target of one 2s and 2s/|y| are the same."""
    loss = kb.losses["symmetric_absolute_percentage_error"]
    changed = loss.model_copy(update={"gradient": loss.gradient.replace(r"\frac{2s}{\abs{y}}", "2s")})
    assert changed.gradient != loss.gradient
    check_gradient(loss, rng)
    with pytest.raises(AssertionError):
        check_gradient(changed, rng)


def test_formulas_stand_on_pages_of_both_languages(kb):
    """A name such as val or FP16 or train is the same in both; a longer word, or one of several, is not."""
    texts = {entry.id: f"{entry.formula or ''} {getattr(entry, 'gradient', None) or ''}" for entry in kb.entries.values()}
    words = re.compile(r"\\(?:text|mathrm)\{(?:[^{}]*(?:[a-z]\s|\s[a-z])|[a-z]{6})")
    assert {id: found[0] for id, text in texts.items() if (found := words.search(text))} == {}


def test_a_sign_that_nobody_bound_is_an_error(kb, rng):
    huber = kb.losses["huber"]
    with pytest.raises(AssertionError, match="nobody bound q"):
        check_formula(huber.model_copy(update={"formula": huber.formula.replace("r^2", "q^2", 1)}), rng)


def test_a_sum_that_stops_short_is_an_error(kb, rng):
    loss = kb.losses["cross_entropy"]
    with pytest.raises(AssertionError, match="does not run over all"):
        check_formula(loss.model_copy(update={"formula": loss.formula.replace("^{K}", "^{K-1}", 1)}), rng)


@pytest.mark.parametrize("tex", [r"\ell = \frac{1}{", r"\ell = )", r"\ell = a ^", r"\ell = \foo x"])
def test_what_cannot_be_read_is_said_with_its_place(tex):
    with pytest.raises(FormulaError, match="cannot be read near"):
        parse(tex, ())


@pytest.mark.parametrize(
    "slip",
    [
        ("huber", "gradient", r"\hat y - y", r"y - \hat y"),  # the formula's own r stays
        ("iou_box", "formula", r"(x_1,y_1,x_2,y_2)", r"(x_1,y_1,y_2,x_2)"),  # parts of an input
        ("iou_box", "gradient", r"(-h,\,-w,\,h,\,w)", r"(-h,\,-w,\,w,\,h)"),  # a vector
        ("iou_box", "gradient", r"\frac{\partial I}{\partial b} &=", r"\frac{\partial I}{\partial b} &= 2\,"),  # a step on the way
        ("ciou", "gradient", r"\frac{\partial v}{\partial b} &=", r"\frac{\partial w}{\partial b} &="),  # the derivative of another
        ("kl_divergence", "formula", r"(p\,\Vert\,q) =", r"(q\,\Vert\,p) ="),  # the order in D(p || q)
    ],
)
def test_a_slip_in_a_construct_of_the_grammar_is_found(kb, rng, slip):
    id, field, wrong, right = slip
    loss = kb.losses[id]
    changed = loss.model_copy(update={field: getattr(loss, field).replace(wrong, right, 1)})
    assert getattr(changed, field) != getattr(loss, field)
    check = {"formula": check_formula, "gradient": check_gradient}[field]
    check(loss, rng)
    with pytest.raises(AssertionError):
        check(changed, rng)


def test_what_the_gradient_defines_does_not_reach_the_formula(kb, rng):
    huber = kb.losses["huber"]
    check_formula(huber.model_copy(update={"gradient": huber.gradient.replace(r"r = \hat y - y", r"r = \hat y + y")}), rng)


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        (r"\log\Gamma\left(\frac{x}{2}\right)", np.log(np.pi) / 2),
        (r"\Gamma(5x)", 24.0),
        (r"\psi(x)", -0.5772156649015329),
        (r"\psi(x + 1) - \psi(x)", 1.0),
        (r"\Phi(x)", 0.8413447460685429),
        (r"\Phi(x) + \Phi(-x)", 1.0),
    ],
)
def test_special_functions_are_known_by_their_letters(tex, value):
    (statement,) = parse(tex, ("x",))
    assert evaluate(statement.parts[0], Scope({"x": 1.0}, {})) == pytest.approx(value, rel=1e-14)


def test_a_letter_that_somebody_bound_is_no_special_function():
    (statement,) = parse(r"\psi(x + 1)", ("x",))
    assert evaluate(statement.parts[0], Scope({"x": 1.0, r"\psi": 3.0}, {})) == 6
