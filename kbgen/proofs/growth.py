"""Attacks on how fast a loss changes: bounds of its gradient, its smoothness, the influence of a far point."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from kbgen.figures import line
from kbgen.formula.meaning import Scope, evaluate
from kbgen.formula.syntax import FormulaError, parse
from kbgen.losses.domains import DOMAINS, Domain
from kbgen.model import Loss
from kbgen.proofs.attacks import Attack, written
from kbgen.proofs.sampling import Array, draw, gradients, parameters, variants

Measure = Callable[[list[Array], Mapping[str, float]], float]

SIZES = (1, 30, 1000, 1e-3, 1e-300)
DRAWS = 8
CLIMBS = 60
STEP = 1e-4
POWER = 6
COARSE, FINE = 601, 2401
"""Points of a line; half as many of a loss whose items are coupled, for which each point is a call."""
NEAR = 0.95
"""A stated bound is the least one: the search must come this near to it."""
UNBOUNDED = 10
"""A slope above this counts as without bound; a search that ends below it refutes `none`."""


def limit(loss: Loss, bound: float | str | None, variant: Mapping[str, float]) -> float:
    """A stated bound as a number: it may be TeX in the signs of the parameters, or `none`."""
    if bound == "none" or not isinstance(bound, str):
        return np.inf if bound == "none" else float(bound or 0)
    values = {loss.params[name].symbol: number for name, number in parameters(loss, variant).items() if name in loss.params}
    (statement,) = parse(bound, tuple(values))
    return float(np.asarray(evaluate(statement.parts[0], Scope(values, {}))))


def gradient_bound(loss: Loss, rng: np.random.Generator) -> Attack:
    """No partial derivative by the first input exceeds the stated bound, and one comes near it; without bound, they get large."""
    return _bounded(loss, rng, loss.properties.gradient_bound, lambda *at: float(np.max(np.abs(_slope(loss, *at)), initial=0.0)))


def lipschitz(loss: Loss, rng: np.random.Generator) -> Attack:
    """The gradient by the first input is nowhere longer than the stated constant, and somewhere nearly as long."""
    return _bounded(loss, rng, loss.properties.lipschitz, lambda *at: _length(_slope(loss, *at)))


def gradient_lipschitz(loss: Loss, rng: np.random.Generator) -> Attack:
    """Nowhere does the gradient by the first input change faster than the stated constant, and somewhere nearly as fast."""
    return _bounded(loss, rng, loss.properties.gradient_lipschitz, lambda *at: _bend(loss, rng, *at))


def _slope(loss: Loss, inputs: list[Array], variant: Mapping[str, float]) -> Array:
    """The gradient by the first input; where a far point gives none, zero."""
    with np.errstate(all="ignore"):
        slope = gradients(loss, inputs, variant)[0]
    return np.where(np.isnan(slope), 0, slope)


def _bend(loss: Loss, rng: np.random.Generator, inputs: list[Array], variant: Mapping[str, float]) -> float:
    """The largest change of the gradient over a short way, the way chosen by power iteration."""
    first, *rest = inputs
    domain, step = DOMAINS[next(iter(loss.inputs.values())).domain], STEP * (1 + float(np.abs(first).max()))
    largest, way = 0.0, np.asarray(rng.normal(size=first.shape))
    way = way / _length(way)
    for _ in range(POWER):
        ends = [np.clip(first + side * step * way, domain.lower, domain.upper) for side in (0.5, -0.5)]
        with np.errstate(invalid="ignore"):  # infinite on both sides
            change = _slope(loss, [ends[0], *rest], variant) - _slope(loss, [ends[1], *rest], variant)
        apart, length = _length(ends[0] - ends[1]), _length(change)
        if apart < step / 10 or not 0 < length < np.inf:  # pressed against a border; straight; or without bound
            return max(largest, length) if length == np.inf else largest
        largest, way = max(largest, length / apart), change / length
    return largest


def _length(array: Array) -> float:
    """The Euclidean length, without overflow."""
    top = float(np.abs(array).max(initial=0.0))
    return top * float(np.linalg.norm(array / top)) if 0 < top < np.inf else 0.0 if top == 0 else np.inf


def _bounded(loss: Loss, rng: np.random.Generator, bound: float | str | None, measure: Measure) -> Attack:
    try:
        limits = [(variant, limit(loss, bound, variant)) for variant in variants(loss)]
    except FormulaError as slip:
        return Attack(False, 0, str(slip))
    tried, largest, nearest = 0, 0.0, 0.0
    for variant, allowed in limits:
        for inputs, found in _climb(loss, rng, measure, variant):
            tried += 1
            if found > allowed * (1 + 1e-5) + 1e-12:
                return Attack(False, tried, written(loss, variant, inputs, result=f"{found:.4g} > {allowed:.4g}"))
            largest, nearest = max(largest, found), max(nearest, found / allowed if allowed else 1.0)
    near = largest > UNBOUNDED if bound == "none" else nearest >= NEAR
    return Attack(near, tried, "" if near else f"≤ {largest:.4g}")


def _climb(
    loss: Loss, rng: np.random.Generator, measure: Measure, variant: Mapping[str, float]
) -> Iterator[tuple[list[Array], float]]:
    """Ordinary points, far and near ones, each with its measure; then uphill from the best of them."""
    domains = [DOMAINS[given.domain] for given in loss.inputs.values()]
    best: tuple[list[Array], float] = ([], -1.0)
    for size in SIZES:
        for number in range(DRAWS):
            scales = [size, *[size if number % 2 else 1] * (len(domains) - 1)]
            drawn = zip(draw(loss, rng, items=1), scales, domains, strict=True)
            inputs = [_inside(domain, array, scale) for array, scale, domain in drawn]
            yield (here := (inputs, measure(inputs, variant)))
            best = max(best, here, key=lambda pair: pair[1])
    for number in range(CLIMBS):
        inputs = [_moved(domain, array, rng, 0.5 ** (number % 6)) for array, domain in zip(best[0], domains, strict=True)]
        yield (here := (inputs, measure(inputs, variant)))
        best = max(best, here, key=lambda pair: pair[1])


TIED = {id(DOMAINS[name]): name for name in ("simplex", "log_simplex", "one_hot", "unit_vector")}
"""Domains of vectors whose numbers depend on each other: they cannot be scaled."""


def _inside(domain: Domain, array: Array, size: float) -> Array:
    """Numbers multiplied, inside their domain."""
    return array if size == 1 or id(domain) in TIED or not domain.continuous else np.clip(array * size, domain.lower, domain.upper)


def _moved(domain: Domain, array: Array, rng: np.random.Generator, size: float) -> Array:
    """A random step inside the domain; on a simplex towards a corner."""
    if not domain.continuous:
        return array
    if (name := TIED.get(id(domain))) is None:
        return np.clip(array + size * rng.normal(size=array.shape) * (1 + np.abs(array)), domain.lower, domain.upper)
    if name == "unit_vector":
        return array
    corner = np.eye(array.shape[-1])[rng.integers(array.shape[-1], size=array.shape[:-1])]
    with np.errstate(divide="ignore"):  # a corner itself has zeros
        if name == "log_simplex":
            return np.asarray(np.log((1 - size) * np.exp(array) + size * corner))
    return np.asarray((1 - size) * array + size * corner)


def influence(loss: Loss, rng: np.random.Generator) -> Attack:
    """The slope far from the target, on the side where it is larger: it grows, stays below a bound, or falls back to zero."""
    distances, tried, classes = (1e2, 1e4, 1e6), 0, set[str]()
    for variant in variants(loss):
        target = draw(loss, rng, items=1)[1:]
        slopes = []
        for distance in distances:
            ends = [gradients(loss, [target[0] + side * distance, *target], variant)[0] for side in (1, -1)]
            slopes.append(max(float(np.abs(end).max()) for end in ends))
            tried += 2
        falls, grows = slopes[2] < slopes[0] / 2 + 1e-12, slopes[2] > 2 * slopes[0]
        classes.add("redescending" if falls else "unbounded" if grows else "bounded")
    agrees = classes == {loss.properties.influence}
    return Attack(agrees, tried, "" if agrees else ", ".join(sorted(classes)))


def smoothness(loss: Loss, rng: np.random.Generator) -> Attack:  # noqa: ARG001  # the line of the plot decides
    """Along the line of the plot: which of value, slope and curvature is the first to jump. None may if `smooth` is stated."""
    coarse, fine = (COARSE, FINE) if loss.output[:1] == ("n",) else (COARSE // 2, FINE // 2)
    (before, _), (after, tried) = _largest_steps(loss, coarse), _largest_steps(loss, fine)
    jumps = (name for name in before if after[name] > 0.5 * before[name] > 1e-9)
    found = {"value": "discontinuous", "slope": "continuous", "curvature": "once", "": "twice"}[next(jumps, "")]
    agrees = found == loss.properties.smoothness or (found, loss.properties.smoothness) == ("twice", "smooth")
    return Attack(agrees, tried, "" if agrees else found)


def _largest_steps(loss: Loss, points: int) -> tuple[dict[str, float], int]:
    """The largest change of value, slope and curvature from a point to the next, over all curves of the plot; how many were seen.

    On a finer grid it shrinks, unless there is a jump.
    """
    assert loss.plot is not None
    width = (loss.plot.range[1] - loss.plot.range[0]) / (points - 1)
    found, tried = {"value": 0.0, "slope": 0.0, "curvature": 0.0}, 0
    for _, value, slope in line.curves(loss, loss.swept, points):
        for name, curve in zip(found, (value, slope, np.diff(slope) / width), strict=True):
            steps = np.abs(np.diff(curve))
            steps = steps[np.isfinite(steps)]
            found[name], tried = max(found[name], steps.max(initial=0.0)), tried + steps.size
    return found, tried
