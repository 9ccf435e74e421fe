"""Self-paced learning: fit a line to the examples whose loss is below a threshold.

The threshold grows until all of them count.
"""

import numpy as np

rng = np.random.default_rng(0)

# True line y = 2 x; 12 of the 40 values were read off the wrong scale.
x = rng.uniform(0, 3, 40)
y = 2 * x + rng.normal(0, 0.2, 40)
y[:12] = 8 - 2 * x[:12]


def fit(counted):
    """Slope and offset by least squares over the examples that count."""
    return np.polyfit(x[counted], y[counted], 1)


def losses(line):
    return (np.polyval(line, x) - y) ** 2


line = fit(np.full(40, True))
print(f"all examples at once: slope {line[0]:.2f} (true 2)")
print(
    "threshold   examples counted   of these wrong   slope  ",
    "mean of min(loss, threshold): before, after",
)
for threshold in (1, 2, 4, 8, 16, 64):
    before = np.minimum(losses(line), threshold).mean()
    # the two halves of the problem in turn: who counts, then which line fits those
    for _ in range(20):
        counted = losses(line) < threshold
        line = fit(counted)
    after = np.minimum(losses(line), threshold).mean()
    print(
        f"{threshold:9d}{counted.sum():19d}{counted[:12].sum():17d}{line[0]:8.2f}"
        f"{before:38.3f}{after:7.3f}"
    )
