"""The flash cards as data, as a page without scripts, and as files for Anki and spreadsheets."""

import csv
import gzip
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from conftest import ROOT
from test_model import CARDS

from kbgen import flash
from kbgen.exports import cards
from kbgen.model import LANGUAGES
from kbgen.pages import Book
from kbgen.tex import MACROS, expanded, to_mathml

SITE = ROOT / "site"
MARKUP = re.compile(r"\[\[|\]\]|\*\*|`|\{\{c\d|<(?!/?(?:p|b|i|small|code|a)\b)")


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request, kb) -> Book:
    return Book(kb, request.param, ROOT / ".kbgen", {}, {}, {})


def files(book) -> dict[str, bytes]:
    """What stands in the published folder of a language, by name."""
    folder = SITE / ("en" if book.language == "en" else "") / "assets/flash"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def given(content: bytes):
    return json.loads(re.fullmatch(r"kb\.give\(\"[^\"]+\",(.*)\)\n", content.decode(), re.S)[1])


def test_the_decks_by_family_and_group_hold_every_entry_once(book):
    every = [id for deck in flash.decks(book) if deck.id != "first" for id in deck.ids]
    assert len(every) == len(set(every))
    assert set(every) == set(book.kb.entries)


def test_the_first_deck_is_that_of_the_first_flash_cards(book):
    first = next(flash.decks(book))
    assert (first.id, first.ids) == ("first", tuple(CARDS))


def test_a_deck_begins_with_its_first_steps(book):
    decks = {deck.id: deck.ids for deck in flash.decks(book)}
    for kind, shelves in book.kb.config.first_steps.items():
        for name, ids in shelves.items():
            deck = decks[f"{kind}-{name}"]
            here = tuple(id for id in ids if id in deck)
            assert deck[: len(here)] == here


def test_scripts_hold_what_the_decks_say(book):
    found = files(book)
    listed = [deck for _, decks in given(found["index.js"])["decks"] for deck in decks]
    assert listed == [[deck.id, deck.name, len(deck.ids)] for deck in flash.decks(book)]
    for deck in flash.decks(book):
        cards = given(found[f"{deck.id}.js"])
        assert [Path(card[0]).name for card in cards] == list(deck.ids)
        for path, zh, en, plain, exact, formula, example in cards:
            entry = book.kb.entries[Path(path).name]
            assert (zh, en) == (entry.name.zh, entry.name.en)
            assert plain and exact
            assert bool(formula) == bool(entry.formula)
            assert bool(example) == hasattr(entry, "example")


def test_texts_of_cards_are_html_without_leftovers(book):
    for entry in book.kb.entries.values():
        for part in flash.card(book, entry)[3:]:
            root = lxml.html.fragment_fromstring(part, create_parent=True)
            for code in root.xpath(".//code"):
                code.drop_tree()
            assert not re.search(r"\[\[|\]\]|\*\*|`|\$|\\[a-z]+", root.text_content()), entry.id
            assert {element.tag for element in root.iter()} & {"script", "a", "annotation"} == set()


def test_an_asked_name_is_not_given_away(book):
    """What is marked is left blank; whoever takes the marks away finds the name in no everyday words."""
    for entry in book.kb.entries.values():
        shown = re.sub(r"<i>.*?</i>", " _ ", flash.card(book, entry)[3])
        name = re.escape(book.name(entry.id))
        assert not re.search(rf"\b{name}\b" if book.language == "en" else name, shown, re.I), entry.id


def test_a_deck_is_light(book):
    sizes = {name: len(gzip.compress(content, 6)) for name, content in files(book).items() if name.endswith(".js")}
    assert max(sizes.values()) < 15_000
    assert sum(sizes.values()) / len(sizes) < 7_000


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("A one. B two. C three.", 14, "A one. B two."),
        ("A very long first sentence. B two.", 5, "A very long first sentence."),
        ("甲是甲。乙是乙。", 4, "甲是甲。"),
        ("No end", 3, "No end"),
        ("$x. Y$ is one. Z two.", 3, "$x. Y$ is one."),
    ],
)
def test_a_definition_is_cut_between_sentences(text, room, expected):
    assert flash.short(text, room) == expected


def test_table_holds_every_entry_once(book):
    content = files(book)[f"cards-{book.language}.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(cards.COLUMNS)
    assert [(row["name_zh"], row["name_en"]) for row in rows] == [(e.name.zh, e.name.en) for e in book.kb.entries.values()]
    for row, entry in zip(rows, book.kb.entries.values(), strict=True):
        assert all(row[name] for name in cards.COLUMNS if name != "example")
        assert bool(row["example"]) == hasattr(entry, "example")
        assert (SITE / row["url"]).is_file()
        assert not any(re.search(r"\[\[|\]\]|\*\*|`|\n|</", text) for text in row.values()), entry.id
        assert not any(re.match(r"[=+\-@\t]", text) for text in row.values()), f"{entry.id}: a spreadsheet would compute this"


def notes(content: bytes) -> tuple[dict[str, str], list[list[str]]]:
    """Headers and rows, read as Anki reads them: lines with # first, then values between tabs."""
    lines = content.decode().splitlines()
    head = dict(line[1:].split(":", 1) for line in lines if line.startswith("#"))
    return head, [line.split("\t") for line in lines if not line.startswith("#")]


def test_anki_gets_every_entry_once_in_its_deck_with_its_tags(book):
    head, rows = notes(files(book)[f"anki-{book.language}.tsv"])
    assert (head["separator"], head["html"]) == ("tab", "true")
    assert [head[f"{name} column"] for name in ("guid", "deck", "tags")] == ["1", "4", "5"]
    assert head["columns"].split("\t") == ["ID", "Front", "Back", "Deck", "Tags"]
    assert {len(row) for row in rows} == {5}
    assert [row[0] for row in rows] == [f"kbgen-{book.language}-{id}" for id in book.kb.entries]
    assert [html.unescape(row[1]) for row in rows] == [book.name(id) for id in book.kb.entries]
    assert len({row[3] for row in rows}) == len({deck.name for deck in flash.decks(book) if deck.id != "first"})
    assert not any(field.startswith('"') for row in rows for field in row), "there a quotation mark would open a quotation"


def test_backs_for_anki_are_whole_html_with_brackets_for_mathjax(book):
    _, rows = notes(files(book)[f"anki-{book.language}.tsv"])
    for id, _, back, _, _ in rows:
        prose = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", back)
        assert not MARKUP.search(prose), id
        assert "$" not in prose, id
        assert back.count("\\(") == back.count("\\)") and back.count("\\[") == back.count("\\]"), id
        root = lxml.html.fragment_fromstring(back, create_parent=True)
        assert "".join(lxml.html.tostring(part, encoding="unicode") for part in root) == back, id


def test_formulas_for_anki_need_no_macro_of_ours_and_mean_the_same(book):
    known = "|".join(MACROS)
    for entry in book.kb.entries.values():
        if entry.formula:
            plain = expanded(entry.formula)
            assert not re.search(rf"\\(?:{known})\b", plain), entry.id
            without = re.compile(r"<annotation.*?</annotation>", re.S)
            drawn = [without.sub("", to_mathml(tex, display=True)) for tex in (plain, entry.formula)]
            assert drawn[0].count("<mi>") == drawn[1].count("<mi>"), entry.id


def test_addresses_are_whole_where_the_site_has_one(book):
    place = "https://example.org/kb/" + ("en/" if book.language == "en" else "")
    for site in ("https://example.org/kb", "https://example.org/kb/"):
        published = replace(book, site=site)
        assert f"{place}losses/huber.html" in cards.table(published).decode("utf-8-sig")
        assert f'<a href="{place}losses/huber.html">' in cards.anki(published).decode()
    assert "<a " not in cards.anki(replace(book, site="")).decode()


def test_without_scripts_the_page_lists_every_deck_and_the_downloads(book):
    path = SITE / ("en" if book.language == "en" else "") / "tools/cards.html"
    article = lxml.html.parse(path, lxml.html.HTMLParser(encoding="utf-8")).getroot().find(".//article")
    decks = list(flash.decks(book))
    assert len(article.findall(".//h3")) == len(decks)
    linked = [Path(a.get("href")).stem for a in article.xpath(".//h3/following-sibling::p//a")]
    assert linked == [id for deck in decks for id in deck.ids]
    downloads = [a.get("href") for a in article.xpath(".//ul//a")]
    assert sorted(Path(address).suffix for address in downloads) == [".csv", ".tsv"]
    assert all((path.parent / address).is_file() for address in downloads)
