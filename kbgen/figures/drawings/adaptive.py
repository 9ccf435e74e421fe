"""The relatives of Adam on the two maps, or what their scale does over the steps."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kbgen.figures.drawings._maps import START, maps, swept
from kbgen.figures.drawings._shared import Array, decades, signs, track
from kbgen.figures.style import COLOURS, DASHES, label_ends, name_axis, panel
from kbgen.landscapes import SLOPE, Rule, walk
from kbgen.optimizers import adaptive, rules


def _beside(walked: Sequence[tuple[str, Rule, float]], steps: Sequence[int]) -> Figure:
    """Paths of several rules, each with its sign and its rate, over both maps."""
    figure, both = maps()
    for (place, axes), count in zip(both.items(), steps, strict=True):
        for i, (_, rule, rate) in enumerate(walked):
            track(axes, walk(rule, SLOPE[place], START[place], count, lr=rate), i)
    signs(figure, [sign for sign, _, _ in walked])
    return figure


def _steps_of(rule: Rule, grads: Sequence[float] | Array, **constants: Any) -> Array:
    """The length of every step along one coordinate with the gradients given."""
    found, state = [], ()
    for grad in grads:
        moved, *state = rule(0.0, grad, *state, **constants)
        found.append(abs(moved))
    return np.array(found)


def adadelta() -> Figure:
    """The rate of the paper and that of Keras, from one start."""
    return swept(adaptive.adadelta, "lr", "η", (0.001, 1, 10), (120, 240))


def adamax() -> Figure:
    """Steps after one gradient a hundred times larger, beside those of Adam and AMSGrad."""
    grads = np.ones(61)
    grads[10] = 100
    return _lengths({"AdaMax": adaptive.adamax, "Adam": rules.adam}, grads, beta2=0.9)


def _lengths(named: dict[str, Callable[..., Any]], grads: Array, **constants: float) -> Figure:
    """The lengths of the steps of some rules at rate 1, over the steps."""
    labels = list(named)
    figure, axes = panel(labels=labels)
    lines = []
    for i, rule in enumerate(named.values()):
        lines += axes.plot(np.log10(_steps_of(rule, grads, lr=1.0, **constants)), color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, len(grads) - 1), xlabel="t")
    decades(axes, "y", (-1, 0))
    label_ends(axes, lines, labels)
    name_axis(axes, "|Δθ| / η")
    return figure


def amsgrad() -> Figure:
    """One large gradient: Adam recovers, AMSGrad stays slow."""
    grads = np.ones(201)
    grads[20] = 30
    return _lengths({"Adam": rules.adam, "AMSGrad": adaptive.amsgrad}, grads, beta2=0.95)


def nadam() -> Figure:
    """Beside Adam, at one rate."""
    return _beside((("Adam", rules.adam, 0.03), ("NAdam", partial(adaptive.nadam, psi=1), 0.03)), (220, 300))


def radam() -> Figure:
    """How much of the step of Adam is let through, for three memories."""
    labels = ["β₂ = 0.9", "0.99", "0.999"]
    figure, axes = panel(labels=labels)
    lines = []
    for i, beta2 in enumerate((0.9, 0.99, 0.999)):
        share = _steps_of(adaptive.radam, np.full(301, 1e6), lr=1.0, beta2=beta2, beta1=0.0)
        share[share > 2] = np.nan
        lines += axes.plot(np.arange(1, 302), share, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 300), ylim=(0, 1.05), xlabel="t", yticks=(0, 0.5, 1))
    label_ends(axes, lines, labels)
    name_axis(axes, "rₜ")
    return figure


def lion() -> Figure:
    """Three rates of Lion: its steps have one length per coordinate."""
    return swept(adaptive.lion, "lr", "η", (0.01, 0.03, 0.1), (80, 140))


def adabelief() -> Figure:
    """Steps under a gradient that is steady at first and alternates later, beside Adam."""
    grads = np.where(np.arange(121) < 60, 1.0, 1.0 + 2.0 * (-1.0) ** np.arange(121))
    return _lengths({"AdaBelief": adaptive.adabelief, "Adam": rules.adam}, grads, beta2=0.95)


def yogi() -> Figure:
    """Steps after the gradients have become ten times smaller, beside Adam."""
    grads = np.where(np.arange(201) < 20, 10.0, 1.0)
    return _lengths({"Adam": rules.adam, "Yogi": adaptive.yogi}, grads, beta2=0.97)


def signsgd() -> Figure:
    """Three rates: every step is a diagonal of one length."""
    return swept(rules.signsgd, "lr", "η", (0.01, 0.03, 0.1), (80, 140))


def rprop() -> Figure:
    """Three first steps: the rule finds its own size."""
    return swept(rules.rprop, "lr", "Δ₀", (0.001, 0.01, 0.1), (40, 80))


def ademamix() -> Figure:
    """Steps after the gradient has turned round, beside Adam."""
    grads = np.where(np.arange(401) < 200, 1.0, -1.0)
    figure, axes = panel(labels=["AdEMAMix", "Adam"])
    lines = []
    every: tuple[Rule, ...] = (partial(adaptive.ademamix, beta3=0.99), rules.adam)
    for i, rule in enumerate(every):
        path = np.array([0.0, *np.cumsum(_signed(rule, grads, lr=0.01))])
        lines += axes.plot(path, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, 400), xlabel="t")
    label_ends(axes, lines, ["AdEMAMix", "Adam"])
    name_axis(axes, "−θ")
    return figure


def _signed(rule: Rule, grads: Array, **constants: Any) -> Array:
    """Every step along one coordinate, counted down the first gradient."""
    found, state = [], ()
    for grad in grads:
        moved, *state = rule(0.0, grad, *state, **constants)
        found.append(-moved)
    return np.array(found)


def adan() -> Figure:
    """Every step around a turn of the gradient, beside Adam with the same memory."""
    grads = np.where(np.arange(121) < 40, 1.0, -1.0)
    both: dict[str, Callable[..., Any]] = {"Adan": adaptive.adan, "Adam": partial(rules.adam, beta1=0.98, beta2=0.99)}
    return _drawn({name: _signed(rule, grads, lr=1.0) for name, rule in both.items()}, "−Δθ / η")


def sparse_adam() -> Figure:
    """How far one comes where a gradient arrives every tenth step only, beside Adam."""
    grads = np.where(np.arange(101) % 10 == 0, 1.0, 0.0)
    both: dict[str, Callable[..., Any]] = {"SparseAdam": adaptive.sparse_adam, "Adam": rules.adam}
    return _drawn({name: np.cumsum(_signed(rule, grads, lr=1.0)) for name, rule in both.items()}, "−θ / η")


def _drawn(curves: dict[str, Array], name: str) -> Figure:
    """Curves over the steps, labelled at their ends."""
    labels = list(curves)
    figure, axes = panel(labels=labels)
    lines = []
    for i, curve in enumerate(curves.values()):
        lines += axes.plot(curve, color=COLOURS[i], linestyle=DASHES[i])
    axes.set(xlim=(0, max(map(len, curves.values())) - 1), xlabel="t")
    label_ends(axes, lines, labels)
    name_axis(axes, name)
    return figure
