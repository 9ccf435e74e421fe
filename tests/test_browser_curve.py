"""Curves that move, in a real browser: what they show is what NumPy returns, and nothing else changes."""

import csv
import io
import re

import numpy as np
import pytest
from browsing import eventually, needs_chromium, open_page
from conftest import ROOT, in_turn
from PIL import Image, ImageChops, ImageStat

from kbgen.figures import line
from kbgen.play import curves

FIGURES = '.kb-figures:has([data-kb-play^="curve:"])'
LOSSES = (
    "absolute_error", "arcface", "ciou", "dpo", "elastic_net", "focal", "hinge", "huber", "info_nce", "jaccard", "quantile",
    "ranknet", "smooth_l1", "tversky", "vae_elbo",
)  # fmt: skip
SCHEMES = ("light", "dark")
PLAIN = """
* { --p-bg: #fff !important; --p-fg: #000 !important; --p-c1: red !important; --p-grid: #ccc !important; }
body { background: #fff !important; } .md-header { display: none; }
"""
DISTANCE = """(pictures, k) => pictures.map(svg => {
  const along = (path, count) => Array.from({length: count + 1},
    (_, i) => path.getPointAtLength(path.getTotalLength() * i / count));
  const live = [...svg.querySelectorAll("g[clip-path] > path:not([visibility], [class])")].at(-1);
  const still = along(svg.querySelectorAll('path.kb-curve__ghost')[k], 400);
  return Math.max(...along(live, 60).map(p => Math.min(...still.map(q => Math.hypot(p.x - q.x, p.y - q.y)))));
})"""
"""How far a live curve strays from a static one, in each picture."""

pytestmark = needs_chromium


def open_curve(page, address, name="huber", language=""):
    """The controls of a picture, once they are there."""
    page.goto(f"{address}{language}losses/{name}.html")
    page.locator(FIGURES).scroll_into_view_if_needed()
    page.wait_for_selector(".kb-curve--ready")
    return page.locator(".kb-curve")


def slide(slider, stop):
    """Move a slider to a stop, as a finger would."""
    slider.evaluate("(input, stop) => { input.value = stop; input.dispatchEvent(new Event('input', {bubbles: true})); }", int(stop))


def spoken(slider):
    return slider.get_attribute("aria-valuetext")


def choose(slider, loss, name, value):
    """Move the slider of a parameter to one of its values, and wait for its curves."""
    slide(slider, curves.values(loss, name).index(value))
    sign = f"{line.symbol(loss.params[name].symbol)} = {value:.12g}".replace("-", "−")
    slider.page.wait_for_function(
        "([input, sign]) => input.ariaValueText.startsWith(sign)", arg=[slider.element_handle(), sign], timeout=5000
    )


def assert_spoken(text, loss, params, place):
    """Three digits of the position, the value and the slope, counted in heights of the picture; or that it is far outside."""
    limits = (loss.plot.range, *curves.frame(loss).limits)
    expected = [np.linspace(*loss.plot.range, line.points_of(loss))[place]]
    expected += [float(y[place]) for y in line.along(loss, params, {}, line.points_of(loss))]
    for seen, true, (low, high) in zip(re.findall(r"= (大于|小于)?(−?[\d.]+)", text), expected, limits, strict=True):
        if seen[0]:
            assert not low - 0.45 * (high - low) < true < high + 0.45 * (high - low), text
        else:
            assert abs(float(seen[1].replace("−", "-")) - true) <= 2e-3 * (high - low), (loss.id, params, text)


def test_what_is_read_off_is_what_numpy_returns(browser, address, kb, rng):
    with open_page(browser) as page:
        for loss in map(kb.losses.get, LOSSES):
            *sliders, cursor = open_curve(page, address, loss.id).locator("input").all()
            assert len(sliders) == len(loss.params)
            for name, slider in zip(curves.sliders(loss), sliders, strict=True):
                value, place = float(rng.choice(curves.values(loss, name))), int(rng.integers(line.points_of(loss)))
                choose(slider, loss, name, value)
                slide(cursor, place)
                assert_spoken(spoken(cursor), loss, {**curves.chosen(loss), name: value}, place)
            if not sliders:
                slide(cursor, 77)
                assert_spoken(spoken(cursor), loss, {}, 77)
        assert page.faults == []


def test_the_picture_does_not_change_until_it_is_touched(browser, address):
    """Pixel by pixel, in both schemes, with strong colours."""
    css = (ROOT / "site/assets/kbgen.css").read_text(encoding="utf-8")
    for scheme in SCHEMES:
        pictures = []
        for scripts in (False, True):
            with open_page(browser, java_script_enabled=scripts, color_scheme=scheme) as page:
                page.route("**/assets/kbgen.css*", lambda route: route.fulfill(body=css + PLAIN, content_type="text/css"))
                if scripts:
                    open_curve(page, address)
                else:
                    page.goto(address + "losses/huber.html")
                shots = [page.locator("article figure svg").nth(i).screenshot(animations="disabled") for i in (0, 1)]
                pictures.append([Image.open(io.BytesIO(shot)).convert("L") for shot in shots])
        for still, live in zip(*pictures, strict=True):
            assert still.size == live.size
            moved = [ImageChops.difference(still, ImageChops.offset(live, 0, by)) for by in (-1, 0, 1)]
            assert min(ImageStat.Stat(apart).mean[0] for apart in moved) < 3, "more than a shift by a pixel, where a page is cut"


@in_turn(3, width=[360, 1280], name=["huber", "tversky", "hinge", "nll"], language=["", "en/"])
def test_controls_take_the_room_that_was_kept(browser, address, width, name, language):
    with open_page(browser, width) as page:
        held = []
        page.route("**/modules/curve.js*", lambda route: held.append(route))  # noqa: PLW0108  # a builtin cannot be wrapped
        page.goto(f"{address}{language}losses/{name}.html")
        page.locator(FIGURES).scroll_into_view_if_needed()
        eventually(page, lambda: len(held), lambda count: count == 1)
        before = page.locator(FIGURES).bounding_box()["height"]
        held[0].continue_()
        page.wait_for_selector(".kb-curve--ready")
        assert abs(page.locator(FIGURES).bounding_box()["height"] - before) < 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_script_that_does_not_come_leaves_the_static_picture(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + "losses/huber.html")
        height = page.locator("article .kb-figures").first.bounding_box()["height"]
    with open_page(browser) as page:
        page.route("**/modules/curve.js*", lambda route: route.abort())
        page.goto(address + "losses/huber.html")
        page.locator("article .kb-figures").first.scroll_into_view_if_needed()
        page.wait_for_function("!document.querySelector('[data-kb-play^=\"curve:\"]')")
        assert page.locator("article .kb-figures").first.bounding_box()["height"] == height
        assert page.locator(".kb-curve").count() == 0


def test_the_keyboard_moves_everything_and_is_seen(browser, address):
    with open_page(browser) as page:
        controls = open_curve(page, address)
        delta, x = controls.locator("input").all()
        delta.focus()
        assert "δ = 1（默认）" in spoken(delta)
        page.keyboard.press("ArrowRight")
        assert "δ = 1.1，" in spoken(delta)
        page.keyboard.press("End")
        assert spoken(delta).startswith("δ = 4，")
        assert delta.evaluate("input => getComputedStyle(input).outlineStyle") == "solid"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.ariaLabel") == "横坐标 r"
        page.keyboard.press("Home")
        assert spoken(x) == "r = −4.00 处：ℓ = 8.00，ℓ′ = −4.00"
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.ariaPressed") == "true"
        controls.locator(".kb-curve__reset").press("Enter")
        assert page.locator(".kb-curve--on").count() == 0
        assert "δ = 1（默认）" in spoken(delta)
        assert page.locator(".kb-curve__name[aria-pressed=true]").count() == 0


def test_the_live_curve_lies_on_the_static_one(browser, address, kb):
    """At a value that the static picture shows, both go through the same points."""
    with open_page(browser, reduced_motion="reduce") as page:
        controls = open_curve(page, address)
        delta = controls.locator("input").first
        for value, ghost in ((0.5, 0), (1, 1), (2, 2)):
            choose(delta, kb.losses["huber"], "delta", value)
            svg = page.locator(f"{FIGURES} figure > svg")
            eventually(page, lambda svg=svg, ghost=ghost: max(svg.evaluate_all(DISTANCE, ghost)), lambda apart: apart < 0.8)


def test_mouse_and_finger_move_the_cursor(browser, address):
    with open_page(browser, 390, has_touch=True) as page:
        controls = open_curve(page, address, language="en/")
        x = controls.locator("input").last
        for move in (page.mouse.move, page.touchscreen.tap):
            box = page.locator(f"{FIGURES} svg").first.bounding_box()
            move(box["x"] + box["width"] * 159.8 / 331.2, box["y"] + 80)  # the middle of the axis
            assert spoken(x).startswith(("r = 0.00", "at r = 0.0", "at r = −0.0")), spoken(x)
            slide(x, 0)
        assert page.locator(f"{FIGURES} .kb-curve__readout").first.text_content().startswith("ℓ(−4.00) = 3.5")
        assert page.locator(f"{FIGURES} svg").first.evaluate("svg => getComputedStyle(svg).touchAction") == "pan-y"


def test_other_losses_come_into_the_picture_the_speech_and_the_table(browser, address):
    with open_page(browser) as page:
        controls = open_curve(page, address, language="en/")
        controls.get_by_role("button", name="Squared error").click()
        slide(controls.locator("input").last, 150)  # r = 1
        assert spoken(controls.locator("input").last) == "at r = 1.00: ℓ = 0.50, ℓ′ = 1.00; Squared error: ℓ = 1.00, ℓ′ = 2.00"
        controls.get_by_text("Table of values").click()
        page.wait_for_selector(".kb-curve__table td")
        assert page.locator(".kb-curve__table th").all_text_contents() == [
            "r", "ℓ (δ = 1)", "ℓ′ (δ = 1)", "ℓ (Squared error)", "ℓ′ (Squared error)",
        ]  # fmt: skip
        rows = [row.locator("td").all_text_contents() for row in page.locator(".kb-curve__table tbody tr").all()]
        assert len(rows) == 25
        assert rows[15] == ["1.00", "0.500", "1.000", "1.000", "2.000"]
        controls.get_by_role("button", name="Squared error").click()
        assert page.locator(".kb-curve__table th").count() == 3


@pytest.mark.parametrize("place", ["server", "disk"])
def test_the_file_holds_every_sample(browser, address, kb, place):
    with open_page(browser, accept_downloads=True) as page:
        controls = open_curve(page, address if place == "server" else (ROOT / "site").as_uri() + "/")
        choose(controls.locator("input").first, kb.losses["huber"], "delta", 2)
        controls.get_by_text("数值表").click()
        with page.expect_download() as waiting:
            controls.get_by_role("button", name="下载 CSV").click()
        assert waiting.value.suggested_filename == "huber-delta-2.csv"
        text = waiting.value.path().read_text(encoding="utf-8-sig")
        heads, *rows = csv.reader(io.StringIO(text))
        assert heads == ["r", "ℓ (δ = 2)", "ℓ′ (δ = 2)"]
        r, value, slope = np.array(rows, float).T
        near = np.minimum(abs(r), 2)
        assert len(r) == line.points_of(kb.losses["huber"])
        np.testing.assert_allclose(value, 0.5 * near**2 + 2 * (abs(r) - near), atol=6e-4)
        np.testing.assert_allclose(slope, np.clip(r, -2, 2), atol=6e-4)
        assert page.faults == []


def test_a_further_parameter_is_loaded_when_it_is_moved(browser, address, kb):
    with open_page(browser) as page:
        controls = open_curve(page, address, "focal")
        assert not [url for url in page.requests if "param-" in url]
        gamma, alpha, _ = controls.locator("input").all()
        slide(gamma, 3)
        slide(alpha, 0)
        page.wait_for_function("input => input.getAttribute('aria-valuetext').startsWith('α = 0.025')", arg=alpha.element_handle())
        assert [url.rpartition("/")[2] for url in page.requests if "param-" in url] == ["focal.param-alpha.js"]
        assert spoken(gamma).startswith("γ = 2（默认）")  # one at a time


def test_paper_has_the_static_picture(browser, address):
    with open_page(browser) as page:
        controls = open_curve(page, address)
        slide(controls.locator("input").first, 0)
        controls.get_by_role("button", name="平方误差").click()
        page.emulate_media(media="print")
        assert not controls.is_visible()
        assert not page.locator(".kb-curve__layer").first.is_visible()
        ghosts = page.locator(".kb-curve__ghost")
        look = "parts => parts.map(p => getComputedStyle(p).opacity + getComputedStyle(p).visibility)"
        eventually(page, lambda: set(ghosts.evaluate_all(look)), lambda looks: looks == {"1visible"})


@pytest.mark.parametrize("width", [360, 1280])
def test_targets_are_large_and_named(browser, address, width):
    with open_page(browser, width) as page:
        for name in ("huber", "tversky", "cross_entropy"):
            controls = open_curve(page, address, name)
            slide(controls.locator("input").first, 2)
            for target in controls.locator("input, button, summary").all():
                assert target.bounding_box()["height"] >= 24, target
            assert all(
                controls.locator("input").evaluate_all(
                    "all => all.map(input => input.ariaLabel && input.getAttribute('aria-valuetext'))"
                )
            )
