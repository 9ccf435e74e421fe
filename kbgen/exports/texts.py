"""Notes as Markdown that any program reads: links are addresses, embeds stand in place, nothing is Obsidian's, and no HTML.

What every other export makes of notes begins here.
"""

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from kbgen.links import CODE_OR_MATH, LINK, fold, targets
from kbgen.notes import FRONT_MATTER, aliases, is_published, properties
from kbgen.tex import expanded

ADDRESS = re.compile(r"\]\((?![a-z][\w+.-]*:|#)([^()\s#]+)(#[^()\s]*)?\)")
ANCHOR = re.compile(r'<a href="([^"\s]*)"[^<>]*>(.*?)</a>')
CALLOUT = re.compile(r"^(?P<quote>[ \t]*(?:>[ \t]?)+)\[!(?P<kind>[^\]|]+)(?:\|[^\]]*)?\][-+]?[ \t]*(?P<title>.*)$", re.M)
COMMENT = re.compile(r"%%(?!%).*?%%|<!--.*?-->", re.S)
EMBED = re.compile(r"^([ \t>]*)!\[\[([^\[\]|#\n]*)(#[^\[\]|\n]*)?(?:\\?\|[^\[\]\n]*)?\]\][ \t]*$", re.M)
EMPTY = re.compile(r"\n\n\n+")
FENCE = re.compile(r"\s*(```+|~~~+)")
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")
HELD = re.compile("\0(\\d+)\0")
HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+)(?<=\S)==")
KEY = re.compile(r"<kbd>(.*?)</kbd>")
MARK = re.compile(r"[ \t]+\^[A-Za-z0-9-]+$|^\^[A-Za-z0-9-]+$", re.M)
NOWHERE = re.compile(r"\[(?<!!\[)([^\[\]\n]*)\]\(\)")
PROMPT = re.compile(r"^(?!- )[^\[\]\n]+\[\[tools/(?:fit|optimizers)\|[^\]\n]*\]\]\n\n?", re.M)
"""A line that asks the reader into a lab: outside of the site there is nothing to drag."""
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
DEPTH = 5
"""Embeds are shown so deep, as in Obsidian."""

Address = Callable[[str, str], str]
"""(path in the vault, fragment) -> what a link to it says; "" where the export does not hold it."""


@dataclass(frozen=True)
class Vault:
    """The notes of one language by path, and the folder they stand in. What is not to be published is not there."""

    folder: Path
    notes: Mapping[str, str]

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Every way to name a note, folded, with its path."""
        return targets({path: aliases(text) for path, text in self.notes.items()})

    def find(self, target: str, page: str) -> str | None:
        """The path of the note or of the file that a link on `page` means."""
        if not target:
            return page
        if path := self.known.get(fold(target)):
            return path
        places = (normpath(target), normpath(join(dirname(page), target)))
        return next(filter(self.holds, places), None) or (self.files.get(fold(target)) if "." in target else None)

    def holds(self, path: str) -> bool:
        """Whether there is such a file that is no note, visible, and inside the vault."""
        if path not in self._held:
            seen = not path.endswith(".md") and not any(part.startswith(".") for part in path.split("/"))
            file = f"{self._inside}{path}"
            inside = seen and os.path.isfile(file) and os.path.realpath(file).startswith(self._inside)  # noqa: PTH113
            self._held[path] = inside
        return self._held[path]

    @cached_property
    def _held(self) -> dict[str, bool]:
        """What has been asked already: a file system takes its time, and notes lead to the same few places."""
        return {}

    @cached_property
    def _inside(self) -> str:
        """How the path of everything in the vault begins."""
        return f"{self.folder.resolve()}{os.sep}"

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Everything but notes, by its name: as in Obsidian, a picture is found wherever it stands."""
        paths = sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.*"))
        return {fold(path.rpartition("/")[2]): path for path in reversed(paths) if self.holds(path)}

    def title(self, path: str) -> str:
        """What a note is called."""
        return self.says(path, "title") or Path(path).stem

    def says(self, path: str, key: str) -> str:
        """A property of a note that is one text; "" if it has none."""
        head = FRONT_MATTER.match(self.notes[path])
        if head and (ours := re.search(rf'^{key}: (".*")$', head[1], re.M)):
            return str(json.loads(ours[1]))  # what json wrote is YAML too, and read a hundred times faster
        return str(properties(self.notes[path]).get(key) or "")


def read_vault(folder: Path) -> Vault:
    """The notes of a folder, but for hidden ones and those that readers do not get."""
    paths = [
        path for path in sorted(folder.rglob("*.md")) if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    notes = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return Vault(folder, {path: text for path, text in notes.items() if is_published(text)})


def plain(vault: Vault, path: str, address: Address) -> str:
    """A note as Markdown of its own: without properties, its links and pictures led on by `address`."""
    return _plain(vault, path, FRONT_MATTER.sub("", vault.notes[path], count=1), address, (path,)).strip() + "\n"


def _plain(vault: Vault, path: str, text: str, address: Address, within: tuple[str, ...]) -> str:
    return written_anew(text, partial(_prose, vault, path, address, within), _sign)


def written_anew(text: str, prose: Callable[[str], str], sign: Callable[[str], str]) -> str:
    """A text whose `code` and $mathematics$ are written by `sign`, and what is around them, as a whole, by `prose`."""
    signs: list[str] = []

    def hold(match: re.Match[str]) -> str:
        signs.append(sign(match[0]))
        return f"\0{len(signs) - 1}\0"

    held = CODE_OR_MATH.sub(hold, text.replace("\0", ""))
    return HELD.sub(lambda match: signs[int(match[1])], prose(held))


def _sign(sign: str) -> str:
    """Code as it stands, mathematics without macros of ours."""
    return expanded(sign) if sign.startswith("$") else sign


def _prose(vault: Vault, path: str, address: Address, within: tuple[str, ...], text: str) -> str:
    """A text in which code and mathematics are held back."""
    text = COMMENT.sub("", text)
    inserted: list[str] = []

    def embed(match: re.Match[str]) -> str:
        inserted.append(_embedded(vault, path, match, address, within))
        return f"\1{len(inserted) - 1}\1"

    text = EMBED.sub(embed, text)
    text = ANCHOR.sub(r"[\2](\1)", text)
    text = NOWHERE.sub(r"\1", ADDRESS.sub(partial(_address, vault, path, address), text))
    text = LINK.sub(partial(_link, vault, path, address), text)
    text = TAG.sub("", KEY.sub(r"`\1`", text))
    text = HIGHLIGHT.sub(r"**\1**", MARK.sub("", text) if "^" in text else text)
    text = EMPTY.sub("\n\n", CALLOUT.sub(_callout, text))
    return re.sub("\1(\\d+)\1", lambda match: inserted[int(match[1])], text)


def _link(vault: Vault, path: str, address: Address, match: re.Match[str]) -> str:
    """A wikilink as a link; as its words if it leads nowhere. A picture stays a picture."""
    target, fragment = match["target"].strip(), match["anchor"] or ""
    words = match["text"] or target + fragment
    found = vault.find(target, path)
    to = address(found, f"#{anchor(fragment)}" if fragment else "") if found else ""
    if match["embed"]:
        return f"![{Path(target).stem}]({to})" if to else ""
    return f"[{words}]({to})" if to else words


def _address(vault: Vault, path: str, address: Address, match: re.Match[str]) -> str:
    """An address as seen from elsewhere; an empty one for a note that is not there."""
    place = normpath(join(dirname(path), match[1]))
    there = place in vault.notes or not place.endswith(".md")
    return f"]({address(place, match[2] or '') if there else ''})"


def _callout(match: re.Match[str]) -> str:
    """The first line of a callout as a bold line of a quotation."""
    quote = match["quote"].rstrip()
    return f"{quote} **{match['title'].strip() or match['kind'].title()}**\n{quote}"


def _embedded(vault: Vault, path: str, match: re.Match[str], address: Address, within: tuple[str, ...]) -> str:
    """What an embed on a line of its own shows; a link where it would contain itself, nothing where it leads nowhere."""
    target, fragment = match[2].strip(), (match[3] or "").lstrip("#")
    found = vault.find(target, path)
    if found is None:
        return ""
    if found not in vault.notes:
        return f"![{Path(found).stem}]({address(found, '')})"
    if found in within or len(within) > DEPTH:
        return f"[{vault.title(found)}]({address(found, '')})"
    text = "\n".join(section(vault.notes[found], fragment))
    shown = _plain(vault, found, text, address, (*within, found)).strip()
    return "\n".join(match[1] + line for line in shown.splitlines())


def section(note: str, wanted: str = "") -> Iterator[str]:
    """The lines of a note without properties and title; only those below a heading, or of a block `^id`, if one is named."""
    text = FRONT_MATTER.sub("", note, count=1)
    if wanted.startswith("^"):
        yield from next((block.splitlines() for block in text.split("\n\n") if block.rstrip().endswith(f" {wanted}")), [])
        return
    inside, level, fence, name = not wanted, 0, "", anchor(wanted)
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        head = None if fence else HEADING.match(line)
        if head and wanted:
            if anchor(head[2]) == name and not inside:
                inside, level = True, len(head[1])
                continue
            inside = inside and len(head[1]) > level
        if inside and not (head and len(head[1]) == 1):
            yield line


def anchor(fragment: str) -> str:
    """The id that a heading has on the site, of `#Heading` or `#Parent#Heading`."""
    text = unicodedata.normalize("NFC", fragment.rpartition("#")[2]).strip().lower()
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", text))


def beside(page: str, site: str, ending: str = ".md") -> Address:
    """Addresses as seen from a page: whole ones if the address of the site is known, relative ones otherwise.

    Notes are led to by their twins with `ending`. A fragment that is none of a heading asks a script, which only HTML has.
    """

    def address(path: str, fragment: str) -> str:
        if path.endswith(".md"):
            path = path.removesuffix(".md") + (".html" if "," in fragment else ending)
        return (f"{site}{path}" if site else _relative(path, dirname(page) or ".")) + fragment

    return address


@lru_cache(maxsize=16384)
def _relative(path: str, folder: str) -> str:
    return relpath(path, folder)
