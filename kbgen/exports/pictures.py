"""Pictures for programs that are no browsers: they keep their colours where nobody sets a page's around them."""

import re

from kbgen.figures.palette import LIGHT

STYLE = re.compile(r"<style>:root\{.*?</style>", re.S)
VARIABLE = re.compile(r"var\(--p-(\w+)\)")
LINK = re.compile(r"</?a(?:\s[^>]*)?>")


def on_ground(svg: str) -> str:
    """A picture on a ground of its own: it follows light and dark by the system, whatever the theme around it does.

    Its links are left out, because they lead through the site.
    """
    return LINK.sub("", svg).replace(
        "font-family:system-ui,sans-serif}", "font-family:system-ui,sans-serif;background:var(--p-bg)}", 1
    )


def in_print(svg: str) -> str:
    """A picture in plain light colours, without style sheet, variables and links: readers of books know none of these."""
    svg = STYLE.sub("<style>:root{font-family:sans-serif}</style>", LINK.sub("", svg), count=1)
    return VARIABLE.sub(lambda match: LIGHT[match[1]], svg)
