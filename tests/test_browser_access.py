"""Readers with other eyes, hands and tools: WCAG 2.2 AA by axe, contrast, focus, keyboard, motion."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsing import LATER, eventually, needs_chromium, open_page
from conftest import in_turn

KINDS = (
    "index.html",
    "404.html",
    "losses/huber.html",
    "losses/perceptual.html",
    "terms/softmax.html",
    "optimizers/adam.html",
    "losses/index.html",
    "terms/index.html",
    "optimizers/index.html",
    "indexes/glossary.html",
    "indexes/glossary_term_basics.html",
    "indexes/tasks.html",
    "indexes/letters.html",
    "indexes/tags.html",
    "indexes/proofs.html",
    "indexes/apis.html",
    "indexes/bibliography.html",
    "indexes/graph.html",
    "tables/taxonomy.html",
    "lab/index.html",
    "lab/adam_speed.html",
    "guides/index.html",
    "tools/chooser.html",
    "tools/compare.html",
    "tools/fit.html",
    "tools/optimizers.html",
    "losses/giou.html",
    "losses/ctc.html",
    "losses/kl_divergence.html",
    "losses/info_nce.html",
    "losses/triplet_margin.html",
    "optimizers/cosine_annealing.html",
)
LOOKS = (("", "light", 1280), ("en/", "dark", 1280), ("en/", "light", 360), ("", "dark", 360))
"""Both schemes and both widths in either language; all four in the two together, which have the same parts."""
IN_TURN = [
    pytest.param(path, look, marks=[pytest.mark.thorough] if number % (2 * len(LOOKS)) != 2 * place else [])
    for number, path in enumerate(KINDS)
    for place, look in enumerate(LOOKS)
    if (look[0], path) != ("en/", "404.html")  # one page serves both languages
]
"""Every kind in every look; some in each of them always."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The theme lets the keyboard reach code that scrolls once it has seen its width: it has two seconds for what was just unfolded.
# Of a long list or table the first thirty entries are looked at: the others are made by the same lines.
RUN = """async rules => {
    for (const fold of document.querySelectorAll("article details")) fold.open = true;
    const loose = code => code.scrollWidth > code.clientWidth && code.tabIndex < 0;
    for (let left = 40; left && (left === 40 || [...document.querySelectorAll("pre > code")].some(loose)); left--)
        await new Promise(done => setTimeout(done, 50));
    for (const list of document.querySelectorAll("article :is(tbody, ul, ol, dl)"))
        for (const more of [...list.children].slice(30)) more.remove();
    const found = await axe.run({runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
    const reason = node => [...node.any, ...node.all, ...node.none][0].message;
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 120)}: ${reason(node)}`));
}"""
# The contrast of every colour of code with its ground, by WCAG's formula; the browser resolves the colours by painting them.
CONTRASTS = """() => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const probe = document.body.appendChild(document.createElement("i"));
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const luminance = names => {
        for (const name of names) {
            probe.style.color = `var(--md-${name})`;
            pen.fillStyle = getComputedStyle(probe).color;
            pen.fillRect(0, 0, 1, 1);
        }
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(v => linear(v / 255));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const ground = ["default-bg-color", "code-bg-color"];
    const kinds = "number special function constant keyword string name operator punctuation comment generic variable";
    return Object.fromEntries(kinds.split(" ").map(kind => {
        const [dark, light] = [luminance(ground), luminance([...ground, `code-hl-${kind}-color`])].sort((a, b) => a - b);
        return [kind, (light + .05) / (dark + .05)];
    }));
}"""
STOP = """() => {
    const here = document.activeElement;
    if (here === document.body) return null;
    const shown = here.matches(".md-option") ? here.nextElementSibling : here;
    const ring = getComputedStyle(shown), box = shown.getBoundingClientRect(), header = document.querySelector(".md-header");
    const free = header.contains(shown) || here.matches(".md-skip") || box.bottom > header.getBoundingClientRect().bottom;
    const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
    return {
        what: here.outerHTML.slice(0, 100),
        ringed: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 1,
        seen: shown.checkVisibility({visibilityProperty: true}) && inside && free,
    };
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter(element => {
    const style = getComputedStyle(element);
    return `${style.transitionDuration},${style.animationDuration}`.split(",").some(time => parseFloat(time) > .001);
}).length"""

pytestmark = needs_chromium


def faults(page):
    """What axe objects to on the page as it stands, all of it laid out."""
    page.wait_for_function(f"document.readyState === 'complete' && {LATER} === 0")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, RULES)


def luminance(colour):
    """The relative luminance of `rgb(…)`, by WCAG's formula."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (int(n) / 255 for n in re.findall(r"\d+", colour)[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_that_keeps_the_site_can_be_read(browser, address, scheme):
    """Axe passes over it: it is hidden without a worker, and has a gradient as ground."""
    with open_page(browser, color_scheme=scheme) as page:
        page.goto(address + "losses/huber.html")
        colour = "([name, what]) => getComputedStyle(document.querySelector(name))[what]"
        ground = luminance(page.evaluate(colour, [".md-footer-meta", "backgroundColor"]))
        for name in (".kb-save button", ".kb-save span"):
            light = luminance(page.evaluate(colour, [name, "color"]))
            assert (max(light, ground) + 0.05) / (min(light, ground) + 0.05) > 4.5


@pytest.mark.parametrize(("path", "look"), IN_TURN)
def test_axe_finds_nothing(browser, address, path, look):
    language, scheme, width = look
    with open_page(browser, width, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(address + language + path)
        page.wait_for_timeout(100)
        assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_search(browser, address, scheme):
    with open_page(browser, 360, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(address + "losses/huber.html")
        page.keyboard.press("/")
        page.locator("dialog.kb-search input[type=search]").fill("熵")
        page.locator("#kb-search-hits a").first.wait_for()
        assert [fault for fault in faults(page) if not fault.startswith("nested-interactive")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_menu(browser, address, scheme):
    with open_page(browser, 360, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(address + "losses/huber.html")
        page.locator("header label[for=__drawer]").press("Enter")
        assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_code_can_be_read(browser, address, scheme):
    """All tokens of the highlighter, not only those that a page happens to show."""
    with open_page(browser, color_scheme=scheme) as page:
        page.goto(address + "losses/huber.html")
        ratios = page.evaluate(CONTRASTS)
        assert {kind: round(ratio, 2) for kind, ratio in ratios.items() if ratio < 4.5} == {}


@in_turn(3, width=[1280, 360], path=["losses/huber.html", "indexes/tasks.html"], key=["Tab", "Shift+Tab"])
def test_the_focus_is_always_seen(browser, address, path, width, key):
    with open_page(browser, width, reduced_motion="reduce") as page:
        page.goto(address + path)
        stops = []
        for _ in range(60):
            page.keyboard.press(key)
            page.wait_for_timeout(20)
            if (stop := page.evaluate(STOP)) is None:
                break
            stops.append(stop)
        assert len(stops) > 10
        assert [stop for stop in stops if not (stop["ringed"] and stop["seen"])] == []


def test_the_first_key_leads_past_the_menu(browser, address):
    with open_page(browser) as page:
        page.goto(address + "losses/huber.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "跳到正文"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('article') !== null")


def test_the_menu_of_a_phone_opens_by_keyboard(browser, address):
    with open_page(browser, 360, reduced_motion="reduce") as page:
        page.goto(address + "en/losses/huber.html")
        opener = page.get_by_role("button", name="Menu")
        assert opener.get_attribute("aria-expanded") == "false"
        opener.press("Enter")
        assert opener.get_attribute("aria-expanded") == "true"
        assert page.evaluate("document.activeElement.textContent.trim()") == "Home"
        page.keyboard.press("Escape")
        assert opener.get_attribute("aria-expanded") == "false"
        assert page.evaluate("document.activeElement.getAttribute('for')") == "__drawer"


def test_nothing_moves_for_those_who_ask(browser, address):
    with open_page(browser, reduced_motion="reduce") as page:
        page.goto(address + "losses/huber.html")
        assert page.evaluate(MOVING) == 0


def test_the_browser_frame_takes_the_colour_of_the_scheme(browser, address):
    with open_page(browser, color_scheme="dark") as page:
        page.goto(address + "losses/huber.html")
        colours = page.evaluate("[...document.querySelectorAll('meta[name=theme-color]')].map(meta => meta.content)")
        header = page.evaluate("getComputedStyle(document.querySelector('.md-header')).backgroundColor")
        numbers = [int(part) for part in header[header.index("(") + 1 : -1].split(",")[:3]]
        assert set(colours) == {"#" + "".join(f"{number:02x}" for number in numbers)}


def test_light_or_dark_is_what_the_system_says_until_a_reader_chooses(browser, address):
    shown = "document.body.dataset.mdColorScheme"
    with open_page(browser, color_scheme="dark") as page:
        page.goto(address + "losses/huber.html")
        button = page.locator(".kb-scheme")
        assert (page.evaluate(shown), button.get_attribute("aria-label")) == ("slate", "切换为浅色")
        page.emulate_media(color_scheme="light")
        eventually(page, lambda: page.evaluate(shown), lambda scheme: scheme == "default")
        assert button.get_attribute("aria-label") == "切换为深色"
        button.press("Enter")
        assert page.evaluate(shown) == "slate"
        page.goto(address + "en/terms/outlier.html")
        assert (page.evaluate(shown), button.get_attribute("aria-label")) == ("slate", "Switch to light")
        button.click()
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(100)
        assert page.evaluate(shown) == "default"
        assert page.faults == []


def test_the_page_is_not_looked_up_anew_for_its_colours(browser, address):
    """The theme's own switch changes the body three times while a page loads, and each time the styles of everything."""
    with open_page(browser) as page:
        page.add_init_script("""new MutationObserver(found => { window.changed = (window.changed || 0) + found.length; })
            .observe(document, {subtree: true, attributeFilter: ["data-md-color-scheme", "data-md-color-switching"]});""")
        page.goto(address + "losses/huber.html")
        page.locator(".kb-scheme[aria-label]").wait_for()
        assert page.evaluate("window.changed || 0") <= 1  # of the line in the header, before anything is painted
