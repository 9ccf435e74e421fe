"""Robust losses."""

import numpy as np

from kbgen.losses.regression import squared_error_grad
from kbgen.losses.robust import (
    huber,
    huber_grad,
    log_cosh,
    log_cosh_grad,
    smooth_l1,
    smooth_l1_grad,
)


def huber__compromise():
    """Squared error has no kink to smooth; what differs is the efficiency."""
    noise = np.linspace(-9, 9, 180_001)
    density = np.exp(-(noise**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
    slopes = squared_error_grad(noise, 0), huber_grad(noise, 0, delta=1.345)
    kinks = [np.diff(slope).max().round(2) for slope in slopes]
    efficiencies = [
        (density @ (s * noise)) ** 2 / (density @ s**2) for s in slopes
    ]
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
    wrong = [
        loss(pred, target) for loss in (SmoothL1Loss(), SmoothL1Loss(beta=2))
    ]
    right = [loss(pred, target) for loss in (HuberLoss(), HuberLoss(delta=2))]
    return wrong, right
