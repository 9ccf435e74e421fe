"""Every update rule and every schedule of the catalogue, and what each of them promises by hand-computed numbers."""

import numpy as np
import pytest

from kbgen import registry
from kbgen.optimizers.rules import adagrad, adam, adamw, gradient_descent, momentum, rmsprop, sgd
from kbgen.optimizers.schedules import cosine_annealing, lr_warmup, one_cycle, step_decay


def step(rule, theta, grad, *state, **params):
    """The new parameters and the state, whether the rule keeps any or not."""
    result = registry.optimizers()[rule.id](theta, grad, *state, **params)
    return (result[0], result[1:]) if isinstance(result, tuple) else (result, ())


def away_from_zero(rng, size=6):
    return rng.choice((-1.0, 1.0), size) * rng.uniform(0.5, 3, size)


def test_steps_at_the_default_rate_go_downhill(optimizer, rng):
    """On half the squared distance from the origin, whose gradient is theta itself."""
    theta, state, values = away_from_zero(rng), (), []
    for _ in range(20):
        values.append(theta @ theta)
        theta, state = step(optimizer, theta, theta, *state)
    assert (np.diff(values) < 0).all()


def test_state_comes_back_in_the_order_of_the_arguments(optimizer, rng):
    """A rule handed its own state goes on; the same rule without it starts afresh."""
    names = registry.positional(registry.optimizers()[optimizer.id])
    assert names[:2] == ("theta", "grad")
    theta, grad = rng.normal(size=(2, 3))
    theta, state = step(optimizer, theta, grad)
    assert len(state) == len(names) - 2
    for name, kept in zip(names[2:], state, strict=True):
        assert np.shape(kept) == (() if name == "t" else (3,))
        assert name != "t" or kept == 1
    again, later = step(optimizer, theta, 2 * grad, *state)
    fresh, _ = step(optimizer, theta, 2 * grad)
    assert all(not np.array_equal(a, b) for a, b in zip(state, later, strict=True))
    assert np.array_equal(again, fresh) == (not state)


def test_each_coordinate_goes_its_own_way(optimizer, rng):
    theta, first, second = rng.normal(size=(3, 4))
    together, state = step(optimizer, theta, first)
    together, _ = step(optimizer, together, second, *state)
    for i in range(4):
        alone, state = step(optimizer, theta[i : i + 1], first[i : i + 1])
        alone, _ = step(optimizer, alone, second[i : i + 1], *state)
        np.testing.assert_allclose(alone, together[i : i + 1], rtol=1e-14)


def test_a_zero_gradient_moves_nothing_but_what_decays(optimizer, rng):
    theta = rng.normal(size=4)
    kept = registry.keywords(registry.optimizers()[optimizer.id])
    rest, _ = step(optimizer, theta, np.zeros(4))
    np.testing.assert_allclose(rest, theta * (1 - kept["lr"] * kept.get("weight_decay", 0)), rtol=1e-15)


def test_a_rate_of_zero_moves_nothing(optimizer, rng):
    theta, grad = rng.normal(size=(2, 4))
    np.testing.assert_array_equal(step(optimizer, theta, grad, lr=0.0)[0], theta)


def test_single_precision_stays_single(optimizer, rng):
    theta, grad = rng.normal(size=(2, 4)).astype(np.float32)
    state = ()
    for _ in range(3):
        theta, state = step(optimizer, theta, grad, *state)
    assert theta.dtype == np.float32
    assert all(kept.dtype == np.float32 for kept in state if np.shape(kept))


def test_arguments_are_left_as_they_were(optimizer, rng):
    theta, grad = rng.normal(size=(2, 4))
    _, state = step(optimizer, theta, grad)
    given = [theta, grad, *state]
    before = [np.copy(a) for a in given]
    step(optimizer, *given)
    for now, then in zip(given, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_listing_of_the_rule_runs_alone(optimizer, rng):
    code, helpers = registry.listing((optimizer.id,), "kbgen.optimizers")
    scope = {}
    exec(f"import numpy as np\n\n{helpers}\n\n{code}", scope)
    theta, grad = rng.normal(size=(2, 4))
    result = scope[optimizer.id](theta, grad)
    np.testing.assert_array_equal(result[0] if isinstance(result, tuple) else result, step(optimizer, theta, grad)[0])


def test_gradient_descent_and_sgd_take_the_step_of_the_formula():
    for rule in (gradient_descent, sgd):
        np.testing.assert_allclose(rule(np.array([1.0, 2]), np.array([10.0, -4]), lr=0.1), [0, 2.4])


@pytest.mark.parametrize(("rate", "ends"), [(0.078, True), (0.082, False)])
def test_gradient_descent_is_stable_up_to_two_over_the_largest_curvature(rate, ends):
    theta, curvature = np.array([5.0, 1.0]), np.array([1.0, 25.0])
    for _ in range(300):
        theta = gradient_descent(theta, curvature * theta, lr=rate)
    assert (np.abs(theta).max() < 1e-3) == ends


def test_an_l2_penalty_narrows_the_range_of_stable_rates():
    """The penalty adds to every curvature: a rate that just converged diverges with it."""
    for penalty, factor in ((0, 0.96), (1, 1.058)):
        moved = gradient_descent(np.ones(1), (20 + penalty) * np.ones(1), lr=0.098)
        assert abs(moved[0]) == pytest.approx(factor)


def test_momentum_by_hand():
    theta, v = momentum(1.0, 2.0, lr=0.1, mu=0.5)
    assert (theta, v) == pytest.approx((0.8, 2))
    theta, v = momentum(theta, 2.0, v, lr=0.1, mu=0.5)
    assert (theta, v) == pytest.approx((0.5, 3))


def test_under_a_constant_gradient_momentum_multiplies_the_rate():
    theta, v = 0.0, 0.0
    for _ in range(300):
        before, (theta, v) = theta, momentum(theta, 3.0, v, lr=0.01, mu=0.9)
    assert theta - before == pytest.approx(-0.01 * 3 / (1 - 0.9))


def keras_momentum(theta, grad, v=0.0, *, lr, mu):
    """The form of Keras: the rate goes into the velocity."""
    v = mu * v - lr * grad
    return theta + v, v


@pytest.mark.parametrize(("rates", "same"), [([0.1] * 6, True), ([0.1] * 3 + [0.01] * 3, False)])
def test_both_forms_of_momentum_agree_while_the_rate_is_constant(rates, same):
    ours, theirs, v, w = 1.0, 1.0, 0.0, 0.0
    for rate in rates:
        ours, v = momentum(ours, 2 * ours, v, lr=rate)
        theirs, w = keras_momentum(theirs, 2 * theirs, w, lr=rate, mu=0.9)
    assert np.isclose(ours, theirs, rtol=1e-9) == same


def test_adagrad_by_hand():
    theta, total = adagrad(1.0, 3.0, lr=0.1)
    assert (theta, total) == pytest.approx((0.9, 9))
    theta, total = adagrad(theta, 4.0, total, lr=0.1)
    assert (theta, total) == pytest.approx((0.9 - 0.1 * 4 / 5, 25))


def test_adagrad_never_forgets_a_large_gradient_and_rmsprop_does():
    steps = {}
    for rule, params in ((adagrad, {}), (rmsprop, {"rho": 0.9})):
        theta, kept = 0.0, 0.0
        for grad in [100.0] * 10 + [1.0] * 200:
            before, (theta, kept) = theta, rule(theta, grad, kept, lr=0.1, **params)
        steps[rule] = before - theta
    assert steps[adagrad] < 0.001
    assert steps[rmsprop] == pytest.approx(0.1, rel=1e-3)


def test_rmsprop_by_hand():
    theta, v = rmsprop(1.0, 3.0, lr=0.1, rho=0.75)
    assert (theta, v) == pytest.approx((0.8, 2.25))
    theta, v = rmsprop(theta, 3.0, v, lr=0.1, rho=0.75)
    assert (theta, v) == pytest.approx((0.8 - 0.3 / np.sqrt(3.9375), 3.9375))


def test_the_first_step_of_rmsprop_is_enlarged_because_its_average_starts_at_zero():
    assert rmsprop(0.0, 7.0, lr=0.1, rho=0.99)[0] == pytest.approx(-1)


@pytest.mark.parametrize("scale", [1e-4, 1, 1e6])
def test_the_first_step_of_adam_has_the_size_of_the_rate(scale):
    theta, *_ = adam(np.zeros(2), scale * np.array([1, -3]), lr=0.02)
    np.testing.assert_allclose(theta, [-0.02, 0.02], rtol=1e-3)


def test_adam_by_hand():
    theta, m, v, t = adam(0.0, 1.0, lr=0.1, beta1=0.5, beta2=0.75, eps=0)
    assert (theta, m, v, t) == pytest.approx((-0.1, 0.5, 0.25, 1))
    theta, m, v, t = adam(theta, -1.0, m, v, t, lr=0.1, beta1=0.5, beta2=0.75, eps=0)
    assert (m, v, t) == pytest.approx((-0.25, 0.4375, 2))
    assert theta == pytest.approx(-0.1 + 0.1 * (0.25 / 0.75))


def test_under_a_constant_gradient_every_step_of_adam_has_the_size_of_the_rate():
    theta, state = 0.0, ()
    for _ in range(50):
        before, (theta, *state) = theta, adam(theta, 5.0, *state, lr=0.01)
        assert before - theta == pytest.approx(0.01, rel=1e-6)


def test_adam_does_not_repair_gradients_below_eps():
    """Division by the root of v makes up for small gradients only while they are far above eps."""
    assert abs(adam(0.0, 1e-6, lr=1.0)[0]) == pytest.approx(1, rel=0.02)
    assert abs(adam(0.0, 1e-10, lr=1.0)[0]) == pytest.approx(0.0099, rel=0.01)


def test_adamw_without_decay_is_adam(rng):
    theta, grad = rng.normal(size=(2, 3))
    np.testing.assert_array_equal(adamw(theta, grad, weight_decay=0)[0], adam(theta, grad)[0])


def test_adamw_shrinks_by_rate_times_decay_whatever_the_gradient():
    for scale in (1, 100):
        grad = scale * np.array([1.0])
        gap = adamw(np.array([2.0]), grad, lr=0.1, weight_decay=0.5)[0] - adam(np.array([2.0]), grad, lr=0.1)[0]
        assert gap[0] == pytest.approx(-0.1 * 0.5 * 2)


def test_a_penalty_in_the_gradient_of_adam_is_divided_away_where_gradients_are_large():
    """Two weights, pushed to and fro by 1 and by 100: adamw shrinks both alike, adam with an L2 term does not."""
    theta = {"coupled": np.ones(2), "decoupled": np.ones(2)}
    state = dict.fromkeys(theta, ())
    for turn in range(2000):
        grad = np.array([1.0, 100.0]) * (-1) ** turn
        new, *state["coupled"] = adam(theta["coupled"], grad + 0.1 * theta["coupled"], *state["coupled"])
        theta["coupled"] = new
        new, *state["decoupled"] = adamw(theta["decoupled"], grad, *state["decoupled"], weight_decay=0.1)
        theta["decoupled"] = new
    assert abs(np.subtract(*theta["decoupled"])) < 1e-3
    assert theta["coupled"][1] - theta["coupled"][0] > 0.1


STEPS = np.arange(120)


def test_schedule_takes_many_steps_as_well_as_one(schedule):
    rate = registry.optimizers()[schedule.id]
    np.testing.assert_allclose(rate(STEPS), [rate(int(t)) for t in STEPS], rtol=1e-14)


def test_rate_stays_between_zero_and_its_peak(schedule):
    rate = registry.optimizers()[schedule.id](STEPS, lr=0.3)
    assert (rate >= 0).all()
    assert rate.max() == pytest.approx(0.3)


def test_rate_is_proportional_to_its_peak(schedule):
    rate = registry.optimizers()[schedule.id]
    np.testing.assert_allclose(rate(STEPS, lr=0.6), 3 * rate(STEPS, lr=0.2))


def test_the_listing_of_the_schedule_runs_alone(schedule):
    code, helpers = registry.listing((schedule.id,), "kbgen.optimizers")
    scope = {}
    exec(f"import numpy as np\n\n{helpers}\n\n{code}", scope)
    np.testing.assert_array_equal(scope[schedule.id](STEPS), registry.optimizers()[schedule.id](STEPS))


def test_step_decay_falls_at_the_multiples_of_its_step_size():
    np.testing.assert_allclose(step_decay(np.array([0, 29, 30, 59, 60]), lr=1.0), [1, 1, 0.1, 0.1, 0.01])


def test_cosine_passes_the_middle_halfway_and_stays_at_the_end():
    rates = cosine_annealing(np.array([0, 25, 50, 100, 150]), lr=1.0, lr_min=0.2)
    np.testing.assert_allclose(rates, [1, 0.2 + 0.4 * (1 + np.sqrt(0.5)), 0.6, 0.2, 0.2])


def test_one_cycle_starts_low_peaks_and_ends_lower():
    rates = one_cycle(np.array([0, 15, 30, 65, 100, 110]), lr=1.0)
    np.testing.assert_allclose(rates, [0.04, 0.52, 1, 0.500002, 4e-6, 4e-6])


def test_warm_up_climbs_in_equal_parts_and_ends_at_the_rate():
    np.testing.assert_allclose(lr_warmup(np.arange(6), lr=1.0, warmup=4), [0.25, 0.5, 0.75, 1, 1, 1])


def test_warm_up_of_one_step_is_none():
    np.testing.assert_array_equal(lr_warmup(np.arange(3), lr=0.1, warmup=1), [0.1, 0.1, 0.1])
