"""What the Markdown extension knows of the terms: how they are called, where they stand, what they mean in everyday words."""

import json
import re
from collections.abc import Iterator

from kbgen.matcher import key
from kbgen.model import LANGUAGES, Entry, KnowledgeBase
from kbgen.pages import Book

ASIDE = re.compile(r"\s*[（(]([^（()）]+)[)）]\s*")


def term_file(book: Book) -> dict[str, bytes]:
    """Path in the vault and content of the list of terms in one language; it is for the build and is not published."""
    kb, names = book.kb, names_in_texts(book.kb, book.language)
    terms = {
        f"{kb.folder(id)}/{id}.md": {"name": book.name(id), "names": names[id], "text": book.lines(entry)[0]}
        for id, entry in kb.entries.items()
    }
    content = {
        "columns": {name: book.label(name) for name in ("plain", "exact")},
        "unmarked": [book.label("aliases") + book.mark("colon"), kb.config.sections["loss"]["references"][book.language]],
        "passed_over": [*kb.config.unmarked.zh, *kb.config.unmarked.en],
        "terms": terms,
    }
    return {"assets/terms.json": json.dumps(content, ensure_ascii=False, indent=1).encode()}


def names_in_texts(kb: KnowledgeBase, language: str) -> dict[str, list[str]]:
    """By what names texts of a language mean each entry."""
    taken = {key(name): id for id, entry in kb.entries.items() for name in written(entry, language)}
    found = {}
    for id, entry in kb.entries.items():
        free = (name for name in halves(entry, language) if taken.get(key(name), id) == id)
        found[id] = list(dict.fromkeys([*written(entry, language), *free]))
    return found


def written(entry: Entry, language: str) -> Iterator[str]:
    """The names of an entry, those of the language first: Chinese texts use English names too, and pages list both."""
    for other in dict.fromkeys((language, *LANGUAGES)):
        yield from (entry.name[other], *entry.aliases[other])


def halves(entry: Entry, language: str) -> Iterator[str]:
    """A name with an aside in brackets is two names: "KL divergence (relative entropy)"."""
    for name in written(entry, language):
        if found := ASIDE.search(name):
            yield from (ASIDE.sub(" ", name).strip(), found[1])
