"""Runs MkDocs for one language: `python -m kbgen.host mkdocs.yml` does what `mkdocs build --quiet` does, but copies less.

MkDocs empties its target and copies everything anew. For four thousand pictures and scripts that is a tenth of a rendering, and on
some file systems half of it when as many files have just been removed. Here they are kept in a folder of their own.
"""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files, InclusionLevel

from kbgen.shown import FILES, bring


def main(config: str) -> None:
    """Render a language; exit code 1, with what MkDocs says, if it refuses a page."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    try:
        settings = load_config(config)
        settings.plugins["kbgen"] = Apart()
        build(settings)
    except MkDocsException as error:
        error.show()
        sys.exit(1)


class Apart(BasePlugin):  # type: ignore[no-untyped-call, type-arg]
    """Tells MkDocs that the files of the vault are copied in another way."""

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Called by MkDocs when it knows all files."""
        return Shown(files, config.docs_dir, Path(os.environ[FILES]))


class Shown(Files):
    """The files of a vault and of a theme, of which those of the vault are brought to a folder."""

    def __init__(self, files: Files, vault: str, folder: Path) -> None:
        super().__init__(files)
        self.vault, self.folder = vault, folder

    def copy_static_files(
        self,
        dirty: bool = False,  # noqa: FBT001, FBT002  # so MkDocs has it
        *,
        inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included,
    ) -> None:
        """Copy what is no page."""
        shown = [file for file in self if not file.is_documentation_page() and inclusion(file.inclusion)]
        bring({file.dest_uri: str(file.abs_src_path) for file in shown if file.src_dir == self.vault}, self.folder)
        for file in shown:
            if file.src_dir != self.vault:
                file.copy_file(dirty)


if __name__ == "__main__":
    main(sys.argv[1])
