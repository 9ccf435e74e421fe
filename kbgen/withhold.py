"""What readers get: the base without entries and claims that say `publish: false`, and what had to be left out for it.

Pages, lists, search, graph, cards and files are made from the base that `published` returns. It does not know the withheld entries
at all, so nothing that is made from it can speak of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel

from kbgen import registry
from kbgen.byhand import line_of
from kbgen.cache import digest
from kbgen.errors import Problem
from kbgen.links import Link, find_links, fold, replace_links
from kbgen.model import Answer, Chooser, Comparison, Config, Entry, KnowledgeBase, Loss, Optimizer, Question
from kbgen.names import resolver
from kbgen.notes import aliases
from kbgen.proofs.evidence import Evidence
from kbgen.proofs.pitfalls import pitfalls
from kbgen.yamlfile import Loc, Source

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")
Hides = Callable[[str], bool]
"""Whether the target of a link is withheld."""


def withheld(kb: KnowledgeBase) -> frozenset[str]:
    """The ids of entries and claims that readers do not get."""
    entries = {id for id, entry in kb.entries.items() if not entry.publish}
    return frozenset(entries | {id for id, claim in kb.claims.items() if not claim.publish})


def hides(kb: KnowledgeBase) -> Hides:
    """Tells whether the target of a link is withheld."""
    hidden, find = withheld(kb), resolver(kb)

    def is_hidden(target: str) -> bool:
        return target.removeprefix("lab/") in hidden if target.startswith("lab/") else find(target) in hidden

    return is_hidden


def published(kb: KnowledgeBase) -> KnowledgeBase:
    """The base that readers get: links to what is withheld are plain words, and lists, relations and questions do without it."""
    hidden = withheld(kb)
    if not hidden:
        return kb
    plain = partial(_plain, hides(kb))

    def kept(records: Mapping[str, R]) -> dict[str, R]:
        return {id: _without(plain(record), hidden) for id, record in records.items() if id not in hidden}

    parts: dict[str, Any] = {
        "config": _config(plain(kb.config), hidden),
        "losses": kept(kb.losses),
        "terms": kept(kb.terms),
        "optimizers": kept(kb.optimizers),
        "identities": {name: words for name, words in kb.identities.items() if not _tells_of(kb, name, hidden)},
        "chooser": _chooser(plain(kb.chooser), hidden) if kb.chooser else None,
        "claims": kept(kb.claims),
    }
    return replace(kb, **parts, sources=_sources(kb, parts))


def _sources(kb: KnowledgeBase, parts: Mapping[str, Any]) -> dict[str, Source]:
    """Where everything stands; what reads differently than its file has a hash of its own, since what is remembered hangs on it."""
    kinds = ("losses", "terms", "optimizers", "claims")
    now: dict[str, object] = {id: record for kind in kinds for id, record in parts[kind].items()}
    now |= {"kb": parts["config"], "identities": parts["identities"], "chooser": parts["chooser"]}
    before: dict[str, object] = {**kb.entries, **kb.claims, "kb": kb.config, "identities": kb.identities, "chooser": kb.chooser}
    found = {stem: source for stem, source in kb.sources.items() if stem in now}
    return {
        stem: source if now[stem] == before[stem] else replace(source, hash=digest(source.hash, repr(now[stem])))
        for stem, source in found.items()
    }


def evidence(found: Mapping[str, Evidence], kb: KnowledgeBase) -> dict[str, Evidence]:
    """Evidence without the identities that the base does not tell."""
    return {
        id: each.model_copy(update={"findings": tuple(f for f in each.findings if f.kind != "identity" or f.name in kb.identities)})
        for id, each in found.items()
    }


def of_entries(found: Mapping[str, T], kb: KnowledgeBase) -> dict[str, T]:
    """What is kept under `<entry>` or `<entry>__<name>`, of the entries that the base has."""
    return {name: each for name, each in found.items() if name.partition("__")[0] in kb.entries}


def _plain(hide: Hides, value: T) -> T:
    """A record, or anything inside one, with the words of links in place of links to what is withheld."""
    found: Any = value
    match value:
        case str() if "[[" in value:
            found = replace_links(value, lambda link: shown(link) if hide(link.target) else value[link.start : link.end])
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            new = {name: _plain(hide, each) for name, each in fields.items()}
            changed = {name: each for name, each in new.items() if each != fields[name]}
            found = value.model_copy(update=changed) if changed else value
        case Mapping():
            found = {key: _plain(hide, each) for key, each in value.items()}
        case tuple():
            found = tuple(_plain(hide, each) for each in value)
    return found  # type: ignore[no-any-return]


def shown(link: Link) -> str:
    """What stands in place of a link to something withheld: its words, or else what was typed: no name from the withheld file."""
    return link.text or link.target.rpartition("/")[2].replace("_", " ")


def _without(record: R, hidden: frozenset[str]) -> R:
    """A record whose lists do not name what is withheld."""
    changed: dict[str, object] = {
        field: tuple(id for id in getattr(record, field) if id not in hidden)
        for field in ("see_also", "composed_of")
        if hidden.intersection(getattr(record, field, ()))
    }
    if isinstance(record, Entry) and any(relation.to in hidden for relation in record.relations):
        changed["relations"] = tuple(relation for relation in record.relations if relation.to not in hidden)
    return record.model_copy(update=changed) if changed else record


def _config(config: Config, hidden: frozenset[str]) -> Config:
    steps = {
        kind: {shelf: left for shelf, ids in shelves.items() if (left := tuple(id for id in ids if id not in hidden))}
        for kind, shelves in config.first_steps.items()
    }
    cards = tuple(id for id in config.first_cards if id not in hidden)
    if steps == config.first_steps and cards == config.first_cards:
        return config
    return config.model_copy(update={"first_steps": steps, "first_cards": cards})


def _tells_of(kb: KnowledgeBase, identity: str, hidden: frozenset[str]) -> bool:
    """Whether an identity is about something withheld: its words link to it, or its code calls it."""
    hide, words = hides(kb), kb.identities[identity]
    linked = any(hide(link.target) for text in (words.zh, words.en) for link in find_links(text))
    called = registry.losses_of(identity) if identity in registry.identities() else frozenset()
    return linked or any(name.removesuffix("_grad") in hidden or name in hidden for name in called)


def _chooser(chooser: Chooser, hidden: frozenset[str]) -> Chooser | None:
    """The questions without withheld losses, and without answers that lead nowhere then; None if nothing is left to ask."""
    questions = dict(chooser.questions)

    def asked(id: str) -> bool:
        """Whether a question has answers left; it is written anew."""
        left = {key: new for key, answer in questions[id].answers.items() if (new := _answer(answer, hidden, asked))}
        questions[id] = Question.model_construct(ask=questions[id].ask, answers=left)
        return bool(left)

    compared = (_comparison(comparison, hidden) for comparison in chooser.comparisons)
    ready = tuple(comparison for comparison in compared if comparison)
    return chooser.model_copy(update={"questions": questions, "comparisons": ready}) if asked(chooser.start) else None


def _answer(answer: Answer, hidden: frozenset[str], asked: Callable[[str], bool]) -> Answer | None:
    left = {id: why for id, why in answer.candidates.items() if id not in hidden}
    leads_on = asked(answer.next) if answer.next else bool(left)
    return answer.model_copy(update={"candidates": left}) if leads_on else None


def _comparison(comparison: Comparison, hidden: frozenset[str]) -> Comparison | None:
    left = tuple(id for id in comparison.losses if id not in hidden)
    return comparison.model_copy(update={"losses": left}) if len(left) > 1 else None


def names_withheld(kb: KnowledgeBase, notes: Mapping[str, str]) -> frozenset[str]:
    """Every name of what is withheld, folded: of entries and claims of the whole base `kb`, and of these notes."""
    hidden = withheld(kb)
    names = {fold(name) for path, text in notes.items() for name in (path, path.rpartition("/")[2], *aliases(text))}
    for id in hidden & kb.entries.keys():
        own = (id, *(old.rpartition("/")[2] for old in kb.entries[id].former_ids))
        names |= {*own, *(f"{kb.folder(id)}/{name}" for name in own), *(fold(name) for _, name in kb.names(id))}
    return frozenset({*names, *(f"lab/{id}" for id in hidden & kb.claims.keys())})


def remarks(kb: KnowledgeBase) -> Iterator[Problem]:
    """What readers miss because the whole base `kb` withholds something: each place that names it, and what comes of it."""
    hidden = withheld(kb)
    if not hidden:
        return
    hide = hides(kb)
    for stem in ({*kb.entries, *kb.claims, "chooser"} & kb.sources.keys()) - hidden:
        place = kb.sources[stem]
        for loc, text in kb.prose(stem):
            for link in find_links(text):
                if hide(link.target):
                    tip = "" if link.text else f"give it words of its own: [[{link.target}|…]]"
                    yield place.problem(f"[[{link.target}]] is not published: plain words on the page", *loc, tip=tip)
    for stem, loc, id in _named(kb):
        if id in hidden and stem not in hidden:
            yield kb.sources[stem].problem(f"{id} is not published: left out", *loc)
    for name in kb.identities:
        if _tells_of(kb, name, hidden):
            yield kb.sources["identities"].problem("is about an entry that is not published: left out", "identities", name)
    yield from _code(kb, hidden)


def _named(kb: KnowledgeBase) -> Iterator[tuple[str, Loc, str]]:
    """(stem of the file, place, id) wherever a list of the data names an entry."""
    for id, entry in kb.entries.items():
        yield from ((id, ("relations", i, "to"), relation.to) for i, relation in enumerate(entry.relations))
        for field in ("see_also", "composed_of"):
            yield from ((id, (field, i), other) for i, other in enumerate(getattr(entry, field, ())))
    for id, claim in kb.claims.items():
        yield from ((id, ("see_also", i), other) for i, other in enumerate(claim.see_also))
    yield from (("kb", ("first_cards", i), id) for i, id in enumerate(kb.config.first_cards))
    for kind, shelves in kb.config.first_steps.items():
        for shelf, ids in shelves.items():
            yield from (("kb", ("first_steps", kind, shelf, i), id) for i, id in enumerate(ids))
    for question, asked in kb.chooser.questions.items() if kb.chooser else ():
        for key, answer in asked.answers.items():
            for id in answer.candidates:
                yield "chooser", ("questions", question, "answers", key, "candidates", id), id
    for i, comparison in enumerate(kb.chooser.comparisons if kb.chooser else ()):
        yield from (("chooser", ("comparisons", i, "losses", k), id) for k, id in enumerate(comparison.losses))


def _code(kb: KnowledgeBase, hidden: frozenset[str]) -> Iterator[Problem]:
    """Published entries whose page shows code that calls a function of a withheld one."""
    functions = {*registry.losses(), *registry.optimizers()}
    called = [name for id in sorted(hidden) for name in (id, f"{id}_grad") if name in functions]
    if not called:
        return
    wanted = re.compile(rf"\b({'|'.join(called)})\b")
    printed = [(id, text) for id, entry in kb.entries.items() for text in _listings(entry)]
    printed += [(pitfall.id, pitfall.body) for pitfall in pitfalls().values() if pitfall.id in kb.entries]
    for id, text in printed:
        if id not in hidden and (found := wanted.search(text)):
            message = f"its code calls {found[1]} of an entry that is not published: the page shows that"
            yield kb.sources[id].problem(message, tip="call another function, or leave it if the name may be known")


def _listings(entry: Entry) -> tuple[str, ...]:
    if isinstance(entry, Loss) and entry.id in registry.losses():
        return registry.listing(registry.functions_of(entry.id), "kbgen.losses")
    if isinstance(entry, Optimizer) and entry.id in registry.optimizers():
        return registry.listing((entry.id,), "kbgen.optimizers")
    return ()


def remarks_by_hand(folder: str, notes: Mapping[str, str], hidden: frozenset[str]) -> Iterator[Problem]:
    """The places in notes that link to one of the `hidden` names, which are folded; `folder` is that of the vault."""
    for path, text in notes.items():
        for link in find_links(text) if hidden else ():
            if fold(link.target) in hidden:
                message = f"[[{link.target}]] is not published: plain words on the page"
                yield Problem(f"{folder}/{path}", line_of(text, link.start), message)
