"""What the Markdown extension knows of the terms: how they are called, where they stand, what they mean in everyday words."""

import json
import re
from collections.abc import Iterator

from kbgen.matcher import key
from kbgen.model import LANGUAGES, Entry
from kbgen.pages import Book

ASIDE = re.compile(r"\s*[（(]([^（()）]+)[)）]\s*")


def term_file(book: Book) -> dict[str, bytes]:
    """Path in the vault and content of the list of terms in one language; it is for the build and is not published."""
    kb = book.kb
    taken = {key(name): id for id, entry in kb.entries.items() for name in written(entry, book.language)}
    terms = {}
    for id, entry in kb.entries.items():
        free = (name for name in halves(entry, book.language) if taken.get(key(name), id) == id)
        names = [*written(entry, book.language), *free]
        terms[f"{kb.folder(id)}/{id}.md"] = {
            "name": book.name(id),
            "names": list(dict.fromkeys(names)),
            "text": book.lines(entry)[0],
        }
    content = {
        "columns": {name: book.label(name) for name in ("plain", "exact")},
        "unmarked": [book.label("aliases") + book.mark("colon"), kb.config.sections["loss"]["references"][book.language]],
        "passed_over": [*kb.config.unmarked.zh, *kb.config.unmarked.en],
        "terms": terms,
    }
    return {"assets/terms.json": json.dumps(content, ensure_ascii=False, indent=1).encode()}


def written(entry: Entry, language: str) -> Iterator[str]:
    """The names of an entry, those of the language first: Chinese texts use English names too, and pages list both."""
    for other in dict.fromkeys((language, *LANGUAGES)):
        yield from (entry.name[other], *entry.aliases[other])


def halves(entry: Entry, language: str) -> Iterator[str]:
    """A name with an aside in brackets is two names: "KL divergence (relative entropy)"."""
    for name in written(entry, language):
        if found := ASIDE.search(name):
            yield from (ASIDE.sub(" ", name).strip(), found[1])
