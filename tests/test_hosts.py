"""MkDocs and Zensical publish the same pages from the same files."""

import json
import re
import zlib
from importlib.util import find_spec
from urllib.parse import unquote, urljoin

import lxml.html
import pytest
from conftest import ROOT

from kbgen.site import publish

pytestmark = pytest.mark.thorough
EVERY = 5
"""One entry in so many is read; pages that are not entries are all read."""


def is_read(path):
    entry = re.search(r"(losses|terms|optimizers)/(?!index)", path)
    return not path.endswith("404.html") and (not entry or zlib.crc32(path.encode()) % EVERY == 0)


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """(paths, path -> article of what is read) of both hosts."""
    if find_spec("zensical") is None:
        pytest.fail("zensical is not installed: run make test-all")
    parser = lxml.html.HTMLParser(encoding="utf-8")
    found = []
    for host in ("mkdocs", "zensical"):
        target = tmp_path_factory.mktemp(host) / "site"
        publish(ROOT, host, site=target)
        paths = {path.relative_to(target).as_posix(): path for path in sorted(target.rglob("*.html"))}
        found.append((set(paths), {name: lxml.html.parse(path, parser).getroot() for name, path in paths.items() if is_read(name)}))
    return found


@pytest.fixture(scope="session")
def read(sites):
    return [pages for _, pages in sites]


def links(path, page):
    """Where the links of the article lead, as paths of the site."""
    base = f"file:///{path}"
    return sorted(unquote(urljoin(base, link.get("href"))) for link in page.xpath("//article//a[@href]"))


def headings(page):
    return [(heading.tag, heading.get("id")) for heading in page.xpath("//article//*[self::h1 or self::h2 or self::h3]")]


def formulas(page):
    return [annotation.text for annotation in page.iter("annotation")]


def terms(page):
    """What is marked, and where its definition leads."""
    leads = page.xpath("//template[@class='kb-terms']/p/a/@href")
    return [(mark.text, leads[int(mark.get("data-kb-term"))]) for mark in page.find_class("kb-term")]


def linked(page):
    """What the head tells search engines of the entry."""
    return [json.loads(script.text) for script in page.xpath("//script[@type='application/ld+json']")]


def menu(path, page):
    base = f"file:///{path}"
    shown = page.xpath("//*[@data-md-type='navigation']//li/a") + page.xpath("//header//a[@data-kb-language]")
    return [(unquote(urljoin(base, link.get("href"))), " ".join(link.text_content().split())) for link in shown]


def test_both_hosts_publish_the_same_pages(sites):
    (mkdocs, read), (zensical, _) = sites
    assert mkdocs == zensical
    assert len(mkdocs) > 1000
    assert len(read) > 250


@pytest.mark.parametrize("what", [headings, formulas, terms, linked])
def test_articles_agree(read, what):
    mkdocs, zensical = read
    assert {path: what(page) for path, page in mkdocs.items()} == {path: what(page) for path, page in zensical.items()}


@pytest.mark.parametrize("what", [links, menu])
def test_links_and_menus_agree(read, what):
    mkdocs, zensical = read
    assert {path: what(path, page) for path, page in mkdocs.items()} == {path: what(path, page) for path, page in zensical.items()}


def test_pictures_are_set_in_by_both(read):
    def pictures(site):
        return {path: len(page.xpath("//article//figure/*[name()='svg']")) for path, page in site.items()}

    mkdocs, zensical = map(pictures, read)
    assert mkdocs == zensical
    assert sum(mkdocs.values()) > 100


def test_the_site_is_the_one_that_was_asked_for_last(tmp_path):
    """Going back to a host whose rendering is kept must bring it back, not leave the other one standing."""
    target = tmp_path / "site"
    for host in ("mkdocs", "zensical", "mkdocs"):
        publish(ROOT, host, site=target)
        generator = lxml.html.parse(target / "index.html").getroot().xpath("//link[contains(@href, '/stylesheets/')]/@href")
        assert any("classic" in href or "modern" in href for href in generator) == (host == "zensical")
