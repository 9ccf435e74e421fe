"""Adversarial losses: who pulls where, what the best discriminator makes of them, the penalty at its corners."""

import math

import numpy as np

from kbgen.losses.adversarial import (
    cycle_consistency,
    cycle_consistency_grad,
    domain_adversarial,
    domain_adversarial_grad,
    feature_matching,
    gan_minimax,
    gan_minimax_grad,
    gan_non_saturating,
    gan_non_saturating_grad,
    gradient_penalty,
    gradient_penalty_grad,
    hinge_gan,
    hinge_gan_grad,
    lsgan,
    lsgan_grad,
    r1_penalty,
    r1_penalty_grad,
    relativistic_gan,
    relativistic_gan_grad,
    wasserstein_gan,
)


def test_minimax_is_the_log_of_the_two_probabilities():
    d_real, d_fake = np.array([0.9, 0.5, 0.2]), np.array([0.1, 0.5, 0.7])
    value = gan_minimax(np.log(d_real / (1 - d_real)), np.log(d_fake / (1 - d_fake)))
    np.testing.assert_allclose(value, np.log(d_real) + np.log(1 - d_fake), rtol=1e-12)


def test_best_discriminator_turns_the_game_into_jensen_shannon():
    """With D = p / (p + q) the expected value is 2 JS(p, q) - log 4."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    logit = np.log(p / q)
    expected_value = -np.sum(p * np.logaddexp(0, -logit)) - np.sum(q * np.logaddexp(0, logit))
    value = np.sum(p * gan_minimax(logit, np.full(3, -np.inf))) + np.sum(q * gan_minimax(np.full(3, np.inf), logit))
    m = (p + q) / 2
    js = (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2
    np.testing.assert_allclose(value, expected_value)
    np.testing.assert_allclose(value, 2 * js - math.log(4))


def test_gradient_of_the_non_saturating_generator_is_that_of_kl_minus_twice_js(rng):
    """At the best discriminator, along any change of the generator's distribution."""
    p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
    direction = rng.normal(size=5)
    direction -= direction.mean()

    def target(q):
        m = (p + q) / 2
        return np.sum(q * np.log(q / p)) - np.sum(p * np.log(p / m)) - np.sum(q * np.log(q / m))

    slope = (target(q + 1e-6 * direction) - target(q - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(np.sum(direction * gan_non_saturating(np.log(p / q))), slope, rtol=1e-6)


def test_only_the_minimax_generator_loses_its_gradient_on_obvious_fakes():
    obvious = np.array([-30.0])
    assert abs(gan_minimax_grad(obvious, obvious)[1][0]) < 1e-12
    np.testing.assert_allclose(gan_non_saturating_grad(obvious), -1, rtol=1e-12)


def test_both_generator_losses_push_the_same_way_and_their_slopes_add_up_to_minus_one(rng):
    b = rng.normal(0, 4, 50)
    minimax, other = gan_minimax_grad(b, b)[1], gan_non_saturating_grad(b)
    assert (minimax < 0).all() and (other < 0).all()
    np.testing.assert_allclose(minimax + other, -1, rtol=1e-12)


def test_unconstrained_critic_can_scale_its_value_without_end(rng):
    real, fake = rng.normal(1, 1, 20), rng.normal(0, 1, 20)
    np.testing.assert_allclose(wasserstein_gan(1e6 * real, 1e6 * fake), 1e6 * wasserstein_gan(real, fake))


def test_best_lipschitz_critic_gives_the_wasserstein_distance_on_the_line(rng):
    """Two samples, one shifted by 2: f(x) = x is 1-Lipschitz and optimal, and the mean is the shift."""
    x = rng.normal(size=100)
    np.testing.assert_allclose(np.mean(wasserstein_gan(x + 2, x)), 2)
    np.testing.assert_array_equal(gradient_penalty(np.ones((100, 1))), 0)


def test_penalty_vanishes_on_the_unit_sphere_only():
    angles = np.linspace(0, 6, 7)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(gradient_penalty(circle), 0, atol=1e-30)
    np.testing.assert_allclose(gradient_penalty_grad(circle), 0, atol=1e-14)
    np.testing.assert_allclose(gradient_penalty(1.5 * circle, weight=4), 1)
    np.testing.assert_allclose(gradient_penalty(0.5 * circle, weight=4), 1)


def test_penalty_of_a_zero_or_tiny_gradient_is_the_weight():
    tiny = np.array([[0.0, 0.0], [1e-200, 0.0], [5e-324, 5e-324]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(gradient_penalty(tiny, weight=3), 3)
        grad = gradient_penalty_grad(tiny, weight=3)
    np.testing.assert_array_equal(grad[0], 0)
    np.testing.assert_allclose(np.linalg.norm(grad[1:], axis=1), 6)


def test_penalty_of_huge_gradients_is_no_overflow_before_it_must_be():
    with np.errstate(all="raise"):
        np.testing.assert_allclose(gradient_penalty(np.array([[3e150, 4e150]])), 2.5e302)
        np.testing.assert_allclose(gradient_penalty_grad(np.array([[3e300, 4e300]])), [[6e301, 8e301]])


def shares(rng):
    """The probabilities of five kinds of samples among the data, and among generated ones."""
    return rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))


def test_least_squares_at_the_best_discriminator_is_a_chi_square_divergence(rng):
    """Targets 1, -1 and 0 for the generator: the squares add up to chi^2(p + q || 2 q)."""
    p, q = shares(rng)
    best = (p - q) / (p + q)
    twice = 2 * np.sum((p + q) * lsgan(best, np.zeros(5), real_target=0.0, fake_target=0.0))
    np.testing.assert_allclose(twice, np.sum((2 * q - (p + q)) ** 2 / (p + q)))


def test_no_other_score_is_better_for_the_least_squares_discriminator(rng):
    p, q = shares(rng)
    best = p / (p + q)
    real, fake = lsgan_grad(best, best)
    np.testing.assert_allclose(p * real + q * fake, 0, atol=1e-15)


def test_least_squares_fake_half_with_the_target_of_real_samples_is_the_generators_loss(rng):
    b = rng.normal(0, 3, 20)
    ones = np.ones(20)
    np.testing.assert_allclose(lsgan(ones, b, fake_target=1.0), 0.5 * (b - 1) ** 2)


def test_hinge_stops_at_the_margin_and_counts_the_kink_as_beyond():
    real, fake = np.array([1.0, 1 - 1e-9, -5.0, np.inf]), np.array([-1.0, -1 + 1e-9, 5.0, -np.inf])
    on_real, on_fake = hinge_gan_grad(real, fake)
    np.testing.assert_array_equal(on_real, [0, -1, -1, 0])
    np.testing.assert_array_equal(on_fake, [0, 1, 1, 0])
    np.testing.assert_allclose(hinge_gan(real, fake), [0, 2e-9, 12, 0], atol=1e-15)


def test_no_scores_in_a_fine_grid_beat_the_sign_for_the_hinge(rng):
    p, q = shares(rng)
    grid = np.linspace(-2, 2, 401)
    costs = p[:, None] * hinge_gan(grid, -np.ones(401)) + q[:, None] * hinge_gan(np.ones(401), grid)
    np.testing.assert_allclose(costs.min(axis=1), 2 * np.minimum(p, q), rtol=1e-12)


def test_relativistic_ignores_a_shift_and_survives_huge_scores(rng):
    a, b = rng.normal(size=(2, 20))
    np.testing.assert_allclose(relativistic_gan(a + 7, b + 7), relativistic_gan(a, b))
    far = np.array([1e300, -1e300])
    with np.errstate(over="ignore", invalid="raise"):
        np.testing.assert_array_equal(relativistic_gan(far, -far), [0, 2e300])
        np.testing.assert_array_equal(relativistic_gan_grad(far, -far)[1], [0, 1])


def test_r1_pulls_a_linear_discriminator_to_zero_where_wgan_gp_wants_length_one():
    g = np.array([[0.6, 0.8]])
    np.testing.assert_allclose(r1_penalty_grad(g, gamma=2), 2 * g)
    np.testing.assert_allclose(gradient_penalty_grad(g), 0, atol=1e-15)


def test_r1_of_extreme_gradients_is_a_number_or_infinite():
    g = np.array([[5e-324, 0.0], [1e300, 1e300], [0.0, 0.0]])
    with np.errstate(over="ignore", under="ignore", invalid="raise"):
        np.testing.assert_array_equal(r1_penalty(g), [0, np.inf, 0])
        np.testing.assert_array_equal(r1_penalty_grad(g)[1], [1e301, 1e301])


def test_smallest_gan_converges_with_r1_and_drifts_outwards_without():
    """Data at 0, a fake at theta, the discriminator psi * x: the Dirac-GAN of Mescheder et al."""
    radius = {}
    for gamma in (0.0, 1.0):
        theta, psi = 1.0, 0.0
        for _ in range(300):
            slope = gan_minimax_grad(np.zeros(1), np.array([psi * theta]))[1][0]
            held = r1_penalty_grad(np.array([[psi]]), gamma=gamma)[0, 0]
            theta, psi = theta - 0.1 * slope * psi, psi + 0.1 * (slope * theta - held)
        radius[gamma] = math.hypot(theta, psi)
    assert radius[0.0] > 1.2
    assert radius[1.0] < 1e-2


def test_cycle_counts_both_trips_and_keeps_them_apart(rng):
    x, y, a, b = rng.normal(size=(4, 6, 5))
    both = cycle_consistency(a, x, b, y, weight=1)
    np.testing.assert_allclose(both, cycle_consistency(a, x, y, y, weight=1) + cycle_consistency(x, x, b, y, weight=1))
    on_x, on_y = cycle_consistency_grad(x, x, b, y)
    np.testing.assert_array_equal(on_x, 0)
    np.testing.assert_array_equal(np.abs(on_y), 10)


def test_cycle_of_extreme_pixels_is_no_nan():
    edge = np.array([[1e300, -1e300, 5e-324, 0.0]])
    with np.errstate(over="ignore", invalid="raise"):
        value = cycle_consistency(edge, -edge, edge, edge, weight=1e9)
        grads = cycle_consistency_grad(edge, -edge, edge, edge)
    np.testing.assert_array_equal(value, np.inf)
    np.testing.assert_array_equal(grads[0], [[10, -10, 10, 0]])


def test_feature_matching_sees_means_only(rng):
    fake, real = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 4, 3))
    expected = np.sum((fake.mean(axis=1) - real.mean(axis=1)) ** 2, axis=1)
    np.testing.assert_allclose(feature_matching(fake, real), expected, rtol=1e-12)
    assert feature_matching([[[-3.0], [3.0]]], [[[0.0]]]) == 0


def test_the_reversed_gradient_is_minus_lambda_times_that_of_the_classifier(rng):
    z, d, e = rng.normal(size=6), rng.integers(0, 2, 6), rng.uniform(size=6)
    p = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(domain_adversarial_grad(z, d, e, lam=0.3), -0.3 * (p - d), rtol=1e-12)
    entropy = -np.log(np.where(d == 1, p, 1 - p))
    np.testing.assert_allclose(domain_adversarial(z, d, e, lam=0.3), e - 0.3 * entropy, rtol=1e-12)
