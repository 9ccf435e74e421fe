"""Distillation: what a thin student can hold, where it looks, and what a confident teacher silences."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import cells, powers, sheet
from kbgen.figures.drawings._shared import Array
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel
from kbgen.losses import distillation

BLUE, ORANGE, GREEN, _ = COLOURS
hint: Callable[..., Any] = distillation.fitnets_hint
hint_grad: Callable[..., Any] = distillation.fitnets_hint_grad
transfer_grad: Callable[..., Any] = distillation.attention_transfer_grad
decoupled: Callable[..., Any] = distillation.decoupled_kd


def fitnets_hint() -> Figure:
    """Mean hint loss of students of three widths, and the least that each can reach."""
    rng = np.random.default_rng(4)
    teacher = rng.normal(size=(60, 8)) * np.array([1.6, 1.3, 1.1, 0.9, 0.7, 0.5, 0.4, 0.3])
    singular = np.linalg.svd(teacher, compute_uv=False)
    steps, widths = 400, (1, 2, 4)
    labels = [f"d = {width}" for width in widths]
    figure, axes = panel(labels=labels)
    lines = []
    for i, width in enumerate(widths):
        seen = _guided(teacher, width, steps, rng)
        lines += axes.plot(np.arange(steps), seen, color=COLOURS[i], linestyle=DASHES[i])
        floor = 0.5 * np.sum(singular[width:] ** 2) / len(teacher)
        axes.axhline(floor, color=FG, linewidth=0.9, linestyle=DASHES[2], zorder=1.5)
    axes.set(xlim=(0, steps), ylim=(0, 4.2), xlabel="t")
    name_axis(axes, "ℓ")
    label_ends(axes, lines, labels)
    return figure


def _guided(teacher: Array, width: int, steps: int, rng: np.random.Generator) -> list[float]:
    """Mean losses while free student features and the regressor descend together."""
    student = rng.normal(size=(len(teacher), width)) * 0.3
    regressor = rng.normal(size=(teacher.shape[1], width)) * 0.3
    seen = []
    for _ in range(steps):
        seen.append(float(np.mean(hint(student, teacher, regressor))))
        by_student, by_regressor = hint_grad(student, teacher, regressor)
        student, regressor = student - 0.02 * by_student, regressor - 0.02 * by_regressor / 4
    return seen


def attention_transfer() -> Figure:
    """The map of a teacher, and that of a student before, during and after a descent."""
    rng = np.random.default_rng(2)
    row, column = np.divmod(np.arange(36), 6)
    near, far = (np.exp(-((row - at) ** 2 + (column - at) ** 2) / 4) for at in (1.2, 3.8))
    teacher = rng.normal(size=(1, 5, 36)) * (0.15 + 2 * near)
    student = rng.normal(size=(1, 2, 36)) * (0.15 + 2 * far)
    maps, labels = [_map(teacher)], ["T", "t = 0", "t = 100", "t = 400"]
    for step in range(401):
        if step in (0, 100, 400):
            maps.append(_map(student))
        student = student - 0.3 * transfer_grad(student, teacher)
    figure, axes = sheet(28, 8)
    for i, (values, label) in enumerate(zip(maps, labels, strict=True)):
        cells(axes, values, (0.5 + 7 * i, 1.6), color=ORANGE if i == 0 else BLUE)
        axes.text(3.5 + 7 * i, 0.8, label, ha="center", va="center_baseline")
    return figure


def _map(features: Array) -> Array:
    """The attention map of power 2 of one item, six by six."""
    return np.asarray(np.sum(features[0] ** 2, axis=0).reshape(6, 6))


def decoupled_kd() -> Figure:
    """Both terms, and the share of the second that plain distillation leaves, over the confidence of the teacher."""
    sure = 1 - np.geomspace(0.001, 0.66, 121)[::-1]
    teacher = np.log(np.stack([sure, 0.9 * (1 - sure), 0.1 * (1 - sure)], axis=1))
    student = np.tile(np.log([0.6, 0.2, 0.2]), (len(sure), 1))
    label = np.zeros(len(sure))
    target = decoupled(student, teacher, label, temperature=1.0, alpha=1.0, beta=0.0)
    others = decoupled(student, teacher, label, temperature=1.0, alpha=0.0, beta=1.0)
    labels = ["β", "α", "(1 − p) β"]
    figure, axes = panel(labels=labels)
    looks = zip((others, target, (1 - sure) * others), (BLUE, GREEN, ORANGE), (DASHES[0], DASHES[3], DASHES[1]), strict=True)
    lines = [axes.plot(1 - sure, values, color=colour, linestyle=dash)[0] for values, colour, dash in looks]
    axes.set(xscale="log", xlim=(0.66, 0.001), ylim=(0, 0.55), xlabel="1 − p")
    powers(axes.xaxis, (-1, -2, -3))
    name_axis(axes, "ℓ")
    label_ends(axes, lines, labels)
    return figure
