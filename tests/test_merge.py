"""One entry goes into another: names, links, relations and its address lead to the winner, and no text is lost unasked."""

import pytest
from test_broken_files import TERM
from test_rename import base, state  # noqa: F401  # a fixture

from kbgen import registry
from kbgen.build import draft, write_docs
from kbgen.cli import main
from kbgen.editing import python, texts

ALPHA = (
    TERM
    + """\
aliases: {en: [first letter, Aleph]} # two
see_also: [beta, gamma]
relations:
  - {kind: variant_of, to: beta}
  - {kind: contrast_with, to: gamma} # stays
references:
  - {authors: A, year: 2000, title: T, doi: 10.1000/a}
  - {authors: B, year: 2001, title: U, doi: 10.1000/b}
former_ids: [ay]
"""
)
BETA = (
    TERM.replace("甲", "乙").replace("Alpha", "Beta")
    + """\
see_also: # next
  - alpha
  - gamma
relations:
  - {kind: alternative_to, to: alpha}
  - {kind: contrast_with, to: gamma, note: {zh: 是, en: "yes"}} # a note
references:
  - {authors: A, year: 2000, title: T, doi: 10.1000/a}
"""
)
GAMMA = (
    TERM.replace("甲", "丙").replace("Alpha", "Gamma")
    + "see_also: [beta, alpha]\nrelations: [{kind: part_of, to: alpha}, {kind: part_of, to: beta}]\n"
)


@pytest.fixture
def letters(base):  # noqa: F811
    """Three terms that name each other."""
    for id, text in {"alpha": ALPHA, "beta": BETA, "gamma": GAMMA}.items():
        (base / f"data/terms/{id}.yml").write_text(text, encoding="utf-8")
    return base


def read(path):
    return path.read_text(encoding="utf-8")


def test_the_winner_takes_over_what_can_be_joined(letters):
    assert main(["merge", "alpha", "beta", "--drop"]) == 0
    assert read(letters / "data/terms/beta.yml") == (
        TERM.replace("甲", "乙")
        .replace("Alpha", "Beta")
        .replace("group:", "aliases: {zh: [甲], en: [Alpha, first letter, Aleph]}\ngroup:", 1)
        + """\
see_also: # next
  - gamma
relations:
  - {kind: contrast_with, to: gamma, note: {zh: 是, en: "yes"}} # a note
references:
  - {authors: A, year: 2000, title: T, doi: 10.1000/a}
  - {authors: B, year: 2001, title: U, doi: 10.1000/b}
former_ids: [ay, alpha]
"""
    )
    assert not (letters / "data/terms/alpha.yml").exists()
    assert read(letters / "data/terms/gamma.yml").endswith("see_also: [beta]\nrelations: [{kind: part_of, to: beta}]\n")
    assert "basics: [beta]}} # read first\nfirst_cards: [beta]\n" in read(letters / "data/kb.yml")
    assert "[[beta]], [[terms/beta#Definition|words]]" in read(letters / "docs/en/more/note.md")


def test_texts_of_the_loser_wait_as_comments_unless_they_are_dropped(letters):
    assert main(["merge", "alpha", "beta"]) == 0
    comment = "\n".join(f"# {line}" for line in ALPHA.splitlines())
    assert read(letters / "data/terms/beta.yml").endswith(f"then remove these lines.\n{comment}\n")
    assert "One sentence." in draft(letters).written["en"]["terms/beta.md"]


def test_all_old_addresses_lead_to_the_winner(letters):
    assert main(["merge", "alpha", "beta", "--drop"]) == 0
    write_docs(letters)
    for old in ("ay", "alpha"):
        assert "url=beta.html" in read(letters / f"docs/en/terms/{old}.html")


def test_what_goes_without_a_trace_is_told(letters, capsys):
    before = state(letters)
    assert main(["merge", "alpha", "beta", "--dry-run"]) == 0
    assert "look: data/terms/gamma.yml:1: relations: part_of alpha is dropped, beta has one" in capsys.readouterr().out
    assert state(letters) == before


@pytest.mark.parametrize(
    ("loser", "winner", "said"),
    [
        ("alpha", "alpha", "an entry cannot be merged into itself"),
        ("alpha", "betta", "no entry 'betta'\n    tip: did you mean beta?"),
        ("delta", "beta", "no entry 'delta'"),
    ],
)
def test_what_cannot_be_merged_is_refused(letters, capsys, loser, winner, said):
    before = state(letters)
    assert main(["merge", loser, winner]) == 1
    assert said in capsys.readouterr().err
    assert state(letters) == before


def test_functions_are_for_a_person_to_join(letters, capsys, monkeypatch):
    monkeypatch.setattr(registry, "losses", lambda: {"alpha": None})
    assert main(["merge", "alpha", "beta"]) == 1
    assert "alpha has functions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see_also: [old, new, x] # c\n", "see_also: [new, x] # c\n"),
        ("see_also: [x, new, old]\n", "see_also: [x, new]\n"),
        ("see_also:\n  - new\n  - old # c\n  - x\n", "see_also:\n  - new\n  - x\n"),
        ("first_cards:\n  [a, new, b,\n   old]\n", "first_cards:\n  [a, new, b]\n"),
        ("first_steps: {term: {basics: [old, new], data: [old]}}\n", "first_steps: {term: {basics: [new], data: [old]}}\n"),
        ("see_also: [old, x]\n", "see_also: [old, x]\n"),
    ],
)
def test_a_list_names_nothing_twice(text, left):
    assert python.apply(text, set(texts.duplicates(text, "old", "new"))) == left
