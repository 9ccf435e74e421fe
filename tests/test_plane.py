"""The scenes of losses with several arguments: their samples are those of the functions, and survive being packed."""

import gzip

import numpy as np
import pytest
from conftest import ROOT

from kbgen import registry
from kbgen.play import SOURCES, script
from kbgen.play.packing import packed, scale
from kbgen.scenes import boxes, ctc, simplex, temperature
from kbgen.scenes.plane import PLANES
from kbgen.scenes.simplex import SIMPLICES


@pytest.fixture(scope="session")
def playables(kb):
    return {playable.stem: playable for source in SOURCES for playable in source(kb)}


def unpacked(numbers, lengths, by):
    """What the script does, in NumPy."""
    rows, at, above = [], 0, np.zeros(lengths[0], int)
    for length in lengths:
        above = above[:length] + np.cumsum(numbers[at : at + length])
        rows.append(by[0] + by[1] * above)
        at += length
    return np.concatenate(rows)


def test_every_scene_has_a_picture_and_data(playables):
    scenes = {*PLANES, *SIMPLICES, *boxes.LOSSES, *temperature.ROWS, "ctc"}
    assert {f"{id}-drawing" for id in scenes} <= playables.keys()


def test_data_of_a_picture_are_small(playables):
    sizes = {stem: len(gzip.compress(script(stem, playable), 9)) for stem, playable in playables.items() if "-drawing" in stem}
    assert {stem: size for stem, size in sizes.items() if size > 15_000} == {}


@pytest.mark.parametrize("lengths", [(5, 5, 5), (4, 3, 2, 1)])
def test_packing_loses_half_a_step_at_most(lengths, rng):
    rows = [rng.normal(size=length) for length in lengths]
    by = scale(np.concatenate(rows), 12)
    np.testing.assert_allclose(unpacked(packed(rows, by), lengths, by), np.concatenate(rows), atol=0.501 * by[1])


@pytest.mark.parametrize("id", PLANES)
def test_slopes_of_planes_are_differences_of_their_values(id):
    plane, h = PLANES[id], 1e-6
    for choice in range(len(plane.choices) or 1):
        for number in plane.knob[1]:
            x, y = (part.ravel() for part in np.meshgrid(plane.x.nodes[1:-1] + 1e-3, plane.y.nodes[1:-1] + 2e-3))
            _, across, up = plane.sample(x, y, number, choice)
            step = x * (1 - x) * h if plane.x.symbol == "p" else h  # there the slope is that of the logit
            found = (plane.sample(x + step, y, number, choice)[0] - plane.sample(x - step, y, number, choice)[0]) / (2 * h)
            np.testing.assert_allclose(across, found, atol=1e-5)
            if plane.slopes[1]:
                found = (plane.sample(x, y + h, number, choice)[0] - plane.sample(x, y - h, number, choice)[0]) / (2 * h)
                np.testing.assert_allclose(up, found, atol=1e-5)


@pytest.mark.parametrize("id", PLANES)
def test_data_of_planes_are_the_samples(id, playables):
    plane, data = PLANES[id], playables[f"{id}-drawing"].make()
    keys = [(number, choice) for choice in range(len(plane.choices) or 1) for number in plane.knob[1]]
    for key, layer in zip(keys, data["layers"], strict=True):
        for k, (wanted, numbers) in enumerate(zip(plane.layer(*key), layer, strict=True)):
            by = data["scales"][k > 0]
            found = unpacked(numbers, [plane.x.count] * plane.y.count, by)
            np.testing.assert_allclose(found, wanted.ravel(), atol=0.501 * by[1])


@pytest.mark.parametrize("id", SIMPLICES)
def test_data_of_triangles_are_the_samples(id, playables):
    scene, data, points = SIMPLICES[id], playables[f"{id}-drawing"].make(), simplex.lattice()
    np.testing.assert_allclose(points.sum(axis=1), 1)
    assert points.min() == pytest.approx(simplex.LEAST)
    keys = [(number, truth) for truth in range(len(scene.truths)) for number in scene.knob[1]]
    loss, lengths = registry.losses()[id], range(simplex.COUNT + 1, 0, -1)
    for (number, truth), layer in zip(keys, data["layers"], strict=True):
        params = {"eps": number} if len(scene.knob[1]) > 1 else {}
        given = np.log(points) if id in {"cross_entropy", "label_smoothing_cross_entropy"} else points
        wanted = loss(given, np.broadcast_to(scene.truths[truth], points.shape), **params)
        np.testing.assert_allclose(unpacked(layer[0], lengths, data["scales"][0]), wanted, atol=0.501 * data["scales"][0][1])


@pytest.mark.parametrize("id", ["kl_divergence", "js_divergence"])
def test_slopes_along_the_triangle(id):
    scene, h, points = SIMPLICES[id], 1e-6, simplex.lattice()
    for truth, target in enumerate(scene.truths):
        _, grad = scene.layer(0.0, truth)
        np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-9)
        for way in ([1, -1, 0], [0, 1, -1]):
            ends = [
                registry.losses()[id](points + sign * h * np.array(way), np.broadcast_to(target, points.shape)) for sign in (1, -1)
            ]
            np.testing.assert_allclose(grad @ way, (ends[0] - ends[1]) / (2 * h), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("id", boxes.LOSSES)
def test_quadrants_of_the_boxes_are_mirror_images(id, rng):
    x, y = rng.uniform(0.01, 1.4, (2, 200))
    for width, height in boxes.shapes():
        here = boxes.box(x, y, width, height)
        for sign, order, flip in (((-1, 1), [2, 1, 0, 3], [-1, 1, -1, 1]), ((1, -1), [0, 3, 2, 1], [1, -1, 1, -1])):
            there = boxes.box(sign[0] * x, sign[1] * y, width, height)
            np.testing.assert_allclose(boxes.values(id, there), boxes.values(id, here), atol=1e-12)
            np.testing.assert_allclose(boxes.slopes(id, there), boxes.slopes(id, here)[:, order] * flip, atol=1e-12)


@pytest.mark.parametrize("id", boxes.LOSSES)
def test_between_samples_of_the_boxes_a_plane_is_close(id, rng):
    """No kink lies between samples: the worst error of the interpolation stays below what two decimals and a half show."""
    u, v = rng.uniform(0, boxes.ACROSS - 1, 300), rng.uniform(0, boxes.UP - 1, 300)
    i, j = u.astype(int), v.astype(int)
    s, t = u - i, v - j
    for shape in boxes.shapes():
        grid = boxes.values(id, boxes.box(*boxes.offsets(), *shape))
        found = (1 - t) * ((1 - s) * grid[j, i] + s * grid[j, i + 1]) + t * ((1 - s) * grid[j + 1, i] + s * grid[j + 1, i + 1])
        wanted = boxes.values(id, boxes.box(boxes.PITCH * u, boxes.PITCH * v, *shape))
        assert np.abs(found - wanted).max() < 0.03, shape
        assert np.median(np.abs(found - wanted)) < 0.003, shape


@pytest.mark.parametrize("sharpness", [0.0, 1.0, 4.0])
def test_the_lattice_agrees_with_all_paths_and_with_the_gradient(sharpness):
    found, every, states = ctc.lattice(sharpness), np.array(ctc.paths()), ctc.states()
    chances = np.prod(found.softmax[np.arange(len(ctc.SCORES)), states[every]], axis=1)
    assert found.loss == pytest.approx(-np.log(chances.sum()))
    assert found.share == pytest.approx(chances.max() / chances.sum())
    share = chances / chances.sum()
    for t in range(len(ctc.SCORES)):
        nodes = np.bincount(every[:, t], share, len(states))
        np.testing.assert_allclose(found.nodes[t], nodes, atol=1e-12)
        symbols = np.bincount(states, nodes, len(ctc.SIGNS))
        np.testing.assert_allclose(found.softmax[t] - found.grad[t], symbols, atol=1e-12)
    for t in range(len(ctc.SCORES) - 1):
        for s in range(len(states)):
            for jump in range(3):
                wanted = share[(every[:, t] == s) & (every[:, t + 1] == s + jump)].sum()
                assert found.steps[t, s, jump] == pytest.approx(wanted, abs=1e-12)
                assert (t, s, jump) in ctc.edges() or wanted == 0


@pytest.mark.parametrize("tau", [0.07, 0.5, 2.0])
def test_slopes_of_candidates_follow_from_the_softmax(tau):
    one_hot = np.arange(len(temperature.COSINES)) == 0
    row = temperature.row("info_nce", tau)
    np.testing.assert_allclose(row.slopes, (row.weights - one_hot) / tau, atol=1e-9)
    assert row.loss == pytest.approx(-np.log(row.weights[0]))
    query, others = temperature.placed()
    np.testing.assert_allclose(others @ query, temperature.COSINES, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(others, axis=1), 1)
    images = np.vstack([query, others[1:]])
    scores = np.exp(images @ others.T / tau)
    clip = (scores[0] / scores[0].sum() + scores[0] / scores.sum(axis=0)) / 2 - one_hot
    np.testing.assert_allclose(temperature.row("clip", tau).slopes, clip / tau, atol=1e-9)
    every = np.vstack([query, others])
    scores = np.exp(every @ every.T / tau) * (1 - np.eye(len(every)))
    both = (scores[0, 1:] / scores[0].sum() + scores[0, 1:] / scores.sum(axis=0)[1:]) / 2 - one_hot
    np.testing.assert_allclose(temperature.row("nt_xent", tau).slopes, both / tau, atol=1e-9)


@pytest.mark.parametrize("module", ["stage", "plane", "simplex", "boxes", "lattice", "temperature"])
def test_no_loss_is_written_again_in_a_script(module):
    text = (ROOT / "kbgen/assets/modules" / f"{module}.js").read_text(encoding="utf-8")
    assert not any(word in text for word in ("Math.exp", "Math.log", "Math.pow", " ** "))
