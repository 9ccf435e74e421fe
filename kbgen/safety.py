"""HTML that people write into notes, made safe: an allow-list, kept by nh3, and what it drops in words.

Pages run scripts, so a note that could bring its own could do what a reader can. Scripts, handlers, styles, frames, forms and
addresses that are programs go; what formats text stays.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser

import nh3

TAGS = nh3.ALLOWED_TAGS | {"audio", "font", "section", "source", "track", "video"}
DROPPED_WHOLE = frozenset(
    {"applet", "embed", "form", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg",
     "template", "textarea", "title", "xmp"}
)  # fmt: skip
"""Their content goes with them: it is no text of the note, or could become something else on the way."""
EVERYWHERE = frozenset({"class", "id", "title", "lang", "dir", "aria-label", "aria-hidden", "role"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **{tag: frozenset(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "a": frozenset({"href", "hreflang", "download", "target"}),
    "audio": frozenset({"src", "controls", "loop", "muted", "preload"}),
    "details": frozenset({"open", "name"}),
    "font": frozenset({"color", "size", "face"}),
    "img": frozenset({"src", "alt", "width", "height", "align", "loading"}),
    "source": frozenset({"src", "type"}),
    "track": frozenset({"src", "kind", "srclang", "label"}),
    "video": frozenset({"src", "controls", "loop", "muted", "preload", "width", "height", "poster"}),
}
SCHEMES = nh3.ALLOWED_URL_SCHEMES | {"obsidian", "zotero"}
PROGRAMS = re.compile(r"(?:javascript|vbscript|livescript|data(?!:image/(?:png|gif|jpeg|webp|avif)[;,]))\s*:", re.I)
IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]+")
"""What browsers overlook inside the first part of an address."""
RISKS = re.compile(
    r"<(?:\w+:)?(?:script|foreignObject|iframe|handler|set|animate\w*)\b|[^\w-]on\w+\s*=|(?:javascript|vbscript)\s*:|<!ENTITY", re.I
)
HANDLED = tuple(f"{before}on" for before in " \n\r\t/'\"")
SUSPECT = ("script", "foreignobject", "iframe", "handler", "<set", "animate", "<!entity", "&", *HANDLED)
"""Signs of a risk that are found fast; most drawings have none."""
AROUND = {"td": "<table><tr>", "th": "<table><tr>", **dict.fromkeys(("tr", "tbody", "thead", "tfoot", "caption"), "<table>")}
"""What a tag needs around it so that a reader of HTML does not drop it."""
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={**{tag: set(names) for tag, names in ATTRIBUTES.items()}, "*": set(EVERYWHERE)},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def clean(fragment: str) -> str:
    """A whole piece of HTML without what is refused."""
    return _cleaner().clean(fragment)


def clean_tag(tag: str) -> str:
    """One tag on its own, `<b class="x">` or `</b>`, without what is refused; "" if nothing of it may stay."""
    found = TAG.match(tag)
    name = found[2].lower() if found else ""
    if name not in TAGS:
        return ""
    if found and found[1]:
        return f"</{name}>"
    inner = clean(AROUND.get(name, "") + tag)
    start = inner.rfind(f"<{name}")
    return inner[start : inner.find(">", start) + 1] if start >= 0 else ""


def is_program(address: str) -> bool:
    """Whether an address would run, however it is spelled."""
    return bool(PROGRAMS.match(IGNORED.sub("", html.unescape(address))))


def is_still(svg: str) -> bool:
    """Whether a drawing only draws: then it may stand inside a page."""
    lower = svg.lower()
    return not (any(sign in lower for sign in SUSPECT) and RISKS.search(html.unescape(lower)))


def refused(text: str) -> Iterator[tuple[int, str]]:
    """(line from 1, what) of everything that `clean` would drop from the HTML in a text."""
    if "<" not in text:
        return
    reader = _Reader()
    reader.feed(text)
    reader.close()
    yield from reader.found


class _Reader(HTMLParser):
    """Notes what is not on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if ":" in tag or "@" in tag:  # <https://…>, an address and not a tag
            return
        if tag not in TAGS:
            self.found.append((line, f"<{tag}>"))
            return
        for name, value in attrs:
            if name not in EVERYWHERE | ATTRIBUTES.get(tag, frozenset()):
                self.found.append((line, f"{name} of <{tag}>"))
            elif name in {"href", "src", "cite", "poster"} and _refused_scheme(value or ""):
                self.found.append((line, f"the address of <{tag}>"))


def _refused_scheme(address: str) -> bool:
    found = re.match(r"([a-z][a-z0-9+.-]*):", IGNORED.sub("", address), re.I)
    return bool(found) and found[1].lower() not in SCHEMES  # type: ignore[index]
