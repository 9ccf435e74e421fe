"""Pages that people write in docs/: their links and mathematics are checked like those of the entries."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kbgen.errors import Problem, did_you_mean
from kbgen.links import CODE_OR_MATH, find_links, fold, targets
from kbgen.notes import FRONT_MATTER, aliases, head_problems, is_published, properties, prose, without_comments
from kbgen.safety import refused
from kbgen.tex import TexError, to_mathml

NOT_PROSE = re.compile(r"^(```|~~~).*?^\1|!\[[^\]]*\]\([^)]*\)|<[^>\n]+>", re.S | re.M)
BESIDE = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\([^()\s]+\.md(?:#[^()\s]*)?\)")
"""A Markdown link to another note: it leads there only from where its note stands."""
START = re.compile(r"^\s*(?:[-*+]|\d+\.|#+|>+(?:\s*\[![^\]]*\][-+]?)?)\s+", re.M)
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:e[−-]?\d+)?")
SAFE = "leave it out, or write it as code; kbgen/safety.py has the list"
ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def pages(vault: Path, generated: Collection[str]) -> dict[str, str]:
    """The notes of a vault that kbgen does not write and that readers get, by path."""
    return split(vault, generated)[0]


def withheld(vault: Path, generated: Collection[str] = ()) -> dict[str, str]:
    """The notes of a vault that readers do not get, by path."""
    return split(vault, generated)[1]


def split(vault: Path, generated: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The notes of a vault that kbgen does not write, by path: those that readers get, and those that are withheld.

    They are as readers may see them: without comments, line for line.
    """
    paths = {path.relative_to(vault).as_posix(): path for path in sorted(vault.rglob("*.md"))}
    own = {name: path for name, path in paths.items() if name not in generated and not name.startswith(".")}
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for name, path in own.items():
        text = path.read_text(encoding="utf-8")
        found[not is_published(text)][name] = without_comments(text)
    return found


def problems(
    folder: str,
    notes: Mapping[str, str],
    generated: Mapping[str, str],
    printed: Mapping[str, Collection[str]],
    hidden: Collection[str] = (),
) -> Iterator[Problem]:
    """Links that lead nowhere, formulas that cannot be drawn, and numbers that no experiment gave, in `notes`.

    `folder` is how their vault is called in reports, `printed` has the numbers of every page of the laboratory by its path. A link
    to such a page may show only numbers that stand there. `hidden` are names of what is not published, folded:
    such links lead nowhere for now.
    """
    known = targets({path: aliases(text) for path, text in {**generated, **notes}.items() if path.endswith(".md")})
    for path, text in notes.items():
        yield from (Problem(f"{folder}/{path}", *slip) for slip in head_problems(text))
        for line, what in refused(prose(text)):
            yield Problem(f"{folder}/{path}", line, f"{what} is not on the list of safe HTML", SAFE)
        for link in find_links(text):
            if link.target and fold(link.target) not in known and fold(link.target) not in hidden:
                tip = did_you_mean(fold(link.target), known, "write the path of a note, or its name")
                yield Problem(f"{folder}/{path}", line_of(text, link.start), f"[[{link.target}]] leads nowhere", tip)
            for number in NUMBER.findall(link.text) if link.target in printed else ():
                if number.replace("−", "-") not in printed[link.target]:
                    tip = did_you_mean(number, sorted(printed[link.target]), f"kbgen lab prints the numbers of {link.target}")
                    yield Problem(f"{folder}/{path}", line_of(text, link.start), f"{link.target} does not give {number}", tip)
        for match in CODE_OR_MATH.finditer(text):
            if match[0].startswith("$"):
                try:
                    to_mathml(match[0].strip("$"), display=match[0].startswith("$$"))
                except TexError as error:
                    message = f"TeX at character {error.position + 1}: {error}"
                    yield Problem(f"{folder}/{path}", line_of(text, match.start()), message)


def avoided_terms(folder: str, notes: Mapping[str, str], preferred: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Names that texts avoid, because the idea has another one: see `preferred` in data/kb.yml."""
    instead = {other: name for name, others in preferred.items() for other in others}
    found = re.compile("|".join(map(re.escape, sorted(instead, key=len, reverse=True))) or r"(?!)")
    for path, text in notes.items():
        for match in found.finditer(text):
            tip = f"write {instead[match[0]]}: one idea has one name, see `preferred` in data/kb.yml"
            yield Problem(f"{folder}/{path}", line_of(text, match.start()), f"{match[0]} is not the name that this base uses", tip)


def title(note: str, path: str) -> str:
    """What a note is called: by its properties, or by its path."""
    return str(properties(note).get("title") or path.rpartition("/")[2])


def blocks(note: str) -> Iterator[str]:
    """The paragraphs, list items and rows of tables of a note, as plain lines."""
    text = BESIDE.sub(r"\1", NOT_PROSE.sub("", FRONT_MATTER.sub("", note, count=1)))
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        row = ROW.match(line)
        if row or START.match(line) or not line.strip():
            yield from filter(None, ["\n".join(block)])
            block = []
        if row:
            yield " · ".join(filter(None, (cell.strip() for cell in re.split(r"(?<!\\)\|", row[1]))))
        elif line.strip():
            block.append(START.sub("", line).strip())


def line_of(text: str, position: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, position) + 1
