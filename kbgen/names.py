"""How an entry may be called: its id, its names, its aliases, whatever their case, and its names in libraries."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from kbgen.cache import digest
from kbgen.model import Api, Entry, KnowledgeBase, Loss, Optimizer


def normal(name: str) -> str:
    """The form in which two spellings of one name are equal: NFKC, case folded, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def names_of(kb: KnowledgeBase) -> dict[str, str]:
    """Every name and alias as written, with the id it stands for."""
    named: dict[str, str] = {}
    for id, entry in kb.entries.items():
        for name in (entry.name.zh, entry.name.en, *entry.aliases.zh, *entry.aliases.en):
            named.setdefault(name, id)
    return named


@lru_cache(maxsize=1)
def former(kb: KnowledgeBase) -> dict[str, str]:
    """Every id that an entry had before, without its folder, with the id that it has now."""
    return {old.rpartition("/")[2]: id for id, entry in kb.entries.items() for old in entry.former_ids}


@lru_cache(maxsize=1)
def resolver(kb: KnowledgeBase) -> Callable[[str], str | None]:
    """Finds the id that a link means: ids before names, exact before folded, former ids last."""
    table = {**former(kb), **{normal(name): id for name, id in names_of(kb).items()}}
    entries = kb.entries

    def find(target: str) -> str | None:
        bare = target.rpartition("/")[2]
        return bare if bare in entries else table.get(normal(target)) or table.get(bare)

    return find


@lru_cache(maxsize=1)
def outline(kb: KnowledgeBase) -> str:
    """A hash of what a page may say of entries that it is not about: names, places, relations; and of the words of all pages."""
    shared = [kb.sources[stem].hash for stem in ("kb", "identities")]
    return digest(*shared, *(part for entry in kb.entries.values() for part in _seen_by_others(entry)))


def _seen_by_others(entry: Entry) -> Iterator[str]:
    yield from (type(entry).__name__, entry.id, *(str(getattr(entry, place, "")) for place in ("family", "group", "kind")))
    yield from (entry.name.zh, entry.name.en, repr(entry.aliases.zh), repr(entry.aliases.en))
    yield from (f"{relation.kind} {relation.to}" for relation in entry.relations)
    yield repr(entry.former_ids)


def apis(entry: Entry) -> Iterable[tuple[str, tuple[Api, ...]]]:
    """The names of an entry in each library."""
    return entry.apis if isinstance(entry, Loss | Optimizer) else ()
