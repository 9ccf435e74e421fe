"""What the Markdown extension knows of the vaults in `docs/`: links, backlinks, tags, and what is wrong. It needs no site."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from markdown import Markdown

from kbgen.errors import Problem
from kbgen.preview.host import configuration, forget_vault
from kbgen.site import CONFIGS

EXTENSION = "kbgen.obsidian"
"""Loaded by its name, as the hosts do: it is not ours to import."""
TIPS = {
    "unresolved": "name a note that is there, or write the words without a link",
    "place": "name a heading or a block that the note has",
    "ambiguous": "write the whole path",
    "properties": "write `name: value` on each line between the two ---",
}


def facts(root: Path) -> dict[str, Any]:
    """Each language with what `facts.json` of the extension says. Raises Problems if MkDocs refuses a configuration."""
    forget_vault()
    with TemporaryDirectory(prefix="kbgen-") as folder:
        return {language: _facts(root, language, Path(folder, "facts.json")) for language in CONFIGS}


def _facts(root: Path, language: str, file: Path) -> Any:
    """The extension writes facts when it reads its first text, whatever that is."""
    config = configuration(root, language)
    settings = {**config.mdx_configs, EXTENSION: {**config.mdx_configs[EXTENSION], "facts": str(file)}}
    Markdown(extensions=config.markdown_extensions, extension_configs=settings).convert("text")
    return json.loads(file.read_text(encoding="utf-8"))


def problems(found: Mapping[str, Any]) -> Iterator[Problem]:
    """What a strict build would refuse, with file and line."""
    for language, vault in found.items():
        for given in vault["problems"]:
            if given["level"] == "warning":
                yield Problem(f"docs/{language}/{given['path']}", given["line"], given["message"], TIPS[given["kind"]])
