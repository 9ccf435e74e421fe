"""Losses of distributions against the densities themselves, and what they reward."""

import math

import numpy as np
import pytest

from kbgen.losses.probabilistic import (
    _cdf_above_half,
    _digamma_rising,
    _log_rising,
    brier_score,
    crps_gaussian,
    crps_gaussian_grad,
    energy_score,
    energy_score_grad,
    evidential_regression,
    evidential_regression_grad,
    gamma_deviance,
    gamma_deviance_grad,
    gaussian_nll,
    gaussian_nll_grad,
    laplace_nll,
    laplace_nll_grad,
    mixture_density_nll,
    mixture_density_nll_grad,
    negative_binomial_nll,
    negative_binomial_nll_grad,
    poisson_deviance,
    poisson_nll,
    poisson_nll_grad,
    student_t_nll,
    student_t_nll_grad,
    tweedie_deviance,
)
from kbgen.losses.regression import squared_error


def test_poisson_nll_is_minus_the_log_probability_but_for_the_factorial():
    for rate in (0.3, 2.0, 9.0):
        for count in range(8):
            log_probability = math.log(math.exp(-rate) * rate**count / math.factorial(count))
            value = poisson_nll([math.log(rate)], [count]).item()
            assert value + math.log(math.factorial(count)) == pytest.approx(-log_probability)


def test_poisson_nll_is_smallest_where_the_rate_is_the_count_and_may_be_negative():
    count = np.array([1.0, 3, 20])
    np.testing.assert_allclose(poisson_nll_grad(np.log(count), count), 0, atol=1e-12)
    np.testing.assert_allclose(poisson_nll(np.log(count), count), count - count * np.log(count))
    assert poisson_nll([math.log(3)], [3]).item() < 0


def test_gaussian_nll_is_minus_the_log_density_but_for_the_constant(rng):
    mean, target = rng.normal(0, 3, (2, 20))
    var = rng.gamma(2, size=20)
    density = np.exp(-((mean - target) ** 2) / (2 * var)) / np.sqrt(2 * np.pi * var)
    np.testing.assert_allclose(gaussian_nll(mean, target, var) + 0.5 * np.log(2 * np.pi), -np.log(density))


def test_gaussian_nll_is_negative_for_a_sure_and_right_prediction():
    assert gaussian_nll([0], [0], [0.01]).item() == pytest.approx(-math.log(10))
    assert gaussian_nll([0], [0], [1e-300]).item() < -300


def test_gaussian_nll_with_variance_one_half_is_the_squared_error_and_a_constant(rng):
    mean, target = rng.normal(size=(2, 9))
    shifted = gaussian_nll(mean, target, np.full(9, 0.5)) + 0.5 * math.log(2)
    np.testing.assert_allclose(shifted, squared_error(mean, target))


def test_the_best_variance_is_the_squared_residual():
    _, slope = gaussian_nll_grad([3, 3, 3], [1, 1, 1], [3.9, 4, 4.1])
    assert slope[0] < 0 == slope[1] < slope[2]


def test_another_unit_shifts_the_gaussian_nll_by_a_logarithm(rng):
    mean, target = rng.normal(size=(2, 9))
    var = rng.gamma(2, size=9)
    in_millimetres = gaussian_nll(1000 * mean, 1000 * target, 1e6 * var)
    np.testing.assert_allclose(in_millimetres, gaussian_nll(mean, target, var) + math.log(1000))


def test_gaussian_nll_stays_finite_where_its_value_is():
    np.testing.assert_allclose(gaussian_nll([1e300], [0], [1e300]), 0.5e300)
    np.testing.assert_allclose(gaussian_nll([1e-160], [0], [1e-320]), 0.5 * (math.log(1e-320) + 1), rtol=1e-4)


@pytest.mark.parametrize("truth", [0.0, 0.01, 0.37, 1.0])
def test_honesty_has_the_best_expected_brier_score(truth):
    prob = np.linspace(0, 1, 101)
    expected = truth * brier_score(prob, np.ones(101)) + (1 - truth) * brier_score(prob, np.zeros(101))
    assert prob[np.argmin(expected)] == pytest.approx(truth)
    np.testing.assert_allclose(expected, (prob - truth) ** 2 + truth * (1 - truth), atol=1e-15)


def test_the_sum_over_two_classes_is_twice_the_brier_score(rng):
    prob, target = rng.uniform(size=9), rng.integers(0, 2, 9)
    both = brier_score(prob, target) + brier_score(1 - prob, 1 - target)
    np.testing.assert_allclose(both, 2 * brier_score(prob, target))


def test_laplace_nll_is_minus_the_log_of_a_density():
    y = np.linspace(-60, 60, 1_200_001)
    for scale in (0.5, 1.0, 3.0):
        density = np.exp(-laplace_nll(np.full_like(y, 0.3), y, np.full_like(y, scale)))
        assert np.trapezoid(density, y) == pytest.approx(1, abs=1e-6)
        assert np.trapezoid(density * (y - 0.3) ** 2, y) == pytest.approx(2 * scale**2, rel=1e-5)


def test_the_best_laplace_scale_is_the_size_of_the_residual():
    _, slope = laplace_nll_grad([3, 3, 3], [1, 1, 1], [1.9, 2, 2.1])
    assert slope[0] < 0 == slope[1] < slope[2]


def test_gamma_deviance_is_twice_the_difference_of_log_densities():
    def log_density(y, mean, shape):
        rate = shape / mean
        return shape * math.log(rate) + (shape - 1) * math.log(y) - rate * y - math.lgamma(shape)

    for shape in (1, 2.5):
        excess = log_density(2.0, 2.0, shape) - log_density(2.0, 0.7, shape)
        assert gamma_deviance(0.7, 2.0) == pytest.approx(2 * excess / shape)


def test_gamma_deviance_is_exact_for_tiny_relative_errors():
    mean = np.linspace(0.1, 5, 50)
    target = mean * (1 + 1e-7)
    np.testing.assert_allclose(gamma_deviance(mean, target), ((target - mean) / mean) ** 2, rtol=1e-3)


def test_gamma_deviance_bends_down_beyond_twice_the_target():
    slopes = gamma_deviance_grad([1.9, 2.0, 2.1], [1.0, 1.0, 1.0])
    assert slopes[0] < slopes[1] > slopes[2]


def test_deviances_of_a_forecast_of_nothing_are_lines_or_infinite():
    assert poisson_deviance(3.0, 0.0) == 6
    with np.errstate(divide="ignore"):
        assert gamma_deviance(3.0, 0.0) == np.inf
    assert [tweedie_deviance(4.0, 0.0, power=p) for p in (1, 1.5, 2, 3)] == [8, 8, np.inf, np.inf]


@pytest.mark.parametrize("power", [0, 0.999999, 1, 1.000001, 1.3, 1.999999, 2, 2.5, 3])
def test_tweedie_deviance_is_an_integral(power, rng):
    for mean, target in rng.uniform(0.3, 3, (5, 2)):
        s = np.linspace(target, mean, 200_001)
        integral = 2 * np.trapezoid((s - target) * s**-power, s)
        assert tweedie_deviance(mean, target, power=power) == pytest.approx(integral, rel=1e-6)


def test_tweedie_deviance_of_power_three_is_that_of_the_inverse_gaussian(rng):
    mean, target = rng.uniform(0.3, 3, (2, 9))
    np.testing.assert_allclose(tweedie_deviance(mean, target, power=3), (target - mean) ** 2 / (mean**2 * target))


def test_a_factor_comes_out_of_the_tweedie_deviance_as_a_power(rng):
    mean, target = rng.uniform(0.3, 3, (2, 9))
    for power in (1, 1.5, 2):
        scaled = tweedie_deviance(7 * mean, 7 * target, power=power)
        np.testing.assert_allclose(scaled, 7 ** (2 - power) * tweedie_deviance(mean, target, power=power))


@pytest.mark.parametrize("x", [1e-300, 1e-9, 0.5, 1, 1.5, 7, 30, 1000])
@pytest.mark.parametrize("step", [0, 1e-6, 0.5, 1, 3, 40])
def test_log_rising_is_a_difference_of_log_gammas(x, step):
    expected = math.lgamma(x + step) - math.lgamma(x)
    assert _log_rising(np.array(x), np.array(step)) == pytest.approx(expected, rel=1e-12, abs=1e-11)


def test_log_rising_keeps_its_digits_where_log_gamma_has_none():
    """Γ(x + 2) / Γ(x) = x (x + 1)."""
    x = np.array([1e-300, 1e-3, 10.0, 1e12, 1e300])
    np.testing.assert_allclose(_log_rising(x, 2.0), np.log(x) + np.log1p(x), rtol=1e-14)


def test_digamma_rises_by_the_reciprocals_of_the_steps():
    for x in (1e-300, 0.3, 5.0, 1e9):
        np.testing.assert_allclose(_digamma_rising(np.array(x), 3.0), 1 / x + 1 / (x + 1) + 1 / (x + 2), rtol=1e-13)
    h = 1e-6
    slope = (_log_rising(np.array(2 + h), 0.5) - _log_rising(np.array(2 - h), 0.5)) / (2 * h)
    assert _digamma_rising(np.array(2.0), 0.5) == pytest.approx(slope, rel=1e-9)


def test_the_sum_for_the_normal_distribution_is_the_error_function():
    z = np.concatenate([np.linspace(-12, 12, 97), [1e-300, np.inf, -np.inf]])
    np.testing.assert_allclose(_cdf_above_half(z), [math.erf(x / math.sqrt(2)) / 2 for x in z], rtol=1e-13)


def test_crps_is_the_integral_of_squared_differences_of_distribution_functions(rng):
    t = np.linspace(-30, 30, 600_001)
    for mean, target, sigma in zip(*rng.normal(size=(2, 4)), rng.uniform(0.5, 2, 4), strict=True):
        cdf = 0.5 + _cdf_above_half((t - mean) / sigma)
        integral = np.trapezoid((cdf - (t >= target)) ** 2, t)
        assert crps_gaussian(mean, target, sigma) == pytest.approx(integral, abs=1e-4)


def test_the_true_spread_has_the_least_expected_crps():
    y = np.linspace(-12, 12, 4801)
    chance = np.exp(-0.5 * (y / 1.5) ** 2)
    widths = np.linspace(1, 2, 101)
    expected = [chance @ crps_gaussian(np.zeros_like(y), y, np.full_like(y, width)) for width in widths]
    assert widths[np.argmin(expected)] == pytest.approx(1.5)


def test_crps_of_extreme_numbers_is_the_distance():
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(crps_gaussian([1e300, 0.0], [0.0, 1.0], [1e-300, 1e-300]), [1e300, 1])
        by_mean, by_sigma = crps_gaussian_grad([1e300], [0.0], [1e-300])
    assert by_mean == pytest.approx(1)
    assert by_sigma == pytest.approx(-1 / math.sqrt(math.pi))


@pytest.mark.parametrize("nu", [0.5, 1, 4, 30])
def test_student_t_nll_is_minus_the_log_of_its_density(nu):
    def log_density(z):
        level = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
        return level - (nu + 1) / 2 * math.log(1 + z**2 / nu)

    for z in (0.0, 1e-3, 1.0, 50.0):
        assert student_t_nll(2 * z + 1, 1.0, 2.0, nu=nu) == pytest.approx(math.log(2) - log_density(z), abs=1e-12)


def test_the_pull_of_student_t_is_greatest_at_the_root_of_nu():
    for nu in (1, 4, 9):
        pull = student_t_nll_grad([0.9 * nu**0.5, nu**0.5, 1.1 * nu**0.5], np.zeros(3), np.ones(3), nu=nu)[0]
        assert pull[0] < pull[1] > pull[2]
        assert pull[1] == pytest.approx((nu + 1) / (2 * nu**0.5))


def test_student_t_nll_grows_like_a_logarithm_up_to_the_largest_numbers():
    np.testing.assert_allclose(np.diff(student_t_nll([1e100, 1e200, 1e300], np.zeros(3), np.ones(3))), 5 * math.log(1e100))


def test_negative_binomial_probabilities_add_up_to_one_with_the_stated_mean_and_variance():
    y = np.arange(3000.0)
    for mean, r in ((0.3, 0.2), (4.0, 1.7), (10.0, 50.0)):
        chance = np.exp(-negative_binomial_nll(np.full_like(y, mean), y, np.full_like(y, r)))
        assert chance.sum() == pytest.approx(1)
        assert chance @ y == pytest.approx(mean)
        assert chance @ (y - mean) ** 2 == pytest.approx(mean + mean**2 / r)


def test_negative_binomial_nll_of_a_huge_dispersion_is_that_of_poisson():
    value = negative_binomial_nll([3.0], [2.0], [1e300])
    np.testing.assert_allclose(value, 3 - 2 * math.log(3) + math.log(2), rtol=1e-12)
    by_mean, by_r = negative_binomial_nll_grad([3.0], [2.0], [1e300])
    assert by_mean == pytest.approx(1 / 3)
    assert by_r == pytest.approx(0)


def test_mixture_density_is_a_density(rng):
    y = np.linspace(-40, 40, 40_001)
    logits, mean, sigma = rng.normal(size=3), rng.normal(size=3), rng.uniform(0.3, 2, 3)
    density = np.exp(-mixture_density_nll(*(np.tile(a, (len(y), 1)) for a in (logits, mean, sigma)), y))
    assert np.trapezoid(density, y) == pytest.approx(1)


def test_mixture_moves_only_the_component_that_is_responsible():
    by_logits, by_mean, _ = mixture_density_nll_grad([[0, 0]], [[0, 100]], [[1, 1]], [1.0])
    np.testing.assert_allclose(by_logits, [[-0.5, 0.5]])
    np.testing.assert_allclose(by_mean, [[-1, 0]])


@pytest.mark.parametrize("sigma", [1e-300, 1.0, 1e300])
@pytest.mark.parametrize("far", [0.0, 1e300, -1e300])
@pytest.mark.parametrize("logit", [0.0, 1e300, -1e300])
def test_mixture_gives_numbers_at_the_borders(sigma, far, logit):
    given = [[logit, 0]], [[far, 1]], [[sigma, 1]], [-far]
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        value, grads = mixture_density_nll(*given), mixture_density_nll_grad(*given)
    assert not any(np.isnan(a).any() for a in (value, *grads))


def test_energy_score_of_normal_quantiles_tends_to_the_crps():
    z = np.linspace(-8, 8, 160_001)
    quantiles = np.interp((np.arange(400) + 0.5) / 400, 0.5 + _cdf_above_half(z), z)
    for y in (0.0, 1.0, -2.5):
        score = energy_score((1 + 2 * quantiles)[None, :, None], [[y]])
        assert score.item() == pytest.approx(crps_gaussian(1.0, y, 2.0), abs=1e-3)


def test_the_energy_score_is_blind_to_rotations(rng):
    x, y = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 3))
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    np.testing.assert_allclose(energy_score(x @ turn, y @ turn), energy_score(x, y))


def test_samples_that_meet_have_a_gradient():
    same = np.ones((1, 3, 2))
    assert energy_score(same, [[1, 1]]) == 0
    assert not energy_score_grad(same, [[1, 1]]).any()
    np.testing.assert_allclose(energy_score_grad(same, [[1, 0]]), [[[0, 1 / 3]] * 3])


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-300, 1e300])
def test_energy_score_gives_numbers_at_the_borders(size):
    x, y = size * np.array([[[1.0, 0], [0, -1]]]), size * np.array([[-1.0, 1]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, grad = energy_score(x, y), energy_score_grad(x, y)
    assert np.isfinite(value).all()
    assert np.isfinite(grad).all()
    if size >= 1e-300:
        np.testing.assert_allclose(value, size * energy_score(x / size, y / size))


def test_evidential_regression_is_the_marginal_of_its_prior():
    """Mean and variance integrated out: gamma draws of the precision, the mean in closed form."""
    y, gamma, nu, alpha, beta = 1.7, 0.4, 0.8, 2.0, 1.5
    precision = np.linspace(1e-6, 40, 2_000_001)
    prior = beta**alpha / math.gamma(alpha) * precision ** (alpha - 1) * np.exp(-beta * precision)
    spread = (1 + 1 / nu) / precision
    density = np.exp(-((y - gamma) ** 2) / (2 * spread)) / np.sqrt(2 * np.pi * spread)
    marginal = np.trapezoid(prior * density, precision)
    assert evidential_regression(gamma, y, nu, alpha, beta, weight=0) == pytest.approx(-math.log(marginal), rel=1e-6)


def test_the_likelihood_cannot_tell_nu_from_beta():
    nu, beta = np.array([0.1, 1.0, 10.0]), np.array([1.0, 5.5, 10.0])
    values = evidential_regression(np.zeros(3), np.ones(3), nu, np.full(3, 2.0), beta, weight=0)
    np.testing.assert_allclose(values, values[0])


def test_evidence_costs_where_the_mean_is_wrong():
    def slope(error):
        return evidential_regression_grad([error], [0.0], [1.0], [2.0], [1.0], weight=0.1)[1].item()

    assert slope(0.0) < 0 < slope(5.0)
