"""The search index of one language, as plain scripts: it loads from a disk as from a server, and only when somebody searches.

| file | content | loaded |
| --- | --- | --- |
| `names.js` | every way to call an entry or a page, and the facets | with the dialog |
| `plain.js` | everyday words, one line each | with the dialog |
| `formulas.js` | the formulas, flat | when a query looks like mathematics |
| `papers.js` | titles, authors and years of the references | when no name is good |
| `text-<k>.js` | for a share of all tokens, the entries whose texts hold each | when a query has such a token |
| `said/<path>.js` | the running texts of one entry or page | when a hit is shown for its text |

assets/modules/find.js reads it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial

from kbgen.cache import digest
from kbgen.pages import Book
from kbgen.search.items import items_of
from kbgen.search.names import names_file
from kbgen.search.texts import shards


def index_files(book: Book, notes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content) of the scripts of the index. `notes` are all pages; those that are no entry are found too."""
    items = list(items_of(book, notes))
    counted = [item.tokens for item in items]
    parts = book.memo.get("shards", digest(*(each.hash for each in counted)), partial(shards, counted))
    content: dict[str, object] = {
        "names": names_file(book, items, len(parts)),
        "plain": [item.plain for item in items],
        "papers": ["\t".join(item.papers) for item in items],
        "formulas": [item.formula for item in items],
        **{f"text-{number}": part for number, part in enumerate(parts)},
        **{f"said/{item.path}": item.told for item in items},
    }
    for name, data in content.items():
        yield f"assets/search/{name}.js", _script(name, data)


def _script(name: str, content: object) -> bytes:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"kb.give({json.dumps(f'search/{name}')},{data})\n".encode()
