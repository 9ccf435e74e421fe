"""What each regression loss asks for: its best constant prediction, and its units."""

import numpy as np
import pytest

from kbgen.losses.regression import (
    absolute_error,
    absolute_percentage_error,
    cosine_similarity_loss,
    cosine_similarity_loss_grad,
    expectile,
    expectile_grad,
    linex,
    max_error,
    mean_bias_error,
    quantile,
    root_mean_squared_error,
    root_mean_squared_error_grad,
    scale_invariant_log_depth,
    squared_error,
    squared_log_error,
    symmetric_absolute_percentage_error,
    symmetric_absolute_percentage_error_grad,
)

EXTREME = np.array([[1e300, -1e300], [5e-324, 0], [1, 1e-300], [-1e-300, -1e-300], [0, 0]])


def best_constant(loss, target, grid, **params):
    """The grid point with the smallest sum of the loss over all targets."""
    return grid[np.argmin([loss(np.full(target.shape, c), target, **params).sum() for c in grid])]


def test_squared_error_asks_for_the_mean(rng):
    target = rng.gamma(1.0, size=30)
    assert best_constant(squared_error, target, np.linspace(0, 5, 5001)) == pytest.approx(target.mean(), abs=1e-3)


def test_absolute_error_asks_for_the_median(rng):
    target = rng.gamma(1.0, size=31)
    assert best_constant(absolute_error, target, target) == np.median(target)


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_quantile_loss_asks_for_the_quantile(rng, tau):
    target = rng.gamma(1.0, size=101)
    assert best_constant(quantile, target, target, tau=tau) == np.sort(target)[int(np.ceil(tau * 101)) - 1]


def test_median_quantile_loss_is_half_the_absolute_error(rng):
    pred, target = rng.normal(size=(2, 9))
    np.testing.assert_allclose(2 * quantile(pred, target, tau=0.5), absolute_error(pred, target))


def test_quantile_loss_of_a_match_is_a_plain_zero():
    assert not np.signbit(quantile([3.0, 0.0], [3.0, 0.0], tau=0.9)).any()


def test_squared_log_error_asks_for_the_mean_of_the_logarithms():
    assert best_constant(squared_log_error, np.array([0.0, 8.0]), np.linspace(0, 8, 8001)) == pytest.approx(2)
    assert np.array([0.0, 8.0]).mean() == 4


def test_squared_log_error_bends_downwards_from_e_times_the_target():
    def curvature(pred, h=1e-3):
        left, here, right = squared_log_error([pred - h, pred, pred + h], [0, 0, 0])
        return (left - 2 * here + right) / h**2

    assert curvature(np.e - 1 - 0.1) > 0 > curvature(np.e - 1 + 0.1)


def test_underestimates_cost_more_in_logarithms_and_overestimates_in_per_cent():
    low, high = squared_log_error([50, 150], [100, 100])
    np.testing.assert_allclose([low, high], [0.467, 0.162], atol=5e-4)
    assert absolute_percentage_error([0], [7]) == 1 < absolute_percentage_error([70], [7])


def test_percentage_error_asks_for_a_median_weighted_by_the_reciprocal():
    target = np.array([1.0, 10.0])
    assert best_constant(absolute_percentage_error, target, np.linspace(0.5, 10.5, 101)) == pytest.approx(1)
    np.testing.assert_allclose([absolute_percentage_error([c, c], target).mean() for c in (1, 5.5)], [0.45, 2.475])


def test_percentage_error_has_no_unit(rng):
    pred, target = rng.uniform(1, 2, (2, 5))
    np.testing.assert_allclose(absolute_percentage_error(1000 * pred, 1000 * target), absolute_percentage_error(pred, target))


@pytest.mark.parametrize("function", [squared_error, absolute_error, quantile, squared_log_error, absolute_percentage_error])
def test_column_against_row_is_refused(function):
    """NumPy would make (3, 1) against (3,) a table of nine differences."""
    with pytest.raises(ValueError, match=r"\(3, 1\), \(3,\)"):
        function(np.ones((3, 1)), np.ones(3))


def test_cosine_loss_knows_directions_only(rng):
    u, v = rng.normal(size=(2, 8, 3))
    cosine = np.sum(u * v, axis=1) / np.sqrt(np.sum(u * u, axis=1) * np.sum(v * v, axis=1))
    lengths = 10.0 ** rng.integers(-300, 300, (2, 8, 1))
    np.testing.assert_allclose(cosine_similarity_loss(lengths[0] * u, lengths[1] * v), 1 - cosine, atol=1e-14)


def test_cosine_loss_of_equal_orthogonal_and_opposite_vectors():
    value = cosine_similarity_loss([[3, 4], [3, 4], [3, 4]], [[6, 8], [-4, 3], [-3, -4]])
    np.testing.assert_allclose(value, [0, 1, 2], atol=1e-15)


def test_cosine_loss_keeps_small_angles_in_single_precision():
    value = cosine_similarity_loss(np.float32([[1, 1e-4]]), np.float32([[1, 0]]))
    np.testing.assert_allclose(value, 5e-9, rtol=1e-4)  # 1 - cos gives 0


def test_cosine_gradient_turns_the_vector_without_stretching_it(rng):
    u, v = rng.normal(size=(2, 8, 3))
    grad = cosine_similarity_loss_grad(u, v)
    angle = np.arccos(1 - cosine_similarity_loss(u, v))
    np.testing.assert_allclose(np.sum(grad * u, axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(np.linalg.norm(grad, axis=1), np.sin(angle) / np.linalg.norm(u, axis=1))


def test_cosine_loss_of_a_zero_vector_is_one_and_nothing_is_nan():
    pred, target = np.repeat(EXTREME, len(EXTREME), axis=0), np.tile(EXTREME, (len(EXTREME), 1))
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        value, grad = cosine_similarity_loss(pred, target), cosine_similarity_loss_grad(pred, target)
    zero = ~(pred.any(axis=1) & target.any(axis=1))
    assert zero.sum() == 9
    np.testing.assert_array_equal(value[zero], 1)
    assert np.all((value >= 0) & (value < 2 + 1e-12))
    assert not np.isnan(grad).any()
    np.testing.assert_array_equal(grad[~pred.any(axis=1)], 0)


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_expectile_loss_asks_for_the_expectile(rng, tau):
    target = rng.gamma(1.0, size=101)
    best = best_constant(expectile, target, np.linspace(0, 5, 50_001), tau=tau)
    above, below = np.maximum(target - best, 0).mean(), np.maximum(best - target, 0).mean()
    assert tau * above == pytest.approx((1 - tau) * below, abs=1e-4)


def test_upper_expectile_of_a_uniform_distribution_is_its_third_quartile():
    target = np.linspace(0, 1, 1001)
    assert best_constant(expectile, target, np.linspace(0, 1, 101), tau=0.9) == pytest.approx(0.75)


def test_expectile_gradient_weighs_the_sides():
    np.testing.assert_allclose(expectile_grad([8, 12, 10], [10, 10, 10], tau=0.9), [-3.6, 0.4, 0])


def test_root_mean_squared_error_of_huge_and_tiny_rows():
    pred = np.array([[1e300, -1e300], [3e-320, 0], [0, 0], [3e-300, 4e-300]])
    value = root_mean_squared_error(pred, np.zeros((4, 2)))
    np.testing.assert_allclose(value, [1e300, 3e-320 / 2**0.5, 0, 5e-300 / 2**0.5], rtol=1e-3)


def test_root_mean_squared_gradient_has_one_length_and_is_zero_at_a_match(rng):
    pred, target = rng.normal(size=(2, 5, 4))
    pred[0], pred[1], pred[2, 0] = target[0], 1e300, -1e300
    grad = root_mean_squared_error_grad(pred, target)
    np.testing.assert_array_equal(grad[0], 0)
    np.testing.assert_allclose(np.linalg.norm(grad[1:], axis=1), 1 / 2)


def test_root_mean_squared_error_is_a_standard_deviation_for_the_mean_as_prediction(rng):
    target = rng.gamma(1.0, size=(3, 50))
    pred = np.broadcast_to(target.mean(axis=1, keepdims=True), target.shape)
    np.testing.assert_allclose(root_mean_squared_error(pred, target), target.std(axis=1))


def test_symmetric_percentage_error_is_2_for_other_signs_and_for_one_zero_but_0_for_two():
    pred, target = np.array([1, -5, 0, 1e-300, 0]), np.array([-1e300, 7, 3, 0, 0])
    np.testing.assert_array_equal(symmetric_absolute_percentage_error(pred, target), [2, 2, 2, 2, 0])
    np.testing.assert_array_equal(symmetric_absolute_percentage_error_grad(pred, target)[[0, 1, 3, 4]], 0)


def test_symmetric_percentage_slope_at_zero_is_the_mean_of_both_sides():
    h = 1e-7
    below, here, above = symmetric_absolute_percentage_error([-h, 0, h], [4, 4, 4])
    sides = (here - below) / h, (above - here) / h
    np.testing.assert_allclose(sides, [0, -1], atol=1e-6)
    assert symmetric_absolute_percentage_error_grad(0.0, 4.0) == pytest.approx(np.mean(sides), abs=1e-6)


def test_symmetric_percentage_error_costs_low_forecasts_more():
    low, high = symmetric_absolute_percentage_error([50, 150], [100, 100])
    np.testing.assert_allclose([low, high], [2 / 3, 2 / 5])


def test_the_largest_error_at_the_borders():
    rows = np.array([[0, 5e-324, 0], [1e300, -1e300, 0], [-3, 3, 1]])
    np.testing.assert_array_equal(max_error(rows, np.zeros((3, 3))), [5e-324, 1e300, 3])
    assert max_error([[1e308, 0]], [[0, 1]])[0] == 1e308
    assert max_error(rows[:, :0], rows[:, :0]).tolist() == [0, 0, 0]


def test_linex_is_an_honest_infinity_and_keeps_small_differences(rng):
    with np.errstate(over="ignore"):
        assert linex([1e308, -1e308, 800], [-1e308, 1e308, 0], a=3.0).tolist() == [np.inf, np.inf, np.inf]
    np.testing.assert_allclose(linex([1e-4], [0]), 0.5e-8, rtol=1e-4)
    y, grid = rng.normal(3, 1, 500), np.linspace(0, 4, 4001)
    best = grid[np.argmin([linex(np.full(500, c), y, a=2.0).mean() for c in grid])]
    assert abs(best + 0.5 * np.log(np.mean(np.exp(-2 * y)))) < 1e-3


def test_mean_square_is_bias_squared_plus_the_variance_of_the_residuals(rng):
    pred, target = rng.normal(size=(2, 50))
    residual = mean_bias_error(pred, target)
    np.testing.assert_allclose(squared_error(pred, target).mean(), residual.mean() ** 2 + residual.var())


def test_scale_invariant_log_depth_forgives_scale_in_part_or_all(rng):
    target = rng.uniform(1, 5, (4, 9))
    np.testing.assert_allclose(scale_invariant_log_depth(3 * target, target, weight=1), 0, atol=1e-15)
    np.testing.assert_allclose(scale_invariant_log_depth(3 * target, target, weight=0.5), np.log(3) ** 2 / 2)
    full = scale_invariant_log_depth(target**2, target, weight=0)
    np.testing.assert_allclose(full, (np.log(target) ** 2).mean(axis=-1))
