"""A language as an Obsidian vault in a ZIP archive that opens clean: notes, what they show, and settings.

Notes are those of docs/, without what only the site understands: properties for its scripts, pages that are programs, questions to
scripts in addresses, our TeX macros, comments.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath

from kbgen.exports.pictures import on_ground
from kbgen.exports.texts import ADDRESS, COMMENT, PROMPT, Vault, written_anew
from kbgen.exports.zips import zipped
from kbgen.figures.palette import LIGHT
from kbgen.links import LINK
from kbgen.notes import FRONT_MATTER
from kbgen.tex import expanded

LEFT_OUT = re.compile(r"tools/(?:cards|fit|optimizers|downloads)\.md|indexes/obsidian(?:\.md|/.*)")
"""Pages that are nothing without their scripts, or lead to files of the site (the others of tools/ read well); and the page of
constructs, which shows on purpose what a reader of notes would take for a slip."""
OURS = re.compile(r"^(?:card|cssclasses|hide|module): .*\n", re.M)
TITLE = re.compile(r'^title: (".*")$', re.M)
ALIASES = re.compile(r"^aliases: (\[.*\])$", re.M)
SNIPPET = ".callout[data-callout='exact'] {\n  --callout-color: 11, 107, 203;\n  --callout-icon: lucide-ruler;\n}\n"
CORE = (
    "backlink", "bases", "bookmarks", "canvas", "command-palette", "editor-status", "file-explorer", "file-recovery", "footnotes",
    "global-search", "graph", "note-composer", "outgoing-link", "outline", "page-preview", "properties", "switcher", "tag-pane",
    "templates", "word-count",
)  # fmt: skip
GROUPS = {"losses": "c1", "terms": "c2", "optimizers": "c3", "guides": "c4"}
"""Folder -> its colour in the graph."""
TYPES = {
    "aliases": "aliases", "cites": "multitext", "description": "text", "id": "text", "next": "text", "prev": "text", "tags": "tags",
    "title": "text", "up": "text", "updated": "date",
}  # fmt: skip


def settings() -> dict[str, bytes]:
    """What stands in `.obsidian`: the program fills in the rest."""
    groups = [{"query": f"path:{folder}/", "color": {"a": 1, "rgb": int(LIGHT[name][1:], 16)}} for folder, name in GROUPS.items()]
    found: dict[str, object] = {
        # Strict line breaks: our lines end where an editor would wrap them.
        "app": {"alwaysUpdateLinks": True, "defaultViewMode": "preview", "newLinkFormat": "absolute", "strictLineBreaks": True},
        "appearance": {"enabledCssSnippets": ["kbgen"], "theme": "system"},
        "core-plugins": dict.fromkeys(CORE, True),
        "graph": {"colorGroups": groups, "search": "-path:indexes/ -path:tools/", "showAttachments": False, "hideUnresolved": True},
        "types": {"types": TYPES},
    }
    files = {f".obsidian/{name}.json": (json.dumps(value, indent=2) + "\n").encode() for name, value in found.items()}
    return {**files, ".obsidian/snippets/kbgen.css": SNIPPET.encode()}


def archive(vault: Vault, name: str, more: Mapping[str, bytes], site: str = "") -> bytes:
    """The vault as a ZIP archive with one folder, `name`; `more` are further files by path, `site` the public address."""
    files: dict[str, bytes] = {**settings(), **more}
    wanted: set[str] = set()
    for path in (path for path in vault.notes if not LEFT_OUT.fullmatch(path)):
        files[path] = note(vault, path, wanted, site).encode()
    for path in wanted:
        files[path] = _file(vault.folder / path)
    return zipped({f"{name}/{path}": content for path, content in files.items()})


def _file(path: Path) -> bytes:
    return on_ground(path.read_text(encoding="utf-8")).encode() if path.suffix == ".svg" else path.read_bytes()


def note(vault: Vault, path: str, wanted: set[str], site: str) -> str:
    """A note as Obsidian reads it. The paths of the files that it shows or leads to are added to `wanted`."""
    head, text = _parted(vault.notes[path] if site else PROMPT.sub("", vault.notes[path]))
    write = partial(_prose, vault, path, wanted, site)
    return _named(OURS.sub("", head)) + written_anew(text, write, lambda sign: expanded(sign) if sign.startswith("$") else sign)


def _parted(text: str) -> tuple[str, str]:
    """Properties and body."""
    found = FRONT_MATTER.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _named(head: str) -> str:
    """Properties in which the title is an alias too: files are called by id, and people look for names."""
    title = TITLE.search(head)
    if title is None:
        return head
    found = ALIASES.search(head)
    names = dict.fromkeys([json.loads(title[1]), *(json.loads(found[1]) if found else ())])
    line = f"aliases: {json.dumps(list(names), ensure_ascii=False)}"
    return head.replace(found[0], line) if found else head.replace(title[0], f"{title[0]}\n{line}")


def _prose(vault: Vault, path: str, wanted: set[str], site: str, text: str) -> str:
    text = ADDRESS.sub(partial(_address, vault, path, wanted, site), COMMENT.sub("", text))
    return LINK.sub(partial(_link, vault, path, wanted, site), text)


def _link(vault: Vault, path: str, wanted: set[str], site: str, match: re.Match[str]) -> str:
    """A link as it stands; if it leads to a page that is not in the archive, a link to the site, or its words."""
    found = vault.find(match["target"].strip(), path)
    if found and found not in vault.notes:
        wanted.add(found)
    if found and not LEFT_OUT.fullmatch(found):
        return match[0]
    words = match["text"] or match["target"]
    return f"[{words}]({_on_site(site, found)})" if found and site else words


def _on_site(site: str, path: str) -> str:
    return site + path.removesuffix(".md") + ".html"


def _address(vault: Vault, path: str, wanted: set[str], site: str, match: re.Match[str]) -> str:
    """An address as it stands. A question to the page that compares becomes a link to the loss that is compared with."""
    place = normpath(join(dirname(path), match[1]))
    fragment = match[2] or ""
    if LEFT_OUT.fullmatch(place):
        return f"]({_on_site(site, place)})" if site else "](index.md)"
    if "," in fragment:
        asked = fragment.lstrip("#").split(",")
        note = f"losses/{asked[1]}.md"
        return f"](../{note})" if len(asked) == 2 and note in vault.notes else f"]({match[1]})"
    if vault.holds(place):
        wanted.add(place)
    elif place not in vault.notes:
        return "](index.md)"
    return match[0]
