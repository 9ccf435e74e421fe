"""The page that a converter works on, whichever host runs it."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.util import HtmlStash

MKDOCS, ZENSICAL = "relpath", "rendering_context"  # what either host registers with every converter
_elsewhere: WeakKeyDictionary[Markdown, list[str]] = WeakKeyDictionary()


class PageError(ValueError):
    """A page that cannot be published as it is; the message names the page and the place."""


def current_page(md: Markdown) -> str:
    """The path inside its vault of the note at work: the page, or what is embedded in it; "" where no host tells it."""
    within = _elsewhere.get(md)
    return within[-1] if within else str(_of_host(md, "src_uri", "path"))


def is_elsewhere(md: Markdown) -> bool:
    """Whether the text at work comes from another note than the page."""
    return bool(_elsewhere.get(md))


@contextmanager
def elsewhere(md: Markdown, page: str) -> Iterator[None]:
    """Let a converter work on another note for a while, with link references and footnotes of its own."""
    references, footnotes = md.references, [ext for ext in md.registeredExtensions if isinstance(ext, FootnoteExtension)]
    kept = [dict(vars(ext)) for ext in footnotes]
    md.references = {}
    for ext in footnotes:
        ext.reset()
    _elsewhere.setdefault(md, []).append(page)
    try:
        yield
    finally:
        _elsewhere[md].pop()
        md.references = references
        for ext, state in zip(footnotes, kept, strict=True):
            vars(ext).update(state)


@contextmanager
def set_aside(md: Markdown) -> Iterator[None]:
    """Let a converter read something that is not printed: what it puts away meanwhile is forgotten."""
    kept, md.htmlStash = md.htmlStash, HtmlStash()
    try:
        yield
    finally:
        md.htmlStash = kept


def address(md: Markdown, path: str, key: str) -> str:
    """What leads a player on the published page to a file of the vault, in its attribute `key`.

    Zensical takes a `src` for a way from the note and leads it on; MkDocs leaves all but links and pictures as they are.
    """
    if key == "src" and ZENSICAL in md.preprocessors:
        return posixpath.relpath(path, posixpath.dirname(current_page(md)) or ".")
    page = str(_of_host(md, "url", "url"))
    return posixpath.relpath(path, page if page.endswith("/") else posixpath.dirname(page) or ".")


def _of_host(md: Markdown, in_mkdocs: str, in_zensical: str) -> object:
    """What the host knows of the page; "" without a host. Python-Markdown's types know nothing of what hosts register."""
    if MKDOCS in md.treeprocessors:
        return getattr(_attribute(md.treeprocessors[MKDOCS], "file"), in_mkdocs)
    if ZENSICAL in md.preprocessors:
        return getattr(_attribute(md.preprocessors[ZENSICAL], "page"), in_zensical)
    return ""


def _attribute(processor: object, name: str) -> object:
    return getattr(processor, name)
