"""Perceptual loss: images compared by the answers of a filter bank, not by pixels."""

import numpy as np

# The feature space: edges of four directions and both signs, averaged over fields of
# 8 by 8 pixels. No filter sees brightness.
sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
diagonal = np.array([[0.0, 1, 2], [-1, 0, 1], [-2, -1, 0]]) / 8
bank = np.array([sobel, sobel.T, diagonal, diagonal[::-1]])
bank = np.concatenate([bank, -bank])


def features(image):
    """Convolution, ReLU, average pooling: (34, 34) -> (8 filters, 4, 4)."""
    patches = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    maps = np.maximum(np.einsum("ijkl,fkl->fij", patches, bank), 0)
    return maps.reshape(len(bank), 4, 8, 4, 8).mean(axis=(2, 4))


def stripes(shift):
    """Vertical stripes of period 4, soft edges, grey values within [0.2, 0.8]."""
    return np.tile(0.5 + 0.3 * np.sin(np.pi / 2 * (np.arange(34) + shift)), (34, 1))


rng = np.random.default_rng(0)
original = stripes(0)
scale = np.mean(features(original) ** 2)
changed = {
    "moved by one pixel": stripes(1),
    "brighter by 0.1": original + 0.1,
    "noise of 0.1": original + rng.normal(0, 0.1, original.shape),
    "blurred to plain grey": np.full_like(original, original.mean()),
}
print(f"{'':24}pixel error   feature error (plain grey = 1)")
for name, image in changed.items():
    pixel = np.mean((image - original) ** 2)
    feature = np.mean((features(image) - features(original)) ** 2) / scale
    print(f"{name:24}{pixel:11.4f}{feature:16.4f}")
