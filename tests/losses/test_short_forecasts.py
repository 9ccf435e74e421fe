"""Short entries among forecasts, survival and reconstruction: what they equal, what they reward, where they end."""

import math

import numpy as np
import pytest
import scipy.stats

from kbgen.losses.probabilistic import (
    beta_nll,
    beta_nll_grad,
    brier_score,
    gaussian_nll,
    hurdle_lognormal,
    log_score_ranked_probability,
    poisson_nll,
    von_mises_nll,
    winkler_interval,
    zero_inflated_poisson,
)
from kbgen.losses.reconstruction import focal_frequency, gradient_difference, ms_ssim, psnr, si_sdr, ssim
from kbgen.losses.regression import quantile
from kbgen.losses.survival import deephit, survival_crps


def test_ranked_probability_score_adds_brier_scores_of_thresholds(rng):
    p, y = rng.dirichlet(np.ones(4), 10), rng.integers(4, size=10)
    thresholds = [brier_score(p[:, : k + 1].sum(axis=1), (y <= k).astype(float)) for k in range(4)]
    assert np.allclose(log_score_ranked_probability(p, y), sum(thresholds))


def test_interval_score_is_two_quantile_losses(rng):
    low, high, y = rng.normal(size=(3, 40))
    ends = quantile(low, y, tau=0.05) + quantile(high, y, tau=0.95)
    assert np.allclose(winkler_interval(low, high, y, alpha=0.1), 20 * ends)


def test_zero_inflated_poisson_is_a_distribution_and_loses_its_zeros():
    counts, logs = np.arange(60.0), np.full(60, 0.7)
    factorials = np.array([math.lgamma(k + 1) for k in counts])
    assert np.isclose(np.exp(-zero_inflated_poisson(logs, counts, logs) - factorials).sum(), 1)
    assert np.allclose(zero_inflated_poisson(logs, counts, logs - 50), poisson_nll(logs, counts))


def test_hurdle_lognormal_is_a_bernoulli_and_a_lognormal(rng):
    z, mu, y = rng.normal(size=(3, 20))
    y, sigma = np.exp(y), rng.uniform(0.3, 2, 20)
    density = scipy.stats.lognorm.logpdf(y, sigma, scale=np.exp(mu))
    assert np.allclose(hurdle_lognormal(z, y, mu, sigma), np.logaddexp(0, -z) - density)


@pytest.mark.parametrize("kappa", [0.01, 3.0, 499.99, 500.01, 1e5])
def test_von_mises_agrees_with_scipy_on_both_sides_of_its_seam(kappa):
    angles = np.array([0.0, 0.01, 2, -3])
    expected = -scipy.stats.vonmises.logpdf(angles, kappa)
    assert np.allclose(von_mises_nll(np.zeros(4), angles, np.full(4, kappa)), expected, rtol=1e-10)


def test_beta_nll_runs_from_the_likelihood_to_the_plain_residual(rng):
    mean, y = rng.normal(size=(2, 9))
    var = rng.uniform(0.2, 3, 9)
    assert np.allclose(beta_nll(mean, y, var, beta=0.0), gaussian_nll(mean, y, var))
    assert np.allclose(beta_nll_grad(mean, y, var, beta=1.0), mean - y)


def test_survival_crps_without_censoring_is_a_ranked_probability_score(rng):
    p, y = rng.dirichlet(np.ones(4), 10), rng.integers(4, size=10)
    assert np.allclose(survival_crps(p, y, np.ones(10)), log_score_ranked_probability(p, y))


def test_survival_crps_is_not_proper_under_censoring():
    """Half of the subjects have the event in interval 0; half of the others are censored there."""
    guesses = np.linspace(0, 1, 3001)
    prob = np.stack([guesses, 1 - guesses], axis=1)

    def costs(interval, event):
        return survival_crps(prob, np.full(3001, interval), np.full(3001, event))

    risk = 0.5 * costs(0, 1) + 0.25 * costs(1, 1) + 0.25 * costs(0, 0)
    assert guesses[risk.argmin()] == pytest.approx(2 / 3, abs=1e-3)


def test_deephit_without_order_is_a_likelihood_and_order_is_charged_by_pairs(rng):
    p, t, event = rng.dirichlet(np.ones(5), 8), rng.integers(4, size=8), rng.integers(2, size=8)
    plain = deephit(p, t, event, weight=0.0)
    expected = [-np.log(row[k]) if e else -np.log(row[k + 1 :].sum()) for row, k, e in zip(p, t, event, strict=True)]
    assert np.allclose(plain, expected)
    fines = np.zeros(8)
    for i in range(8):
        for j in range(8):
            if event[i] and t[j] > t[i]:
                fines[i] += np.exp((p[j, : t[i] + 1].sum() - p[i, : t[i] + 1].sum()) / 0.1)
    assert np.allclose(deephit(p, t, event) - plain, fines)


def test_focal_frequency_without_focus_is_the_mean_squared_error(rng):
    x, y = rng.normal(size=(2, 3, 6, 5))
    assert np.allclose(focal_frequency(x, y, alpha=0.0), ((x - y) ** 2).mean(axis=(1, 2)))
    assert np.all(focal_frequency(x, x) == 0)


def test_one_scale_of_ms_ssim_is_ssim_and_an_inverted_pattern_stays_a_number(rng):
    x, y = rng.uniform(size=(2, 2, 12, 12))
    assert np.allclose(ms_ssim(x, y, np.array([1.0])), ssim(x, y, window=5))
    assert np.all(ms_ssim(x, 1 - x, np.array([0.5, 0.5])) == 1)


def test_gradient_difference_cannot_see_a_constant_or_an_inversion(rng):
    x = rng.normal(size=(2, 5, 4))
    assert np.allclose(gradient_difference(x, 3 - x), 0)


def test_psnr_and_si_sdr_end_in_honest_infinities():
    with np.errstate(divide="ignore"):
        assert psnr(np.zeros((1, 4)), np.zeros((1, 4))) == -np.inf
        assert si_sdr([[2.0, 0]], [[1.0, 0]]) == -np.inf
    assert np.all(si_sdr([[0.0, 1], [0, 0], [1, 0]], [[1.0, 0], [1, 0], [0, 0]]) == np.inf)
    assert si_sdr([[1e300, 1e300]], [[1e300, 0]]) == pytest.approx(0, abs=1e-9)


def test_si_sdr_is_the_tangent_of_the_angle(rng):
    x, y = rng.normal(size=(2, 10, 6))
    cosine = (x * y).sum(axis=1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    assert np.allclose(si_sdr(x, y), 20 * np.log10(np.abs(np.tan(np.arccos(cosine)))))
    assert np.allclose(si_sdr(-3 * y, x), si_sdr(x, y))
