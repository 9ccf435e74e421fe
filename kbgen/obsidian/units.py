"""A number and the sign behind it stay on one line."""

import re

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX

BEFORE_PERCENT = rf"(?<=[\d{ETX}]) (?=%(?!%))"


class Percent(InlineProcessor):
    """The blank between a number, or a link that ends in one, and a per cent sign."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        return "\u00a0", m.start(0), m.end(0)
