"""The printed TeX is executed and compared with the code; an equation that is not says why."""

import numpy as np
import pytest

from kbgen import registry
from kbgen.formula.execute import execute
from kbgen.formula.meaning import Scope, evaluate
from kbgen.formula.syntax import FormulaError, parse
from kbgen.proofs.sampling import gradients, variants

DRAWS = 4
"""Rounds of random inputs, so that each case of a formula comes up: boxes apart and boxes that overlap, say."""


def check_formula(loss, draw):
    for params in DRAWS * variants(loss):
        inputs = draw(loss)
        values, _ = execute(loss, inputs, {**registry.keywords(registry.losses()[loss.id]), **params})
        expected = registry.losses()[loss.id](*inputs, **params)
        for value in values:
            np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-11)


def check_gradient(loss, draw):
    for params in DRAWS * variants(loss):
        inputs = draw(loss)
        _, found = execute(loss, inputs, {**registry.keywords(registry.losses()[loss.id]), **params})
        for name, expected in zip(loss.differentiable, gradients(loss, inputs, params), strict=True):
            assert name in found, f"no equation for the derivative by {name}"
            for value in found[name]:
                np.testing.assert_allclose(np.broadcast_to(value, expected.shape), expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("what", "check"), [("formula", check_formula), ("gradient", check_gradient)])
def test_what_is_printed_is_what_runs(loss, draw, what, check):
    if loss.short and not getattr(loss, what):
        pytest.skip(f"{loss.id} is short and prints no {what}")
    reason = getattr(loss.not_executed, what)
    if reason is None:
        check(loss, draw)
        return
    with pytest.raises((FormulaError, AssertionError)):  # a reason that is no longer needed must go
        check(loss, draw)
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
def test_a_wrong_digit_or_sign_in_the_formula_is_found(kb, draw, wrong, right):
    huber = kb.losses["huber"]
    changed = huber.model_copy(update={"formula": huber.formula.replace(wrong, right, 1)})
    assert changed.formula != huber.formula
    check_formula(huber, draw)
    with pytest.raises((AssertionError, FormulaError)):
        check_formula(changed, draw)


def test_a_sign_that_nobody_bound_is_an_error(kb, draw):
    huber = kb.losses["huber"]
    with pytest.raises(FormulaError, match="nobody bound q"):
        check_formula(huber.model_copy(update={"formula": huber.formula.replace("r^2", "q^2", 1)}), draw)


def test_a_sum_that_stops_short_is_an_error(kb, draw):
    loss = kb.losses["cross_entropy"]
    with pytest.raises(FormulaError, match="does not run over all"):
        check_formula(loss.model_copy(update={"formula": loss.formula.replace("^{K}", "^{K-1}", 1)}), draw)


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
def test_a_slip_in_a_construct_of_the_grammar_is_found(kb, draw, slip):
    id, field, wrong, right = slip
    loss = kb.losses[id]
    changed = loss.model_copy(update={field: getattr(loss, field).replace(wrong, right, 1)})
    assert getattr(changed, field) != getattr(loss, field)
    check = {"formula": check_formula, "gradient": check_gradient}[field]
    check(loss, draw)
    with pytest.raises((AssertionError, FormulaError)):
        check(changed, draw)


def test_what_the_gradient_defines_does_not_reach_the_formula(kb, draw):
    huber = kb.losses["huber"]
    check_formula(huber.model_copy(update={"gradient": huber.gradient.replace(r"r = \hat y - y", r"r = \hat y + y")}), draw)


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
