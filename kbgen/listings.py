"""Coloured listings, each coloured once: for both languages, and for all runs until its text changes."""

import re
from collections.abc import Iterator
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kbgen.cache import digest
from kbgen.parts import Part

FENCED = re.compile(
    r"^(?P<ahead>(?:> ?| )*)(?P<fence>`{3,})(?P<language>[\w+-]*)\n(?P<source>.*?)\n(?P=ahead)(?P=fence)$", re.MULTILINE | re.DOTALL
)
LIKE_TEXT = re.compile(r'<span class="[nopw]">([^<]*)</span>')
"""Names, operators, punctuation and blanks: most of what a listing consists of, and without a colour of their own."""


def in_page(text: str, folder: Path) -> Iterator[Part]:
    """The listings of a page, also those in its callouts. What is missed here is coloured when the page is rendered."""
    for found in FENCED.finditer(text):
        ahead = re.compile(f"{found['ahead'].rstrip()} ?" if found["ahead"].strip() else found["ahead"])
        yield listing(found["language"], "\n".join(ahead.sub("", line, count=1) for line in found["source"].split("\n")), folder)


def listing(language: str, source: str, folder: Path) -> Part:
    """The HTML of one listing, and where it is kept."""
    name = f"{digest(_colours(), language, source)}.html"
    return Part(name, folder / name, partial(_coloured, language, source))


@cache
def _colours() -> str:
    """Everything beside the listing that decides how it looks."""
    return digest(version("pygments"), version("pymdown-extensions"), Path(__file__).read_bytes())


def _coloured(language: str, source: str) -> bytes:
    from pymdownx.highlight import Highlight  # loaded only where something is coloured

    return LIKE_TEXT.sub(r"\1", Highlight(None).highlight(source, language)).encode()
