"""What is put around another rule; here around plain SGD, which shows the idea."""

import numpy as np


def sam(theta, grad, slope, *, lr=0.1, rho=0.05):
    """Step by the gradient of the worst point near by: `slope` gives it anywhere.

    Source: Foret, Kleiner, Mobahi and Neyshabur 2021, arXiv:2010.01412.
    """
    length = np.linalg.norm(grad)
    up = rho * grad / length if length > 0 else 0 * grad
    return theta - lr * slope(theta + up)


def swa(theta, grad, mean=0.0, t=0, *, lr=0.01, start=0, every=1):
    """SGD, and beside it the mean of where it has been.

    From step `start` on, each `every`-th point counts; `mean` is what to keep.
    Source: Izmailov et al. 2018, arXiv:1803.05407.
    """
    theta = theta - lr * grad
    if t >= start and (t - start) % every == 0:
        mean = mean + (theta - mean) / ((t - start) // every + 1)
    return theta, mean, t + 1
