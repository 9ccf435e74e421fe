"""The page that a converter works on, whichever host runs it."""

from markdown import Markdown


class PageError(ValueError):
    """A page that cannot be published as it is; the message names the page and the place."""


def current_page(md: Markdown) -> str:
    """The path of the page inside its vault; "" where no host tells it."""
    if "relpath" in md.treeprocessors:  # MkDocs
        return str(_attribute(md.treeprocessors["relpath"], "file", "src_uri"))
    if "rendering_context" in md.preprocessors:  # Zensical
        return str(_attribute(md.preprocessors["rendering_context"], "page", "path"))
    return ""


def _attribute(processor: object, *path: str) -> object:
    """What a host keeps on a processor of its own; Python-Markdown's types know nothing of it."""
    for name in path:
        processor = getattr(processor, name)
    return processor
