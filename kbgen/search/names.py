"""The names: how each item may be called, and how Chinese names are spelled."""

import re
from collections import Counter, defaultdict

from kbgen.pages import Book
from kbgen.search.facets import facets
from kbgen.search.items import Item
from kbgen.search.texts import gaps
from kbgen.search.words import normal


def names_file(book: Book, items: list[Item], parts: int) -> object:
    """Rows, names, facets; `parts` is the number of scripts with the words of the texts."""
    known = dict(facets(book.kb))
    spelling, odd = _spelling(book)
    members = {key: [n for n, item in enumerate(items) if key in item.facets] for key in known}
    return {
        "rows": [[item.path, item.kind] for item in items],
        "names": ["\t".join(item.names) for item in items],
        "apis": ["\t".join(item.apis) for item in items],
        "signs": [" ".join(item.signs) for item in items],
        "facets": [
            [key, book.words(known[key].words), known[key].words.en, gaps(found)] for key, found in members.items() if found
        ],
        "spelling": spelling,
        "odd": odd,
        "shards": parts,
    }


def _spelling(book: Book) -> tuple[dict[str, str], dict[str, str]]:
    """Syllable -> the characters spelled so in names; and the names that are spelled otherwise, whole."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, (spelled, _) in book.pinyin.items():
        for character, syllable in zip(_pieces(name), spelled.split(), strict=False):
            if len(character) == 1 and character >= "\u3400":
                votes[character][syllable] += 1
    usual = {character: counted.most_common(1)[0][0] for character, counted in votes.items()}
    spelling: dict[str, str] = defaultdict(str)
    for character, syllable in sorted(usual.items()):
        spelling[syllable] += character
    odd = {}
    for name, (spelled, _) in sorted(book.pinyin.items()):
        plain = "".join(usual.get(character, character) for character in name)
        if normal(plain) != normal(spelled):
            odd[name] = spelled
    return dict(sorted(spelling.items())), odd


def _pieces(name: str) -> list[str]:
    """A name as it is spelled: single Chinese characters, and what stands between them without its blanks."""
    return re.findall(r"[\u3400-\u9fff]|[^\u3400-\u9fff\s]+", name)
