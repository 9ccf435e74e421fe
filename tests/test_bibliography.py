"""References: one key per publication, BibTeX that other programs read back."""

import re

from kbgen.bibliography import address, bibtex, doi_address, key, publications
from kbgen.model import PUBLISHERS
from kbgen.pages import citations, identifier

FIELD = re.compile(r"^  (\w+) = \{(.*)\},$")


def test_every_entry_cites_where_it_comes_from(kb):
    assert not [id for id, entry in kb.entries.items() if not entry.references]


def test_no_two_publications_share_a_key(kb):
    keys = [key(reference) for reference, _ in publications(kb)]
    assert sorted(set(keys)) == sorted(keys)


def test_every_entry_of_every_reference_is_listed_once(kb):
    cited = {(reference.title, id) for reference, ids in publications(kb) for id in ids}
    assert cited == {(reference.title, id) for id, entry in kb.entries.items() for reference in entry.references}


def test_bibtex_has_balanced_braces_and_says_what_the_page_says(kb):
    for reference, _ in publications(kb):
        head, *lines, tail = bibtex(reference).splitlines()
        fields = dict(FIELD.fullmatch(line).groups() for line in lines)
        assert re.fullmatch(r"@(article|book)\{[a-z]+\d{4}[a-z]*,", head), head
        assert tail == "}"
        assert re.sub(r"[{}]|\\(?=[&%$#_])", "", fields["title"]) == reference.title
        assert fields["year"] == str(reference.year)
        assert fields.get("doi") == reference.doi and fields.get("eprint") == reference.arxiv
        assert all(value.count("{") == value.count("}") for value in fields.values())


def test_et_al_becomes_others_and_inner_capitals_are_kept(kb):
    arcface = next(reference for reference, _ in publications(kb) if "ArcFace" in reference.title)
    assert "and others}" in bibtex(arcface)
    assert "{ArcFace}" in bibtex(arcface)


def test_the_address_of_a_doi_holds_no_sign_that_addresses_may_not():
    assert doi_address("10.1/a(b)c<d:e>f;2#x?%") == "https://doi.org/10.1/a(b)c%3Cd:e%3Ef;2%23x%3F%25"


def test_every_publication_is_linked_by_a_valid_address_and_named_as_it_is(kb):
    sound = re.compile(rf"https://(?:doi\.org|arxiv\.org/abs|{PUBLISHERS})/[\w./:;()?=-]+(?:%[0-9A-F]{{2}}[\w./:;()-]*)*")
    assert [place for entry in kb.entries.values() for place in citations(entry) if not sound.fullmatch(place)] == []
    brier = next(given for given in kb.losses["brier_score"].references if "<" in (given.doi or ""))
    shown = identifier(brier)
    assert shown == f"[doi:{brier.doi}]({doi_address(brier.doi)})" and f"{{{brier.doi}}}" in bibtex(brier)


def test_a_paper_without_a_doi_is_linked_where_its_publisher_shows_it(kb):
    (score,) = (given for given in kb.losses["score_matching"].references if given.page)
    assert identifier(score) == f"[jmlr.org]({score.page})"
    assert address(score) == score.page
    assert f"url = {{{score.page}}}" in bibtex(score) and bibtex(score).startswith("@article")
