"""Coloured listings, each coloured once: for both languages, and for all runs until its text changes."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kbgen.cache import Memo, digest, write

FENCED = re.compile(
    r"^(?P<ahead>(?:> ?| )*)(?P<fence>`{3,})(?P<language>[\w+-]*)\n(?P<source>.*?)\n(?P=ahead)(?P=fence)$", re.MULTILINE | re.DOTALL
)
LIKE_TEXT = re.compile(r'<span class="[nopw]">([^<]*)</span>')
"""Names, operators, punctuation and blanks: most of what a listing consists of, and without a colour of their own."""


def keep(pages: Iterable[str], file: Path, memo: Memo) -> None:
    """Bring `file` up to date with the listings of all pages."""
    before, now = read(file), dict[str, str]()
    for text in pages:
        new = [name for name in memo.get("listings", digest(text), partial(_names, text)) if name not in now]
        found = {} if before.keys() >= set(new) else in_page(text)
        now |= {name: before.get(name) or coloured(*found[name]) for name in new}
    if now != before:
        write(file, json.dumps(now, ensure_ascii=False).encode())


def read(file: Path) -> Mapping[str, str]:
    """The HTML of what is kept, by name; nothing if there is no such file, or not a whole one."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def in_page(text: str) -> Mapping[str, tuple[str, str]]:
    """Language and source of the listings of a page, also of those in its callouts, by name. Hosts colour what it misses."""
    found = dict[str, tuple[str, str]]()
    for match in FENCED.finditer(text):
        ahead = re.compile(f"{match['ahead'].rstrip()} ?" if match["ahead"].strip() else match["ahead"])
        source = "\n".join(ahead.sub("", line, count=1) for line in match["source"].split("\n"))
        found[name(match["language"], source)] = (match["language"], source)
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(in_page(text))


def name(language: str, source: str) -> str:
    """A hash of everything that decides how a listing looks."""
    return digest(_colours(), language, source)


@cache
def _colours() -> str:
    return digest(version("pygments"), version("pymdown-extensions"), Path(__file__).read_bytes())


def coloured(language: str, source: str) -> str:
    """A listing as HTML."""
    from pymdownx.highlight import Highlight  # loaded only where something is coloured

    return LIKE_TEXT.sub(r"\1", Highlight(None).highlight(source, language))
