"""Regression losses."""

import warnings

import numpy as np

from kbgen.losses.regression import (
    absolute_error,
    absolute_error_grad,
    absolute_percentage_error,
    cosine_similarity_loss,
    cosine_similarity_loss_grad,
    expectile,
    expectile_grad,
    quantile,
    root_mean_squared_error,
    squared_error,
    squared_error_grad,
    squared_log_error,
    symmetric_absolute_percentage_error,
    symmetric_absolute_percentage_error_grad,
)


def absolute_error__jumping():
    """The steps do not become smaller near the minimum."""
    fixed, falling = [0.05], [0.05]
    for step in range(50):
        rate = 0.1 * 0.9**step
        fixed.append(fixed[-1] - 0.1 * absolute_error_grad(fixed[-1], 0))
        falling.append(falling[-1] - rate * absolute_error_grad(falling[-1], 0))
    wrong, right = fixed[-4:], falling[-4:]
    return wrong, right


def absolute_error__not_unique():
    """With an even number of targets a whole interval is best."""
    targets, constants = np.array([1, 3]), np.array([0, 1, 2, 3, 4])
    losses = [absolute_error(c, targets).mean() for c in constants]
    wrong = constants[np.argmin(losses)]
    right = constants[losses == np.min(losses)]
    return wrong, right


def absolute_percentage_error__low():
    """The best constant is near the small values."""
    truth, constants = np.array([1, 10]), np.arange(0.5, 12, 0.5)
    percent = [absolute_percentage_error(c, truth).mean() for c in constants]
    square = [squared_error(c, truth).mean() for c in constants]
    chosen, mean = np.argmin(percent), np.argmin(square)
    wrong = constants[chosen], percent[chosen]
    right = constants[mean], percent[mean]
    return wrong, right


def absolute_percentage_error__zero():
    """Libraries agree away from zero, apart from the factor 100."""
    from keras.losses import mean_absolute_percentage_error as keras_mape
    from sklearn.metrics import mean_absolute_percentage_error as sklearn_mape

    truth, forecast = np.array([0.0]), np.array([1.0])
    wrong = sklearn_mape(truth, forecast), keras_mape(truth, forecast)
    truth, forecast = np.array([4.0]), np.array([3.0])
    right = sklearn_mape(truth, forecast), keras_mape(truth, forecast) / 100
    return wrong, right


def cosine_similarity_loss__keras():
    """Keras leaves out the 1."""
    from keras.losses import CosineSimilarity

    same = np.array([[2.0, 0.0]])
    wrong = CosineSimilarity()(same, same)
    right = 1 + CosineSimilarity()(same, same)
    return wrong, right


def cosine_similarity_loss__opposite():
    """At the worst place there is no gradient."""
    target = np.array([[1.0, 0.0]])
    opposite, nudged = np.array([[-1.0, 0.0]]), np.array([[-1.0, 0.01]])
    for _ in range(10):
        opposite -= cosine_similarity_loss_grad(opposite, target)
        nudged -= cosine_similarity_loss_grad(nudged, target)
    wrong = cosine_similarity_loss(opposite, target)
    right = cosine_similarity_loss(nudged, target)
    return wrong, right


def cosine_similarity_loss__longer():
    """Every step lengthens the vector; rescaled, it learns faster."""
    target = np.array([[1.0, 0.0]])
    plain = unit = np.array([[-0.6, 0.8]])
    for _ in range(5):
        plain = plain - 0.9 * cosine_similarity_loss_grad(plain, target)
        unit = unit - 0.9 * cosine_similarity_loss_grad(unit, target)
        unit /= np.linalg.norm(unit)
    wrong = np.linalg.norm(plain), cosine_similarity_loss(plain, target)[0]
    right = np.linalg.norm(unit), cosine_similarity_loss(unit, target)[0]
    return wrong, right


def expectile__share():
    """How much of a uniform distribution lies below the two statistics."""
    target, level = np.linspace(0, 1, 10_001), 0.9
    means = [expectile(m, target, tau=level).mean() for m in target[::50]]
    quantiles = [quantile(m, target, tau=level).mean() for m in target[::50]]
    wrong = target[::50][np.argmin(quantiles)]
    right = target[::50][np.argmin(means)]
    return wrong, right


def expectile__outlier():
    """The best constants without and with the outlier."""
    clean = np.arange(1, 100)
    dirty, guesses = np.append(clean[:-1], 9900), np.arange(0, 1000, 0.1)
    best = {
        loss: [
            guesses[np.argmin(sum(loss(guesses, y, tau=0.9) for y in data))]
            for data in (clean, dirty)
        ]
        for loss in (expectile, quantile)
    }
    wrong, right = best[expectile], best[quantile]
    return wrong, right


def expectile__half():
    """A rate for the squared error makes half the step."""
    rate = 0.1
    meant = rate * squared_error_grad(3.0, 0)
    wrong = rate * expectile_grad(3.0, 0, tau=0.5) / meant
    right = 2 * rate * expectile_grad(3.0, 0, tau=0.5) / meant
    return wrong, right


def physics_informed__no_data():
    """Polynomials under the law u' = -u, without and with u(0) = 1."""
    x = np.linspace(0, 5, 101)
    u = np.vander(x, 8, increasing=True)
    derivative = u @ np.diag(np.arange(1, 8), 1)
    law = derivative + u
    alone = np.linalg.lstsq(law, 0 * x)[0]
    both = np.vstack([law, u[:1]])
    with_start = np.linalg.lstsq(both, np.append(0 * x, 1))[0]
    wrong, right = (
        [np.abs(law @ w).max(), np.abs(u @ w - np.exp(-x)).max()]
        for w in (alone, with_start)
    )
    return wrong, right


def physics_informed__dwarfed():
    """One reading and one law, in units that make the law steep."""
    fits = []  # of u(x) = start + 1000 rise x to u(0) = 1 and u' = 2000
    for weight in 1, 1e-6:
        start = rise = 0.0
        largest_rate = 0.4 / max(1, weight * 1000**2)
        for _ in range(100):
            start -= largest_rate * 2 * (start - 1)
            rise -= largest_rate * weight * 2 * 1000 * (1000 * rise - 2000)
        fits.append([start, rise])
    wrong, right = fits
    return wrong, right


def physics_informed__relu():
    """The second derivative of a unit at four points, by differences."""
    x, h = np.array([-1.5, -0.5, 0.5, 1.5]), 1 / 128
    around = np.array([x - h, x, x + h])
    wrong = np.diff(np.maximum(around, 0), 2, axis=0)[0] / h**2
    right = np.diff(np.tanh(around), 2, axis=0)[0] / h**2
    return wrong, right


def quantile__swapped():
    """The level is the price of predicting too low."""
    target = np.arange(1, 100)
    swapped = [quantile(target, guess, tau=0.9).mean() for guess in target]
    meant = [quantile(guess, target, tau=0.9).mean() for guess in target]
    low, high = 0, 2
    wrong = *quantile(1, [low, high], tau=0.9), target[np.argmin(swapped)]
    right = *quantile([low, high], 1, tau=0.9), target[np.argmin(meant)]
    return wrong, right


def quantile__crossing():
    """Two lines, each the best for its level, in the wrong order at x = -3."""
    x, y = np.repeat([0, 1], 3), np.array([0, 1, 2, 0, 2, 4])
    lines = [(start, slope) for start in range(5) for slope in range(5)]
    wrong = []
    for tau in 0.5, 0.9:
        losses = [quantile(a + b * x, y, tau=tau).mean() for a, b in lines]
        start, slope = lines[np.argmin(losses)]
        wrong.append(start + slope * -3)
    right = np.sort(wrong)
    return wrong, right


def quantile__alpha():
    """In the regressor the level is called quantile."""
    from sklearn.linear_model import QuantileRegressor
    from sklearn.metrics import mean_pinball_loss

    x, y = np.repeat([[1.0], [2.0], [3.0]], 33, axis=0), np.arange(99.0)
    mistaken = QuantileRegressor(alpha=0.9).fit(x, y).predict(x)
    meant = QuantileRegressor(quantile=0.9, alpha=0).fit(x, y).predict(x)
    wrong = np.mean(y <= mistaken), mean_pinball_loss(y, mistaken, alpha=0.9)
    right = np.mean(y <= meant), mean_pinball_loss(y, meant, alpha=0.9)
    return wrong, right


def root_mean_squared_error__batches():
    """Two batches of two samples, taken apart and together."""
    target = np.zeros((2, 2))
    pred = np.array([[0.0, 0.0], [2.0, -2.0]])
    wrong = root_mean_squared_error(pred, target).mean()
    right = root_mean_squared_error(pred.reshape(1, 4), target.reshape(1, 4))
    return wrong, right


def root_mean_squared_error__zero():
    """The root of zero has no derivative."""
    import torch

    pred = torch.tensor([1.0, 2.0], requires_grad=True)
    mean = torch.nn.functional.mse_loss(pred, torch.tensor([1.0, 2.0]))
    (wrong,) = torch.autograd.grad(mean.sqrt(), pred, retain_graph=True)
    (right,) = torch.autograd.grad((mean + 1e-12).sqrt(), pred)
    return wrong, right


def root_mean_squared_error__typical():
    """One sample in ten is off by 10; on the right mean and median size."""
    pred, target = np.append(np.zeros(9), 10), np.zeros(10)
    sizes = absolute_error(pred, target)
    wrong = root_mean_squared_error(pred[None], target[None])
    right = sizes.mean(), np.median(sizes)
    return wrong, right


def squared_error__half():
    """A rate for the loss without 1/2 makes half the step with it."""
    import jax
    from optax.losses import l2_loss

    rate = 0.1
    meant = rate * squared_error_grad(3.0, 0)
    gradient = jax.grad(l2_loss)(3.0, 0)
    wrong = rate * gradient / meant
    right = 2 * rate * gradient / meant
    return wrong, right


def squared_error__stretched():
    """A column minus a row is a matrix; the second number counts warnings."""
    import torch

    column = torch.tensor([[1.0], [2.0], [3.0]])
    target = torch.tensor([1.0, 2.0, 3.0])
    loss = torch.nn.MSELoss()
    with warnings.catch_warnings(record=True, action="always") as caught:
        wrong = loss(column, target), len(caught)
    right = loss(column.squeeze(1), target)
    return wrong, right


def squared_error__root():
    """The root of zero has no derivative."""
    import torch

    pred = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    loss = torch.nn.functional.mse_loss(pred, torch.tensor([1.0, 2.0, 3.0]))
    (wrong,) = torch.autograd.grad(loss.sqrt(), pred, retain_graph=True)
    (right,) = torch.autograd.grad(loss, pred)
    return wrong, right


def squared_log_error__negative():
    """Keras sees no difference between negative predictions."""
    from keras.losses import mean_squared_logarithmic_error

    target, output = np.full((3, 1), 3.0), np.array([[-2.0], [-1.0], [-0.1]])
    softplus = np.log1p(np.exp(output))
    wrong = mean_squared_logarithmic_error(target, output)
    right = mean_squared_logarithmic_error(target, softplus)
    return wrong, right


def squared_log_error__units():
    """The share of each house in the loss."""
    price, guess = np.array([1e5, 1e7]), np.array([2e5, 2e7])
    millions = squared_log_error(guess / 1e6, price / 1e6)
    dollars = squared_log_error(guess, price)
    wrong = millions / millions.sum()
    right = dollars / dollars.sum()
    return wrong, right


def symmetric_absolute_percentage_error__asymmetric():
    """A forecast too low by 50 and one too high by 50."""
    forecasts, truth = np.array([50, 150]), np.array([100, 100])
    wrong = absolute_percentage_error(forecasts, truth)
    right = symmetric_absolute_percentage_error(forecasts, truth)
    return wrong, right


def symmetric_absolute_percentage_error__stuck():
    """Where a thousand steps lead from -1 and from 1."""
    target, ends = 5.0, []
    for start in -1.0, 1.0:
        pred = start
        for step in range(1, 1001):
            slope = symmetric_absolute_percentage_error_grad(pred, target)
            pred -= 10 / step * slope
        ends.append(round(pred, 2))
    wrong, right = ends
    return wrong, right


def symmetric_absolute_percentage_error__definitions():
    """Three values for one pair: a reader who sees none of the formulas is lost."""
    forecast, truth = 150, 100
    gap, both = abs(forecast - truth), abs(forecast) + abs(truth)
    wrong = gap / both, 100 * gap / (both / 2)
    right = symmetric_absolute_percentage_error(forecast, truth)
    return wrong, right
