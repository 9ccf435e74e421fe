"""The labs in a real browser: starts that move, lines that are the best ones, and pages that stay whole without the scripts."""

import re

import numpy as np
import pytest
from browsing import MOVED, needs_chromium, open_page
from conftest import ROOT, in_turn
from test_optim import reference, scatter

from kbgen import fits, landscapes

pytestmark = needs_chromium
PAGES = ("tools/optimizers.html", "tools/fit.html", "optimizers/adam.html", "optimizers/one_cycle.html")


def opened(page, address, path):
    """A page with its lab before the reader's eyes."""
    page.goto(address + path)
    page.locator("[data-kb-play]:not([data-kb-play^=graph])").last.scroll_into_view_if_needed()
    page.locator(".kb-lab").wait_for()
    return page.locator(".kb-lab")


def results(page):
    return page.locator(".kb-optim__result").all_text_contents()


@in_turn(5, width=[360, 600, 1280], path=PAGES, language=["", "en/"])
def test_labs_are_quiet_fit_and_move_nothing(browser, address, path, language, width):
    with open_page(browser, width) as page:
        page.add_init_script(MOVED)
        lab = opened(page, address, language + path)
        page.wait_for_timeout(150)
        assert page.faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.moved") < 0.002
        assert lab.evaluate("e => e.scrollWidth <= e.clientWidth + 1")


@in_turn(3, width=[360, 600, 1000, 1280], path=PAGES)
def test_the_room_for_a_lab_is_as_large_as_the_lab(browser, address, path, width):
    heights = []
    for missing in ("none", "lab.js"):
        with open_page(browser, width) as page:
            page.route(f"**/assets/modules/{missing}*", lambda _: None)  # on the way for ever; one that fails frees its room
            page.goto(address + path)
            page.locator("[data-kb-play]:not([data-kb-play^=graph])").last.scroll_into_view_if_needed()
            if missing == "none":
                page.locator(".kb-lab").wait_for()
            page.wait_for_timeout(250)
            assert page.locator(".kb-lab").count() == (missing == "none")
            heights.append(page.locator("[data-kb-play]:not([data-kb-play^=graph])").last.bounding_box()["height"])
    assert heights[0] == pytest.approx(heights[1], abs=1)


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_lab_speaks_chinese(browser, address, path, kb):
    with open_page(browser) as page:
        lab = opened(page, address, path)
        said = lab.evaluate("e => [e.innerText, ...[...e.querySelectorAll('[aria-label]')].map(x => x.ariaLabel)].join('\\n')")
        words = set(re.findall(r"[A-Za-z]{2,}", said))
        names = " ".join(rule.name["zh"] for rule in kb.optimizers.values())
        assert words <= {*re.findall(r"[A-Za-z]{2,}", names), "Huber", "Cauchy", "Lorentz"}
        page.goto(address + "en/" + path)
        page.locator("[data-kb-play]:not([data-kb-play^=graph])").last.scroll_into_view_if_needed()
        page.locator(".kb-lab").wait_for()
        assert not re.search(r"[\u3400-\u9fff]", page.locator(".kb-lab").inner_text())


def test_the_start_follows_the_arrow_keys_and_stays_on_the_map(browser, address):
    with open_page(browser) as page:
        opened(page, address, "en/tools/optimizers.html")
        start, before = page.locator(".kb-optim__start"), results(page)
        start.focus()
        first = start.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert start.get_attribute("aria-valuetext") != first
        assert results(page) != before
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
            page.keyboard.press("ArrowUp")
        columns, rows = landscapes.starts(landscapes.RAVINE)
        x, y = re.findall(r"−?[\d.]+", start.get_attribute("aria-valuetext"))
        assert (float(x.replace("−", "-")), float(y)) == pytest.approx((columns[0], rows[-1]), abs=0.01)


def test_the_start_can_be_dragged_with_the_mouse_and_snaps(browser, address):
    with open_page(browser) as page:
        opened(page, address, "tools/optimizers.html")
        handle, field = page.locator(".kb-optim__start"), page.locator(".kb-optim__map").bounding_box()
        at = handle.locator(".kb-optim__ring").bounding_box()
        page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.mouse.down()
        page.mouse.move(field["x"] + field["width"] * 0.51, field["y"] + field["height"] * 0.48, steps=6)
        page.mouse.up()
        assert handle.get_attribute("transform") == "translate(300,200)"
        assert page.faults == []


def test_a_finger_taps_a_start_and_drags_it(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        opened(page, address, "tools/optimizers.html")
        field = page.locator(".kb-optim__map").bounding_box()
        page.touchscreen.tap(field["x"] + field["width"] * 0.5, field["y"] + field["height"] * 0.5)
        handle = page.locator(".kb-optim__start")
        assert handle.get_attribute("transform") == "translate(300,200)"
        assert handle.evaluate("e => getComputedStyle(e).touchAction") == "none"
        assert "pan-y" in page.locator(".kb-optim__map").evaluate("e => getComputedStyle(e).touchAction")


def test_what_the_page_promises_about_rates_and_the_saddle(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/tools/optimizers.html")
        lab.locator("input[type=range]").nth(1).focus()
        page.keyboard.press("End")
        page.wait_for_function("document.querySelector('.kb-optim__result').textContent.startsWith('gone after step')")
        lab.get_by_role("button", name="Saddle").click()
        lab.locator("select").nth(1).select_option("sgd")
        for _ in range(2):
            page.locator(".kb-optim__start").press("ArrowDown")
        page.wait_for_function("document.querySelectorAll('.kb-optim__result')[2].textContent === 'Loss 0.25'")
        assert results(page)[2] == "Loss 0.25"  # Adam, at rest on the pass
        assert results(page)[1] != "Loss 0.25"  # one example at a time


def test_maps_side_by_side_share_the_start(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/tools/optimizers.html")
        lab.get_by_role("button", name="Side by side").click()
        assert lab.locator(".kb-optim__map").count() == 3
        lab.locator(".kb-optim__start").nth(2).press("ArrowRight")
        assert len(set(lab.locator(".kb-optim__start").evaluate_all("all => all.map(e => e.getAttribute('transform'))"))) == 1


def test_only_what_is_on_the_screen_is_loaded(browser, address):
    with open_page(browser) as page:
        opened(page, address, "optimizers/adam.html")
        assert len([url for url in page.requests if ".walk" in url]) == 3
        assert "adam-ravine.walk2.js" in " ".join(page.requests)


def test_steps_play_and_pause(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/tools/optimizers.html")
        lab.get_by_role("button", name="Play").click()
        page.wait_for_function(
            "+document.querySelector('.kb-lab__foot input').value > 5 && +document.querySelector('.kb-lab__foot input').value < 115"
        )
        lab.get_by_role("button", name="Pause").click()
        assert lab.get_by_role("button", name="Play").count() == 1
    with open_page(browser, reduced_motion="reduce") as page:
        lab = opened(page, address, "en/tools/optimizers.html")
        assert not lab.locator(".kb-lab__play").is_visible()


@pytest.mark.parametrize("path", PAGES)
def test_without_its_module_the_picture_stays(browser, address, path):
    with open_page(browser) as page:
        page.route("**/assets/modules/lab.js*", lambda route: route.abort())
        page.goto(address + path)
        page.locator(".kb-figure > svg").first.scroll_into_view_if_needed()
        page.wait_for_function("!document.querySelector('[data-kb-play]:not([data-kb-play^=graph])')")  # given up
        assert page.locator(".kb-lab").count() == 0
        assert page.locator(".kb-figure > svg").first.is_visible()
        assert [fault for fault in page.faults if "ERR_FAILED" not in fault] == []


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_and_in_print_the_picture_stands(browser, address, path):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + path)
        assert page.locator("[data-kb-play] > svg").last.bounding_box()["height"] < 420
    with open_page(browser) as page:
        lab = opened(page, address, path)
        page.emulate_media(media="print")
        assert page.locator("[data-kb-play] > svg").last.is_visible()
        assert not lab.is_visible()


def test_the_labs_work_from_the_disk(browser):
    with open_page(browser) as page:
        for path in PAGES:
            opened(page, (ROOT / "site").as_uri() + "/", path)
        assert page.faults == []


def lines(page, points):
    """What the module finds for other points than those of the page."""
    found = page.evaluate(
        "async points => { const figure = document.createElement('figure'); document.body.append(figure);"
        " await kb.start('fit', figure, {...await kb.data('play/fit-lab.fit'), points});"
        " const rows = [...figure.querySelectorAll('.kb-fit__row')].map(row => ({...row.dataset}));"
        " figure.remove(); return rows; }",
        points.tolist(),
    )
    return {row["loss"]: (float(row["slope"]), float(row["intercept"])) for row in found}


@pytest.mark.parametrize("seed", range(5))
def test_the_script_finds_the_best_lines(browser, address, seed):
    with open_page(browser) as page:
        page.goto(address + "tools/fit.html")
        found = lines(page, scatter(seed))
        assert list(found) == list(fits.CANDIDATES)
        for id, line in found.items():
            assert line == pytest.approx(reference(scatter(seed), id, fits.CANDIDATES[id].first), abs=1e-3), id


def test_points_that_stand_in_one_column_break_nothing(browser, address):
    with open_page(browser) as page:
        page.goto(address + "tools/fit.html")
        found = lines(page, np.column_stack([np.full(5, 2.0), np.arange(5.0)]))
        assert all(np.isfinite(line).all() for line in found.values())


def test_points_of_the_fit_lab_move_by_key_and_mouse(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/tools/fit.html")
        shown = lab.locator(".kb-fit__line")
        before = shown.all_text_contents()
        point = lab.locator(".kb-fit__point").last
        point.focus()
        for _ in range(6):
            page.keyboard.press("Shift+ArrowUp")
        page.wait_for_function("() => document.querySelector('.kb-fit__point:last-child').ariaValueText === 'x = 9.4, y = 7.6'")
        assert shown.first.text_content() != before[0]
        at = point.locator(".kb-fit__dot").bounding_box()
        page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.mouse.down()
        page.mouse.move(at["x"], at["y"] + 150, steps=5)
        page.mouse.up()
        page.wait_for_function("() => document.querySelector('.kb-fit__point:last-child').getAttribute('aria-valuenow') < 6")
        lab.get_by_role("button", name="Reset").click()
        assert shown.all_text_contents() == before


def test_points_come_and_go_and_losses_hide(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/tools/fit.html")
        points = lab.locator(".kb-fit__point")
        lab.get_by_role("button", name="Add an outlier").click()
        assert points.count() == len(fits.POINTS) + 1
        points.last.press("Delete")
        points.last.press("Delete")
        assert points.count() == len(fits.POINTS) - 1
        assert page.evaluate("document.activeElement.classList.contains('kb-fit__point')")
        for _ in range(12):
            lab.get_by_role("button", name="Add an outlier").click(force=True)
        assert points.count() == 30
        lab.get_by_label("Huber loss", exact=True).uncheck()
        lab.locator(".kb-fit__curve").nth(2).wait_for(state="hidden")
        lab.get_by_label(re.compile("Pulls, Cauchy")).check()
        page.wait_for_function("document.querySelector('.kb-fit__pull').getAttribute('stroke') === 'var(--p-c4)'")


def test_a_schedule_follows_its_sliders(browser, address):
    with open_page(browser) as page:
        lab = opened(page, address, "en/optimizers/step_decay.html")
        curve = page.locator(".kb-schedule__curve")
        before = curve.get_attribute("d")
        lab.locator("input").first.press("Home")
        assert curve.get_attribute("d") != before
        assert lab.locator("input").last.get_attribute("aria-valuetext") == "Rate at step 30: 0.005"


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough(browser, address, path):
    with open_page(browser, 360) as page:
        lab = opened(page, address, path)
        sizes = lab.evaluate(
            "e => [...e.querySelectorAll('button, select, label, .kb-optim__reach')].filter(x => x.checkVisibility()).map(x => {"
            " const box = x.getBoundingClientRect(); return [x.textContent, Math.min(box.width, box.height)]; })"
        )
        assert {name: size for name, size in sizes if size < 24} == {}
