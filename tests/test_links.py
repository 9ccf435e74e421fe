"""The grammar of [[links]]."""

import pytest

from kbgen.links import find_links, replace_links, sentence_around


@pytest.mark.parametrize(
    ("text", "target", "anchor", "shown"),
    [
        ("[[huber]]", "huber", "", "huber"),
        ("[[huber|Huber 损失]]", "huber", "", "Huber 损失"),
        ("[[a/b#头 一|words]]", "a/b", "#头 一", "words"),
        ("| [[huber\\|in a table]] |", "huber", "", "in a table"),
        ("[[#own heading]]", "", "#own heading", "#own heading"),
        ("（见[[离群点]]）", "离群点", "", "离群点"),
    ],
)
def test_parts_of_a_link(text, target, anchor, shown):
    (link,) = find_links(text)
    assert (link.target, link.anchor, link.shown) == (target, anchor, shown)


@pytest.mark.parametrize(
    "text", ["`[[x]]`", "``a ` [[x]]``", "$a_{[[x]]}$", "$$\n[[x]]\n$$", "```\n[[x]]\n```", "\\[[x]]", "[[]]", "![[x.png]]"]
)
def test_no_link_in_code_mathematics_escapes_and_embeds(text):
    assert list(find_links(text)) == []


def test_two_links_on_a_line_are_two():
    assert [link.target for link in find_links("[[a|b]] and [[c|d]]")] == ["a", "c"]


def test_replacing_leaves_the_rest_alone():
    assert replace_links("x [[a|b]] `[[c]]` y", lambda link: f"<{link.shown}>") == "x <b> `[[c]]` y"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two has [[x]] inside. Three.", "Two has [[x]] inside."),
        ("一句。二句有[[x]]。三句。", "二句有[[x]]。"),
        ("Value $a. B$ and [[x]], e.g. here. End.", "Value $a. B$ and [[x]], e.g. here."),
        ("First.\n\nSecond with\n[[x]].", "Second with [[x]]."),
    ],
)
def test_the_sentence_around_a_link(text, sentence):
    assert sentence_around(text, text.index("[[x]]")) == sentence


def test_ticks_that_nothing_closes_are_no_code():
    """However many they are: each run of them is looked at once."""
    (link,) = find_links("`" * 300_000 + " and ``` [[huber]] `")
    assert link.target == "huber"
