"""Update rules and schedules by Optax."""

import jax
import jax.numpy as jnp
import optax
import optax.contrib


def _run(optimizer, theta, grads):
    """The parameters after every step."""
    state = optimizer.init(theta)
    path = []
    for grad in grads:
        updates, state = optimizer.update(grad, state, theta)
        theta = optax.apply_updates(theta, updates)
        path.append(theta)
    return path


def adagrad(theta, grads, *, lr=0.01, eps=1e-10):
    """optax.adagrad

    Epsilon stands inside the root, so this ran with `eps=1e-30`, where both agree.
    """
    optimizer = optax.adagrad(lr, initial_accumulator_value=0, eps=eps**2)
    return _run(optimizer, theta, grads)


def adam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """optax.adam"""
    return _run(optax.adam(lr, b1=beta1, b2=beta2, eps=eps), theta, grads)


def adamw(
    theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """optax.adamw"""
    optimizer = optax.adamw(lr, b1=beta1, b2=beta2, eps=eps, weight_decay=weight_decay)
    return _run(optimizer, theta, grads)


def nesterov(theta, grads, *, lr=0.01, mu=0.9):
    """optax.sgd"""
    return _run(optax.sgd(lr, momentum=mu, nesterov=True), theta, grads)


def adadelta(theta, grads, *, lr=1.0, rho=0.9, eps=1e-6):
    """optax.adadelta"""
    return _run(optax.adadelta(lr, rho=rho, eps=eps), theta, grads)


def adamax(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """optax.adamax"""
    return _run(optax.adamax(lr, b1=beta1, b2=beta2, eps=eps), theta, grads)


def nadam(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, psi=0.004):
    """optax.nadam

    Beta is not warmed up, so this ran with `psi=1e9`, which leaves nothing of it.
    """
    return _run(optax.nadam(lr, b1=beta1, b2=beta2, eps=eps), theta, grads)


def radam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """optax.radam"""
    return _run(optax.radam(lr, b1=beta1, b2=beta2, eps=eps), theta, grads)


def lion(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """optax.lion"""
    optimizer = optax.lion(lr, b1=beta1, b2=beta2, weight_decay=weight_decay)
    return _run(optimizer, theta, grads)


def lars(theta, grads, *, lr=0.1, mu=0.9, trust=0.001, weight_decay=0.0):
    """optax.lars

    Decay enters the norm together with the gradient, so this ran with
    `weight_decay=0`, where both agree.
    """
    optimizer = optax.lars(lr, weight_decay, trust_coefficient=trust, momentum=mu)
    return _run(optimizer, theta, grads)


def lamb(
    theta,
    grads,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    eps=1e-6,
    weight_decay=0.0,
):
    """optax.lamb"""
    optimizer = optax.lamb(lr, b1=beta1, b2=beta2, eps=eps, weight_decay=weight_decay)
    return _run(optimizer, theta, grads)


def signsgd(theta, grads, *, lr=0.001):
    """optax.sign_sgd"""
    return _run(optax.sign_sgd(lr), theta, grads)


def adabelief(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-16):
    """optax.adabelief"""
    optimizer = optax.adabelief(lr, b1=beta1, b2=beta2, eps=eps, eps_root=eps)
    return _run(optimizer, theta, grads)


def yogi(theta, grads, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-3):
    """optax.yogi

    Its averages start at 1e-6. This ran its parts one by one, which can start at 0.
    """
    scale = optax.scale_by_yogi(beta1, beta2, eps, initial_accumulator_value=0)
    optimizer = optax.chain(scale, optax.scale_by_learning_rate(lr))
    return _run(optimizer, theta, grads)


def adan(
    theta,
    grads,
    *,
    lr=0.001,
    beta1=0.98,
    beta2=0.92,
    beta3=0.99,
    eps=1e-8,
    weight_decay=0.0,
):
    """optax.adan

    The change of the gradient counts `1 - b2`, where the paper has what is `beta2`
    here, so this ran with `beta2=0.5`, where both agree. Decay is subtracted, so it
    ran with `weight_decay=0`. A constant inside the root is 0 here.
    """
    optimizer = optax.adan(
        lr, beta1, beta2, beta3, eps=eps, eps_root=0, weight_decay=weight_decay
    )
    return _run(optimizer, theta, grads)


def ademamix(
    theta,
    grads,
    *,
    lr=0.001,
    beta1=0.9,
    beta2=0.999,
    beta3=0.9999,
    alpha=5.0,
    eps=1e-8,
    weight_decay=0.0,
):
    """optax.contrib.ademamix"""
    optimizer = optax.contrib.ademamix(
        lr,
        b1=beta1,
        b2=beta2,
        b3=beta3,
        alpha=alpha,
        eps=eps,
        weight_decay=weight_decay,
    )
    return _run(optimizer, theta, grads)


def novograd(
    theta,
    grads,
    *,
    lr=0.01,
    beta1=0.9,
    beta2=0.25,
    eps=1e-6,
    weight_decay=0.0,
):
    """optax.novograd"""
    optimizer = optax.novograd(
        lr, b1=beta1, b2=beta2, eps=eps, weight_decay=weight_decay
    )
    return _run(optimizer, theta, grads)


def prodigy(
    theta,
    grads,
    *,
    lr=1.0,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    d0=1e-6,
    coef=1.0,
    weight_decay=0.0,
):
    """optax.contrib.prodigy

    A gradient of zero at the first step makes 0 / 0, and all that follows is no
    number. Random gradients with much decay grow beyond all numbers in both, so this
    ran with `weight_decay=0.001`.
    """
    optimizer = optax.contrib.prodigy(
        lr,
        (beta1, beta2),
        eps=eps,
        estim_lr0=d0,
        estim_lr_coef=coef,
        weight_decay=weight_decay,
    )
    return _run(optimizer, theta, grads)


def gradient_noise_sgd(theta, grads, noises, *, lr=0.01, eta=0.01, gamma=0.55):
    """optax.noisy_sgd

    It draws its own noise from the key. The test draws the same numbers for ours.
    """
    return _run(optax.noisy_sgd(lr, eta, gamma, key=0), theta, grads)


def schedule_free(theta, grads, *, lr=0.1, beta=0.9):
    """optax.contrib.schedule_free"""
    optimizer = optax.contrib.schedule_free(optax.sgd(lr), lr, b1=beta)
    return _run(optimizer, theta, grads)


def lookahead(theta, grads, *, lr=0.1, alpha=0.5, every=5):
    """optax.lookahead"""
    optimizer = optax.lookahead(optax.sgd(lr), every, alpha)
    params = optax.LookaheadParams.init_synced(theta)
    state, path = optimizer.init(params), []
    for grad in grads:
        updates, state = optimizer.update(grad, state, params)
        params = optax.apply_updates(params, updates)
        path.append(params.fast)
    return path


def adafactor(theta, grads, *, lr=0.01, decay=0.8, eps1=1e-30, eps2=0.001, clip=1.0):
    """optax.adafactor

    The fall of the rate is given as a schedule. Its floor is built in, so this ran
    with `eps2=1e-3`. The decay is computed in single precision.
    """
    optimizer = optax.adafactor(
        lambda step: jnp.minimum(lr, (step + 1.0) ** -0.5),
        min_dim_size_to_factor=1,
        decay_rate=decay,
        clipping_threshold=clip,
        eps=eps1,
    )
    return _run(optimizer, theta, grads)


def sam(theta, grads, slopes, *, lr=0.1, rho=0.05):
    """optax.contrib.sam

    A gradient of zero has no direction there, and the step is not a number.
    """
    climb = optax.chain(optax.contrib.normalize(), optax.sgd(rho))
    path = []
    for grad, slope in zip(grads, slopes, strict=True):
        optimizer = optax.contrib.sam(optax.sgd(lr), climb, opaque_mode=True)
        updates, _ = optimizer.update(
            grad, optimizer.init(theta), theta, grad_fn=lambda at, _, f=slope: f(at)
        )
        theta = optax.apply_updates(theta, updates)
        path.append(theta)
    return path


def cosine_annealing(steps, *, lr=0.1, lr_min=0.0, total=100):
    """optax.cosine_decay_schedule"""
    rate = optax.cosine_decay_schedule(lr, total, alpha=lr_min / lr)
    return [rate(step) for step in steps]


def cosine_annealing__sgdr_schedule(steps, *, lr=0.1, lr_min=0.0, total=100):
    """optax.sgdr_schedule

    Each period has a warm-up of its own, here of no steps.
    """
    period = {
        "init_value": lr,
        "peak_value": lr,
        "warmup_steps": 0,
        "decay_steps": total,
        "end_value": lr_min,
    }
    rate = optax.sgdr_schedule([period])
    return [rate(step) for step in steps]


def gradient_descent(theta, grads, *, lr=0.1):
    """optax.sgd"""
    return _run(optax.sgd(lr), theta, grads)


def lr_warmup(steps, *, lr=0.1, warmup=10):
    """optax.warmup_constant_schedule"""
    rate = optax.warmup_constant_schedule(lr / warmup, lr, warmup - 1)
    return [rate(step) for step in steps]


def lr_warmup__warmup_cosine_decay_schedule(steps, *, lr=0.1, warmup=10):
    """optax.warmup_cosine_decay_schedule

    With `end_value=lr` it stays level after the climb.
    """
    rate = optax.warmup_cosine_decay_schedule(
        init_value=lr / warmup,
        peak_value=lr,
        warmup_steps=warmup - 1,
        decay_steps=warmup,
        end_value=lr,
    )
    return [rate(step) for step in steps]


def momentum(theta, grads, *, lr=0.01, mu=0.9):
    """optax.sgd"""
    return _run(optax.sgd(lr, momentum=mu), theta, grads)


def one_cycle(steps, *, lr=0.1, total=100, rise=0.3, div=25.0, final_div=1e4):
    """optax.cosine_onecycle_schedule

    Ours where `rise * total` is whole, as it is rounded down.
    """
    rate = optax.cosine_onecycle_schedule(total, lr, rise, div, final_div)
    return [rate(step) for step in steps]


def rmsprop(theta, grads, *, lr=0.01, rho=0.99, eps=1e-8):
    """optax.rmsprop"""
    optimizer = optax.rmsprop(lr, decay=rho, eps=eps, eps_in_sqrt=False)
    return _run(optimizer, theta, grads)


def sgd(theta, grads, *, lr=0.01):
    """optax.sgd"""
    return _run(optax.sgd(lr), theta, grads)


def step_decay(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """optax.exponential_decay"""
    rate = optax.exponential_decay(lr, step_size, gamma, staircase=True)
    return [rate(step) for step in steps]


def step_decay__piecewise_constant_schedule(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """optax.piecewise_constant_schedule"""
    drops = dict.fromkeys(range(step_size, len(steps), step_size), gamma)
    rate = optax.piecewise_constant_schedule(lr, drops)
    return [rate(step) for step in steps]


def constant_lr(steps, *, lr=0.1):
    """optax.constant_schedule"""
    rate = optax.constant_schedule(lr)
    return [rate(step) for step in steps]


def multi_step_decay(steps, *, lr=0.1, gamma=0.1):
    """optax.piecewise_constant_schedule"""
    rate = optax.piecewise_constant_schedule(lr, {30: gamma, 60: gamma, 90: gamma})
    return [rate(step) for step in steps]


def exponential_decay(steps, *, lr=0.1, gamma=0.97):
    """optax.exponential_decay"""
    rate = optax.exponential_decay(lr, transition_steps=1, decay_rate=gamma)
    return [rate(step) for step in steps]


def polynomial_decay(steps, *, lr=0.1, lr_min=0.0, total=100, power=1.0):
    """optax.polynomial_schedule"""
    rate = optax.polynomial_schedule(lr, lr_min, power, total)
    return [rate(step) for step in steps]


def polynomial_decay__linear_schedule(
    steps, *, lr=0.1, lr_min=0.0, total=100, power=1.0
):
    """optax.linear_schedule

    A straight line, so this ran with `power=1`.
    """
    rate = optax.linear_schedule(lr, lr_min, total)
    return [rate(step) for step in steps]


def cosine_warm_restarts(steps, *, lr=0.1, lr_min=0.0, first=30, mult=2):
    """optax.sgdr_schedule

    One set of arguments for each period, as many as there are steps to fill.
    """
    periods, length, filled = [], first, 0
    while filled < len(steps):
        period = {"init_value": lr, "peak_value": lr, "warmup_steps": 0}
        periods.append(period | {"decay_steps": length, "end_value": lr_min})
        filled, length = filled + length, length * mult
    rate = optax.sgdr_schedule(periods)
    return [rate(step) for step in steps]


def reduce_on_plateau(
    losses, *, lr=0.1, gamma=0.1, patience=10, threshold=1e-4, lr_min=0.0
):
    """optax.contrib.reduce_on_plateau

    It scales updates by a share of the rate, and lowers it one check earlier, so it
    was given one more.
    """
    scale = optax.contrib.reduce_on_plateau(
        gamma, patience + 1, rtol=threshold, min_scale=min(1, lr_min / lr)
    )
    state, rates, update = scale.init(jnp.ones(())), [], jax.jit(scale.update)
    for loss in losses:
        share, state = update(jnp.ones(()), state, value=loss)
        rates.append(lr * share)
    return rates


NOT_RUN = {
    ("adamax", "optax.adamaxw"): ("takes decoupled weight decay as well"),
    ("lars", "optax.fromage"): (
        "shrinks the parameters after each step, and has no momentum"
    ),
    ("sgd", "optax.polyak_sgd"): ("needs the value of the loss to set its rate"),
    ("adam", "optax.optimistic_adam"): ("extrapolates from the step before"),
    ("adam", "optax.optimistic_adam_v2"): ("extrapolates from the step before"),
    ("gradient_descent", "optax.optimistic_gradient_descent"): (
        "extrapolates from the gradient before"
    ),
    ("signsgd", "optax.signum"): ("takes the sign of an average, not of the gradient"),
    ("adagrad", "optax.sm3"): ("has momentum, and sums that rows and columns share"),
    ("multi_step_decay", "optax.schedules.piecewise_interpolate_schedule"): (
        "goes from value to value without jumps"
    ),
    ("exponential_decay", "optax.schedules.warmup_exponential_decay_schedule"): (
        "begins with a warm-up"
    ),
    ("amsgrad", "optax.amsgrad"): (
        "takes the maximum of the corrected averages, ours of the uncorrected ones"
    ),
    ("lbfgs", "optax.lbfgs"): (
        "keeps pairs of negative curvature too; another norm shortens the first step"
    ),
    ("muon", "optax.contrib.muon"): (
        "corrects the bias of momentum and gradient, each by its own factor"
    ),
    ("rprop", "optax.rprop"): (
        "each call of 0.2.8 returns the step of the call before, the first one none"
    ),
    ("prodigy", "optax.contrib.dadapt_adamw"): (
        "guesses the distance from sums of gradients, not from how far it has come"
    ),
    ("gradient_noise_sgd", "optax.contrib.dpsgd"): (
        "clips the gradient of every example first, and its noise does not die down"
    ),
    ("schedule_free", "optax.contrib.schedule_free_adamw"): (
        "puts the same around AdamW, where ours has SGD inside"
    ),
    ("sophia", "optax.contrib.sophia"): (
        "corrects the bias of the momentum, and uses each curvature one step late"
    ),
    ("one_cycle", "optax.linear_onecycle_schedule"): (
        "straight lines where ours are half cosines"
    ),
}
