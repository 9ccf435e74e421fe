"""What is taken out of style sheets and scripts changes nothing that a browser sees."""

import re

import pytest
from browsing import needs_chromium, open_page

from kbgen.shipped import ASSETS, style

RULES = "text => { const s = new CSSStyleSheet(); s.replaceSync(text); return [...s.cssRules].map(rule => rule.cssText); }"
BLANK = re.compile(r"(?<=[,:]) | (?=[<>])|(?<=[<>]) ")  # where they are kept as written: custom properties and conditions
SHIPPED = {path: content.decode() for path, content in style()}


@needs_chromium
def test_a_browser_reads_the_same_rules(browser):
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("css/*.css")))
    shipped = SHIPPED["assets/kbgen.css"]
    assert len(shipped) < 0.95 * len(written)
    with open_page(browser) as page:
        rules, same = (page.evaluate(RULES, text) for text in (written, shipped))
        assert len(rules) > 500
        assert [BLANK.sub("", rule) for rule in same] == [BLANK.sub("", rule) for rule in rules]


def test_every_module_is_shipped_without_its_remarks():
    for path in ASSETS.glob("modules/*.js"):
        shipped = SHIPPED[f"assets/modules/{path.name}"]
        assert "/**" not in shipped, path.name
        assert len(shipped) < 0.9 * path.stat().st_size, path.name


@pytest.mark.parametrize("path", sorted(ASSETS.glob("[bm]*/*.js")), ids=lambda path: path.stem)
def test_scripts_hold_nothing_that_rjsmin_misreads(path):
    """It takes the slash after an arrow for a division, and ends a template at the first backtick."""
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"=> */[^/*].*", text)
    assert not re.findall(r"`[^`]*\$\{[^}`]*`", text)
