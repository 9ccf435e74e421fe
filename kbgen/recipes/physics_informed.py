"""Physics-informed fit of u' = -u: five noisy readings of exp(-x) on [0, 1], the equation asked for on all of [0, 5].

The network is one layer of random tanh units. Only its output weights w are fitted, so minimising the loss
mean (u - y)^2 + weight * mean (u' + k u)^2 is linear least squares with an exact solution; k = 1 is the true law.
Printed are medians over 100 networks and draws of the noise.
"""

import numpy as np

DATA, COLLOCATION, TEST = (
    np.linspace(0, 1, 5),
    np.linspace(0, 5, 40),
    np.linspace(0, 5, 301),
)
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
    """The data term, the equation term and the largest error on [0, 5] after the fit."""
    rng = np.random.default_rng(seed)
    units, y = rng.normal(0, 1, (2, 15)), np.exp(-DATA) + rng.normal(0, 0.05, DATA.size)
    u_data, (u, du), u_test = (
        network(DATA, *units)[0],
        network(COLLOCATION, *units),
        network(TEST, *units)[0],
    )
    residual = (
        du + k * u
    )  # row by row, times w: the equation's residual at one collocation point
    a, b = np.sqrt([data_weight / DATA.size, weight / COLLOCATION.size])
    rows, right = (
        np.vstack([a * u_data, b * residual]),
        np.append(a * y, np.zeros(COLLOCATION.size)),
    )
    w = np.linalg.lstsq(rows, right, rcond=1e-12)[0]
    return (
        np.mean((u_data @ w - y) ** 2),
        np.mean((residual @ w) ** 2),
        np.abs(u_test @ w - np.exp(-TEST)).max(),
    )


print(f"{'':20} data term  equation term  largest error")
for name, *setting in SETTINGS:
    data, equation, error = np.median(
        [trial(seed, *setting) for seed in range(100)], axis=0
    )
    print(f"{name:20} {data:9.4f}  {equation:13.4f}  {error:13.3f}")
