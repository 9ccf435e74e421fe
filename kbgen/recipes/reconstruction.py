"""Reconstruction loss: rebuild an image from a short code.

Then: what each distance does with a pixel that the code does not know.
"""

import numpy as np

rng = np.random.default_rng(0)

# Small pictures of 8 by 8 pixels: one bright column and one bright row, each in a
# random place, plus a little noise.
images = np.zeros((500, 8, 8))
images[np.arange(500), :, rng.integers(8, size=500)] += 0.5
images[np.arange(500), rng.integers(8, size=500), :] += 0.5
x = (images + rng.normal(0, 0.02, images.shape)).reshape(500, 64)

# The best linear autoencoder for squared error is a projection on principal components
# (Baldi and Hornik 1989).
mean = x.mean(axis=0)
directions = np.linalg.svd(x - mean, full_matrices=False)[2]
print("length of the code   mean over pixels   sum over pixels")
for size in (0, 2, 7, 14):
    code = (x - mean) @ directions[:size].T
    squared = (code @ directions[:size] + mean - x) ** 2
    print(f"{size:18d} {squared.mean():18.4f} {squared.sum(axis=1).mean():17.4f}")

# A pixel is white (1) in 30 % of the pictures, and the code does not tell in which: one
# grey value must do for all.
white = np.repeat([1.0, 0.0], [30, 70])
grey = np.linspace(0.01, 0.99, 99)
column = grey[:, None]
distances = {
    "squared error": (column - white) ** 2,
    "absolute error": np.abs(column - white),
    "cross-entropy": -(white * np.log(column) + (1 - white) * np.log(1 - column)),
}
for name, table in distances.items():
    best = grey[table.mean(axis=1).argmin()]
    print(f"best grey for a pixel that is white in 30 %, by {name}: {best:.2f}")
