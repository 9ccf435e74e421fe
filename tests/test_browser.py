"""The site in a real browser: Chromium, driven by Playwright, on a server of this machine and from the disk."""

import pytest
from browsing import BLOCKS, LATER, MOVED, ask, last_without_scripts, needs_chromium, open_page
from conftest import ROOT, in_turn, sampled

PAGES = (
    "index.html",
    "losses/huber.html",
    "losses/ctc.html",
    "losses/perceptual.html",
    "terms/gradient.html",
    "terms/softmax.html",
    "optimizers/adam.html",
    "losses/index.html",
    "indexes/glossary.html",
    "indexes/glossary_term_basics.html",
    "indexes/tasks.html",
    "indexes/letters.html",
    "indexes/tags.html",
)

pytestmark = needs_chromium


@in_turn(2, language=["", "en/"], path=PAGES)
def test_pages_are_quiet_ask_nobody_else_and_fit_a_phone(browser, address, path, language):
    with open_page(browser, 360) as page:
        page.goto(address + language + path, wait_until="networkidle")
        assert page.faults == []
        assert [url for url in page.requests if not url.startswith((address, "data:"))] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", sampled(PAGES, 2))
def test_nothing_moves_while_a_page_loads(browser, address, path):
    with open_page(browser, 412) as page:
        page.add_init_script(MOVED)
        page.goto(address + path, wait_until="networkidle")
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") < 0.01


def test_pages_read_right_without_scripts(browser, address):
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(address + "losses/huber.html")
        assert page.locator("article math").count() > 10
        assert page.locator("article figure svg").count() == 4
        for formula in page.locator("article .kb-math math").all():
            assert formula.bounding_box()["height"] > 15


def test_words_in_pictures_can_be_read_on_a_phone(browser, address):
    """Letters of at least eight pixels, in pictures of one and of two panels."""
    with open_page(browser, 360) as page:
        for path in (
            "losses/huber.html",
            "optimizers/sgd.html",
            "terms/softmax.html",
            "terms/loss_function.html",
            "terms/nan_loss.html",
            "lab/l2_gain.html",
        ):
            page.goto(address + path)
            sizes = page.evaluate(
                "[...document.querySelectorAll('article figure svg text')].map(t => parseFloat(getComputedStyle(t).fontSize)"
                " * t.ownerSVGElement.getBoundingClientRect().width / t.ownerSVGElement.viewBox.baseVal.width)"
            )
            assert min(sizes) >= 8, path


PIECES = """() => [...document.querySelectorAll(".kb-pieces > div:last-child svg")].map(piece => {
    const {left, right, top} = piece.getBoundingClientRect();
    return [left, right, top].map(Math.round);
})"""


@pytest.mark.parametrize("path", ["guides/regularisation.html", "lab/adam_overfitting.html", "terms/model_parameter.html"])
def test_two_panels_are_beside_each_other_or_on_a_phone_one_below_the_other(browser, address, path):
    for width in (360, 1280):
        with open_page(browser, width) as page:
            page.goto(address + path)
            [(left, right, top), (next_left, next_right, next_top)] = page.evaluate(PIECES)
            assert left >= 0 and max(right, next_right) <= width
            assert (next_left >= right and next_top == top) if width > 360 else (abs(left - next_left) < 40 and next_top > top)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_take_the_colours_of_the_page(browser, address, scheme):
    with open_page(browser, color_scheme=scheme) as page:
        page.goto(address + "losses/huber.html", wait_until="networkidle")
        text = page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = [sum(map(int, colour[colour.index("(") + 1 : -1].split(",")[:3])) for colour in (text, paper)]
        assert (brightness[0] < brightness[1]) == (scheme == "light")
        assert abs(brightness[0] - brightness[1]) > 350


def test_everything_works_from_the_disk(browser):
    with open_page(browser) as page:
        page.goto((ROOT / "site/losses/huber.html").as_uri(), wait_until="networkidle")
        assert page.faults == []
        page.keyboard.press("/")
        page.locator("dialog.kb-search[open]").wait_for()
        assert ask(page, "tidu")[0] == "梯度"
        page.keyboard.press("Enter")
        page.wait_for_url("**/terms/gradient.html")
        page.locator("[data-kb-language]").click()
        page.wait_for_url("**/en/terms/gradient.html")
        assert page.locator("html").get_attribute("lang") == "en"


def test_copying_a_formula_gives_its_tex(browser, address):
    with open_page(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address + "losses/squared_error.html")
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.kb-math'))")
        page.keyboard.press("Control+c")
        assert "\\hat y" in page.evaluate("navigator.clipboard.readText()")


def test_a_formula_in_parts_is_copied_as_one(browser, address):
    with open_page(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address + "losses/log_cosh.html")
        page.evaluate(
            "getSelection().selectAllChildren(document.querySelector('.kb-math--parts:has(.kb-math__sides)').parentElement)"
        )
        page.keyboard.press("Control+c")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "$$\\ell(\\hat y,y) = \\log\\cosh r = \\abs{r} + \\log" in copied
        assert "\\log 2, \\quad r = \\hat y - y$$" in copied


def test_code_can_be_copied_folded_code_too(browser, address):
    with open_page(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address + "losses/huber.html")
        assert page.locator("details:not([open]) .md-code__button").count() == 0
        head = page.locator("details:has(> .highlight) > summary:visible").first
        head.click()
        fold = head.locator("..")
        fold.locator("pre").scroll_into_view_if_needed()
        fold.get_by_role("button", name="复制").click()
        fold.locator("output", has_text="已复制").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == fold.locator("pre > code").text_content()


def test_a_link_to_a_place_in_a_fold_opens_it(browser, address):
    with open_page(browser) as page:
        page.goto(address + "losses/huber.html")
        page.evaluate("document.querySelector('details details p, details p').id = 'inside'")
        assert not page.locator("#inside").is_visible()
        page.evaluate("location.hash = 'inside'")
        page.locator("#inside").wait_for()


def test_what_stands_far_below_is_laid_out_soon_after(browser, address):
    with open_page(browser, 412) as page:
        page.goto(address + "losses/focal.html", wait_until="commit")
        page.wait_for_function("document.body && 'kbLater' in document.body.dataset")
        page.wait_for_function(f"document.readyState === 'complete' && {LATER} === 0")


@pytest.mark.parametrize(
    "path", ["losses/huber.html", "losses/index.html", "guides/multimodal.html", "indexes/glossary_term_optimisation.html"]
)
def test_on_a_phone_nothing_moves_while_the_rest_is_laid_out(browser, address, path):
    """Formulas, tables and pictures below the first screen are not laid out with it, and do not leap when they are."""
    heavy = f"{BLOCKS}.filter(e => getComputedStyle(e).contentVisibility === 'hidden')"
    go_on = "new Promise(done => requestAnimationFrame(() => { later.splice(0).forEach(work => work()); done(later.length); }))"
    with open_page(browser, 412) as page:
        page.add_init_script(MOVED)
        page.add_init_script("window.later = []; window.requestIdleCallback = work => later.push(work)")
        page.goto(address + path, wait_until="load")
        waiting = page.evaluate(f"{heavy}.map(e => e.getBoundingClientRect()).filter(e => e.height).map(e => e.top)")
        assert len(waiting) > 2
        assert min(waiting) > 700
        while page.evaluate(go_on):
            pass
        assert page.evaluate(LATER) == 0
        page.wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.01


def test_what_waits_is_shown_although_no_script_comes_for_it(browser, address):
    with open_page(browser, 412) as page:
        last_without_scripts(page, address + "losses/huber.html", "**/kb.js*", ".md-content__inner > .md-typeset__scrollwrap")
        assert page.evaluate(LATER) == 0


@pytest.mark.parametrize("way", ["address", "contents"])
def test_a_place_that_a_link_leads_to_stays_where_it_is(browser, address, way):
    """Whether the visit begins there, or a link is followed before everything above has been laid out."""
    where = "() => document.querySelector('h2[id]:nth-last-of-type(2)').getBoundingClientRect().top"
    with open_page(browser, 412) as page:
        page.goto(address + "losses/focal.html", wait_until="load")
        id = page.evaluate("document.querySelector('h2[id]:nth-last-of-type(2)').id")
        page.goto("about:blank")
        if way == "address":
            page.goto(f"{address}losses/focal.html#{id}", wait_until="load")
            assert page.evaluate("'kbLater' in document.body.dataset") is False
        else:
            page.add_init_script("window.requestIdleCallback = () => {}")  # nothing is laid out by itself
            page.goto(address + "losses/focal.html", wait_until="load")
            assert page.evaluate(LATER) > 5
            page.evaluate("id => document.querySelector(`a[href$='#${id}']`).click()", id)
            assert page.evaluate(LATER) == 0
        page.wait_for_timeout(300)
        top = page.evaluate(where)
        assert 0 <= top < 200
        page.wait_for_timeout(1000)
        assert page.evaluate(where) == pytest.approx(top, abs=1)


@pytest.mark.parametrize("anchored", [True, False], ids=["as in Chromium", "as in Safari"])
def test_what_is_read_stays_where_it_is_while_the_rest_is_laid_out(browser, address, anchored):
    jump = """() => { scrollTo(0, 2500); window.read = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
        window.top0 = read.getBoundingClientRect().top; }"""
    with open_page(browser, 412) as page:
        page.add_init_script("window.requestIdleCallback = () => {}")  # nothing is laid out by itself
        page.goto(address + "losses/focal.html", wait_until="load")
        if not anchored:
            page.add_style_tag(content="html { overflow-anchor: none; }")
        assert page.evaluate(LATER) > 5
        page.evaluate(jump)
        page.wait_for_function(f"{LATER} === 0")
        page.wait_for_timeout(200)
        assert page.evaluate("read.getBoundingClientRect().top - top0") == pytest.approx(0, abs=1)


def test_on_paper_nothing_stays_folded(browser, address):
    with open_page(browser) as page:
        page.goto(address + "losses/huber.html")
        folds = page.locator("details:not([open])").count()
        assert folds > 3
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("details:not([open])").count() == folds


@pytest.mark.parametrize("path", ["losses/vicreg.html", "en/losses/focal.html", "en/optimizers/adam.html"])
def test_a_formula_wraps_where_one_part_ends(browser, address, path):
    """Browsers do not break mathematics: what stands behind a wide blank is a formula of its own, and comes below on a phone."""
    with open_page(browser, 360) as page:
        page.goto(address + path)
        formula = page.locator(".kb-math--parts, .kb-math--lines").first
        assert formula.evaluate("box => box.scrollWidth <= box.clientWidth")
        places = formula.locator("math").evaluate_all("all => all.map(part => part.getBoundingClientRect().top)")
        assert len(places) > 1 and places[-1] > places[0] + 20
