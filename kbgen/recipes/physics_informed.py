"""Physics-informed fit of u' = -u: readings of exp(-x) on [0, 1], the law on [0, 5].

A layer of random tanh units, of which only the output weights w are fitted: the loss
mean (u - y)^2 + weight * mean (u' + k u)^2 is linear least squares. In truth k = 1.
"""

import numpy as np

DATA, COLLOCATION = np.linspace(0, 1, 5), np.linspace(0, 5, 40)
TEST = np.linspace(0, 5, 301)
SETTINGS = (
    ("readings alone", 1, 0, 1),
    ("a little physics", 1, 1e-4, 1),
    ("equal weights", 1, 1, 1),
    ("mostly physics", 1, 1e4, 1),
    ("physics alone", 0, 1, 1),
    ("wrong law, k = 1.5", 1, 1, 1.5),
)


def network(x, slope, shift):
    """The hidden units at x, and their derivatives with respect to x."""
    hidden = np.tanh(np.outer(x, slope) + shift)
    return hidden, slope * (1 - hidden**2)


def trial(seed, data_weight, weight, k):
    """Data term, equation term and the largest error on [0, 5], after the fit."""
    rng = np.random.default_rng(seed)
    units = rng.normal(0, 1, (2, 15))
    y = np.exp(-DATA) + rng.normal(0, 0.05, DATA.size)
    u, (hidden, slope) = network(DATA, *units)[0], network(COLLOCATION, *units)
    law = slope + k * hidden  # times w: the residual of the equation at each point
    a, b = np.sqrt([data_weight / DATA.size, weight / COLLOCATION.size])
    rows, right = np.vstack([a * u, b * law]), np.append(a * y, 0 * COLLOCATION)
    w = np.linalg.lstsq(rows, right, rcond=1e-12)[0]
    error = np.abs(network(TEST, *units)[0] @ w - np.exp(-TEST)).max()
    return np.mean((u @ w - y) ** 2), np.mean((law @ w) ** 2), error


print(f"{'':20} data term  equation term  largest error")
for name, *setting in SETTINGS:
    medians = np.median([trial(seed, *setting) for seed in range(100)], axis=0)
    print("{:20} {:9.4f}  {:13.4f}  {:13.3f}".format(name, *medians))
