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


NOT_RUN = {
    ("step_decay", "torch.optim.lr_scheduler.ReduceLROnPlateau"): (
        "drops when a monitored value stands still, not by the number of the step"
    ),
}
