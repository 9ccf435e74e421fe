"""Style sheets and scripts of the package as readers load them: joined, without the remarks and blanks that only authors need."""

import json
from collections.abc import Iterator
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from kbgen.pages import Book

ASSETS = Path(__file__).parent / "assets"


def style() -> Iterator[tuple[str, bytes]]:
    """Favicon, the style of all pages, and the modules that scripts load when they need them."""
    yield "assets/favicon.svg", (ASSETS / "favicon.svg").read_bytes()
    css: str = cssmin("\n".join(_texts("css/*.css").values()))
    yield "assets/kbgen.css", css.encode()
    for name, text in _texts("modules/*.js").items():
        yield f"assets/modules/{name}", _small(text).encode()


def script(book: Book) -> bytes:
    """What every page runs: the words of the language, then all of assets/base; kb.js comes first, the rest uses it."""
    words = {key: given[book.language] for key, given in book.kb.config.interface.items()}
    parts = _texts("base/*.js")
    head = f"window.kbWords={json.dumps(words, ensure_ascii=False, separators=(',', ':'))};\n"
    return (head + _small("\n".join([parts.pop("kb.js"), *parts.values()]))).encode()


def _small(text: str) -> str:
    small: str = jsmin(text)
    return small


def _texts(pattern: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob(pattern))}
