"""One language of the preview: MkDocs stays loaded and renders single pages, byte for byte as it publishes them."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page

from kbgen.errors import Problem, Problems
from kbgen.site import CONFIGS, addresses

REMEMBERED = "kbgen.obsidian.remembered"
"""The part of the Markdown extension that remembers, for up to a second, what stands in a vault."""


def configuration(root: Path, language: str) -> MkDocsConfig:
    """What MkDocs is told about a language. Raises Problems if it refuses that."""
    os.environ |= {"NO_MKDOCS_2_WARNING": "1", **addresses()}
    with _said() as said:
        try:
            return load_config(str(root / CONFIGS[language]))
        except MkDocsException as error:
            raise Problems([Problem(CONFIGS[language], 1, "; ".join(said) or str(error))]) from None


class Host:
    """The configuration, the theme and the list of files of one language."""

    def __init__(self, root: Path, language: str) -> None:
        """Raises Problems if MkDocs refuses its configuration."""
        self.name = CONFIGS[language]
        self._config = configuration(root, language)
        self._env = self._config.theme.get_env()
        self._env.auto_reload = True  # a template that is edited is read anew
        self._listed: tuple[Files, Navigation, dict[str, File]] | None = None

    def list_anew(self) -> None:
        """The files of the vault are others than before."""
        self._listed = None

    def file(self, address: str) -> File | None:
        """What stands at an address below the root of this language: a page, or a file of the vault or of the theme."""
        return self._files()[2].get(address)

    def render(self, file: File) -> tuple[str, list[str]]:
        """The HTML of a page, and what MkDocs says against it. Raises what the extension or a template raises."""
        files, nav, _ = self._files()
        page, before = Page(None, file, self._config), file.page
        if before:  # the place in the menu is known, the content is read anew
            page.parent, page.previous_page, page.next_page = before.parent, before.previous_page, before.next_page
        file.page = page
        forget_vault()
        with _said() as said:
            page.read_source(self._config)
            page.render(self._config, files)
            page.active = True
            context = get_context(nav, files.documentation_pages(), self._config, page)
            html = self._env.get_template(str(page.meta.get("template", "main.html"))).render(context)
        return html, said

    def lost(self) -> str:
        """The page for addresses that lead nowhere."""
        files, nav, _ = self._files()
        return str(self._env.get_template("404.html").render(get_context(nav, files, self._config, base_url="/")))

    def _files(self) -> tuple[Files, Navigation, dict[str, File]]:
        if self._listed is None:
            files = get_files(self._config)
            files.add_files_from_theme(self._env, self._config)
            set_exclusions(files, self._config)
            shown = {file.dest_uri: file for file in files if file.inclusion.is_included()}  # type: ignore[no-untyped-call]
            self._listed = files, get_navigation(files, self._config), shown
        return self._listed


def forget_vault() -> None:
    """Let the Markdown extension read the vaults anew: its modules are not ours to import, and may not be loaded yet."""
    if remembered := sys.modules.get(REMEMBERED):
        remembered.forget()


@contextmanager
def _said() -> Iterator[list[str]]:
    """The warnings of MkDocs, which would end a strict build, instead of lines in the terminal."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
