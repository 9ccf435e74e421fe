"""Playable scenes in a real browser: what they say is what NumPy says, by mouse, touch and keyboard, and without scripts."""

import re

import numpy as np
import pytest
from browsing import LATER, needs_chromium, open_page
from conftest import ROOT, in_turn, sampled

from kbgen.scenes import boxes, ctc, temperature
from kbgen.scenes.plane import PLANES
from kbgen.scenes.simplex import SIMPLICES

pytestmark = needs_chromium

KINDS = {
    **dict.fromkeys(PLANES, "plane"),
    **dict.fromkeys(SIMPLICES, "simplex"),
    **dict.fromkeys(boxes.LOSSES, "boxes"),
    **dict.fromkeys(temperature.ROWS, "temperature"),
    "ctc": "lattice",
}
ONE_OF_EACH = ("contrastive", "label_smoothing_cross_entropy", "giou", "ctc", "info_nce")


def play(page, address, id):
    """The figure of an entry, taken over by its script."""
    page.goto(f"{address}losses/{id}.html")
    figure = page.locator(f'figure[data-kb-play="{KINDS[id]}:{id}-drawing"]')
    figure.scroll_into_view_if_needed()
    page.wait_for_selector(f'figure[data-kb-play="{KINDS[id]}:{id}-drawing"].kb-played')
    page.wait_for_selector(".kb-panel input")
    return figure


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def said(figure):
    """The numbers of the line below the picture."""
    return [numbers(part.split("=")[-1]) for part in figure.locator(".kb-readout span").all_text_contents() if part]


def slide(figure, place, number=0):
    """Move a slider as its keys would."""
    field = figure.locator("input[type=range]").nth(number)
    field.evaluate("(field, place) => { field.value = place; field.dispatchEvent(new Event('input', {bubbles: true})); }", place)


def click(page, figure, across, down):
    """Press and release at a share of the picture's width and height."""
    figure.locator(".kb-stage").scroll_into_view_if_needed()
    box = figure.locator(".kb-stage").bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.mouse.down()
    page.mouse.up()


@pytest.mark.parametrize("id", sampled(PLANES, 3))
def test_the_point_of_a_plane_reads_what_numpy_computes(browser, address, rng, id):
    plane = PLANES[id]
    with open_page(browser) as page:
        figure = play(page, address, id)
        for _ in range(8):
            place, choice = int(rng.integers(len(plane.knob[1]))), int(rng.integers(len(plane.choices) or 1))
            slide(figure, place)
            if plane.choices:
                figure.locator("input[type=radio]").nth(choice).check(force=True)
            click(page, figure, *rng.uniform(0.2, 0.9, 2))
            (x,), (y,), (value,), *slopes = said(figure)
            wanted = plane.sample(np.array([x]), np.array([y]), plane.knob[1][place], choice)
            assert value == pytest.approx(float(wanted[0][0]), abs=1.5e-3)
            for slope, exact in zip(slopes, wanted[1:], strict=False):
                assert slope[-1] == pytest.approx(-float(exact[0]), abs=6e-3)
        assert page.faults == []


@pytest.mark.parametrize("id", SIMPLICES)
def test_the_prediction_in_a_triangle_reads_what_numpy_computes(browser, address, rng, id):
    scene = SIMPLICES[id]
    with open_page(browser) as page:
        figure = play(page, address, id)
        for _ in range(8):
            place, truth = int(rng.integers(len(scene.knob[1]))), int(rng.integers(len(scene.truths)))
            if len(scene.knob[1]) > 1:
                slide(figure, place)
            figure.locator("input[type=radio]").nth(truth).check(force=True)
            click(page, figure, *rng.uniform(0.1, 0.9, 2))
            pred, (value,), slopes = said(figure)
            assert sum(pred) == pytest.approx(1)
            wanted, grad = scene.sample(np.array([pred]), np.array([scene.truths[truth]]), scene.knob[1][place])
            assert value == pytest.approx(float(wanted[0]), abs=1.5e-3)
            np.testing.assert_allclose(slopes, -(grad - grad.mean())[0], atol=0.02)


@pytest.mark.parametrize("id", boxes.LOSSES)
def test_boxes_read_what_numpy_computes(browser, address, rng, id):
    with open_page(browser) as page:
        figure = play(page, address, id)
        for _ in range(8):
            shape = rng.integers(len(boxes.SIZES), size=2)
            for number, place in enumerate(shape):
                slide(figure, int(place), number)
            click(page, figure, *rng.uniform(0.1, 0.85, 2))
            said = figure.locator(".kb-handle").get_attribute("aria-valuetext")
            x, y, *values = [numbers(part.split("=")[-1])[-1] for part in said.split("，")]
            pred = boxes.box(np.array([x]), np.array([y]), *(boxes.SIZES[place] for place in shape))
            wanted = [float(boxes.values(name, pred)[0]) for name in boxes.LOSSES]
            np.testing.assert_allclose(values, wanted, atol=0.03)
            assert figure.locator(".kb-live .kb-value").all_text_contents() == [part.strip() for part in said.split("，")[2:]]


def test_arrows_of_boxes_are_the_negative_gradient_of_the_chosen_loss(browser, address):
    """Apart from the target nothing pulls with IoU; with DIoU the near edge is drawn to it, at the length of its slope."""
    with open_page(browser) as page:
        figure = play(page, address, "iou_box")
        click(page, figure, 0.5 + 1.5 * boxes.UNIT / 331.2, 98 / 220)
        shown = "els => els.map(e => e.style.visibility !== 'hidden' && e.getAttribute('d').match(/-?[\\d.]+/g).map(Number))"
        assert figure.locator(".kb-shaft").evaluate_all(shown) == [False] * 4
        figure.locator("input[type=radio]").nth(2).check(force=True)
        page.wait_for_function("document.querySelector('.kb-chosen').textContent.startsWith('DIoU')")
        left, *_ = figure.locator(".kb-head").evaluate_all(shown)
        slope = boxes.slopes("diou", boxes.box(np.array([1.5]), np.array([0.0]), *boxes.FIRST[2:]))[0, 0]
        edge = 331.2 / 2 + boxes.UNIT * (1.5 - boxes.FIRST[2] / 2)
        assert left[0] - edge == pytest.approx(-46 * slope / boxes.longest("diou"), abs=1.5)
        assert page.faults == []


def test_the_lattice_reads_what_numpy_computes(browser, address, rng):
    with open_page(browser) as page:
        figure = play(page, address, "ctc")
        for place in rng.integers(len(ctc.SHARPNESS), size=6):
            found = ctc.lattice(float(ctc.SHARPNESS[place]))
            slide(figure, int(place))
            click(page, figure, *rng.uniform(0.2, 0.9, 2))
            text = figure.locator(".kb-readout span").all_text_contents()
            t, s = (int(number) for number in re.findall(r"[ts] = (\d+)", text[2]))
            loss, share, node, softmax, slope = (numbers(part.split("=")[-1])[-1] for part in (*text[:2], *text[3:]))
            symbol = ctc.states()[s - 1]
            wanted = (
                found.loss,
                100 * found.share,
                found.nodes[t - 1, s - 1],
                found.softmax[t - 1, symbol],
                found.grad[t - 1, symbol],
            )
            np.testing.assert_allclose((loss, share, node, softmax, slope), wanted, atol=0.051)
            assert node == pytest.approx(wanted[2], abs=1e-3)
            radii = figure.locator(".kb-node").evaluate_all("nodes => nodes.map(n => Number(n.getAttribute('r')))")
            np.testing.assert_allclose(radii, 10 * np.sqrt(found.nodes.ravel()), atol=0.25)


@pytest.mark.parametrize("id", temperature.ROWS)
def test_candidates_read_what_numpy_computes(browser, address, id):
    with open_page(browser) as page:
        figure = play(page, address, id)
        for place in (0, 17, 40):
            slide(figure, place)
            row = temperature.row(id, temperature.TAUS[place])
            amounts = [numbers(text)[0] for text in figure.locator(".kb-amount").all_text_contents()]
            np.testing.assert_allclose(amounts, np.stack([row.weights, row.slopes], axis=1).ravel(order="F"), atol=0.051)
            assert said(figure)[0][0] == pytest.approx(row.loss, abs=1e-3)


def test_keys_move_the_point_by_one_sample(browser, address):
    with open_page(browser) as page:
        figure = play(page, address, "triplet_margin")
        figure.locator(".kb-handle").focus()
        before = said(figure)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        after = said(figure)
        assert after[0][0] == pytest.approx(before[0][0] + 0.05)
        assert after[1][0] == pytest.approx(before[1][0] + 0.3)
        assert figure.locator(".kb-handle").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        assert f"ℓ = {after[2][0]:.3f}" in figure.locator(".kb-handle").get_attribute("aria-valuetext")
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        assert figure.locator("input").get_attribute("aria-valuetext") == "m = 1.5"


def test_keys_reach_every_corner_of_the_triangle(browser, address):
    with open_page(browser) as page:
        figure = play(page, address, "cross_entropy")
        figure.locator(".kb-handle").focus()
        for key, corner in (("ArrowUp", 0), ("ArrowDown", None), ("ArrowLeft", 1), ("ArrowRight", 2)):
            for _ in range(12):
                page.keyboard.press(f"Shift+{key}")
            if corner is not None:
                assert said(figure)[0][corner] == pytest.approx(0.96)


def test_a_finger_taps_and_drags(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        figure = play(page, address, "giou")
        box = figure.locator(".kb-stage").bounding_box()
        page.touchscreen.tap(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
        placed = figure.locator(".kb-handle").get_attribute("aria-valuetext")
        assert numbers(placed)[0] < -1
        session = page.context.new_cdp_session(page)
        x, y = box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"]
        for kind, dx in (("touchStart", 0), ("touchMove", 40), ("touchMove", 120)):
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + dx, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert numbers(figure.locator(".kb-handle").get_attribute("aria-valuetext"))[0] > numbers(placed)[0] + 1
        assert page.evaluate("scrollX") == 0


@in_turn(3, id=ONE_OF_EACH, width=[360, 1280], language=["", "en/"])
def test_nothing_moves_when_a_picture_comes_to_life(browser, address, id, width, language):
    """What stands below keeps its place, everything fits the reserved room and the screen, and targets are large enough."""
    with open_page(browser, width) as page:
        page.route("**/modules/stage.js*", lambda _: None)
        page.goto(f"{address}{language}losses/{id}.html")
        page.wait_for_function(f"document.readyState === 'complete' && {LATER} === 0")
        where = f"document.querySelector('[data-kb-play$=\"{id}-drawing\"]').parentNode.getBoundingClientRect().height"
        before = page.evaluate(where)
        page.unroute("**/modules/stage.js*")
        figure = play(page, address + language, id)
        assert page.evaluate(where) == pytest.approx(before, abs=0.5)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        inside = figure.locator(".kb-panel").evaluate("e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]")
        assert inside == [0, 0]
        sizes = figure.locator(".kb-handle, .kb-panel input").evaluate_all(
            "all => all.map(e => Math.min(...(r => [r.width, r.height])(e.getBoundingClientRect())))"
        )
        assert min(sizes) >= 24
        assert page.faults == []


@pytest.mark.parametrize("id", ONE_OF_EACH)
def test_the_drawing_stays_without_scripts_and_in_print(browser, address, id):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(f"{address}losses/{id}.html")
        figure = page.locator(f'[data-kb-play$="{id}-drawing"]')
        assert figure.locator("svg").get_attribute("aria-label")
        box, drawn = figure.bounding_box(), figure.locator("svg").bounding_box()
        assert box["height"] == pytest.approx(drawn["height"], abs=1)
    with open_page(browser) as page:
        figure = play(page, address, id)
        assert figure.locator(".kb-static").count() > 0
        assert figure.locator("svg").get_attribute("aria-label")
        assert not any(part.is_visible() for part in figure.locator(".kb-static").all())
        page.emulate_media(media="print")
        assert not figure.locator(".kb-panel").is_visible()
        assert figure.locator(".kb-live").first.evaluate("e => getComputedStyle(e).display") == "none"
        assert figure.locator(".kb-static").first.evaluate("e => getComputedStyle(e).display") != "none"


def test_a_script_that_does_not_arrive_leaves_the_drawing(browser, address):
    with open_page(browser) as page:
        page.route("**/modules/stage.js*", lambda route: route.abort())
        page.goto(f"{address}losses/focal.html")
        drawing = page.query_selector('[data-kb-play="plane:focal-drawing"]')
        drawing.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        assert page.locator(".kb-played").count() == 0
        assert drawing.query_selector("svg").is_visible()


@pytest.mark.parametrize("id", ONE_OF_EACH)
def test_scenes_work_from_the_disk(browser, id):
    with open_page(browser) as page:
        figure = play(page, (ROOT / "site").as_uri() + "/", id)
        before = figure.locator(".kb-live").last.inner_html() + figure.locator(".kb-live").first.inner_html()
        slide(figure, 0)
        assert figure.locator(".kb-live").last.inner_html() + figure.locator(".kb-live").first.inner_html() != before
        assert page.faults == []


@pytest.mark.parametrize("id", ONE_OF_EACH)
def test_words_of_a_chinese_page_are_chinese(browser, address, id):
    with open_page(browser) as page:
        figure = play(page, address, id)
        words = figure.locator(".kb-hint").all_text_contents()
        words += figure.locator("[aria-label]:not(svg)").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
        words += figure.locator("[aria-roledescription]").evaluate_all(
            "all => all.map(e => e.getAttribute('aria-roledescription'))"
        )
        assert [text for text in words if re.search(r"[A-Za-z]{3}", text)] == []
