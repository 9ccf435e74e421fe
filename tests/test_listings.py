"""Listings: coloured once, found again when pages are rendered, and the same text as ever."""

import json

import lxml.html
import markdown
import pytest
from conftest import ROOT

from kbgen import listings
from kbgen.cache import Memo
from kbgen.obsidian import code, makeExtension

CODE = 'def f(x):\n    return x  # <b>\n\nf("1")'
PYTHON = f"```python\n{CODE}\n```\n"
PAGE = f"""{PYTHON}
> [!example]- One
> ```python
> {CODE.replace(chr(10), chr(10) + "> ")}
> ```
>
> > ````text
> > ```
> > ````
"""


def _converted(text, folder, kept="none.json"):
    return markdown.markdown(text, extensions=[makeExtension(vault=str(folder)), code.Listings(str(folder / kept))])


def _parsed(text, folder):
    return lxml.html.fromstring(f"<div>{_converted(text, folder)}</div>")


@pytest.mark.parametrize("page", ["", "losses/huber.md", "losses/ctc.md", "optimizers/adam.md", "guides/custom_loss.md"])
def test_what_is_kept_of_a_page_is_all_that_its_rendering_asks_for(tmp_path, monkeypatch, page):
    text = (ROOT / "docs" / "en" / page).read_text(encoding="utf-8") if page else PAGE
    expected = _converted(text, tmp_path)
    listings.keep([text], tmp_path / "kept.json", Memo())
    asked = []
    monkeypatch.setattr(code, "coloured", lambda *given: asked.append(given))
    assert _converted(text, tmp_path, "kept.json") == expected and "highlight" in expected
    assert asked == []


def test_a_kept_listing_is_not_coloured_again_and_goes_with_its_page(tmp_path, monkeypatch):
    file = tmp_path / "kept.json"
    listings.keep([PAGE], file, Memo())
    assert len(json.loads(file.read_bytes())) == 2  # the one in the callout is the same
    with monkeypatch.context() as patched:
        patched.delattr(listings, "coloured")
        listings.keep([PYTHON], file, Memo())
    assert len(json.loads(file.read_bytes())) == 1
    file.write_text("{", encoding="utf-8")  # half of it is as good as nothing
    listings.keep([PAGE], file, Memo())
    assert len(json.loads(file.read_bytes())) == 2


def test_tokens_that_look_like_text_have_no_elements(tmp_path):
    found = _parsed(f'{PYTHON}\n<span class="n">mine</span>\n', tmp_path)
    assert found.xpath("string(.//code)") == f"{CODE}\n"
    assert {token.get("class") for token in found.iterfind(".//code/span")} == {"k", "nf", "c1", "s2"}
    assert found.xpath("string(.//p/span)") == "mine"  # of a note, not of a listing


def test_a_listing_may_name_no_language(tmp_path):
    assert _parsed(f"~~~\n{CODE}\n~~~", tmp_path).xpath("string(.//pre/code)") == f"{CODE}\n"


def test_marks_of_one_place_are_not_those_of_others(tmp_path):
    assert 'class="hll"' in _converted(PYTHON.replace("python", 'python hl_lines="2"'), tmp_path)
    assert 'class="hll"' not in _converted(PYTHON, tmp_path)
