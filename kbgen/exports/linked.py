"""All entries of a language as linked data: a DefinedTermSet of schema.org, in JSON-LD.

Pages carry their own entry: see theme/main.html.
"""

from typing import Any

from kbgen.exports.document import LICENCE
from kbgen.model import Entry
from kbgen.pages import Book, citations, properties_of

CONTEXT = "https://schema.org"


def term_set(book: Book, site: str = "") -> dict[str, Any]:
    """The set with all its terms; they have addresses if `site`, that of this language, is given."""
    return {
        "@context": CONTEXT,
        "@type": "DefinedTermSet",
        **({"@id": site, "url": site} if site else {}),
        "name": book.words(book.kb.config.site),
        "description": book.words(book.kb.config.about),
        "inLanguage": book.language,
        "license": LICENCE,
        "hasDefinedTerm": [_term(book, entry, site) for entry in book.kb.entries.values()],
    }


def _term(book: Book, entry: Entry, site: str) -> dict[str, Any]:
    """One entry. Publications are about it (`subjectOf`), not the same thing as it, so `sameAs` would be wrong."""
    given = properties_of(book, entry)
    address = f"{site}{book.kb.folder(entry.id)}/{entry.id}.html" if site else ""
    term = {
        "@type": "DefinedTerm",
        "@id": address,
        "url": address,
        "termCode": entry.id,
        "name": given["title"],
        "alternateName": given["aliases"],
        "description": given["description"],
        "inLanguage": book.language,
        "subjectOf": [{"@type": "ScholarlyArticle", "@id": place, "url": place} for place in citations(entry)],
    }
    return {key: value for key, value in term.items() if value}
