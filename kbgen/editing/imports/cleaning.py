"""What a text may hold, and why a cell is refused."""

import re
import unicodedata

from kbgen.links import CODE_OR_MATH

MAX_TEXT = 10_000
PICTURE = re.compile(r"!\[[^\]]*\]\(")
ADDRESS = re.compile(r"\]\(\s*<?(?!https?:|mailto:)[A-Za-z][\w+.-]*:", re.I)
BREAK = re.compile(r"<br\s*/?>", re.I)
HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
UNWANTED = (
    (re.compile(r"`{3}"), "a block of code", "leave it out: a term is told in words and formulas"),
    (HTML, "HTML", "write it in Markdown, or as words"),
    (PICTURE, "a picture", "leave it out: pictures of entries are drawn, see CONTRIBUTING.md"),
    (ADDRESS, "an address that is no web address", "remove it"),
)
INVISIBLE = frozenset("\u200b\u2060\ufeff\ufffd\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that hide, or that change the direction of what follows; and the one for what could not be decoded."""


class RefusedError(Exception):
    """Why a cell cannot be used, and what to do about it; `key` is the column of the cell."""

    def __init__(self, message: str, tip: str, key: str = "name") -> None:
        self.message, self.tip, self.key = message, tip, key
        super().__init__(message)


def clean(key: str, text: str) -> str:
    """A cell without what only looks. Raises RefusedError for what texts must not hold."""
    if len(text) > MAX_TEXT:
        raise RefusedError(f"{key}: {len(text)} signs", f"a text has at most {MAX_TEXT}: shorten it", key)
    for sign in text:
        if sign in INVISIBLE or (unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} and sign not in "\n\t"):
            name = unicodedata.name(sign, "a control character")
            raise RefusedError(f"{key}: holds U+{ord(sign):04X}, {name.lower()}", "remove it", key)
    text = BREAK.sub(" ", text).replace("\t", " ")
    prose = text if "```" in text else CODE_OR_MATH.sub("", text)
    for pattern, what, tip in UNWANTED:
        if found := pattern.search(prose):
            raise RefusedError(f"{key}: holds {what}, {found[0][:40]}", tip, key)
    return re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text)).strip()
