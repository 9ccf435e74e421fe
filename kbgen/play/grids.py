"""Which values of a parameter a reader can choose: round numbers around those that the picture shows."""

import math
from collections.abc import Callable, Iterable, Mapping

from kbgen.model import Param

BOUNDED: Mapping[str, tuple[float, float]] = {"cosine": (-1, 1), "fraction": (0.025, 0.975), "probability": (0, 1)}
SMOOTH = frozenset({*BOUNDED, "nonnegative", "positive"})
"""Domains of parameters that slide; counts step, and whatever else there may be stays as it is."""


def grid(param: Param, shown: Iterable[float], count: int) -> list[float]:
    """About `count` increasing values that hold `shown`: in equal ratios if the parameter is positive, in equal steps otherwise."""
    special = sorted({float(value) for value in (*shown, *param.sweep)})
    if param.domain == "natural":
        return [float(number) for number in range(1, math.ceil(2 * special[-1]) + 1)]
    if param.domain not in SMOOTH:
        return special
    make: Callable[[float, float, int], list[float]] = ratios if param.domain == "positive" else steps
    found = make(*_span(param, special), count)
    close = _too_close(found, special, count)
    return sorted({*(value for value in found if not close(value)), *special})


def _too_close(found: list[float], special: list[float], count: int) -> Callable[[float], bool]:
    """Whether a value is hard to tell from one that has to be there."""
    near = (found[-1] - found[0]) / count / 2
    return lambda value: any(abs(value - s) < (min(near, 0.04 * s) if s else near) for s in special)


def _span(param: Param, special: list[float]) -> tuple[float, float]:
    """The least and the largest value: wider than what is drawn, never outside of the domain."""
    if param.domain in BOUNDED:
        return BOUNDED[param.domain]
    if param.domain == "positive":
        wide = 2 if param.sweep else 4
        return special[0] / wide, special[-1] * wide
    return 0.0, 1.5 * special[-1] or 1.0


def ratios(low: float, high: float, count: int) -> list[float]:
    """About `count` numbers of two digits in equal ratios."""
    ratio = (high / low) ** (1 / (count - 1))
    return sorted({float(f"{low * ratio**k:.2g}") for k in range(count)})


def steps(low: float, high: float, count: int) -> list[float]:
    """The multiples of a round number from `low` to `high`, about `count` of them."""
    rough = (high - low) / (count - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((factor * power for factor in (1, 2, 2.5, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    return [round(k * step, 10) for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
