"""The labs: what the scripts are given is what the functions compute, and the lines of the fit lab are the best ones."""

import gzip
import itertools

import numpy as np
import pytest
from conftest import ROOT

from kbgen import fits, landscapes, registry
from kbgen.landscapes import HEIGHT, LIMITS, MINIMA, PLACES, RATES, SLOPE, SPREAD, STEPS, one_at_a_time, starts, walk
from kbgen.play import fit, schedules, walks
from kbgen.play.pack import BASE, SIGNS, pack

EVERY = [(rule, place, i) for rule in RATES for place in PLACES for i in range(5)]


def unpacked(text, counts):
    """The runs of numbers in a packed text, read as the script reads them."""
    digits = iter(SIGNS.index(sign) for sign in text)
    for count in counts:
        changes = []
        for _ in range(count):
            value = next(digits)
            if value >= BASE:
                more, value = value - BASE + 2, 0
                for _ in range(more):
                    value = value * BASE + next(digits)
            changes.append(-(value + 1) // 2 if value % 2 else value // 2)
        yield np.cumsum(changes)
    assert next(digits, None) is None


def test_packing_can_be_undone(rng):
    runs = [rng.integers(-(10**k), 10**k, size=40) for k in (0, 1, 2, 4, 7)]
    text = "".join(pack(run) for run in runs)
    assert all(np.array_equal(a, b) for a, b in zip(unpacked(text, [40] * 5), runs, strict=True))


def test_a_number_too_far_from_its_neighbour_is_refused():
    with pytest.raises(ValueError, match="too far"):
        pack([0, 10**9])


@pytest.mark.parametrize("place", PLACES)
def test_slopes_are_those_of_the_heights_and_minima_are_zero(place, rng):
    for point in rng.uniform([low for low, _ in LIMITS[place]], [high for _, high in LIMITS[place]], size=(20, 2)):
        steps = 1e-6 * np.eye(2)
        measured = [(HEIGHT[place](*(point + step)) - HEIGHT[place](*(point - step))) / 2e-6 for step in steps]
        assert SLOPE[place](point) == pytest.approx(measured, abs=1e-6)
    assert [HEIGHT[place](*minimum) for minimum in MINIMA[place]] == [0] * len(MINIMA[place])


@pytest.mark.parametrize("place", PLACES)
def test_single_examples_have_the_mean_slope_of_the_map(place, rng):
    theta = rng.normal(size=2)
    slope = one_at_a_time(place, SPREAD[place])
    drawn = np.array([slope(theta) for _ in range(20000)])
    assert drawn.mean(axis=0) == pytest.approx(SLOPE[place](theta), abs=5 * np.max(drawn.std(axis=0)) / 140)


@pytest.mark.parametrize(("rule", "place", "i"), EVERY)
def test_walks_in_the_files_are_those_of_the_rules(rule, place, i, rng):
    """Each start walked on its own, compared with the file: to half a unit of the map and half a part of a decade."""
    held = walks.walks(rule, place, RATES[rule][i])
    runs = list(unpacked(held["paths"], [count for count in held["lengths"] for _ in range(3)]))
    (left, right), (low, high) = LIMITS[place]
    columns, rows = starts(place)
    for k in rng.choice(len(held["lengths"]), size=6, replace=False):
        start, count = (columns[k % len(columns)], rows[k // len(columns)]), held["lengths"][k]
        slope = one_at_a_time(place, SPREAD[place]) if rule == "sgd" else SLOPE[place]
        with np.errstate(all="ignore"):
            path = walk(registry.optimizers()[rule], slope, start, STEPS, lr=RATES[rule][i])
        x, y, loss = runs[3 * k : 3 * k + 3]
        assert np.abs(left + x / walks.SIZE[0] * (right - left) - path[:count, 0]).max() <= 0.51 * (right - left) / walks.SIZE[0]
        assert np.abs(high - y / walks.SIZE[1] * (high - low) - path[:count, 1]).max() <= 0.51 * (high - low) / walks.SIZE[1]
        true = np.log10(np.maximum(HEIGHT[place](*path[:count].T), walks.FLOOR))
        assert np.abs(loss / walks.DECADE - true).max() <= 0.51 / walks.DECADE
        if count <= STEPS:
            gone = path[count]
            away = max(
                (left - gone[0]) / (right - left),
                (gone[0] - right) / (right - left),
                (low - gone[1]) / (high - low),
                (gone[1] - high) / (high - low),
            )
            assert not away < walks.MARGIN  # not a number has left too


def test_without_noise_the_saddle_holds_who_starts_on_its_row():
    middle = landscapes.STARTS[1] // 2
    assert starts(landscapes.SADDLE)[1][middle] == 0
    for rule in RATES:
        ends = walks.paths(rule, landscapes.SADDLE, RATES[rule][2])[-1, 1].reshape(landscapes.STARTS[::-1])[middle]
        assert np.all(ends == 0) == (rule != "sgd")


def test_the_ravine_throws_gradient_descent_out_beyond_its_limit():
    """What the page says of the rate 0.09, and that the one below stays."""
    lengths = [min(walks.walks("gradient_descent", landscapes.RAVINE, rate)["lengths"]) for rate in (0.07, 0.09)]
    assert lengths[0] == STEPS + 1
    assert lengths[1] < 30


def test_files_are_small():
    files = (path for kind in ("walk", "maps") for path in (ROOT / "docs/en/assets/play").glob(f"*{kind}*.js"))
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in files}
    assert len(sizes) > 100
    assert {name: size for name, size in sizes.items() if size > 25_000} == {}


@pytest.mark.parametrize("id", schedules.PANELS)
def test_curves_of_schedules_are_those_of_the_functions(id, kb):
    held = schedules.curves(id, schedules.meanings_of(kb.optimizers[id]))
    names = [knob.name for knob in schedules.PANELS[id].knobs]
    settings = list(itertools.product(*(knob.values for knob in schedules.PANELS[id].knobs)))
    runs = unpacked(held["curves"], [held["end"] + 1] * len(settings))
    for setting, run in zip(settings, runs, strict=True):
        true = [registry.optimizers()[id](t, **dict(zip(names, setting, strict=True))) for t in range(held["end"] + 1)]
        assert run / held["levels"] * held["peak"] == pytest.approx(true, abs=0.51 * held["peak"] / held["levels"])


def total(id, value, residual):
    """The loss of the residuals, from the catalogue."""
    given = {fits.CANDIDATES[id].param: value} if fits.CANDIDATES[id].param else {}
    return registry.losses()[id](np.zeros_like(residual), residual, **given).sum()


def brute_force(points, id, value):
    """The best of all lines through two points."""
    lines = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2)]
    pairs = [(slope, a[1] - slope * a[0]) for slope, (a, _) in zip(lines, itertools.combinations(points, 2), strict=True)]
    return min(pairs, key=lambda line: total(id, value, points[:, 1] - line[0] * points[:, 0] - line[1]))


def slope_over_residual(id, value, r):
    """The weight of a residual."""
    given = {fits.CANDIDATES[id].param: value} if fits.CANDIDATES[id].param else {}
    return registry.losses()[f"{id}_grad"](r, np.zeros_like(r), **given) / r


def reference(points, id, value):
    """Slope and intercept by another way than kbgen.fits: the design matrix and lstsq, until nothing moves by 1e-10."""
    if fits.CANDIDATES[id].jumps:
        return brute_force(points, id, value)
    design = np.column_stack([points[:, 0], np.ones(len(points))])
    line = np.array(brute_force(points, "absolute_error", 0))
    for _ in range(20000):
        r = points[:, 1] - design @ line
        root = np.sqrt(slope_over_residual(id, value, np.where(np.abs(r) < 1e-9, 1e-9, r)))
        new = np.linalg.lstsq(design * root[:, np.newaxis], points[:, 1] * root, rcond=None)[0]
        if np.abs(new - line).max() < 1e-10:
            return tuple(new)
        line = new
    raise AssertionError


def scatter(seed):
    """Random points, a quarter of them anywhere."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, 20)
    y = rng.uniform(0, 3) + rng.uniform(-0.5, 0.8) * x + rng.normal(size=20) * 0.6
    y[:5] = rng.uniform(0, 10, 5)
    return np.column_stack([x, y])


@pytest.mark.parametrize("id", fits.CANDIDATES)
@pytest.mark.parametrize("seed", range(5))
def test_lines_are_the_best_ones(id, seed):
    value = fits.CANDIDATES[id].first
    assert fits.line(scatter(seed), id, value) == pytest.approx(reference(scatter(seed), id, value), abs=1e-6)


def test_sampled_pulls_are_those_of_the_gradients(rng):
    """Read along straight lines between the samples, as the script does."""
    for id, spacing in fit.SPACING.items():
        for value in fits.CANDIDATES[id].values or (0.0,):
            (held,) = unpacked(
                fit.held_of(id, {})["pull"][(fits.CANDIDATES[id].values or (0.0,)).index(value)], [round(16 / spacing) + 1]
            )
            r = rng.uniform(0.001, 16, size=500)
            true = slope_over_residual(id, value, r) * r / slope_over_residual(id, value, np.array([1e-6]))
            assert np.interp(r, np.arange(len(held)) * spacing, held * fit.UNIT) == pytest.approx(true, abs=3e-4)


def test_a_scatter_without_width_gets_a_level_line():
    upright = np.column_stack([np.full(5, 2.0), np.arange(5.0)])
    assert fits.line(upright, "squared_error", 0) == pytest.approx((0, 2))
    assert fits.line(upright, "absolute_error", 0) == pytest.approx((0, 2))
