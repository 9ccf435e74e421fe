"""Publications: how they are cited in BibTeX, and the list of all of them with the entries that rest on each."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from kbgen.model import KnowledgeBase, Reference

SMALL = {"a", "an", "the", "on", "of", "for", "and", "in", "to", "with", "is", "are", "what", "how", "do", "does"}
VERBATIM = {"doi", "eprint", "isbn", "url"}
ESCAPED = re.compile(r"([&%$#_])")
CAPITALS = re.compile(r"\b(\w*[A-Z]\w*[A-Z]\w*|[A-Z]\w*(?=-))\b")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def key(reference: Reference) -> str:
    """The name under which it is cited: huber1964robust."""
    surname = _ascii(reference.authors.split(";")[0].strip().rsplit(" ", 1)[-1])
    words = re.findall(r"[a-z]+", _ascii(reference.title).lower())
    first = next((word for word in words if word not in SMALL), "")
    return re.sub(r"[^a-z0-9]", "", f"{surname.lower()}{reference.year}{first}")


def doi_address(doi: str) -> str:
    """Where a DOI leads. It may hold signs that no address may, such as < and >."""
    return f"https://doi.org/{quote(doi, safe='/:;()')}"


def address(reference: Reference) -> str:
    """Where a publication is found; nothing for a book."""
    if reference.doi:
        return doi_address(reference.doi)
    return f"https://arxiv.org/abs/{reference.arxiv}" if reference.arxiv else reference.page or ""


def _escaped(text: str) -> str:
    return ESCAPED.sub(r"\\\1", text)


def bibtex(reference: Reference) -> str:
    """One entry; names with inner capitals keep them, `et al.` becomes `others`."""
    authors = [name.strip() for name in reference.authors.split(";")]
    kind, place = ("book", "publisher") if reference.isbn and not reference.doi else ("article", "journal")
    fields = {
        "author": " and ".join("others" if name == "et al." else name for name in authors),
        "title": CAPITALS.sub(r"{\1}", reference.title),
        "year": str(reference.year),
        place: reference.venue,
        "doi": reference.doi,
        "isbn": reference.isbn,
        "eprint": reference.arxiv,
        "archiveprefix": "arXiv" if reference.arxiv else None,
        "url": reference.page,
    }
    lines = [f"  {name} = {{{value if name in VERBATIM else _escaped(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key(reference)},", *lines, "}"])


def bibtex_files(kb: KnowledgeBase) -> Iterator[tuple[str, bytes]]:
    """(path inside a vault, BibTeX) of every entry that cites something, and of all publications together."""
    for id, entry in kb.entries.items():
        if entry.references:
            yield f"assets/bibtex/{id}.bib", _file(entry.references)
    yield "assets/bibtex/all.bib", _file(tuple(reference for reference, _ in publications(kb)))


def _file(references: tuple[Reference, ...]) -> bytes:
    return ("\n\n".join(map(bibtex, references)) + "\n").encode()


def cited(kb: KnowledgeBase) -> str:
    """Everything that publications and who cites them are made of."""
    return "\n".join(f"{id} {reference.model_dump_json()}" for id, entry in kb.entries.items() for reference in entry.references)


def publications(kb: KnowledgeBase) -> list[tuple[Reference, list[str]]]:
    """Every publication once, with the ids of the entries that cite it; by first author and year."""
    cited: dict[str, tuple[Reference, list[str]]] = {}
    for id, entry in kb.entries.items():
        for reference in entry.references:
            cited.setdefault(reference.identity, (reference, []))[1].append(id)
    return sorted(cited.values(), key=lambda pair: (key(pair[0]), pair[0].title))


def by_letter(found: list[tuple[Reference, list[str]]]) -> Mapping[str, list[tuple[Reference, list[str]]]]:
    """The publications under the first letter of their key."""
    shelves: dict[str, list[tuple[Reference, list[str]]]] = {}
    for reference, ids in found:
        shelves.setdefault(key(reference)[:1].upper(), []).append((reference, ids))
    return shelves
