"""Cards of definitions and the switch between their depths, in a real browser."""

import pytest
from browsing import needs_chromium, open_page
from conftest import ROOT

pytestmark = needs_chromium
PAGE = "terms/gradient_noise.html"
LINK = "article .admonition a"  # to an entry


def mark(page, number=0):
    return page.locator("article .kb-term").nth(number)


def card(page):
    return page.locator(".kb-card")


def open_by_click(page, number=0):
    mark(page, number).scroll_into_view_if_needed()
    mark(page, number).click()
    card(page).wait_for(state="visible")


def is_inside_the_screen(page):
    box = card(page).bounding_box()
    screen = page.viewport_size
    wide = box["x"] >= 0 and box["x"] + box["width"] <= screen["width"]
    return wide and box["y"] >= 40 and box["y"] + box["height"] <= screen["height"]


@pytest.mark.parametrize("start", ["server", "disk"])
@pytest.mark.parametrize("language", ["", "en/"])
def test_pointing_at_a_term_shows_what_it_means(browser, address, start, language):
    with open_page(browser) as page:
        page.goto((address if start == "server" else f"{(ROOT / 'site').as_uri()}/") + language + PAGE)
        name = page.evaluate("document.querySelector('.kb-terms').content.children[0].firstElementChild.textContent")
        mark(page).hover()
        card(page).wait_for(state="visible")
        assert card(page).locator(".kb-card__name").text_content() == name
        assert len(card(page).locator(".kb-card__text").text_content()) > 10
        link = card(page).locator("a").bounding_box()
        page.mouse.move(link["x"] + 5, link["y"] + 10, steps=25)  # moving into the card does not close it
        page.wait_for_timeout(400)
        assert card(page).is_visible()
        page.mouse.move(5, 5)
        card(page).wait_for(state="hidden")
        assert page.faults == []


def test_a_pointer_that_passes_by_opens_nothing(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        open_by_click(page)  # the module is there now
        page.keyboard.press("Escape")
        page.mouse.move(5, 5)
        box = mark(page).bounding_box()
        page.mouse.move(box["x"] + 3, box["y"] + 3)
        page.mouse.move(5, 5)
        page.wait_for_timeout(300)
        assert card(page).is_hidden()


def test_a_click_keeps_the_card_until_it_is_closed(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        open_by_click(page)
        page.mouse.move(5, 5)
        page.wait_for_timeout(400)
        assert card(page).is_visible()
        card(page).locator("button").click()
        assert card(page).is_hidden()
        open_by_click(page)
        page.mouse.click(5, 400)  # elsewhere
        assert card(page).is_hidden()
        open_by_click(page)
        mark(page).click()
        assert card(page).is_hidden()


def test_a_card_by_keyboard(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.querySelector('article .kb-term')"):
                break
        card(page).wait_for(state="visible")
        names = ("role", "aria-expanded", "aria-controls", "aria-describedby")
        assert [mark(page).get_attribute(name) for name in names] == ["button", "true", "kb-card", "kb-card-text"]
        assert [card(page).get_attribute(name) for name in ("role", "aria-labelledby")] == ["dialog", "kb-card-name"]
        assert mark(page).evaluate("e => getComputedStyle(e).outlineStyle") != "none"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('.kb-card__link')")
        page.keyboard.press("Escape")
        assert card(page).is_hidden()
        assert mark(page).evaluate("e => e === document.activeElement && e.getAttribute('aria-expanded') === 'false'")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.kb-card__close')")
        page.keyboard.press("Tab")  # leaves the card for what follows the term
        assert page.evaluate("document.querySelector('.kb-card').contains(document.activeElement)") is False
        following = "document.querySelector('article .kb-term').compareDocumentPosition(document.activeElement)"
        assert page.evaluate(following) == 4
        page.keyboard.press("Shift+Tab")
        assert mark(page).evaluate("e => e === document.activeElement")
        page.keyboard.press("Enter")
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        assert not page.url.endswith(PAGE)


def test_cards_stay_inside_the_screen(browser, address):
    for width in (360, 1280):
        with open_page(browser, width) as page:
            page.goto(address + "losses/arcface.html")
            for number in range(mark(page).page.locator("article .kb-term").count()):
                if mark(page, number).is_visible():  # not in a folded callout
                    open_by_click(page, number)
                    assert is_inside_the_screen(page), number
                    page.keyboard.press("Escape")
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_tap_opens_a_card_and_a_tap_elsewhere_closes_it(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        page.goto(address + PAGE)
        mark(page).scroll_into_view_if_needed()
        mark(page).tap()
        card(page).wait_for(state="visible")
        assert is_inside_the_screen(page)
        size = card(page).locator("button").bounding_box()
        assert min(size["width"], size["height"]) >= 24
        page.touchscreen.tap(10, 70)
        assert card(page).is_hidden()
        mark(page).tap()
        with page.expect_navigation(wait_until="load"):
            card(page).locator("a").tap()
        assert not page.url.endswith(PAGE)


def test_links_have_cards_and_stay_links(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        link = page.locator(LINK).first
        link.hover()
        card(page).wait_for(state="visible")
        assert card(page).get_attribute("role") == "tooltip"
        assert card(page).locator("a").is_hidden()
        assert link.get_attribute("aria-describedby") == "kb-card-text"
        page.keyboard.press("Escape")
        assert card(page).is_hidden()
        with page.expect_navigation(wait_until="load"):
            link.click()
        assert not page.url.endswith(PAGE)
        page.go_back()
        assert page.faults == []


def test_links_on_a_phone_are_followed_at_once(browser, address):
    with open_page(browser, 360, has_touch=True, is_mobile=True) as page:
        page.goto(address + PAGE)
        with page.expect_navigation(wait_until="load"):
            page.locator(LINK).first.tap()
        assert not page.url.endswith(PAGE)


def test_without_scripts_terms_are_words_and_both_depths_show(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + PAGE)
        assert mark(page).get_attribute("role") is None
        assert mark(page).evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
        assert [page.locator(f"article .admonition.{kind}").is_visible() for kind in ("abstract", "exact")] == [True, True]
        assert page.locator(".kb-depth").is_hidden()


def test_terms_are_words_again_if_the_cards_do_not_load(browser, address):
    with open_page(browser) as page:
        page.route("**/modules/define.js*", lambda route: route.abort())
        page.goto(address + PAGE)
        assert mark(page).get_attribute("role") == "button"
        mark(page).click()
        page.wait_for_function("!document.querySelector('.kb-term').hasAttribute('role')")
        assert mark(page).get_attribute("tabindex") is None
        assert card(page).count() == 0


def shown(page):
    """Which of the two definitions an entry's page shows."""
    kinds = ("abstract", "exact")
    return [kind for kind in kinds if page.locator(f"article .admonition.{kind}").first.is_visible()]


def test_the_depth_is_kept_over_pages_and_languages(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        assert shown(page) == ["abstract", "exact"]
        page.locator("[data-kb-depths]").select_option("plain")
        assert shown(page) == ["abstract"]
        page.goto(address + "en/terms/gradient.html")
        assert shown(page) == ["abstract"]
        assert page.locator("[data-kb-depths]").input_value() == "plain"
        page.goto(address + "indexes/glossary_term_basics.html")
        assert page.locator("td.kb-plain").first.is_visible()
        assert page.locator("td.kb-exact").first.is_hidden()
        page.keyboard.press("Alt+Shift+D")
        assert page.locator("td.kb-plain").first.is_hidden()
        assert "准确" in page.locator(".kb-depth [role=status]").text_content()
        page.go_back()
        assert shown(page) == ["exact"]
        page.emulate_media(media="print")
        assert shown(page) == ["abstract", "exact"]
        page.emulate_media(media="screen")
        page.keyboard.press("Alt+Shift+D")
        assert shown(page) == ["abstract", "exact"]
        assert page.faults == []


def test_the_depth_is_known_before_the_page_is_painted(browser, address):
    with open_page(browser) as page:
        page.goto(address + PAGE)
        page.evaluate("localStorage.setItem('kb-depth', 'exact')")
        page.add_init_script(
            "new MutationObserver((_, watch) => { if (document.body) {"
            " window.depth = document.documentElement.dataset.kbDepth; watch.disconnect(); } })"
            ".observe(document, {childList: true, subtree: true});"
        )
        page.reload()
        assert page.evaluate("window.depth") == "exact"
        page.evaluate("localStorage.setItem('kb-depth', 'nonsense')")
        page.reload()
        assert page.evaluate("window.depth") == "both"


def test_the_depth_works_where_nothing_may_be_kept(browser, address):
    with open_page(browser) as page:
        page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }});")
        page.goto(address + "terms/gradient.html")
        page.locator("[data-kb-depths]").select_option("exact")
        assert shown(page) == ["exact"]
        assert [fault for fault in page.faults if "depth" in fault] == []


def test_the_switch_fits_a_phone(browser, address):
    with open_page(browser, 360) as page:
        page.goto(address + "en/" + PAGE)
        box = page.locator("[data-kb-depths]").bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("[data-kb-depths]").evaluate("e => [e.getAttribute('aria-label'), e.title]")[0] == "Definitions"
