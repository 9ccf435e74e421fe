"""Listings: coloured once, found again by both hosts, and the same text as ever."""

import lxml.html
import markdown
import pytest
from conftest import ROOT

from kbgen.listings import in_page
from kbgen.obsidian import makeExtension
from kbgen.obsidian.code import Listings
from kbgen.parts import keep

CODE = 'def f(x):\n    return x  # <b>\n\nf("1")'
PAGE = f"""```python
{CODE}
```

> [!example]- One
> ```python
> {CODE.replace(chr(10), chr(10) + "> ")}
> ```
>
> > ````text
> > ```
> > ````
"""


def _converted(text, folder):
    return markdown.markdown(text, extensions=[makeExtension(vault=str(folder)), Listings(str(folder / "kept"))])


def _stems(folder):
    return {path.name for path in folder.glob("*.html")}


@pytest.mark.parametrize("page", ["", "losses/huber.md", "losses/ctc.md", "optimizers/adam.md", "guides/custom_loss.md"])
def test_what_is_found_on_a_page_beforehand_is_all_that_its_rendering_asks_for(tmp_path, page):
    text = (ROOT / "docs" / "en" / page).read_text(encoding="utf-8") if page else PAGE
    parts = list(in_page(text, tmp_path / "kept"))
    assert len(parts) > 1
    keep(parts)
    before = _stems(tmp_path / "kept")
    _converted(text, tmp_path)
    assert _stems(tmp_path / "kept") == before


def test_a_kept_listing_is_not_coloured_again(tmp_path):
    ((part,),) = [list(in_page(f"```python\n{CODE}\n```", tmp_path / "kept"))]
    keep([part])
    part.path.write_text("<p>kept</p>", encoding="utf-8")
    assert "<p>kept</p>" in _converted(PAGE, tmp_path)


def test_tokens_that_look_like_text_have_no_elements(tmp_path):
    found = lxml.html.fromstring(_converted(f'```python\n{CODE}\n```\n\n<span class="n">mine</span>\n', tmp_path))
    assert found.xpath("string(.//code)") == f"{CODE}\n"
    assert {token.get("class") for token in found.iterfind(".//code/span")} == {"k", "nf", "c1", "s2"}
    assert found.xpath("string(.//p/span)") == "mine"  # of a note, not of a listing


def test_a_listing_may_name_no_language(tmp_path):
    found = lxml.html.fromstring(f"<div>{_converted('~~~' + chr(10) + CODE + chr(10) + '~~~', tmp_path)}</div>")
    assert found.xpath("string(.//pre/code)") == f"{CODE}\n"


def test_marks_of_one_place_are_not_kept_for_others(tmp_path):
    marked = _converted(f'```python hl_lines="2"\n{CODE}\n```', tmp_path)
    assert 'class="hll"' in marked
    assert 'class="hll"' not in _converted(f"```python\n{CODE}\n```", tmp_path)
