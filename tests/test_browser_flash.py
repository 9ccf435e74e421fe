"""The flash cards in a real browser: flipping, directions, decks, what is kept, paper, keyboard, phone, disk."""

import re

import pytest
from browsing import MOVED, last_without_scripts, needs_chromium, open_page
from conftest import ROOT, in_turn
from test_browser_access import MOVING, faults
from test_model import CARDS

pytestmark = needs_chromium
FIRST = "tools/cards.html#first"
SEEN = "document.querySelector('.kb-flash__face:not([inert])').className.includes('back')"
TARGETS = """[...document.querySelectorAll('.kb-flash :is(button, select, label)')].filter(e => e.checkVisibility())
  .map(e => e.getBoundingClientRect()).filter(box => box.height < 24 || box.width < 24).length"""
REFUSE = """for (const name of ['getItem', 'setItem'])
  Storage.prototype[name] = () => { throw new DOMException('refused', 'SecurityError'); };"""


def opened(page, address):
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector("article.kb-ready")
    return page


def deck(page, id):
    page.wait_for_function("id => document.querySelector('.kb-flash')?.dataset.deck === id", arg=id)


def turned(page):
    return page.evaluate(SEEN)


def front(page):
    return page.locator(".kb-flash__front").text_content()


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_card_is_flipped_by_space_by_click_and_by_its_button(browser, address, kb, language):
    with open_page(browser) as page:
        opened(page, address + language + FIRST)
        assert front(page) == kb.entries["loss_function"].name["en" if language else "zh"]
        page.keyboard.press("Space")
        assert turned(page)
        assert page.evaluate("scrollY") == 0
        page.keyboard.press("Space")
        assert not turned(page)
        page.locator(".kb-flash__card").click()
        assert turned(page)
        page.locator(".kb-flash__flip").click()
        assert not turned(page)
        page.locator(".kb-flash__card").press("Enter")
        assert turned(page)
        assert page.faults == []


def test_a_card_is_flipped_by_a_tap(browser, address):
    with open_page(browser, 360, has_touch=True) as page:
        opened(page, address + FIRST)
        page.locator(".kb-flash__card").tap(position={"x": 60, "y": 60})
        assert turned(page)
        link = page.locator(".kb-flash__more a")
        link.scroll_into_view_if_needed()
        link.tap()
        page.wait_for_url("**/terms/loss_function.html")


def test_arrow_keys_lead_through_the_deck_and_end_where_it_began(browser, address, kb):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        names = [front(page)]
        for _ in CARDS:
            page.keyboard.press("ArrowRight")
            names.append(front(page))
        assert names == [*(kb.entries[id].name.zh for id in CARDS), kb.entries["loss_function"].name.zh]
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert front(page) == names[0]


def test_the_next_card_never_shows_its_back_first(browser, address):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        assert not turned(page)
        assert page.evaluate("getComputedStyle(document.querySelector('.kb-flash__turn')).transitionDuration") == "0s"


@pytest.mark.parametrize(
    ("way", "asked", "first"), [("name", "导数", "导数"), ("zh", "导数", "Derivative"), ("en", "Derivative", "导数")]
)
def test_directions_ask_for_the_other_side(browser, address, way, asked, first):
    with open_page(browser) as page:
        opened(page, f"{address}tools/cards.html#term-optimisation")
        page.get_by_label("方向").select_option(way)
        assert front(page) == asked
        assert page.locator(".kb-flash__front .kb-flash__name").get_attribute("lang") == ("en" if way == "en" else "zh")
        page.keyboard.press("Tab")
        page.locator(".kb-flash__flip").click()
        assert page.locator(".kb-flash__back .kb-flash__name").text_content() == first


def test_a_meaning_leaves_the_name_blank_and_the_back_gives_it(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/cards.html#term-optimisation")
        page.get_by_label("Direction").select_option("meaning")
        assert "gradient" not in front(page).lower()
        assert front(page).endswith("the ratio is the blank.")
        page.locator(".kb-flash__flip").click()
        assert page.locator(".kb-flash__back .kb-flash__name").text_content() == "Derivative"
        assert "the ratio is the derivative." in page.locator(".kb-flash__back").text_content()
        assert page.locator(".kb-flash__back .kb-math math").count() == 1


def test_names_that_are_equal_in_both_languages_are_no_question(browser, address, kb):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/cards.html#optimizer-optimizer")
        page.get_by_label("Direction").select_option("en")
        rules = [rule for rule in kb.optimizers.values() if rule.kind == "optimizer" and rule.name.zh != rule.name.en]
        assert page.locator(".kb-flash__place").text_content().startswith(f"1 of {len(rules)}")


def test_a_deck_is_chosen_shared_and_remembered(browser, address, kb):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/cards.html")
        deck(page, "first")
        page.get_by_label("Deck").select_option("loss-robust")
        deck(page, "loss-robust")
        robust = [loss for loss in kb.losses.values() if loss.family == "robust"]
        assert page.locator(".kb-flash__place").text_content().startswith(f"1 of {len(robust)}")
        assert page.evaluate("location.hash") == "#loss-robust"
        opened(page, f"{address}tools/cards.html")
        deck(page, "loss-robust")
        page.evaluate("location.hash = 'term-basics'")
        deck(page, "term-basics")
        page.goto("about:blank")
        opened(page, f"{address}tools/cards.html#nothing")
        deck(page, "term-basics")
        assert page.faults == []


def test_progress_survives_a_reload_in_both_languages_and_can_be_cleared(browser, address):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.locator(".kb-flash__card").focus()
        page.keyboard.press("2")
        page.keyboard.press("1")
        page.get_by_role("button", name="记住了").click()
        assert page.locator(".kb-flash__count").text_content() == "记住 2 张"
        page.reload()
        page.wait_for_selector("article.kb-ready")
        assert page.locator(".kb-flash__count").text_content() == "记住 2 张"
        opened(page, f"{address}en/{FIRST}")
        assert page.locator(".kb-flash__count").text_content() == "2 known"
        page.get_by_label("Skip known cards").check()
        assert page.locator(".kb-flash__place").text_content().startswith(f"1 of {len(CARDS) - 2}")
        assert front(page) == "Backpropagation"
        page.get_by_role("button", name="Clear progress").click()
        assert page.locator(".kb-flash__count").text_content() == "0 known"


def test_figures_mark_only_where_the_focus_is_on_the_card(browser, address):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.keyboard.press("2")
        assert page.locator(".kb-flash__count").text_content() == "记住 0 张"


def test_a_deck_that_is_known_says_so_and_begins_again(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/cards.html#term-schedule")
        page.get_by_label("Skip known cards").check()
        while page.locator(".kb-flash__known").is_visible():
            page.locator(".kb-flash__known").click()
        assert "You know every card" in front(page)
        page.get_by_role("button", name="Go through it again").click()
        assert page.locator(".kb-flash__place").text_content().startswith("1 of ")
        assert page.get_by_label("Skip known cards").is_checked() is False


def test_where_nothing_may_be_kept_the_cards_work_and_say_so(browser, address):
    with open_page(browser) as page:
        page.add_init_script(REFUSE)
        opened(page, address + FIRST)
        page.get_by_role("button", name="记住了").click()
        assert page.locator(".kb-flash__count").text_content() == "记住 1 张"
        assert "浏览器不让保存" in page.locator(".kb-flash__foot").text_content()
        page.reload()
        page.wait_for_selector("article.kb-ready")
        assert page.locator(".kb-flash__count").text_content() == "记住 0 张"
        assert [fault for fault in page.faults if "refused" not in fault] == []


@pytest.mark.parametrize("kept", ["{", "null", "[]", '{"known": 3, "way": "up", "deck": 7}', '{"known": null}'])
def test_nonsense_in_the_storage_does_no_harm(browser, address, kept):
    with open_page(browser) as page:
        page.add_init_script(f"localStorage.setItem('kb-flash', {kept!r})")
        opened(page, f"{address}tools/cards.html")
        page.get_by_role("button", name="记住了").click()
        assert page.locator(".kb-flash__count").text_content() == "记住 1 张"
        assert page.faults == []


def test_shuffled_cards_are_the_same_cards(browser, address, kb):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.get_by_label("打乱顺序").check()
        names = set()
        for _ in CARDS:
            names.add(front(page))
            page.get_by_role("button", name="下一张").click()
        assert names == {kb.entries[id].name.zh for id in CARDS}


def test_a_screen_reader_hears_where_it_is_and_what_the_back_says(browser, address):
    with open_page(browser, reduced_motion="reduce") as page:
        opened(page, f"{address}en/{FIRST}")
        said = page.locator(".kb-flash").get_by_role("status")
        page.keyboard.press("ArrowRight")
        assert said.text_content() == "2 of 13 Backpropagation"
        page.keyboard.press("Space")
        assert said.text_content().startswith("Back ")
        assert len(said.text_content()) > 40
        card = page.get_by_role("group", name="Card Back")
        assert card.get_by_role("link", name="Read the full entry").count() == 1
        page.keyboard.press("Space")
        assert page.get_by_role("link", name="Read the full entry").count() == 0


@pytest.mark.parametrize("path", [FIRST, "en/tools/cards.html#loss-detection", "tools/cards.html#optimizer-optimizer"])
def test_nothing_overflows_on_a_phone(browser, address, path):
    with open_page(browser, 360, has_touch=True) as page:
        opened(page, address + path)
        for _ in range(8):
            for _ in range(2):
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
                assert page.evaluate(TARGETS) == 0
                page.locator(".kb-flash__flip").click()
            page.locator(".kb-flash__known").click()
        assert page.faults == []
        assert [url for url in page.requests if not url.startswith((address, "data:"))] == []


@in_turn(3, scheme=["light", "dark"], width=[360, 1280])
def test_axe_finds_nothing(browser, address, scheme, width):
    with open_page(browser, width, color_scheme=scheme, reduced_motion="reduce") as page:
        opened(page, f"{address}en/tools/cards.html#loss-detection")
        found = [*faults(page)]
        for step in (".kb-flash__flip", ".kb-flash__known"):
            page.locator(step).click()
            page.wait_for_timeout(100)
            found += faults(page)
        assert found == []
        assert page.evaluate(MOVING) == 0


def test_nothing_moves_while_the_cards_take_over(browser, address):
    with open_page(browser, 412) as page:
        page.add_init_script(MOVED)
        opened(page, address + FIRST)
        page.wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.02


def test_the_focus_is_not_hidden_by_the_bar(browser, address):
    with open_page(browser, 360, reduced_motion="reduce") as page:
        opened(page, address + FIRST)
        page.locator(".kb-flash__card").press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.kb-flash__more') !== null")
        bottom, top = (page.locator(part).bounding_box() for part in (".kb-flash__more a", ".kb-flash__bar"))
        assert bottom["y"] + bottom["height"] <= top["y"]


def test_one_deck_is_loaded_and_the_next_when_it_is_chosen(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}tools/cards.html#loss-robust")
        loaded = {re.search(r"flash/([\w-]+)\.js", url)[1] for url in page.requests if "/assets/flash/" in url}
        assert loaded == {"index", "loss-robust"}


def test_on_paper_question_and_answer_stand_side_by_side(browser, address, kb):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        sides = page.locator(".kb-flash__side")
        assert sides.count() == 2 * len(CARDS)
        assert [side.text_content() for side in sides.all()[::2]] == [kb.entries[id].name.zh for id in CARDS]
        assert not page.locator(".kb-flash__bar").is_visible() and not page.locator("article h1").is_visible()
        pairs = page.evaluate("[...document.querySelectorAll('.kb-flash__side')].map(e => e.getBoundingClientRect().top)")
        assert pairs[::2] == pairs[1::2]
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert sides.count() == 0


def test_cards_work_from_the_disk(browser):
    with open_page(browser) as page:
        opened(page, f"{(ROOT / 'site').as_uri()}/en/{FIRST}")
        page.get_by_label("Deck").select_option("term-data")
        deck(page, "term-data")
        page.locator(".kb-flash__flip").click()
        assert turned(page)
        page.locator(".kb-flash__more a").click()
        page.wait_for_url("**/terms/*.html")
        assert page.faults == []


def test_without_scripts_and_with_broken_ones_the_lists_stay(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(f"{address}tools/cards.html")
        assert page.locator("article h3").first.is_visible()
    with open_page(browser) as page:
        last_without_scripts(page, f"{address}tools/cards.html", "**/assets/flash/*.js*", "article h3")


def test_a_deck_that_does_not_load_says_so(browser, address):
    with open_page(browser) as page:
        opened(page, address + FIRST)
        page.route("**/assets/flash/term-data.js*", lambda route: route.abort())
        page.get_by_label("卡片组").select_option("term-data")
        page.wait_for_function("document.querySelector('.kb-flash__said').textContent.includes('没能载入')")
        page.unroute("**/assets/flash/term-data.js*")
        page.get_by_label("卡片组").select_option("term-basics")
        deck(page, "term-basics")
