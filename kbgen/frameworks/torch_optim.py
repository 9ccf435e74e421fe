"""Update rules and schedules by PyTorch."""

import torch


def _run(optimizer, theta, grads):
    """The parameters after every step."""
    path = []
    for grad in grads:
        theta.grad = grad
        optimizer.step()
        path.append(theta.detach().clone())
    return path


def _optimizer(lr):
    """Any optimizer, for a scheduler to set its rate."""
    return torch.optim.SGD([torch.zeros(1)], lr=lr)


def _rates(scheduler, steps):
    """The rate of every step."""
    rates = []
    for _ in steps:
        rates += scheduler.get_last_lr()
        scheduler.optimizer.step()
        scheduler.step()
    return rates


def adagrad(theta, grads, *, lr=0.01, eps=1e-10):
    """torch.optim.Adagrad"""
    return _run(torch.optim.Adagrad([theta], lr=lr, eps=eps), theta, grads)


def adam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.Adam"""
    optimizer = torch.optim.Adam([theta], lr=lr, betas=(beta1, beta2), eps=eps)
    return _run(optimizer, theta, grads)


def adamw(
    theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """torch.optim.AdamW"""
    optimizer = torch.optim.AdamW(
        [theta], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay
    )
    return _run(optimizer, theta, grads)


def nesterov(theta, grads, *, lr=0.01, mu=0.9):
    """torch.optim.SGD"""
    optimizer = torch.optim.SGD([theta], lr=lr, momentum=mu, nesterov=True)
    return _run(optimizer, theta, grads)


def adadelta(theta, grads, *, lr=1.0, rho=0.9, eps=1e-6):
    """torch.optim.Adadelta"""
    return _run(torch.optim.Adadelta([theta], lr=lr, rho=rho, eps=eps), theta, grads)


def adamax(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.Adamax"""
    optimizer = torch.optim.Adamax([theta], lr=lr, betas=(beta1, beta2), eps=eps)
    return _run(optimizer, theta, grads)


def nadam(theta, grads, *, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, psi=0.004):
    """torch.optim.NAdam

    PyTorch keeps the product of the coefficients in single precision.
    """
    optimizer = torch.optim.NAdam(
        [theta], lr=lr, betas=(beta1, beta2), eps=eps, momentum_decay=psi
    )
    return _run(optimizer, theta, grads)


def amsgrad(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.Adam"""
    optimizer = torch.optim.Adam(
        [theta], lr=lr, betas=(beta1, beta2), eps=eps, amsgrad=True
    )
    return _run(optimizer, theta, grads)


def radam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.RAdam

    Epsilon is added to the uncorrected root, so this ran with `eps=1e-30`, where
    both agree.
    """
    optimizer = torch.optim.RAdam([theta], lr=lr, betas=(beta1, beta2), eps=eps)
    return _run(optimizer, theta, grads)


def sparse_adam(theta, grads, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.SparseAdam

    Epsilon is added to the uncorrected root, so this ran with `eps=1e-30`, where
    both agree.
    """
    optimizer = torch.optim.SparseAdam([theta], lr=lr, betas=(beta1, beta2), eps=eps)
    return _run(optimizer, theta, [grad.to_sparse() for grad in grads])


def rprop(theta, grads, *, lr=0.001, down=0.5, up=1.2, low=1e-6, high=50.0):
    """torch.optim.Rprop

    Its limits bind the first step too, and it refuses factors on the wrong side of 1,
    so this ran with `low=1e-6`, ran with `high=50.0` and ran with `up=1.2`.
    """
    optimizer = torch.optim.Rprop(
        [theta], lr=lr, etas=(down, up), step_sizes=(low, high)
    )
    return _run(optimizer, theta, grads)


def asgd(theta, grads, *, lr=0.01, decay=0.0, power=0.75, start=0):
    """torch.optim.ASGD

    The mean is compared, not the parameters that it is taken from. The rate is kept
    in single precision.
    """
    optimizer = torch.optim.ASGD([theta], lr=lr, lambd=decay, alpha=power, t0=start)
    path = []
    for grad in grads:
        theta.grad = grad
        optimizer.step()
        path.append(optimizer.state[theta]["ax"].clone())
    return path


def adafactor(theta, grads, *, lr=0.01, decay=0.8, eps1=1e-30, eps2=0.001, clip=1.0):
    """torch.optim.Adafactor

    The first epsilon is a floor, not a summand, so this ran with `eps1=1e-60`, where
    both agree; and a limit below 1 is refused, so it ran with `clip=1`.
    """
    optimizer = torch.optim.Adafactor(
        [theta], lr=lr, beta2_decay=-decay, eps=(eps1, eps2), d=clip
    )
    return _run(optimizer, theta, grads)


def muon(theta, grads, *, lr=0.02, mu=0.95, eps=1e-7, steps=5, weight_decay=0.0):
    """torch.optim.Muon

    PyTorch multiplies the matrices in bfloat16, and its epsilon is a floor. This ran
    with `eps=1e-30` and ran with `steps=5`, as more of them enlarge what is rounded.
    """
    optimizer = torch.optim.Muon(
        [theta], lr=lr, weight_decay=weight_decay, momentum=mu, eps=eps, ns_steps=steps
    )
    return _run(optimizer, theta, grads)


def lbfgs(theta, grads, *, lr=1.0, memory=10):
    """torch.optim.LBFGS

    One iteration for each call, and no tolerance at which it would stop. Compared
    for gradients of one size.
    """
    optimizer = torch.optim.LBFGS(
        [theta],
        lr=lr,
        max_iter=1,
        history_size=memory,
        tolerance_grad=0,
        tolerance_change=0,
    )
    path = []
    for grad in grads:
        theta.grad = grad
        optimizer.step(lambda: 0.0)
        path.append(theta.detach().clone())
    return path


def swa(theta, grads, *, lr=0.01, start=0, every=1):
    """torch.optim.swa_utils.AveragedModel

    The mean is compared, not the parameters that it is taken from.
    """
    model = torch.nn.Linear(len(theta), 1, bias=False, dtype=theta.dtype)
    model.weight.data[0] = theta
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    averaged = torch.optim.swa_utils.AveragedModel(model)
    path = []
    for t, grad in enumerate(grads):
        model.weight.grad = grad[None]
        optimizer.step()
        if t >= start and (t - start) % every == 0:
            averaged.update_parameters(model)
        mean = averaged.module.weight.data[0]
        path.append(mean.clone() if t >= start else 0 * mean)
    return path


def cosine_annealing(steps, *, lr=0.1, lr_min=0.0, total=100):
    """torch.optim.lr_scheduler.CosineAnnealingLR

    Ours up to step `total`, after which it climbs again.
    """
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(
        _optimizer(lr), T_max=total, eta_min=lr_min
    )
    return _rates(scheduler, steps)


def cosine_annealing__CosineAnnealingWarmRestarts(
    steps, *, lr=0.1, lr_min=0.0, total=100
):
    """torch.optim.lr_scheduler.CosineAnnealingWarmRestarts

    Ours before step `total`, at which it starts again.
    """
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
        _optimizer(lr), T_0=total, eta_min=lr_min
    )
    return _rates(scheduler, steps)


def gradient_descent(theta, grads, *, lr=0.1):
    """torch.optim.SGD"""
    return _run(torch.optim.SGD([theta], lr=lr), theta, grads)


def lr_warmup(steps, *, lr=0.1, warmup=10):
    """torch.optim.lr_scheduler.LinearLR"""
    scheduler = torch.optim.lr_scheduler.LinearLR(
        _optimizer(lr), start_factor=1 / warmup, total_iters=warmup - 1
    )
    return _rates(scheduler, steps)


def lr_warmup__SequentialLR(steps, *, lr=0.1, warmup=10):
    """torch.optim.lr_scheduler.SequentialLR"""
    optimizer = _optimizer(lr)
    rise = torch.optim.lr_scheduler.LinearLR(
        optimizer, start_factor=1 / warmup, total_iters=warmup - 1
    )
    level = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1)
    scheduler = torch.optim.lr_scheduler.SequentialLR(
        optimizer, [rise, level], milestones=[warmup]
    )
    return _rates(scheduler, steps)


def momentum(theta, grads, *, lr=0.01, mu=0.9):
    """torch.optim.SGD"""
    return _run(torch.optim.SGD([theta], lr=lr, momentum=mu), theta, grads)


def one_cycle(steps, *, lr=0.1, total=100, rise=0.3, div=25.0, final_div=1e4):
    """torch.optim.lr_scheduler.OneCycleLR

    Ours up to step `total`, after which it raises an error. Both peak and end
    come one step early, hence `total + 1` steps.
    """
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        _optimizer(lr),
        max_lr=lr,
        total_steps=total + 1,
        pct_start=(rise * total + 1) / (total + 1),
        div_factor=div,
        final_div_factor=final_div,
        cycle_momentum=False,
    )
    return _rates(scheduler, steps)


def rmsprop(theta, grads, *, lr=0.01, rho=0.99, eps=1e-8):
    """torch.optim.RMSprop"""
    return _run(torch.optim.RMSprop([theta], lr=lr, alpha=rho, eps=eps), theta, grads)


def sgd(theta, grads, *, lr=0.01):
    """torch.optim.SGD"""
    return _run(torch.optim.SGD([theta], lr=lr), theta, grads)


def step_decay(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """torch.optim.lr_scheduler.StepLR"""
    scheduler = torch.optim.lr_scheduler.StepLR(_optimizer(lr), step_size, gamma)
    return _rates(scheduler, steps)


def step_decay__MultiStepLR(steps, *, lr=0.1, gamma=0.1, step_size=30):
    """torch.optim.lr_scheduler.MultiStepLR"""
    milestones = range(step_size, len(steps), step_size)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(_optimizer(lr), milestones, gamma)
    return _rates(scheduler, steps)


def constant_lr(steps, *, lr=0.1):
    """torch.optim.lr_scheduler.ConstantLR

    Its default factor is a third, for five steps; `factor=1` keeps the rate.
    """
    return _rates(torch.optim.lr_scheduler.ConstantLR(_optimizer(lr), factor=1), steps)


def multi_step_decay(steps, *, lr=0.1, gamma=0.1):
    """torch.optim.lr_scheduler.MultiStepLR"""
    scheduler = torch.optim.lr_scheduler.MultiStepLR(
        _optimizer(lr), milestones=[30, 60, 90], gamma=gamma
    )
    return _rates(scheduler, steps)


def exponential_decay(steps, *, lr=0.1, gamma=0.97):
    """torch.optim.lr_scheduler.ExponentialLR"""
    return _rates(torch.optim.lr_scheduler.ExponentialLR(_optimizer(lr), gamma), steps)


def polynomial_decay(steps, *, lr=0.1, lr_min=0.0, total=100, power=1.0):
    """torch.optim.lr_scheduler.PolynomialLR

    It always ends at zero, so this ran with `lr_min=0`.
    """
    scheduler = torch.optim.lr_scheduler.PolynomialLR(_optimizer(lr), total, power)
    return _rates(scheduler, steps)


def polynomial_decay__LinearLR(steps, *, lr=0.1, lr_min=0.0, total=100, power=1.0):
    """torch.optim.lr_scheduler.LinearLR

    A straight line, so this ran with `power=1`; both ends are given as factors.
    """
    scheduler = torch.optim.lr_scheduler.LinearLR(
        _optimizer(lr),
        start_factor=1,
        end_factor=min(1, lr_min / lr),
        total_iters=total,
    )
    return _rates(scheduler, steps)


def cosine_warm_restarts(steps, *, lr=0.1, lr_min=0.0, first=30, mult=2):
    """torch.optim.lr_scheduler.CosineAnnealingWarmRestarts"""
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
        _optimizer(lr), T_0=first, T_mult=mult, eta_min=lr_min
    )
    return _rates(scheduler, steps)


def cyclic_lr(steps, *, lr=0.1, lr_min=0.0, half=20):
    """torch.optim.lr_scheduler.CyclicLR"""
    scheduler = torch.optim.lr_scheduler.CyclicLR(
        _optimizer(lr), lr_min, lr, step_size_up=half, cycle_momentum=False
    )
    return _rates(scheduler, steps)


def reduce_on_plateau(
    losses, *, lr=0.1, gamma=0.1, patience=10, threshold=1e-4, lr_min=0.0
):
    """torch.optim.lr_scheduler.ReduceLROnPlateau"""
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        _optimizer(lr),
        factor=gamma,
        patience=patience,
        threshold=threshold,
        min_lr=lr_min,
        eps=0,
    )
    rates = []
    for loss in losses:
        scheduler.step(loss)
        rates += scheduler.get_last_lr()
    return rates


def lambda_lr(steps, *, lr=0.1):
    """torch.optim.lr_scheduler.LambdaLR"""
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        _optimizer(lr), lambda step: 0.5 ** (step / 30)
    )
    return _rates(scheduler, steps)


NOT_RUN = {
    ("lambda_lr", "torch.optim.lr_scheduler.MultiplicativeLR"): (
        "multiplies the rate before by the factor, not the initial one"
    ),
    ("swa", "torch.optim.swa_utils.SWALR"): (
        "sets the rate while averaging, by a schedule of its own"
    ),
    ("step_decay", "torch.optim.lr_scheduler.ReduceLROnPlateau"): (
        "drops when a monitored value stands still, not by the number of the step"
    ),
}
