"""Every update rule and every schedule of the catalogue, and what each of them promises by hand-computed numbers."""

import itertools

import numpy as np
import pytest

from kbgen import registry
from kbgen.optimizers.adaptive import adabelief, adadelta, adamax, adan, ademamix, amsgrad, lion, nadam, radam, sparse_adam, yogi
from kbgen.optimizers.curvature import kfac, lbfgs, newton_method, sophia
from kbgen.optimizers.layerwise import lamb, lars, novograd
from kbgen.optimizers.matrices import adafactor, muon, shampoo, soap
from kbgen.optimizers.online import ftrl, prodigy
from kbgen.optimizers.rules import adagrad, adam, adamw, gradient_descent, momentum, nesterov, rmsprop, rprop, sgd, signsgd
from kbgen.optimizers.schedules import (
    constant_lr,
    cosine_annealing,
    cosine_warm_restarts,
    cyclic_lr,
    exponential_decay,
    inverse_sqrt,
    inverse_time_decay,
    lambda_lr,
    lr_warmup,
    multi_step_decay,
    one_cycle,
    polynomial_decay,
    reduce_on_plateau,
    step_decay,
    wsd,
)
from kbgen.optimizers.wrappers import asgd, gradient_noise_sgd, lookahead, sam, schedule_free, swa

SHAPES = dict.fromkeys(("adafactor", "muon", "shampoo", "soap", "kfac"), (3, 2))
"""Rules for matrices; all others take vectors."""
TOGETHER = {*SHAPES, "novograd", "lars", "lamb", "lbfgs", "sam", "prodigy"}
"""Rules that look at all parameters at once."""
BESIDE = {"asgd", "lookahead", "swa", "prodigy", "soap"}
"""Rules that keep what does not move the parameters, or not at once."""
GIVEN = {
    "hessian": lambda theta, _: np.eye(theta.size, dtype=theta.dtype),
    "curvature": lambda theta, _: np.ones_like(theta),
    "slope": lambda theta, grad: lambda at: grad + (at - theta),
    "noise": lambda _, grad: np.sign(grad),
    "inputs": lambda theta, grad: (1 + np.abs(grad).mean()) * np.eye(theta.shape[1], dtype=theta.dtype),
    "slopes": lambda theta, grad: (1 + np.abs(grad).mean()) * np.eye(theta.shape[0], dtype=theta.dtype),
}
"""What a rule needs beside the gradient, if the curvature is 1."""


def step(rule, theta, grad, *state, **params):
    """The new parameters and the state, whether the rule keeps any or not."""
    function = registry.optimizers()[rule.id]
    needed = [GIVEN[name](theta, grad) for name in registry.given(function)]
    result = function(theta, grad, *needed, *state, **params)
    return (result[0], result[1:]) if isinstance(result, tuple) else (result, ())


def drawn(rule, rng, count):
    """Random arrays of the shape that the rule takes."""
    return rng.normal(size=(count, *SHAPES.get(rule.id, (4,))))


def away_from_zero(rng, shape):
    return rng.choice((-1.0, 1.0), shape) * rng.uniform(0.5, 3, shape)


def test_steps_at_the_default_rate_go_downhill(optimizer, rng):
    """On half the squared distance from the origin, whose gradient is theta itself; who has arrived may stay."""
    theta, state, values = away_from_zero(rng, SHAPES.get(optimizer.id, (6,))), (), []
    for _ in range(20):
        values.append(np.sum(theta**2))
        theta, state = step(optimizer, theta, theta, *state)
    values = values[:: registry.keywords(registry.optimizers()[optimizer.id]).get("every", 1)]  # in between it may go back
    assert all(after < before or after < 1e-20 for before, after in itertools.pairwise(values))


def test_state_comes_back_in_the_order_of_the_arguments(optimizer, rng):
    """A rule handed its own state goes on; the same rule without it starts afresh."""
    function = registry.optimizers()[optimizer.id]
    names = registry.positional(function)
    assert names[:2] == ("theta", "grad")
    names = names[2 + len(registry.given(function)) :]
    theta, grad = drawn(optimizer, rng, 2)
    theta, state = step(optimizer, theta, grad)
    assert len(state) == len(names)
    for name, kept in zip(names, state, strict=True):
        assert name != "t" or kept == 1
        assert name == "t" or not isinstance(optimizer.state, int) or np.shape(kept) == theta.shape
    if optimizer.id in BESIDE:
        return
    turns = [step(optimizer, theta, by * grad, *state) for by in (2, -0.05)]  # a maximum sees the first only, a sign the second
    fresh = [step(optimizer, theta, by * grad)[0] for by in (2, -0.05)]
    assert not any(all(_equal(kept, later[i]) for _, later in turns) for i, kept in enumerate(state))
    assert all(np.array_equal(again, new) for (again, _), new in zip(turns, fresh, strict=True)) == (not state)


def _equal(a, b):
    """Of arrays, or of tuples of arrays."""
    return np.shape(a) == np.shape(b) and np.array_equal(a, b)


def test_each_coordinate_goes_its_own_way_unless_the_rule_looks_at_all(optimizer, rng):
    theta, first, second = drawn(optimizer, rng, 3)

    def after(part):
        now, state = theta[part], ()
        for grad in (first, *4 * [second]):
            now, state = step(optimizer, now, grad[part], *state)
        return now

    together = after(slice(None))
    each = [slice(i, i + 1) for i in range(len(theta))]
    apart = [np.allclose(after(part), together[part], rtol=1e-14, atol=0) for part in each]
    assert all(apart) == (optimizer.id not in TOGETHER)


def test_a_zero_gradient_moves_nothing_but_what_decays(optimizer, rng):
    (theta,) = drawn(optimizer, rng, 1)
    kept = registry.keywords(registry.optimizers()[optimizer.id])
    rest, _ = step(optimizer, theta, np.zeros_like(theta))
    np.testing.assert_allclose(rest, theta * (1 - kept["lr"] * kept.get("weight_decay", 0)), rtol=1e-15)


def test_a_rate_of_zero_moves_nothing(optimizer, rng):
    """But for the rule that divides by it."""
    if optimizer.id == "ftrl":
        return
    theta, grad = drawn(optimizer, rng, 2)
    np.testing.assert_array_equal(step(optimizer, theta, grad, lr=0.0)[0], theta)


def test_single_precision_stays_single(optimizer, rng):
    theta, grad = drawn(optimizer, rng, 2).astype(np.float32)
    state = ()
    for _ in range(3):
        theta, state = step(optimizer, theta, grad, *state)
    assert theta.dtype == np.float32
    assert all(np.asarray(kept).dtype == np.float32 for kept in state if np.size(kept) > 1)


def test_arguments_are_left_as_they_were(optimizer, rng):
    theta, grad = drawn(optimizer, rng, 2)
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
    theta, grad = drawn(optimizer, rng, 2)
    needed = [GIVEN[name](theta, grad) for name in registry.given(registry.optimizers()[optimizer.id])]
    result = scope[optimizer.id](theta, grad, *needed)
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
    """But for the one that takes all losses so far."""
    if schedule.id == "reduce_on_plateau":
        return
    rate = registry.optimizers()[schedule.id]
    np.testing.assert_allclose(rate(STEPS), [rate(int(t)) for t in STEPS], rtol=1e-14)


def test_rate_stays_between_zero_and_its_peak(schedule):
    rate = registry.optimizers()[schedule.id](STEPS, lr=0.3)
    assert (rate >= 0).all()
    assert rate.max() == pytest.approx(0.3)


def test_rate_is_proportional_to_its_peak(schedule):
    rate = registry.optimizers()[schedule.id]
    np.testing.assert_allclose(rate(STEPS, lr=0.6), 3 * rate(STEPS, lr=0.2), atol=1e-15)


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


def test_nesterov_by_hand():
    theta, v = nesterov(1.0, 2.0, lr=0.1, mu=0.5)
    assert (theta, v) == pytest.approx((0.7, 2))
    theta, v = nesterov(theta, 1.0, v, lr=0.1, mu=0.5)
    assert (theta, v) == pytest.approx((0.5, 2))


def test_adadelta_by_hand():
    theta, v, u = adadelta(0.0, 2.0, lr=1.0, rho=0.75, eps=1.0)
    assert (theta, v, u) == pytest.approx((-np.sqrt(2), 1, 0.5))


def test_adamax_by_hand():
    theta, m, u, t = adamax(0.0, -4.0, lr=0.1, beta1=0.5, eps=0)
    assert (theta, m, u, t) == pytest.approx((0.1, -2, 4, 1))
    assert adamax(theta, 1.0, m, u, t, beta2=0.5, eps=0)[2] == pytest.approx(2)


def test_amsgrad_never_lowers_its_scale():
    _, *state = amsgrad(0.0, 10.0)
    assert amsgrad(0.0, 0.0, *state)[3] == state[2]


def test_radam_is_sgd_with_momentum_at_first_and_adam_in_the_end():
    assert radam(0.0, 8.0, lr=0.5)[0] == pytest.approx(-4)
    theirs, ours, state, other = 0.0, 0.0, (), ()
    for _ in range(20000):
        before, after = theirs, ours
        theirs, *state = adam(theirs, 8.0, *state, beta2=0.99)
        ours, *other = radam(ours, 8.0, *other, beta2=0.99)
    assert ours - after == pytest.approx(theirs - before, rel=1e-9)


def test_nadam_without_a_warm_up_looks_one_step_ahead():
    """At psi 0 every coefficient is half of beta1."""
    theta, *_ = nadam(0.0, 3.0, lr=1.0, beta1=0.8, eps=0, psi=0)
    assert theta == pytest.approx(-(0.4 * 0.2 / (1 - 0.4**2) + 0.6 / 0.6))


def test_lion_moves_every_coordinate_alike():
    theta, m = lion(np.zeros(3), np.array([1e-9, -5, 0]), lr=0.1)
    np.testing.assert_allclose(theta, [-0.1, 0.1, 0])
    np.testing.assert_allclose(m, [1e-11, -0.05, 0])


def test_lars_moves_a_layer_by_a_share_of_its_length(rng):
    theta, grad = rng.normal(size=(2, 9))
    moved, _ = lars(theta, 1e6 * grad, lr=3.0, trust=0.01)
    assert np.linalg.norm(moved - theta) == pytest.approx(0.03 * np.linalg.norm(theta))


def test_lamb_moves_a_layer_by_the_rate_times_its_length(rng):
    theta, grad = rng.normal(size=(2, 9))
    moved, *_ = lamb(theta, grad, lr=0.05, weight_decay=0.3)
    assert np.linalg.norm(moved - theta) == pytest.approx(0.05 * np.linalg.norm(theta))


def test_adafactor_rebuilds_a_matrix_of_rank_one_exactly():
    grad = np.outer([1.0, 10], [3.0, 0.1, 1])
    moved, *_ = adafactor(np.zeros((2, 3)), grad, eps2=1.0)
    np.testing.assert_allclose(moved, -0.01)


def test_muon_turns_a_gradient_into_nearly_orthogonal_columns(rng):
    for shape in ((6, 6), (4, 9), (9, 4)):
        step = -muon(np.zeros(shape), rng.normal(size=shape), lr=1.0)[0] / max(1, shape[0] / shape[1]) ** 0.5
        assert np.all(np.abs(np.linalg.svd(step, compute_uv=False) - 0.95) < 0.3)


def test_the_first_step_of_shampoo_is_the_orthogonal_factor(rng):
    """As that of muon would be if its iteration were exact."""
    grad = rng.normal(size=(4, 4))
    u, _, v = np.linalg.svd(grad)
    np.testing.assert_allclose(-shampoo(np.zeros((4, 4)), grad, lr=1.0, eps=1e-15)[0], u @ v, atol=1e-6)


def test_newton_and_lbfgs_know_a_quadratic(rng):
    """Newton in one step; L-BFGS as soon as it has seen every direction, with exact steps along its own ones."""
    bend = np.diag([1.0, 4.0, 9.0])
    theta = rng.normal(size=3)
    np.testing.assert_allclose(newton_method(theta, bend @ theta, bend), 0, atol=1e-15)
    state = ()
    for _ in range(60):
        theta, *state = lbfgs(theta, bend @ theta, *state)
    np.testing.assert_allclose(theta, 0, atol=1e-9)


def test_the_direction_of_lbfgs_is_that_of_the_matrix_on_the_page(rng):
    spread = rng.normal(size=(4, 4))
    bend = spread @ spread.T + np.eye(4)
    theta, state = rng.normal(size=4), ()
    for _ in range(5):
        theta, *state = lbfgs(theta, bend @ theta, *state, lr=0.5)
    before, (moved, _, pairs) = theta, lbfgs(theta, bend @ theta, *state, lr=0.5)
    s, y = pairs[-1]
    guess = np.eye(4) * (s @ y) / (y @ y)
    for s, y in pairs:
        keep = np.eye(4) - np.outer(y, s) / (s @ y)
        guess = keep.T @ guess @ keep + np.outer(s, s) / (s @ y)
    np.testing.assert_allclose(moved, before - 0.5 * guess @ (bend @ before), rtol=1e-10)


def test_sophia_is_newton_where_curvature_is_known_and_signs_elsewhere():
    curvature = np.array([4.0, 0.0, -3.0])
    step = sophia(np.zeros(3), np.array([2.0, 2, -2]), curvature, lr=0.1, beta1=0, beta2=0, gamma=1)[0]
    np.testing.assert_allclose(step, [-0.05, -0.1, 0.1])
    m, h = sophia(np.zeros(1), np.ones(1), None, 0.0, np.ones(1))[1:]
    assert (m[0], h[0]) == pytest.approx((0.035, 1))


def test_sam_by_hand():
    theta = np.array([3.0, 4.0])
    np.testing.assert_allclose(sam(theta, theta, lambda at: 2 * at, lr=0.1, rho=0.5), theta - 0.2 * (theta + [0.3, 0.4]))


def test_swa_averages_from_its_start_on():
    theta, state = 0.0, ()
    for _ in range(6):
        theta, *state = swa(theta, -1.0, *state, lr=1.0, start=2, every=2)
    assert (theta, state) == (6, [4, 6])


def test_multi_step_decay_falls_at_its_milestones():
    np.testing.assert_allclose(multi_step_decay(np.array([4, 5, 8, 9]), (5, 9), lr=1.0, gamma=0.5), [1, 0.5, 0.5, 0.25])


def test_exponential_and_inverse_time_decay_by_hand():
    np.testing.assert_allclose(exponential_decay(np.arange(4), lr=8.0, gamma=0.5), [8, 4, 2, 1])
    np.testing.assert_allclose(inverse_time_decay(np.array([0, 5, 15]), lr=1.0, gamma=2.0, scale=10), [1, 0.5, 0.25])


def test_polynomial_decay_ends_level():
    np.testing.assert_allclose(
        polynomial_decay(np.array([0, 5, 10, 15]), lr=1.0, lr_min=0.2, total=10, power=2), [1, 0.4, 0.2, 0.2]
    )


def test_warm_restarts_grow():
    rates = cosine_warm_restarts(np.array([0, 2, 4, 8, 12, 28]), lr=1.0, first=4, mult=2)
    np.testing.assert_allclose(rates, [1, 0.5, 1, 0.5, 1, 1])


def test_cyclic_rate_is_a_triangle():
    np.testing.assert_allclose(cyclic_lr(np.array([0, 1, 2, 3, 4, 5]), lr=1.0, lr_min=0.5, half=2), [0.5, 0.75, 1, 0.75, 0.5, 0.75])


def test_inverse_sqrt_is_the_formula_of_the_transformer():
    """With the rate 1 / sqrt(d W), at steps counted from 1."""
    d, w, t = 512, 4000, np.arange(1, 20001)
    np.testing.assert_allclose(inverse_sqrt(t - 1, lr=(d * w) ** -0.5, warmup=w), d**-0.5 * np.minimum(t**-0.5, t * w**-1.5))


def test_wsd_rises_rests_and_falls():
    rates = wsd(np.array([0, 1, 5, 6, 8, 10, 12]), lr=1.0, warmup=2, decay=4, total=10)
    np.testing.assert_allclose(rates, [0.5, 1, 1, 1, 0.5, 0, 0])


def test_a_plateau_is_waited_out_before_the_rate_falls():
    rates = reduce_on_plateau([5, 4, 4, 4, 4, 3, 3, 3, 3], lr=1.0, gamma=0.5, patience=2)
    np.testing.assert_allclose(rates, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25])


def test_constant_and_user_defined_rates():
    np.testing.assert_allclose(constant_lr(np.arange(3), lr=0.2), 0.2)
    np.testing.assert_allclose(lambda_lr(np.arange(3), lambda step: 1 / (step + 1), lr=6.0), [6, 3, 2])


def test_signsgd_moves_every_coordinate_alike():
    np.testing.assert_allclose(signsgd(np.zeros(3), np.array([1e-9, -4, 0]), lr=0.1), [-0.1, 0.1, 0])


def test_rprop_grows_shrinks_and_waits():
    theta, state, sizes = 0.0, (), []
    for grad in (1.0, 5.0, -1.0, -1.0, -1.0):
        before, (theta, *state) = theta, rprop(theta, grad, *state, lr=0.1)
        sizes.append(float(theta - before))
    np.testing.assert_allclose(sizes, [-0.1, -0.12, 0, 0.06, 0.072])


def test_adabelief_trusts_a_steady_gradient():
    step_of_each = {}
    for rule in (adam, adabelief):
        theta, state = 0.0, ()
        for _ in range(200):
            before, (theta, *state) = theta, rule(theta, 3.0, *state, lr=0.01)
        step_of_each[rule] = before - theta
    assert step_of_each[adam] == pytest.approx(0.01)
    assert step_of_each[adabelief] > 0.02


def test_yogi_by_hand():
    _, m, v, _ = yogi(0.0, 2.0, beta1=0.5, beta2=0.75)
    assert (m, v) == pytest.approx((1, 1))
    assert yogi(0.0, 1.0, m, 9.0, 1, beta2=0.75)[2] == pytest.approx(8.75)


def test_asgd_keeps_the_mean_and_lowers_its_rate():
    theta, state, path = 0.0, (), []
    for _ in range(4):
        theta, *state = asgd(theta, -1.0, *state, lr=1.0, decay=0.0)
        path.append(state[0])
    np.testing.assert_allclose(path, [1, 2, 2.5, 3])
    assert asgd(0.0, -1.0, 0.0, 3, lr=1.0, decay=1.0, power=0.5)[0] == pytest.approx(0.5)


def test_lookahead_goes_back_half_of_the_way():
    theta, state, path = 0.0, (), []
    for _ in range(4):
        theta, *state = lookahead(theta, -1.0, *state, lr=1.0, every=2)
        path.append(theta)
    np.testing.assert_allclose(path, [1, 1, 2, 2])


def test_ademamix_by_hand():
    theta, m, slow, v, _ = ademamix(2.0, 4.0, lr=0.1, beta3=0.75, alpha=2.0, eps=0, weight_decay=0.5)
    assert (m, slow, v) == pytest.approx((0.4, 1, 0.016))
    assert theta == pytest.approx(2 - 0.1 * ((4 + 2) / 4 + 1))


def test_novograd_by_hand():
    theta, m, v, t = novograd(np.zeros(2), np.array([3.0, 4.0]), lr=1.0, eps=0)
    np.testing.assert_allclose(theta, [-0.6, -0.8])
    assert novograd(theta, np.zeros(2), m, v, t, beta2=0.25)[2] == pytest.approx(6.25)


def test_schedule_free_keeps_the_mean_of_its_fast_points():
    theta, state, fast = 0.0, (), []
    for grad in (1.0, -2.0, 5.0):
        theta, *state = schedule_free(theta, grad, *state, lr=1.0, beta=0.8)
        fast.append(state[0])
        assert state[1] == pytest.approx(np.mean(fast))
        assert theta == pytest.approx(0.2 * fast[-1] + 0.8 * np.mean(fast))


def test_adan_by_hand():
    theta, *state = adan(0.0, 1.0, lr=0.1, beta1=0.5, beta2=0.5, beta3=0.75, eps=0)
    assert (theta, *state) == pytest.approx((-0.1, 0.5, 0, 0.25, 1, 1))
    theta, *state = adan(theta, -1.0, *state, lr=0.1, beta1=0.5, beta2=0.5, beta3=0.75, eps=0)
    assert (theta, *state) == pytest.approx((-0.1 + 0.1 / np.sqrt(1.1875 / 0.4375), -0.25, -1, 1.1875, -1, 2))


def test_under_a_constant_gradient_adan_is_adam():
    theta, other, state, kept = 0.0, 0.0, (), ()
    for _ in range(20):
        theta, *state = adan(theta, 3.0, *state, lr=0.1)
        other, *kept = adam(other, 3.0, *kept, lr=0.1, beta1=0.98, beta2=0.99)
    assert theta == pytest.approx(other, rel=1e-12)


def test_the_decay_of_adan_divides_after_the_step():
    assert adan(2.0, 0.0, lr=0.1, weight_decay=0.5)[0] == pytest.approx(2 / 1.05)


def test_sparse_adam_leaves_what_has_no_gradient_and_treats_the_rest_like_adam():
    theta, state, lone, kept = np.zeros(2), (), 0.0, ()
    for grad in ([1.0, 2.0], [1.0, 0.0], [-3.0, 0.0]):
        before = theta
        theta, *state = sparse_adam(theta, np.array(grad), *state, lr=0.1)
        lone, *kept = adam(lone, grad[0], *kept, lr=0.1)
        assert theta[0] == pytest.approx(lone)
        assert (theta[1] == before[1]) == (grad[1] == 0)
    assert [a[1] for a in state[:2]] == pytest.approx([0.2, 0.004])


def test_a_coordinate_that_sparse_adam_meets_late_takes_a_long_first_step():
    theta, state = np.zeros(2), ()
    for t in range(20000):
        theta, *state = sparse_adam(theta, np.array([1.0, float(t == 19999)]), *state, lr=1.0)
    assert theta[1] == pytest.approx(-np.sqrt(10), rel=1e-3)


def test_ftrl_by_hand():
    """From zero with a threshold of 3: the first gradient stays below it, the second does not."""
    theta, *state = ftrl(0.0, -2.0, lr=0.5, beta=1.0, l1=3.0, l2=4.0)
    assert (theta, *state) == (0, -2, 4, 1)
    theta, *state = ftrl(theta, -1.5, *state, lr=0.5, beta=1.0, l1=3.0, l2=4.0)
    assert (theta, *state) == pytest.approx((0.5 / ((1 + 2.5) / 0.5 + 4), -3.5, 6.25, 2))


def test_ftrl_without_penalties_is_adagrad_from_any_start(rng):
    theta = other = rng.normal(size=5)
    state, total = (), 0.0
    for grad in rng.normal(size=(40, 5)):
        theta, *state = ftrl(theta, grad, *state, lr=0.3, beta=0.7)
        other, total = adagrad(other, grad, total, lr=0.3, eps=0.7)
        np.testing.assert_allclose(theta, other, rtol=1e-11)


def test_ftrl_minimises_the_sum_on_its_page(rng):
    """Linear terms, squared distances from the points passed, and both penalties: no other point is lower."""
    grads, points, theta, state = rng.normal(size=12) - 1, [0.5], 0.5, ()
    for grad in grads:
        theta, *state = ftrl(theta, grad, *state, lr=0.4, l1=2.0, l2=0.3)
        points.append(theta)
    rates = (1 + np.sqrt(np.cumsum(grads**2))) / 0.4
    shares = np.diff(rates, prepend=0)

    def total(w):
        apart = sum(share * (w - point) ** 2 for share, point in zip(shares, points[:-1], strict=True))
        return grads.sum() * w + apart / 2 + 2.0 * np.abs(w) + 0.15 * w**2

    assert theta != 0
    assert total(theta) <= total(theta + np.linspace(-1, 1, 2001)).min() + 1e-12


def test_prodigy_by_hand():
    theta, *state = prodigy(np.array([1.0]), np.array([2.0]), beta1=0.5, beta2=0.75, eps=0, d0=0.1)
    assert theta[0] == pytest.approx(1 - 0.1)
    m, v, s, start, r, d, t = state
    assert (m[0], v[0], s[0], start[0], r, d, t) == pytest.approx((0.1, 0.01, 0.02, 1, 0, 0.1, 1))
    *_, r, d, t = prodigy(theta, np.array([2.0]), *state, beta1=0.5, beta2=0.75, eps=0, d0=0.1)
    rate = 0.1 * np.sqrt(1 - 0.75**2) / 0.75
    assert (r, t) == pytest.approx((rate * 0.1 * 0.2, 2))
    assert d == pytest.approx(max(0.1, r / (0.75**0.5 * 0.02 + rate * 0.2)))


@pytest.mark.parametrize("first", [1e-8, 1e-4, 1e-1])
def test_the_guess_of_prodigy_rises_but_never_above_the_distance_on_a_convex_function(first, rng):
    for _ in range(5):
        bend, goal = rng.uniform(0.1, 10, 4), 3 * rng.normal(size=4)
        theta, state, guesses = np.zeros(4), (), []
        for _ in range(400):
            theta, *state = prodigy(theta, bend * (theta - goal), *state, d0=first)
            guesses.append(state[-2])
        assert guesses == sorted(guesses)
        assert 0.05 * np.abs(goal).max() < guesses[-1] <= np.abs(goal).max()


def test_soap_turns_with_the_matrix(rng):
    """Orthogonal matrices from both sides turn its path and leave the losses as they are; those of Adam change."""
    bend, goal, start = rng.uniform(0.1, 3, (4, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    sides = [np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (4, 3)]
    ends = {}
    for rule in (soap, adam):
        plain, turned, state, kept = start, sides[0] @ start @ sides[1], (), ()
        for _ in range(25):
            plain, *state = rule(plain, bend * (plain - goal), *state, lr=0.05)
            back = sides[0].T @ turned @ sides[1].T
            turned, *kept = rule(turned, sides[0] @ (bend * (back - goal)) @ sides[1], *kept, lr=0.05)
        ends[rule] = np.abs(sides[0].T @ turned @ sides[1].T - plain).max()
    assert ends[soap] < 1e-6
    assert ends[adam] > 0.01


def test_the_first_step_of_soap_is_that_of_shampoo(rng):
    grad = rng.normal(size=(4, 4))
    ours = soap(np.zeros((4, 4)), grad, lr=1.0)[0]
    np.testing.assert_allclose(ours, shampoo(np.zeros((4, 4)), grad, lr=1.0, eps=1e-15)[0], atol=1e-5)


def test_soap_in_its_own_axes_is_adam(rng):
    """With gradients on the diagonal no axes have to be found, and both rules go the same way."""
    theta = other = np.diag([1.0, 2.0, 3.0])
    state, kept = (), ()
    for _ in range(20):
        size = np.diag(rng.uniform(0.5, 2, 3)) * np.diag([1.0, 10.0, 100.0])
        theta, *state = soap(theta, size, *state, lr=0.1)
        other, *kept = adam(other, size, *kept, lr=0.1, beta1=0.95, beta2=0.95)
    np.testing.assert_allclose(theta, other, atol=1e-12)


def test_kfac_on_a_linear_layer_is_newton_and_ends_at_the_minimum(rng):
    """Correlated inputs, and correlated noise on the outputs, whose inverse covariance is S: the product is exact."""
    inputs, truth = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3)), rng.normal(size=(2, 3))
    root = rng.normal(size=(2, 2)) + 2 * np.eye(2)
    precision, start = root.T @ root, rng.normal(size=(2, 3))
    targets = inputs @ truth.T
    grad = precision @ (inputs @ start.T - targets).T @ inputs / 50
    moved, a, s, _ = kfac(start, grad, inputs, np.sqrt(2) * root, lr=1.0, damping=0.0)
    hessian = np.kron(s, a)  # of the rows of the weights, one after the other
    np.testing.assert_allclose(moved.ravel(), newton_method(start.ravel(), grad.ravel(), hessian), rtol=1e-9)
    np.testing.assert_allclose(moved, truth, atol=1e-9)


def test_the_hidden_layer_of_two_linear_ones_has_the_fisher_information_of_kfac(rng):
    """Per example its slope is V's times the noise, whatever the input: A and S are unrelated, and the product is exact."""
    inputs, v = rng.normal(size=(400, 3)), rng.normal(size=(2, 4))
    fisher = np.mean([np.kron(v.T @ v, np.outer(x, x)) for x in inputs], axis=0)
    grad = rng.normal(size=(4, 3))
    moved = kfac(np.zeros((4, 3)), grad, inputs, np.sqrt(2) * v, lr=1.0, damping=1e-20)
    np.testing.assert_allclose(np.kron(moved[2], moved[1]), fisher, rtol=1e-9)


def test_kfac_averages_all_at_first_and_forgets_later():
    state, seen = (), []
    for size in range(1, 41):
        _, *state = kfac(np.zeros((1, 1)), np.ones((1, 1)), np.full((1, 1), float(size) ** 0.5), np.ones((1, 1)), *state)
        seen.append(state[0].item())
    assert seen[9] == pytest.approx(5.5)
    assert seen[39] == pytest.approx(0.95 * seen[38] + 0.05 * 40)


def test_the_product_of_the_picture_of_kfac_is_a_third_off():
    from kbgen.figures.drawings.kronecker import _softmax_layer

    fisher, product = _softmax_layer()
    assert np.linalg.norm(fisher - product) / np.linalg.norm(fisher) == pytest.approx(0.34, abs=0.005)


def test_added_noise_dies_down():
    theta, t = gradient_noise_sgd(1.0, 2.0, 3.0, lr=0.1, eta=0.04, gamma=1.0)
    assert (theta, t) == pytest.approx((1 - 0.1 * 2.6, 1))
    assert gradient_noise_sgd(1.0, 2.0, 3.0, 3, lr=0.1, eta=0.04, gamma=1.0)[0] == pytest.approx(1 - 0.1 * 2.3)
