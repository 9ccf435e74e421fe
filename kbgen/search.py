"""The search index of one language, as plain scripts: it loads from a disk as from a server, and only when somebody searches.

`names.js` holds every way to call an entry; `text-<k>.js` holds, for a share of all tokens, the entries whose text contains each.
The tokens of running text are Latin words, single Chinese characters and pairs of them; assets/search.js cuts a query alike.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from pypinyin import Style, lazy_pinyin

from kbgen.checks import texts
from kbgen.model import Entry, Loss, Optimizer
from kbgen.pages import Book

SHARDS = 16
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
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
    names = [sorted(set(_names(entry))) for entry in kb.entries.values()]
    yield "assets/search/names.js", _script("names", {"entries": rows, "names": names, "shards": SHARDS})
    shards: list[dict[str, str]] = [{} for _ in range(SHARDS)]
    for token, places in sorted(_postings(book).items()):
        shards[shard(token)][token] = " ".join(map(_base36, places))
    for number, content in enumerate(shards):
        yield f"assets/search/text-{number}.js", _script(f"text-{number}", content)


def _script(name: str, content: object) -> bytes:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"kbSearch.loaded({json.dumps(name)},{data})\n".encode()


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


def _names(entry: Entry) -> Iterator[str]:
    """Every normalised name: both languages, aliases, id, API symbols, pinyin and its initials."""
    chinese = [entry.name.zh, *entry.aliases.zh]
    plain = [entry.id, entry.name.en, *chinese, *entry.aliases.en]
    if isinstance(entry, Loss | Optimizer):
        for _, apis in entry.apis:
            for api in apis:
                parts = api.symbol.split(".")
                plain += [api.symbol, *(".".join(parts[i:]) for i in range(1, len(parts)) if parts[i:])]
    yield from filter(None, map(normal, plain))
    for name in chinese:
        bare = "".join(re.findall(r"[\u3400-\u9fff]", name))
        if len(bare) > 1:
            yield normal("".join(lazy_pinyin(name)))
            yield normal("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)))


def tokens(text: str) -> Iterator[str]:
    """What a text can be found by."""
    for run in RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if run[0] >= "\u3400":
            yield from run
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        else:
            yield run


def _postings(book: Book) -> dict[str, list[int]]:
    """Token -> numbers of the entries whose texts hold it, the most telling first."""
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, entry in enumerate(book.kb.entries.values()):
        for loc, text in texts(entry):
            if loc[-1] in SILENT or loc[0] in SILENT or loc[-1] in {"zh", "en"} - {book.language}:
                continue
            weight = {"name": 9, "aliases": 6, "plain": 3, "exact": 3}.get(str(loc[0]), 1)
            for token in tokens(TEX.sub(" ", text)):
                counts[token][number] += weight
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
