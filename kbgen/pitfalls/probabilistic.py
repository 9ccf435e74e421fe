"""Losses for probabilistic forecasts."""

import numpy as np

from kbgen.losses.probabilistic import (
    brier_score,
    crps_gaussian,
    energy_score,
    evidential_regression,
    gamma_deviance_grad,
    gaussian_nll,
    gaussian_nll_grad,
    laplace_nll,
    mixture_density_nll,
    mixture_density_nll_grad,
    negative_binomial_nll_grad,
    poisson_deviance,
    poisson_nll,
    poisson_nll_grad,
    student_t_nll,
    student_t_nll_grad,
    tweedie_deviance,
)


def brier_score__rare():
    """A forecast without any skill, and one that denies the event."""
    happened = np.arange(100) == 0
    baseline = brier_score(happened.mean(), happened).mean()
    wrong = np.array([brier_score(p, happened).mean() for p in (0.01, 0)])
    right = 1 - wrong / baseline
    return wrong, right


def brier_score__scales():
    """All forecasts are certain and wrong, for two classes and for three."""
    from sklearn.metrics import brier_score_loss

    two, three = ([0, 1], np.eye(2)[[1, 0]]), ([0, 1, 2], np.eye(3)[[1, 2, 0]])
    wrong = brier_score_loss(*two), brier_score_loss(*three)
    right = [brier_score_loss(*x, scale_by_half=True) for x in (two, three)]
    return wrong, right


def brier_score__calibration():
    """Equal scores, and how far the high forecast is from what happens then."""
    happened = np.array([1, 1, 1, 1, 0, 1, 0, 0, 0, 0])
    honest = np.repeat([0.8, 0.2], 5)
    timid = np.where(happened, 0.6, 0.4)
    wrong = [brier_score(p, happened).mean() for p in (honest, timid)]
    right = [happened[p > 0.5].mean() - p.max() for p in (honest, timid)]
    return wrong, right


def crps_gaussian__variance():
    """The third input is a standard deviation."""
    error, deviation = 1.0, 2.0
    wrong = crps_gaussian(error, 0.0, deviation**2)
    right = crps_gaussian(error, 0.0, deviation)
    return wrong, right


def crps_gaussian__unit():
    """Equally good forecasts of degrees and hectopascals."""
    errors, sigmas = np.array([1.0, 20.0]), np.array([1.0, 20.0])
    scores = crps_gaussian(errors, np.zeros(2), sigmas)
    wrong = scores / scores.sum()
    right = scores / sigmas / (scores / sigmas).sum()
    return wrong, right


def crps_gaussian__width():
    """The cheapest width for an error of 1, by either score."""
    sigma = np.linspace(0.5, 2, 15001)
    error, target = np.ones_like(sigma), np.zeros_like(sigma)
    wrong = sigma[np.argmin(gaussian_nll(error, target, sigma**2))]
    right = sigma[np.argmin(crps_gaussian(error, target, sigma))]
    return wrong, right


def crps_gaussian__forgiving():
    """An error of 3, bold and bolder."""
    error, sigmas = np.full(2, 3.0), np.array([0.1, 0.001])
    wrong = crps_gaussian(error, np.zeros(2), sigmas)
    right = gaussian_nll(error, np.zeros(2), sigmas**2)
    return wrong, right


def energy_score__pairs():
    """Samples drawn like the truth: 2 of them, and 10."""
    rng, wrong, right = np.random.default_rng(0), [], []
    for size in (2, 10):
        x, y = rng.normal(size=(20000, size, 1)), rng.normal(size=(20000, 1))
        score = energy_score(x, y).mean()
        away = np.abs(x - y[:, None]).mean()
        wrong.append(score)
        right.append(away - (away - score) * size / (size - 1))
    return wrong, right


def energy_score__correlation():
    """How much worse a forecast without correlation scores."""
    rng = np.random.default_rng(0)
    root = np.linalg.cholesky([[1, 0.9], [0.9, 1]])
    noise, truth = rng.normal(size=(400, 60, 2)), rng.normal(size=(400, 2)) @ root.T
    apart = np.array([[1.0], [-1.0]])
    both, gap = [], []
    for x in (noise, noise @ root.T):
        both.append(energy_score(x, truth).mean())
        gap.append(energy_score(x @ apart, truth @ apart).mean())
    wrong = both[0] / both[1]
    right = gap[0] / gap[1]
    return wrong, right


def energy_score__units():
    """The first coordinate right, and wrong by 1; the second has scale 1000."""
    scale, truth = np.array([1.0, 1000.0]), np.zeros((2, 2))
    samples = np.array([[[0, 500], [0, -300.0]], [[1, 500], [1, -300.0]]])
    wrong = energy_score(samples, truth)
    right = energy_score(samples / scale, truth / scale)
    return wrong, right


def energy_score__kink():
    """The gradient of the distance of a sample from itself."""
    import torch

    x = torch.ones(2, requires_grad=True)
    typed = ((x - x.detach()) ** 2).sum().sqrt()
    (wrong,) = torch.autograd.grad(typed, x)
    library = torch.linalg.vector_norm(x - x.detach())
    (right,) = torch.autograd.grad(library, x)
    return wrong, right


def evidential_regression__split():
    """Two forecasts with one loss, and what each says of its own uncertainty."""
    nu, alpha, beta = (
        np.array([0.1, 10.0]),
        np.array([2.0, 2.0]),
        np.array([1.0, 10.0]),
    )
    given = np.zeros(2), np.ones(2), nu, alpha, beta
    wrong = evidential_regression(*given, weight=0)
    right = beta / (nu * (alpha - 1))
    return wrong, right


def evidential_regression__alpha():
    """The noise in the data, for a raw output of -3."""
    beta, softplus = 1.0, np.log1p(np.exp(-3.0))
    wrong = beta / (softplus - 1)
    right = beta / (1 + softplus - 1)
    return wrong, right


def evidential_regression__unit():
    """The penalty in millimetres over that in metres."""
    metres = np.array([0.0, 0.5, 2.0, 2.0, 1.0])
    millimetres = metres * [1e3, 1e3, 1, 1, 1e6]
    penalty = [
        evidential_regression(*x, weight=w) - evidential_regression(*x, weight=0)
        for x, w in ((metres, 0.1), (millimetres, 0.1), (millimetres, 1e-4))
    ]
    wrong = penalty[1] / penalty[0]
    right = penalty[2] / penalty[0]
    return wrong, right


def gamma_deviance__zeros():
    """A day without rain."""
    from sklearn.metrics import mean_gamma_deviance

    rain = [0.0, 4.0]
    try:
        mean_gamma_deviance(rain, [2.0, 2.0])
    except ValueError as slip:
        wrong = type(slip).__name__
    right = tweedie_deviance([2.0, 2.0], rain, power=1.5).mean()
    return wrong, right


def gamma_deviance__swapped():
    """Twice the forecast: the order of the arguments matters."""
    from sklearn.metrics import mean_gamma_deviance

    truth, forecast = [2.0], [1.0]
    wrong = mean_gamma_deviance(forecast, truth)
    right = mean_gamma_deviance(truth, forecast)
    return wrong, right


def gamma_deviance__far():
    """A hundred times too high: the slope in the mean and in its logarithm."""
    mean, target = 100.0, 1.0
    wrong = gamma_deviance_grad(mean, target)
    right = mean * gamma_deviance_grad(mean, target)
    return wrong, right


def gaussian_nll__variance():
    """The third argument is a variance."""
    import torch
    from torch.nn.functional import gaussian_nll_loss

    mean, target, sigma = torch.tensor([[1.0], [0.0], [2.0]])
    wrong = gaussian_nll_loss(mean, target, sigma)
    right = gaussian_nll_loss(mean, target, sigma**2)
    return wrong, right


def gaussian_nll__unit():
    """A density has a unit."""
    metres = gaussian_nll(5.0, 5.0, 0.01)
    millimetres = gaussian_nll(5000.0, 5000.0, 0.01 * 1000**2)
    wrong = metres, millimetres
    right = metres, millimetres - np.log(1000)
    return wrong, right


def gaussian_nll__hard_points():
    """An easy point and one that was declared noisy."""
    mean, target = np.array([0.1, 10.0]), np.array([0.0, 0.0])
    var = np.array([0.01, 100.0])
    wrong, _ = gaussian_nll_grad(mean, target, var)
    beta = 0.5
    right = var**beta * wrong
    return wrong, right


def gaussian_nll__floor():
    """A memorised sample, with less and less variance."""
    raw = np.array([0, -10, -100])
    softplus = np.log1p(np.exp(raw))
    wrong = gaussian_nll(1.0, 1.0, softplus)
    right = gaussian_nll(1.0, 1.0, softplus + 0.01)
    return wrong, right


def laplace_nll__deviation():
    """A standard deviation taken for the scale."""
    error, deviation = 3.0, 2.0
    wrong = laplace_nll(error, 0.0, deviation)
    right = laplace_nll(error, 0.0, deviation / np.sqrt(2))
    return wrong, right


def laplace_nll__total():
    """The best centre of five amounts, times five."""
    amounts = np.array([1, 1, 1, 1, 16])
    centres = np.linspace(0, 20, 201)
    costs = [laplace_nll(np.full(5, c), amounts, np.ones(5)).sum() for c in centres]
    wrong = 5 * centres[np.argmin(costs)]
    right = amounts.sum()
    return wrong, right


def laplace_nll__floor():
    """A memorised value, with an ever smaller scale."""
    scales = np.array([1e-1, 1e-10, 1e-100])
    wrong = laplace_nll(np.zeros(3), np.zeros(3), scales)
    right = laplace_nll(np.zeros(3), np.zeros(3), np.maximum(scales, 0.05))
    return wrong, right


def mixture_density_nll__average():
    """Data near -1 and 1: the mean of the forecast, and a peak."""
    logits, mean, sigma = [[0, 0]], [[-1, 1]], [[0.1, 0.1]]
    wrong = mixture_density_nll(logits, mean, sigma, [0.0])
    right = mixture_density_nll(logits, mean, sigma, [1.0])
    return wrong, right


def mixture_density_nll__underflow():
    """A value that is 40 standard deviations from the nearest component."""
    mean, target = np.array([0.0, 1.0]), 41.0
    density = np.exp(-0.5 * (target - mean) ** 2) / np.sqrt(2 * np.pi)
    wrong = -np.log(density.mean())
    right = mixture_density_nll([[0, 0]], [mean], [[1, 1]], [target])
    return wrong, right


def mixture_density_nll__twins():
    """The pull on two means, by a value of 2."""
    logits, sigma, target = [[0, 0]], [[1, 1]], [2.0]
    same, apart = [[0, 0]], [[-1, 1]]
    wrong = mixture_density_nll_grad(logits, same, sigma, target)[1][0]
    right = mixture_density_nll_grad(logits, apart, sigma, target)[1][0]
    return wrong, right


def mixture_density_nll__collapse():
    """One component sits on a sample and shrinks; the other is wide."""
    sigma = np.array([[1e-2, 1], [1e-10, 1], [1e-100, 1]])
    logits = mean = np.zeros((3, 2))
    floored = np.maximum(sigma, 0.05)
    wrong = mixture_density_nll(logits, mean, sigma, np.zeros(3))
    right = mixture_density_nll(logits, mean, floored, np.zeros(3))
    return wrong, right


def negative_binomial_nll__alpha():
    """The variance, if alpha is taken for r."""
    mean, alpha = 10.0, 0.1
    wrong = mean + mean**2 / alpha
    right = mean + alpha * mean**2
    return wrong, right


def negative_binomial_nll__probs():
    """The mean of the distribution that PyTorch makes."""
    from torch.distributions import NegativeBinomial

    mean, r = 10.0, 2.0
    wrong = NegativeBinomial(r, probs=r / (r + mean)).mean
    right = NegativeBinomial(r, probs=mean / (r + mean)).mean
    return wrong, right


def negative_binomial_nll__flat():
    """The slope in r, and in alpha = 1 / r, for counts that hardly scatter."""
    counts, mean = np.array([4.0, 5.0, 6.0]), np.full(3, 5.0)
    slopes = []
    for r in (10.0, 100.0, 1000.0):
        _, slope = negative_binomial_nll_grad(mean, counts, np.full(3, r))
        slopes.append(slope.mean())
    wrong = np.array(slopes)
    right = -wrong * np.array([10, 100, 1000]) ** 2
    return wrong, right


def poisson_deviance__zero():
    """A batch with a count of zero."""
    mean, count = np.array([1.0, 2.0]), np.array([0.0, 3.0])
    wrong = (2 * (count * np.log(count / mean) - count + mean)).mean()
    right = poisson_deviance(mean, count).mean()
    return wrong, right


def poisson_deviance__exposure():
    """Twice the true rate, for a record of one year and one of ten."""
    years, counts, rate = np.array([1, 10]), np.array([1, 10]), 2.0
    wrong = poisson_deviance(np.full(2, rate), counts / years)
    right = poisson_deviance(rate * years, counts)
    return wrong, right


def poisson_deviance__small():
    """The expected deviance of a correct model, for three means."""
    count = np.arange(1.0, 60)
    right = np.zeros(3)
    for i, mean in enumerate([0.1, 1, 10]):
        chances = np.exp(-mean) * np.cumprod(np.append(1, mean / count))
        costs = poisson_deviance(np.full(60, mean), np.append(0, count))
        right[i] = chances @ costs
    wrong = np.ones(3)
    return wrong, right


def poisson_nll__log_rate():
    """PyTorch takes the log rate, Keras the rate."""
    import torch
    from keras.losses import poisson

    output, count = np.array([2.0]), np.array([3.0])
    loss = torch.nn.PoissonNLLLoss()
    in_torch = loss(torch.tensor(output), torch.tensor(count))
    wrong = in_torch, poisson(count, output)
    right = in_torch, poisson(count, np.exp(output))
    return wrong, right


def poisson_nll__negative():
    """Two data sets, each forecast a third too low."""
    counts, rates = np.array([3, 30]), np.array([2, 20])
    wrong = poisson_nll(np.log(rates), counts)
    best = poisson_nll(np.log(counts), counts)
    right = 2 * (wrong - best)
    return wrong, right


def poisson_nll__exploding():
    """The rate after one step of the bias, from 0 or from the log mean."""
    counts = np.array([801, 1001, 1201])
    rates = []
    for bias in 0, np.log(counts.mean()):
        gradient = poisson_nll_grad(bias, counts).mean()
        rates.append(np.exp(bias - 0.02 * gradient))
    wrong, right = rates
    return wrong, right


def student_t_nll__deviation():
    """The standard deviation at scale 1, for three degrees of freedom."""
    nu = np.array([3, 4, 30])
    wrong = np.ones(3)
    right = np.sqrt(nu / (nu - 2))
    return wrong, right


def student_t_nll__interval():
    """What 1.96 scales on either side cover."""
    y = np.linspace(-1.96, 1.96, 20001)
    nothing, scale = np.zeros_like(y), np.ones_like(y)
    wrong = [0.95, 0.95, 0.95]
    densities = [
        np.exp(-student_t_nll(nothing, y, scale, nu=n)) for n in (1, 3, 10)
    ]
    right = [np.trapezoid(density, y) for density in densities]
    return wrong, right


def student_t_nll__valleys():
    """Gradient descent from two starts."""
    y, ends = np.array([0.0, 1, 2, 20, 21]), []
    for start in (20.5, np.median(y)):
        centre = np.full(5, start)
        for _ in range(2000):
            slope, _ = student_t_nll_grad(centre, y, np.ones(5), nu=1)
            centre = centre - 0.1 * slope.mean()
        ends.append(centre[0])
    wrong, right = ends
    return wrong, right


def tweedie_deviance__default():
    """The default of the library is the squared error."""
    from sklearn.metrics import mean_tweedie_deviance

    wrong = mean_tweedie_deviance([1.0], [4.0])
    right = mean_tweedie_deviance([1.0], [4.0], power=1.5)
    return wrong, right


def tweedie_deviance__powers():
    """One forecast by three powers; three forecasts by one power."""
    truth = 100.0
    wrong = [tweedie_deviance(150.0, truth, power=p) for p in (1, 1.5, 2)]
    right = [tweedie_deviance(mean, truth) for mean in (150.0, 120.0, 105.0)]
    return wrong, right


def tweedie_deviance__constant():
    """What boosting minimises, at a perfect forecast."""
    target = mean = 4.0
    p = 1.5
    wrong = mean ** (2 - p) / (2 - p) - target * mean ** (1 - p) / (1 - p)
    best = target ** (2 - p) / (2 - p) - target ** (2 - p) / (1 - p)
    right = 2 * (wrong - best)
    return wrong, right
