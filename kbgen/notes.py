"""A Markdown note: the properties at its head, the comments and tags in its text."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\A\ufeff?---\n(.*?)\n---\n", re.S)
KEY = re.compile(r"^(\w[\w-]*):", re.M)
RENAMED = {"alias": "aliases", "tag": "tags", "cssclass": "cssclasses"}
"""Properties that Obsidian gave up in version 1.9."""
TOKEN = re.compile(
    r"""
    (?P<fence>^(?:[ \t>]|[-*+][ \t]|\d+[.)][ \t])*(?P<mark>`{3,}|~{3,})[^`\n]*\n(?:.*?\n)??[ \t>]*(?P=mark)[ \t]*$)
    | (?P<indented>(?:\A|(?<=\n\n))(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z))+)
    | (?P<span>(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))
    | (?P<math>(?<!\\)\$\$(?:(?!\$\$|%%).)+\$\$|(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n])+?(?<!\s)\$(?![\d$]))
    | (?P<html><!--.*?-->)
    | (?P<signs>(?<![%\\])%%(?!%))
    """,
    re.S | re.M | re.X,
)
_SIGN = (
    r"[^\x00-,.:-@\[-^`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u2000-\u200c\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe1f"
    r"\ufe30-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
TAG = re.compile(
    rf"#(?<![^\s(\[{{（【《「『“‘，。；：！？、）】》…—]#)(?P<tag>(?!\d+(?!{_SIGN}))(?=[-_/]*(?![-_/]){_SIGN}){_SIGN}+)"
)
"""A tag: letters, digits, `_`, `-`, `/` and other signs beyond punctuation, not digits alone. Full-width punctuation ends it."""
CLOSE = re.compile(r"(?<!%)%%(?!%)")
EMPTY_LINE = re.compile(r"\n[ \t>]*\n")
BLANK = re.compile(r"[^\n]")
LINKED = re.compile(r"\[\[[^\[\]\n]*\]\]|\]\([^()\n]*\)|<[^<>\n]+>|\w+://\S+")
LIST_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]")


def properties(text: str) -> dict[str, Any]:
    """The properties of a note; none if it has no readable ones."""
    found = FRONT_MATTER.match(text)
    try:
        read = yaml.load(found[1], Loader=yaml.CSafeLoader) if found else None
    except yaml.YAMLError:
        return {}
    return read if isinstance(read, dict) else {}


def is_published(text: str) -> bool:
    """Whether readers get a note: not if its properties say `publish: false` or `draft: true`."""
    found = FRONT_MATTER.match(text)
    if not found or not ("publish" in found[1] or "draft" in found[1]):
        return True
    said = properties(text)
    return said.get("publish") is not False and said.get("draft") is not True


def head_problem(text: str) -> tuple[int, str] | None:
    """(line, what) if there are properties that no YAML reader can read."""
    found = FRONT_MATTER.match(text)
    try:
        yaml.load(found[1] if found else "", Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        return (error.problem_mark.line + 2 if error.problem_mark else 1), str(error.problem)
    except yaml.YAMLError as error:
        return 1, " ".join(str(error).split())
    return None


def head_problems(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, what, what to do) of everything in the properties that Obsidian would not take as it is meant."""
    if wrong := head_problem(text):
        yield wrong[0], f"the properties cannot be read: {wrong[1]}", "check indentation, quotes and brackets"
        return
    found = FRONT_MATTER.match(text)
    given = properties(text)
    keys = [key[1] for key in KEY.finditer(found[1] if found else "")]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield line_of_key(text, key), f"{key} stands there twice", "keep one: readers disagree about which counts"
    for key, instead in RENAMED.items():
        if key in given:
            yield line_of_key(text, key), f"{key} is no longer read", f"write {instead}, with a list"
    for key in ("aliases", "tags", "cssclasses"):
        if isinstance(given.get(key), str) and "," in given[key]:
            yield line_of_key(text, key), f"{key} is one text with a comma in it", f"write a list: {key}: [{given[key]}]"


def line_of_key(text: str, key: str) -> int:
    """The last line of the properties that begins with a key."""
    found = FRONT_MATTER.match(text)
    lines = found[0].splitlines() if found else []
    return max((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), default=1)


def aliases(text: str) -> list[str]:
    """Other names of a note."""
    if written_by_us := re.search(r"^aliases: (\[\".*\])$", text[:4000], re.M):
        return list(json.loads(written_by_us[1]))  # what json wrote is YAML too, and read a hundred times faster
    named = properties(text).get("aliases") if "aliases:" in text[:4000] else None
    return [named] if isinstance(named, str) else [str(alias) for alias in named] if isinstance(named, list) else []


def without_comments(text: str) -> str:
    """A note without what `%%` and `<!--` hide, each line where it was. Code and mathematics hide nothing.

    `%%` at the beginning of a line that is never closed hides the rest of the note; elsewhere it is two signs.
    """
    if "%%" not in text and "<!--" not in text:
        return text
    found = FRONT_MATTER.match(text)
    out, last = [], 0
    for kind, start, end in _tokens(text, found.end() if found else 0):
        if kind == "comment":
            out += [text[last:start], "\n" * text.count("\n", start, end)]
            last = end
    return "".join([*out, text[last:]])


@lru_cache(maxsize=100)  # tags and what is refused are looked for in the same notes
def prose(text: str) -> str:
    """What a note says to its readers, each sign where it was: properties, code, mathematics and comments are blanks."""
    found = FRONT_MATTER.match(text)
    start = found.end() if found else 0
    out, last = [BLANK.sub(" ", text[:start])], start
    for _, begin, end in _tokens(text, start):
        out += [text[last:begin], BLANK.sub(" ", text[begin:end])]
        last = end
    return "".join([*out, text[last:]])


def _tokens(text: str, position: int) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of code, mathematics and comments."""
    while token := TOKEN.search(text, position):
        position = token.end()
        if token["indented"] and _in_list(text, token.start()):
            position = token.start() + len(token["indented"]) - len(token["indented"].lstrip())
        elif token["signs"]:
            end = _closed(text, token.start())
            if end:
                yield "comment", token.start(), end
                position = end
        else:
            yield "comment" if token["html"] else "code", *token.span()


def _closed(text: str, start: int) -> int:
    """Where the comment ends that opens at `start`; 0 if it is none.

    Over empty lines too, unless a number stands before it: `100%%` opens nothing for a whole page.
    """
    close = CLOSE.search(text, start + 2)
    if text[start - 1 : start].isdigit() and close and EMPTY_LINE.search(text, start, close.start()):
        return 0
    begins_line = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>")
    return close.end() if close else len(text) if begins_line else 0


def _in_list(text: str, position: int) -> bool:
    """Whether indented lines go on with a list: then they are no code."""
    before = (line for line in reversed(text[:position].splitlines()) if line.strip())
    return bool(LIST_ITEM.match(next((line for line in before if LIST_ITEM.match(line) or not line.startswith((" ", "\t"))), "")))


def tags(text: str) -> list[str]:
    """The tags of a note, those of its properties first, each as it was first written: case does not tell them apart."""
    given = properties(text).get("tags") if "tags:" in text[:4000] else None
    named = [given] if isinstance(given, str) else [str(tag) for tag in given] if isinstance(given, list) else []
    written = [found["tag"] for found in TAG.finditer(LINKED.sub(" ", prose(text)))] if "#" in text else []
    known: dict[str, str] = {}
    for tag in (*(tag.strip().removeprefix("#") for tag in named), *written):
        if not tag.strip("/").isdigit():
            known.setdefault(tag.strip("/").casefold(), tag.strip("/"))
    return [tag for tag in known.values() if tag]
