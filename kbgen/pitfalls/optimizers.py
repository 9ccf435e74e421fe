"""Update rules and schedules."""

import numpy as np

from kbgen.optimizers.rules import (
    adagrad,
    adam,
    adamw,
    gradient_descent,
    momentum,
    rmsprop,
    sgd,
)
from kbgen.optimizers.schedules import (
    cosine_annealing,
    lr_warmup,
    one_cycle,
    step_decay,
)


def adagrad__accumulator():
    """First steps under a large, a middling and a small gradient."""
    import optax

    gradients, steps = np.array([3.0, 0.3, 0.01]), []
    for start in (0.1, 0.0):
        rule = optax.adagrad(0.01, initial_accumulator_value=start)
        step, _ = rule.update(gradients, rule.init(gradients))
        steps.append(step)
    wrong, right = steps
    return wrong, right


def adagrad__old_task():
    """The first step of a new task, with the sum of the old one and without."""
    weight, total = 0.0, 0.0
    for _ in range(1000):
        weight, total = adagrad(weight, 10.0, total)
    wrong = weight - adagrad(weight, 1.0, total)[0]
    right = weight - adagrad(weight, 1.0)[0]
    return wrong, right


def adam__vanishing():
    """First steps in units of the rate; single precision ends at 1e-45."""
    gradients = np.array([1e-3, 1e-8, 1e-10, 1e-50], np.float32)
    believed = np.ones(4)
    step = -adam(0.0, gradients, lr=1.0)[0]
    wrong, right = believed, step
    return wrong, right


def adam__overfits():
    """Two weights and one example; errors on it and on an unseen one."""
    seen, unseen, truth = np.array([3.0, 1.0]), np.array([1.0, -1.0]), [3.0, 1.0]
    errors = []
    for lr, eps in ((0.01, 1e-8), (1e4, 1e6)):
        weights, state = np.zeros(2), ()
        for _ in range(2000):
            gradient = seen @ (weights - truth) * seen
            weights, *state = adam(weights, gradient, *state, lr=lr, eps=eps)
        errors.append([seen @ (weights - truth), unseen @ (weights - truth)])
    wrong, right = np.round(errors, 3)
    return wrong, right


def adam__epsilon():
    """The first step of Keras beside ours."""
    import keras

    weight, gradient = keras.Variable([0.0]), np.array([1e-6])
    keras.optimizers.Adam(1.0, epsilon=1e-7).apply_gradients([(gradient, weight)])
    there = keras.ops.convert_to_numpy(weight).item()
    same_number = adam(0.0, 1e-6, lr=1.0, eps=1e-7)[0]
    same_meaning = adam(0.0, 1e-6, lr=1.0, eps=1e-7 / np.sqrt(1 - 0.999))[0]
    wrong, right = (there, same_number), (there, same_meaning)
    return wrong, right


def adamw__defaults():
    """What is left of a weight after 1000 steps without gradient at rate 0.1."""
    import inspect

    import keras
    import optax
    import torch

    rules = torch.optim.AdamW, keras.optimizers.AdamW, optax.adamw
    given = [inspect.signature(rule).parameters["weight_decay"] for rule in rules]
    defaults = np.array([decay.default for decay in given])
    wrong = (1 - 0.1 * defaults) ** 1000
    right = (1 - 0.1 * np.full(3, 0.01)) ** 1000
    return wrong, right


def adamw__paper():
    """What the decay 0.001 of the paper leaves of a weight after 1000 steps."""
    wrong, right = [], []
    for lr in (0.001, 0.01):
        copied = converted = 1.0
        for _ in range(1000):
            copied = adamw(copied, 0.0, lr=lr, weight_decay=0.001)[0]
            converted = adamw(converted, 0.0, lr=lr, weight_decay=0.001 / lr)[0]
        wrong.append(copied)
        right.append(converted)
    return wrong, right


def adamw__groups():
    """A weight and a scale after 100 steps without gradient."""
    import torch

    found = []
    for decay in (0.1, 0.0):
        weight, scale = torch.ones(1), torch.ones(1)
        weight.grad = scale.grad = torch.zeros(1)
        groups = {"params": [weight]}, {"params": [scale], "weight_decay": decay}
        optimizer = torch.optim.AdamW(groups, lr=0.1, weight_decay=0.1)
        for _ in range(100):
            optimizer.step()
        found.append([weight.item(), scale.item()])
    wrong, right = found
    return wrong, right


def cosine_annealing__climbs():
    """Rates at the start, at the end, and past it."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    rates, steps = [], np.array([0, 10, 15, 20])
    for _ in range(21):
        rates += schedule.get_last_lr()
        optimizer.step()
        schedule.step()
    wrong = np.array(rates)[steps]
    right = cosine_annealing(steps, lr=0.1, total=10)
    return wrong, right


def cosine_annealing__end():
    """The last rate."""
    import optax

    start, end = 0.1, 0.001
    wrong = optax.cosine_decay_schedule(start, 100, alpha=end)(100)
    right = optax.cosine_decay_schedule(start, 100, alpha=end / start)(100)
    return wrong, right


def cosine_annealing__units():
    """Rates after 0, 1, 3 and 50 epochs."""
    epochs, batches = 100, 40
    steps = batches * np.array([0, 1, 3, 50])
    wrong = cosine_annealing(steps, lr=0.1, total=epochs)
    right = cosine_annealing(steps, lr=0.1, total=epochs * batches)
    return wrong, right


def gradient_descent__sign():
    """The loss theta^2/2 over the first steps."""
    up, down, wrong, right = 1.0, 1.0, [], []
    for _ in range(4):
        wrong.append(up**2 / 2)
        right.append(down**2 / 2)
        up = up + 0.1 * up
        down = gradient_descent(down, down, lr=0.1)
    return wrong, right


def gradient_descent__summed():
    """Four examples and the same four twice; the goal is 1."""
    wrong, right = [], []
    for targets in (np.ones(4), np.ones(8)):
        summed = averaged = 0.0
        for _ in range(20):
            summed = gradient_descent(summed, (summed - targets).sum(), lr=0.3)
            averaged = gradient_descent(
                averaged, (averaged - targets).mean(), lr=0.3
            )
        wrong.append(summed)
        right.append(averaged)
    return wrong, right


def gradient_descent__penalty():
    """Ten steps at curvature 25; a penalty adds 2 to it."""
    plain = penalised = slower = 1.0
    for _ in range(10):
        plain = gradient_descent(plain, 25 * plain, lr=0.078)
        penalised = gradient_descent(penalised, (25 + 2) * penalised, lr=0.078)
        slower = gradient_descent(slower, 25 * slower, lr=0.02)
    wrong = plain, penalised
    right = slower
    return wrong, right


def lr_warmup__first_rate():
    """The rate of step 0, counted from 0, and by LinearLR."""
    import torch

    lr, warmup, rates = 0.1, 10, []
    for given in ({}, {"start_factor": 1 / warmup, "total_iters": warmup - 1}):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, **given)
        rates += schedule.get_last_lr()
    step = 0
    wrong = lr * min(1, step / warmup), rates[0]
    right = lr * min(1, (step + 1) / warmup), rates[1]
    return wrong, right


def lr_warmup__resumed():
    """Steps after a break: nothing saved, the state saved, a new warm-up."""
    weight, state = 0.0, ()
    for turn in range(1000):
        weight, *state = adam(weight, (-1.0) ** turn, *state, lr=0.001)
    slow = lr_warmup(0, lr=0.001, warmup=100)
    lost, saved = adam(weight, 1.0, lr=0.001), adam(weight, 1.0, *state, lr=0.001)
    warmed = adam(weight, 1.0, lr=slow)
    wrong = weight - lost[0]
    right = weight - saved[0], weight - warmed[0]
    return wrong, right


def lr_warmup__accumulation():
    """The rate after 1000 batches."""
    batches, accumulated = 1000, 8
    updates = batches // accumulated
    wrong = lr_warmup(updates - 1, lr=0.1, warmup=1000)
    right = lr_warmup(updates - 1, lr=0.1, warmup=1000 // accumulated)
    return wrong, right


def momentum__schedule():
    """The last step at the old rate and the first at a hundredth of it."""
    import keras

    theirs, ours, v = keras.Variable([0.0]), 0.0, 0.0
    optimizer = keras.optimizers.SGD(momentum=0.9)
    there, here = [], []
    for rate in [0.1] * 50 + [0.001]:
        optimizer.learning_rate = rate
        optimizer.apply_gradients([(np.ones(1), theirs)])
        ours, v = momentum(ours, 1.0, v, lr=rate, mu=0.9)
        there.append(keras.ops.convert_to_numpy(theirs).item())
        here.append(ours)
    wrong, right = np.diff(there)[-2:], np.diff(here)[-2:]
    return wrong, right


def momentum__noise():
    """Final variances without and with momentum, then at a tenth of the rate."""
    rng, variances = np.random.default_rng(0), []
    for lr, mu in ((0.01, 0.0), (0.01, 0.9), (0.001, 0.9)):
        x, v = np.zeros(100_000), 0.0
        for _ in range(300):
            x, v = momentum(x, x + rng.normal(size=x.size), v, lr=lr, mu=mu)
        variances.append(x.var())
    wrong = variances[0], variances[1]
    right = variances[0], variances[2]
    return wrong, right


def one_cycle__per_epoch():
    """Rates after 5, 10, 15 and 20 epochs of 100 batches."""
    epochs, total = np.array([5, 10, 15, 20]), 20 * 100
    wrong = one_cycle(epochs, lr=0.1, total=total)
    right = one_cycle(100 * epochs, lr=0.1, total=total)
    return wrong, right


def one_cycle__past_end():
    """Twelve steps of a cycle of ten; the end of theirs and of ours."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10)
    rates = []
    try:
        for _ in range(12):
            rates += schedule.get_last_lr()
            optimizer.step()
            schedule.step()
    except ValueError as slip:
        wrong = type(slip).__name__
    right = rates[10 - 1], one_cycle(10, lr=0.1, total=10)
    return wrong, right


def one_cycle__peak():
    """Peak and end as believed, and as they are."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.1, total_steps=10, div_factor=25, final_div_factor=100
    )
    rates = []
    for _ in range(10):
        rates += schedule.get_last_lr()
        optimizer.step()
        schedule.step()
    wrong = 0.5, 0.1 / 100
    right = max(rates), rates[-1]
    return wrong, right


def rmsprop__defaults():
    """First steps of Optax over those of PyTorch, two sizes of gradient."""
    import optax
    import torch

    gradient, weight, ratios = torch.tensor([1.0, 1e-4]), torch.zeros(2), []
    weight.grad = gradient
    torch.optim.RMSprop([weight], lr=0.01).step()
    for given in ({}, {"decay": 0.99, "eps_in_sqrt": False}):
        rule = optax.rmsprop(0.01, **given)
        step, _ = rule.update(gradient.numpy(), rule.init(np.zeros(2)))
        ratios.append(step / weight.numpy())
    wrong, right = ratios
    return wrong, right


def rmsprop__memory():
    """Numbers kept per weight by one who takes Adam to save memory."""
    weights = gradient = np.ones(1000)
    wrong = sum(np.size(kept) for kept in adam(weights, gradient)[1:]) // 1000
    right = sum(np.size(kept) for kept in rmsprop(weights, gradient)[1:]) // 1000
    return wrong, right


def rmsprop__first_step():
    """The first four steps in units of the rate, without warm-up and with it."""
    wrong, right, v = [], [], 0.0
    for step in range(4):
        lr = lr_warmup(step, lr=1.0, warmup=10)
        wrong.append(-rmsprop(0.0, 7.0, v, lr=1.0)[0])
        moved, v = rmsprop(0.0, 7.0, v, lr=lr)
        right.append(-moved)
    return wrong, right


def sgd__speed():
    """Steps on steep, gentle and flat ground."""
    slopes, lr = np.array([10.0, 1.0, 0.1]), 0.1
    constant_speed = lr * np.ones(3)
    wrong = constant_speed
    right = 0 - sgd(0.0, slopes, lr=lr)
    return wrong, right


def sgd__jumping():
    """How often the loss rose: from step to step, and from mean to mean."""
    rng, guess, losses = np.random.default_rng(0), 5.0, []
    for example in rng.normal(size=400):
        losses.append((guess - example) ** 2 / 2)
        guess = sgd(guess, guess - example, lr=0.01)
    means = np.reshape(losses, (4, 100)).mean(axis=1)
    wrong = np.mean(np.diff(losses) > 0)
    right = np.mean(np.diff(means) > 0)
    return wrong, right


def sgd__sorted():
    """The estimated share of class 1, half of all, in mid-epoch and at its end."""
    labels, shares = np.repeat([0.0, 1.0], 100), []
    for data in (labels, np.random.default_rng(0).permutation(labels)):
        share, path = 0.5, []
        for batch in np.tile(data, 5).reshape(-1, 10):
            share = sgd(share, share - batch.mean(), lr=0.2)
            path.append(share)
        shares.append([path[-11], path[-1]])
    wrong, right = shares
    return wrong, right


def step_decay__units():
    """Rates after 0, 1, 30 and 60 epochs of 200 updates."""
    import optax

    updates = 200 * np.array([0, 1, 30, 60])
    copied = optax.exponential_decay(0.1, 30, 0.1, staircase=True)
    converted = optax.exponential_decay(0.1, 30 * 200, 0.1, staircase=True)
    wrong, right = copied(updates), converted(updates)
    return wrong, right


def step_decay__saddle():
    """How far both get from the saddle of x^2 - y^2/50 in 350 steps."""
    decayed = constant = 0.001
    for step in range(350):
        lr = step_decay(step, lr=0.5, gamma=0.1, step_size=100)
        decayed = gradient_descent(decayed, -decayed / 25, lr=lr)
        constant = gradient_descent(constant, -constant / 25, lr=0.5)
    wrong, right = decayed, constant
    return wrong, right
