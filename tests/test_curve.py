"""The data of the curves that move, against NumPy; how large they are; what decides them."""

import gzip
import math
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT

from kbgen.figures import line
from kbgen.play import curves, grids


def plotted(kb):
    return [loss for loss in kb.losses.values() if loss.plot]


def parts(kb, loss):
    """The data of a picture, with the curves of every parameter in place."""
    data = curves.main_part(loss, curves.comparable(kb, loss))
    for param in data["params"][1:]:
        param["curves"] = curves.further_part(loss, param["name"])
    return data


def samples(packed):
    """What the browser makes of the differences, without what has no value."""
    y = np.cumsum(np.cumsum(packed[0])).astype(float)
    y[[-place - 1 for place in packed[1] if place < 0]] = np.nan
    return y


def assert_same(packed, y, bounds, decimals):
    """Equal after rounding, or beyond what is kept on the same side."""
    expected = np.clip(y * 10.0**decimals, *bounds)
    np.testing.assert_allclose(samples(packed), expected, atol=0.5 + 1e-6, equal_nan=True)


def test_every_curve_is_what_numpy_returns(kb, rng):
    for loss in plotted(kb):
        data = parts(kb, loss)
        for param in data["params"]:
            for stop in rng.choice(len(param["values"]), 3):
                kind = int if loss.params[param["name"]].domain == "natural" else float
                given = {**curves.chosen(loss), param["name"]: kind(param["values"][stop])}
                lines = loss.plot.lines.values() if data["lines"] != [""] else [[None]]
                for inputs, pair in zip(next(iter(lines)), param["curves"][stop], strict=True):
                    chosen = {} if inputs is None else {next(iter(loss.plot.lines)): inputs}
                    found = line.along(loss, given, chosen, line.points_of(loss))
                    for packed, y, bounds, decimals in zip(pair, found, data["bounds"], data["decimals"], strict=True):
                        assert_same(packed, y, bounds, decimals)


def test_other_losses_are_drawn_on_these_inputs(kb):
    huber = kb.losses["huber"]
    r = np.linspace(-4, 4, line.points_of(huber))
    data = parts(kb, huber)
    expected = {"squared_error": (r**2, 2 * r), "absolute_error": (abs(r), np.sign(r))}
    for other in data["others"]:
        for packed, y, bounds, decimals in zip(
            other["curves"][0], expected.get(other["id"], ()), data["bounds"], data["decimals"], strict=False
        ):
            assert_same(packed, y, bounds, decimals)
    assert "absolute_error" in {other["id"] for other in data["others"]}


def test_only_losses_of_the_same_inputs_are_compared(kb):
    found = {loss.id: {other.id for other in curves.comparable(kb, loss)} for loss in plotted(kb)}
    assert {"soft_margin", "squared_hinge", "zero_one"} <= found["hinge"]
    assert found["brier_score"] >= {"binary_cross_entropy"}
    assert "brier_score" not in found["binary_cross_entropy"]  # whose target here may be one half
    assert "absolute_percentage_error" not in found["huber"]  # which divides by the target
    assert all(len(others) <= curves.COMPARED for others in found.values())


def test_sliders_hold_what_is_drawn_and_stay_in_the_domain(kb):
    for loss in plotted(kb):
        for name in curves.sliders(loss):
            values = curves.values(loss, name)
            assert set(loss.params[name].sweep) <= set(values), loss.id
            assert values == sorted(set(values)) and len(values) <= 41, loss.id
            assert values[0] > 0 or loss.params[name].domain in {"nonnegative", "probability", "cosine", "real"}, loss.id
            assert values[-1] <= {"fraction": 0.9999, "probability": 1, "cosine": 1}.get(loss.params[name].domain, math.inf)


def test_every_number_of_a_loss_with_a_plot_can_be_moved(kb):
    for loss in plotted(kb):
        # a real number without a sweep has no scale of its own, and none to move on
        moved = {n for n, p in loss.params.items() if p.domain != "log_probability" and (p.sweep or p.domain != "real")}
        assert set(curves.sliders(loss)) == moved, loss.id


def test_ratios_and_steps_are_round_numbers():
    assert grids.steps(0, 1, 33)[:4] == [0, 0.025, 0.05, 0.075]
    assert all(float(f"{value:.2g}") == value for value in grids.ratios(0.25, 4, 33))


def test_a_jump_starts_a_new_stroke(kb):
    data = parts(kb, kb.losses["absolute_error"])
    assert data["curves"][0][1][1] == [120, 121]  # the slope is -1, then 0 at 0, then 1
    assert data["curves"][0][0][1] == []


@pytest.mark.parametrize(
    ("y", "places"),
    [([0, 1, 2], []), ([np.nan, 0, 0], [-1]), ([0, 0, np.nan], [-3]), ([np.inf, 0, -np.inf], [])],
)
def test_what_is_no_number_is_marked_and_what_is_endless_is_cut(y, places):
    packed = curves.packed(np.array(y, float), (0, 2), 1)
    assert [place for place in packed[1] if place < 0] == places
    assert np.nanmax(samples(packed)) <= 30


def test_files_are_small(kb):
    sizes = [
        len(gzip.compress((ROOT / f"docs/en/assets/play/{playable.stem}.curve.js").read_bytes()))
        for playable in curves.playables(kb)
    ]
    assert np.median(sizes) < 2_500
    assert max(sizes) < 12_000


def test_texts_decide_nothing(kb):
    """An alternative text or a meaning changes no key; a sweep does."""
    huber = kb.losses["huber"]

    def key(loss):
        there = replace(kb, losses={**kb.losses, "huber": loss})
        return next(playable.key for playable in curves.playables(there) if playable.stem == "huber")

    delta = huber.params["delta"]
    said = huber.model_copy(update={"plot": huber.plot.model_copy(update={"alt": None}), "plain": huber.exact})
    swept = huber.model_copy(update={"params": {"delta": delta.model_copy(update={"sweep": (1, 3)})}})
    assert key(said) == key(huber) != key(swept)
