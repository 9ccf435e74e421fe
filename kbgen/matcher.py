"""Names found in running text: the longest at each place, as people write them. Knows no page and no host."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

HYPHENS = "-\u2010\u2011"
GAP = re.compile(rf"[{HYPHENS}\s]+")
HAN = re.compile(r"[\u3400-\u9fff]")
AT_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
LATIN = r"A-Za-z0-9_\u00c0-\u024f"
AFTER = re.compile(rf"[{LATIN}]|\.[{LATIN}]|=")  # `margin=1` is code, whatever it stands in
ABBREVIATION = re.compile(r"[A-Z0-9]{1,3}")
LOWER = {ord(capital): capital.lower() for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}  # keeps the length of a text, unlike str.lower
MANY = 65_536
"""So many texts are remembered."""
END = ""  # the key in a node of the trie under which a whole name is kept
Trie = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A name in a text. No path: words that are passed over."""

    start: int
    end: int
    path: str | None


class Matcher:
    """Finds the longest name at each place: whatever its case, with blanks or hyphens, in the plural too.

    Abbreviations of up to three signs count only as they are written, since `ce` is not CE.
    """

    def __init__(self, names: Mapping[str, str], passed_over: tuple[str, ...] = ()) -> None:
        self.trie: Trie = {}
        self._found = lru_cache(MANY)(lambda text: tuple(self._find(text)))
        known = {**names, **dict.fromkeys(passed_over)}
        for forms in (lambda form: (form,), inflections):  # what somebody wrote wins over what grammar makes of another name
            for name, path in known.items():
                for form in forms(key(name)):
                    self._add(form, path, name if path and ABBREVIATION.fullmatch(name) else "")
        han = "".join(sorted(sign for sign in self.trie if HAN.match(sign)))
        self.starts = re.compile(rf"(?<![{LATIN}.\x02])(?<![{LATIN}]-)[a-z0-9]" + (f"|[{han}]" if han else ""))

    def _add(self, form: str, path: str | None, exact: str) -> None:
        if len(form) < 2:  # a single sign is a word of every text
            return
        node = self.trie
        for sign in form:
            node = node.setdefault(sign, {})
        node.setdefault(END, (path, exact))

    def find(self, text: str) -> Sequence[Found]:
        """Every name of a text, in order, none inside another. Every other text has been asked for before."""
        return self._found(text)

    def _find(self, text: str) -> Iterator[Found]:
        lower, last = text.translate(LOWER), 0
        for start in self.starts.finditer(lower):
            if start.start() >= last and (found := self._longest(text, lower, start.start())):
                yield found
                last = found.end

    def _longest(self, text: str, lower: str, start: int) -> Found | None:
        node, at, best = self.trie, start, None
        while at < len(lower):
            sign = lower[at]
            if (sign in HYPHENS or sign.isspace()) and (gap := GAP.match(lower, at)):
                if " " in node:
                    node = node[" "]
                elif not between_scripts(lower, *gap.span()):
                    break
                at = gap.end()
                continue
            if (step := node.get(sign)) is None:
                break
            node, at = step, at + 1
            if END in node and whole_word(lower, at):
                path, exact = node[END]
                if text.startswith(exact, start):
                    best = Found(start, at, path)
        return best


def key(name: str) -> str:
    """The form in which two spellings of a name are equal. Between Chinese and Latin no blank counts."""
    return AT_HAN.sub("", GAP.sub(" ", name.translate(LOWER)).strip())


def inflections(form: str) -> Iterator[str]:
    """English plurals of a form; the singular too if it is one."""
    if not re.search(r"[a-z]$", form):
        return
    if re.search(r"([sxz]|ch|sh)$", form):
        yield f"{form}es"
    if re.search(r"[^aeiou]y$", form):
        yield f"{form[:-1]}ies"
    if not form.endswith("s"):
        yield f"{form}s"
    elif re.search(r"[a-z]{3}[^suio]s$", form):
        yield form[:-1]


def between_scripts(text: str, start: int, end: int) -> bool:
    """Whether blanks stand between a Chinese sign and a Latin one, where writers set them or not."""
    around = text[start - 1] + text[end : end + 1]
    return text[start:end].isspace() and len(around) == 2 and bool(HAN.match(around[0])) != bool(HAN.match(around[1]))


def whole_word(text: str, end: int) -> bool:
    """Whether a name that ends here is not the start of a longer Latin word."""
    return bool(HAN.match(text[end - 1])) or not AFTER.match(text, end)
