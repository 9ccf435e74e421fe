"""Addresses that notes by hand give themselves: `permalink`, and whole old paths among `aliases`. A page there leads to the note.

The note itself stays where its file is: its links are relative, and so are those of its neighbours to it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from posixpath import dirname, relpath

from kbgen.byhand import title
from kbgen.errors import Problem
from kbgen.notes import aliases, line_of_key, properties
from kbgen.redirects import redirect

PLACE = re.compile(r"(?!\.)[\w.-]+(?:/(?!\.)[\w.-]+)*")
NO_PLACE = "write a path of letters, digits, dots, dashes and slashes, such as guides/about"


def permalink_files(language: str, notes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """(path in the vault, content) of the page at every further address of a note."""
    for path, text in notes.items():
        for place in places(text):
            target = relpath(f"{path.removesuffix('.md')}.html", dirname(place) or ".")
            yield f"{place}.html", redirect(language, title(text, path), target)


def places(text: str) -> list[str]:
    """Where else a note can be reached: paths of the site without extension."""
    given = [_bare(str(properties(text).get("permalink") or ""))] if "permalink:" in text[:4000] else []
    return [place for place in (*given, *(_bare(alias) for alias in aliases(text) if "/" in alias)) if PLACE.fullmatch(place)]


def permalink_problems(folder: str, notes: Mapping[str, str], generated: Collection[str]) -> Iterator[Problem]:
    """Permalinks that are no path, and those where something stands already."""
    taken = {path.removesuffix(".md"): path for path in (*generated, *notes)}
    for path, text in notes.items():
        given = str(properties(text).get("permalink") or "") if "permalink:" in text[:4000] else ""
        place = _bare(given)
        if given and not PLACE.fullmatch(place):
            yield Problem(f"{folder}/{path}", line_of_key(text, "permalink"), f"{given} is no address on this site", NO_PLACE)
        elif place and taken.setdefault(place, path) != path:
            yield Problem(
                f"{folder}/{path}", line_of_key(text, "permalink"), f"{place} is where {taken[place]} stands", "take another"
            )


def _bare(place: str) -> str:
    return place.strip("/ ").removesuffix(".md").removesuffix(".html")
