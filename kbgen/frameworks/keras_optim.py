"""Update rules and schedules by Keras 3."""

import keras


def _run(optimizer, theta, grads):
    """The parameters after every step."""
    theta = keras.Variable(theta)
    path = []
    for grad in grads:
        optimizer.apply_gradients([(grad, theta)])
        path.append(keras.ops.copy(theta))
    return path


def adagrad(theta, grads, *, lr=0.01, eps=1e-10):
    """keras.optimizers.Adagrad

    Epsilon stands inside the root, so this ran with `eps=1e-30`, where both agree.
    """
    optimizer = keras.optimizers.Adagrad(
        lr, initial_accumulator_value=0, epsilon=eps**2
    )
    return _run(optimizer, theta, grads)


def adam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """keras.optimizers.Adam

    Epsilon is added to the uncorrected root, so this ran with `eps=1e-30`, where
    both agree.
    """
    optimizer = keras.optimizers.Adam(lr, beta1, beta2, epsilon=eps)
    return _run(optimizer, theta, grads)


def adamw(
    theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """keras.optimizers.AdamW

    Epsilon is added to the uncorrected root, so this ran with `eps=1e-30`, where
    both agree.
    """
    optimizer = keras.optimizers.AdamW(lr, weight_decay, beta1, beta2, epsilon=eps)
    return _run(optimizer, theta, grads)


def nesterov(theta, grads, *, lr=0.01, mu=0.9):
    """keras.optimizers.SGD

    The rate stands inside the velocity: ours while the rate is constant.
    """
    return _run(keras.optimizers.SGD(lr, momentum=mu, nesterov=True), theta, grads)


def adadelta(theta, grads, *, lr=1.0, rho=0.9, eps=1e-6):
    """keras.optimizers.Adadelta"""
    return _run(keras.optimizers.Adadelta(lr, rho, eps), theta, grads)


def adamax(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """keras.optimizers.Adamax

    Epsilon is added to the maximum, not to the gradient, so this ran with
    `eps=1e-30`, where both agree.
    """
    return _run(keras.optimizers.Adamax(lr, beta1, beta2, eps), theta, grads)


def nadam(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, psi=0.004):
    """keras.optimizers.Nadam

    The warm-up of beta is built in, so this ran with `psi=1`.
    """
    return _run(keras.optimizers.Nadam(lr, beta1, beta2, eps), theta, grads)


def amsgrad(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """keras.optimizers.Adam

    Epsilon is added to the uncorrected root, so this ran with `eps=1e-30`, where
    both agree.
    """
    optimizer = keras.optimizers.Adam(lr, beta1, beta2, epsilon=eps, amsgrad=True)
    return _run(optimizer, theta, grads)


def ftrl(theta, grads, *, lr=0.1, beta=1.0, l1=0.0, l2=0.0):
    """keras.optimizers.Ftrl

    Its first step forgets where the parameters stood. The last of its variables, the
    sum `z`, is set here so that it does not. It doubles the quadratic penalty.
    """
    optimizer = keras.optimizers.Ftrl(
        lr,
        initial_accumulator_value=0,
        l1_regularization_strength=l1,
        l2_regularization_strength=l2 / 2,
        beta=beta,
    )
    theta, path = keras.Variable(theta), []
    optimizer.build([theta])
    optimizer.variables[-1].assign(-beta / lr * theta)
    for grad in grads:
        optimizer.apply_gradients([(grad, theta)])
        path.append(keras.ops.copy(theta))
    return path


def lion(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """keras.optimizers.Lion"""
    optimizer = keras.optimizers.Lion(lr, beta1, beta2, weight_decay=weight_decay)
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
    """keras.optimizers.Lamb

    Decay stays outside of the ratio, so this ran with `weight_decay=0`.
    """
    return _run(keras.optimizers.Lamb(lr, beta1, beta2, eps), theta, grads)


def adafactor(theta, grads, *, lr=0.01, decay=0.8, eps1=1e-30, eps2=0.001, clip=1.0):
    """keras.optimizers.Adafactor

    Keras takes the means in single precision.
    """
    optimizer = keras.optimizers.Adafactor(
        lr,
        beta_2_decay=-decay,
        epsilon_1=eps1,
        epsilon_2=eps2,
        clip_threshold=clip,
    )
    return _run(optimizer, theta, grads)


def muon(theta, grads, *, lr=0.02, mu=0.95, eps=1e-7, steps=5, weight_decay=0.0):
    """keras.optimizers.Muon

    Epsilon is built in, so this ran with `eps=1e-7`, and it ran with `steps=5`, as
    more of them enlarge what is rounded. The factor for the shape, which is another
    one, is switched off and multiplied into the rate. Keras takes the norm in single
    precision.
    """
    rows, columns = theta.shape
    shape = max(1, rows / columns) ** 0.5
    optimizer = keras.optimizers.Muon(
        lr * shape,
        weight_decay=weight_decay / shape,
        momentum=mu,
        ns_steps=steps,
        rms_rate=None,
    )
    return _run(optimizer, theta, grads)


def cosine_annealing(steps, *, lr=0.1, lr_min=0.0, total=100):
    """keras.optimizers.schedules.CosineDecay

    Keras takes the cosine in single precision.
    """
    rate = keras.optimizers.schedules.CosineDecay(lr, total, alpha=lr_min / lr)
    return [rate(step) for step in steps]


def cosine_annealing__CosineDecayRestarts(steps, *, lr=0.1, lr_min=0.0, total=100):
    """keras.optimizers.schedules.CosineDecayRestarts

    Keras takes the cosine in single precision. Ours before step `total`, at
    which it starts again.
    """
    rate = keras.optimizers.schedules.CosineDecayRestarts(lr, total, alpha=lr_min / lr)
    return [rate(step) for step in steps]


def gradient_descent(theta, grads, *, lr=0.1):
    """keras.optimizers.SGD"""
    return _run(keras.optimizers.SGD(lr), theta, grads)


def lr_warmup(steps, *, lr=0.1, warmup=10):
    """keras.optimizers.schedules.CosineDecay

    With `alpha=1` it stays level after the climb.
    """
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=lr / warmup,
        decay_steps=1,
        alpha=1,
        warmup_target=lr,
        warmup_steps=warmup - 1,
    )
    return [rate(step) for step in steps]


def momentum(theta, grads, *, lr=0.01, mu=0.9):
    """keras.optimizers.SGD

    The rate stands inside the velocity: ours while the rate is constant.
    """
    return _run(keras.optimizers.SGD(lr, momentum=mu), theta, grads)


def rmsprop(theta, grads, *, lr=0.01, rho=0.99, eps=1e-8):
    """keras.optimizers.RMSprop

    Epsilon stands inside the root, so this ran with `eps=1e-30`, where both agree.
    """
    optimizer = keras.optimizers.RMSprop(lr, rho, epsilon=eps**2)
    return _run(optimizer, theta, grads)


def sgd(theta, grads, *, lr=0.01):
    """keras.optimizers.SGD"""
    return _run(keras.optimizers.SGD(lr), theta, grads)


def step_decay(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """keras.optimizers.schedules.ExponentialDecay"""
    rate = keras.optimizers.schedules.ExponentialDecay(
        lr, step_size, gamma, staircase=True
    )
    return [rate(step) for step in steps]


def step_decay__PiecewiseConstantDecay(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """keras.optimizers.schedules.PiecewiseConstantDecay

    A boundary is the last step of a stair.
    """
    boundaries = list(range(step_size - 1, len(steps), step_size))
    values = [lr * gamma**drops for drops in range(len(boundaries) + 1)]
    rate = keras.optimizers.schedules.PiecewiseConstantDecay(boundaries, values)
    return [rate(step) for step in steps]


def multi_step_decay(steps, *, lr=0.1, gamma=0.1):
    """keras.optimizers.schedules.PiecewiseConstantDecay

    A boundary is the last step of a stair.
    """
    values = [lr * gamma**drops for drops in range(4)]
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([29, 59, 89], values)
    return [rate(step) for step in steps]


def exponential_decay(steps, *, lr=0.1, gamma=0.97):
    """keras.optimizers.schedules.ExponentialDecay"""
    rate = keras.optimizers.schedules.ExponentialDecay(
        lr, decay_steps=1, decay_rate=gamma
    )
    return [rate(step) for step in steps]


def inverse_time_decay(steps, *, lr=0.1, gamma=1.0, scale=10):
    """keras.optimizers.schedules.InverseTimeDecay"""
    rate = keras.optimizers.schedules.InverseTimeDecay(lr, scale, gamma)
    return [rate(step) for step in steps]


def polynomial_decay(steps, *, lr=0.1, lr_min=0.0, total=100, power=1.0):
    """keras.optimizers.schedules.PolynomialDecay"""
    rate = keras.optimizers.schedules.PolynomialDecay(lr, total, lr_min, power)
    return [rate(step) for step in steps]


def cosine_warm_restarts(steps, *, lr=0.1, lr_min=0.0, first=30, mult=2):
    """keras.optimizers.schedules.CosineDecayRestarts

    Keras takes the cosine in single precision.
    """
    rate = keras.optimizers.schedules.CosineDecayRestarts(
        lr, first, t_mul=float(mult), alpha=lr_min / lr
    )
    return [rate(step) for step in steps]


def reduce_on_plateau(
    losses, *, lr=0.1, gamma=0.1, patience=10, threshold=1e-4, lr_min=0.0
):
    """keras.callbacks.ReduceLROnPlateau

    Lowers the rate one check earlier, so it was given one more; its threshold is a
    difference and no share, so this ran with `threshold=0`.
    """
    callback = keras.callbacks.ReduceLROnPlateau(
        factor=gamma, patience=patience + 1, min_delta=threshold, min_lr=lr_min
    )
    model = keras.Sequential()
    model.compile(keras.optimizers.SGD(lr))
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        rates.append(float(model.optimizer.learning_rate))
    return rates


NOT_RUN = {
    ("schedule_free", "keras.optimizers.ScheduleFreeAdamW"): (
        "puts the same around AdamW, where ours has SGD inside"
    ),
}
