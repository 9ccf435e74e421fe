"""Links of foreign texts, written as links to entries, and whether two texts read alike."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from kbgen.editing.imports.matching import Known
from kbgen.editing.imports.rows import EMPHASIS
from kbgen.links import LINK, Link, find_links, replace_links
from kbgen.names import normal
from kbgen.tex import TexError, to_mathml

BESIDE_CHINESE = re.compile(r"(?<=[\u2e80-\uffef]) | (?=[\u2e80-\uffef])")
TO_NOTE = re.compile(r"(?<!!)\[([^\[\]]*)\]\(<?([^()<>]+?\.md)(?:#[^()<>]*)?>?\)")


def linked(text: str, known: Known, name_of: Callable[[str], str], lost: Callable[[str], None]) -> str:
    """A text whose links lead to entries. `name_of` is what an entry is called in the language of the text.

    `lost` hears the targets that nobody knows.
    """

    def write(link: Link) -> str:
        shown = link.text or link.target.rpartition("/")[2]
        ids = known.linked(link.target.rpartition("/")[2].removesuffix(".md")) if link.target else set()
        if len(ids) != 1:
            lost(link.target or link.anchor)
            return shown or link.anchor.strip("#^ ")
        (id,) = ids
        return f"[[{id}]]" if normal(shown) == normal(name_of(id)) else f"[[{id}|{shown}]]"

    text = LINK.sub(lambda found: "" if found["embed"] else found[0], text)
    text = TO_NOTE.sub(lambda found: f"[[{unquote(found[2])}|{found[1]}]]", text)
    return replace_links(text, write)


def bare(text: str, name_of: Callable[[str], str | None]) -> str:
    """A text with words in place of its links, without emphasis, on one line; Chinese lines join without a blank."""
    words = replace_links(text, lambda link: link.text or name_of(link.target) or link.shown)
    return BESIDE_CHINESE.sub("", " ".join(EMPHASIS.sub("", words).split()))


def same_text(one: str, other: str, name_of: Callable[[str], str | None]) -> bool:
    """Whether two texts read alike. A name that a link puts into a sentence may begin with a small letter there."""
    first, second = bare(one, name_of), bare(other, name_of)
    if first == second or first.casefold() != second.casefold():
        return first == second
    written = [name for link in (*find_links(one), *find_links(other)) if not link.text and (name := name_of(link.target))]
    for name in written:
        first, second = (text.replace(name, name[0].lower() + name[1:]) for text in (first, second))
    return first == second


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas are drawn alike, be they written with macros or without."""
    try:
        first, second = (to_mathml(tex, display=True).partition("<annotation")[0] for tex in (one, other))
    except TexError:  # the check will say where
        return False
    return first == second


def related(words: tuple[str, ...], known: Known) -> tuple[list[str], list[str]]:
    """The ids that tags name, and the tags that name none. Tags that were run together come apart where all of it is names."""
    ids, lost = list[str](), list[str]()
    for word in words:
        found = known.linked(word)
        several = [*found] if len(found) == 1 else _apart(word, known)
        ids += several
        if not several:
            lost.append(word)
    return list(dict.fromkeys(ids)), lost


def _apart(word: str, known: Known) -> list[str]:
    """The ids of the names that a word is made of, the longest first at each place; none if something is left over."""
    ids, start = list[str](), 0
    while start < len(word) <= 100:
        end = next((end for end in range(len(word), start + 1, -1) if len(known.find(word[start:end].strip())) == 1), 0)
        if not end:
            return []
        ids += known.find(word[start:end].strip())
        start = end
    return ids
