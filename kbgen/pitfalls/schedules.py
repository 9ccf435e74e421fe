"""Schedules beyond the first four."""

import numpy as np

from kbgen.optimizers.rules import sgd
from kbgen.optimizers.schedules import (
    constant_lr,
    cosine_annealing,
    cosine_warm_restarts,
    cyclic_lr,
    exponential_decay,
    inverse_sqrt,
    inverse_time_decay,
    lambda_lr,
    multi_step_decay,
    reduce_on_plateau,
    wsd,
)


def constant_lr__name():
    """The rates of the first seven steps by PyTorch's class, and of a constant."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = torch.optim.lr_scheduler.ConstantLR(optimizer)
    wrong = []
    for _ in range(7):
        wrong += schedule.get_last_lr()
        optimizer.step()
        schedule.step()
    right = constant_lr(np.arange(7), lr=0.1)
    return wrong, right


def constant_lr__floor():
    """The mean of theta^2 after 2000 noisy steps: at 0.1, and falling from 0.1."""
    rng, found = np.random.default_rng(0), []
    for falling in (False, True):
        theta = np.full(10_000, 5.0)
        for step in range(2000):
            lr = inverse_time_decay(step, lr=0.1, scale=100) if falling else 0.1
            theta = sgd(theta, theta + rng.normal(size=theta.size), lr=lr)
        found.append(np.mean(theta**2))
    wrong, right = found
    return wrong, right


def multi_step_decay__gamma():
    """Rates after each drop from 0.1: rates given, and factors given."""
    import optax

    wanted = {30: 0.01, 60: 0.001}
    factors = {30: 0.1, 60: 0.1}
    steps = np.array([0, 30, 60])
    wrong = optax.piecewise_constant_schedule(0.1, wanted)(steps)
    right = optax.piecewise_constant_schedule(0.1, factors)(steps)
    return wrong, right


def multi_step_decay__boundary():
    """The rate of step 30 by Keras, with a boundary at 30 and at 29."""
    import keras

    found = []
    for boundary in (30, 29):
        rate = keras.optimizers.schedules.PiecewiseConstantDecay(
            [boundary], [0.1, 0.01]
        )
        found.append(float(rate(30)))
    wrong, right = found
    return wrong, right


def multi_step_decay__units():
    """Rates after 0, 1, 30 and 60 epochs of 200 updates, with both units."""
    updates = 200 * np.array([0, 1, 30, 60])
    wrong = multi_step_decay(updates, (30, 60), lr=0.1)
    right = multi_step_decay(updates, (200 * 30, 200 * 60), lr=0.1)
    return wrong, right


def exponential_decay__per_batch():
    """What is left of the rate after 1, 5 and 10 epochs of 200 batches."""
    epochs = np.array([1, 5, 10])
    wrong = exponential_decay(200 * epochs, lr=1.0, gamma=0.95)
    right = exponential_decay(epochs, lr=1.0, gamma=0.95)
    return wrong, right


def exponential_decay__never_arrives():
    """How far from 10 to 0 gradient descent on theta^2/2 gets, however long."""
    ends = []
    for rate in (exponential_decay, inverse_time_decay):
        theta = 10.0
        for step in range(20_000):
            theta = sgd(theta, theta, lr=rate(step, lr=0.03, gamma=0.97))
        ends.append(theta)
    wrong, right = ends
    return wrong, right


def inverse_time_decay__too_fast():
    """What is left of 1 on c theta^2/2 after 100 000 steps of size 1/(t+1)."""
    left = []
    for curvature in (0.1, 1.0):
        theta = 1.0
        for step in range(100_000):
            lr = inverse_time_decay(step, lr=1.0, gamma=1.0, scale=1)
            theta = sgd(theta, curvature * theta, lr=lr)
        left.append(abs(theta))
    wrong, right = left
    return wrong, right


def inverse_time_decay__staircase():
    """The rate at steps 0, 5, 9 and 10 by Keras: in stairs, and smooth."""
    import keras

    found, steps = [], (0, 5, 9, 10)
    for staircase in (True, False):
        rate = keras.optimizers.schedules.InverseTimeDecay(
            0.1, 10, 1.0, staircase=staircase
        )
        found.append([float(rate(step)) for step in steps])
    wrong, right = found
    return wrong, right


def polynomial_decay__end():
    """The last rate by Keras as it comes, from 1e-4; and with its end at 0."""
    import keras

    found = []
    for given in ({}, {"end_learning_rate": 0.0}):
        rate = keras.optimizers.schedules.PolynomialDecay(1e-4, 100, **given)
        found.append([float(rate(50)), float(rate(100))])
    wrong, right = found
    return wrong, right


def polynomial_decay__default_length():
    """Rates of steps 0, 3, 5 and 50: PyTorch's default length, and 100."""
    import torch

    found = []
    for given in ({}, {"total_iters": 100}):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
        schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, **given)
        rates = []
        for _ in range(51):
            rates += schedule.get_last_lr()
            optimizer.step()
            schedule.step()
        found.append([rates[step] for step in (0, 3, 5, 50)])
    wrong, right = found
    return wrong, right


def cosine_warm_restarts__stop():
    """The last rate of 100 steps: periods of 30, 60, 120, and one of 100."""
    wrong = cosine_warm_restarts(99, lr=0.1, first=30, mult=2)
    right = cosine_warm_restarts(99, lr=0.1, first=100)
    return wrong, right


def cosine_warm_restarts__defaults():
    """When the rate jumps back: default of PyTorch and of Keras; one for both."""
    import inspect

    import keras
    import torch

    def jumps(mult):
        rates = cosine_warm_restarts(np.arange(100), first=10, mult=int(mult))
        return (np.flatnonzero(np.diff(rates) > 0) + 1)[:3]

    there = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
    here = keras.optimizers.schedules.CosineDecayRestarts
    t_mult = inspect.signature(there).parameters["T_mult"].default
    t_mul = inspect.signature(here).parameters["t_mul"].default
    wrong = jumps(t_mult), jumps(t_mul)
    right = jumps(2), jumps(2)
    return wrong, right


def cyclic_lr__half():
    """Peaks in 100 steps, for one who takes 20 to be the whole cycle."""
    steps = np.arange(100)
    wrong = np.flatnonzero(cyclic_lr(steps, half=20) == 0.1)
    right = np.flatnonzero(cyclic_lr(steps, half=10) == 0.1)
    return wrong, right


def cyclic_lr__momentum():
    """A momentum of 0.9 at steps 0, 5 and 10: by default, and if told not to."""
    import torch

    found = []
    for cycled in (True, False):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1, momentum=0.9)
        schedule = torch.optim.lr_scheduler.CyclicLR(
            optimizer, 0.01, 0.1, step_size_up=10, cycle_momentum=cycled
        )
        values = []
        for _ in range(11):
            values.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            schedule.step()
        found.append([values[step] for step in (0, 5, 10)])
    wrong, right = found
    return wrong, right


def inverse_sqrt__peak():
    """Peak rates for 1, 2 and 4 times the warm-up: the paper's, and ours."""
    lengths = np.array([4000, 8000, 16000])
    wrong = [512**-0.5 * length**-0.5 for length in lengths]
    right = [inverse_sqrt(length - 1, lr=7e-4, warmup=length) for length in lengths]
    return wrong, right


def inverse_sqrt__zero():
    """The first rate counted from 0, and counted from 1."""
    import warnings

    step, warmup = np.float64(0), 4000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = step**-0.5, min(step**-0.5, step * warmup**-1.5)
    right = (step + 1) ** -0.5, min((step + 1) ** -0.5, (step + 1) * warmup**-1.5)
    return wrong, right


def wsd__middle():
    """The loss of a noisy quadratic, from the level stretch and after the fall."""
    rng, theta, seen = np.random.default_rng(0), np.full(10_000, 5.0), []
    for step in range(200):
        lr = wsd(step, lr=0.2, warmup=10, decay=50, total=200)
        theta = sgd(theta, theta + rng.normal(size=theta.size), lr=lr)
        seen.append(np.mean(theta**2) / 2)
    wrong, right = seen[149], seen[199]
    return wrong, right


def wsd__cosine():
    """Rates of steps 50 and 90 if 100 steps become 200: a cosine, and this."""
    steps = np.array([50, 90])
    wrong = [cosine_annealing(steps, total=total) for total in (100, 200)]
    right = [wsd(steps, total=total, decay=10) for total in (100, 200)]
    return wrong, right


def reduce_on_plateau__off_by_one():
    """At which of 8 equal losses the rate first falls, at patience 3."""
    import keras
    import torch

    losses, found = [1.0] * 8, []
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    there = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=3)
    for patience in (3, 4):
        model = keras.Sequential()
        model.compile(keras.optimizers.SGD(0.1))
        here = keras.callbacks.ReduceLROnPlateau(patience=patience)
        here.set_model(model)
        here.on_train_begin()
        rates = []
        for epoch, loss in enumerate(losses):
            here.on_epoch_end(epoch, {"val_loss": loss})
            rates.append(float(model.optimizer.learning_rate))
        found.append(int(np.argmax(np.array(rates) < 0.05)))
    rates = []
    for loss in losses:
        there.step(loss)
        rates += there.get_last_lr()
    first = int(np.argmax(np.array(rates) < 0.05))
    wrong = first, found[0]
    right = first, found[1]
    return wrong, right


def reduce_on_plateau__per_batch():
    """The last rate while a loss falls all the time: by batches, and by epochs."""
    rng = np.random.default_rng(0)
    batches = np.exp(-np.arange(2000) / 1000) * rng.uniform(0.5, 1.5, 2000)
    epochs = batches.reshape(20, 100).mean(axis=1)
    wrong = reduce_on_plateau(batches, lr=0.1, patience=10)[-1]
    right = reduce_on_plateau(epochs, lr=0.1, patience=10)[-1]
    return wrong, right


def reduce_on_plateau__negative():
    """The last rate while a loss rises from -1 to -0.94: as it is; lifted by 10."""
    losses = -1 + 0.002 * np.arange(30)
    wrong = reduce_on_plateau(losses, lr=0.1, patience=20, threshold=0.1)[-1]
    right = reduce_on_plateau(losses + 10, lr=0.1, patience=20, threshold=0.1)[-1]
    return wrong, right


def lambda_lr__rate():
    """The first rate: the function returns a rate, and a factor."""
    wrong = lambda_lr(0, lambda step: 0.1 * 0.9**step, lr=0.1)
    right = lambda_lr(0, lambda step: 0.9**step, lr=0.1)
    return wrong, right


def lambda_lr__multiplicative():
    """Rates of steps 0 to 3 for one function: times the last, times the first."""
    import torch

    found = []
    schedulers = (
        torch.optim.lr_scheduler.MultiplicativeLR,
        torch.optim.lr_scheduler.LambdaLR,
    )
    for scheduler in schedulers:
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
        schedule = scheduler(optimizer, lambda step: 1 / (step + 1))
        rates = []
        for _ in range(4):
            rates += schedule.get_last_lr()
            optimizer.step()
            schedule.step()
        found.append(rates)
    wrong, right = found
    return wrong, right
