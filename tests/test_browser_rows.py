"""Tables to look things up in: narrowed by words, sorted by their heads, and as they were without scripts."""

import pytest
from browsing import MOVED, needs_chromium, open_page

pytestmark = needs_chromium
TERMS = "indexes/glossary_term_basics.html"


def first_names(page, count=3):
    return page.locator("article tbody tr:visible td:first-child").all_text_contents()[:count]


def test_words_narrow_the_rows_and_are_counted(browser, address):
    with open_page(browser) as page:
        page.goto(address + "en/" + TERMS)
        field = page.get_by_label("Only rows with these words")
        field.fill("NATURAL exponential")
        every = page.locator("article tbody tr").count()
        left = page.locator("article tbody tr:visible").count()
        assert left < every
        assert page.locator(".kb-rows output").text_content() == f"{left} / {every}"
        field.fill("")
        assert page.locator("article tbody tr:visible").count() == every
        assert page.faults == []


def test_folds_open_for_the_words_that_their_rows_have(browser, address):
    with open_page(browser) as page:
        page.goto(address + "en/tables/taxonomy.html")
        folds = page.locator("article details")
        field = page.get_by_label("Only rows with these words")
        assert folds.count() > 10 and page.locator("article details[open]").count() == 0
        field.fill("hinge")
        left = page.locator("article tbody tr:not([hidden])")
        assert 0 < left.count() == page.locator("article tbody tr:visible").count()
        assert page.locator("article details:visible").count() == page.locator("article details[open]").count() < folds.count()
        field.fill("")
        assert page.locator("article details:visible").count() == folds.count()
        assert page.locator("article details[open]").count() == 0
        assert page.faults == []


def test_heads_sort_both_ways_by_key_and_pointer(browser, address):
    with open_page(browser) as page:
        page.goto(address + TERMS)
        head = page.get_by_role("button", name="术语", exact=True)
        head.click()
        up = first_names(page)
        assert page.locator("th[aria-sort=ascending]").count() == 1
        head.press("Enter")
        assert first_names(page) != up
        assert page.locator("th[aria-sort=descending]").count() == 1
        head.press("Space")
        assert first_names(page) == up
        pinyin = "new Intl.Collator('zh-u-co-pinyin', {numeric: true})"
        assert page.evaluate(
            f"names => names.every((name, i) => !i || {pinyin}.compare(names[i - 1], name) <= 0)", first_names(page, 50)
        )


@pytest.mark.parametrize("path", [TERMS, "tables/taxonomy.html", "indexes/apis.html"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_and_nothing_overflows_when_the_field_comes(browser, address, path, width):
    with open_page(browser, width) as page:
        page.add_init_script(MOVED)
        page.goto(address + path)
        page.locator(".kb-rows input").wait_for()
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") < 0.02
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_table_is_whole(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + TERMS)
        assert page.locator("article tbody tr:visible").count() > 10
        assert page.locator(".kb-rows").count() == 0
