"""What is minimised and what it is measured on: losses, risks, residuals, margins, batches, curves of training."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kbgen import registry
from kbgen.figures.drawings._cells import cells, frame, heads, sheet
from kbgen.figures.drawings._shared import SMALL, Array, arrow, contours, decades, dot, field, names, say
from kbgen.figures.style import COLOURS, DASHES, FG, label_ends, name_axis, panel, panels


def loss_function() -> Figure:
    """Three slopes through the data on the left, the mean loss of each on the right."""
    figure, (data, loss) = panels(2)
    x = np.array([0.4, 0.8, 1.1, 1.5, 1.9, 2.3, 2.7])
    y = 0.9 * x + np.random.default_rng(5).normal(0, 0.3, x.size)
    slopes, squared_error = np.linspace(0, 1.8, 61), registry.losses()["squared_error"]
    loss.plot(slopes, [squared_error(w * x, y).mean() for w in slopes], color=FG)
    for i, w in enumerate((0.3, float(x @ y / (x @ x)), 1.6)):
        data.plot([0, 3], [0, 3 * w], color=COLOURS[i], linestyle=DASHES[i])
        height = float(squared_error(w * x, y).mean())
        dot(loss, w, height, COLOURS[i], markersize=9)
        loss.plot([w, w], [0, height], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.3)
        say(
            data,
            f"w = {w:.1f}",
            3,
            3 * w,
            COLOURS[i],
            fontsize=SMALL,
            ha="right",
            va="bottom",
            offset=((-14, -2), (-22, -8))[i > 0],
        )
    data.plot(x, y, "o", color=FG, markersize=5.5)
    data.set(xlim=(0, 3), ylim=(0, 4.9), xticks=range(4), yticks=(0, 2, 4))
    loss.set(xlim=(0, 1.8), ylim=(0, None), xticks=(0, 0.5, 1, 1.5))
    names(data, "x", "ŷ, y")
    names(loss, "w", "L(w)")
    return figure


def objective_function() -> Figure:
    """Loss (w − 4)², penalty λw² and their sum, with the minimum of the sum for six values of λ."""
    labels = ["(w − 4)²", "w²", "J"]
    figure, axes = panel(labels=labels)
    w = np.linspace(-0.6, 5.2, 117)
    curves = [(w - 4) ** 2, w**2, (w - 4) ** 2 + w**2]
    lines = [axes.plot(w, y, color=COLOURS[i], linestyle=DASHES[(1, 2, 0)[i]])[0] for i, y in enumerate(curves)]
    strengths = np.array([0, 0.25, 0.5, 1, 2, 4])
    found = 4 / (1 + strengths)
    axes.plot(found, (found - 4) ** 2 + strengths * found**2, color=COLOURS[3], linewidth=1.2, zorder=4)
    for strength, best in zip(strengths, found, strict=True):
        value = (best - 4) ** 2 + strength * best**2
        dot(axes, best, value, COLOURS[3])
        say(axes, f"λ = {strength:g}" if strength == 4 else f"{strength:g}", best, value, COLOURS[3], ha="left", offset=(4, 9))
    axes.set(xlim=(-0.6, 5.2), ylim=(0, 20), xticks=range(6), yticks=(0, 5, 10, 15, 20), xlabel="w")
    label_ends(axes, lines, labels)
    return figure


def empirical_risk() -> Figure:
    """The mean squared loss on 16 samples of ten, their minima, and the risk that they estimate."""
    figure, axes = field(right=0.35)
    theta = np.linspace(-1.5, 1.5, 41)
    samples = np.random.default_rng(0).normal(0, 1, (16, 10))
    for sample in samples:
        axes.plot(theta, 0.5 * ((theta[:, None] - sample) ** 2).mean(axis=1), color=COLOURS[0], linewidth=0.9, alpha=0.4)
        best = sample.mean()
        axes.plot(best, 0.5 * sample.var(), "o", color=COLOURS[0], markersize=4.5, zorder=4)
        axes.plot(best, 0.5 * (best**2 + 1), "D", color=COLOURS[1], markersize=4.5, zorder=5)
    (true,) = axes.plot(theta, 0.5 * (theta**2 + 1), color=COLOURS[1], linewidth=3, zorder=3)
    axes.set(xlim=(-1.5, 1.5), ylim=(0, 2), xticks=(-1, 0, 1), yticks=(0, 0.5, 1, 1.5, 2), xlabel="θ")
    label_ends(axes, [true], ["R"])
    say(axes, "R̂", -1.3, 0.27, COLOURS[0])
    return figure


def residual() -> Figure:
    """Least squares on eight points: the residual of each as a bar, its square as an area."""
    figure, axes = field()
    x = np.arange(1.0, 9.0)
    y = 0.9 + 0.45 * x + np.array([0.5, -0.9, 0.35, 1.15, -0.6, -0.75, -0.45, 0.8])
    slope, start = np.polyfit(x, y, 1)
    axes.plot([0.2, 9], [start + 0.2 * slope, start + 9 * slope], color=FG, linewidth=1.8)
    for xi, yi, r in zip(x, y, start + slope * x - y, strict=True):
        colour = COLOURS[1] if r > 0 else COLOURS[0]
        axes.fill([xi, xi + abs(r), xi + abs(r), xi], [yi, yi, yi + r, yi + r], color=colour, alpha=0.2, linewidth=0)
        axes.plot([xi, xi], [yi, yi + r], color=colour, linestyle="-" if r > 0 else DASHES[2])
        dot(axes, xi, yi, colour)
        say(axes, f"{r:+.1f}".replace("-", "−"), xi, yi, colour, offset=(0, -12 if r > 0 else 11))
    axes.set(xlim=(0.2, 9.2), ylim=(0, 5.75), aspect="equal", xticks=range(1, 10, 2), yticks=range(0, 6, 2), xlabel="x")
    axes.set_anchor("W")
    name_axis(axes, "y")
    say(axes, "ŷ", 9.0, start + 9 * slope, offset=(10, 0))
    return figure


def margin() -> Figure:
    """A linear classifier fitted by hinge loss and a small penalty, with the lines m = 1, 0, −1 and the examples it rests on."""
    figure, axes = field()
    rng = np.random.default_rng(4)
    label = np.repeat([-1.0, 1.0], 11)
    x = rng.normal(0, 0.75, (22, 2)) + label[:, None] * (1.25, 0.8)
    w, b = _hinge_fit(x, label)
    for i, sign in enumerate((1, -1)):
        axes.plot(*x[label == sign].T, "os"[i], color=COLOURS[i], markersize=6, linestyle="none", zorder=4)
    touching = x[label * (x @ w + b) < 1.05]
    axes.plot(*touching.T, "o", markersize=12, markerfacecolor="none", markeredgecolor=FG, markeredgewidth=1.2, linestyle="none")
    ends = np.array([-2.6, 2.6])
    for score in (-1, 0, 1):
        across = (score - b - w[1] * ends) / w[0]
        axes.plot(across, ends, color=FG, linestyle="-" if score == 0 else DASHES[1], linewidth=2 if score == 0 else 1.1)
        say(axes, f"{score}".replace("-", "−"), float(across[1]), 2.6, offset=(0, 9))
    _width(axes, w, b)
    axes.set(xlim=(-4.3, 4.3), ylim=(-2.6, 2.6), aspect="equal", xticks=(-4, -2, 0, 2, 4), yticks=(-2, 0, 2), xlabel="x₁")
    name_axis(axes, "x₂")
    return figure


def _hinge_fit(x: Array, label: Array) -> tuple[Array, float]:
    """Weights and offset by subgradient descent on mean hinge loss plus 0.01‖w‖²."""
    w, b, hinge_grad = np.zeros(2), 0.0, registry.losses()["hinge_grad"]
    for t in range(1500):
        g = hinge_grad(x @ w + b, label) / len(x)
        rate = 1 / (1 + 0.02 * t)
        w, b = w - rate * (x.T @ g + 0.02 * w), b - rate * float(g.sum())
    return w, b


def _width(axes: Axes, w: Array, b: float) -> None:
    """The distance 1/‖w‖ from the boundary to the line m = 1."""
    along = np.array([-w[1], w[0]]) / np.hypot(*w)
    foot = -b * w / (w @ w) - 2.1 * along
    arrow(axes, foot, foot + w / (w @ w), FG, arrowstyle="<|-|>,head_length=0.4,head_width=0.2", linewidth=1.2)
    say(axes, "1/‖w‖", *(foot + 0.5 * w / (w @ w)), offset=(38, -2))


def batch_size() -> Figure:
    """The same three runs against the steps and against the examples used."""
    figure, both = panels(2, gap=0.55)
    for i, batch in enumerate((4, 32, 256)):
        excess = _sgd_run(batch, 400)
        steps = np.unique(np.geomspace(1, 400, 40).astype(int))
        for axes, across in zip(both, (steps, steps * batch), strict=True):
            axes.plot(np.log10(across), np.log10(excess[steps]), color=COLOURS[i], linestyle=DASHES[i], linewidth=1.9)
        say(both[1], f"{batch}", float(np.log10(batch)), float(np.log10(excess[1])), COLOURS[i], offset=(2, 9), fontsize=SMALL)
        say(both[0], f"{batch}", 2.6, float(np.log10(excess[300:].mean())), COLOURS[i], offset=(5, 0), fontsize=SMALL, ha="left")
    for axes, name, exponents in zip(both, ("t", "B·t"), (range(3), range(1, 6)), strict=True):
        decades(axes, "x", exponents)
        decades(axes, "y", range(-4, 2))
        axes.set(ylim=(-4, 1.6))
        names(axes, name, "L − L*" if axes is both[0] else "")
    both[1].set_yticklabels(())
    return figure


def _sgd_run(batch: int, steps: int) -> Array:
    """Excess loss of SGD at rate 0.1 on 512 examples of a linear regression, at every step."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(512, 6))
    noise = rng.normal(size=512)
    noise -= x @ np.linalg.lstsq(x, noise, rcond=None)[0]  # now the best weights are known: `gap` counts from them
    gap, path = np.full(6, 2.0), []
    for _ in range(steps + 1):
        path.append(gap)
        pick = rng.integers(512, size=batch)
        gap = gap - 0.1 * x[pick].T @ (x[pick] @ gap - noise[pick]) / batch
    return np.asarray(0.5 * ((np.array(path) @ x.T) ** 2).mean(axis=1))


def loss_curve() -> Figure:
    """Left: training loss at three rates. Right: a model that overfits and one that underfits; dashes: validation."""
    figure, (rates, fits) = panels(2, gap=0.45)
    for i, (rate, place) in enumerate(((0.004, (60, 2.8)), (0.15, (60, 0.75)), (0.71, (16, 4.5)))):
        train, _ = _fit(rate, 20)
        rates.plot(train, color=COLOURS[i])
        say(rates, "①②③"[i], *place, COLOURS[i], fontsize=SMALL + 3)
    for colour, size, place in ((COLOURS[3], 20, (75, 0.6)), (FG, 1, (75, 4.15))):
        train, held_out = _fit(0.3, size)
        fits.plot(train, color=colour)
        fits.plot(held_out, color=colour, linestyle=DASHES[1])
        say(fits, "④" if size == 20 else "⑤", *place, colour, fontsize=SMALL + 3)
    for axes in (rates, fits):
        axes.set(xlim=(0, 100), ylim=(0, 5), xticks=(0, 40, 80), yticks=range(6))
        names(axes, "t", "L")
    return figure


def _fit(rate: float, size: int) -> tuple[Array, Array]:
    """Training and validation loss of gradient descent on the first `size` of 20 features of 26 noisy examples."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(526, 20))
    y = x @ np.linspace(0.9, 0, 20) + rng.normal(0, 1.3, 526)
    x = x[:, :size]
    w, losses = np.zeros(size), []
    for _ in range(101):
        half = 0.5 * (x @ w - y) ** 2
        losses.append((half[:26].mean(), half[26:].mean()))
        w = w - rate * x[:26].T @ (x[:26] @ w - y[:26]) / 26
    train, held_out = np.array(losses).T
    return train, held_out


def hyperparameter_tuning() -> Figure:
    """Nine grid points and nine random points over one surface of validation loss, with the rates that each tries."""
    figure, both = panels(2, gap=0.3)
    grid = np.stack(np.meshgrid([-3, -2, -1], [-4, -3, -2]), axis=-1).reshape(9, 2).astype(float)
    drawn = np.random.default_rng(2).uniform((-3.4, -4.4), (-0.3, -1.6), (9, 2))
    for i, (axes, trials) in enumerate(zip(both, (grid, drawn), strict=True)):
        axes.set(xlim=(-3.6, -0.1), ylim=(-4.6, -1.0))
        contours(axes, _held_out, (1.25, 1.5, 2, 3, 5, 8, 11))
        axes.grid(visible=False)
        best = int(np.argmin(_held_out(*trials.T)))
        for k, (x, y) in enumerate(trials):
            dot(axes, x, y, COLOURS[i], markersize=11 if k == best else 7)
            if k == best:
                say(axes, f"{float(_held_out(x, y)):.2f}", x, y, COLOURS[i], fontsize=SMALL, offset=(-5, -13))
            axes.plot([x, x], [-1.35, -1.0], color=COLOURS[i], linewidth=1.6)
        decades(axes, "x", (-3, -2, -1))
        decades(axes, "y", (-4, -3, -2))
        names(axes, "η", "λ" if i == 0 else "")
    both[1].set_yticklabels(())
    return figure


def hyperparameter() -> Figure:
    """Validation loss over a grid of rates and strengths of a squared penalty, the least framed; ∞ where training diverges."""
    rates, strengths = np.arange(-3, 0.1, 0.5), np.arange(-4, 1.5)
    with np.errstate(over="ignore"):
        losses = _held_out(*np.meshgrid(rates, strengths), features=28, steps=1000)
    figure, axes = sheet(9.2, 7.6)
    cells(axes, losses.min() / losses, (1.7, 0.5), most=1.3)
    for (i, j), loss in np.ndenumerate(losses):
        say(axes, f"{loss:.1f}" if loss < 1e6 else "∞", 2.2 + j, 1.0 + i, fontsize=SMALL)
    row, column = np.unravel_index(int(losses.argmin()), losses.shape)
    frame(axes, (1.7 + column, 0.5 + row), (1, 1))
    heads(axes, [f"{k:g}".replace("-", "−") for k in rates], (2.2, 6.85), (1, 0), fontsize=SMALL)
    heads(axes, [f"{k:g}".replace("-", "−") for k in strengths], (1.35, 1.0), (0, 1), fontsize=SMALL)
    heads(axes, ["log₁₀ η"], (5.2, 7.35), (0, 0))
    axes.text(0.45, 3.5, "log₁₀ λ", rotation=90, ha="center", va="center")
    return figure


def _held_out(rate: Array, strength: Array, *, features: int = 8, steps: int = 20) -> Array:
    """Validation loss after gradient descent on a ridge regression of 30 examples; the arguments are log₁₀ of η and of λ."""
    rng = np.random.default_rng(0)
    scale = np.geomspace(2, 0.6, features)
    x, new = rng.normal(size=(30, features)) * scale, rng.normal(size=(200, features)) * scale
    y, seen = x @ np.ones(features) + rng.normal(size=30), new @ np.ones(features) + rng.normal(size=200)
    curvature, basis = np.linalg.eigh(x.T @ x / 30)
    bent = curvature + 10.0 ** np.asarray(strength)[..., None]
    left = np.clip(1 - 10.0 ** np.asarray(rate)[..., None] * bent, -2, 1) ** steps
    w = (1 - left) / bent * (basis.T @ x.T @ y / 30) @ basis.T
    return np.asarray(((w @ new.T - seen) ** 2).mean(axis=-1))


def derivative() -> Figure:
    """Secants of x²/2 through the point 1 for steps of 2 and 1, and the tangent."""
    labels = ["h = 2", "h = 1", "h → 0"]
    figure, axes = panel(labels=labels)
    x, lines = np.linspace(-0.5, 3.4, 118), []
    axes.plot(x, x**2 / 2, color=FG)
    for i, step in enumerate((2.0, 1.0, 0.0)):
        slope = 1 + step / 2
        lines += axes.plot(x, 0.5 + slope * (x - 1), color=COLOURS[i], linestyle=DASHES[(2, 1, 0)[i]])
        if step:
            dot(axes, 1 + step, (1 + step) ** 2 / 2, COLOURS[i])
    dot(axes, 1, 0.5, FG)
    axes.set(xlim=(-0.5, 3.4), ylim=(-1.5, 5.8), xticks=range(4), yticks=(0, 2, 4), xlabel="x")
    label_ends(axes, lines, labels)
    name_axis(axes, "f(x)")
    return figure
