"""Where pages are written: which file each comes from, for the links that lead editors there."""

import json
from collections.abc import Iterable

from kbgen.pages import Book, entry_paths


def repository_file(book: Book, notes: Iterable[str]) -> dict[str, bytes]:
    """Path in the vault and content of what the Markdown extension knows of the repository; nothing if data/kb.yml names none.

    `notes` are the paths of the pages by hand. Lists come from no file of their own and have no link. Not published.
    """
    given, kb = book.kb.config.repository, book.kb
    if given is None:
        return {}
    pages = {path: kb.sources[id].path for id, path in entry_paths(kb).items()}
    pages |= {f"lab/{id}.md": kb.sources[id].path for id in kb.claims}
    pages |= {"tools/chooser.md": kb.sources["chooser"].path} if kb.chooser else {}
    pages |= {path: f"docs/{book.language}/{path}" for path in notes}
    words = {"page": book.label("edit_page"), "section": book.label("edit_section")}
    content = {"edit": given.edit, "view": given.view, "words": words, "pages": pages}
    return {"assets/repository.json": json.dumps(content, ensure_ascii=False, indent=1).encode()}
