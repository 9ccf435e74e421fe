"""Coloured code that is kept from run to run. Named in place of `pymdownx.highlight`, in any MkDocs project."""

from functools import partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

from kbgen.cache import kept
from kbgen.listings import listing

OWN = ("hl_lines", "classes", "id_value", "attrs", "title")
"""What makes a listing differ from others of the same text."""


class Listings(HighlightExtension):  # type: ignore[misc]
    """Keeps listings in `folder`."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = Path(folder)

    def get_pymdownx_highlighter(self) -> Any:
        """What makes an object for each listing; called by the reader of fences."""
        return partial(_Recalled, self._folder)


class _Recalled(Highlight):  # type: ignore[misc]
    """Colours a listing unless it is kept."""

    def __init__(self, folder: Path, md: Markdown, **settings: Any) -> None:
        super().__init__(md, **settings)
        self._folder = folder

    def highlight(self, src: str, language: str | None, *given: Any, linestart: int = -1, **options: Any) -> Any:
        """As Highlight does; what has marks, numbers or a title of its own is not kept."""
        if linestart > 0 or any(options.get(name) for name in OWN):
            return super().highlight(src, language, *given, linestart=linestart, **options)
        part = listing(language or "", src, self._folder)
        return kept(part.path, part.make).decode()


def makeExtension(**settings: Any) -> Listings:
    """Called by Python-Markdown."""
    return Listings(**settings)
