"""What people are told about their notes while a host converts them."""

import logging

from markdown import Markdown

from kbgen.obsidian.page import current_page

LOG = logging.getLogger("mkdocs.kbgen.obsidian")  # below mkdocs: that host shows it, and counts warnings in strict mode


def report(md: Markdown, message: str, line: int = 0, *, level: int = logging.INFO) -> None:
    """Say what was found on the page at work, with its line if it is known."""
    place = f"{current_page(md) or 'text'}:{line}" if line else current_page(md) or "text"
    LOG.log(level, "%s: %s", place, message)
