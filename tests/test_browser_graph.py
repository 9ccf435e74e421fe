"""The graph in a real browser: around an entry and whole, by mouse, touch and keyboard, with and without scripts."""

import pytest
from browsing import eventually, needs_chromium, open_page
from conftest import ROOT

pytestmark = needs_chromium
LOCAL = "figure:has(> .kb-graph--local)"
MAP = ".kb-figure:has(> .kb-graph--atlas)"
SMOOTH = ".kb-graph--local a[data-key='losses/smooth_l1']"


def near_graph(page, url):
    page.goto(url)
    page.locator(".kb-graph--local").scroll_into_view_if_needed()
    page.locator(".kb-graph__words").wait_for()


def open_map(page, url):
    page.goto(url)
    page.locator(".kb-atlas__bar").wait_for()
    page.wait_for_function("document.querySelector('.kb-graph--atlas').getAttribute('viewBox').includes('.')")


def lit(page, selector):
    return page.locator(f"{selector} a.kb-lit").evaluate_all("links => links.map(link => link.dataset.key)")


def test_pointing_at_a_neighbour_says_what_ties_it(browser, address):
    with open_page(browser) as page:
        near_graph(page, address + "en/losses/huber.html")
        assert "Point at a name" in page.locator(".kb-graph__words").inner_text()
        page.locator(SMOOTH).hover()
        words = page.locator(".kb-graph__words")
        assert "executed identity" in words.inner_text()
        assert "the smooth L1 loss times" in words.inner_text()
        assert words.locator("math").count() > 0
        assert set(lit(page, ".kb-graph--local")) >= {"losses/smooth_l1", "losses/absolute_error"}
        assert page.faults == []


def test_neighbours_by_keyboard(browser, address):
    with open_page(browser) as page:
        near_graph(page, address + "losses/huber.html")
        page.locator(SMOOTH).focus()
        assert "平滑 L1 损失" in page.locator(".kb-graph__words").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/losses/" in url and not url.endswith("huber.html"))


def test_a_first_tap_tells_and_a_second_opens(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        near_graph(page, address + "losses/huber.html")
        page.locator(SMOOTH).tap()
        assert "执行过的等式" in page.locator(".kb-graph__words").inner_text()
        assert page.url.endswith("huber.html")
        page.locator(SMOOTH).tap()
        page.wait_for_url(lambda url: "/losses/" in url and not url.endswith("huber.html"))


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("losses/huber.html", 360),
        ("indexes/graph.html", 1280),
        *(pytest.param(*way, marks=pytest.mark.thorough) for way in (
            ("losses/huber.html", 1280), ("indexes/graph.html", 360), ("en/losses/squared_error.html", 360),
            ("en/losses/squared_error.html", 1280), ("optimizers/adam.html", 360), ("optimizers/adam.html", 1280),
        )),
    ],
)  # fmt: skip
def test_room_is_kept_for_what_the_scripts_add(browser, address, path, width):
    """The place of what follows the picture is the same before and after its script has started."""
    places = []
    for block in (True, False):
        with open_page(browser, width) as page:
            if block:
                page.route("**/modules/*.js*", lambda _: None)  # on the way for ever; one that fails frees its room
            page.goto(address + path)
            page.locator(".kb-graph").scroll_into_view_if_needed()
            page.wait_for_timeout(600)
            places.append(page.evaluate("document.querySelector('.kb-figures:has(.kb-graph)').getBoundingClientRect().height"))
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert places[0] == pytest.approx(places[1], abs=1)


def test_without_scripts_names_are_links_and_the_map_is_whole(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + "en/losses/huber.html")
        page.locator(SMOOTH).click()
        page.wait_for_url("**/en/losses/smooth_l1.html")
        page.goto(address + "indexes/graph.html")
        assert page.locator(".kb-graph--atlas a").count() == page.locator("article h3 + ul > li").count()
        assert page.locator(".kb-graph__names text").count() > 50
        assert page.locator(".kb-atlas__bar").count() == 0


def test_text_around_an_entry_is_large_enough_on_a_phone(browser, address):
    with open_page(browser, 360) as page:
        for path in ("losses/squared_error.html", "en/losses/binary_cross_entropy_with_logits.html"):
            page.goto(address + path)
            sizes = page.locator(".kb-graph--local text").evaluate_all(
                "found => found.map(t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width"
                " / t.ownerSVGElement.viewBox.baseVal.width)"
            )
            assert min(sizes) >= 11


def test_the_map_tells_about_an_entry_and_pins_it(browser, address):
    with open_page(browser) as page:
        open_map(page, address + "en/indexes/graph.html")
        page.locator(".kb-graph--atlas a[data-key='losses/huber']").hover()
        card = page.locator(".kb-atlas__card")
        card.locator(".kb-atlas__ties").wait_for()
        assert "Huber loss" in card.inner_text()
        assert "Squared error" in card.inner_text()
        assert "losses/squared_error" in lit(page, ".kb-graph--atlas")
        page.locator(".kb-graph--atlas a[data-key='losses/huber']").click()
        assert page.url.endswith("graph.html")
        page.locator(".kb-graph--atlas a[data-key='terms/outlier']").hover()
        assert "Huber loss" in card.locator(".kb-graph__name").inner_text()
        page.keyboard.press("Escape")
        assert not card.is_visible()
        assert page.faults == []


def view(page):
    return [float(number) for number in page.locator(".kb-graph--atlas").get_attribute("viewBox").split()]


def seen(page, right):
    """What the map shows, once it is right."""
    return eventually(page, lambda: view(page), right)


def test_the_map_by_keyboard(browser, address):
    with open_page(browser) as page:
        open_map(page, address + "indexes/graph.html")
        page.locator(MAP).focus()
        whole = view(page)
        page.keyboard.press("+")
        near = seen(page, lambda box: box[2] == pytest.approx(whole[2] / 1.4, rel=0.01))
        page.keyboard.press("ArrowRight")
        seen(page, lambda box: box[0] > near[0])
        page.keyboard.press("0")
        seen(page, lambda box: box == pytest.approx(whole, abs=0.1))
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.dataset.key")
        assert first == "losses/squared_error"
        assert "平方误差" in page.locator(".kb-atlas__card").inner_text()
        page.keyboard.press("ArrowDown")
        second = page.evaluate("document.activeElement.dataset.key")
        assert second not in {None, first}
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{second}.html")


def test_filters_of_the_map_and_of_its_list(browser, address):
    with open_page(browser) as page:
        open_map(page, address + "en/indexes/graph.html")
        shown = page.locator("article h3 + ul > li:visible")
        everything = shown.count()
        page.get_by_role("button", name="Terms").click()
        page.get_by_role("button", name="Optimizers", exact=True).click()
        losses = shown.count()
        assert 0 < losses < everything
        assert page.locator(".kb-atlas__count").inner_text() == f"{losses} / {everything}"
        page.get_by_role("button", name="Executed identities only").click()
        proved = shown.count()
        assert 0 < proved < losses
        assert not page.locator("path[data-ties=link]").get_attribute("d")
        page.get_by_label("Family or group").select_option("Robust regression")
        assert 0 < shown.count() < proved
        assert page.locator("h3:visible").count() == 1
        assert page.faults == []


def test_buttons_wheel_and_drag(browser, address):
    with open_page(browser) as page:
        open_map(page, address + "en/indexes/graph.html")
        whole = view(page)
        page.get_by_role("button", name="Zoom in").click()
        seen(page, lambda box: box[2] < whole[2] / 1.3)
        box = page.locator(MAP).bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        before = view(page)
        page.mouse.move(*middle)
        page.mouse.wheel(0, -200)
        before = seen(page, lambda box: box[2] < before[2])
        page.mouse.down()
        page.mouse.move(middle[0] - 80, middle[1] + 10, steps=4)
        page.mouse.up()
        seen(page, lambda box: box[0] > before[0])
        page.get_by_role("button", name="Show the whole map").click()
        seen(page, lambda box: box == pytest.approx(whole, abs=0.1))


def test_the_wheel_scrolls_the_page_until_the_map_is_chosen(browser, address):
    with open_page(browser) as page:
        open_map(page, address + "en/indexes/graph.html")
        whole = view(page)
        box = page.locator(MAP).bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 30)
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 100")
        assert view(page) == whole


def test_two_fingers_zoom_the_map(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        open_map(page, address + "indexes/graph.html")
        page.locator(MAP).scroll_into_view_if_needed()
        whole = view(page)
        box = page.locator(".kb-graph--atlas").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        session = page.context.new_cdp_session(page)
        for kind, far in (("touchStart", 20), ("touchMove", 40), ("touchMove", 70)):
            points = [{"x": x - far, "y": y, "id": 1}, {"x": x + far, "y": y, "id": 2}]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        seen(page, lambda box: box[2] < whole[2] / 1.5)


def test_the_graph_works_from_the_disk(browser):
    with open_page(browser) as page:
        near_graph(page, (ROOT / "site/losses/huber.html").as_uri())
        page.locator(SMOOTH).hover()
        assert page.locator(".kb-graph__words math").count() > 0
        open_map(page, (ROOT / "site/en/indexes/graph.html").as_uri())
        page.locator(".kb-graph--atlas a[data-key='losses/huber']").hover()
        page.locator(".kb-atlas__ties").wait_for()
        assert page.faults == []


@pytest.mark.parametrize(
    ("language", "words"), [("", ["首页", "损失函数", "稳健回归"]), ("en/", ["Home", "Losses", "Robust regression"])]
)
def test_the_way_to_a_page_leads_back(browser, address, language, words):
    with open_page(browser) as page:
        page.goto(f"{address}{language}losses/log_cosh.html")
        assert page.locator(".kb-way a").all_inner_texts() == words
        assert page.locator("time").get_attribute("datetime") == page.locator("time").text_content()
        page.locator(".kb-around [rel=next]").click()
        page.wait_for_url(lambda url: "/losses/" in url and not url.endswith("log_cosh.html"))
        page.locator(".kb-way a").nth(2).click()
        page.wait_for_url("**/losses/index.html#*")
