"""The chooser and the comparison in a real browser: address, keyboard, phone, disk."""

import pytest
from browsing import MOVED, last_without_scripts, needs_chromium, open_page
from conftest import ROOT, sampled

from kbgen import registry
from kbgen.chooser import leaves

pytestmark = needs_chromium
TARGETS = """[...document.querySelectorAll('.kb-chooser a, .kb-compare button, .kb-compare select, .kb-compare input')]
  .filter(e => e.checkVisibility() && !e.closest('p, td, th, label')).map(e => e.getBoundingClientRect())
  .filter(box => box.height < 24 || box.width < 24).length"""
CANDIDATES = "[...document.querySelectorAll('.kb-chooser__card h3 a')].map(a => a.href.match(/(\\w+)\\.html/)[1]).join()"
NUMBERS = """rows => rows.map(row => [...row.querySelectorAll('.kb-compare__number')]
  .map(number => +number.textContent.replace('−', '-').split(' ')[1]))"""


def asked(page, question):
    """Wait until a question stands there."""
    page.wait_for_function("text => document.querySelector('.kb-chooser__ask').textContent === text", arg=question)


def opened(page, address):
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector("article.kb-ready")
    return page


def shown(page, ids):
    page.wait_for_function("ids => document.querySelector('.kb-compare')?.dataset.shown === ids", arg=ids)


@pytest.mark.parametrize("language", sampled(["zh", "en"], 2))
def test_every_way_leads_to_its_candidates(browser, address, kb, language):
    with open_page(browser) as page:
        opened(page, f"{address}{'en/' if language == 'en' else ''}tools/chooser.html")
        for path, candidates in leaves(kb.chooser, kb.chooser.start):
            page.evaluate("hash => { location.hash = hash; }", "/".join(path))
            page.wait_for_function(f"ids => {CANDIDATES} === ids", arg=",".join(candidates))
        assert page.faults == []


def test_a_reader_is_led_by_the_keyboard_and_back(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/chooser.html")
        page.get_by_role("link", name="Yes or no").focus()
        page.keyboard.press("Enter")
        asked(page, "How will the answer be used?")
        assert page.evaluate("location.hash") == "#binary"
        assert page.evaluate("document.activeElement.textContent") == "How will the answer be used?"
        assert page.get_by_role("status").first.text_content() == "Question 2"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        asked(page, "What hurts most?")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        asked(page, "Losses to try")
        assert page.evaluate("location.hash") == "#binary/rare/misses"
        assert page.evaluate("document.activeElement.textContent") == "Losses to try"
        crumbs = page.locator(".kb-chooser__path a")
        assert crumbs.all_text_contents()[:3] == ["Start", "Yes or no", "Positives are rare"]
        assert crumbs.last.get_attribute("aria-current") == "step"
        page.go_back()
        asked(page, "What hurts most?")
        crumbs.first.click()
        asked(page, "What should the model produce?")
        assert page.faults == []


def test_a_shared_address_opens_at_its_answer_and_a_wrong_one_as_far_as_it_goes(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}tools/chooser.html#number/mean/freak")
        assert page.locator(".kb-chooser__card h3 a").first.text_content() == "Huber 损失"
        page.wait_for_selector(".kb-chooser__card svg text")
        assert page.locator(".kb-chooser__plain").first.text_content().startswith("误差小的时候")
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        page.get_by_role("link", name="并排对比这几个").click()
        shown(page, "huber,log_cosh,absolute_error")
        opened(page, f"{address}tools/chooser.html#number/nothing/here")
        assert page.locator(".kb-chooser__status").text_content() == "第 2 个问题"


@pytest.mark.parametrize(
    "path",
    ["tools/chooser.html", "tools/chooser.html#number/mean/freak", "tools/compare.html", "en/tools/compare.html#huber,hinge"],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_tools_are_quiet_fit_and_have_targets_for_fingers(browser, address, path, width):
    with open_page(browser, width, has_touch=width == 360) as page:
        opened(page, address + path)
        assert page.faults == []
        assert [url for url in page.requests if not url.startswith((address, "data:"))] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TARGETS) == 0


@pytest.mark.parametrize("path", ["tools/chooser.html", "tools/compare.html#huber,log_cosh"])
def test_nothing_moves_while_the_tools_take_over(browser, address, path):
    with open_page(browser, 412) as page:
        page.add_init_script(MOVED)
        opened(page, address + path)
        page.wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.02


def test_losses_are_added_removed_and_shared(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/compare.html#huber,log_cosh")
        shown(page, "huber,log_cosh")
        assert page.locator(".kb-compare__panel").count() == 2
        page.locator(".kb-compare__add").select_option("squared_error")
        shown(page, "huber,log_cosh,squared_error")
        assert page.evaluate("location.hash") == "#huber,log_cosh,squared_error"
        assert page.locator(".kb-compare__panel").first.locator(".kb-sketch__line").count() == 3
        page.locator(".kb-compare__add").select_option("hinge")
        shown(page, "huber,log_cosh,squared_error,hinge")
        assert page.locator(".kb-compare__panel").count() == 4
        assert page.locator(".kb-compare__add").is_disabled()
        page.get_by_role("button", name="Remove Log-cosh loss").focus()
        page.keyboard.press("Enter")
        shown(page, "huber,squared_error,hinge")
        assert page.evaluate("document.activeElement.tagName") == "SELECT"
        page.go_back()
        shown(page, "huber,log_cosh,squared_error,hinge")
        assert page.faults == []


def test_the_cursor_reads_off_what_the_functions_return(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}tools/compare.html#squared_error,huber,log_cosh")
        slider = page.get_by_role("slider")
        slider.focus()
        for presses, key in ((1, "Home"), (30, "ArrowRight")):
            for _ in range(presses):
                page.keyboard.press(key)
        at = -3 + 6 * 30 / 200
        numbers = page.locator(".kb-compare__read li").evaluate_all(NUMBERS)
        for id, found in zip(("squared_error", "huber", "log_cosh"), numbers, strict=True):
            expected = [float(registry.losses()[name](at, 0.0)) for name in (id, f"{id}_grad")]
            assert found == pytest.approx(expected, rel=6e-3), id
        assert "Huber 损失 ℓ" in slider.get_attribute("aria-valuetext")


def test_only_what_differs(browser, address):
    with open_page(browser) as page:
        opened(page, f"{address}en/tools/compare.html#huber,log_cosh")
        rows = page.locator(".kb-compare__table tbody tr")
        every = rows.count()
        page.get_by_label("Only what differs").check()
        seen = [row for row in rows.all() if row.is_visible()]
        assert 0 < len(seen) < every
        assert page.locator(".kb-compare__table").get_by_role("rowheader", name="Smoothness").is_visible()


@pytest.mark.parametrize(
    "path", ["tools/chooser.html#binary/rare/misses", "en/tools/compare.html#brier_score,binary_cross_entropy"]
)
def test_tools_work_from_the_disk(browser, path):
    with open_page(browser) as page:
        opened(page, f"{(ROOT / 'site').as_uri()}/{path}")
        page.wait_for_selector(".kb-sketch")
        assert page.faults == []


def test_without_scripts_and_with_broken_ones_the_lists_stay(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(f"{address}tools/chooser.html")
        assert page.locator("article h2").first.is_visible()
    with open_page(browser) as page:
        last = last_without_scripts(page, f"{address}tools/chooser.html", "**/assets/modules/*.js*", "article li")
        assert last.evaluate("e => getComputedStyle(e.closest('ul')).opacity") == "1"
        assert page.evaluate("document.querySelector('article').scrollHeight <= document.querySelector('article').clientHeight + 1")
