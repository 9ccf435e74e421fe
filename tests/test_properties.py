"""Properties that pages state, attacked with random inputs: one counterexample is enough, and a stated `false` must have one."""

import numpy as np
import pytest
from conftest import gradients, variants

from kbgen import registry
from kbgen.losses.domains import DOMAINS

ROUNDS = 60


def stated(loss, name):
    value = getattr(loss.properties, name)
    if value is None:
        pytest.skip(f"{loss.id} says nothing about {name}")
    return value


def values(loss, inputs, params=None):
    """Values of the items; the batch as one item where items are coupled."""
    found = np.asarray(registry.losses()[loss.id](*inputs, **(params or {})), float)
    return found if loss.output[:1] == ("n",) else found.sum(keepdims=True).ravel()


def holds(statement, found):
    """Whether what was found agrees with what the page says."""
    return found if statement else not found


def test_nonnegative(loss, draw):
    worst = min(values(loss, draw(loss)).min() for _ in range(ROUNDS))
    assert holds(stated(loss, "nonnegative"), worst >= -1e-12), worst


def test_convex_in_the_first_input(loss, draw):
    statement, worst = stated(loss, "convex"), -np.inf
    for params in variants(loss):
        for _ in range(ROUNDS):
            a, *rest = draw(loss)
            b, middle = draw(loss)[0], 0.5
            ends = middle * values(loss, [a, *rest], params) + (1 - middle) * values(loss, [b, *rest], params)
            gap = values(loss, [middle * a + (1 - middle) * b, *rest], params) - ends
            worst = max(worst, np.max(gap / (1 + np.abs(ends))))
    assert holds(statement, worst <= 1e-9), worst


def test_symmetric_in_the_first_two_inputs(loss, draw):
    statement, worst = stated(loss, "symmetric"), 0.0
    assert len(loss.inputs) > 1
    for params in variants(loss):
        for _ in range(ROUNDS):
            a, b, *rest = draw(loss)
            difference = values(loss, [a, b, *rest], params) - values(loss, [b, a, *rest], params)
            worst = max(worst, np.max(np.abs(difference)))
    assert holds(statement, worst <= 1e-9), worst


def test_zero_at_match(loss, draw):
    """Zero where the first two inputs are equal, and nowhere else; multiples of the second are tried too, where they are inputs."""
    statement, at_match, elsewhere = stated(loss, "zero_at_match"), 0.0, np.inf
    domain = DOMAINS[next(iter(loss.inputs.values())).domain]
    factors = (2,) if domain.upper == np.inf and domain.continuous else ()
    for _ in range(ROUNDS):
        a, b, *rest = draw(loss)
        at_match = max(at_match, np.max(np.abs(values(loss, [b, b, *rest]))))
        elsewhere = min(elsewhere, *(np.min(np.abs(values(loss, [other, b, *rest]))) for other in (a, *(k * b for k in factors))))
    assert holds(statement, at_match <= 1e-9 and elsewhere > 0), (at_match, elsewhere)


def largest_partial(loss, draw, params):
    """The largest partial derivative found at ordinary points, far out, and close to zero; first input alone or all scaled."""
    domains, largest = [DOMAINS[given.domain] for given in loss.inputs.values()], 0.0
    for size in (1, 30, 1000, 1e-3, 1e-300):
        for together in (False, True):
            for _ in range(ROUNDS // 4):
                scales = [size, *[size if together else 1] * (len(domains) - 1)]
                moved = [
                    np.clip(a * scale, d.lower, d.upper) if d.continuous else a
                    for a, scale, d in zip(draw(loss), scales, domains, strict=True)
                ]
                with np.errstate(all="ignore"):
                    found = np.abs(gradients(loss, moved, params)[0])
                largest = max(largest, np.max(found[~np.isnan(found)], initial=0.0))
    return largest


def test_gradient_bound(loss, draw):
    """No partial derivative is larger than the bound and one comes near it; where there is no bound, they get large."""
    bound, largest = stated(loss, "gradient_bound"), 0.0
    for params in variants(loss):
        given = {**registry.keywords(registry.losses()[loss.id]), **params}
        found = largest_partial(loss, draw, params)
        largest = max(largest, found)
        if bound != "none":
            limit = given[bound] if bound in given else float(bound)
            assert found <= limit * (1 + 1e-6), (params, found, limit)
    if bound == "none":
        assert largest > 10, f"nothing larger than {largest} was found"
    elif bound not in given:
        assert largest >= 0.5 * bound, f"{largest} is far from {bound}: a smaller bound would do"


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
