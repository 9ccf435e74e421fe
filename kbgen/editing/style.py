"""How texts are set: the rules whose breach can be mended without asking anybody.

A rule is a function that yields edits; its docstring is the rule. None of them changes what a text says.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kbgen.editing.prose import CLOSE, OPEN, SOLID, Edit, cover, cover_note
from kbgen.links import Link, find_links
from kbgen.model import KnowledgeBase
from kbgen.names import resolver

HAN = r"\u3400-\u9fff"
LATIN = rf"A-Za-z0-9{SOLID}"
FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
HALF_WIDTH = re.compile(rf"(?<=[{HAN}]){CLOSE}*(?P<mark>[,;:?!]) ?(?=\n?{OPEN}*[{HAN}])")
LAST = re.compile(rf"(?<=[{HAN}]){CLOSE}*(?P<mark>[,;:?!.])(?=\s*\Z)")
BRACKETS = re.compile(rf"(?<=[{HAN}])(?P<close>{CLOSE}*) ?\((?P<inside>[^()\n（）]+)\)")
MEETING = re.compile(rf"(?<=[{HAN}]){CLOSE}*(?={OPEN}*[{LATIN}])|(?<=[{LATIN}]){CLOSE}*(?={OPEN}*[{HAN}])")
NEEDLESS = re.compile(
    rf"(?<=[{HAN}])({CLOSE}*) +(?={OPEN}*[，。；：？！（）、])|(?<=[{HAN}])({CLOSE}+) +(?={OPEN}*[{HAN}])"
    rf"|(?<=[{HAN}])() +(?={OPEN}+[{HAN}])|(?<=[，。；：？！（）、])() +(?=[{OPEN}{HAN}{LATIN}])"
)
"""Blanks beside full-width punctuation, and between a link and its neighbours; others between Chinese signs may be meant."""


@dataclass(frozen=True)
class Reading:
    """A text of a base, and what a reader sees of it (`prose.cover`)."""

    kb: KnowledgeBase
    text: str
    seen: str


def links_by_id(given: Reading) -> Iterator[Edit]:
    """A link names an entry by its id, which stays when names change."""
    for link in find_links(given.text):
        id = resolver(given.kb)(link.target)
        if id and id != link.target:
            start = given.text.index(link.target, link.start)
            yield Edit(start, start + len(link.target), id)


def preferred_names(given: Reading) -> Iterator[Edit]:
    """An idea has the Chinese name that `preferred` in data/kb.yml gives it."""
    instead = {other: name for name, others in given.kb.config.preferred.items() for other in others}
    if instead:
        for match in re.finditer("|".join(map(re.escape, sorted(instead, key=len, reverse=True))), given.seen):
            yield Edit(*match.span(), instead[match[0]])


def full_width_punctuation(given: Reading) -> Iterator[Edit]:
    """Between Chinese signs, and after the last one, stands full-width punctuation."""
    for match in (*HALF_WIDTH.finditer(given.seen), *LAST.finditer(given.seen)):
        yield Edit(match.start("mark"), match.end(), FULL_WIDTH[match["mark"]])
    for match in BRACKETS.finditer(given.seen):
        if re.search(f"[{HAN}]", match["inside"]):
            yield Edit(match.end("close"), match.start("inside"), "（")
            yield Edit(match.end("inside"), match.end(), "）")


def blanks_between_scripts(given: Reading) -> Iterator[Edit]:
    """A blank stands between Chinese and Latin signs, mathematics and code; none beside full-width punctuation."""
    for match in MEETING.finditer(given.seen):
        yield Edit(match.end(), match.end(), " ")
    for match in NEEDLESS.finditer(given.seen):
        yield Edit(match.end(match.lastindex or 0), match.end(), "")


Rule = Callable[[Reading], Iterator[Edit]]
TEXT_RULES: tuple[Rule, ...] = (links_by_id,)
CHINESE_RULES: tuple[Rule, ...] = (preferred_names, full_width_punctuation, blanks_between_scripts)


def edits_of(kb: KnowledgeBase, language: str, text: str) -> list[Edit]:
    """What the first broken rule wants changed in a text of an entry; the next one has its turn when that is done."""
    seen = cover(text, partial(shown_by, kb, language))
    return _first(Reading(kb, text, seen), (*TEXT_RULES, *(CHINESE_RULES if language == "zh" else ())))


def edits_of_note(kb: KnowledgeBase, language: str, text: str) -> list[Edit]:
    """The same of a note by hand, whose links are paths."""
    seen = cover_note(text, partial(shown_by, kb, language))
    return _first(Reading(kb, text, seen), CHINESE_RULES if language == "zh" else ())


def _first(given: Reading, rules: tuple[Rule, ...]) -> list[Edit]:
    for rule in rules:
        if found := sorted(rule(given), key=lambda edit: (edit.start, edit.end)):
            return [Edit(edit.start, edit.end, edit.new, rule.__name__) for edit in found]
    return []


def shown_by(kb: KnowledgeBase, language: str, link: Link) -> str:
    """What a link without words shows."""
    id = resolver(kb)(link.target)
    return kb.entries[id].name[language] if id else link.target
