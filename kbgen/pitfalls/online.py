"""Sums over all gradients, a rate that sets itself, and noise that is added."""

import numpy as np

from kbgen.optimizers.online import ftrl, prodigy
from kbgen.optimizers.wrappers import gradient_noise_sgd


def ftrl__start():
    """A trained weight of 1 after one gradient of 0.001: Keras, and ours."""
    import keras

    weight, gradient = keras.Variable([1.0]), np.array([0.001])
    keras.optimizers.Ftrl(0.1).apply_gradients([(gradient, weight)])
    wrong = keras.ops.convert_to_numpy(weight).item()
    right = ftrl(1.0, 0.001, lr=0.1)[0]
    return wrong, right


def ftrl__schedule():
    """A weight best at 2, before and after its rate falls tenfold; constant."""
    found = []
    for later in (0.05, 0.5):
        weight, state, seen = 0.0, (), []
        for step in range(101):
            lr = 0.5 if step < 100 else later
            seen.append(weight)
            weight, *state = ftrl(weight, weight - 2, *state, lr=lr)
        found.append([seen[-1], weight])
    wrong, right = found
    return wrong, right


def ftrl__per_example():
    """A weight best at 1, for (w-2)^2/2 + |w|: `l1` of 1; of 1 per example."""
    found = []
    for growing in (False, True):
        weight, state, seen = 0.0, (), []
        for step in range(10_000):
            l1 = step + 1.0 if growing else 1.0
            weight, *state = ftrl(weight, weight - 2, *state, lr=1.0, l1=l1)
            seen.append(weight)
        found.append([seen[99], seen[-1]])
    wrong, right = found
    return wrong, right


def prodigy__rate():
    """Distance left of 5 after 200 steps on a bowl: the rate of Adam, and 1."""
    ends = []
    for lr in (0.001, 1.0):
        theta, state = np.array([3.0, -4.0]), ()
        for _ in range(200):
            theta, *state = prodigy(theta, theta, *state, lr=lr)
        ends.append(np.linalg.norm(theta))
    wrong, right = ends
    return wrong, right


def prodigy__zero():
    """The weight after three steps of a warm-up from 0, and of one from 1/3."""
    import optax

    ends = []
    for first in (0.0, 1 / 3):
        rule = optax.contrib.prodigy(optax.linear_schedule(first, 1.0, 2))
        weight = np.array([1.0])
        state = rule.init(weight)
        for _ in range(3):
            step, state = rule.update(weight, state, weight)
            weight = optax.apply_updates(weight, step)
        ends.append(float(weight[0]))
    wrong, right = ends
    return wrong, right


def prodigy__spike():
    """What is left of 10 after 400 steps, one gradient 1000 times longer; cut."""
    ends = []
    for spike in (1000.0, 1.0):
        theta, state = np.array([10.0]), ()
        for step in range(400):
            gradient = -spike * theta if step == 30 else theta
            theta, *state = prodigy(theta, gradient, *state)
        ends.append(theta[0])
    wrong, right = ends
    return wrong, right


def prodigy__decay():
    """A weight that should be 100, after 300 steps: decay 0.1; divided by 100."""
    ends = []
    for decay in (0.1, 0.001):
        theta, state = np.array([0.0]), ()
        for _ in range(300):
            theta, *state = prodigy(theta, theta - 100, *state, weight_decay=decay)
        ends.append(theta[0])
    wrong, right = ends
    return wrong, right


def gradient_noise_sgd__scale():
    """Share of wrong steps, slopes of 1 and 0.001: one noise; noise to measure."""
    noise = np.random.default_rng(0).normal(size=10_000)
    wrong, right = [], []
    for slope in (1.0, 0.001):
        for found, eta in ((wrong, 0.01), (right, 0.01 * slope**2)):
            step = -gradient_noise_sgd(0.0, slope, noise, eta=eta)[0]
            found.append(np.mean(step < 0))
    return wrong, right


def gradient_noise_sgd__sampling():
    """Variance of theta, 1 under exp(-theta^2/2): as it is; for sampling."""
    rng, spread = np.random.default_rng(0), []
    lr = 0.01
    for eta in (1.0, 2 / lr):
        theta, t = np.zeros(5000), 0
        for _ in range(1000):
            noise = rng.normal(size=5000)
            theta, t = gradient_noise_sgd(
                theta, theta, noise, t, lr=lr, eta=eta, gamma=0.0
            )
        spread.append(np.var(theta))
    wrong, right = spread
    return wrong, right


def gradient_noise_sgd__key():
    """The first steps of two runs of Optax without a key, and with keys 1 and 2."""
    import warnings

    import optax

    found = []
    for keys in ((None, None), (1, 2)):
        steps = []
        for key in keys:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rule = optax.noisy_sgd(1.0, key=key)
            nothing = np.zeros(1, np.float32)
            step, _ = rule.update(nothing, rule.init(nothing))
            steps.append(float(step[0]))
        found.append(steps)
    wrong, right = found
    return wrong, right
