"""Coloured code that is kept from run to run. Named in place of `pymdownx.highlight`, in any MkDocs project."""

from functools import cache
from pathlib import Path
from typing import Any

from pymdownx.highlight import Highlight, HighlightExtension

from kbgen.listings import coloured, name, read

OWN = ("hl_lines", "classes", "id_value", "attrs", "title")
"""What makes a listing differ from others of the same text."""


class Listings(HighlightExtension):  # type: ignore[misc]
    """Finds listings in the file `kept`, which `kbgen.listings` writes."""

    def __init__(self, kept: str = "") -> None:
        super().__init__()
        self._kept = kept

    def get_pymdownx_highlighter(self) -> Any:
        """The class of what colours listings; called by the reader of fences."""
        return _recalling(self._kept)


@cache
def _recalling(kept: str) -> type[Highlight]:
    """A Highlight that colours only what it does not know."""
    known = dict(read(Path(kept)))

    class Recalling(Highlight):  # type: ignore[misc]
        def highlight(self, src: str, language: str | None, *given: Any, linestart: int = -1, **options: Any) -> Any:
            """As Highlight does; what has marks, numbers or a title of its own is not kept."""
            if linestart > 0 or any(options.get(own) for own in OWN):
                return super().highlight(src, language, *given, linestart=linestart, **options)
            key = name(language or "", src)
            if key not in known:
                known[key] = coloured(language or "", src)
            return known[key]

    return Recalling


def makeExtension(**settings: Any) -> Listings:
    """Called by Python-Markdown."""
    return Listings(**settings)
