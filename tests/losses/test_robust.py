"""How the robust losses hang together, and what they do far out and close in."""

import numpy as np
import pytest

from kbgen.losses import robust
from kbgen.losses.regression import absolute_error
from kbgen.losses.robust import (
    barron_general,
    barron_general_grad,
    cauchy,
    cauchy_grad,
    charbonnier,
    charbonnier_grad,
    epsilon_insensitive,
    epsilon_insensitive_grad,
    fair,
    fair_grad,
    geman_mcclure,
    geman_mcclure_grad,
    huber,
    huber_grad,
    log_cosh,
    pseudo_huber,
    pseudo_huber_grad,
    smooth_l1,
    smooth_l1_grad,
    tukey_biweight,
    tukey_biweight_grad,
    welsch,
    welsch_grad,
    wing,
    wing_grad,
)

NOISE = np.linspace(-12, 12, 240_001)
DENSITY = np.exp(-(NOISE**2) / 2) / np.sqrt(2 * np.pi) * 1e-4


def efficiency(slope):
    """Of the estimate of a mean under normal noise, from a slope at each value of the noise."""
    return (DENSITY @ (slope * NOISE)) ** 2 / (DENSITY @ slope**2)


@pytest.mark.parametrize("delta", [0.2, 1.0, 7.0])
def test_huber_is_delta_times_smooth_l1(rng, delta):
    pred, target = rng.normal(0, 3, (2, 50))
    np.testing.assert_allclose(huber(pred, target, delta=delta), delta * smooth_l1(pred, target, beta=delta))


def test_smooth_l1_tends_to_the_absolute_error_and_to_zero(rng):
    pred, target = rng.normal(0, 3, (2, 50))
    np.testing.assert_allclose(smooth_l1(pred, target, beta=1e-300), absolute_error(pred, target))
    np.testing.assert_allclose(smooth_l1(pred, target, beta=1e300), 0, atol=1e-290)


def test_smooth_l1_slope_never_exceeds_one_however_small_beta():
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(smooth_l1_grad([1e300, -3, 0], [-1e300, 0, 0], beta=1e-300), [1, -1, 0])


def test_log_cosh_is_the_logarithm_of_cosh_where_that_can_be_computed():
    r = np.concatenate([np.linspace(-20, 20, 401), [np.nextafter(1, 0), 1, np.nextafter(1, 2)]])
    np.testing.assert_allclose(log_cosh(r, np.zeros_like(r)), np.log(np.cosh(r)), rtol=1e-13)


def test_log_cosh_keeps_its_digits_near_zero_and_far_out():
    np.testing.assert_allclose(log_cosh([1e-3, 1e-8], [0, 0]), [5e-7 - 1e-12 / 12, 5e-17], rtol=1e-12)
    np.testing.assert_allclose(log_cosh([1e4, 1e300], [0, -1e300]), [1e4 - np.log(2), 2e300], rtol=1e-15)
    single = log_cosh(np.float32([1e-4, 100]), np.float32([0, 0]))  # a literal log(cosh) gives 0 and inf
    np.testing.assert_allclose(single, [5e-9, 99.30685], rtol=1e-6)


def test_log_cosh_lies_below_half_the_square_and_close_below_the_absolute_error(rng):
    r = rng.normal(0, 5, 200)
    value = log_cosh(r, np.zeros_like(r))
    assert np.all(value <= np.minimum(r**2 / 2, np.abs(r)))
    assert np.all(value >= np.abs(r) - np.log(2))


SQUARE_AT_ZERO = ["pseudo_huber", "cauchy", "tukey_biweight", "geman_mcclure", "welsch", "fair", "barron_general"]


@pytest.mark.parametrize("name", SQUARE_AT_ZERO)
def test_half_the_square_near_zero_with_all_its_digits(name):
    r = np.array([1e-8, -1e-12, 1e-150])
    np.testing.assert_allclose(getattr(robust, name)(r, 0 * r), r**2 / 2, rtol=2e-8)
    np.testing.assert_allclose(getattr(robust, f"{name}_grad")(r, 0 * r), r, rtol=2e-8)
    single = getattr(robust, name)(np.float32([1e-4]), np.float32([0]))
    np.testing.assert_allclose(single, 5e-9, rtol=1e-4)


@pytest.mark.parametrize(
    ("grad", "constant"),
    [
        (huber_grad, {"delta": 1.345}),
        (tukey_biweight_grad, {"c": 4.685}),
        (cauchy_grad, {"c": 2.3849 / 2**0.5}),
        (welsch_grad, {"c": 2.9846 / 2**0.5}),
        (fair_grad, {"c": 1.3998}),
    ],
)
def test_constants_of_the_literature_give_95_percent_efficiency(grad, constant):
    assert efficiency(grad(NOISE, 0 * NOISE, **constant)) == pytest.approx(0.95, abs=5e-5)


def test_pseudo_huber_slope_at_delta_is_delta_over_root_two():
    np.testing.assert_allclose(pseudo_huber_grad([3, -3], [0, 0], delta=3), [3 / 2**0.5, -3 / 2**0.5])


def test_pseudo_huber_survives_tiny_and_huge_delta():
    np.testing.assert_allclose(pseudo_huber(1.0, 0.0, delta=1e-300), 1e-300)
    np.testing.assert_allclose(pseudo_huber(2.0, 0.0, delta=1e300), 2.0)


def test_cauchy_slope_is_largest_at_root_two_c():
    r = np.linspace(0, 20, 200_001)
    assert r[np.argmax(cauchy_grad(r, 0 * r, c=3))] == pytest.approx(3 * 2**0.5, abs=1e-4)


def test_cauchy_grows_like_twice_the_logarithm_and_never_overflows():
    np.testing.assert_allclose(cauchy(1e300, 0.0) - cauchy(1e200, 0.0), 200 * np.log(10))


def test_cauchy_is_the_negative_log_of_a_cauchy_density():
    x = np.linspace(-10, 10, 21)
    density = 1 / (np.pi * 2**0.5 * 3) / (1 + (x / (2**0.5 * 3)) ** 2)
    np.testing.assert_allclose(cauchy(x, 0 * x, c=3), -np.log(density) - np.log(np.pi * 2**0.5 * 3), atol=1e-14)


def test_charbonnier_is_the_long_side_of_a_right_triangle():
    assert charbonnier(5.0, 0.0, epsilon=12) == 13
    np.testing.assert_allclose(charbonnier_grad(5.0, 0.0, epsilon=12), 5 / 13)


def test_tube_is_free_up_to_its_edge_and_the_edge_belongs_to_it():
    np.testing.assert_array_equal(epsilon_insensitive([1, 1.5, 2, -2], [0, 0, 0, 0], epsilon=1.5), [0, 0, 0.5, 0.5])
    np.testing.assert_array_equal(epsilon_insensitive_grad([1, 1.5, 2, -2], [0, 0, 0, 0], epsilon=1.5), [0, 0, 1, -1])


def test_tukey_weight_is_zero_from_c_and_the_loss_is_flat():
    np.testing.assert_array_equal(tukey_biweight_grad([4.685, -5, 1e300], [0, 0, 0]), [0, 0, 0])
    np.testing.assert_allclose(tukey_biweight([4.685, -5, 1e300], [0, 0, 0]), 4.685**2 / 6)


def test_tukey_slope_is_largest_at_c_over_root_five():
    r = np.linspace(0, 5, 50_001)
    slope = tukey_biweight_grad(r, 0 * r, c=5)
    assert r[np.argmax(slope)] == pytest.approx(5**0.5, abs=1e-3)
    assert slope.max() == pytest.approx(16 * 5 / (25 * 5**0.5), rel=1e-6)


def test_geman_mcclure_is_half_bounded_at_2_c_and_falls_like_a_cube():
    np.testing.assert_allclose(geman_mcclure([6, -6, 1e300], [0, 0, 0], c=3), [1, 1, 2])
    near, far = geman_mcclure_grad([1e4, 1e5], [0, 0])
    assert near / far == pytest.approx(1000, rel=1e-4)


def test_welsch_slope_is_largest_at_c():
    r = np.linspace(0, 5, 50_001)
    slope = welsch_grad(r, 0 * r, c=2)
    assert r[np.argmax(slope)] == pytest.approx(2, abs=1e-3)
    assert slope.max() == pytest.approx(np.exp(-0.5) / 2, rel=1e-6)
    assert welsch(1e300, 0.0) == 1


def test_fair_has_no_seam_between_its_series_and_its_logarithm():
    r = np.array([np.nextafter(0.01, 0), 0.01])
    np.testing.assert_allclose(*fair(r, 0 * r), rtol=1e-12)
    np.testing.assert_allclose(fair(0.005, 0.0), 0.005 - np.log(1.005), rtol=1e-10)


def test_fair_slope_is_half_its_bound_at_c_and_nine_tenths_at_9_c():
    np.testing.assert_allclose(fair_grad([2, 18], [0, 0], c=2), [1, 1.8])


def test_barron_names_its_five_members(rng):
    p, y, c = *rng.normal(0, 3, (2, 50)), 1.7
    members = {
        2: (p - y) ** 2 / (2 * c**2),
        1: pseudo_huber(p, y, delta=c) / c**2,
        0: cauchy(p, y, c=c),
        -2: geman_mcclure(p, y, c=c),
        -np.inf: welsch(p, y, c=c),
    }
    for alpha, expected in members.items():
        np.testing.assert_allclose(barron_general(p, y, alpha=alpha, c=c), expected, rtol=1e-12)


@pytest.mark.parametrize("alpha", [2, 0])
def test_barron_is_continuous_where_its_formula_is_not(rng, alpha):
    p, y = rng.normal(0, 2, (2, 50))
    for function in (barron_general, barron_general_grad):
        here = function(p, y, alpha=alpha)
        np.testing.assert_allclose(function(p, y, alpha=alpha + 1e-9), here, rtol=1e-6)
        np.testing.assert_allclose(function(p, y, alpha=alpha - 1e-9), here, rtol=1e-6)


def test_barron_never_falls_as_alpha_grows_and_its_slope_is_bounded(rng):
    p, y = rng.normal(0, 9, (2, 50))
    values = [barron_general(p, y, alpha=a, c=0.5) for a in (-np.inf, -9, -2, -0.1, 0, 0.5, 1, 1.5, 2, 3)]
    assert np.all(np.diff(values, axis=0) >= -1e-12)
    for alpha in (-np.inf, -9, -2, 0, 1):
        assert np.all(np.abs(barron_general_grad(p, y, alpha=alpha, c=0.5)) <= 1 / 0.5)


def test_barron_gradient_at_minus_infinity_is_that_of_welsch(rng):
    p, y = rng.normal(0, 3, (2, 50))
    np.testing.assert_allclose(barron_general_grad(p, y, alpha=-np.inf, c=2), welsch_grad(p, y, c=2))


def test_wing_is_joined_by_its_constant_but_its_slope_jumps():
    below, at = wing([10 - 1e-12, 10], [0, 0])
    assert at == pytest.approx(below)
    assert wing(25.0, 0.0) == pytest.approx(25 - (10 - 10 * np.log(6)))
    np.testing.assert_allclose(wing_grad([10 - 1e-12, 10, -10, 0], [0, 0, 0, 0]), [5 / 6, 1, -1, 0])


def test_wing_pulls_harder_the_nearer_the_target():
    slopes = wing_grad([0.1, 1, 5, 9.9], [0, 0, 0, 0])
    assert np.all(np.diff(slopes) < 0)


def test_squared_epsilon_insensitive_is_the_square_and_without_a_tube_the_squared_error(rng):
    pred, target = rng.normal(0, 2, (2, 50))
    once = epsilon_insensitive(pred, target, epsilon=0.5)
    np.testing.assert_allclose(robust.squared_epsilon_insensitive(pred, target, epsilon=0.5), once**2)
    np.testing.assert_allclose(robust.squared_epsilon_insensitive(pred, target, epsilon=0), (pred - target) ** 2)


def test_adaptive_wing_joins_value_and_slope_and_pulls_harder_at_a_peak():
    before, after = robust.adaptive_wing_grad([0.5 - 1e-9, 0.5 + 1e-9], [0, 0])
    np.testing.assert_allclose(before, after, rtol=1e-6)
    background, peak = robust.adaptive_wing_grad([0.05, 1.05], [0, 1])
    assert peak > 5 * background
