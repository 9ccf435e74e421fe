"""The published pages, as files: links, anchors, languages, weight, and nothing raw on them."""

import gzip
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlparse

import lxml.html
import pytest
from conftest import ROOT

from kbgen.tex import lines

EXAMPLES = {f"{root}indexes/obsidian.html" for root in ("", "en/")}
"""Pages that show what is no markup, and what leads nowhere; tests/test_conformance.py says of each example what may be seen."""
RAW = re.compile(r"\[\[|\]\]|\$\$|\\frac|\\[a-z]{3,}\{|\{\{|\{%|> \[!|\bNone\b(?! of )|\bnan\b|\bUndefined\b")
HIDDEN = ("script", "style", "annotation", "pre", "code")
FOREIGN = re.compile(r"^(?:https?:)?//")


@pytest.fixture(scope="session")
def site() -> Path:
    if not (ROOT / "site/index.html").is_file():
        pytest.fail("site/ is missing: run make build, or make test, which does it first")
    return ROOT / "site"


@pytest.fixture(scope="session")
def pages(site) -> Mapping[str, lxml.html.HtmlElement]:
    """Every HTML page by its path inside the site."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    return {path.relative_to(site).as_posix(): lxml.html.parse(path, parser).getroot() for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="session")
def entry_paths(kb) -> list[str]:
    found = [f"{kb.folder(id)}/{id}.html" for id in kb.entries]
    return [*found, *(f"en/{path}" for path in found)]


def references(page):
    """(attribute, address) of everything a page points to or loads."""
    for element, attribute, address, _ in page.iterlinks():
        yield element, attribute, address


def text_of(page):
    """What a reader sees of the article."""
    article = page.find(".//article")
    copy = lxml.html.fromstring(lxml.html.tostring(article, encoding="unicode"))
    for element in copy.xpath("|".join(f".//{tag}" for tag in HIDDEN)):
        element.drop_tree()
    return copy.text_content()


def test_every_entry_has_a_page_in_both_languages(pages, entry_paths):
    assert set(entry_paths) - set(pages) == set()


def test_no_link_and_no_anchor_is_broken(pages, site):
    ids = {path: {element.get("id") for element in page.iter() if element.get("id")} for path, page in pages.items()}
    losses = {path.stem for path in site.glob("losses/*.html")}
    broken = []
    for path, page in pages.items():
        if path.endswith("404.html"):  # served at any address, so its links start at the root of the host
            continue
        for _, _, address in references(page):
            parts = urlparse(urljoin(f"file:///{path}", address))
            target = unquote(parts.path).lstrip("/")
            if parts.scheme != "file":
                continue
            if target.endswith("tools/compare.html") and losses >= set(parts.fragment.split(",")):
                continue  # no anchor: the losses to compare
            if not (site / target).is_file() or (parts.fragment and unquote(parts.fragment) not in ids.get(target, set())):
                broken.append((path, address))
    assert broken == []


def test_no_page_is_an_orphan(pages):
    reached, queue = {"index.html"}, ["index.html"]
    while queue:
        here = queue.pop()
        for _, _, address in references(pages[here]):
            target = unquote(urlparse(urljoin(f"file:///{here}", address)).path).lstrip("/")
            if target in pages and target not in reached:
                reached.add(target)
                queue.append(target)
    assert {path for path in pages if not path.endswith(("404.html", "offline.zh.html", "offline.en.html"))} - reached == set()


def test_nothing_is_loaded_from_elsewhere(pages, site):
    """Links may lead out; scripts, styles, fonts and pictures come from the site itself."""
    loaded = {
        (path, address)
        for path, page in pages.items()
        for element, attribute, address in references(page)
        if FOREIGN.match(address) and not (element.tag == "a" and attribute == "href") and element.get("rel") != "canonical"
    }
    assert loaded == set()
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), path


def test_nothing_raw_is_visible(pages):
    articles = {path: page for path, page in pages.items() if page.find(".//article") is not None and path not in EXAMPLES}
    found = {(path, match[0]) for path, page in articles.items() for match in RAW.finditer(text_of(page))}
    assert {(path, raw) for path, raw in found if not (raw == "nan" and path.endswith(("nan_loss.html", "letters.html")))} == set()


def test_every_wikilink_was_resolved(pages):
    assert {path for path, page in pages.items() if page.find_class("kb-unresolved")} - EXAMPLES == set()


def bare(tex):
    return "".join(tex.split())


def test_every_formula_is_mathml_with_its_tex(pages, entry_paths, kb):
    for path in entry_paths:
        entry = kb.entries[Path(path).stem]
        if entry.formula:
            wrapped = pages[path].findall(".//span[@class='kb-math__sides']")
            shown = {bare(annotation.text) for annotation in pages[path].iter("annotation")}
            shown |= {bare("".join(side.text.removeprefix("{}") for side in sides.iter("annotation"))) for sides in wrapped}
            parts = {bare(part) for line in lines(entry.formula) for part in line}
            assert bare(entry.formula) in shown or parts <= shown, path


def test_language_and_its_counterpart(pages, entry_paths):
    for path in entry_paths:
        english = path.startswith("en/")
        assert pages[path].get("lang") == ("en" if english else "zh")
        other = path.removeprefix("en/") if english else f"en/{path}"
        alternates = {
            link.get("hreflang"): urljoin(f"file:///{path}", link.get("href")).removeprefix("file:///")
            for link in pages[path].xpath("//head/link[@hreflang]")
        }
        assert alternates == {"zh": path.removeprefix("en/"), "en": path if english else other}
        (switch,) = pages[path].xpath("//header//a[@data-kb-language]")
        assert urljoin(f"file:///{path}", switch.get("href")) == f"file:///{other}"


def test_interface_of_chinese_pages_is_chinese(pages, entry_paths, kb):
    """Buttons, labels and menus of the theme and of ours; names of libraries and of losses stay as they are."""
    for path in entry_paths:
        if path.startswith("en/"):
            continue
        page = pages[path]
        labels = ("aria-label", "title", "placeholder")
        shown = [element.get(name) for element in page.iter() for name in labels if element.get(name)]
        shown += [element.text_content() for element in page.xpath("//nav//span|//nav//label|//footer//div")]
        english = [text.strip() for text in shown if re.search(r"[A-Za-z]{3,}", text) and not re.search(r"[\u4e00-\u9fff]", text)]
        assert set(english) - {"English", kb.entries[Path(path).stem].name.zh} == set(), path


def test_pages_do_not_carry_the_tree(pages, entry_paths):
    for path in entry_paths:
        assert len(pages[path].xpath("//*[@data-md-type='navigation']//a")) < 25


def test_every_picture_says_what_it_shows(pages):
    for path, page in pages.items():
        for picture in page.xpath("//article//figure/*[name()='svg']"):
            assert len(picture.get("aria-label", "")) > 20, path
        assert all(image.get("alt") for image in page.xpath("//article//img")), path


def test_a_page_has_no_two_equal_ids(pages):
    for path, page in pages.items():
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), (path, {id for id in ids if ids.count(id) > 1})


def test_headings_step_down_one_by_one(pages, entry_paths):
    for path in entry_paths:
        headings = pages[path].xpath("//article//*[self::h1 or self::h2 or self::h3 or self::h4]")
        levels = [int(heading.tag[1]) for heading in headings]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_a_page_is_light(pages, site, entry_paths):
    """First visit: HTML and everything it loads. Next visit: the HTML alone, since the rest is kept."""

    @cache
    def gzipped(path: Path) -> int:
        return len(gzip.compress(path.read_bytes(), 6))

    for path in entry_paths:
        loads = {
            (site / path).parent / unquote(address.partition("?")[0])
            for element, _, address in references(pages[path])
            if element.tag in {"script", "img"} or (element.tag == "link" and element.get("rel") in {"stylesheet", "icon"})
        }
        html = gzipped(site / path)
        first = html + sum(gzipped(file.resolve()) for file in loads)
        assert first < 200_000, (path, first)
        assert html < 40_000, (path, html)


def test_no_leftovers_of_tools_are_published(site):
    leftovers = {path.name for pattern in ("*.map", "*.kbgen.json", "lunr", ".obsidian") for path in site.rglob(pattern)}
    assert leftovers == set()


def test_every_page_has_a_twin_in_markdown_that_its_head_leads_to(site, pages):
    for path, page in pages.items():
        twin = page.xpath("//link[@type='text/markdown']/@href")
        assert len(twin) == (0 if page.xpath("//article/section[@lang]") or "offline." in path else 1), path
        assert all(
            (site / path).parent.joinpath(unquote(address)).resolve() == (site / path).with_suffix(".md").resolve()
            for address in twin
        )
    assert {path.relative_to(site).with_suffix(".html").as_posix() for path in site.rglob("*.md")} <= set(pages)
    assert (site / "llms.txt").is_file() and (site / "en/llms.txt").is_file()
