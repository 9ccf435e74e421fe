"""The search index of one language, as plain scripts: it loads from a disk as from a server, and only when somebody searches.

`names.js` holds every way to call an entry; `text-<k>.js` holds, for a share of all tokens, the entries whose text contains each.
The tokens of running text are Latin words, single Chinese characters and pairs of them; assets/base/search.js cuts a query alike.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kbgen.model import Entry, Loss, Optimizer
from kbgen.pages import Book

SHARDS = 16
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
WEIGHTS = {"name": 9, "aliases": 6, "plain": 3, "exact": 3}
TEX = re.compile(r"\$+[^$]*\$+")
SILENT = {
    "formula", "gradient", "symbol", "domain", "kind", "to", "doi", "arxiv", "isbn", "family", "group", "see_also", "composed_of",
}  # fmt: skip


def index_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content) of the scripts of the index."""
    kb = book.kb
    rows = [
        [f"{kb.folder(id)}/{id}.html", book.name(id), _kind(book, entry), TEX.sub("", book.bare(entry.plain))]
        for id, entry in kb.entries.items()
    ]
    names = [_normal(_names(book, entry)) for entry in kb.entries.values()]
    symbols = [_normal(_symbols(entry)) for entry in kb.entries.values()]
    content = {"entries": rows, "names": names, "symbols": symbols, "shards": SHARDS}
    yield "assets/search/names.js", _script("names", content)
    shards: list[dict[str, str]] = [{} for _ in range(SHARDS)]
    for token, places in sorted(_postings(book).items()):
        shards[shard(token)][token] = " ".join(map(_base36, places))
    for number, part in enumerate(shards):
        yield f"assets/search/text-{number}.js", _script(f"text-{number}", part)


def _script(name: str, content: object) -> bytes:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"kb.give({json.dumps(f'search/{name}')},{data})\n".encode()


def _kind(book: Book, entry: Entry) -> str:
    config = book.kb.config
    match entry:
        case Loss():
            return book.words(config.families[entry.family])
        case Optimizer():
            return book.words(config.kinds[entry.kind])
    return book.label("term")


def normal(name: str) -> str:
    """A name as queries are compared with it: folded, letters and digits only."""
    return "".join(RUN.findall(unicodedata.normalize("NFKC", name).casefold()))


def _normal(names: Iterable[str]) -> list[str]:
    return sorted(set(filter(None, map(normal, names))))


def _names(book: Book, entry: Entry) -> Iterator[str]:
    """What an entry is called: both languages, aliases, id, pinyin and its initials."""
    chinese = (entry.name.zh, *entry.aliases.zh)
    yield from (entry.id, entry.name.en, *chinese, *entry.aliases.en)
    yield from (spelled for name in chinese for spelled in book.pinyin.get(name, ()))


def _symbols(entry: Entry) -> Iterator[str]:
    """What libraries call it, whole and from each dot on. A symbol may serve several entries, so it counts less than a name."""
    for _, apis in entry.apis if isinstance(entry, Loss | Optimizer) else ():
        for api in apis:
            parts = api.symbol.split(".")
            yield from (".".join(parts[i:]) for i in range(len(parts)))


def tokens(text: str) -> Iterator[str]:
    """What a text can be found by."""
    for run in RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if run[0] >= "\u3400":
            yield from run
            yield from map("".join, pairwise(run))
        else:
            yield run


def _postings(book: Book) -> dict[str, list[int]]:
    """Token -> numbers of the entries whose texts hold it, the most telling first."""
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for number, found in enumerate(book.kb.texts.values()):
        by_weight: dict[int, list[str]] = defaultdict(list)
        for loc, text in found:
            if not (loc[-1] in SILENT or loc[0] in SILENT or loc[-1] in {"zh", "en"} - {book.language}):
                by_weight[WEIGHTS.get(str(loc[0]), 1)].append(TEX.sub(" ", text))
        for weight, parts in by_weight.items():
            for token, count in Counter(tokens("\n".join(parts))).items():
                counts[token][number] = counts[token].get(number, 0) + weight * count
    return {token: sorted(found, key=lambda n: (-found[n], n)) for token, found in counts.items()}


def shard(token: str) -> int:
    """The script that holds a token; search.js computes the same."""
    value = 0
    for character in token:
        value = (value * 31 + ord(character)) & 0x7FFFFFFF
    return value % SHARDS


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]
