"""`facts.json`: what leads where in a vault, what does not, and which tags there are, for programs."""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from kbgen.links import LINK
from kbgen.notes import FRONT_MATTER, tags, without_comments
from kbgen.obsidian.formulas import DISPLAY_MATH, INLINE_MATH
from kbgen.obsidian.outline import Outline
from kbgen.obsidian.report import Doubt, doubt_of, missing_place
from kbgen.obsidian.vault import NOTE, Found, Vault, file_at

ASKED = "KBGEN_FACTS"
"""The environment variable that asks for facts: the folder to write them to, a file for each vault."""

NO_PROSE = re.compile(
    "|".join(
        [
            r"^(?:[ \t>]|[-*+] |\d+[.)] )*(?P<marks>`{3,}|~{3,})[^\n]*(?:\n.*?^[ \t>]*(?P=marks)[`~]*[ \t]*$|.*\Z)",  # a fence
            f"(?P<link>{LINK.pattern})",
            r"(?<!`)(?P<ticks>`++).*?(?<!`)(?P=ticks)(?!`)",
            r"<(?P<tag>script|style|pre|code)\b.*?</(?P=tag)>|</?[a-zA-Z][^<>\n]*>",
            r"\\[^|\n]",
            DISPLAY_MATH,
            INLINE_MATH,
        ]
    ),
    re.M | re.S,
)
MARKDOWN = re.compile(
    r"(?P<embed>!?)\[(?:[^\[\]\n]|\[[^\]\n]*\])*\]"
    r"""\((?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:[^()\s]|\([^()\s]*\))+))(?:\s+"[^"\n]*")?\)"""
)
INDENTED = re.compile(r"(?:\A|(?<=\n))[ \t]*\n(?P<code>(?:(?: {4}|\t)[^\n]*\n?)+)")
IN_LIST = re.compile(r"\s*(?:[-*+]|\d+[.)])\s|\s")


@dataclass(frozen=True)
class Written:
    """A link as it stands in a note."""

    line: int
    kind: str
    text: str
    target: str
    anchor: str


def prose(text: str) -> str:
    """A note with blanks for all in which no link counts: properties, code, mathematics, HTML. Lines stay in place."""
    body = FRONT_MATTER.sub(_blank, text, count=1)
    return INDENTED.sub(_without_code, NO_PROSE.sub(lambda m: m[0] if m["link"] else _blank(m), body))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _without_code(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip().rpartition("\n")[2]
    return match[0] if before and IN_LIST.match(before) else _blank(match)


def links_of(text: str) -> Iterator[Written]:
    """The links of a note, in its properties and its text, in order."""
    properties = FRONT_MATTER.match(text)
    for match in LINK.finditer(properties[0]) if properties else ():
        yield _wikilink(match, properties[0] if properties else "", "property")
    shown = prose(text)
    found = [*LINK.finditer(shown), *MARKDOWN.finditer(shown)]
    for match in sorted(found, key=re.Match.start):
        if match.re is LINK:
            yield _wikilink(match, shown, "embed" if match["embed"] else "link")
        else:
            yield _markdown(match, shown)


def _wikilink(match: re.Match[str], text: str, kind: str) -> Written:
    return Written(_line(match, text), kind, match[0], match["target"].strip(), match["anchor"] or "")


def _markdown(match: re.Match[str], text: str) -> Written:
    parts = (match["angled"] or match["plain"] or "").partition("#")
    return Written(
        _line(match, text), "picture" if match["embed"] else "markdown", match[0], unquote(parts[0]), unquote(parts[1] + parts[2])
    )


def _line(match: re.Match[str], text: str) -> int:
    return text.count("\n", 0, match.start()) + 1


class Survey:
    """A vault looked through from end to end. `outline` tells the headings and blocks of a note, with their ids."""

    def __init__(self, vault: Vault, outline: Callable[[str], Outline]) -> None:
        self.vault, self.outline = vault, outline
        self.problems: list[dict[str, object]] = []
        self.backlinks: dict[str, set[str]] = {}

    def facts(self) -> dict[str, object]:
        """Everything, ready to be written."""
        notes = {path: self._note(path) for path in sorted(self.vault.notes)}
        for path, note in notes.items():
            note["backlinks"] = sorted(self.backlinks.get(path, set()) - {path})
        return {"notes": notes, "problems": sorted(self.problems, key=lambda problem: (problem["path"], problem["line"]))}

    def _note(self, path: str) -> dict[str, object]:
        """What is known of a note."""
        text = without_comments((self.vault.root / path).read_text(encoding="utf-8", errors="replace"))
        properties = self._properties(path, text)
        return {
            "title": str(properties.get("title") or path.rpartition("/")[2].removesuffix(NOTE)),
            "aliases": _words(properties.get("aliases")),
            "tags": sorted(tags(text)),
            "links": [fact for link in links_of(text) if (fact := self._link(path, link))],
        }

    def _properties(self, path: str, text: str) -> Mapping[str, Any]:
        """The properties of a note; what cannot be read is a problem with its line."""
        found = FRONT_MATTER.match(text)
        try:
            read = yaml.load(found[1], Loader=yaml.CSafeLoader) if found else {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self._problem(path, mark.line + 2 if mark else 1, "properties", getattr(error, "problem", "") or "not YAML")
            return {}
        if read is not None and not isinstance(read, dict):
            self._problem(path, 2, "properties", "these are no properties: write `name: value` on each line")
        return read if isinstance(read, dict) else {}

    def _link(self, path: str, link: Written) -> dict[str, object] | None:
        """Where a link leads; None if it does not concern the vault."""
        if not (link.target or link.anchor.strip("# ")) or urlsplit(link.target).scheme or link.target.startswith("//"):
            return None
        found = self._found(path, link)
        if found is None and link.kind in {"markdown", "picture"} and not link.target.endswith(NOTE):
            return None  # of the host, not of the vault
        self._doubt(path, link, doubt_of(found))
        place = self._place(path, link, found.path) if found and link.anchor else ""
        if found:
            self.backlinks.setdefault(found.path, set()).add(path)
        return {"line": link.line, "kind": link.kind, "written": link.text, "to": found and found.path, "place": place}

    def _found(self, path: str, link: Written) -> Found | None:
        if not link.target:
            return Found(path, "path")
        if link.kind in {"markdown", "picture"} and (beside := file_at(self.vault, link.target, path)):
            return Found(beside, "path")
        return self.vault.find(link.target, path)

    def _place(self, path: str, link: Written, target: str) -> str:
        if not target.endswith(NOTE):
            return link.anchor.lstrip("#")
        id = self.outline(target).find(link.anchor)
        if id is None and link.kind not in {"markdown", "picture"}:
            self._doubt(path, link, missing_place(target))
        return id or ""

    def _doubt(self, path: str, link: Written, doubt: Doubt | None) -> None:
        if doubt:
            self._problem(path, link.line, doubt.kind, f"{link.text} {doubt.words}", doubt.level)

    def _problem(self, path: str, line: int, kind: str, message: str, level: int = logging.WARNING) -> None:
        weight = logging.getLevelName(level).lower()  # `warning` is what a strict build refuses
        self.problems.append({"path": path, "line": line, "kind": kind, "level": weight, "message": message})


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(word) for word in value if word is not None] if isinstance(value, list) else []


def asked(option: str, vault: Path) -> Path | None:
    """Where facts are wanted: the option of the extension, or a folder that the environment names."""
    folder = os.environ.get(ASKED)
    return Path(option) if option else Path(folder) / f"{vault.name}.json" if folder else None


def write_facts(file: Path, vault: Vault, outline: Callable[[str], Outline]) -> None:
    """Write the facts of a vault, once for every state of it."""
    if (written := f"{file}") not in vault.written:
        vault.written.add(written)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(json.dumps(Survey(vault, outline).facts(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        fresh.replace(file)
