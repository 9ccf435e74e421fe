"""The search index: what is written into it, without a browser."""

import pytest
from conftest import ROOT

from kbgen.build import draft
from kbgen.model import LANGUAGES
from kbgen.search import index_files
from kbgen.search.facets import facets
from kbgen.search.items import items_of
from kbgen.search.names import names_file
from kbgen.search.signs import flat, signs
from kbgen.search.words import fold, normal, tokens


@pytest.fixture(scope="module")
def plan():
    return draft(ROOT)


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\hat y", "ŷ"),
        (r"|r|\le\delta", "|r| ≤ δ"),
        (r"\tfrac12r^2", "1/2r^2"),
        (r"\sum_{i=1}^n x_i", "∑_(i = 1)^nx_i"),
        (r"\sqrt{x+1}", "√(x + 1)"),
        (r"a<b", "a < b"),
    ],
)
def test_formulas_become_a_line_of_signs(tex, line):
    assert signs(tex) == line
    assert flat(f"where ${tex}$ holds") == f"where {line} holds"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Losses of classes", ["loss", "of", "class"]),
        ("regularisation, optimised", ["regularization", "optimiz"]),
        ("δ-neighbourhoods", ["delta", "neighbourhood"]),
        ("交叉熵的值", ["交叉", "叉熵", "值"]),
        ("KL散度", ["kl", "散度", "度"]),
        ("focus, process, based", ["focus", "process", "bas"]),
    ],
)
def test_texts_are_cut_into_what_people_look_for(text, found):
    assert list(tokens(text)) == found


def test_british_and_american_spelling_are_one():
    for british, american in (("generalised", "generalized"), ("optimiser", "optimizer"), ("normalisation", "normalization")):
        assert fold(british) == american
    assert fold("this is raised") == "this is raized"  # both sides do the same, so nothing is lost


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chinese_name_can_be_typed_in_pinyin(plan, language):
    """The table of syllables and its exceptions spell each name as the dictionary does."""
    book = plan.books[language]
    content = names_file(book, list(items_of(book, {})), 1)
    sounds = {character: syllable for syllable, characters in content["spelling"].items() for character in characters}
    for name, (spelled, _) in book.pinyin.items():
        typed = content["odd"].get(name) or "".join(sounds.get(character, character) for character in name)
        assert normal(typed) == normal(spelled), name


def test_pages_that_are_no_entries_are_found_too(plan):
    for language, book in plan.books.items():
        paths = {path for path, _ in index_files(book, {**plan.notes[language], **plan.written[language]})}
        assert {"assets/search/said/index.js", "assets/search/said/losses/index.js", "assets/search/said/losses/huber.js"} <= paths


def test_facets_hold_what_the_entries_say(kb):
    known = dict(facets(kb))
    robust = {id for id, loss in kb.losses.items() if known["property:robust"].holds(loss)}
    assert {"huber", "absolute_error"} <= robust
    assert "squared_error" not in robust
    for key, facet in known.items():
        if key != "kind:page":
            assert any(map(facet.holds, kb.entries.values())), key
