"""References: one key per publication, BibTeX that other programs read back."""

import re

from kbgen.bibliography import bibtex, key, publications

FIELD = re.compile(r"^  (\w+) = \{(.*)\},$")


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
