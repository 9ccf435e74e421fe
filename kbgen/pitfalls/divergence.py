"""Divergences."""

import numpy as np

from kbgen.losses.divergence import (
    gaussian_kl,
    hellinger,
    js_divergence,
    kl_divergence,
    mmd,
    renyi_divergence,
    sinkhorn,
    sinkhorn_grad,
    total_variation_distance,
    total_variation_distance_grad,
    wasserstein_1d,
)


def gaussian_kl__deviation():
    """Normal takes the standard deviation."""
    import torch
    from torch.distributions import Normal, kl_divergence

    variance, prior = (
        torch.tensor(4.0),
        Normal(torch.tensor(0.0), torch.tensor(1.0)),
    )
    wrong = kl_divergence(Normal(torch.tensor(0.0), variance), prior)
    right = kl_divergence(Normal(torch.tensor(0.0), variance.sqrt()), prior)
    return wrong, right


def gaussian_kl__mean():
    """A code of 128 dimensions, one unit from the prior in each."""
    mu, zeros = np.ones((1, 128)), np.zeros((1, 128))
    each = gaussian_kl(mu.T, zeros.T, zeros.T, zeros.T)
    wrong = each.mean()
    right = gaussian_kl(mu, zeros, zeros, zeros).item()
    return wrong, right


def gaussian_kl__direction():
    """A wide Gaussian and a narrow one, in both orders."""
    wide, narrow, zero = [[np.log(4.0)]], [[0.0]], [[0.0]]
    forth = gaussian_kl(zero, wide, zero, narrow)
    back = gaussian_kl(zero, narrow, zero, wide)
    wrong = np.hstack([forth, forth])  # taken for a distance
    right = np.hstack([forth, back])
    return wrong, right


def hellinger__one_hot():
    """The best constant prediction for labels that are 70 : 30."""
    q = np.linspace(0.001, 0.999, 999)
    pred = np.stack([q, 1 - q], axis=1)
    first, second, truth = (
        np.tile(t, (999, 1)) for t in ([1, 0], [0, 1], [0.7, 0.3])
    )
    by_labels = 0.7 * hellinger(pred, first) + 0.3 * hellinger(pred, second)
    wrong = pred[by_labels.argmin()]
    right = pred[hellinger(pred, truth).argmin()]
    return wrong, right


def hellinger__convention():
    """Without overlap, and for two close distributions."""
    pred, target = [[0.0, 1.0], [0.5, 0.5]], [[1.0, 0.0], [0.4, 0.6]]
    value = hellinger(pred, target)
    wrong = np.hstack([np.sqrt(value), 2 * value])  # other definitions
    right = value
    return wrong, right


def hellinger__zero_gradient():
    """A class that has probability zero on both sides."""
    import torch

    def loss(q):
        return 0.5 * ((q.sqrt() - p.sqrt()) ** 2).sum()

    p = torch.tensor([0.5, 0.5, 0.0])
    q = torch.tensor([0.25, 0.75, 0.0], requires_grad=True)
    (wrong,) = torch.autograd.grad(loss(q), q)
    (right,) = torch.autograd.grad(loss(q.clamp(min=1e-12)), q)
    return wrong, right


def js_divergence__square_root():
    """SciPy returns the square root."""
    divergence = js_divergence([[0, 1]], [[1, 0]])
    wrong = np.sqrt(divergence)  # scipy.spatial.distance.jensenshannon
    right = divergence
    return wrong, right


def js_divergence__base():
    """The ceiling depends on the base."""
    nats = js_divergence([[0, 1]], [[1, 0]])
    bits = nats / np.log(2)
    wrong = np.hstack([nats, bits])  # the same pair, reported by two papers
    right = np.hstack([nats, bits * np.log(2)])
    return wrong, right


def js_divergence__gan():
    """The best discriminator turns the minimax objective into this."""
    data, made = np.array([[0.5, 0.5]]), np.array([[0.9, 0.1]])
    real = data / (data + made)  # the best discriminator
    objective = np.sum(data * np.log(real) + made * np.log(1 - real))
    excess = objective + np.log(4)  # over the least value there is
    wrong = np.hstack([excess, kl_divergence(made, data)])
    right = np.hstack([excess, 2 * js_divergence(made, data)])
    return wrong, right


def kl_divergence__order():
    """Keras takes the target first."""
    import keras

    p, q = np.array([0.5, 0.5]), np.array([0.99, 0.01])
    wrong = keras.losses.kl_divergence(q, p)
    right = keras.losses.kl_divergence(p, q)
    return wrong, right


def kl_divergence__batchmean():
    """The default mean of PyTorch, and a forgotten logarithm."""
    import warnings

    import torch
    from torch.nn.functional import kl_div

    p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.99, 0.01]])
    with warnings.catch_warnings(action="ignore"):
        default = kl_div(q.log(), p)
    wrong = torch.stack([default, kl_div(q, p, reduction="batchmean")])
    right = kl_div(q.log(), p, reduction="batchmean")
    return wrong, right


def kl_divergence__direction():
    """One direction covers both peaks, the other sits on one."""
    x = np.linspace(-10, 10, 201)
    peaks = 0.6 * np.exp(-((x + 4) ** 2)) + 0.4 * np.exp(-((x - 4) ** 2))
    tries = np.array([[m, s] for m in range(-4, 5) for s in range(1, 9)])
    hills = np.exp(-(((x - tries[:, :1]) / tries[:, 1:]) ** 2))
    hills /= hills.sum(axis=1, keepdims=True)
    same = np.tile(peaks / peaks.sum(), (len(tries), 1))
    wrong = tries[kl_divergence(same, hills).argmin()]  # KL(hill || peaks)
    right = tries[kl_divergence(hills, same).argmin()]  # KL(peaks || hill)
    return wrong, right


def mmd__bandwidth():
    """Equal sources and different ones, for bandwidths 0.01 and 1."""
    rng = np.random.default_rng(0)
    x, same = rng.normal(0, 1, (2, 1, 50, 2))
    other = rng.normal(1, 1, (1, 50, 2))
    wrong = [mmd(x, y, bandwidth=0.01).item() for y in (same, other)]
    right = [mmd(x, y, bandwidth=1.0).item() for y in (same, other)]
    return wrong, right


def mmd__bias():
    """The mean over a thousand pairs of small samples from one source."""
    x, y = np.random.default_rng(0).normal(size=(2, 1000, 5, 1))
    biased = mmd(x, y)
    within = sum(np.exp(-((a - a.transpose(0, 2, 1)) ** 2) / 2) for a in (x, y))
    # 1 / 25 of all pairs, 1 / 20 of those of two different points
    unbiased = biased + within.sum((1, 2)) * (1 / 20 - 1 / 25) - 10 / 20
    wrong, right = biased.mean(), unbiased.mean()
    return wrong, right


def mmd__linear_kernel():
    """A wide and a narrow set of points around one centre."""
    wide, narrow = np.array([[-3.0], [3.0]]), np.array([[-1.0], [1.0]])
    wrong = ((wide.mean(axis=0) - narrow.mean(axis=0)) ** 2).sum()
    right = mmd(wide[None], narrow[None]).item()
    return wrong, right


def renyi_divergence__order_one():
    """Three orders next to 1, and the limit."""
    pred, target = np.array([[0.5, 0.5]]), np.array([[0.75, 0.25]])
    orders = 1 + np.array([1e-13, 1e-14, 1e-15])
    sums = np.sum(target ** orders[:, None] * pred ** (1 - orders[:, None]), axis=1)
    wrong = np.log(sums) / (orders - 1)
    right = kl_divergence(pred, target)
    return wrong, right


def renyi_divergence__arguments():
    """The prediction comes first on this page."""
    p, q = np.array([[0.5, 0.5]]), np.array([[0.99, 0.01]])
    wrong = [renyi_divergence(p, q, alpha=a).item() for a in (2, 0.5)]
    right = [renyi_divergence(q, p, alpha=a).item() for a in (2, 0.5)]
    return wrong, right


def renyi_divergence__other_alpha():
    """Without the logarithm it is the divergence of Tsallis."""
    q, p, alpha = np.array([[0.75, 0.25]]), np.array([[0.5, 0.5]]), 2
    total = np.sum(p**alpha * q ** (1 - alpha))
    wrong = (total - 1) / (alpha - 1)
    right = renyi_divergence(q, p, alpha=alpha).item()
    return wrong, right


def total_variation_distance__half():
    """Two distributions without an outcome in common."""
    pred, target = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    wrong = np.abs(pred - target).sum()
    right = total_variation_distance(pred, target).item()
    return wrong, right


def total_variation_distance__certainty():
    """Labels come 60 : 40; the mean loss of honesty and of certainty."""
    honest, sure = np.array([[0.6, 0.4]] * 2), np.array([[1.0, 0.0]] * 2)
    labels, share = np.eye(2), np.array([0.6, 0.4])
    costs = [share @ total_variation_distance(q, labels) for q in (honest, sure)]
    wrong = honest[0] if costs[0] < costs[1] else sure[0]
    squares = [share @ ((q - labels) ** 2).sum(axis=1) for q in (honest, sure)]
    right = honest[0] if squares[0] < squares[1] else sure[0]
    return wrong, right


def total_variation_distance__saturation():
    """The slope in the logit of the right class, by the chain rule."""
    q, label = np.array([[0.001, 0.999]]), np.array([[1.0, 0.0]])
    slope = total_variation_distance_grad(q, label)
    through_softmax = q * (slope - (q * slope).sum())
    wrong = through_softmax[0, 0]
    right = (q - label)[0, 0]  # of cross-entropy
    return wrong, right


def wasserstein_1d__unsorted():
    """The same numbers in another order."""
    x, y = np.array([[1.0, 2.0, 4.0]]), np.array([[4.0, 1.0, 2.0]])
    wrong = np.mean(np.abs(x - y))
    right = wasserstein_1d(x, y).item()
    return wrong, right


def wasserstein_1d__root():
    """A sample moved by 3."""
    x = np.array([[0.0, 1.0, 5.0]])
    wrong = wasserstein_1d(x, x + 3, p=2).item()
    right = np.sqrt(wrong)
    return wrong, right


def wasserstein_1d__histogram():
    """Heights taken for values, and drawn at their positions."""
    first, second = [0.5, 0.5, 0], [0, 0.5, 0.5]
    wrong = wasserstein_1d([first], [second])  # scipy's (first, second)
    places = np.arange(3)  # scipy's (places, places, first, second)
    right = wasserstein_1d(
        [np.repeat(places, [1, 1, 0])], [np.repeat(places, [0, 1, 1])]
    )
    return wrong, right


def wasserstein_1d__marginals():
    """Points on one diagonal, and on the other."""
    x, y = np.array([[0.0, 0], [1, 1]]), np.array([[0.0, 1], [1, 0]])
    wrong = wasserstein_1d(x.T, y.T)  # each coordinate
    diagonal = np.array([1, 1]) / np.sqrt(2)
    right = wasserstein_1d([x @ diagonal], [y @ diagonal])
    return wrong, right


def sinkhorn__bias():
    """Four points go downhill until they rest, by cost and by divergence."""
    y, eps = np.array([0.0, 0.2, 0.8, 1.0]), 0.2
    x = np.array([0.4, 0.45, 0.55, 0.6])
    for _ in range(300):
        gaps, v = x[:, None] - y, np.ones(4)
        kernel = np.exp(-(gaps**2) / eps)
        for _ in range(50):
            u = 1 / (kernel @ v)
            v = 1 / (u @ kernel)
        x = x - 0.1 * 2 * (u[:, None] * kernel * v * gaps).sum(axis=1)
    wrong = x
    x = np.array([[[0.4], [0.45], [0.55], [0.6]]])
    for _ in range(400):
        x = x - sinkhorn_grad(x, y[None, :, None], eps=eps)
    right = x.ravel().round(9)
    return wrong, right


def sinkhorn__underflow():
    """Two points against two, one apart, with little blur."""
    x, y, eps = np.array([0.0, 0.1]), np.array([1.0, 1.1]), 0.001
    cost = (x[:, None] - y) ** 2
    kernel, v = np.exp(-cost / eps), np.ones(2)
    with np.errstate(all="ignore"):
        for _ in range(50):
            u = 1 / (kernel @ v)
            v = 1 / (u @ kernel)
        wrong = (u[:, None] * kernel * v * cost).sum() / 2
    right = sinkhorn(x[None, :, None], y[None, :, None], eps=eps).item()
    return wrong, right


def sinkhorn__units():
    """The same two sets, in units and in 255ths of them, as shares of the unit."""
    x, y = np.random.default_rng(0).uniform(size=(2, 1, 8, 2))
    fixed = sinkhorn(255 * x, 255 * y, eps=0.5 * 255) / 255**2
    wrong = np.hstack([sinkhorn(x, y, eps=0.5), fixed])
    scaled = sinkhorn(255 * x, 255 * y, eps=0.5 * 255**2) / 255**2
    right = np.hstack([sinkhorn(x, y, eps=0.5), scaled])
    return wrong, right
