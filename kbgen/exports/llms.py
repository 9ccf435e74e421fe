"""What programs read in place of a site: every note as plain Markdown, and `llms.txt`, which lists them (llmstxt.org)."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from kbgen.exports.texts import Vault, beside, plain

LIST = "llms.txt"
FIRST = ("guides", "losses", "terms", "optimizers", "lab")
"""Folders in this order; all others come last, as what a reader in a hurry may skip."""
OPTIONAL = "Optional"
"""A heading of the convention, the same in every language."""
OTHERS = {"zh": "en/", "en": "../"}
"""Where the other language stands on a site."""


def text_files(vault: Vault, site: str = "") -> Iterator[tuple[str, bytes]]:
    """(path, content): every note as plain Markdown, and the list of all; `site` is the public address.

    Links of notes lead to one another; they are whole addresses if `site` is given.
    """
    for path in vault.notes:
        yield path, plain(vault, path, beside(path, site)).encode()
    yield LIST, listing(vault, site).encode()


def listing(vault: Vault, site: str = "") -> str:
    """The title and what it is about, then a link and a sentence for every note, by folder."""
    home = vault.notes.get("index.md", "")
    title = next((line[2:] for line in home.splitlines() if line.startswith("# ")), vault.folder.name)
    other = OTHERS.get(vault.folder.name, "")
    about = vault.says("index.md", "description") if home else ""
    address = beside("", site)
    parts = [f"# {title}", f"> {about}" if about else "", f"[{other}{LIST}]({other}{LIST})" if other else ""]
    notes = sorted((path for path in vault.notes if path != "index.md"), key=lambda path: (_rank(path), path))
    for rank, paths in groupby(notes, key=_rank):
        found = list(paths)
        heading = _heading(vault, FIRST[rank]) if rank < len(FIRST) else OPTIONAL
        parts.append(f"## {heading}")
        parts.append("\n".join(_line(vault, path, address(path, "")) for path in _index_first(found)))
    return "\n\n".join(filter(None, parts)) + "\n"


def _rank(path: str) -> int:
    folder = path.partition("/")[0]
    return FIRST.index(folder) if folder in FIRST and "/" in path else len(FIRST)


def _heading(vault: Vault, folder: str) -> str:
    index = f"{folder}/index.md"
    return vault.title(index) if index in vault.notes else folder


def _index_first(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: not path.endswith("/index.md"))


def _line(vault: Vault, path: str, address: str) -> str:
    says = " ".join(vault.says(path, "description").split())
    return f"- [{vault.title(path)}]({address})" + (f": {says}" if says else "")
