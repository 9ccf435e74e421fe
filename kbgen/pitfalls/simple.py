"""Signs, Rprop, two more relatives of Adam, and rules with a second point."""

import numpy as np

from kbgen.optimizers.adaptive import adabelief, ademamix, yogi
from kbgen.optimizers.layerwise import novograd
from kbgen.optimizers.rules import adam, gradient_descent, rprop, sgd, signsgd
from kbgen.optimizers.wrappers import lookahead, schedule_free


def signsgd__skewed():
    """After 1000 gradients, +1 nine times of ten, else -20: by sign; by size."""
    rng, signs, sizes = np.random.default_rng(0), 0.0, 0.0
    for rare in rng.uniform(size=1000) < 0.1:
        gradient = -20.0 if rare else 1.0
        signs = signsgd(signs, gradient, lr=0.001)
        sizes = sgd(sizes, gradient, lr=0.001)
    wrong, right = signs, sizes
    return wrong, right


def signsgd__end():
    """Where 200 steps from 1.03 end on theta^2/2: at 0.1, and if the rate falls."""
    ends = []
    for falling in (False, True):
        theta = 1.03
        for step in range(200):
            lr = 0.1 * (1 - step / 200) if falling else 0.1
            theta = signsgd(theta, theta, lr=lr)
        ends.append(abs(theta))
    wrong, right = ends
    return wrong, right


def rprop__mini_batches():
    """Mean way covered in 100 steps under a slope of 1: with noise, and without."""
    rng, ways = np.random.default_rng(0), []
    for noise in (5.0, 0.0):
        theta, state = np.zeros(1000), ()
        for _ in range(100):
            gradient = 1 + noise * rng.normal(size=1000)
            theta, *state = rprop(theta, gradient, *state, lr=0.001)
        ways.append(-theta.mean())
    wrong, right = ways
    return wrong, right


def rprop__rate():
    """Steps to bring theta^2/2 from 12.5 below 1e-6; rates 1e-4, 1e-2 and 1."""
    counts = {}
    for rule in (gradient_descent, rprop):
        counts[rule] = []
        for lr in (1e-4, 1e-2, 1.0):
            theta, state, count = np.array([5.0]), (), 0
            while theta[0] ** 2 > 2e-6 and count < 1000:
                result = rule(theta, theta, *state, lr=lr)
                theta, *state = result if isinstance(result, tuple) else (result,)
                count += 1
            counts[rule].append(count)
    wrong, right = counts[gradient_descent], counts[rprop]
    return wrong, right


def rprop__late():
    """Four steps under one gradient in units of the first: Optax, PyTorch."""
    import optax
    import torch

    gradient, wrong, right = np.ones(1), [], []
    there, weight = optax.rprop(1.0), torch.zeros(1)
    state, here = there.init(np.zeros(1)), torch.optim.Rprop([weight], lr=1.0)
    weight.grad = torch.ones(1)
    for _ in range(4):
        step, state = there.update(gradient, state)
        before = weight.item()
        here.step()
        wrong.append(-float(step[0]))
        right.append(before - weight.item())
    return wrong, right


def adabelief__steady():
    """The longest of 3000 steps under one gradient, in units of the rate."""
    longest = []
    for eps in (1e-16, 1e-3):
        theta, state, steps = 0.0, (), []
        for _ in range(3000):
            before = theta
            theta, *state = adabelief(theta, 1.0, *state, lr=1.0, eps=eps)
            steps.append(before - theta)
        longest.append(max(steps))
    wrong, right = longest
    return wrong, right


def adabelief__noise():
    """Mean late step under noise without direction: hoped for; AdaBelief, Adam."""
    rng, sizes = np.random.default_rng(0), []
    noise = rng.normal(size=(1000, 2000))
    for rule in (adabelief, adam):
        theta, state = np.zeros(2000), ()
        for gradient in noise:
            before = theta
            theta, *state = rule(theta, gradient, *state, lr=1.0)
        sizes.append(np.abs(theta - before).mean())
    wrong = sizes[1] / 10
    right = sizes
    return wrong, right


def yogi__memory():
    """The step 10 000 steps after gradients fell from 100 to 1: Yogi, Adam."""
    lengths = []
    for rule in (yogi, adam):
        theta, state = 0.0, ()
        for gradient in [100.0] * 100 + [1.0] * 10_000:
            before = theta
            theta, *state = rule(theta, gradient, *state, lr=1.0)
        lengths.append(before - theta)
    wrong, right = lengths
    return wrong, right


def yogi__epsilon():
    """First steps under gradients of 1, 1e-3 and 1e-5, with both epsilons."""
    gradients = np.array([1.0, 1e-3, 1e-5])
    wrong = -yogi(np.zeros(3), gradients, lr=1.0)[0]
    right = -yogi(np.zeros(3), gradients, lr=1.0, eps=1e-8)[0]
    return wrong, right


def asgd__live():
    """Distance from the minimum of x^2/2: of the parameters; of their mean."""
    import torch

    rng = np.random.default_rng(0)
    weight = torch.full((1000,), 5.0, dtype=torch.float64)
    rule = torch.optim.ASGD([weight], lr=0.1, t0=100)
    for _ in range(500):
        weight.grad = weight + torch.from_numpy(rng.normal(size=1000))
        rule.step()
    wrong = weight.abs().mean()
    right = rule.state[weight]["ax"].abs().mean()
    return wrong, right


def asgd__never():
    """The mean after 500 noisy steps: averaged from step 1 000 000; from 100."""
    import torch

    found = []
    for given in ({}, {"t0": 100}):
        rng = np.random.default_rng(0)
        weight = torch.full((1000,), 5.0, dtype=torch.float64)
        rule = torch.optim.ASGD([weight], lr=0.1, **given)
        for _ in range(500):
            weight.grad = weight + torch.from_numpy(rng.normal(size=1000))
            rule.step()
        found.append(rule.state[weight]["ax"].abs().mean().item())
    wrong, right = found
    return wrong, right


def lookahead__pace():
    """What is left of 1 on theta^2/2 after 50 steps: with SGD; half of it back."""
    fast, slow, state = 1.0, 1.0, ()
    for _ in range(50):
        fast = sgd(fast, fast, lr=0.05)
        slow, *state = lookahead(slow, slow, *state, lr=0.05)
    believed = fast
    wrong, right = believed, slow
    return wrong, right


def lookahead__even():
    """After 60 steps, a little above the limit of stability: k = 6, and k = 5."""
    ends = []
    for every in (6, 5):
        theta, state = 1.0, ()
        for _ in range(60):
            theta, *state = lookahead(theta, theta, *state, lr=2.05, every=every)
        ends.append(theta)
    wrong, right = ends
    return wrong, right


def ademamix__rate():
    """Steps 1, 1000 and 50 000 under one gradient, in units of the rate."""
    theta, state, found = 0.0, (), []
    for step in range(1, 50_001):
        before = theta
        theta, *state = ademamix(theta, 1.0, *state, lr=1.0)
        if step in {1, 1000, 50_000}:
            found.append(before - theta)
    wrong = 1.0, 1.0, 1.0
    right = found
    return wrong, right


def ademamix__turn():
    """How far it goes on after 1000 steps one way, once the gradient has turned."""
    beyond = []
    for constants in ({"beta3": 0.999}, {"alpha": 0.0}):
        theta, state, path = 0.0, (), []
        for gradient in [1.0] * 1000 + [-1.0] * 2000:
            theta, *state = ademamix(theta, gradient, *state, lr=1.0, **constants)
            path.append(-theta)
        beyond.append(max(path) - path[999])
    wrong, right = beyond
    return wrong, right


def novograd__within():
    """First steps of two weights of one layer with gradients 1 and 0.01."""
    gradient = np.array([1.0, 0.01])
    wrong = -adam(np.zeros(2), gradient, lr=1.0)[0]
    right = -novograd(np.zeros(2), gradient, lr=1.0)[0]
    return wrong, right


def novograd__sum():
    """Steps 1 and 100 under one gradient: momentum as a sum, then as a mean."""
    found = []
    for lr in (1.0, 0.1):  # the mean is a tenth of the sum, and so are its steps
        theta, state, steps = np.zeros(1), (), []
        for _ in range(100):
            before = theta
            theta, *state = novograd(theta, np.ones(1), *state, lr=lr)
            steps.append((before - theta)[0])
        found.append([steps[0], steps[-1]])
    wrong, right = found
    return wrong, right


def schedule_free__evaluate():
    """Distance from the minimum after 500 noisy steps: of weights, of the mean."""
    rng, theta, state = np.random.default_rng(0), np.full(1000, 5.0), ()
    for _ in range(500):
        noisy = theta + rng.normal(size=1000)
        theta, *state = schedule_free(theta, noisy, *state, lr=0.5)
    wrong, right = np.abs(theta).mean(), np.abs(state[1]).mean()
    return wrong, right


def schedule_free__late():
    """The same distance if averaging begins anew half-way, for a start at 50."""
    ends = []
    for renewed in (False, True):
        rng, theta, state = np.random.default_rng(0), np.full(1000, 50.0), ()
        for step in range(200):
            if renewed and step == 100:
                theta, state = state[1], ()
            noisy = theta + rng.normal(size=1000)
            theta, *state = schedule_free(theta, noisy, *state, lr=0.1)
        ends.append(np.abs(state[1]).mean())
    wrong, right = ends
    return wrong, right
