"""What is wrong with a link, told to whoever runs the host; MkDocs stops for it only where it is asked to be strict."""

import logging
from dataclasses import dataclass

from markdown import Markdown

from kbgen.obsidian.page import current_page, is_elsewhere
from kbgen.obsidian.vault import Found, Vault

log = logging.getLogger("mkdocs.kbgen")


@dataclass(frozen=True)
class Doubt:
    """What is wrong with a link: its kind for programs, how grave it is, and the words for people."""

    kind: str
    level: int
    words: str


def doubt_of(found: Found | None) -> Doubt | None:
    """What is to be said of the file that a link found; None if all is well."""
    if found is None:
        return Doubt("unresolved", logging.WARNING, "leads nowhere: no published note and no file is called so")
    if found.others:
        level = logging.WARNING if found.how == "name" else logging.INFO
        others = ", ".join(found.others)
        return Doubt("ambiguous", level, f"may mean {others} as well as {found.path}, which was taken")
    if found.how == "alias":
        return Doubt("alias", logging.INFO, f"is an alias of {found.path}; in Obsidian such a link makes a new note")
    return None


def missing_place(path: str) -> Doubt:
    """What is to be said of a heading or block that its note does not have."""
    return Doubt("place", logging.WARNING, f"names no heading and no block of {path}")


def tell(md: Markdown, vault: Vault, written: str, doubt: Doubt | None) -> None:
    """Report a doubt once, with file and line. What is embedded is reported by its own page."""
    page = current_page(md)
    if doubt and not is_elsewhere(md) and page in vault and (page, written) not in vault.told:
        vault.told.add((page, written))
        before = (vault.root / page).read_text(encoding="utf-8", errors="replace").partition(written)
        line = before[0].count("\n") + 1 if before[1] else 1
        log.log(doubt.level, "%s:%d: %s %s", page, line, written, doubt.words)
