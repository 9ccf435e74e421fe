"""Nesterov's momentum and the relatives of Adam."""

import numpy as np

from kbgen.optimizers.adaptive import (
    adadelta,
    adamax,
    amsgrad,
    lion,
    radam,
)
from kbgen.optimizers.rules import adam, adamw, nesterov


def nesterov__flag():
    """Asked for with its flag alone."""
    import torch

    weights = [torch.zeros(1)]
    try:
        torch.optim.SGD(weights, lr=0.01, nesterov=True)
    except ValueError as slip:
        wrong = type(slip).__name__
    rule = torch.optim.SGD(weights, lr=0.01, momentum=0.9, nesterov=True)
    right = type(rule).__name__
    return wrong, right


def nesterov__stored():
    """The textbook's point after five steps, and what a library stores."""
    lr, mu = 0.1, 0.9
    x, w, stored, v = 1.0, 0.0, 1.0, 0.0
    for _ in range(5):
        w = mu * w - lr * (x + mu * w)  # the slope at the point ahead
        x = x + w
        stored, v = nesterov(stored, stored, v, lr=lr, mu=mu)
    wrong = x, stored
    right = x, stored + lr * mu * v
    return wrong, right


def adadelta__rate():
    """A weight on x^2/2 after 1000 steps: the rate of Keras, that of the paper."""
    ends = []
    for lr in (0.001, 1.0):
        weight, state = 1.0, ()
        for _ in range(1000):
            weight, *state = adadelta(weight, weight, *state, lr=lr)
        ends.append(weight)
    wrong, right = ends
    return wrong, right


def adadelta__epsilon():
    """How far 100 equal gradients lead, with no rate to set: believed, found."""
    ways = []
    for eps in (1e-8, 1e-6, 1e-4):
        weight, state = 0.0, ()
        for _ in range(100):
            weight, *state = adadelta(weight, 1.0, *state, eps=eps)
        ways.append(-weight)
    believed = ways[1], ways[1], ways[1]
    wrong, right = believed, ways
    return wrong, right


def adamax__spike():
    """The step 100 steps after a gradient of 100, and with it clipped."""
    lengths = []
    for spike in (100.0, 1.0):
        weight, state = 0.0, ()
        for gradient in [spike] + [1.0] * 100:
            before = weight
            weight, *state = adamax(weight, gradient, *state, lr=1.0)
        lengths.append(before - weight)
    wrong, right = lengths
    return wrong, right


def adamax__rates():
    """Default rates of PyTorch and Keras; one rate named for both."""
    import inspect

    import keras
    import torch

    there = inspect.signature(torch.optim.Adamax).parameters["lr"].default
    here = inspect.signature(keras.optimizers.Adamax).parameters["learning_rate"]
    wrong = there, here.default
    right = 0.002, 0.002
    return wrong, right


def nadam__warmups():
    """Two steps of Keras over those of PyTorch at one rate."""
    import keras
    import torch

    ratios = []
    for decay in (0.004, 1.0):
        there, here = torch.zeros(1, dtype=torch.float64), keras.Variable([0.0])
        theirs = torch.optim.NAdam([there], lr=0.01, momentum_decay=decay)
        ours, found = keras.optimizers.Nadam(0.01), []
        for gradient in (1.0, -0.5):
            there.grad = torch.tensor([gradient], dtype=torch.float64)
            theirs.step()
            ours.apply_gradients([(np.array([gradient]), here)])
            found.append(keras.ops.convert_to_numpy(here).item() / there.item())
        ratios.append(found)
    wrong, right = ratios
    return wrong, right


def amsgrad__spike():
    """The step 5000 steps after a gradient of 100, and with it clipped."""
    lengths = []
    for spike in (100.0, 1.0):
        weight, state = 0.0, ()
        for gradient in [1.0] * 50 + [spike] + [1.0] * 5000:
            before = weight
            weight, *state = amsgrad(weight, gradient, *state, lr=1.0)
        lengths.append(before - weight)
    wrong, right = lengths
    return wrong, right


def amsgrad__optax():
    """Ten shrinking gradients: Optax over PyTorch, then with another correction."""
    import optax
    import torch

    gradients = 0.5 ** np.arange(10)
    there = torch.zeros(1, dtype=torch.float64)
    theirs = torch.optim.Adam([there], lr=0.01, amsgrad=True)
    for gradient in gradients:
        there.grad = torch.tensor([gradient])
        theirs.step()
    corrected = [0.01 * (1 - 0.999 ** (t + 1)) ** 0.5 for t in range(10)]
    plain, found = {"eps": 1e-12, "bias_correction_nu": False}, []
    for given, rates in (({}, [0.01] * 10), (plain, corrected)):
        rule = optax.amsgrad(1.0, **given)
        state, moved = rule.init(np.zeros(1)), 0.0
        for gradient, rate in zip(gradients, rates, strict=True):
            step, state = rule.update(np.array([gradient]), state)
            moved += rate * float(step[0])
        found.append(moved / there.item())
    wrong, right = found
    return wrong, right


def radam__first_steps():
    """The first step under a gradient of 1000: as it comes, and clipped to 1."""
    gradient, lr = 1000.0, 0.001
    wrong = -radam(0.0, gradient, lr=lr)[0]
    right = -radam(0.0, min(gradient, 1.0), lr=lr)[0]
    return wrong, right


def radam__short_memory():
    """A step believed to be almost Adam's: gradients of 50, beta2 0.6 and 0.9."""
    steps = []
    for beta2 in (0.6, 0.9):
        weight, state = 0.0, ()
        for _ in range(100):
            before = weight
            weight, *state = radam(weight, 50.0, *state, lr=0.001, beta2=beta2)
        steps.append(before - weight)
    wrong, right = steps
    return wrong, right


def lion__rate():
    """Mean distance from the minimum of x^2/2 with noise: Adam's rate, a tenth."""
    rng, ends = np.random.default_rng(0), []
    for rule, lr in ((adam, 0.01), (lion, 0.01), (lion, 0.001)):
        x, state = np.zeros(20_000), ()
        for _ in range(1000):
            noisy = x + rng.normal(size=x.size)
            result = rule(x, noisy, *state, lr=lr)
            x, *state = result
        ends.append(np.abs(x).mean())
    wrong = ends[0], ends[1]
    right = ends[0], ends[2]
    return wrong, right


def lion__decay():
    """What is left of a weight after 1000 steps without gradient."""
    weight, copied, scaled = 1.0, 1.0, 1.0
    for _ in range(1000):
        weight = adamw(weight, 0.0, lr=0.01, weight_decay=0.1)[0]
        copied = lion(copied, 0.0, lr=0.001, weight_decay=0.1)[0]
        scaled = lion(scaled, 0.0, lr=0.001, weight_decay=1.0)[0]
    wrong = weight, copied
    right = weight, scaled
    return wrong, right
