"""Callouts: `> [!type]`. pymdownx.quotes reads them; here their types get the looks of those that a theme knows."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor

TYPES: Mapping[str, tuple[str, ...]] = {
    "note": (),
    "abstract": ("summary", "tldr"),
    "info": (),
    "todo": (),
    "tip": ("hint", "important"),
    "success": ("check", "done"),
    "question": ("help", "faq"),
    "warning": ("caution", "attention"),
    "failure": ("fail", "missing"),
    "danger": ("error",),
    "bug": (),
    "example": (),
    "quote": ("cite",),
}
LIKE = {alias: kind for kind, aliases in TYPES.items() for alias in aliases} | {"todo": "info"}
"""The type that another one looks like; themes have no to-do. A type that nobody knows looks like a note, as every callout does."""


class Callouts(Treeprocessor):
    """Classes and data of callouts, before pymdownx.quotes turns them into what themes know.

    `data-callout` is the type as written, in lower case, and `data-callout-metadata` what stands behind a bar, both as in Obsidian.
    """

    def run(self, root: ET.Element) -> None:
        for quote in root.iter("blockquote"):
            if alert := quote.get("data-alert"):
                kind, _, data = alert.partition(" ")
                quote.set("data-alert", f"{LIKE[kind]} {kind}" if kind in LIKE else kind)
                quote.set("data-callout", kind)
                if data:
                    quote.set("data-callout-metadata", data)
