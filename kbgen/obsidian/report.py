"""What is wrong with a link, told to whoever runs the host; MkDocs stops for it only where it is asked to be strict."""

import logging

from markdown import Markdown

from kbgen.obsidian.page import current_page, is_elsewhere
from kbgen.obsidian.vault import Found, Vault

log = logging.getLogger("mkdocs.kbgen")


def tell(md: Markdown, vault: Vault, written: str, found: Found | None) -> None:
    """Report a link that leads nowhere, or that could have meant something else."""
    if found is None:
        _say(md, vault, logging.WARNING, written, "leads nowhere: no note and no file is called so")
    elif found.others:
        level = logging.WARNING if found.how == "name" else logging.INFO
        _say(md, vault, level, written, f"may mean {', '.join(found.others)} as well as {found.path}, which was taken")
    elif found.how == "alias":
        _say(md, vault, logging.INFO, written, f"is an alias of {found.path}; in Obsidian such a link makes a new note")


def missing_place(md: Markdown, vault: Vault, path: str, anchor: str) -> None:
    """Report a heading or block that its note does not have."""
    _say(md, vault, logging.WARNING, anchor, f"is no heading or block of {path}; the link leads to the note")


def _say(md: Markdown, vault: Vault, level: int, written: str, what: str) -> None:
    """Say it with file and line. What is embedded is reported by its own page."""
    page = current_page(md)
    if not is_elsewhere(md) and page in vault and (page, written) not in vault.told:
        vault.told.add((page, written))
        before = (vault.root / page).read_text(encoding="utf-8", errors="replace").partition(written)
        line = before[0].count("\n") + 1 if before[1] else 1
        log.log(level, "%s:%d: %s %s", page, line, written, what)
