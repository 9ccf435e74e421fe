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


def asgd(theta, grad, mean=0.0, t=0, *, lr=0.01, decay=0.0, power=0.75, start=0):
    """SGD at a slowly falling rate, and beside it the mean of its points.

    Source: Polyak and Juditsky 1992, doi:10.1137/0330046 (in the form of PyTorch).
    """
    rate = lr / (1 + decay * lr * t) ** power
    theta = (1 - decay * rate) * theta - rate * grad
    mean = mean + (theta - mean) / max(1, t - start)
    return theta, mean, t + 1


def lookahead(theta, grad, slow=0.0, t=0, *, lr=0.1, alpha=0.5, every=5):
    """`every` steps of SGD, then back to a point part of the way there.

    Source: Zhang, Lucas, Hinton and Ba 2019, arXiv:1907.08610.
    """
    slow = theta if t == 0 else slow
    theta = theta - lr * grad
    if (t + 1) % every == 0:
        slow = slow + alpha * (theta - slow)
        theta = slow
    return theta, slow, t + 1


def schedule_free(theta, grad, z=0.0, mean=0.0, t=0, *, lr=0.1, beta=0.9):
    """SGD on `z`, with gradients taken between `z` and the mean of its points.

    `theta` is that point in between; `mean` is what to keep.
    Source: Defazio et al. 2024, arXiv:2405.15682.
    """
    z = theta if t == 0 else z
    z = z - lr * grad
    mean = mean + (z - mean) / (t + 1)
    return (1 - beta) * z + beta * mean, z, mean, t + 1


def gradient_noise_sgd(theta, grad, noise, t=0, *, lr=0.01, eta=0.01, gamma=0.55):
    """SGD whose gradients are shaken, by less and less; `noise` is standard normal.

    Source: Neelakantan et al. 2015, arXiv:1511.06807.
    """
    spread = (eta / (1 + t) ** gamma) ** 0.5
    return theta - lr * (grad + spread * noise), t + 1
