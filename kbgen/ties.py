"""What ties two entries together: identities that hold, stated relations, links. The edges of the graph."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations
from typing import Literal, TypeVar

from kbgen.cache import Memo, digest
from kbgen.links import find_links
from kbgen.model import LANGUAGES, KnowledgeBase, Loss
from kbgen.names import outline, resolver
from kbgen.proofs.evidence import Evidence

Kind = Literal["proved", "relation", "link"]
KINDS: tuple[Kind, ...] = ("proved", "relation", "link")
"""From the strongest to the weakest."""

Pair = tuple[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Tie:
    """All that ties `a` and `b`, which stand in alphabetical order."""

    a: str
    b: str
    identities: tuple[str, ...]
    relations: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    """The ids of those of the two that link to the other, in a text or as further reading."""

    @property
    def kind(self) -> Kind:
        """The strongest thing that ties them."""
        return "proved" if self.identities else "relation" if self.relations else "link"

    def other(self, id: str) -> str:
        """The end that is not `id`."""
        return self.b if id == self.a else self.a


@dataclass(frozen=True)
class Ties:
    """Every tie, and those of each entry with the strongest first."""

    all: tuple[Tie, ...]
    of: Mapping[str, tuple[Tie, ...]]

    def near(self, id: str, most: int) -> tuple[Tie, ...]:
        """The strongest ties of an entry."""
        return self.of[id][:most]

    def among(self, ids: Iterable[str]) -> list[Tie]:
        """The ties between some entries."""
        wanted = set(ids)
        found = [tie for id in wanted for tie in self.of[id] if tie.a == id and tie.b in wanted]
        return sorted(found, key=lambda tie: (tie.a, tie.b))

    @cached_property
    def told(self) -> Mapping[str, str]:
        """All that ties each entry to others, as one text."""
        return {id: repr(found) for id, found in self.of.items()}


def ties(kb: KnowledgeBase, evidence: Mapping[str, Evidence], memo: Memo | None = None) -> Ties:
    """The graph of the whole base. An identity counts only while the evidence for it holds."""
    memo = memo or Memo()
    identities, relations, links = list(_identities(kb, evidence)), list(_relations(kb)), list(_links(kb, memo))
    key = digest(outline(kb), repr((identities, relations, links)))
    return memo.get("ties", key, partial(_graph, kb, _gather(identities), _gather(relations), _gather(links)))


def _graph(
    kb: KnowledgeBase,
    identities: Mapping[Pair, list[str]],
    relations: Mapping[Pair, list[tuple[str, str]]],
    links: Mapping[Pair, list[str]],
) -> Ties:
    pairs = sorted(identities.keys() | relations.keys() | links.keys())
    every = tuple(Tie(*pair, _each(identities, pair), _each(relations, pair), _each(links, pair)) for pair in pairs)
    return Ties(every, _by_entry(kb, every))


def _gather(found: Iterable[tuple[str, str, T]]) -> dict[Pair, list[T]]:
    gathered: dict[Pair, list[T]] = defaultdict(list)
    for one, other, what in found:
        if one != other:
            gathered[min(one, other), max(one, other)].append(what)
    return gathered


def _each(found: Mapping[Pair, list[T]], pair: Pair) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found.get(pair, ())))


def _identities(kb: KnowledgeBase, evidence: Mapping[str, Evidence]) -> Iterator[tuple[str, str, str]]:
    """Entries that an identity names, where the evidence of one of them shows that it holds."""
    held = {finding.name for kept in evidence.values() for finding in kept.of("identity") if finding.holds}
    find = resolver(kb)
    for name in kb.identities:
        if name in held:
            named = {
                id for language in LANGUAGES for link in find_links(kb.identities[name][language]) if (id := find(link.target))
            }
            for one, other in combinations(sorted(named), 2):
                yield one, other, name


def _relations(kb: KnowledgeBase) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Stated relations with the entry that states them; what something is made of is part of it."""
    for id, entry in kb.entries.items():
        for relation in entry.relations:
            yield id, relation.to, (relation.kind, id)
        for part in entry.composed_of if isinstance(entry, Loss) else ():
            yield part, id, ("part_of", part)


def _links(kb: KnowledgeBase, memo: Memo) -> Iterator[tuple[str, str, str]]:
    for id in kb.entries:
        named = memo.get("links", digest(outline(kb), kb.sources[id].hash), partial(_named, kb, id))
        yield from ((id, other, id) for other in named)


def _named(kb: KnowledgeBase, id: str) -> list[str]:
    """The entries that an entry links to, in a text or as further reading."""
    find = resolver(kb)
    found = (find(link.target) for _, text in kb.prose(id) for link in find_links(text))
    return list(dict.fromkeys([*kb.entries[id].see_also, *filter(None, found)]))


def _by_entry(kb: KnowledgeBase, every: tuple[Tie, ...]) -> dict[str, tuple[Tie, ...]]:
    """The ties of each entry: the strongest kind first, then both ways before one way, then those with most friends in common."""
    mine: dict[str, list[Tie]] = {id: [] for id in kb.entries}
    for tie in every:
        mine[tie.a].append(tie)
        mine[tie.b].append(tie)
    friends = {id: {tie.other(id) for tie in found} for id, found in mine.items()}

    def strength(tie: Tie) -> tuple[int, int, int, int, Pair]:
        common = len(friends[tie.a] & friends[tie.b])
        return KINDS.index(tie.kind), -len(tie.identities), -len(tie.links), -common, (tie.a, tie.b)

    return {id: tuple(sorted(found, key=strength)) for id, found in mine.items()}
