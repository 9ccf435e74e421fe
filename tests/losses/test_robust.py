"""How the robust losses hang together, and what they do far out and close in."""

import numpy as np
import pytest

from kbgen.losses.regression import absolute_error
from kbgen.losses.robust import huber, log_cosh, smooth_l1, smooth_l1_grad


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
