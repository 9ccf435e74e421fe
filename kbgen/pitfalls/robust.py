"""Robust losses."""

import numpy as np

from kbgen.losses.regression import squared_error_grad
from kbgen.losses.robust import (
    barron_general,
    cauchy,
    cauchy_grad,
    charbonnier,
    charbonnier_grad,
    epsilon_insensitive_grad,
    fair,
    fair_grad,
    geman_mcclure,
    geman_mcclure_grad,
    huber,
    huber_grad,
    log_cosh,
    log_cosh_grad,
    pseudo_huber,
    pseudo_huber_grad,
    smooth_l1,
    smooth_l1_grad,
    tukey_biweight_grad,
    welsch,
    welsch_grad,
    wing,
    wing_grad,
)


def barron_general__removable():
    """Zero over zero, and zero times infinity."""
    residual, alphas = 2.0, np.array([2.0, 0.0])
    base = residual**2 / np.abs(alphas - 2) + 1
    wrong = np.abs(alphas - 2) / alphas * (base ** (alphas / 2) - 1)
    right = [barron_general(residual, 0, alpha=alpha) for alpha in alphas]
    return wrong, right


def barron_general__learned_scale():
    """The best of many scales, for seven small residuals and a large one."""
    residuals = np.array([-2, -1, -0.5, 0, 0.5, 1, 2, 30])
    scales = np.geomspace(0.1, 1000, 401)
    losses = [barron_general(residuals, 0, alpha=0, c=c) for c in scales]
    loss = np.mean(losses, axis=1)
    wrong = scales[np.argmin(loss)]
    right = scales[np.argmin(loss + np.log(scales))]
    return wrong, right


def barron_general__learned_shape():
    """The best of four shapes, for residuals of a normal distribution."""
    residuals = np.random.default_rng(0).normal(size=10_000)
    x, shapes = np.linspace(-2000, 2000, 400_001), [0.5, 1, 1.5, 2]
    density = [np.exp(-barron_general(x, 0, alpha=a)) for a in shapes]
    normaliser = np.log(np.sum(density, axis=1) * 0.01)
    losses = [barron_general(residuals, 0, alpha=a).mean() for a in shapes]
    wrong = shapes[np.argmin(losses)]
    right = shapes[np.argmin(losses + normaliser)]
    return wrong, right


def cauchy__tuning():
    """Efficiency under normal noise, with the constant copied and converted."""
    noise = np.linspace(-9, 9, 180_001)
    density = np.exp(-(noise**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
    efficiencies = []
    for c in 2.385, 2.385 / np.sqrt(2):
        slope = cauchy_grad(noise, 0, c=c)
        efficiency = (density @ (slope * noise)) ** 2 / (density @ slope**2)
        efficiencies.append(efficiency)
    wrong, right = efficiencies
    return wrong, right


def cauchy__valleys():
    """Where descent ends, and the mean loss there."""
    targets, ends = np.array([0, 0, 0, 10, 10]), []
    for start in 10.0, np.median(targets):
        pred = start
        for _ in range(1000):
            pred -= cauchy_grad(pred, targets).mean()
        ends.append([pred, cauchy(pred, targets).mean()])
    wrong, right = ends
    return wrong, right


def charbonnier__inside():
    """Width of the rounding, and the slope at a residual of 0.01."""
    epsilon, residual = 1e-3, 0.01
    slope = residual / np.sqrt(residual**2 + epsilon)
    wrong = np.sqrt(epsilon), slope
    right = epsilon, charbonnier_grad(residual, 0, epsilon=epsilon)
    return wrong, right


def charbonnier__floor():
    """Two perfect models."""
    epsilons = 1e-3, 0.1
    wrong = [charbonnier(7, 7, epsilon=epsilon) for epsilon in epsilons]
    right = [loss - epsilon for loss, epsilon in zip(wrong, epsilons, strict=True)]
    return wrong, right


def charbonnier__half():
    """The slope of a perfect prediction in half precision."""
    residual, epsilon = np.float16([0]), np.float16(1e-4)
    wrong = residual / np.sqrt(residual**2 + epsilon**2)
    right = residual / np.hypot(residual, epsilon)
    return wrong, right


def epsilon_insensitive__tube():
    """Support vectors, and the range of the predictions."""
    from sklearn.svm import SVR

    x = np.linspace(0, 6, 50)[:, None]
    target, fits = 0.05 * np.sin(x[:, 0]), []
    for epsilon in 0.1, 0.005:
        model = SVR(epsilon=epsilon).fit(x, target)
        fits.append([len(model.support_), np.ptp(model.predict(x))])
    wrong, right = fits
    return wrong, right


def epsilon_insensitive__bias():
    """The mean error after a thousand steps, in a wide tube and a narrow one."""
    target, biases = np.array([1.0, 2.0, 3.0]), []
    for epsilon in 0.1, 0.01:
        pred = target + 0.09
        for _ in range(1000):
            pred -= 0.001 * epsilon_insensitive_grad(pred, target, epsilon=epsilon)
        biases.append((pred - target).mean())
    wrong, right = biases
    return wrong, right


def epsilon_insensitive__defaults():
    """One loss was expected, three classes have two."""
    from sklearn.linear_model import SGDRegressor
    from sklearn.svm import SVR, LinearSVR

    classes = SVR, SGDRegressor, LinearSVR
    wrong = [SVR().epsilon for _ in classes]
    right = [each().epsilon for each in classes]
    return wrong, right


def fair__literal():
    """The difference of two nearly equal numbers."""
    residual = np.float32(1e-4)
    wrong = residual - np.log(1 + residual)
    right = fair(residual, np.float32(0))
    return wrong, right


def fair__newton():
    """One step from a residual of 100."""
    start = 100.0
    slope = fair_grad(start, 0)
    curvature, weight = 1 / (1 + start) ** 2, 1 / (1 + start)
    wrong = start - slope / curvature
    right = start - slope / weight
    return wrong, right


def fair__units():
    """Slopes of two errors of house prices, as shares of the largest slope."""
    errors = np.array([2e4, 2e5])
    wrong = fair_grad(errors, 0, c=1)
    right = fair_grad(errors, 0, c=5e4) / 5e4
    return wrong, right


def geman_mcclure__forms():
    """The classic form at a residual of 1, with sigma at 2, is 0.2."""
    residual, sigma = 1.0, 2.0
    classic = residual**2 / (residual**2 + sigma**2)
    wrong = geman_mcclure(residual, 0, c=sigma), classic
    right = geman_mcclure(residual, 0, c=sigma / 2) / 2, classic
    return wrong, right


def geman_mcclure__anneal():
    """Where a thousand steps lead from 50, with a fixed scale and a falling one."""
    ends = []
    for scales in np.ones(1000), np.geomspace(50, 1, 1000):
        pred = 50.0
        for c in scales:
            pred -= c**2 * geman_mcclure_grad(pred, 0, c=c)
        ends.append(round(pred, 4))
    wrong, right = ends
    return wrong, right


def geman_mcclure__learned_scale():
    """The best of many scales, for seven small residuals and a large one."""
    residuals = np.array([-2, -1, -0.5, 0, 0.5, 1, 2, 30])
    scales = np.geomspace(0.1, 1000, 401)
    bounded = [geman_mcclure(residuals, 0, c=c).mean() for c in scales]
    normed = [cauchy(residuals, 0, c=c).mean() + np.log(c) for c in scales]
    wrong = scales[np.argmin(bounded)]
    right = scales[np.argmin(normed)]
    return wrong, right


def huber__compromise():
    """Squared error has no kink to smooth; what differs is the efficiency."""
    noise = np.linspace(-9, 9, 180_001)
    density = np.exp(-(noise**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
    slopes = squared_error_grad(noise, 0), huber_grad(noise, 0, delta=1.345)
    kinks = [np.diff(slope).max().round(2) for slope in slopes]
    efficiencies = [(density @ (s * noise)) ** 2 / (density @ s**2) for s in slopes]
    wrong, right = kinks, efficiencies
    return wrong, right


def huber__smooth_l1():
    """Equal at 1 and nowhere else."""
    thresholds = 1, 2, 4
    wrong = [smooth_l1(8, 0, beta=threshold) for threshold in thresholds]
    right = [huber(8, 0, delta=threshold) for threshold in thresholds]
    return wrong, right


def huber__units():
    """The threshold has the unit of the target."""
    metres, millimetres = np.array([0.2, 3.0]), np.array([200.0, 3000.0])
    meant = huber(metres, 0, delta=1)
    wrong = huber(millimetres, 0, delta=1) / meant
    right = huber(millimetres, 0, delta=1000) / meant
    return wrong, right


def log_cosh__overflow():
    """The cosh overflows long before its logarithm is large."""
    residual = np.float32(100)
    wrong = np.log(np.cosh(residual))
    right = residual + np.log1p(np.exp(-2 * residual)) - np.log(2)
    return wrong, right


def log_cosh__near_zero():
    """Near zero the stable form takes log 2 from log 2."""
    from keras.losses import log_cosh as keras_log_cosh

    target, pred = np.float32([0]), np.float32([1e-4])
    wrong = keras_log_cosh(target, pred)
    right = log_cosh(pred[0], target[0])
    return wrong, right


def log_cosh__newton():
    """A residual of 10, and 1000 of them in a leaf of XGBoost."""
    slope = log_cosh_grad(10.0, 0)
    curvature = 1 - slope**2
    newton = slope / curvature
    samples, reg_lambda, max_delta_step = 1000, 1, 1
    leaf = samples * slope / (samples * curvature + reg_lambda)
    wrong = newton, leaf
    right = np.minimum(wrong, max_delta_step)
    return wrong, right


def pseudo_huber__literal():
    """The root is 1 before the subtraction."""
    residual = np.float32(1e-4)
    wrong = np.sqrt(1 + residual**2) - 1
    right = residual**2 / (1 + np.sqrt(1 + residual**2))
    return wrong, right


def pseudo_huber__order():
    """What the call of SciPy computes with its arguments swapped."""
    delta, residual = 1.0, 3.0
    wrong = pseudo_huber(delta, 0, delta=residual)
    right = pseudo_huber(residual, 0, delta=delta)
    return wrong, right


def pseudo_huber__threshold():
    """The share of the largest slope at delta and at 2.065 delta."""
    residuals = np.array([1, 2.065])
    wrong = huber_grad(residuals, 0, delta=1)
    right = pseudo_huber_grad(residuals, 0, delta=1)
    return wrong, right


def smooth_l1__weight():
    """A larger beta is a smaller weight."""
    betas = 1, 2, 4
    wrong = [smooth_l1_grad(0.5, 0, beta=beta) for beta in betas]
    right = [beta * smooth_l1_grad(0.5, 0, beta=beta) for beta in betas]
    return wrong, right


def smooth_l1__huber():
    """The defaults agree, everything else does not."""
    import torch
    from torch.nn import HuberLoss, SmoothL1Loss

    pred, target = torch.tensor([4.0]), torch.tensor([0.0])
    wrong = [loss(pred, target) for loss in (SmoothL1Loss(), SmoothL1Loss(beta=2))]
    right = [loss(pred, target) for loss in (HuberLoss(), HuberLoss(delta=2))]
    return wrong, right


def tukey_biweight__start():
    """A start on the plain, and one among the targets."""
    targets, ends = np.array([100, 101, 102]), []
    for start in 0.0, np.median(targets):
        pred = start
        for _ in range(1000):
            pred -= tukey_biweight_grad(pred, targets).mean()
        ends.append(pred)
    wrong, right = ends
    return wrong, right


def tukey_biweight__scale():
    """Slopes at residuals in millimetres; the last is an outlier."""
    residuals = np.array([-20, 15, -25, 200])
    scale = np.median(np.abs(residuals)) / 0.6745
    wrong = tukey_biweight_grad(residuals, 0)
    right = tukey_biweight_grad(residuals / scale, 0)
    return wrong, right


def tukey_biweight__mean_scale():
    """The scale, and the weight that the outlier keeps."""
    residuals = np.array([-2, -1, 1, 2, 100])
    scales = residuals.std(), np.median(np.abs(residuals)) / 0.6745
    outlier = residuals[-1] / np.array(scales)
    weights = tukey_biweight_grad(outlier, 0) / outlier
    wrong, right = zip(scales, weights, strict=True)
    return wrong, right


def welsch__dark():
    """Where a thousand steps lead from 40, with a fixed scale and a falling one."""
    ends = []
    for scales in np.ones(1000), np.geomspace(40, 1, 1000):
        pred = 40.0
        for c in scales:
            pred -= c**2 * welsch_grad(pred, 0, c=c)
        ends.append(round(pred, 4))
    wrong, right = ends
    return wrong, right


def welsch__literal():
    """The exponential is 1 before the subtraction."""
    residual = np.float32(1e-4)
    wrong = 1 - np.exp(-(residual**2) / 2)
    right = welsch(residual, np.float32(0))
    return wrong, right


def welsch__tuning():
    """Efficiency under normal noise, with the constant copied and converted."""
    noise = np.linspace(-9, 9, 180_001)
    density = np.exp(-(noise**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
    efficiencies = []
    for c in 2.985, 2.985 / np.sqrt(2):
        slope = welsch_grad(noise, 0, c=c)
        efficiency = (density @ (slope * noise)) ** 2 / (density @ slope**2)
        efficiencies.append(efficiency)
    wrong, right = efficiencies
    return wrong, right


def wing__pixels():
    """Slopes at errors of 1 and 10 pixels."""
    pixels, side = np.array([1.0, 10.0]), 256
    wrong = wing_grad(pixels / side, 0)
    right = wing_grad(pixels, 0)
    return wrong, right


def wing__kink():
    """The last errors of descent, with a fixed rate and a falling one."""
    fixed, falling = [0.3], [0.3]
    for step in range(1, 51):
        fixed.append(fixed[-1] - 0.1 * wing_grad(fixed[-1], 0))
        falling.append(falling[-1] - 0.1 / step * wing_grad(falling[-1], 0))
    wrong, right = np.round(fixed[-2:], 3), np.round(falling[-2:], 3)
    return wrong, right


def wing__seam():
    """The jump at 10, believed from the values and measured in the slopes."""
    around = np.array([10 - 1e-9, 10 + 1e-9])
    wrong = np.diff(wing(around, 0)).round(4)
    right = np.diff(wing_grad(around, 0)).round(4)
    return wrong, right
